"""Room for the words with which a route says what it answers and takes; the description of the API is made from them.

It must not know any resource. `web/blueprint` keeps what a route says, `web/api/description` reads it:
answers=Shape, [Shape] for a list, (Shape, Extended) for what X-Extended-Metadata changes, {status: …} for several;
asks="limit offset" for names of the query and headers; takes=Shape where `prepare` is not `body_as`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer or body. kind: its media type; '' where it has no content; schema: as JSON Schema has it, for what has
    no shape; parts: of a file that can be asked for in parts and conditionally."""

    says: str = ""
    kind: str = "application/json"
    schema: object = None
    parts: bool = False
    headers: tuple[str, ...] = field(default=())


class Either(tuple):
    """One of these shapes, whichever the query asks for."""

    __slots__ = ()

    def __new__(cls, *shapes):
        return super().__new__(cls, shapes)


def file(kind: str = "application/octet-stream", says: str = "The file.", parts: bool = True) -> Answer:
    """An answer that is a file. parts: it has a tag, and can be asked for in parts."""
    return Answer(says, kind, {}, parts)


def text(kind: str, says: str) -> Answer:
    """An answer or body that is text of this media type."""
    return Answer(says, kind, {} if "yaml" in kind else {"type": "string"})


def told(says: str, **properties) -> Answer:
    """A JSON object that has no shape. properties: {name: JSON Schema}."""
    return Answer(says, schema={"type": "object", "properties": properties, "required": sorted(properties)})


NOTHING = Answer("No content.", "")
LATER = {501: Answer("Not offered here yet: 501.1.")}
ELSEWHERE = Answer("The address stands in Location.", "text/html", headers=("Location",))
STRINGS = {"type": "array", "items": {"type": "string"}}
XML_BODY = text("application/xml", "The XML of a submission, which holds its instanceID.")
ANY_FILE = Answer("The bytes of the file; chunked bodies are taken.", "application/octet-stream", {})
DEFINITION = Answer("An XForm, or an XLSForm as .xlsx or .xls with its media type.", "*/*", {})
GEOJSON = Answer("GeoJSON.", schema={
    "type": "object", "required": ["type", "features"],
    "properties": {"type": {"const": "FeatureCollection"},
                   "features": {"type": "array", "items": {"type": "object"}}}})
ROWS = Answer("Rows as OData 4.0 tells them; with @odata.nextLink there are more.", schema={
    "type": "object", "required": ["@odata.context", "value"],
    "properties": {"@odata.context": {"type": "string"}, "@odata.count": {"type": "integer"},
                   "@odata.nextLink": {"type": "string"},
                   "value": {"type": "array", "items": {"type": "object"}}}})
DIFFS = Answer("{instanceID of a later version: what it changed}.", schema={
    "type": "object", "additionalProperties": {"type": "array", "items": {"type": "object"}}})
ENVELOPE = Answer("The XML and its files.", "multipart/form-data", {
    "type": "object", "required": ["xml_submission_file"],
    "properties": {"xml_submission_file": {"type": "string", "contentMediaType": "text/xml"}},
    "additionalProperties": {"type": "string", "contentMediaType": "application/octet-stream"}})
OPENROSA = text("text/xml", "OpenRosa XML.")
