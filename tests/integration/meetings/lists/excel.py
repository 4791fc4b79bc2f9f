"""A workbook rewritten as Excel saves it, as far as that is publicly known.

No Excel takes part in these tests. What it does to a workbook that another program wrote is taken
from the standard and from what Microsoft has published of its own ways, trait by trait:

* Texts stand in shared strings, in the order in which cells first name them, with
  ``xml:space="preserve"`` where blanks matter; a text of which a part was formatted is one of runs,
  and one that was typed with an East Asian input method has its reading beside it in ``rPh``
  (ISO/IEC 29500-1, 18.4).
* A carriage return is ``_x000D_``, and a text that looks like such an escape has its underscore
  escaped: ``_x005F_x000D_`` (22.9.2.19; MS-OI29500, 2.1.1747).
* Numbers, truths, errors and texts of formulas have ``t`` of their own (18.18.11); a date is a
  serial from 1900 or 1904, in the strict form it is written out with ``t="d"`` (18.17.4).
* Extensions stand in namespaces that a reader may ignore, in ``mc:AlternateContent`` and in
  ``extLst`` (29500-3), where Excel 2010 and later move validations that look into another sheet
  (MS-XLSX, 2.4.5).
* A cell or row that follows the one before it need not say where it stands (18.3.1.4, 18.3.1.73), a
  row of columns is one range to the last column there is (18.3.1.13), and a package may be written
  in one go, with each part's size behind it (APPNOTE 4.3.9).
* Targets may be absolute (29500-2); the strict form has namespaces of its own under purl.oclc.org.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import WINDOWS_EPOCH

from tests.integration.meetings.lists.made import MAIN, OFFICE, PACKAGE

STRICT = "http://purl.oclc.org/ooxml/"
DAYS_BETWEEN_EPOCHS = 1462
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
IGNORED = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' mc:Ignorable="x14ac xr xr2 xr3"'
    ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
    ' xmlns:xr2="http://schemas.microsoft.com/office/spreadsheetml/2015/revision2"'
    ' xmlns:xr3="http://schemas.microsoft.com/office/spreadsheetml/2016/revision3"'
    ' xr:uid="{00000000-0001-0000-0000-000000000000}"'
)
# A form control names its place with elements that are called as those of rows and columns are.
CONTROLS = (
    '<mc:AlternateContent><mc:Choice Requires="x14"><controls><mc:AlternateContent>'
    '<mc:Choice Requires="x14"><control shapeId="1" name="Box"><controlPr><anchor>'
    '<from xmlns:xdr="urn:drawing"><xdr:col>1</xdr:col><xdr:row>2</xdr:row></from>'
    "</anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice>"
    "<mc:Fallback/></mc:AlternateContent>"
)
_NAMED = "{" + MAIN + "}"
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def as_excel_saves(
    data: bytes,
    *,
    counts_from_1904: bool = False,
    is_strict: bool = False,
    is_terse: bool = False,
) -> bytes:
    """A workbook that openpyxl wrote, as Excel would save it again."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()
                 if name.endswith((".xml", ".rels"))}  # fmt: skip
    strings = _Strings(parts.get("xl/sharedStrings.xml"))
    dates = _date_styles(parts["xl/styles.xml"])
    moved = DAYS_BETWEEN_EPOCHS if counts_from_1904 else 0
    sheets = [name for name in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    for name in sheets:
        parts[name] = _sheet(parts[name], strings, dates, moved, is_strict=is_strict)
    parts["xl/sharedStrings.xml"] = strings.part()
    parts["xl/styles.xml"] = _styles(parts["xl/styles.xml"])
    parts["xl/workbook.xml"] = _workbook(parts["xl/workbook.xml"], counts_from_1904)
    parts["xl/_rels/workbook.xml.rels"] = _references(sheets)
    parts["xl/calcChain.xml"] = f'{HEAD}<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, _strictly(text) if is_strict else text)
    return tersely(out.getvalue()) if is_terse else out.getvalue()


def tersely(data: bytes) -> bytes:
    """The same workbook as a program writes it that saves what it can: no place that is clear."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    out = _OneWay()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                text = _with_further_style(_without_places(text))
                text = re.sub(r"<col [^>]*hidden[^>]*>", _to_the_last_column, text)
            elif name == "xl/styles.xml":
                text = re.sub(r"(<cellXfs[^>]*>)", r'\1<xf numFmtId="0" fontId="0"/>', text)
            text = text.replace("worksheets/sheet", "worksheets/tab")
            packed.writestr(name.replace("worksheets/sheet", "worksheets/tab"), text)
    return b"".join(out.pieces)


def _to_the_last_column(hidden: re.Match[str]) -> str:
    return re.sub(r'max="\d+"', 'max="16384"', hidden[0])


def with_result(data: bytes, address: str, kind: str, value: str) -> bytes:
    """A workbook as Excel saves it, with a formula in a cell of its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as changed:
        for name in packed.namelist():
            text = packed.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                cell = f'<c r="{address}" t="{kind}"><f>Other!A1</f><v>{escape(value)}</v></c>'
                (old,) = re.findall(f'<c r="{address}"[^>]*>.*?</c>', text)
                text = text.replace(old, cell)
            changed.writestr(name, text)
    return out.getvalue()


class _OneWay(io.RawIOBase):
    """Where nothing can be written over: sizes and checksums follow what they are of."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.pieces.append(bytes(data))
        return len(data)


def _without_places(sheet: str) -> str:
    before = {"row": 0, "column": 0}

    def row(match: re.Match[str]) -> str:
        number, before["column"] = int(match[1]), 0
        is_next, before["row"] = number == before["row"] + 1, number
        return "<row " if is_next else match[0]

    def either(match: re.Match[str]) -> str:
        if match[0].startswith("<row"):
            return row(match)
        column = column_index_from_string(match[2])
        is_next, before["column"] = column == before["column"] + 1, column
        return "<c " if is_next else match[0]

    return re.sub(r'<row r="(\d+)" |<c r="([A-Z]+)\d+" ', either, sheet)


def _with_further_style(sheet: str) -> str:
    return re.sub(r'(<c [^>]*)s="(\d+)"', lambda m: f'{m[1]}s="{int(m[2]) + 1}"', sheet)


def _tree(part: str) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314 - a test has had it written


class _Strings:
    """The shared strings, old and new."""

    def __init__(self, part: str | None) -> None:
        found = [] if part is None else list(_tree(part))
        self.old = ["".join(t.text or "" for t in each.iter(_NAMED + "t")) for each in found]
        self._new: dict[str, int] = {}
        self._count = 0

    def place(self, text: str) -> int:
        """Where a text stands now; it is as openpyxl escapes it, which is as Excel does."""
        self._count += 1
        return self._new.setdefault(text, len(self._new))

    def part(self) -> str:
        items = "".join(map(_item, self._new))
        return (
            f'{HEAD}<sst xmlns="{MAIN}" count="{self._count}" uniqueCount="{len(self._new)}">'
            f"{items}</sst>"
        )


def _item(text: str) -> str:
    """A text: with its reading if it is East Asian, in runs if it is long, or plain."""
    written = text.replace("\r", "_x000D_")
    if _EAST_ASIAN.match(written):
        reading = '<rPh sb="0" eb="1"><t>カナ</t></rPh><phoneticPr fontId="1"/>'
        return f"<si>{_t(written)}{reading}</si>"
    if len(written) > 20 and "_" not in written:
        look = '<rPr><b/><sz val="11"/><rFont val="Calibri"/><family val="2"/></rPr>'
        return f"<si><r>{_t(written[:9])}</r><r>{look}{_t(written[9:])}</r></si>"
    return f"<si>{_t(written)}</si>"


def _t(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{escape(text)}</t>"


def _date_styles(part: str) -> set[str]:
    """The numbers of the styles that show dates."""
    root = _tree(part)
    codes = {
        each.get("numFmtId"): each.get("formatCode", "") for each in root.iter(_NAMED + "numFmt")
    }
    known = {key for key, code in codes.items() if "yy" in code.lower()} | {"14", "22"}
    styles = root.find(_NAMED + "cellXfs")
    assert styles is not None
    return {str(n) for n, style in enumerate(styles) if style.get("numFmtId") in known}


def _sheet(part: str, strings: _Strings, dates: set[str], moved: int, *, is_strict: bool) -> str:
    root = _tree(part)
    columns, rows, rest, validations = "", "", "", ""
    for each in root:
        name = each.tag.removeprefix(_NAMED)
        if name == "cols":
            columns = "".join(f"<col {_attributes(col, customWidth='1')}/>" for col in each)
        elif name == "sheetData":
            rows = "".join(
                f'<row {_attributes(row, spans="1:20")} x14ac:dyDescent="0.25">'
                f"{''.join(_cell(c, strings, dates, moved, is_strict) for c in row)}</row>"
                for row in each
            )
        elif name == "dataValidations":
            validations = "".join(map(_validation, each))
        elif name in {"mergeCells", "autoFilter", "sheetProtection"}:
            rest += _plain(each)
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" {IGNORED}><sheetPr/>'
        f'<dimension ref="A1"/><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>'
        f"<cols>{columns}</cols><sheetData>{rows}</sheetData>{rest}{CONTROLS}"
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
        ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        f"{validations}</x14:dataValidations></ext></extLst></worksheet>"
    ).replace("<cols></cols>", "")


def _cell(
    cell: ElementTree.Element, strings: _Strings, dates: set[str], moved: int, is_strict: bool
) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(_NAMED + "v")
    place = f'r="{cell.get("r")}" s="{cell.get("s", "0")}"'
    formula = cell.find(_NAMED + "f")
    if kind == "inlineStr":
        text = "".join(t.text or "" for t in cell.iter(_NAMED + "t"))
    elif kind == "s" and value is not None:
        text = strings.old[int(value)]
    elif value is None:
        return f"<c {place}/>"
    elif kind == "n" and cell.get("s") in dates:
        return _date(place, float(value) - moved, is_strict=is_strict)
    else:
        told = "" if formula is None else f"<f>{escape(formula.text or '')}</f>"
        typed = "" if kind == "n" else f' t="{kind}"'
        return f"<c {place}{typed}>{told}<v>{escape(value)}</v></c>"
    return f'<c {place} t="s"><v>{strings.place(text)}</v></c>'


def _date(place: str, serial: float, *, is_strict: bool) -> str:
    if not is_strict:
        return f"<c {place}><v>{serial:g}</v></c>"
    day = WINDOWS_EPOCH.date() + timedelta(days=int(serial))
    return f'<c {place} t="d"><v>{day.isoformat()}T00:00:00</v></c>'


def _validation(one: ElementTree.Element) -> str:
    formula = one.findtext(_NAMED + "formula1") or ""
    return (
        f'<x14:dataValidation type="list" xr:uid="{{00000000-0002-0000-0000-000000000000}}">'
        f"<x14:formula1><xm:f>{escape(formula)}</xm:f></x14:formula1>"
        f"<xm:sqref>{one.get('sqref')}</xm:sqref></x14:dataValidation>"
    )


def _attributes(element: ElementTree.Element, **more: str) -> str:
    told = dict(element.items()) | more
    return " ".join(f"{name}={quoteattr(value)}" for name, value in told.items())


def _plain(element: ElementTree.Element) -> str:
    name = element.tag.removeprefix(_NAMED)
    return f"<{name} {_attributes(element)}>{''.join(map(_plain, element))}</{name}>"


def _styles(part: str) -> str:
    """With formats of conditions that strike out, which are those of no cell."""
    conditions = (
        '<dxfs count="1"><dxf><font><strike/></font><numFmt numFmtId="164" formatCode="yyyy"/>'
        '<fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf></dxfs>'
    )
    part = re.sub("<dxfs.*?(?:/>|</dxfs>)", "", part, flags=re.DOTALL)
    return re.sub("(</cellStyles>|<cellStyles[^>]*/>)", rf"\1{conditions}", part)


def _workbook(part: str, counts_from_1904: bool) -> str:
    """With the other sheets first, and one that nobody is to see."""
    root = _tree(part)
    found = root.find(_NAMED + "sheets")
    assert found is not None
    sheets = [
        f'<sheet name={quoteattr(each.get("name", ""))} sheetId="{n}" r:id="rId{n}"'
        + (f' state="{each.get("state")}"' if each.get("state", "visible") != "visible" else "")
        + "/>"
        for n, each in enumerate(found, start=1)
    ]
    counting = ' date1904="1"' if counts_from_1904 else ""
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}" {IGNORED}>'
        '<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="22228"/>'
        f'<workbookPr{counting} defaultThemeVersion="166925"/>'
        '<mc:AlternateContent><mc:Choice Requires="x15">'
        '<x15ac:absPath url="C:\\Lists\\" xmlns:x15ac="urn:x15ac"/></mc:Choice>'
        "</mc:AlternateContent><bookViews><workbookView/></bookViews>"
        f"<sheets>{''.join(reversed(sheets))}</sheets>"
        '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
        'Contacts!$A$1:$B$2</definedName></definedNames><calcPr calcId="191029"/></workbook>'
    )


def _references(sheets: list[str]) -> str:
    """With absolute targets, in another order than the sheets are listed."""
    told = [
        *((f"rId{n}", "worksheet", f"/{name}") for n, name in enumerate(sorted(sheets), start=1)),
        ("rId91", "calcChain", "/xl/calcChain.xml"),
        ("rId92", "styles", "/xl/styles.xml"),
        ("rId93", "sharedStrings", "/xl/sharedStrings.xml"),
    ]
    listed = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in reversed(told)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def _strictly(text: str) -> str:
    return text.replace(MAIN, STRICT + "spreadsheetml/main").replace(
        OFFICE, STRICT + "officeDocument/relationships"
    )
