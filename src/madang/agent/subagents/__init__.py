"""Sub-agents: one port, a registry by name, each kind offline and model-backed."""
