"""Room for what may go wrong with questions in OData: filters, orders, selections not understood or not offered.

It must not know tables or addresses. The Problem itself stands in `problems`; `web/errors` tells it.
"""

from collector.domain.problems import Problem


def filter_unparseable(reason: str, reason_es: str = "") -> Problem:
    return Problem(400.18, f"El filtro OData no se entiende: {reason_es or reason}.",
                   f"The OData filter expression you provided could not be parsed: {reason}", {"reason": reason})


def property_unknown(property: str) -> Problem:
    return Problem(400.23, f"La tabla no tiene un campo «{property}».",
                   f"Could not find a property named '{property}'", {"property": property})


def property_unselectable(property: str) -> Problem:
    return Problem(400.24, f"No se puede elegir «{property}» con $select.",
                   f"The property '{property}' cannot be selected here.", {"property": property})


def token_gone() -> Problem:
    return Problem(400.34, "La fila por la que iba la lectura ya no está. Empiece de nuevo desde la primera página.",
                   "The record associated with the provided $skiptoken is gone. Start again from the first page.")


def token_invalid() -> Problem:
    return Problem(400.35, "El $skiptoken no sirve. Empiece de nuevo desde la primera página.",
                   "Invalid $skiptoken. Start again from the first page.")


def format_not_offered(allowed: list) -> Problem:
    offered = ", ".join(allowed)
    return Problem(406.1, f"No se ofrece en ese formato. Formatos posibles: {offered}.",
                   f"Requested format not acceptable; this resource allows: ({offered}).", {"allowed": allowed})


def expression_unsupported(type: str, at: int, text: str) -> Problem:
    return Problem(501.4, f"El filtro OData usa algo que aquí no se ofrece: «{text}».",
                   "The given OData filter expression uses features not supported by this server: "
                   f'{type} at {at} ("{text}")', {"at": at, "type": type, "text": text})


def field_unsupported(text: str, at: int | None = None) -> Problem:
    """501.5; at: where in the filter; None for an order."""
    place = "" if at is None else f" at {at}"
    return Problem(501.5, f"No se puede filtrar ni ordenar por «{text}».",
                   f"The given OData filter expression references fields not supported by this server: {text}{place}",
                   {"at": at, "text": text})


def expand_unsupported(text: str) -> Problem:
    return Problem(501.6, f"No se ofrece $expand={text}; use $expand=*.",
                   f"The $expand expression {text!r} is not supported by this server; use '*'.", {"text": text})


def select_with_expand() -> Problem:
    return Problem(501.11, "$select y $expand no van juntos. Use uno de los dos.",
                   "Using $expand=* with $select is not supported by this server. Use one of them.")
