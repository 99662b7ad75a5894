"""Room of how the communities of the demonstration come into their list and what is learnt of them later.

It must not fill forms (`demo/filling`) nor send. Two phones that met the same community without signal are here.
"""

from random import Random

from collector.services.demo import visiting
from collector.services.demo.answers import begun
from collector.services.demo.communities import COMMUNITIES, Community
from collector.services.demo.script import Act, Calendar, Sending

FORM = "registro_comunidad"
WEEKS = {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 14: 0, 6: 1, 10: 1, 11: 1, 7: 2, 8: 2, 12: 2, 18: 2, 9: 3, 13: 3, 15: 3, 16: 3,
         17: 3, 19: 3}
PHOTOS = (1, 6, 9, 14)


def plot(calendar: Calendar) -> list[Sending | Act]:
    """The nineteen communities in their first weeks, and what changed later."""
    first = [_registered(calendar, number, place) for place, number in enumerate(WEEKS)]
    acts: list[Sending | Act] = []
    for place, one in enumerate(first):
        if one.key == "comunidad/05":
            acts += _sent_back(calendar, one)
        else:
            acts.append(visiting.approved(one, 1.5 + place % 4))
    return [*first, *acts, *_changes(calendar), *_disputed(calendar), *_side_by_side(calendar)]


def _registered(calendar: Calendar, number: int, place: int) -> Sending:
    one, chance = COMMUNITIES[number], Random(f"comunidad/{number}")
    at = calendar.at(WEEKS[number], place % 5, 9 + place % 7, chance.randrange(60), chance.randrange(60))
    files = dict([visiting.photo(chance, at, f"Local comunal, {one.name[8:]}")] if number in PHOTOS else [])
    given = begun(at, chance.uniform(12, 25), one.phone) | visiting.agreed(one) | {
        "accion": "nueva", "fecha_visita": at.date().isoformat(), "fuente": chance.choice(("autoridad", "asamblea")),
        "id_nuevo": one.id, "nombre": one.name, "tipo": one.kind, "gps": visiting.point(one, chance),
        "foto_lugar": next(iter(files), ""), "observaciones": visiting.remark(chance)}
    return Sending(FORM, one.phone, at, f"comunidad/{number:02}", given | _where(one) | _who(one, chance) | _legal(one),
                   files)


def _where(one: Community) -> dict:
    return {"departamento": one.department, "ubigeo": one.ubigeo, "cuenca": one.river, "tramo": one.section,
            "progresiva": one.km, "acceso": "rio" if one.department == "loreto" else "rio carretera",
            "horas_viaje": 2 + one.number % 6}


def _who(one: Community, chance: Random) -> dict:
    reach = ("radio", "radio mensajero", "radio telefono", "telefono emisora")[one.number % 4]
    return {"pueblo": one.people, "lengua": one.language, "familias": one.families,
            "poblacion": one.families * 5 + chance.randrange(20), "federacion_otra": "EJEMPLO Federación de la cuenca",
            "comunicacion": reach, "frecuencia_radio": f"{4300 + one.number * 15} kHz, 6 a 7 de la mañana",
            "telefono_comunal": f"000 000 0{one.number:02}"}


def _legal(one: Community) -> dict:
    recognised, registered, office, title = one.legal
    return {"reconocimiento": recognised, "resolucion": one.resolution, "inscripcion": registered, "oficina": office,
            "partida": one.record, "titulacion": title}


def _sent_back(calendar: Calendar, one: Sending) -> list[Sending | Act]:
    """It says two hours where the others of that river say twenty: asked, answered from the phone, approved."""
    again = visiting.edited(one, 5, {"horas_viaje": 20, "observaciones": "Se confirmó con el motorista. EJEMPLO."},
                            calendar.week_of(one.at))
    asked = visiting.returned(one, 2, {"/g_todo/g_gps/horas_viaje": "¿Son 2 o 20 horas? Las vecinas dicen 20."},
                              "Revise las horas de viaje, por favor.")
    return [asked, again, visiting.approved(again, 1)]


def _changed(calendar: Calendar, number: int, when: tuple[int, int], what: str, given: dict, phone: int | None = None,
             twin: str = "", late: tuple[int, int] | None = None) -> Sending:
    """An update. when, late: week and weekday of the visit, and of when it came through; what: the blocks asked."""
    one = COMMUNITIES[number]
    key = f"comunidad/{number:02}/cambio/{when[0]}{twin}"
    chance = Random(key)
    at = calendar.at(*when, hour=10 + chance.randrange(6), minute=chance.randrange(60), second=chance.randrange(60))
    phone = one.phone if phone is None else phone
    told = begun(at, chance.uniform(5, 11), phone) | visiting.agreed(one) | {
        "accion": "actualizar", "comunidad": one.id, "bloques": what, "fecha_visita": at.date().isoformat(),
        "fuente": "autoridad", "observaciones": visiting.remark(chance)}
    sent = calendar.at(*late, hour=17, minute=10 * phone) if late else None
    return Sending(FORM, phone, at, key, told | given, sent=sent)


def _changes(calendar: Calendar) -> list[Sending | Act]:
    one, seven, fourteen = COMMUNITIES[1], COMMUNITIES[7], COMMUNITIES[14]
    made = [
        _changed(calendar, 1, (11, 2), "gps", {"gps": visiting.point(one, Random(1)), "acceso": "rio trocha"}),
        _changed(calendar, 7, (13, 1), "organizacion", _who(seven, Random(7)) | {
            "comunicacion": "radio mensajero", "frecuencia_radio": "4425 kHz, 5 a 6 de la tarde"}),
        _changed(calendar, 12, (17, 3), "poblacion", {"familias": 61, "poblacion": 312}),
        _changed(calendar, 14, (21, 2), "nombre", {
            "nombre": fourteen.name, "otros_nombres": "EJEMPLO Cocha Serena", "tipo": fourteen.kind,
            "estado_registro": "activa"}),
        _changed(calendar, 18, (27, 1), "pueblo poblacion", {"pueblo": "varios", "pueblo_otro": "achuar y quechua",
                                                             "lengua": "achuar", "familias": 58, "poblacion": 301})]
    last = _changed(calendar, 10, (33, 3), "poblacion", {"familias": 71, "poblacion": 356})
    return [*made, last, *(visiting.approved(sending, 2 + place) for place, sending in enumerate(made))]


def _disputed(calendar: Calendar) -> list[Sending | Act]:
    """Two phones counted the families of one community in the same week, both away from any signal until the next
    but one: they say different numbers and different telephones of what they had both read in the same version."""
    one = COMMUNITIES[9]
    ours = _who(one, Random(9)) | {"comunicacion": "radio telefono"}
    here = _changed(calendar, 9, (20, 1), "poblacion organizacion", ours | {
        "familias": 91, "poblacion": 448, "telefono_comunal": "000 000 191"}, 1, "a", (22, 2))
    there = _changed(calendar, 9, (20, 3), "poblacion organizacion", ours | {
        "familias": 78, "poblacion": 402, "telefono_comunal": "000 000 278"}, 0, "b", (22, 4))
    return [here, there, visiting.approved(here, 3), visiting.doubted(
        there, 3, "Otro teléfono contó 91 familias esa misma semana. Hay que preguntar otra vez. EJEMPLO.")]


def _side_by_side(calendar: Calendar) -> list[Sending | Act]:
    """Two phones met the same community on the same day, each for another block: nothing that they say is contested."""
    here = _changed(calendar, 2, (16, 2), "poblacion", {"familias": 80, "poblacion": 391}, 0, "a", (17, 1))
    standing = _legal(COMMUNITIES[2]) | {"titulacion": "en_tramite"}
    there = _changed(calendar, 2, (16, 2), "registro", standing, 2, "b", (17, 3))
    return [here, there, visiting.approved(here, 2), visiting.approved(there, 4)]
