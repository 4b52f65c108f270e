//! From the workbook along its arrows to every part, and to those that no
//! arrow leads to.

use std::collections::BTreeSet;

use super::part::PartText;
use super::strings::Strings;
use super::workbook::Workbook;
use super::{external, look, pivot, sheet};
use crate::extract::office::package::{Package, Relationship};
use crate::extract::office::xml;
use crate::extract::sheet::styles::Styles;
use crate::extract::sheet::{loose, ole};
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff::sniff;
use crate::format::Format;
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// Reads the file.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(package) = Package::open(bytes, sink) else {
        return;
    };
    let mut reader = Reader {
        package,
        styles: Styles::default(),
        strings: Strings::default(),
        done: BTreeSet::new(),
    };
    reader.workbook(sink);
    reader.rest(sink);
    let unused = reader.strings.unused();
    sink.text(Spot::default().hidden(Hidden::Text), unused);
}

struct Reader<'b> {
    package: Package<'b>,
    styles: Styles,
    strings: Strings,
    /// The parts that were read, in lower case.
    done: BTreeSet<String>,
}

impl Reader<'_> {
    fn workbook(&mut self, sink: &mut Sink<'_>) {
        let spot = Spot::default();
        let arrows = self.package.relationships("", sink);
        let arrow = arrows
            .iter()
            .find(|arrow| arrow.kind == "officeDocument" && !arrow.external);
        let name = arrow
            .map(|arrow| arrow.target.clone())
            .filter(|name| self.package.has(name))
            .unwrap_or_else(|| "xl/workbook.xml".to_owned());
        let bytes = self.take(&name, spot, sink);
        if bytes.is_empty() {
            sink.gap(spot, GapReason::Broken);
        }
        let (workbook, stopped) = Workbook::read(&bytes);
        if let Some(why) = stopped {
            sink.gap(spot, why);
        }
        self.styles.epoch = workbook.epoch;
        any_xml(&bytes, spot, sink);
        let arrows = self.package.relationships(&name, sink);
        for arrow in &arrows {
            match arrow.kind.as_str() {
                "sharedStrings" => {
                    let bytes = self.take(&arrow.target, spot, sink);
                    let (strings, stopped) = Strings::read(&bytes);
                    self.strings = strings;
                    if let Some(why) = stopped {
                        sink.gap(spot, why);
                    }
                }
                "styles" => {
                    let bytes = self.take(&arrow.target, spot, sink);
                    let stopped = look::read(&bytes, &mut self.styles);
                    if let Some(why) = stopped {
                        sink.gap(spot, why);
                    }
                    any_xml(&bytes, spot, sink);
                }
                _ => {}
            }
        }
        self.sheets(&workbook, &arrows, sink);
        self.follow(arrows, spot, sink);
    }

    fn sheets(&mut self, workbook: &Workbook, arrows: &[Relationship], sink: &mut Sink<'_>) {
        for (sheet, number) in workbook.sheets.iter().zip(1..) {
            let spot = Spot {
                unit: Some(Unit::Sheet(number)),
                hidden: sheet.hidden,
            };
            sink.name(spot, &sheet.name);
            sink.hidden(spot);
            let arrow = arrows.iter().find(|arrow| arrow.id == sheet.arrow);
            match arrow.filter(|arrow| !arrow.external && self.package.has(&arrow.target)) {
                Some(arrow) => {
                    let bytes = self.take(&arrow.target, spot, sink);
                    self.sheet(&arrow.target, &bytes, spot, sink);
                }
                None => sink.gap(spot, GapReason::Broken),
            }
        }
    }

    /// Reads a sheet and all that its arrows lead to.
    fn sheet(&mut self, name: &str, bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
        let most = sink.left().text_bytes;
        let mut read = sheet::read(bytes, &self.styles, &mut self.strings, most);
        let arrows = self.package.relationships(name, sink);
        for arrow in arrows
            .iter()
            .filter(|arrow| arrow.kind == "table" && !arrow.external)
        {
            let table = self.take(&arrow.target, spot, sink);
            if memchr::memmem::find(&table, b"filterColumn").is_some() {
                read.grid.filter();
            }
            any_xml(&table, spot, sink);
        }
        read.grid.finish(spot, sink);
        told(read.other, spot, sink);
        if let Some(why) = read.stopped {
            sink.gap(spot, why);
        }
        self.follow(arrows, spot, sink);
    }

    /// Reads what arrows lead to, and what leads on from there.
    fn follow(&mut self, arrows: Vec<Relationship>, spot: Spot, sink: &mut Sink<'_>) {
        let mut open = arrows;
        open.reverse();
        while let Some(arrow) = open.pop() {
            if arrow.external {
                sink.text(spot, arrow.target);
                continue;
            }
            // Other sheets have their own turn.
            if arrow.kind.ends_with("sheet")
                || arrow.kind == "officeDocument"
                || self.is_done(&arrow.target)
            {
                continue;
            }
            if !self.package.has(&arrow.target) {
                continue;
            }
            let mut next = self.part(&arrow.target, spot, sink);
            next.reverse();
            open.append(&mut next);
        }
    }

    /// Reads a part by what it holds; gives the arrows that start there.
    fn part(&mut self, name: &str, spot: Spot, sink: &mut Sink<'_>) -> Vec<Relationship> {
        let bytes = self.take(name, spot, sink);
        if !is_xml(&bytes) {
            binary(name, bytes, spot, sink);
            return Vec::new();
        }
        match root(&bytes).as_str() {
            "worksheet" | "dialogsheet" | "chartsheet" | "macrosheet" => {
                // In no list of sheets: no program shows it.
                let spot = spot.hidden(Hidden::VeryHiddenSheet);
                sink.hidden(spot);
                self.sheet(name, &bytes, spot, sink);
                return Vec::new();
            }
            "pivotCacheDefinition" => {
                let spot = spot.hidden(Hidden::PivotCache);
                let arrows = self.package.relationships(name, sink);
                let records = arrows
                    .iter()
                    .find(|arrow| arrow.kind == "pivotCacheRecords");
                let records = records.map(|arrow| self.take(&arrow.target, spot, sink));
                pivot::read(&bytes, records.as_deref(), &mut self.styles, spot, sink);
                return arrows;
            }
            "pivotCacheRecords" => {
                let spot = spot.hidden(Hidden::PivotCache);
                pivot::read(b"", Some(&bytes), &mut self.styles, spot, sink);
            }
            "externalLink" => {
                external::read(&bytes, spot.hidden(Hidden::ExternalCache), sink);
            }
            _ => any_xml(&bytes, spot, sink),
        }
        self.package.relationships(name, sink)
    }

    /// Reads what no arrow leads to.
    fn rest(&mut self, sink: &mut Sink<'_>) {
        let spot = Spot::default();
        let mut unread = self.package.unread();
        // Definitions say what the columns of records are called.
        unread.sort_by_key(|name| name.to_ascii_lowercase().contains("records"));
        // A name that is read already may have a second member.
        let before = self.done.clone();
        for name in unread {
            let folded = name.to_ascii_lowercase();
            if self.done.contains(&folded) && !before.contains(&folded) {
                continue;
            }
            let arrows = self.part(&name, spot, sink);
            self.follow(arrows, spot, sink);
        }
    }

    fn is_done(&self, name: &str) -> bool {
        self.done.contains(&name.to_ascii_lowercase())
    }

    fn take(&mut self, name: &str, spot: Spot, sink: &mut Sink<'_>) -> Vec<u8> {
        self.done.insert(name.to_ascii_lowercase());
        self.package.part(name, spot, sink).unwrap_or_default()
    }
}

/// Reads an XML part of any kind.
fn any_xml(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let mut text = PartText::default();
    let stopped = xml::walk(bytes, |token| text.token(&token));
    told(text, spot, sink);
    if let Some(why) = stopped {
        sink.gap(spot, why);
    }
}

fn told(text: PartText, spot: Spot, sink: &mut Sink<'_>) {
    let (seen, hidden) = text.finish();
    sink.text(spot, seen);
    sink.text(spot.hidden(spot.hidden.unwrap_or(Hidden::Text)), hidden);
}

/// Hands on a file; takes the words out of what is none.
fn binary(name: &str, bytes: Vec<u8>, spot: Spot, sink: &mut Sink<'_>) {
    let file = name.rsplit('/').next().unwrap_or(name);
    let folded = name.to_ascii_lowercase();
    match sniff(&bytes, "") {
        // Pictures that have no signature of their own.
        _ if folded.contains("/media/") => sink.file(spot, file, "", bytes),
        // Settings of printers and controls.
        Format::Text => {
            sink.name(spot, file);
            let text = match std::str::from_utf8(&bytes) {
                Ok(text) if !text.contains('\0') => text.to_owned(),
                _ => loose::words(&bytes),
            };
            sink.text(spot, text);
        }
        _ => ole::object(bytes, file, spot, sink),
    }
}

/// Whether bytes are XML.
fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .trim_ascii_start();
    matches!(
        bytes,
        [b'<', ..] | [0xFF, 0xFE, b'<', ..] | [0xFE, 0xFF, 0, b'<', ..] | [0, b'<', ..]
    )
}

/// The local name of the first element.
fn root(bytes: &[u8]) -> String {
    let head = bytes.get(..4_096).unwrap_or(bytes);
    let head: String = head
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| char::from(*byte))
        .collect();
    let starts_name = |tag: &&str| tag.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let tag = head
        .split('<')
        .skip(1)
        .find(starts_name)
        .unwrap_or_default();
    let name = tag.split(|letter: char| letter.is_whitespace() || "/>".contains(letter));
    let name = name.into_iter().next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default().to_owned()
}
