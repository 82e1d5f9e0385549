"""Loops: walked with what is known at their head, which is what comes in joined with what each round leaves."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from madang.swl.check.codes import LOOP_FORM, PARALLEL_DEPTH
from madang.swl.check.displays import MOST_PARALLELS, outer
from madang.swl.check.effects import allow
from madang.swl.check.env import Env, join_envs
from madang.swl.check.iteration import bind_target, check_iterable
from madang.swl.check.walking import Walk
from madang.types.model import ANY

Block = Callable[[Walk, Sequence[ast.stmt], Env], None]


def check_for(walk: Walk, node: ast.For, env: Env, block: Block) -> None:
    """`for x in xs:`, also over `parallel`, `pages` and `repeat`."""
    allow(walk, node.iter)
    found = check_iterable(walk, node.iter, env)
    if node.orelse:
        walk.reports.add(LOOP_FORM, node.orelse[0], "A loop has no `else`.")
    if found.word == "parallel":
        _parallel(walk, node, env, block, lambda inner: bind_target(walk, node.target, found, inner))
        return
    check_repeated(walk, node, node.body, env, block, lambda inner: bind_target(walk, node.target, found, inner))


def check_repeated(
    walk: Walk,
    node: ast.stmt,
    body: Sequence[ast.stmt],
    env: Env,
    block: Block,
    begin: Callable[[Env], None] | None = None,
) -> None:
    """A body that is walked any number of times; `begin` binds what each round binds."""
    head = env.copy()
    earlier = walk.state.loop_heads.get(node)
    if earlier is not None:
        _take_earlier(head, earlier)
    inner = head.copy()
    if begin is not None:
        begin(inner)
    walk.state.breaks.append([])
    walk.state.continues.append([])
    block(walk, body, inner)
    breaks, continues = walk.state.breaks.pop(), walk.state.continues.pop()
    end = join_envs([inner, *continues])
    if not end.is_dead:
        _learn(walk, node, env, head, end)
    env.become(join_envs([head, end, *breaks]))


def _parallel(walk: Walk, node: ast.For, env: Env, block: Block, begin: Callable[[Env], None]) -> None:
    """The body of `for x in parallel(xs):` binds only names of its own, which nobody sees afterwards."""
    state = walk.state
    state.parallels += 1
    if state.parallels > MOST_PARALLELS:
        walk.reports.add(PARALLEL_DEPTH, node.iter, f"Parallel loops stand {state.parallels} deep.")
    inner = outer(env, env)
    begin(inner)
    state.breaks.append([])
    state.continues.append([])
    state.parallel_loops.add(len(state.breaks))
    block(walk, node.body, inner)
    state.parallel_loops.discard(len(state.breaks))
    state.breaks.pop()
    state.continues.pop()
    state.parallels -= 1


def _take_earlier(head: Env, earlier: Env) -> None:
    """What earlier rounds left of the names that are known here."""
    for name, binding in head.bindings.items():
        before = earlier.bindings.get(name)
        if before is not None:
            is_owned = binding.is_owned and before.is_owned
            head.bindings[name] = replace(binding, type=before.type, is_owned=is_owned)
    head.narrowed = {path: one for path, one in head.narrowed.items() if earlier.narrowed.get(path) == one}


def _learn(walk: Walk, node: ast.stmt, env: Env, head: Env, end: Env) -> None:
    """Keep what the head must know next time; nothing is settled while that still changes."""
    joined = join_envs([head, end])
    kept = Env()
    has_changed = False
    for name in env.bindings:
        found = joined.bindings[name]
        if walk.state.rounds > _MOST_ROUNDS and found.type != head.bindings[name].type:
            found = replace(found, type=ANY)
        known = head.bindings[name]
        has_changed = has_changed or found.type != known.type or found.is_owned != known.is_owned
        kept.bindings[name] = found
    kept.narrowed = {path: one for path, one in head.narrowed.items() if joined.narrowed.get(path) == one}
    has_changed = has_changed or kept.narrowed != head.narrowed
    if has_changed:
        walk.state.loop_heads[node] = kept
        walk.state.is_settled = False


_MOST_ROUNDS = 4
