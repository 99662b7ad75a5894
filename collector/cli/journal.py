"""Room of the log: where lines go and how they look.

It must not decide what is told. `serve` and `worker` begin it; others log by the standard library.
"""

import logging
import sys

from collector.settings import Settings


def begin(settings: Settings) -> None:
    """Nothing; from now on log lines go to stderr."""
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, force=True,
                        format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
