"""Room for a form as a page to read: one table per group, one line per question, so that a change shows in a diff.

It must not know pyxform or XForms: it prints what the author wrote in the workbook's sheets, in Spanish.
The command line prints it; `forms/README.md` is this page for the whole library.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collector.domain.converted import Row, Sheets
from collector.domain.xlsform import read_sheets

SHOWN = ("type", "name", "relevant", "constraint", "required")
EXPRESSIONS = ("calculation", "choice_filter", "default", "repeat_count", "trigger", "readonly")
FEW = 12  # choices that are named beside their question; longer lists stand only at the end


def show(data: bytes, filename: str = "") -> str:
    """One workbook as Markdown: what it is for, its questions by group, its lists, what it writes.

    Raises XLSFormError if the workbook cannot be read; a form that does not convert is still shown.
    """
    return _Page(read_sheets(data), filename).text()


def library_page(workbooks: Mapping[str, bytes], command: str) -> str:
    """The page of a folder of forms: an overview, then each form. command: what makes the page anew."""
    pages = [_Page(read_sheets(data), name) for name, data in sorted(workbooks.items())]
    lines = [f"<!-- Página generada con «{command}» a partir de los libros; no la edite a mano. -->", "",
             "# Formularios de la biblioteca", "",
             "Cada formulario es un libro de Excel de esta carpeta. Esta página muestra sus preguntas, para leer y",
             "comparar lo que cambia de una versión a otra. Los archivos que leen están en `media/`; sus filas",
             "`EJEMPLO` son inventadas.", "",
             "| Formulario | Libro | Versión | Preguntas | Archivos que lee | Listas que escribe |",
             "|---|---|---|---|---|---|"]
    lines += [page.overview() for page in pages]
    for page in pages:
        lines += ["", *page.lines("## ")]
    return "\n".join(lines) + "\n"


@dataclass
class _Section:
    """Consecutive rows of one group. opening: the row that begins it, None for the form itself."""

    path: tuple[str, ...]
    opening: Row | None
    continued: bool = False
    rows: list[Row] = field(default_factory=list)


class _Page:
    """One form's page in the making; columns are read under the names that `_plain` gives them."""

    def __init__(self, sheets: Sheets, filename: str):
        self.filename = filename
        self.notes = sheets.notes
        self.survey = [_plain(row) for row in sheets.rows.get("survey", ()) if row]
        self.choices = [_plain(row) for row in sheets.rows.get("choices", ()) if row]
        self.entities = [_plain(row) for row in sheets.rows.get("entities", ()) if row]
        self.settings = _plain(next(iter(sheets.rows.get("settings", ())), {}))
        headers = [*sheets.headers.get("survey", ()), *sheets.headers.get("choices", ())]
        self.languages = list(dict.fromkeys(_language(header) for header in headers if _is_label(header)))
        self.lists: dict[str, list[Row]] = {}
        for row in self.choices:
            self.lists.setdefault(row.get("list_name", ""), []).append(row)

    @property
    def title(self) -> str:
        return self.settings.get("form_title") or self.settings.get("form_id") or self.filename or "Formulario"

    def text(self) -> str:
        return "\n".join(self.lines("# ")) + "\n"

    def overview(self) -> str:
        asked = [row for row in self.survey if _is_question(row)]
        written = [row.get("list_name", "") for row in self.entities]
        return _line([self.title, _code(self.filename), self.settings.get("version", ""), str(len(asked)),
                      ", ".join(map(_code, self.files())) or "ninguno", ", ".join(map(_code, written)) or "ninguna"])

    def files(self) -> list[str]:
        """The files that the author names, in order of first use."""
        words = [row.get("type", "").split() for row in self.survey]
        named = [each[1] for each in words if len(each) > 1 and each[0].endswith("_from_file")]
        named += [f"{row['name']}.{row['type'].split('-')[0]}" for row in self.survey
                  if row.get("type") in ("csv-external", "xml-external") and row.get("name")]
        media = ("image", "big-image", "audio", "video")
        named += [text for row in (*self.survey, *self.choices) for column, text in row.items()
                  if column.partition("::")[0].removeprefix("media::") in media or column.startswith("media::")]
        return list(dict.fromkeys(named))

    def lines(self, mark: str) -> list[str]:
        """The whole page; mark: what its title begins with, '# ' or '## '."""
        deeper = f"#{mark}"
        lines = [f"{mark}{self.title}", ""]
        known = (("Libro", self.filename), ("Identificador", self.settings.get("form_id", "")),
                 ("Versión", self.settings.get("version", "")),
                 ("Idioma", self.settings.get("default_language", "")),
                 ("Nombre de cada registro", self.settings.get("instance_name", "")))
        lines += [f"- {name}: {_code(value)}" for name, value in known if value]
        lines += [f"- Archivos que lee: {', '.join(map(_code, self.files()))}"] if self.files() else []
        for subject, text in self.notes:
            lines += ["", f"**{subject}.** {text}"]
        for section in self.sections():
            lines += ["", *self.section_lines(section, deeper)]
        return [*lines, *self.list_lines(deeper), *self.entity_lines(deeper)]

    def sections(self) -> Iterator[_Section]:
        """The groups in the order of the form; a group that goes on after an inner one comes again."""
        stack: list[Row] = []
        section = _Section((), None)
        for row in self.survey:
            kind = row.get("type", "").replace(" ", "_")
            if kind.startswith(("begin_", "end_")):
                if section.rows or (section.opening and not section.continued):
                    yield section
                stack = [*stack, row] if kind.startswith("begin_") else stack[:-1]
                path = tuple(each.get("name", "?") for each in stack)
                section = _Section(path, stack[-1] if stack else None, continued=kind.startswith("end_"))
            else:
                section.rows.append(row)
        if section.rows:
            yield section

    def section_lines(self, section: _Section, mark: str) -> list[str]:
        lines = [f"{mark}{self.heading(section)}"]
        if section.opening and not section.continued:
            lines += [f"- {name}: {value}" for name, value in self.opening(section.opening)]
        if not section.rows:
            return lines
        head = ["Nombre", "Tipo", *(language or "Texto" for language in self.languages),
                "Opciones", "Se pregunta si", "Condición", "Oblig.", "Además"]
        return [*lines, "", _line(head), "|" + "---|" * len(head), *map(self.question, section.rows)]

    def heading(self, section: _Section) -> str:
        if section.opening is None:
            return "Fuera de los grupos"
        label = next((section.opening[column] for column in section.opening if _is_label(column)), "")
        path = " / ".join(section.path)
        return _escape(f"{label} ({path})" if label else path) + (" (sigue)" if section.continued else "")

    def opening(self, row: Row) -> Iterator[tuple[str, str]]:
        """What the row that begins a group says besides its name."""
        kind = row.get("type", "").replace(" ", "_").removeprefix("begin_")
        yield "Clase", "repetición" if kind.startswith("repeat") else "grupo" if kind == "group" else kind
        if row.get("relevant"):
            yield "Se muestra si", _code(row["relevant"])
        labels = [column for column in row if _is_label(column)]
        for column in labels[1:]:
            yield _language(column) or "Texto", _escape(row[column])
        yield from self.besides(row)

    def question(self, row: Row) -> str:
        required = {"yes": "sí", "true": "sí", "true()": "sí", "": "", "no": ""}.get(row.get("required", "").lower())
        rest = "<br>".join(f"{name}: {value}" for name, value in self.besides(row))
        return _line([_code(row.get("name", "")), row.get("type", ""),
                      *(_worded(row, language) for language in self.languages), self.options(row),
                      _code(row.get("relevant", "")), _code(row.get("constraint", "")),
                      _code(row.get("required", "")) if required is None else required, rest], escaped=True)

    def options(self, row: Row) -> str:
        """The choices in the first language where they are few, else how many there are."""
        words = row.get("type", "").split()
        choices = self.lists.get(words[1], []) if len(words) > 1 else []
        if len(choices) > FEW:
            return f"{len(choices)} opciones: lista `{words[1]}`"
        language = self.languages[0] if self.languages else ""
        return _escape(" · ".join(_text(choice, "label", language) or choice.get("name", "") for choice in choices))

    def besides(self, row: Row) -> Iterator[tuple[str, str]]:
        """All that the row says in columns without a place of their own, but for the messages of empty answers."""
        for column, value in row.items():
            stem = column.partition("::")[0]
            if stem in SHOWN or stem in ("label", "hint", "required_message"):
                continue
            yield column, _code(value) if stem in EXPRESSIONS else _escape(value)

    def list_lines(self, mark: str) -> list[str]:
        if not self.lists:
            return []
        lines = ["", f"{mark}Listas de opciones"]
        for name, rows in self.lists.items():
            columns = list(dict.fromkeys(column for row in rows for column in row if column != "list_name"))
            lines += ["", f"Lista `{name}`:", "", _line([_heading(column) for column in columns]),
                      "|" + "---|" * len(columns)]
            lines += [_line([row.get(column, "") for column in columns]) for row in rows]
        return lines

    def entity_lines(self, mark: str) -> list[str]:
        if not self.entities:
            return []
        lines = ["", f"{mark}Listas de entidades que escribe"]
        for row in self.entities:
            lines += ["", f"Lista `{row.get('list_name') or row.get('dataset', '')}`:", ""]
            lines += [f"- {column}: {_code(value)}" for column, value in row.items()
                      if column not in ("list_name", "dataset")]
            saved = [(each["save_to"].rpartition("#")[2], each.get("name", "")) for each in self.survey
                     if each.get("save_to") and self.saves(each["save_to"], row)]
            lines += ["- propiedades: " + ", ".join(f"{name} ← {_code(source)}" for name, source in saved)]
        return lines

    def saves(self, save_to: str, entity: Row) -> bool:
        dataset = save_to.rpartition("#")[0]
        return dataset in ("", entity.get("list_name") or entity.get("dataset", ""))


ALIASES = {"list name": "list_name", "relevance": "relevant", "calculate": "calculation", "value": "name",
           "caption": "label", "repeat count": "repeat_count", "id_string": "form_id", "title": "form_title",
           "constraint message": "constraint_message", "required message": "required_message",
           "read only": "readonly", "image": "media::image", "audio": "media::audio", "video": "media::video",
           "big-image": "media::big-image"}


def _plain(row: Mapping[str, str]) -> dict[str, str]:
    """The row under one name per column, however the author wrote it: 'Label : English' becomes 'label::English'."""
    plain = {}
    for header, value in row.items():
        stem, colons, rest = header.partition(":")
        name = stem.strip().lower()
        name = name if name == "media" and colons else ALIASES.get(name, name)
        plain[f"{name}::{rest.lstrip(':').strip()}" if colons else name] = " ".join(str(value).split(" "))
    return plain


def _is_label(header: str) -> bool:
    return header.partition(":")[0].strip().lower() in ("label", "caption")


def _language(header: str) -> str:
    return header.partition(":")[2].lstrip(":").strip()


def _is_question(row: Row) -> bool:
    """Whether a person may answer it on a screen."""
    silent = ("begin", "end", "note", "calculate", "start", "today", "deviceid", "username", "email", "phonenumber",
              "audit", "hidden", "csv-external", "xml-external", "simserial", "subscriberid", "start-geopoint",
              "background-audio", "background-geopoint")
    words = row.get("type", "").replace("_", " ").split()
    return bool(words) and words[0] not in silent and row["type"] not in silent


def _text(row: Row, column: str, language: str) -> str:
    return row.get(f"{column}::{language}" if language else column, "")


def _worded(row: Row, language: str) -> str:
    label, hint = _text(row, "label", language), _text(row, "hint", language)
    return "<br>".join(part for part in (_escape(label), f"*{_escape(hint)}*" if hint else "") if part)


def _heading(column: str) -> str:
    return {"name": "Código"}.get(column) or (_language(column) if "::" in column else column) or column


def _line(cells: Sequence[str], escaped: bool = False) -> str:
    return "| " + " | ".join(cell if escaped or cell.startswith("`") else _escape(cell) for cell in cells) + " |"


def _code(text: str) -> str:
    """An expression or a name as code that a table can hold."""
    if not text:
        return ""
    fence = "``" if "`" in text else "`"
    return fence + " ".join(text.split()).replace("|", "\\|") + fence


def _escape(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("<", "&lt;").replace("\r", "").replace("\n", "<br>")
