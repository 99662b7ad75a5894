"""Room of the versions of a record: each as it was sent, beside the one before it.

It must not change any of them (an edit is a further version, through `services/intake`) nor know pages.
The record's page, the page of its versions and the API show what is found here.
"""

from dataclasses import dataclass

from collector.domain import edits, sheet
from collector.domain.differences import Change, differences, in_words
from collector.domain.fields import FormModel
from collector.domain.instance import Instance
from collector.services import reading, records
from collector.services.unit import UnitOfWork
from collector.store.queries import editions as queries
from collector.store.queries.records import Edition, Record
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission

TOGETHER = 50  # versions in memory


@dataclass(frozen=True, slots=True)
class Told:
    """A record as ODK Central's API tells it. user_agent: what sent its first version; edition: the current one."""

    submission: Submission
    edition: Edition
    form_version: str
    submitter: Actor | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """A version with its answers. number: 1 for the first that came; model, instance: None when it cannot be read."""

    edition: Edition
    number: int
    model: FormModel | None
    instance: Instance | None
    sections: tuple[sheet.Section, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A version beside one before it. before: None for the first; changes: None when one of them cannot be read."""

    after: Read
    before: Read | None
    changes: list[Change] | None


def told(unit: UnitOfWork, found: list[Record]) -> list[Told]:
    """Records that were found by `services/records`, as the API tells them, in order."""
    firsts = queries.find_firsts(unit.session, [one.submission.id for one in found if one.submission.edits])
    others = queries.find_actors(unit.session, {one.version.submitter_id for one in found if one.version.submitter_id
                                                not in (None, one.submission.submitter_id)})
    return [Told(one.submission, Edition(one.version, one.form_version,
                                         others.get(one.version.submitter_id, one.submitter)),
                 one.form_version, one.submitter,
                 firsts[one.submission.id][0] if one.submission.id in firsts else one.version.user_agent)
            for one in found]


def compare(unit: UnitOfWork, editions: list[Edition], place: int, language: str = "",
            older: int | None = None) -> Compared:
    """The version at this place of `records.list_editions`, beside the next older, or the one at that place; language:
    of the labels."""
    after, beside = _read(unit, editions, place, language), place + 1 if older is None else older
    if beside >= len(editions):
        return Compared(after, None, [])
    before = _read(unit, editions, beside, language)
    if after.instance is None or before.instance is None:
        return Compared(after, before, None)
    found = differences(after.model, before.instance, after.instance)
    return Compared(after, before, in_words(found, before.sections, after.sections))


def list_edits(unit: UnitOfWork, record: Record) -> dict[str, list[dict]]:
    """{instanceID of a later version: what it changed, as `domain/edits` tells it}, newest first.

    A version that cannot be read (an encrypted one) is told of with no change, and so is the one after it.
    """
    found: dict[str, list[dict]] = {}
    editions, newer = records.list_editions(unit, record), None
    for start in range(0, len(editions), TOGETHER):
        for place, instance in enumerate(records.instances_of(unit, editions[start:start + TOGETHER]), start):
            if place:
                name = editions[place - 1].version.instance_id
                found[name] = [] if instance is None or newer is None else edits.edits(instance, newer)
            newer = instance
    return found


def place_of(editions: list[Edition], instance_id: str) -> int:
    """Where the version of this instanceID stands among them. Raises 404.1."""
    for place, one in enumerate(editions):
        if one.version.instance_id == instance_id:
            return place
    raise records.no_version()


def _read(unit: UnitOfWork, editions: list[Edition], place: int, language: str) -> Read:
    edition = editions[place]
    model, instance = records.answers_of(unit, edition)
    sections = () if model is None or instance is None else reading.of_version(
        unit, edition, model, instance, language)
    return Read(edition, len(editions) - place, model, instance, sections)
