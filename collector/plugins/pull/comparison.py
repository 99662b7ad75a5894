"""Room that compares what was pulled with the server it came from: counts asked for anew, hashes of what came and of
what is stored.

It must not change anything. `command` shows the lines.
"""

from dataclasses import dataclass

from collector.domain import access
from collector.plugins.pull.journey import Pulled
from collector.plugins.pull.ledger import Ledger
from collector.plugins.pull.source import Source, at
from collector.services import pulled_things
from collector.services.unit import Units


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was counted on both sides. wrong: what of it is not the same."""

    form: str
    what: str
    there: int
    here: int
    wrong: tuple[str, ...] = ()

    @property
    def is_alike(self) -> bool:
        """Whether both sides have the same."""
        return self.there == self.here and not self.wrong


def compare(units: Units, source: Source, ledger: Ledger, pulled: Pulled) -> list[Line]:
    """The lines of one form. Raises Unanswered."""
    base = at("projects", pulled.number, "forms", pulled.xml_form_id)
    told = source.ask(base)
    lines = _definitions(units, source, base, pulled) if told.get("publishedAt") else []
    return lines + (_submissions(units, ledger, pulled, told) if lines else [])


def _definitions(units: Units, source: Source, base: str, pulled: Pulled) -> list[Line]:
    with units.reading(access.SYSTEM) as unit:
        held = {one.version: one for one in pulled_things.list_definitions(unit, pulled.project_id, pulled.xml_form_id)}
    there = {one.get("version") or "": one["hash"] for one in source.ask(base + "/versions")}
    other = tuple(f"versión {version or '(sin versión)'}" for version, md5 in there.items()
                  if version not in held or held[version].md5 != md5)
    counted, here, wrong = 0, 0, []
    for version in there:
        for file in source.ask(base + at("versions", version or "___", "attachments")):
            if not file.get("exists"):
                continue
            counted += 1
            own = held[version].media.get(file["name"]) if version in held else None
            here += own is not None
            made = file.get("datasetExists") and not file.get("blobExists")  # of entities, as they were
            if own is None or (file.get("hash") and not made and file["hash"] != own):
                wrong.append(f"{file['name']} de la versión {version or '(sin versión)'}")
    return [Line(pulled.xml_form_id, "versions", len(there), len(set(held) & set(there)), other),
            Line(pulled.xml_form_id, "media", counted, here, tuple(wrong))]


def _submissions(units: Units, ledger: Ledger, pulled: Pulled, told: dict) -> list[Line]:
    """What the list over there told in this run; what people added here since is not counted."""
    notes = ledger.of_form(pulled.number, pulled.xml_form_id)
    xml, files, states = {}, {}, {}
    with units.reading(access.SYSTEM) as unit:
        said = pulled_things.count_comments(unit, pulled.project_id, pulled.xml_form_id)
        for one in pulled_things.versions(unit, pulled.project_id, pulled.xml_form_id):
            xml[one.instance_id] = one.sha256
            states[one.root] = one.state
            files |= {(one.instance_id, name): digest for name, digest in one.files.items()}
    came = {version: digest for note in notes.values() for version, digest in note.xml.items()}
    brought = {(version, name): digest for note in notes.values() for version, named in note.files.items()
               for name, digest in named.items()}
    other = tuple(one for one, note in notes.items() if one in states and states[one] != note.state)
    missing = tuple(sorted(set(notes) - set(states)))
    silent = tuple(one for one, note in notes.items() if said.get(one, 0) < note.comments)
    form = pulled.xml_form_id
    return [
        Line(form, "submissions", told["submissions"], len(set(notes) & set(states)), missing),
        _hashed(form, "xml", came, xml),
        _hashed(form, "attachments", brought, files),
        Line(form, "states", len(notes), len(set(notes) & set(states)) - len(other), other),
        Line(form, "comments", sum(note.comments for note in notes.values()),
             sum(min(note.comments, said.get(one, 0)) for one, note in notes.items()), silent),
    ]


def _hashed(form: str, what: str, there: dict, here: dict) -> Line:
    wrong = [one for one, digest in there.items() if here.get(one) != digest]
    return Line(form, what, len(there), len(there) - len(wrong),
                tuple(one if isinstance(one, str) else f"{one[1]} de {one[0]}" for one in wrong))
