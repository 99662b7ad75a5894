"""Room of invented answers to the three forms of the library: plausible, and marked EJEMPLO wherever a name stands.

It must not send anything or know where an answer stands (`demo/writing`). The same chance gives the same answers.
Names, documents and places of people are made up; communities are those of the forms' own example lists.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from collector.services.demo import pictures

FIRST = ("Ana", "Beto", "Carla", "Dino", "Elsa", "Fidel", "Gina", "Hugo", "Iris", "Juan", "Katia", "Lino", "Mirna")
LAST = ("Uno", "Dos", "Tres", "Cuatro", "Cinco", "Seis", "Siete", "Ocho", "Nueve", "Diez")
OFFICES = ("jefe", "vicejefe", "secretario", "tesorero", "fiscal")
STATES = {"asiento": "vigente con asiento", "acta": "vigente con acta, en trámite"}
# Rivers and roads of Loreto and Amazonas, so that the points of a map fall on land that one can picture.
PLACES = ((-4.45, -77.51), (-5.09, -78.31), (-4.71, -75.29), (-4.52, -77.49), (-3.81, -76.39), (-5.16, -78.29))
REMARKS = ("", "", "", "La reunión fue tranquila. EJEMPLO.", "El río estaba crecido y se llegó tarde. EJEMPLO.",
           "Pidieron que se les envíe copia. EJEMPLO.")


def begun(at: datetime, minutes: float, phone: int) -> dict:
    """What a phone notes by itself in a record finished at this moment and begun so many minutes before.

    The forms call these moments by their Spanish or their English names: a form takes what it knows.
    """
    start, end, today = _moment(at - timedelta(minutes=minutes)), _moment(at), at.date().isoformat()
    device = f"collect:EJEMPLO{phone + 1:08}"
    return {"inicio": start, "fin": end, "hoy": today, "equipo": device,
            "start": start, "end": end, "today": today, "deviceid": device}


def person(chance: Random) -> str:
    """An invented name."""
    return f"EJEMPLO {chance.choice(FIRST)} {chance.choice(LAST)}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


@dataclass
class Filled:
    """Answers by name with the files they name."""

    answers: dict
    files: dict[str, bytes] = field(default_factory=dict)


class Draw:
    """One filling: a moment, a chance, and the communities and offices of the example lists."""

    def __init__(self, chance: Random, at: datetime, communities: list[dict], events: list[dict], device: str):
        self.chance, self.at = chance, at
        self.communities = [one for one in communities if one["tipo"] != "federacion"]
        self.events, self.device = events, device
        self.files: dict[str, bytes] = {}

    def person(self) -> str:
        """An invented name."""
        return f"EJEMPLO {self.chance.choice(FIRST)} {self.chance.choice(LAST)}"

    def stamp(self, minutes: float = 0) -> str:
        """A moment as a phone writes it."""
        return (self.at + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")

    def day(self, before: int = 0) -> str:
        """A day, so many days before the filling."""
        return (self.at.date() - timedelta(days=before)).isoformat()

    def file(self, kind: str, words: str = "") -> str:
        """The name of a new file."""
        number = int(self.at.timestamp() * 1000) + len(self.files)
        name = f"{number}.{'png' if kind == 'signature' else 'jpg'}"
        drawn = pictures.signature(self.chance) if kind == "signature" else pictures.photo(self.chance, words)
        self.files[name] = drawn
        return name

    def point(self) -> str:
        """A geopoint: degrees, metres above the sea, metres of accuracy."""
        latitude, longitude = self.chance.choice(PLACES)
        return (f"{latitude + self.chance.uniform(-.06, .06):.6f} {longitude + self.chance.uniform(-.06, .06):.6f} "
                f"{self.chance.uniform(140, 420):.1f} {self.chance.uniform(3, 14):.1f}")


def _begun(draw: Draw, minutes: float) -> dict:
    return {"inicio": draw.stamp(-minutes), "fin": draw.stamp(), "hoy": draw.day(), "equipo": draw.device,
            "start": draw.stamp(-minutes), "end": draw.stamp(), "today": draw.day(), "deviceid": draw.device}


def _consent(draw: Draw, community: dict) -> dict:
    language = community["lengua"]
    return {"idioma": language, "hay_interprete": "no" if language == "castellano" else "si", "interp_acepta": "si",
            "interp_nombre": draw.person(),
            "consentimiento": "si"}


def refusal(draw: Draw) -> Filled:
    """Somebody who does not agree: nothing else is asked."""
    return Filled(_begun(draw, 4) | {
        "idioma": "castellano", "hay_interprete": "no", "consentimiento": "no", "no_motivo": "asamblea",
        "instanceName": f"Sin consentimiento · {draw.day()}"})


def accreditation(draw: Draw) -> Filled:
    """Who the authorities of a community are, and by which document."""
    chance, community = draw.chance, draw.chance.choice(draw.communities)
    base = chance.choice(("asiento", "acta", "acta"))
    since = chance.randint(60, 600)
    until = draw.at.date() + timedelta(days=730 - since)
    authorities = [_authority(draw, office, base) for office in OFFICES[:chance.randint(2, 5)]]
    documents = [{"evid_tipo": kind, "evid_foto": draw.file("photo", f"Documento: {kind}")}
                 for kind in chance.sample(("acta", "padron", "convocatoria"), chance.randint(1, 2))]
    state = STATES[base] if until > draw.at.date() + timedelta(days=60) else "por vencer"
    return Filled(_begun(draw, chance.uniform(14, 35)) | _consent(draw, community) | _place(draw, community) | {
        "consent_modo": "firma", "consent_firma": draw.file("signature"), "fecha_verif": draw.day(),
        "informante": chance.choice(("jefe", "directivo", "asamblea")), "inscripcion": "inscrita", "oficina": "iquitos",
        "partida": f"000000{chance.randint(10, 99)}", "asiento": "A00001", "tiene_vigencia": "no",
        "junta_situacion": "una", "junta_base": base, "asamblea_fecha": draw.day(since + 9),
        "padron": chance.randint(60, 190), "asist_mujeres": chance.randint(18, 60),
        "asist_hombres": chance.randint(18, 60), "junta_desde": draw.day(since), "junta_plazo": 2,
        "junta_hasta": until.isoformat(), "estado_texto": state, "autoridad": authorities,
        "n_aut": len(authorities), "hay_docs": "si", "evidencia_doc": documents, "n_evid": len(documents),
        "folio": f"AA-{draw.day().replace('-', '')}-ej{chance.randint(10, 99)}", "conformidad": "si",
        "observaciones": chance.choice(REMARKS), "instanceName": f"{community['nombre']} · {state} · {draw.day()}",
    }, draw.files)


def _place(draw: Draw, community: dict) -> dict:
    return {"en_lista": "si", "comunidad": community["name"], "id_comunidad": community["name"],
            "com_nombre": community["nombre"], "ubigeo": community["ubigeo"], "ubigeo_esquema": "INEI",
            "distrito": community["distrito"], "tramo": community["tramo"], "gps": draw.point(),
            "progresiva": community["progresiva"]}


def _authority(draw: Draw, office: str, base: str) -> dict:
    name = draw.person()
    return {"aut_ya_esta": "no", "aut_cargo": office, "aut_permiso": "acepta", "aut_nombre": name,
            "aut_sexo": draw.chance.choice(("mujer", "hombre")), "aut_doc_tipo": "dni",
            "aut_dni": f"000000{draw.chance.randint(10, 99)}", "aut_igual": "si", "m_persona": name,
            "m_cargo": office, "m_base": base}


def agreement(draw: Draw) -> Filled:
    """What a community and others agreed on, who signed, what is to be done until when."""
    chance, community = draw.chance, draw.chance.choice(draw.communities)
    code = f"AC-{draw.day().replace('-', '')}-EJ{chance.randint(10, 99)}"
    signers = [_signer(draw, party, community) for party in ("comunidad", "empresa", "municipalidad")]
    promised = [_promise(draw) for _each in range(chance.randint(1, 3))]
    members = chance.randint(60, 160)
    return Filled(_begun(draw, chance.uniform(25, 60)) | _consent(draw, community) | {
        "fecha_firma": draw.day(), "comunidad": community["name"], "acto": "nuevo", "com_nombre": community["nombre"],
        "com_distrito": community["distrito"], "com_ubigeo": community["ubigeo"], "codigo": code,
        "a_fecha": draw.day(), "a_estado": "vigente", "lugar": "local_comunal", "gps": draw.point(),
        "idiomas": " ".join(dict.fromkeys(("castellano", community["lengua"]))), "consulta_previa": "no",
        "votacion": "consenso", "asamblea_fecha": draw.day(3), "convoca": "jefe", "preside": "jefe", "padron": members,
        "asist_mujeres": members // 3, "asist_hombres": members // 3, "asistencia": members // 3 * 2,
        "parte": [_party(one, community) for one in signers],
        "n_partes": len(signers), "clausulas": " ".join(chance.sample(
            ("respeto", "dialogo", "mesa", "aviso", "acceso", "monitoreo", "empleo", "cultura"), 4)),
        "vigencia_tipo": "fecha", "vigencia_hasta": draw.day(-730), "hay_compromisos": "si", "compromiso": promised,
        "n_compromisos": len(promised), "leido": "si", "copia": "si", "firmante": signers, "n_firmas": len(signers),
        "hay_anexos": "si", "anexo": [{"anexo_tipo": "foto_acto", "anexo_foto": draw.file("photo", "Acto de firma")}],
        "observaciones": chance.choice(REMARKS), "instanceName": f"{community['nombre']} · {code}",
    }, draw.files)


def _party(signer: dict, community: dict) -> dict:
    named = ({"parte_comunidad": community["name"]} if signer["firm_parte"] == "comunidad"
             else {"parte_entidad": "EJEMPLO Entidad"})
    return {"parte_tipo": signer["firm_parte"], "rep_poder": "acta", "rep_cargo": signer["firm_cargo_texto"],
            "rep_origen": "otra", "rep_nombre": signer["firm_nombre"], **named}


def _signer(draw: Draw, party: str, community: dict) -> dict:
    return {"firm_parte": party, "firm_acepta": "si", "firm_origen": "otra", "firm_nombre": draw.person(),
            "firm_comunidad": community["name"] if party == "comunidad" else "",
            "firm_cargo_texto": "Representante (EJEMPLO)", "firm_doc_tipo": "dni",
            "firm_dni": f"000000{draw.chance.randint(10, 99)}", "firm_modo": "firma",
            "firm_firma": draw.file("signature")}


def _promise(draw: Draw) -> dict:
    what, kind = draw.chance.choice((
        ("Reparar el techo del local comunal", "infraestructura"), ("Dos jornadas de atención de salud", "salud"),
        ("Taller de monitoreo del agua", "agua"), ("Reunión de la mesa cada tres meses", "dialogo"),
        ("Becas para cuatro jóvenes", "educacion")))
    due = draw.at.date() + timedelta(days=draw.chance.randint(20, 200))
    return {"comp_que": f"EJEMPLO: {what}", "comp_tipo": kind, "comp_parte": "empresa",
            "comp_responsable": "Relaciones comunitarias (EJEMPLO)", "comp_vence": due.isoformat(),
            "c_vence": due.isoformat(), "c_estado": "pendiente"}


def weekday(day: date) -> bool:
    """Whether people work in the field on this day."""
    return day.weekday() < 6
