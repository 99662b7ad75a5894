"""What an expression gives -> a cell of the type that is asked for, or whether a condition holds.

It must not evaluate nor know rows. `conditions` asks for it, once for each combination of cells.
"""

from collections.abc import Callable

from collector.domain.values import Value, parse_value
from collector.domain.xpath import values
from collector.domain.xpath.context import Context
from collector.domain.xpath.moments import Moment, day_text, midnight

Result = Callable[[object, Context], object]


def boolean(value, context: Context) -> bool:
    """Whether a condition holds."""
    return values.to_boolean(value, context)


def cell_of(type: str) -> Result:
    """What makes a cell of this type of an expression's value: None for '' and for what is no number."""
    def made(value, context: Context) -> Value:
        if isinstance(value, float) and type in ("int", "decimal"):
            if value - value != 0:
                return None
            return value if type == "decimal" else int(value)
        if type == "string" and not isinstance(value, Moment):
            return None if value != value else values.to_string(value, context) or None
        if isinstance(value, bool) and type == "boolean":
            return value
        text = values.stored(value, "" if type in ("select1", "select", "rank", "string") else type, context)
        if isinstance(value, Moment) and type == "string" and value == midnight(value, context.zone):
            text = day_text(value, context.zone)
        return parse_value(type, text)
    return made


RESULTS: dict[str, Result] = {one: cell_of(one) for one in (
    "string", "int", "decimal", "boolean", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape", "binary",
    "barcode", "intent", "select1", "select", "rank")}
