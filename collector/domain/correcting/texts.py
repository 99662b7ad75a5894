"""Room for answers as inputs show them and give them back: parts of a place, days and clocks, names that were chosen.

It must not know pages nor whether an answer is right. What comes back as it was shown is the answer as it was kept,
letter by letter; `correction` asks this for each answer.
"""

import re
from datetime import datetime

from collector.domain.checking.clock import named_zone
from collector.domain.fields import Field

READ_ONLY = ("true()", "1")
_day = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?\Z")
_written_day = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")
_clock = re.compile(r"(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?\Z")
_given_clock = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\Z")
_moment = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?\Z")
_comma = re.compile(r"(-?\d+),(\d+)\Z")
_unwritable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
_KINDS = {"int": "whole", "integer": "whole", "long": "whole", "decimal": "number", "double": "number",
          "float": "number", "date": "day", "time": "clock", "dateTime": "moment", "geopoint": "point",
          "geotrace": "line", "geoshape": "line"}


def kind_of(one: Field) -> str:
    """How an answer is asked for: note file one several rank accept whole number day clock moment point line text."""
    if one.is_note:
        return "note"
    if one.binary or one.control == "upload":
        return "file"
    if one.control == "trigger":
        return "accept"
    chosen = {"select1": "one", "select": "several", "rank": "rank"}.get(one.control)
    return chosen or _KINDS.get(one.bind_type.rpartition(":")[2], "text")


def shown(one: Field, text: str) -> tuple[str, ...]:
    """An answer as the values of its inputs: four for a point, one for each name that was chosen, else one."""
    kind, text = kind_of(one), text.strip()
    if kind in ("several", "rank", "accept"):
        return tuple(text.split())
    if kind == "point":
        parts = text.split()
        return tuple(parts + [""] * (4 - len(parts))) if len(parts) <= 4 else (text, "", "", "")
    if kind == "line":
        return ("\n".join(part.strip() for part in text.split(";") if part.strip()),)
    if kind == "day" and (found := _day.match(text)):
        return (found[1],)
    if kind == "clock" and (found := _clock.match(text)):
        return (found[1],)
    if kind == "moment" and (found := _moment.match(text)):
        return (f"{found[1]}T{found[2]}",)
    return (text,)


def written(one: Field, given: tuple[str, ...], former: str, zone: str) -> str:
    """The answer as a phone would write it; the former one itself where the inputs came back as they were shown.

    zone: of the project, for clocks whose former answer names no offset. What cannot be read stays as it was typed.
    """
    given = tuple(_clean(text) for text in given)
    kind = kind_of(one)
    if kind in ("several", "rank", "accept"):
        names = tuple(name for text in given for name in text.split())
        names = names if kind == "rank" else tuple(dict.fromkeys(names))
        was = shown(one, former)
        same = set(names) == set(was) if kind == "several" else names == was
        return former if same else " ".join(names)
    if kind in ("one", "file"):
        given = (next((text for text in reversed(given) if text), ""),)
    if given == tuple(_clean(text) for text in shown(one, former)):
        return former
    write = _WRITERS.get(kind)
    return write(given, former, zone, one) if write else "".join(given[:1])


def _clean(text: str) -> str:
    return _unwritable.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _number(given: tuple[str, ...], former: str, zone: str, one: Field) -> str:
    return _comma.sub(r"\1.\2", given[0])


def _day_text(given: tuple[str, ...], former: str, zone: str, one: Field) -> str:
    found = _written_day.match(given[0])
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else given[0]


def _clock_text(given: tuple[str, ...], former: str, zone: str, one: Field) -> str:
    found, was = _given_clock.match(given[0]), _clock.match(former)
    if not found:
        return given[0]
    offset = (was and was[2]) or _offset(zone, datetime(2000, 1, 1, 12))
    return f"{int(found[1]):02}:{found[2]}:{found[3] or '00'}.000{offset}"


def _moment_text(given: tuple[str, ...], former: str, zone: str, one: Field) -> str:
    day, _, clock = given[0].replace(" ", "T", 1).partition("T")
    day, found, was = _day_text((day,), "", zone, one), _given_clock.match(clock), _moment.match(former)
    try:
        at = datetime.fromisoformat(f"{day}T{int(found[1]):02}:{found[2]}") if found else None
    except ValueError:
        at = None
    if at is None:
        return given[0]
    offset = (was and was[3]) or _offset(zone, at)
    return f"{at.date().isoformat()}T{at:%H:%M}:{found[3] or '00'}.000{offset}"


def _offset(zone: str, at: datetime) -> str:
    offset = at.replace(tzinfo=named_zone(zone)).strftime("%z") or "+0000"
    return f"{offset[:3]}:{offset[3:5]}" if offset != "+0000" else "Z"


def _point(given: tuple[str, ...], former: str, zone: str, one: Field) -> str:
    parts = [_comma.sub(r"\1.\2", part) for part in given[:4]]
    if not any(parts):
        return ""
    if not all(parts[:2]):
        return " ".join(filter(None, parts))
    return " ".join([*parts[:2], *(part or "0" for part in (parts[2:] + ["", ""])[:2])])


def _line(given: tuple[str, ...], former: str, zone: str, one: Field) -> str:
    points = [" ".join((part.split() + ["0", "0"])[:max(4, len(part.split()))])
              for part in given[0].replace("\n", ";").split(";") if part.strip()]
    if one.type == "geoshape" and len(points) > 2 and points[0].split()[:2] != points[-1].split()[:2]:
        points.append(points[0])  # a shape ends where it begins
    return "; ".join(points)


_WRITERS = {"number": _number, "whole": _number, "day": _day_text, "clock": _clock_text, "moment": _moment_text,
            "point": _point, "line": _line}
