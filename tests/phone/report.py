"""Room for what the phone notes down: departures from what Collect needs, requests, facts.

It must not know how requests are made. Tests read it; `fatal` must stay empty.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    FATAL = "fatal"  # Collect stops here
    WARNING = "warning"  # Collect copes, but something goes wrong in the app
    INFO = "info"  # the papers differ, Collect does not care


class CollectStops(Exception):
    """The app would show an error and stop."""


@dataclass(frozen=True)
class Deviation:
    """What departs from Collect's needs, and at which step."""

    level: Level
    step: str
    what: str
    more: str = ""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; seconds it took, bytes of both bodies."""

    method: str
    url: str
    status: int
    seconds: float
    sent: int
    got: int


@dataclass
class Report:
    """Everything noted by one phone."""

    deviations: list[Deviation] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    facts: dict = field(default_factory=dict)

    def note(self, level: Level, step: str, what: str, more: object = "") -> None:
        """Notes a departure once."""
        known = {(one.level, one.step, one.what) for one in self.deviations}
        if (level, step, what) not in known:
            self.deviations.append(Deviation(level, step, what, str(more)[:500]))

    def warning(self, step: str, what: str, more: object = "") -> None:
        """Notes what goes wrong in the app without stopping it."""
        self.note(Level.WARNING, step, what, more)

    def info(self, step: str, what: str, more: object = "") -> None:
        """Notes what only the papers mind."""
        self.note(Level.INFO, step, what, more)

    def fatal(self, step: str, what: str, more: object = "") -> None:
        """Notes what Collect cannot get over, and stops as it does."""
        self.note(Level.FATAL, step, what, more)
        raise CollectStops(f"{step}: {what} {more}")

    def of(self, level: Level) -> list[Deviation]:
        """What was noted at this level."""
        return [one for one in self.deviations if one.level is level]
