"""`with lock("name"):`, the one context there is."""

from __future__ import annotations

import ast

from madang.swl.check.arguments import Parameter, match_arguments
from madang.swl.check.codes import WITH_FORM
from madang.swl.check.env import Env
from madang.swl.check.facts import WordCall
from madang.swl.check.loops import Block
from madang.swl.check.walking import Walk
from madang.types.model import STR


def check_with(walk: Walk, node: ast.With, env: Env, block: Block) -> None:
    """A block during which a lock is held."""
    if len(node.items) > 1:
        walk.reports.add(WITH_FORM, node.items[1].context_expr, "One `with` takes one lock.")
    item = node.items[0]
    match item.context_expr:
        case ast.Call(func=ast.Name(id="lock")) as call if "lock" in walk.program.words:
            walk.state.used.add("lock")
            walk.function.is_effectful = True
            given = match_arguments(
                walk, call, [Parameter(name="name", type=STR, is_required=True)], "`lock`", env, positional=1
            )
            walk.facts.calls[call] = WordCall(word="lock", arguments=given, is_effect=True)
        case ast.Call(func=ast.Name(id="lock")) as call:
            hint = "Import it: `from workflow import lock`."
            walk.reports.add(WITH_FORM, call.func, "`lock` is not imported.", hint=hint)
        case other:
            mark = walk.reports.mark()
            walk.value(other, env)
            walk.reports.rewind(mark)
            walk.reports.add(WITH_FORM, other, "A `with` holds a lock only.")
    if item.optional_vars is not None:
        walk.reports.add(
            WITH_FORM, item.optional_vars, "A lock has no name inside of its block.", hint="Leave `as` away."
        )
    walk.state.locks += 1
    block(walk, node.body, env)
    walk.state.locks -= 1
