"""Archives as streams: readable by others, the same bytes for the same members, no member held in memory."""

import io
import tracemalloc
import zipfile

import pytest

from collector.domain.formats.ziparchive import Member, zip_pieces


def archive(*members: Member) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(members))))


def test_members_come_out_as_they_went_in():
    made = archive(Member("a.csv", [b"uno,", b"dos\n"]), Member("media/niña ñ.jpg", [b"\xff\xd8"], packed=False),
                   Member("empty.csv", []))
    assert made.testzip() is None
    assert made.namelist() == ["a.csv", "media/niña ñ.jpg", "empty.csv"]
    assert [made.read(name) for name in made.namelist()] == [b"uno,dos\n", b"\xff\xd8", b""]


def test_an_archive_without_members_is_one():
    assert archive().namelist() == []


def test_the_same_members_are_the_same_bytes():
    members = [Member("a.csv", [b"x" * 1000]), Member("b", [b"y"], packed=False)]
    assert b"".join(zip_pieces(members)) == b"".join(zip_pieces(members))
    assert archive(*members).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_text_is_made_smaller_and_a_photo_is_left():
    made = archive(Member("a.csv", [b"comunidad," * 1000]), Member("b.jpg", [b"comunidad," * 1000], packed=False))
    text, photo = made.infolist()
    assert text.compress_size < 500 and photo.compress_size >= 10_000


def test_a_long_member_is_not_held():
    pieces = (bytes([number % 256]) * 100_000 for number in range(500))
    tracemalloc.start()
    for _piece in zip_pieces([Member("long.bin", pieces, packed=False)]):
        pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_fault_in_a_member_is_not_hidden():
    def failing():
        yield b"some"
        raise OSError("disk")
    with pytest.raises(OSError, match="disk"):
        b"".join(zip_pieces([Member("a.csv", failing())]))
