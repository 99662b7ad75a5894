"""Room that says what a form holds here, byte for byte, so that it can be compared with the server it was taken from.

It must not know that server (`plugins/pull` compares). Everything is hashed anew from what is stored.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from collector.services.unit import UnitOfWork
from collector.store.queries import forms, pulled

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Definition:
    """A published version. md5: of its XML, as OpenRosa has it; media: {name: MD5} of the files that are here."""

    version: str
    md5: str
    media: dict[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """One version of a living submission. root: the instanceID of its first one; sha256: of its XML, in hex;
    files: {name: SHA-256} of the files that are here and whose content is there."""

    root: str
    instance_id: str
    state: str
    sha256: str
    files: dict[str, str]


def list_definitions(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Definition]:
    """The published versions of a form, oldest first. Raises 404.1, 403.1."""
    form = unit.require("form.read", forms.find_form(unit.session, project_id, xml_form_id))
    media: dict[int, dict[str, str]] = {}
    for line in pulled.list_media(unit.session, form.id):
        if unit.blobs.has(line.sha256):
            media.setdefault(line.version_id, {})[line.name] = line.md5
    return [Definition(row.version, row.hash, media.get(row.id, {}))
            for row in pulled.list_definitions(unit.session, form.id)]


def versions(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Iterator[Held]:
    """Every version of the living submissions of a form; the unit rests between pages. Raises 404.1, 403.1."""
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    number, after = form.id, 0
    while page := pulled.list_versions(unit.session, number, after, _PAGE):
        files: dict[int, dict[str, str]] = {}
        for line in pulled.list_files(unit.session, [row.id for row in page]):
            if unit.blobs.has(line.blob_sha256):
                files.setdefault(line.version_id, {})[line.name] = line.blob_sha256
        for row in page:
            yield Held(row.root, row.instance_id, row.review_state or "received",
                       hashlib.sha256(row.xml).hexdigest(), files.get(row.id, {}))
        after = page[-1].id
        unit.rest()


def list_lacking(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Iterator[str]:
    """The first instanceID of every living submission with a file that never came or whose content is gone.

    The unit rests between pages. Raises 404.1, 403.1.
    """
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    number, after = form.id, 0
    while page := pulled.list_lines(unit.session, number, after, _PAGE):
        yield from (line.root for line in page if line.blob_sha256 is None or not unit.blobs.has(line.blob_sha256))
        after = page[-1].id
        unit.rest()


def count_comments(unit: UnitOfWork, project_id: int, xml_form_id: str) -> dict[str, int]:
    """{instanceID: how many comments there are about it} of living submissions of a form. Raises 404.1, 403.1."""
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    return pulled.count_comments(unit.session, form.id)
