"""Direct calls of functions: proposed, approved, done through the door, looked at, resolved."""
