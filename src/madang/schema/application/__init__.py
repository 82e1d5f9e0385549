"""Functions that an application lends: described in JSON, or written in Python with types. Pure.

lent = read_definition({"name": "cart.add", "description": "...", "parameters": {"type": "object", ...}})
lent.function, lent.schemas            # the one neutral form
lent.wire_arguments({"count": 2})      # by the names that the application gave

bound = bind(add_to_cart)              # a typed callable
bound.definition                       # the same JSON
bound.call({"sku": "a-1"})             # with the arguments as Python values
"""

from __future__ import annotations

from madang.schema.application.binding import Bound, bind
from madang.schema.application.definitions import ApplicationFunction, read_definition, read_definitions
from madang.schema.application.shapes import HUMAN

__all__ = ["HUMAN", "ApplicationFunction", "Bound", "bind", "read_definition", "read_definitions"]
