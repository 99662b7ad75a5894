"""Tables with their summaries -> a codebook: what every variable is, was asked as, may hold and does hold.

It must not know files or the database. Open answers are never listed, personal and sensitive variables only counted.
Next: `sheets` for the workbook, `codebook_html.py` for print.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from collector.domain.fields import UNTRANSLATED, Field, FormModel, Texts, readable
from collector.domain.formats.geojson import has_place, is_property
from collector.domain.formats.workbook_out import PlainSheet
from collector.domain.tabular.charts import Bin, numbers
from collector.domain.tabular.codebook_words import word
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.names import legal_names
from collector.domain.tabular.shape import INTERNAL, KEY, OPEN, PARENT_KEY, DataTable, Manner, Variable
from collector.domain.tabular.summary import TableSummary
from collector.domain.tabular.variable_summary import MOST_DISTINCT, VariableSummary

FORMAT_NAMES = {"csv": "CSV", "xlsx": "Excel", "stata": "Stata", "spss": "SPSS", "parquet": "Parquet",
                "jsonl": "JSON lines", "geojson": "GeoJSON"}
MOST_WHENS = 40  # bars of dates
_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$|^([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)$")


@dataclass(frozen=True, slots=True)
class Described:
    """A table to describe, with what is known of its rows. name: of its file or sheet."""

    table: DataTable
    summary: TableSummary
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen. count: rows in which it is, None where that is not shown or not counted."""

    name: str
    labels: Texts
    count: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable. names: {format: names of its columns}; shown: whether its values may be; others: rows whose value
    is not in the list; bins: of numbers; whens: {day, month or year: rows} of dates, {hour: rows} of times."""

    variable: Variable
    summary: VariableSummary
    names: dict[str, tuple[str, ...]]
    versions: tuple[str, ...]
    shown: bool
    options: tuple[Option, ...] = ()
    others: int | None = None
    bins: tuple[Bin, ...] = ()
    whens: tuple[tuple[str, int], ...] = ()

    @property
    def field(self) -> Field | None:
        """The question, None for what no form asks."""
        return self.variable.field

    @property
    def rows(self) -> int:
        """Rows of its table."""
        return self.summary.answered + self.summary.missing

    @property
    def is_number(self) -> bool:
        """Whether it is described by mean and median."""
        return self.variable.type in ("int", "decimal")

    @property
    def span(self) -> tuple:
        """(least, greatest) of numbers, or (first, last) of dates and times; (None, None) where they are not shown."""
        if not self.shown or (not self.is_number and self.variable.type not in ("date", "time", "dateTime")):
            return None, None
        if self.is_number or self.summary.fits:
            least, most = self.summary.minimum, self.summary.maximum
            return (None, None) if self.is_number and not self.summary.numbers else (least, most)
        days = list(self.summary.whens())  # what is no date might be anything
        return (days[0], days[-1]) if days else (None, None)

    @property
    def odd(self) -> int | None:
        """How many answers are not numbers though they should be; None for other types."""
        return self.summary.answered - self.summary.numbers if self.is_number else None


@dataclass(frozen=True, slots=True)
class Chapter:
    """One table with its variables."""

    table: DataTable
    name: str
    rows: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A codebook. language: of its own words; languages: of the form, the first is its default; about: (what, value)
    pairs told on top."""

    title: str
    language: str
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    about: tuple[tuple[str, str], ...] = ()

    def text(self, texts: Texts, language: str) -> str:
        """The text in a language of the form, '' where it has none; in the first one also text without a language."""
        wanted = [texts.get(language), texts.get(code_of(language))]
        if language == self.languages[0]:
            wanted.append(texts.get(""))
            if not language:
                wanted += [texts.get(self.language), *texts.values()]
        return readable(next((one for one in wanted if one and one != UNTRANSLATED), ""))


def book_of(title: str, tables: Iterable[Described], formats: Sequence[str], manner: Manner,
            languages: Sequence[str] = (), language: str = "es", versions: Mapping[str, Sequence[str]] | None = None,
            about: Iterable[tuple[str, str]] = ()) -> Book:
    """The codebook of these tables.

    formats: as `legal_names` knows them. languages: as the form names them, its default first. versions: {id of a
    variable: form versions that ask it}, see `asked_in`.
    """
    chapters = tuple(_chapter(one, formats, manner, versions or {}) for one in tables)
    return Book(title, language, tuple(languages) or ("",), tuple(formats), chapters, tuple(about))


def asked_in(models: Iterable[FormModel]) -> dict[str, tuple[str, ...]]:
    """{path of a field: form versions that have it}, in the order of the models."""
    found: dict[str, list[str]] = {}
    for model in models:
        for path in model.by_path:
            found.setdefault(path, []).append(model.version)
    return {path: tuple(versions) for path, versions in found.items()}


def code_of(language: str) -> str:
    """'es' of 'Español (es)' or 'es'; '' where the name of a language tells no code."""
    found = _CODE.search(language)
    return (found[1] or found[2]).lower() if found else ""


def sheets(book: Book) -> list[PlainSheet]:
    """Two sheets for the workbook: one row per variable, and one per value that may be chosen."""
    say = lambda key, *given: word(key, book.language, *given)  # noqa: E731
    columns = _columns(book, say)
    entries = [(chapter, one) for chapter in book.chapters for one in chapter.entries]
    header = [say("table"), say("variable"), *_each(book, say, "label"), say("value"), say("count"), say("share")]
    return [
        PlainSheet(say("codebook"), [name for name, _cell in columns],
                   [[cell(chapter, one) for _name, cell in columns] for chapter, one in entries]),
        PlainSheet(say("choices"), header,
                   [row for chapter, one in entries for row in _option_rows(book, chapter, one)]),
    ]


def share(part: int | None, whole: int) -> float | None:
    """Per cent with one place, None of nothing."""
    return None if part is None or not whole else round(100 * part / whole, 1)


def rounded(number: float | None) -> float | None:
    """The number with six figures that count, for people."""
    return None if number is None else float(f"{number:.6g}")


def distinct(book: Book, one: Entry) -> int | str | None:
    """How many different values there are; None where that is not known or they are combinations."""
    uncounted = one.variable.type in ("geopoint", "geotrace", "geoshape", "binary")
    if uncounted or one.summary.several or one.variable.id in (KEY, PARENT_KEY):
        return None
    counts = one.summary.counts
    return word("over", book.language, MOST_DISTINCT) if counts is None else len(counts)


def _columns(book: Book, say) -> list[tuple]:
    """(heading, cell of a chapter and an entry) of every column of the first sheet."""
    asked = lambda take: lambda _table, one: take(one.field) or None if one.field is not None else None  # noqa: E731
    texts = lambda take: [(lambda _table, one, language=language: book.text(take(one), language) or None)  # noqa: E731
                          for language in book.languages]
    return [
        (say("table"), lambda table, _one: table.name),
        (say("variable"), lambda _table, one: one.variable.name),
        *((say("name_in", FORMAT_NAMES.get(format, format)),
           lambda _table, one, format=format: ", ".join(one.names.get(format, ()))) for format in book.formats),
        *zip(_each(book, say, "question"), texts(lambda one: one.variable.labels), strict=True),
        *zip(_each(book, say, "hint"), texts(lambda one: one.field.hints if one.field else {}), strict=True),
        (say("type"), lambda _table, one: say(f"type.{one.variable.type}")),
        (say("number_of_choices"), lambda _table, one: len(one.variable.categories) or None),
        (say("required"), asked(lambda one: required(one, book.language))),
        (say("relevant"), asked(lambda one: readable(one.relevant))),
        (say("constraint"), asked(lambda one: readable(one.constraint))),
        *zip(_each(book, say, "message"),
             texts(lambda one: one.field.constraint_messages if one.field else {}), strict=True),
        (say("calculate"), asked(lambda one: readable(one.calculate))),
        (say("privacy"), lambda _table, one: say(f"privacy.{one.variable.privacy}")),
        (say("rows"), lambda table, _one: table.rows),
        (say("answered"), lambda _table, one: one.summary.answered),
        (say("missing"), lambda _table, one: one.summary.missing),
        (say("missing_share"), lambda _table, one: share(one.summary.missing, one.rows)),
        (say("distinct"), lambda _table, one: distinct(book, one)),
        (say("odd"), lambda _table, one: one.odd or None),
        (say("minimum"), lambda _table, one: one.span[0] if one.is_number else None),
        (say("mean"), lambda _table, one: rounded(one.summary.mean) if one.is_number and one.shown else None),
        (say("median"), lambda _table, one: rounded(one.summary.median) if one.is_number and one.shown else None),
        (say("maximum"), lambda _table, one: one.span[1] if one.is_number else None),
        (say("first"), lambda _table, one: None if one.is_number else one.span[0]),
        (say("last"), lambda _table, one: None if one.is_number else one.span[1]),
        (say("versions"), lambda _table, one: ", ".join(one.versions) or None),
        (say("earlier"), lambda _table, one: ", ".join(one.variable.earlier_names) or None),
        (say("path"), lambda _table, one: one.variable.id),
    ]


def required(one: Field, language: str) -> str:
    """'sí', 'no', or the condition on which an answer is required."""
    said = one.required.strip()
    if said in ("", "false()", "no"):
        return word("no", language)
    return word("yes", language) if said in ("true()", "yes") else readable(said)


def _each(book: Book, say, key: str) -> list[str]:
    return [say(f"{key}_in", one) if one else say(key) for one in book.languages]


def _option_rows(book: Book, chapter: Chapter, one: Entry) -> list[list]:
    start, answered = [chapter.name, one.variable.name], one.summary.answered
    found = [[*start, *(book.text(option.labels, language) or None for language in book.languages), option.name,
              option.count, share(option.count, answered)] for option in one.options]
    if one.others:
        blank = [None] * (len(book.languages) - 1)
        found.append([*start, word("others", book.language), *blank, None, one.others, share(one.others, answered)])
    return found


def _chapter(one: Described, formats: Sequence[str], manner: Manner, versions: Mapping) -> Chapter:
    columns = laid_out(one.table, manner)
    names: dict[str, dict[str, list[str]]] = {}
    for format in formats:
        for column, name in zip(columns, legal_names(columns, format), strict=True):
            if format == "geojson" and not is_property(one.table, column):
                name = "geometry" if has_place(one.table) else ""
            known = names.setdefault(column.variable.id, {}).setdefault(format, [])
            if name and name not in known:
                known.append(name)
    entries = tuple(_entry(variable, one.summary.of(variable.id), names.get(variable.id, {}), versions)
                    for variable in one.table.variables)
    return Chapter(one.table, one.name, one.summary.rows, entries)


def _entry(variable: Variable, summary: VariableSummary, names: dict[str, list[str]], versions: Mapping) -> Entry:
    shown = variable.privacy in (OPEN, INTERNAL)
    options, others = _options(variable, summary, shown)
    bins = whens = ()
    if shown and variable.type in ("int", "decimal") and summary.numbers:
        bins = numbers(summary.spread(), summary.answered + summary.missing, 1, whole=summary.whole).bins
    elif shown and variable.type in ("date", "time", "dateTime"):
        whens = tuple(_fewer(summary.whens()).items())
    return Entry(variable, summary, {format: tuple(some) for format, some in names.items()},
                 tuple(versions.get(variable.id, ())), shown, options, others, bins, whens)


def _options(variable: Variable, summary: VariableSummary, shown: bool) -> tuple[tuple[Option, ...], int | None]:
    if variable.type == "boolean":
        listed = [(True, "true", {}), (False, "false", {})]
    else:
        listed = [(one.name, one.name, one.labels) for one in variable.categories]
    counts = summary.counts if shown and listed else None
    options = tuple(Option(name, labels, None if counts is None else counts[value]) for value, name, labels in listed)
    if counts is None:
        return options, None
    names = {value for value, _name, _labels in listed}
    return options, sum(often for value, often in counts.items() if value not in names)


def _fewer(whens: dict[str, int]) -> dict[str, int]:
    """The same by month or year where days are too many for bars."""
    for length in (7, 4):
        if len(whens) <= MOST_WHENS:
            break
        fewer: dict[str, int] = {}
        for when, often in whens.items():
            fewer[when[:length]] = fewer.get(when[:length], 0) + often
        whens = fewer
    return whens
