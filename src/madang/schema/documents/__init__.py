"""A reader for each version of document, all into one normal form, and from that form to functions."""
