//! The walk through a part: elements are told by their local names, since a
//! prefix may be anything; what is not known is read as text all the same.
//!
//! Sources: ODF 1.3 part 3, sections 5 (text), 6 (paragraphs), 9 (tables), 10
//! (drawings), 14.1 (annotations). An element that is open costs nothing unless
//! it has a role, and roles are bounded, so depth is no danger.

use std::collections::VecDeque;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::attributes::{count, is_written, value, words};
use super::changes::Changes;
use super::role::Role;
use super::sheet::Sheet;
use super::slide_look::{self, Ground};
use super::styles::Styles;
use super::target::{Mark, Target};
use crate::extract::html;
use crate::extract::legacy::embedded;
use crate::extract::sink::{Sink, Spot};
use crate::extract::text_file::{inline, xml};
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// How many elements with a role may be open at once.
const DEEPEST: usize = 500;

/// Reads a part, or a whole document in one file.
pub(super) fn walk(source: &str, styles: &Styles, spot: Spot, sink: &mut Sink<'_>) {
    let mut reader = Reader::from_str(source);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut walk = Walk {
        styles,
        sink,
        targets: vec![Target::at(spot)],
        unseen: 0,
        changes: Changes::default(),
        open: Vec::new(),
        depth: 0,
        is_workbook: false,
        in_styles: None,
        sheet: None,
        sheets: 0,
        slides: 0,
        grounds: VecDeque::new(),
        coloured: 0,
        white: 0,
        binary: None,
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.start(&tag),
            Ok(Event::Empty(tag)) => {
                walk.start(&tag);
                walk.end();
            }
            Ok(Event::End(_)) => walk.end(),
            Ok(Event::Text(words)) => walk.push(&words.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::CData(words)) => walk.push(&words.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::GeneralRef(name)) => walk.push(&xml::referred(&name)),
            Ok(Event::Comment(words)) => walk.aside(&words.into_inner()),
            Ok(Event::PI(words)) => walk.aside(&words.into_inner()),
            Ok(Event::DocType(words)) => walk.doctype(&words.into_inner()),
            Ok(Event::Decl(_)) => {}
            Ok(Event::Eof) => break,
            Err(_) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                walk.damaged(source.get(at..).unwrap_or(source));
                break;
            }
        }
    }
    walk.finish();
}

pub(super) struct Walk<'w, 'g> {
    pub(super) styles: &'w Styles,
    pub(super) sink: &'w mut Sink<'g>,
    /// The texts that are being put together, the innermost last.
    pub(super) targets: Vec<Target>,
    /// How many pieces of paragraphs are open that are not seen.
    unseen: usize,
    changes: Changes,
    /// The elements with a role that are open, and how deep they stand.
    pub(super) open: Vec<(usize, Role)>,
    depth: usize,
    pub(super) is_workbook: bool,
    /// How deep the styles or settings stand that are being read: their names
    /// are no text.
    in_styles: Option<usize>,
    pub(super) sheet: Option<Sheet>,
    pub(super) sheets: u32,
    slides: u32,
    /// The shapes of the slide, from the open one on.
    grounds: VecDeque<Ground>,
    /// How many paragraphs and pieces of them are open that name a colour.
    coloured: usize,
    /// How many paragraphs are open whose letters have the colour behind them.
    white: usize,
    /// The base64 of a picture or an object.
    binary: Option<String>,
}

impl Walk<'_, '_> {
    fn start(&mut self, tag: &BytesStart<'_>) {
        self.depth = self.depth.saturating_add(1);
        let local = tag.local_name();
        let local = local.as_ref();
        self.changes.take(local, tag);
        if slide_look::is_shape(local) {
            self.grounds.pop_front();
        }
        if self.open.len() < DEEPEST {
            self.structure(local, tag);
        } else {
            self.attributes(tag);
        }
        match local {
            "s" => self.with(|target, mark| target.spaces(count(tag, "c"), mark)),
            "tab" | "tab-stop" => self.with(Target::tab),
            "line-break" => self.with(|target, _| target.end_line()),
            _ => {}
        }
    }

    /// Elements that open or belong to a structure.
    fn structure(&mut self, local: &str, tag: &BytesStart<'_>) {
        match local {
            "automatic-styles" | "styles" | "font-face-decls" | "font-decls" | "settings" => {
                self.in_styles = self.in_styles.or(Some(self.depth));
            }
            "spreadsheet" => self.is_workbook = true,
            "document" | "document-content" => self.document(tag),
            "p" | "h" => self.paragraph(tag),
            "span" | "a" => {
                self.attributes(tag);
                self.colour(tag);
                if self.hides(tag) == Some(Hidden::Text) {
                    self.unseen = self.unseen.saturating_add(1);
                    self.role(Role::Unseen);
                }
            }
            "section" => {
                self.attributes(tag);
                let is_none = matches!(value(tag, "display").as_deref(), Some("none"))
                    || value(tag, "is-hidden").as_deref() == Some("true");
                if is_none || self.hides(tag) == Some(Hidden::Text) {
                    self.apart(Some(Hidden::Text));
                }
            }
            "hidden-text" | "hidden-paragraph" => {
                let shown = value(tag, "is-hidden").as_deref() == Some("false");
                if local == "hidden-paragraph" && !shown {
                    self.hide_paragraph();
                }
                self.apart((!shown).then_some(Hidden::Text));
                self.attributes(tag);
            }
            _ if slide_look::is_shape(local)
                && value(tag, "display").as_deref() == Some("none") =>
            {
                self.apart(Some(Hidden::Text));
                self.attributes(tag);
            }
            // The name of a property stands before its value.
            "user-defined" => {
                let name = value(tag, "name").unwrap_or_default();
                self.with(|target, mark| target.push(&format!("{name}: "), mark));
            }
            "annotation" | "note" | "footnote" | "endnote" | "title" | "desc" | "ruby-text"
            | "tracked-changes" => {
                self.apart(None);
                self.attributes(tag);
            }
            "deletion" | "previous" | "cell-content-deletion" => {
                self.apart(Some(Hidden::Deletion));
                self.attributes(tag);
            }
            // Those of a master are only a form to fill in.
            "notes" => {
                self.grounds.clear();
                self.apart((self.slides > 0).then_some(Hidden::Notes));
            }
            "dde-link" => {
                self.apart(Some(Hidden::ExternalCache));
                self.attributes(tag);
            }
            "data-pilot-table" => {
                self.apart(Some(Hidden::PivotCache));
                self.attributes(tag);
            }
            "page" => self.slide(tag),
            "binary-data" => {
                self.binary = Some(String::new());
                self.role(Role::Binary);
            }
            _ => self.table_part(local, tag),
        }
    }

    /// Where the innermost text stands.
    pub(super) fn spot(&self) -> Spot {
        let target = self.targets.last();
        target.map_or(Spot::default(), |target| target.spot)
    }

    pub(super) fn role(&mut self, role: Role) {
        self.open.push((self.depth, role));
    }

    /// Begins a text of its own, hidden or not.
    fn apart(&mut self, hidden: Option<Hidden>) {
        let outer = self.spot();
        let outer = match &self.sheet {
            Some(sheet) => sheet.spot,
            None => outer,
        };
        let spot = hidden.map_or(outer, |hidden| outer.hidden(hidden));
        self.targets.push(Target::at(spot));
        self.role(Role::Apart);
    }

    fn document(&mut self, tag: &BytesStart<'_>) {
        let class = value(tag, "class").unwrap_or_default();
        let media_type = value(tag, "mimetype").unwrap_or_default();
        let is_workbook = class == "spreadsheet"
            || media_type.contains("spreadsheet")
            || media_type.contains("calc");
        if self.depth == 1 {
            self.is_workbook = is_workbook;
        } else if is_workbook && !self.is_workbook {
            self.apart(Some(Hidden::EmbeddedWorkbook));
        } else {
            self.apart(None);
        }
    }

    fn paragraph(&mut self, tag: &BytesStart<'_>) {
        self.attributes(tag);
        let style = value(tag, "style-name").unwrap_or_default();
        if self.styles.marked(&style) == Some(Hidden::Text) {
            self.apart(Some(Hidden::Text));
        }
        self.with(|target, _| target.paragraphs = target.paragraphs.saturating_add(1));
        self.role(Role::Paragraph);
        let behind = self.grounds.front().and_then(|ground| ground.behind);
        if self.styles.is_blank(&style, behind) {
            self.white = self.white.saturating_add(1);
            self.role(Role::White);
        } else {
            self.colour(tag);
        }
    }

    /// Hides what follows in the open paragraph: what hides it stands at its
    /// beginning.
    fn hide_paragraph(&mut self) {
        let paragraph = self
            .open
            .iter()
            .rev()
            .find(|(_, role)| *role == Role::Paragraph);
        if let Some((depth, _)) = paragraph.copied() {
            self.unseen = self.unseen.saturating_add(1);
            self.open.push((depth, Role::Unseen));
        }
    }

    fn slide(&mut self, tag: &BytesStart<'_>) {
        let before = usize::try_from(self.slides).unwrap_or(usize::MAX);
        self.slides = self.slides.saturating_add(1);
        // None is open yet.
        self.grounds = self.styles.slides.grounds(before).into();
        self.grounds.push_front(Ground::default());
        let mut spot = self.spot();
        spot.unit = Some(Unit::Slide(self.slides));
        if self.hides(tag) == Some(Hidden::Slide) {
            spot = spot.hidden(Hidden::Slide);
        }
        self.targets.push(Target::at(spot));
        self.role(Role::Apart);
        self.attributes(tag);
    }

    pub(super) fn hides(&self, tag: &BytesStart<'_>) -> Option<Hidden> {
        let behind = self.grounds.front().and_then(|ground| ground.behind);
        self.styles.hidden(&value(tag, "style-name")?, behind)
    }

    pub(super) fn attributes(&mut self, tag: &BytesStart<'_>) {
        if self.in_styles.is_some() {
            return;
        }
        for found in words(tag) {
            self.aside(&found);
        }
    }

    /// Words beside the text: in a cell they belong to the sheet.
    fn aside(&mut self, words: &str) {
        let in_cell = matches!(self.open.last(), Some((_, Role::SheetCell(..))));
        match &mut self.sheet {
            Some(sheet) if in_cell || self.targets.len() == 1 => sheet.aside(words),
            _ => self.with(|target, _| target.aside(words)),
        }
    }

    /// Notes that letters name a colour from here on.
    fn colour(&mut self, tag: &BytesStart<'_>) {
        let style = value(tag, "style-name").unwrap_or_default();
        if self.styles.is_coloured(&style) {
            self.coloured = self.coloured.saturating_add(1);
            self.role(Role::Coloured);
        }
    }

    /// Changes the innermost text; whether people see what is added.
    pub(super) fn with(&mut self, change: impl FnOnce(&mut Target, Mark)) {
        let ground = self.grounds.front().copied().unwrap_or_default();
        let is_blank = ground.blank || self.white > 0;
        let is_blank = is_blank && self.coloured == 0;
        let mark = self.changes.mark(self.unseen > 0 || is_blank);
        if let Some(target) = self.targets.last_mut() {
            change(target, mark);
        }
    }

    fn push(&mut self, words: &str) {
        match &mut self.binary {
            Some(binary) => binary.push_str(words),
            // Of settings and styles what looks as if somebody wrote it, not
            // switches and measures; the setup of a printer is its driver's.
            None if self.in_styles.is_some() && !is_written(words) => {}
            None => self.with(|target, mark| target.push(words, mark)),
        }
    }

    fn end(&mut self) {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if self.in_styles.is_some_and(|styles| styles >= depth) {
            self.in_styles = None;
        }
        let mut had_role = false;
        while self.open.last().is_some_and(|(opened, _)| *opened >= depth) {
            if let Some((_, role)) = self.open.pop() {
                self.close(role);
                had_role = true;
            }
        }
        if !had_role {
            // Elements that are no paragraphs and hold text: a line each.
            self.with(|target, _| {
                if target.paragraphs == 0 {
                    target.end_line();
                }
            });
        }
    }

    fn close(&mut self, role: Role) {
        match role {
            Role::Paragraph => self.with(|target, _| {
                target.paragraphs = target.paragraphs.saturating_sub(1);
                target.end_line();
            }),
            Role::Unseen => self.unseen = self.unseen.saturating_sub(1),
            Role::White => self.white = self.white.saturating_sub(1),
            Role::Coloured => self.coloured = self.coloured.saturating_sub(1),
            Role::Apart => {
                if let Some(target) = self.targets.pop() {
                    target.flush(self.sink);
                }
            }
            Role::Sheet => {
                if let Some(sheet) = self.sheet.take() {
                    sheet.flush(self.sink);
                }
            }
            Role::SheetRow => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.end_row();
                }
            }
            Role::SheetCell(times, unseen) => self.end_cell(times, unseen),
            Role::Row => self.with(|target, _| target.end_row()),
            Role::Cell => self.with(|target, _| {
                target.end_cell();
                target.cells = target.cells.saturating_sub(1);
            }),
            Role::Binary => {
                let coded = self.binary.take().unwrap_or_default();
                let bytes = inline::from_base64(coded.as_bytes());
                let spot = self.spot();
                if !bytes.is_empty() {
                    embedded::object(bytes, "", spot, self.sink);
                }
            }
        }
    }

    fn doctype(&mut self, words: &str) {
        self.aside(words);
        if words.contains("<!ENTITY") {
            // What an entity stands for is not put in its place.
            self.sink.gap(Spot::default(), GapReason::UnknownFormat);
        }
    }

    /// What is left of damaged XML is read as HTML, which knows no damage.
    fn damaged(&mut self, rest: &str) {
        self.sink.gap(Spot::default(), GapReason::Broken);
        self.sink.text(Spot::default(), html::text(rest));
    }

    fn finish(mut self) {
        while let Some((_, role)) = self.open.pop() {
            self.close(role);
        }
        while let Some(target) = self.targets.pop() {
            target.flush(self.sink);
        }
    }
}
