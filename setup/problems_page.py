"""The page of problems: docs/problems.md, made anew of the modules of collector/domain whose names end in problems.

Run it in the project's Python after a sentence changed: .venv/bin/python -m setup.problems_page
A test compares the page with the catalogue.
"""
import inspect
from collections import defaultdict
from importlib import import_module

from setup.stamps import ROOT

PAGE = ROOT / "docs" / "problems.md"
COMMAND = ".venv/bin/python -m setup.problems_page"
NUMBERS = {"at": 0, "limit": 1_000_000_000, "wait": 300, "seconds": 30, "raw_length": 0, "line": 3, "version": 4,
           "expected": 100, "found": 99, "tries": 3, "base": 1, "current": 2,
           "total": 3, "count": 2}
HEAD = f"""<!-- Página generada con «{COMMAND}»; no la edite a mano. -->

# Problems · Problemas

Everything that Collector refuses has a code and a sentence. The whole part of the code is the HTTP status.
Todo lo que Collector rechaza tiene un código y una frase. La parte entera del código es el estado HTTP.

- **API** (`/v1/…`): JSON `{{"message": …, "code": …, "details": …}}`. `code` is a number. Spanish with
  `Accept-Language: es`, else English.
- **Phones** (OpenRosa): XML with the sentence, in the language of the project. Collect shows it to the person.
- **Pages**: the sentence, in the language of the page.

Words between ‹ › are filled in. Numbers are examples. What a submission holds never causes a 5xx.
Las palabras entre ‹ › se completan en cada caso. Los números son ejemplos.

| code | in the source | Español | English | details |
|---|---|---|---|---|
"""


def every_problem() -> list[tuple]:
    """(name of the function, Problem it makes of the names of its own parameters), by code."""
    folder = ROOT / "collector" / "domain"
    rooms = [import_module(f"collector.domain.{one.stem}") for one in sorted(folder.glob("*problems.py"))]
    makers = [(name, made) for room in rooms
              for name, made in inspect.getmembers(room, inspect.isfunction)
              if made.__module__ == room.__name__ and not name.startswith("_")]
    return sorted(((name, made(**_examples(made))) for name, made in makers), key=_place)


def page() -> str:
    """The text that docs/problems.md must have."""
    return HEAD + "".join(_row(name, problem) for name, problem in every_problem())


def _place(made: tuple) -> tuple:
    whole, _, part = str(made[1].code).partition(".")
    return int(whole), int(part), made[0]


def _examples(maker) -> dict:
    return {name: _example(name, one.annotation) for name, one in inspect.signature(maker).parameters.items()}


def _example(name: str, annotation):
    if annotation is int:
        return NUMBERS[name]
    listed = str(annotation)
    if "list[dict" in listed:
        return [defaultdict(lambda: "…")]
    if "list" in listed:
        return [f"‹{name}›"]
    return {} if "dict" in listed else f"‹{name}›"


def _row(name: str, problem) -> str:
    keys = ", ".join(f"`{key}`" for key in problem.details) or "-"
    cells = (f"{problem.code}", f"`{name}`", _cell(problem.es), _cell(problem.en), keys)
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
