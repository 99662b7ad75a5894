"""Room for what a phone knew beside the answers: its properties, its language, the CSV files of pulldata().

It must not evaluate. What is not known stays unknown: rules that ask for it are left alone.
"""

from collections.abc import Callable
from re import search

from lxml import etree

from collector.domain.checking.choosing import name_of
from collector.domain.checking.clock import text_at
from collector.domain.checking.findings import Circumstances
from collector.domain.checking.lists import Lists
from collector.domain.fields import FormModel
from collector.domain.xpath.errors import failed
from collector.domain.xpath.expression import compiled


def properties_of(model: FormModel, root: etree._Element, circumstances: Circumstances) -> dict[str, str]:
    """Properties of the phone by name: as its preload nodes tell, else as the circumstances do."""
    found = dict(circumstances.properties)
    for one in model.fields:
        if one.preload == "property" and one.preload_params:
            text = text_at(root, one.path)
            if text:
                found[one.preload_params] = text
    return found


def code_of(language: str) -> str:
    """'es' of 'Español (es)'; the name itself where it is a code; 'en' for all else."""
    found = search(r"\(([A-Za-z]{2,3}(?:[-_]\w+)?)\)", language)
    code = found[1] if found else language
    return code.replace("-", "_") if search(r"^[A-Za-z]{2,3}(?:[-_]\w+)?$", code) else "en"


class Pulled:
    """The look-ups of pulldata(), by file name."""

    def __init__(self, lists: Lists):
        self._lists = lists

    def get(self, name: str) -> Callable[[str, str, str], str] | None:
        """The look-up (column, key column, key) in a file, None when the file is not here."""
        root = self._lists.file(name) if name.endswith(".csv") else None
        if root is None:
            return None

        def look(column: str, key_column: str, key: str) -> str:
            rows = self._lists.shelf.named(name, root, key_column).get(key)
            return name_of(rows[0], column) if rows else ""
        return look


class Words:
    """The words of a form in one of its languages, None for its own. path: of the question that asks."""

    def __init__(self, lists: Lists, language: str | None, path: str):
        self.lists, self.path = lists, path
        self.model = lists.shelf.model
        self.language = self.model.default_language if language is None else language
        self.locale = code_of(self.language)

    def label(self, place: str, name: str) -> str:
        """The label of a choice of the question at a place; '' when it has no such choice. Raises EvalError."""
        reference = compiled(place).references
        path = reference[0].path("/root" + self.path) if reference else None
        one = self.model.by_path.get("/" + path.partition("/")[2].partition("/")[2]) if path else None
        if one is None or not one.chooses:
            raise failed(f"There is no question with choices at {place}")
        if one.itemset is not None and one.itemset.instance not in self.lists.shelf.inner:
            rows = self.lists.named(one.itemset.instance, one.itemset.value_ref)
            if rows is None:
                raise failed("The list of the question is not here")
            return name_of(rows[name][0], one.itemset.label_ref) if name in rows else ""
        for choice in self.model.choices_for(one):
            if choice.name == name:
                return self._plain(self.model.text(choice.labels, self.language))
        return ""

    def text(self, name: str) -> str:
        """The form's text of that id. Raises EvalError."""
        texts = self.model.texts.get(name)
        if texts is None:
            raise failed(f"The form has no text {name}")
        return self._plain(self.model.text(texts, self.language))

    def _plain(self, text: str) -> str:
        if "${" in text:
            raise failed("The text shows an answer")
        return text
