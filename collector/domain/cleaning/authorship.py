"""Who wrote each step of a recipe, and when: a step that was not touched keeps what it had.

It must not know users or the clock: whoever saves hands in name and time. `services/recipes` keeps what comes out.
"""

from collections.abc import Mapping, Sequence
from itertools import count

from collector.domain import problems
from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe

_STAMPED = ("author", "at")


def stamped(steps: Sequence[Mapping], before: Recipe, author: str, at: str) -> Recipe:
    """The recipe of these steps. Those that are in `before` with the same id, settings, reason and state keep author
    and time, all others get these; a step without an id, or with one that is taken, gets one of its own.

    steps: plain, as `as_plain` writes them; whatever they say of author and time is not believed.
    Raises 400.8, 400.11, 400.13.
    """
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise problems.wrong_type("steps", steps, "list")
    earlier = {one["id"]: one for one in as_plain(before)["steps"]}
    read = as_plain(read_recipe({"steps": [
        {**one, "author": author, "at": at} for one in _named(steps, set(earlier))]}))["steps"]
    return read_recipe({"steps": [_with_stamp(one, earlier.get(one["id"])) for one in read]})


def is_same(one: Mapping, other: Mapping | None) -> bool:
    """Whether two plain steps are the same but for author and time."""
    return other is not None and {**one, **dict.fromkeys(_STAMPED)} == {**other, **dict.fromkeys(_STAMPED)}


def _with_stamp(one: dict, earlier: dict | None) -> dict:
    return {**one, **{name: earlier.get(name) for name in _STAMPED}} if is_same(one, earlier) else one


def _named(steps: Sequence[Mapping], earlier: set[str]) -> list[dict]:
    """The steps, each with an id of its own; ids that a step had once are not given to another."""
    held = earlier | {one["id"] for one in steps if isinstance(one, Mapping) and isinstance(one.get("id"), str)}
    fresh = (name for number in count(1) if (name := f"s{number}") not in held)
    taken, found = set(), []
    for number, one in enumerate(steps, 1):
        if not isinstance(one, Mapping):
            raise problems.wrong_type(f"steps[{number}]", one, "object")
        step = dict(one)
        if not step.get("id") or (isinstance(step["id"], str) and step["id"] in taken):
            step["id"] = next(fresh)
        if isinstance(step["id"], str):
            taken.add(step["id"])
        found.append(step)
    return found
