"""`python -m madang.cli`, the same as the command `madang`."""

from madang.cli.main import main

if __name__ == "__main__":
    main()
