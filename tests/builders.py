"""The only way tests make data: people, phones, forms, submissions, envelopes."""

import io
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from collector.domain import access
from collector.services import building, people, phones, projects, publishing, tasks
from collector.services.unit import Units
from collector.store.base import Base
from collector.store.queries import revisions

SAMPLES = Path(__file__).parent / "samples"
PASSWORD = "contraseña-de-prueba"


@dataclass(frozen=True)
class Person:
    """Somebody signed in; `get`, `post` ... carry the token."""

    app: object
    id: int
    email: str
    token: str

    def request(self, method: str, path: str, **options):
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, buffered=True, **options)

    def __getattr__(self, name: str):
        if name in ("get", "post", "put", "patch", "delete", "head"):
            return lambda path, **options: self.request(name.upper(), path, **options)
        raise AttributeError(name)


@dataclass(frozen=True)
class PhoneKey:
    """A phone of project 1; `url` puts its key before a path of the project."""

    app: object
    id: int
    token: str
    project_id: int = 1

    def url(self, path: str) -> str:
        return f"/v1/key/{self.token}/projects/{self.project_id}{path}"

    def get(self, path: str, **options):
        headers = {"X-OpenRosa-Version": "1.0", **options.pop("headers", {})}
        return self.app.test_client().get(self.url(path), headers=headers, buffered=True, **options)

    def head(self, path: str):
        return self.app.test_client().head(self.url(path), headers={"X-OpenRosa-Version": "1.0"})

    def send(self, xml: str | bytes, files: dict[str, bytes] | None = None, **options):
        """The answer to one POST of a submission with these files."""
        return self.app.test_client().post(
            self.url(f"/submission?deviceID={options.get('device', 'collect:abc')}"),
            data=envelope(xml, files), headers={"X-OpenRosa-Version": "1.0"}, content_type="multipart/form-data")


def create_tables(units: Units) -> None:
    """The tables of the models, marked as what the migrations lead to (tests/store/test_migrations shows they do)."""
    Base.metadata.create_all(units.engine)
    with units.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revisions.newest()}')")


def run_steps(units: Units) -> int:
    """How many waiting steps ran; exports that waited are built."""
    ran = tasks.run_all(units)
    building.run_waiting(units)
    return ran


def add_people(units: Units) -> None:
    """alice (administrator), bob (manager of project 1), carol (no grants), and project 1."""
    def work(unit):
        project = projects.first_project(unit, "Proyecto de prueba", "es", "America/Lima")
        for name in ("alice", "bob", "carol"):
            hashed = people.hash_password(unit, f"{name}@example.org", PASSWORD)
            added = people.add_user(unit, f"{name}@example.org", name.capitalize(), hashed)
            if name == "alice":
                add_grant(unit, added.id, access.ADMIN.id, "site", 0)
            if name == "bob":
                add_grant(unit, added.id, access.MANAGER.id, "project", project.id)
    units.write(access.SYSTEM, work)


def add_grant(unit, actor_id: int, role_id: int, place: str, place_id: int, rows=None) -> None:
    from collector.services import scopes
    from collector.store.queries import people as queries

    queries.add_grant(unit.session, actor_id, role_id, (place, place_id), scopes.written(rows))


def units_of(app) -> Units:
    return app.extensions["collector.units"]


def person(app, name: str) -> Person:
    signed = units_of(app).write(
        access.SYSTEM, lambda unit: people.sign_in(unit, f"{name}@example.org", PASSWORD, "pytest"))
    return Person(app, signed.actor.id, f"{name}@example.org", signed.token)


def phone_key(app, project_id: int = 1, name: str = "Teléfono 1") -> PhoneKey:
    added = units_of(app).write(
        access.SYSTEM, lambda unit: phones.add_phone(unit, project_id, name, all_forms=True))
    return PhoneKey(app, added.id, added.token, project_id)


def sample_form(name: str) -> bytes:
    """The bytes of tests/samples/forms/<name>.md."""
    return (SAMPLES / "forms" / f"{name}.md").read_bytes()


def a_form(units: Units, form: str | bytes, project_id: int = 1, media: dict[str, bytes] | None = None,
           filename: str = "form.md"):
    """The published form; form: markdown tables, or XForm XML."""
    data = form.encode() if isinstance(form, str) else form
    with units.reading(access.SYSTEM) as unit:
        prepared = publishing.prepare_file(unit, data, filename, media or {})
    return units.write(access.SYSTEM, lambda unit: publishing.publish_file(unit, project_id, prepared, True))


SIMPLE = """
| survey |
|        | type    | name   | label  | required |
|        | text    | nombre | Nombre | yes      |
|        | integer | edad   | Edad   |          |
|        | image   | foto   | Foto   |          |
| settings |
|        | form_title | form_id | version |
|        | Sencillo   | {form_id}  | {version} |
"""


def simple_form(units: Units, form_id: str = "simple", version: str = "1", **options):
    """The published form «simple»: nombre, edad, foto."""
    return a_form(units, SIMPLE.format(form_id=form_id, version=version), **options)


def a_submission(form_id: str = "simple", version: str = "1", body: str = "<nombre>Ana</nombre><edad>30</edad>",
                 instance_id: str | None = None, deprecated_id: str | None = None) -> str:
    """The XML of a filled form."""
    instance_id = instance_id or f"uuid:{uuid.uuid4()}"
    deprecated = f"<deprecatedID>{deprecated_id}</deprecatedID>" if deprecated_id else ""
    return (f'<data id="{form_id}" version="{version}" xmlns:orx="http://openrosa.org/xforms">{body}'
            f"<meta><instanceID>{instance_id}</instanceID>{deprecated}</meta></data>")


def envelope(xml: str | bytes, files: dict[str, bytes] | None = None) -> dict:
    """The parts of a multipart body for Flask's test client."""
    data = xml.encode() if isinstance(xml, str) else xml
    parts = {"xml_submission_file": (io.BytesIO(data), "submission.xml", "text/xml")}
    for name, content in (files or {}).items():
        parts[name] = (io.BytesIO(content), name, "application/octet-stream")
    return parts


def rename_project(unit, name: str, project_id: int = 1) -> None:
    projects.update_project(unit, project_id, name=name)


def project_name(unit, project_id: int = 1) -> str:
    return projects.find_project(unit, project_id).name


def submitter_of(unit, submission_id: int) -> int | None:
    from collector.store.tables.submissions import Submission

    return unit.session.get(Submission, submission_id).submitter_id


def a_browser(app, name: str, password: str = PASSWORD, **headers):
    """A client that signed in by the page's own form; it keeps its cookies."""
    browser = app.test_client()
    browser.environ_base.update({f"HTTP_{key.upper()}": value for key, value in headers.items()})
    answer = browser.post("/sign-in", data={"email": f"{name}@example.org", "password": password})
    assert answer.status_code == 303, answer.text
    return browser


def a_workbook(**sheets: list[list]) -> bytes:
    """An .xlsx of these sheets, the header row first."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_photo(color: str = "green", size: tuple[int, int] = (900, 600), kind: str = "JPEG", **options) -> bytes:
    """A picture in one colour."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind, **options)
    return out.getvalue()


def fail_for_good(units: Units) -> None:
    """Tries what waits until nothing is tried any more, hours apart."""
    clock = units.clock
    for hour in range(1, tasks.TRIES + 2):
        units.clock = lambda hour=hour: clock() + timedelta(hours=hour)
        tasks.run_all(units)
    units.clock = clock


def findings_of(unit, xml_form_id: str, instance_id: str, project_id: int = 1) -> list:
    """The findings of a record as they are kept, in the order of the check."""
    from collector.services import records
    from collector.store.queries import findings

    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return [row for row, _name in findings.list_of_submission(unit.session, record.submission.id)]


ENTITY_FORM = """
| survey |
|        | type | name   | label  | relevant | save_to |
|        | text | nombre | Nombre |          | nombre  |
|        | text | estado | Estado |          | estado  |
| entities |
|          | list_name | label     | create_if | update_if | entity_id |
|          | {dataset} | ${{nombre}} | ${{estado}} != 'x' | ${{estado}} = 'x' | uuid() |
| settings |
|          | form_title | form_id   | version |
|          | Fichas     | {form_id} | {version} |
"""


def entity_form(units: Units, form_id: str = "fichas", dataset: str = "personas", version: str = "1", **options):
    """The published form «fichas», which makes and updates entities of a list with nombre and estado."""
    return a_form(units, ENTITY_FORM.format(form_id=form_id, dataset=dataset, version=version), **options)


def an_entity_submission(uuid: str, action: str = "create", data: dict[str, str] | None = None, label: str | None = "",
                         base: int | str = "", trunk: int | str = "", branch: str = "", dataset: str = "personas",
                         form_id: str = "fichas", version: str = "1", **options) -> str:
    """A filled «fichas». action: create, update or both; label None: no such node, '': as the name is."""
    data = {"nombre": "Ana"} if data is None else data
    label = data.get("nombre", "Ana") if label == "" else label
    said = " ".join(f'{name}="1"' for name in (("create", "update") if action == "both" else (action,)))
    entity = (f'<entity dataset="{dataset}" id="{uuid}" {said} baseVersion="{base}" trunkVersion="{trunk}" '
              f'branchId="{branch}">{"" if label is None else f"<label>{label}</label>"}</entity>')
    body = "".join(f"<{name}>{value}</{name}>" for name, value in data.items())
    xml = a_submission(form_id, version, body, **options)
    return xml.replace("<meta>", f"<meta>{entity}")
