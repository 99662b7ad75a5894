"""What phones sent and what the supervisor did, put together from the script of the story and from the bytes that came.

Of the server it takes those bytes alone, and the forms as phones had them. What is reckoned of it: `story_reference`.
"""

import contextlib
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from collector.services.demo import plot, script
from tests.story_reference import Record, bare

NOT_LET_IN = ("form", "version")
SETTLED = ("aqui", "nuevo", "esta_bien")  # answers in «Mis devoluciones» after which nothing is left to do
DECIDED = ("approved", "rejected", "hasIssues")


@dataclass
class Asked:
    """A record that was sent back. how: by what it was closed, '' while it is open."""

    key: str
    due: str
    how: str = ""


@dataclass
class Told:
    """The story. sent: instanceID -> bytes of everything that phones sent and that was let in; parked: of the rest.

    records: key -> each as it stands at the end: its last words, corrections among them, and what was decided. asked:
    what was sent back; corrected: keys of records that the supervisor corrected; offered: instanceID of an answer in
    «Mis devoluciones» -> how many of what was sent back were still to be answered by its phone.
    """

    days: script.Calendar
    sent: dict[str, bytes]
    parked: dict[str, bytes]
    xforms: dict[str, bytes]
    records: dict[str, Record] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    offered: dict[str, int] = field(default_factory=dict)

    @cached_property
    def whole(self) -> list[script.Sending | script.Act]:
        """All that happens, in its order."""
        return plot.whole(self.days)

    @cached_property
    def sendings(self) -> list[script.Sending]:
        """What was let in, in the order in which it came."""
        return [one for one in self.whole if isinstance(one, script.Sending) and one.twist not in NOT_LET_IN]

    @cached_property
    def first(self) -> list[Record]:
        """The first version of every record, in the order in which they came."""
        return [Record(one.form_id, one.instance_id, self.sent[one.instance_id], None)
                for one in self.sendings if not one.edits]

    def tell(self) -> None:
        """Nothing; everything has happened."""
        for one in self.whole:
            if isinstance(one, script.Act):
                self._done(one, self.records[one.key])
            elif one.twist not in NOT_LET_IN and one.edits:
                before, xml = self.records[one.edits], self.sent[one.instance_id]
                self.records[one.edits] = Record(one.form_id, before.instance_id, xml, "edited")
                self._close(one.edits, "edit")
            elif one.twist not in NOT_LET_IN:
                self.records[one.key] = Record(one.form_id, one.instance_id, self.sent[one.instance_id], None)
                self._answered(self.records[one.key])

    @property
    def last_day(self) -> date:
        """The day on which the story is over."""
        return self.days.day(script.WEEKS)

    def until(self, week: int) -> int:
        """How many records there were when a week began."""
        return sum(one.arrives < self.days.at(week) for one in self.sendings if not one.edits)

    def of(self, form_id: str) -> list[Record]:
        """The records of a form as they stand."""
        return [one for one in self.records.values() if one.form_id == form_id]

    def arrived(self) -> Counter:
        """(phone as it names itself, day) -> how many records came, each time that one came."""
        return Counter((Record(one.form_id, one.instance_id, self.sent[one.instance_id], None).device,
                        one.arrives.date()) for one in self.sendings)

    def _done(self, act: script.Act, record: Record) -> None:
        if act.move == "returned":
            day = (act.at.date() + script.timedelta(days=act.days)).isoformat()
            self.asked.append(Asked(act.key, day))
            record.state = "hasIssues"
        elif act.move == "corrected":
            record.rewrite(corrected(record.xml, act.fields))
            record.state = "edited"
            self.corrected.append(act.key)
            self._close(act.key, "person")
        elif act.move in DECIDED:
            record.state = act.move
            if act.move != "hasIssues":
                self._close(act.key, "person")
        else:
            raise ValueError(act.move)

    def _answered(self, one: Record) -> None:
        if one.form_id != "devoluciones":
            return
        waiting = [each for each in self.asked if not each.how and self.records[each.key].device == one.device]
        self.offered[one.instance_id] = len(waiting)
        if one.said["respuesta"] in SETTLED:
            key = next(key for key, other in self.records.items() if other.instance_id == one.said["d_instancia"])
            self._close(key, "new")

    def _close(self, key: str, how: str) -> None:
        for one in self.asked:
            if one.key == key and not one.how:
                one.how = how


def corrected(xml: bytes, fields) -> bytes:
    """The record with other words at these places. fields: ((path without the root, words), ...)."""
    root = ElementTree.fromstring(xml)
    for path, words in fields:
        node = root
        for step in path.strip("/").split("/"):
            name, _, place = step.partition("[")
            node = [one for one in node if bare(one.tag) == name][int(place.rstrip("]") or 1) - 1]
        node.text = words
    return ElementTree.tostring(root)


def read(data: Path, project: int, zone: str) -> Told:
    """The story as it was played in the project of a data folder. zone: of its clock."""
    with contextlib.closing(sqlite3.connect(data / "collector.sqlite3")) as database:
        (begun,) = database.execute("SELECT created_at FROM projects WHERE id = ?", (project,)).fetchone()
        came = dict(database.execute(
            "SELECT v.instance_id, v.xml FROM submission_versions v JOIN forms f ON f.id = v.form_id"
            " WHERE f.project_id = ?", (project,)))
        parked = dict(database.execute("SELECT instance_id, xml FROM parked WHERE project_id = ?", (project,)))
        xforms = dict(database.execute(
            "SELECT f.xml_form_id, v.xml FROM forms f JOIN form_versions v ON v.id = f.current_version_id"
            " WHERE f.project_id = ?", (project,)))
    now = script.datetime.fromisoformat(f"{begun}+00:00").astimezone(ZoneInfo(zone))
    told = Told(script.calendar(now), {}, parked, xforms)
    told.sent = {one.instance_id: came[one.instance_id] for one in told.sendings}
    told.tell()
    return told
