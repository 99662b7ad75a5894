"""Front-end files: what assets.lock.json names, fetched by npm, checked by hash, laid in vendor/.

Knows npm and sha512, not the pages that use the files. Nothing of a package is run; only listed files stay.
"""
import base64
import gzip
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from setup import packages, stamps
from setup.speech import attempt, last_lines, say, stop
from setup.stamps import ROOT

LOCK = ROOT / "assets.lock.json"
VENDOR = ROOT / "collector" / "web" / "static" / "vendor"
NODE_LOCK = ROOT / "setup" / "node.lock"
SQUEEZED = {".js", ".mjs", ".css", ".svg", ".json", ".wasm"}


def lay() -> None:
    """vendor/ holds exactly the files of the lock, each text beside its .gz."""
    lock = json.loads(LOCK.read_text())["packages"]
    value = stamps.fingerprint(LOCK)
    if _stamp() == value and all(target.exists() for target in _targets(lock)):
        return
    say("Descargando los archivos de las páginas (solo la primera vez) …")
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="collector-assets-") as fetched:
        _pack([f"{package['name']}@{package['version']}" for package in lock], Path(fetched))
        fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=VENDOR.parent))
        try:
            for package in lock:
                _unpack(package, _tarball(package, Path(fetched)), fresh)
            (fresh / ".stamp").write_text(value)
            fresh.chmod(0o755)
            shutil.rmtree(VENDOR, ignore_errors=True)
            fresh.rename(VENDOR)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _stamp() -> str:
    try:
        return (VENDOR / ".stamp").read_text()
    except OSError:
        return ""


def _targets(lock: list[dict]) -> list[Path]:
    return [VENDOR / package["folder"] / target for package in lock for target in package["files"].values()]


def _pack(specs: list[str], folder: Path) -> None:
    """The packages' tarballs lie in the folder, by the system's npm or one that is thrown away afterwards."""
    command = ["npm", "pack", "--ignore-scripts", "--pack-destination", folder, *specs]
    if shutil.which("npm") and attempt(command, cwd=folder).returncode == 0:
        return
    with tempfile.TemporaryDirectory(prefix="collector-node-") as node:
        tools = _node(Path(node))
        path = os.pathsep.join([str(tools), os.environ.get("PATH", os.defpath)])
        done = attempt([tools / "npm", *command[1:]], cwd=folder, env={**os.environ, "PATH": path})
        if done.returncode:
            stop(f"{last_lines(done)}\nNo se pudieron descargar los archivos de las páginas. "
                 "Revise la conexión a internet y repita.")


def _node(folder: Path) -> Path:
    """The bin folder of a venv with nothing but node and npm."""
    say("No hay npm: se trae uno solo para esto …")
    venv, python = folder / "venv", folder / "venv" / "bin" / "python"
    made = attempt([packages.UV, "venv", "--python", packages.PYTHON, venv])
    if made.returncode == 0:
        made = attempt([packages.UV, "pip", "sync", "--require-hashes", "--python", python, NODE_LOCK])
    if made.returncode:
        attempt([packages.PYTHON, "-m", "venv", "--clear", venv])
        made = attempt([python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes",
                        "-r", NODE_LOCK])
    if made.returncode:
        stop(f"{last_lines(made)}\nNo hay npm y no se pudo traer uno. "
             "Instale npm, o revise la conexión a internet, y repita.")
    return python.parent


def _tarball(package: dict, fetched: Path) -> Path:
    """The tarball of this package, found and vouched for by its hash."""
    for tarball in sorted(fetched.glob("*.tgz")):
        if integrity(tarball) == package["integrity"]:
            return tarball
    stop(f"{package['name']} {package['version']} no es el que dice assets.lock.json: no se usa.")
    raise AssertionError


def integrity(tarball: Path) -> str:
    """The hash of a file as npm writes it: sha512- and base64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()


def _unpack(package: dict, tarball: Path, into: Path) -> None:
    with tarfile.open(tarball) as archive:
        for source, target in package["files"].items():
            content = archive.extractfile(f"package/{source}").read()
            place = into / package["folder"] / target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            if place.suffix in SQUEEZED:
                place.with_name(place.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
