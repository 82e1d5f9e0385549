"""Functions: listed, searched, described, rendered for models."""
