"""What the versions of an entity say to each other: what each changed, which stand in an open conflict.

Must not know tables or who asks: a version is whatever has version, label, data, received, base_version, conflict.
`services/entity_history` tells it to the API and to the conflict desk. Source: what ODK Central answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(slots=True)
class Standing:
    """How one version stands among the others. base_diff, server_diff: what was received and is otherwise in the
    version it was made from, and in the one before it. last_good: the last one before an open conflict, or the newest
    one where there is none. relevant: whoever settles the open conflict needs to see it."""

    base_diff: list[str]
    server_diff: list[str]
    resolved: bool = False
    last_good: bool = False
    relevant: bool = False


def standings(versions: Sequence, resolved_up_to: int) -> list[Standing]:
    """How each version stands, in order. versions: all, from the first. resolved_up_to: number of the version at which
    somebody last settled a conflict, 0 for never."""
    whole = [values_of(one) for one in versions]
    found: list[Standing] = []
    good, bases = 0, set()
    for at, one in enumerate(versions):
        if not at:
            found.append(Standing([], []))
            continue
        base = whole[one.base_version - 1] if one.base_version and one.base_version <= at else {}
        found.append(Standing(_otherwise(one.received, base), _otherwise(one.received, whole[at - 1])))
        found[at].resolved = one.conflict is not None and one.version <= resolved_up_to
        if one.conflict is not None and not found[at].resolved and not good:
            good = one.version - 1
            found[at - 1].last_good = True
        if good:
            bases.add(one.base_version)
    if not good and found:
        found[-1].last_good = True
    for one, standing in zip(versions, found, strict=True):
        standing.relevant = good > 0 and (one.version >= good or one.version in bases)
    return found


def differences(versions: Sequence) -> list[list[dict]]:
    """What each version but the first changed: [{"old", "new", "propertyName"}]; no "old" where nothing was said."""
    whole = [values_of(one) for one in versions]
    return [[({} if name not in before else {"old": before[name]}) | {"new": after[name], "propertyName": name}
             for name in _ordered(after) if before.get(name) != after[name]]
            for before, after in pairwise(whole)]


def values_of(version) -> dict[str, str]:
    """All that a version says, the label among it."""
    return {**version.data, "label": version.label}


def _otherwise(received: Mapping[str, str], values: Mapping[str, str]) -> list[str]:
    return [name for name in _ordered(received) if values.get(name) != received[name]]


def _ordered(names) -> list[str]:
    """The label first, then by name."""
    return sorted(names, key=lambda name: (name != "label", name))
