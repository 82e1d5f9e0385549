"""How many lists are seen to come in pages, and how often that is right.

Without a folder: operations of the real documents that a person labelled (`tests/requests/pagination.json`): of
each its kind, its parameter and where its items stand, or that it has no pages. Precision: of those said to be paged,
how many are, and as said. Recall: of those in pages, how many are found. With a folder of documents: counts.

Usage: .venv/bin/python tests/benchmarks/bench_pagination.py [FOLDER] [--sample N] [--json]
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from request_documents import real_documents

from madang.kit.errors import MadangError
from madang.schema.functions import Function, Pagination
from madang.schema.reading import read_functions

LABELS = Path(__file__).resolve().parents[1] / "requests" / "pagination.json"
_LIST = re.compile(r"(?:^|[._])(?:list|search|find_all|index|query)(?:_|\b)")


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a person says of an operation; `kind` is None where it has no pages."""

    document: str
    operation: str
    kind: str | None
    parameter: str | None
    items: str | None

    def is_met(self, found: Pagination | None) -> bool:
        """Whether exactly that was recognised."""
        said = (None, None, None) if found is None else (found.kind, found.parameter, found.items)
        return said == (self.kind, self.parameter, self.items)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--sample", type=int, default=1, help="every N-th document")
    options.add_argument("--json", action="store_true", dest="is_json")
    given = options.parse_args()
    figures = count_folder(given.folder, given.sample) if given.folder else check_labels()
    print(json.dumps(figures, indent=None if given.is_json else 2))


def check_labels() -> dict[str, object]:
    """Precision and recall over the labels, and each that is not met."""
    labels = [Label(**row) for row in json.loads(LABELS.read_text())]
    functions = _functions()
    outcomes = [(label, functions[label.document][label.operation].pagination) for label in labels]
    said = [label for label, found in outcomes if found is not None]
    right = [label for label, found in outcomes if found is not None and label.is_met(found)]
    paged = [label for label in labels if label.kind is not None]
    seen = [label for label, found in outcomes if label.kind is not None and found is not None]
    return {
        "operations": len(labels),
        "in pages": len(paged),
        "precision": round(len(right) / len(said), 3),
        "recall": round(len(seen) / len(paged), 3),
        "missed": [f"{label.document} {label.operation}" for label, found in outcomes if not label.is_met(found)],
    }


def _functions() -> dict[str, dict[str, Function]]:
    return {
        document.name: {
            f"{function.method} {function.path}": function
            for function in read_functions(document.place.read_bytes()).functions
        }
        for document in real_documents()
    }


def count_folder(folder: Path, sample: int) -> dict[str, object]:
    """Functions by kind of pages, of all that read a list by their answer or are called as a list."""
    kinds: Counter[str] = Counter()
    functions = lists = 0
    started = time.process_time()
    for path in sorted(folder.rglob("*.json"))[::sample]:
        try:
            found = read_functions(path.read_bytes())
        except MadangError:
            continue
        functions += len(found.functions)
        kinds.update(each.pagination.kind for each in found.functions if each.pagination is not None)
        lists += sum(each.effect == "safe" and bool(_LIST.search(each.name)) for each in found.functions)
    seconds = round(time.process_time() - started, 1)
    return {
        "functions": functions,
        "called as lists": lists,
        "in pages": kinds.total(),
        **dict(kinds),
        "seconds": seconds,
    }


if __name__ == "__main__":
    main()
