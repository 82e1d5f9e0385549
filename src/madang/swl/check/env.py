"""What is known at a place in a function: the names that are bound there and what their values are known to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from madang.types.model import NEVER, DictType, ListType, NeverType, Type
from madang.types.unions import members_of, union_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """A local name.

    Attributes:
        type: What it is here.
        declared: The type it was annotated with; None where it may become anything.
        is_owned: Whether it is a list or dict that was made in this function and that nothing else has.
        is_maybe: Whether there is a way to here on which it is not bound.
        is_outer: Whether it stands outside of the parallel body that we are in.
    """

    type: Type
    declared: Type | None = None
    is_owned: bool = False
    is_maybe: bool = False
    is_outer: bool = False


class Env:
    """The bindings at one place, changed as the checker walks on. `narrowed` has what tests have shown of paths, as
    `a.b`. A dead one is of a place that is never reached."""

    __slots__ = ("bindings", "is_dead", "narrowed")

    def __init__(self) -> None:
        self.bindings: dict[str, Binding] = {}
        self.narrowed: dict[str, Type] = {}
        self.is_dead = False

    def copy(self) -> Env:
        """The same knowledge, to walk another way with."""
        made = Env()
        made.bindings, made.narrowed, made.is_dead = dict(self.bindings), dict(self.narrowed), self.is_dead
        return made

    def become(self, other: Env) -> None:
        """Take over what another way knows."""
        self.bindings, self.narrowed, self.is_dead = other.bindings, other.narrowed, other.is_dead

    def bind(self, name: str, binding: Binding) -> None:
        """Bind a name; what was known of its old value is forgotten."""
        self.forget(name)
        self.bindings[name] = binding

    def forget(self, name: str) -> None:
        """Forget what tests have shown of a name and of what is in it."""
        if self.narrowed:
            kept = {path: one for path, one in self.narrowed.items() if _root(path) != name}
            self.narrowed = kept

    def share(self, name: str) -> None:
        """Something else has the value of a name from here on."""
        binding = self.bindings.get(name)
        if binding is not None and binding.is_owned:
            self.bindings[name] = replace(binding, is_owned=False)


def join_envs(envs: Iterable[Env]) -> Env:
    """What is known where several ways meet; those that are never taken do not count."""
    alive = [each for each in envs if not each.is_dead]
    if not alive:
        dead = Env()
        dead.is_dead = True
        return dead
    first = alive[0].copy()
    for other in alive[1:]:
        _join_into(first, other)
    return first


def join_types(types: Iterable[Type]) -> Type:
    """The union; lists and dicts of which nothing is known yet take the type of the others."""
    found = list(types)
    members = [member for each in found for member in members_of(each)]
    for kind, inner in ((ListType, "item"), (DictType, "value")):
        full = [each for each in members if isinstance(each, kind) and getattr(each, inner) != NEVER]
        if full:
            found = [each for each in found if not (isinstance(each, kind) and is_empty_type(each))]
    return union_of(found)


def is_empty_type(type_: Type) -> bool:
    """Whether it is the type of an empty list or dict that nothing was put into yet."""
    match type_:
        case ListType(item=NeverType()) | DictType(value=NeverType()):
            return True
        case _:
            return False


def _join_into(first: Env, other: Env) -> None:
    for name in list(first.bindings.keys() | other.bindings.keys()):
        left, right = first.bindings.get(name), other.bindings.get(name)
        if left is None or right is None:
            known = left or right
            assert known is not None
            first.bindings[name] = replace(known, is_maybe=True)
        elif left != right:
            first.bindings[name] = Binding(
                type=left.type if left.type == right.type else join_types([left.type, right.type]),
                declared=left.declared if left.declared == right.declared else None,
                is_owned=left.is_owned and right.is_owned,
                is_maybe=left.is_maybe or right.is_maybe,
                is_outer=left.is_outer or right.is_outer,
            )
    first.narrowed = {
        path: join_types([one, other.narrowed[path]]) for path, one in first.narrowed.items() if path in other.narrowed
    }


def _root(path: str) -> str:
    for index, character in enumerate(path):
        if character in ".[":
            return path[:index]
    return path
