"""Members -> a ZIP archive as a stream of bytes, never looking back, the same bytes for the same members.

Must not know what the members hold nor where the bytes go.
Next: services/exporting names the members, web/streams and the command line pass the bytes on.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SAME_DATE = (1980, 1, 1, 0, 0, 0)
FAST, AS_IT_IS = 1, 0


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive. pieces: its bytes, read once; packed: worth making smaller (a photo is not)."""

    name: str
    pieces: Iterable[bytes]
    packed: bool = True


def zip_pieces(members: Iterable[Member]) -> Iterator[bytes]:
    """The archive, piece by piece. Members may be of any length (ZIP64)."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, SAME_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            # zipfile lets the level of a member be chosen only so when its length is not known beforehand
            info._compresslevel = FAST if member.packed else AS_IT_IS
            with archive.open(info, "w", force_zip64=True) as out:
                for piece in member.pieces:
                    out.write(piece)
                    if sink.size:
                        yield sink.emptied()
            yield sink.emptied()
    yield sink.emptied()


class _Sink:
    """Takes what zipfile writes; it can neither seek nor tell, so zipfile puts lengths behind the data."""

    def __init__(self):
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        pass

    def emptied(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return data
