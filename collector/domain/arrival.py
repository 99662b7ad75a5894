"""What has arrived: something new, what we hold already, an edit, or something that does not go together.

Must not know how anything is stored or asked for; the caller looks things up and hands them in.
Next: intake keeps what is decided here, or parks it with the Problem.
"""

from dataclasses import dataclass
from enum import StrEnum

from collector.domain import problems
from collector.domain.instance import Header


class Kind(StrEnum):
    NEW = "new"
    RESEND = "resend"  # same XML as we hold; files that came along may be new
    EDIT = "edit"
    EDIT_RESEND = "edit_resend"


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a submission that we hold.

    sha256: of its XML; current: no later version replaces it; root_instance_id: the instanceID the submission first
    came with; deprecated_id: what this version replaced, None for a first one; deleted: the submission is in the trash.
    """

    sha256: bytes
    instance_id: str
    root_instance_id: str
    current: bool = True
    deprecated_id: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Reception:
    """How the form stands. state: open, closing or closed; version_known: the version named is or was published."""

    state: str = "open"
    version_known: bool = True


@dataclass(frozen=True, slots=True)
class Arrival:
    """instance_id: as sent, None when the server has to make one; root_instance_id: of the submission it belongs to,
    None for a new one; replaces: the instanceID of the version that an edit replaces."""

    kind: Kind
    instance_id: str | None
    root_instance_id: str | None
    replaces: str | None
    encrypted: bool


def decide(header: Header, sha256: bytes, kept: Kept | None, replaced: Kept | None,
           form: Reception | None) -> Arrival:
    """What has arrived.

    sha256: of the XML that came; kept: what we hold under its instanceID (whatever version); replaced: what we hold
    under its deprecatedID; form: None when there is no such form.
    Raises 404.1 (no such form), 409.18 (deleted), 409.1 (same id, other XML), 409.8 (id of an edit is taken),
    404.5 (edits the unknown), 409.12 (edit on a closing or closed form), 409.9 (edits an outdated version),
    409.2 (closed form), 404.6 (unknown version).
    Source: OpenRosa Form Submission API 1.0, "Extended Transmission Considerations"; ODK Central.
    """
    if form is None:
        raise problems.form_not_found(header.form_id)
    if kept is not None:
        return _known(header, sha256, kept)
    if header.deprecated_id is not None:
        return _edit(header, replaced, form)
    if form.state == "closed":
        raise problems.form_not_open()
    if not form.version_known:
        raise problems.form_version_unknown(header.version)
    return Arrival(Kind.NEW, header.instance_id, None, None, header.encrypted)


def admit(header: Header, sha256: bytes, kept: Kept | None, replaced: Kept | None, form: Reception | None) -> Arrival:
    """What has arrived, when a person lets in what `decide` refused.

    Other XML under a known id, or an edit of an outdated version, becomes an edit of the version that is current now;
    an edit of the unknown is a new submission; closed forms and unknown versions do not matter.
    Raises 404.1 (no such form), 409.18 (deleted).
    """
    if form is None:
        raise problems.form_not_found(header.form_id)
    held = kept or replaced
    if held is None:
        return Arrival(Kind.NEW, header.instance_id, None, None, header.encrypted)
    if held.deleted:
        raise problems.submission_deleted()
    if kept is not None and kept.sha256 == sha256:
        return _known(header, sha256, kept)
    instance_id = header.instance_id if kept is None else None
    return Arrival(Kind.EDIT, instance_id, held.root_instance_id, held.instance_id, header.encrypted)


def _known(header: Header, sha256: bytes, kept: Kept) -> Arrival:
    if kept.deleted:
        raise problems.submission_deleted()
    if kept.sha256 != sha256:
        raise problems.edit_exists() if header.deprecated_id is not None else problems.other_xml_for_instance()
    kind = Kind.RESEND if kept.deprecated_id is None else Kind.EDIT_RESEND
    return Arrival(kind, kept.instance_id, kept.root_instance_id, kept.deprecated_id, header.encrypted)


def _edit(header: Header, replaced: Kept | None, form: Reception) -> Arrival:
    if replaced is None:
        raise problems.deprecated_unknown(header.deprecated_id)
    if replaced.deleted:
        raise problems.submission_deleted()
    if form.state != "open":
        raise problems.edit_on_closed_form()
    if not replaced.current:
        raise problems.deprecates_outdated(header.deprecated_id)
    if not form.version_known:
        raise problems.form_version_unknown(header.version)
    return Arrival(Kind.EDIT, header.instance_id, replaced.root_instance_id, header.deprecated_id, header.encrypted)
