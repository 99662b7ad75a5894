"""What the forms of the library must compute, reckoned again from the answers alone and in another way.

It must not read the forms. `test_library` holds it against what the phone's engine wrote.
"""

from collections.abc import Callable
from datetime import date

from lxml import etree

from collector.domain.xmltext import local_name

Values = dict[str, object]
BASES = {"asiento": "vigente_asiento"}
SECTIONS = ("tramo_1", "tramo_2", "orn")
WORKSHOP = {"k1": "nac_reg_loc", "k2": "regidores", "k3": "no_hace_falta", "k4": "acordar", "k5": "programacion",
            "k6": "brechas", "k7": "rehabilitar", "k8": "no", "k9": "informar", "k10": "existe"}
PARTS = {"p_gobernanza": ("k1", "k2", "k10"), "p_transparencia": ("k3", "k4", "k9"),
         "p_inversion": ("k5", "k6", "k7", "k8")}
AREAS = {
    "pl": ({"pl1": "pei", "pl2": "actividades", "pl3": "ceplan"}, ("pl4", "pl5")),
    "pr": ({"pr1": "resultados", "pr2": "tres", "pr3": "brechas"}, ("pr4", "pr5")),
    "in": ({"in1": "prog_form", "in2": "en_funcion", "in3": "proyecto", "in4": "no"}, ("in5", "in6")),
    "rq": ({"rq1": "tdr", "rq2": "area_usuaria", "rq3": "direccion"}, ("rq4", "rq5")),
    "co": ({"co1": "ley_32069", "co2": "oece", "co3": "ocho_uit"}, ("co4", "co5")),
}
STATES = {"en_proceso": "en proceso", "cumplido_parte": "cumplido en parte", "incumplido": "no se cumplió",
          "sin_verificar": "sin verificar"}
PRACTICE = {"visto": 2, "sin_ver": 1, "proceso": 1}
LATE = "2020-03-01"
KINDS = {"texto": LATE, "numero": "2099-01-31", "fecha": "", "foto": LATE, "gps": "2099-01-31", "": ""}
RETURNS = [  # what waits on the phone: one of each kind
    {"name": f"D{number}-1", "label": f"EJEMPLO {number}", "formulario": "EJEMPLO Formulario", "registro": "EJEMPLO",
     "instance_id": f"uuid:{number}", "campo": "/a", "campo_etiqueta": "EJEMPLO Pregunta", "motivo": "EJEMPLO ¿Seguro?",
     "valor_actual": "", "tipo_dato": kind, "devuelto": "2020-02-01", "vence": due,
     "permite_edicion": "si" if number % 2 else "no"} for number, (kind, due) in enumerate(KINDS.items(), 1)]
ANSWERED = {"editado": "corregido", "nuevo": "corregido", "aqui": "dato corregido", "esta_bien": "está bien",
            "despues": "más adelante", "no_es_mio": "no es mío", "no_puedo": "no se puede"}


class Answers:
    """The answers of a record, or of one turn of a repeat: '' for what is not there."""

    def __init__(self, element: etree._Element):
        self.element = element

    def __getitem__(self, name: str) -> str:
        found = next(self._named(name), None)
        return (found.text or "").strip() if found is not None and len(found) == 0 else ""

    def has(self, name: str) -> bool:
        """Whether it is in the record at all."""
        return next(self._named(name), None) is not None

    def turns(self, name: str) -> list["Answers"]:
        """Each turn of a repeat."""
        return [Answers(one) for one in self._named(name) if len(one)]

    def number(self, name: str) -> float:
        """0 for what was not answered."""
        return float(self[name] or 0)

    def day(self, name: str) -> date | None:
        """A day, or None."""
        return date.fromisoformat(self[name]) if self[name] else None

    def _named(self, name: str):
        return (one for one in self.element.iterdescendants(etree.Element) if local_name(one) == name)


def sign(code: str) -> str:
    """The last character that a code of letters and digits must have."""
    digits = [int(one) for one in code if one.isdigit()]
    return "0123456789X"[sum(weight * digit for weight, digit in enumerate(digits, 2)) % 11]


def term(seen: date, base: str, since: date | None, until: date | None) -> str:
    """The state of a term of office on the day it was looked at."""
    if until is None or base in ("", "palabra"):
        return "sin_informacion"
    if until < seen:
        return "vencida"
    if since is not None and since > seen:
        return "por_iniciar"
    return "por_vencer" if (until - seen).days <= 60 else BASES.get(base, "vigente_acta")


def kilometre(told: Answers) -> object:
    """What the list is told of the kilometre: nothing of a section that the community is not on."""
    return told["progresiva"] if told["tramo"] in SECTIONS else ""


def accreditation(told: Answers) -> Values:
    """State of the board, steps of legal standing."""
    if told["consentimiento"] != "si":
        return {}
    seen, two, until = told.day("fecha_verif"), told["junta_situacion"] == "dos", told.day("junta_hasta")
    holds = until is not None and until >= seen
    done = (("reconocimiento", told["reconocimiento"] in ("reconocida", "no_aplica")),
            ("inscripcion", told["inscripcion"] == "inscrita"), ("dialogo", not two), ("eleccion", holds),
            ("inscribir_junta", bool(told["asiento"])), ("vigencia", told["tiene_vigencia"] == "si"),
            ("titulo", told["titulacion"] in ("titulada", "no_aplica")))
    reached = (("con_vigencia", holds and told["tiene_vigencia"] == "si"),
               ("junta_inscrita", holds and bool(told["asiento"])), ("inscrita", told["inscripcion"] == "inscrita"),
               ("reconocida", told["reconocimiento"] == "reconocida"))
    holders = told.turns("autoridad")
    return {
        "estado_junta": "controversia" if two else term(seen, told["junta_base"], told.day("junta_desde"), until),
        "siguiente_paso": next((step for step, is_done in done if not is_done), "ninguno"),
        "paso_legal": next((step for step, is_there in reached if is_there), "ninguno"),
        "c_progresiva": kilometre(told), "c_vigencia": told["vigencia_fecha"], "c_junta_hasta": told["junta_hasta"],
        "n_aut": len(holders), "n_vencidas": sum(one["aut_estado"] == "vencida" for one in holders),
        "n_evid": sum(bool(one["evid_foto"]) for one in told.turns("evidencia_doc")),
    }


def holder(told: Answers, turn: Answers) -> Values:
    """The state of one mandate."""
    left = turn["aut_sigue"] == "no"
    own = {"si": "junta", "no": "aut"}.get(turn["aut_igual"]) or ("aut" if turn["aut_lista_ok"] == "no" else "")
    whole = turn if own == "aut" else told
    copied = {} if left or not own else {
        "m_desde": whole[f"{own}_desde"], "m_hasta": whole[f"{own}_hasta"], "m_base": whole[f"{own}_base"]}
    state = term(told.day("fecha_verif"), turn["m_base"], turn.day("m_desde"), turn.day("m_hasta"))
    two = told["junta_situacion"] == "dos"
    return copied | ({"m_hasta": turn["aut_cese"]} if left else {}) | {
        "aut_estado": "vencida" if left else "controversia" if two else state}


def agreement(told: Answers) -> Values:
    """Counts of an agreement."""
    signers = told.turns("firmante")
    return {"n_partes": len(told.turns("parte")), "n_compromisos": len(told.turns("compromiso")),
            "asistencia": told.number("asist_mujeres") + told.number("asist_hombres"),
            "n_firmas": sum(one["firm_modo"] in ("firma", "huella", "papel") for one in signers),
            "n_firmas_alerta": sum(one["firm_estado"] in ("fuera_de_fecha", "sin_mandato_en_lista") for one in signers),
            "a_fecha": told["fecha_firma"], "a_estado": "vigente"}


def signer(_told: Answers, turn: Answers) -> Values:
    """In which quality somebody signed."""
    if turn["firm_acepta"] == "no":
        return {"firm_estado": "no_acepta"}
    listed = {"en_ejercicio": "en_ejercicio", "fuera": "fuera_de_fecha"}.get(turn["firm_origen"])
    return {"firm_estado": listed or ("sin_mandato_en_lista" if turn["firm_comunidad"] else "no_aplica")}


def follow_up(told: Answers) -> Values:
    """What a review leaves in the list of commitments."""
    state = told["estado"]
    return {"estado_guardar": told["p_estado"] or state if state == "sin_verificar" else state,
            "vence_antes": told["nuevo_vence"] if told["ver"] == "otro" else told["p_vence"],
            "vence_final": told["nueva_fecha"] or told["vence_antes"],
            "id_compromiso": told["id_nuevo"] if told["ver"] == "otro" else told["compromiso"],
            "estado_lista": STATES.get(told["estado_guardar"], told["estado_guardar"]),
            "n_evidencias": sum(bool(one["evid_foto"]) for one in told.turns("evidencia"))}


def register(told: Answers) -> Values:
    """What a register leaves in the list of communities."""
    new = told["accion"] == "nueva"
    return {"estado_reg_final": "activa" if new else told["estado_registro"],
            "id_comunidad": told["id_nuevo"] if new else told["comunidad"],
            "nombre_final": told["nombre"] or told["previo_nombre"], "ubigeo_esquema": "INEI",
            "c_progresiva": kilometre(told)}


def enrolled(told: Answers) -> Values:
    """A code with its sign."""
    code = told["codigo"]
    has = told["acepta"] == "si" and (told["mayor_edad"] == "si" or told["apoderado"] == "si")
    return {"registra": int(has), "codigo": code[:9] + sign(code[:8]) if code else ""}


def official(told: Answers) -> Values:
    """A code with its sign, and whether the person is still offered."""
    code = told["codigo"]
    return {"vigente": "no" if told["tramite"] == "salida" else "si",
            "codigo": code[:9] + sign(code[:8]) if code else "",
            "entidad_id": told["id_nuevo"] if told["tramite"] == "nuevo" else told["previo"]}


def attendance(told: Answers) -> Values:
    """Rows against heads counted."""
    rows = len(told.turns("asistente")) if told["aviso_leido"] == "si" else 0
    return {"n_filas": rows, "diferencia": told.number("presentes") - told.number("sin_datos") - rows}


def workshop(told: Answers) -> Values:
    """Points of an answer sheet and the mean change of a retrospective one."""
    right = {name: told[name] == answer for name, answer in WORKSHOP.items()}
    found: Values = {f"{name}_ok": int(is_right) for name, is_right in right.items()}
    found |= {part: sum(right[name] for name in names) for part, names in PARTS.items()}
    pairs = [(told[f"r{number}_antes"], told[f"r{number}_ahora"]) for number in range(1, 7)]
    changes = [int(after) - int(before) for before, after in pairs if before and after]
    mean = round(sum(changes) / len(changes) + 1e-9, 2) if changes else ""
    return found | {"puntaje": sum(right.values()), "n_no_sabe": sum(told[name] == "no_sabe" for name in WORKSHOP),
                    "retro_pares": len(changes), "retro_cambio": mean}


def capacities(told: Answers) -> Values:
    """Points of the five areas and of all that were assessed."""
    found: Values = {}
    points = most = 0
    for area, (key, practice) in AREAS.items():
        if not told.has(f"{area}1"):
            continue
        known = 2 * sum(told[name] == answer for name, answer in key.items())
        done = sum(PRACTICE.get(told[name], 0) for name in practice)
        can = 2 * len(key) + 2 * sum(told[name] != "no_aplica" for name in practice)
        found |= {f"{area}_con": known, f"{area}_pra": done, f"{area}_max": can,
                  f"{area}_pct": round(100 * (known + done) / can + 1e-9, 1)}
        points, most = points + known + done, most + can
    return found | {"total_puntos": points, "total_max": most,
                    "total_pct": round(100 * points / most + 1e-9, 1) if most else ""}


def assistance(told: Answers) -> Values:
    """Hours, people and products of a month."""
    listed = len(told["participantes"].split())
    return {"horas_total": sum(told.number(f"h_{area}") for area in AREAS), "n_lista": listed,
            "n_personas": listed + told.number("otras_mujeres") + told.number("otros_hombres"),
            "n_productos": len(told.turns("producto")) if told["hay_productos"] == "si" else 0}


def articulation(told: Answers) -> Values:
    """What a step leaves in the list of articulations."""
    new = told["tipo_reg"] == "nueva"
    return {"paso_ent": "ninguno" if told["estado"] in ("cumplida", "cerrada") else told["proximo_paso"],
            "entidad_id": told["id_nuevo"] if new else told["previa"],
            "codigo": f"ART-{told['azar']}" if new else told["codigo"]}


def closing(told: Answers) -> Values:
    """What a phone still holds."""
    return {"pendientes": told.number("borradores") + told.number("listos")}


def answered(told: Answers) -> Values:
    """How a returned record is answered, and whether that is late."""
    due = told.day("d_vence")
    return {"n_total": len(RETURNS), "n_vencidas": sum(one["vence"] == LATE for one in RETURNS),
            "d_vencida": "si" if due and due < told.day("hoy") else "no",
            "respuesta_texto": ANSWERED[told["respuesta"]]}


WHOLE: dict[str, Callable[[Answers], Values]] = {
    "acreditacion_autoridades": accreditation, "acuerdo_convivencia": agreement, "articulacion_estado": articulation,
    "asistencia_taller": attendance, "asistencia_tecnica_municipal": assistance, "cierre_jornada": closing,
    "evaluacion_capacidades_municipal": capacities, "evaluacion_taller": workshop, "inscripcion_funcionario": official,
    "inscripcion_taller": enrolled, "registro_comunidad": register, "seguimiento_compromisos": follow_up,
    "devoluciones": answered}
TURNS: dict[str, tuple[str, Callable[[Answers, Answers], Values]]] = {
    "acreditacion_autoridades": ("autoridad", holder), "acuerdo_convivencia": ("firmante", signer)}
