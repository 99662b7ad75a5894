"""Room of returns in words: what the phone that sends is told, and the preview of it for who returns.

It must not find returns (`services/returning`). `web/openrosa/submission` and `pages/returns` ask here.
"""

from datetime import date

from flask_babel import force_locale, format_date, gettext, ngettext

TOLD = 3


def waiting(language: str, left: list) -> str:
    """One or two short sentences about what waits, in this language; '' for nothing. left: returning.Waiting."""
    if not left:
        return ""
    with force_locale(language):
        named = "; ".join(_one(item) for item in left[:TOLD])
        if len(left) > TOLD:
            named += " " + gettext("y %(count)s más", count=len(left) - TOLD)
        return ngettext("Tiene %(num)d devolución: %(named)s.", "Tiene %(num)d devoluciones: %(named)s.", len(left),
                        named=named)


def _one(item) -> str:
    parts = [item.name or gettext("un registro sin nombre")]
    if item.fields:
        parts.append(ngettext("%(num)d campo", "%(num)d campos", item.fields))
    if item.due:
        parts.append(gettext("hasta el %(day)s", day=format_date(date.fromisoformat(item.due), "dd/MM")))
    return ", ".join(parts)
