"""Room of the commands on forms: publish a workbook or XForm, list what is published, show or lint a workbook.

It must not know pyxform or XForms. `services/publishing` does what is asked.
"""

from pathlib import Path

import click

from collector.cli.desk import Desk, Refused, as_json, at_desk, project_of, table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def form() -> None:
    """Formularios: publicar, listar, mostrar, revisar."""


@form.command()
@click.argument("file", type=FILE, metavar="ARCHIVO")
@click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")
@click.option("--media", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="CARPETA",
              help="Carpeta con los archivos que el formulario usa: listas CSV, imágenes.")
@click.option("--ignore-warnings", is_flag=True, help="Publicar aunque haya advertencias.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def publish(desk: Desk, file: Path, project: int | None, media: Path | None, ignore_warnings: bool,
            json_: bool) -> None:
    """Publica un formulario: libro .xlsx o .xls, o XForm .xml. Si ya existe, publica una versión nueva."""
    from collector.services import publishing
    project_id = project_of(desk, project)
    beside = {one.name: one.read_bytes() for one in sorted(media.iterdir()) if one.is_file()} if media else {}
    prepared = desk.read(lambda unit: publishing.prepare_file(unit, file.read_bytes(), file.name, beside))
    view = desk.write(lambda unit: publishing.publish_file(unit, project_id, prepared, ignore_warnings))
    form_id, version = view.form.xml_form_id, view.version.version
    missing = desk.read(lambda unit: [line.name for line in publishing.expected_media(unit, project_id, form_id)
                                      if not line.present])
    if json_:
        as_json({"projectId": project_id, "xmlFormId": form_id, "version": version, "missingMedia": missing})
        return
    click.echo(f"Publicado: {form_id}, versión {version or '(sin versión)'}, en el proyecto {project_id}.")
    if missing:
        click.echo(f"Faltan archivos que el formulario usa: {', '.join(missing)}. Délos con --media.", err=True)


@form.command("list")
@click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@at_desk
def list_(desk: Desk, project: int | None, json_: bool) -> None:
    """Lista los formularios de un proyecto."""
    from collector.services import publishing
    project_id = project_of(desk, project)
    views = desk.read(lambda unit: publishing.list_forms(unit, project_id, extended=True))
    rows = [(view.form.xml_form_id, view.version.title, view.version.version, _state(view),
             view.tally.submissions if view.tally else 0) for view in views]
    if json_:
        names = ("xmlFormId", "title", "version", "state", "submissions")
        as_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        table(rows, ("Formulario", "Título", "Versión", "Estado", "Envíos"))


@form.command("pseudonym-key")
@click.option("--project", type=int, metavar="NÚMERO", help="Proyecto; no hace falta si hay uno solo.")
@at_desk
def pseudonym_key(desk: Desk, project: int | None) -> None:
    """Muestra la clave de los seudónimos de un proyecto, para el programa de una receta. Queda anotado.

    Quien la tiene puede averiguar qué seudónimo es de quién: no la envíe ni la guarde junto a los datos.
    """
    from collector.services import cleaning
    project_id = project_of(desk, project)
    click.echo(desk.read(lambda unit: cleaning.pseudonym_key(unit, project_id)).hex())


@form.command()
@click.argument("file", type=FILE, metavar="ARCHIVO")
def show(file: Path) -> None:
    """Muestra las preguntas de un libro, como en forms/README.md. No toca ningún servidor."""
    from collector.domain.formats import questionnaire
    from collector.domain.xlsform import XLSFormError
    try:
        click.echo(questionnaire.show(file.read_bytes(), file.name), nl=False)
    except XLSFormError as fault:
        raise Refused("\n".join(one.sentence("es") for one in fault.complaints)) from fault


@form.command()
@click.argument("file", type=FILE, metavar="ARCHIVO")
@click.option("--json", "json_", is_flag=True, help="Responder en JSON.")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", help="Idioma de los avisos.")
@click.pass_context
def lint(context: click.Context, file: Path, json_: bool, language: str) -> None:
    """Revisa un formulario sin subirlo: qué falla en el teléfono y qué escribir en su lugar.

    Lee un libro .xlsx, .xls o .md, o un XForm .xml. Código de salida: 0 sin avisos, 1 con avisos o errores.
    """
    complaints = _complaints(file)
    if json_:
        as_json([one.details() for one in complaints])
    for one in () if json_ else complaints:
        click.echo(one.sentence(language))
    context.exit(1 if complaints else 0)


def _complaints(file: Path) -> tuple:
    """Errors and warnings of the converter, then those of the lint."""
    from collector.domain.linting.form import lint as linted
    from collector.domain.xform import FormFault, parse_form
    data = file.read_bytes()
    try:
        if file.suffix.lower() == ".xml":
            return linted(parse_form(data))
        from collector.domain.xlsform import XLSFormError, convert
        try:
            converted = convert(data, file.name)
        except XLSFormError as fault:
            return fault.complaints
        return (*converted.warnings, *linted(parse_form(converted.xml), converted.sheets, converted.warnings))
    except FormFault as fault:
        raise Refused(f"{file.name} no es un formulario que se pueda leer: {fault}") from fault


def _state(view) -> str:
    return "borrador" if view.is_draft else {"open": "abierto", "closing": "cerrándose", "closed": "cerrado"}.get(
        view.form.state, view.form.state)
