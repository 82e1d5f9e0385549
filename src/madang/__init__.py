"""Madang: an agent-and-connector hub. The rooms and who owns what: docs/architecture.md."""

__version__ = "0.1.0"
