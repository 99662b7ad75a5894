"""Room of the example values of the description: one value for each name on the wire, put together for each schema.

It must not know shapes. The values are invented; nobody is in them.
"""

_MOMENT = "2026-05-27T14:03:21.000Z"
_INSTANCE = "uuid:85cb9aff-005e-4edd-9739-dc9c1a829c44"

VALUES = {
    "id": 7, "displayName": "Brigada 3", "name": "Hogares del Marañón", "email": "ana@example.org",
    "password": "una frase larga", "old": "una frase larga", "new": "otra frase larga", "type": "user",
    "token": "token-de-ejemplo", "csrf": "csrf-de-ejemplo", "system": "manager",
    "verbs": ["form.list", "form.read"], "projectId": 1, "xmlFormId": "hogares", "version": "2026052701",
    "hash": "51a93eab3a1974dbffc4c7913fa5a16a", "sha256": "3d1e…", "state": "open", "instanceId": _INSTANCE,
    "instanceName": "Hogar 14", "submitterId": 115, "deviceId": "collect:AbCd", "userAgent": "ODK Collect",
    "reviewState": "approved", "body": "Se revisó por teléfono.", "actorId": 7, "roleId": 5, "acteeId": "form:3",
    "action": "submission.create", "path": "/edad", "ref": "/integrantes[2]/edad", "value": "150",
    "message": "La edad pasa de 120.", "messageEs": "La edad pasa de 120.", "messageEn": "The age is above 120.",
    "code": 404.1, "details": {}, "severity": "error", "kind": "constraint", "key": "5b2c9e", "note": "Se confirmó.",
    "words": "Por favor revise la edad.", "reason": "slip", "url": "https://example.org/avisos",
    "events": ["submission.create"], "formId": "hogares", "language": "es", "timezone": "America/Lima",
    "description": "Encuesta de hogares", "archived": False, "due": "2026-06-15", "seen": "3.1", "move": "approve",
    "count": 12, "total": 120, "done": 12, "from": "/edad", "to": "/persona/edad", "steps": [], "size": 20480,
    "formats": ["csv", "xlsx"], "values": ["nieva"], "phones": [115], "field": "distrito", "refuse": ["constraint"],
    "outcome": "right", "submissions": {_INSTANCE: "3.1"}, "parameters": {"field": "/nombre"},
    "properties": {"distrito": "nieva"}, "order": {}, "parts": [], "days": 14, "label": "Edad", "place": "/edad",
    "publicLinks": 1, "variable": "/edad", "progress": 0.4, "keep": _INSTANCE, "filter": {"queue": "waiting"},
    "said": [], "written": [], "success": True, "states": ["approved"], "only": {"f/distrito": "nieva"},
    "since": "2026-05-01", "until": "2026-05-31", "excelContentType": None,
}
_PLAIN = {"integer": 1, "number": 1, "string": "texto", "boolean": True, "object": {}, "array": [], "null": None}


def of_schema(schema: dict, schemas: dict, deep: int = 0) -> dict:
    """An example of an object: the value of each name, or one of its kind."""
    return {name: _value(name, told, schemas, deep) for name, told in schema.get("properties", {}).items()}


def _value(name: str, told: dict, schemas: dict, deep: int):
    referred = _referred(told)
    if referred is not None:
        return of_schema(schemas[referred], schemas, deep + 1) if deep < 3 else {}
    if "const" in told:
        return told["const"]
    kinds = told.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if told.get("format") == "date-time":
        return _MOMENT
    if "enum" in told:
        return told["enum"][0]
    if kinds[:1] == ["array"] and _referred(told.get("items", {})):
        return [_value(name, told["items"], schemas, deep)] if deep < 2 else []
    if name in VALUES and (not kinds or _kind(VALUES[name]) in kinds):
        return VALUES[name]
    return _PLAIN[kinds[0]] if kinds else None


def _kind(value) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    return kinds.get(type(value), "null")


def _referred(told: dict) -> str | None:
    """The name of the schema that is referred to, also where null is an answer besides."""
    for one in (told, *told.get("allOf", ()), *told.get("anyOf", ())):
        if "$ref" in one:
            return one["$ref"].rpartition("/")[2]
    return None
