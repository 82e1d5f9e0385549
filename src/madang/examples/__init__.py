"""Example servers of the kind that users own; nothing in Madang depends on them."""
