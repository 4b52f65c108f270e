"""Pictures of writing, alone and as a page: what a scanner sends."""

import io
import struct
import zlib

import img2pdf
import pikepdf
from PIL import Image, ImageChops, ImageDraw, ImageFont, TiffImagePlugin
from pikepdf import Array, Dictionary, Name
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


def _saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _by_img2pdf(name, kind, mode, **options):
    """A page that is a picture of this mode, as img2pdf puts a file into a PDF."""

    def write(path):
        with open(path, "wb") as file:
            file.write(img2pdf.convert(_saved(_page().convert(mode), kind, **options)))

    write.__doc__ = name
    place("scans", name, unit=("page", 1))(write)


_by_img2pdf("group-4.pdf", "TIFF", "1", compression="group4")
_by_img2pdf("black-and-white.pdf", "PNG", "1")
_by_img2pdf("grey.pdf", "PNG", "L")
_by_img2pdf("colours.pdf", "PNG", "RGB")
_by_img2pdf("table-of-colours.pdf", "PNG", "P")
_by_img2pdf("inks.pdf", "TIFF", "CMYK")


@place("scans", "ascii.pdf", unit=("page", 1))
def scanned_page_without_loss(path):
    """A page of reportlab: its pictures are packed and then made letters."""
    page = canvas.Canvas(path, pagesize=(600, 200))
    page.drawImage(ImageReader(_page()), 0, 0, 600, 200)
    page.showPage()
    page.save()


def _fax(compression):
    """The strip of a TIFF, which is a fax."""
    TiffImagePlugin.STRIP_SIZE = 1 << 24
    # Pillow calls 0 white in the fax, and says in the TIFF that 0 is black.
    turned = ImageChops.invert(_page().convert("1"))
    tiff = _saved(turned, "TIFF", compression=compression)
    with Image.open(io.BytesIO(tiff)) as read:
        tags = read.tag_v2
    (start,), (length,) = tags[273], tags[279]
    fax = tiff[start : start + length]
    # In a PDF the first bit is the highest.
    if tags.get(266) == 2:
        fax = bytes(int(f"{byte:08b}"[::-1], 2) for byte in fax)
    return fax


def _bare(name, expected=None, /, **keys):
    """A page that is a picture whose bytes a function gives."""

    def wrap(packed):
        def write(path):
            file = pikepdf.new()
            file.add_blank_page(page_size=(600, 200))
            common = {"Type": Name.XObject, "Subtype": Name.Image}
            common |= {"Width": 1200, "Height": 400, "BitsPerComponent": 1}
            picture = pikepdf.Stream(file, packed(), **(common | keys))
            page = file.pages[0]
            page.Resources = Dictionary(XObject=Dictionary(P=picture))
            page.Contents = pikepdf.Stream(file, b"q 600 0 0 200 0 0 cm /P Do Q")
            file.save(path)

        write.__doc__ = packed.__doc__
        place("scans", name, **{"unit": ("page", 1), **(expected or {})})(write)
        return packed

    return wrap


GREY = {"ColorSpace": Name.DeviceGray}
TINT = Dictionary(
    FunctionType=2,
    Domain=Array([0, 1]),
    C0=Array([1]),
    C1=Array([0]),
    N=1,
)
FAX = {"Filter": Name.CCITTFaxDecode}


@_bare("group-3.pdf", **GREY, **FAX, DecodeParms=Dictionary(K=0, Columns=1200, Rows=400))
def _group_3():
    """A fax, each row by itself."""
    return _fax("group3")


@_bare(
    "black-is-1.pdf",
    **GREY,
    **FAX,
    DecodeParms=Dictionary(K=-1, Columns=1200, BlackIs1=True),
    Decode=Array([1, 0]),
)
def _black_is_1():
    """A fax whose black is 1, which the picture turns round."""
    return _fax("group4")


@_bare("mask.pdf", **FAX, ImageMask=True, DecodeParms=Dictionary(K=-1, Columns=1200))
def _mask():
    """Paint where the letters are."""
    return _fax("group4")


@_bare("not-packed.pdf", **GREY)
def _not_packed():
    """Bits as they are."""
    return _page().convert("1").tobytes()


@_bare("ink.pdf", ColorSpace=Array([Name.Separation, Name.Black, Name.DeviceGray, TINT]),
    BitsPerComponent=8,
)
def _ink():
    """How much of one ink there is."""
    return bytes(255 - grey for grey in _page().convert("L").tobytes())


@_bare("four-bits.pdf", **GREY, BitsPerComponent=4, Filter=Name.FlateDecode)
def _four_bits():
    """Sixteen greys."""
    greys = _page().convert("L").tobytes()
    pairs = zip(greys[::2], greys[1::2])
    return zlib.compress(bytes(left & 0xF0 | right >> 4 for left, right in pairs))


def _segment(number, kind, data):
    """A segment of page 1 (ITU-T T.88 section 7.2)."""
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


@_bare("jbig2.pdf", **GREY, Filter=Name.JBIG2Decode)
def _jbig2():
    """JBIG2 of one region, which is packed as a fax."""
    page = struct.pack(">IIIIBH", 1200, 400, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", 1200, 400, 0, 0, 0, 1) + _fax("group4")
    return _segment(0, 48, page) + _segment(1, 38, region)


@_bare(
    "cut-off-fax.pdf",
    {"gap": "truncated pdf"},
    **GREY,
    **FAX,
    DecodeParms=Dictionary(K=-1, Columns=1200),
)
def _cut_off_fax():
    """A fax whose end is missing, below the writing."""
    return _fax("group4")[:-8]


@_bare(
    "no-fax.pdf",
    {"gap": "image pdf", "found": False},
    **GREY,
    **FAX,
    DecodeParms=Dictionary(K=-1, Columns=1200),
)
def _no_fax():
    """What is called a fax and is none."""
    return b"\x00" * 100


@_bare(
    "no-jbig2.pdf",
    {"gap": "image pdf", "found": False},
    **GREY,
    Filter=Name.JBIG2Decode,
)
def _no_jbig2():
    """What is called JBIG2 and is none."""
    return b"NHS No 9434765919"


@_bare(
    "too-large.pdf",
    {"gap": "image pdf", "found": False},
    **GREY,
    **FAX,
    Width=20000,
    Height=20000,
    DecodeParms=Dictionary(K=-1, Columns=20000),
)
def _too_large():
    """More dots than are unpacked."""
    return _fax("group4")


@_bare("lab.pdf", {"gap": "image pdf", "found": False}, BitsPerComponent=8, ColorSpace=Array([Name.Lab, Dictionary(WhitePoint=Array([1, 1, 1]))]),
)
def _lab():
    """Colours that are not made out."""
    return _page().tobytes()


@place("scans", "inline.pdf", gap="image pdf", found=False)
def a_picture_between_the_operators(path):
    """A picture in the page's own operators."""
    page = canvas.Canvas(path, pagesize=(600, 200))
    page.drawInlineImage(_page(), 0, 0, 600, 200)
    page.showPage()
    page.save()
