"""Connections: made, changed, removed; credentials handed to the proxy."""
