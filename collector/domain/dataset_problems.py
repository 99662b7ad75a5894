"""Room for what may go wrong with entity lists and their properties: a part of the catalogue of problems.

It must not know tables. The Problem itself and all else stands in `problems`; `web/errors` tells both.
"""

from collector.domain.problems import Problem


def dataset_not_found(name: str) -> Problem:
    return Problem(404.7, f"No hay una lista de entidades «{name}» en este proyecto.",
                   f"There is no entity list {name!r} in this project.", {"datasetName": name})


def declaration_invalid(reason: str, reason_es: str) -> Problem:
    return Problem(400.25, f"La declaración de entidades del formulario no se puede usar: {reason_es}",
                   f"The entity definition within the form is invalid. {reason}", {"reason": reason})


def not_a_data_file(name: str) -> Problem:
    return Problem(400.26, f"«{name}» no es un archivo de datos: solo un .csv se puede tomar de una lista.",
                   "Dataset can only be linked to attachments with \"Data File\" type.")


def waiting_for_approval(count: int) -> Problem:
    return Problem(400.29, f"Hay {count} registros que esperan aprobación para crear fichas. Diga si se crean ahora "
                           "(convert=true) o no (convert=false).",
                   f"There are {count} pending submissions. Say whether they are converted (convert=true or false).",
                   {"count": count})


def dataset_other_capitals(current: str, provided: str) -> Problem:
    return Problem(409.16, f"Ya existe la lista «{current}», que solo difiere en las mayúsculas de «{provided}».",
                   f"A dataset named {current!r} exists and you provided {provided!r} with the same name but different "
                   "capitalization.", {"current": current, "provided": provided})


def properties_other_capitals(pairs: list[dict]) -> Problem:
    """pairs: [{"current", "provided"}]."""
    told = ", ".join(f"«{one['current']}» y «{one['provided']}»" for one in pairs)
    return Problem(409.17, f"Estas propiedades solo difieren en las mayúsculas: {told}.",
                   f"Properties with the same name but different capitalization: {told}.",
                   {"duplicateProperties": pairs, **pairs[0]})


def dataset_in_use() -> Problem:
    return Problem(409.21, "No se puede eliminar la lista: hay formularios que la leen o la escriben.",
                   "You can't delete this dataset because there are Form(s) dependent on it.")


def property_in_use(name: str, forms: list[dict], total: int, entities: list[dict]) -> Problem:
    """forms: [{"formName", "xmlFormId"}] that write it; entities: the first of the total that have a value in it."""
    held = {}
    if forms:
        held["dependentForms"] = {"message": "There are Form(s) writing to it", "details": {"forms": forms}}
    if total:
        held["nonEmptyEntities"] = {"message": f"There are Entity(ies) with a non-empty value for {name!r}",
                                    "details": {"totalCount": total, "entities": entities}}
    return Problem(409.22, f"No se puede quitar «{name}»: la escriben {len(forms)} formularios y {total} fichas "
                           "tienen un valor en ella.",
                   f"Prerequisites for deleting the property {name!r} are not met.", {"prerequisites": held})
