"""Events between processes: hints that something has happened, never the thing itself."""
