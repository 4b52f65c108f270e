"""Word documents by python-docx; what it can't say is put in by lxml."""

import io

import docx
import openpyxl
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Inches, Pt, RGBColor
from PIL import Image

from plan import DIGITS, LABELLED, NUMBER, place

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(name, **expected):
    """Gives the function a new document, and saves it."""

    def wrap(fill):
        def write(path):
            document = docx.Document()
            document.add_paragraph("A letter about nothing.")
            fill(document)
            document.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        return place("word", name, **expected)(write)

    return wrap


@word("paragraph.docx")
def a_paragraph(document):
    document.add_paragraph(f"Re: {LABELLED}")


@word("runs.docx")
def a_number_in_five_runs_of_different_looks(document):
    paragraph = document.add_paragraph("NHS No ")
    for number, piece in enumerate(["94", "3 4", "76 ", "59", "19"]):
        run = paragraph.add_run(piece)
        run.bold = number % 2 == 0
        run.font.size = Pt(9 + number)


@word("table.docx")
def a_cell_of_a_table(document):
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Name", "NHS No"
    table.cell(1, 0).text, table.cell(1, 1).text = "A. Person", NUMBER


@word("inner-table.docx")
def a_table_in_a_table(document):
    outer = document.add_table(rows=1, cols=1).cell(0, 0)
    outer.add_table(rows=1, cols=1).cell(0, 0).text = LABELLED


@word("header.docx")
def a_header(document):
    document.sections[0].header.paragraphs[0].text = LABELLED


@word("footer.docx")
def a_footer(document):
    document.sections[0].footer.paragraphs[0].text = LABELLED


@word("first-page-header.docx")
def the_header_of_the_first_page_only(document):
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = LABELLED


@word("comment.docx")
def a_comment(document):
    paragraph = document.add_paragraph("Please see the comment.")
    document.add_comment(paragraph.runs, text=LABELLED, author="A", initials="A")


@word("subject.docx")
def the_property_subject(document):
    document.core_properties.subject = LABELLED


@word("keywords.docx")
def the_property_keywords(document):
    document.core_properties.keywords = f"clinic, {LABELLED}"


@word("custom-property.docx")
def a_custom_property(document):
    part(
        document.part.package,
        "/docProps/custom.xml",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        RT.CUSTOM_PROPERTIES,
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="NHS No">'
        f"<vt:lpwstr>{NUMBER}</vt:lpwstr></property></Properties>",
    )


@word("custom-xml.docx")
def custom_xml(document):
    part(
        document.part,
        "/customXml/item9.xml",
        "application/xml",
        RT.CUSTOM_XML,
        f"<patient><nhsNumber>{DIGITS}</nhsNumber></patient>",
    )


@word("alternative-text.docx")
def the_alternative_text_of_a_picture(document):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    shape = document.add_picture(picture)
    shape._inline.docPr.set("descr", f"Label of {LABELLED}")


@word("text-box.docx")
def a_text_box(document):
    document.paragraphs[0]._p.append(
        parse_xml(
            f'<w:r {W} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
            f"<w:txbxContent><w:p><w:r><w:t>{LABELLED}</w:t></w:r></w:p></w:txbxContent>"
            "</v:textbox></v:shape></w:pict></w:r>"
        )
    )


@word("deleted.docx", hidden="deletion")
def a_tracked_deletion(document):
    document.paragraphs[0]._p.append(
        parse_xml(
            f'<w:del {W} w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r>'
            f"<w:delText>{LABELLED}</w:delText></w:r></w:del>"
        )
    )


@word("inserted.docx")
def a_tracked_insertion(document):
    document.paragraphs[0]._p.append(
        parse_xml(
            f'<w:ins {W} w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r>'
            f"<w:t>{LABELLED}</w:t></w:r></w:ins>"
        )
    )


@word("hidden-text.docx", hidden="text")
def hidden_text(document):
    document.add_paragraph().add_run(LABELLED).font.hidden = True


@word("hidden-style.docx", hidden="text")
def text_in_a_style_that_hides_it(document):
    style = document.styles.add_style("Unseen", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    style.font.hidden = True
    document.add_paragraph(LABELLED, style="Unseen")


@word("white.docx", hidden="text")
def white_on_white(document):
    run = document.add_paragraph().add_run(LABELLED)
    run.font.color.rgb = RGBColor(255, 255, 255)


@word("white-style.docx", hidden="text")
def text_in_a_style_with_white_letters(document):
    style = document.styles.add_style("Pale", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    style.font.color.rgb = RGBColor(254, 254, 254)
    document.add_paragraph().add_run(LABELLED, style="Pale")


def looked(document, look):
    """A run with one more property."""
    run = document.add_paragraph().add_run(LABELLED)
    run._r.get_or_add_rPr().append(parse_xml(look))


@word("white-theme.docx", hidden="text")
def letters_in_the_ground_of_the_theme(document):
    looked(document, f'<w:color {W} w:val="auto" w:themeColor="background1"/>')


@word("grey-theme.docx")
def letters_in_a_darker_ground_of_the_theme(document):
    looked(
        document,
        f'<w:color {W} w:val="auto" w:themeColor="background1" w:themeShade="80"/>',
    )


@word("white-fill.docx", hidden="text")
def letters_filled_with_white(document):
    w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    looked(
        document,
        f'<w14:textFill {w14}><w14:solidFill><w14:schemeClr w14:val="bg1"/></w14:solidFill>'
        "</w14:textFill>",
    )


@word("white-cell.docx", hidden="text")
def white_on_white_in_a_cell(document):
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.paragraphs[0].add_run(LABELLED).font.color.rgb = RGBColor(255, 255, 255)


# White letters on a dark ground are what many tables have for heads.
@word("white-on-dark.docx")
def white_on_dark_in_a_cell(document):
    table = document.add_table(rows=2, cols=1)
    table.cell(1, 0).text = "below"
    cell = table.cell(0, 0)
    cell.paragraphs[0].add_run(LABELLED).font.color.rgb = RGBColor(255, 255, 255)
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {W} w:val="clear" w:color="auto" w:fill="1F3864"/>')
    )


@word("white-on-dark-paragraph.docx")
def white_on_dark_in_a_paragraph(document):
    paragraph = document.add_paragraph()
    paragraph.add_run(LABELLED).font.color.rgb = RGBColor(255, 255, 255)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:shd {W} w:val="clear" w:color="auto" w:fill="1F3864"/>')
    )


def behind(document, width, height):
    """White letters in the body, a picture of so many inches behind the text."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(picture, "PNG")
    picture.seek(0)
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.add_run().add_picture(picture, Inches(width), Inches(height))
    inline = paragraph._p.find(".//{*}inline")
    anchor = parse_xml(
        '<wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'behindDoc="1" simplePos="0" relativeHeight="1" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        "<wp:wrapNone/></wp:anchor>"
    )
    extent, *others = inline
    anchor.insert(3, extent)
    anchor.extend(others)
    inline.getparent().replace(inline, anchor)
    document.add_paragraph().add_run(LABELLED).font.color.rgb = RGBColor(255, 255, 255)


@word("white-on-picture.docx")
def white_letters_before_the_picture_of_a_page(document):
    behind(document, 8, 11)


@word("white-beside-logo.docx", hidden="text")
def white_letters_in_a_letter_with_a_logo(document):
    behind(document, 2.5, 1)


@word("footnote.docx")
def a_footnote(document):
    part(
        document.part,
        "/word/footnotes.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        RT.FOOTNOTES,
        f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>{LABELLED}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>",
    )


@word("endnote.docx")
def an_endnote(document):
    note = '<w:endnote w:id="%d" %s><w:p><w:r>%s</w:r></w:p></w:endnote>'
    part(
        document.part,
        "/word/endnotes.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml",
        RT.ENDNOTES,
        f"<w:endnotes {W}>"
        + note % (-1, 'w:type="separator"', "<w:separator/>")
        + note % (0, 'w:type="continuationSeparator"', "<w:continuationSeparator/>")
        + note % (2, "", f"<w:endnoteRef/><w:t>{LABELLED}</w:t>")
        + "</w:endnotes>",
    )
    document.paragraphs[0]._p.append(parse_xml(f'<w:r {W}><w:endnoteReference w:id="2"/></w:r>'))


@word("company.docx")
def the_property_company(document):
    package = document.part.package
    extended = next(found for found in package.iter_parts() if found.partname.endswith("app.xml"))
    before, end = extended.blob.split(b"<Company/>")
    extended._blob = before + f"<Company>{LABELLED}</Company>".encode() + end


@word("link.docx")
def the_target_of_a_link(document):
    document.part.relate_to(f"https://x.example/?nhs={DIGITS}", RT.HYPERLINK, is_external=True)


@word("content-control.docx")
def a_content_control(document):
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:sdt {W}><w:sdtPr><w:alias w:val="NHS No"/></w:sdtPr><w:sdtContent><w:p><w:r>'
            f"<w:t>{LABELLED}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )


@word("document-variable.docx")
def a_document_variable(document):
    document.settings.element.append(
        parse_xml(f'<w:docVars {W}><w:docVar w:name="NHS No" w:val="{NUMBER}"/></w:docVars>')
    )


@word("embedded-workbook.docx", hidden="embedded-workbook", unit=("sheet", 1))
def an_embedded_workbook(document):
    book = openpyxl.Workbook()
    book.active.append(["NHS No", NUMBER])
    bytes_ = io.BytesIO()
    book.save(bytes_)
    part(
        document.part,
        "/word/embeddings/book.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        RT.PACKAGE,
        bytes_.getvalue(),
    )


@word("template.dotx")
def a_template(document):
    document.part._content_type = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    )
    document.add_paragraph(LABELLED)


def part(source, name, content_type, relationship, content):
    """Puts another part into a package."""
    package = source if hasattr(source, "iter_parts") else source.package
    content = content if isinstance(content, bytes) else content.encode()
    added = Part(PackURI(name), content_type, content, package)
    source.relate_to(added, relationship)


