"""For maintainers: writes the lock files anew from pyproject.toml. `python3 -m setup.locks [--upgrade]`.

Knows uv's resolver. Pins stay as they are unless --upgrade asks; no address of an index may get in.
"""
import os
import sys
from pathlib import Path

from setup.packages import DEV_LOCK, LOCK, UV
from setup.speech import attempt, last_lines, say, stop
from setup.stamps import ROOT

NODE_LOCK = ROOT / "setup" / "node.lock"
HOW = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url",
       "--no-emit-find-links", "--no-config"]


def write(lock: Path, *options: str) -> None:
    """The lock holds what these options of `uv pip compile` come to, with the hashes of all platforms."""
    public = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    done = attempt([UV, "pip", "compile", "--quiet", *HOW, *options, "-o", lock.relative_to(ROOT)],
                   cwd=ROOT, env=public)
    if done.returncode:
        stop(f"{last_lines(done)}\n{lock.name}: not written.")
    foreign = [line for line in lock.read_text().splitlines() if "://" in line or " @ " in line]
    if foreign:
        stop(f"{lock.name} names an address: {foreign[0]}")
    say(f"{lock.relative_to(ROOT)}: written.")


def main(options: list[str]) -> None:
    write(LOCK, "pyproject.toml", "--group", "setup", *options)
    write(DEV_LOCK, "pyproject.toml", "--group", "dev", "-c", LOCK.name, *options)
    write(NODE_LOCK, "--group", "node", *options)


if __name__ == "__main__":
    main(sys.argv[1:])
