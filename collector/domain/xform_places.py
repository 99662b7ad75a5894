"""Places in a form: references as XForms write them -> paths of this house ('/grupo/nombre').

Must not know what stands at a place.
Next: xform.py and xform_body.py look fields up by these paths.
"""

import re

_predicate = re.compile(r"\[[^\[\]]*\]")
_step = re.compile(r"^@?(?:[\w.-]+:)?([\w.-]+)$")


def place(reference: str, root_name: str, context: str = "") -> str | None:
    """The path a reference means; None when it is no plain path.

    context: path of the group or repeat in which a relative reference stands.
    """
    text = reference.strip()
    while "[" in text:
        shorter = _predicate.sub("", text)
        if shorter == text:
            return None
        text = shorter
    steps = [step.strip() for step in text.split("/")]
    if text.startswith("/"):
        steps = steps[1:]
        if not steps or _bare(steps[0]) != root_name:
            return None
        return _walked([], steps[1:])
    return _walked([step for step in context.split("/") if step], steps)


def predicates(nodeset: str) -> tuple[str, str]:
    """A node-set expression apart: its path without predicates, and the predicates joined by 'and'."""
    path, found, depth, start, quote = [], [], 0, 0, ""
    for at, letter in enumerate(nodeset):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "[":
            depth += 1
            start = at + 1 if depth == 1 else start
            continue
        elif letter == "]":
            depth -= 1
            if depth == 0:
                found.append(nodeset[start:at].strip())
            continue
        if depth == 0:
            path.append(letter)
    joined = found[0] if len(found) == 1 else " and ".join(f"({one})" for one in found)
    return "".join(path).strip(), joined


def _bare(step: str) -> str:
    found = _step.match(step)
    return found[1] if found else ""


def _walked(path: list[str], steps: list[str]) -> str | None:
    for step in steps:
        if step in ("", "."):
            continue
        if step == "..":
            if not path:
                return None
            path.pop()
            continue
        name = _bare(step)
        if not name:
            return None
        path.append("@" + name if step.startswith("@") else name)
    return "".join("/" + one for one in path)
