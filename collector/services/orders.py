"""Room of what somebody asks for: which records, cleaned by which recipe, in which files; as kept with a job and back.

It must not read records nor build files (`services/building`). The API, the pages and the command line make orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from collector.domain import problems
from collector.domain.tabular.shape import Manner
from collector.services import filters
from collector.services.extracting import Filter

FORMATS = ("csv", "xlsx", "stata", "spss", "parquet", "geojson", "jsonl")
LONGEST_PURPOSE = 2000  # characters
STATES = ("received", "edited", "hasIssues", "approved", "rejected")
_SWITCHES = ("labels", "split", "group_paths", "bom", "neutralise")


@dataclass(frozen=True, slots=True)
class Order:
    """formats: of FORMATS, each once. recipe_id: None for raw data; recipe_version: None for the one in force.

    manner: its first language is the one asked for. files: photos and other files in media/. alone: the one file of
    data by itself, without codebook, where only one comes out. purpose: in the words of who asks.
    """

    formats: tuple[str, ...] = ("csv",)
    recipe_id: int | None = None
    recipe_version: int | None = None
    filter: Filter = field(default_factory=Filter)
    manner: Manner = field(default_factory=Manner)
    files: bool = True
    alone: bool = False
    purpose: str = ""

    @property
    def language(self) -> str:
        """The language asked for, '' for the form's own."""
        return self.manner.languages[0] if self.manner.languages else ""


def order(formats: list[str] | tuple[str, ...] = ("csv",), states: list[str] | None = None,
          since: date | str | None = None, until: date | str | None = None, language: str = "es",
          recipe_id: int | None = None, recipe_version: int | None = None, files: bool = True, alone: bool = False,
          purpose: str = "", only: Mapping[str, str] | None = None, **switches: bool) -> Order:
    """An order of plain values, checked. only: words of an address that lists are narrowed by. switches: of Manner.
    Raises 400.8 with the name of the value."""
    for name in formats:
        if name not in FORMATS:
            raise problems.unexpected_value("formats", name, f"expected some of {', '.join(FORMATS)}",
                                            f"se espera alguno de {', '.join(FORMATS)}")
    if not formats:
        raise problems.missing_parameter("formats")
    for name in states or ():
        if name not in STATES:
            raise problems.unexpected_value("states", name, f"expected some of {', '.join(STATES)}",
                                            f"se espera alguno de {', '.join(STATES)}")
    wanted = tuple(dict.fromkeys(states)) if states else None
    filter = Filter(wanted, _day("since", since), _day("until", until), tuple(sorted(_only(only).items())))
    manner = Manner((language, "") if language else ("",), **switches)
    return Order(tuple(one for one in FORMATS if one in formats), recipe_id, recipe_version, filter, manner, files,
                 alone, purpose.strip()[:LONGEST_PURPOSE])


def as_plain(one: Order) -> dict:
    """The order as JSON; equal orders are equal here."""
    since, until = one.filter.since, one.filter.until
    return {"formats": list(one.formats), "recipe_id": one.recipe_id, "recipe_version": one.recipe_version,
            "states": None if one.filter.states is None else list(one.filter.states),
            "since": since and since.isoformat(), "until": until and until.isoformat(), "language": one.language,
            "files": one.files, "alone": one.alone, "purpose": one.purpose,
            **{name: getattr(one.manner, name) for name in _SWITCHES},
            **({"only": dict(one.filter.only)} if one.filter.only else {})}


def read_order(plain: dict) -> Order:
    """The order that `as_plain` wrote. Raises 400.8."""
    return order(**plain)


def _only(asked: Mapping[str, str] | None) -> dict[str, str]:
    """The words that narrow something, without the form, which an order is told beside them. Raises 400.8 for a word
    that narrows nothing: who misspells one shall not get all records."""
    asked = asked or {}
    told = filters.written(filters.read({**asked, "form": "-"}))
    for word, value in asked.items():
        if value and word not in told and word not in ("form", "km"):
            raise problems.unexpected_value("only", f"{word}={value}"[:200], "no filter of a list reads so",
                                            "ningún filtro de una lista se lee así")
    return {word: value for word, value in told.items() if word != "form"}


def _day(name: str, value: date | str | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise problems.unexpected_value(name, value, "expected a day such as 2026-05-31",
                                        "se espera un día como 2026-05-31") from None
