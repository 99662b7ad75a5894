"""Room where a workbook becomes a form: here, or apart, in a process that takes its memory with it when it ends.

It must not know who asks or what is kept; bytes go in, `domain/converted` comes out. `services/definitions` asks; a
server has it done apart (`cli/serve`), so that phones wait for no conversion. Measured by `benchmarks/arrival.py`.
"""

import logging
import os
import pickle
import subprocess
import sys

from collector.domain import problems
from collector.domain.converted import Converted, XLSFormError

SECONDS = 300  # far more than the largest workbook takes
_NICENESS = 10
log = logging.getLogger(__name__)


def here(data: bytes, filename: str, fallback_form_id: str) -> Converted:
    """The form. Raises XLSFormError."""
    # the converter takes 30 MB of memory, and they stay
    from collector.domain.xlsform import convert
    return convert(data, filename, fallback_form_id or None)


def apart(data: bytes, filename: str, fallback_form_id: str) -> Converted:
    """The same, made by a process of its own; here, should there be none to be had. Raises XLSFormError, 503.1."""
    command = [sys.executable, "-m", "collector.services.converting"]
    try:
        done = subprocess.run(command, input=pickle.dumps((data, filename, fallback_form_id)), stdout=subprocess.PIPE,
                              timeout=SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise problems.busy() from None
    except (OSError, subprocess.CalledProcessError) as fault:
        if getattr(fault, "returncode", 0) < 0:  # it was killed, for its memory perhaps: it would take the server's
            raise problems.busy() from None
        log.warning("a workbook is converted here: %s", type(fault).__name__)
        return here(data, filename, fallback_form_id)
    told = pickle.loads(done.stdout)
    if isinstance(told, Converted):
        return told
    raise XLSFormError(told)


def _answer() -> None:
    """Nothing; what came on standard input was converted, and what became of it stands on standard output."""
    answer = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is no answer
    os.nice(_NICENESS)
    try:
        told = here(*pickle.load(sys.stdin.buffer))
    except XLSFormError as fault:
        told = fault.complaints
    with os.fdopen(answer, "wb") as out:
        pickle.dump(told, out)


if __name__ == "__main__":
    _answer()
