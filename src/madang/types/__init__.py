"""The structural type model and the effect classes. Standard library only."""
