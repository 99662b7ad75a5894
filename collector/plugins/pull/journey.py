"""Room of the way: projects, phones, forms, submissions, each read over there and given to `services/pulling`.

It must not speak HTTP (`source`) nor to people (`command`). What is here already is left; what one thing stumbles
over is kept as a fault, and the rest goes on.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256

from collector.domain import access
from collector.domain.problems import Problem
from collector.plugins.pull.fetching import ABSENT, Arrived, Bundle, Decided, Fetching, Listed, Said, moment
from collector.plugins.pull.ledger import Ledger, Note
from collector.plugins.pull.source import Source, Unanswered, at
from collector.services import pulled_things, pulling
from collector.services.unit import Units

READERS = 4
AHEAD = 16  # submissions read before they are written


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that did not come. what: the form and the record; fault: why not."""

    what: str
    fault: Problem | Unanswered


@dataclass(slots=True)
class Pulled:
    """A form that was pulled. new, known: submissions that came now, and that were here already."""

    number: int
    project_id: int
    xml_form_id: str
    new: int = 0
    known: int = 0


class Journey:
    """One pull. told(form, done, total) is called as submissions come."""

    def __init__(self, units: Units, source: Source, ledger: Ledger, told: Callable[[str, int, int], None]):
        self._units = units
        self._source = source
        self._ledger = ledger
        self._told = told
        self._emails = {one["id"]: one.get("email") or "" for one in
                        source.ask("/users", without=(403, *ABSENT)) or []}
        self._people: dict[tuple[int, int], int] = {}
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def projects(self, wanted: tuple[str, ...]) -> list[dict]:
        """The projects of the source with these numbers or names, all when none is named. Raises Unanswered."""
        found = self._source.ask("/projects")
        names = {name: [one for one in found if name in (str(one["id"]), one["name"])] for name in wanted}
        if unknown := [name for name, those in names.items() if not those]:
            raise Unanswered(f"Allí no hay ningún proyecto «{unknown[0]}» que esta persona pueda ver.")
        return [one for those in names.values() for one in those] if wanted else found

    def project(self, told: dict) -> Iterator[Pulled]:
        """The forms of one project, each once it is here with its submissions."""
        number = told["id"]
        project_id = self._write(told["createdAt"], None, lambda unit: pulling.take_project(
            unit, self._source.address, number, told))
        with self._units.reading(access.SYSTEM) as unit:
            known = pulling.list_people(unit, self._source.address, project_id)
        self._people |= {(project_id, theirs): ours for theirs, ours in known.items()}
        phones = self._source.ask(at("projects", number, "app-users"))
        for one in sorted(phones, key=lambda one: one["id"]):
            self._person(project_id, one)
        fetching = Fetching(self._source, self._units, number, project_id)
        taken = []
        for form in sorted(self._source.ask(at("projects", number, "forms")), key=lambda one: one["createdAt"]):
            pulled = Pulled(number, project_id, form["xmlFormId"])
            if self._tried(form["xmlFormId"], lambda form=form: self._form(fetching, project_id, form)):
                taken.append((pulled, form))
        self._grants(number, project_id, {phone["id"] for phone in phones})
        for pulled, form in taken:
            if form.get("publishedAt"):
                self._submissions(fetching, pulled)
            yield pulled
        self.notes += [f"«{name}» era una lista de entidades: quedó como archivo, tal como está hoy."
                       for name in sorted(fetching.lists)]
        if told.get("keyId"):
            self.notes.append(f"«{told['name']}» está cifrado: sus envíos siguen cifrados, y la clave queda allí.")

    def _form(self, fetching: Fetching, project_id: int, form: dict) -> bool:
        """True, once every version of the form is here, and its draft, and its state."""
        form_id = form["xmlFormId"]
        base = fetching.form(form_id)
        maker = self._actor(project_id, form.get("createdBy"))
        versions = (self._source.ask(base + "/versions") if form.get("publishedAt") else [])[::-1]
        versions.sort(key=lambda one: one["publishedAt"])
        for told in versions:
            self._version(fetching, project_id, form, told, maker)
        draft = self._source.ask(base + "/draft", without=ABSENT)
        if draft:
            prepared, media = self._prepared(fetching, base + "/draft", draft, form_id)
            taken = self._write(draft.get("updatedAt") or draft["createdAt"], maker,
                                lambda unit: pulling.take_draft(unit, project_id, prepared, media))
            if taken == "own":
                self.notes.append(f"«{form_id}» tiene aquí un borrador propio: quedó, y el de allí no vino.")
        if versions:
            self._units.write(access.SYSTEM, lambda unit: pulling.take_state(
                unit, project_id, form_id, form.get("state") or "open"))
        return True

    def _version(self, fetching: Fetching, project_id: int, form: dict, told: dict, maker) -> None:
        form_id, text = form["xmlFormId"], told.get("version") or ""
        with self._units.reading(access.SYSTEM) as unit:
            if pulling.has_version(unit, project_id, form_id, text, told["hash"]):
                return
        base = fetching.form(form_id) + at("versions", text or "___")
        prepared, media = self._prepared(fetching, base, told, form_id)
        who, notes = self._actor(project_id, told.get("publishedBy")) or maker, told.get("publishNotes") or ""
        self._write(told["publishedAt"], who, lambda unit: pulling.take_version(
            unit, project_id, prepared, media, moment(form["createdAt"]), notes))

    def _prepared(self, fetching: Fetching, base: str, told: dict, form_id: str):
        book, kind = fetching.workbook(base, told)
        xml, media = fetching.definition(base), fetching.media(base)
        with self._units.reading(access.SYSTEM) as unit:
            return pulling.prepare_version(unit, xml, book, kind, f"{form_id}.{kind}"), media

    def _grants(self, number: int, project_id: int, phones: set[int]) -> None:
        """Nothing; each phone may fill what it could fill over there."""
        role = access.APP_USER.system
        on_forms = self._source.ask(at("projects", number, "assignments", "forms", role), without=(403, *ABSENT)) or []
        given = [(_actor_id(one), one["xmlFormId"]) for one in on_forms]
        given += [(one["id"], None) for one in
                  self._source.ask(at("projects", number, "assignments", role), without=(403, *ABSENT)) or []]
        for phone, form_id in given:
            here = self._people.get((project_id, phone))
            if phone in phones and here is not None:
                self._tried(form_id or "", lambda here=here, form_id=form_id: self._units.write(
                    access.SYSTEM, lambda unit: pulling.give_form(unit, project_id, form_id, here)) or True)

    def _submissions(self, fetching: Fetching, pulled: Pulled) -> None:
        people: dict[int, dict] = {}
        listed = fetching.listed(pulled.xml_form_id, people)
        for one in people.values():
            self._person(pulled.project_id, one)
        waiting = [one for one in listed if not self._is_done(pulled, one)]
        with self._units.reading(access.SYSTEM) as unit:
            lacking = set(pulled_things.list_lacking(unit, pulled.project_id, pulled.xml_form_id))
        done = len(listed) - len(waiting)
        self._told(pulled.xml_form_id, done, len(listed))
        readers = ThreadPoolExecutor(READERS)
        try:
            for one, bundle in _ahead(readers, waiting, lambda one: self._read(fetching, pulled, one, lacking)):
                self._tried(f"{pulled.xml_form_id} {one.instance_id}",
                            lambda one=one, bundle=bundle: self._take(pulled, one, bundle()))
                done += 1
                self._told(pulled.xml_form_id, done, len(listed))
        finally:
            readers.shutdown(cancel_futures=True)
        pulled.known = len(listed) - pulled.new

    def _is_done(self, pulled: Pulled, one: Listed) -> bool:
        note = self._ledger.find(pulled.number, pulled.xml_form_id, one.instance_id)
        return note is not None and note.run == self._ledger.run and note.mark == one.mark and self._is_here(
            pulled, one)

    def _is_here(self, pulled: Pulled, one: Listed) -> bool:
        with self._units.reading(access.SYSTEM) as unit:
            return pulling.is_here(unit, pulled.project_id, pulled.xml_form_id, one.instance_id)

    def _read(self, fetching: Fetching, pulled: Pulled, one: Listed, lacking: set[str]) -> Bundle:
        """What is to be read of a submission; lacking: those whose files are not all here."""
        note = self._ledger.find(pulled.number, pulled.xml_form_id, one.instance_id)
        known = note is not None and note.mark == one.mark and one.instance_id not in lacking and self._is_here(
            pulled, one)
        return fetching.submission(pulled.xml_form_id, one, whole=not known)

    def _take(self, pulled: Pulled, one: Listed, bundle: Bundle) -> bool:
        """True, once all that happened to the submission is here."""
        project_id, form_id, root = pulled.project_id, pulled.xml_form_id, one.instance_id
        note = self._ledger.find(pulled.number, form_id, root) or Note(one.mark)
        new = not self._is_here(pulled, one)
        for person in bundle.people.values():
            self._person(project_id, person)
        for act in bundle.acts:
            self._act(project_id, form_id, root, act)
        arrived = [act.sent for act in bundle.acts if isinstance(act, Arrived)]
        if arrived:
            self._settle_state(pulled, one)
            note = Note(one.mark, {sent.instance_id: sha256(sent.xml).hexdigest() for sent in arrived},
                        {sent.instance_id: {name: blob.sha256 for name, blob in sent.files.items()}
                         for sent in arrived if sent.files})
        note.comments = bundle.comments
        self._ledger.note(pulled.number, form_id, root, note)
        pulled.new += new
        return True

    def _act(self, project_id: int, form_id: str, root: str, act) -> None:
        who = self._whose(project_id, act.who)
        if isinstance(act, Arrived):
            with self._units.reading(access.SYSTEM) as unit:
                delivery = pulling.prepare_sent(unit, project_id, act.sent)
            self._units.as_of(act.when).write(who, lambda unit: pulling.take_sent(unit, delivery))
        elif isinstance(act, Said):
            self._units.as_of(act.when).write(who, lambda unit: pulling.take_comment(
                unit, project_id, form_id, root, act.text))
        elif isinstance(act, Decided):
            self._units.as_of(act.when).write(who, lambda unit: pulling.take_decision(
                unit, project_id, form_id, root, act.state, act.reason, act.words))

    def _settle_state(self, pulled: Pulled, one: Listed) -> None:
        """Nothing; the record is in the state that it has over there, where the history did not tell."""
        self._units.as_of(moment(one.updated or one.created)).write(access.SYSTEM, lambda unit: pulling.take_decision(
            unit, pulled.project_id, pulled.xml_form_id, one.instance_id, one.state, settles=True))

    def _tried(self, what: str, act: Callable[[], bool]) -> bool:
        """Whether it was done; what a Problem or one answer stands against is kept as a fault."""
        try:
            return act()
        except Problem as problem:
            self.faults.append(Fault(what, problem))
        except Unanswered as fault:
            if not 400 <= fault.status < 500 or fault.status == 401:
                raise
            self.faults.append(Fault(what, fault))
        return False

    def _person(self, project_id: int, told: dict) -> None:
        if (project_id, told["id"]) in self._people:
            return
        who = pulling.Stranger(told["id"], told.get("type") or "field_key", told.get("displayName") or "",
                               self._emails.get(told["id"], ""), told.get("token"), bool(told.get("deletedAt")))
        self._people[project_id, told["id"]] = self._write(
            told.get("createdAt"), None, lambda unit: pulling.take_person(unit, self._source.address, project_id, who))

    def _actor(self, project_id: int, told: dict | None) -> access.Actor | None:
        if not told:
            return None
        self._person(project_id, told)
        return self._whose(project_id, told["id"])

    def _whose(self, project_id: int, number: int | None) -> access.Actor:
        """The system, in the name of who did it over there."""
        return replace(access.SYSTEM, id=self._people.get((project_id, number)))

    def _write(self, when: str | None, who: access.Actor | None, act: Callable):
        units = self._units.as_of(moment(when)) if when else self._units
        return units.write(who or access.SYSTEM, act)


def _actor_id(one: dict) -> int:
    return one["actorId"] if "actorId" in one else one["actor"]["id"]


def _ahead(readers: ThreadPoolExecutor, waiting: list[Listed], read: Callable) -> Iterator[tuple[Listed, Callable]]:
    """(submission, function that gives what was read of it), in order; some are read while others are written."""
    begun: deque = deque()
    for one in waiting:
        begun.append((one, readers.submit(read, one)))
        if len(begun) >= AHEAD:
            listed, future = begun.popleft()
            yield listed, future.result
    while begun:
        listed, future = begun.popleft()
        yield listed, future.result
