"""Room for findings in words: what is the matter with an answer and what to do, in Spanish and English.

It must not know forms: the form's own message comes with the finding and goes first.
Pages, answers to phones and the command line show these sentences.
"""

from collector.domain.checking.findings import Finding
from collector.domain.fields import UNTRANSLATED, Texts, readable

LONGEST = 80

_SENTENCES = {  # kind -> Spanish, English
    "constraint": ("La respuesta «{value}» no cumple la condición del formulario. Revísela y corríjala.",
                   "The answer «{value}» does not meet the form's condition. Check it and correct it."),
    "required": ("Falta una respuesta obligatoria. Complétela.", "A required answer is missing. Fill it in."),
    "relevant": ("Se respondió «{value}», pero según las demás respuestas esta pregunta no correspondía. "
                 "Revise cuál de ellas está mal.",
                 "«{value}» was answered, but by the other answers this question does not apply. "
                 "Check which of them is wrong."),
    "choice": ("«{value}» no está entre las opciones de esta pregunta. Elija una de la lista.",
               "«{value}» is not among the choices of this question. Pick one from the list."),
    "calculate": ("El registro trae «{value}», pero las respuestas dan «{computed}». Revise las respuestas de las que "
                  "sale este cálculo.",
                  "The submission says «{value}», but its answers give «{computed}». Check the answers that this "
                  "calculation is made from."),
    "type": ("«{value}» no es {thing}. Corrija la respuesta.", "«{value}» is not {thing}. Correct the answer."),
    "unknown": ("El formulario no tiene este campo. Quizá el registro se llenó con otra versión; revise cuál.",
                "The form does not have this field. It may have been filled in with another version; check which."),
    "repeat-count": ("Hay {value} y deberían ser {expected}. Revise el número o complete las que faltan.",
                     "There are {value} and there should be {expected}. Check the number or add what is missing."),
    "file": ("Falta el archivo «{value}». Pida que se envíe otra vez desde el teléfono.",
             "The file «{value}» is missing. Ask for it to be sent again from the phone."),
    "range": ("«{value}» no está en la escala, que va de {start} a {end} de {step} en {step}. Corrija la respuesta.",
              "«{value}» is not on the scale, which goes from {start} to {end} by {step}. Correct the answer."),
    "not-evaluated": ("El servidor no pudo comprobar la regla «{expression}». Revise la respuesta a mano.",
                      "The server could not evaluate the rule «{expression}». Check the answer by hand."),
    "lists": ("Lo que el formulario busca en «{expression}» lo comprobó el teléfono: la lista cambia con el tiempo.",
              "What the form looks up in «{expression}» was checked by the phone: the list changes with time."),
}
_THINGS = {  # type -> Spanish, English
    "int": ("un número entero", "a whole number"), "decimal": ("un número", "a number"),
    "date": ("una fecha", "a date"), "dateTime": ("una fecha con hora", "a date and time"),
    "time": ("una hora", "a time"), "geopoint": ("una ubicación", "a location"),
    "geotrace": ("una línea en el mapa", "a line on the map"), "geoshape": ("un área en el mapa", "an area on the map"),
}
_ANY_THING = ("del tipo que pide la pregunta", "of the type that the question asks for")
_EMPTY = ("(vacío)", "(empty)")


def sentence(finding: Finding, language: str) -> str:
    """The form's own message in that language, else in any; without one a sentence of ours, in Spanish for 'es'."""
    own = own_message(finding.messages, language)
    if own:
        return own
    place = 0 if language.lower().startswith("es") else 1
    kind = "lists" if finding.details.get("rule") == "lists" else finding.kind
    plain = _SENTENCES.get(kind, _SENTENCES["not-evaluated"])[place]
    facts = {name: _short(str(said)) or _EMPTY[place] for name, said in finding.details.items()}
    facts |= {"value": _short(finding.value) or _EMPTY[place],
              "thing": _THINGS.get(str(finding.details.get("type", "")), _ANY_THING)[place]}
    for name in ("computed", "expected", "expression", "start", "end", "step"):
        facts.setdefault(name, "?")
    return plain.format_map(facts)


def own_message(messages: Texts, language: str) -> str:
    """What the form itself says: in that language, else without a language, else in any; '' for nothing."""
    def fits(name: str) -> bool:
        return name == language or f"({language})" in name or name.split("-")[0].lower() == language.lower()

    wanted = [text for name, text in messages.items() if language and fits(name)]
    for text in (*wanted, messages.get("", ""), *messages.values()):
        if text and text != UNTRANSLATED:
            return readable(text)
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"
