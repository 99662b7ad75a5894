"""Room for the genuine form engine: compiles Filler.java once and fills forms with it.

It must not know servers. `phone` hands it forms with their media; filled forms come back as folders.
"""

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pyxform

from setup import system
from tests.phone.entity_lists import EntityLists
from tests.phone.envelope import Filled

SOURCE = Path(__file__).with_name("Filler.java")


class Filler:
    """JavaRosa behind a command line; classes are kept in `folder`."""

    def __init__(self, folder: Path, heap: str = "384m"):
        home = system.jdk()
        if home is None:
            raise RuntimeError("no JDK 17 or newer")
        jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
        classes = folder / hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
        if not classes.exists():
            half = folder / f"half-{os.getpid()}"
            half.mkdir(parents=True, exist_ok=True)
            subprocess.run([home / "bin" / "javac", "-nowarn", "-encoding", "UTF-8", "-cp", jar, "-d", half, SOURCE],
                           check=True, capture_output=True)
            half.rename(classes)
        self._command = [home / "bin" / "java", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                         "-cp", f"{classes}{os.pathsep}{jar}", "Filler"]

    def run(self, *arguments) -> list[dict]:
        """The JSON lines it says. Raises RuntimeError when it says nothing."""
        done = subprocess.run([*self._command, *map(str, arguments)], capture_output=True, text=True,
                              encoding="utf-8", check=False)
        rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if not rows:
            raise RuntimeError("Filler said nothing: " + done.stderr[-2000:])
        return rows

    def fill(self, form: Path, media: Path, out: Path, count: int, seed: int, *more) -> list[Filled]:
        """`count` filled forms that Collect would let be finalised; those it would not are left out."""
        rows = self.run("--form", form, "--media", media, "--out", out, "-n", count, "--seed", seed, "--reuse", *more)
        faults = [row for row in rows if "exception" in row]
        if faults:
            raise RuntimeError(f"{form}: {faults[:3]}")
        if count == 1:
            return [Filled(out)] if not rows[0].get("validate") else []
        return [Filled(out / row["dir"]) for row in rows if "dir" in row and not row.get("validate")]

    def fill_offline(self, form: Path, media: Path, lists: EntityLists, out: Path, count: int, seed: int,
                     *more) -> list[tuple[Filled, list[dict]]]:
        """Filled forms in the order of filling, each with what it says about entities: later ones see what earlier ones
        made, and so do those of the next call with the same lists. Those that Collect would not finalise are left out.
        """
        named = [word for name in lists.names() for word in ("--entity-list", f"{name}={lists.folder / name}.csv")]
        rows = self.run("--form", form, "--media", media, "--out", out, "-n", count, "--seed", seed, *named,
                        "--keep-lists", lists.folder, *more)
        faults = [row for row in rows if "exception" in row]
        if faults:
            raise RuntimeError(f"{form}: {faults[:3]}")
        return [(Filled(out if count == 1 else out / row["dir"]), row.get("entities", [])) for row in rows
                if "dir" in row and not row.get("validate")]

    def edit(self, form: Path, media: Path, sent: Filled, out: Path, seed: int) -> Filled:
        """The filled form opened again after sending, answered anew, with an instanceID of its own."""
        rows = self.run("--form", form, "--media", media, "--out", out, "--seed", seed,
                        "--edit", sent.folder / "submission.xml")
        if "exception" in rows[0]:
            raise RuntimeError(f"{form}: {rows[0]}")
        return Filled(out)
