"""Room for everything that may go wrong: one Problem class and the catalogue of functions that make it.

It must not know HTTP libraries, templates or the database; the wording lives here in Spanish and English.
`web/errors` turns a Problem into bytes, in the dialect of whoever asked.
"""


class Problem(Exception):
    """A fault that the caller can act on.

    code: ODK Central's code; its whole part is the HTTP status (contract: "Problem codes on the wire").
    details: keys are part of the contract; values must be JSON.
    """

    def __init__(self, code: float, es: str, en: str, details: dict | None = None):
        super().__init__(f"{code} {en}")
        self.code = code
        self.es = es
        self.en = en
        self.details = details or {}

    @property
    def status(self) -> int:
        """The HTTP status, which is the whole part of the code."""
        return int(self.code)

    def message(self, language: str) -> str:
        """The sentence for a person, in Spanish unless English is asked for."""
        return self.en if language.startswith("en") else self.es

    def set_aside(self) -> "Problem":
        """The same, saying besides that what was sent is in the parking lot."""
        return Problem(self.code, f"{self.es} El envío quedó apartado para su supervisor.",
                       f"{self.en} What was sent was set aside for review.", self.details)


# 400: what was sent cannot be used


def unparseable(format: str, raw_length: int, reason: str = "") -> Problem:
    es = f"Lo recibido no se pudo leer como {format}." + (f" Motivo: {reason}." if reason else "")
    en = f"What was received could not be read as {format}." + (f" Reason: {reason}." if reason else "")
    return Problem(400.1, es, en, {"format": format, "rawLength": raw_length})


def submission_unreadable(raw_length: int, es: str, en: str) -> Problem:
    return Problem(400.2, f"{es} Avise a su coordinación.", en,
                   {"field": "form ID xml attribute", "format": "xml", "rawLength": raw_length})


def missing_parameter(field: str) -> Problem:
    return Problem(400.2, f"Falta el dato «{field}».", f"Required parameter {field} missing.", {"field": field})


def missing_parameters(expected: list[str], got: list) -> Problem:
    names = ", ".join(expected)
    return Problem(400.3, f"Faltan datos. Se esperaban: {names}.",
                   f"Required parameters missing. Expected: {names}.", {"expected": expected, "got": got})


def unexpected_parameter(field: str) -> Problem:
    return Problem(400.4, f"No se esperaba «{field}».", f"Parameter {field} was not expected.", {"field": field})


def bad_header(field: str, value: str) -> Problem:
    return Problem(400.6, f"La cabecera {field} falta o no sirve: «{value}».",
                   f"The header {field} is missing or not usable: {value!r}.", {"field": field, "value": value})


def missing_multipart_field(field: str) -> Problem:
    return Problem(400.7, f"Al envío le falta la parte «{field}».",
                   f"Required multipart field {field} missing.", {"field": field})


def unexpected_value(field: str, value, reason: str, reason_es: str = "") -> Problem:
    return Problem(400.8, f"El valor de «{field}» no sirve: {reason_es or reason}.",
                   f"Unexpected {field} value {value!r}: {reason}.",
                   {"field": field, "value": value, "reason": reason})


def wrong_type(field: str, value, expected: str) -> Problem:
    return Problem(400.11, f"El dato «{field}» debe ser de tipo {expected}.",
                   f"Invalid input data type: expected {field} to be {expected}.",
                   {"field": field, "value": value, "expected": expected})


def too_long(field: str) -> Problem:
    return Problem(400.13, f"El valor de «{field}» es demasiado largo.", f"The value of {field} is too long.")


def xlsform_invalid(error: str, warnings: list, complaints: list | None = None, es: str = "",
                    en: str = "") -> Problem:
    """400.15; complaints: list of dicts with sheet, row, column, message_es, message_en, advice; es, en: the first."""
    details = {"error": error, "warnings": warnings, **({"complaints": complaints} if complaints is not None else {})}
    return Problem(400.15, f"El XLSForm tiene errores. {es or error}", f"The XLSForm is not valid. {en or error}",
                   details)


def form_has_warnings(warnings: dict, complaints: list | None = None) -> Problem:
    """400.16; warnings: {"xlsFormWarnings": [...], "workflowWarnings": [...]}; complaints: as for 400.15."""
    details = {"warnings": warnings, **({"complaints": complaints} if complaints else {})}
    return Problem(400.16,
                   "El formulario se puede leer, pero tiene advertencias. Revíselas o publíquelo de todos modos.",
                   "The form is valid, but has warnings. Review them or repeat with ignoreWarnings=true.", details)


def field_type_conflict(path: str, type: str) -> Problem:
    return Problem(400.17,
                   f"El campo {path} cambia de tipo: en versiones anteriores es «{type}». Déle otro nombre al campo.",
                   f"The field {path} changes its type: earlier versions have it as {type}. Give it another name.",
                   {"path": path, "type": type})


def edit_without_deprecated_id() -> Problem:
    return Problem(400.19, "La corrección no dice qué registro corrige.",
                   "The edit does not carry the right deprecatedID.")


def password_too_short() -> Problem:
    return Problem(400.21, "La contraseña debe tener al menos 10 caracteres.",
                   "The password must have at least 10 characters.")


def unstorable(value: str, type: str = "text") -> Problem:
    return Problem(400.22, "El texto contiene caracteres que no se pueden guardar (por ejemplo, U+0000).",
                   "The text contains characters that cannot be stored (U+0000, for example).",
                   {"value": value.encode("unicode_escape").decode("ascii")[:120], "type": type})


def form_without_meta() -> Problem:
    return Problem(400.27, "El formulario no tiene el grupo «meta».", "The form has no meta group.")


def too_large(limit: int) -> Problem:
    return Problem(400.36, f"El envío supera el límite de {limit // 1_000_000} MB. Avise a su coordinación.",
                   f"The request is larger than the limit of {limit // 1_000_000} MB.")


def encoding_unsupported() -> Problem:
    return Problem(400.37, "Lo enviado está comprimido de un modo que no se admite. Envíelo sin comprimir o con gzip.",
                   "The encoding of what was sent is not supported. Send it plain, or with gzip.")


def password_too_long() -> Problem:
    return Problem(400.38, "La contraseña puede tener hasta 72 bytes.", "The password may have at most 72 bytes.")


def multipart_unreadable(reason: str) -> Problem:
    return Problem(400.39, f"El envío llegó cortado o mal armado ({reason}). Vuelva a enviarlo.",
                   f"The multipart body does not parse ({reason}). Send it again.")


def page_expired() -> Problem:
    return Problem(400.46, "Esta página estuvo abierta demasiado tiempo. Cárguela otra vez y repita.",
                   "This page was open for too long. Load it again and repeat.")


# 401, 403: who and whether


def not_authenticated() -> Problem:
    return Problem(401.2, "No pudimos entrar con esos datos.", "Could not authenticate with the provided credentials.")


def too_many_tries(wait: int) -> Problem:
    """401.2 as ODK Central answers, with the seconds to wait."""
    minutes = max(1, round(wait / 60))
    return Problem(401.2, f"Demasiados intentos fallidos. Espere {minutes} minutos y vuelva a intentar.",
                   f"Too many failed tries. Wait {minutes} minutes and try again.", {"wait": wait})


def https_only() -> Problem:
    return Problem(401.3, "Esta forma de identificarse solo se acepta por https.",
                   "This authentication method is only available over HTTPS.")


def no_right() -> Problem:
    return Problem(403.1, "Su cuenta o teléfono no tiene permiso para hacer esto. Avise a su coordinación.",
                   "The authenticated actor does not have rights to perform that action.")


def bad_key() -> Problem:
    return Problem(403.1, "La clave de este teléfono ya no sirve. Pida a su coordinación un código QR nuevo.",
                   "This phone's key is not accepted. Ask your coordinator for a new QR code.")


# 404: not here


def not_found(what_es: str = "Lo que busca", what_en: str = "The resource") -> Problem:
    return Problem(404.1, f"{what_es} no existe o ya no está.", f"{what_en} could not be found.")


def form_not_found(form_id: str) -> Problem:
    return Problem(404.1, f"El formulario «{form_id}» no existe en este proyecto. Avise a su coordinación.",
                   f"The form {form_id} could not be found in this project.")


def api_version_unknown(got: str) -> Problem:
    return Problem(404.3, f"La versión {got} de la API no existe. Use /v1.",
                   f"There is no version {got} of the API. Use /v1.", {"got": got})


def draft_token_invalid() -> Problem:
    return Problem(404.4, "Este borrador ya no está disponible. Escanee otra vez el código QR del borrador.",
                   "This draft is no longer available. Scan the draft's QR code again.")


def deprecated_unknown(deprecated_id: str) -> Problem:
    return Problem(404.5, "La corrección es de un registro que el servidor no tiene. Envíe primero el original.",
                   f"The edited submission {deprecated_id} is not held here. Send the original first.",
                   {"deprecatedId": deprecated_id})


def form_version_unknown(version: str) -> Problem:
    return Problem(404.6, f"La versión «{version[:60]}» de este formulario no está en el servidor. "
                   "Avise a su coordinación.",
                   f"The form version {version[:60]!r} of this submission is not known here.", {"formVersion": version})


# 409: it does not go together with what is here


def other_xml_for_instance() -> Problem:
    return Problem(409.1, "Ya hay un registro con este identificador y otro contenido.",
                   "A submission with this instanceID but different XML exists already.")


def form_not_open() -> Problem:
    return Problem(409.2, "Este formulario ya no recibe registros.", "This form is not taking submissions.")


def not_unique(fields: list[str], values: list) -> Problem:
    return Problem(409.3, f"Ya existe: {', '.join(map(str, values))}.",
                   f"A resource with {fields} = {values} exists already.", {"fields": fields, "values": values})


def version_exists(form_id: str, version: str) -> Problem:
    return Problem(409.6,
                   f"La versión «{version}» de «{form_id}» ya se publicó, quizá en un formulario de la papelera. "
                   "Cambie la versión en la hoja settings.",
                   f"Version {version!r} of {form_id} was published already, perhaps of a form in the trash. "
                   "Change the version in the settings sheet.",
                   {"xmlFormId": form_id, "version": version})


def draft_needed() -> Problem:
    return Problem(409.7, "Un formulario sin versión publicada no puede quedarse sin borrador.",
                   "The draft of an unpublished form cannot be dropped.")


def edit_exists() -> Problem:
    return Problem(409.8, "Ya hay otro registro con el identificador de esta corrección.",
                   "The instanceID of this edit exists already.")


def deprecates_outdated(deprecated_id: str) -> Problem:
    return Problem(409.9, "Otra persona corrigió antes este registro.",
                   "This edits an outdated version of the submission.", {"deprecatedId": deprecated_id})


def edit_on_closed_form() -> Problem:
    return Problem(409.12, "Este formulario está cerrado y no recibe correcciones.",
                   "The form is closing or closed and takes no edits.")


def submission_deleted() -> Problem:
    return Problem(409.18, "Este registro fue eliminado en el servidor.", "This submission was deleted on the server.")


def breaks_rules(es: str, en: str, findings: list) -> Problem:
    """For a form that refuses what breaks its rules; es, en: the first of them; findings: dicts with ref and kind."""
    return Problem(409.91, f"No cumple las reglas del formulario. {es} Corríjalo en el teléfono y envíelo de nuevo.",
                   f"It does not meet the form's rules. {en} Correct it on the phone and send it again.",
                   {"findings": findings})


def changed_meanwhile() -> Problem:
    return Problem(409.3, "No se guardó: otra persona cambió esto antes. Revise lo que cambió y decida de nuevo.",
                   "Not saved: somebody else changed this first. See what changed and decide again.",
                   {"fields": ["version"], "values": []})


# 413: longer than any request may be


def body_too_large(limit: int) -> Problem:
    """For the whole of a request, told before it is read; 400.36 is for what is inside of it."""
    mega = limit // 1_000_000
    return Problem(413.1, f"El envío supera el límite de {mega} MB de este servidor. Avise a su coordinación.",
                   f"The request is larger than this server's limit of {mega} MB.")


# 5xx: never for what is in a submission


def internal(request_id: str = "") -> Problem:
    return Problem(500.1, "Algo falló de nuestro lado. Lo ya guardado está a salvo; intente de nuevo.",
                   "Something failed on our side. What was saved is safe; try again.", {"requestId": request_id})


def not_implemented(feature: str) -> Problem:
    return Problem(501.1, f"Todavía no se ofrece: {feature}.", f"Not supported: {feature}.", {"feature": feature})


def disk_full(seconds: int = 300) -> Problem:
    """503 with Retry-After; nothing of the request was kept."""
    return Problem(503.2, "El servidor se quedó sin espacio y no guardó nada de esto. "
                   "Avise a su coordinación e intente más tarde.",
                   "The server has run out of disk space and kept nothing of this. Try again later.",
                   {"retryAfter": seconds})


def busy(seconds: int = 30) -> Problem:
    """503 with Retry-After; nothing of the request was kept."""
    return Problem(503.1, "El servidor está muy ocupado. Intente de nuevo en un momento.",
                   "The server is very busy. Try again in a moment.", {"retryAfter": seconds})
