"""PDFs by reportlab, changed by pikepdf."""

import io
import pathlib

import pikepdf
import reportlab
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas
from reportlab.platypus import SimpleDocTemplate, Table

from plan import DIGITS, LABELLED, NUMBER, place

VERA = pathlib.Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def drawn(name, **expected):
    """Gives the function a canvas whose second page is open."""

    def wrap(fill):
        def write(path):
            paper = canvas.Canvas(path, pagesize=A4)
            paper.drawString(72, 700, "A first page about nothing.")
            paper.showPage()
            fill(paper)
            paper.showPage()
            paper.save()

        write.__doc__ = fill.__name__.replace("_", " ")
        expected.setdefault("unit", ("page", 2))
        return place("pdf", name, **expected)(write)

    return wrap


def changed(name, text="A second page about nothing.", save=None, **expected):
    """Gives the function a PDF of two pages to change with pikepdf."""

    def wrap(fill):
        def write(path):
            with pikepdf.open(two_pages(text)) as document:
                fill(document)
                document.save(path, **(save or {}))

        write.__doc__ = fill.__name__.replace("_", " ")
        expected.setdefault("unit", ("page", 2))
        return place("pdf", name, **expected)(write)

    return wrap


def two_pages(text):
    bytes_ = io.BytesIO()
    paper = canvas.Canvas(bytes_, pagesize=A4)
    paper.drawString(72, 700, "A first page about nothing.")
    paper.showPage()
    paper.drawString(72, 700, text)
    paper.showPage()
    paper.save()
    bytes_.seek(0)
    return bytes_


@drawn("page.pdf")
def a_line_of_a_page(paper):
    paper.drawString(72, 700, LABELLED)


@drawn("font.pdf")
def a_font_in_the_file_with_a_map_to_unicode(paper):
    pdfmetrics.registerFont(TTFont("Vera", VERA))
    paper.setFont("Vera", 12)
    paper.drawString(72, 700, LABELLED)


@drawn("cid.pdf")
def a_font_of_glyph_numbers(paper):
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    paper.setFont("HeiseiMin-W3", 12)
    paper.drawString(72, 700, LABELLED)


@drawn("digits.pdf")
def a_digit_at_a_time(paper):
    paper.drawString(72, 700, "NHS No")
    for number, digit in enumerate(DIGITS):
        paper.drawString(120 + 7 * number, 700, digit)


@drawn("rotated.pdf")
def a_line_across_the_page(paper):
    paper.rotate(60)
    paper.drawString(300, 0, LABELLED)


@drawn("form.pdf")
def a_form_that_is_drawn(paper):
    paper.beginForm("stamp")
    paper.drawString(72, 700, LABELLED)
    paper.endForm()
    paper.doForm("stamp")


@drawn("field.pdf")
def the_value_of_a_form_field(paper):
    paper.drawString(72, 710, "NHS No")
    paper.acroForm.textfield(name="n", value=NUMBER, x=72, y=680)


@drawn("note.pdf")
def a_note(paper):
    paper.textAnnotation(LABELLED, [72, 600, 100, 620])


@drawn("link.pdf")
def the_target_of_a_link(paper):
    paper.linkURL(f"https://x.example/?nhs={DIGITS}", (72, 600, 100, 620))
    paper.drawString(72, 600, "here")


@drawn("bookmark.pdf", unit=None)
def a_bookmark(paper):
    paper.bookmarkPage("here")
    paper.addOutlineEntry(LABELLED, "here")
    paper.drawString(72, 600, "text")


@drawn("subject.pdf", unit=None)
def the_subject_of_the_document(paper):
    paper.setSubject(LABELLED)
    paper.drawString(72, 600, "text")


@drawn("invisible.pdf", hidden="text")
def text_drawn_invisibly(paper):
    text = paper.beginText(72, 700)
    text.setTextRenderMode(3)
    text.textLine(LABELLED)
    paper.drawText(text)


@drawn("white.pdf", hidden="text")
def white_on_white(paper):
    paper.setFillColorRGB(1, 1, 1)
    paper.drawString(72, 700, LABELLED)


@drawn("scan.pdf", gap="image pdf", found=False)
def a_page_that_is_a_picture(paper):
    paper.drawImage(ImageReader(Image.new("L", (600, 800), 200)), 0, 0, *A4)


@place("pdf", "table.pdf", unit=("page", 1))
def table(path):
    """a table"""
    rows = [["Name", "NHS No"], ["A. Person", NUMBER]]
    SimpleDocTemplate(path, pagesize=A4).build([Table(rows)])


@changed("kerned.pdf")
def a_number_in_pieces_with_kerning_between(document):
    font = document.pages[1].Resources.Font
    name = next(iter(font.keys()))
    content = f"BT {name} 12 Tf 72 600 Td [(NHS No 94) 20 (3 4) -20 (76 59) 15 (19)] TJ ET"
    document.pages[1].contents_add(content.encode())


@changed("xmp.pdf", unit=None)
def metadata_in_xml(document):
    with document.open_metadata() as metadata:
        metadata["dc:description"] = LABELLED


@changed("attached.pdf", unit=None)
def a_text_file_inside(document):
    document.attachments["note.txt"] = LABELLED.encode()


@changed("free-text.pdf")
def a_comment_typed_on_the_page(document):
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.FreeText,
        Rect=[72, 500, 300, 520],
        Contents=LABELLED,
        DA="/Helv 12 Tf",
    )
    document.pages[1].Annots = document.make_indirect(pikepdf.Array([note]))


@changed("layer.pdf", hidden="text")
def a_layer_that_is_off(document):
    layer = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Unseen")
    )
    document.Root.OCProperties = pikepdf.Dictionary(
        OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer], Order=[layer])
    )
    page = document.pages[1]
    page.Resources.Properties = pikepdf.Dictionary(Off=layer)
    name = next(iter(page.Resources.Font.keys()))
    content = f"/OC /Off BDC BT {name} 12 Tf 72 600 Td ({LABELLED}) Tj ET EMC"
    page.contents_add(content.encode())


@changed(
    "object-streams.pdf",
    LABELLED,
    {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
)
def objects_in_streams(document):
    document.remove_unreferenced_resources()


@changed("linear.pdf", LABELLED, {"linearize": True})
def a_file_in_the_order_of_the_web(document):
    pass


@changed(
    "owner.pdf", LABELLED, {"encryption": pikepdf.Encryption(owner="secret", user="", R=6)}
)
def a_password_for_changes_only(document):
    pass


@changed(
    "owner-old.pdf",
    LABELLED,
    {"encryption": pikepdf.Encryption(owner="secret", user="", R=3, aes=False, metadata=False)},
)
def a_password_for_changes_only_by_the_old_cipher(document):
    pass


@changed(
    "owner-4.pdf", LABELLED, {"encryption": pikepdf.Encryption(owner="secret", user="", R=4)}
)
def a_password_for_changes_only_by_the_cipher_between(document):
    pass


@changed(
    "user.pdf",
    LABELLED,
    {"encryption": pikepdf.Encryption(owner="o", user="secret", R=6)},
    gap="encrypted pdf",
    found=False,
)
def a_password_to_open_it(document):
    pass


@changed(
    "user-old.pdf",
    LABELLED,
    {"encryption": pikepdf.Encryption(owner="o", user="secret", R=3, aes=False, metadata=False)},
    gap="encrypted pdf",
    found=False,
)
def a_password_to_open_it_by_the_old_cipher(document):
    pass
