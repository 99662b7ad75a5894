"""Room for the workbench of form authors: expressions tried as a phone would, without a server.

It must not know how expressions work; `domain/xpath/workbench` answers. Lines go to stdout.
"""

import json
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from collector.domain.xpath.workbench import answer


@click.command("xpath")
@click.argument("expression", metavar="[EXPRESIÓN]", required=False)
@click.option("--jsonl", is_flag=True, help="Lee de la entrada líneas JSON y responde una línea a cada una.")
@click.option("--xml", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="ARCHIVO",
              help="Documento en el que se busca.")
@click.option("--context", metavar="RUTA", help="Dónde está la pregunta: /data/hogar[2]/edad")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONA", help="Zona horaria del teléfono.")
def xpath(expression: str | None, jsonl: bool, xml: Path | None, context: str | None, tz: str) -> None:
    """Calcula expresiones como lo haría un teléfono con ODK Collect.

    Con --jsonl, cada línea es un objeto con id y expr, y si hace falta: xml, context, as, binds, instances,
    nonrelevant, now, tz, locale, version. La respuesta es una línea con id, type y value; si no hay valor, type es
    error y value parse (no se puede leer) o eval (no se puede calcular).
    """
    if jsonl:
        for line in sys.stdin.buffer:
            if line.strip():
                _tell(answer(line, datetime.now(UTC), random.random))
        return
    if expression is None:
        raise click.UsageError("Escriba una expresión, o use --jsonl.")
    document = xml.read_text("utf-8", "replace") if xml else None
    asked = {"expr": expression, "xml": document, "context": context, "tz": tz}
    found = answer(json.dumps(asked), datetime.now(UTC), random.random)
    del found["id"]
    _tell(found)
    if found["type"] == "error":
        raise SystemExit(1)


def _tell(found: dict) -> None:
    click.echo(json.dumps(found))
