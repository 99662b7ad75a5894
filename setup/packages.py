"""Python packages: .venv, the pinned packages with their hashes, and this package itself.

Knows pip and uv, not what the packages are for. Then come the assets and catalogues.
"""
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

from setup import stamps
from setup.speech import attempt, last_lines, say, stop
from setup.stamps import ROOT, VENV

PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
PIP_INSTALL = (PYTHON, "-m", "pip", "install", "--disable-pip-version-check")
COMMAND = VENV / "bin" / "collector"
LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"


def lay(dev: bool) -> None:
    """.venv holds what the lock names (with dev: the test tools too) and `.venv/bin/collector` exists."""
    if not _venv_is_ours():
        _make_venv()
    wanted = {"packages": stamps.fingerprint(LOCK)}
    if dev or stamps.exists("packages-dev"):  # who has run the tests once keeps their tools
        wanted["packages-dev"] = stamps.fingerprint(DEV_LOCK)
    if not all(stamps.holds(name, value) for name, value in wanted.items()):
        _sync(DEV_LOCK if "packages-dev" in wanted else LOCK)
        for name, value in wanted.items():
            stamps.put(name, value)
    own = stamps.fingerprint(ROOT / "pyproject.toml")
    if not (COMMAND.exists() and stamps.holds("own", own)):
        _install_own()
        stamps.put("own", own)
    # an environment may forbid Python to keep what it compiled: each start would then take twice as long
    source = stamps.fingerprint(*sorted((ROOT / "collector").rglob("*.py")))
    if not stamps.holds("compiled", source):
        attempt([PYTHON, "-m", "compileall", "-q", ROOT / "collector"])
        stamps.put("compiled", source)


def _venv_is_ours() -> bool:
    """Whether .venv was made whole, in this very folder, by a Python that is still there."""
    try:
        made_by = (VENV / "pyvenv.cfg").read_text()
    except OSError:
        return False
    if not (PYTHON.exists() and (VENV / "bin" / "pip").exists()) or f" {VENV}\n" not in made_by:
        return False
    libraries = VENV / "lib" / os.path.basename(os.path.realpath(PYTHON))
    return libraries.is_dir() or not libraries.name.startswith("python3.")


def _make_venv() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        stop(
            "A este Python le falta «venv». En Debian o Ubuntu: sudo apt-get install python3-venv "
            f"(o python{sys.version_info[0]}.{sys.version_info[1]}-venv), y vuelva a intentar."
        )
    say("Preparando Python en .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    made = attempt([sys.executable, "-m", "venv", VENV])
    if made.returncode:
        stop(f"{last_lines(made)}\nNo se pudo crear .venv con {sys.executable}.")


def _sync(lock: Path) -> None:
    say("Instalando los paquetes de Python (solo la primera vez y cuando cambian) …")
    stamps.lift("packages")
    stamps.lift("own")  # a sync removes what the lock does not name, this package too
    if _has_uv():
        done = attempt([UV, "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", PYTHON, lock])
        if done.returncode == 0:
            return
        say("uv no pudo instalarlos; se intenta con pip …")
    done = attempt([*PIP_INSTALL, "--require-hashes", "-r", lock])
    if done.returncode:
        stop(f"{last_lines(done)}\nNo se pudieron instalar los paquetes. "
             "Revise la conexión a internet y repita.")


def _has_uv() -> bool:
    """Whether the pinned uv is in .venv now; its hash stands in the lock like any other."""
    pinned = _block("uv")
    version = pinned.split("==")[1].split()[0]
    if attempt([UV, "--version"]).stdout.split()[1:2] == [version]:
        return True
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(pinned)
        only_uv.flush()
        only_wheels = ["--no-deps", "--only-binary", ":all:"]
        done = attempt([*PIP_INSTALL, "--require-hashes", *only_wheels, "-r", only_uv.name])
    return done.returncode == 0


def _block(name: str) -> str:
    """The lines of one package in requirements.lock: its pin and its hashes."""
    lines = LOCK.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = start + 1
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    return "\n".join(line for line in lines[start:end] if not line.lstrip().startswith("#")) + "\n"


def _install_own() -> None:
    how = ["--no-build-isolation", "--no-deps", "-e", ROOT]
    done = attempt([UV, "pip", "install", "--python", PYTHON, *how])
    if done.returncode:
        done = attempt([*PIP_INSTALL, *how])
    if done.returncode:
        stop(f"{last_lines(done)}\nNo se pudo instalar Collector en .venv.")
