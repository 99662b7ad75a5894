"""What the story of the demonstration adds up to: targets, tests, hours, and what the rules of the library must find.

Reckoned from what people chose and typed, never from what a form or the server computed of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from tests.contract.library_reference import AREAS, PRACTICE, WORKSHOP, sign
from tests.entity_reference import Reference
from tests.story_reference import Record, now_of
from tests.story_told import Told

Lists = dict[str, dict[str, Reference]]
DONE, GIVEN_UP = "cumplido", "anulado"


def approved(told: Told, form_id: str, **said: str) -> list[Record]:
    """The approved records of a form that say this."""
    return [one for one in told.of(form_id) if one.state == "approved"
            and all(one.said.get(name) == text for name, text in said.items())]


def signed_code(letter: str, digits: str) -> str:
    """The code that a phone makes of chance: with its sign."""
    return f"{letter}{digits}-{sign(digits)}"


def badge(one: Record) -> str:
    """The code of a leader: of the badge that was read, or made by the phone."""
    return one.said.get("qr") or signed_code("P", one.said["azar"])


def card(one: Record) -> str:
    """The code of an answer sheet: of its card, or made of two words and a day."""
    given = one.said.get("tarjeta_qr") or one.said.get("tarjeta_mano")
    return given or f"{one.said['letras_madre']}{int(one.said['dia_nac']):02}{one.said['letras_lugar']}"


def official(told: Told, one: Record) -> str:
    """The code of who was assessed: as it was given when that one enrolled, or as it was typed."""
    codes = {each.said["id_nuevo"]: signed_code("F", each.said["azar"])
             for each in told.of("inscripcion_funcionario") if each.said.get("azar")}
    return one.said.get("codigo_mano") or codes[one.said["funcionario"]]


def points(one: Record) -> int:
    """Right answers of a sheet; one that looks back asks for none."""
    return sum(one.said.get(name) == answer for name, answer in WORKSHOP.items())


def share(one: Record) -> float:
    """How much of what can be reached an official reached, of a hundred."""
    reached = most = 0
    for area, (key, practice) in AREAS.items():
        if f"{area}1" in one.said:
            reached += sum(2 for name, answer in key.items() if one.said[name] == answer)
            reached += sum(PRACTICE.get(one.said[name], 0) for name in practice)
            most += 2 * len(key) + sum(2 for name in practice if one.said[name] != "no_aplica")
    return 100 * reached / most


def pairs(told: Told) -> dict[str, tuple[int, int]]:
    """card -> (right answers before, after), of approved sheets."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in approved(told, "evaluacion_taller", acepta="si"):
        found[card(one)][one.said["momento"]] = points(one)
    return {code: (one["pre"], one["post"]) for code, one in found.items() if {"pre", "post"} <= one.keys()}


def shares(told: Told) -> dict[str, list[float]]:
    """moment -> what every official who was assessed then reached."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in told.of("evaluacion_capacidades_municipal"):
        if one.said["acepta"] == "si":
            found[one.said["momento"]].append(share(one))
    return found


def promises(lists: Lists, today: date) -> Counter:
    """How commitments stand: by state; of those met, how many on time and late; how many are overdue."""
    count: Counter = Counter()
    for one in now_of(lists, "compromisos").values():
        count[one["estado"]] += 1
        if one["estado"] == DONE:
            count["on time" if one["cumplido_el"] <= one["vence"] else "late"] += 1
        count["overdue"] += one["estado"] not in (DONE, GIVEN_UP) and one["vence"] < today.isoformat()
    return count


def programme(told: Told, lists: Lists) -> dict[str, int]:
    """What there is of each target of the programme."""
    visits = approved(told, "acreditacion_autoridades", consentimiento="si")
    sections = {each: {one.said["comunidad"] for one in visits if one.said["tramo"] == each}
                for each in ("tramo_2", "tramo_1", "orn")}
    boards = Counter(one.get("estado_junta") for one in now_of(lists, "comunidades").values())
    state = promises(lists, told.last_day)
    needs = Counter(one["estado"] for one in now_of(lists, "articulaciones").values())
    leaders = approved(told, "inscripcion_taller", acepta="si")
    months = approved(told, "asistencia_tecnica_municipal")
    tests = defaultdict(set)
    for one in approved(told, "evaluacion_capacidades_municipal", acepta="si"):
        tests[one.said["momento"]].add(official(told, one))
    return {**{f"comunidades_{each}": len(found) for each, found in sections.items()},
            "juntas_vigentes": boards["vigente_asiento"],
            "acuerdos": len(approved(told, "acuerdo_convivencia", consentimiento="si", acto="nuevo")),
            "compromisos_cumplidos": state[DONE], "compromisos_reprogramados": state["reprogramado"],
            "compromisos_incumplidos": state["incumplido"], "lideres": len({badge(one) for one in leaders}),
            "lideres_asentamientos": len({badge(one) for one in leaders if one.said["procedencia"] == "asentamiento"}),
            "antes_despues": len(pairs(told)),
            "funcionarios": len({one.said["azar"] for one in approved(
                told, "inscripcion_funcionario", tramite="nuevo", acepta="si")}),
            "municipios": len({one.said["municipio"] for one in months}),
            "meses": len({one.said["mes"] for one in months}), "inicio_final": len(tests["inicio"] & tests["final"]),
            "gestiones": len(approved(told, "articulacion_estado", tipo_reg="nueva")),
            "gestiones_comprometidas": needs["comprometida"], "gestiones_cumplidas": needs["cumplida"]}


def months(told: Told) -> dict[tuple[str, str], tuple[float, int, int]]:
    """(municipality, month) -> (hours, people, products) of its log."""
    found = {}
    for one in told.of("asistencia_tecnica_municipal"):
        hours = sum(float(one.said.get(f"h_{area}") or 0) for area in AREAS)
        people = len(one.said["participantes"].split()) + int(one.said["otras_mujeres"]) + int(
            one.said["otros_hombres"])
        found[one.said["municipio"], one.said["mes"]] = hours, people, len(one.repeat("producto"))
    return found


def twice(told: Told) -> dict[str, Counter]:
    """form -> {(instanceID, field): how often it stands there} of what should stand once and does not."""
    said: dict[tuple, list[tuple[str, str]]] = defaultdict(list)
    for one in told.records.values():
        for field, *value in _once(told, one):
            said[one.form_id, field, *value].append((one.instance_id, field))
    found: dict[str, Counter] = defaultdict(Counter)
    for (form_id, *_value), places in said.items():
        if len(places) > 1:
            found[form_id].update(places)
    return found


def _once(told: Told, one: Record) -> Iterable[tuple]:
    """(field, what must not stand there again) of a record."""
    said = one.said
    if one.form_id == "inscripcion_taller" and said["acepta"] == "si":
        yield "/credencial/codigo", badge(one)
    elif one.form_id == "inscripcion_funcionario" and said.get("azar"):
        yield "/codigo_hecho", said["azar"]
    elif one.form_id == "asistencia_taller":
        half = said["evento"], said["fecha"], said["turno"]
        yield "/sesion/evento", *half, one.device
        badges = _badges(told)
        for row in one.repeat("asistente"):
            yield "/asistente/codigo", *half, row.get("escaneo") or badges[row["elegido"]]
    elif one.form_id == "evaluacion_taller" and said["acepta"] == "si":
        yield "/codigo_g/codigo", said["evento"], said["momento"], card(one)
    elif one.form_id == "evaluacion_capacidades_municipal" and said["acepta"] == "si":
        yield "/persona/codigo", said["momento"], official(told, one)
    elif one.form_id == "asistencia_tecnica_municipal":
        yield "/inicio/municipio", said["municipio"], said["mes"]


def _badges(told: Told) -> dict[str, str]:
    """entity -> code of the leaders, from the records that made them."""
    return {next(each.get("id") for each in one.root.iter() if each.get("dataset") == "participantes"): badge(one)
            for one in told.of("inscripcion_taller") if one.said["acepta"] == "si"}


def out_of_office(told: Told, known) -> Counter:
    """(instanceID, mandate) of agreements that somebody signed, or stood for a party in, without a term on that day.

    known(record): the lists as they were when it came.
    """
    found: Counter = Counter()
    for one in told.of("acuerdo_convivencia"):
        if one.said["consentimiento"] != "si":
            continue
        terms, day = now_of(known(one), "mandatos"), one.said["fecha_firma"]
        for name, field in (("firmante", "firm_mandato"), ("parte", "rep_mandato")):
            for turn in one.repeat(name):
                term = terms.get(turn.get(field) or "", {"desde": ""})
                if turn.get(field) and not term["desde"] <= day <= (term.get("hasta") or day):
                    found[one.instance_id, turn[field]] += 1
    return found


def came_beside(told: Told) -> dict[str, int]:
    """instanceID of each close-out -> how many records came from its phone on its day, itself not among them."""
    arrived, found = told.arrived(), {}
    own = {one.instance_id: one.arrives.date() for one in told.sendings if one.form_id == "cierre_jornada"}
    for one in told.of("cierre_jornada"):
        day = date.fromisoformat(one.said["fecha"])
        found[one.instance_id] = arrived[one.device, day] - (own[one.instance_id] == day)
    return found


def unaccounted(told: Told) -> dict[str, int]:
    """instanceID -> how many records more than came a close-out says that its phone sent; less than none for fewer."""
    came = came_beside(told)
    apart = {one.instance_id: int(one.said["enviados_hoy"]) - came[one.instance_id]
             for one in told.of("cierre_jornada")}
    return {instance: more for instance, more in apart.items() if more}
