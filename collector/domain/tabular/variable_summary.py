"""The cells of one variable as they pass -> what is known of it: counts, bounds, mean, quantiles, type, width.

It must not know tables nor keep rows: memory is bounded, and any cut of the same cells into batches gives the same.
Next: `summary.py` holds one per variable of a table.
"""


from bisect import bisect_left
from collections import Counter
from fractions import Fraction
from itertools import accumulate

from collector.domain.tabular.layout import BOOLEAN, DECIMAL, INTEGER, KIND, TEXT
from collector.domain.tabular.measures import Numbers, Texts, is_when
from collector.domain.tabular.shape import KEY, PARENT_KEY, Variable
from collector.domain.values import value_text

MOST_DISTINCT = 1000
MOST_COMBINED = 5000  # distinct answers to a select, each some names
MOST_LETTERS = 200_000  # characters of all distinct values together
POINT = "point"
NUMBER_WIDTH = 25  # bytes that any number takes as text

_NOTHING = type(None)
_PLACES = ("geopoint", "geotrace", "geoshape")
_UNCOUNTED = (*_PLACES, "binary")
_NUMERIC = {INTEGER: {int}, DECIMAL: {int, float}, BOOLEAN: {bool}, POINT: {list}}


class VariableSummary:
    """What is known of one variable over all rows fed.

    Cells are first only counted; from 1001 distinct values (5001 of a select, or 200 000 characters) on, and for keys,
    places and files from the start, they are measured instead. widths: whether `widest` is wanted, half of the cost.
    """

    __slots__ = ("_classes", "_counts", "_facts", "_looked", "_missing", "_rows", "_widths",
                 "kind", "several", "variable")

    def __init__(self, variable: Variable, widths: bool = True):
        self.variable = variable
        self._widths = widths
        self.kind = POINT if variable.type == "geopoint" else KIND.get(variable.type, TEXT)
        self.several = variable.type in ("select", "rank")
        uncounted = variable.type in _UNCOUNTED or variable.id in (KEY, PARENT_KEY)
        self._counts: Counter | None = None if uncounted else Counter()
        self._classes: set[type] = set()
        self._rows = self._missing = self._looked = 0
        self._facts: tuple[Numbers, Texts] | None = self._measures() if uncounted else None

    def feed(self, cells: list) -> None:
        """Takes in the cells of some rows."""
        self._rows += len(cells)
        if self.kind in _NUMERIC:
            classes = set(map(type, cells))
            odd = classes & ({int, float} if self.kind == BOOLEAN else {bool})
            if odd:  # True is 1 to Python
                cells = [value_text(one) if one.__class__ in odd else one for one in cells]
                classes = classes - odd | {str}
            self._classes |= classes
        if self._counts is None:
            self._measure(cells)
            return
        self._facts = None
        try:
            self._counts.update(cells)
        except TypeError:  # a point where none is meant: Counter stops at the first, so what it took is taken back
            self._counts.subtract(cells[:next(at for at, one in enumerate(cells) if one.__class__ is list)])
            self._counts = +self._counts
            self._counts.update([value_text(one) if one.__class__ is list else one for one in cells])
        if len(self._counts) > self._looked + 100:
            self._bound()

    @property
    def counts(self) -> Counter | None:
        """{value: how often}, of select and rank {name: how often}; None when there are too many, or they are keys,
        places or files."""
        self._bound()
        if self.several:
            names = self.facts[1].names
            return None if names is None else Counter(names)
        if self._counts is None:
            return None
        return Counter({value: often for value, often in self._counts.items() if value is not None})

    @property
    def missing(self) -> int:
        """Rows without an answer."""
        return self._missing if self._counts is None else self._counts[None]

    @property
    def answered(self) -> int:
        """Rows with an answer."""
        return self._rows - self.missing

    @property
    def numbers(self) -> int:
        """Cells that are numbers; booleans are none."""
        return self.facts[0].count

    @property
    def minimum(self) -> int | float | str | None:
        """The least number, or the first date, time or moment by its text."""
        return self.facts[1].least if self.facts[0].least is None else self.facts[0].least

    @property
    def maximum(self) -> int | float | str | None:
        """The greatest number, or the last date, time or moment by its text."""
        return self.facts[1].most if self.facts[0].most is None else self.facts[0].most

    @property
    def total(self) -> int | float | None:
        """The sum of the numbers, rounded once; None without numbers."""
        numbers = self.facts[0]
        if not numbers.count:
            return None
        return int(numbers.total) if self.whole else _float(numbers.total)

    @property
    def mean(self) -> float | None:
        """The mean of the numbers; None without numbers."""
        numbers = self.facts[0]
        return _float(numbers.total / numbers.count) if numbers.count else None

    @property
    def whole(self) -> bool:
        """Whether every answer is an int that 64 bits hold."""
        self._bound()
        return self._seen() == {int} and not self.facts[0].huge

    @property
    def fits(self) -> bool:
        """Whether every answer is of its kind as `moments.fit` says, so that a column of that type holds them all."""
        self._bound()
        if self.kind == TEXT:
            return True
        if self.kind in _NUMERIC:
            return self._seen() <= _NUMERIC[self.kind] and not self.facts[0].huge
        return self._seen() <= {str} and self.facts[1].fits

    @property
    def classes(self) -> set[type]:
        """The types of the answers as Python has them; of text whose width is not wanted, only some."""
        self._bound()
        return self._seen()

    @property
    def widest(self) -> int | None:
        """The most UTF-8 bytes of an answer as text, numbers beside text taken to be 25; None when not wanted."""
        if not self._widths:
            return None
        size, classes = self.facts[1].widest, self.classes
        mixed = self.kind == TEXT or str in classes
        return max(size, NUMBER_WIDTH) if mixed and classes & {int, float, bool} else size

    def spread(self) -> list[tuple[float, int]]:
        """(number, how many) in order: exact while values are counted, else by 1024 buckets at most."""
        self._bound()
        if self._counts is None:
            return self.facts[0].spread()
        return sorted((value, often) for value, often in self._counts.items() if value.__class__ in (int, float))

    def quantile(self, share: float) -> float | None:
        """The number below which this share of the numbers lies, between neighbours as pandas does; 0.5: median.

        Exact up to 1000 distinct values.
        """
        spread = self.spread()
        if not spread:
            return None
        ends = list(accumulate(often for _number, often in spread))
        place = share * (ends[-1] - 1)
        below = spread[bisect_left(ends, int(place) + 1)][0]
        above = spread[bisect_left(ends, min(int(place) + 2, ends[-1]))][0]
        return below + (above - below) * (place - int(place))

    @property
    def median(self) -> float | None:
        """The middle number."""
        return self.quantile(0.5)

    def whens(self) -> dict[str, int]:
        """{'2024-05-31': how many} of dates and moments in order, of times {'13': how many}; months ('2024-05') or
        years where there are more than 1000 days. What is no date is left out."""
        found = self.facts[1].whens or {}
        return {when: often for when, often in sorted(found.items()) if is_when(when)}

    @property
    def facts(self) -> tuple[Numbers, Texts]:
        """Measures of the numbers and of the texts among the cells."""
        if self._facts is None:
            self._facts = self._measures()
            self._weigh(self._facts)
        return self._facts

    def merge(self, other: "VariableSummary") -> None:
        """Takes in what another summary of the same variable has taken in."""
        self._rows += other._rows
        self._classes |= other._classes
        if self._counts is not None and other._counts is not None:
            self._counts.update(other._counts)
            self._facts = None
            self._bound()
            return
        if self._counts is not None:
            self._measured()
        self._missing += other.missing
        self._classes |= other._seen()
        for mine, theirs in zip(self._facts, other.facts, strict=True):
            mine.merge(theirs)

    def as_plain(self) -> dict:
        """All of it as JSON knows it."""
        self._bound()
        plain = {"rows": self._rows, "missing": self.missing,
                 "classes": sorted(one.__name__ for one in self._seen())}
        if self._counts is not None:
            order = sorted(self._counts.items(), key=lambda one: (type(one[0]).__name__, one[0] is not None and one[0]))
            return plain | {"counts": [[value, often] for value, often in order if often]}
        return plain | {"numbers": self._facts[0].as_plain(), "texts": self._facts[1].as_plain()}

    def restore(self, plain: dict) -> None:
        """Makes this what another was when `as_plain` was asked."""
        known = {one.__name__: one for one in (str, int, float, bool, list)}
        self._rows, self._missing = plain["rows"], plain["missing"]
        self._classes = {known[name] for name in plain["classes"]}
        if "counts" in plain:
            self._counts, self._facts = Counter(dict(map(tuple, plain["counts"]))), None
            return
        self._counts, texts = None, self._measures()[1]
        texts.restore(plain["texts"])
        self._facts = (Numbers.from_plain(plain["numbers"]), texts)

    def _measures(self) -> tuple[Numbers, Texts]:
        return Numbers(), Texts(self.kind, self.several, MOST_DISTINCT, self._widths)

    def _seen(self) -> set[type]:
        if self._counts is not None and self.kind not in _NUMERIC:
            return set(map(type, self._counts)) - {_NOTHING}
        return self._classes - {_NOTHING}

    def _bound(self) -> None:
        """Goes from counting to measuring when there are too many values; asked late, it comes out the same."""
        counts = self._counts
        if counts is None or len(counts) == self._looked:
            return
        self._looked = len(counts)
        letters = sum(len(one) for one in counts if one.__class__ is str)
        most = MOST_COMBINED if self.several else MOST_DISTINCT
        if len(counts) - (None in counts) > most or letters > MOST_LETTERS:
            self._measured()

    def _measured(self) -> None:
        self._classes, self._missing = self._seen(), self._counts[None]
        facts, self._counts = self.facts, None
        self._facts = facts

    def _weigh(self, facts: tuple[Numbers, Texts]) -> None:
        for measure, wanted in zip(facts, ((int, float), (str,)), strict=True):
            values = {one: often for one, often in self._counts.items() if one.__class__ in wanted}
            measure.take(list(values), list(values.values()))

    def _measure(self, cells: list) -> None:
        numbers, texts = self._facts
        if self.kind == TEXT and not self._widths and not self.several:
            self._missing += cells.count(None)
            return
        if self.kind not in _NUMERIC and cells and texts.take(cells):
            self._classes.add(str)
            return
        given = [one for one in cells if one is not None]
        self._missing += len(cells) - len(given)
        if not given:
            return
        if self.kind not in _NUMERIC and texts.take(given):
            self._classes.add(str)
            return
        classes = self._classes - {_NOTHING}
        if self.kind in (INTEGER, DECIMAL) and classes <= {int, float}:
            numbers.take(given)
            return
        classes = set(map(type, given))
        self._classes |= classes
        if classes <= {int, float}:
            numbers.take(given)
        elif classes - {list, bool}:
            numbers.take([one for one in given if one.__class__ in (int, float)])
            texts.take([one for one in given if one.__class__ is str])


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
