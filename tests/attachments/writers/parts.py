"""Parts that Office adds and few writers do: put into packages by python-docx,
whose packages are those of all Office files."""

import io

import docx
import openpyxl
import pptx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.package import OpcPackage

from plan import DIGITS, LABELLED, place
from word import part

OFFICE = "application/vnd.openxmlformats-officedocument"
SINCE_2017 = "http://schemas.microsoft.com/office/2017/10/relationships"
SINCE_2018 = "http://schemas.microsoft.com/office/2018/10/relationships"
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
PATIENT = f"<patient><nhsNumber>{DIGITS}</nhsNumber></patient>"


def into(name, start, source, **expected):
    """Gives the function the part `source` of what `start` saves."""

    def wrap(fill):
        def write(path):
            plain = io.BytesIO()
            start().save(plain)
            plain.seek(0)
            package = OpcPackage.open(plain)
            fill(next(known for known in package.iter_parts() if known.partname == source))
            package.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        return place("parts", name, **expected)(write)

    return wrap


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    book.create_sheet("Second").append(["nothing"])
    return book


def show():
    made = pptx.Presentation()
    for _ in range(2):
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "nothing"
    return made


SHEET = "/xl/worksheets/sheet2.xml"
SLIDE = "/ppt/slides/slide2.xml"


@into("custom-xml.xlsx", workbook, "/xl/workbook.xml")
def custom_xml_of_a_workbook(source):
    part(source, "/customXml/item1.xml", "application/xml", RT.CUSTOM_XML, PATIENT)


@into("custom-xml.pptx", show, "/ppt/presentation.xml")
def custom_xml_of_a_presentation(source):
    part(source, "/customXml/item1.xml", "application/xml", RT.CUSTOM_XML, PATIENT)


@into("threaded.xlsx", workbook, SHEET, unit=("sheet", 2))
def a_comment_that_can_be_answered(source):
    names = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    person = "{5A0CE1C6-8D9A-4D3F-9C6B-0C6D3F2B1A01}"
    part(
        source,
        "/xl/threadedComments/threadedComment1.xml",
        "application/vnd.ms-excel.threadedcomments+xml",
        f"{SINCE_2017}/threadedComment",
        f'<ThreadedComments xmlns="{names}"><threadedComment ref="A1" dT="2026-01-01T00:00:00.00" '
        f'personId="{person}" id="{{0C2B4C3E-0F5B-4C55-9C14-6F1B1E7B2A02}}"><text>{LABELLED}</text>'
        "</threadedComment></ThreadedComments>",
    )


@into("embedded-letter.xlsx", workbook, SHEET, unit=("sheet", 2))
def a_letter_in_a_sheet(source):
    letter, bytes_ = docx.Document(), io.BytesIO()
    letter.add_paragraph(LABELLED)
    letter.save(bytes_)
    part(
        source,
        "/xl/embeddings/letter.docx",
        f"{OFFICE}.wordprocessingml.document",
        RT.PACKAGE,
        bytes_.getvalue(),
    )


@into("modern-comment.pptx", show, SLIDE, unit=("slide", 2))
def a_comment_on_a_slide_that_can_be_answered(source):
    names = 'xmlns:n="http://schemas.microsoft.com/office/powerpoint/2018/8/main"'
    part(
        source,
        "/ppt/comments/modernComment_101_0.xml",
        "application/vnd.ms-powerpoint.comments+xml",
        f"{SINCE_2018}/comments",
        f'<n:cmLst {A} {names}><n:cm id="{{8E6C2F3A-8C2B-4F1E-9B52-0D8A4B3C2D03}}" '
        'authorId="{5A0CE1C6-8D9A-4D3F-9C6B-0C6D3F2B1A01}" created="2026-01-01T00:00:00.000">'
        f"<n:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:t>{LABELLED}</a:t></a:r></a:p></n:txBody>"
        "</n:cm></n:cmLst>",
    )


@into("answer.pptx", show, SLIDE, unit=("slide", 2))
def an_answer_to_a_comment_on_a_slide(source):
    names = 'xmlns:n="http://schemas.microsoft.com/office/powerpoint/2018/8/main"'
    text = "<n:txBody><a:bodyPr/><a:p><a:r><a:t>%s</a:t></a:r></a:p></n:txBody>"
    part(
        source,
        "/ppt/comments/modernComment_101_0.xml",
        "application/vnd.ms-powerpoint.comments+xml",
        f"{SINCE_2018}/comments",
        f'<n:cmLst {A} {names}><n:cm id="{{1}}"><n:replyLst><n:reply id="{{2}}">'
        f"{text % LABELLED}</n:reply></n:replyLst>{text % 'nothing'}</n:cm></n:cmLst>",
    )


@into("handout.pptx", show, "/ppt/presentation.xml")
def the_master_of_handouts(source):
    part(
        source,
        "/ppt/handoutMasters/handoutMaster1.xml",
        f"{OFFICE}.presentationml.handoutMaster+xml",
        RT.HANDOUT_MASTER,
        f'<p:handoutMaster {A} {P}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:cNvPr id="2" name="Header"/>'
        '<p:cNvSpPr/><p:nvPr><p:ph type="hdr"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
        f"<a:p><a:r><a:t>{LABELLED}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld>"
        "</p:handoutMaster>",
    )
