"""What can be said of a document before it is imported: what is lost, what is repaired, what an agent will miss.

Pure: bytes in, a report out. The rule of the score is in `scoring`, what to do about each finding in `suggestions`.
"""
