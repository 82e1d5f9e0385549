"""Digests of all golden cases and of some generated programs, as JSON: digests.py SOURCES FIRST COUNT.

To be run by any interpreter; what two of them print is compared. Standard library only.
"""

import json
import sys


def answer(first: int, count: int) -> str:
    """The interpreter's version, and a digest for each source."""
    import cases
    import hostile
    import outcome
    import programs

    sources = [*cases.GOOD.values(), *cases.MISTAKES.values(), *cases.TOO_LARGE.values()]
    sources += [*hostile.HOSTILE.values(), *hostile.AT_THE_LIMITS.values()]
    sources += programs.sources(first, count)
    return json.dumps({"version": list(sys.version_info[:2]), "digests": outcome.digests(sources)})


if __name__ == "__main__":
    sys.path[:0] = [sys.argv[1]]
    print(answer(int(sys.argv[2]), int(sys.argv[3])))
