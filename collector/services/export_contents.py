"""Room that looks into the file of an export that is done: its codebook, its manifest, its receipt.

It must not build anything (`services/building`). Pages show what is found here, so that nobody must unpack to read it.
"""

import zipfile

from collector.domain import problems
from collector.services import building
from collector.services.unit import UnitOfWork

CODEBOOK, MANIFEST, RECEIPT = MEMBERS = ("codebook.html", "datapackage.json", "receipt.json")
LARGEST = 30_000_000  # bytes


def read_member(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, name: str) -> bytes:
    """One of MEMBERS, as it lies in the export's zip. Raises 404.1 (also where the export is a single file), 403.1,
    409.94."""
    _job, open_file = building.open_file(unit, project_id, xml_form_id, number)
    with open_file() as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                found = archive.getinfo(name)
                if found.file_size <= LARGEST:
                    return archive.read(found)
        except (KeyError, zipfile.BadZipFile):
            pass
    raise problems.not_found("Esa parte de la exportación", "That part of the export")
