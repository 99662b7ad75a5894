"""Room for a correction in place: a kept submission and what somebody typed -> its next version, as a phone writes it.

It must not know pages, files or the clock; whoever asks hands in chance and a new instanceID. What nobody touched stays
as it was sent, unknown nodes and namespaces too. Next: `services/correcting` shows it, and keeps it through intake.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from collector.domain import sheet
from collector.domain.check import STEPS, Checker, Circumstances, Finding
from collector.domain.checking.choosing import name_of
from collector.domain.checking.clock import clock_of
from collector.domain.checking.lists import Lists
from collector.domain.correcting import asking, texts
from collector.domain.correcting.draft import Draft, path_of
from collector.domain.correcting.refilling import Refilling
from collector.domain.fields import FormModel
from collector.domain.instance import read_instance
from collector.domain.xmltext import read_xml

PASSES = 6  # repeats whose count is counted in another repeat, and so on
MOST_ADDED = 100
STOPS = frozenset(("type", "constraint", "required", "choice", "range"))  # what the phone would not let pass
OTHER = "other"
REASONS = {  # code -> (es, en)
    "photo": ("Se lee en la foto del documento", "It can be read in the photo of the document"),
    "asked": ("Lo confirmó quien respondió", "Whoever answered confirmed it"),
    "filler": ("Lo confirmó quien llenó el registro", "Whoever filled it in confirmed it"),
    "source": ("Consta en otro documento o registro", "Another document or record says so"),
    "slip": ("Se escribió mal", "It was a slip of the pen"),
    OTHER: ("Otro: lo escribo", "Another: I write it"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed. values: place -> values of its inputs; added, gone: places of instances; sought: place ->
    words that a long list is searched by; files: names of files that came along."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    sought: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Basis:
    """What is corrected: the current version, with what its check needs to know."""

    checker: Checker
    xml: bytes
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another. kind: changed, or added or removed for an instance of a repeat; typed: somebody did it
    and says why, else the form did it. before, after: in the words of the form, () for nothing; around: its instances.
    """

    place: str
    path: str
    kind: str
    label: str
    around: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    typed: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """The next version, before it has a name. parts: its inputs; findings by place: closed by the correction, left, and
    fresh ones; stops: those of the fresh that the phone would not let pass."""

    draft: Draft
    parts: tuple
    changes: tuple[Change, ...]
    closed: tuple[tuple[str, Finding], ...]
    left: tuple[tuple[str, Finding], ...]
    fresh: tuple[tuple[str, Finding], ...]

    @property
    def stops(self) -> tuple[tuple[str, Finding], ...]:
        """What keeps it from being saved."""
        return tuple(one for one in self.fresh if one[1].kind in STOPS)

    @property
    def typed(self) -> tuple[Change, ...]:
        """What somebody changed."""
        return tuple(one for one in self.changes if one.typed)


def revise(basis: Basis, given: Given, language: str = "", chance: Callable[[], float] | None = None) -> Revision:
    """The record as it would be. Raises XMLFault, and Stopped for a form that takes too long to compute."""
    plan, model = basis.checker.plan, basis.checker.model
    base = Draft(read_xml(basis.xml), plan)
    draft = Draft(read_xml(basis.xml), plan)
    circumstances = basis.circumstances
    if circumstances.files is not None:
        circumstances = replace(circumstances, files=circumstances.files | given.files)
    lists = basis.checker.lists(circumstances)
    clock = clock_of(base.root, model, circumstances)
    fresh, gone = _restructured(draft, given)
    typed = _typed(draft, given, circumstances.zone)
    changed = {path_of(place) for place in (*typed, *gone)}
    grown = {path_of(place) for place in fresh}
    for turn in range(PASSES):
        filled = Refilling(plan, draft, lists, clock, STEPS, changed, grown, chance)
        filled.refill()
        again = filled.set_off(typed, fresh) if turn == 0 else {}
        for place, text in again.items():
            draft.write(place, text)
            changed.add(path_of(place))
        missing = filled.missing()
        for place, count in missing:
            grown.add(path_of(place))
            for _ in range(count):
                draft.grow(draft.free(place))
        if not again and not missing:
            break
    parts = asking.Asking(filled, language, given.sought, frozenset(fresh)).parts()
    changes = _changes(base, draft, lists, language, typed, fresh, gone)
    return Revision(draft, parts, changes, *_compared(basis, base, draft, circumstances))


def finished(revision: Revision, former: str, instance_id: str) -> bytes:
    """The XML of the next version, which replaces the former one and has this instanceID."""
    revision.draft.rename(former, instance_id)
    return etree.tostring(revision.draft.root, encoding="UTF-8", xml_declaration=True)


def between(before: Basis, after: Basis, language: str = "") -> tuple[Change, ...]:
    """What two versions say differently, instances matched by position. Raises XMLFault."""
    plan = after.checker.plan
    lists = after.checker.lists(after.circumstances)
    return _changes(Draft(read_xml(before.xml), plan), Draft(read_xml(after.xml), plan), lists, language, (), [], [])


def typed(basis: Basis, given: Given) -> frozenset[str]:
    """The places where something else was typed than this version says. Raises XMLFault."""
    draft = Draft(read_xml(basis.xml), basis.checker.plan)
    _restructured(draft, given)
    return frozenset(_typed(draft, given, basis.circumstances.zone))


def _restructured(draft: Draft, given: Given) -> tuple[list[str], list[str]]:
    """(instances that are new, instances of the record that are gone); the draft has them so."""
    spots, fresh, gone = draft.plan.spots, [], []
    for place in given.added[:MOST_ADDED]:
        spot = spots.get(path_of(place))
        if spot is None or not spot.repeats or spot.count is not None or spot.field.fixed_repeat \
                or not place.endswith("]") or place in draft.at or not _is_there(draft, place.rpartition("[")[0]):
            continue
        draft.grow(place)
        fresh.append(place)
    for place in given.gone:
        spot = spots.get(path_of(place))
        if spot is None or not spot.repeats or place not in draft.at:
            continue
        draft.drop(place)
        if place in fresh:
            fresh.remove(place)
        else:
            gone.append(place)
    return [place for place in fresh if place in draft.at], gone


def _typed(draft: Draft, given: Given, zone: str) -> list[str]:
    """The places where something else was typed; the draft has it."""
    found = []
    for place, values in given.values.items():
        spot = draft.plan.spots.get(path_of(place))
        if spot is None or not spot.is_leaf or not spot.asked or not _is_there(draft, place):
            continue
        one = spot.field
        if one.is_note or one.calculate or one.readonly.strip() in texts.READ_ONLY:
            continue
        element = draft.at.get(place)
        former = (element.text or "") if element is not None else spot.default
        text = texts.written(one, values, former, zone)
        if text != former:
            draft.write(place, text)
            found.append(place)
    return found


def _is_there(draft: Draft, place: str) -> bool:
    """Whether every instance that the place names is in the record."""
    steps = place.split("/")
    return all("/".join(steps[:number]) in draft.at for number, step in enumerate(steps, 1) if step.endswith("]"))


def _compared(basis: Basis, base: Draft, draft: Draft, circumstances: Circumstances) -> tuple[tuple, tuple, tuple]:
    """(closed, left, fresh) findings with their places; what could not be told is left out."""
    before = _found(basis.checker, base, basis.circumstances)
    after = _found(basis.checker, draft, circumstances)
    return (tuple((key[1], one) for key, one in before.items() if key not in after),
            tuple((key[1], one) for key, one in after.items() if key in before),
            tuple((key[1], one) for key, one in after.items() if key not in before))


def _found(checker: Checker, draft: Draft, circumstances: Circumstances) -> dict[tuple, Finding]:
    refs = draft.refs()
    found = [one for one in checker.check(draft.root, circumstances) if one.severity != "note"]
    return {(one.kind, _place(one.ref, refs), one.value): one for one in found}


def _place(ref: str, refs: Mapping[str, str]) -> str:
    """The place of what a ref names, by what is above it where the form has no such node."""
    above, rest = ref, ""
    while above.count("/") > 1:
        if above in refs:
            return refs[above] + rest
        above, _, last = above.rpartition("/")
        rest = f"/{last}{rest}"
    return rest


def _changes(base: Draft, draft: Draft, lists: Lists, language: str, typed: Iterable[str], fresh: list[str],
             gone: list[str]) -> tuple[Change, ...]:
    before, after = base.texts(), draft.texts()
    was, now = _laid(base, lists, language), _laid(draft, lists, language)
    typed, found, told = set(typed), [], set()
    for place in (*after, *(place for place in before if place not in after)):
        inside = next((one for one in _instances(place) if one not in base.at or one not in draft.at), None)
        if inside is not None and inside not in told:
            told.add(inside)
            kind, side = ("added", now) if inside in draft.at else ("removed", was)
            label, around, _part = side.get(inside, (inside, "", None))
            found.append(Change(inside, path_of(inside), kind, label, around, (), (),
                                inside in fresh or inside in gone))
        if before.get(place, "") == after.get(place, "") or (inside is not None and inside not in draft.at):
            continue
        label, around, _part = now.get(place) or was.get(place) or (place, "", None)
        found.append(Change(place, path_of(place), "changed", label, around, _words(was, place, before),
                            _words(now, place, after), place in typed and inside is None))
    return tuple(found)


def _instances(place: str) -> list[str]:
    """The instances that a place lies in, outermost first."""
    steps = place.split("/")
    return ["/".join(steps[:number]) for number, step in enumerate(steps, 1) if step.endswith("]")]


def _words(side: Mapping[str, tuple], place: str, said: Mapping[str, str]) -> tuple[str, ...]:
    text = said.get(place, "")
    part = side[place][2] if place in side else None
    if not text:
        return ()
    return part.values if isinstance(part, sheet.Answer) and part.values else (text,)


def _laid(draft: Draft, lists: Lists, language: str) -> dict[str, tuple]:
    """Place -> (label, the instances around it, its part of the sheet) of all that a person reads in the record."""
    model, refs = draft.plan.model, draft.refs()
    instance = read_instance(etree.tostring(draft.root, encoding="UTF-8"), model)
    root = f"/{instance.root.name}"
    laid = sheet.read(instance, model, language, _labels(model, lists, sheet.wanted_choices(instance, model)))
    return {_place(root + ref, refs): said for ref, said in _places(laid)}


def _labels(model: FormModel, lists: Lists, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """Labels of names chosen from lists that are files: id of the list -> name -> label."""
    found: dict[str, dict[str, str]] = {}
    columns = {one.itemset.instance: one.itemset for one in model.fields if one.itemset}
    for id, names in wanted.items():
        rows = lists.named(id, columns[id].value_ref) or {}
        found[id] = {name: name_of(rows[name][0], columns[id].label_ref) for name in names if name in rows}
    return found


def _places(parts: tuple, around: str = ""):
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
