"""Room of the words of mandates: offices, grounds, states and reasons as people read them.

It must not know lists or days. Codes that programmes add of their own are shown as they are written.
"""

from flask_babel import gettext as _

from collector.domain.mandates import Mandate


def office(code: str) -> str:
    """What an office is called."""
    return {
        "jefe": _("Jefe o jefa (apu)"), "vicejefe": _("Vicejefe o vicejefa"),
        "secretario": _("Secretario o secretaria"), "tesorero": _("Tesorero o tesorera"), "fiscal": _("Fiscal"),
        "vocal": _("Vocal"), "presidente": _("Presidente o presidenta"),
        "vicepresidente": _("Vicepresidente o vicepresidenta"), "delegado": _("Delegado o delegada"),
        "otro": _("Otro cargo"), "": _("cargo sin dato")}.get(code) or _plain(code)


def basis(code: str) -> str:
    """What a mandate rests on."""
    return {
        "asiento": _("Asiento inscrito"), "titulo": _("Título presentado, sin inscribir"),
        "acta": _("Acta de asamblea"), "credencial": _("Credencial"), "resolucion": _("Resolución"),
        "vigencia": _("Certificado de vigencia"), "palabra": _("Sólo de palabra"),
        "": _("sin dato")}.get(code) or _plain(code)


def ended(code: str) -> str:
    """Why a mandate ended early."""
    return {
        "renuncia": _("Renunció"), "asamblea": _("La asamblea lo cambió"), "fallecimiento": _("Falleció"),
        "traslado": _("Se fue a vivir a otro lugar"), "fin": _("Terminó su periodo"),
        "otro": _("Otro motivo"), "": ""}.get(code, "") or (_plain(code) if code else "")


def state(code: str) -> tuple[str, str, str]:
    """(tone, icon, words) of a state of `domain/mandates.state_of`."""
    return {
        "vigente_asiento": ("approved", "check", _("Vigente, con asiento")),
        "vigente_acta": ("approved", "check", _("Vigente")),
        "por_vencer": ("issues", "clock", _("Por vencer")),
        "vencida": ("", "dot", _("Terminó")),
        "por_iniciar": ("note", "clock", _("Por iniciar")),
        "controversia": ("issues", "fork", _("En controversia")),
        "sin_informacion": ("note", "info", _("Falta información"))}[code]


def registration(code: str) -> str:
    """What is told of the registration of a community."""
    return {"inscrita": _("Inscrita"), "no_inscrita": _("No inscrita"), "en_tramite": _("Inscripción en trámite"),
            "no_sabe": _("No se sabe si está inscrita"), "": ""}.get(code, "") or (_plain(code) if code else "")


def board(name: str) -> str:
    """What a board is called."""
    return name if name and name.casefold() not in ("unica", "única") else _("junta única")


def person(one: Mandate) -> str:
    """The person of a mandate."""
    return one.person or _("sin nombre")


def _plain(code: str) -> str:
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
