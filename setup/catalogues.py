"""Message catalogues: every .po in collector/web/translations has a .mo that is not older.

Knows Babel's command, not the messages. The pages read the .mo files.
"""
from pathlib import Path

from setup.speech import attempt, last_lines, stop
from setup.stamps import ROOT, VENV

FOLDER = ROOT / "collector" / "web" / "translations"


def compile_stale() -> None:
    for source in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _compile(source, compiled)


def _compile(source: Path, compiled: Path) -> None:
    language = source.parent.parent.name
    done = attempt([VENV / "bin" / "pybabel", "compile", "-l", language, "-i", source, "-o", compiled])
    if done.returncode:
        stop(f"{last_lines(done)}\nNo se pudo preparar el catálogo de mensajes {source.relative_to(ROOT)}.")
