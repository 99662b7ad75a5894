"""Room for one expression tried on one document: a line of JSON in, the answer as plain data out.

It must not know forms or files. The command `collector xpath` and the conformance tests both answer through it.
Lines have: id, expr, and maybe xml, context, as, binds {path: type}, instances {id: xml}, nonrelevant [path], now, tz,
locale, version. Without in_form (true) it is the bare engine, see Context.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lxml import etree

from collector.domain.xmltext import XMLFault, local_name, read_xml
from collector.domain.xpath.compile import FAULTS
from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError, ParseError, XPathError, failed
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.moments import Moment, moment_text
from collector.domain.xpath.operators import plain
from collector.domain.xpath.paths import chain
from collector.domain.xpath.tree import Node, NodeSet
from collector.domain.xpath.values import java_number, to_boolean, to_number, to_string

DOCTYPE = re.compile(r"<!DOCTYPE[^\[\]>]*>")
STEP = re.compile(r"(@?)([^/@\[\]]+)(?:\[([0-9]{1,9})\])?\Z")
JAVAROSA = "{http://openrosa.org/javarosa}"
CONVERSIONS = {"string": to_string, "number": to_number, "boolean": to_boolean}


@dataclass(frozen=True, slots=True)
class Trial:
    """What one line asks for, read."""

    expression: str
    conversion: str | None
    context: Context


def answer(line: str | bytes, now: datetime, random: Callable[[], float] | None = None) -> dict:
    """{"id", "type", "value"}; an error has the value `parse` or `eval`, a message and the offset. Never raises."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return {"id": None, "type": "error", "value": "parse", "message": f"Not a line of JSON: {fault}"[:200]}
    number = asked.get("id") if isinstance(asked, dict) else None
    try:
        trial = read(asked, now, random)
        return {"id": number, **described(evaluated(trial), trial.context)}
    except XPathError as fault:
        value = "parse" if isinstance(fault, ParseError) else "eval"
        return {"id": number, "type": "error", "value": value, "message": fault.message, "offset": fault.offset}
    except FAULTS as fault:
        return {"id": number, "type": "error", "value": "eval", "message": f"Cannot be computed: {fault}"[:200]}


def evaluated(trial: Trial) -> object:
    """The expression's value, converted where the line asks for it; raises XPathError."""
    value = compiled(trial.expression).evaluate(trial.context)
    if trial.conversion is None:
        return value
    return CONVERSIONS[trial.conversion](plain(value, trial.context), trial.context)


def described(value: object, context: Context) -> dict:
    """{"type", "value"}: numbers that JSON lacks as text, dates in full, sets of nodes as paths with every place."""
    if isinstance(value, NodeSet):
        return {"type": "nodeset", "value": [place(node, context) for node in value.nodes]}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, float):
        finite = value - value == 0
        return {"type": "number", "value": value if finite else java_number(value)}
    if isinstance(value, Moment):
        return {"type": "date", "value": moment_text(value, context.zone)}
    return {"type": "string", "value": value}


def place(node: Node, context: Context) -> str:
    """`/data[1]/hh[2]/@id`; `instance('c')/root[1]/item[2]` in a secondary instance."""
    above = chain(node)
    lists = [name for name, root in context.instances.items() if root is above[0]]
    steps = [f"/@{one.name}" if one.is_attribute else f"/{one.name}[{one.place}]" for one in above]
    return (f"instance('{lists[0]}')" if lists else "") + "".join(steps)


def read(asked: object, now: datetime, random: Callable[[], float] | None = None) -> Trial:
    """The line as trial; raises EvalError for what cannot be made of it, ParseError for an unreadable expression."""
    if not isinstance(asked, dict) or not isinstance(asked.get("expr"), str):
        raise ParseError("", 0, "A line is a JSON object with `expr`")
    compiled(asked["expr"])
    try:
        zone = ZoneInfo(asked.get("tz") or "UTC")
        clock = datetime.fromisoformat(asked["now"]) if asked.get("now") else now
        context = Context(
            now=clock if clock.tzinfo else clock.replace(tzinfo=zone), zone=UTC if zone.key == "UTC" else zone,
            locale=str(asked.get("locale") or "en"), version=str(asked.get("version") or ""), random=random,
            in_form=asked.get("in_form") is True)
        if asked.get("xml"):
            context.root = grown(asked["xml"], dict(asked.get("binds") or {}))
        context.instances = {name: grown(xml, {}) for name, xml in dict(asked.get("instances") or {}).items()}
        for path in asked.get("nonrelevant") or ():
            found(context.root, path).mark(False)
        if asked.get("context"):
            context.node = context.original = found(context.root, asked["context"])
    except (*FAULTS, OSError) as fault:
        raise EvalError(asked["expr"], 0, f"The line asks for something that is not there: {fault}") from fault
    except XMLFault as fault:
        raise EvalError(asked["expr"], 0, f"The document cannot be read: {fault}") from fault
    conversion = asked.get("as")
    if conversion is not None and str(conversion) not in CONVERSIONS:
        raise EvalError(asked["expr"], 0, f"There is no conversion {conversion!r}")
    return Trial(asked["expr"], conversion, context)


def grown(xml: str, binds: dict[str, str]) -> Node:
    """The document as nodes, their types by path without places. Text is taken as it stands."""
    root = read_xml(DOCTYPE.sub("", xml, count=1))
    top = _node(root, "/" + local_name(root), binds)
    waiting = [(root, top, "/" + local_name(root))]
    while waiting:
        element, node, path = waiting.pop()
        below = []
        for child in element:
            if not isinstance(child.tag, str) or child.get(f"{JAVAROSA}template") is not None:
                continue
            deeper = f"{path}/{local_name(child)}"
            below.append((child, node.add(_node(child, deeper, binds)), deeper))
        waiting.extend(below)
    return top


def _node(element: etree._Element, path: str, binds: dict[str, str]) -> Node:
    text = "" if len(element) else element.text or ""
    node = Node(local_name(element), text, binds.get(path, ""), binds.get(path, ""))
    node.prefix = element.prefix or ""
    for name, value in element.attrib.items():
        namespace, _, short = name.rpartition("}")
        written = f"{_prefix(element, namespace[1:])}:{short}" if namespace else short
        attribute = node.add_attribute(written, value, binds.get(f"{path}/@{short}", ""))
        node.attributes.setdefault(short, attribute)
    return node


def _prefix(element: etree._Element, namespace: str) -> str:
    return next((prefix for prefix, uri in element.nsmap.items() if prefix and uri == namespace), "xml")


def found(root: Node | None, path: str) -> Node:
    """The node at a path with places, `/data/hh[2]/age`; without a place the first. Raises EvalError."""
    node: Node | None = None
    for step in path.strip().strip("/").split("/"):
        match = STEP.match(step)
        if not match:
            raise failed(f"{path!r} is no place")
        name, number = match[2].strip(), int(match[3] or 1)
        if node is None:
            below = [root] if root is not None and root.name == name else []
        elif match[1]:
            below = [node.attributes[name]] if name in node.attributes else []
        else:
            below = node.by_name.get(name, [])
        if not 0 < number <= len(below):
            raise failed(f"There is nothing at {path!r}")
        node = below[number - 1]
    return node

