"""Room of the command line's door: one group, its commands read only when they are called.

It must not do anything itself. Problems become a sentence on stderr here: exit code 1 refused, 2 wrongly called.
"""

import importlib
from pathlib import Path

import click

from collector.cli.desk import is_refusal, tell

COMMANDS = {
    "serve": ("collector.cli.serve", "serve"),
    "prepare": ("collector.cli.prepare", "prepare"),
    "form": ("collector.cli.form", "form"),
    "people": ("collector.cli.people", "people"),
    "phone": ("collector.cli.phone", "phone"),
    "submission": ("collector.cli.submission", "submission"),
    "check": ("collector.cli.check", "check"),
    "export": ("collector.cli.export", "export"),
    "export-build": ("collector.cli.export_build", "export_build"),
    "backup": ("collector.cli.backup", "backup"),
    "restore": ("collector.cli.backup", "restore"),
    "worker": ("collector.cli.worker", "worker"),
    "doctor": ("collector.cli.doctor", "doctor"),
    "xpath": ("collector.cli.xpath", "xpath"),
    "revision": ("collector.cli.prepare", "revision"),
}


PLUGINS = Path(__file__).parents[1] / "plugins"


class Commands(click.Group):
    """Commands by name; the module of one is imported when it is asked for.

    A plugin with a module `command` brings the command of its own name; nothing of the house names it.
    """

    def list_commands(self, context: click.Context) -> list[str]:
        """Every name, in the order in which a person meets them."""
        return [*COMMANDS, *sorted(one.parent.name for one in PLUGINS.glob("*/command.py"))]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, or None."""
        if name not in self.list_commands(context):
            return None
        module, attribute = COMMANDS.get(name) or (f"collector.plugins.{name}.command", name)
        return getattr(importlib.import_module(module), attribute)

    def invoke(self, context: click.Context):
        """What the command answers; a refusal is told and ends with exit code 1."""
        try:
            return super().invoke(context)
        except Exception as fault:
            if not is_refusal(fault):
                raise
            tell(fault)
            context.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def collector() -> None:
    """Collector recibe lo que los teléfonos envían con ODK Collect, lo muestra y lo entrega como datos.

    Códigos de salida: 0 hecho; 1 rechazado o con problemas; 2 mal escrito.
    Los ajustes se leen de variables COLLECTOR_* del entorno; «collector doctor» los muestra.
    """
