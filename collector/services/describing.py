"""Room where a build says what it is: the codebook as workbook and page, datapackage.json, receipt.json.

It must not know jobs or HTTP. The same data and recipe give the same bytes; who and when stand in the receipt alone.
`services/packing` puts them beside the data.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import version

from collector.domain.tabular import codebook, package
from collector.domain.tabular.codebook_html import codebook_html
from collector.domain.tabular.package import About, DataFile
from collector.domain.tabular.shape import REVIEW_STATE, Manner
from collector.services.gathering import Gathered, Source
from collector.services.orders import Order, as_plain
from collector.services.unit import UnitOfWork
from collector.store.queries import extracts

WORKBOOK, PAGE, MANIFEST, RECEIPT = "codebook.xlsx", "codebook.html", "datapackage.json", "receipt.json"
_FILTERS = ("states", "since", "until")
_OPTIONS = ("language", "labels", "split", "group_paths", "bom", "neutralise", "files")
_WORDS = {
    "form": ("Formulario", "Form"), "versions": ("Versiones del formulario", "Form versions"),
    "records": ("Registros", "Records"), "recipe": ("Receta de limpieza", "Cleaning recipe"),
    "raw": ("ninguna: datos como llegaron", "none: data as they arrived"), "version": ("versión", "version"),
    "states": ("Estados de revisión elegidos", "Review states chosen"), "since": ("Llegados desde", "Arrived since"),
    "until": ("Llegados hasta", "Arrived until"), "review": ("Revisión", "Review"),
    "findings": ("Hallazgos abiertos", "Open findings"),
}


class Description:
    """What is told of one build. book: the codebook."""

    def __init__(self, source: Source, unit: UnitOfWork, order: Order, manner: Manner, tables: list[Gathered]):
        extract, wanted = source.read, as_plain(order)
        title = extract.model.title or extract.form.xml_form_id
        self._source, self._tables = source, tables
        errors, warnings = extracts.count_findings(unit.session, extract.narrowed)
        self._about = About(
            title, extract.form.xml_form_id, extract.versions, tables[0].spool.rows, source.recipe,
            {name: wanted[name] for name in _FILTERS}, self._review(unit), errors + warnings,
            {name: wanted[name] for name in _OPTIONS}, tuple(one.summary for one in tables),
            tuple(code for one in _languages(extract.model) if (code := codebook.code_of(one))))
        unit.rest()
        self._in_english = order.language.startswith("en")
        self.book = codebook.book_of(
            title, [codebook.Described(one.table, one.summary, one.stem) for one in tables],
            order.formats, manner, _languages(extract.model), "en" if self._in_english else "es",
            codebook.asked_in(extract.models), self._told())

    def page(self) -> Iterator[bytes]:
        """The codebook as HTML."""
        return (piece.encode("utf-8", "replace") for piece in codebook_html(self.book))

    def manifest(self, files: list[DataFile]) -> bytes:
        """datapackage.json of these files."""
        return package.data_package(self._about, files)

    def _review(self, unit: UnitOfWork) -> dict[str, int]:
        """{review state: records}, of what is in the files where that is told there."""
        root = self._tables[0]
        if root.table.variable(REVIEW_STATE) is None:
            found = extracts.count_states(unit.session, self._source.read.narrowed)
        else:  # no question to the database, which would sort all records in memory
            summary = root.summary.of(REVIEW_STATE)
            found = dict(summary.counts or {})
            found["received"] = found.get("received", 0) + summary.missing
        return {state: count for state, count in sorted(found.items()) if count}

    def _told(self) -> list[tuple[str, str]]:
        """(what, value) on top of the codebook."""
        say = lambda key: _WORDS[key][self._in_english]  # noqa: E731
        about, recipe = self._about, self._source.recipe
        cleaned = say("raw") if recipe is None else f"{recipe['name']}, {say('version')} {recipe['version']}"
        chosen = [(say(name), ", ".join(value) if isinstance(value, list) else str(value))
                  for name, value in about.filters.items() if value]
        review = ", ".join(f"{state}: {count}" for state, count in about.review.items())
        return [(say("form"), about.form_id), (say("versions"), ", ".join(about.versions)),
                (say("records"), str(about.records)), (say("recipe"), cleaned), *chosen,
                (say("review"), review), (say("findings"), str(about.open_findings))]


def receipt(told: Mapping, files: Mapping[str, dict]) -> bytes:
    """receipt.json. told: who, when (of building), purpose and more; files: {name: {sha256, ...}}."""
    more = dict(told)
    return package.receipt(more.pop("who") or "", more.pop("when"), more.pop("purpose"), version("collector"),
                           {name: one["sha256"] for name, one in files.items() if "sha256" in one}, **more)


def _languages(model) -> tuple[str, ...]:
    """The languages of the form, its own first."""
    return tuple(dict.fromkeys(one for one in (model.default_language, *model.languages) if one))
