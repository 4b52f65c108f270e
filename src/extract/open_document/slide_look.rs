//! What is behind the letters in the shapes of a slide.
//!
//! Source: ODF 1.3 part 3, 10.3 and 10.4 (shapes and frames), 16.9 (pages behind
//! pages), 20.109 and 20.110 (fills), 19.570 to 19.580 (places). Traps: what a
//! style doesn't say its parents say, and what none says is the program's
//! choice; a turned shape has its place in a formula. Where it is not known what
//! is behind letters they are seen.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use super::attributes::value;
use super::cell_styles::{colour, ink_of};
use crate::extract::backdrop::{Area, Backdrop};
use crate::extract::ink::{Ground as Fill, Ink, PAPER, Rgb};

/// How many styles may have one another for parents.
const PARENTS: usize = 16;

/// How many shapes of a page are looked at.
const MOST: usize = 20_000;

/// The pages of a presentation, with the styles of what stands on them.
#[derive(Clone, Debug, Default)]
pub(super) struct Slides {
    styles: BTreeMap<String, GraphicStyle>,
    masters: BTreeMap<String, Page>,
    pages: Vec<Page>,
    /// What is behind the slides of each master.
    behind: BTreeMap<String, Behind>,
    /// The style that is being described.
    style: Option<String>,
    /// The page that is being read, and where in it.
    at: At,
}

#[derive(Clone, Debug, Default)]
struct GraphicStyle {
    parent: Option<String>,
    fill: Option<Kind>,
    colour: Option<Fill>,
    /// The colour of letters that name none.
    ink: Option<Ink>,
}

/// What is known of the letters in a shape.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Ground {
    /// What is behind them, if that is known.
    pub(super) behind: Option<Rgb>,
    /// Those that name no colour have that of what is behind them.
    pub(super) blank: bool,
}

/// What kind of fill a shape or a page has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Nothing,
    Colour,
    Other,
}

#[derive(Clone, Debug, Default)]
struct Page {
    style: String,
    master: String,
    shapes: Vec<Shape>,
}

#[derive(Clone, Debug)]
struct Shape {
    style: String,
    area: Option<Area>,
    /// A picture, a table, an object.
    opaque: bool,
}

/// Which page is being read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
enum At {
    #[default]
    Nowhere,
    Slide,
    Master(String),
}

/// Whether an element is a shape, with or without a text.
pub(super) fn is_shape(local: &str) -> bool {
    matches!(
        local,
        "frame"
            | "custom-shape"
            | "rect"
            | "ellipse"
            | "circle"
            | "polygon"
            | "regular-polygon"
            | "path"
            | "caption"
            | "scene"
            | "control"
    )
}

impl Slides {
    /// Takes an element of a document.
    pub(super) fn take(&mut self, local: &str, tag: &BytesStart<'_>) {
        match local {
            "style" | "default-style" => self.begin_style(local, tag),
            // What a list says is said of its numbers.
            "list-style" | "outline-style" => self.style = None,
            "graphic-properties" | "drawing-page-properties" => self.properties(tag),
            "text-properties" => {
                let style = self.style.as_ref();
                let style = style.and_then(|key| self.styles.get_mut(key));
                if let (Some(style), Some(ink)) = (style, ink_of(tag)) {
                    style.ink = Some(ink);
                }
            }
            "master-page" => {
                let name = value(tag, "name").unwrap_or_default();
                self.masters.insert(name.clone(), page(tag));
                self.at = At::Master(name);
            }
            "page" => {
                self.pages.push(page(tag));
                self.at = At::Slide;
            }
            // They stand on a sheet of their own.
            "notes" | "handout-master" => self.at = At::Nowhere,
            _ if is_shape(local) => self.shape(tag),
            // In a frame.
            "image" | "object" | "object-ole" | "plugin" | "applet" | "floating-frame"
            | "table" => {
                if let Some(shape) = self.open().and_then(|page| page.shapes.last_mut()) {
                    shape.opaque = true;
                }
            }
            _ => {}
        }
    }

    fn begin_style(&mut self, local: &str, tag: &BytesStart<'_>) {
        let family = value(tag, "family").unwrap_or_default();
        if !matches!(family.as_str(), "graphic" | "presentation" | "drawing-page") {
            self.style = None;
            return;
        }
        let name = match local {
            "style" => value(tag, "name").unwrap_or_default(),
            _ => String::new(),
        };
        let parent = value(tag, "parent-style-name").unwrap_or_default();
        let key = key(&family, &name);
        let style = GraphicStyle {
            parent: (!name.is_empty()).then(|| self::key(&family, &parent)),
            ..GraphicStyle::default()
        };
        self.styles.insert(key.clone(), style);
        self.style = Some(key);
    }

    fn properties(&mut self, tag: &BytesStart<'_>) {
        let style = self.style.as_ref();
        let Some(style) = style.and_then(|key| self.styles.get_mut(key)) else {
            return;
        };
        if let Some(fill) = value(tag, "fill") {
            style.fill = Some(match fill.as_str() {
                "none" => Kind::Nothing,
                "solid" => Kind::Colour,
                _ => Kind::Other,
            });
        }
        if let Some(said) = value(tag, "fill-color") {
            style.colour = Some(Fill::of(colour(&said)));
        }
    }

    fn shape(&mut self, tag: &BytesStart<'_>) {
        let shape = Shape {
            style: style_of(tag),
            area: area(tag),
            opaque: false,
        };
        if let Some(page) = self.open().filter(|page| page.shapes.len() < MOST) {
            page.shapes.push(shape);
        }
    }

    fn open(&mut self) -> Option<&mut Page> {
        match &self.at {
            At::Nowhere => None,
            At::Slide => self.pages.last_mut(),
            At::Master(name) => self.masters.get_mut(name),
        }
    }

    /// What a style fills, with what its parents say: `None` if none says it.
    fn fill(&self, style: &str) -> Option<Fill> {
        Some(match self.said(style, |style| style.fill)? {
            Kind::Nothing => Fill::Clear,
            Kind::Colour => {
                let colour = self.said(style, |style| style.colour);
                colour.unwrap_or(Fill::Unknown)
            }
            Kind::Other => Fill::Unknown,
        })
    }

    /// What a style says, or the first of its parents that does.
    fn said<T>(&self, style: &str, says: impl Fn(&GraphicStyle) -> Option<T>) -> Option<T> {
        let mut next = Some(style);
        for _ in 0..PARENTS {
            let style = self.styles.get(next?)?;
            if let Some(said) = says(style) {
                return Some(said);
            }
            next = style.parent.as_deref();
        }
        None
    }

    /// Ends the gathering: masters are looked at once, however many slides each
    /// has.
    pub(super) fn settle(&mut self) {
        let masters = self.masters.iter();
        let behind = masters.map(|(name, master)| (name.clone(), self.seen(master)));
        self.behind = behind.collect();
    }

    /// What stands on a page.
    fn seen(&self, page: &Page) -> Behind {
        let mut behind = Behind {
            background: self.fill(&key("drawing-page", &page.style)),
            backdrop: Backdrop::default(),
        };
        for shape in &page.shapes {
            let fill = self.fill(&shape.style).filter(|_| !shape.opaque);
            let fill = fill.unwrap_or(Fill::Unknown);
            behind.backdrop.cover(shape.area, fill);
        }
        if page.shapes.len() >= MOST {
            behind.backdrop.cover(None, Fill::Unknown);
        }
        behind
    }

    /// What is known of the shapes of a slide, as they stand on it. Slides are
    /// counted from 0.
    pub(super) fn grounds(&self, slide: usize) -> Vec<Ground> {
        let Some(page) = self.pages.get(slide) else {
            return Vec::new();
        };
        let none = Behind::default();
        let master = self.behind.get(&page.master).unwrap_or(&none);
        let own = self.seen(page);
        let background = own.background.or(master.background);
        let paper = background.unwrap_or_default().over(Fill::Of(PAPER));
        let of_paper = |area| match paper {
            Fill::Of(paper) => {
                let bare =
                    own.backdrop.is_bare(area, paper) && master.backdrop.is_bare(area, paper);
                bare.then_some(paper)
            }
            Fill::Clear | Fill::Unknown => None,
        };
        let grounds = page.shapes.iter().map(|shape| {
            let behind = match self.fill(&shape.style) {
                Some(Fill::Of(colour)) => Some(colour),
                Some(Fill::Clear) => of_paper(shape.area),
                Some(Fill::Unknown) | None => None,
            };
            let ink = self.said(&shape.style, |style| style.ink);
            let blank = Fill::of(behind).hides(ink.unwrap_or_default());
            Ground { behind, blank }
        });
        grounds.collect()
    }
}

/// What stands behind the texts of a slide.
#[derive(Clone, Debug, Default)]
struct Behind {
    background: Option<Fill>,
    backdrop: Backdrop,
}

fn page(tag: &BytesStart<'_>) -> Page {
    Page {
        style: value(tag, "style-name").unwrap_or_default(),
        master: value(tag, "master-page-name").unwrap_or_default(),
        shapes: Vec::new(),
    }
}

fn key(family: &str, name: &str) -> String {
    format!("{family} {name}")
}

/// The style of a shape: a placeholder's is one of the presentation.
fn style_of(tag: &BytesStart<'_>) -> String {
    let mut all = tag.html_attributes();
    let mut attributes = all.with_checks(false).flatten();
    let style = attributes.find(|attribute| attribute.key.local_name().as_ref() == "style-name");
    let Some(style) = style else {
        return key("graphic", "");
    };
    let is_of_show = style.key.as_ref().starts_with("presentation:");
    let family = if is_of_show {
        "presentation"
    } else {
        "graphic"
    };
    key(family, &style.value)
}

/// Where a shape stands, in thousandths of a millimetre.
fn area(tag: &BytesStart<'_>) -> Option<Area> {
    if value(tag, "transform").is_some() {
        return None;
    }
    let measure = |name: &str| length(&value(tag, name)?);
    let (left, top) = (measure("x")?, measure("y")?);
    Some(Area {
        across: (left, left.checked_add(measure("width")?)?),
        down: (top, top.checked_add(measure("height")?)?),
    })
}

/// A length in thousandths of a millimetre (ODF 1.3 part 3, 18.3.18).
fn length(text: &str) -> Option<i64> {
    let text = text.trim();
    let unit =
        text.trim_start_matches(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter));
    let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
    let factor = match unit {
        "mm" => 1_000.0,
        "cm" => 10_000.0,
        "in" => 25_400.0,
        "pt" => 25_400.0 / 72.0,
        "pc" => 25_400.0 / 6.0,
        "px" => 25_400.0 / 96.0,
        _ => return None,
    };
    // No page is a kilometre wide.
    let length = (number * factor).clamp(-1e9, 1e9);
    format!("{length:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{hidden, read};

    /// Whether white letters are hidden in a shape with this style, on a slide
    /// with this one, before a master with more; all with more styles.
    fn hides(shape: &str, more: &str, slide: &str, master: &str) -> bool {
        let style = |name: &str, family: &str, kind: &str, says: &str| {
            format!(
                "<style:style style:name='{name}' style:family='{family}' style:parent-style-name='standard'>\
                 <style:{kind}-properties {says}/></style:style>"
            )
        };
        let dark = "draw:fill='solid' draw:fill-color='#000080'";
        let styles = [
            style("W", "text", "text", "fo:color='#ffffff'"),
            style(
                "M",
                "text",
                "text",
                "fo:color='#ffffff' fo:background-color='#000000'",
            ),
            style("shape", "graphic", "graphic", shape),
            style("dark", "graphic", "graphic", dark),
            style("slide", "drawing-page", "drawing-page", slide),
            style("page", "drawing-page", "drawing-page", master),
        ]
        .concat();
        let place = "svg:x='1cm' svg:y='1cm' svg:width='20mm' svg:height='1in'";
        let file = format!(
            "<office:document xmlns:office='o' office:mimetype='application/vnd.oasis.opendocument.presentation'>\
             <office:styles><style:style style:name='standard' style:family='graphic'><style:graphic-properties \
             draw:fill='solid' draw:fill-color='#729fcf'/></style:style></office:styles>\
             <office:automatic-styles>{styles}</office:automatic-styles>\
             <style:master-page style:name='Master' draw:style-name='page'/><office:body><office:presentation>\
             <draw:page draw:style-name='slide' draw:master-page-name='Master'>\
             <draw:frame draw:style-name='shape' {place}><draw:text-box><text:p>\
             <text:span text:style-name='W'>943 476 5919</text:span>\
             <text:span text:style-name='M'>seen</text:span></text:p></draw:text-box></draw:frame>{more}\
             </draw:page></office:presentation></office:body></office:document>"
        );
        let hidden = hidden(&read(file.as_bytes()));
        assert!(hidden.is_empty() || hidden == ["text"], "{hidden:?}");
        !hidden.is_empty()
    }

    #[test]
    fn white_letters_are_hidden_where_only_a_white_slide_is_behind_them() {
        let none = "draw:fill='none'";
        let white = "draw:fill='solid' draw:fill-color='#ffffff'";
        let dark = "draw:fill='solid' draw:fill-color='#000080'";
        let rect = |x: &str| {
            format!(
                "<draw:rect draw:style-name='dark' svg:x='{x}' svg:y='1cm' svg:width='1cm' svg:height='1cm'/>"
            )
        };
        let turned = "<draw:rect draw:style-name='dark' draw:transform='rotate(1)'/>";
        let picture = "<draw:frame draw:style-name='shape' svg:x='1cm' svg:y='1cm' svg:width='1cm' \
                       svg:height='1cm'><draw:image/></draw:frame>";
        let notes = "<presentation:notes><draw:frame draw:style-name='dark'/></presentation:notes>";
        for (shape, more, slide, master, expected) in [
            (none, String::new(), "", "", true),
            (none, String::new(), "", white, true),
            (none, String::new(), white, dark, true),
            (white, String::new(), dark, dark, true),
            (none, rect("3cm"), "", "", true),
            (none, notes.to_owned(), "", "", true),
            (none, String::new(), "", dark, false),
            (none, String::new(), dark, white, false),
            (none, String::new(), "draw:fill='gradient'", white, false),
            (dark, String::new(), "", "", false),
            // As its parent is filled.
            ("", String::new(), "", "", false),
            (none, rect("2.9cm"), "", "", false),
            (none, turned.to_owned(), "", "", false),
            (none, picture.to_owned(), "", "", false),
        ] {
            assert_eq!(
                hides(shape, &more, slide, master),
                expected,
                "{shape} {more} {slide} {master}"
            );
        }
    }

    #[test]
    fn letters_that_name_no_colour_have_that_of_their_shape() {
        let slide = |own: &str, of_shape: &str, words: &str| {
            let style = |name: &str, family: &str, parent: &str, says: &str| {
                format!(
                    "<style:style style:name='{name}' style:family='{family}' style:parent-style-name='{parent}'>\
                     <style:graphic-properties draw:fill='none'/>{says}</style:style>"
                )
            };
            let colour = |colour: &str| match colour {
                "" => String::new(),
                _ => format!("<style:text-properties fo:color='{colour}'/>"),
            };
            let styles = [
                style("M-title", "presentation", "", &colour(of_shape)),
                style("pr1", "presentation", "M-title", &colour(own)),
                style("K", "text", "", &colour("#000000")),
                style("W", "paragraph", "", &colour("#ffffff")),
            ]
            .concat();
            let file = format!(
                "<office:document xmlns:office='o' office:mimetype='application/vnd.oasis.opendocument.presentation'>\
                 <office:automatic-styles>{styles}</office:automatic-styles>\
                 <office:body><office:presentation><draw:page>\
                 <draw:frame presentation:style-name='pr1'><draw:text-box>{words}</draw:text-box></draw:frame></draw:page></office:presentation></office:body></office:document>"
            );
            hidden(&read(file.as_bytes()))
        };
        let plain = "<text:p>943 476 5919</text:p>";
        let black = "<text:p><text:span text:style-name='K'>943 476 5919</text:span></text:p>";
        let white = "<text:p text:style-name='W'>943 476 5919</text:p>";
        let both = "<text:p text:style-name='W'><text:span text:style-name='K'>943 476 5919</text:span></text:p>";
        for (own, of_shape, words, expected) in [
            ("", "#ffffff", plain, &["text"][..]),
            ("#ffffff", "", plain, &["text"]),
            ("#000000", "#ffffff", plain, &[]),
            ("", "", plain, &[]),
            ("#ffffff", "", black, &[]),
            ("", "", white, &["text"]),
            ("", "", both, &[]),
        ] {
            assert_eq!(
                slide(own, of_shape, words),
                expected,
                "{own} {of_shape} {words}"
            );
        }
    }

    #[test]
    fn lengths_have_units() {
        for (text, length) in [
            ("1cm", Some(10_000)),
            ("-2.5mm", Some(-2_500)),
            ("1in", Some(25_400)),
            ("72pt", Some(25_400)),
            ("1e99cm", None),
            ("99999999999cm", Some(1_000_000_000)),
            ("50%", None),
            ("", None),
        ] {
            assert_eq!(super::length(text), length, "{text}");
        }
    }
}
