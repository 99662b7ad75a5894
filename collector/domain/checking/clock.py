"""Room for the time of a submission: when today() and now() were, as the phone had them, never the server's now.

It must not read a clock. In order: what somebody decreed, the submission's own end, its start and today, times in
its meta, what somebody stated, when it was received. `judging` evaluates at both ends of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from lxml import etree

from collector.domain.checking.findings import Circumstances
from collector.domain.fields import FormModel
from collector.domain.xmltext import local_name
from collector.domain.xpath.moments import parse_moment

_LATEST = time(23, 59, 59, 999000)


@dataclass(frozen=True, slots=True)
class Clock:
    """first and last: between these the submission was filled in, both None when nobody knows. to_the_day: whether
    they tell the day, as a time of receipt does not."""

    first: datetime | None
    last: datetime | None
    zone: tzinfo
    to_the_day: bool

    @property
    def known(self) -> bool:
        """Whether there is any time at all."""
        return self.last is not None


def clock_of(root: etree._Element, model: FormModel, circumstances: Circumstances) -> Clock:
    """The time of a submission."""
    zone = named_zone(circumstances.zone)
    if circumstances.now is not None:
        now = _aware(circumstances.now, zone)
        return Clock(now, now, zone, True)
    said = {**_meta_times(root), **_preloads(root, model)}
    own = _own(said, zone)
    if own is not None:
        return own
    stated = circumstances.at or circumstances.received_at
    if stated is None:
        return Clock(None, None, zone, False)
    stated = _aware(stated, zone)
    return Clock(stated, stated, zone, circumstances.at is not None)


def named_zone(name: str) -> tzinfo:
    """The time zone of that name; UTC for a name that nobody knows."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, no name of a zone, a folder of zones
        return UTC


def _own(said: dict[str, str], zone: tzinfo) -> Clock | None:
    end, start = (_moment(said.get(name, ""), zone) for name in ("end", "start"))
    if end or start:
        last = end or start
        zone = _zone_of(last, zone)
        first = start if start and start <= last and last - start < timedelta(days=400) else last
        return Clock(first, last, zone, True)
    try:
        day = date.fromisoformat(said.get("today", "")[:10])
        return Clock(datetime.combine(day, time(), zone), datetime.combine(day, _LATEST, zone), zone, True)
    except ValueError:
        return None


def _zone_of(moment: datetime, zone: tzinfo) -> tzinfo:
    """The project's zone where its clocks showed the same, for it knows of summer time; else the offset itself."""
    if moment.tzinfo is zone or zone.utcoffset(moment.astimezone(zone).replace(tzinfo=None)) == moment.utcoffset():
        return zone
    return timezone(moment.utcoffset())


def _moment(text: str, zone: tzinfo) -> datetime | None:
    text = text.strip()
    if "T" not in text or parse_moment(text, zone) is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = parse_moment(text, zone).at
    if not 1970 < read.year < 9000 or (read.tzinfo and abs(read.utcoffset()) > timedelta(hours=18)):
        return None
    return _aware(read, zone)


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _preloads(root: etree._Element, model: FormModel) -> dict[str, str]:
    """Kind of time -> text, of the nodes that the phone fills in by itself."""
    found: dict[str, str] = {}
    for one in model.fields:
        kind = one.preload_params if one.preload == "timestamp" else "today" if one.preload == "date" else ""
        if kind in ("start", "end", "today") and not one.repeat:
            text = text_at(root, one.path)
            if text:
                found[kind] = text
    return found


def _meta_times(root: etree._Element) -> dict[str, str]:
    meta = next(root.iterchildren("{*}meta"), None)
    named = {"timeStart": "start", "timeEnd": "end"}
    return {named[local_name(one)]: one.text for one in (() if meta is None else meta)
            if local_name(one) in named and one.text}


def text_at(root: etree._Element, path: str) -> str:
    """The trimmed text of the first node at a path of the form, '' when it is not there."""
    node = root
    for step in path.split("/")[1:]:
        node = next((child for child in node if local_name(child) == step), None)
        if node is None:
            return ""
    return (node.text or "").strip()

