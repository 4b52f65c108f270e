//! All parts of a package, each by its content: markup is read as text,
//! other files are handed on.
//!
//! Every part is read, whether the document names it or not: programs read
//! what a person doesn't see.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::office::package::{Package, Relationship};
use crate::extract::office::styles::Styles;
use crate::extract::office::{blob, markup, xml};
use crate::extract::sink::{Sink, Spot};
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
    /// The part that the package is about.
    main: Option<String>,
    /// The styles parts, by the part that uses them, in lower case.
    styled: BTreeMap<String, String>,
    /// The styles that were read, by the name of their part.
    styles: BTreeMap<String, Styles>,
    none: Styles,
    /// Whether something large stands behind the text of a letter.
    covered: bool,
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
        let mut main = None;
        let mut styled = BTreeMap::new();
        for name in &names {
            let Some(source) = source_of(name) else {
                continue;
            };
            let found = package.relationships(&source, sink);
            for arrow in &found {
                if arrow.kind == "styles" && !arrow.external {
                    let target = arrow.target.to_ascii_lowercase();
                    styled.entry(source.to_ascii_lowercase()).or_insert(target);
                } else if source.is_empty() && arrow.kind == "officeDocument" {
                    main.get_or_insert_with(|| arrow.target.clone());
                }
                if arrow.external {
                    outside.insert(arrow.target.clone());
                } else {
                    let kinds = kinds.entry(arrow.target.to_ascii_lowercase()).or_default();
                    // A preview is one of the whole package.
                    if arrow.kind != "thumbnail" || source.is_empty() {
                        kinds.insert(arrow.kind.clone());
                    }
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
            main,
            styled,
            styles: BTreeMap::new(),
            none: Styles::default(),
            covered: false,
        }
    }

    /// The relationships of a part.
    pub(in crate::extract) fn arrows(&self, part: &str) -> &[Relationship] {
        let part = part.trim_start_matches('/').to_ascii_lowercase();
        self.arrows.get(&part).map_or(&[], Vec::as_slice)
    }

    /// The part that the package is about.
    pub(in crate::extract) fn main(&self) -> Option<&str> {
        self.main.as_deref()
    }

    /// Says that something large stands behind the text of all parts.
    pub(in crate::extract::office) fn cover(&mut self) {
        self.covered = true;
        self.none.covered = true;
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

    /// The content of a part that will be read later.
    pub(in crate::extract::office) fn peek(&mut self, name: &str, sink: &mut Sink<'_>) -> Vec<u8> {
        self.package.peek(name, sink)
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
            let foreign = !is_office(&lower, &bytes);
            if kind("styles") {
                self.styles.insert(lower.clone(), self.read_styles(&bytes));
            } else {
                self.load_styles(&lower, sink);
            }
            let styles = self.styles_of(&lower);
            markup::read(&bytes, styles, foreign, spot, sink);
            return;
        }
        blob::read(name, kind, bytes, spot, sink);
    }

    /// Reads the styles that a part uses before its text.
    fn load_styles(&mut self, part: &str, sink: &mut Sink<'_>) {
        let Some(name) = self.styles_part(part).cloned() else {
            return;
        };
        if self.styles.contains_key(&name) {
            return;
        }
        let bytes = self.package.part(&name, Spot::default(), sink);
        let bytes = bytes.unwrap_or_default();
        let styles = self.read_styles(&bytes);
        markup::read(&bytes, &styles, false, Spot::default(), sink);
        self.styles.insert(name, styles);
    }

    fn read_styles(&self, bytes: &[u8]) -> Styles {
        let mut styles = Styles::read(bytes);
        styles.covered = self.covered;
        styles
    }

    fn styles_of(&self, part: &str) -> &Styles {
        self.styles_part(part)
            .and_then(|name| self.styles.get(name))
            .unwrap_or(&self.none)
    }

    /// The styles part of a part, or that of the document, in lower case.
    fn styles_part(&self, part: &str) -> Option<&String> {
        self.styled.get(part).or_else(|| {
            let main = self.main.as_ref()?;
            self.styled.get(&main.to_ascii_lowercase())
        })
    }
}

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
    if !xml::begins(bytes) {
        return false;
    }
    let root = xml::root(bytes).map(|(name, _)| name.to_ascii_lowercase());
    match root.as_deref() {
        Some("html" | "svg") => false,
        Some(_) => true,
        None => matches!(ending, "xml" | "rels" | "vml"),
    }
}

/// Whether a part is Office's own markup: where it stands and what its root is.
fn is_office(name: &str, bytes: &[u8]) -> bool {
    let top = name.split('/').next().unwrap_or_default();
    if matches!(top, "customxml" | "docprops") {
        return false;
    }
    let Some((root, _)) = xml::root(bytes) else {
        return false;
    };
    matches!(
        root.as_str(),
        "document"
            | "hdr"
            | "ftr"
            | "footnotes"
            | "endnotes"
            | "comments"
            | "styles"
            | "numbering"
            | "settings"
            | "fonts"
            | "webSettings"
            | "glossaryDocument"
            | "people"
            | "commentsEx"
            | "commentsIds"
            | "commentsExtensible"
            | "recipients"
            | "presentation"
            | "sld"
            | "notes"
            | "sldLayout"
            | "sldMaster"
            | "notesMaster"
            | "handoutMaster"
            | "theme"
            | "themeOverride"
            | "chartSpace"
            | "chartStyle"
            | "colorStyle"
            | "dataModel"
            | "drawing"
            | "layoutDef"
            | "styleDef"
            | "colorsDef"
            | "tblStyleLst"
            | "presentationPr"
            | "viewPr"
            | "xml"
            | "wsDr"
            | "Relationships"
            | "Types"
            | "cmLst"
            | "cmAuthorLst"
            | "authorLst"
            | "tagLst"
            | "Signature"
            | "workbook"
            | "worksheet"
            | "chartsheet"
            | "sst"
            | "ink"
            | "styleSheet"
            | "table"
            | "calcChain"
            | "userShapes"
            | "lockedCanvas"
            | "vbaSuppData"
            | "package"
            | "wordDocument"
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::extract::office::sample;
    use crate::extract::{sniff, suite};
    use crate::format::Format;

    #[test]
    fn a_part_of_relationships_names_its_source() {
        assert_eq!(source_of("_rels/.rels"), Some(String::new()));
        assert_eq!(source_of("a/_Rels/b.xml.RELS"), Some("a/b.xml".to_owned()));
        assert_eq!(source_of("a/b.xml"), None);
    }

    #[test]
    fn embedded_files_are_handed_on_by_what_they_are() {
        let workbook = sample::package(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", b"<workbook/>"),
        ]);
        let letter = sample::document("<w:p><w:r><w:t>inner 943 476 5919</w:t></w:r></w:p>");
        let reading = suite::read(&sample::document_with(
            "<w:p/>",
            &[
                ("word/embeddings/data.bin", &workbook),
                ("word/embeddings/letter.docx", &letter),
            ],
        ));
        assert_eq!(suite::hidden(&reading), ["embedded-workbook"]);
        assert!(suite::has(&reading, "inner 943 476 5919"));
        let told = suite::told(&reading);
        assert!(
            told.contains(&"attachment-name of part 1.2: letter.docx".to_owned()),
            "{told:?}"
        );
    }

    #[test]
    fn a_decoy_does_not_make_a_document_a_workbook() {
        let bytes = sample::document_with("<w:p/>", &[("xl/workbook.xml", b"<workbook/>")]);
        assert_eq!(sniff::sniff(&bytes, ""), Format::Docx);
    }

    #[test]
    fn form_data_and_macros_give_their_words() {
        let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        container.create_storage("/VBA").unwrap();
        let mut stream = container.create_stream("/VBA/Module1").unwrap();
        // One chunk of literals: eight bytes after each byte of flags.
        let mut packed = vec![1, 0, 0];
        for piece in b"Attribute VB_Name = \"M\"\nx = \"943 476 5919\"".chunks(8) {
            packed.push(0);
            packed.extend(piece);
        }
        let size = u16::try_from(packed.len() - 4).unwrap();
        packed[1..3].copy_from_slice(&(0xB000 | size).to_le_bytes());
        stream.write_all(&packed).unwrap();
        drop(stream);
        container.flush().unwrap();
        let macros = container.into_inner().into_inner();
        let reading = suite::read(&sample::document_with(
            "<w:p><w:r><w:fldChar w:fldCharType='begin'><w:fldData>dwBvAHIAZABzAA==</w:fldData></w:fldChar></w:r></w:p>",
            &[("word/vbaProject.bin", &macros)],
        ));
        assert!(
            suite::has(&reading, "x = \"943 476 5919\""),
            "{:?}",
            suite::told(&reading)
        );
        assert!(suite::has(&reading, "words"));
    }
}
