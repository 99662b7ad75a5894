"""The picture of a programme: forms at the left by line, lists at the right, a line for each reading and writing.

Must not know HTML, colours or languages; lengths are those of the drawing, text is cut to what a box holds.
Next: the page of the programme draws what is laid out here and says the same in a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 940
FORM_WIDTH, LIST_WIDTH = 400, 220
BOX, GAP, HEAD, SPACE, TOP = 34, 8, 26, 18, 34
FORM_LETTERS, LIST_LETTERS = 50, 26
READS, WRITES = "reads", "writes"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the picture needs it. reads, writes: names of lists."""

    id: str
    title: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A form or a list. text: cut; whole: not."""

    x: int
    y: int
    width: int
    text: str
    whole: str
    height: int = BOX

    @property
    def middle(self) -> float:
        """Where its middle is, from above."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A form reads a list or writes it. d: the path, beginning where the data come from."""

    kind: str
    form: str
    list: str
    d: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn. heads: (words, y) of each group."""

    width: int
    height: int
    heads: tuple[tuple[str, int], ...]
    forms: tuple[Box, ...]
    lists: tuple[Box, ...]
    edges: tuple[Edge, ...]


def picture_of(groups: Sequence[tuple[str, Sequence[Form]]]) -> Picture:
    """The picture of forms in groups. A list stands at the height of the forms that use it, as near as it can."""
    heads, boxes, y = [], {}, TOP
    for words, forms in groups:
        if not forms:
            continue
        heads.append((words, y + HEAD - 10))
        y += HEAD
        for form in forms:
            boxes[form.id] = Box(0, y, FORM_WIDTH, shortened(form.title, FORM_LETTERS), form.title)
            y += BOX + GAP
        y += SPACE
    every = [form for _words, forms in groups for form in forms]
    pairs = [(kind, form.id, name) for form in every for kind, names in ((READS, form.reads), (WRITES, form.writes))
             for name in names]
    lists = _lists(pairs, boxes, y)
    height = max([y, *(box.y + BOX + GAP for box in lists.values())])
    return Picture(WIDTH, height, tuple(heads), tuple(boxes[form.id] for form in every), tuple(lists.values()),
                   tuple(_edges(pairs, boxes, lists)))


def shortened(text: str, letters: int) -> str:
    """The text, cut so that it has no more letters than these."""
    return text if len(text) <= letters else text[:letters - 1].rstrip(" ,:;·") + "…"


def _lists(pairs: list[tuple[str, str, str]], forms: dict[str, Box], bottom: int) -> dict[str, Box]:
    """{name: box} from above to below."""
    heights: dict[str, list[float]] = {}
    for _kind, form, name in pairs:
        heights.setdefault(name, []).append(forms[form].middle)
    ranked = sorted(heights, key=lambda name: (sum(heights[name]) / len(heights[name]), name))
    wanted = [sum(heights[name]) / len(heights[name]) - BOX / 2 for name in ranked]
    step = max(BOX + 2 * GAP, min(90, (bottom - TOP) / max(len(ranked), 1)))
    places, free = [], float(TOP + HEAD)
    for at in wanted:
        places.append(max(at, free))
        free = places[-1] + step
    over = max(0.0, free - step + BOX + SPACE - bottom) if places else 0.0
    places = [max(TOP + HEAD + number * (BOX + 2 * GAP), at - over) for number, at in enumerate(places)]
    return {name: Box(WIDTH - LIST_WIDTH, round(at), LIST_WIDTH, shortened(name, LIST_LETTERS), name)
            for name, at in zip(ranked, places, strict=True)}


def _edges(pairs: list[tuple[str, str, str]], forms: dict[str, Box], lists: dict[str, Box]) -> list[Edge]:
    """The lines; where many meet at a box each has a place of its own, in the order of their other ends."""
    at_form, at_list = {}, {}
    for form, box in forms.items():
        mine = sorted((pair for pair in pairs if pair[1] == form), key=lambda pair: (lists[pair[2]].y, pair[0]))
        at_form |= dict(zip(mine, _ports(box, len(mine)), strict=True))
    for name, box in lists.items():
        mine = sorted((pair for pair in pairs if pair[2] == name), key=lambda pair: (forms[pair[1]].y, pair[0]))
        at_list |= dict(zip(mine, _ports(box, len(mine)), strict=True))
    left, right = FORM_WIDTH, WIDTH - LIST_WIDTH
    bend = (right - left) // 2
    found = []
    for pair in pairs:
        kind, form, name = pair
        here, there = at_form[pair], at_list[pair]
        d = (f"M{left} {here:g} C{left + bend} {here:g} {right - bend} {there:g} {right - 7} {there:g}"
             if kind == WRITES else
             f"M{right} {there:g} C{right - bend} {there:g} {left + bend} {here:g} {left + 7} {here:g}")
        found.append(Edge(kind, form, name, d))
    return found


def _ports(box: Box, count: int) -> list[float]:
    """Heights at the side of a box, as many as lines meet there."""
    return [round(box.y + box.height * (number + 1) / (count + 1), 1) for number in range(count)]
