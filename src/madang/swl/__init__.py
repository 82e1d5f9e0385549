"""The workflow language: parse, check, lower, emit, edit. Standard library only, no I/O, the same in a browser."""
