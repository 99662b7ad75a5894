"""The door of the command line: `collector` and `python -m collector`. Hands the front hall to the commands."""

import gc
import signal
import sys

gc.set_threshold(10_000)  # what is imported comes to stay: looking through it for rings is a tenth of the start
if "--woken" in sys.argv:
    # Ctrl+C reaches the whole group; the server ends its worker itself, also one that is still importing
    signal.signal(signal.SIGINT, signal.SIG_IGN)

from collector.cli.main import collector  # noqa: E402  takes a second, in which Ctrl+C may come


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    collector(prog_name="collector", obj=_application)


def _application(*args, **options):
    """An application; imported only by commands that need one, so that help answers at once."""
    from collector.app import create_app
    return create_app(*args, **options)


if __name__ == "__main__":
    main()
