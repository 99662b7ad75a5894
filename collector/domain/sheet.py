"""A record as a person reads it: sections, answers with the words of the form, repeats that can be told apart.

Must not know pages nor where lists and files lie; it is handed the labels of lists that are files.
Next: `services/reading` hands it to pages, which draw it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collector.domain.fields import Field, FormModel
from collector.domain.instance import Instance, Node
from collector.domain.values import parse_value

# id of a secondary instance -> name of a choice -> its label
Lists = Mapping[str, Mapping[str, str]]

_shown = re.compile(r"\$\{([^}]+)\}")
_drawn = ("signature", "draw", "annotate")


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with what was answered.

    state: answered, empty (asked, left empty) or unasked (not in the record). values: the words of the form; codes:
    what was sent. file: kind of the file an answer names (image, audio, video, file), '' for none; drawn: a signature.
    """

    ref: str
    path: str
    label: str
    type: str
    state: str
    values: tuple[str, ...] = ()
    codes: str = ""
    file: str = ""
    drawn: bool = False
    point: tuple = ()
    calculated: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One instance of a repeat. name: what tells it apart, '' when nothing does."""

    ref: str
    position: int
    name: str
    parts: tuple


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeat with its instances, in order."""

    ref: str
    label: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A group with its parts (Answer, Section, Repeat), in the form's order; label '' for what stands in no group."""

    ref: str
    label: str
    parts: tuple


def read(instance: Instance, model: FormModel, language: str = "", lists: Lists | None = None) -> tuple[Section, ...]:
    """The record in sections: first what stands in no group, then each group of the first level."""
    reader = _Reader(model, language, lists or {}, _said(instance.root))
    loose, sections = [], []
    for part in reader.parts(instance.root, "", ""):
        if isinstance(part, Answer):
            loose.append(part)
        else:
            if loose:
                sections.append(Section("", "", tuple(loose)))
                loose = []
            sections.append(part if isinstance(part, Section) else Section(part.ref, part.label, (part,)))
    if loose:
        sections.append(Section("", "", tuple(loose)))
    return tuple(sections)


def wanted_choices(instance: Instance, model: FormModel) -> dict[str, set[str]]:
    """The chosen names whose labels lie in files: id of the list -> names."""
    found: dict[str, set[str]] = {}
    for node in instance.root.walk():
        one = node.field
        if one is not None and one.chooses and one.itemset and node.text:
            listed = model.instances.get(one.itemset.instance)
            if listed is not None and listed.file_name:
                found.setdefault(listed.id, set()).update(node.text.split())
    return found


def is_shown(part, everything: bool = False) -> bool:
    """Whether a part is worth a row: what was asked in words; everything: calculated and unasked ones too."""
    if isinstance(part, Answer):
        return everything or not part.calculated
    return everything or isinstance(part, Repeat) or any(_was_asked(one) for one in part.parts)


def runs(parts: tuple, everything: bool = False) -> list[tuple]:
    """The shown parts in order; neighbours that are answers in one tuple, each other part in its own."""
    found: list[list] = []
    for part in parts:
        if not is_shown(part, everything):
            continue
        if isinstance(part, Answer) and found and isinstance(found[-1][0], Answer):
            found[-1].append(part)
        else:
            found.append([part])
    return [tuple(run) for run in found]


def _was_asked(part) -> bool:
    if isinstance(part, Answer):
        return part.state != "unasked" and not part.calculated
    return is_shown(part)


class _Reader:
    """Walks form and record side by side."""

    def __init__(self, model: FormModel, language: str, lists: Lists, said: dict[str, str]):
        self.model = model
        self.language = language
        self.lists = lists
        self.said = said
        self.below: dict[str, list[Field]] = {}
        for one in model.fields:
            self.below.setdefault(one.parent, []).append(one)

    def parts(self, node: Node | None, path: str, ref: str):
        """The parts below a place; node: None when the whole group was not asked."""
        for one in self.below.get(path, ()):
            if path == "" and one.name == "meta":
                continue
            found = node.named(one.name) if node else ()
            if one.kind == "repeat":
                if found:
                    yield self.repeat(one, found, f"{ref}/{one.name}")
            elif one.kind == "group":
                parts = self.parts(found[0] if found else None, one.path, f"{ref}/{one.name}")
                yield from self.grouped(one, tuple(parts), f"{ref}/{one.name}")
            elif not one.is_note:
                yield self.answer(one, found[0] if found else None, f"{ref}/{one.name}")

    def grouped(self, one: Field, parts: tuple, ref: str):
        """The group as a section; a group that only keeps conditions together has no words, and shows its parts."""
        if not self.model.text(one.labels, self.language):
            yield from parts
        elif parts:
            yield Section(ref, self.label(one), parts)

    def repeat(self, one: Field, nodes: tuple[Node, ...], ref: str) -> Repeat:
        turns = []
        for position, node in enumerate(nodes, 1):
            outer, self.said = self.said, {**self.said, **_said(node)}
            parts = tuple(self.parts(node, one.path, f"{ref}[{position}]"))
            self.said = outer
            turns.append(Turn(node.ref, position, _name(parts), parts))
        return Repeat(ref, self.label(one), tuple(turns))

    def answer(self, one: Field, node: Node | None, ref: str) -> Answer:
        text = node.text.strip() if node is not None else ""
        state = "unasked" if node is None else "answered" if text else "empty"
        value = parse_value(one.type, text)
        return Answer(
            ref=node.ref if node is not None else ref, path=one.path, label=self.label(one), type=one.type, state=state,
            values=self.words(one, text), codes=text, file=_file_kind(one) if one.binary else "",
            drawn=any(word in one.appearance for word in _drawn), point=tuple(value) if isinstance(value, list) else (),
            calculated=not one.labels and bool(one.calculate or one.preload or not one.control))

    def words(self, one: Field, text: str) -> tuple[str, ...]:
        if not text:
            return ()
        if not one.chooses:
            return (text,)
        names = [text] if one.type == "select1" else text.split()
        held = self.lists.get(one.itemset.instance, {}) if one.itemset else {}
        return tuple(held.get(name) or self.filled(self.model.choice_label(one, name, self.language)) for name in names)

    def label(self, one: Field) -> str:
        return self.filled(self.model.label(one, self.language))

    def filled(self, text: str) -> str:
        """The label with the answers it shows; '…' where there is none."""
        return _shown.sub(lambda found: self.said.get(found[1]) or "…", text) if "${" in text else text


def _said(node: Node) -> dict[str, str]:
    """What was answered under each name outside of repeats further in."""
    said: dict[str, str] = {}
    waiting = list(node.children)
    while waiting:
        one = waiting.pop(0)
        if one.field is not None and one.field.kind == "repeat":
            continue
        if one.children:
            waiting.extend(one.children)
        elif one.text.strip():
            said.setdefault(one.name, one.text.strip())
    return said


def _name(parts: tuple) -> str:
    """The first answer that a person would know the instance by: typed words before a choice."""
    answers = [one for one in _answers(parts) if one.state == "answered" and not one.file and not one.calculated]
    for type in ("string", "select1", "date", "int"):
        for one in answers:
            if one.type == type:
                return one.values[0][:120]
    return ""


def _answers(parts: tuple):
    """Every answer outside of repeats further in."""
    for part in parts:
        if isinstance(part, Section):
            yield from _answers(part.parts)
        elif isinstance(part, Answer):
            yield part


def _file_kind(one: Field) -> str:
    kind = one.mediatype.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "file"
