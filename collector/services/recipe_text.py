"""Recipes as text: a YAML file that people download, review, change and upload, and a script for their own machines.

It must not keep anything: what was read goes to `services/recipes`. Every value in the file is text as it stands there,
so that codes such as 007 and answers such as «no» mean what they look like.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collector.domain import data_problems, problems
from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe
from collector.domain.cleaning.sentences import Name, names_in, says
from collector.services import cleaning, extracting, recipes
from collector.services.unit import UnitOfWork

LARGEST = 4_000_000  # bytes
DEEPEST = 12
UNREADABLE = data_problems.unreadable_recipe(1, "", "").code
_KEYS = ("recipe", "version", "note", "steps")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_PLAIN_TAGS = ("bool", "int", "float", "null", "timestamp", "str", "seq", "map", "merge", "value")


@dataclass(frozen=True, slots=True)
class Text:
    """A recipe as it was read from a file. made_from: the version that the file was made from; steps: plain."""

    name: str
    note: str | None
    made_from: int | None
    steps: list[dict]


def yaml_text(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, version: int | None = None) -> str:
    """The recipe as a YAML file; reading it gives the very same recipe. Raises 404.1, 403.1."""
    kept = recipes.find_recipe(unit, project_id, xml_form_id, number, version)
    tables = recipes.list_tables(unit, project_id, xml_form_id)
    return written(kept.row.name, kept.version.number, kept.version.note, kept.recipe, xml_form_id, names_in(tables))


def python_script(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, version: int | None = None) -> str:
    """The recipe as a script that turns the raw csv.zip into the clean one. Raises 404.1, 403.1, 501.1, 503.1."""
    from collector.domain.cleaning import script
    kept = recipes.find_recipe(unit, project_id, xml_form_id, number, version)
    extract = extracting.open_extract(unit, project_id, xml_form_id)
    return script.python_script(kept.recipe, extract.tables, cleaning.circumstances(unit, extract, kept.recipe),
                                xml_form_id, f"{kept.row.name} ({kept.version.number})", moved=extract.moved)


def written(name: str, version: int, note: str | None, recipe: Recipe, xml_form_id: str, named: Name) -> str:
    """A recipe as a YAML file, with a sentence before each step. named: what people call a column."""
    lines = [f"# Receta de limpieza del formulario «{_one_line(xml_form_id)}».",
             "# Los pasos se aplican en orden; los datos recibidos no cambian. Con on: false un paso queda apagado.",
             "# Se puede editar y volver a cargar. Las líneas que empiezan con # son comentarios y no se guardan.", ""]
    lines.append(_dumped({"recipe": name, "version": version, **({"note": note} if note else {})}))
    if not recipe.steps:
        lines.append("steps: []\n")
    else:
        lines.append("steps:")
    for place, (step, plain) in enumerate(zip(recipe.steps, as_plain(recipe)["steps"], strict=True), 1):
        lines.append(f"# {place}. {_one_line(says(step.settings, named)[0])}")
        lines.append(_dumped([plain]))
    return "\n".join(lines)


def read_yaml(data: bytes | str) -> Text:
    """The recipe that stands in a YAML file, its steps checked.

    Raises 400.1 (no YAML, with line), 400.8, 400.11, 400.13 (with the line of the step in details).
    """
    try:
        return _text(_decoded(data))
    except problems.Problem as problem:
        if problem.code == UNREADABLE:
            problem.details["rawLength"] = len(data)
        raise


def _text(text: str) -> Text:
    root, lines = _read(text)
    if not isinstance(root, Mapping):
        raise _bad(1, "el archivo debe empezar con «recipe:» y «steps:»",
                   "the file must begin with “recipe:” and “steps:”")
    for key in root:
        if key not in _KEYS:
            raise _bad(lines.get((key,), 1), f"no se conoce «{_short(key)}»; use {', '.join(_KEYS)}",
                       f"{_short(key)!r} is not known; use {', '.join(_KEYS)}")
    steps = root.get("steps")
    try:
        read_recipe({"steps": [] if steps is None and "steps" in root else steps})
    except problems.Problem as problem:
        raise _at_line(problem, lines) from problem
    for key in ("recipe", "note", "version"):
        if not isinstance(root.get(key, ""), str | None):
            raise _bad(lines.get((key,), 1), f"«{key}» debe ser un texto", f"{key!r} must be a text")
    version = root.get("version") or ""
    if version and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise _bad(lines.get(("version",), 1), "la versión debe ser un número", "the version must be a number")
    return Text(root.get("recipe") or "", root.get("note"), int(version) if version else None, list(steps or ()))


def _decoded(data: bytes | str) -> str:
    if len(data) > LARGEST:
        raise problems.too_long("yaml")
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[:fault.start].count(b"\n") + 1
        raise _bad(line, "el archivo no está en UTF-8; guárdelo como UTF-8",
                   "the file is not in UTF-8; save it as UTF-8") from None


def _read(text: str) -> tuple[object, dict[tuple, int]]:
    """(what stands in the file, {path of keys: line})."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for line, deep, is_alias in _events(yaml, loader, text):
            if is_alias:
                raise _bad(line, "no use anclas ni alias (& y *); escriba el paso completo",
                           "do not use anchors and aliases (& and *); write the step out")
            if deep > DEEPEST:
                raise _bad(line, "hay demasiados niveles", "there are too many levels")
        lines: dict[tuple, int] = {}
        node = yaml.compose(text, Loader=loader)
        return (None if node is None else _value(yaml, node, (), lines)), lines
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise _bad(mark.line + 1 if mark else 1, "revise sangrías, dos puntos y comillas de esa línea o la anterior",
                   f"look at indents, colons and quotes of that line or the one before ({fault.problem})") from None
    except yaml.YAMLError:
        raise _bad(1, "hay caracteres que un archivo de texto no puede tener",
                   "there are characters that a text file cannot have") from None


def _events(yaml, loader, text: str) -> Iterator[tuple[int, int, bool]]:
    """(line, depth, whether it is an alias) of all that stands in the file; nothing is built yet."""
    deep = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            deep += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            deep -= 1
        yield event.start_mark.line + 1, deep, isinstance(event, yaml.AliasEvent)


def _value(yaml, node, path: tuple, lines: dict[tuple, int]):
    """What a node says: texts as they stand; true, false and null where they stand bare."""
    line = node.start_mark.line + 1
    lines[path] = line
    if not any(node.tag == f"tag:yaml.org,2002:{one}" for one in _PLAIN_TAGS):
        raise _bad(line, f"quite «{_short(node.tag)}»", f"take {_short(node.tag)!r} out")
    if isinstance(node, yaml.ScalarNode):
        return _WORDS.get(node.value, node.value) if not node.style else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(yaml, one, (*path, place), lines) for place, one in enumerate(node.value, 1)]
    found = {}
    for key, one in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _bad(at, "a la izquierda de los dos puntos va un texto", "left of the colon stands a text")
        if key.value in found:
            raise _bad(at, f"«{_short(key.value)}» está dos veces; deje una",
                       f"{_short(key.value)!r} is there twice; leave one")
        found[key.value] = _value(yaml, one, (*path, key.value), lines)
        lines[(*path, key.value)] = at
    return found


def _dumped(value) -> str:
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
        def ignore_aliases(self, data):
            return True

    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)


def _at_line(problem: problems.Problem, lines: dict[tuple, int]) -> problems.Problem:
    """The same problem, saying the line of the step or of its field."""
    path = str(problem.details.get("field", "")).split(".")
    at = ("steps", *(int(one) if one.isdigit() else one for one in path[1:]))
    found = [at, (*at[:2], "settings", *at[2:]), at[:2], ("steps",)]
    line = next((lines[one] for one in found if one in lines), 1)
    problem.es, problem.en = f"Línea {line}: {problem.es}", f"Line {line}: {problem.en}"
    problem.details["line"] = line
    return problem


def _bad(line: int, es: str, en: str) -> problems.Problem:
    return data_problems.unreadable_recipe(line, es, en)


def _short(text: str) -> str:
    return text[:60]


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
