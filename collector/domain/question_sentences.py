"""Room for what is said to a form author about one row: a question, a choice, an entity list, a reference.

It must not import pyxform; codes that end in three digits are those of its `ErrorCode`, the others ours.
`form_complaints` joins these sentences with those of `form_sentences`.
"""

PARAMETERS = ("Escriba clave=valor, separados por espacios.", "Write key=value, separated by blanks.")
RANGE = ("Revise start, end y step en la columna parameters.", "Check start, end and step in the column parameters.")
ONE_SCOPE = (
    "Copie el valor con un calculate dentro de la misma repetición y use ese calculate.",
    "Copy the value with a calculate inside the same repeat and use that calculate.")
PLAIN_NAME = (
    "Use letras sin tilde, números y guion bajo; empiece con una letra.",
    "Use letters without accents, digits and underscores; begin with a letter.")

# code: (Spanish, English, advice in Spanish, advice in English)
SENTENCES = {
    "NO_TYPE": (
        "La fila no dice de qué tipo es la pregunta.", "The row does not say what type the question has.",
        "Llene la columna type.", "Fill in the column type."),
    "NO_NAME": (
        "La pregunta o el grupo no tiene nombre.", "The question or group has no name.",
        "Llene la columna name.", "Fill in the column name."),
    "TYPE_UNKNOWN": (
        "El tipo «{type}» no existe.", "The type {type!r} does not exist.",
        "Revise cómo está escrito: text, integer, date, geopoint, image, select_one lista…",
        "Check its spelling: text, integer, date, geopoint, image, select_one list…"),
    "ROW_SKIPPED": (
        "La fila no tiene type, name ni label, y no se usará.",
        "The row has no type, name or label and will not be used.", "Complétela o bórrela.", "Complete or delete it."),
    "DISABLED": (
        "La columna disabled ya no es parte de XLSForm.", "The column disabled is no longer part of XLSForm.",
        "Use relevant.", "Use relevant."),
    "DEVICE_ID": (
        "Los teléfonos de hoy ya no dan «{type}».", "Phones of today no longer give {type!r}.",
        "Use deviceid.", "Use deviceid."),
    "NO_CALCULATION": (
        "El calculate no tiene cálculo.", "The calculate has no calculation.",
        "Llene la columna calculation.", "Fill in the column calculation."),
    "REPEAT_LABEL": (
        "La repetición no tiene texto (label).", "The repeat has no label.",
        "Escríbalo: es lo que lee quien agrega una más.", "Write it: it is what people read when they add one more."),
    "LIST_UNKNOWN": (
        "La lista «{list}» no está en la hoja choices.", "The list {list!r} is not in the sheet choices.",
        "Revise cómo está escrita en las dos hojas.", "Check its spelling in both sheets."),
    "LIST_MISSING": (
        "Falta la lista de esta pregunta o repetición.", "The list of this question or repeat is missing.",
        "Escriba el nombre de la lista después del tipo.", "Write the name of the list after the type."),
    "LIST_FILE": (
        "El archivo de «{list}» debe terminar en .csv, .geojson o .xml.",
        "The file of {list!r} must end in .csv, .geojson or .xml.",
        "Escriba, por ejemplo, select_one_from_file comunidades.csv.",
        "Write, for instance, select_one_from_file villages.csv."),
    "CHOICE_SPACE": (
        "La opción «{choice}» de la lista «{list}» tiene espacios en name.",
        "The choice {choice!r} of the list {list!r} has blanks in its name.",
        "Cámbielos por guion bajo; el texto va en label.", "Change them into underscores; the text goes into label."),
    "FILTER_OTHER": (
        "or_other no admite choice_filter.", "or_other does not go with choice_filter.",
        "Escriba la opción «otro» y su pregunta de texto.", "Write the choice 'other' and its text question."),
    "FILTER_TABLE": (
        "table-list no admite choice_filter.", "table-list does not go with choice_filter.",
        "Quite uno de los dos.", "Remove one of them."),
    "FILTER_EXTERNAL": (
        "select_one_external es solo para listas con choice_filter.",
        "select_one_external is only meant for lists with a choice_filter.",
        "Use select_one o select_one_from_file.", "Use select_one or select_one_from_file."),
    "TABLE_LISTS": (
        "En una tabla, todas las preguntas deben usar la misma lista.",
        "All questions of a table-list must use the same list.",
        "Ponga la otra lista en otro grupo.", "Put the other list into another group."),
    "SEARCH": (
        "search() no se puede usar en esta pregunta como está.", "search() cannot be used in this question as it is.",
        "Use select_one_from_file con choice_filter.", "Use select_one_from_file with choice_filter."),
    "AUDIT_NAME": (
        "La fila audit debe llamarse audit.", "The row audit must be named audit.",
        "Borre lo que hay en name.", "Clear its name."),
    "PARAMETER": (
        "Un parámetro de esta pregunta no sirve.", "A parameter of this question is not usable.", *PARAMETERS),
    "PHOTO_SIZE": (
        "La foto no tiene tamaño máximo: los envíos serán lentos.",
        "The photo has no maximum size: sending will be slow.",
        "Escriba max-pixels=1024 en la columna parameters.", "Write max-pixels=1024 in the column parameters."),
    "PHOTO_APP": (
        "El nombre de la aplicación de la foto no sirve.", "The name of the app for the photo is not usable.",
        "Escríbalo como com.ejemplo.app.", "Write it like com.example.app."),
    "DATE_CELL": (
        "La celda tiene una fecha que no se entiende.", "The cell has a date that is not understood.",
        "Escríbala como texto: 2026-11-22.", "Write it as text: 2026-11-22."),
    "GEOPOINT_TRIGGER": (
        "background-geopoint necesita trigger y no admite calculation.",
        "background-geopoint needs a trigger and takes no calculation.",
        "Ponga en trigger la pregunta que lo dispara.", "Put the question that sets it off into trigger."),
    "TRIGGER_HIDDEN": (
        "«{name}» no se ve en pantalla y no puede disparar el cálculo de otra pregunta.",
        "{name!r} is not shown on screen and cannot trigger another question's calculation.",
        "Use como trigger una pregunta visible.", "Use a visible question as trigger."),
    "INSTANCE_TWICE": (
        "Dos listas o archivos distintos tienen el mismo nombre ({name}).",
        "Two different lists or files have the same name ({name}).",
        "Cambie el nombre de uno.", "Rename one of them."),
    "NO_LABEL": (
        "La pregunta «{name}» no tiene texto (label).", "The question {name!r} has no label.",
        "Llene la columna label.", "Fill in its label."),
    "BIG_IMAGE": (
        "La pregunta «{name}» tiene big-image y no image.", "The question {name!r} has big-image without image.",
        "Llene también la columna image.", "Fill in the column image too."),
    "MEDIA_TYPE": (
        "El tipo de medio «{type}» no existe.", "The media type {type!r} does not exist.",
        "Use image, audio, video o big-image.", "Use image, audio, video or big-image."),
    "LABEL_001": (
        "La opción no tiene texto (label).", "The choice has no label.",
        "Llene la columna label.", "Fill in its label."),
    "NAMES_001": (
        "El nombre «{value}» ya está usado en el mismo grupo.",
        "The name {value!r} is used already in the same group.",
        "Cambie uno de los dos.", "Change one of them."),
    "NAMES_002": (
        "El nombre «{value}» solo difiere de otro en mayúsculas.",
        "The name {value!r} differs from another only in capitals.",
        "Cámbielo para no confundir las columnas.", "Change it, lest columns be mixed up."),
    "NAMES_003": (
        "La repetición «{value}» se llama igual que el formulario.",
        "The repeat {value!r} has the name of the form itself.", "Cambie su nombre.", "Change its name."),
    "NAMES_004": (
        "Ya hay otra repetición llamada «{value}».", "There is another repeat named {value!r}.",
        "Cambie el nombre de una.", "Rename one of them."),
    "NAMES_005": (
        "El nombre meta está reservado.", "The name meta is reserved.", "Use otro nombre.", "Use another name."),
    "NAMES_006": (
        "La opción no tiene nombre.", "The choice has no name.", "Llene la columna name.", "Fill in its name."),
    "NAMES_007": (
        "El nombre de esta opción ya está en la misma lista.",
        "The name of this choice is in the same list already.",
        "Cambie uno de los dos.", "Change one of them."),
    "NAMES_008": (
        "El nombre tiene espacios o signos que no se pueden usar.",
        "The name has blanks or signs that cannot be used.", *PLAIN_NAME),
    "NAMES_009": (
        "El nombre «{name}» tiene espacios o signos que no se pueden usar.",
        "The name {name!r} has blanks or signs that cannot be used.", *PLAIN_NAME),
    "NAMES_010": (
        "El nombre empieza con dos guiones bajos.", "The name begins with two underscores.",
        "Quite uno.", "Remove one."),
    "NAMES_011": (
        "El nombre tiene un punto.", "The name has a period.", "Use guion bajo.", "Use an underscore."),
    "NAMES_012": (
        "Una propiedad no puede llamarse name ni label.", "A property cannot be named name or label.",
        "Use otro nombre.", "Use another name."),
    "NAMES_014": (
        "La lista de entidades está dos veces.", "The entity list stands twice.",
        "Deje una sola fila por lista.", "Keep one row per list."),
    "NAMES_015": (
        "La lista de entidades no tiene nombre.", "The entity list has no name.",
        "Llene list_name.", "Fill in list_name."),
    "PYREF_001": (
        "Una referencia está mal escrita.", "A reference is badly written.",
        "Se escribe ${{nombre}}, sin espacios.", "It is written ${{name}}, without blanks."),
    "PYREF_002": (
        "Faltan comas entre las referencias.", "Commas are missing between the references.",
        "Sepárelas con comas.", "Separate them with commas."),
    "PYREF_003": (
        "No hay ninguna pregunta llamada «{q}».", "There is no question named {q!r}.",
        "Revise cómo está escrita dentro de ${{ }}.", "Check its spelling inside ${{ }}."),
    "PYREF_004": (
        "Hay más de una pregunta llamada «{q}».", "There is more than one question named {q!r}.",
        "Cambie el nombre de las demás.", "Rename the others."),
    "RANGE_001": ("«{name}» debe ser un número.", "{name!r} must be a number.", *RANGE),
    "RANGE_002": ("«{name}» no puede ser cero.", "{name!r} must not be zero.", *RANGE),
    "RANGE_003": ("«{name}» es mayor que el rango.", "{name!r} is larger than the range.", *RANGE),
    "RANGE_004": ("«{name}» debe ser múltiplo de step.", "{name!r} must be a multiple of step.", *RANGE),
    "RANGE_005": ("«{name}» queda fuera del rango.", "{name!r} lies outside the range.", *RANGE),
    "RANGE": (
        "Las marcas del rango (tick_labelset, apariencia) no van con start, end y step.",
        "The ticks of the range (tick_labelset, appearance) do not fit start, end and step.", *RANGE),
    "SURVEY_001": (
        "Hay un end_{type} sin su begin_{type}.", "There is an end_{type} without its begin_{type}.",
        "Borre esta fila, o agregue la que abre. Los grupos no se cruzan.",
        "Delete this row, or add the one that opens. Groups do not cross."),
    "SURVEY_002": (
        "El begin_{type} «{name}» no se cierra.", "The begin_{type} {name!r} is never closed.",
        "Agregue un end_{type} donde termina.", "Add an end_{type} where it ends."),
    "SURVEY_003": ("«incremental» solo puede ser true.", "'incremental' may only be true.", *PARAMETERS),
    "SURVEY_004": ("Los parámetros no se entienden.", "The parameters are not understood.", *PARAMETERS),
    "SURVEY_005": (
        "Esta pregunta no admite el parámetro «{rejected}».",
        "This question does not take the parameter {rejected!r}.",
        "Admite: {accepted}.", "It takes: {accepted}."),
    "SURVEY_006": (
        "reference-geometry no nombra una lista ni una repetición.",
        "reference-geometry does not name a list or a repeat.", *PARAMETERS),
    "SURVEY_007": ("capture-accuracy debe ser un número.", "capture-accuracy must be a number.", *PARAMETERS),
    "SURVEY_008": ("warning-accuracy debe ser un número.", "warning-accuracy must be a number.", *PARAMETERS),
    "SURVEY_009": ("allow-mock-accuracy es true o false.", "allow-mock-accuracy is true or false.", *PARAMETERS),
    "ENTITY_001": (
        "save_to guarda en una lista de entidades, pero el libro no declara ninguna.",
        "save_to saves into an entity list, but the workbook declares none.",
        "Agregue la hoja entities, o borre save_to.", "Add the sheet entities, or clear save_to."),
    "ENTITY_002": (
        "La propiedad «{saveto}» ya se guarda en la fila {other_row}.",
        "The property {saveto!r} is saved in row {other_row} already.", "Deje una sola.", "Keep one of them."),
    "ENTITY_003": (
        "Un grupo o una repetición no se guarda como propiedad.", "A group or repeat cannot be saved as a property.",
        "Borre save_to de esta fila.", "Clear save_to in this row."),
    "ENTITY_004": (
        "La lista «{dataset}» no está en la hoja entities.", "The list {dataset!r} is not in the sheet entities.",
        "Revise cómo está escrita, o agréguela.", "Check its spelling, or add it."),
    "ENTITY_005": (
        "La lista «{dataset}» crea entidades y no tiene label.",
        "The list {dataset!r} creates entities without a label.",
        "Llene label en la hoja entities.", "Fill in label in the sheet entities."),
    "ENTITY_006": (
        "La lista «{dataset}» crea y actualiza, pero le falta update_if.",
        "The list {dataset!r} creates and updates, but has no update_if.",
        "Llene update_if, o borre entity_id.", "Fill in update_if, or clear entity_id."),
    "ENTITY_007": (
        "La lista «{dataset}» actualiza, pero le falta entity_id.",
        "The list {dataset!r} updates, but has no entity_id.", "Llene entity_id.", "Fill in entity_id."),
    "ENTITY_008": (
        "Hay varias listas y save_to no dice en cuál guarda.",
        "There are several lists, and save_to does not say into which.",
        "Escriba lista#propiedad; por ejemplo, comunidades#nombre.",
        "Write list#property; villages#name, for instance."),
    "ENTITY_009": (
        "Otra entidad (fila {other_row}) ya ocupa el lugar de esta: {scope}.",
        "Another entity (row {other_row}) holds the place of this one: {scope}.",
        "Cada formulario, grupo o repetición lleva una sola entidad.",
        "Each form, group or repeat carries one entity only."),
    "ENTITY_011": (
        "La lista «{dataset}» toma datos de lugares que no van juntos: {scope} y {other_scope}.",
        "The list {dataset!r} takes data from places that do not go together: {scope} and {other_scope}.", *ONE_SCOPE),
    "ENTITY_012": (
        "La lista «{dataset}» toma datos de lugares que no van juntos: {scope} y {other_scope}.",
        "The list {dataset!r} takes data from places that do not go together: {scope} and {other_scope}.", *ONE_SCOPE),
    "ENTITY_013": (
        "save_to tiene más de un signo #.", "save_to has more than one # sign.",
        "Escriba lista#propiedad.", "Write list#property."),
}
