"""Room for giving a form definition another version text without touching any other byte.

It must not know what the form asks (`xform`). `services/publishing` uses it for "publish as version ...".
"""

import re
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

_ATTRIBUTE = re.compile(rb"""\s([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_END = re.compile(rb"""(?:[^"'>]|"[^"]*"|'[^']*')*>""")


def with_version(xml: bytes, version: str) -> bytes:
    """The definition with this version on the root of its primary instance; the rest is byte for byte the same.

    Raises ValueError for a definition that has no primary instance or is not encoded in UTF-8.
    """
    xml.decode("utf-8")
    start = _root_of_instance(xml)
    end = _TAG_END.match(xml, start).end()
    tag = xml[start:end]
    said = b"=" + quoteattr(version).encode("utf-8")
    there = {one[1]: one for one in _ATTRIBUTE.finditer(tag) if one[1].rpartition(b":")[2] == b"version"}
    former = there.get(b"version") or next(iter(there.values()), None)
    if former:
        changed = tag[:former.end(1)] + said + tag[former.end():]
    else:
        mark = len(tag) - (2 if tag.endswith(b"/>") else 1)
        changed = tag[:mark].rstrip() + b" version" + said + tag[mark:]
    return xml[:start] + changed + xml[end:]


def _root_of_instance(xml: bytes) -> int:
    """Where the start tag of the first child of the first <instance> begins, in bytes."""
    parser = expat.ParserCreate()
    above: list[str] = []
    found: list[int] = []

    def begin(name: str, _attributes: dict) -> None:
        if not found and above and above[-1] == "instance":
            found.append(parser.CurrentByteIndex)
        above.append(name.rpartition(":")[2])

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: above.pop()
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as fault:
        raise ValueError(str(fault)) from None
    if not found:
        raise ValueError("no primary instance")
    return found[0]
