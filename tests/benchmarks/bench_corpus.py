"""Every document of the corpus to functions, by us and then by the peer, in CPU time of one process each.

Usage: .venv/bin/python tests/benchmarks/bench_corpus.py [--every N] [--no-peer] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from corpus import DOCUMENTS, PEER, corpus_documents, fetch
from request_documents import real_documents

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.schema.arguments import arguments_schema
from madang.schema.functions import FunctionSet
from madang.schema.reading import read_functions

SOURCE_URL = "https://api.example.com/openapi.json"
PEER_DRIVER = Path(__file__).with_name("corpus_peer.mjs")
PEER_SECONDS = 900
LARGEST = 3
GOAL = 0.15


@dataclass(kw_only=True)
class Tally:
    """What one side made of the documents. `refused` are operations, `failed` whole documents by what was wrong."""

    seconds: float = 0.0
    documents: int = 0
    operations: int = 0
    functions: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    losses: Counter[str] = field(default_factory=Counter[str])
    failed: dict[str, str] = field(default_factory=dict[str, str])
    empty: list[str] = field(default_factory=list[str])
    each: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def lost(self) -> int:
        """Operations that are neither functions nor refused with a reason."""
        return self.operations - self.functions - self.refused.total()

    def to_json(self) -> JsonObject:
        """The figures without those of each document."""
        slowest: JsonObject = dict(self.slowest())
        return {
            "seconds": self.seconds,
            "documents": self.documents,
            "operations": self.operations,
            "functions": self.functions,
            "lost": self.lost,
            "refused": {**self.refused},
            "losses": {**self.losses},
            "failed": {**self.failed},
            "empty": [*self.empty],
            "slowest": slowest,
        }

    def slowest(self) -> list[tuple[str, float]]:
        """The ten documents that took longest."""
        return sorted(self.each.items(), key=lambda item: -item[1])[:10]


@dataclass(frozen=True, kw_only=True)
class Alone:
    """One document read by a process of its own: CPU seconds to the set, and to every function's schemas written out,
    and the peak of its memory in megabytes."""

    functions: int
    read_seconds: float
    written_seconds: float
    peak_megabytes: int


def main() -> int:
    """Measure, print, and say by the exit status whether anything was lost or failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each N-th document")
    parser.add_argument("--no-peer", action="store_true", help="leave the peer out")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(asdict(read_alone(options.alone))))
        return 0
    documents = corpus_documents()
    chosen = documents[:: options.every]
    ours = read_all(chosen)
    show("Madang", ours)
    largest = sorted(documents, key=lambda path: -path.stat().st_size)[:LARGEST]
    github = next(document.place for document in real_documents() if document.name == "github")
    alone = {path: in_own_process(path) for path in [*largest, github]}
    for path, figures in alone.items():
        show_alone(path, figures)
    peers = None if options.no_peer else ask_peer(chosen)
    if peers is not None:
        show(f"{PEER.name} {PEER.version}", peers)
        show_github(alone[github], ask_peer([github]))
        say(f"time against the peer: {ours.seconds / peers.seconds:.3f} (goal: at most {GOAL})")
    if options.json:
        written: JsonObject = {"ours": ours.to_json(), "peer": peers.to_json() if peers else None}
        written["alone"] = {_name(path): asdict(each) for path, each in alone.items()}
        options.json.write_text(json.dumps(written, indent=1))
    return 1 if ours.failed or ours.lost else 0


def read_all(paths: Sequence[Path]) -> Tally:
    """Read every document, one after another."""
    tally = Tally()
    for path in paths:
        data = path.read_bytes()
        tally.documents += 1
        started = time.process_time()
        try:
            found = read_functions(data, source_url=SOURCE_URL)
        except MadangError as error:
            is_empty = [each.code for each in error.errors] == ["no-operations"]
            tally.empty.append(_name(path)) if is_empty else tally.failed.update({_name(path): error.detail})
        except Exception as error:
            # What must not happen is counted rather than ending the run.
            tally.failed[_name(path)] = f"{type(error).__name__}: {error}"
        else:
            _count(found, tally)
        tally.each[_name(path)] = time.process_time() - started
    tally.seconds = sum(tally.each.values())
    return tally


def _count(found: FunctionSet, tally: Tally) -> None:
    tally.operations += found.found
    tally.functions += len(found.functions)
    tally.refused.update(remark.code for remark in found.remarks if remark.severity == "refused")
    tally.losses.update(remark.code for remark in found.remarks if remark.severity == "loss")


def ask_peer(paths: Sequence[Path]) -> Tally:
    """The same by the peer, in a process of its own."""
    fetch(PEER)
    tally = Tally(documents=len(paths))
    command = ["node", str(PEER_DRIVER), str(PEER.place), str(PEER_SECONDS)]
    lines = "".join(f"{path}\n" for path in paths)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    for path, line in zip(paths, done.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        tally.each[_name(path)] = answer["seconds"]
        if "failed" in answer:
            tally.failed[_name(path)] = answer["failed"]
            continue
        tally.functions += answer["functions"]
        tally.refused["refused"] += answer["refused"]
    tally.operations = tally.functions + tally.refused.total()
    tally.seconds = sum(tally.each.values())
    return tally


def in_own_process(path: Path) -> Alone:
    """Read one document in a process that has read nothing before."""
    command = [sys.executable, __file__, "--alone", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Alone(**json.loads(done.stdout))


def read_alone(path: Path) -> Alone:
    """Read one document, then write out the schemas of each function, as they go to a model, one after another."""
    data = path.read_bytes()
    started = time.process_time()
    found = read_functions(data, source_url=SOURCE_URL)
    read = time.process_time() - started
    for function in found.functions:
        arguments_schema(function, found.schemas)
    written = time.process_time() - started
    return Alone(
        functions=len(found.functions), read_seconds=read, written_seconds=written, peak_megabytes=_peak_megabytes()
    )


def _peak_megabytes() -> int:
    # Not by getrusage: its peak is handed down from the process that started this one.
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) // 1024 if found else 0


def say(text: str) -> None:
    """Print at once, also to a file: the peer takes minutes."""
    print(text, flush=True)


def show(title: str, tally: Tally) -> None:
    """Print one side's figures."""
    say(f"{title}: {tally.documents:,} documents in {tally.seconds:.1f} s of CPU")
    say(f"  {tally.operations:,} operations, {tally.functions:,} functions, {tally.lost:,} lost without a reason")
    say(f"  refused: {_codes(tally.refused)}; losses told: {_codes(tally.losses)}")
    say(f"  without any operation: {len(tally.empty)}; failed: {len(tally.failed)}")
    for name, reason in list(tally.failed.items())[:30]:
        say(f"    {name}: {reason[:100]}")
    say("  slowest: " + ", ".join(f"{name} {seconds:.2f}" for name, seconds in tally.slowest()))


def show_alone(path: Path, alone: Alone) -> None:
    """Print the figures of one document."""
    megabytes = path.stat().st_size / 1e6
    say(
        f"{_name(path)} ({megabytes:.1f} MB, {alone.functions:,} functions): "
        f"first function {alone.read_seconds:.2f} s, "
        f"all schemas written out {alone.written_seconds:.2f} s, peak {alone.peak_megabytes:,} MB"
    )


def show_github(ours: Alone, peers: Tally) -> None:
    """Print GitHub's document on both sides."""
    say(
        f"GitHub: {ours.functions:,} functions in {ours.read_seconds:.2f} s, written out {ours.written_seconds:.2f} s; "
        f"the peer {peers.functions:,} in {peers.seconds:.2f} s, {peers.refused.total()} refused"
    )


def _codes(counts: Counter[str]) -> str:
    return ", ".join(f"{code} {number:,}" for code, number in counts.most_common(20)) or "none"


def _name(path: Path) -> str:
    folder = DOCUMENTS.place / "api"
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name


if __name__ == "__main__":
    sys.exit(main())
