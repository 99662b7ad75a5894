"""Room for calculations and conditions that wait for each other: no phone opens a form that has them.

It must not evaluate. As on the phone, a condition of a group also stands on everything inside the group, and a field's
calculation, relevance, obligation and write protection all count. `form` puts its findings into sentences and places.
"""

from collections.abc import Iterator, Mapping

from collector.domain.fields import FormModel

WAITING = ("relevant", "calculate", "required", "readonly")
INHERITED = ("relevant", "readonly")

# (path of the field, part of it) -> the paths that it reads
Reads = Mapping[tuple[str, str], set[str]]


def cycles(model: FormModel, reads: Reads) -> Iterator[tuple[str, str, list[str]]]:
    """(path, part, names from the field round to itself) of each circle, told at its first field."""
    after: dict[str, set[str]] = {}
    for (path, what), read in reads.items():
        if what not in WAITING:
            continue
        for one in read:
            after.setdefault(one, set()).add(path)
        if what in INHERITED and model.by_path[path].kind in ("group", "repeat"):
            after.setdefault(path, set()).update(one for one in model.by_path if one.startswith(f"{path}/"))
    waiting = _waiting(after)
    told: set[str] = set()
    for path, what in reads:
        if path in waiting and what in WAITING and path not in told:
            circle = _circle(path, after)
            if circle and (first := _reading(circle, reads)):
                told.update(circle)
                yield *first, [one.rpartition("/")[2] for one in (*circle, circle[0])]


def _waiting(after: Mapping[str, set[str]]) -> set[str]:
    """The fields that are never reached when each is computed once all it waits for is: circles, and what follows."""
    missing: dict[str, int] = {}
    for followers in after.values():
        for one in followers:
            missing[one] = missing.get(one, 0) + 1
    ready = [one for one in after if one not in missing]
    while ready:
        for one in after.get(ready.pop(), ()):
            missing[one] -= 1
            if not missing[one]:
                ready.append(one)
    return {one for one, count in missing.items() if count}


def _circle(path: str, after: Mapping[str, set[str]]) -> list[str]:
    """The shortest way from the field back to itself, [] when there is none."""
    came: dict[str, str] = {}
    waiting = [path]
    while waiting:
        reached = []
        for one in waiting:
            for other in sorted(after.get(one, ())):
                if other == path:
                    return _way(one, path, came)
                if other not in came:
                    came[other] = one
                    reached.append(other)
        waiting = reached
    return []


def _way(last: str, path: str, came: Mapping[str, str]) -> list[str]:
    way = [last]
    while way[-1] != path:
        way.append(came[way[-1]])
    return way[::-1]


def _reading(circle: list[str], reads: Reads) -> tuple[str, str] | None:
    """The expression of the first field of the circle that reads another one of it."""
    for path in circle:
        for what in WAITING:
            if reads.get((path, what), set()) & set(circle):
                return path, what
    return None
