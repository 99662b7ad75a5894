"""Room for the functions that look something up beside the answers: CSV files, labels of choices, texts.

It must not read files: what can be looked up comes with the evaluation. `registry` lists these functions.
"""

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import Function
from collector.domain.xpath.values import BLANKS, Value, to_string


def pulldata(context: Context, file: Value, column: Value, key_column: Value, key: Value) -> str:
    """The column's text in the first row of the CSV file whose key column holds the key; '' without such a row."""
    name = to_string(file, context)
    tables = context.media or {}
    look = tables.get(name) or tables.get(f"{name}.csv")
    if look is None:
        raise failed(f"not evaluated: there is no file {name}.csv")
    return look(*(to_string(value, context) for value in (column, key_column, key)))


def choice_name(context: Context, value: Value, path: Value) -> str:
    """The label of the choice with this name in the select at the path (text with a path in it)."""
    if context.labels is None:
        raise failed("not evaluated: the labels of choices are not at hand")
    return context.labels(to_string(path, context).strip(BLANKS), to_string(value, context))


def itext(context: Context, name: Value) -> str:
    """The form's text of that id in the evaluation's language."""
    if context.texts is None:
        raise failed("not evaluated: the form's texts are not at hand")
    return context.texts(to_string(name, context))


FUNCTIONS = {
    "pulldata": Function(pulldata, 4, 4),
    "jr:choice-name": Function(choice_name, 2, 2),
    "jr:itext": Function(itext, 1, 1),
}
