"""The parts of an XLSX file that are not cells: what it consists of, its styles, what stands around the rows.

Must not know tables or rows. Next: workbook_out.py puts them into the archive.
"""

from xml.sax.saxutils import quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def content_types(sheets: int) -> str:
    """[Content_Types].xml of a workbook with so many sheets."""
    parts = [("workbook", f"{_TYPES}.sheet.main+xml"), ("styles", f"{_TYPES}.styles+xml"),
             ("sharedStrings", f"{_TYPES}.sharedStrings+xml"),
             *((f"worksheets/sheet{number}", f"{_TYPES}.worksheet+xml") for number in range(1, sheets + 1))]
    return (f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            + "".join(f'<Override PartName="/xl/{name}.xml" ContentType="{type}"/>' for name, type in parts)
            + "</Types>")


def relations() -> str:
    """_rels/.rels: where the workbook is."""
    return (f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')


def workbook_part(names: list[str]) -> str:
    """xl/workbook.xml: the names of the sheets."""
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
                     for number, name in enumerate(names, 1))
    return (f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{sheets}</sheets></workbook>")


def workbook_relations(sheets: int) -> str:
    """xl/_rels/workbook.xml.rels: where sheets, styles and shared texts are."""
    parts = [*(("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)),
             ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    return (f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(f'<Relationship Id="rId{number}" Type="{_OFFICE}/{type}" Target="{target}"/>'
                      for number, (type, target) in enumerate(parts, 1)) + "</Relationships>")


def styles_part(codes: list[str]) -> str:
    """xl/styles.xml. Styles: 0 nothing special, 1 the header, 2 text in several lines, from 3 on these formats."""
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>'
                      for number, code in enumerate(codes, 164))
    styles = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
                     for number in range(164, 164 + len(codes)))
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    return (f'{_HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(codes)}">{formats}</numFmts>'
            f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill></fills>'
            "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{3 + len(codes)}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
            f'<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
            '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
            f'<alignment vertical="top" wrapText="1"/></xf>{styles}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>')


def sheet_head(widths: list[int], first: bool) -> str:
    """What stands before the rows of a sheet: the header stays in sight; widths: of columns, in letters."""
    columns = "".join(f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
                      for number, width in enumerate(widths, 1))
    selected = 'tabSelected="1" ' if first else ""
    return (f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView {selected}'
            'workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            '<selection pane="bottomLeft"/></sheetView></sheetViews>'
            + (f"<cols>{columns}</cols>" if columns else "") + "<sheetData>")


def sheet_tail(cells: str) -> str:
    """What stands behind the rows; cells: 'A1:F9', where Excel need not complain of numbers kept as text."""
    return (f'</sheetData><ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'
            "</worksheet>")
