"""Room of who speaks for each community of the demonstration: visits to boards, renewals, somebody who leaves early.

It must not fill forms (`demo/filling`) nor send. Boards and people are those of `demo/communities`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from collector.services.demo import visiting
from collector.services.demo.answers import begun
from collector.services.demo.communities import (
    BOARDS,
    COMMUNITIES,
    REPLACED,
    YEARS,
    Board,
    Community,
    Holder,
    holders_of,
)
from collector.services.demo.script import Act, Calendar, Sending

FORM = "acreditacion_autoridades"
CERTIFIED = (1, 9, 18)  # who shows a certificate of the registry
ON_SCREEN = (2, 8)  # who signs on the telephone that they agree; elsewhere it is said before witnesses
PICTURED = {(1, 1): "acta", (9, 1): "vigencia", (5, 1): "asiento", (11, 2): "acta"}
MISTYPED = {"acreditacion/11/1": {"asist_hombres": 131}, "acreditacion/10/2": {"padron": 38},
            "acreditacion/13/1": {"junta_plazo": 3}}
OPEN = ("acreditacion/13/1", "acreditacion/18/1", "acreditacion/15/1/28")  # the end of the story finds them undecided
REACHED = {"asiento": ("salud juntos pension65 alimentacion", "foncodes vivienda bosques agrario"),
           "titulo": ("salud juntos alimentacion", "foncodes agua canon"),
           "acta": ("salud juntos", "pension65 becas canon"),
           "credencial": ("salud tambos", "juntos agua"), "palabra": ("salud", "ninguno")}


def plot(calendar: Calendar) -> list[Sending | Act]:
    """The visits of every board, what was seen at later ones, and what became of the records."""
    first = {one.key: one for one in (_first_visit(calendar, board) for board in BOARDS)}
    later = {one.key: one for one in (
        _left_early(calendar), _registered(calendar), _again(calendar, 3, 1, (26, 3)), _again(calendar, 12, 1, (30, 3)),
        _lost_photo(calendar), _certificate(calendar, 1, (32, 2)), _certificate(calendar, 14, (33, 1)))}
    told = [*_not_theirs(calendar), *_mended(calendar, first)]
    decided = {one.key for one in told if isinstance(one, Act)} | set(OPEN)
    plain = [one for place, one in enumerate((first | later).values())
             if one.key not in decided and calendar.week_of(one.at) < 32]
    return [*first.values(), *later.values(), *told,
            *(visiting.approved(one, 1 + (place * 3) % 7 + .1) for place, one in enumerate(plain))]


def _visit(calendar: Calendar, number: int, when: tuple[int, int], key: str, base: str) -> Sending:
    """A visit without its authorities: who is met, how the community stands with the registry. when: week, weekday."""
    one, chance = COMMUNITIES[number], Random(key)
    at = calendar.at(*when, 9 + chance.randrange(8), chance.randrange(60), chance.randrange(60))
    files = dict([visiting.signed(chance, at)] if number in ON_SCREEN else [])
    reached, reachable = REACHED[base]
    given = begun(at, chance.uniform(18, 40), one.phone) | visiting.agreed(one) | {
        "consent_modo": "firma" if files else "testigo", "consent_firma": next(iter(files), ""),
        "consent_testigos": 2 + chance.randrange(9), "fecha_verif": at.date().isoformat(), "en_lista": "si",
        "comunidad": one.id, "informante": chance.choice(("jefe", "directivo", "asamblea")), "tramo": one.section,
        "progresiva": one.km, "gps": visiting.point(one, chance), "programas": reached, "programas_puede": reachable,
        "programas_obs": "Falta el reconocimiento. EJEMPLO." if reachable == "ninguno" else "", "hay_docs": "no",
        "folio": f"AA-{at:%Y%m%d}-{chance.randrange(16 ** 4):04X}", "conformidad": "si",
        "observaciones": visiting.remark(chance)}
    return Sending(FORM, one.phone, at, key, given | _legal(one, at, base), files)


def _legal(one: Community, at: datetime, base: str) -> dict:
    recognised, registered, office, title = one.legal
    shown = one.number in CERTIFIED
    return {"reconocimiento": recognised, "resolucion": one.resolution, "titulacion": title, "inscripcion": registered,
            "oficina": office, "partida": one.record, "asiento": f"A000{one.number:02}" if base == "asiento" else "",
            "titulo_numero": f"EJEMPLO {4000 + one.number}-{at.year}" if base == "titulo" else "",
            "tiene_vigencia": "si" if shown else "no", "vigencia_fecha": _days_before(at, 21 + one.number)}


def _board(calendar: Calendar, board: Board, chance: Random) -> dict:
    """What is asked of a board: how it was elected and for how long."""
    members = COMMUNITIES[board.community].families + 18
    since, until = board.since(calendar), board.until(calendar)
    by_word = board.base == "palabra"
    return {"junta_situacion": "dos" if board.group else "una", "junta_grupo": board.group, "junta_base": board.base,
            "asamblea_fecha": "" if by_word else (since - timedelta(days=9)).isoformat(), "padron": members,
            "asist_mujeres": members * chance.randrange(30, 42) // 100,
            "asist_hombres": members * chance.randrange(28, 44) // 100, "junta_desde": since.isoformat(),
            "junta_plazo": YEARS, "junta_hasta": until.isoformat() if until else ""}


def _first_visit(calendar: Calendar, board: Board) -> Sending:
    key = f"acreditacion/{board.community:02}/{board.term}"
    made = _visit(calendar, board.community, (board.week, board.weekday), key, board.base)
    chance = Random(f"{key}/junta")
    people = [_newly(one, chance) for one in holders_of(board)]
    if board.community == 15:
        people.append({"aut_ya_esta": "no", "aut_cargo": "vocal", "aut_permiso": "no_acepta", "aut_igual": "si"})
    told = _board(calendar, board, chance) | {"autoridad": people}
    if board.left is not None and board.left < 0:
        told |= {"programas_puede": "ninguno", "programas_obs": "Falta renovar la junta. EJEMPLO."}
    if board.group and board.term == 2:
        told |= {"conformidad": "no", "conformidad_obs": "Piden que se diga que su asamblea fue después. EJEMPLO."}
    made = replace(made, answers={**made.answers, **told, **MISTYPED.get(key, {})})
    kind = PICTURED.get((board.community, board.term))
    return _pictured(made, (kind,)) if kind else made


def _newly(one: Holder, chance: Random) -> dict:
    """Somebody who is not in the list with this term."""
    absent = one.office == "fiscal"
    return {"aut_ya_esta": "no", "aut_cargo": one.office, "aut_permiso": "ausente" if absent else "acepta",
            "aut_nombre": one.person, "aut_sexo": one.sex, "aut_doc_tipo": "dni",
            "aut_dni": f"000000{chance.randrange(10, 99)}", "aut_igual": "si", "aut_uuid": one.id}


def _still(one: Holder, **otherwise: str) -> dict:
    """Somebody whom the list has with this term."""
    return {"aut_ya_esta": "si", "aut_mandato": one.id, "aut_sigue": "si", "aut_lista_ok": "si", **otherwise}


def _again(calendar: Calendar, number: int, term: int, when: tuple[int, int], base: str = "",
           people: Mapping[str, dict] | None = None) -> Sending:
    """A later visit to a board that the list has. people: office -> what is otherwise with whoever holds it."""
    board = next(one for one in BOARDS if (one.community, one.term) == (number, term))
    made = _visit(calendar, number, when, f"acreditacion/{number:02}/{term}/{when[0]}", base or board.base)
    told = _board(calendar, board, Random(made.key)) | {
        "autoridad": [_still(one, **(people or {}).get(one.office, {})) for one in holders_of(board)]}
    return replace(made, answers={**made.answers, **told, "junta_base": base or board.base})


def _left_early(calendar: Calendar) -> Sending:
    """The treasurer resigned; the assembly chose another until the end of the same board."""
    board = REPLACED.board
    left = calendar.day(15, 5)
    made = _again(calendar, 5, 1, (16, 3), people={"tesorero": {
        "aut_sigue": "no", "aut_cese": left.isoformat(), "aut_cese_motivo": "renuncia"}})
    other = _newly(REPLACED, Random(made.key)) | {
        "aut_igual": "no", "aut_desde": (left + timedelta(days=1)).isoformat(), "aut_base": "acta",
        "aut_hasta": board.until(calendar).isoformat()}
    return replace(made, answers={**made.answers, "autoridad": [*made.answers["autoridad"], other]})


def _registered(calendar: Calendar) -> Sending:
    """The board whose papers lay at the registry has its entry, and so has each of its members."""
    board = next(one for one in BOARDS if one.community == 8)
    entered = {"aut_lista_ok": "no", "aut_desde": board.since(calendar).isoformat(),
               "aut_hasta": board.until(calendar).isoformat(), "aut_base": "asiento"}
    made = _again(calendar, 8, 1, (19, 2), "asiento", dict.fromkeys(board.offices, entered))
    return replace(made, answers={**made.answers, "inscripcion": "inscrita", "oficina": "bagua", "tiene_vigencia": "si",
                                  "vigencia_fecha": _days_before(made.at, 4)})


def _lost_photo(calendar: Calendar) -> Sending:
    """Two documents were photographed; the second never came through."""
    return replace(_pictured(_again(calendar, 15, 1, (28, 2)), ("credencial", "padron")), twist="incomplete")


def _certificate(calendar: Calendar, number: int, when: tuple[int, int]) -> Sending:
    """A fresh certificate of the registry, seen in the last weeks: nobody has looked at the record yet."""
    made = _again(calendar, number, 1, when)
    return replace(made, answers={**made.answers, "tiene_vigencia": "si", "vigencia_fecha": _days_before(made.at, 6)})


def _pictured(made: Sending, kinds: tuple[str, ...]) -> Sending:
    """The record with a photo of each of these documents."""
    chance = Random(f"{made.key}/fotos")
    photos = [visiting.photo(chance, made.at, f"Documento: {kind}", 10 + nth) for nth, kind in enumerate(kinds)]
    told = [{"evid_tipo": kind, "evid_foto": name} for kind, (name, _photo) in zip(kinds, photos, strict=True)]
    return replace(made, answers={**made.answers, "hay_docs": "si", "evidencia_doc": told},
                   files={**made.files, **dict(photos)})


def _not_theirs(calendar: Calendar) -> list[Sending | Act]:
    """Told by somebody from elsewhere, who knew nothing of the board: rejected; the community is visited again."""
    made = _visit(calendar, 4, (3, 2), "acreditacion/04/0", "palabra")
    told = {"informante": "otro", "junta_situacion": "no_sabe", "programas": "no_sabe", "programas_puede": "no_sabe",
            "programas_obs": ""}
    made = replace(made, answers={**made.answers, **told})
    return [made, Act(made.arrives + timedelta(days=3), FORM, made.key, "rejected",
                      "Quien informó no es de la comunidad. Se visitará otra vez. EJEMPLO.")]


def _mended(calendar: Calendar, first: Mapping[str, Sending]) -> list[Sending | Act]:
    """What was asked again: two came back from their phones, one was corrected here, one cleared up by radio, one was
    never answered, one has been in doubt ever since."""
    eleven, fourteen, ten = (first[f"acreditacion/{name}"] for name in ("11/1", "14/1", "10/2"))
    sixteen, thirteen, eighteen = (first[f"acreditacion/{name}"] for name in ("16/1", "13/1", "18/1"))
    told = {"asist_hombres": 31, "observaciones": "Se contó otra vez con el acta. EJEMPLO."}
    counted = visiting.edited(eleven, 6, told, calendar.week_of(eleven.at))
    pictured = _pictured(visiting.edited(fourteen, 9, {}, calendar.week_of(fourteen.at)), ("asiento",))
    return [
        visiting.returned(eleven, 2, {"/g_todo/g_asamblea/asist_hombres": "¿Cuántos hombres dice el acta?"},
                          "El acta que se mostró dice otro número de asistentes."),
        counted, visiting.approved(counted, 2),
        visiting.returned(fourteen, 3, {"/g_todo/hay_docs": "Falta la foto del asiento donde está la junta."},
                          "Si pueden, agreguen la foto del documento."),
        pictured, visiting.approved(pictured, 1),
        Act(ten.arrives + timedelta(days=2), FORM, ten.key, "corrected", "La copia del padrón dice 83. EJEMPLO.",
            (("/g_todo/g_asamblea/padron", "83"),)),
        visiting.approved(ten, 3),
        visiting.doubted(sixteen, 1, "¿El acta es de la comunidad o de su anexo? Se preguntó por radio. EJEMPLO."),
        visiting.approved(sixteen, 8),
        visiting.returned(thirteen, 2, {"/g_todo/g_periodo/junta_hasta": "El acta y lo que se dijo no coinciden."},
                          "Revise con la comunidad la fecha del acta, por favor."),
        visiting.doubted(eighteen, 4, "La partida que se anotó no es la del padrón. Falta ver el documento. EJEMPLO.")]


def _days_before(at: datetime, days: int) -> str:
    return (at.date() - timedelta(days=days)).isoformat()
