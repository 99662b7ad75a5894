"""Room of the words of rules beyond the form: what a rule says, and what it says about an answer, in two languages.

It must not judge anything (`rule_judging` does).
Findings carry these sentences where a manager wrote none; lists of rules show what each one says.
"""

from collections.abc import Callable

from collector.domain.rules import (
    NOT_AFTER,
    PROJECT,
    Box,
    DateOrder,
    Definition,
    Distance,
    Duration,
    InOffice,
    Reconciled,
    SameFile,
    Unique,
)

MANY = 50  # other records that are counted; beyond it is said that there are more
LONGEST = 60

Both = tuple[str, str]


def not_unique(values: tuple[str, ...], others: int, again: int) -> Both:
    """What is said of a value, or of a combination of several, that stands elsewhere too. again: how often besides in
    the same record."""
    text, places = " · ".join(map(_short, values)), _places(others, again)
    if len(values) > 1:
        return (f"La combinación «{text}» está también en {places[0]}.",
                f"The combination “{text}” is also in {places[1]}.")
    return f"«{text}» está también en {places[0]}.", f"“{text}” is also in {places[1]}."


def same_file(others: int, again: int) -> Both:
    """What is said of a file that another record has, byte for byte."""
    places = _places(others, again)
    return (f"Este archivo es idéntico a uno de {places[0]}.", f"This file is identical to one of {places[1]}.")


def date_order(value: str, than: str, other: str, after: bool) -> Both:
    """What is said of a date on the wrong side of another. after: it is after, and should not be."""
    return (f"{_day(value)} es {'posterior' if after else 'anterior'} a «{other}» ({_day(than)}).",
            f"{_day(value)} is {'after' if after else 'before'} “{other}” ({_day(than)}).")


def distance(metres: float, most: float) -> Both:
    """What is said of a point that is too far away."""
    return (f"El punto está a {_length(metres)} del lugar fijado; el máximo es {_length(most)}.",
            f"The point is {_length(metres)} from the given place; the limit is {_length(most)}.")


def box(metres: float) -> Both:
    """What is said of a point outside of the box."""
    return (f"El punto está fuera del recuadro, a {_length(metres)} de su borde.",
            f"The point is outside of the box, {_length(metres)} from its edge.")


def duration(minutes: float, least: float) -> Both:
    """What is said of filling that was too quick."""
    if minutes < 0:
        return ("La hora de fin es anterior a la de inicio: el reloj del teléfono cambió.",
                "The end is before the start: the phone's clock was changed.")
    return (f"Se llenó en {_minutes(minutes)}; se espera al menos {_minutes(least)}.",
            f"It was filled in {_minutes(minutes)}; at least {_minutes(least)} is expected.")


def not_in_office(who: str, day: str, recorded: bool, today: bool) -> Both:
    """What is said of who signed without holding office. recorded: some mandate of theirs was known when the record
    came; today: by what is known now, they held it.
    """
    day = _day(day)
    if recorded:
        es, en = (f"Según lo que se sabía al llegar este registro, {who} no ejercía un cargo el {day}.",
                  f"As known when this record came, {who} held no office on {day}.")
    else:
        es, en = (f"Al llegar este registro no se conocía ningún mandato de {who} (firma del {day}).",
                  f"When this record came, no mandate of {who} was known (signed on {day}).")
    if today:
        return (f"{es} Con lo que se sabe hoy, sí lo ejercía.", f"{en} By what is known today, they did.")
    return es, en


def not_arrived(sent: int, arrived: int, day: str, waiting: tuple[int, ...] = ()) -> Both:
    """What is said where fewer records came than a phone is said to have sent. waiting: what it still held."""
    missing, held = sent - arrived, sum(waiting)
    came = "no llegó ninguno" if not arrived else "llegó 1" if arrived == 1 else f"llegaron {arrived}"
    es = (f"El teléfono dijo {sent} {'enviado' if sent == 1 else 'enviados'}, {came}. "
          f"{'Falta' if missing == 1 else 'Faltan'} {missing} del {day}.")
    en = (f"The phone said {sent} sent, {arrived or 'none'} arrived. "
          f"{missing} of {day} {'is' if missing == 1 else 'are'} missing.")
    if held:
        return f"{es} Además quedaban {held} por enviar.", f"{en} Besides, {held} were still to be sent."
    return es, en


def says(rule: Definition, name: Callable[[str], str]) -> Both:
    """What a rule says. name: of a path, what people call the field."""
    return _SAYS[rule.__class__](rule, name)


def _unique(rule: Unique, name) -> Both:
    where = ("todo el proyecto", "the whole project") if rule.scope == PROJECT else ("este formulario", "this form")
    fields = [name(path) for path in (rule.field, *rule.also)]
    if rule.also:
        return (f"La combinación de {_listed(fields, '«%s»', 'y')} no se repite en {where[0]}",
                f"The combination of {_listed(fields, '“%s”', 'and')} stands once in {where[1]}")
    return f"«{fields[0]}» no se repite en {where[0]}", f"“{fields[0]}” stands once in {where[1]}"


def _date_order(rule: DateOrder, name) -> Both:
    field, other = name(rule.field), name(rule.other)
    if rule.order == NOT_AFTER:
        return f"«{field}» no es posterior a «{other}»", f"“{field}” is not after “{other}”"
    return f"«{field}» no es anterior a «{other}»", f"“{field}” is not before “{other}”"


def _distance(rule: Distance, name) -> Both:
    field, place = name(rule.field), f"{rule.latitude:g}, {rule.longitude:g}"
    return (f"«{field}» está a {_length(rule.metres)} o menos de ({place})",
            f"“{field}” lies within {_length(rule.metres)} of ({place})")


def _box(rule: Box, name) -> Both:
    field = name(rule.field)
    edges = f"{rule.south:g}, {rule.west:g} – {rule.north:g}, {rule.east:g}"
    return f"«{field}» está en el recuadro ({edges})", f"“{field}” lies in the box ({edges})"


def _duration(rule: Duration, name) -> Both:
    return (f"Se llena en {_minutes(rule.minutes)} o más", f"Filling takes {_minutes(rule.minutes)} or more")


def _same_file(rule: SameFile, name) -> Both:
    where = ("todo el proyecto", "the whole project") if rule.scope == PROJECT else ("este formulario", "this form")
    if rule.field:
        field = name(rule.field)
        return (f"El archivo de «{field}» no se repite en {where[0]}",
                f"The file of “{field}” comes once in {where[1]}")
    return f"Ningún archivo se repite en {where[0]}", f"No file comes twice in {where[1]}"


def _in_office(rule: InOffice, name) -> Both:
    field, day = name(rule.field), name(rule.date)
    return f"«{field}» ejercía su cargo el día de «{day}»", f"“{field}” held office on the day of “{day}”"


def _reconciled(rule: Reconciled, name) -> Both:
    field, day = name(rule.field), name(rule.date)
    return (f"Llegaron del mismo teléfono los que dice «{field}», el día de «{day}»",
            f"What “{field}” says did arrive from the same phone on the day of “{day}”")


_SAYS = {Unique: _unique, DateOrder: _date_order, Distance: _distance, Box: _box, Duration: _duration,
         SameFile: _same_file, InOffice: _in_office, Reconciled: _reconciled}


def _places(others: int, again: int) -> Both:
    here = ("este mismo registro", "this same record")
    if not others:
        return here
    number = f"más de {MANY}" if others > MANY else str(others)
    es = "otro registro" if others == 1 else f"otros {number} registros"
    en = "another record" if others == 1 else f"{'more than ' + str(MANY) if others > MANY else others} other records"
    return (f"{here[0]} y en {es}", f"{here[1]} and in {en}") if again else (es, en)


def _listed(names: list[str], quoted: str, last: str) -> str:
    """Names in quotes, the last two joined by a word."""
    shown = [quoted % one for one in names]
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _length(metres: float) -> str:
    if metres >= 10_000:
        return f"{metres / 1000:,.0f} km".replace(",", " ")
    return f"{metres:,.0f} m".replace(",", " ")


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    return f"{int(minutes * 10) / 10:g} min"


def _day(text: str) -> str:
    """A date as it was sent; of a time its minute."""
    return text[:16].replace("T", " ")
