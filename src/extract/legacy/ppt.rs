//! Presentations before 2007 (PPT).
//!
//! Source: MS-PPT 2.1.2 (how slides are found), 2.9 (texts). All records of the
//! stream are walked, wherever they are, so that nothing depends on a table
//! that may be damaged; the tables tell which slide each text is on. Traps: the
//! texts of placeholders stand in a list of the document, not on the slides; a
//! fast save leaves slides in the stream that are no longer shown.

use std::collections::{BTreeMap, BTreeSet};

use flate2::read::ZlibDecoder;

use super::art;
use super::embedded;
use super::ole::{Ole, Storage};
use super::ppt_look::Looks;
use super::ppt_records as records;
use super::ppt_records::{Record, Walk};
use super::raw::{size_at, u16_at, u32_at, utf16};
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::strings;
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let spot = Spot::default();
    let Some(mut ole) = Ole::open(bytes) else {
        sink.gap(spot, GapReason::Broken);
        sink.text(spot, strings(bytes, 4));
        return;
    };
    let root = Storage::root();
    let mut stream = |name: &str, sink: &mut Sink<'_>| {
        let (bytes, why) = ole.stream(&root, name)?;
        if let Some(why) = why {
            sink.gap(spot, why);
        }
        Some(bytes)
    };
    let user = stream("Current User", sink).unwrap_or_default();
    let encrypted = u32_at(&user, 12) == Some(0xF3D1_C4DF);
    // A file for both PowerPoint 95 and 97 has the second in a storage, which
    // is handed on below.
    for name in ["PP40", "PP30"] {
        if let Some(old) = stream(name, sink) {
            sink.gap(spot, GapReason::UnknownFormat);
            sink.text(spot, strings(&old, 4));
        }
    }
    if let Some(document) = stream("PowerPoint Document", sink) {
        presentation(&document, encrypted, sink);
    }
    if let Some(pictures) = stream("Pictures", sink) {
        art::pictures(&pictures, spot, sink);
    }
    sink.text(spot, strings(&user, 4));
    let own = [
        "PowerPoint Document",
        "Current User",
        "Pictures",
        "PP40",
        "PP30",
    ];
    embedded::around(&mut ole, &own, sink);
}

fn presentation(stream: &[u8], encrypted: bool, sink: &mut Sink<'_>) {
    let crypt = |record: Record<'_>| record.kind == records::CRYPT_SESSION;
    if encrypted || Walk::new(stream).any(crypt) {
        sink.gap(Spot::default(), GapReason::Encrypted);
        return;
    }
    let plan = Plan::read(stream);
    let looks = Looks::read(stream, &plan.masters_by_identifier);
    let mut texts: BTreeMap<Key, String> = BTreeMap::new();
    let mut place = Place::default();
    let mut walk = Walk::new(stream);
    for record in walk.by_ref() {
        let key = place.of(&record, &plan);
        if looks.tell(&record, key.spot(), sink) {
            continue;
        }
        let text = texts.entry(key).or_default();
        atom(&record, key.spot(), text, sink);
    }
    if walk.truncated {
        sink.gap(Spot::default(), GapReason::Truncated);
    }
    for (mut key, text) in texts {
        // A page of notes with nothing but marks for dates and numbers.
        if key.hidden == Some(Hidden::Notes) && !text.contains(char::is_alphanumeric) {
            key.hidden = None;
        }
        sink.text(key.spot(), text);
    }
}

/// Where a text is told: by slide, the document itself first.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
struct Key {
    slide: Option<u32>,
    hidden: Option<Hidden>,
}

impl Key {
    fn spot(self) -> Spot {
        Spot {
            unit: self.slide.map(Unit::Slide),
            hidden: self.hidden,
        }
    }
}

/// Which slide is where.
#[derive(Debug, Default)]
struct Plan {
    /// The slide of each identifier, and of each place in the stream.
    by_identifier: BTreeMap<u32, u32>,
    by_place: BTreeMap<usize, u32>,
    /// Where slides and notes are that others are made from.
    masters: BTreeSet<usize>,
    masters_by_identifier: BTreeMap<u32, usize>,
    /// Where slides are that are not shown.
    hidden: BTreeSet<usize>,
    /// The places of the slides that are not shown, by number.
    hidden_numbers: BTreeSet<u32>,
}

impl Plan {
    fn read(stream: &[u8]) -> Self {
        let mut plan = Self::default();
        let persisted = persisted(stream);
        let mut list = (0, 0, 0);
        let mut slide = (0, 0);
        for record in Walk::new(stream) {
            match record.kind {
                // Where the page is that all notes are made from.
                records::DOCUMENT_ATOM => {
                    let number = u32_at(record.content, 24).unwrap_or(0);
                    plan.masters.extend(persisted.get(&number));
                }
                records::SLIDE => slide = record.span(),
                records::SLIDE_SHOW_ATOM if (slide.0..slide.1).contains(&record.at) => {
                    let flags = u16_at(record.content, 10).unwrap_or(0);
                    if flags & 4 != 0 {
                        plan.hidden.insert(slide.0.saturating_sub(8));
                    }
                }
                records::SLIDE_LIST => {
                    list = (record.span().0, record.span().1, record.instance);
                    // The last list counts: the file grows by saving.
                    if record.instance == 0 {
                        plan.by_place.clear();
                        plan.by_identifier.clear();
                    }
                }
                records::SLIDE_PERSIST_ATOM if (list.0..list.1).contains(&record.at) => {
                    plan.listed(&record, list.2, &persisted);
                }
                _ => {}
            }
        }
        for (place, number) in &plan.by_place {
            if plan.hidden.contains(place) {
                plan.hidden_numbers.insert(*number);
            }
        }
        plan
    }

    /// Takes an entry of a list: of slides (0), or of masters (1).
    fn listed(&mut self, record: &Record<'_>, list: u16, persisted: &BTreeMap<u32, usize>) {
        let number = u32_at(record.content, 0).unwrap_or(0);
        let identifier = u32_at(record.content, 12).unwrap_or(0);
        let at = persisted.get(&number).copied();
        if list == 0 {
            let count = u32::try_from(self.by_identifier.len()).unwrap_or(u32::MAX);
            let count = count.saturating_add(1);
            self.by_identifier.insert(identifier, count);
            self.by_place.extend(at.map(|at| (at, count)));
        } else if list == 1 {
            self.masters.extend(at);
            self.masters_by_identifier
                .extend(at.map(|at| (identifier, at)));
        }
    }

    fn key(&self, slide: u32) -> Key {
        let is_hidden = self.hidden_numbers.contains(&slide);
        Key {
            slide: Some(slide),
            hidden: is_hidden.then_some(Hidden::Slide),
        }
    }

    /// The key of what is on the slide that begins at a place.
    fn slide(&self, at: usize, count: u32) -> Key {
        match self.by_place.get(&at) {
            Some(slide) => self.key(*slide),
            None if self.masters.contains(&at) => Key::default(),
            // No table tells where slides are.
            None if self.by_place.is_empty() => Key {
                slide: Some(count),
                hidden: self.hidden.contains(&at).then_some(Hidden::Slide),
            },
            // No longer in the list of slides.
            None => Key {
                slide: None,
                hidden: Some(Hidden::Deletion),
            },
        }
    }
}

/// Where each numbered object is, as the last save has it (MS-PPT 2.3.4, 2.3.5).
fn persisted(stream: &[u8]) -> BTreeMap<u32, usize> {
    let mut found = BTreeMap::new();
    // Directories stand in the order in which they were saved.
    for record in Walk::new(stream).filter(|record| record.kind == records::PERSIST_DIRECTORY) {
        let mut at = 0_usize;
        while let Some(entry) = u32_at(record.content, at) {
            at = at.saturating_add(4);
            let first = entry & 0x000F_FFFF;
            for number in 0..entry >> 20 {
                let Some(place) = size_at(record.content, at) else {
                    break;
                };
                at = at.saturating_add(4);
                found.insert(first.saturating_add(number), place);
            }
        }
    }
    found
}

/// Where the walk is.
#[derive(Debug, Default)]
struct Place {
    /// What it is in, and up to where.
    key: Key,
    end: usize,
    /// The list of slides that it is in: its kind and end.
    list: Option<(u16, usize)>,
    /// How many slides there were, where no table tells.
    count: u32,
}

impl Place {
    /// Where a record belongs.
    fn of(&mut self, record: &Record<'_>, plan: &Plan) -> Key {
        if record.at >= self.end {
            self.key = Key::default();
        }
        if self.list.is_some_and(|(_, end)| record.at >= end) {
            self.list = None;
            self.key = Key::default();
        }
        let (_, end) = record.span();
        match record.kind {
            records::SLIDE_LIST => self.list = Some((record.instance, end)),
            records::SLIDE_PERSIST_ATOM => {
                let identifier = u32_at(record.content, 12).unwrap_or(0);
                if let Some((kind, end)) = self.list {
                    let slide = plan.by_identifier.get(&identifier);
                    self.key = match (kind, slide) {
                        (0, Some(slide)) => plan.key(*slide),
                        (2, _) => Key {
                            slide: None,
                            hidden: Some(Hidden::Notes),
                        },
                        _ => Key::default(),
                    };
                    self.end = end;
                }
            }
            records::SLIDE => {
                self.count = self.count.saturating_add(1);
                self.key = plan.slide(record.at, self.count);
                self.end = end;
            }
            records::NOTES => {
                // It stands at the beginning.
                let mut first = Walk::new(record.content).take(16);
                let atom = first.find(|atom| atom.kind == records::NOTES_ATOM);
                let identifier = atom.and_then(|atom| u32_at(atom.content, 0));
                let slide = identifier.and_then(|id| plan.by_identifier.get(&id));
                // The page that all notes are made from belongs to no slide.
                let is_master = plan.masters.contains(&record.at);
                self.key = Key {
                    slide: slide.copied(),
                    hidden: (!is_master).then_some(Hidden::Notes),
                };
                self.end = end;
            }
            _ => {}
        }
        self.key
    }
}

/// Reads what a record holds itself.
fn atom(record: &Record<'_>, spot: Spot, text: &mut String, sink: &mut Sink<'_>) {
    match record.kind {
        // The names of tags of PowerPoint's own.
        records::STRING if record.content.starts_with(b"_\0_\0_\0P\0P\0T\0") => {}
        records::TEXT_16 | records::STRING => put(&utf16(record.content), text),
        records::TEXT_8 => {
            // The low bytes of UTF-16.
            let narrow: String = record.content.iter().copied().map(char::from).collect();
            put(&narrow, text);
        }
        records::OBJECT | records::CONTROL | records::PROJECT => object(record, spot, sink),
        records::SOUND => sink.file(spot, "", "", record.content.to_vec()),
        kind if art::is_shape_table(kind) => {
            let texts = art::shape_texts(record.content, record.instance, beside(spot), sink);
            put(&texts, text);
        }
        records::TAG_DATA if !record.is_container => put(&strings(record.content, 5), text),
        // PowerPoint 2007 and later keep what the old format has no place for.
        _ if record.content.starts_with(b"PK\x03\x04") => {
            sink.file(beside(spot), "", "", record.content.to_vec());
        }
        _ => {}
    }
}

/// The spot of what a newer program keeps with a page of notes: how the page
/// looks is no note.
fn beside(spot: Spot) -> Spot {
    Spot {
        hidden: spot.hidden.filter(|hidden| *hidden != Hidden::Notes),
        ..spot
    }
}

/// Puts a text behind, a line for each paragraph.
fn put(more: &str, text: &mut String) {
    if more.is_empty() {
        return;
    }
    text.extend(more.chars().map(|character| match character {
        '\r' | '\u{0B}' => '\n',
        other => other,
    }));
    text.push('\n');
}

/// An embedded object (MS-PPT 2.10.34): a container, packed or not.
fn object(record: &Record<'_>, spot: Spot, sink: &mut Sink<'_>) {
    if record.is_container {
        return;
    }
    let (bytes, why) = if record.instance == 1 {
        let packed = record.content.get(4..).unwrap_or(&[]);
        sink.expand(ZlibDecoder::new(packed))
    } else {
        (record.content.to_vec(), None)
    };
    if let Some(why) = why {
        sink.gap(spot, why);
    }
    if !bytes.is_empty() {
        embedded::object(bytes, "", spot, sink);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use crate::extract::suite::{corpus, gaps, has, hidden, read, told};

    fn record(head: u16, kind: u16, content: &[u8]) -> Vec<u8> {
        let mut bytes = head.to_le_bytes().to_vec();
        bytes.extend(kind.to_le_bytes());
        bytes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend(content);
        bytes
    }

    /// A slide with a text, and whether it is shown.
    fn slide(text: &str, flags: u8) -> Vec<u8> {
        let mut show = [0; 16];
        show[10] = flags;
        let records = [record(0, 1017, &show), record(0, 4008, text.as_bytes())];
        record(0x0F, 1006, &records.concat())
    }

    /// A presentation of three slides, of which the second is no longer listed
    /// and the third is not shown.
    fn presentation() -> Vec<u8> {
        let mut list = Vec::new();
        for (number, identifier) in [(2_u32, 256_u32), (4, 258)] {
            let mut entry = number.to_le_bytes().to_vec();
            entry.extend([0; 8]);
            entry.extend(identifier.to_le_bytes());
            entry.extend([0; 4]);
            list.extend(record(0, 1011, &entry));
        }
        list.extend(record(0, 4008, b"outline"));
        let mut stream = record(0x0F, 1000, &record(0x0F, 4080, &list));
        let mut directory = (3_u32 << 20 | 2).to_le_bytes().to_vec();
        for (text, flags) in [("shown", 0), ("NHS 943 476 5919", 0), ("unseen", 4)] {
            directory.extend(u32::try_from(stream.len()).unwrap().to_le_bytes());
            stream.extend(slide(text, flags));
        }
        stream.extend(record(0, 6002, &directory));
        stream
    }

    fn container(document: &[u8], user: &[u8]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (name, bytes) in [("/PowerPoint Document", document), ("/Current User", user)] {
            file.create_stream(name).unwrap().write_all(bytes).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn slides_that_are_not_shown_or_no_longer_there_are_hidden() {
        let told = told(&read(&container(&presentation(), b"")));
        for words in [
            "slide 1, byte 0: shown",
            "(a tracked deletion): NHS 943 476 5919",
            "slide 2, byte 0 (a hidden slide): outline\nunseen",
        ] {
            assert!(
                told.iter().any(|text| text.contains(words)),
                "{words}: {told:?}"
            );
        }
    }

    #[test]
    fn an_encrypted_presentation_is_said_to_be() {
        let mut user = [0; 20];
        user[12..16].copy_from_slice(&[0xDF, 0xC4, 0xD1, 0xF3]);
        let reading = read(&container(&presentation(), &user));
        assert_eq!(gaps(&reading), ["encrypted ppt"]);
    }

    #[test]
    fn an_object_that_unpacks_to_too_much_is_a_gap() {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![0; 8 << 20]).unwrap();
        let mut content = vec![0, 0, 0, 0];
        content.extend(packed.finish().unwrap());
        let mut stream = presentation();
        stream.extend(record(0x10, 4113, &content));
        let gaps = gaps(&read(&container(&stream, b"")));
        assert!(gaps.contains(&"too-large ppt".to_owned()), "{gaps:?}");
    }

    #[test]
    fn slides_are_numbered_and_notes_are_hidden() {
        let Some(bytes) = corpus("tika/testPPT_various.ppt") else {
            return;
        };
        let reading = read(&bytes);
        let told = told(&reading);
        assert!(told.iter().any(|text| text.contains("slide 1")), "{told:?}");
        for words in [
            "This is a hyperlink",
            "Row 1 Col 1",
            "http://tika.apache.org/",
        ] {
            assert!(has(&reading, words), "{words}: {told:?}");
        }
    }

    #[test]
    fn comments_are_read_with_their_authors() {
        let Some(bytes) = corpus("tika/testComment.ppt") else {
            return;
        };
        assert!(has(&read(&bytes), "Here is a comment"));
    }

    #[test]
    fn a_plain_presentation_has_no_gap() {
        let Some(bytes) = corpus("tika/testPPT.ppt") else {
            return;
        };
        let reading = read(&bytes);
        assert_eq!(gaps(&reading), [] as [&str; 0]);
        assert_eq!(hidden(&reading), [] as [&str; 0]);
    }
}
