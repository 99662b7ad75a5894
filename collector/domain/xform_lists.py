"""Secondary instances of a form: the lists inside it, and the names of those that lie in files.

Must not know questions.
Next: xform.py puts them into the FormModel, by id.
"""

from lxml import etree

from collector.domain.fields import Choice, NotEvaluated, SecondaryInstance
from collector.domain.xform_texts import Itext, written
from collector.domain.xmltext import local_name


def read_instances(model: etree._Element, itext: Itext) -> tuple[dict[str, SecondaryInstance], list[NotEvaluated]]:
    """Every secondary instance by its id, and what in them was not understood."""
    found: dict[str, SecondaryInstance] = {}
    notes: list[NotEvaluated] = []
    for number, instance in enumerate(model.iterchildren("{*}instance")):
        named = instance.get("id", "")
        if number == 0:
            continue
        if not named or named in found:
            notes.append(NotEvaluated("instance without an id of its own", named or "model"))
            continue
        src = instance.get("src", "").strip()
        if src and not src.startswith("jr://"):
            notes.append(NotEvaluated("instance from an address of another kind", f"{named}: {src}"))
        items = tuple(_items(instance, itext)) if not src else ()
        found[named] = SecondaryInstance(named, src, items)
        if any("/" in column for item in items for column in item.columns):
            notes.append(NotEvaluated("list with items inside items", named))
    return found, notes


def _items(instance: etree._Element, itext: Itext):
    root = next(iter(instance), None)
    for item in root if root is not None else ():
        columns = {"@" + name: value for name, value in item.attrib.items()}
        _collect(item, "", columns)
        named = columns.get("itextId")
        if named is not None:
            shown = itext.by_id(named)
            yield Choice(columns.get("name", ""), shown.labels, shown.media, columns)
        else:
            label = columns.get("label")
            yield Choice(columns.get("name", ""), {"": label} if label else {}, {}, columns)


def _collect(item: etree._Element, above: str, columns: dict[str, str]) -> None:
    for child in item:
        name = above + local_name(child)
        if len(child):
            _collect(child, name + "/", columns)
        else:
            columns.setdefault(name, written(child))
