"""What is gathered of the values of one variable that are too many to be counted one by one; bounded memory.

It must not know variables or tables. Whatever the batches and their order, the same values give the same measures.
`summary.py` fills these and asks them.
"""

import re
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from fractions import Fraction
from itertools import chain, repeat
from math import fsum, isfinite
from operator import itemgetter, rshift

from collector.domain.tabular.layout import DATE, MOMENT, TIME
from collector.domain.tabular.moments import GREATEST, fit

MOST_BUCKETS = 1024
_SIGN = 1 << 63
_UPPER = 1 if sys.byteorder == "little" else 0

# The usual shapes: most cells are seen to be dates or times without being asked one by one.
_DAY, _CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_ZONE = r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_ISO = {kind: (re.compile(f"(?:{shape}\n)*+"), read) for kind, shape, read in (
    (DATE, _DAY, date.fromisoformat),
    (TIME, _CLOCK + _ZONE, time.fromisoformat),
    (MOMENT, f"{_DAY}T{_CLOCK}{_ZONE}", datetime.fromisoformat),
)}
_WHEN = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|[0-9]{2}")
# kind -> how much of the text says when: days, months, years; hours; at last nothing
_GRAIN = {DATE: (10, 7, 4, 0), MOMENT: (10, 7, 4, 0), TIME: (2, 0)}


class Numbers:
    """Count, exact sum, least and most of numbers; and how many fall into each of 1024 buckets at most.

    A bucket is a number's 64 bits less the last `level` of them; the level rises until buckets are few enough, which
    comes out the same in any order. huge: whether an int is beyond 64 bits.
    """

    __slots__ = ("buckets", "count", "huge", "least", "level", "most", "total")

    def __init__(self):
        self.count, self.total, self.level, self.huge = 0, Fraction(0), 0, False
        self.least = self.most = None
        self.buckets: Counter[int] = Counter()

    def take(self, numbers: list, weights: Iterable[int] | None = None) -> None:
        """Takes numbers in; weights: how often each comes. What is not finite is left out."""
        if not _all_finite(numbers):
            self.huge = self.huge or any(map(_is_huge, numbers))
            paired = zip(numbers, weights or [1] * len(numbers), strict=True)
            kept = [(one, often) for one, often in paired if _all_finite([one])]
            numbers, weights = [one for one, _often in kept], [often for _one, often in kept]
        if not numbers:
            return
        least, most = min(numbers), max(numbers)
        self._bound(least, most)
        if least < -GREATEST or most > GREATEST:
            self.huge = self.huge or any(map(_is_huge, numbers))
        # the other zero, -0.0, has bits of its own
        doubles = array("d", [one or 0 for one in numbers] if least <= 0 <= most else numbers)
        keys = self._keys(doubles.tobytes())
        if weights is None:
            self.count += len(numbers)
            self.total += exact_sum(numbers)
            self.buckets.update(keys)
        else:
            weights = list(weights)
            self.count += sum(weights)
            self.total += _weighed(numbers, weights)
            for bucket, often in zip(keys, weights, strict=True):
                self.buckets[bucket] += often
        self._settle()

    def merge(self, other: "Numbers") -> None:
        """Takes in all that another has taken in."""
        self.huge = self.huge or other.huge
        if not other.count:
            return
        self._bound(other.least, other.most)
        self.count += other.count
        self.total += other.total
        self._coarsen(max(self.level, other.level))
        for bucket, often in other.buckets.items():
            self.buckets[bucket >> (self.level - other.level)] += often
        self._settle()

    def spread(self) -> list[tuple[float, int]]:
        """(number, how many) in order; numbers of one bucket stand in its middle."""
        low, high = float(self.least or 0), float(self.most or 0)
        found = ((min(max(self._middle(bucket), low), high), often) for bucket, often in self.buckets.items())
        return sorted(found)

    def as_plain(self) -> dict:
        return {"count": self.count, "total": str(self.total), "least": self.least, "most": self.most,
                "level": self.level, "huge": self.huge, "buckets": sorted(map(list, self.buckets.items()))}

    @classmethod
    def from_plain(cls, plain: dict) -> "Numbers":
        made = cls()
        made.count, made.total, made.level = plain["count"], Fraction(plain["total"]), plain["level"]
        made.least, made.most, made.huge = plain["least"], plain["most"], plain["huge"]
        made.buckets = Counter(dict(map(tuple, plain["buckets"])))
        return made

    def _keys(self, doubles: bytes) -> Iterable[int]:
        if self.level < 32:
            return map(rshift, array("Q", doubles), repeat(self.level))
        # of coarse buckets the upper half of the bits tells enough, in integers that Python adds up faster
        return map(rshift, array("I", doubles)[_UPPER::2], repeat(self.level - 32))

    def _bound(self, least, most) -> None:
        self.least = least if self.least is None else min(self.least, least)
        self.most = most if self.most is None else max(self.most, most)

    def _settle(self) -> None:
        if len(self.buckets) <= MOST_BUCKETS:
            return
        low, high = 0, 64 - self.level
        while high - low > 1:
            middle = (low + high) // 2
            few = len(set(map(rshift, self.buckets, repeat(middle)))) <= MOST_BUCKETS
            low, high = (low, middle) if few else (middle, high)
        self._coarsen(self.level + high)

    def _coarsen(self, level: int) -> None:
        if level == self.level:
            return
        coarser: Counter[int] = Counter()
        for bucket, often in self.buckets.items():
            coarser[bucket >> (level - self.level)] += often
        self.buckets, self.level = coarser, level

    def _middle(self, bucket: int) -> float:
        start = bucket << self.level
        if not start & ~_SIGN:
            return 0.0
        found = struct.unpack(">d", struct.pack(">Q", start + ((1 << self.level) >> 1)))[0]
        return found if isfinite(found) else float(self.most)


class Texts:
    """Widest of texts; and, by what they are meant to be: the names in them, whether all are ISO dates
    and times, the first and the last, and how many fall on each day (month, year where days are more than `bound`)."""

    __slots__ = ("bound", "fits", "grain", "kind", "least", "most", "names", "whens", "widest", "widths")

    def __init__(self, kind: str, several: bool, bound: int, widths: bool):
        self.kind, self.bound, self.widths = kind, bound, widths
        self.widest = self.grain = 0
        self.least = self.most = None
        self.fits = True
        self.names: Counter[str] | None = Counter() if several else None
        self.whens: Counter[str] | None = Counter() if kind in _ISO else None

    def take(self, texts: list[str], weights: Iterable[int] | None = None) -> bool:
        """Whether all are texts, and then they are taken in; weights: how often each comes."""
        try:
            plain = "".join(texts).isascii()
        except TypeError:
            return False
        if not texts:
            return True
        if self.widths:
            self.widest = max(self.widest, max(map(len, texts)) if plain else _widest(texts))
        weights = None if weights is None else list(weights)
        if self.names is not None:
            self._take_names(texts, weights)
        if self.kind in _ISO:
            self._bound(min(texts), max(texts))
            self.fits = self.fits and all_of(self.kind, texts)
            self._take_whens(texts, weights)
        return True

    def merge(self, other: "Texts") -> None:
        """Takes in all that another of the same kind has taken in."""
        self.widest = max(self.widest, other.widest)
        self.fits = self.fits and other.fits
        if self.names is not None:
            self.names = None if other.names is None else self.names + other.names
            self._settle_names()
        if other.least is not None:
            self._bound(other.least, other.most)
        if self.whens is not None:
            self._coarsen(max(self.grain, other.grain))
            for when, often in other.whens.items():
                self.whens[when[:_GRAIN[self.kind][self.grain]]] += often
            self._settle_whens()

    def as_plain(self) -> dict:
        whens = self.whens
        return {"widest": self.widest, "least": self.least, "most": self.most,
                "fits": self.fits, "grain": self.grain,
                "names": None if self.names is None else sorted(map(list, self.names.items())),
                "whens": None if whens is None else sorted(map(list, whens.items()))}

    def restore(self, plain: dict) -> None:
        """Makes this what another was when `as_plain` was asked."""
        for name in ("widest", "least", "most", "fits", "grain"):
            setattr(self, name, plain[name])
        for name in ("names", "whens"):
            setattr(self, name, None if plain[name] is None else Counter(dict(map(tuple, plain[name]))))

    def _bound(self, least: str, most: str) -> None:
        self.least = least if self.least is None else min(self.least, least)
        self.most = most if self.most is None else max(self.most, most)

    def _take_names(self, texts: list[str], weights: list[int] | None) -> None:
        sets = map(set, map(str.split, texts))
        if weights is None:
            self.names.update(chain.from_iterable(sets))
        else:
            for names, often in zip(sets, weights, strict=True):
                for name in names:
                    self.names[name] += often
        self._settle_names()

    def _settle_names(self) -> None:
        if self.names is not None and len(self.names) > self.bound:
            self.names = None

    def _take_whens(self, texts: list[str], weights: list[int] | None) -> None:
        cut = map(itemgetter(slice(0, _GRAIN[self.kind][self.grain])), texts)
        if weights is None:
            self.whens.update(cut)
        else:
            for when, often in zip(cut, weights, strict=True):
                self.whens[when] += often
        self._settle_whens()

    def _settle_whens(self) -> None:
        while len(self.whens) > self.bound:
            self._coarsen(self.grain + 1)

    def _coarsen(self, grain: int) -> None:
        if grain == self.grain:
            return
        self.grain, coarser = grain, Counter()
        for when, often in self.whens.items():
            coarser[when[:_GRAIN[self.kind][grain]]] += often
        self.whens = coarser


def exact_sum(numbers: list) -> Fraction | int:
    """The sum without any rounding: what fsum rounds off is summed again until nothing is left."""
    classes = set(map(type, numbers))
    if classes <= {int}:
        return sum(numbers)
    if classes != {float}:
        return sum(map(Fraction, numbers))
    found, rest = Fraction(0), [*numbers]
    try:
        while part := fsum(rest):
            found += Fraction(part)
            rest.append(-part)
    except OverflowError:  # on the way, or the sum itself is beyond what a float holds
        return sum(map(Fraction, numbers))
    return found


def all_of(kind: str, texts: list[str]) -> bool:
    """What `moments.fit` says of dates, times or moments; sooner, where they look as phones write them."""
    shape, read = _ISO[kind]
    if shape.fullmatch("\n".join(texts) + "\n"):
        try:
            list(map(read, texts))
            return True
        except ValueError:
            return False
    return fit(kind, texts)


def is_when(text: str) -> bool:
    """Whether a text is what a date or time begins with: '2024-05-31', '2024-05', '2024' or '13'."""
    return _WHEN.fullmatch(text) is not None


def _all_finite(numbers: list) -> bool:
    try:
        return isfinite(sum(numbers)) or all(map(isfinite, numbers))
    except OverflowError:
        return False


def _is_huge(number) -> bool:
    return number.__class__ is int and abs(number) > GREATEST


def _widest(texts: list[str]) -> int:
    try:
        return max(map(len, map(str.encode, texts)))
    except UnicodeEncodeError:  # half of a letter that two stand for
        return max(len(one.encode("utf-8", "surrogatepass")) for one in texts)


def _weighed(numbers: list, weights: list[int]) -> Fraction:
    parts = [one.as_integer_ratio() for one in numbers]
    shared = max(below for _above, below in parts)  # all are powers of two
    return Fraction(sum(above * often * (shared // below)
                        for (above, below), often in zip(parts, weights, strict=True)), shared)
