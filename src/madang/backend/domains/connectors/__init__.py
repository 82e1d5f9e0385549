"""Connectors: listed, changed, removed; their versions, remarks and documents."""
