"""Room of what each type of cleaning step asks for on its page: its name, what it is for, and its inputs in order.

It must not read requests nor know recipes that are kept. `step_inputs` fills these inputs and reads them.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

TEXTS = ("string", "barcode")
VALUES = ("string", "barcode", "select1", "select", "rank", "int", "decimal", "boolean", "date", "time", "dateTime")
NUMBERS = ("string", "barcode", "int", "decimal", "select1")


@dataclass(frozen=True, slots=True)
class Ask:
    """One input of a step. name: of the setting; kind: how it is asked, see `recipes/_inputs.html`;
    choices: (value, words); types: of the columns it offers, () for all; facts: whether it offers what the server
    knows; may_miss: whether it may stay empty."""

    name: str
    kind: str
    label: object
    hint: object = ""
    choices: tuple = ()
    types: tuple[str, ...] = ()
    facts: bool = False
    default: object = None
    may_miss: bool = False


COLUMN = Ask("column", "column", _("Columna"), types=VALUES)
WHERE = Ask("where", "expression", _("Donde"), _("Una condición como las del formulario: ${edad} > 120"))
LABEL = Ask("label", "label", _("Etiqueta"), may_miss=True)
FOLDED = _("No distinguir mayúsculas, tildes ni espacios")
CLASSES = (("open", _("abierta")), ("internal", _("interna")), ("personal", _("personal")),
           ("sensitive", _("sensible")))
OTHERS = (("keep", _("Queda como está")), ("blank", _("Queda sin respuesta")))
TYPES_MADE = (("string", _("texto")), ("int", _("número entero")), ("decimal", _("número con decimales")),
              ("boolean", _("sí o no")), ("date", _("fecha")), ("time", _("hora")), ("dateTime", _("fecha y hora")),
              ("geopoint", _("punto")))
STATES = (("default", _("Todos menos los rechazados; cuando ya se aprueban registros, sólo los aprobados")),
          ("received", _("Recibidos")), ("edited", _("Editados")), ("hasIssues", _("Con observaciones")),
          ("approved", _("Aprobados")), ("rejected", _("Rechazados")))
INTO = Ask("into", "name", _("En una columna nueva llamada"), _("Si lo deja vacío, cambia la misma columna."),
           may_miss=True)

# group: its types, each with its name, what it is for and its inputs
GROUPS = (
    (_("Filas"), {
        "keep_states": (_("Dejar por estado de revisión"), _("Por ejemplo, sólo los registros aprobados."), (
            Ask("states", "ticks", _("Estados que quedan"), choices=STATES, default=["default"]),)),
        "filter_rows": (_("Dejar o quitar filas"), _("Por una condición: pruebas, otra provincia, menores de edad."), (
            Ask("table", "table", _("Filas de")),
            Ask("effect", "choice", _("Qué hacer"), choices=(
                ("keep", _("Dejar sólo las filas")), ("drop", _("Quitar las filas"))), default="keep"), WHERE)),
        "deduplicate": (_("Quitar repetidos"), _("Registros con los mismos datos: queda uno."), (
            Ask("columns", "columns", _("Son el mismo registro si coinciden"), types=VALUES),
            Ask("keep", "choice", _("Cuál queda"), choices=(
                ("first", _("El primero que llegó")), ("last", _("El último que llegó")),
                ("fullest", _("El que tiene más respuestas")), ("approved", _("El aprobado; si no hay, el primero"))),
                default="first"),
            Ask("folded", "flag", FOLDED, default=True),
            Ask("apart", "lines", _("No unir nunca estos registros"),
                _("El identificador de cada uno, en su línea. Así se separa lo que se unió por error."),
                may_miss=True)))}),
    (_("Textos"), {
        "trim": (_("Quitar espacios de más"), _("Al inicio, al final y repetidos."), (
            Ask("columns", "columns", _("Columnas"), _("Si no elige ninguna, todas las de texto."), types=TEXTS,
                default=["*"], may_miss=True),
            Ask("inner", "flag", _("También los repetidos entre palabras"), default=True))),
        "case": (_("Unificar mayúsculas y minúsculas"), _("«JUAN PÉREZ», «juan pérez» → «Juan Pérez»."), (
            Ask("columns", "columns", _("Columnas"), types=TEXTS),
            Ask("to", "choice", _("Quedan"), choices=(
                ("title", _("Como Nombre Propio")), ("sentence", _("Como una frase")), ("upper", _("EN MAYÚSCULAS")),
                ("lower", _("en minúsculas"))), default="title"))),
        "accents": (_("Unificar tildes"), _("La misma letra, escrita siempre igual."), (
            Ask("columns", "columns", _("Columnas"), types=TEXTS),
            Ask("how", "choice", _("Qué hacer"), choices=(
                ("nfc", _("Escribir igual la misma letra, con su tilde")),
                ("strip", _("Quitar las tildes (la ñ queda)"))), default="nfc")))}),
    (_("Valores"), {
        "recode": (_("Cambiar valores por otros"), _("Cada valor por el que corresponde."), (
            COLUMN, Ask("map", "recode", _("Valores")),
            Ask("others", "choice", _("Los demás valores"), choices=OTHERS, default="keep"))),
        "merge": (_("Unir categorías"), _("Varios valores pasan a ser uno."), (
            COLUMN, Ask("from", "merge", _("Valores que se unen")), Ask("to", "text", _("Queda como")), LABEL)),
        "map_table": (_("Cambiar por una tabla"), _("Una tabla CSV de dos columnas: valor anterior, valor nuevo."), (
            COLUMN, Ask("rows", "pairs", _("Tabla"), _("CSV de dos columnas: valor anterior, valor nuevo.")), INTO,
            Ask("missing", "choice", _("Si un valor no está en la tabla"), choices=OTHERS, default="keep"),
            Ask("folded", "flag", FOLDED, default=False))),
        "set_where": (_("Poner un valor donde se cumple algo"), _("Un valor fijo, o lo que dé una expresión."), (
            COLUMN, WHERE, Ask("value", "text", _("Valor"), may_miss=True),
            Ask("expression", "expression", _("O una expresión"), _("Por ejemplo ${inicio} + 1. Deje vacío el valor."),
                may_miss=True))),
        "blank_where": (_("Dejar sin respuesta donde se cumple algo"), _("Por ejemplo, fechas fuera de rango."), (
            COLUMN, WHERE)),
        "fix_cell": (_("Corregir una celda"), _("De un solo registro, con su porqué."), (
            Ask("record", "text", _("Registro"), _("Su identificador (instanceID).")),
            Ask("key", "text", _("Fila de la repetición"), _("Por ejemplo hijos[2]. Vacío si es del registro."),
                may_miss=True),
            COLUMN, Ask("value", "text", _("Valor correcto"), _("Vacío: sin respuesta."), may_miss=True)))}),
    (_("Leer lo escrito"), {
        "parse_number": (_("Leer números"), _("«1.204,50» → 1204.5"), (
            Ask("columns", "columns", _("Columnas"), types=NUMBERS),
            Ask("decimal", "choice", _("Los decimales van con"), choices=((".", _("punto")), (",", _("coma"))),
                default="."),
            Ask("thousands", "choice", _("Los miles van con"), choices=(
                ("", _("nada")), (",", _("coma")), (".", _("punto")), (" ", _("espacio")), ("'", _("apóstrofo"))),
                default=""),
            Ask("whole", "flag", _("Sólo números enteros"), default=False))),
        "parse_date": (_("Leer fechas"), _("«3/11/2026» → 2026-11-03"), (
            Ask("columns", "columns", _("Columnas"), types=TEXTS),
            Ask("formats", "lines", _("Formatos, en orden"),
                _("Uno por línea: %d día, %m mes en número, %B mes con letras, %Y año."),
                default=["%d/%m/%Y", "%Y-%m-%d"]))),
        "parse_point": (_("Leer coordenadas"), _("«12°03'S 77°02'W» → un punto."), (
            Ask("column", "column", _("Columna"), types=NUMBERS),
            Ask("other", "column", _("Columna del segundo número"), _("Sólo si están separados."), types=NUMBERS,
                may_miss=True),
            Ask("order", "choice", _("Orden"), choices=(
                ("lat_lon", _("latitud, longitud")), ("lon_lat", _("longitud, latitud"))), default="lat_lon"),
            Ask("format", "choice", _("Escritas en"), choices=(
                ("decimal", _("grados con decimales")), ("dms", _("grados, minutos y segundos"))), default="decimal"),
            INTO))}),
    (_("Columnas"), {
        "derive": (_("Crear una columna"), _("De lo que dé una expresión en cada fila."), (
            Ask("name", "name", _("Nombre"), _("Corto, sin espacios: edad_al_firmar.")), LABEL,
            Ask("table", "table", _("Una por cada fila de")),
            Ask("type", "choice", _("Tipo"), choices=TYPES_MADE, default="string"),
            Ask("expression", "expression", _("Expresión"), _("Como un calculate: ${fin} - ${inicio}")))),
        "rename": (_("Cambiar nombre o etiqueta"), _("El nombre anterior se conserva en el libro de códigos."), (
            Ask("column", "column", _("Columna")),
            Ask("to", "text", _("Nombre nuevo"), may_miss=True), LABEL)),
        "order": (_("Ordenar columnas"), _("Las que elija van primero."), (
            Ask("columns", "order", _("Columnas que van primero"), _("Una por línea, en su orden."), facts=True),)),
        "drop": (_("Quitar columnas"), _("No salen en los archivos."), (
            Ask("columns", "columns", _("Columnas"), facts=True),))}),
    (_("Privacidad"), {
        "classify": (_("Clasificar columnas"), _("Cuánto dicen de las personas."), (
            Ask("columns", "columns", _("Columnas"), facts=True),
            Ask("class", "choice", _("Son"), choices=CLASSES, default="personal"))),
        "protect": (_("Proteger datos personales"), _("Quitar, tapar, seudónimo, o menos exacto."), (
            Ask("class", "choice", _("Todas las columnas de clase"), choices=(
                ("", _("(elegir columnas)")), *CLASSES[1:]), default="personal"),
            Ask("columns", "columns", _("O estas columnas"), facts=True, may_miss=True),
            Ask("how", "choice", _("Cómo"), choices=(
                ("drop", _("Quitar la columna")), ("mask", _("Tapar con ***")),
                ("pseudonym", _("Seudónimo, el mismo en todo el proyecto")), ("month", _("Fecha: sólo el mes")),
                ("year", _("Fecha: sólo el año")), ("area", _("Punto: sólo la zona"))), default="pseudonym")))}),
)
TYPES = {type: about for _group, types in GROUPS for type, about in types.items()}
