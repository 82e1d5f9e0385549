"""What `parse` says of a source as text, to be compared between interpreters. Standard library only."""

import hashlib
import json

from madang.swl.syntax import dump, parse


def outcome(source: str) -> str:
    """The diagnostics, the holes and the tree, in ASCII."""
    parsed = parse(source)
    diagnostics = json.dumps([one.to_json() for one in parsed.diagnostics], sort_keys=True)
    holes = json.dumps(
        [
            [hole.span.to_json(), type(hole.node).__name__, type(hole.value).__name__, list(hole.names)]
            for hole in parsed.holes
        ]
    )
    comments = json.dumps([one.span.to_json() for one in parsed.comments])
    return "\n".join((diagnostics, holes, comments, dump(parsed.tree)))


def digests(sources: list[str]) -> list[str]:
    """A short digest of each outcome."""
    return [hashlib.sha256(outcome(source).encode()).hexdigest()[:16] for source in sources]
