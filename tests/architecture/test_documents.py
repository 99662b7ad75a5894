"""A documented thing is true: settings, problems, links, commands, files, addresses and the words of the pages."""

import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
import pytest

from collector.cli import folder
from collector.cli.main import collector
from collector.services import pictures
from collector.settings import Settings, variable
from setup import problems_page
from tests.architecture import documents
from tests.architecture.documents import DOCUMENTS, bold, commands, links, spans, text_of
from tests.architecture.source import ROOT

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
# What docs/architecture.md writes for a function or class: its module, a point, its name.
FUNCTION = re.compile(r"((?:domain|store|services|web|cli)/[\w/]+)\.(?!py$)(\w+)")
# Variables that are no settings: read by a command's own option, or by the tests alone.
OTHER_VARIABLES = {"COLLECTOR_NEW_PASSWORD", "COLLECTOR_PULL_PASSWORD", "COLLECTOR_TEST_CHROMIUM",
                   "COLLECTOR_TEST_JAVA_HOME", "COLLECTOR_TEST_SCREENS", "COLLECTOR_TEST_SOFFICE"}


def test_every_setting_stands_in_the_readme_with_its_default():
    rows = {cells[1].strip(" `"): cells for line in text_of("README.md").splitlines()
            if (cells := line.split("|")) and line.startswith("| `COLLECTOR_")}
    told = {name: cells[2].strip(" `") for name, cells in rows.items()}
    assert told == {variable(item.name): _shown(item.default) for item in fields(Settings)}


def _shown(value) -> str:
    return str(value) or "-"


@each_document
def test_a_variable_that_is_named_exists(document):
    known = {variable(item.name) for item in fields(Settings)} | OTHER_VARIABLES
    assert set(re.findall(r"COLLECTOR_[A-Z_]*[A-Z]", document.read_text("utf-8"))) <= known


def test_every_problem_stands_in_the_page_of_problems():
    assert text_of("docs/problems.md") == problems_page.page(), f"run {problems_page.COMMAND}"


@each_document
def test_links_lead_somewhere(document):
    astray = []
    for link in links(document.read_text("utf-8")):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in documents.anchors(target.read_text("utf-8"))):
            astray.append(link)
    assert astray == []


@each_document
def test_a_command_that_is_named_exists(document):
    wrong = [line for line in commands(document.read_text("utf-8")) if not _is_command(line.split())]
    assert wrong == []


def _is_command(words: list[str]) -> bool:
    if words[0] == "./test":
        return (ROOT / "test").exists()
    command, rest = collector, words[1:]
    if words[0] == "./run":
        command = collector.get_command(None, "serve")
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command, rest = command.get_command(None, rest[0]), rest[1:]
        if command is None:
            return False
    context = click.Context(command)
    known = {option for parameter in command.get_params(context) for option in parameter.opts}
    return {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)} <= known | {"-h"}


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md", "docs/analysts.md", "docs/enumeradores.md"])
def test_options_that_are_named_exist(name):
    named = {span.split()[0] for span in spans(text_of(name)) if span.startswith("--")}
    assert named - set(_options(collector)) == set() and named


def _options(command: click.Command) -> list[str]:
    below = [command.get_command(None, name) for name in command.list_commands(None)] \
        if isinstance(command, click.Group) else []
    own = [option for parameter in command.get_params(click.Context(command)) for option in parameter.opts]
    return own + [option for one in below for option in _options(one)]


def test_what_the_doctor_says_is_what_operations_explain():
    told = documents.first_cells(text_of("docs/operations.md"), "## Is it well")
    source = _source("services/condition")
    parts = [words.strip(" ,") for cell in told for words in cell.split("…")]
    assert [words for words in parts if words not in source] == [] and len(told) > 3


def test_operations_name_all_that_lies_in_the_data_folder():
    told = " ".join(documents.first_cells(text_of("docs/operations.md"), "## The data folder"))
    there = set(re.findall(r"^    (\S+?),? ", folder.__doc__, re.MULTILINE)) | {f"{pictures.FOLDER}/"}
    assert {name for name in there if f"`{name}`" not in told} == set() and len(there) > 5


def test_the_readme_names_the_two_commands_and_every_command_of_the_command_line():
    text = text_of("README.md")
    named = {line.split()[1] for line in commands(text) if line.startswith("collector ")}
    visible = {name for name in collector.list_commands(None) if not collector.get_command(None, name).hidden}
    assert visible <= named
    assert {"./run", "./test"} <= set(commands(text))
    assert all((ROOT / name).stat().st_mode & 0o100 for name in ("run", "test", ".ci/run"))


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/testing.md", "docs/maintaining.md"])
def test_files_that_documents_name_exist(name):
    named = {span for span in spans(text_of(name)) if documents.is_file_like(span) and not FUNCTION.fullmatch(span)}
    missing = {span for span in named if not documents.exists(span, ROOT, ROOT / "collector")}
    assert missing == set() and named


def test_functions_on_the_path_of_a_submission_exist():
    text = text_of("docs/architecture.md")
    named = {FUNCTION.fullmatch(span).groups() for span in spans(text) if FUNCTION.fullmatch(span)}
    missing = {f"{module}.{name}" for module, name in named
               if not re.search(rf"^\s*(def|class) {name}\b|^{name} =", _source(module), re.MULTILINE)}
    assert missing == set() and len(named) > 20


@cache
def _source(module: str) -> str:
    return (ROOT / "collector" / f"{module}.py").read_text("utf-8")


def test_tests_that_documents_name_exist():
    named = {span for document in DOCUMENTS for span in spans(document.read_text("utf-8"))
             if re.fullmatch(r"test_\w+", span)}
    written = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert {name for name in named if f"def {name}(" not in written} == set() and named


@pytest.mark.parametrize("room", ["domain", "store", "services", "web", "cli"])
def test_the_plan_of_the_house_shows_every_module(room):
    plan = documents.blocks(text_of("docs/architecture.md"))[0]
    words = set(re.findall(r"[\w]+", plan))
    modules = {path.stem if path.stem != "__init__" else path.parent.name
               for path in (ROOT / "collector" / room).rglob("*.py")}
    untold = {name for name in modules if name not in words}
    assert untold == set(), "put them into the tree of docs/architecture.md"


@pytest.mark.parametrize("name", ["docs/supervisores.md", "docs/autores.md"])
def test_words_in_bold_are_on_the_pages(name):
    said = bold(text_of(name))
    assert [words for words in said if words not in documents.words_of_pages()] == [] and said


@pytest.mark.parametrize("name", ["docs/supervisores.md", "docs/operations.md"])
def test_addresses_that_are_named_are_routes(app, name):
    adapter = app.url_map.bind("localhost")
    named = [span for span in spans(text_of(name)) if re.fullmatch(r"/[\w./-]*", span)]
    paths = [re.sub(r"\bN\b", "1", span) for span in named]
    assert [path for path in paths if not adapter.test(path, "GET")] == [] and paths


def test_messages_that_enumerators_read_are_those_that_are_sent():
    told = documents.first_cells(text_of("docs/enumeradores.md"), "## Qué dice el servidor")
    sent = [_pattern(problem.es) for _name, problem in problems_page.every_problem()] + [
        _pattern(words) for words in documents.words_of_pages()]
    assert [words for words in told if not any(one.fullmatch(words.strip("«» ")) for one in sent)] == []
    assert len(told) > 12


def _pattern(sentence: str) -> re.Pattern:
    """The sentence with something in place of each word that is filled in."""
    parts = re.split(r"‹\w+›|%\(\w+\)s|%\(num\)d|\d+ (?=MB|minutos)", sentence)
    return re.compile(".*".join(re.escape(part) for part in parts))


def test_documents_name_no_machine_and_nobody_who_builds():
    said = {path.name: re.findall(r"/work\b|/tmp/team|localhost:\d+/v1/key/\w{10}|\bissue \d", path.read_text("utf-8"))
            for path in DOCUMENTS}
    assert {name: found for name, found in said.items() if found} == {}


def test_lines_of_documents_can_be_read_side_by_side():
    long = {f"{path.name}:{number}" for path in DOCUMENTS if path.name != "problems.md"
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
            if len(line) > 130 and not line.startswith(("|", "  |", "[", "!["))}
    assert long == set()


def test_pictures_are_small():
    heavy = [picture.name for picture in Path(ROOT / "docs").rglob("*.png") if picture.stat().st_size > 400_000]
    assert heavy == []
