"""Imports: long work that makes a connector version from a document."""
