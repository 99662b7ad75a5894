"""A cleaning recipe as data: ordered, typed steps, each with who, when, why and whether it is on.

It must not know tables, rows or where recipes are kept. `running.Cleaning` carries one out, `sentences` tells it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace

from collector.domain import problems
from collector.domain.cleaning import reading, settings
from collector.domain.cleaning.settings import TYPES, Classify, FixCell, Protect, Rename, SetWhere

MOST_STEPS = 5000
LONGEST_REASON = 2000
_KEYS = ("id", "type", "on", "reason", "author", "at", "settings")


@dataclass(frozen=True, slots=True)
class Step:
    """id: its own in the recipe, never used again. settings: of the class that settings.TYPES has for the type.
    at: ISO 8601; author: who wrote it."""

    id: str
    type: str
    settings: object
    on: bool = True
    author: str = ""
    at: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The steps, in order."""

    steps: tuple[Step, ...] = ()

    def step(self, id: str) -> Step | None:
        """The step of this id, or None."""
        return next((one for one in self.steps if one.id == id), None)

    def switched(self, id: str, on: bool) -> "Recipe":
        """The same with one step on or off."""
        return Recipe(tuple(replace(one, on=on) if one.id == id else one for one in self.steps))

    def without(self, id: str) -> "Recipe":
        """The same without one step."""
        return Recipe(tuple(one for one in self.steps if one.id != id))

    def until(self, id: str) -> "Recipe":
        """The steps up to this one, which is the last; raises KeyError where there is none."""
        ids = [one.id for one in self.steps]
        if id not in ids:
            raise KeyError(id)
        return Recipe(self.steps[:ids.index(id) + 1])


def step_of(type: str, id: str = "s1", /, *, on: bool = True, author: str = "", at: str = "", reason: str = "",
            **given) -> Step:
    """A step of what would stand under its settings; checked as read_recipe does."""
    return _step({"id": id, "type": type, "on": on, "author": author, "at": at, "reason": reason,
                  "settings": given}, 1, set())


def read_recipe(plain) -> Recipe:
    """The recipe of plain data {"steps": [{id, type, on, reason, author, at, settings: {...}}]}, all of it checked.

    A step without an id gets one. Raises 400.8 (says which step, which field, what to do), 400.11 (no such shape).
    """
    if not isinstance(plain, Mapping):
        raise problems.wrong_type("recipe", str(plain)[:100], "object")
    for key in plain:
        if key != "steps":
            raise problems.unexpected_parameter(str(key))
    listed = plain.get("steps")
    if not isinstance(listed, list | tuple):
        raise problems.wrong_type("steps", str(listed)[:100], "array")
    if len(listed) > MOST_STEPS:
        raise problems.unexpected_value("steps", len(listed), f"at most {MOST_STEPS} steps",
                                        f"hasta {MOST_STEPS} pasos")
    taken = {one["id"] for one in listed if isinstance(one, Mapping) and isinstance(one.get("id"), str)}
    seen: set[str] = set()
    found = []
    for number, one in enumerate(listed, 1):
        if isinstance(one, Mapping) and one.get("id") in (None, ""):
            one = {**one, "id": _free(taken)}
        step = _step(one, number, seen)
        found.append(step)
        _new_column(step, number, found)
    return Recipe(tuple(found))


def as_plain(recipe: Recipe) -> dict:
    """What is kept of a recipe, and what a readable file shows: JSON-able, defaults left out."""
    return {"steps": [_shown(one) for one in recipe.steps]}


def _shown(step: Step) -> dict:
    found = {"id": step.id, "type": step.type}
    if not step.on:
        found["on"] = False
    for key in ("reason", "author", "at"):
        if getattr(step, key):
            found[key] = getattr(step, key)
    return {**found, "settings": settings.plain(step.settings)}


def _free(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"s{number}" in taken:
        number += 1
    taken.add(f"s{number}")
    return f"s{number}"


def _step(given, number: int, seen: set[str]) -> Step:
    if not isinstance(given, Mapping):
        raise problems.wrong_type(f"steps.{number}", str(given)[:100], "object")
    type = given.get("type")
    if not isinstance(type, str) or type not in TYPES:
        known = ", ".join(TYPES)
        raise _unusable(number, type, "type", type, f"elija uno de: {known}", f"choose one of: {known}")
    for key in given:
        if key not in _KEYS:
            raise _unusable(number, type, str(key), given[key], "quítelo: no se conoce",
                            "take it out: it is not known")
    id = given.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= 60 or id in seen:
        raise _unusable(number, type, "id", id, "escriba un identificador que ningún otro paso tenga",
                        "write an identifier that no other step has")
    seen.add(id)
    words = {}
    for key in ("author", "at", "reason"):
        value = given.get(key) or ""
        if not isinstance(value, str) or len(value) > LONGEST_REASON:
            raise _unusable(number, type, key, value, f"escriba un texto de hasta {LONGEST_REASON} letras",
                            f"write a text of at most {LONGEST_REASON} characters")
        words[key] = value
    on = given.get("on", True)
    if on is not True and on is not False:
        raise _unusable(number, type, "on", on, "escriba true o false", "write true or false")
    read = _settings(TYPES[type], given.get("settings"), number, type)
    _together(read, number, type, words["reason"])
    return Step(id, type, read, on, **words)


def _settings(kind: type, given, number: int, type: str):
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise problems.wrong_type(f"steps.{number}.settings", str(given)[:100], "object")
    known = settings.keys(kind)
    for key in given:
        if key not in known:
            listed = ", ".join(known)
            raise _unusable(number, type, str(key), given[key], f"quítelo: este paso conoce {listed}",
                            f"take it out: this step knows {listed}")
    found = {}
    for one in fields(kind):
        key = one.metadata["key"] or one.name
        if key not in given:
            if one.default is MISSING:
                raise _unusable(number, type, key, None, "falta; escríbalo", "it is missing; write it")
            continue
        try:
            found[one.name] = one.metadata["read"](given[key])
        except reading.Unusable as fault:
            raise _unusable(number, type, key, given[key], fault.es, fault.en) from fault
    return kind(**found)


def _together(read, number: int, type: str, reason: str) -> None:
    """What no field can tell alone."""
    def refuse(field: str, es: str, en: str):
        raise _unusable(number, type, field, None, es, en)
    if isinstance(read, Protect) and bool(read.columns) == bool(read.privacy):
        refuse("columns", "escriba columnas o una clase, una de las dos cosas", "write columns or a class, one of them")
    if isinstance(read, SetWhere) and read.value and read.expression:
        refuse("expression", "escriba un valor o una expresión, uno de los dos",
               "write a value or an expression, one of them")
    if isinstance(read, SetWhere) and not read.value and not read.expression:
        refuse("value", "escriba un valor o una expresión; para dejar sin respuesta use blank_where",
               "write a value or an expression; to leave no answer use blank_where")
    if isinstance(read, FixCell) and not reason.strip():
        refuse("reason", "escriba por qué se corrige esta celda", "write why this cell is corrected")
    if isinstance(read, Rename) and not (read.to or read.label):
        refuse("to", "escriba un nombre o una etiqueta", "write a name or a label")
    if not isinstance(read, settings.Trim) and settings.EVERY in getattr(read, "columns", ()) and not isinstance(
            read, Classify):
        refuse("columns", "nombre cada columna", "name every column")


def _new_column(step: Step, number: int, found: list[Step]) -> None:
    """A column that is made bears a name that no other step gives to one."""
    name = _made(step)
    if name and any(_made(one) == name for one in found[:-1]):
        key = "name" if step.type == "derive" else "into"
        raise _unusable(number, step.type, key, name, "otro paso ya crea esta columna; escriba otro nombre",
                        "another step makes this column already; write another name")


def _made(step: Step) -> str:
    return step.settings.name if step.type == "derive" else getattr(step.settings, "into", "")


def _unusable(number: int, type, field: str, value, es: str, en: str) -> problems.Problem:
    shown = value if isinstance(value, str | int | float | bool | None) else str(value)
    shown = shown[:200] if isinstance(shown, str) else shown
    type = type if isinstance(type, str) else "?"
    found = problems.unexpected_value(f"steps.{number}.{field}", shown, f"step {number} ({type}): {en}",
                                      f"paso {number} ({type}): {es}")
    found.details["step"] = number
    return found
