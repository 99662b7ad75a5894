"""Room for what every visit to a community has: the language spoken, consent, a point, photos; and the verdict later.

It must not know one form alone: what is here is asked by several. The plots of communities use it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from collector.services.demo import answers, pictures
from collector.services.demo.communities import Community
from collector.services.demo.script import Act, Sending

REASONS = ("El río estaba crecido y se llegó tarde. EJEMPLO.", "La reunión fue tranquila. EJEMPLO.",
           "Pidieron que se les envíe copia. EJEMPLO.")


def agreed(one: Community) -> dict:
    """What is asked before anything else, answered by those who agree."""
    return {"idioma": one.language, "hay_interprete": "no" if one.language == "castellano" else "si",
            "consentimiento": "si"}


def refused(language: str, reason: str) -> dict:
    """All that is asked of those who do not agree."""
    return {"idioma": language, "hay_interprete": "no" if language == "castellano" else "si", "consentimiento": "no",
            "no_motivo": reason}


def point(one: Community, chance: Random) -> str:
    """A geopoint near the community: degrees, metres above the sea, metres of accuracy."""
    latitude, longitude = one.place
    return (f"{latitude + chance.uniform(-.004, .004):.6f} {longitude + chance.uniform(-.004, .004):.6f} "
            f"{chance.uniform(140, 380):.1f} {chance.uniform(3, 9):.1f}")


def photo(chance: Random, at: datetime, words: str, nth: int = 0) -> tuple[str, bytes]:
    """A photo as the phone names it, and what is in it."""
    return f"{int(at.timestamp() * 1000) + nth}.jpg", pictures.photo(chance, words)


def signed(chance: Random, at: datetime, nth: int = 0) -> tuple[str, bytes]:
    """A signature on the screen as the phone names it, and what is in it."""
    return f"{int(at.timestamp() * 1000) + nth}.png", pictures.signature(chance)


def years_after(day: date, years: int) -> date:
    """The same day so many years later."""
    return day.replace(year=day.year + years, day=min(day.day, 28))


def remark(chance: Random) -> str:
    """A remark of the team, mostly none."""
    return chance.choice(("", "", *REASONS))


def approved(one: Sending, days: float) -> Act:
    """Its approval so many days after it came."""
    return Act(_later(one, days), one.form_id, one.edits or one.key, "approved")


def doubted(one: Sending, days: float, text: str) -> Act:
    """It has issues, said so many days after it came."""
    return Act(_later(one, days), one.form_id, one.key, "hasIssues", text)


def returned(one: Sending, days: float, fields: Mapping[str, str], text: str, due: int = 14) -> Act:
    """It goes back to its phone so many days after it came. fields: path -> what is asked."""
    return Act(_later(one, days), one.form_id, one.key, "returned", text, tuple(fields.items()), due)


def edited(one: Sending, days: float, changed: Mapping[str, object], week: int) -> Sending:
    """The same record opened again on the phone so many days after it came. week: of the lists it then had.

    A phone notes the start of a record once, and its end again.
    """
    at = _later(one, days)
    noted = {name: text for name, text in answers.begun(at, 6, one.phone).items() if name in ("fin", "end")}
    return replace(one, at=at, key=f"{one.key}/corregido", answers={**one.answers, **noted, **changed}, week=week,
                   sent=None, edits=one.key, twist="")


def _later(one: Sending, days: float) -> datetime:
    return one.arrives + timedelta(days=days)
