"""The command line: a client of the API, and the one that starts and watches the servers."""
