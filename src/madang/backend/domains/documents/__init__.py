"""Documents: uploaded once, imported from there."""
