//! Zip archives (PKWARE APPNOTE.TXT 6.3.10).
//!
//! Some programs follow the directory at the end, others the headers before
//! each file. Both are followed: first what the directory lists, then all that
//! is left over. What is neither (a program that unpacks the archive, a
//! picture before it, bytes after it) is handed on as a file without a name.
//! So no byte of an archive goes unread, whatever its records claim.
//!
//! The records are taken apart here, not by the `zip` crate: that one keeps one
//! file of each name, and refuses archives that other programs open.
//!
//! Traps: sizes that follow the data, streams that end before their length,
//! headers that contradict each other, thousands of entries for the same data.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use memchr::memmem;

use super::bounds::TRIVIAL;
use super::names;
use super::unpack::{Method, Unpacked};
use super::zip_directory::{self, Directory};
use super::zip_records::{self, Record};
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// The longest descriptor behind data.
const LONGEST_DESCRIPTOR: usize = 24;

/// A small file may be mostly one long repetition, as for [`Sink::expand`].
const LEAST_ALLOWANCE: usize = 1 << 20;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let unread = sink.left().members;
    let mut walk = Walk {
        bytes,
        sink,
        covered: BTreeMap::new(),
        work: bytes.len().saturating_mul(2).saturating_add(1 << 20),
        unlisted: Spot::default(),
        missing: BTreeSet::new(),
        names: String::new(),
        comments: String::new(),
        too_many: false,
        unread,
    };
    match zip_directory::find(bytes) {
        Some(directory) => walk.directory(&directory),
        None => walk.sink.gap(Spot::default(), GapReason::Truncated),
    }
    walk.rest();
    walk.finish();
}

/// Hands on a zip archive that ends where a file of another kind ends: a
/// picture or a program that is an archive too.
pub(in crate::extract) fn appended(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(directory) = zip_directory::find(bytes) else {
        return;
    };
    let starts = directory.entries().map(|entry| {
        let start = entry.offset.saturating_add(directory.shift);
        let header = bytes.get(start..).and_then(Record::local);
        header.map(|_| start)
    });
    // A line end after the archive is what mail programs add.
    let after = bytes.len().saturating_sub(directory.end());
    if let Some(start) = starts.flatten().min().filter(|_| after <= TRIVIAL) {
        let archive = bytes.get(start..).unwrap_or(b"").to_vec();
        sink.file(Spot::default(), "", "application/zip", archive);
    }
}

struct Walk<'a, 's, 'g> {
    bytes: &'a [u8],
    sink: &'s mut Sink<'g>,
    /// What was read: where each range begins and ends.
    covered: BTreeMap<usize, usize>,
    /// How many packed bytes may still be looked at: entries that overlap
    /// could have the same ones unpacked without end.
    work: usize,
    /// Where files stand that no directory lists.
    unlisted: Spot,
    /// Names that are listed, but not where the directory says.
    missing: BTreeSet<&'a [u8]>,
    /// Names that no file is handed on with, a line each, and comments: an
    /// archive may have a million of them.
    names: String,
    comments: String,
    too_many: bool,
    /// How many more unread files are said one by one.
    unread: usize,
}

impl<'a> Walk<'a, '_, '_> {
    fn directory(&mut self, directory: &Directory<'a>) {
        self.comment(directory.comment);
        if !directory.complete {
            self.sink.gap(Spot::default(), GapReason::Broken);
        }
        for range in directory.records.clone() {
            self.cover(range.start, range.end);
        }
        self.unlisted = Spot::default().hidden(Hidden::Text);
        for entry in directory.entries() {
            self.listed(&entry, directory.shift);
        }
    }

    fn finish(&mut self) {
        for name in mem::take(&mut self.missing) {
            self.unread(Spot::default(), name, GapReason::Broken);
        }
        let (names, comments) = (mem::take(&mut self.names), mem::take(&mut self.comments));
        self.sink.name(Spot::default(), names.trim_end());
        self.sink.text(Spot::default(), comments);
        if self.too_many {
            self.sink.gap(Spot::default(), GapReason::TooManyParts);
        }
    }

    /// Reads a file that the directory lists.
    fn listed(&mut self, entry: &Record<'a>, shift: usize) {
        self.say(entry);
        let places = [entry.offset.checked_add(shift), Some(entry.offset)];
        let found = places.into_iter().flatten().find_map(|at| {
            let local = Record::local(self.bytes.get(at..)?)?;
            Some((at, local))
        });
        let Some((at, local)) = found else {
            self.missing.insert(entry.name);
            return;
        };
        if local.name != entry.name {
            self.name(&names::likeliest(local.name));
            self.say(&local);
        }
        let start = at.saturating_add(local.length);
        self.cover(at, start);
        let mut claim = *entry;
        claim.packed = entry.packed.or(local.packed);
        let end = self.file(Spot::default(), &claim, start, local.is_described());
        // Where the header before the data says that they end earlier, what
        // follows is looked at once more.
        let earlier = local.packed.map(|packed| start.saturating_add(packed));
        let earlier = earlier.filter(|earlier| earlier.saturating_add(LONGEST_DESCRIPTOR) < end);
        self.cover(at, earlier.unwrap_or(end));
        // A program that believes the header before the data sees another
        // file.
        let differs = local.method != entry.method || local.is_encrypted() != entry.is_encrypted();
        if differs && !local.is_folder() {
            claim = local;
            claim.packed = local.packed.or(entry.packed);
            self.file(self.unlisted, &claim, start, local.is_described());
        }
    }

    /// Says what an entry's names and comment are, but for the name that the
    /// file itself has.
    fn say(&mut self, entry: &Record<'a>) {
        for name in names::readings(entry.name).into_iter().skip(1) {
            self.name(&name);
        }
        self.comment(entry.comment);
        for unicode in entry.unicode {
            if unicode != entry.name {
                self.comment(unicode);
            }
        }
    }

    fn name(&mut self, name: &str) {
        self.names.push_str(name);
        self.names.push('\n');
    }

    fn comment(&mut self, comment: &[u8]) {
        for reading in names::readings(comment) {
            self.comments.push_str(&reading);
            self.comments.push('\n');
        }
    }

    /// Says that a file is not read; above the bound only its name.
    fn unread(&mut self, spot: Spot, name: &[u8], why: GapReason) {
        let name = names::likeliest(name);
        if self.sink.left().members == 0 || self.unread == 0 {
            self.too_many = true;
            self.name(&name);
        } else {
            self.unread = self.unread.saturating_sub(1);
            self.sink.unread_file(spot, &name, why);
        }
    }

    /// Reads a file whose data begin at `start`, and tells where it ends.
    fn file(&mut self, spot: Spot, entry: &Record<'a>, start: usize, described: bool) -> usize {
        let data = self.bytes.get(start..).unwrap_or(b"");
        let method = Method::of(entry.method);
        if self.sink.left().members == 0 || self.unread == 0 || self.work == 0 {
            self.unread(spot, entry.name, GapReason::TooLarge);
            let known = entry.packed.unwrap_or(0).min(data.len());
            return start.saturating_add(known);
        }
        let ends_itself = method.is_some_and(Method::ends_itself);
        let said = match entry.packed {
            Some(packed) => packed,
            None if ends_itself && !entry.is_encrypted() => data.len(),
            None => described_length(data),
        };
        let length = said.min(data.len());
        if entry.is_folder() {
            self.name(&names::likeliest(entry.name));
            return start;
        }
        let mut used = length;
        if entry.is_encrypted() {
            self.unread(spot, entry.name, GapReason::Encrypted);
        } else if let Some(method) = method {
            let data = data.get(..length).unwrap_or(b"");
            used = self.unpack(spot, entry, method, data);
            if said > length {
                self.sink.gap(spot, GapReason::Truncated);
            }
        } else {
            self.unread(spot, entry.name, GapReason::UnknownFormat);
        }
        self.work = self.work.saturating_sub(used.max(TRIVIAL));
        let mut end = start.saturating_add(used);
        if described || entry.is_described() {
            let after = self.bytes.get(end..).unwrap_or(b"");
            end = end.saturating_add(zip_records::descriptor(after, used));
        }
        end
    }

    /// Unpacks and hands on a file, and tells how much of its data was used.
    fn unpack(&mut self, spot: Spot, entry: &Record<'a>, method: Method, data: &[u8]) -> usize {
        // One bomb leaves room for the others.
        let most = data.len().saturating_mul(self.sink.left().expansion);
        let most = most.max(LEAST_ALLOWANCE);
        let Unpacked { bytes, why, used } = method.unpack(data, entry.size, most, self.sink);
        match why {
            Some(why) if bytes.is_empty() => self.unread(spot, entry.name, why),
            why => {
                self.sink
                    .file(spot, &names::likeliest(entry.name), "", bytes);
                if let Some(why) = why {
                    self.sink.gap(spot, why);
                }
            }
        }
        let whole = why.is_none() && !method.ends_itself();
        match memmem::find(data, &zip_records::LOCAL) {
            // Packed data hold no header but by design: what begins there is
            // read once more as what it says it is.
            Some(header) if whole && method != Method::Stored => header,
            _ => used,
        }
    }

    fn cover(&mut self, start: usize, end: usize) {
        let known = self.covered.entry(start).or_insert(end);
        *known = end.max(*known);
    }

    /// Reads what is left over between what was read.
    fn rest(&mut self) {
        let mut pieces = Vec::new();
        let mut from = 0;
        for (&start, &end) in &self.covered {
            if from < start {
                pieces.push((from, start));
            }
            from = end.max(from);
        }
        if from < self.bytes.len() {
            pieces.push((from, self.bytes.len()));
        }
        let mut from = 0;
        for (start, end) in pieces {
            from = self.piece(start.max(from), end);
        }
    }

    /// Reads a piece that the directory knows nothing of: headers and their
    /// files, and between them what is none. Tells where the last one ends.
    fn piece(&mut self, start: usize, end: usize) -> usize {
        let (mut raw, mut at) = (start, start);
        while let Some(next) = self.find(at, end) {
            let rest = self.bytes.get(next..).unwrap_or(b"");
            let after = match rest.first_chunk::<4>() {
                Some(&zip_records::LOCAL) => match Record::local(rest).filter(is_plausible) {
                    Some(local) => {
                        self.raw(raw, next);
                        self.say(&local);
                        let data = next.saturating_add(local.length);
                        let listed = self.missing.remove(local.name);
                        let spot = if listed {
                            Spot::default()
                        } else {
                            self.unlisted
                        };
                        Some(self.file(spot, &local, data, false))
                    }
                    None => None,
                },
                Some(_) => match self.other_record(rest) {
                    Some(length) => {
                        self.raw(raw, next);
                        Some(next.saturating_add(length))
                    }
                    None => None,
                },
                None => None,
            };
            at = after.unwrap_or(next.saturating_add(2));
            raw = after.unwrap_or(raw);
        }
        self.raw(raw, end);
        raw.max(end)
    }

    fn find(&self, at: usize, end: usize) -> Option<usize> {
        let found = memmem::find(self.bytes.get(at..end)?, b"PK")?;
        at.checked_add(found)
    }

    /// Says the texts of a record that is no local header; its length.
    fn other_record(&mut self, bytes: &'a [u8]) -> Option<usize> {
        match *bytes.first_chunk::<4>()? {
            zip_records::CENTRAL => {
                let entry = Record::central(bytes)?;
                self.name(&names::likeliest(entry.name));
                self.say(&entry);
                Some(entry.length)
            }
            zip_records::END => {
                let end = zip_records::End::of(bytes)?;
                self.comment(end.comment);
                Some(end.length)
            }
            _ => None,
        }
    }

    /// Hands on what is no record and no file.
    fn raw(&mut self, start: usize, end: usize) {
        let Some(bytes) = self.bytes.get(start..end) else {
            return;
        };
        let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
        if bytes.len() <= TRIVIAL || bytes.iter().all(blank) {
            return;
        }
        if bytes.len() == self.bytes.len() {
            // Nothing of it is an archive, for all its first bytes say.
            self.sink.gap(Spot::default(), GapReason::Broken);
        } else {
            // What comes first is what other programs see: no hidden thing.
            let seen = start == 0;
            let spot = if seen { Spot::default() } else { self.unlisted };
            self.sink.file(spot, "", "", bytes.to_vec());
        }
    }
}

/// Whether a header among other bytes is one: with a name, and a method and
/// version that somebody has assigned.
fn is_plausible(local: &Record<'_>) -> bool {
    !local.name.is_empty() && local.method < 100
}

/// How long data are of which only a descriptor behind them tells the length:
/// up to a descriptor that tells this very length, else up to the next record.
fn described_length(data: &[u8]) -> usize {
    let mut signatures = memmem::find_iter(data, b"PK");
    let end = signatures.find(|at| {
        let record = data.get(*at..).unwrap_or(b"");
        let length = record.get(8..).and_then(|sizes| sizes.first_chunk::<4>());
        let length = length.map(|length| u32::from_le_bytes(*length));
        match record.first_chunk::<4>() {
            Some(&zip_records::DESCRIPTOR) => {
                length.and_then(|length| usize::try_from(length).ok()) == Some(*at)
            }
            Some(&zip_records::LOCAL | &zip_records::CENTRAL | &zip_records::END) => true,
            _ => false,
        }
    });
    end.unwrap_or(data.len())
}
