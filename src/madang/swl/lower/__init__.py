"""From what the checker knows to blocks of nodes with their data inputs."""

from madang.swl.lower.lowering import lower

__all__ = ["lower"]
