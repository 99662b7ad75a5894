"""The door of the command line: `collector` and `python -m collector`. Hands the front hall to the commands."""

from collector.cli.main import collector


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    collector(prog_name="collector", obj=_application)


def _application(*args, **options):
    """An application; imported only by commands that need one, so that help answers at once."""
    from collector.app import create_app
    return create_app(*args, **options)


if __name__ == "__main__":
    main()
