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

use std::borrow::Cow;
use std::mem;

use crate::extract::office::attributes;
use crate::extract::office::paragraph::{Branch, Paragraph, Seen};
use crate::extract::office::role::Role;
use crate::extract::office::styles::{self, Look, Styles};
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

/// A text that stands by itself: the part's, or that of a text box.
#[derive(Debug, Default)]
struct Story {
    paragraphs: Vec<Paragraph>,
    /// How many cells are open.
    cells: usize,
    out: String,
}

struct Markup<'s> {
    styles: &'s Styles,
    foreign: bool,
    told: Told,
    open: Vec<Role>,
    stories: Vec<Story>,
    /// The codes of the open fields; `None` once their result has begun.
    fields: Vec<Option<String>>,
    /// Text that stands in no run.
    leaf: String,
    /// The name before it, in XML that is not Office's own: it may say what
    /// the text is.
    label: String,
    /// How the open run looks.
    look: Look,
    /// The backgrounds of the open tables and cells.
    grounds: Vec<bool>,
    /// The depths from which on everything is hidden.
    hidden_from: Option<usize>,
    /// How many choices the open alternative content has had, by level.
    choices: Vec<usize>,
    deleted: usize,
    inserted: usize,
    /// Whether the page has another colour than paper.
    page: bool,
}

/// How many fields may stand in one another.
const FIELDS: usize = 64;

impl<'s> Markup<'s> {
    fn new(styles: &'s Styles, foreign: bool) -> Self {
        Self {
            styles,
            foreign,
            told: Told::default(),
            open: Vec::new(),
            stories: vec![Story::default()],
            fields: Vec::new(),
            leaf: String::new(),
            label: String::new(),
            look: Look::default(),
            grounds: Vec::new(),
            hidden_from: None,
            choices: Vec::new(),
            deleted: 0,
            inserted: 0,
            page: false,
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
            Token::Aside(text) => self.told.aside(text),
        }
    }

    fn opened(&mut self, element: &Element<'_>) {
        let parent = self.open.last().copied().unwrap_or(Role::Plain);
        let role = self.chosen(Role::of(element, parent, self.in_paragraph()));
        self.attributes(element);
        match role {
            Role::Paragraph => self.begin_paragraph(),
            Role::Run => self.look = Look::default(),
            Role::Deleted => self.deleted = self.deleted.saturating_add(1),
            Role::Inserted => self.inserted = self.inserted.saturating_add(1),
            Role::Table => self.grounds.push(false),
            Role::Cell => {
                self.grounds.push(false);
                self.story(|story| story.cells = story.cells.saturating_add(1));
            }
            Role::Story => self.stories.push(Story::default()),
            Role::Alternatives => self.choices.push(0),
            Role::ParagraphLook
            | Role::Look
            | Role::OldLook
            | Role::RowLook
            | Role::CellLook
            | Role::TableLook
            | Role::TextFill
            | Role::Text
            | Role::DeletedText
            | Role::Code
            | Role::First
            | Role::Other
            | Role::Row
            | Role::Shape
            | Role::Binary
            | Role::FieldData
            | Role::Noise
            | Role::Plain => self.property(element, parent),
        }
        self.open.push(role);
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
            ("tab" | "ptab", Role::Run) => self.push("\t"),
            ("br" | "cr", Role::Run | Role::Paragraph | Role::Deleted | Role::Inserted) => {
                self.push("\n");
            }
            ("noBreakHyphen", _) => self.push("\u{2011}"),
            ("softHyphen", _) => self.push("\u{ad}"),
            ("sym", _) => {
                if let Some(letter) = element.attribute("char").and_then(symbol) {
                    self.push(letter.encode_utf8(&mut [0; 4]));
                }
            }
            ("fldChar", _) => self.field(element.attribute("fldCharType")),
            ("background", _) => self.page = !styles::is_white(element.attribute("color")),
            ("pStyle", Role::ParagraphLook) => {
                let style = element.attribute("val").map(str::to_owned);
                self.paragraph(|paragraph| paragraph.style = style);
            }
            ("shd", Role::ParagraphLook) => {
                let is_shaded = styles::is_shaded(element);
                self.paragraph(|paragraph| paragraph.shaded = is_shaded);
            }
            ("rStyle", Role::Look) => {
                let style = self
                    .styles
                    .look(element.attribute("val").unwrap_or_default());
                self.look = self.look.over(style);
            }
            ("noFill", Role::TextFill) => self.look.vanish = Some(true),
            ("hidden", Role::RowLook) if styles::is_on(element) => {
                self.hide_from(Role::Row);
            }
            ("shd", Role::CellLook | Role::TableLook) if styles::is_shaded(element) => {
                self.ground();
            }
            ("tblStyle", Role::TableLook) => {
                let style = self
                    .styles
                    .look(element.attribute("val").unwrap_or_default());
                if style.shaded == Some(true) {
                    self.ground();
                }
            }
            ("docPr" | "cNvPr", _)
                if matches!(element.attribute("hidden"), Some("1" | "true" | "on")) =>
            {
                self.hide_from(Role::Shape);
            }
            (_, Role::Look) => self.look_property(element),
            _ => {}
        }
    }

    /// A property of a run, or of the mark at the end of a paragraph.
    fn look_property(&mut self, element: &Element<'_>) {
        let outer = self.open.iter().rev().nth(1);
        if outer == Some(&Role::ParagraphLook) {
            let joins = match element.name {
                "del" | "moveFrom" => true,
                "vanish" | "specVanish" => styles::is_on(element),
                _ => false,
            };
            self.paragraph(|paragraph| paragraph.joined |= joins);
        } else {
            self.look.take(element);
        }
    }

    fn attributes(&mut self, element: &Element<'_>) {
        if let Some(text) = attributes::text(element, self.foreign) {
            if self.foreign {
                // Beside the element's own text: one may be the other's label.
                self.story(|story| line(&mut story.out, &text));
            } else {
                self.told.aside(&text);
            }
        }
        for (name, value) in &element.attributes {
            if name.eq_ignore_ascii_case("gfxdata") {
                self.told.package(value);
            } else if *name == "style" && is_invisible(value) {
                self.hidden_from.get_or_insert(self.open.len());
            }
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some(Role::Text | Role::DeletedText) if self.in_paragraph() => self.push(text),
            Some(Role::Code) => self.code(text),
            Some(Role::Noise) => {}
            _ => self.leaf.push_str(text),
        }
    }

    fn code(&mut self, text: &str) {
        match self.fields.last_mut() {
            Some(Some(code)) => code.push_str(text),
            _ => self.told.aside(text),
        }
    }

    fn field(&mut self, kind: Option<&str>) {
        match kind {
            Some("begin") if self.fields.len() < FIELDS => self.fields.push(Some(String::new())),
            Some("separate") => {
                if let Some(code) = self.fields.last_mut().and_then(Option::take) {
                    self.told.aside(&code);
                }
            }
            Some("end") => {
                if let Some(Some(code)) = self.fields.pop() {
                    self.told.aside(&code);
                }
            }
            _ => {}
        }
    }

    fn closed(&mut self) {
        let Some(role) = self.open.last().copied() else {
            return;
        };
        self.flush_leaf();
        self.open.pop();
        match role {
            Role::Paragraph => self.end_paragraph(),
            Role::Run => self.look = Look::default(),
            Role::Deleted => self.deleted = self.deleted.saturating_sub(1),
            Role::Inserted => self.inserted = self.inserted.saturating_sub(1),
            Role::Table => {
                self.grounds.pop();
            }
            Role::Alternatives => {
                self.choices.pop();
            }
            Role::Cell => {
                self.grounds.pop();
                self.story(|story| {
                    story.cells = story.cells.saturating_sub(1);
                    end_with(&mut story.out, '\t');
                });
            }
            Role::Row => self.story(|story| end_with(&mut story.out, '\n')),
            Role::Story => self.end_story(),
            Role::ParagraphLook
            | Role::Look
            | Role::OldLook
            | Role::RowLook
            | Role::CellLook
            | Role::TableLook
            | Role::TextFill
            | Role::Text
            | Role::DeletedText
            | Role::Code
            | Role::First
            | Role::Other
            | Role::Shape
            | Role::Binary
            | Role::FieldData
            | Role::Noise
            | Role::Plain => {}
        }
        if self
            .hidden_from
            .is_some_and(|depth| depth >= self.open.len())
        {
            self.hidden_from = None;
        }
    }

    /// Text in no run: a value of a chart, a property, custom XML.
    fn flush_leaf(&mut self) {
        if self.leaf.is_empty() {
            return;
        }
        let leaf = mem::take(&mut self.leaf);
        let text = leaf.trim();
        if text.is_empty() {
            return;
        }
        match self.open.last() {
            Some(Role::Binary) => return self.told.coded(text, true),
            Some(Role::FieldData) => return self.told.coded(text, false),
            _ => {}
        }
        if self.hidden_from.is_some() {
            line(&mut self.told.hidden, text);
        } else if self.in_paragraph() {
            line(&mut self.told.beside, text);
        } else {
            let label = self.label.clone();
            self.story(|story| {
                story.out.push_str(&label);
                line(&mut story.out, text);
            });
        }
    }

    fn begin_paragraph(&mut self) {
        self.story(|story| story.paragraphs.push(Paragraph::default()));
    }

    fn end_paragraph(&mut self) {
        let Some(story) = self.stories.last_mut() else {
            return;
        };
        let Some(paragraph) = story.paragraphs.pop() else {
            return;
        };
        story.out.push_str(&paragraph.shown());
        if !paragraph.joined {
            let end = if story.cells > 0 { ' ' } else { '\n' };
            story.out.push(end);
        }
        if let Some(other) = paragraph.otherwise() {
            line(&mut self.told.beside, &other);
        }
        for text in paragraph.apart(Seen::Deleted) {
            line(&mut self.told.deleted, &text);
        }
        for text in paragraph.apart(Seen::Hidden) {
            line(&mut self.told.hidden, &text);
        }
    }

    fn end_story(&mut self) {
        let story = self.stories.pop().unwrap_or_default();
        if !story.out.trim().is_empty() {
            line(&mut self.told.beside, story.out.trim_end());
        }
    }

    fn finish(mut self) -> Told {
        self.flush_leaf();
        for code in mem::take(&mut self.fields).into_iter().flatten() {
            self.told.aside(&code);
        }
        for story in mem::take(&mut self.stories) {
            self.told.shown.push_str(&story.out);
        }
        self.told
    }

    /// Adds to the open paragraph.
    fn push(&mut self, text: &str) {
        let seen = self.seen();
        let inside = self.open.iter().rev();
        let mut inside = inside.take_while(|role| **role != Role::Story);
        let branch = match inside.find(|role| matches!(role, Role::First | Role::Other)) {
            Some(Role::First) => Branch::First,
            Some(_) => Branch::Other,
            None => Branch::Neither,
        };
        let plain = from_symbols(text);
        self.paragraph(|paragraph| paragraph.push(seen, branch, &plain));
    }

    /// Whether people see what stands here.
    fn seen(&self) -> Seen {
        if self.deleted > 0 || self.open.last() == Some(&Role::DeletedText) {
            return Seen::Deleted;
        }
        let paragraph = self
            .stories
            .last()
            .and_then(|story| story.paragraphs.last());
        let Some(paragraph) = paragraph else {
            return Seen::Shown;
        };
        let style = self.styles.paragraph(paragraph.style.as_deref());
        let look = self.look.over(style);
        // The background of a shape is not known: paper it is only outside.
        let on_paper = !self.page
            && !paragraph.shaded
            && look.shaded != Some(true)
            && self.stories.len() == 1
            && !self.grounds.contains(&true);
        if self.hidden_from.is_some()
            || look.vanish == Some(true)
            || (look.white == Some(true) && on_paper)
        {
            return Seen::Hidden;
        }
        match self.inserted {
            0 => Seen::Shown,
            _ => Seen::Inserted,
        }
    }

    fn in_paragraph(&self) -> bool {
        self.stories
            .last()
            .is_some_and(|story| !story.paragraphs.is_empty())
    }

    fn paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        let story = self.stories.last_mut();
        if let Some(paragraph) = story.and_then(|story| story.paragraphs.last_mut()) {
            change(paragraph);
        }
    }

    fn story(&mut self, change: impl FnOnce(&mut Story)) {
        if let Some(story) = self.stories.last_mut() {
            change(story);
        }
    }

    /// The open table or cell has a background.
    fn ground(&mut self) {
        if let Some(ground) = self.grounds.last_mut() {
            *ground = true;
        }
    }

    /// Hides the nearest open element of a role, with all that is in it.
    fn hide_from(&mut self, role: Role) {
        let place = self.open.iter().rposition(|open| *open == role);
        if let Some(place) = place {
            self.hidden_from.get_or_insert(place);
        }
    }
}

/// Ends a cell or a row: what ended before it ends with it.
fn end_with(out: &mut String, end: char) {
    let is_row = end == '\n';
    if out.ends_with(' ') || (is_row && out.ends_with('\t')) {
        out.pop();
    }
    out.push(end);
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// The letter that a symbol stands for: symbol fonts put ASCII at U+F000.
fn symbol(code: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(code, 16).ok()?)
}

/// Text whose letters of symbol fonts are those that they stand for.
fn from_symbols(text: &str) -> Cow<'_, str> {
    let is_symbol = |letter: char| ('\u{f020}'..='\u{f07e}').contains(&letter);
    if !text.contains(is_symbol) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().map(|letter| {
        let plain = char::from_u32(u32::from(letter) & 0xFF);
        plain.filter(|_| is_symbol(letter)).unwrap_or(letter)
    });
    Cow::Owned(letters.collect())
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
