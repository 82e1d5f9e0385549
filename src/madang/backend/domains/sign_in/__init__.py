"""Signing a browser in by a one-time link."""
