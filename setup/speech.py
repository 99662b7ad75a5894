"""What set-up says to the person who waits: few, short lines, in Spanish.

Knows nothing of the steps. Goes to standard error, so that a command's own output stays clean.
"""
import subprocess
import sys
from pathlib import Path


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def stop(line: str) -> None:
    """Never comes back: ends set-up with this sentence."""
    say(line)
    raise SystemExit(1)


def attempt(command: list[str | Path], **options) -> subprocess.CompletedProcess:
    """The finished process, its output kept as text; never raises for a command that fails or is missing."""
    try:
        return subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False, **options,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, stdout=str(error))


def last_lines(process: subprocess.CompletedProcess, count: int = 15) -> str:
    """The end of what a command printed, which is where tools say what went wrong."""
    return "\n".join(process.stdout.strip().splitlines()[-count:])
