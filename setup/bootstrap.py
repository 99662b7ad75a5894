"""Everything that must be there before the server or the tests can start, made once and then only looked at.

Standard library only; knows nothing of the server. Each step keeps a stamp; `run` and `test` go on from here.
"""
import fcntl
import os

from setup import assets, catalogues, packages
from setup.stamps import ROOT, VENV

__all__ = ["ROOT", "VENV", "make_ready"]


def make_ready(dev: bool = False) -> None:
    """Python packages (dev: the tests' too), front-end files and message catalogues are in place."""
    one_at_a_time = os.open(ROOT, os.O_RDONLY)  # two starts at once: the second waits and finds it all made
    fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
    try:
        packages.lay(dev)
        assets.lay()
        catalogues.compile_stale()
    finally:
        os.close(one_at_a_time)
