"""Room for what may go wrong with entities: a part of the catalogue of problems, for forms, people and the API alike.

It must not know tables. The Problem itself and all else stands in `problems`; faults of lists in `dataset_problems`.
"""

from collector.domain.problems import Problem


def invalid_entity(reason: str, reason_es: str = "") -> Problem:
    return Problem(400.28, f"La ficha no se puede guardar: {reason_es or reason}", f"Invalid entity: {reason}",
                   {"reason": reason})


def unexpected_attributes(expected: list[str], actual: list[str]) -> Problem:
    return Problem(400.31, f"Se esperaba sólo: {', '.join(expected)}.",
                   f"Expected attributes: {', '.join(expected)}. Got: {', '.join(actual)}.",
                   {"expected": expected, "actual": actual})


def unknown_property(name: str) -> Problem:
    return invalid_entity(f"You specified the dataset property [{name}] which does not exist.",
                          f"el padrón no tiene la propiedad «{name}».")


def blank_label() -> Problem:
    return Problem(400.8, "La etiqueta de la ficha no puede quedar vacía.",
                   "Unexpected label value (empty string); Label cannot be blank.",
                   {"field": "label", "value": "(empty string)", "reason": "Label cannot be blank."})


def nothing_to_resolve(uuid: str) -> Problem:
    return Problem(400.32, "Esta ficha no tiene ningún choque por resolver.",
                   f"The entity with UUID ({uuid}) does not have any conflict to resolve.", {"uuid": uuid})


def entity_unknown(uuid: str, dataset: str) -> Problem:
    return Problem(404.8, f"La ficha {uuid} no está en el padrón «{dataset}».",
                   f"The entity with UUID ({uuid}) specified in the submission does not exist in the dataset "
                   f"({dataset}).", {"entityUuid": uuid, "datasetName": dataset})


def base_unknown(base: int, uuid: str, dataset: str, field: str = "baseVersion") -> Problem:
    return Problem(404.9, f"El cambio parte de la versión {base} de la ficha {uuid}, que no existe en el padrón "
                   f"«{dataset}».",
                   f"Base version ({field}={base}) does not exist for entity UUID ({uuid}) in dataset ({dataset}).",
                   {"baseVersion": base, "entityUuid": uuid, "datasetName": dataset})


def entity_deleted(uuid: str, dataset: str) -> Problem:
    return Problem(404.11, f"La ficha {uuid} del padrón «{dataset}» está eliminada.",
                   f"The entity with UUID ({uuid}) has been deleted from the dataset ({dataset}).",
                   {"entityUuid": uuid, "datasetName": dataset})


def uuids_taken(uuids: list[str]) -> Problem:
    shown = ", ".join(uuids[:20])
    return Problem(409.3, f"Ya hay fichas con estos identificadores: {shown}.",
                   f"A resource already exists with uuid value(s) of {shown}.", {"fields": ["uuid"], "values": uuids})


def uuids_deleted(uuids: list[str]) -> Problem:
    shown = ", ".join(uuids[:20])
    return Problem(409.19, f"Estos identificadores son de fichas eliminadas: {shown}.",
                   "The following UUID(s) cannot be used because they are associated with deleted Entities: "
                   f"({shown}).",
                   {"entityUuids": uuids})


def version_differs(current: int, provided: int | None) -> Problem:
    return Problem(409.15, f"La ficha ya va por la versión {current}. Vea qué cambió y decida de nuevo.",
                   f"Current version of the Entity is '{current}' and you provided '{provided}'. Please correct the "
                   "version or pass '?force=true' to forcefully update the Entity.",
                   {"current": current, "provided": provided})
