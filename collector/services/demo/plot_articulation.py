"""Room of what communities of the demonstration need of the State, and how far each need has come.

It must not fill forms (`demo/filling`) nor send. Offices of the State are real in kind; their names are marked.
"""

from dataclasses import dataclass
from random import Random

from collector.services.demo import visiting
from collector.services.demo.answers import begun
from collector.services.demo.communities import COMMUNITIES
from collector.services.demo.script import Act, Calendar, Sending, named

FORM = "articulacion_estado"
MEETINGS = ("reunion", "mesa", "visita")
LOOKED_AT = 30  # week from which on nobody has looked at the records yet
DOUBTED = {"articulacion/05/2": "¿La respuesta llegó por escrito? Pida copia, por favor. EJEMPLO."}


@dataclass(frozen=True, slots=True)
class Step:
    """What was done. promise: of the State, until which week; money: '', 'especie' or soles; then: what comes next."""

    week: int
    weekday: int
    done: str
    state: str
    promise: str = ""
    until: int = 0
    money: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A need of communities before an office of the State, with its steps."""

    sector: str
    words: str
    communities: tuple[int, ...]
    level: str
    office: str
    steps: tuple[Step, ...]


NEEDS = (
    Need("agua", "Agua segura en tres comunidades del Marañón", (1, 2, 3),
         "distrital", "Municipalidad distrital de Manseriche", (
        Step(6, 1, "solicitud", "presentada", then="Pedir reunión con la gerencia"),
        Step(12, 3, "reunion", "comprometida", "Elaborar el expediente del sistema de agua", 20, "180000",
             "Visita de ingenieros"),
        Step(24, 2, "visita", "en_ejecucion", "Terminar las captaciones", 37, "", "Revisar el avance en obra"))),
    Need("salud", "Brigada de salud cada mes en el Chiriaco", (8, 9, 10),
         "regional", "Dirección regional de salud", (
        Step(8, 4, "reunion", "en_dialogo", then="Llevar el padrón de familias"),
        Step(15, 2, "mesa", "comprometida", "Una brigada cada mes durante un año", 26, "especie", "Acordar las fechas"),
        Step(27, 3, "entrega", "cumplida"))),
    Need("titulacion", "Georreferenciar dos comunidades sin plano", (15, 16),
         "regional", "Dirección regional agraria", (
        Step(12, 1, "solicitud", "presentada", then="Seguir el expediente"),
        Step(22, 4, "llamada", "sin_respuesta", then="Insistir con una carta"))),
    Need("identidad", "DNI para niñas y niños del Pastaza", (18, 19),
         "nacional", "Registro nacional de identidad", (
        Step(9, 2, "solicitud", "presentada", then="Preparar la lista de niños"),
        Step(17, 4, "visita", "cumplida", "Entregar los DNI en la comunidad", 19, "especie"))),
    Need("conectividad", "Internet en tres locales comunales del Nieva", (5, 6, 7),
         "nacional", "Programa de telecomunicaciones", (
        Step(12, 4, "reunion", "en_dialogo", then="Enviar los puntos GPS"),
        Step(26, 1, "respuesta", "rechazada", then="Buscar otro programa"))),
    Need("educacion", "Aula de inicial en Buen Camino", (11, 12),
         "provincial", "Municipalidad provincial de Bagua", (
        Step(14, 2, "solicitud", "presentada", then="Pedir opinión a la UGEL"),
        Step(28, 3, "mesa", "comprometida", "Incluir el aula en el presupuesto", 40, "95000",
             "Ver el presupuesto de apertura"))),
    Need("energia", "Paneles solares para Lago Sereno", (14,),
         "nacional", "Programa de electrificación rural", (
        Step(16, 3, "reunion", "identificada", then="Redactar la solicitud"),)),
    Need("transporte", "Mejorar la trocha y el puerto", (4, 5),
         "provincial", "Municipalidad provincial de Condorcanqui", (
        Step(19, 1, "mesa", "comprometida", "Maquinaria por treinta días", 28, "64000", "Faena comunal de apoyo"),
        Step(30, 2, "visita", "en_ejecucion", then="Medir lo avanzado"))),
    Need("produccion", "Asistencia para huertos y crianzas", (2, 3),
         "nacional", "Programa de compensaciones agrarias", (
        Step(23, 2, "solicitud", "presentada", then="Reunir los requisitos"),
        Step(31, 1, "llamada", "cerrada"))),
    Need("ambiente", "Vigilancia del agua con participación comunal", (1,),
         "nacional", "Organismo de fiscalización ambiental", (
        Step(29, 3, "reunion", "en_dialogo", then="Definir los puntos de muestra"),
        Step(33, 2, "mesa", "comprometida", "Dos monitoreos con la comunidad", 44, "especie",
             "Elegir a los vigilantes"))))
WITH_PAPER = ("articulacion/01/2", "articulacion/06/2")


def plot(calendar: Calendar) -> list[Sending | Act]:
    """Every step of every need, and what became of the records."""
    made = [_told(calendar, number, one, nth) for number, one in enumerate(NEEDS, 1)
            for nth in range(1, len(one.steps) + 1)]
    acts = [visiting.doubted(one, 2, DOUBTED[one.key]) if one.key in DOUBTED else visiting.approved(one, 2 + place % 6)
            for place, one in enumerate(made) if calendar.week_of(one.at) < LOOKED_AT]
    return [*made, *acts]


def _told(calendar: Calendar, number: int, one: Need, nth: int) -> Sending:
    step, key = one.steps[nth - 1], f"articulacion/{number:02}/{nth}"
    chance, phone = Random(key), COMMUNITIES[one.communities[0]].phone
    at = calendar.at(step.week, step.weekday, 11 + chance.randrange(6), chance.randrange(60), chance.randrange(60))
    first = nth == 1
    people = 8 + chance.randrange(30)
    files = dict([visiting.photo(chance, at, "Acta de compromiso")] if key in WITH_PAPER else [])
    given = begun(at, chance.uniform(8, 20), phone) | (_asked(one, number) if first else {
        "tipo_reg": "seguimiento", "previa": named(f"articulacion/{number:02}")}) | {
        "accion": step.done, "fecha": at.date().isoformat(), "modo": "presencial" if step.done == "visita" else
        chance.choice(("presencial", "virtual")), "n_comunidad": people, "n_mujeres": people * 2 // 5,
        "cargo_estado": "EJEMPLO Responsable de la oficina", "hay_recursos": "no", "estado": step.state,
        "observaciones": visiting.remark(chance)} | _promised(calendar, step, files) | _next(calendar, step)
    return Sending(FORM, phone, at, key, given, files)


def _asked(one: Need, number: int) -> dict:
    return {"tipo_reg": "nueva", "sector": one.sector, "necesidad": f"EJEMPLO: {one.words}",
            "comunidades": " ".join(COMMUNITIES[each].id for each in one.communities),
            "quien_pide": ("asamblea", "autoridades", "taller")[number % 3], "nivel": one.level,
            "entidad": f"EJEMPLO {one.office}", "azar": 1_000_000 + number * 73_019,
            "id_nuevo": named(f"articulacion/{number:02}")}


def _promised(calendar: Calendar, step: Step, files: dict[str, bytes]) -> dict:
    """What the State committed itself to, and with what."""
    if not step.promise:
        return {"hubo_compromiso": "no"}
    told = {"hubo_compromiso": "si", "compromiso": f"EJEMPLO: {step.promise}", "foto_acta": next(iter(files), ""),
            "fecha_limite": calendar.day(step.until, 4).isoformat(), "forma_comp": "acta" if files else "palabra"}
    if step.money == "especie":
        return told | {"hay_recursos": "especie", "fuente_rec": "programa"}
    return told | {"hay_recursos": "monto", "recursos": step.money, "fuente_rec": "canon"} if step.money else told


def _next(calendar: Calendar, step: Step) -> dict:
    if step.state == "cerrada":
        return {"cierre_motivo": "comunidad"}
    return {"proximo_paso": f"{step.then}. EJEMPLO", "responsable": "varios",
            "fecha_paso": calendar.day(step.week + 3, 1).isoformat()} if step.then else {}
