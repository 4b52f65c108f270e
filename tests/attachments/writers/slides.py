"""Presentations by python-pptx, and comments by Aspose's free writer."""

import copy
import datetime
import io

import openpyxl
import pptx
from aspose import slides_foss
from aspose.slides_foss.drawing import PointF
from aspose.slides_foss.export import SaveFormat
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches

from plan import DIGITS, LABELLED, NUMBER, place

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
BOX = (Inches(1), Inches(1), Inches(4), Inches(2))


def slides(name, **expected):
    """Gives the function a presentation with one slide, and saves it."""

    def wrap(fill):
        def write(path):
            show = pptx.Presentation()
            first = show.slides.add_slide(show.slide_layouts[5])
            first.shapes.title.text = "A talk about nothing"
            fill(show)
            show.save(path)

        write.__doc__ = fill.__name__.replace("_", " ")
        expected.setdefault("unit", ("slide", 1))
        return place("slides", name, **expected)(write)

    return wrap


def second(show):
    return show.slides.add_slide(show.slide_layouts[5])


@slides("title.pptx", unit=("slide", 2))
def the_title_of_the_second_slide(show):
    second(show).shapes.title.text = LABELLED


@slides("text-box.pptx")
def a_text_box(show):
    show.slides[0].shapes.add_textbox(*BOX).text_frame.text = LABELLED


@slides("runs.pptx")
def a_number_in_runs_of_different_looks(show):
    paragraph = show.slides[0].shapes.add_textbox(*BOX).text_frame.paragraphs[0]
    for number, piece in enumerate(["NHS No 94", "3 4", "76 59", "19"]):
        run = paragraph.add_run()
        run.text = piece
        run.font.bold = number % 2 == 0


@slides("table.pptx")
def a_cell_of_a_table(show):
    table = show.slides[0].shapes.add_table(2, 2, *BOX).table
    table.cell(0, 1).text = "NHS No"
    table.cell(1, 1).text = NUMBER


@slides("group.pptx")
def a_shape_in_a_group_in_a_group(show):
    group = show.slides[0].shapes.add_group_shape().shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = LABELLED


@slides("notes.pptx", unit=("slide", 2), hidden="notes")
def the_notes_of_the_second_slide(show):
    second(show).notes_slide.notes_text_frame.text = LABELLED


@slides("hidden-slide.pptx", unit=("slide", 2), hidden="slide")
def a_hidden_slide(show):
    slide = second(show)
    slide._element.set("show", "0")
    slide.shapes.title.text = LABELLED


def white_letters(show):
    box = show.slides[0].shapes.add_textbox(*BOX)
    run = box.text_frame.paragraphs[0].add_run()
    run.text = LABELLED
    run.font.color.rgb = RGBColor(255, 255, 255)
    return box


@slides("white.pptx", hidden="text")
def white_on_white(show):
    white_letters(show)


@slides("white-theme.pptx", hidden="text")
def letters_in_the_colour_of_the_background(show):
    run = white_letters(show).text_frame.paragraphs[0].runs[0]
    run.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1


# White letters on a dark ground are what many slides have.
@slides("white-on-dark.pptx")
def white_letters_on_a_dark_slide(show):
    white_letters(show)
    fill = show.slides[0].background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(0x1F, 0x38, 0x64)


@slides("white-on-dark-master.pptx")
def white_letters_before_a_dark_master(show):
    white_letters(show)
    fill = show.slide_master.background.fill
    fill.solid()
    fill.fore_color.theme_color = MSO_THEME_COLOR.TEXT_2


@slides("white-in-dark-box.pptx")
def white_letters_in_a_dark_box(show):
    fill = white_letters(show).fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(0x1F, 0x38, 0x64)


@slides("white-above-dark-box.pptx")
def white_letters_above_a_dark_shape(show):
    show.slides[0].shapes.add_shape(MSO_SHAPE.RECTANGLE, *BOX)
    white_letters(show)


def pale(list_, colour="<a:schemeClr val='bg1'/>"):
    """Makes the first level of a list of looks white."""
    look = etree.fromstring(
        f"<a:lvl1pPr xmlns:a='{A}'><a:defRPr><a:solidFill>{colour}</a:solidFill>"
        "</a:defRPr></a:lvl1pPr>"
    )
    for old in list_.findall(f"{{{A}}}lvl1pPr"):
        list_.remove(old)
    list_.insert(0, look)


def outlined(show):
    """A slide with a title and a text that names no colour."""
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "a title"
    slide.placeholders[1].text_frame.text = LABELLED
    return slide


def list_of(placeholder):
    return placeholder._element.txBody.find(f"{{{A}}}lstStyle")


@slides("white-by-shape.pptx", hidden="text")
def letters_that_are_white_by_the_list_of_their_shape(show):
    box = show.slides[0].shapes.add_textbox(*BOX)
    box.text_frame.text = LABELLED
    list_ = etree.Element(f"{{{A}}}lstStyle")
    box._element.txBody.insert(1, list_)
    pale(list_)


@slides("white-by-layout.pptx", hidden="text", unit=("slide", 2))
def letters_that_are_white_by_their_layout(show):
    pale(list_of(outlined(show).slide_layout.placeholders[1]))


@slides("white-by-master.pptx", hidden="text", unit=("slide", 2))
def letters_that_are_white_by_the_placeholder_of_their_master(show):
    outlined(show)
    pale(list_of(show.slide_master.placeholders[1]))


@slides("white-by-body-style.pptx", hidden="text", unit=("slide", 2))
def letters_that_are_white_by_the_looks_of_their_master(show):
    outlined(show)
    pale(show.slide_master._element.find(f".//{{{P}}}bodyStyle"))


@slides("white-by-style.pptx", hidden="text")
def letters_that_are_white_by_the_style_of_a_shape_without_a_fill(show):
    shape = show.slides[0].shapes.add_shape(MSO_SHAPE.RECTANGLE, *BOX)
    shape.fill.background()
    shape.text_frame.text = LABELLED


@slides("white-by-style-on-dark.pptx")
def letters_that_are_white_by_the_style_of_a_dark_shape(show):
    show.slides[0].shapes.add_shape(MSO_SHAPE.RECTANGLE, *BOX).text_frame.text = LABELLED


@slides("white-by-layout-on-dark.pptx", unit=("slide", 2))
def letters_that_are_white_by_their_layout_on_a_dark_one(show):
    layout = outlined(show).slide_layout
    pale(list_of(layout.placeholders[1]))
    layout.background.fill.solid()
    layout.background.fill.fore_color.rgb = RGBColor(0x1F, 0x38, 0x64)


@slides("black-before-white-layout.pptx", unit=("slide", 2))
def letters_that_are_black_themselves_and_white_by_their_layout(show):
    slide = outlined(show)
    pale(list_of(slide.slide_layout.placeholders[1]))
    runs = slide.placeholders[1].text_frame.paragraphs[0].runs
    runs[0].font.color.rgb = RGBColor(0, 0, 0)


@slides("white-outlined.pptx")
def white_letters_with_a_dark_outline(show):
    run = white_letters(show).text_frame.paragraphs[0].runs[0]
    outline = f"<a:ln xmlns:a='{A}'><a:solidFill><a:srgbClr val='000000'/></a:solidFill></a:ln>"
    run._r.rPr.insert(0, etree.fromstring(outline))


@slides("white-before-turned.pptx")
def white_letters_above_a_dark_shape_that_is_turned(show):
    bar = show.slides[0].shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Inches(-1), Inches(4), Inches(8), Inches(4)
    )
    bar.rotation = 90
    white_letters(show)


@slides("transparent.pptx", hidden="text")
def letters_that_are_transparent(show):
    run = white_letters(show).text_frame.paragraphs[0].runs[0]
    run.font.color.rgb = RGBColor(0, 0, 0)
    colour = run._r.rPr.find(f".//{{{A}}}srgbClr")
    etree.SubElement(colour, f"{{{A}}}alpha").set("val", "0")


@slides("alternative-text.pptx")
def alternative_text(show):
    box = show.slides[0].shapes.add_textbox(*BOX)
    box._element.nvSpPr.cNvPr.set("descr", LABELLED)


@place("slides", "comment.pptx", unit=("slide", 1))
def comment(path):
    """a comment"""
    with slides_foss.Presentation() as show:
        author = show.comment_authors.add_author("A. Example", "A")
        when = datetime.datetime(2026, 1, 1)
        author.comments.add_comment(LABELLED, show.slides[0], PointF(2, 2), when)
        show.save(path, SaveFormat.PPTX)


@slides("footer.pptx")
def the_footer_of_a_slide(show):
    slide = show.slides[0]
    of_layout = next(
        shape for shape in slide.slide_layout.placeholders if "Footer" in shape.name
    )
    slide.shapes._spTree.append(copy.deepcopy(of_layout._element))
    slide.placeholders[of_layout.placeholder_format.idx].text_frame.text = LABELLED


@slides("link.pptx")
def the_target_of_a_link(show):
    run = show.slides[0].shapes.add_textbox(*BOX).text_frame.paragraphs[0].add_run()
    run.text = "here"
    run.hyperlink.address = f"https://x.example/?nhs={DIGITS}"


@slides("subject.pptx", unit=None)
def the_property_subject(show):
    show.core_properties.subject = LABELLED


@slides("layout.pptx", unit=None)
def the_layout_behind_a_slide(show):
    show.slide_layouts[5].placeholders[0].text_frame.text = LABELLED


@slides("master.pptx", unit=None)
def the_master_behind_all_slides(show):
    show.slide_master.placeholders[0].text_frame.text = LABELLED


@slides("chart.pptx")
def the_legend_of_a_chart(show):
    data = CategoryChartData()
    data.categories = ["Monday"]
    data.add_series(LABELLED, (1.5,))
    show.slides[0].shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *BOX, data)


@slides(
    "embedded-workbook.pptx",
    hidden="embedded-workbook",
    unit=("sheet", 2),
    gap="image image",  # its icon
)
def a_workbook_in_a_slide(show):
    book = openpyxl.Workbook()
    book.create_sheet("all").append(["NHS No", NUMBER])
    bytes_ = io.BytesIO()
    book.save(bytes_)
    bytes_.seek(0)
    show.slides[0].shapes.add_ole_object(bytes_, "Excel.Sheet.12", *BOX[:2])
