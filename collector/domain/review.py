"""Room of the review of records: states, moves between them, who may make which, four eyes, the reasons to choose from.

It must not know tables, events or pages. `services/deciding` asks it before anything is written; pages show its words.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

STATES = ("received", "edited", "hasIssues", "approved", "rejected")
WAITING = ("received", "edited")
TARGETS = {"approve": "approved", "hasIssues": "hasIssues", "reject": "rejected", "reopen": "received",
           "edit": "edited"}
TABLE = {  # from each state, the moves that lead on
    "received": ("approve", "hasIssues", "reject", "edit"),
    "edited": ("approve", "hasIssues", "reject", "reopen"),
    "hasIssues": ("approve", "reject", "reopen", "edit"),
    "approved": ("hasIssues", "reject", "reopen", "edit"),
    "rejected": ("approve", "hasIssues", "reopen", "edit"),
}
MOVES = ("approve", "hasIssues", "reject", "reopen")  # what pages offer; 'edit' is for programs
REVIEWERS = ("admin", "manager", "supervisor")  # system names of roles
OTHER = "other"
REASONS = {  # code -> (es, en)
    "approve": {
        "consistent": ("Completo y coherente", "Complete and consistent"),
        "verified": ("Verificado por llamada o visita", "Verified by a call or a visit"),
        OTHER: ("Otro: lo escribo", "Another: I write it"),
    },
    "hasIssues": {
        "incomplete": ("Faltan respuestas o archivos", "Answers or files are missing"),
        "unclear": ("Una respuesta no se entiende", "An answer cannot be understood"),
        "doubtful": ("Un dato no cuadra con otro", "Two answers do not agree"),
        "photo": ("Una foto o firma no se lee", "A photo or signature cannot be read"),
        OTHER: ("Otro: lo escribo", "Another: I write it"),
    },
    "reject": {
        "duplicate": ("Está repetido", "It is a duplicate"),
        "test": ("Es una prueba, no un dato", "It is a test, not data"),
        "other_place": ("No corresponde a este lugar o grupo", "It is about another place or group"),
        "unfounded": ("No tiene sustento", "It has no support"),
        OTHER: ("Otro: lo escribo", "Another: I write it"),
    },
    "reopen": {},
}
NEED_REASON = ("hasIssues", "reject")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a form is reviewed. roles: {move: system names of the roles that may make it}; second: approval takes two."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(TARGETS, REVIEWERS))
    second: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands. first_by: who approved it first where two must; errors: open ones."""

    state: str | None = None
    first_by: int | None = None
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a record. refusal: '' or why it stays: 'right', 'move', 'same_person', 'errors'."""

    state: str = "received"
    first_by: int | None = None
    refusal: str = ""


def rule(settings: Settings, standing: Standing, move: str, actor_id: int | None, roles: Collection[str],
         in_bulk: bool = False) -> Ruling:
    """What becomes of a record that somebody with these roles moves so.

    In bulk nothing with open errors is approved: nobody looked at it.
    """
    now = standing.state or "received"

    def refused(why: str) -> Ruling:
        return Ruling(now, standing.first_by, why)

    if move not in TABLE[now]:
        return refused("move")
    if not may(settings, move, roles):
        return refused("right")
    if move == "approve":
        if in_bulk and standing.errors:
            return refused("errors")
        if settings.second and standing.first_by is None:
            return Ruling(now, actor_id or 0)
        if settings.second and standing.first_by == (actor_id or 0):
            return refused("same_person")
    return Ruling(TARGETS[move])


def may(settings: Settings, move: str, roles: Collection[str]) -> bool:
    """Whether one of these roles may make the move; 'edit' goes with 'reopen'."""
    return bool(set(roles) & set(settings.roles.get("reopen" if move == "edit" else move, ())))


def move_to(state: str) -> str:
    """The move that leads to a state."""
    return next(move for move, target in TARGETS.items() if target == state)


def offered(settings: Settings, standing: Standing, actor_id: int | None, roles: Collection[str]) -> list[str]:
    """The moves that somebody with these roles may make with such a record, in their order."""
    return [move for move in MOVES if not rule(settings, standing, move, actor_id, roles).refusal]


def settings_from(kept: dict | None) -> Settings:
    """The settings as a form keeps them: {"roles": {move: [system names]}, "second": bool}; none are the usual ones."""
    if not kept:
        return Settings()
    given = kept.get("roles") or {}
    return Settings({move: tuple(given.get(move, REVIEWERS)) for move in MOVES}, bool(kept.get("second")))


def reason_words(move: str, code: str, english: bool = False) -> str:
    """A reason in words; what is not in the list says itself."""
    found = REASONS.get(move, {}).get(code)
    return found[1 if english else 0] if found else code
