"""Texts, records, messages and pictures by Python's own modules, Pillow and
Aspose's free writer of Outlook messages."""

import binascii
import csv
import email.message
import io
import json
import mailbox
import pathlib
import xml.etree.ElementTree as tree
from email.mime.application import MIMEApplication

from aspose.email_foss import msg
from PIL import Image, PngImagePlugin

from plan import DIGITS, LABELLED, NUMBER, place


def file(name, **expected):
    """The function gives the bytes of the file."""

    def wrap(make):
        def write(path):
            content = make()
            content = content if isinstance(content, bytes) else content.encode()
            pathlib.Path(path).write_bytes(content)

        write.__doc__ = make.__name__.replace("_", " ")
        return place("texts", name, **expected)(write)

    return wrap


CDA = (pathlib.Path(__file__).parent / "cda.xml").read_text()
LETTER = f"Dear colleague,\n\nplease see this patient, {LABELLED}.\n\nYours, A. Example\n"
CHARSETS = [
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "utf-7",
    "cp1252",
    "cp037",
]
for _charset in CHARSETS:

    def _text(path, charset=_charset):
        pathlib.Path(path).write_bytes(LETTER.encode(charset))

    _text.__doc__ = f"a text in {_charset}"
    place("texts", f"{_charset}.txt")(_text)


@file("list.csv")
def a_table_with_commas():
    rows = io.StringIO()
    csv.writer(rows).writerows([["Name", "NHS No"], ["Person, A.", NUMBER]])
    return rows.getvalue()


@file("list.tsv")
def a_table_with_tabs():
    rows = io.StringIO()
    csv.writer(rows, csv.excel_tab).writerows([["Name", "NHS No"], ["Person", DIGITS]])
    return rows.getvalue()


@file("record.json")
def json_with_escapes():
    return json.dumps({"nhsNumber": NUMBER.replace(" ", "\u00a0"), "name": "A"})


@file("patient.json")
def a_patient_in_fhir():
    identifier = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": DIGITS}
    return json.dumps({"resourceType": "Patient", "identifier": [identifier]})


@file("record.xml")
def xml():
    root = tree.Element("patient")
    tree.SubElement(root, "nhsNumber").text = NUMBER
    return tree.tostring(root, "utf-16")


@file("attribute.xml")
def an_attribute_in_xml():
    return tree.tostring(tree.Element("id", root="2.16.840.1.113883.2.1.4.1", extension=DIGITS))


@file("patient.xml")
def a_patient_in_fhir_as_xml():
    tree.register_namespace("", "http://hl7.org/fhir")
    patient = tree.Element("{http://hl7.org/fhir}Patient")
    identifier = tree.SubElement(patient, "{http://hl7.org/fhir}identifier")
    system = "https://fhir.nhs.uk/Id/nhs-number"
    tree.SubElement(identifier, "{http://hl7.org/fhir}system", value=system)
    tree.SubElement(identifier, "{http://hl7.org/fhir}value", value=DIGITS)
    return tree.tostring(patient, "utf-8", xml_declaration=True)


@file("letter-cda.xml")
def the_patient_of_a_cda_document():
    return CDA.format(identifier=DIGITS, narrative="Seen in clinic.")


@file("narrative-cda.xml")
def the_narrative_of_a_cda_document():
    return CDA.format(identifier="", narrative=LABELLED)


@file("page.html")
def a_page_with_the_number_in_pieces():
    return "<html><body><p>NHS No <b>943</b> <i>47</i>6 5<!-- x -->919</p></body></html>"


@file("event.ics")
def a_folded_line_of_a_calendar():
    return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:NHS No 943 4\r\n 76 5919\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@file("contact.vcf")
def a_folded_line_of_a_contact():
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nNOTE:NHS No 943\r\n  476 5919\r\nEND:VCARD\r\n"


@file("result.hl7")
def a_result_in_hl7():
    return (
        "MSH|^~\\&|LAB|X|GP|Y|20260101||ORU^R01|1|P|2.4\r"
        f"PID|1||{DIGITS}^^^NHS^NH||PERSON^A\r"
    )


@file("emphasis.hl7")
def a_note_in_hl7_with_emphasis():
    return (
        "MSH|^~\\&|LAB|X|GP|Y|20260101||ORU^R01|1|P|2.4\r"
        "OBX|1|FT|x||seen\\.br\\NHS No 943 \\H\\476\\N\\ 5\\X39\\19\r"
    )


@file("letter.rtf")
def a_letter_in_rtf():
    return "{\\rtf1\\ansi {\\b NHS No} 943\\~4{\\i 76} 5\\'3919\\par}"


@file("packed.uue")
def a_file_in_uuencode():
    lines = [binascii.b2a_uu(LETTER.encode()[at : at + 45]).decode() for at in range(0, len(LETTER), 45)]
    return "begin 644 letter.txt\n" + "".join(lines) + " \nend\n"


def message(subject="nothing", content="nothing", attached=None):
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@x.example", "b@x.example", subject
    made.set_content(content)
    if attached:
        name, kind, bytes_ = attached
        made.add_attachment(bytes_, maintype=kind[0], subtype=kind[1], filename=name)
    return made


def outlook(name):
    """Gives the function an Outlook message, and saves it."""

    def wrap(fill):
        def write(path):
            made = msg.MapiMessage.create("nothing", "nothing")
            fill(made)
            made.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        return place("texts", name)(write)

    return wrap


@outlook("subject.msg")
def the_subject_of_an_outlook_message(made):
    made.subject = LABELLED


@outlook("body.msg")
def the_body_of_an_outlook_message(made):
    made.body = LETTER


@outlook("html.msg")
def the_formatted_body_of_an_outlook_message(made):
    made.body_html = "<html><body><p>NHS No <b>943</b> <i>476</i> 5919</p></body></html>"


@outlook("recipient.msg")
def a_recipient_of_an_outlook_message(made):
    made.add_recipient("x@x.example", display_name=LABELLED)


@outlook("attached.msg")
def a_file_attached_to_an_outlook_message(made):
    made.add_attachment("letter.txt", LETTER.encode(), mime_type="text/plain")


@outlook("inner.msg")
def an_outlook_message_in_an_outlook_message(made):
    made.add_embedded_message_attachment(msg.MapiMessage.create("inner", LETTER))


@file("body.eml", where="nested")
def the_body_of_a_message():
    return message(content=f"{LABELLED} \u2013 please see", subject="x").as_bytes()


@file("subject.eml", where="nested")
def the_subject_of_a_message():
    return message(subject=f"{LABELLED} \u2013 caf\u00e9").as_bytes()


@file("attached.eml", where="nested")
def a_file_attached_to_a_message():
    return message(attached=("n.bin", ("application", "octet-stream"), LETTER.encode())).as_bytes()


@file("inner.eml", where="nested")
def a_message_in_a_message():
    outer = message()
    outer.add_attachment(message(content=LETTER))
    return outer.as_bytes()


@place("texts", "all.mbox", where="nested")
def box(path):
    """the second message of a mailbox"""
    made = mailbox.mbox(path)
    made.add(message())
    made.add(message(content=LETTER))
    made.close()


@file("text.png", gap="image image")
def the_text_of_a_png():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", LABELLED)
    return picture("PNG", pnginfo=info)


@file("packed-text.png", gap="image image")
def the_packed_text_of_a_png():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", LABELLED, zip=True)
    return picture("PNG", pnginfo=info)


@file("international.png", gap="image image")
def the_international_text_of_a_png():
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Comment", LABELLED, zip=True)
    return picture("PNG", pnginfo=info)


def described():
    fields = Image.Exif()
    fields[0x010E] = LABELLED  # ImageDescription
    return fields


@file("exif.jpg", gap="image image")
def the_description_of_a_jpeg():
    return picture("JPEG", exif=described())


@file("exif.webp", gap="image image")
def the_description_of_a_webp():
    return picture("WEBP", exif=described())


@file("exif.tiff", gap="image image")
def the_description_of_a_tiff():
    return picture("TIFF", exif=described())


@file("comment.gif", gap="image image")
def the_comment_of_a_gif():
    return picture("GIF", comment=LABELLED.encode())


@file("comment.jpg", gap="image image")
def the_comment_of_a_jpeg():
    return picture("JPEG", comment=LABELLED.encode())


@file("xmp.jpg", gap="image image")
def the_metadata_of_a_jpeg():
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>'
        f"<dc:description>{LABELLED}</dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return picture("JPEG", xmp=xmp.encode())


def picture(kind, **options):
    bytes_ = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(bytes_, kind, **options)
    return bytes_.getvalue()


@file("form.eml", where="nested")
def a_pdf_attached_to_a_message():
    made = message()
    made.make_mixed()
    made.attach(MIMEApplication(b"nothing", "pdf", Name=f"{LABELLED}.pdf"))
    return made.as_bytes()


# What its reader says to be hidden is not told as seen by anybody else.
@file("hidden.rtf", hidden="text")
def hidden_letters_in_rtf():
    return "{\\rtf1\\ansi seen\\par {\\v NHS No 943 476 5919}\\par}"


# What its reader does not come to is read as the text that it is.
@file("broken.fodt", gap="broken flat-open-document")
def a_document_of_xml_that_breaks_off():
    return (
        '<?xml version="1.0"?><office:document xmlns:office="'
        'urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:bo ' + LABELLED
    )


@file("broken-package.xml", gap="broken docx")
def a_letter_in_one_file_of_xml_that_breaks_off():
    return (
        '<?xml version="1.0"?><pkg:package xmlns:pkg="'
        'http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:pa ' + LABELLED
    )
