"""How much two questions look like the same one under another name: by name, by label, by type.

It must not know who decides: a person does, `services/mappings` keeps it. Pages offer the likeliest first.
"""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from collector.domain.tabular.moves import fits

LEAST = 0.55


def likeness(before, now) -> float:
    """From 0 to 1. before, now: anything with name, type and labels, such as `services/mappings.Movable`."""
    if not fits(before.type, now.type):
        return 0.0
    name = _close(before.name, now.name)
    shared = [_close(words, now.labels[language]) for language, words in before.labels.items()
              if words and now.labels.get(language)]
    found = max(name, *shared, (name + max(shared)) / 2) if shared else name
    return round(found * (1.0 if before.type == now.type else 0.9), 3)


def proposals(before, candidates: Iterable, most: int = 3) -> list:
    """The candidates of the same table that look most like it, best first; none that hardly do."""
    found = [(likeness(before, one), one) for one in candidates
             if one.table == before.table and one.path != before.path]
    return [one for close, one in sorted(found, key=lambda pair: -pair[0]) if close >= LEAST][:most]


def _close(one: str, other: str) -> float:
    return SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _plain(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in bare).split())
