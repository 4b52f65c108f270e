//! The package that Office Open XML documents are: a zip archive of parts,
//! and the relationships between them (ECMA-376 part 2, Open Packaging
//! Conventions).
//!
//! Traps: part names don't count case (6.2.2.3) and some writers use
//! backslashes; targets are relative to the folder of the part that names
//! them, may begin at the root, and may be percent-encoded; two members may
//! bear one name, of which the library shows only one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::extract::office::xml::{self, Token};
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// An open package.
#[derive(Debug)]
pub(in crate::extract) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// The parts' names by where they stand in the archive.
    names: BTreeMap<usize, String>,
    /// Where a part stands in the archive, by its name in lower case. Names
    /// that differ only in case or slashes are one name with several members.
    members: BTreeMap<String, Vec<usize>>,
    /// The members that were read.
    read: BTreeSet<usize>,
}

/// An arrow from one part to another or to the world outside.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::extract) struct Relationship {
    /// Its id, unique in the part that it starts from.
    pub(in crate::extract) id: String,
    /// The last word of its type: `officeDocument`, `hyperlink`. The words
    /// before it differ between the editions of the standard.
    pub(in crate::extract) kind: String,
    /// The name of the part, or where outside it leads.
    pub(in crate::extract) target: String,
    /// Whether it leads outside.
    pub(in crate::extract) external: bool,
}

impl<'b> Package<'b> {
    /// Opens a package; one that can't be opened is said as a gap.
    pub(in crate::extract) fn open(bytes: &'b [u8], sink: &mut Sink<'_>) -> Option<Self> {
        let archive = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => {
                sink.gap(Spot::default(), why(&error));
                return None;
            }
        };
        let mut names = BTreeMap::new();
        let mut comments = String::new();
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, raw) in archive.file_names_raw().enumerate() {
            let name = normal(&String::from_utf8_lossy(raw));
            let Ok(entry) = archive.by_index_data(index) else {
                continue;
            };
            if !entry.comment_raw().is_empty() {
                comments.push_str(&String::from_utf8_lossy(entry.comment_raw()));
                comments.push('\n');
            }
            // A folder, unless it has something in it.
            if name.ends_with('/') && entry.size() == 0 {
                continue;
            }
            members.entry(folded(&name)).or_default().push(index);
            names.insert(index, name);
        }
        if archive.has_duplicate_names() {
            sink.gap(Spot::default(), GapReason::Broken);
        }
        comments.push_str(&String::from_utf8_lossy(archive.comment()));
        sink.text(Spot::default(), comments);
        Some(Self {
            archive,
            names,
            members,
            read: BTreeSet::new(),
        })
    }

    /// The names of all parts, without the first slash, in their order in
    /// the archive, spelt as they are there.
    pub(in crate::extract) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.values().map(String::as_str)
    }

    /// Whether there is such a part.
    pub(in crate::extract) fn has(&self, name: &str) -> bool {
        self.members.contains_key(&folded(&normal(name)))
    }

    /// Whether there is such a part that nobody has asked for yet.
    pub(in crate::extract) fn is_unread(&self, name: &str) -> bool {
        let members = self.members.get(&folded(&normal(name)));
        let mut members = members.into_iter().flatten();
        members.any(|member| !self.read.contains(member))
    }

    /// The content of a part: `None` if there is none of that name. What
    /// could not be unpacked is a gap at `spot`, what came before is given.
    pub(in crate::extract) fn part(
        &mut self,
        name: &str,
        spot: Spot,
        sink: &mut Sink<'_>,
    ) -> Option<Vec<u8>> {
        let members = self.members.get(&folded(&normal(name)))?;
        // Of several with one name each is given once.
        let index = members
            .iter()
            .find(|index| !self.read.contains(index))
            .or_else(|| members.first())
            .copied()?;
        self.read.insert(index);
        Some(self.unpacked(index, spot, sink))
    }

    /// The content of a part that is looked at before it is read: what could not
    /// be unpacked is said where it is read.
    pub(in crate::extract) fn peek(&mut self, name: &str, sink: &mut Sink<'_>) -> Vec<u8> {
        let members = self.members.get(&folded(&normal(name)));
        let index = members.and_then(|members| members.first()).copied();
        let member = index.and_then(|index| self.archive.by_index(index).ok());
        member.map_or(Vec::new(), |member| sink.expand(member).0)
    }

    fn unpacked(&mut self, index: usize, spot: Spot, sink: &mut Sink<'_>) -> Vec<u8> {
        let member = match self.archive.by_index(index) {
            Ok(member) => member,
            Err(error) => {
                sink.gap(spot, why(&error));
                return Vec::new();
            }
        };
        let (bytes, stopped) = sink.expand(member);
        if let Some(why) = stopped {
            sink.gap(spot, why);
        }
        bytes
    }

    /// The parts that nobody has asked for yet, in their order in the
    /// archive, those twice that have two members unread.
    pub(in crate::extract) fn unread(&self) -> Vec<String> {
        let unread = self
            .names
            .iter()
            .filter(|(index, _)| !self.read.contains(index));
        unread.map(|(_, name)| name.clone()).collect()
    }

    /// The relationships of a part, of the package as a whole for an empty
    /// name. What is damaged in them is a gap.
    pub(in crate::extract) fn relationships(
        &mut self,
        part: &str,
        sink: &mut Sink<'_>,
    ) -> Vec<Relationship> {
        let part = normal(part);
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", &part));
        let name = match folder {
            "" => format!("_rels/{file}.rels"),
            folder => format!("{folder}/_rels/{file}.rels"),
        };
        let Some(bytes) = self.part(&name, Spot::default(), sink) else {
            return Vec::new();
        };
        let (relationships, stopped) = self.arrows(&bytes, folder);
        if let Some(why) = stopped {
            sink.gap(Spot::default(), why);
        }
        relationships
    }

    /// The relationships that a `.rels` part lists for a part in `folder`.
    fn arrows(&self, bytes: &[u8], folder: &str) -> (Vec<Relationship>, Option<GapReason>) {
        let mut found = Vec::new();
        let stopped = xml::walk(bytes, |token| {
            let Token::Open(element) = token else { return };
            if !element.name.eq_ignore_ascii_case("Relationship") {
                return;
            }
            let given = |name: &str| element.attribute(name).unwrap_or_default();
            let external = given("TargetMode").eq_ignore_ascii_case("External");
            let target = given("Target");
            let kind = given("Type").trim_end_matches('/');
            found.push(Relationship {
                id: given("Id").to_owned(),
                kind: kind.rsplit('/').next().unwrap_or(kind).to_owned(),
                target: if external {
                    target.to_owned()
                } else {
                    self.resolved(folder, target)
                },
                external,
            });
        });
        (found, stopped)
    }

    /// The name of the part that a target means, seen from a folder.
    fn resolved(&self, folder: &str, target: &str) -> String {
        let target = target.replace('\\', "/");
        let path = target.split_once('#').map_or(&*target, |(path, _)| path);
        let from_root = path.starts_with('/');
        let folder = if from_root { "" } else { folder };
        let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
        for step in path.split('/') {
            match step {
                "" | "." => {}
                ".." => {
                    steps.pop();
                }
                step => steps.push(step),
            }
        }
        let name = steps.join("/");
        let plain = percent_decoded(&name);
        match plain {
            Some(plain) if !self.has(&name) && self.has(&plain) => plain,
            _ if !self.has(&name) && self.has(path) => path.to_owned(),
            _ => name,
        }
    }
}

/// Why a member of the archive can't be read.
fn why(error: &ZipError) -> GapReason {
    if matches!(error, ZipError::InvalidPassword)
        || matches!(error, ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED)
    {
        GapReason::Encrypted
    } else if matches!(
        error,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)
    ) {
        GapReason::UnknownFormat
    } else {
        GapReason::Broken
    }
}

/// A name with slashes, without the first one.
fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_owned()
}

fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The name that a percent-encoded one means (RFC 3986 section 2.1).
fn percent_decoded(name: &str) -> Option<String> {
    if !name.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let value = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match value {
            Some(value) if *first == b'%' => {
                bytes.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_decoded_only_before_two_digits() {
        assert_eq!(percent_decoded("a%20b%zz%"), Some("a b%zz%".to_owned()));
        assert_eq!(percent_decoded("a b"), None);
    }

    #[test]
    fn names_count_neither_case_nor_the_first_slash() {
        assert_eq!(folded(&normal("\\Word\\Document.XML")), "word/document.xml");
    }
}
