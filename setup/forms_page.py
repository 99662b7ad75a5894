"""The page of the library of forms: forms/README.md, written anew from the workbooks beside it.

Run it in the project's Python after a workbook changed: .venv/bin/python -m setup.forms_page
A test compares the page with the workbooks.
"""
from setup.stamps import ROOT

FORMS = ROOT / "forms"
COMMAND = ".venv/bin/python -m setup.forms_page"


def page() -> str:
    """The text that forms/README.md must have."""
    from collector.domain.formats.questionnaire import library_page

    return library_page({path.name: path.read_bytes() for path in FORMS.glob("*.xlsx")}, COMMAND)


if __name__ == "__main__":
    (FORMS / "README.md").write_text(page(), encoding="utf-8")
