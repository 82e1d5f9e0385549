"""Servers of other people, imitated on the wire, for tests and trials. Refused in real mode."""
