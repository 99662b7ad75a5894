"""Room for the multipart body that Collect writes, byte by byte, and how it splits a large submission.

It must not know servers. `phone` posts what is made here.
"""

import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

# what Android's MimeTypeMap (plus Collect's additions) answers for the usual extensions
TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "amr": "audio/amr", "oga": "audio/ogg", "ogg": "audio/ogg", "m4a": "audio/mpeg", "mp3": "audio/mpeg",
    "wav": "audio/x-wav", "ogv": "video/ogg", "webm": "video/webm", "mp4": "video/mp4", "3gp": "video/3gpp",
    "mov": "video/quicktime", "csv": "text/comma-separated-values", "txt": "text/plain", "xml": "text/xml",
    "pdf": "application/pdf", "zip": "application/zip",
}
FILES_IN_ONE = 101
INCOMPLETE = ("*isIncomplete*", None, None, b"yes")


@dataclass(frozen=True)
class Filled:
    """A filled form as it lies on the phone."""

    folder: Path

    @property
    def xml(self) -> bytes:
        return (self.folder / "submission.xml").read_bytes()

    @property
    def files(self) -> dict[str, bytes]:
        """Its photos and signatures by name."""
        return {path.name: path.read_bytes() for path in self.paths()}

    def paths(self) -> list[Path]:
        """The files beside the XML, in the order in which Collect sends them."""
        return sorted(path for path in self.folder.iterdir()
                      if path.is_file() and not path.name.startswith(".") and path.name != "submission.xml")


def posts(filled: Filled, form_name: str, limit: int):
    """The parts of each POST in turn: all carry the XML, all but the last say that more is to come."""
    stamp = time.strftime("_%Y-%m-%d_%H-%M-%S.xml", time.localtime((filled.folder / "submission.xml").stat().st_mtime))
    head = ("xml_submission_file", re.sub(r"[^\w.-]+", " ", form_name).strip() + stamp, "text/xml", filled.xml)
    left, first = filled.paths(), True
    while left or first:
        first, parts, count = False, [head], len(head[3])
        while left:
            path = left.pop(0)
            kind = TYPES.get(path.suffix.lower().lstrip("."), "application/octet-stream")
            parts.append((path.name, path.name, kind, path.read_bytes()))
            count += path.stat().st_size
            if left and (len(parts) > FILES_IN_ONE or count + left[0].stat().st_size > limit):
                parts.append(INCOMPLETE)
                break
        yield parts


def body(parts, part_length: bool = False) -> tuple[bytes, str]:
    """(bytes, Content-Type) as OkHttp writes them. part_length: as Collect before OkHttp 5, which told each length."""
    boundary = str(uuid.uuid4())
    pieces = []
    for name, filename, kind, data in parts:
        line = f'Content-Disposition: form-data; name="{_quoted(name)}"'
        line += f'; filename="{_quoted(filename)}"' if filename is not None else ""
        line += f"\r\nContent-Type: {kind}" if kind else ""
        line += f"\r\nContent-Length: {len(data)}" if part_length else ""
        pieces += [f"--{boundary}\r\n{line}\r\n\r\n".encode(), data, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return b"".join(pieces), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    return text.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")
