"""Did you mean: the nearest of some names, by edit distance with swaps, cases and separators apart."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_NAMES, _LONGEST = 5_000, 80


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant; None where nothing is near. Of two that are as near, the first by alphabet."""
    wanted = name[:_LONGEST]
    best: tuple[int, str] | None = None
    for index, candidate in enumerate(names):
        if index >= _MOST_NAMES:
            break
        most = max(1, min(len(wanted), len(candidate)) // 3)
        if best is not None:
            most = min(most, best[0])
        if abs(len(candidate) - len(wanted)) > most and plain(candidate) != plain(wanted):
            continue
        found = 0 if plain(candidate) == plain(wanted) else distance(wanted.lower(), candidate.lower(), most)
        if found <= most and (best is None or (found, candidate) < best):
            best = (found, candidate)
    return best[1] if best else _by_part(wanted, names)


def plain(name: str) -> str:
    """A name without its case and separators: `created_at` and `createdAt` are one."""
    return name.replace("_", "").replace("-", "").lower()


def distance(left: str, right: str, most: int) -> int:
    """How many insertions, deletions, changes and swaps of neighbours apart (optimal string alignment); `most` + 1
    where it is more than that."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, character in enumerate(left, 1):
        line = [row]
        for column, other in enumerate(right, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (character != other))
            if row > 1 and column > 1 and character == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def _by_part(wanted: str, names: Iterable[str]) -> str | None:
    """A name of which the wanted one is a whole part, or the other way round: `post` for `post_message`."""
    parts = set(wanted.lower().split("_"))
    if len(wanted) < 3:
        return None
    matching = [each for each in names if parts <= set(each.lower().split("_"))]
    return min(matching, key=lambda each: (len(each), each)) if matching else None
