//! The markup of Office documents as texts: that of Word, drawings, slides,
//! VML, formulas, charts, diagrams, properties and any other XML (ECMA-376
//! part 1, 17 to 22; part 4).
//!
//! One reader for all of them, since a text box, a chart or a diagram may
//! stand in any document, and since what a part holds must not depend on what
//! it is called.
//!
//! Traps: the pieces of a number stand in many runs; a text box is anchored in
//! the middle of a paragraph; of alternative content each program shows
//! another branch; a field has a code and a result; a symbol is a letter
//! (17.3.3.30); a row, a shape or a paragraph's mark may be hidden too.

use std::mem;

use crate::extract::ink::{self, Ground, Ink, Look, Rgb};
use crate::extract::office::attributes;
use crate::extract::office::layout::{self, Layout};
use crate::extract::office::role::Role;
use crate::extract::office::scheme;
use crate::extract::office::styles::{self, Styles};
use crate::extract::office::told::Told;
use crate::extract::office::xml::{self, Element, Token};
use crate::extract::sink::{Sink, Spot};

/// Reads XML of any kind. `foreign` says that it is not Office's own, so that
/// all attributes are text.
pub(in crate::extract::office) fn read(
    bytes: &[u8],
    styles: &Styles,
    foreign: bool,
    spot: Spot,
    sink: &mut Sink<'_>,
) {
    let mut markup = Markup::new(styles, foreign);
    let stopped = xml::walk(bytes, |token| markup.take(token));
    if let Some(why) = stopped {
        sink.gap(spot, why);
    }
    markup.finish().tell(spot, sink);
}

struct Markup<'s> {
    layout: Layout<'s>,
    foreign: bool,
    /// The codes of the open fields; `None` once their result has begun.
    fields: Vec<Option<String>>,
    /// Text that stands in no run.
    leaf: String,
    /// The name before it, in XML that is not Office's own: it may say what
    /// the text is.
    label: String,
    /// How many choices the open alternative content has had, by level.
    choices: Vec<usize>,
}

/// All of a colour, in thousandths of a hundredth.
const FULL: u32 = 100_000;

/// How many fields may stand in one another.
const FIELDS: usize = 64;

impl<'s> Markup<'s> {
    fn new(styles: &'s Styles, foreign: bool) -> Self {
        Self {
            layout: Layout::new(styles),
            foreign,
            fields: Vec::new(),
            leaf: String::new(),
            label: String::new(),
            choices: Vec::new(),
        }
    }

    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Open(element) => {
                self.flush_leaf();
                self.opened(element);
                if self.foreign {
                    self.label.clear();
                    self.label.push_str(element.name);
                    self.label.push_str(": ");
                }
            }
            Token::Close(_) => self.closed(),
            Token::Text(text) => self.text(text),
            Token::Aside(text) => self.layout.told.aside(text),
        }
    }

    fn opened(&mut self, element: &Element<'_>) {
        let parent = self.layout.open.last().copied().unwrap_or(Role::Plain);
        let role = self.chosen(Role::of(element, parent, self.layout.in_paragraph()));
        self.attributes(element);
        match role {
            Role::Paragraph => self.layout.begin_paragraph(),
            Role::Run => self.layout.look = Look::default(),
            Role::Deleted => self.layout.deleted = self.layout.deleted.saturating_add(1),
            Role::Inserted => self.layout.inserted = self.layout.inserted.saturating_add(1),
            Role::Table => self.layout.grounds.push(Ground::Clear),
            Role::Cell => {
                self.layout.grounds.push(Ground::Clear);
                self.layout
                    .story(|story| story.cells = story.cells.saturating_add(1));
            }
            Role::Story => self.layout.begin_story(),
            Role::Alternatives => self.choices.push(0),
            Role::ParagraphLook
            | Role::Look
            | Role::OldLook
            | Role::RowLook
            | Role::CellLook
            | Role::TableLook
            | Role::TextFill
            | Role::LetterFill
            | Role::LetterColour
            | Role::LetterLine
            | Role::Marker
            | Role::Text
            | Role::DeletedText
            | Role::Code
            | Role::First
            | Role::Other
            | Role::Row
            | Role::Binary
            | Role::FieldData
            | Role::Noise
            | Role::Plain => self.property(element, parent),
            Role::Shape => {
                self.layout.begin_shape(element.name == "sp");
                self.property(element, parent);
            }
        }
        self.layout.open.push(role);
    }

    /// The branch that a choice or a fallback is.
    fn chosen(&mut self, role: Role) -> Role {
        if !matches!(role, Role::First | Role::Other) {
            return role;
        }
        let Some(seen) = self.choices.last_mut() else {
            return Role::First;
        };
        *seen = seen.saturating_add(1);
        if role == Role::First && *seen == 1 {
            Role::First
        } else {
            Role::Other
        }
    }

    /// What an element says of the text around it.
    fn property(&mut self, element: &Element<'_>, parent: Role) {
        match (element.name, parent) {
            ("tab" | "ptab", Role::Run) => self.layout.push("\t"),
            ("br" | "cr", Role::Run | Role::Paragraph | Role::Deleted | Role::Inserted) => {
                self.layout.push("\n");
            }
            ("noBreakHyphen", _) => self.layout.push("\u{2011}"),
            ("softHyphen", _) => self.layout.push("\u{ad}"),
            ("sym", _) => {
                if let Some(letter) = element.attribute("char").and_then(layout::symbol) {
                    self.layout.push(letter.encode_utf8(&mut [0; 4]));
                }
            }
            ("fldChar", _) => self.field(element.attribute("fldCharType")),
            ("background", _) => {
                let colour = element.attribute("color").and_then(ink::hex);
                self.layout.page = Ground::of(colour);
            }
            // What fills a chart and the slide behind it is not followed.
            ("chartSpace", _) => self.layout.page = Ground::Unknown,
            ("pPr", Role::Paragraph) => {
                let level = element
                    .attribute("lvl")
                    .and_then(|level| level.parse().ok());
                self.layout
                    .paragraph(|paragraph| paragraph.level = level.unwrap_or(0));
            }
            ("pStyle", Role::ParagraphLook) => {
                let style = element.attribute("val").map(str::to_owned);
                self.layout.paragraph(|paragraph| paragraph.style = style);
            }
            ("shd", Role::ParagraphLook) => {
                let ground = Some(styles::ground_of(element));
                self.layout.paragraph(|paragraph| paragraph.ground = ground);
            }
            ("spacing", Role::ParagraphLook) if element.attribute("line").is_some() => {
                let flat = Some(styles::is_flat(element));
                self.layout.paragraph(|paragraph| paragraph.flat = flat);
            }
            // Of letters of drawings, in hundredths of a point.
            ("rPr", Role::Run) => {
                let size = element.attribute("sz").and_then(|size| size.parse().ok());
                self.layout.look.tiny = size.map(|size: f64| size <= ink::TINY * 50.0);
            }
            ("rStyle", Role::Look) => {
                let style = self
                    .layout
                    .styles
                    .look(element.attribute("val").unwrap_or_default());
                self.layout.look = self.layout.look.over(style);
            }
            ("noFill", Role::TextFill) => self.layout.look.vanish = Some(true),
            ("hidden", Role::RowLook) if styles::is_on(element) => {
                self.layout.hide_from(Role::Row);
            }
            ("trHeight", Role::RowLook) if styles::is_flat(element) => {
                self.layout.hide_from(Role::Row);
            }
            // A row that was taken out, and is kept by change tracking.
            ("del", Role::RowLook) => self.layout.hide_from(Role::Row),
            ("shd", Role::CellLook | Role::TableLook) => {
                self.layout.ground(styles::ground_of(element));
            }
            ("tblStyle", Role::TableLook) => {
                let style = self
                    .layout
                    .styles
                    .look(element.attribute("val").unwrap_or_default());
                self.layout.ground(style.block.unwrap_or_default());
            }
            ("docPr" | "cNvPr", _)
                if matches!(element.attribute("hidden"), Some("1" | "true" | "on")) =>
            {
                self.layout.hide_from(Role::Shape);
            }
            (_, Role::LetterFill) => {
                self.layout.look.ink = Some(Ink::of(self.colour(element)));
            }
            (_, Role::Marker) => {
                self.layout.look.marker = Some(Ground::of(self.colour(element)));
            }
            ("alpha", Role::LetterColour) => match self.transparency(element) {
                Some(FULL) => self.layout.look.vanish = Some(true),
                Some(0) => {}
                _ => self.layout.look.ink = Some(Ink::Unknown),
            },
            // Brighter, darker, or less of the colour.
            (_, Role::LetterColour) => self.layout.look.ink = Some(Ink::Unknown),
            ("gradFill" | "blipFill" | "pattFill", Role::Look) => {
                self.layout.look.ink = Some(Ink::Unknown);
            }
            // An outline or a shadow shows what letters are.
            ("solidFill" | "gradFill" | "pattFill", Role::LetterLine)
            | ("outerShdw" | "innerShdw" | "prstShdw" | "glow", _) => {
                self.layout.look.drawn = Some(true);
            }
            (_, Role::Look) => self.look_property(element),
            _ => {}
        }
    }

    /// The colour that an element names.
    fn colour(&self, element: &Element<'_>) -> Option<Rgb> {
        match &self.layout.styles.paper {
            Some(paper) => paper.colour(element),
            None => scheme::plain(element),
        }
    }

    /// How much of what is behind a colour shows through it, of [`FULL`]. The
    /// same element says it of letters of Word (MS-DOCX 2.6.1.1), and of those of
    /// drawings how little.
    fn transparency(&self, element: &Element<'_>) -> Option<u32> {
        let share = element.attribute("val")?.parse::<u32>().ok()?;
        let of_word = self.layout.open.iter().rev().nth(2) == Some(&Role::TextFill);
        if of_word {
            Some(share)
        } else {
            FULL.checked_sub(share)
        }
    }

    /// A property of a run, or of the mark at the end of a paragraph.
    fn look_property(&mut self, element: &Element<'_>) {
        let outer = self.layout.open.iter().rev().nth(1);
        if outer == Some(&Role::ParagraphLook) {
            let joins = match element.name {
                "del" | "moveFrom" => true,
                "vanish" | "specVanish" => styles::is_on(element),
                _ => false,
            };
            self.layout.paragraph(|paragraph| paragraph.joined |= joins);
        } else {
            self.layout.look.take(element);
        }
    }

    fn attributes(&mut self, element: &Element<'_>) {
        if let Some(text) = attributes::text(element, self.foreign) {
            if self.foreign {
                // Beside the element's own text: one may be the other's label.
                self.layout
                    .story(|story| layout::line(&mut story.out, &text));
            } else {
                self.layout.told.aside(&text);
            }
        }
        for (name, value) in &element.attributes {
            if name.eq_ignore_ascii_case("gfxdata") {
                self.layout.told.package(value);
            } else if *name == "style" && is_invisible(value) {
                self.layout
                    .hidden_from
                    .get_or_insert(self.layout.open.len());
            }
        }
    }

    fn text(&mut self, text: &str) {
        match self.layout.open.last() {
            Some(Role::Text | Role::DeletedText) if self.layout.in_paragraph() => {
                self.layout.push(text);
            }
            Some(Role::Code) => self.code(text),
            Some(Role::Noise) => {}
            _ => self.leaf.push_str(text),
        }
    }

    fn code(&mut self, text: &str) {
        match self.fields.last_mut() {
            Some(Some(code)) => code.push_str(text),
            _ => self.layout.code(text),
        }
    }

    fn field(&mut self, kind: Option<&str>) {
        match kind {
            Some("begin") if self.fields.len() < FIELDS => self.fields.push(Some(String::new())),
            Some("separate") => {
                if let Some(code) = self.fields.last_mut().and_then(Option::take) {
                    self.layout.code(&code);
                }
            }
            Some("end") => {
                if let Some(Some(code)) = self.fields.pop() {
                    self.layout.code(&code);
                }
            }
            _ => {}
        }
    }

    fn closed(&mut self) {
        let Some(role) = self.layout.open.last().copied() else {
            return;
        };
        self.flush_leaf();
        self.layout.open.pop();
        match role {
            Role::Paragraph => self.layout.end_paragraph(),
            Role::Run => self.layout.look = Look::default(),
            Role::Deleted => self.layout.deleted = self.layout.deleted.saturating_sub(1),
            Role::Inserted => self.layout.inserted = self.layout.inserted.saturating_sub(1),
            Role::Table => {
                self.layout.grounds.pop();
            }
            Role::Alternatives => {
                self.choices.pop();
            }
            Role::Cell => {
                self.layout.grounds.pop();
                self.layout.story(|story| {
                    story.cells = story.cells.saturating_sub(1);
                    layout::end_with(&mut story.out, '\t');
                });
            }
            Role::Row => self
                .layout
                .story(|story| layout::end_with(&mut story.out, '\n')),
            Role::Story => self.layout.end_story(),
            Role::ParagraphLook
            | Role::Look
            | Role::OldLook
            | Role::RowLook
            | Role::CellLook
            | Role::TableLook
            | Role::TextFill
            | Role::LetterFill
            | Role::LetterColour
            | Role::LetterLine
            | Role::Marker
            | Role::Text
            | Role::DeletedText
            | Role::Code
            | Role::First
            | Role::Other
            | Role::Binary
            | Role::FieldData
            | Role::Noise
            | Role::Plain => {}
            Role::Shape => self.layout.shape_ground = Ground::Unknown,
        }
        if self
            .layout
            .hidden_from
            .is_some_and(|depth| depth >= self.layout.open.len())
        {
            self.layout.hidden_from = None;
        }
    }

    /// Text in no run: a value of a chart, a property, custom XML.
    fn flush_leaf(&mut self) {
        if self.leaf.is_empty() {
            return;
        }
        let leaf = mem::take(&mut self.leaf);
        let text = leaf.trim();
        if text.is_empty() || attributes::is_random(text) {
            return;
        }
        if let Some(number) = layout::whole_number(text) {
            self.layout.told.aside(&number);
        }
        match self.layout.open.last() {
            Some(Role::Binary) => return self.layout.told.coded(text, true),
            Some(Role::FieldData) => return self.layout.told.coded(text, false),
            _ => {}
        }
        if self.layout.hidden_from.is_some() {
            layout::line(&mut self.layout.told.hidden, text);
        } else if self.layout.in_paragraph() {
            layout::line(&mut self.layout.told.beside, text);
        } else {
            let label = self.label.clone();
            self.layout.story(|story| {
                story.out.push_str(&label);
                layout::line(&mut story.out, text);
            });
        }
    }

    fn finish(mut self) -> Told {
        self.flush_leaf();
        for code in mem::take(&mut self.fields).into_iter().flatten() {
            self.layout.told.aside(&code);
        }
        self.layout.finish()
    }
}

/// Whether a VML shape's style hides it.
fn is_invisible(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    let mut rules = style.split(';').filter_map(|rule| rule.split_once(':'));
    rules.any(|(name, value)| {
        matches!(
            (name.trim(), value.trim()),
            ("visibility", "hidden") | ("display", "none")
        )
    })
}
