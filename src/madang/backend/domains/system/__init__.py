"""This installation and its health."""
