"""Room for what an evaluation knows beside the expression: the trees, the node, the clock, the phone, the budget.

It must not read a clock or a file itself: everything is handed in by who evaluates.
`compile` makes contexts of it for each predicate; functions read it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from collector.domain.xpath.errors import OutOfSteps

if TYPE_CHECKING:
    from collector.domain.xpath.tree import Node

STEPS = 2_000_000


class Budget:
    """How many steps are left, shared by all contexts of one evaluation (or of one submission)."""

    __slots__ = ("left",)

    def __init__(self, left: int = STEPS) -> None:
        self.left = left


@dataclass(slots=True)
class Context:
    """root: the element of the primary instance. node: where relative paths start. original: what current() is,
    the node where it is None.

    position: 1-based place in the list that a predicate filters, None outside of predicates. candidate: the value
    that stands for `.` while a constraint runs. media: look-ups for pulldata by file name, each called with (column,
    key column, key). labels: the label of a choice, called with (path of the select, name). texts: the form's text of
    an id. random: a function that gives numbers in [0, 1).
    """

    root: "Node | None" = None
    node: "Node | None" = None
    original: "Node | None" = None
    position: int | None = None
    instances: "dict[str, Node]" = field(default_factory=dict)
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    locale: str = "en"
    version: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    media: dict[str, Callable[[str, str, str], str]] | None = None
    labels: Callable[[str, str], str] | None = None
    texts: Callable[[str], str] | None = None
    random: Callable[[], float] | None = None
    candidate: object = None
    in_form: bool = True
    budget: Budget = field(default_factory=Budget)

    def spend(self, steps: int = 1) -> None:
        """Takes steps from the budget; raises OutOfSteps when none is left."""
        self.budget.left -= steps
        if self.budget.left < 0:
            raise OutOfSteps("", 0, "The expression takes too long")

    @property
    def current(self) -> "Node | None":
        """What current() is: inside a predicate what it was outside, the row itself where that was nothing."""
        return self.node if self.original is None else self.original

    def at(self, node: "Node", position: int) -> "Context":
        """The same evaluation inside a predicate: another node as `.`; current() stays."""
        return Context(self.root, node, self.current, position, self.instances, self.now, self.zone, self.locale,
                       self.version, self.properties, self.media, self.labels, self.texts, self.random,
                       self.candidate, self.in_form, self.budget)
