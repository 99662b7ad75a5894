"""What the documents are checked on: their links, code, bold words and table rows, and what the pages really say."""

import re
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_SAID = re.compile(r"""\b(?:_|gettext|lazy_gettext)\(\s*(['"])(.*?)\1|ngettext\(\s*(['"])(.*?)\3,\s*(['"])(.*?)\5""")


def text_of(name: str) -> str:
    """The text of a document of the project."""
    return (ROOT / name).read_text("utf-8")


def blocks(text: str) -> list[str]:
    """What stands between fences."""
    return _FENCE.findall(text)


def spans(text: str) -> list[str]:
    """What stands between single backticks, outside of fences."""
    return _SPAN.findall(_FENCE.sub("", text))


def commands(text: str) -> list[str]:
    """Every line or span that is a command: its words from the second on follow `collector`, `./run` or `./test`."""
    lines = [line.partition("  #")[0].strip() for block in blocks(text) for line in block.splitlines()]
    candidates = lines + [span.strip() for span in spans(text)]
    return [re.sub(r"^(\w+=\S+ )*(\.venv/bin/)?", "", one) for one in candidates
            if re.match(r"(\w+=\S+ )*(\.venv/bin/collector|collector|\./run|\./test)( |$)", one)]


def links(text: str) -> list[str]:
    """Where links and pictures lead."""
    return [one or other for one, other in _LINK.findall(_FENCE.sub("", text))]


def anchors(text: str) -> set[str]:
    """The names under which the headings of a document can be reached."""
    heads = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads)
    return set(plain)


def bold(text: str) -> list[str]:
    """What stands in bold."""
    return _BOLD.findall(text)


def first_cells(text: str, heading: str) -> list[str]:
    """The first cells of the table below a heading, without its head."""
    below = text.partition(f"{heading}\n")[2]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)[0].splitlines()[2:]
    return [row.strip("|").split("|")[0].strip() for row in rows]


@cache
def words_of_pages() -> frozenset[str]:
    """Every text that a page can show: the messages of templates and views."""
    web = ROOT / "collector" / "web"
    sources = [*web.rglob("*.html"), *web.rglob("*.py")]
    said = (match.groups() for file in sources for match in _SAID.finditer(file.read_text("utf-8")))
    return frozenset(words for groups in said for words in groups[1::2] if words)


def is_file_like(span: str) -> bool:
    """Whether a span of docs/architecture.md names a file or folder of the project."""
    return bool(re.fullmatch(r"[\w./*-]+", span)) and "/" in span and not span.startswith(("/", "."))


def exists(name: str, *bases: Path) -> bool:
    """Whether a path exists below one of the bases; a module may be named without its ending."""
    return any(list(base.glob(name)) or (base / f"{name}.py").exists() for base in bases)
