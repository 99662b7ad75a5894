import pytest

from collector.domain.folded import fold


@pytest.mark.parametrize("text, folded", [
    ("Marañón", "maranon"), ("  ÁRBOL\n grande ", "arbol grande"), ("Awajún", "awajun"), ("straße", "strasse"),
    ("አማርኛ", "አማርኛ"), ("", "")])
def test_folding(text, folded):
    assert fold(text) == folded
