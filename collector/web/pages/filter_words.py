"""Words for a filter of lists: what each part of it says, as chips and beside an export.

It must not read an address (`services/filters`) nor know any one page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask_babel import gettext as _

from collector.services import filters
from collector.services.filters import Filters
from collector.web.pages.finding_words import kind_words
from collector.web.wording import day


def queue_words() -> dict[str, str]:
    """{queue: words}, in the order of the inbox."""
    return {"waiting": _("Por revisar"), "unread": _("Sin leer"), "findings": _("Con hallazgos"),
            "files": _("Esperan archivos"), "edited": _("Nuevas versiones"), "second": _("Segunda aprobación"),
            "returned": _("Devueltos"), "back": _("Volvieron"), "alike": _("Parecidos"), "today": _("Decididos hoy"),
            "all": _("Todos")}


def state_words() -> list[tuple[str, str]]:
    """(review state, words for many), in their order."""
    return [("received", _("Recibidos")), ("edited", _("Editados")), ("hasIssues", _("Con observaciones")),
            ("approved", _("Aprobados")), ("rejected", _("Rechazados")),
            ("decided", _("Decididos"))]


def said(given: Filters, titles: Mapping[str, str], fields: Iterable = (),
         people: Mapping[int, str] = {}) -> dict[str, str]:
    """{word of the address: what it says} of each filter that is set, its queue left out.

    titles: {form: title}; fields: inbox.Offered of the form; people: {id: name}.
    """
    kinds = {"any": _("Con hallazgos"), "error": _("Con errores"), "warning": _("Con avisos"), **kind_words()}
    words = {"q": f"«{given.text}»", "form": titles.get(given.xml_form_id, given.xml_form_id),
             "state": dict(state_words()).get(given.state), "finding": kinds.get(given.finding),
             "files": _("Falta algún archivo"), "version": _("versión %(version)s", version=given.version),
             "phone": people.get(given.phone, _("quien envió: %(number)s", number=given.phone)),
             "since": given.since and _("desde %(day)s", day=day(given.since)),
             "until": given.until and _("hasta %(day)s", day=day(given.until)),
             "near": given.near and _("a menos de %(km)s km de %(place)s", km=f"{given.near[2]:g}",
                                      place=f"{given.near[0]:.4f}, {given.near[1]:.4f}")}
    named = {one.path: one for one in fields}
    for path, value in given.answers:
        one = named.get(path)
        words[filters.FIELD + path.lstrip("/")] = (
            f"{one.label if one else path.rpartition('/')[2]}: {dict(one.choices).get(value, value) if one else value}")
    return {key: words[key] for key in filters.written(given) if key in words}


def named(only: Mapping[str, str]) -> list[str]:
    """What the words of an address say, that one form's records are narrowed by."""
    given, queues = filters.read({**only, "form": "-"}), queue_words()
    queue = [queues[given.queue]] if given.queue not in ("", "all") else []
    return queue + list(said(replace(given, xml_form_id=""), {}).values())
