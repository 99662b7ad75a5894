"""Room for what the lint says to a form author: per finding one sentence and one advice, twice.

It must not judge. `form_complaints` joins these sentences with those of the converter and fills in the fields.
"""

ONE = ("Escriba: {better}", "Write: {better}")
PLAIN = ("Use solo letras sin tilde, números y guion bajo: {better}",
         "Use only letters without accents, digits and underscores: {better}")

# code: (Spanish, English, advice in Spanish, advice in English)
SENTENCES = {
    # what no phone can read or run
    "LINT_UNREADABLE": (
        "La expresión de «{name}» no se entiende desde «{near}»: el formulario no abrirá en el teléfono.",
        "The expression of {name!r} cannot be read from {near!r} on: the form will not open on a phone.",
        "{hint_es}", "{hint_en}"),
    "LINT_NOT_ON_PHONE": (
        "Los teléfonos no saben evaluar «{part}».", "Phones cannot evaluate {part!r}.", "{hint_es}", "{hint_en}"),
    "LINT_ARGUMENTS": (
        "{function}() lleva {wanted_es} argumentos y aquí tiene {given}: falla en el teléfono.",
        "{function}() takes {wanted_en} arguments and here has {given}: it fails on phones.",
        "Revise las comas y los paréntesis.", "Check commas and brackets."),
    "LINT_NEEDS_PATH": (
        "«{whole}» falla en el teléfono: {function}() lleva una sola pregunta o repetición, sin cuentas dentro.",
        "{whole!r} fails on phones: {function}() takes one question or repeat, with no sums inside.",
        "Para sumar preguntas sueltas use +; para una cuenta por fila, agregue un calculate en la repetición.",
        "To add single questions use +; for a sum per row, add a calculate inside the repeat."),
    "LINT_CYCLE": (
        "Estos campos se esperan unos a otros: {circle}. El formulario no abrirá en el teléfono.",
        "These fields wait for each other: {circle}. The form will not open on a phone.",
        "Quite una de las referencias. La condición de un grupo no puede usar lo que está dentro de él.",
        "Take one of the references out. The condition of a group cannot use what is inside it."),
    "LINT_SELF": (
        "«{name}» se usa a sí mismo en su cálculo o condición. El formulario no abrirá en el teléfono.",
        "{name!r} uses itself in its own calculation or condition. The form will not open on a phone.",
        "Solo constraint puede mirar la propia respuesta. Para conservar un valor use once(...).",
        "Only a constraint may look at its own answer. To keep a value use once(...)."),
    "LINT_REGEX_BAD": (
        "La expresión regular «{pattern}» no es válida ({reason}).",
        "The regular expression {pattern!r} is not valid ({reason}).",
        "Revise corchetes, paréntesis y repeticiones. Un signo literal lleva \\ delante.",
        "Check brackets and repetitions. A literal sign takes a \\ before it."),
    "LINT_REGEX_SLOW": (
        "La expresión regular «{pattern}» puede trabar el teléfono: repite algo que ya se repite.",
        "The regular expression {pattern!r} can hang a phone: it repeats what is repeated already.",
        "Deje una sola repetición: en vez de ([a-z]+)* escriba [a-z]*.",
        "Keep one repetition: instead of ([a-z]+)* write [a-z]*."),
    "LINT_DATE_SIGN": (
        "El formato «{format}» tiene signos que los teléfonos no conocen: {signs}.",
        "The format {format!r} has signs that phones do not know: {signs}.",
        "Sirven %Y %y %m %n %b %d %e %H %h %M %S %3 %a.", "These work: %Y %y %m %n %b %d %e %H %h %M %S %3 %a."),
    # comparisons
    "LINT_DATE_TEXT": (
        "«{whole}» nunca se cumple: una fecha entre comillas es texto.",
        "{whole!r} never holds: a date in quotes is text.", *ONE),
    "LINT_DATE_CALCULATED": (
        "«{whole}» nunca se cumple: el calculate {part} guarda su fecha como texto.",
        "{whole!r} never holds: the calculate {part} keeps its date as text.", *ONE),
    "LINT_DATE_FORM": (
        "Una fecha nunca es igual a «{word}».", "A date is never equal to {word!r}.",
        "Escriba la fecha como 'AAAA-MM-DD', por ejemplo '2026-11-22'.",
        "Write the date as 'YYYY-MM-DD', for instance '2026-11-22'."),
    "LINT_TIME_ORDER": (
        "«{whole}» compara solo el día, no la hora.", "{whole!r} compares only the day, not the time.", *ONE),
    "LINT_TEXT_ORDER": (
        "«{whole}» nunca se cumple: < y > solo comparan números y fechas, y «{word}» es texto.",
        "{whole!r} never holds: < and > only compare numbers and dates, and {word!r} is text.",
        "Compare con = o !=, o use un número.", "Compare with = or !=, or use a number."),
    "LINT_TEXT_NUMBER": (
        "«{whole}» compara como número lo que en «{name}» se escribe como texto: con letras nunca se cumple.",
        "{whole!r} compares as a number what is typed as text in {name!r}: with letters it never holds.",
        "Use el tipo integer o decimal, o la apariencia numbers.",
        "Use the type integer or decimal, or the appearance numbers."),
    "LINT_CHOICE_ORDER": (
        "«{whole}» nunca se cumple: las opciones de «{name}» no son números.",
        "{whole!r} never holds: the choices of {name!r} are no numbers.",
        "Compare con = y el name de la opción.", "Compare with = and the name of the choice."),
    "LINT_NEVER_EQUAL": (
        "«{whole}» {holds_es}: un número no es «{word}».", "{whole!r} {holds_en}: a number is not {word!r}.",
        "Compare con un número, o revise qué pregunta quería nombrar.",
        "Compare with a number, or check which question you meant."),
    "LINT_CHAIN": (
        "«{whole}» no compara tres valores: el primer resultado es sí o no.",
        "{whole!r} does not compare three values: the first result is yes or no.", *ONE),
    "LINT_BOOLEAN_TEXT": (
        "«{whole}» no hace lo que parece: para el teléfono, todo texto vale «sí».",
        "{whole!r} does not do what it seems: to a phone, any text means yes.", *ONE),
    "LINT_LONELY": (
        "En «{whole}», {part} está solo y siempre vale «sí».",
        "In {whole!r}, {part} stands alone and always means yes.", *ONE),
    "LINT_CHOICE_UNKNOWN": (
        "«{value}» no es una opción de «{name}»: esto {holds_es}.",
        "{value!r} is no choice of {name!r}: this {holds_en}.",
        "Las opciones son: {known}.", "The choices are: {known}."),
    "LINT_MULTIPLE_EQUAL": (
        "«{whole}» solo se cumple si se marca esa opción y ninguna otra: «{name}» admite varias.",
        "{whole!r} only holds when this choice and no other is ticked: {name!r} takes several.", *ONE),
    "LINT_SELECTED_NUMBER": (
        "«{whole}» falla en el teléfono: el name de una opción va entre comillas.",
        "{whole!r} fails on phones: the name of a choice stands in quotes.", *ONE),
    "LINT_LIST_TYPED": (
        "«{whole}» falla en el teléfono: {part} no es una pregunta de selección.",
        "{whole!r} fails on phones: {part} is not a select question.",
        "Compare con =, <, >.", "Compare with =, <, >."),
    # repeats
    "LINT_ONLY_OWN": (
        "Dentro de la repetición «{repeat}», «{whole}» solo ve la fila en que está: no cuenta ni suma las demás.",
        "Inside the repeat {repeat!r}, {whole!r} only sees the row it stands in: it does not count or add the others.",
        *ONE),
    "LINT_PREVIOUS": (
        "Dentro de un constraint, «{whole}» devuelve la misma respuesta que se está revisando, no la de otra fila.",
        "Inside a constraint, {whole!r} gives the very answer that is being checked, not that of another row.",
        "Ponga ese indexed-repeat en un calculate de la misma repetición y compare con él.",
        "Put this indexed-repeat into a calculate of the same repeat and compare with it."),
    "LINT_MANY": (
        "Fuera de la repetición «{repeat}», {part} tiene un valor por fila: con dos filas falla en el teléfono.",
        "Outside of the repeat {repeat!r}, {part} has one value per row: with two rows it fails on phones.",
        "Escriba {better}, o para una sola fila {one}.", "Write {better}, or for one row {one}."),
    "LINT_MANY_ROWS": (
        "«{part}» trae todas las filas de la lista «{list}»: con más de una falla en el teléfono.",
        "{part!r} gives all rows of the list {list!r}: with more than one it fails on phones.",
        "Agregue una condición: item[name = ${{pregunta}}].", "Add a condition: item[name = ${{question}}]."),
    "LINT_CONDITION": (
        "«{part}» no elige nada en el teléfono: entre corchetes va una condición.",
        "{part!r} chooses nothing on phones: a condition stands in square brackets.", *ONE),
    # references to nowhere
    "LINT_NOWHERE": (
        "El camino «{path}» no lleva a ningún campo: siempre está vacío.",
        "The path {path!r} leads to no field: it is always empty.",
        "Use la forma {near}.", "Use the form {near}."),
    "LINT_BARE_FIELD": (
        "«{name}» sin ${{ }} no es la pregunta: siempre está vacío.",
        "{name!r} without ${{ }} is not the question: it is always empty.",
        "Escriba: ${{{name}}}", "Write: ${{{name}}}"),
    "LINT_BARE_TEXT": (
        "«{name}» no es ningún campo: siempre está vacío.", "{name!r} is no field: it is always empty.",
        "Si es texto, escriba '{name}'. Si es una pregunta, ${{{near}}}.",
        "If it is text, write '{name}'. If it is a question, ${{{near}}}."),
    "LINT_LIST_NOWHERE": (
        "No hay ninguna lista «{list}»: falla en el teléfono.", "There is no list {list!r}: it fails on phones.",
        "El formulario tiene estas listas: {known}.", "The form has these lists: {known}."),
    "LINT_COLUMN_NOWHERE": (
        "La lista «{list}» no tiene la columna «{column}»: siempre está vacía.",
        "The list {list!r} has no column {column!r}: it is always empty.",
        "Sus columnas: {known}.", "Its columns: {known}."),
    "LINT_COLUMN_FIELD": (
        "La lista «{list}» no tiene la columna «{column}»; así escrita tampoco es la pregunta.",
        "The list {list!r} has no column {column!r}; written like this it is not the question either.",
        "Para la pregunta escriba ${{{column}}}. Columnas de la lista: {known}.",
        "For the question write ${{{column}}}. Columns of the list: {known}."),
    # blanks and time
    "LINT_EMPTY_LIMIT": (
        "Si «{name}» queda en blanco, ninguna respuesta cumple este constraint.",
        "If {name!r} is left blank, no answer meets this constraint.", *ONE),
    "LINT_EMPTY_SUM": (
        "Si queda en blanco alguno de estos, el cálculo queda vacío: {names}.",
        "If one of these is left blank, the calculation stays empty: {names}.",
        "Haga obligatoria la pregunta, o escriba {better}.", "Make the question required, or write {better}."),
    "LINT_NEVER_RUN": (
        "El {what} de «{name}» nunca se revisa: no es una pregunta.",
        "The {what} of {name!r} is never checked: it is no question.",
        "Póngalo en la pregunta de la que sale el valor.", "Put it on the question that the value comes from."),
    "LINT_CHANGING": (
        "{function}() en un calculate cambia cada vez que se abre el formulario, también al corregirlo después.",
        "{function}() in a calculate changes each time the form is opened, also when it is corrected later.",
        "Si debe quedar el primer valor, escriba {better}.", "If the first value is to stay, write {better}."),
    "LINT_DATE_PLUS": (
        "«{whole}» da un número de días desde 1970, no una fecha.",
        "{whole!r} gives a number of days since 1970, not a date.", *ONE),
    "LINT_MAX_NEGATIVE": (
        "En el teléfono, «{whole}» de valores negativos da un número casi cero.",
        "On phones, {whole!r} of negative values gives a number close to zero.", *ONE),
    # texts and names
    "LINT_TRANSLATION": (
        "Falta el texto en {language}; en {other} dice «{shown}».",
        "The text in {language} is missing; in {other} it says {shown!r}.",
        "Llene {column}.", "Fill in {column}."),
    "LINT_IDENTIFIER": (
        "«{name}» parece un dato de identificación ({kind}) y nada revisa lo que se escribe.",
        "{name!r} looks like an identifier ({kind}), and nothing checks what is typed.",
        "Escriba, por ejemplo, en constraint: {better}", "Write, for instance, in constraint: {better}"),
    "LINT_IDENTIFIER_NUMBER": (
        "«{name}» ({kind}) es un número: pierde los ceros del comienzo.",
        "{name!r} ({kind}) is a number: it loses leading zeros.",
        "Use el tipo text con la apariencia numbers, y en constraint: {better}",
        "Use the type text with the appearance numbers, and in constraint: {better}"),
    "LINT_NAME_LONG": (
        "El nombre «{name}» tiene {length} letras; Stata admite 32.",
        "The name {name!r} has {length} letters; Stata takes 32.", "Acórtelo.", "Shorten it."),
    "LINT_NAME_CUT": (
        "«{name}» y «{other}» quedan iguales cortados a 32 letras ({cut}): en Stata se confunden.",
        "{name!r} and {other!r} are the same when cut to 32 letters ({cut}): Stata mixes them up.",
        "Acorte uno de los dos.", "Shorten one of them."),
    "LINT_NAME_SIGNS": (
        "El nombre «{name}» tiene signos que Stata o SPSS no admiten.",
        "The name {name!r} has signs that Stata or SPSS do not take.", *PLAIN),
    "LINT_NAME_WORD": (
        "El nombre «{name}» está reservado en {program}.", "The name {name!r} is reserved in {program}.",
        "Use otro; por ejemplo, {better}.", "Use another; {better}, for instance."),
    "LINT_CHOICE_LONG": (
        "El name de la opción, «{name}», tiene {length} letras; Stata admite 32.",
        "The name of the choice, {name!r}, has {length} letters; Stata takes 32.",
        "Acórtelo; el texto va en label.", "Shorten it; the text goes into label."),
    "LINT_CHOICE_SIGNS": (
        "El name de la opción, «{name}», tiene signos que Stata o SPSS no admiten.",
        "The name of the choice, {name!r}, has signs that Stata or SPSS do not take.", *PLAIN),
    "LINT_CHOICE_DIGIT": (
        "El name de la opción, «{name}», empieza con un número y no es un número.",
        "The name of the choice, {name!r}, begins with a digit and is no number.",
        "Empiece con una letra ({better}), o use solo números.",
        "Begin with a letter ({better}), or use only digits."),
    "LINT_CHOICE_CASE": (
        "Las opciones «{name}» y «{other}» solo difieren en mayúsculas: SPSS no las distingue.",
        "The choices {name!r} and {other!r} differ only in capitals: SPSS does not tell them apart.",
        "Cambie una de las dos.", "Change one of them."),
    "LINT_COLUMN_CUT": (
        "La columna de esta opción, «{column}», y la de «{other}» quedan iguales cortadas a 32 letras ({cut}).",
        "The column of this choice, {column!r}, and that of {other!r} are the same when cut to 32 letters ({cut}).",
        "Acorte el name de la opción o de la pregunta.", "Shorten the name of the choice or of the question."),
    "LINT_MORE": (
        "Hay {count} avisos más como este («{message_es}»), en las filas {rows}.",
        "There are {count} more warnings like this ({message_en!r}), in rows {rows}.",
        "Mire también esas filas.", "Look at those rows too."),
}
