"""What phones read: form list, manifest and the answer to a submission, as OpenRosa XML.

Must not know addresses of this server, who asks, or HTTP; gets everything as values.
Next: web/openrosa sends these texts as text/xml.
Sources: OpenRosa Form Discovery API, Form Submission API 1.0; entity lists as ODK Collect reads them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ListedForm:
    """md5: of the definition, 32 hexadecimal digits; manifest_url: '' when the form expects no files."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str = ""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """md5: 32 hexadecimal digits; type: '' for a plain file, entityList or approvalEntityList for an entity list."""

    name: str
    md5: str
    download_url: str
    type: str = ""
    integrity_url: str = ""


def form_list(forms: Iterable[ListedForm]) -> str:
    """The forms a phone may fetch; byte for byte as ODK Central lays it out, which clients compare with."""
    return (_HEAD + '  <xforms xmlns="http://openrosa.org/xforms/xformsList">\n'
            + "".join(map(_form, forms)) + "  </xforms>")


def manifest(files: Iterable[ListedFile]) -> str:
    """The files that lie beside a form; laid out as ODK Central does."""
    return (_HEAD + '  <manifest xmlns="http://openrosa.org/xforms/xformsManifest">\n'
            + "".join(map(_file, files)) + "  </manifest>")


def integrity(deleted: Mapping[str, bool]) -> str:
    """What became of entities. deleted: {uuid: whether it was deleted}."""
    told = "".join(f"    <entity id={quoteattr(uuid)}>{_tag('deleted', 'true' if gone else 'false')}</entity>\n"
                   for uuid, gone in deleted.items())
    return f"{_HEAD}<data>\n  <entities>\n{told}  </entities>\n</data>\n"


def response(message: str, nature: str = "", items: int | None = None) -> str:
    """The answer to a submission; phones show the message. nature: submit_success or error."""
    counted = "" if items is None else f' items="{items}"'
    kind = f" nature={quoteattr(nature)}" if nature else ""
    return (f'{_HEAD}<OpenRosaResponse xmlns="http://openrosa.org/http/response"{counted}>'
            f"<message{kind}>{_text(message)}</message></OpenRosaResponse>\n")


def _form(one: ListedForm) -> str:
    return ("    <xform>\n" + _tag("formID", one.form_id) + _tag("name", one.name or one.form_id)
            + _tag("version", one.version) + _tag("hash", "md5:" + one.md5) + _tag("downloadUrl", one.download_url)
            + (_tag("manifestUrl", one.manifest_url) if one.manifest_url else "") + "    </xform>\n")


def _file(one: ListedFile) -> str:
    kind = f" type={quoteattr(one.type)}" if one.type else ""
    return (f"    <mediaFile{kind}>\n" + _tag("filename", one.name) + _tag("hash", "md5:" + one.md5)
            + _tag("downloadUrl", one.download_url)
            + (_tag("integrityUrl", one.integrity_url) if one.integrity_url else "") + "    </mediaFile>\n")


def _tag(name: str, text: str) -> str:
    return f"      <{name}>{_text(text)}</{name}>\n"


def _text(text: str) -> str:
    return escape(_forbidden.sub("�", text), {"\r": "&#13;"})
