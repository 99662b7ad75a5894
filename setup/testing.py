"""One run of all that is checked: ruff, then pytest, then one line on what could not be run.

Knows the tools' names, not the tests. The result goes back to `test` as its exit status.
"""
import os
import subprocess

from setup import system
from setup.stamps import ROOT, VENV

REQUIRE_ALL = "--require-all"
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "-p no:xdist", "--collect-only", "--co")


def run(arguments: list[str]) -> int:
    """The exit status: pytest's, or 1 for what ruff finds or (--require-all, CI=true) for a missing tool."""
    require_all = REQUIRE_ALL in arguments or os.environ.get("CI", "").lower() in ("1", "true")
    arguments = [argument for argument in arguments if argument != REQUIRE_ALL]
    os.chdir(ROOT)
    missing = system.provide()
    ruff = [VENV / "bin" / "ruff", "check", "--quiet", "--output-format", "concise"]
    untidy = subprocess.run(ruff, check=False).returncode
    status = subprocess.run(_pytest(arguments, require_all), check=False).returncode
    if untidy:
        print("ruff check: see above.", flush=True)
    if missing:
        print("Not run: " + "; ".join(f"{what}: {how}" for what, how in missing.items()), flush=True)
    return status or (1 if untidy or (missing and require_all) else 0)


def _pytest(arguments: list[str], require_all: bool) -> list[str]:
    command = [str(VENV / "bin" / "python"), "-m", "pytest"]
    if not any(argument.startswith(ONE_PROCESS) for argument in arguments):
        command += ["-n", "2", "--dist", "loadgroup"]
    if require_all:
        command += ["-p", "setup.everything_ran"]
    return command + arguments
