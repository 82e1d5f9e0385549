"""What a program is turned into: a picture in text, and later the program of the sandbox."""
