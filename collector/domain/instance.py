"""What a phone wrote: the header of a submission, its tree of answers, the names of the files that belong to it.

Must not judge what it reads (arrival.py and check.py do) nor change it.
Next: intake keeps it, pages show it, checks walk it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from lxml import etree

from collector.domain.fields import Field, FormModel
from collector.domain.xmltext import XMLFault, local_name, read_xml, version_of

_plans: WeakKeyDictionary = WeakKeyDictionary()
LONGEST_NAME = 500  # letters of an instanceID or of a file's name: what a database can still look up


@dataclass(frozen=True, slots=True)
class Header:
    """Who a submission says it is. version: '' when it names none; instance_id: None when it has none."""

    form_id: str
    version: str
    instance_id: str | None
    deprecated_id: str | None
    instance_name: str | None
    encrypted: bool
    namespace: str
    root_name: str


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A file that the XML names.

    path: of its field, empty for an envelope; kind: image audio video file audit encrypted.
    """

    name: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a submission.

    path: as in the model ('/g/hijos/nombre'); ref: with [n] on every repeat ('/g/hijos[2]/nombre'); position: 1 for
    the first sibling of that name; field: None when the form does not know it; text: as sent, '' for groups.
    """

    name: str
    path: str
    ref: str
    position: int
    field: Field | None
    text: str
    attributes: dict[str, str]
    children: tuple["Node", ...] = ()

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def named(self, name: str) -> tuple["Node", ...]:
        """The children of that name, in order."""
        return tuple(child for child in self.children if child.name == name)


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole submission. unknown: refs of nodes that the form does not have, first of each branch only."""

    header: Header
    root: Node
    unknown: tuple[str, ...] = field(default=())


def read_header(xml: bytes | str) -> Header:
    """Who a submission says it is. Raises XMLFault, also with reason no_form_id."""
    return header_of(read_xml(xml))


def header_of(root: etree._Element) -> Header:
    """The header of a submission that was parsed already. Raises XMLFault no_form_id, long_id."""
    namespace, _, root_name = root.tag.rpartition("}")
    namespace = namespace[1:]
    form_id = (root.get("id") or namespace).strip()
    if not form_id:
        raise XMLFault("no_form_id", root_name)
    meta = _meta(root)
    instance_id = meta.get("instanceID") or (root.get("instanceID") or "").strip() or None
    if instance_id is not None and len(instance_id) > LONGEST_NAME:
        raise XMLFault("long_id", instance_id[:80])
    return Header(
        form_id=form_id, version=version_of(root),
        instance_id=instance_id,
        deprecated_id=meta.get("deprecatedID") or None, instance_name=meta.get("instanceName") or None,
        encrypted=is_encrypted(root), namespace=namespace, root_name=root_name,
    )


def read_instance(xml: bytes | str, model: FormModel) -> Instance:
    """The tree of answers, matched by local names. Raises XMLFault, never for what the form does not know."""
    root = read_xml(xml)
    unknown: list[str] = []
    tree = _node(root, model, "", "", 1, None, unknown)
    return Instance(header_of(root), tree, tuple(unknown))


def expected_files(xml: bytes | str | etree._Element, model: FormModel) -> tuple[ExpectedFile, ...]:
    """The files that a submission names, in order, each name once. Raises XMLFault."""
    root = xml if isinstance(xml, etree._Element) else read_xml(xml)
    if is_encrypted(root):
        return _envelope_files(root)
    found: dict[str, ExpectedFile] = {}
    _gather(root, _plan(model), found)
    return tuple(found.values())


def _plan(model: FormModel) -> dict[str, dict]:
    """Where files stand in a form; made once for each model."""
    plan = _plans.get(model)
    if plan is None:
        plan = {}
        for one in model.fields:
            if one.binary:
                _plant(plan, one)
        _plans[model] = plan
    return plan


def named_files(xml: bytes | str | etree._Element, names: set[str] | list[str]) -> tuple[str, ...]:
    """Those of the names that are the whole text of some leaf: for a form whose model is not known."""
    root = xml if isinstance(xml, etree._Element) else read_xml(xml)
    wanted = set(names)
    said = ((one.text or "").strip() for one in root.iter() if not len(one))
    return tuple(dict.fromkeys(text for text in said if text in wanted))


def readings(names: tuple[str, ...]) -> tuple[str, ...]:
    """What a file's names may mean, best first: each itself, without outer spaces, the last part of a path."""
    return tuple(said for name in names
                 for said in (name, name.strip(), name.replace("\\", "/").rpartition("/")[2].strip()))


def _meta(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iterchildren("{*}meta"):
        _said(meta, found)
    if "instanceID" not in found:
        for meta in root.iterfind(".//{*}meta"):
            _said(meta, found)
    return found


def _said(meta: etree._Element, found: dict[str, str]) -> None:
    for one in meta:
        text = (one.text or "").strip()
        if text:
            found.setdefault(local_name(one), text)


def is_encrypted(root: etree._Element) -> bool:
    """Whether it is the envelope of an encrypted submission: it says so, or names the file that holds its answers."""
    if root.find("{*}base64EncryptedKey") is None:
        return False
    said = (root.get("encrypted") or "").strip().lower()
    return said in ("yes", "true", "1") or root.find("{*}encryptedXmlFile") is not None


def _envelope_files(root: etree._Element) -> tuple[ExpectedFile, ...]:
    found: dict[str, ExpectedFile] = {}
    for one in [*root.iterfind("{*}media/{*}file"), *root.iterfind("{*}encryptedXmlFile")]:
        name = (one.text or "").strip()
        if 0 < len(name) <= LONGEST_NAME:
            found.setdefault(name, ExpectedFile(name, "", "encrypted"))
    return tuple(found.values())


def _plant(plan: dict, one: Field) -> None:
    steps = one.path.split("/")[1:]
    for step in steps[:-1]:
        plan = plan.setdefault(step, {})
    plan[steps[-1]] = ExpectedFile("", one.path, _kind(one))


def _kind(one: Field) -> str:
    if one.path.endswith("/meta/audit"):
        return "audit"
    kind = one.mediatype.partition("/")[0]
    if kind in ("image", "audio", "video"):
        return kind
    return "audio" if not one.control else "file"


def _gather(element: etree._Element, plan: dict, found: dict[str, ExpectedFile]) -> None:
    for child in element:
        part = plan.get(local_name(child))
        if isinstance(part, dict):
            _gather(child, part, found)
        elif part is not None:
            name = (child.text or "").strip()
            if 0 < len(name) <= LONGEST_NAME:
                found.setdefault(name, ExpectedFile(name, part.path, part.kind))


def _node(element, model: FormModel, path: str, ref: str, position: int, known: Field | None,
          unknown: list[str]) -> Node:
    counts: dict[str, int] = {}
    children = []
    for child in element:
        name = local_name(child)
        if any(key.endswith("}template") for key in child.attrib):
            continue
        counts[name] = counts.get(name, 0) + 1
        below = f"{path}/{name}"
        one = model.by_path.get(below)
        several = one.kind == "repeat" if one else counts[name] > 1
        here = f"{ref}/{name}[{counts[name]}]" if several else f"{ref}/{name}"
        if one is None and (known is not None or not path):
            unknown.append(here)
        children.append(_node(child, model, below, here, counts[name], one, unknown))
    text = "" if children else (element.text or "")
    return Node(local_name(element), path, ref, position, known, text, dict(element.attrib), tuple(children))
