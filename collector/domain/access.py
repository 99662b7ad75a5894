"""Room for rights: verbs, roles, grants, and the one question `may`.

It must not know requests, sessions or tables; a thing tells its place by `places()`.
`services/unit.require` asks it for every act; list queries ask `scope` for the same rule as a filter, and
`services/scopes` which records a grant is limited to.
"""

from dataclasses import dataclass

SITE = ("site", 0)

_READ = ("project.read", "form.list", "form.read", "submission.list", "submission.read", "dataset.list",
         "dataset.read", "entity.list", "entity.read", "actor_property.list")
_FILL = ("project.read", "open_form.list", "open_form.read", "submission.create")
_REVIEW = _READ + ("open_form.list", "open_form.read", "submission.update", "submission.correct", "submission.review",
                   "comment.create", "parked.read", "parked.update")
_MANAGE = _REVIEW + (
    "project.update", "project.delete", "form.create", "form.update", "form.delete", "form.restore",
    "submission.create", "submission.delete", "submission.restore", "field_key.list", "field_key.create",
    "field_key.update", "field_key.delete", "public_link.list", "public_link.create", "public_link.read",
    "public_link.update", "public_link.delete", "session.end", "assignment.list", "assignment.create",
    "assignment.delete", "dataset.create", "dataset.update", "dataset.delete", "entity.create", "entity.update",
    "entity.delete", "entity.restore", "export.create", "recipe.update", "actor_property.update",
    "webhook.list", "webhook.create", "webhook.update", "webhook.delete")
_ADMIN = _MANAGE + ("project.create", "user.list", "user.create", "user.read", "user.update", "user.delete",
                    "user.password.invalidate", "user.password.reset", "role.list", "role.create", "role.update",
                    "role.delete", "audit.read", "config.read",
                    "config.set", "server.read", "task.update", "analytics.read")


@dataclass(frozen=True, slots=True)
class Role:
    """A named bundle of verbs. Ids and system names are ODK Central's; 20 and up are ours."""

    id: int
    system: str
    name: str
    verbs: frozenset[str]


ROLES = {role.id: role for role in (
    Role(1, "admin", "Administrator", frozenset(_ADMIN)),
    Role(2, "app-user", "App User", frozenset(("open_form.read", "submission.create"))),
    Role(3, "pwreset", "Password Reset Token", frozenset(("user.password.reset",))),
    Role(5, "manager", "Project Manager", frozenset(_MANAGE)),
    Role(6, "viewer", "Project Viewer", frozenset(_READ)),
    Role(7, "formview", "Form Viewer (system internal)", frozenset(("form.read", "form.list"))),
    Role(8, "formfill", "Data Collector", frozenset(_FILL)),
    Role(9, "pub-link", "Public Link", frozenset(("open_form.read", "submission.create"))),
    Role(20, "supervisor", "Supervisor", frozenset(_REVIEW)),
    Role(21, "analyst", "Analyst", frozenset(_READ + ("export.create", "recipe.update"))),
)}

ADMIN, APP_USER, MANAGER, VIEWER, PUBLIC_LINK, SUPERVISOR = (ROLES[number] for number in (1, 2, 5, 6, 9, 20))


LIMITED = frozenset(("viewer", "supervisor", "analyst"))  # roles that may be given for some records only


@dataclass(frozen=True, slots=True)
class RowScope:
    """The records that a grant is limited to: of these phones, and with one of these values in a field.

    phones: ids of actors; empty for any. field: the path of a filterable field ('/grupo/distrito'), or its name alone,
    which then counts in every form; '' for none. A form without that field has no such record.
    """

    phones: tuple[int, ...] = ()
    field: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one place. place: ("site", 0), ("project", id) or ("form", id). rows: None for all records."""

    role: int
    place: tuple[str, int]
    rows: RowScope | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. kind: user, field_key, public_link, anonymous or system (command line and worker)."""

    id: int | None
    kind: str
    name: str
    grants: tuple[Grant, ...] = ()
    language: str = ""
    session_id: int | None = None
    csrf: str = ""
    ended: bool = False
    project_id: int | None = None


SYSTEM = Actor(None, "system", "Collector", (Grant(1, SITE),))
NOBODY = Actor(None, "anonymous", "")


def may(grants: tuple[Grant, ...], verb: str, places: tuple[tuple[str, int], ...]) -> bool:
    """Whether any grant holds the verb at one of the places; a thing's places run from itself up to the site."""
    for grant in grants:
        if grant.place in places and verb in ROLES[grant.role].verbs:
            return True
    return False


def verbs_at(grants: tuple[Grant, ...], places: tuple[tuple[str, int], ...]) -> frozenset[str]:
    """Every verb held at one of the places."""
    return frozenset(verb for grant in grants if grant.place in places for verb in ROLES[grant.role].verbs)


def rows_at(grants: tuple[Grant, ...], verb: str, places: tuple[tuple[str, int], ...]) -> tuple[RowScope, ...] | None:
    """The records on which the verb is held at one of the places: None for all, else any of these; () for none."""
    found = [grant.rows for grant in grants if grant.place in places and verb in ROLES[grant.role].verbs]
    return None if None in found else tuple(sorted(set(found), key=repr))


def scope(grants: tuple[Grant, ...], verb: str) -> tuple[bool, frozenset[int], frozenset[int]]:
    """(everywhere, project ids, form ids) in which the verb is held: `may` as a filter for lists."""
    held = [grant.place for grant in grants if verb in ROLES[grant.role].verbs]
    return (SITE in held, frozenset(number for kind, number in held if kind == "project"),
            frozenset(number for kind, number in held if kind == "form"))
