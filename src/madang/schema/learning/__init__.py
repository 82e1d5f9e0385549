"""Schemas from samples: what answers look like, for operations whose document does not say.

What is learned is structure alone. A value never leaves a sample, and neither does a key that looks like one.
"""
