"""What ODK's own client is asked to do in the tests of this folder: its doors, and forms to begin with.

It must not judge. `test_pyodk*.py` compare what the client was told with what was sent.
"""

import inspect
from pathlib import Path

from pyodk._endpoints.bases import Service
from pyodk._utils.config import CentralConfig, Config
from pyodk.client import Client
from pyxform.xls2xform import convert

from tests.live import EMAIL, PASSWORD, LiveServer

FAMILY = """
| survey  |
|         | type                | name     | label     |
|         | text                | nombre   | Nombre    |
|         | geopoint            | lugar    | Lugar     |
|         | select_multiple uso | usos     | Usos      |
|         | image               | foto     | Foto      |
|         | file                | acta     | Acta      |
|         | begin repeat        | persona  | Persona   |
|         | text                | apodo    | Apodo     |
|         | begin repeat        | vacuna   | Vacuna    |
|         | date                | puesta   | Puesta    |
|         | end repeat          | vacuna   |           |
|         | end repeat          | persona  |           |
| choices |
|         | list_name | name | label |
|         | uso       | casa | Casa  |
|         | uso       | agua | Agua  |
| settings |
|         | form_title | form_id   | version   |
|         | Familia    | {form_id} | {version} |
"""
WITH_LIST = """
| survey   |
|          | type                            | name  | label |
|          | select_one_from_file casas.csv  | casa  | Casa  |
| settings |
|          | form_title | form_id   | version   |
|          | Con lista  | {form_id} | {version} |
"""


def client_of(server: LiveServer, cache: Path, project_id: int | None, email: str = EMAIL,
              password: str = PASSWORD) -> Client:
    """A client of that server that has not been opened yet."""
    return Client(config=Config(CentralConfig(server.address, email, password)), cache_path=cache,
                  project_id=project_id)


def definition(table: str, form_id: str, version: str) -> str:
    """The XForm of a form written as a table."""
    return convert(xlsform=table.format(form_id=form_id, version=version), file_type=".md").xform


def services() -> list[type]:
    """The classes that hold what the client offers."""
    return _below(Service)


def doors(service: type) -> list[str]:
    """The names of the public methods of one of them."""
    return [name for name, _made in inspect.getmembers(service, inspect.isfunction) if not name.startswith("_")]


def _below(kind: type) -> list[type]:
    return [one for below in kind.__subclasses__() for one in (below, *_below(below))]
