"""Pages leave compressed for who takes it, and tell nothing by how well they compressed."""

import gzip


def test_a_page_leaves_compressed_and_is_the_same_page(bobs):
    plain = bobs.get("/projects/1/forms")
    squeezed = bobs.get("/projects/1/forms", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers and squeezed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in squeezed.headers["Vary"]
    assert int(squeezed.headers["Content-Length"]) == len(squeezed.data) < len(plain.data) / 2
    assert "<h1>Formularios</h1>" in gzip.decompress(squeezed.data).decode()


def test_the_length_of_a_compressed_page_is_left_to_chance(client):
    lengths = {len(client.get("/sign-in", headers={"Accept-Encoding": "gzip"}).data) for _each in range(8)}
    assert max(lengths) - min(lengths) > 8
