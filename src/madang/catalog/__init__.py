"""What is there to call: connectors, their versions and functions, connections, and search over all of it."""
