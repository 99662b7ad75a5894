"""What two versions of a record, or two records of one form, say differently: answer by answer, in the form's order.

Must not judge which of them is right. Words are those of the form (`sheet`), or the place where it has none.
Next: pages show it beside the versions, before a correction is kept, and where records look the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collector.domain import sheet
from collector.domain.fields import FormModel
from collector.domain.instance import Instance, Node

# each version has its own, so they tell nothing
_OWN = frozenset(("/meta/instanceID", "/meta/deprecatedID"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not the same, or one instance of a repeat that stands on one side only.

    ref: as findings write it, /data/g/a[2]/b. path: in the form, without root and positions. before, after: text as it
    was sent, trimmed; None: not there; '' for an instance of a repeat.
    """

    ref: str
    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in words. kind: changed, added, removed; turn: a whole instance of a repeat came or went.

    label: of the answer, or of the instance; around: the instances it stands in, outermost first, '' for none.
    before, after: the answer as it is shown, None where nothing was said; added: it stands on the newer side only.
    """

    ref: str
    path: str
    kind: str
    label: str
    around: str
    before: sheet.Answer | None
    after: sheet.Answer | None
    added: bool = False

    @property
    def calculated(self) -> bool:
        """Whether the form computed it: nobody typed it."""
        said = self.after or self.before
        return said is not None and said.calculated


def differences(model: FormModel, old: Instance, new: Instance) -> list[Difference]:
    """What changed from old to new, in the order of the form; instances of repeats are matched by position.

    What was left empty and what is not there are the same nothing. model: of the new one; what it does not know follows
    what it knows.
    """
    order = {one.path: one.order for one in model.fields}
    return list(_between(old.root, new.root, f"/{new.root.name}", order))


def in_words(found: list[Difference], old: tuple[sheet.Section, ...],
             new: tuple[sheet.Section, ...]) -> list[Change]:
    """The differences as people read them; old, new: the same two records, as `sheet.read` lays them out."""
    before, after = dict(_places(old)), dict(_places(new))
    return [_change(one, before, after) for one in found]


def _change(one: Difference, before: dict[str, tuple], after: dict[str, tuple]) -> Change:
    here = "/" + one.ref.partition("/")[2].partition("/")[2]
    label, around, part = after.get(here) or before.get(here) or (here, "", None)
    if isinstance(part, sheet.Turn):
        return Change(one.ref, one.path, "turn", label, around, None, None, one.after is not None)
    said = [_answer(one, here, side, text) for side, text in ((before, one.before), (after, one.after))]
    kind = "added" if said[0] is None else "removed" if said[1] is None else "changed"
    return Change(one.ref, one.path, kind, label, around, *said, added=kind == "added")


def _answer(one: Difference, here: str, side: dict[str, tuple], text: str | None) -> sheet.Answer | None:
    if not text:
        return None
    part = side[here][2] if here in side else None
    if isinstance(part, sheet.Answer):
        return part
    return sheet.Answer(one.ref, one.path, here, "string", "answered", (text,), text)


def _places(parts: tuple, around: str = "") -> Iterator[tuple[str, tuple]]:
    """(place without the root, (label, the instances around it, the answer or instance)) of all that is laid out."""
    for part in parts:
        if isinstance(part, sheet.Answer):
            yield part.ref, (part.label, around, part)
        elif isinstance(part, sheet.Section):
            yield from _places(part.parts, around)
        else:
            for turn in part.turns:
                words = f"{part.label} {turn.position}" + (f", {turn.name}" if turn.name else "")
                yield turn.ref, (words, around, turn)
                yield from _places(turn.parts, f"{around} · {words}" if around else words)


def _between(old: Node | None, new: Node | None, root: str, order: dict[str, int]) -> Iterator[Difference]:
    here = new or old
    before, after = _said(old), _said(new)
    one_sided = here.field is not None and here.field.kind == "repeat" and (old is None or new is None)
    if one_sided or ((before or "") != (after or "") and here.path not in _OWN):
        yield Difference(root + here.ref, here.path, before, after)
    for first, second in _pairs(old, new, order):
        yield from _between(first, second, root, order)


def _pairs(old: Node | None, new: Node | None, order: dict[str, int]) -> Iterator[tuple[Node | None, Node | None]]:
    """The children of both, each beside its counterpart: same name, same position."""
    sides = [{(one.name, one.position): one for one in node.children} if node else {} for node in (new, old)]
    seen = {**sides[0], **sides[1]}
    names = {one.name: order.get(one.path) for one in seen.values()}
    met = {name: number for number, name in enumerate(names)}
    last = len(order)

    def turn(key: tuple[str, int]) -> tuple:
        known = names[key[0]]
        return (last if known is None else known, met[key[0]], key[1])

    for key in sorted(seen, key=turn):
        yield sides[1].get(key), sides[0].get(key)


def _said(node: Node | None) -> str | None:
    return None if node is None else node.text.strip()
