"""Room where what another server held is taken in: through the rooms that everything passes, with its own times.

It must not know how it was fetched (`plugins/pull`). The unit's time and actor are those of the act over there
(`Units.as_of`). Everything can be taken twice: what is here already stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from collector.domain import access, problems, review
from collector.services import (
    blobs,
    comments,
    deciding,
    definitions,
    form_media,
    grants,
    intake,
    projects,
    publishing,
    records,
)
from collector.services import people as tokens
from collector.services.definitions import Prepared
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import deciding as decisions
from collector.store.queries import forms, people, pulled, submissions
from collector.store.queries import projects as places

PROJECT, PERSON = "project.pull", "user.pull"  # acts of the history that tell what became of whom
DRAFT = "form.draft.pull"
HIGHEST = 1_000_000  # of a project's number: what is made here later counts on from the highest
KINDS = ("user", "field_key", "public_link")


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody of the other server. email: '' where it is not told; token: a phone's key, None when it was ended;
    gone: no longer there."""

    id: int
    kind: str
    name: str
    email: str = ""
    token: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One version of a submission as the other server keeps it, its files in our blob store already."""

    xml: bytes
    instance_id: str
    files: Mapping[str, Blob]
    device_id: str = ""
    user_agent: str = ""


def take_project(unit: UnitOfWork, source: str, number: int, told: Mapping) -> int:
    """The project that this one of the source is here; made when it is not there, or no more. Raises 403.1.

    It keeps its number where no project here has it: the address in the codes of its phones holds that number.
    told: name, description, archived, and language and timezone where the source knows them.
    """
    unit.require_site("project.create")
    for target, details in pulled.list_noted(unit.session, PROJECT):
        if details == _origin(source, number, details) and places.find_project(unit.session, target) is not None:
            return target
    free = 0 < number <= HIGHEST and not places.is_taken(unit.session, number)
    made = projects.create_project(unit, told["name"], told.get("language") or "", told.get("timezone") or "",
                                   description=told.get("description"), number=number if free else None)
    if told.get("archived"):
        projects.update_project(unit, made.id, archived=True)
    unit.record(PROJECT, project_id=made.id, target_id=made.id, details=_origin(source, number))
    return made.id


def list_people(unit: UnitOfWork, source: str, project_id: int) -> dict[int, int]:
    """{id over there: id here} of everybody who was taken in for this project. Raises 404.1, 403.1."""
    project = unit.require("field_key.list", places.find_project(unit.session, project_id))
    return {details["id"]: target for target, details in pulled.list_noted(unit.session, PERSON, project.id)
            if details["source"] == source}


def take_person(unit: UnitOfWork, source: str, project_id: int, who: Stranger) -> int:
    """The id of this person or phone here. Raises 404.1, 403.1.

    A person is the account with the same e-mail where there is one, else a name that nobody can sign in with. A phone
    keeps its key, unless somebody here has it; one that is gone there is a withdrawn phone.
    """
    project = unit.require("field_key.create", places.find_project(unit.session, project_id))
    here = list_people(unit, source, project_id).get(who.id)
    if here is not None:
        return here
    login = people.find_login(unit.session, tokens.fold(who.email)) if who.email else None
    number = login.actor_id if login is not None else _add(unit, project, who)
    unit.record(PERSON, project_id=project.id, target_id=number, details=_origin(source, who.id))
    return number


def give_form(unit: UnitOfWork, project_id: int, xml_form_id: str | None, phone_id: int) -> None:
    """Nothing; the phone may fill this form, or every one of the project. Raises 404.1, 403.1."""
    thing = unit.require("assignment.create", grants.place(unit, project_id, xml_form_id))
    if people.find_grant(unit.session, phone_id, access.APP_USER.id, thing.places()[0]) is None:
        grants.add_grant(unit, thing, access.APP_USER, phone_id)


def prepare_version(unit: UnitOfWork, xml: bytes, book: bytes | None = None, kind: str = "",
                    name: str = "") -> Prepared:
    """A definition for take_version, with the workbook that it was made of. Raises 400.1, 400.2, 400.8, 400.27."""
    unit.require_system()
    read = definitions.prepare(unit, xml, workbook=False, known=True)
    if book is None:
        return read
    return replace(read, source=blobs.put(unit, book), source_name=name, source_kind=kind)


def has_version(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str, md5: str) -> bool:
    """Whether this very version is published here. Raises 409.6 when it is another under the same text."""
    unit.require_system()
    form = forms.find_form(unit.session, project_id, xml_form_id)
    held = forms.find_published(unit.session, form.id, version) if form is not None else None
    if held is not None and held.hash != md5:
        raise problems.version_exists(xml_form_id, version)
    return held is not None


def take_version(unit: UnitOfWork, project_id: int, prepared: Prepared, media: Mapping[str, Blob],
                 created: datetime, notes: str = "") -> None:
    """Nothing; the version is published with these files and no other, and a draft that was made here stays one.

    created: when its form was made, where it is the first; notes: why it was published. Raises 404.1, 403.1, 409.6,
    400.17."""
    form = forms.find_form(unit.session, project_id, prepared.model.form_id)
    own = _own_draft(unit, form)
    if own is not None:
        form.draft_version_id = None
    view = publishing.upload(unit, project_id, prepared, ignore_warnings=True)
    if form is None:
        view.form.created_at = created
    _lay(unit, project_id, prepared.model.form_id, media)
    publishing.publish_draft(unit, project_id, prepared.model.form_id, notes=notes)
    if own is not None:
        form.draft_version_id = own.id


def take_draft(unit: UnitOfWork, project_id: int, prepared: Prepared, media: Mapping[str, Blob]) -> str:
    """'new' when the form has this as its draft only now, 'known' when it had, 'own' when a draft that was made here
    stays in its place. Raises 404.1, 403.1, 400.17."""
    form = forms.find_form(unit.session, project_id, prepared.model.form_id)
    held = forms.find_version(unit.session, form.draft_version_id) if form is not None else None
    if held is not None and held.sha256 == prepared.sha256:
        return "known"
    if _own_draft(unit, form) is not None:
        return "own"
    view = publishing.upload(unit, project_id, prepared, ignore_warnings=True)
    _lay(unit, project_id, prepared.model.form_id, media)
    unit.record(DRAFT, project_id=project_id, form_id=view.form.id, target_id=view.form.draft_version_id)
    return "new"


def take_state(unit: UnitOfWork, project_id: int, xml_form_id: str, state: str) -> None:
    """Nothing; the form is open, closing or closed as it was. Raises 404.1, 403.1, 400.8."""
    form = unit.require("form.update", forms.find_form(unit.session, project_id, xml_form_id))
    if form.state != state:
        publishing.set_state(unit, project_id, xml_form_id, state)


def is_here(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> bool:
    """Whether there is such a record, living or in the trash."""
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    return submissions.find_kept(unit.session, form.id, False, instance_id) is not None


def expects(unit: UnitOfWork, project_id: int, xml: bytes) -> tuple[str, ...]:
    """The names of the files that belong to what was sent; () where it cannot be read."""
    unit.require_system()
    return tuple(one.name for one in intake.unwrap_again(unit, project_id, xml, {}, intake.Sender()).expected)


def prepare_sent(unit: UnitOfWork, project_id: int, sent: Sent) -> intake.Delivery:
    """The delivery for take_sent; where the XML names no instanceID, the other server's."""
    unit.require_system()
    sender = intake.Sender(sent.device_id, sent.user_agent)
    read = intake.unwrap_again(unit, project_id, sent.xml, dict(sent.files), sender)
    if read.header is not None and read.header.instance_id is None:
        return replace(read, header=replace(read.header, instance_id=sent.instance_id), met=None)
    return read


def take_sent(unit: UnitOfWork, delivery: intake.Delivery) -> intake.Outcome:
    """What became of the delivery: it is kept whatever the form's state, and once. Raises what stands against it."""
    unit.require_system()
    outcome = intake.receive(unit, delivery, admitted=True)
    if outcome.problem is not None:
        raise outcome.problem
    return outcome


def take_comment(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, text: str) -> int:
    """How many comments were added; a very long one is several here. Raises 404.1, 403.1, 400.22."""
    said = {(row.created_at, row.body) for row, _who in
            comments.list_comments(unit, project_id, xml_form_id, instance_id)}
    parts = [text[start:start + comments.LONGEST] for start in range(0, len(text), comments.LONGEST)]
    missing = [part for part in parts if part.strip() and (unit.now(), part) not in said]
    for part in missing:
        comments.comment(unit, project_id, xml_form_id, instance_id, part)
    return len(missing)


def take_decision(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, state: str | None,
                  reason: str = "", words: str = "", settles: bool = False) -> bool:
    """Whether the record came into this review state only now: not when something was decided since, here or there.

    settles: it is the state at that moment, whoever decided it. Raises 404.1, 403.1, 400.8, 409.32.
    """
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="submission.update")
    made = [one.at for one, _who in decisions.list_since(unit.session, record.submission.id, 0)]
    if any(at > unit.now() or (at == unit.now() and not settles) for at in made):
        return False
    if (record.submission.review_state or "received") == (state or "received"):
        return False
    move = review.move_to(state) if state in review.STATES else "reopen"
    known = reason if reason in review.REASONS.get(move, ()) else ""
    deciding.set_state(unit, project_id, xml_form_id, instance_id, state, known, words[:deciding.LONGEST])
    return True


def _add(unit: UnitOfWork, project, who: Stranger) -> int:
    phone = who.kind == "field_key"
    kind = who.kind if who.kind in KINDS else "user"
    made = people.add_actor(
        unit.session, kind=kind, name=who.name.strip() or str(who.id),
        project_id=None if kind == "user" else project.id, created_by=unit.actor.id, created_at=unit.now(),
        deleted_at=None if phone and not who.gone else unit.units.clock())
    if phone and who.token and not who.gone:
        known = people.rows_of_key(unit.session, tokens.key_of(who.token))
        token = tokens.new_token() if known else who.token
        people.add_session(unit.session, actor_id=made.id, key=tokens.key_of(token), token=token, csrf="",
                           created_at=unit.now(), agent="")
    if phone:
        places.bump_edition(unit.session, project.id)
        unit.record("field_key.create", target_id=made.id, project_id=project.id)
    return made.id


def _own_draft(unit: UnitOfWork, form):
    """The draft of the form, when it was not taken in from elsewhere; None for none."""
    held = forms.find_version(unit.session, form.draft_version_id) if form is not None else None
    if held is None:
        return None
    taken = {target for target, _details in pulled.list_noted(unit.session, DRAFT, form.project_id)}
    return None if held.id in taken else held


def _lay(unit: UnitOfWork, project_id: int, xml_form_id: str, media: Mapping[str, Blob]) -> None:
    """Nothing; the draft has these files, and none that an earlier version had left to it."""
    for line in form_media.expected_media(unit, project_id, xml_form_id, publishing.DRAFT):
        blob = media.get(line.name)
        if blob is not None and (line.blob is None or line.blob.sha256 != blob.sha256):
            form_media.put_media(unit, project_id, xml_form_id, line.name, blob)
        elif blob is None and line.present:
            form_media.remove_media(unit, project_id, xml_form_id, line.name)


def _origin(source: str, number: int, like: Mapping | None = None) -> dict:
    when = {"happenedAt": like["happenedAt"]} if like and "happenedAt" in like else {}
    return {"source": source, "id": number, **when}
