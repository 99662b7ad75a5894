"""Room for the OpenRosa documents as Collect reads them: form list, manifest, form, answer to a submission.

It must not make requests. What Collect would refuse goes to the report as fatal.
"""

import urllib.parse
import xml.etree.ElementTree as ET

from tests.phone.report import Report

LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
VERSION = "{http://openrosa.org/xforms}version"


def form_list(root: ET.Element, report: Report) -> list[dict[str, str]]:
    """The forms of a form list; one that is incomplete makes Collect drop them all."""
    step, forms = "formList", []
    if root.tag != f"{{{LIST}}}xforms":
        report.fatal(step, f"root element is {root.tag}")
    for node in root:
        if node.tag != f"{{{LIST}}}xform":
            report.info(step, f"element {node.tag} is skipped by Collect")
            continue
        form = {_local(child): (child.text or "").strip() for child in node}
        for need in ("formID", "name", "downloadUrl"):
            if not form.get(need):
                report.fatal(step, f"a form lacks <{need}>: Collect drops the whole list", form)
        if not form.get("hash", "").startswith("md5:"):
            report.fatal(step, f"form {form['formID']} has no md5: hash, Collect cannot download it")
        if "version" not in form:
            report.info(step, f"form {form['formID']} has no <version>")
        for key in ("downloadUrl", "manifestUrl"):
            if form.get(key) and not urllib.parse.urlsplit(form[key]).netloc:
                report.fatal(step, f"{key} is not an absolute address", form[key])
        forms.append(form)
    names = [form["formID"] for form in forms]
    for name in {name for name in names if names.count(name) > 1}:
        report.info(step, f"form {name} is listed more than once")
    return forms


def manifest(root: ET.Element, step: str, report: Report) -> list[dict[str, str]]:
    """The media files of a manifest."""
    if root.tag != f"{{{MANIFEST}}}manifest":
        report.fatal(step, f"root element is {root.tag}")
    files = []
    for node in root:
        if _local(node).lower() != "mediafile":
            report.info(step, f"element {node.tag} is skipped by Collect")
            continue
        file = {_local(child): (child.text or "").strip() for child in node}
        file["type"] = node.get("type", "")
        for need in ("filename", "hash", "downloadUrl"):
            if not file.get(need):
                report.fatal(step, f"a mediaFile lacks <{need}>: Collect drops the whole manifest", file)
        if not file["hash"].startswith("md5:"):
            report.warning(step, f"hash of {file['filename']} does not begin with md5:")
        if "/" in file["filename"]:
            report.warning(step, f"filename {file['filename']!r} has a folder, Collect keeps only the last part")
        if file["type"] not in ("", "entityList", "approvalEntityList"):
            report.info(step, f"type {file['type']!r} is unknown to Collect")
        files.append(file)
    return files


def deleted(root: ET.Element, report: Report) -> set[str]:
    """Of the entities that were asked for, those that the server says it had and deleted."""
    if _local(root) != "data":
        report.fatal("integrity", f"root element is {root.tag}")
    told = {}
    for node in root.iter():
        if _local(node) == "entity":
            told[node.get("id")] = next((child.text for child in node if _local(child) == "deleted"), None)
    return {one for one, state in told.items() if state == "true"}


def about_form(xml: bytes) -> dict:
    """id, version, title, submission_url and media (names that secondary instances refer to) of a form."""
    root = ET.fromstring(xml)
    told = {"title": "", "submission_url": None, "media": set()}
    for node in root.iter():
        name, source = _local(node), node.get("src", "")
        if name == "title" and not told["title"]:
            told["title"] = (node.text or "").strip()
        if name == "submission":
            told["submission_url"] = node.get("action")
        if name == "instance" and source.startswith("jr://") and not source.startswith("jr://instance"):
            told["media"].add(source.rsplit("/", 1)[1])
    model = next(node for node in root.iter() if _local(node) == "model")
    primary = next(node for node in model if _local(node) == "instance")[0]
    told["id"] = primary.get("id") or primary.tag.rpartition("}")[0][1:]
    told["version"] = primary.get("version") or primary.get(VERSION)
    return told


def message(content: bytes) -> str | None:
    """What an OpenRosaResponse tells the person, None where there is none."""
    if b"OpenRosaResponse" not in content:
        return None
    try:
        root = ET.fromstring(content)
    except ET.ParseError:
        return None
    return next(("".join(node.itertext()) for node in root.iter() if _local(node) == "message"), None)


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
