"""What the laws are checked on: every module of the house, parsed once."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """A source file. name: dotted from `collector`."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def functions(self) -> list[ast.FunctionDef]:
        """Every function and method, also nested ones."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@functools.cache
def modules(under: str = "collector") -> list[Module]:
    """The modules below a folder of the project, without empty ones."""
    found = []
    for path in sorted((ROOT / under).rglob("*.py")):
        text = path.read_text("utf-8")
        if text.strip():
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found.append(Module(path, name, text, ast.parse(text)))
    return found
