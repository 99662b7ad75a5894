"""The body of a form: which question shows a node, with what text, choices and bounds.

Must not know binds or instances; writes what it finds into the drafts that xform.py holds, by path.
Next: xform.py makes Fields of the drafts.
"""

import re
from collections.abc import Iterator

from lxml import etree

from collector.domain.fields import Action, Choice, Itemset, MediaFile, NotEvaluated, Range
from collector.domain.xform_places import place, predicates
from collector.domain.xform_texts import JR, Itext, referred, written
from collector.domain.xmltext import local_name

ODK = "{http://www.opendatakit.org/xforms}"
CONTROLS = {
    "input": "input", "secret": "secret", "textarea": "input", "select1": "select1", "select": "select",
    "rank": "rank", "range": "range", "trigger": "trigger", "upload": "upload",
}
ACTIONS = ("setvalue", "setgeopoint", "recordaudio")
_TEXTS = ("label", "hint", "help", "alert", "item", "itemset", "value")
_OWN = {"ref", "bind", "nodeset", "appearance", "mediatype", "start", "end", "step", "query"}

_instance = re.compile(r"^\s*instance\(\s*['\"]([^'\"]*)['\"]\s*\)")
_randomized = re.compile(r"^\s*randomize\((.*)\)\s*$", re.DOTALL)
_searched = re.compile(r"search\(\s*['\"]([^'\"]+)['\"]")
_prefixes = {
    "http://openrosa.org/javarosa": "jr", "http://openrosa.org/xforms": "orx",
    "http://www.opendatakit.org/xforms": "odk", "http://www.opendatakit.org/xforms/entities": "entities",
    "http://www.w3.org/2001/xml-events": "ev",
}


class Body:
    """Reads the body of one form. drafts: path -> keywords of its Field, filled in here."""

    def __init__(self, drafts: dict[str, dict], root_name: str, itext: Itext, bind_ids: dict[str, str]):
        self.drafts = drafts
        self.root_name = root_name
        self.itext = itext
        self.bind_ids = bind_ids
        self.actions: list[Action] = []
        self.files: list[MediaFile] = []
        self.not_evaluated: list[NotEvaluated] = []

    def read(self, element: etree._Element, context: str = "") -> None:
        """Reads everything below an element that stands in the group or repeat at context."""
        for child in element:
            name = local_name(child)
            if name == "group":
                self._group(child, context)
            elif name == "repeat":
                self._repeat(child, context)
            elif name in CONTROLS:
                self._control(child, CONTROLS[name], context)
            elif name in ACTIONS:
                self._keep_action(child, context)
            elif name not in _TEXTS:
                self.not_evaluated.append(NotEvaluated(name, context or "/"))

    def path_of(self, element: etree._Element, context: str) -> str | None:
        """The path of the node an element is about; None when it names none."""
        named = element.get("bind")
        if named is not None and named in self.bind_ids:
            return self.bind_ids[named]
        reference = element.get("ref") or element.get("nodeset")
        return None if reference is None else place(reference, self.root_name, context)

    def _group(self, element: etree._Element, context: str) -> None:
        path = self.path_of(element, context)
        draft = self._draft(element, path) if path is not None and path != "" else None
        if draft is not None:
            if not draft.get("control"):
                draft["control"] = "group"
            self._texts(element, draft)
            self._attributes(element, draft)
        self.read(element, path if draft is not None else context)

    def _repeat(self, element: etree._Element, context: str) -> None:
        path = self.path_of(element, context)
        draft = self._draft(element, path)
        if draft is None:
            self.read(element, context)
            return
        draft["control"] = "repeat"
        draft["repeat_count"] = (element.get(JR + "count") or "").strip()
        draft["fixed_repeat"] = (element.get(JR + "noAddRemove") or "").strip() in ("true()", "true")
        if element.find("{*}label") is not None:
            self._texts(element, draft)
        self._attributes(element, draft)
        self.read(element, path)

    def _control(self, element: etree._Element, control: str, context: str) -> None:
        path = self.path_of(element, context)
        draft = self._draft(element, path)
        if draft is None:
            return
        draft["control"] = control
        self._texts(element, draft)
        self._attributes(element, draft)
        if control == "range":
            draft["range"] = Range(element.get("start", ""), element.get("end", ""), element.get("step", ""))
        if control == "upload":
            draft["mediatype"] = element.get("mediatype", "")
        if control in ("select1", "select", "rank"):
            self._choices(element, draft)
        if element.get("query"):
            draft["itemset"] = read_itemset(element.get("query"))
            self.files.append(MediaFile("itemsets.csv", "file"))
        searched = _searched.search(draft.get("appearance", ""))
        if searched:
            name = searched[1]
            self.files.append(MediaFile(name if name.endswith(".csv") else name + ".csv", "file"))
            self.not_evaluated.append(NotEvaluated("search()", path))
        for child in element:
            name = local_name(child)
            if name in ACTIONS:
                self._keep_action(child, context, trigger=path)
            elif name not in _TEXTS:
                self.not_evaluated.append(NotEvaluated(name, path))

    def _draft(self, element: etree._Element, path: str | None) -> dict | None:
        if path is not None and path in self.drafts:
            return self.drafts[path]
        said = element.get("ref") or element.get("nodeset") or element.get("bind")
        if said:
            self.not_evaluated.append(NotEvaluated(f"{local_name(element)} of a node that is not there", said))
        return None

    def _texts(self, element: etree._Element, draft: dict) -> None:
        label, hint = element.find("{*}label"), element.find("{*}hint")
        shown, hinted = self.itext.shown(label), self.itext.shown(hint)
        if label is not None:
            draft["labels"], draft["media"] = shown.labels, shown.media
        if hint is not None:
            draft["hints"] = hinted.labels
        draft["guidance"] = hinted.guidance or shown.guidance or draft.get("guidance", {})

    def _attributes(self, element: etree._Element, draft: dict) -> None:
        appearance = (element.get("appearance") or "").strip()
        if appearance:
            draft["appearance"] = " ".join(filter(None, [draft.get("appearance", ""), appearance]))
        for name, value in extras(element):
            if name not in _OWN and name not in ("jr:count", "jr:noAddRemove"):
                draft["extras"] = {**draft.get("extras", {}), name: value}

    def _choices(self, element: etree._Element, draft: dict) -> None:
        itemset = element.find("{*}itemset")
        if itemset is not None:
            draft["itemset"] = read_itemset(itemset.get("nodeset", ""), itemset)
        items = []
        for item in element.iterchildren("{*}item"):
            value, label = item.find("{*}value"), item.find("{*}label")
            shown = self.itext.shown(label)
            name = written(value) if value is not None else ""
            items.append(Choice(name, shown.labels, shown.media, {"name": name}))
        draft["choices"] = tuple(items)

    def _keep_action(self, element: etree._Element, context: str, trigger: str = "") -> None:
        action = read_action(element, self.root_name, context, trigger)
        if action is None:
            self.not_evaluated.append(NotEvaluated(local_name(element), element.get("ref") or context or "/"))
        else:
            self.actions.append(action)


def read_action(element: etree._Element, root_name: str, context: str = "", trigger: str = "") -> Action | None:
    """The action an element declares; None when its target is no plain path."""
    path = place(element.get("ref") or element.get("bind") or "", root_name, context)
    if not path:
        return None
    events = (element.get("event") or element.get("{http://www.w3.org/2001/xml-events}event") or "").split()
    value = element.get("value")
    if value is None and written(element):
        value = "'" + written(element).replace("'", "’") + "'"
    more = {name: said for name, said in extras(element) if name not in ("ref", "bind", "event", "value", "ev:event")}
    return Action(local_name(element), path, tuple(events), (value or "").strip(), trigger, more)


def read_itemset(nodeset: str, element: etree._Element | None = None) -> Itemset:
    """Where choices come from, apart: list, filter, order, and the columns that hold value and label."""
    seed, shuffled = "", _randomized.match(nodeset)
    if shuffled:
        nodeset, seed = _split_seed(shuffled[1])
    instance = _instance.match(nodeset)
    _, condition = predicates(nodeset)
    value = element.find("{*}value") if element is not None else None
    label = element.find("{*}label") if element is not None else None
    label_ref = label.get("ref", "label") if label is not None else "label"
    inner = re.match(r"^\s*jr:itext\(\s*([^'\")]+?)\s*\)\s*$", label_ref)
    if inner:
        label_ref = inner[1]
    return Itemset(
        instance[1] if instance else "", nodeset.strip(), condition,
        value.get("ref", "name") if value is not None else "name",
        label_ref if referred(label_ref) is None else "label", shuffled is not None, seed,
    )


def extras(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Every attribute of an element as (name, value), with the usual prefix of its namespace."""
    for name, value in element.attrib.items():
        namespace, _, local = name.rpartition("}")
        prefix = _prefixes.get(namespace[1:])
        yield (f"{prefix}:{local}" if prefix else local), value


def _split_seed(inside: str) -> tuple[str, str]:
    depth, quote = 0, ""
    for at in range(len(inside) - 1, -1, -1):
        letter = inside[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in ")]":
            depth += 1
        elif letter in "([":
            depth -= 1
        elif letter == "," and depth == 0:
            return inside[:at].strip(), inside[at + 1:].strip()
    return inside.strip(), ""
