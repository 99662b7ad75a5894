"""Room for names of questions and choices that cannot stand as they are in Stata or SPSS.

It must not know exports. A name that is changed on the way to an analyst is one that no script of theirs finds again.
`form` puts its findings into sentences and places.
"""

import re
import unicodedata
from collections.abc import Iterator

from collector.domain.fields import Field, FormModel
from collector.domain.linting.places import Workbook, plain

STATA = 32  # characters of a variable's name; SPSS has 64 bytes
STATA_WORDS = frozenset(re.findall(r"\S+", """
    _all _b byte _coef _cons double float if in int long _n _N _pi _pred _rc _skip str strL using with
"""))
SPSS_WORDS = frozenset(re.findall(r"\S+", "all and by eq ge gt le lt ne not or to with"))
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CUT = "✂"  # before what is left of a name, for no name has this sign
NUMBER = re.compile(r"-?[0-9]+")

Finding = tuple[str, dict[str, str]]


def field_names(model: FormModel, book: Workbook) -> Iterator[tuple[str, Finding]]:
    """(path, finding) of each question whose name an analyst's program would change."""
    shortened: dict[str, Field] = {}
    for field in model.fields:
        if field.kind != "field" or field.is_note or not book.is_written(field.path):
            continue
        name = field.name
        if not WORD.fullmatch(name):
            yield field.path, ("LINT_NAME_SIGNS", {"name": name, "better": fitting(name)})
        elif name in STATA_WORDS or re.fullmatch(r"str\d+", name) or name.lower() in SPSS_WORDS:
            program = "SPSS" if name.lower() in SPSS_WORDS else "Stata"
            yield field.path, ("LINT_NAME_WORD", {"name": name, "program": program, "better": f"{name}_1"})
        elif len(name) > STATA:
            other = shortened.get(name[:STATA])
            if other is not None and other.name != name:
                yield field.path, ("LINT_NAME_CUT", {"name": name, "other": other.name, "cut": name[:STATA]})
            else:
                yield field.path, ("LINT_NAME_LONG", {"name": name, "length": str(len(name))})
        shortened.setdefault(name[:STATA], field)


def choice_names(model: FormModel, book: Workbook) -> Iterator[tuple[int, Finding]]:
    """(row of the sheet choices, finding) of each choice whose name is neither a plain word nor a whole number."""
    several = _longest_of_several(model)
    seen: dict[str, dict[str, str]] = {}
    for number, row in book.numbered("choices"):
        said = {plain(header): str(value).strip() for header, value in row.items() if header}
        listed, name = said.get("list_name", ""), said.get("name", said.get("value", ""))
        found = _misfit(name, several.get(listed, ""), seen.setdefault(listed, {})) if name and listed else None
        if found:
            yield number, found


def _misfit(name: str, question: str, seen: dict[str, str]) -> Finding | None:
    """What is wrong with one choice. question: the longest that takes several of its list; seen: names so far."""
    other = seen.setdefault(name.lower(), name)
    if other != name:
        return "LINT_CHOICE_CASE", {"name": name, "other": other}
    if NUMBER.fullmatch(name):
        return None
    if name[0].isdigit() and WORD.fullmatch(f"_{name}"):
        return "LINT_CHOICE_DIGIT", {"name": name, "better": fitting(name, "op_")}
    if not WORD.fullmatch(name):
        return "LINT_CHOICE_SIGNS", {"name": name, "better": fitting(name, "op_")}
    cut = seen.setdefault(CUT + name[:STATA].lower(), name)
    if len(name) > STATA:
        fields = {"name": name, "other": cut, "cut": name[:STATA], "length": str(len(name))}
        return "LINT_CHOICE_LONG" if cut == name else "LINT_NAME_CUT", fields
    column = f"{question}_{name}"
    if question and len(column) > STATA:
        cut = seen.setdefault(CUT + column[:STATA].lower(), name)
        if cut != name:
            return "LINT_COLUMN_CUT", {"column": column, "other": cut, "cut": column[:STATA]}
    return None


def _longest_of_several(model: FormModel) -> dict[str, str]:
    """List -> the longest name of the questions that take several choices of it: each choice becomes a column."""
    found: dict[str, str] = {}
    for field in model.fields:
        if field.type == "select" and field.itemset is not None:
            found[field.itemset.instance] = max(found.get(field.itemset.instance, ""), field.name, key=len)
    return found


def fitting(name: str, before_digit: str = "_") -> str:
    """The name with nothing in it but letters, digits and underscores, and no digit at its beginning."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    word = re.sub(r"\W+", "_", bare).strip("_") or "nombre"
    return before_digit + word if word[0].isdigit() else word
