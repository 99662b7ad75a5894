"""Room for kinds of acts: which actions of the history belong together when somebody asks who did what.

It must not know words for people (`web/pages/activity_words`). `services/activity` narrows by it.
"""

READ = "submission.read"
# Acts on one entity; what many of them are done to at once, and what could not be done, is told of the list.
ENTITY_ALONE = ("entity.create", "entity.update.version", "entity.update.resolve", "entity.update.reopen",
                "entity.delete", "entity.restore")

# A kind holds actions that are one of these or begin with one of these and a dot. What comes first counts first.
KINDS: dict[str, tuple[str, ...]] = {
    "seen": (READ, "pseudonym_key.read"),
    "exported": ("submission.export",),
    "received": ("submission.create", "submission.update.version", "submission.attachment.update", "submission.park"),
    "returned": ("submission.return",),
    "decided": ("submission",),
    "lists": ("dataset", "entity"),
    "forms": ("form", "rule"),
    "phones": ("field_key", "phone", "public_link", "actor_property"),
    "people": ("user", "invitation"),
    "data": ("recipe", "column_mapping", "export"),
    "server": ("project", "programme", "backup", "blob", "webhook"),
}
# Words of ODK Central's own filter, ?action=.
GROUPS = ("user", "field_key", "public_link", "project", "form", "submission", "dataset", "entity")
NONVERBOSE = "nonverbose"
ARRIVING = ("submission.create", "submission.update.version", "submission.attachment.update", "backup", "entity")
# What only we note; who reads the history as ODK Central tells it finds it by its own word alone.
OWN = ("user.session.end", "user.reset", READ)
_OF_ACTORS = ("user", "field_key", "public_link", "phone")


def kind_of(action: str) -> str:
    """The kind of an action; 'server' for what belongs nowhere else."""
    return next((kind for kind, starts in KINDS.items() if any(_begins(action, start) for start in starts)), "server")


def asked(action: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """(beginnings of actions, one whole action, beginnings left out) for a word of ODK Central's filter, '' for all."""
    if action in ("", NONVERBOSE):
        return (), "", OWN if not action else (*OWN, *ARRIVING)
    return ((action,), "", OWN) if action in GROUPS else ((), action, ())


def place_of(event) -> tuple[str, int | None]:
    """(kind, number) of what the act was done to: actor, form, project; ('', None) for the server."""
    if event.target_id and event.action.partition(".")[0] in _OF_ACTORS:
        return "actor", event.target_id
    if event.form_id:
        return "form", event.form_id
    return ("project", event.project_id) if event.project_id else ("", None)


def narrowed(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(beginnings of the actions of a kind, beginnings of those that an earlier kind has taken)."""
    names = list(KINDS)
    taken = [start for name in names[:names.index(kind)] for start in KINDS[name]]
    return KINDS[kind], tuple(start for start in taken if any(_begins(start, own) for own in KINDS[kind]))


def _begins(action: str, start: str) -> bool:
    return action == start or action.startswith(start + ".")
