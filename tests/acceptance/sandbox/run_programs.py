"""Runs the golden programs in the interpreter with scripted effects, and again from a journal cut after every stop.

Usage: python run_programs.py     one line of JSON a program. It is a process of its own that ends without clean-up, as
one that used asynchronous calls of the interpreter may abort on its way out.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from pydantic_monty import AsyncMonty
from tests.unit.swl.check.goldens import GOLDEN, connectors

from madang.sandbox.drive import Act, EffectError, Outcome, Park, drive
from madang.swl.compiler import compile_source
from madang.swl.emit.program import emit

Key = tuple[str, str]


class Script:
    """Performs effects as a file says, and keeps a journal of them; `most` is how many new ones it performs."""

    def __init__(self, answers: list[dict[str, Any]], journal: dict[Key, Any], most: int | None = None) -> None:
        self.answers = [dict(each) for each in answers]
        self.journal = journal
        self.most = most
        self.performed: list[tuple[Key, str, Any]] = []

    async def perform(self, act: Act) -> Any:
        key = (act.path, act.node)
        if key not in self.journal:
            if self.most is not None and len(self.performed) >= self.most:
                raise Park
            self.performed.append((key, act.operation, act.arguments))
            self.journal[key] = self._answer(act)
            await asyncio.sleep(0)
        kept = self.journal[key]
        if "error" in kept:
            if kept["error"] == "InDoubt" and not act.catches_doubt:
                raise Park
            raise EffectError(kept["error"], kept["payload"])
        return kept["value"]

    def _answer(self, act: Act) -> Any:
        for each in self.answers:
            fits = each["operation"] == act.operation and each.get("arguments", {}).items() <= act.arguments.items()
            if fits and each.get("times", 1) > 0:
                if "times" in each:
                    each["times"] -= 1
                return {"value": None, **each}
        return {"value": None}


def shown(outcome: Outcome) -> dict[str, Any]:
    found = {"state": outcome.state, "value": outcome.value, "error": outcome.error, "message": outcome.message}
    return {name: value for name, value in found.items() if value not in (None, "")}


async def run_case(pool: AsyncMonty, folder: Path) -> dict[str, Any]:
    said = json.loads((folder / "run.json").read_text())
    compilation = compile_source((folder / "input.swl").read_text(), connectors())
    errors = [each.message for each in compilation.diagnostics if each.severity == "error"]
    if errors:
        return {"case": folder.name, "errors": errors}
    program = emit(compilation).text
    whole = Script(said["answers"], {})
    outcome = await drive(pool, program, said["inputs"], whole.perform)
    keys = [key for key, _, _ in whole.performed]
    broken = [] if len(keys) == len(set(keys)) else ["two stops have the same key"]
    for most in range(len(keys)):
        broken += await replay(pool, program, said, whole, outcome, most)
    effects = sorted(f"{operation} {json.dumps(given, ensure_ascii=False)}" for _, operation, given in whole.performed)
    return {"case": folder.name, "outcome": shown(outcome), "effects": effects, "broken": broken}


async def replay(
    pool: AsyncMonty, program: str, said: dict[str, Any], whole: Script, outcome: Outcome, most: int
) -> list[str]:
    """Stop after some effects, and go on from the journal: nothing is done twice, and the end is the same."""
    journal: dict[Key, Any] = {}
    first = Script(said["answers"], journal, most)
    await drive(pool, program, said["inputs"], first.perform)
    second = Script(first.answers, journal)
    second.answers = first.answers
    again = await drive(pool, program, said["inputs"], second.perform)
    done = [key for key, _, _ in first.performed + second.performed]
    faults: list[str] = []
    if len(done) != len(set(done)):
        faults.append(f"cut after {most}: an effect was done twice")
    if shown(again) != shown(outcome):
        faults.append(f"cut after {most}: {shown(again)}")
    if set(done) != {key for key, _, _ in whole.performed}:
        faults.append(f"cut after {most}: other effects than in one go")
    return faults


async def main() -> None:
    async with AsyncMonty(min_processes=1, max_processes=1) as pool:
        for folder in sorted((GOLDEN / "run").iterdir()):
            print(json.dumps(await run_case(pool, folder), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)
