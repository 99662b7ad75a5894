"""Room for trying expressions in tests: one line of code gives the value as plain data."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from collector.domain.xpath.context import Context
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.moments import Moment, moment_text
from collector.domain.xpath.operators import plain
from collector.domain.xpath.workbench import grown

NOW = datetime(2024, 2, 29, 20, 15, 30, 123456, tzinfo=UTC)
LIMA = ZoneInfo("America/Lima")

DOCUMENT = """<data><s>abc</s><i>7</i><dec>2.50</dec><d>2024-02-29</d><dt>2024-02-29T10:30:00.123+03:00</dt>
<many>a b c</many><gp>1.5 36.8 1700 5</gp><gt>0 0 0 0; 0 1 0 0</gt><gs>0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0</gs>
<b>1</b><e/><ei/><r><v>1</v><w>x</w><p>0 0</p></r><r><v>-4</v><w/><p>0 1</p></r><r><v/><w>z</w><p>1 1</p></r></data>"""
TYPES = {
    "/data/i": "int", "/data/dec": "decimal", "/data/d": "date", "/data/dt": "dateTime", "/data/many": "select",
    "/data/gp": "geopoint", "/data/gt": "geotrace", "/data/gs": "geoshape", "/data/b": "boolean", "/data/ei": "int",
    "/data/r/v": "int", "/data/r/p": "geopoint",
}


def context(zone=UTC, **known) -> Context:
    """An evaluation on the document above, at its field s."""
    root = grown(DOCUMENT, TYPES)
    return Context(**{"root": root, "node": root.by_name["s"][0], "now": NOW, "zone": zone, **known})


def value(expression: str, zone=UTC, **known) -> object:
    """What the expression gives: str, float or bool; a moment as text with its offset. Raises XPathError."""
    around = context(zone, **known)
    found = plain(compiled(expression).evaluate(around), around)
    return moment_text(found, zone) if isinstance(found, Moment) else found
