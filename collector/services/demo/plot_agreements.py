"""Room of how the agreements of the demonstration are signed: by who is in the list, once by one whose term is over.

It must not fill forms (`demo/filling`) nor send. What is agreed on is in `demo/promises`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from collector.services.demo import visiting
from collector.services.demo.answers import begun, person
from collector.services.demo.communities import COMMUNITIES, HOLDERS, Community, Holder, in_office
from collector.services.demo.promises import AGREEMENTS, WHO, Agreement, Promise
from collector.services.demo.script import Act, Calendar, Sending, named

FORM = "acuerdo_convivencia"
LAPSED = 14  # who signs it had a term that was over a week and a half before
BY_DELEGATE = 11  # the community's board lapsed long ago: the assembly sends somebody who is in no list
ON_SCREEN = (1, 9, 21, 30)  # signed with a finger; the others on paper
PICTURED = {2: "foto_acto", 16: "acta_papel", 25: "foto_acto", 33: "acta_papel"}
HELD = {8: 12}  # days that a telephone lay in a boat before it found a signal
WAITING = 35  # the last of those that somebody has looked at
MISTYPED = {5: {"asist_mujeres": 230}, 9: {"padron": 32}}
SUBJECTS = ("respeto", "dialogo", "mesa", "aviso", "acceso", "monitoreo", "empleo", "cultura", "emergencia", "quejas")
COMPANY, TOWN, STATE = "EJEMPLO Operador del oleoducto", "EJEMPLO Municipalidad distrital", "EJEMPLO Gobierno regional"


def plot(calendar: Calendar) -> list[Sending | Act]:
    """The thirty-nine agreements, a meeting that did not want to be written down, and what became of the records."""
    made = {one.number: _signed(calendar, one) for one in AGREEMENTS}
    told = _mended(calendar, made)
    decided = {one.key for one in told if isinstance(one, Act) and one.move == "approved"}
    plain = [one for number, one in made.items() if number <= WAITING and one.key not in decided]
    declined = _declined(calendar)
    return [*made.values(), declined, *told, visiting.approved(declined, 3),
            *(visiting.approved(one, 1 + (place * 5) % 8 + .2) for place, one in enumerate(plain))]


def _signed(calendar: Calendar, one: Agreement) -> Sending:
    community, chance = COMMUNITIES[one.community], Random(one.key)
    at = calendar.at(one.week, one.weekday, 10 + chance.randrange(7), chance.randrange(60), chance.randrange(60))
    parties = ["empresa", *sorted({promise.party for promise in one.promises} - {"empresa", "comunidad"})]
    signers, files = _signers(calendar, one, parties, chance)
    kind = PICTURED.get(one.number)
    if kind:
        files |= [visiting.photo(chance, at, f"{community.name[8:]}: {kind.replace('_', ' ')}", 20)]
    told = {"id_acuerdo": named(one.key), "codigo": f"AC-{at:%Y%m%d}-{chance.randrange(16 ** 4):04X}",
            "fecha_firma": at.date().isoformat(), "vigencia_hasta": visiting.years_after(at.date(), 2).isoformat(),
            "parte": [_party(signer, community) for signer in _leaders(signers)], "firmante": signers,
            "hay_compromisos": "si", "compromiso": [_promised(calendar, promise) for promise in one.promises],
            "hay_anexos": "si" if kind else "no",
            "anexo": [{"anexo_tipo": kind, "anexo_foto": list(files)[-1]}] if kind else []}
    given = begun(at, chance.uniform(35, 75), community.phone) | visiting.agreed(community)
    given |= _meeting(community, at, chance) | told | MISTYPED.get(one.number, {})
    sent = at + timedelta(days=HELD[one.number]) if one.number in HELD else None
    return Sending(FORM, community.phone, at, one.key, given, files, sent=sent)


def _meeting(one: Community, at: datetime, chance: Random) -> dict:
    """Where, in which languages, how the assembly agreed, what the agreement is about."""
    members = one.families + 18
    women, men = members * chance.randrange(32, 44) // 100, members * chance.randrange(30, 42) // 100
    against = chance.randrange(6)
    languages = " ".join(dict.fromkeys(("castellano", one.language)))
    return {"comunidad": one.id, "acto": "nuevo", "lugar": chance.choice(("local_comunal", "local_comunal", "escuela")),
            "gps": visiting.point(one, chance), "idiomas": languages, "interp_acepta": "si",
            "interp_nombre": person(chance), "interp_inscrito": chance.choice(("si", "no")), "consulta_previa": "no",
            "votacion": chance.choice(("consenso", "unanime", "mayoria")),
            "asamblea_fecha": (at.date() - timedelta(days=chance.randrange(1, 9))).isoformat(), "convoca": "jefe",
            "preside": "jefe", "padron": members, "asist_mujeres": women, "asist_hombres": men,
            "votos_favor": women + men - against, "votos_contra": against, "votos_abst": 0,
            "clausulas": " ".join(sorted(chance.sample(SUBJECTS, 4))), "vigencia_tipo": "fecha", "leido": "si",
            "copia": "si", "observaciones": visiting.remark(chance)}


def _signers(calendar: Calendar, one: Agreement, parties: list[str],
             chance: Random) -> tuple[list[dict], dict[str, bytes]]:
    """Who signs, those of the community first, and what they drew on the screen."""
    day = calendar.day(one.week, one.weekday)
    board = [holder for holder in HOLDERS if (holder.board.community, holder.board.term) == (one.community, 1)]
    if one.number == LAPSED:
        ours = [_holder(board[0], "fuera")]
    elif one.number == BY_DELEGATE:
        ours = [{"firm_parte": "comunidad", "firm_comunidad": COMMUNITIES[one.community].id, "firm_origen": "otra",
                 "firm_nombre": person(chance), "firm_cargo_texto": "Delegada de la asamblea (EJEMPLO)"}]
    else:
        ours = [_holder(holder, "en_ejercicio") for holder in _speakers(in_office(calendar, one.community, day))]
    theirs = [{"firm_parte": party, "firm_nombre": person(chance), "firm_cargo_texto": "Representante (EJEMPLO)"}
              for party in parties]
    files: dict[str, bytes] = {}
    for nth, signer in enumerate([*ours, *theirs]):
        signer |= {"firm_acepta": "si", "firm_doc_tipo": "dni", "firm_dni": f"000000{chance.randrange(10, 99)}",
                   "firm_modo": "papel"}
        if one.number in ON_SCREEN and signer in (ours[0], theirs[0]):
            name, drawn = visiting.signed(chance, calendar.at(one.week, one.weekday), nth)
            signer |= {"firm_modo": "firma", "firm_firma": name}
            files[name] = drawn
    if one.number == 19:
        ours[-1] |= {"firm_modo": "no_firma", "firm_razon": "Quiere que lo vea antes su sector. EJEMPLO."}
    return [*ours, *theirs], files


def _speakers(people: list[Holder]) -> list[Holder]:
    """The head of each group that says it is the board, and whoever comes next in the only one."""
    heads = [one for one in people if one.office == "jefe"]
    return heads if len(heads) > 1 else people[:2]


def _holder(one: Holder, where: str) -> dict:
    return {"firm_parte": "comunidad", "firm_comunidad": COMMUNITIES[one.board.community].id, "firm_origen": where,
            "firm_mandato": one.id}


def _leaders(signers: list[dict]) -> list[dict]:
    """Who represents each party: the first of each who signs."""
    return list({one["firm_parte"]: one for one in reversed(signers)}.values())[::-1]


def _party(signer: dict, community: Community) -> dict:
    party = signer["firm_parte"]
    if party == "comunidad":
        return {"parte_tipo": party, "parte_comunidad": community.id, "rep_origen": signer["firm_origen"],
                "rep_mandato": signer.get("firm_mandato", ""), "rep_cargo": signer.get("firm_cargo_texto", ""),
                "rep_poder": "acta"}
    named_so = {"empresa": COMPANY, "municipalidad": TOWN, "estado": STATE}[party]
    return {"parte_tipo": party, "parte_entidad": named_so, "rep_cargo": signer["firm_cargo_texto"],
            "rep_poder": "credencial" if party == "empresa" else "resolucion"}


def _promised(calendar: Calendar, one: Promise) -> dict:
    return {"@id": one.id, "comp_que": one.what, "comp_tipo": one.kind, "comp_parte": one.party,
            "comp_responsable": WHO[one.party], "comp_vence": one.due(calendar).isoformat(), "comp_prueba": one.proof}


def _declined(calendar: Calendar) -> Sending:
    """Those who had met did not want the agreement on a telephone: nothing else is asked, not even which community."""
    at = calendar.at(19, 4, 16, 20, 8)
    return Sending(FORM, 2, at, "acuerdo/sin", begun(at, 3, 2) | visiting.refused("urarina", "asamblea"))


def _mended(calendar: Calendar, made: dict[int, Sending]) -> list[Sending | Act]:
    """What was asked again: three came back from their phones, one was corrected here, one waited for a new board."""
    five, nine, twelve, lapsed, twenty = (made[number] for number in (5, 9, 12, LAPSED, 20))
    counted = visiting.edited(five, 5, {"asist_mujeres": 23}, calendar.week_of(five.at))
    last = f"/g_todo/firmante[{len(twelve.answers['firmante'])}]/g_firm_quien/firm_dni"
    signers = [*twelve.answers["firmante"]]
    signers[-1] = signers[-1] | {"firm_dni": "00000058"}
    read_again = visiting.edited(twelve, 7, {"firmante": signers}, calendar.week_of(twelve.at))
    name, drawn = visiting.photo(Random("acuerdo/20/foto"), twenty.at, "Acta firmada", 30)
    shown = {"hay_anexos": "si", "anexo": [{"anexo_tipo": "acta_papel", "anexo_foto": name}]}
    pictured = visiting.edited(twenty, 9, shown, calendar.week_of(twenty.at))
    pictured = replace(pictured, files={**pictured.files, name: drawn})
    return [
        visiting.returned(five, 2, {"/g_todo/g_asamblea_datos/asist_mujeres": "¿Fueron 230? El padrón es de 106."},
                          "El número de asistentes no puede ser mayor que el padrón."),
        counted, visiting.approved(counted, 1),
        visiting.returned(twelve, 3, {last: "No es el de la copia."}, "Revise el número de DNI de la última firma."),
        read_again, visiting.approved(read_again, 2),
        visiting.returned(twenty, 2, {"/g_todo/hay_anexos": "Falta la foto del acta firmada."},
                          "Agreguen el acta, por favor."),
        pictured, visiting.approved(pictured, 3),
        Act(nine.arrives + timedelta(days=2), FORM, nine.key, "corrected", "El padrón que se mostró dice 114. EJEMPLO.",
            (("/g_todo/g_asamblea_datos/padron", "114"),)),
        visiting.approved(nine, 3),
        visiting.doubted(lapsed, 4, "El mandato de quien firmó terminó antes de la firma. EJEMPLO."),
        Act(calendar.at(23, 2, 15), FORM, lapsed.key, "approved", "La nueva junta lo ratificó en asamblea. EJEMPLO.")]
