"""The one door through which XML comes in: bytes -> element tree, with entities, DTDs and network off.
Must not know: what the XML is about (form, submission, media).
Next: xform.py reads forms, instance.py and flatten.py read submissions.
"""

import re

from lxml import etree

LARGEST = 16 * 1024 * 1024  # bytes
DEEPEST = 100  # levels of elements
MOST_TAGS = 400_000  # opening and closing together: keeps a submission of 16 MB from taking gigabytes as tree and rows
FORM_TAGS = 2_000_000  # a form with long lists inside

_PARSERS = {encoding: etree.XMLParser(  # dear to make; lxml lets one thread after the other use each
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
    remove_comments=True, remove_pis=True, recover=False, encoding=encoding) for encoding in (None, "utf-8")}
_TAG = re.compile(rb"<!--(?:.*?-->|.*)|<!\[CDATA\[(?:.*?\]\]>|.*)|<\?(?:.*?\?>|.*)"
                  rb"""|<(/?)([^\s/<>!?]+)(?:"[^"]*"|'[^']*'|[^"'<>/]|/(?!>))*(/?)>""", re.DOTALL)
_PREFIX = re.compile(r"Namespace prefix (\S+)")
_ROOT = re.compile(rb"(?>\s|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<[^\s/>!?]++", re.DOTALL)
_NAMESPACES = {  # prefixes that forms and submissions use without saying what they stand for
    "orx": "http://openrosa.org/xforms", "jr": "http://openrosa.org/javarosa", "odk": "http://www.opendatakit.org/xforms",
    "entities": "http://www.opendatakit.org/xforms/entities", "ev": "http://www.w3.org/2001/xml-events",
    "h": "http://www.w3.org/1999/xhtml", "xsd": "http://www.w3.org/2001/XMLSchema"}
_too_deep = etree.XPath("boolean(" + "/*" * (DEEPEST + 1) + ")")

SENTENCES = {  # reason of an XMLFault -> Spanish, English, about a submission
    "empty": ("El registro llegó vacío.", "The submission is empty."),
    "too_big": ("El registro es demasiado grande para leerlo.", "The submission is too large to be read."),
    "too_deep": ("El registro tiene demasiados niveles.", "The submission is nested too deeply."),
    "doctype": ("El registro trae una declaración DOCTYPE, que no se admite.", "The submission declares a DOCTYPE."),
    "malformed": ("El registro llegó dañado y no se pudo leer.", "The submission is not readable XML."),
    "long_id": ("El identificador del registro es demasiado largo.", "The instanceID of the submission is too long."),
    "no_form_id": ("El registro no dice de qué formulario es.", "The submission does not name its form."),
}


class XMLFault(Exception):
    """XML that is not read. reason: a key of SENTENCES."""

    def __init__(self, reason: str, detail: str = "", line: int = 0):
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.line = line


def read_xml(xml: bytes | str, most_tags: int = MOST_TAGS) -> etree._Element:
    """The root element, without comments and processing instructions. Raises XMLFault."""
    encoding = None
    if isinstance(xml, str):
        xml, encoding = _encoded(xml), "utf-8"
    xml = xml.lstrip(b" \t\r\n")
    if not xml:
        raise XMLFault("empty")
    if len(xml) > LARGEST:
        raise XMLFault("too_big", str(len(xml)))
    if xml.count(b"<") > most_tags:
        raise XMLFault("too_big", "tags")
    root = _parsed(xml, encoding)
    if root.getroottree().docinfo.internalDTD is not None:
        raise XMLFault("doctype")
    if _too_deep(root):
        raise XMLFault("too_deep", str(DEEPEST))
    return root


def closed(xml: bytes) -> bytes:
    """The same XML with the elements closed that were left open inside others; as it came when it needs more.

    For definitions that people wrote: whoever fetches them must be able to read them.
    """
    try:
        read_xml(xml, FORM_TAGS)
    except XMLFault as fault:
        if fault.reason != "malformed":
            return xml
        mended = _closed(xml)
        try:
            read_xml(mended, FORM_TAGS)
        except XMLFault:
            return xml
        return mended
    return xml


def _closed(xml: bytes) -> bytes:
    out, opened, done = [], [], 0
    for tag in _TAG.finditer(xml):
        ending, name, whole = tag.groups()
        if name is None or whole:
            continue
        if not ending:
            opened.append(name)
            if len(opened) > DEEPEST:
                return xml
        elif name in opened:
            out.append(xml[done:tag.start()])
            done = tag.start()
            while (left := opened.pop()) != name:
                out.append(b"</" + left + b">")
    return b"".join(out) + xml[done:]


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """What an element says under this name: without a namespace, else within any; '' for nothing."""
    plain = element.get(name)
    if plain is not None:
        return plain
    return next((said for full, said in element.attrib.items() if full.endswith("}" + name)), "")


def version_of(root: etree._Element) -> str:
    """The version that the root of a form or submission names, with or without OpenRosa's prefix; '' for none."""
    return (root.get("version") or root.get("{http://openrosa.org/xforms}version") or "").strip()


def _encoded(xml: str) -> bytes:
    try:
        return xml.removeprefix("\ufeff").encode("utf-8")
    except UnicodeEncodeError as error:
        raise XMLFault("malformed", "text that is not Unicode") from error


def _parsed(xml: bytes, encoding: str | None) -> etree._Element:
    try:
        try:
            root = etree.fromstring(xml, _PARSERS[encoding])
        except etree.XMLSyntaxError as error:
            if error.code != etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
                raise
            root = etree.fromstring(_declared(xml, encoding), _PARSERS[encoding])
    except etree.XMLSyntaxError as error:
        raise _fault(error) from error
    except (LookupError, ValueError) as error:  # an encoding nobody knows
        raise XMLFault("malformed", str(error)[:200]) from error
    if root is None:
        raise XMLFault("empty")
    return root


def _declared(xml: bytes, encoding: str | None) -> bytes:
    """The same with the prefixes declared on the root that it uses without declaring them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding=encoding)
    etree.fromstring(xml, parser)
    names = {found[1] for one in parser.error_log if (found := _PREFIX.match(one.message))}
    start = _ROOT.match(xml)
    if start is None:
        return xml
    said = "".join(f' xmlns:{name}="{_NAMESPACES.get(name, "urn:undeclared:" + name)}"' for name in sorted(names))
    return xml[:start.end()] + said.encode("utf-8") + xml[start.end():]


def _fault(error: etree.XMLSyntaxError) -> XMLFault:
    text = (error.msg or "").strip()[:200]
    line = error.lineno or 0
    if "depth" in text.lower():
        return XMLFault("too_deep", text, line)
    if "huge" in text.lower():  # one text of more than ten million characters
        return XMLFault("too_big", text, line)
    return XMLFault("malformed", text, line)
