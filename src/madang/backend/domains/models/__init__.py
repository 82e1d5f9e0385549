"""Models: which ones turns may ask, where they are, and whether they answer."""
