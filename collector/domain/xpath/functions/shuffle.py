"""Room for the order that randomize() gives: the same for the same seed as on the phone.

It must not know nodes. Park and Miller's numbers, and the shuffle of Fisher and Yates from the inside out.
"""

from collections.abc import Callable
from hashlib import sha256
from math import fmod, isnan

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import unpacked
from collector.domain.xpath.values import LONG_LEAST, LONG_MOST, to_number

MODULUS, MULTIPLIER = 2147483647.0, 16807.0


def seed_of(argument: object, context: Context) -> int:
    """The seed as a 64-bit integer; of text that is no number, the head of its SHA-256."""
    value = unpacked(argument, context)
    number = to_number(value, context)
    if not isnan(number):
        return int(min(max(number, LONG_LEAST), LONG_MOST))
    if not isinstance(value, str):
        raise failed("The seed is no number")
    digest = sha256(value.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True) if value else 0


def order(things: list, seed: int | None, context: Context) -> list:
    """The things in the seed's order; without a seed in the evaluation's own chance, or as they are without any."""
    chance = context.random if seed is None else numbers(seed)
    if chance is None:
        return list(things)
    out: list = []
    for place, thing in enumerate(things):
        other = int(chance() * (place + 1))
        out.append(thing)
        if other < place:
            out[place], out[other] = out[other], thing
    return out


def numbers(seed: int) -> Callable[[], float]:
    """A function that gives the numbers of that seed, at least 0 and less than 1."""
    state = fmod(float(seed), MODULUS)
    if state <= 0:
        state += MODULUS - 1

    def following() -> float:
        nonlocal state
        state = fmod(state * MULTIPLIER, MODULUS)
        return (int(state) - 1) / (MODULUS - 1)
    return following
