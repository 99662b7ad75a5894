"""Two versions of a submission -> what changed, as ODK Central's API tells it: a path, the old and the new value.

Must not know where versions are kept. Unlike `differences`, which people read, it tells every node by its name,
those of the meta block too, and an instance of a repeat that came or went as a whole.
Next: services/editions collects it over all versions.
"""

from collections.abc import Iterator

from collector.domain.instance import Instance, Node

Path = list  # of names; an instance of a repeat is [name, position from 0]


def edits(old: Instance, new: Instance) -> list[dict]:
    """[{new, old, path}] in the order of the older version, then what only the newer one has.

    Values are text as it was sent, None for nothing; a whole instance of a repeat is an object of its answers.
    """
    return list(_between(old.root, new.root, []))


def _between(old: Node, new: Node, path: Path) -> Iterator[dict]:
    before, after = _children(old), _children(new)
    for key in {**before, **after}:
        yield from _pair(before.get(key), after.get(key), path)


def _pair(old: Node | None, new: Node | None, path: Path) -> Iterator[dict]:
    here = new or old
    below = [*path, [here.name, here.position - 1] if _repeats(here) else here.name]
    if old is not None and new is not None and (old.children or new.children):
        yield from _between(old, new, below)
    elif here.children and not _repeats(here):
        for child in here.children:
            yield from _pair(child if new is None else None, child if old is None else None, below)
    else:
        before, after = _value(old), _value(new)
        if before != after:
            yield {"new": after, "old": before, "path": below}


def _children(node: Node) -> dict[tuple[str, int], Node]:
    return {(one.name, one.position): one for one in node.children}


def _repeats(node: Node) -> bool:
    return node.ref.endswith("]")


def _value(node: Node | None) -> str | dict | None:
    """The text of a leaf; the answers below anything else, by name, instances of repeats in lists."""
    if node is None:
        return None
    if not node.children:
        return node.text or None
    found: dict = {}
    for child in node.children:
        if _repeats(child):
            found.setdefault(child.name, []).append(_value(child))
        else:
            found[child.name] = _value(child)
    return found
