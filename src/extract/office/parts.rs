//! All parts of a package, each by its content: markup is read as text,
//! other files are handed on.
//!
//! Every part is read, whether the document names it or not: programs read
//! what a person doesn't see.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use crate::extract::office::package::{Package, Relationship};
use crate::extract::office::styles::Styles;
use crate::extract::office::{markup, strings, vba, xml};
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff;
use crate::format::Format;
use crate::location::Hidden;

/// A package that is being read.
#[derive(Debug)]
pub(in crate::extract) struct Parts<'b> {
    package: Package<'b>,
    /// The relationships of each part, by its name in lower case; those of
    /// the package by an empty name.
    arrows: BTreeMap<String, Vec<Relationship>>,
    /// As what parts are named in relationships, by name in lower case.
    kinds: BTreeMap<String, BTreeSet<String>>,
    /// The styles that were read, by the name of their part.
    styles: BTreeMap<String, Styles>,
    none: Styles,
}

impl<'b> Parts<'b> {
    /// Opens a package, reads the names and relationships of its parts.
    pub(in crate::extract) fn open(bytes: &'b [u8], sink: &mut Sink<'_>) -> Option<Self> {
        let package = Package::open(bytes, sink)?;
        Some(Self::of(package, sink))
    }

    /// The same with a package that was opened before.
    pub(in crate::extract) fn of(mut package: Package<'b>, sink: &mut Sink<'_>) -> Self {
        let names: Vec<String> = package.names().map(str::to_owned).collect();
        let mut arrows = BTreeMap::new();
        let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut outside = BTreeSet::new();
        for name in &names {
            let Some(source) = source_of(name) else {
                continue;
            };
            let found = package.relationships(&source, sink);
            for arrow in &found {
                if arrow.external {
                    outside.insert(arrow.target.clone());
                } else {
                    let kinds = kinds.entry(arrow.target.to_ascii_lowercase()).or_default();
                    kinds.insert(arrow.kind.clone());
                    if !package.has(&arrow.target) {
                        outside.insert(arrow.target.clone());
                    }
                }
            }
            arrows.insert(source.to_ascii_lowercase(), found);
        }
        // Where links lead is text, and so are the names of the parts.
        let outside: Vec<String> = outside.into_iter().collect();
        sink.text(Spot::default(), outside.join("\n"));
        sink.text(Spot::default(), names.join("\n"));
        Self {
            package,
            arrows,
            kinds,
            styles: BTreeMap::new(),
            none: Styles::default(),
        }
    }

    /// The relationships of a part.
    pub(in crate::extract) fn arrows(&self, part: &str) -> &[Relationship] {
        let part = part.trim_start_matches('/').to_ascii_lowercase();
        self.arrows.get(&part).map_or(&[], Vec::as_slice)
    }

    /// The part that the package is about.
    pub(in crate::extract) fn main(&self) -> Option<String> {
        let mut arrows = self.arrows("").iter();
        arrows
            .find(|arrow| arrow.kind == "officeDocument" && !arrow.external)
            .map(|arrow| arrow.target.clone())
    }

    /// Whether nobody has read a part yet.
    pub(in crate::extract) fn is_unread(&self, name: &str) -> bool {
        self.package.is_unread(name)
    }

    /// The content of a part that is not read as text yet.
    pub(in crate::extract) fn bytes(
        &mut self,
        name: &str,
        spot: Spot,
        sink: &mut Sink<'_>,
    ) -> Option<Vec<u8>> {
        self.package.part(name, spot, sink)
    }

    /// Reads a part, unless it is read already.
    pub(in crate::extract) fn part(&mut self, name: &str, spot: Spot, sink: &mut Sink<'_>) {
        if self.package.is_unread(name)
            && let Some(bytes) = self.package.part(name, spot, sink)
        {
            self.content(name, bytes, spot, sink);
        }
    }

    /// Reads all that is left: slides that are left are in no show.
    pub(in crate::extract) fn rest(&mut self, sink: &mut Sink<'_>) {
        for name in self.package.unread() {
            let Some(bytes) = self.package.part(&name, Spot::default(), sink) else {
                continue;
            };
            let spot = match xml::root(&bytes) {
                Some((root, _)) if root == "sld" => Spot::default().hidden(Hidden::Slide),
                Some((root, _)) if root == "notes" => Spot::default().hidden(Hidden::Notes),
                _ => Spot::default(),
            };
            self.content(&name, bytes, spot, sink);
        }
    }

    /// Reads the content of a part.
    pub(in crate::extract) fn content(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        spot: Spot,
        sink: &mut Sink<'_>,
    ) {
        if bytes.is_empty() {
            return;
        }
        let lower = name.to_ascii_lowercase();
        let kind = |wanted: &str| {
            let kinds = self.kinds.get(&lower);
            kinds.is_some_and(|kinds| kinds.contains(wanted))
        };
        if !kind("aFChunk") && is_markup(&lower, &bytes) {
            let foreign = !is_office(&lower);
            if kind("styles") {
                self.styles.insert(lower.clone(), Styles::read(&bytes));
            } else {
                self.load_styles(&lower, sink);
            }
            let styles = self.styles_of(&lower);
            markup::read(&bytes, styles, foreign, spot, sink);
            return;
        }
        if bytes.len() < SMALL && (kind("font") || kind("thumbnail")) && is_harmless(&bytes) {
            return;
        }
        if kind("printerSettings") || lower.contains("activex") {
            sink.text(spot, strings::of(&bytes));
        } else if kind("vbaProject") || lower.ends_with("vbaproject.bin") {
            vba::read(&bytes, spot, sink);
        } else {
            let spot = if holds_workbook(&bytes) {
                spot.hidden(Hidden::EmbeddedWorkbook)
            } else {
                spot
            };
            sink.hidden(spot);
            let file = name.rsplit('/').next().unwrap_or(name);
            sink.file(spot, file, "", bytes);
        }
    }

    /// Reads the styles that a part uses before its text.
    fn load_styles(&mut self, part: &str, sink: &mut Sink<'_>) {
        let Some(name) = self.styles_part(part) else {
            return;
        };
        if self.styles.contains_key(&name) {
            return;
        }
        let bytes = self.package.part(&name, Spot::default(), sink);
        let bytes = bytes.unwrap_or_default();
        let styles = Styles::read(&bytes);
        markup::read(&bytes, &styles, false, Spot::default(), sink);
        self.styles.insert(name, styles);
    }

    fn styles_of(&self, part: &str) -> &Styles {
        self.styles_part(part)
            .and_then(|name| self.styles.get(&name))
            .unwrap_or(&self.none)
    }

    /// The styles part of a part, or that of the document, in lower case.
    fn styles_part(&self, part: &str) -> Option<String> {
        let of = |part: &str| {
            let mut arrows = self.arrows(part).iter();
            let arrow = arrows.find(|arrow| arrow.kind == "styles" && !arrow.external)?;
            Some(arrow.target.to_ascii_lowercase())
        };
        of(part).or_else(|| of(&self.main()?))
    }
}

/// Below this a picture of the first page shows nothing that can be read.
const SMALL: usize = 64 << 10;

/// The part that a `.rels` part belongs to.
fn source_of(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    if !ending.eq_ignore_ascii_case("rels") {
        return None;
    }
    let (folder, file) = stem.rsplit_once('/')?;
    match folder.to_ascii_lowercase().as_str() {
        "_rels" => Some(file.to_owned()),
        lower if lower.ends_with("/_rels") => {
            let folder = folder.get(..folder.len().saturating_sub(6))?;
            Some(format!("{folder}/{file}"))
        }
        _ => None,
    }
}

/// Whether a part is markup that is read here.
fn is_markup(name: &str, bytes: &[u8]) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    if matches!(
        ending,
        "svg" | "html" | "htm" | "xhtml" | "mht" | "mhtml" | "txt" | "eml" | "rtf" | "css" | "csv"
    ) {
        return false;
    }
    let begins = bytes.iter().find(|byte| {
        !matches!(
            byte,
            0 | b'\t' | b'\n' | b'\r' | b' ' | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF
        )
    });
    if begins != Some(&b'<') {
        return false;
    }
    let root = xml::root(bytes).map(|(name, _)| name.to_ascii_lowercase());
    match root.as_deref() {
        Some("html" | "svg") => false,
        Some(_) => true,
        None => matches!(ending, "xml" | "rels" | "vml"),
    }
}

/// Whether a part stands where Office puts its own markup.
fn is_office(name: &str) -> bool {
    let top = name.split('/').next().unwrap_or_default();
    matches!(
        top,
        "word" | "ppt" | "xl" | "visio" | "_xmlsignatures" | "[content_types].xml"
    ) || source_of(name).is_some()
}

/// Whether a thumbnail or a font is what it is said to be.
fn is_harmless(bytes: &[u8]) -> bool {
    !matches!(
        sniff::sniff(bytes, ""),
        Format::Zip
            | Format::Docx
            | Format::Xlsx
            | Format::Xlsb
            | Format::Pptx
            | Format::Pdf
            | Format::Rtf
            | Format::Document
            | Format::Doc
            | Format::Xls
            | Format::Ppt
            | Format::Msg
    )
}

/// Whether an embedded file is a workbook, or an OLE container of one.
fn holds_workbook(bytes: &[u8]) -> bool {
    let is_workbook = |bytes: &[u8]| {
        matches!(
            sniff::sniff(bytes, ""),
            Format::Xls | Format::Xlsx | Format::Xlsb
        )
    };
    if is_workbook(bytes) {
        return true;
    }
    let Ok(mut container) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        return false;
    };
    let mut entries = container.read_root_storage();
    let package = entries.find(|entry| entry.name().eq_ignore_ascii_case("package"));
    let Some(path) = package.map(|entry| entry.path().to_owned()) else {
        return false;
    };
    let Ok(stream) = container.open_stream(path) else {
        return false;
    };
    let mut packed = Vec::new();
    let most = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let _ = stream.take(most).read_to_end(&mut packed);
    is_workbook(&packed)
}
