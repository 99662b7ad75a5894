"""Front-end files: only what the lock lists, and only from the package it vouches for."""
import gzip
import io
import tarfile

import pytest

from setup import assets


def a_package(folder, **files) -> dict:
    """A tarball as npm packs one, and its entry in the lock, which lists page.js alone."""
    tarball = folder / "a-package-1.0.0.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name.replace('_', '.')}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return {"name": "a-package", "version": "1.0.0", "integrity": assets.integrity(tarball), "folder": "a",
            "files": {"page.js": "js/page.js"}}


def test_only_listed_files_are_kept_each_text_beside_its_gz(tmp_path):
    package = a_package(tmp_path, page_js=b"one()", install_js=b"bad()")
    assets._unpack(package, assets._tarball(package, tmp_path), tmp_path / "vendor")
    kept = {str(path.relative_to(tmp_path / "vendor")) for path in (tmp_path / "vendor").rglob("*.*")}
    assert kept == {"a/js/page.js", "a/js/page.js.gz"}
    assert gzip.decompress((tmp_path / "vendor/a/js/page.js.gz").read_bytes()) == b"one()"


def test_a_package_with_another_hash_stops_the_start(tmp_path, capsys):
    package = a_package(tmp_path, page_js=b"one()")
    a_package(tmp_path, page_js=b"two()")
    with pytest.raises(SystemExit):
        assets._tarball(package, tmp_path)
    assert "a-package 1.0.0" in capsys.readouterr().err
