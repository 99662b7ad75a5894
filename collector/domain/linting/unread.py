"""Room for expressions that no phone can read: what stands at the place where reading stopped, and what is meant by it.

It must not read expressions itself. `form` asks it with the parser's complaint.
"""

import re

from collector.domain.linting.scope import Scope
from collector.domain.xpath.errors import ParseError

# what other languages write -> advice
FOREIGN = (
    ("==", "Para comparar se escribe un solo =.", "To compare, write a single =."),
    ("&&", "En vez de && se escribe and.", "Instead of &&, write and."),
    ("||", "En vez de || se escribe or.", "Instead of ||, write or."),
    ("<>", "En vez de <> se escribe !=.", "Instead of <>, write !=."),
    ("=>", "Se escribe >=.", "Write >=."),
    ("=<", "Se escribe <=.", "Write <=."),
    ("!", "«No» se escribe not(...); «distinto», !=.", "'Not' is written not(...); 'different', !=."),
    ("%", "El resto de una división se escribe mod.", "The rest of a division is written mod."),
    (";", "Los argumentos se separan con comas.", "Arguments are separated by commas."),
)
WORDS = re.compile(r"\b(AND|OR|NOT|DIV|MOD|y|o|Y|O)\b")
SMALL = ("Los operadores se escriben en minúsculas y en inglés: and, or, div, mod.",
         "Operators are written in small letters: and, or, div, mod.")
LOOK = ("Revise ese lugar: falta o sobra un operador, una coma o unas comillas.",
        "Look there: an operator, a comma or a quote is missing or too many.")
PATH = re.compile(r"\s?(?:instance\([^)]*\)|\.\.|/)[\w./-]*/([\w.-]+)\s?")


def finding(fault: ParseError, scope: Scope) -> tuple[str, dict[str, str]]:
    """(code, fields of its sentence). near: the text from where reading stopped, with ${name} instead of paths."""
    text = fault.expression
    near = _authors(text[fault.offset:]).strip()[:40]
    before = text[max(0, fault.offset - 1):]
    spanish, english = next((advice for sign, *advice in FOREIGN
                             if before.startswith(sign) or text[fault.offset:].startswith(sign)), LOOK)
    if (spanish, english) == LOOK and WORDS.match(text[fault.offset:]):
        spanish, english = SMALL
    return "LINT_UNREADABLE", {"name": scope.path.rpartition("/")[2], "near": near or "…",
                               "hint_es": spanish, "hint_en": english}


def _authors(text: str) -> str:
    return PATH.sub(r"${\1}", text)
