"""Words about exports: formats, what was asked for, how far one is, why one failed.

It must not know requests. Templates of `exports` print what is said here.
"""

from datetime import datetime

from flask_babel import get_locale, gettext

from collector.services.building import Job
from collector.services.orders import Order
from collector.web.pages import filter_words
from collector.web.pages.data_choice import state_choices
from collector.web.wording import day, lasting, number

NAMES = {"csv": "CSV", "xlsx": "XLSX", "stata": "Stata", "spss": "SPSS", "parquet": "Parquet", "geojson": "GeoJSON",
         "jsonl": "JSON lines"}


def formats() -> list[tuple[str, str, str]]:
    """(format, what it is called, what it is good for)."""
    return [("xlsx", "Excel (XLSX)", gettext("una hoja por grupo repetido y libro de códigos")),
            ("csv", "CSV", gettext("un archivo por tabla")),
            ("stata", "Stata (.dta)", gettext("con etiquetas de variable y valor")),
            ("spss", "SPSS (.sav)", gettext("con etiquetas de variable y valor")),
            ("parquet", "Parquet", gettext("para Python, R o DuckDB")),
            ("geojson", "GeoJSON", gettext("para mapas; sólo si hay puntos")),
            ("jsonl", "JSON lines", gettext("un registro por línea, para programas"))]


def title(order: Order, recipes: dict[int, str]) -> str:
    """'XLSX, CSV · receta «Mensual», versión 12'."""
    names = ", ".join(NAMES.get(one, one) for one in order.formats)
    if order.recipe_id is None:
        data = gettext("sin limpiar")
    elif order.recipe_id in recipes:
        data = gettext("receta «%(name)s», versión %(version)s", name=recipes[order.recipe_id],
                       version=order.recipe_version)
    else:
        data = gettext("con una receta borrada")
    return f"{names} · {data}"


def progress(job: Job, now: datetime) -> str:
    """'Escribiendo CSV: 746 de 1,204 filas · quedan 8 s'."""
    row = job.row
    if row.state == "waiting":
        return gettext("En espera: empieza cuando termine la anterior.")
    said = {"read": gettext("Leyendo"), "files": gettext("Empacando fotos y archivos"),
            "describe": gettext("Escribiendo el libro de códigos")}.get(row.phase) or (
        gettext("Escribiendo %(format)s", format=NAMES[row.phase]) if row.phase in NAMES else gettext("Empezando"))
    if row.total:
        said += ": " + gettext("%(done)s de %(total)s", done=number(row.done), total=number(row.total))
    seconds = (now - row.started_at).total_seconds() if row.started_at else 0
    if job.share >= .05 and seconds > 2:
        left = gettext("quedan unos %(time)s", time=lasting(max(1, round(seconds * (1 - job.share) / job.share))))
        said += f" · {left}"
    return said


def rows(job: Job) -> int:
    """The rows of the first file: of the root table, or of all sheets of a workbook."""
    counts = job.row.counts or {}
    first = [one.get("rows") for one in counts.values() if one.get("rows") is not None]
    return first[0] if first else 0


def fault(problem: dict | None) -> str:
    """Why it failed and what to do, in the language of the page."""
    if not problem:
        return ""
    return problem["en" if str(get_locale()).startswith("en") else "es"]


def asked(job: Job) -> list[tuple[str, str]]:
    """(what, value) of an order, in the page's words."""
    order, manner = job.order, job.order.manner
    states = order.filter.states
    by_state = state_choices()
    words = by_state[""] if not states else ", ".join(by_state.get(one, one) for one in states)
    if states and len(states) == 4 and "rejected" not in states:
        words = by_state["unrejected"]
    days = " – ".join(day(one) or "…" for one in (order.filter.since, order.filter.until))
    chosen = [said for on, said in (
        (manner.labels, gettext("Texto de las opciones en vez de códigos")),
        (manner.split, gettext("Selección múltiple en varias columnas")),
        (not manner.group_paths, gettext("Nombres de columna sin el grupo")),
        (order.files, gettext("Con fotos, firmas y archivos")),
        (manner.neutralise, gettext("Fórmulas protegidas")), (manner.bom, gettext("CSV con marca para Excel"))) if on]
    narrowed = filter_words.named(dict(order.filter.only))
    return [(gettext("Estados"), words), *([(gettext("Filtro"), " · ".join(narrowed))] if narrowed else []),
            *([(gettext("Fechas de llegada"), days)] if days != "… – …" else []),
            *([(gettext("Idioma de las etiquetas"), order.language)] if order.language else []),
            *([(gettext("Opciones"), " · ".join(chosen))] if chosen else []),
            *([(gettext("Para qué"), order.purpose)] if order.purpose else [])]
