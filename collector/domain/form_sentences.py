"""Room for what is said to a form author: per fault of an XLSForm one sentence and one advice, twice.

It must not import pyxform; codes that end in three digits are those of its `ErrorCode`, the others ours.
`form_complaints` finds the code and fills in the names.
"""

COPY = (
    "Copie las hojas survey, choices y settings a un libro nuevo y guárdelo como .xlsx.",
    "Copy the sheets survey, choices and settings into a new workbook and save it as .xlsx.")

# code: (Spanish, English, advice in Spanish, advice in English)
SENTENCES = {
    "UNKNOWN": (
        "El formulario no se pudo leer.", "The form could not be read.",
        "Revise lo último que cambió. Si no encuentra la causa, envíe este mensaje a quien administra el servidor.",
        "Check what you changed last. If you do not find the cause, send this message to your administrator."),
    "REMARK": (
        "El convertidor avisa: {said}", "The converter remarks: {said}",
        "Puede publicarlo si el aviso no importa.", "You may publish if the remark does not matter."),
    # the file
    "FILE_EMPTY": (
        "El archivo está vacío.", "The file is empty.", "Elija otra vez el archivo.", "Choose the file again."),
    "FILE_TOO_LARGE": (
        "El archivo pesa {size}; el límite es {limit}.", "The file has {size}; the limit is {limit}.",
        "Quite imágenes y hojas que no son del formulario. Las listas largas van en un archivo CSV aparte.",
        "Take out pictures and sheets that are not of the form. Long lists go into a CSV file of their own."),
    "FILE_PASSWORD": (
        "El libro tiene contraseña.", "The workbook has a password.",
        "Ábralo en Excel, quite la contraseña y guárdelo.", "Open it in Excel, remove the password and save it."),
    "FILE_DAMAGED": (
        "El libro está dañado o incompleto ({reason}).", "The workbook is damaged or incomplete ({reason}).",
        "Ábralo en Excel, guárdelo con otro nombre como .xlsx y súbalo otra vez.",
        "Open it in Excel, save it under another name as .xlsx and upload it again."),
    "FILE_OTHER": (
        "Esto no es un libro de Excel: es {what_es}.", "This is not an Excel workbook: it is {what_en}.",
        "Guárdelo como libro de Excel (.xlsx).", "Save it as an Excel workbook (.xlsx)."),
    "FILE_CSV": (
        "Esto es un CSV, no un libro de Excel.", "This is a CSV, not an Excel workbook.",
        "Guárdelo como libro de Excel (.xlsx), con las hojas survey, choices y settings.",
        "Save it as an Excel workbook (.xlsx), with the sheets survey, choices and settings."),
    "FILE_XML": (
        "Esto es un XML, no un libro de Excel.", "This is XML, not an Excel workbook.",
        "Si es un formulario ya convertido, súbalo con su nombre terminado en .xml.",
        "If it is a form already converted, upload it with a name that ends in .xml."),
    "FILE_UNKNOWN": (
        "No se reconoce el archivo como un libro de Excel.", "The file is not recognised as an Excel workbook.",
        "Suba un archivo .xlsx o .xls.", "Upload an .xlsx or .xls file."),
    "BOMB_PARTS": (
        "El libro tiene {count} partes por dentro o repite alguna; el límite es {limit}.",
        "The workbook has {count} parts inside or repeats one; the limit is {limit}.", *COPY),
    "BOMB_UNPACKED": (
        "El libro ocupa {size} al abrirse; el límite es {limit}.",
        "The workbook takes {size} when opened; the limit is {limit}.", *COPY),
    "BOMB_RATIO": (
        "Una parte del libro ({part}) está comprimida de forma anormal.",
        "One part of the workbook ({part}) is compressed abnormally.", *COPY),
    "BOMB_NESTED": (
        "El libro lleva otro archivo comprimido dentro ({part}).",
        "The workbook carries another compressed file inside ({part}).",
        "Quite los objetos incrustados y guárdelo otra vez.", "Remove embedded objects and save it again."),
    "BOMB_DTD": (
        "Una parte del libro ({part}) trae definiciones que no se aceptan.",
        "One part of the workbook ({part}) carries definitions that are not accepted.", *COPY),
    "BOMB_DEPTH": (
        "Una parte del libro ({part}) está anidada sin medida.",
        "One part of the workbook ({part}) is nested beyond measure.", *COPY),
    "BOMB_CELLS": (
        "El libro tiene más de {limit} celdas con datos.", "The workbook has more than {limit} filled cells.",
        "Ponga las listas largas en un archivo CSV y use select_one_from_file.",
        "Put long lists into a CSV file and use select_one_from_file."),
    "BOMB_STRINGS": (
        "El libro tiene más de {limit} textos distintos.", "The workbook has more than {limit} different texts.",
        "Ponga las listas largas en un archivo CSV y use select_one_from_file.",
        "Put long lists into a CSV file and use select_one_from_file."),
    "BOMB_DIMENSION": (
        "Una hoja dice tener celdas fuera de lo posible ({part}: {reference}).",
        "A sheet claims cells beyond what is possible ({part}: {reference}).", *COPY),
    # our own reading of the cells
    "CELL_CHARACTER": (
        "La celda tiene un carácter invisible que un formulario no puede llevar ({character}).",
        "The cell has an invisible character that a form cannot carry ({character}).",
        "Borre el texto y escríbalo de nuevo a mano.", "Delete the text and type it again by hand."),
    "EXPRESSION_QUOTES": (
        "A la expresión le falta cerrar una comilla {mark}.", "A quote {mark} of the expression is never closed.",
        "Cada comilla que abre debe cerrar. Use comillas rectas (').", "Close each quote. Use straight quotes (')."),
    "EXPRESSION_CURLY": (
        "La expresión usa comillas tipográficas ({mark}).", "The expression uses typographic quotes ({mark}).",
        "Cámbielas por comillas rectas (').", "Change them into straight quotes (')."),
    "EXPRESSION_BRACKETS": (
        "En la expresión, los paréntesis no cierran como abren («{mark}»).",
        "The brackets of the expression do not close as they open ({mark!r}).",
        "Cuente los ( y los ); los [ y los ].", "Count the ( and the ); the [ and the ]."),
    "FUNCTION_UNKNOWN": (
        "Los teléfonos no conocen la función «{name}()».", "Phones do not know the function {name}().",
        "Revise cómo está escrita. La más parecida: {near}.", "Check its spelling. The nearest one: {near}."),
    # sheets and headers
    "NO_SURVEY": (
        "Falta la hoja survey.{similar}", "The sheet survey is missing.{similar}",
        "Ponga las preguntas en una hoja llamada survey, en minúsculas.",
        "Put the questions into a sheet named survey, in lower case."),
    "NO_QUESTIONS": (
        "La hoja survey no tiene ninguna pregunta.", "The sheet survey has no question.",
        "Escriba las preguntas desde la fila 2.", "Write the questions from row 2 on."),
    "NO_CHOICES": (
        "Hay preguntas de selección y falta la hoja choices.", "There are selects, and the sheet choices is missing.",
        "Agregue la hoja choices con las columnas list_name, name y label.",
        "Add the sheet choices with the columns list_name, name and label."),
    "NO_EXTERNAL_CHOICES": (
        "Falta la hoja external_choices, o no tiene la lista «{list}».",
        "The sheet external_choices is missing, or does not have the list {list!r}.",
        "Agregue la lista, o use select_one_from_file con un CSV.",
        "Add the list, or use select_one_from_file with a CSV."),
    "HEADER_TWICE": (
        "La columna «{column}» está dos veces en una hoja.", "The column {column!r} stands twice in a sheet.",
        "Deje una sola.", "Keep one of them."),
    "HEADER_001": (
        "No se entiende la fila de encabezados.", "The header row is not understood.",
        "La primera fila debe tener los nombres de las columnas (type, name, label…).",
        "The first row must have the names of the columns (type, name, label…)."),
    "HEADER_002": (
        "Las columnas «{other}» y «{header}» son la misma con otro nombre.",
        "The columns {other!r} and {header!r} are the same under another name.", "Deje una sola.", "Keep one of them."),
    "HEADER_003": (
        "Falta una columna obligatoria: {missing}.", "A required column is missing: {missing}.",
        "Agréguela en la primera fila.", "Add it to the first row."),
    "HEADER_004": (
        "El encabezado «{column}» está vacío o tiene espacios; la columna no se usará.",
        "The header {column!r} is empty or has spaces; the column will not be used.",
        "Use guion bajo en vez de espacio.", "Use an underscore instead of a space."),
    "HEADER_005": (
        "La hoja entities tiene columnas que no se conocen: {columns}.",
        "The sheet entities has columns that are not known: {columns}.",
        "Revise cómo están escritas.", "Check their spelling."),
    "NAMES_013": (
        "No hay hoja «{sheet}», pero sí una de nombre parecido: {candidates}.",
        "There is no sheet {sheet!r}, but one with a similar name: {candidates}.",
        "Corrija el nombre. Si es otra cosa, póngale un guion bajo delante.",
        "Correct the name. If it is something else, put an underscore before it."),
    "BOTH_IDS": (
        "La hoja settings tiene form_id e id_string.", "The sheet settings has both form_id and id_string.",
        "Deje solo form_id.", "Keep only form_id."),
    "NO_ID": (
        "El formulario no tiene form_id.", "The form has no form_id.",
        "Escríbalo en la hoja settings.", "Write it in the sheet settings."),
    "INSTANCE_ID": (
        "No se puede omitir instanceID en un formulario cifrado.", "An encrypted form cannot omit its instanceID.",
        "Borre omit_instanceID de la hoja settings.", "Remove omit_instanceID from the sheet settings."),
    "LANGUAGE_CODE": (
        "Hay idiomas sin código: {languages}.", "There are languages without a code: {languages}.",
        "Escriba, por ejemplo, label::Español (es).", "Write label::English (en), for instance."),
    "LANGUAGE_MISSING": (
        "Al idioma «{language}» le falta la columna {column}.", "The language {language!r} lacks the column {column}.",
        "Agregue la columna, o quite el idioma de las demás.", "Add the column, or drop the language from the others."),
    "OTHER_TRANSLATION": (
        "or_other agrega textos sin traducir.", "or_other adds texts without translation.",
        "Mejor escriba la opción «otro» y su pregunta de texto.",
        "Better write the choice 'other' and its text question."),
}
