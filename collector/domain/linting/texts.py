"""Room for what people read in a form: cells that one language lacks, identifiers that nothing checks.

It must not know expressions; of choices without any label the converter tells. `form` puts findings into sentences.
"""

import re
from collections.abc import Iterator, Mapping

from collector.domain.fields import Field, FormModel
from collector.domain.folded import fold
from collector.domain.form_complaints import Place
from collector.domain.linting.places import Workbook, plain

READ = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
LANGUAGE = re.compile(r"::?\s*(.+)$")

Finding = tuple[str, dict[str, str]]

# kind of identifier: words that name it, a constraint that fits it
IDENTIFIERS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("DNI", frozenset({"dni"}), "regex(., '^[0-9]{8}$')"),
    ("RUC", frozenset({"ruc"}), "regex(., '^(10|15|17|20)[0-9]{9}$')"),
    ("teléfono", frozenset({"celular", "telefono", "cel", "tel", "movil", "whatsapp", "phone", "telephone", "mobile"}),
     "regex(., '^[0-9]{9}$')"),
    ("correo", frozenset({"correo", "email", "mail"}), "regex(., '^[^@ ]+@[^@ ]+[.][a-z]{2,}$')"),
)
LEADING = re.compile(r"^(?:\W*)(?:(?:escriba|ingrese|cual es|enter|write)\s+)?(?:(?:el|su|the|your)\s+)?"
                     r"(?:(?:numero|nro|num|no|n)\W*(?:de\s+)?)?(?:(?:el|la|su)\s+)?(\w+)")
JOINING = frozenset({"o", "u", "y", "e", "or", "and"})  # a label that asks for one thing or another
LONGEST_LABEL = 8  # words; a longer label tells of the document, it does not ask for its number


def translations(book: Workbook) -> Iterator[tuple[Place, Finding]]:
    """Cells that are empty in one language and filled in another."""
    for sheet in ("survey", "choices"):
        columns = _by_language(book.headers(sheet))
        for number, row in book.numbered(sheet):
            for languages in columns.values():
                filled = [language for language, header in languages.items() if _cell(row, header)]
                if not filled or len(filled) == len(languages):
                    continue
                text = _cell(row, languages[filled[0]])
                for language, header in languages.items():
                    if not _cell(row, header):
                        yield Place(sheet, number, header), ("LINT_TRANSLATION", {
                            "language": language or "-", "column": header, "other": filled[0] or "-",
                            "shown": text[:60] + ("…" if len(text) > 60 else "")})


def _by_language(headers: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Column -> language -> header; only columns that stand in more than one language."""
    found: dict[str, dict[str, str]] = {}
    for header in headers:
        if header and plain(header) in READ:
            language = LANGUAGE.search(header.removeprefix("jr:"))
            found.setdefault(plain(header), {})[language[1].strip() if language else ""] = header
    return {column: languages for column, languages in found.items() if len(languages) > 1}


def _cell(row: Mapping[str, str], header: str) -> str:
    return str(row.get(header) or "").strip()


def identifiers(model: FormModel, book: Workbook) -> Iterator[tuple[str, str, Finding]]:
    """(path, part, finding) of each document, telephone or address that a person types and nothing checks."""
    for field in model.fields:
        if field.control != "input" or field.is_note or field.calculate or not book.is_written(field.path):
            continue
        if field.type not in ("string", "int", "decimal") or (field.type == "string" and _is_long(field)):
            continue
        found = _identifier(field, model)
        if found is None:
            continue
        kind, rule = found
        fields = {"name": field.name, "kind": kind, "better": rule}
        if field.type != "string" and kind != "correo":
            yield field.path, "type", ("LINT_IDENTIFIER_NUMBER", fields)
        elif not field.constraint:
            yield field.path, "constraint", ("LINT_IDENTIFIER", fields)


def _is_long(field: Field) -> bool:
    return "multiline" in field.appearance


def _identifier(field: Field, model: FormModel) -> tuple[str, str] | None:
    words = re.split(r"[_\W\d]+", fold(field.name))
    first = [_leading(text) for text in field.labels.values()] or [""]
    for kind, names, rule in IDENTIFIERS:
        if _is_counted(words):
            return None
        if names & {words[0], words[-1]} or names & set(first):
            return kind, rule
    return None


def _is_counted(words: list[str]) -> bool:
    """Whether the name tells of how many there are, or of something about the identifier."""
    return bool({"cantidad", "cuantos", "total", "tipo", "motivo", "nombre", "titular", "num", "n"} & set(words[:1]))


def _leading(label: str) -> str:
    text = fold(label)
    found = LEADING.match(text)
    words = text.split()
    return found[1] if found and len(words) <= LONGEST_LABEL and not JOINING & set(words) else ""
