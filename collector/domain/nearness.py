"""Room for how near a name comes to what somebody typed: by its parts, and by threes of letters for slips.

It must not know people. `services/people` finds users with it.
"""

import re
from collections.abc import Callable, Iterable

LEAST = 0.25
_WORD = re.compile(r"[^\W_]+")


def nearest(typed: str, things: Iterable, texts: Callable[[object], tuple[str, ...]]) -> list:
    """The things of which a text holds one of the words or looks like all of them, the nearest first."""
    asked, words = _threes(typed), typed.casefold().split()
    near = []
    for one in things:
        told = texts(one)
        close = max(_share(asked, _threes(text)) for text in told)
        if close >= LEAST or any(word in text.casefold() for word in words for text in told):
            near.append((close, one))
    return [one for _close, one in sorted(near, key=lambda pair: -pair[0])]


def _threes(text: str) -> frozenset[str]:
    padded = (f"  {word} " for word in _WORD.findall(text.casefold()))
    return frozenset(word[at:at + 3] for word in padded for at in range(len(word) - 2))


def _share(asked: frozenset[str], told: frozenset[str]) -> float:
    return len(asked & told) / len(asked | told) if asked and told else 0.0
