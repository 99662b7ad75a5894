"""Room for complaints about an XLSForm: what is wrong, at which sheet, row and column, and what to do about it.

It must not know how workbooks are read; pyxform's words come in as text, and its templates from the caller.
`xlsform` raises them; services turn them into a Problem, pages and the command line show them.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

from collector.domain import form_sentences, question_sentences
from collector.domain.linting import sentences as lint_sentences

SENTENCES = {**form_sentences.SENTENCES, **question_sentences.SENTENCES, **lint_sentences.SENTENCES}


@dataclass(frozen=True)
class Complaint:
    """severity: 'error' or 'warning'. row counts as in Excel; sheet, row, column are None where not known.

    text: pyxform's own words, '' where the complaint is ours.
    """

    severity: str
    code: str
    sheet: str | None
    row: int | None
    column: str | None
    message_es: str
    message_en: str
    advice_es: str
    advice_en: str
    text: str = ""

    def where(self, language: str = "es") -> str:
        """'hoja survey, fila 12, columna type', as much of it as is known; '' if nothing is."""
        names = ("sheet", "row", "column") if language.startswith("en") else ("hoja", "fila", "columna")
        places = (self.sheet, self.row, self.column)
        return ", ".join(f"{name} {place}" for name, place in zip(names, places, strict=True) if place is not None)

    def sentence(self, language: str = "es") -> str:
        """The place, what is wrong and what to do, in one line."""
        english = language.startswith("en")
        message, advice = (self.message_en, self.advice_en) if english else (self.message_es, self.advice_es)
        where = self.where(language)
        start = f"{where[0].upper()}{where[1:]}: " if where else ""
        words = f" ({self.text})" if self.code == "UNKNOWN" and self.text else ""
        return f"{start}{message}{words} {advice}".strip()

    def details(self) -> dict:
        """All of it as JSON values, for a Problem's details."""
        return {"severity": self.severity, "code": self.code, "sheet": self.sheet, "row": self.row,
                "column": self.column, "message_es": self.message_es, "message_en": self.message_en,
                "advice_es": self.advice_es, "advice_en": self.advice_en, "text": self.text}


@dataclass(frozen=True)
class Place:
    """Where in the workbook; None where it is not known. row counts as in Excel."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None


def complaint(code: str, severity: str = "error", place: Place = Place(), text: str = "", **fields) -> Complaint:
    """The complaint of this code, its sentences filled with `fields` ('?' where one is missing)."""
    known = defaultdict(lambda: "?", {key: str(value)[:200] for key, value in fields.items()})
    sentences = [template.format_map(known) for template in SENTENCES[code]]
    return Complaint(severity, code, place.sheet, place.row, place.column, *sentences, text=text[:2000])


# pyxform's messages that have no code: our code, sheet, column, pattern
PATTERNS: tuple[tuple[str, str | None, str | None, re.Pattern], ...] = tuple(
    (code, sheet, column, re.compile(pattern, re.DOTALL)) for code, sheet, column, pattern in (
        ("NO_SURVEY", None, None, r"You must have a sheet named 'survey'\. ?(?P<similar>.*)"),
        ("NO_TYPE", "survey", "type", r".* Question with no type\..*"),
        ("NO_NAME", "survey", "name", r".* Question or group with no name\."),
        ("TYPE_UNKNOWN", "survey", "type", r"Unknown question type '(?P<type>.*)'\."),
        ("ROW_SKIPPED", "survey", None, r".* Row without name, text, or label is being skipped:.*"),
        ("DISABLED", "survey", "disabled", r".* The 'disabled' column header is not part.*"),
        ("DEVICE_ID", "survey", "type", r"\[row : \d+\] (?P<type>\S+) is no longer supported on most devices\..*"),
        ("NO_CALCULATION", "survey", "calculation", r".* Missing calculation\."),
        ("REPEAT_LABEL", "survey", "label", r".* Repeat has no label: .*"),
        ("LIST_UNKNOWN", "survey", "type", r".* List name not in (?:choices|columns) sheet: (?P<list>.*)"),
        ("NO_CHOICES", None, None, r"There should be a choices sheet in this xlsform\..*"),
        ("LIST_MISSING", "survey", "type",
         r".* (?:Repeat loop without list name\.|Please specify choices for this 'or other' question\.)"),
        ("LIST_MISSING", None, None, r"There should be choices for this question\.|Arguments 'itemset' and .*"),
        ("NO_EXTERNAL_CHOICES", None, None, r"There should be an external_choices sheet.*"),
        ("NO_EXTERNAL_CHOICES", None, None, r"Could not export itemsets\.csv.*"),
        ("NO_EXTERNAL_CHOICES", "survey", "type", r".*List name not in external choices sheet: (?P<list>.*)"),
        ("LIST_FILE", "survey", "type", r".* File name for '\S+ (?P<list>.*)' should end with one of.*"),
        ("CHOICE_SPACE", "choices", "name",
         r"Choice names with spaces cannot be added.* See \[(?P<choice>.*)\] in \[(?P<list>.*)\]"),
        ("FILTER_OTHER", "survey", "choice_filter", r".* Choice filter not supported with or_other\."),
        ("FILTER_TABLE", "survey", "choice_filter", r".* Choice filter not supported for table-list.*"),
        ("FILTER_EXTERNAL", "survey", "choice_filter", r".* select one external is only meant for filtered.*"),
        ("TABLE_LISTS", "survey", "type", r".* Badly formatted table list.*"),
        ("SEARCH", "survey", "appearance", r"Question '(?P<name>.*?)' (?:is a select from file|uses 'search).*"),
        ("AUDIT_NAME", "survey", "name", r".* Audits must always be named.*"),
        ("PARAMETER", "survey", "parameters", r".*(?:must be set to|must have an integer value|must be greater +than"
                                              r"|value must be a number or a reference|Parameters must include"
                                              r"|are required parameters|Invalid value for \S+\.$).*"),
        ("PHOTO_SIZE", "survey", "parameters", r".* Use the max-pixels parameter.*"),
        ("PHOTO_APP", "survey", "parameters", r".*invalid Android package name.*"),
        ("GEOPOINT_TRIGGER", "survey", "trigger", r".* For 'background-geopoint' questions.*"),
        ("TRIGGER_HIDDEN", "survey", "trigger", r"The question \$\{(?P<name>.*?)\} is not user-visible.*"),
        ("INSTANCE_TWICE", None, None,
         r"(?:The same instance id|Instance names must be unique).*?(?:name|Instance name): ?'(?P<name>.*?)'.*"),
        ("INSTANCE_TWICE", None, None, r"Instance names must be unique.*The name '(?P<name>.*?)' was found.*"),
        ("NO_LABEL", "survey", "label", r"The survey element named '(?P<name>.*)' has no label or hint\."),
        ("BIG_IMAGE", "survey", "big-image", r"To use big-image, you must also.* element named (?P<name>.*)\."),
        ("MEDIA_TYPE", None, None, r"Media type: (?P<type>.*) not supported"),
        ("PYREF_003", None, None, r".*There is no survey element named '(?P<q>.*)'\."),
        ("PYREF_004", None, None, r".*There are multiple survey elements named '(?P<q>.*)'\."),
        ("HEADER_TWICE", None, None, r"Duplicate column header: (?P<column>.*)"),
        ("BOTH_IDS", "settings", "form_id", r"The form_id and id_string column headers.*"),
        ("INSTANCE_ID", "settings", "omit_instanceID", r"Cannot omit instanceID.*"),
        ("NO_ID", "settings", "form_id", r"Survey cannot have an empty id_string"),
        ("OTHER_TRANSLATION", "survey", "type", r"This form uses or_other and translations.*"),
        ("LANGUAGE_MISSING", None, None,
         r"Language '(?P<language>.*)' is missing the (?P<sheet>survey|choices) (?:columns )?"
         r"(?P<column>.*?)(?: column)?\."),
        ("LANGUAGE_CODE", None, None, r"The following language declarations.*codes: (?P<languages>.*)\. Learn.*"),
        ("FILE_DAMAGED", None, None, r"Error reading \.\w+ file: (?P<reason>.*)"),
        ("FILE_UNKNOWN", None, None, r"Argument 'definition' was not recognized.*"),
    )
)
ROW = re.compile(r"\[row : (\d+)\]")
SHEET = re.compile(r"[Oo]n the '(\w+)' sheet|provided for sheet: '(\w+)'")
COLUMN = re.compile(r"sheet, the '([^']+)' value")


def templates(messages: dict[str, str]) -> tuple[tuple[str, re.Pattern], ...]:
    """(code, pattern) of each of pyxform's own message templates; its {fields} become groups."""
    return tuple((code, _pattern(message)) for code, message in messages.items())


def _pattern(message: str) -> re.Pattern:
    pattern, seen = "", set()
    for literal, field, _, _ in Formatter().parse(message):
        pattern += re.escape(literal)
        if field:
            pattern += "(?:.*?)" if field in seen else f"(?P<{field}>.*?)"
            seen.add(field)
    return re.compile(pattern + r"(?: If you do not mean to include a sheet.*)?", re.DOTALL)


def recognise(text: str, severity: str, own: Sequence[tuple[str, re.Pattern]]) -> list[Complaint]:
    """The complaints that a message of pyxform says; several if its lines are messages of their own.

    own: what `templates` made. A message nobody knows becomes UNKNOWN (a warning: REMARK), its text kept.
    """
    whole = _recognise_one(text, severity, own)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or (whole and not _has_several(lines, own)):
        return [whole or _unknown(text, severity)]
    return [_recognise_one(line, severity, own) or _unknown(line, severity)
            for line in lines]


def _unknown(text: str, severity: str) -> Complaint:
    return complaint("UNKNOWN" if severity == "error" else "REMARK", severity, Place(row=_row(text)), text, said=text)


def _has_several(lines: list[str], own: Sequence[tuple[str, re.Pattern]]) -> bool:
    return all(_recognise_one(line, "error", own) for line in lines)


def _recognise_one(text: str, severity: str, own: Sequence[tuple[str, re.Pattern]]) -> Complaint | None:
    for code, sheet, column, pattern in PATTERNS:
        if match := pattern.fullmatch(text):
            return _placed(code, text, severity, match.groupdict(), sheet, column)
    for code, pattern in own:
        if match := pattern.fullmatch(text):
            family = code.split("_")[0]
            known = code if code in SENTENCES else family if family in SENTENCES else "UNKNOWN"
            return _placed(known, text, severity, match.groupdict(), None, None)
    return None


def _placed(code: str, text: str, severity: str, fields: dict, sheet: str | None, column: str | None) -> Complaint:
    """A complaint at the place that the message names, or else at the one its pattern implies."""
    fields = {key: value for key, value in fields.items() if value not in (None, "unknown")}
    row = _row(text)
    if match := SHEET.search(text):
        sheet = match[1] or match[2]
    elif code != "NAMES_013":
        sheet = fields.get("sheet", sheet) or ("survey" if row else None)
    if match := COLUMN.search(text):
        column = match[1]
    elif code in ("LANGUAGE_MISSING", "HEADER_TWICE"):
        column = fields.get("column", column)
    known = [None if name == "unknown" else name for name in (sheet, column)]
    return complaint(code, severity, Place(known[0], row, known[1]), text, **fields)


def _row(text: str) -> int | None:
    match = ROW.search(text)
    return int(match[1]) if match else None
