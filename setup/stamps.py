"""Stamps: what has been made, and from what, so that the next start can leave it alone.

Knows only text and hashes; each step of set-up decides what its stamp depends on. They lie in .venv/stamps.
"""
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
FOLDER = VENV / "stamps"


def fingerprint(*files: Path) -> str:
    """One hash over the content of these files, in this order."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def holds(name: str, value: str) -> bool:
    """Whether this step was last made from exactly this."""
    try:
        return (FOLDER / name).read_text() == value
    except OSError:
        return False


def exists(name: str) -> bool:
    """Whether this step was ever made here."""
    return (FOLDER / name).exists()


def put(name: str, value: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(value)


def lift(name: str) -> None:
    (FOLDER / name).unlink(missing_ok=True)
