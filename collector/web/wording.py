"""Room of how times, sizes, numbers and initials read to people, in the project's zone and the page's language.

It must not know pages. `app` attaches its filters; templates use them, so that a time looks alike everywhere.
"""

import re
import zoneinfo
from datetime import UTC, date, datetime

from flask import Flask, g
from flask_babel import format_date, get_locale, gettext, ngettext

from collector.domain import sheet
from collector.domain.filling import Filling
from collector.domain.places import measured
from collector.web import people_words

_DAY = "dd/MM/y"
_WRITTEN = re.compile(r"(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d))?T?(?P<clock>\d\d:\d\d)?")


def attach(app: Flask) -> None:
    """Registers the filters that templates use."""
    app.jinja_env.filters.update(moment=moment, day=day, clock=clock, ago=ago, lasting=lasting, weight=weight,
                                 number=number, initial=initial, initials=initials, sentence=sentence,
                                 shortened=shortened, written=written, anchor=anchor, is_shown=sheet.is_shown,
                                 browser=people_words.browser, collect_version=people_words.collect_version,
                                 runs=sheet.runs, metres=metres, hectares=hectares, filled=filled,
                                 state_words=state_words,
                                 measured=lambda one: measured(one.type, one.codes))
    app.jinja_env.globals["get_locale"] = get_locale


def use_zone(name: str, now: datetime) -> None:
    """Nothing; times of this request are told in this zone, ages from this moment."""
    try:
        g.zone = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        g.zone = UTC
    g.now = now


def local(at: datetime) -> datetime:
    """The same moment in the zone of the page."""
    return at.astimezone(g.get("zone") or UTC)


def moment(at: datetime | None) -> str:
    """'14/11/2026, 16:42'; '' for none."""
    return "" if at is None else f"{day(at)}, {clock(at)}"


def day(at: date | datetime | None) -> str:
    """'14/11/2026'; '' for none."""
    if at is None:
        return ""
    return format_date(local(at).date() if isinstance(at, datetime) else at, _DAY)


def clock(at: datetime | None) -> str:
    """'16:42'; '' for none."""
    return "" if at is None else local(at).strftime("%H:%M")


def ago(at: datetime | None) -> str:
    """How long ago, in the largest unit that fits; '' for none. The exact time must stand beside it."""
    if at is None:
        return ""
    minutes = int(((g.get("now") or datetime.now(UTC)) - at).total_seconds() // 60)
    if minutes < 1:
        return gettext("ahora")
    if minutes < 60:
        return gettext("hace %(number)s min", number=minutes)
    if minutes < 60 * 24:
        return gettext("hace %(number)s h", number=minutes // 60)
    return ngettext("hace %(num)s día", "hace %(num)s días", minutes // (60 * 24))


def lasting(seconds: int) -> str:
    """'40 s', '12 min', '3 h' or '2 d': the largest unit that fits."""
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def sentence(words: str) -> str:
    """The words with a large letter and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def weight(size: int | None) -> str:
    """Bytes in B, kB, MB or GB, as phones show them."""
    if size is None:
        return gettext("sin dato")
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000_000:.1f} GB"


def number(value: int | float | None) -> str:
    """'1,204' and '2.4', as in Peru."""
    return "" if value is None else f"{value:,}"


def initial(name: str) -> str:
    """The letter that Collect shows for a project of this name."""
    return next((letter.upper() for letter in name if letter.isalnum()), "#")


def initials(name: str) -> str:
    """Up to two letters for a person."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:])) or "?"


def shortened(identifier: str) -> str:
    """'uuid:3f9c…a21' for a long id; the whole stands in the record."""
    plain = identifier.removeprefix("uuid:")
    return plain if len(plain) <= 14 else f"{plain[:4]}…{plain[-4:]}"


def written(text: str, type: str) -> str:
    """A date or time that somebody wrote, in their own clock's words: '14/11/2026, 16:42'; else the text itself."""
    found = _WRITTEN.match(text)
    if not found or type not in ("date", "dateTime", "time"):
        return text
    year, month, date_, hour = found["year"], found["month"], found["day"], found["clock"]
    parts = ([f"{date_}/{month}/{year}"] if year else []) + ([hour] if hour else [])
    return ", ".join(parts) or text


def metres(length: float) -> str:
    """'850 m', '1.2 km'."""
    return f"{length:.0f} m" if length < 1000 else f"{length / 1000:,.1f} km"


def hectares(area: float) -> str:
    """'850 m²', '1.2 ha', '12.5 km²'."""
    if area < 10_000:
        return f"{area:,.0f} m²"
    return f"{area / 10_000:,.1f} ha" if area < 10_000_000 else f"{area / 1_000_000:,.1f} km²"


def filled(said: Filling) -> str:
    """'02/11/2026, de 10:15 a 11:21', in the clock of the phone; '' where it did not note it."""
    start, end = written(said.start, "dateTime"), written(said.end, "dateTime")
    if not start or not end:
        return start or end
    if start.partition(",")[0] == end.partition(",")[0] and ", " in end:
        return gettext("%(start)s a %(end)s", start=start.replace(", ", gettext(", de "), 1),
                       end=end.partition(", ")[2])
    return gettext("%(start)s a %(end)s", start=start, end=end)


def state_words(state: str | None) -> str:
    """The review state of a record in a word or two."""
    words = {"approved": gettext("Aprobado"), "hasIssues": gettext("Con observaciones"),
             "rejected": gettext("Rechazado"), "edited": gettext("Editado")}
    return words.get(state or "", gettext("Recibido"))


def anchor(ref: str) -> str:
    """The id of an answer's row in the page."""
    return "a" + re.sub(r"[^\w.-]", "-", ref)

