"""The Python that set-up runs on: 3.11 or newer, looked for before anything is made.

Must be readable by any Python 3, old ones too, so it knows nothing newer. `run` and `test` go on from here.
"""
import os
import shutil
import sys

OLDEST = (3, 11)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")


def change_if_too_old(script):
    """Nothing when this Python will do; otherwise the script starts on a newer one, or stops in words."""
    if sys.version_info >= OLDEST:
        return
    for name in NAMES:
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, script, *sys.argv[1:]])
    sys.exit(
        "Collector necesita Python 3.11 o más reciente; este es {0}.{1}. Instálelo y vuelva a intentar.\n"
        "Collector needs Python 3.11 or newer; this is Python {0}.{1}. Please install one and try again."
        .format(*sys.version_info[:2])
    )
