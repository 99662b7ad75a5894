"""Room for what a story is made of: records that phones fill and send, what supervisors do with them, and its calendar.

It must not know any form. The plots (`demo/plot_*`) write a script with these; `demo/demonstration` plays it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

WEEKS = 35  # eight months
_NAMES = uuid.UUID("3f0e6a52-6f0c-5a4e-9d5b-0c3b6f1d8a77")


@dataclass(frozen=True, slots=True)
class Sending:
    """A record that a phone fills at a moment and sends.

    key: its name in the story, once in the whole of it. answers: as `demo/filling` takes them. files: name -> content,
    those that the answers name. week: whose entity lists the phone had, that of `at` where None; sent: when it got
    through, some minutes after `at` where None. edits: the key of the record that this one replaces, filled again.
    twist: '', or what went wrong on the way: 'incomplete' (its last file was lost), 'version' and 'form' (a phone
    that nobody brought up to date).
    """

    form_id: str
    phone: int
    at: datetime
    key: str
    answers: Mapping[str, object]
    files: Mapping[str, bytes] = field(default_factory=dict)
    week: int | None = None
    sent: datetime | None = None
    edits: str = ""
    twist: str = ""

    @property
    def arrives(self) -> datetime:
        """When the server gets it."""
        return self.sent or self.at + timedelta(minutes=9)

    @property
    def instance_id(self) -> str:
        """The same each time."""
        return instance_id(self.key)


@dataclass(frozen=True, slots=True)
class Act:
    """What the supervisor does with a record. move: approved, hasIssues, rejected, returned, corrected.

    key: of the sending that made the record (the first one, if it was edited). text: what is said with it; returned:
    fields is ((path, what is asked), ...) and days until it is due; corrected: fields is ((path, new text), ...). Paths
    without the root, with [n] on repeats: /grupo/nombre, /integrante[2]/edad.
    """

    at: datetime
    form_id: str
    key: str
    move: str
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    days: int = 14

    @property
    def arrives(self) -> datetime:
        """When it is done."""
        return self.at


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of the story. first: a Monday, midnight in the project's zone."""

    first: datetime

    def day(self, week: int, weekday: int = 0) -> date:
        """A day; weekday: 0 is Monday."""
        return (self.first + timedelta(weeks=week, days=weekday)).date()

    def at(self, week: int, weekday: int = 0, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
        """A moment, with the zone's offset."""
        return datetime.combine(self.day(week, weekday), time(hour, minute, second), self.first.tzinfo)

    def week_of(self, moment: datetime) -> int:
        """The week that a moment lies in."""
        return (moment.astimezone(self.first.tzinfo).date() - self.first.date()).days // 7


def named(key: str) -> str:
    """The id that somebody or something of the story has each time: entities, records."""
    return str(uuid.uuid5(_NAMES, key))


def instance_id(key: str) -> str:
    """The instanceID of the sending of that key."""
    return "uuid:" + named(f"envío/{key}")


def calendar(now: datetime) -> Calendar:
    """The calendar of a story that ends with the week before this one. now: in the project's zone."""
    monday = now.date() - timedelta(days=now.weekday())
    first = datetime.combine(monday - timedelta(weeks=WEEKS), time(), now.tzinfo)
    return Calendar(first)
