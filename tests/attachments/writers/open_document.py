"""OpenDocument files by odfpy; with a password by LibreOffice, see by_libreoffice."""

import pathlib

from odf import dc, draw, meta, number, office, presentation, style, svg, table, text
from odf.namespaces import TEXTNS, XMLNS
from odf.opendocument import (
    OpenDocumentPresentation,
    OpenDocumentSpreadsheet,
    OpenDocumentText,
)

from plan import DIGITS, LABELLED, NUMBER, place


def odf(name, kind, **expected):
    """Gives the function a new document, and saves it."""

    def wrap(fill):
        def write(path):
            document = kind()
            fill(document)
            document.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        return place("open_document", name, **expected)(write)

    return wrap


def paragraph(words):
    return text.P(text=words)


@odf("paragraph.odt", OpenDocumentText)
def a_paragraph(document):
    document.text.addElement(paragraph(LABELLED))


@odf("spans.odt", OpenDocumentText)
def a_number_in_spans(document):
    whole = text.P()
    for piece in ["NHS No 94", "3 4", "76 59", "19"]:
        whole.addElement(text.Span(text=piece))
    document.text.addElement(whole)


@odf("table.odt", OpenDocumentText)
def a_cell_of_a_table(document):
    grid = table.Table(name="T")
    grid.addElement(table.TableColumn(numbercolumnsrepeated=2))
    for cells in (["Name", "NHS No"], ["A. Person", NUMBER]):
        row = table.TableRow()
        for words in cells:
            cell = table.TableCell()
            cell.addElement(paragraph(words))
            row.addElement(cell)
        grid.addElement(row)
    document.text.addElement(grid)


@odf("header.odt", OpenDocumentText)
def a_header(document):
    layout = style.PageLayout(name="L")
    document.automaticstyles.addElement(layout)
    page = style.MasterPage(name="Standard", pagelayoutname=layout)
    header = style.Header()
    header.addElement(paragraph(LABELLED))
    page.addElement(header)
    document.masterstyles.addElement(page)


@odf("footnote.odt", OpenDocumentText)
def a_footnote(document):
    note = text.Note(noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(paragraph(LABELLED))
    note.addElement(body)
    holder = paragraph("See below")
    holder.addElement(note)
    document.text.addElement(holder)


@odf("comment.odt", OpenDocumentText)
def a_comment(document):
    comment = office.Annotation()
    comment.addElement(paragraph(LABELLED))
    holder = paragraph("See beside")
    holder.addElement(comment)
    document.text.addElement(holder)


@odf("hidden.odt", OpenDocumentText, hidden="text")
def hidden_text(document):
    unseen = style.Style(name="Unseen", family="text")
    unseen.addElement(style.TextProperties(display="none"))
    document.automaticstyles.addElement(unseen)
    holder = text.P()
    holder.addElement(text.Span(stylename=unseen, text=LABELLED))
    document.text.addElement(holder)


@odf("white.odt", OpenDocumentText, hidden="text")
def white_on_white(document):
    unseen = style.Style(name="White", family="text")
    unseen.addElement(style.TextProperties(color="#ffffff"))
    document.automaticstyles.addElement(unseen)
    holder = text.P()
    holder.addElement(text.Span(stylename=unseen, text=LABELLED))
    document.text.addElement(holder)


@odf("deleted.odt", OpenDocumentText, hidden="deletion")
def a_tracked_deletion(document):
    changes = text.TrackedChanges()
    region = text.ChangedRegion(
        qattributes={(XMLNS, "id"): "c1", (TEXTNS, "id"): "c1"}
    )
    deletion = text.Deletion()
    info = office.ChangeInfo()
    info.addElement(dc.Creator(text="A"))
    info.addElement(dc.Date(text="2026-01-01T00:00:00"))
    deletion.addElement(info)
    deletion.addElement(paragraph(LABELLED))
    region.addElement(deletion)
    changes.addElement(region)
    document.text.addElement(changes)
    place_of_it = text.P(text="Before")
    place_of_it.addElement(text.Change(changeid="c1"))
    document.text.addElement(place_of_it)


@odf("alternative-text.odt", OpenDocumentText)
def alternative_text(document):
    frame = draw.Frame(width="1cm", height="1cm", anchortype="paragraph")
    frame.addElement(draw.TextBox())
    frame.addElement(svg.Desc(text=LABELLED))
    holder = text.P()
    holder.addElement(frame)
    document.text.addElement(holder)


@odf("subject.odt", OpenDocumentText)
def the_property_subject(document):
    document.meta.addElement(dc.Subject(text=LABELLED))


@odf("custom-property.odt", OpenDocumentText)
def a_custom_property(document):
    document.meta.addElement(meta.UserDefined(name="NHS No", text=NUMBER))


@place("open_document", "flat.fodt")
def flat(path):
    """a document in one file of XML"""
    document = OpenDocumentText()
    document.text.addElement(paragraph(LABELLED))
    with open(path, "wb") as file:
        file.write(document.xml())


def sheet(document, name, rows, hide=None, **attributes):
    """A sheet; `hide` is how its last row is hidden."""
    grid = table.Table(name=name, **attributes)
    for number, cells in enumerate(rows):
        last = hide if number == len(rows) - 1 else None
        row = table.TableRow(visibility=last) if last else table.TableRow()
        for value in cells:
            if isinstance(value, int):
                cell = table.TableCell(valuetype="float", value=value)
            else:
                cell = table.TableCell(valuetype="string")
            cell.addElement(paragraph(str(value)))
            row.addElement(cell)
        grid.addElement(row)
    document.spreadsheet.addElement(grid)
    return grid


ROWS = [["Name", "NHS No"], ["A. Person", NUMBER]]


@odf("cell.ods", OpenDocumentSpreadsheet, unit=("sheet", 2))
def a_cell_of_text(document):
    sheet(document, "First", [["nothing"]])
    sheet(document, "Second", ROWS)


@odf("number.ods", OpenDocumentSpreadsheet, unit=("sheet", 1))
def a_cell_that_is_a_number(document):
    sheet(document, "First", [["Name", "NHS No"], ["A. Person", int(DIGITS)]])


@odf("hidden-sheet.ods", OpenDocumentSpreadsheet, unit=("sheet", 2), hidden="sheet")
def a_hidden_sheet(document):
    unseen = style.Style(name="Unseen", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(unseen)
    sheet(document, "First", [["nothing"]])
    sheet(document, "Second", ROWS, stylename=unseen)


@odf("hidden-row.ods", OpenDocumentSpreadsheet, unit=("sheet", 1), hidden="row")
def a_hidden_row(document):
    sheet(document, "First", ROWS, hide="collapse")


@odf("filtered.ods", OpenDocumentSpreadsheet, unit=("sheet", 1), hidden="filtered-row")
def a_row_that_a_filter_hides(document):
    sheet(document, "First", ROWS, hide="filter")


@odf("hidden-column.ods", OpenDocumentSpreadsheet, unit=("sheet", 1), hidden="column")
def a_hidden_column(document):
    grid = sheet(document, "First", ROWS)
    columns = [table.TableColumn(), table.TableColumn(visibility="collapse")]
    for column in reversed(columns):
        grid.insertBefore(column, grid.firstChild)


@odf("comment.ods", OpenDocumentSpreadsheet, unit=("sheet", 2))
def a_comment_on_a_cell(document):
    sheet(document, "First", [["nothing"]])
    grid = sheet(document, "Second", [["nothing"]])
    # LibreOffice loses one that is closed when it writes a flat file.
    comment = office.Annotation(display="true")
    comment.addElement(paragraph(LABELLED))
    grid.lastChild.firstChild.addElement(comment)


def styled(document, *properties, format=None):
    """A sheet with the number in a cell of a style of its own."""
    look = style.Style(name="Look", family="table-cell", datastylename=format)
    for part in properties:
        look.addElement(part)
    document.automaticstyles.addElement(look)
    grid = sheet(document, "First", ROWS[:1])
    row = table.TableRow()
    row.addElement(table.TableCell(stylename=look, valuetype="float", value=int(DIGITS)))
    row.firstChild.addElement(paragraph("" if format else DIGITS))
    grid.addElement(row)


@odf("white-cell.ods", OpenDocumentSpreadsheet, unit=("sheet", 1), hidden="text")
def a_cell_of_white_letters(document):
    styled(document, style.TextProperties(color="#ffffff"))


# White letters on a dark ground are what many tables have for heads.
@odf("white-on-dark-cell.ods", OpenDocumentSpreadsheet, unit=("sheet", 1))
def a_dark_cell_of_white_letters(document):
    styled(
        document,
        style.TableCellProperties(backgroundcolor="#1f3864"),
        style.TextProperties(color="#ffffff"),
    )


@odf("no-format.ods", OpenDocumentSpreadsheet, unit=("sheet", 1), hidden="text")
def a_number_format_that_shows_nothing(document):
    nothing = number.NumberStyle(name="N1")
    nothing.addElement(number.Text(text="see notes"))
    document.automaticstyles.addElement(nothing)
    styled(document, format=nothing)


def slide(document, hide=False):
    layout = style.PageLayout(name="L")
    document.automaticstyles.addElement(layout)
    master = style.MasterPage(name="M", pagelayoutname=layout)
    document.masterstyles.addElement(master)
    unseen = style.Style(name="Unseen", family="drawing-page")
    if hide:
        unseen.addElement(style.DrawingPageProperties(visibility="hidden"))
    document.automaticstyles.addElement(unseen)
    for _ in range(2):
        page = draw.Page(masterpagename=master, stylename=unseen)
        document.presentation.addElement(page)
    return page


def box(words, **attributes):
    frame = draw.Frame(width="9cm", height="2cm", x="1cm", y="1cm", **attributes)
    inner = draw.TextBox()
    inner.addElement(paragraph(words))
    frame.addElement(inner)
    return frame


@odf("slide.odp", OpenDocumentPresentation, unit=("slide", 2))
def a_slide(document):
    slide(document).addElement(box(LABELLED))


def white_box(document, **fill):
    """The number in white letters in a box."""
    white = style.Style(name="White", family="text")
    white.addElement(style.TextProperties(color="#ffffff"))
    document.automaticstyles.addElement(white)
    look = style.Style(name="Look", family="graphic")
    look.addElement(style.GraphicProperties(**fill))
    document.automaticstyles.addElement(look)
    frame = box("", stylename=look)
    words = text.Span(stylename=white, text=LABELLED)
    frame.firstChild.firstChild.addElement(words)
    slide(document).addElement(frame)


@odf("white.odp", OpenDocumentPresentation, unit=("slide", 2), hidden="text")
def white_letters_on_a_white_slide(document):
    white_box(document, fill="none")


@odf("white-in-dark-box.odp", OpenDocumentPresentation, unit=("slide", 2))
def white_letters_in_a_dark_box(document):
    white_box(document, fill="solid", fillcolor="#1f3864")


@odf("hidden-slide.odp", OpenDocumentPresentation, unit=("slide", 2), hidden="slide")
def a_hidden_slide(document):
    slide(document, hide=True).addElement(box(LABELLED))


@odf("notes.odp", OpenDocumentPresentation, unit=("slide", 2), hidden="notes")
def the_notes_of_a_slide(document):
    notes = presentation.Notes()
    notes.addElement(box(LABELLED))
    slide(document).addElement(notes)


# odfpy can't encrypt, and neither can any other free writer but an office.
for _name in ["locked.odt", "locked.ods", "locked.odp"]:

    def _locked(path, name=_name):
        made = pathlib.Path(__file__).parent / "by_libreoffice" / name
        pathlib.Path(path).write_bytes(made.read_bytes())

    _locked.__doc__ = f"{_name} with a password"
    place("open_document", _name, gap="encrypted open-document", found=False)(_locked)
