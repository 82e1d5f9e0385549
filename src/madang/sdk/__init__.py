"""The software development kit for Python: a client of the API, used by the command line and nothing else of ours."""
