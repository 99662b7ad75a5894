"""Room of how the promises of the demonstration are looked at again: met in time or late, begun, put off, given up.

It must not fill forms (`demo/filling`) nor send. Promises and what becomes of them are those of `demo/promises`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from collector.services.demo import promises, visiting
from collector.services.demo.answers import begun
from collector.services.demo.communities import COMMUNITIES
from collector.services.demo.promises import PROMISES, Promise
from collector.services.demo.script import Act, Calendar, Sending, named

FORM = "seguimiento_compromisos"
LOOKED_AT = 27  # week from which on nobody has looked at the records yet
BEGUN_SO, DONE = ("en_proceso", {"razones": "tramite"}), ("cumplido", {})
# what was seen how many weeks after the signature
SEEN = {
    promises.MET: ((6, *DONE),), promises.LATE: ((6, "en_proceso", {"razones": "proveedor clima"}), (9, *DONE)),
    promises.OVERDUE: ((7, "en_proceso", {"razones": "clima"}),), promises.FORGOTTEN: (),
    promises.HALF: ((8, "cumplido_parte", {"razones": "presupuesto"}),),
    promises.MOVED: ((6, "reprogramado", {"razones": "proveedor", "quien_acordo": "partes"}),),
    promises.MOVED_MET: ((6, "reprogramado", {"razones": "clima", "quien_acordo": "partes"}), (10, *DONE)),
    promises.UNMET: ((8, "incumplido", {"razones": "presupuesto autoridades"}),),
    promises.ANNULLED: ((5, "anulado", {"razones": "desacuerdo", "quien_acordo": "partes"}),),
    promises.UNSEEN: ((8, "sin_verificar", {"razones": "sin_acceso"}),),
    promises.BEGUN: ((3, *BEGUN_SO),), promises.WAITING: ()}
NEXT = {promises.MOVED: promises.AFTER, promises.MOVED_MET: 12}  # week, or weeks after the signature, agreed on anew
MEDIA = ("visita", "reunion", "visita", "radio_tel", "documento")
INFORMANTS = ("autoridad", "autoridad responsable", "asamblea")
WITHOUT_PHOTO = "compromiso/03/1/6"  # it says "met" and shows nothing
DOUBTED = {"compromiso/07/1/6": "La comunidad dice otra fecha. Falta confirmarla por radio. EJEMPLO.",
           "compromiso/19/2/8": "¿Qué entidad dijo que no habrá presupuesto? EJEMPLO."}
NOT_SEEN = "compromiso/15/2/8"
ASTRAY = (("compromiso/08/2", (22, 1), "form"), ("compromiso/14/2", (26, 3), "version"))


def plot(calendar: Calendar) -> list[Sending | Act]:
    """Every look at every promise, an old one that stood on paper only, and what became of the records.

    Some of the last weeks wait: a supervisor looks at what is surprising first.
    """
    made = {f"{one.key}/{seen[0]}": _looked_at(calendar, one, *seen) for one in PROMISES for seen in _seen(one)}
    astray = [_astray(calendar, *one) for one in ASTRAY]
    paper = _on_paper(calendar)
    told = [*_pictured_later(calendar, made[WITHOUT_PHOTO]), *(visiting.doubted(made[key], 3, text)
                                                              for key, text in DOUBTED.items()),
            Act(made[NOT_SEEN].arrives + timedelta(days=4), FORM, made[NOT_SEEN].key, "rejected",
                "Nadie fue a la comunidad esa semana: hay que ir y preguntar. EJEMPLO.")]
    decided = {one.key for one in told if isinstance(one, Act)}
    plain = [one for place, one in enumerate((*made.values(), paper))
             if one.key not in decided and (calendar.week_of(one.at) < LOOKED_AT - 4 * (place % 5 == 3))]
    return [*made.values(), *astray, paper, *told,
            *(visiting.approved(one, 1 + (place * 3) % 8 + .3) for place, one in enumerate(plain))]


def _seen(one: Promise) -> tuple:
    """When it was looked at, and what was seen: some that are met were seen on their way."""
    on_its_way = ((3, *BEGUN_SO),) if one.fate == promises.MET and one.place % 3 == 0 else ()
    return on_its_way + SEEN[one.fate]


def _looked_at(calendar: Calendar, one: Promise, weeks: int, state: str, why: dict) -> Sending:
    key = f"seguimiento/{one.key}/{weeks}"
    chance = Random(key)
    at = calendar.at(one.week + weeks, (one.place + weeks) % 5, 8 + chance.randrange(9), chance.randrange(60),
                     chance.randrange(60))
    community = COMMUNITIES[one.community]
    how = "reunion" if state in ("reprogramado", "anulado") else MEDIA[one.place % len(MEDIA)]
    pictured = state == "cumplido" and one.place % 4 == 0 and f"{one.key}/{weeks}" != WITHOUT_PHOTO
    files = dict([visiting.photo(chance, at, one.what[9:])] if pictured else [])
    given = _begun(at, one.community, how) | {
        "ver": "abiertos", "compromiso": one.id, "fecha_revision": at.date().isoformat(), "medio": how,
        "informa": "documento" if how == "documento" else chance.choice(INFORMANTS),
        "estado": state, "avance": chance.randrange(3, 9) * 10, **why,
        "fecha_cumplido": (at.date() - timedelta(days=1 + one.place % 3)).isoformat(),
        "hay_evidencia": "si" if files else "no", "gps": visiting.point(community, chance),
        "evidencia": [{"evid_foto": name, "evid_que": f"{one.what} · dibujo"} for name in files],
        "conforme": _content(how, state, chance)}
    if one.fate in NEXT and state == "reprogramado":
        week = NEXT[one.fate] + (one.week if one.fate == promises.MOVED_MET else 0)
        given |= {"nueva_fecha": calendar.day(week, 2).isoformat(),
                  "razon_texto": "El material no llegó a tiempo. EJEMPLO."}
    return Sending(FORM, community.phone, at, key, given, files)


def _begun(at: datetime, number: int, how: str) -> dict:
    """What is asked first; papers are looked at without talking to anybody."""
    community = COMMUNITIES[number]
    talked = visiting.agreed(community)
    if how == "documento":
        talked = {"idioma": "castellano", "hay_interprete": "no", "consentimiento": "sin_entrevista"}
    return begun(at, 7 + number % 9, community.phone) | talked | {"comunidad": community.id}


def _content(how: str, state: str, chance: Random) -> str:
    if how == "documento":
        return "no_preguntado"
    if state == "cumplido":
        return chance.choice(("conforme", "conforme", "en_parte"))
    return "no_conforme" if state in ("incumplido", "sin_verificar") else chance.choice(("en_parte", "no_conforme"))


def _on_paper(calendar: Calendar) -> Sending:
    """A promise of an agreement older than the programme, known from its paper alone."""
    at, one = calendar.at(18, 2, 11, 5, 40), COMMUNITIES[3]
    return Sending(FORM, one.phone, at, "seguimiento/papel", _begun(at, 3, "reunion") | {
        "ver": "otro", "id_nuevo": named("compromiso/papel"), "nuevo_que": "EJEMPLO: Cercar el pozo de la escuela",
        "nuevo_parte": "empresa", "nuevo_responsable": "EJEMPLO Operador, mantenimiento",
        "nuevo_vence": calendar.day(24, 4).isoformat(), "nuevo_acuerdo": "Acta EJEMPLO de 2024",
        "fecha_revision": at.date().isoformat(), "medio": "reunion", "informa": "asamblea", "estado": "pendiente",
        "razones": "autoridades", "hay_evidencia": "no", "conforme": "no_conforme",
        "pedido": "Que se haga antes de la creciente. EJEMPLO."})


def _pictured_later(calendar: Calendar, one: Sending) -> list[Sending | Act]:
    """Met, it said, with nothing to see: asked for, photographed, approved."""
    again = visiting.edited(one, 8, {"hay_evidencia": "si"}, calendar.week_of(one.at))
    name, drawn = visiting.photo(Random(one.key), again.at, "Lo que se hizo")
    shown: Mapping = {**again.answers, "evidencia": [{"evid_foto": name, "evid_que": "Lo que se hizo · dibujo"}]}
    again = replace(again, answers=shown, files={name: drawn})
    return [visiting.returned(one, 2, {"/g_todo/hay_evidencia": "Dice «cumplido» y no hay fotos."},
                              "Si pueden volver, tomen una foto de lo hecho."),
            again, visiting.approved(again, 2)]


def _astray(calendar: Calendar, key: str, when: tuple[int, int], twist: str) -> Sending:
    """A look at a promise by a phone that nobody had brought up to date: the record waits to be placed."""
    promise = next(one for one in PROMISES if one.key == key)
    made = _looked_at(calendar, promise, when[0] - promise.week, "en_proceso", {"razones": "no_sabe"})
    at = calendar.at(*when, 15, 31, 12)
    told = {**made.answers, **_begun(at, promise.community, made.answers["medio"]),
            "fecha_revision": at.date().isoformat()}
    return replace(made, at=at, answers=told, twist=twist)
