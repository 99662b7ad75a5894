"""The one door through which XML comes in: bytes -> element tree, with entities, DTDs and network off.
Must not know: what the XML is about (form, submission, media).
Next: xform.py reads forms, instance.py and flatten.py read submissions.
"""

from lxml import etree

LARGEST = 16 * 1024 * 1024  # bytes
DEEPEST = 100  # levels of elements
MOST_TAGS = 400_000  # opening and closing together: keeps a submission of 16 MB from taking gigabytes as tree and rows
FORM_TAGS = 2_000_000  # a form with long lists inside

_PARSERS = {encoding: etree.XMLParser(  # dear to make; lxml lets one thread after the other use each
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
    remove_comments=True, remove_pis=True, recover=False, encoding=encoding) for encoding in (None, "utf-8")}
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


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _encoded(xml: str) -> bytes:
    try:
        return xml.removeprefix("\ufeff").encode("utf-8")
    except UnicodeEncodeError as error:
        raise XMLFault("malformed", "text that is not Unicode") from error


def _parsed(xml: bytes, encoding: str | None) -> etree._Element:
    try:
        root = etree.fromstring(xml, _PARSERS[encoding])
    except etree.XMLSyntaxError as error:
        raise _fault(error) from error
    except (LookupError, ValueError) as error:  # an encoding nobody knows
        raise XMLFault("malformed", str(error)[:200]) from error
    if root is None:
        raise XMLFault("empty")
    return root


def _fault(error: etree.XMLSyntaxError) -> XMLFault:
    text = (error.msg or "").strip()[:200]
    line = error.lineno or 0
    if "depth" in text.lower():
        return XMLFault("too_deep", text, line)
    if "huge" in text.lower():  # one text of more than ten million characters
        return XMLFault("too_big", text, line)
    return XMLFault("malformed", text, line)
