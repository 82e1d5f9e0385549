"""Untrusted programs, run in another process without files, network, clock or secrets."""
