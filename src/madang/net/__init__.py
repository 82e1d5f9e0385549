"""The network: how our servers listen, and how addresses that others named are reached."""
