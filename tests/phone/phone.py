"""A stand-in for ODK Collect: keeps its forms as the server has them, sends what was filled, notes what departs.

It must not know our server's code: what it asks for is what Collect's source asks for. Tests read its report.
"""

import hashlib
import shutil
import urllib.parse
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from tests.phone import documents, envelope, provisioning
from tests.phone.connection import Connection
from tests.phone.entity_lists import TYPES, EntityLists
from tests.phone.envelope import Filled
from tests.phone.report import Report

DEFAULT_LIMIT = 10_000_000


@dataclass
class PhoneForm:
    """A form on the phone."""

    form_id: str
    version: str
    name: str
    folder: Path
    hash: str
    submission_url: str | None = None

    @property
    def xml(self) -> Path:
        return self.folder / "form.xml"

    @property
    def media(self) -> Path:
        return self.folder / "media"


@dataclass
class Sent:
    """What became of one filled form. messages: what the person saw, one for each POST."""

    status: int
    posts: int
    size: int
    messages: list[str | None]

    @property
    def ok(self) -> bool:
        return self.status in (201, 202)


@dataclass
class Synced:
    """What a look at the server changed on the phone. media: (form id, file name)."""

    fetched: list[str] = field(default_factory=list)
    media: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Phone:
    """One phone, set up for one project; `forms` by form id, `lists`: the entity lists, which its forms share."""

    def __init__(self, server_url: str, folder: Path, report: Report | None = None, **credentials):
        self.server_url = server_url.rstrip("/")
        self.folder = folder
        self.report = report or Report()
        self.connection = Connection(self.report, **credentials)
        self.forms: dict[str, PhoneForm] = {}
        self.lists = EntityLists(folder / "lists")
        self._targets: dict[str, tuple[str, int]] = {}
        self._list_hashes: dict[Path, str] = {}

    @classmethod
    def from_code(cls, text: str, folder: Path, **options) -> "Phone":
        """A phone that scanned a settings QR code."""
        report = Report()
        general = provisioning.check(provisioning.read_text(text), report)
        if general.get("username"):
            options = {"user": general["username"], "password": general.get("password", ""), **options}
        return cls(general["server_url"], folder, report, **options)

    def close(self) -> None:
        """Ends its connections."""
        self.connection.close()

    # --- forms

    def form_list(self) -> list[dict[str, str]]:
        """The forms that the server offers, each with formID, name, version, hash, downloadUrl, manifestUrl."""
        root = self.connection.xml(f"{self.server_url}/formList", "formList")
        return documents.form_list(root, self.report)

    def sync(self) -> Synced:
        """What changed: the phone has afterwards the forms of the server and no other («match exactly»)."""
        changed, offered = Synced(), self.form_list()
        for listed in offered:
            known = self.forms.get(listed["formID"])
            if known is None or known.hash != listed["hash"]:
                self._fetch(listed)
                changed.fetched.append(listed["formID"])
            changed.media += [(listed["formID"], name) for name in self._media(listed)]
        for form_id in set(self.forms) - {listed["formID"] for listed in offered}:
            shutil.rmtree(self.forms.pop(form_id).folder)
            changed.removed.append(form_id)
        return changed

    def _fetch(self, listed: dict) -> None:
        form_id, step = listed["formID"], f"form {listed['formID']}"
        content = self.connection.download(listed["downloadUrl"], step).content
        form = PhoneForm(form_id, listed.get("version", ""), listed["name"],
                         self.folder / hashlib.sha256(form_id.encode()).hexdigest()[:12], listed["hash"])
        form.media.mkdir(parents=True, exist_ok=True)
        form.xml.write_bytes(content)
        if listed["hash"] != _md5(content):
            self.report.warning(step, "the hash listed is not of the download: Collect offers an update for ever")
        told = documents.about_form(content)
        if told["id"] != form_id:
            self.report.warning(step, f"listed as {form_id!r}, the form says {told['id']!r}")
        if (told["version"] or "") != form.version:
            self.report.warning(step, f"version listed {form.version!r}, the form says {told['version']!r}")
        if told["title"] != form.name:
            self.report.info(step, f"name listed {form.name!r}, title in the form {told['title']!r}")
        form.submission_url = told["submission_url"]
        self.forms[form_id] = form

    def _media(self, listed: dict) -> list[str]:
        """Names of the media files fetched: those that are new or have another hash."""
        form, fetched = self.forms[listed["formID"]], []
        if not listed.get("manifestUrl"):
            return fetched
        step = f"manifest {form.form_id}"
        offered = documents.manifest(self.connection.xml(listed["manifestUrl"], step), step, self.report)
        for file in offered:
            name = file["filename"].rpartition("/")[2]
            path, is_list = form.media / name, file.get("type") in TYPES
            held = self._list_hashes.get(path) if is_list else path.exists() and _md5(path.read_bytes())
            if held == file["hash"]:
                continue
            path.write_bytes(self._download(file, f"{step} media {name}"))
            if is_list:
                self._list_hashes[path] = file["hash"]  # Collect keeps what the manifest said, for the list may differ
                self.lists.merge(path.stem, path.read_bytes(), lambda ids, file=file: self._deleted(file, ids, step))
            if not file.get("type") and _md5(path.read_bytes()) != file["hash"]:
                self.report.warning(step, f"hash of {name} is not of the download: Collect fetches it for ever")
            fetched.append(name)
        wanted = documents.about_form(form.xml.read_bytes())["media"]
        for name in sorted(wanted - {path.name for path in form.media.iterdir()}):
            self.report.info(step, f"the form refers to {name}, which the manifest does not offer")
        return fetched

    def _download(self, file: dict, step: str) -> bytes:
        answer = self.connection.download(file["downloadUrl"], step)
        tag = answer.headers.get("ETag")
        if tag:
            url = self.connection.with_device(file["downloadUrl"])
            again = self.connection.request("GET", url, step, headers={"If-None-Match": tag})
            if again.status_code not in (200, 304):
                self.report.warning(step, f"If-None-Match answered {again.status_code}")
            self.report.facts.setdefault("conditional", []).append(again.status_code)
        return answer.content

    def _deleted(self, file: dict, ids: list[str], step: str) -> set[str]:
        """Those of the entities that the phone alone has which the server had and deleted."""
        if not file.get("integrityUrl"):
            self.report.info(step, "no integrityUrl: what was deleted stays on the phone")
            return set()
        asked = f"{file['integrityUrl']}?id={urllib.parse.quote(','.join(ids), safe='')}"
        return documents.deleted(self.connection.xml(asked, f"{step} integrity"), self.report)

    # --- submissions

    def send(self, filled: Filled, form: PhoneForm, limit: int | None = None, part_length: bool = False) -> Sent:
        """What the server answered. limit: bytes of files in one POST, where less than the server takes."""
        url = form.submission_url or f"{self.server_url}/submission"
        url, taken = self._knock(self.connection.with_device(url))
        sent = Sent(0, 0, 0, [])
        for parts in envelope.posts(filled, form.name, limit or taken):
            body, kind = envelope.body(parts, part_length)
            answer = self.connection.request("POST", url, "submission POST", body, {"Content-Type": kind})
            sent.status, sent.posts, sent.size = answer.status_code, sent.posts + 1, sent.size + len(body)
            sent.messages.append(self._message(answer))
            if not sent.ok:
                break
        return sent

    def _knock(self, url: str) -> tuple[str, int]:
        """(where to post, bytes taken at once), as told by the HEAD before the first submission."""
        if url in self._targets:
            return self._targets[url]
        step = "submission HEAD"
        answer = self.connection.request("HEAD", url, step)
        if answer.status_code != 204:
            if 200 <= answer.status_code < 300 or answer.status_code == 401:
                self.report.fatal(step, f"HEAD answered {answer.status_code}, Collect only knows 204")
            self.report.warning(step, f"HEAD answered {answer.status_code}; Collect posts all the same")
            return url, DEFAULT_LIMIT
        limit = answer.headers.get("X-OpenRosa-Accept-Content-Length", "")
        if not limit.isdigit():
            self.report.warning(step, f"X-OpenRosa-Accept-Content-Length is {limit!r}: Collect takes 10000000")
        taken = int(limit) if limit.isdigit() else DEFAULT_LIMIT
        location = answer.headers.get("Location")
        if location is None:
            self.report.info(step, "no Location: Collect asks again before every submission")
            return url, taken
        target = urllib.parse.urlsplit(urllib.parse.unquote_plus(location))
        here = urllib.parse.urlsplit(url)
        if (target.hostname or "").lower() != (here.hostname or "").lower():
            self.report.fatal(step, "Location leads to another host, Collect refuses", location)
        if not target.query:
            target = target._replace(query=here.query)
        self._targets[url] = urllib.parse.urlunsplit(target), taken
        return self._targets[url]

    def _message(self, answer) -> str | None:
        step, message = "submission POST", documents.message(answer.content)
        if answer.status_code in (200, 204):
            self.report.fatal(step, f"{answer.status_code} counts as a failure in Collect")
        if message is None and answer.status_code >= 400:
            self.report.warning(step, f"error {answer.status_code} tells the person nothing", answer.text[:200])
        elif message is None:
            self.report.info(step, "no OpenRosaResponse: the person sees a plain «Success»", answer.text[:200])
        elif "text/xml" not in answer.headers.get("Content-Type", "").lower():
            self.report.info(step, f"OpenRosaResponse sent as {answer.headers.get('Content-Type')!r}")
        return message


def _md5(content: bytes) -> str:
    return "md5:" + hashlib.md5(content).hexdigest()


def instance_id(filled: Filled) -> str:
    """The instanceID in the XML of a filled form."""
    root = ET.fromstring(filled.xml)
    return next(node.text for node in root.iter() if node.tag.rpartition("}")[2] == "instanceID")
