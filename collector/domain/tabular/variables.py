"""The column model of a form over all its versions -> the tables and variables that analysts see.

It must not know the database or files. `services/extracting` hands in what it read; recipes and formats take these
tables. Nothing depends on the version at the time of sending: a field that moved is one variable.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from collector.domain.columns import Column, Table, display_order
from collector.domain.fields import CHOOSING, Field, FormModel, Texts
from collector.domain.formats.csvfile import AFTER, BEFORE, REPEAT_AFTER
from collector.domain.tabular.shape import FACT, Category, DataTable, Rows, Variable
from collector.domain.values import parse_value, value_text

_FACTS = {
    "SubmissionDate": ("dateTime", "Fecha y hora de llegada", "Time of arrival"),
    "KEY": ("string", "Identificador", "Identifier"),
    "PARENT_KEY": ("string", "Identificador de la fila superior", "Identifier of the row above"),
    "SubmitterID": ("string", "Número de quien envió", "Number of who sent"),
    "SubmitterName": ("string", "Quien envió", "Who sent"),
    "AttachmentsPresent": ("int", "Archivos que llegaron", "Files that arrived"),
    "AttachmentsExpected": ("int", "Archivos esperados", "Files expected"),
    "Status": ("string", "Estado de la lectura", "State of reading"),
    "ReviewState": ("select1", "Estado de la revisión", "Review state"),
    "DeviceID": ("string", "Dispositivo", "Device"),
    "Edits": ("int", "Veces que se editó", "Times it was edited"),
    "FormVersion": ("string", "Versión del formulario", "Form version"),
}
_STATES = tuple(Category(name, {"es": es, "en": en}) for name, es, en in (
    ("edited", "Editado", "Edited"), ("hasIssues", "Con observaciones", "Has issues"),
    ("approved", "Aprobado", "Approved"), ("rejected", "Rechazado", "Rejected")))

Choices = Mapping[str, tuple[Category, ...]]  # path of a question -> choices that lie in a file beside the form


def tables_of(tables: Iterable[Table], columns: Iterable[Column], models: Sequence[FormModel],
              moved: Mapping[str, str] | None = None, listed: Choices | None = None) -> tuple[DataTable, ...]:
    """The tables in their order: the root first, outer repeats before inner.

    models: of all published versions, the current one first. moved: {path of an earlier field: path of the field that
    has its answers now}; the earlier one is then no variable of its own.
    """
    moved, by_table = moved or {}, {}
    for column in display_order(columns, models[0]):
        if column.path not in moved:
            by_table.setdefault(column.table, []).append(_variable(column, models, moved, listed or {}))
    found = []
    for table in tables:
        before, after = (BEFORE, AFTER) if not table.path else ((), REPEAT_AFTER)
        asked = by_table.get(table.path, [])
        if asked or not table.path:
            found.append(DataTable(table.path, table.name, table.parent, (
                *map(fact, before), *asked, *map(fact, after))))
    return tuple(found)


def fact(name: str) -> Variable:
    """The variable of something that the server knows."""
    type, spanish, english = _FACTS[name]
    return Variable(FACT + name, name, type, {"es": spanish, "en": english},
                    _STATES if name == "ReviewState" else ())


def languages_of(model: FormModel, wanted: str) -> tuple[str, ...]:
    """For Manner.languages: what is asked for first, then the form's own language, then any."""
    return tuple(dict.fromkeys((model.language(wanted), wanted, model.default_language, "")))


def move_answers(rows: Rows, table: DataTable, moved: Mapping[str, str], types: Mapping[str, str]) -> None:
    """Nothing; where a field has no answer, what the earlier field has stands there. types: of the fields by path."""
    for before, now in moved.items():
        earlier = rows.cells.pop(before, None)
        if earlier is None or now not in rows.cells:
            continue
        type = types.get(now, "string")
        if types.get(before) != type:
            earlier = [None if one is None else parse_value(type, value_text(one)) for one in earlier]
        rows.cells[now] = [old if new is None else new for new, old in zip(rows.cells[now], earlier, strict=True)]


def _variable(column: Column, models: Sequence[FormModel], moved: Mapping[str, str], listed: Choices) -> Variable:
    asked = [(model, model.by_path[column.path]) for model in models if column.path in model.by_path]
    one: Field | None = asked[0][1] if asked else None
    earlier = tuple(before for before, now in moved.items() if now == column.path)
    names = tuple(before.rpartition("/")[2] for before in earlier)
    asked += [(model, model.by_path[before]) for before in earlier for model in models if before in model.by_path]
    categories = _categories(asked, listed) if column.type in CHOOSING else ()
    variable = Variable(column.path, column.name, column.type, _labels(asked), categories, field=one,
                        position=column.position)
    return replace(variable, earlier_names=names) if names else variable


def _labels(asked: list[tuple[FormModel, Field]]) -> Texts:
    """The labels of the newest version that has any, under their languages; its own language also under ''."""
    for model, one in asked:
        if one.labels:
            own = one.labels.get(model.default_language)
            return {**one.labels, **({"": own} if own and "" not in one.labels else {})}
    return {}


def _categories(asked: list[tuple[FormModel, Field]], listed: Choices) -> tuple[Category, ...]:
    found: dict[str, Category] = {}
    for model, one in asked:
        for choice in model.choices_for(one):
            found.setdefault(choice.name, Category(choice.name, choice.labels))
    for _model, one in asked[:1]:
        for category in listed.get(one.path, ()):
            found.setdefault(category.name, category)
    return tuple(found.values())
