"""How acts are performed, by function kind. A room above may register its own."""
