"""Room that reads one thing of the other server whole: a form's versions, one submission with all that belongs to it.

It must not write anything but files into the blob store. `journey` gives what is read here to `services/pulling`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from collector.domain import access
from collector.plugins.pull.source import Source, at
from collector.services import blobs, pulling
from collector.services.unit import Units
from collector.store.blobs.protocol import Blob

PAGE = 500
ABSENT = (404, 501)
WORKBOOKS = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
             "application/vnd.ms-excel": "xls"}
NO_DATE = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission as a list of the other server tells it."""

    instance_id: str
    current: str
    state: str
    created: str
    updated: str
    submitter: int | None
    device_id: str
    user_agent: str

    @property
    def mark(self) -> str:
        """How it stands; it changes with an edit, a decision, and by nothing else that a list tells."""
        return f"{self.current}|{self.state}|{self.updated}"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened to a submission. who: id of the actor over there."""

    when: datetime
    who: int | None


@dataclass(frozen=True, slots=True)
class Arrived(Act):
    """A version came."""

    sent: pulling.Sent


@dataclass(frozen=True, slots=True)
class Said(Act):
    """Somebody said something."""

    text: str


@dataclass(frozen=True, slots=True)
class Decided(Act):
    """It was given a review state."""

    state: str | None
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A submission with its acts, in the order in which they happened. people: who they were; comments: how many
    of the acts are."""

    listed: Listed
    acts: tuple[Act, ...]
    people: dict[int, dict] = field(default_factory=dict)
    comments: int = 0


class Fetching:
    """Reads from a source for one project here; its functions may run in several threads."""

    def __init__(self, source: Source, units: Units, number: int, project_id: int):
        self._source = source
        self._units = units
        self._base = at("projects", number)
        self._project_id = project_id
        self.lists: set[str] = set()

    def form(self, xml_form_id: str) -> str:
        """The address of a form."""
        return self._base + at("forms", xml_form_id)

    def listed(self, xml_form_id: str, people: dict[int, dict]) -> list[Listed]:
        """The living submissions, oldest first; who sent them is added to people."""
        found: dict[str, Listed] = {}
        offset = 0
        while page := self._source.ask(self.form(xml_form_id) + "/submissions", limit=PAGE, offset=offset):
            before = len(found)
            for one in page:
                _meet(people, one.get("submitter"))
                found.setdefault(one["instanceId"], _listed(one))
            offset += len(page)
            if len(page) != PAGE or len(found) == before:
                break
        oldest = list(found.values())[::-1]  # those of one moment stay in this order
        oldest.sort(key=lambda one: moment(one.created))
        return oldest

    def submission(self, xml_form_id: str, one: Listed, whole: bool) -> Bundle:
        """The submission; whole: with its versions and decisions, not its comments alone."""
        base = self.form(xml_form_id) + at("submissions", one.instance_id)
        people: dict[int, dict] = {}
        acts: list[Act] = list(self._versions(base, one, people)) if whole else []
        if whole and (one.state != "received" or len(acts) > 1):
            acts += self._decisions(base, people)
        said = self._comments(base, people)
        acts += said
        acts.sort(key=lambda act: act.when)  # what came at the same moment stays in this order
        return Bundle(one, tuple(acts), people, len(said))

    def media(self, base: str) -> dict[str, Blob]:
        """The files beside a version of a form: as they are now where an entity list stands for one."""
        lines = [line for line in self._source.ask(base + "/attachments") if line.get("exists")]
        self.lists |= {line["name"] for line in lines if line.get("datasetExists")}
        return {line["name"]: self.blob(base + at("attachments", line["name"])) for line in lines}

    def workbook(self, base: str, told: dict) -> tuple[bytes | None, str]:
        """(the workbook that a version was made of, or None; its kind)."""
        kind = WORKBOOKS.get(told.get("excelContentType") or "", "")
        return (self._source.content(f"{base}.{kind}", without=(403, *ABSENT)), kind) if kind else (None, "")

    def definition(self, base: str) -> bytes:
        """The XForm of a version."""
        return self._source.content(base + ".xml")

    def blob(self, path: str) -> Blob:
        """A file, in the blob store."""
        def into(stream):
            with self._units.reading(access.SYSTEM) as unit:
                return blobs.put_stream(unit, stream, unit.settings.max_body)
        return self._source.pour(path, into)

    def _versions(self, base: str, one: Listed, people: dict[int, dict]) -> Iterator[Arrived]:
        if one.current == one.instance_id:
            yield self._arrived(base, one.instance_id, moment(one.created), one.submitter, one.device_id,
                                one.user_agent)
            return
        for told in reversed(self._source.ask(base + "/versions")):
            _meet(people, told.get("submitter"))
            yield self._arrived(base + at("versions", told["instanceId"]), told["instanceId"],
                                moment(told["createdAt"]), told.get("submitterId"), told.get("deviceId") or "",
                                told.get("userAgent") or "")

    def _arrived(self, base: str, instance_id: str, when: datetime, who: int | None, device: str,
                 agent: str) -> Arrived:
        xml = self._source.content(base + ".xml")
        with self._units.reading(access.SYSTEM) as unit:
            names = set(pulling.expects(unit, self._project_id, xml))
        files = {}
        if names:
            lines = self._source.ask(base + "/attachments")
            files = {line["name"]: self.blob(base + at("attachments", line["name"])) for line in lines
                     if line.get("exists") and line["name"] in names}
        return Arrived(when, who, pulling.Sent(xml, instance_id, files, device, agent))

    def _decisions(self, base: str, people: dict[int, dict]) -> list[Decided]:
        found = []
        for told in reversed(self._source.ask(base + "/audits", without=(403, *ABSENT)) or []):
            details = told.get("details") or {}
            if told.get("action") == "submission.update" and "reviewState" in details:
                _meet(people, told.get("actor"))
                found.append(Decided(_happened(told, details), told.get("actorId"), details["reviewState"],
                                     details.get("reason") or "", details.get("text") or told.get("notes") or ""))
        return found

    def _comments(self, base: str, people: dict[int, dict]) -> list[Said]:
        found = []
        for told in reversed(self._source.ask(base + "/comments")):
            _meet(people, told.get("actor"))
            found.append(Said(moment(told["createdAt"]), told.get("actorId"), told["body"]))
        return found


def moment(text: str | None) -> datetime:
    """The time that a text of the API tells; 1970 for none."""
    return datetime.fromisoformat(text) if text else NO_DATE


def _happened(told: dict, details: dict) -> datetime:
    """When an act happened: what was itself taken in from elsewhere tells it beside."""
    return moment(details.get("happenedAt") or told.get("loggedAt"))


def _listed(one: dict) -> Listed:
    current = (one.get("currentVersion") or {}).get("instanceId") or one["instanceId"]
    return Listed(one["instanceId"], current, one.get("reviewState") or "received", one["createdAt"],
                  one.get("updatedAt") or "", one.get("submitterId"), one.get("deviceId") or "",
                  one.get("userAgent") or "")


def _meet(people: dict[int, dict], actor: dict | None) -> None:
    if actor and actor.get("id") is not None:
        people.setdefault(actor["id"], actor)
