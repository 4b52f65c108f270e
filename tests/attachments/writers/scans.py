"""Pictures of writing, alone and as a page: what a scanner sends."""

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from plan import LABELLED, place


def _page():
    picture = Image.new("RGB", (1200, 400), "white")
    font = ImageFont.load_default(size=48)
    ImageDraw.Draw(picture).text((60, 150), LABELLED, fill="black", font=font)
    return picture


@place("scans", "scan.png")
def picture(path):
    """A PNG."""
    _page().save(path)


@place("scans", "scan.jpg")
def photograph(path):
    """A JPEG."""
    _page().save(path, quality=90)


@place("scans", "scan.pdf", unit=("page", 1))
def scanned_page(path):
    """A page of a PDF that is a picture."""
    jpeg = path + ".jpg"
    _page().save(jpeg, quality=90)
    page = canvas.Canvas(path, pagesize=(600, 200))
    page.drawImage(ImageReader(jpeg), 0, 0, 600, 200)
    page.showPage()
    page.save()


@place("scans", "blank.png", gap="image image", found=False)
def nothing_to_recognise(path):
    """A picture in which there is no writing, or none that is recognised."""
    Image.new("RGB", (1200, 400), "white").save(path)
