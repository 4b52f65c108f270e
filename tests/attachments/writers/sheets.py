"""Workbooks by openpyxl, XlsxWriter, xlwt and pyxlsbwriter."""

import datetime
import io
import pathlib

import openpyxl
import pyxlsbwriter
import xlsxwriter
import xlwt
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.relationship import Relationship
from openpyxl.pivot.cache import (
    CacheDefinition,
    CacheField,
    CacheSource,
    SharedItems,
    WorksheetSource,
)
from openpyxl.pivot.fields import Number, Text
from openpyxl.pivot.record import Record, RecordList
from openpyxl.pivot.table import Location, PivotField, TableDefinition
from openpyxl.workbook.external_link.external import (
    ExternalBook,
    ExternalCell,
    ExternalLink,
    ExternalRow,
    ExternalSheetData,
    ExternalSheetDataSet,
    ExternalSheetNames,
)
from openpyxl.styles import Font, GradientFill, PatternFill
from openpyxl.worksheet.table import Table, TableStyleInfo
from PIL import Image

from plan import DIGITS, LABELLED, NUMBER, place

MACRO = pathlib.Path(__file__).parent / "by_libreoffice/vbaProject.bin"


def opened(name, **expected):
    """Gives the function a workbook of openpyxl with two sheets."""

    def wrap(fill):
        def write(path):
            book = openpyxl.Workbook()
            book.active.append(["Name", "NHS No"])
            book.create_sheet("Second").append(["Name", "NHS No"])
            fill(book)
            book.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        expected.setdefault("unit", ("sheet", 2))
        return place("sheets", name, **expected)(write)

    return wrap


def streamed(name, options=None, **expected):
    """Gives the function a workbook of XlsxWriter and its second sheet."""

    def wrap(fill):
        def write(path):
            book = xlsxwriter.Workbook(path, options or {})
            book.add_worksheet("First").write_row(0, 0, ["Name", "NHS No"])
            fill(book, book.add_worksheet("Second"))
            book.close()

        write.__doc__ = fill.__name__.replace("_", " ")
        expected.setdefault("unit", ("sheet", 2))
        return place("sheets", name, **expected)(write)

    return wrap


def old(name, **expected):
    """Gives the function an old workbook of xlwt and its second sheet."""

    def wrap(fill):
        def write(path):
            book = xlwt.Workbook()
            book.add_sheet("First").write(0, 0, "NHS No")
            fill(book, book.add_sheet("Second"))
            book.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        expected.setdefault("unit", ("sheet", 2))
        return place("old_sheets", name, **expected)(write)

    return wrap


@opened("text.xlsx")
def a_cell_of_text(book):
    book["Second"].append(["A. Person", NUMBER])


@opened("number.xlsx")
def a_cell_that_is_a_number(book):
    book["Second"].append(["A. Person", int(DIGITS)])


@opened("float.xlsx")
def a_cell_that_is_a_fraction_shown_without_one(book):
    book["Second"].append(["A. Person", int(DIGITS) + 0.25])
    book["Second"]["B2"].number_format = "0"


@opened("formatted.xlsx")
def a_number_that_a_format_spaces(book):
    book["Second"].append(["A. Person", int(DIGITS)])
    book["Second"]["B2"].number_format = "000 000 0000"


@opened("three-cells.xlsx")
def a_number_in_three_cells(book):
    book["Second"].append(["NHS No", "943", "476", "5919"])


@opened("hidden-sheet.xlsx", hidden="sheet")
def a_hidden_sheet(book):
    book["Second"].append(["A. Person", NUMBER])
    book["Second"].sheet_state = "hidden"


@opened("very-hidden-sheet.xlsx", hidden="very-hidden-sheet")
def a_very_hidden_sheet(book):
    book["Second"].append(["A. Person", int(DIGITS)])
    book["Second"].sheet_state = "veryHidden"


@opened("hidden-row.xlsx", hidden="row")
def a_hidden_row(book):
    book["Second"].append(["A. Person", NUMBER])
    book["Second"].row_dimensions[2].hidden = True


@opened("hidden-column.xlsx", hidden="column")
def a_hidden_column(book):
    book["Second"].append(["A. Person", NUMBER])
    book["Second"].column_dimensions["B"].hidden = True


@opened("white.xlsx", hidden="text")
def white_on_white(book):
    book["Second"].append(["A. Person", NUMBER])
    book["Second"]["B2"].font = openpyxl.styles.Font(color="FFFFFFFF")


# White letters are what the heads of many tables have.
@opened("white-on-gradient.xlsx")
def white_letters_in_a_cell_of_changing_colour(book):
    book["Second"]["B2"] = NUMBER
    book["Second"]["B2"].font = Font(color="FFFFFFFF")
    book["Second"]["B2"].fill = GradientFill(stop=("000000", "1F3864"))


@opened("white-in-table-head.xlsx")
def white_letters_in_the_head_of_a_table(book):
    sheet = book["Second"]
    sheet["B1"], sheet["B1"].font = LABELLED, Font(color="FFFFFFFF")
    sheet.append(["A", "B"])
    table = Table(displayName="Patients", ref="A1:B2")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)


@opened("white-under-condition.xlsx")
def white_letters_that_a_condition_puts_on_a_dark_ground(book):
    book["Second"]["B2"], book["Second"]["B2"].font = NUMBER, Font(color="FFFFFFFF")
    dark = PatternFill("solid", bgColor="FF1F3864")
    rule = FormulaRule(formula=["TRUE"], fill=dark)
    book["Second"].conditional_formatting.add("B2:B9", rule)


@opened("white-beside-condition.xlsx", hidden="text")
def white_letters_that_a_condition_makes_bold(book):
    book["Second"]["B2"], book["Second"]["B2"].font = NUMBER, Font(color="FFFFFFFF")
    rule = FormulaRule(formula=["TRUE"], font=Font(bold=True))
    book["Second"].conditional_formatting.add("B2:B9", rule)


@opened("no-format.xlsx", hidden="text")
def a_format_that_shows_nothing(book):
    book["Second"].append(["A. Person", int(DIGITS)])
    book["Second"]["B2"].number_format = ";;;"


@opened("comment.xlsx")
def a_comment(book):
    book["Second"]["A1"].comment = openpyxl.comments.Comment(LABELLED, "A")


@opened("header.xlsx")
def the_header_of_a_sheet(book):
    book["Second"].oddHeader.center.text = LABELLED


@opened("subject.xlsx", unit=None)
def the_property_subject(book):
    book.properties.subject = LABELLED


@opened("custom-property.xlsx", unit=None)
def a_custom_property(book):
    kind = openpyxl.packaging.custom.StringProperty
    book.custom_doc_props.append(kind(name="NHS No", value=NUMBER))


@opened("defined-name.xlsx", unit=None)
def the_value_of_a_defined_name(book):
    kind = openpyxl.workbook.defined_name.DefinedName
    book.defined_names["Patient"] = kind("Patient", attr_text=f'"{LABELLED}"')


@opened("validation.xlsx")
def the_list_of_a_drop_down(book):
    kind = openpyxl.worksheet.datavalidation.DataValidation
    rule = kind(type="list", formula1=f'"{LABELLED},none"')
    rule.add("B2")
    book["Second"].add_data_validation(rule)


@opened("template.xltx")
def a_template(book):
    book["Second"].append(["A. Person", NUMBER])
    book.template = True


@opened("pivot.xlsx", hidden="pivot-cache")
def the_rows_behind_a_pivot_table(book):
    shared = SharedItems(_fields=(Text(v="A. Person"),), count=1)
    numbers = SharedItems(containsNumber=True, containsInteger=True, containsString=False)
    cache = CacheDefinition(
        id="rId1",
        cacheSource=CacheSource(
            type="worksheet", worksheetSource=WorksheetSource(ref="A1:B2", sheet="Gone")
        ),
        cacheFields=(
            CacheField(name="Name", sharedItems=shared),
            CacheField(name="NHS No", sharedItems=numbers),
        ),
        recordCount=1,
    )
    cache.records = RecordList(r=[Record(_fields=(Text(v="A. Person"), Number(v=int(DIGITS))))])
    table = TableDefinition(
        name="Pivot",
        cacheId=1,
        dataCaption="Values",
        location=Location(ref="A3:A4", firstHeaderRow=1, firstDataRow=1, firstDataCol=1),
        pivotFields=(PivotField(axis="axisRow"), PivotField()),
    )
    table.cache = cache
    book["Second"]._pivots.append(table)


@opened("external.xlsx", unit=None, hidden="external-cache")
def values_kept_from_another_workbook(book):
    cell = ExternalCell(r="B2", t="n", v=DIGITS)
    head = ExternalCell(r="A2", t="str", v="NHS No")
    rows = ExternalSheetData(sheetId=0, row=(ExternalRow(r=2, cell=(head, cell)),))
    names = ExternalSheetNames(sheetName=["All"])
    link = ExternalLink(
        externalBook=ExternalBook(
            sheetNames=names, sheetDataSet=ExternalSheetDataSet(sheetData=(rows,)), id="rId1"
        )
    )
    link.file_link = Relationship(
        type="externalLinkPath", Target="other.xlsx", TargetMode="External"
    )
    book._external_links.append(link)


@streamed("formula.xlsx")
def the_kept_value_of_a_formula(book, sheet):
    sheet.write_formula("B2", "=A9*2", value=int(DIGITS))
    sheet.write("A2", "NHS No")


@streamed("formula-text.xlsx")
def a_formula_that_is_the_number(book, sheet):
    sheet.write_formula("B2", f'="{LABELLED}"', value="")


@streamed("inline.xlsx", {"constant_memory": True})
def a_string_in_the_sheet_itself(book, sheet):
    sheet.write("B2", LABELLED)


@streamed("rich.xlsx")
def a_string_of_several_looks(book, sheet):
    bold = book.add_format({"bold": True})
    sheet.write_rich_string("B2", "NHS No 943 4", bold, "76 59", "19")


@streamed("filtered.xlsx", hidden="filtered-row")
def a_row_that_a_filter_hides(book, sheet):
    sheet.write_row(0, 0, ["Name", "NHS No"])
    sheet.write_row(1, 0, ["A. Person", NUMBER])
    sheet.write_row(2, 0, ["Nobody", "none"])
    sheet.autofilter(0, 0, 2, 1)
    sheet.filter_column(0, "x == Nobody")
    sheet.set_row(1, options={"hidden": True})


@streamed("text-box.xlsx")
def a_text_box(book, sheet):
    sheet.insert_textbox("D4", LABELLED)


@streamed("alternative-text.xlsx")
def alternative_text_of_a_picture(book, sheet):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    sheet.insert_image("D4", "x.png", {"image_data": picture, "description": LABELLED})


@streamed("link.xlsx")
def the_target_of_a_link(book, sheet):
    sheet.write_url("B2", f"https://x.example/?nhs={DIGITS}", string="here")


@streamed("chart.xlsx")
def the_title_of_a_chart(book, sheet):
    sheet.write_column("A1", [1, 2])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Second!$A$1:$A$2"})
    chart.set_title({"name": LABELLED})
    sheet.insert_chart("D4", chart)


@streamed("date-system.xlsx", {"default_date_format": "yyyy-mm-dd"})
def a_number_beside_a_date(book, sheet):
    sheet.write_row(0, 0, ["Born", "NHS No"])
    sheet.write_datetime(1, 0, datetime.datetime(1970, 1, 2))
    sheet.write_number(1, 1, int(DIGITS))


@streamed("sheet-name.xlsx", where="attachment-name", unit=("sheet", 3))
def the_name_of_a_sheet(book, sheet):
    book.add_worksheet(LABELLED)


@streamed("macro-cell.xlsm")
def a_cell_of_a_workbook_with_macros(book, sheet):
    sheet.write_row(0, 0, ["Name", "NHS No"])
    sheet.write_row(1, 0, ["A. Person", int(DIGITS)])
    book.add_vba_project(io.BytesIO(MACRO.read_bytes()), is_stream=True)


@streamed("macro.xlsm", unit=None)
def a_macro(book, sheet):
    book.add_vba_project(io.BytesIO(MACRO.read_bytes()), is_stream=True)


def binary(name, hide=False, **expected):
    """Gives the function a list for the rows of the second sheet of an XLSB."""

    def wrap(fill):
        def write(path):
            rows = []
            fill(rows)
            with pyxlsbwriter.XlsbWriter(path) as book:
                book.add_sheet("First")
                book.write_sheet([["Name", "NHS No"]])
                book.add_sheet("Second", hidden=hide)
                book.write_sheet(rows)

        write.__doc__ = fill.__name__.replace("_", " ")
        return place("sheets", name, unit=("sheet", 2), **expected)(write)

    return wrap


@binary("text.xlsb")
def a_cell_of_text_in_a_binary_workbook(rows):
    rows += [["Name", "NHS No"], ["A. Person", NUMBER]]


@binary("number.xlsb")
def a_number_in_a_binary_workbook(rows):
    rows += [["Name", "NHS No"], ["A. Person", int(DIGITS)]]


@binary("hidden-sheet.xlsb", hide=True, hidden="sheet")
def a_hidden_sheet_of_a_binary_workbook(rows):
    rows += [["Name", "NHS No"], ["A. Person", NUMBER]]


@old("text.xls")
def a_cell_of_text_in_an_old_workbook(book, sheet):
    sheet.write(1, 1, LABELLED)


@old("number.xls")
def a_number_in_an_old_workbook(book, sheet):
    sheet.write(0, 1, "NHS No")
    sheet.write(1, 1, int(DIGITS))


@old("formatted.xls")
def a_spaced_number_in_an_old_workbook(book, sheet):
    style = xlwt.easyxf(num_format_str="000 000 0000")
    sheet.write(0, 1, "NHS No")
    sheet.write(1, 1, int(DIGITS), style)


@old("rich.xls")
def a_string_of_several_looks_in_an_old_workbook(book, sheet):
    bold = xlwt.easyfont("bold on")
    sheet.write_rich_text(1, 1, ["NHS No 943 4", ("76 59", bold), "19"])


@old("hidden-sheet.xls", hidden="sheet")
def a_hidden_sheet_of_an_old_workbook(book, sheet):
    sheet.write(1, 1, LABELLED)
    sheet.visibility = 1


@old("very-hidden-sheet.xls", hidden="very-hidden-sheet")
def a_very_hidden_sheet_of_an_old_workbook(book, sheet):
    sheet.write(1, 1, LABELLED)
    sheet.visibility = 2


@old("hidden-row.xls", hidden="row")
def a_hidden_row_of_an_old_workbook(book, sheet):
    sheet.write(1, 1, LABELLED)
    sheet.row(1).hidden = True


@old("hidden-column.xls", hidden="column")
def a_hidden_column_of_an_old_workbook(book, sheet):
    sheet.write(1, 1, LABELLED)
    sheet.col(1).hidden = True


@old("header.xls")
def the_header_of_an_old_sheet(book, sheet):
    sheet.header_str = LABELLED.encode()


@old("link.xls")
def a_formula_with_the_number_in_an_old_workbook(book, sheet):
    sheet.write(1, 1, xlwt.Formula(f'HYPERLINK("https://x.example/?nhs={DIGITS}";"here")'))


@old("sheet-name.xls", where="attachment-name", unit=("sheet", 3))
def the_name_of_an_old_sheet(book, sheet):
    book.add_sheet(LABELLED)
