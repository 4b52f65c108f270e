//! Tar archives: POSIX ustar and pax (IEEE 1003.1-2017, pax, "ustar
//! Interchange Format"), GNU tar, and those before them.
//!
//! The walk from header to header is made here: it goes on behind damage and
//! behind the end mark, where programs stop. The `tar` crate takes headers
//! apart, and puts together what GNU tar has stored with holes.
//!
//! Traps: names longer than 100 bytes stand in entries of their own, numbers
//! may be binary, what fills the last block of a file need not be zeros.

use tar::{Archive, EntryType, Header};

use super::bounds::TRIVIAL;
use super::signatures::is_tar_header;
use super::{names, unpack};
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// Everything in a tar is a multiple of this.
const BLOCK: usize = 512;

/// How many files with holes are put together: their lists of pieces may be as
/// long as the archive, and overlap.
const SPARSE: usize = 100;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut walk = Walk {
        bytes,
        sink,
        next: Announced::default(),
        texts: String::new(),
        raw: 0,
        sparse: SPARSE,
    };
    let mut at = 0;
    while at < bytes.len() {
        at = walk.step(at);
    }
    walk.raw(bytes.len());
    let texts = std::mem::take(&mut walk.texts);
    walk.sink.text(Spot::default(), texts);
}

/// What entries say of the entry after them.
#[derive(Debug, Default)]
struct Announced {
    name: Option<Vec<u8>>,
    size: Option<usize>,
}

struct Walk<'a, 's, 'g> {
    bytes: &'a [u8],
    sink: &'s mut Sink<'g>,
    next: Announced,
    /// Names of people and links, pax records: a line each.
    texts: String,
    /// Since where the bytes are neither header nor file.
    raw: usize,
    /// How many more files with holes are put together.
    sparse: usize,
}

impl Walk<'_, '_, '_> {
    /// Reads what stands at `at`, and tells where to go on.
    fn step(&mut self, at: usize) -> usize {
        let after = at.saturating_add(BLOCK);
        let Some(block) = self
            .bytes
            .get(at..after)
            .filter(|block| is_tar_header(block))
        else {
            return after;
        };
        self.raw(at);
        let header = Header::from_byte_slice(block);
        let kind = header.entry_type();
        let is_pax = kind.is_pax_local_extensions() || kind.is_pax_global_extensions();
        let is_preface = is_pax || kind.is_gnu_longname() || kind.is_gnu_longlink();
        let announced = if is_preface {
            None
        } else {
            self.next.size.take()
        };
        let said = header.entry_size().ok().map(usize::try_from);
        let said = announced.or(said.and_then(Result::ok));
        let start = after;
        let left = self.bytes.len().saturating_sub(start);
        let Some(size) = said else {
            self.sink.gap(Spot::default(), GapReason::Broken);
            self.raw = start;
            return start;
        };
        if size > left {
            self.sink.gap(Spot::default(), GapReason::Truncated);
        }
        let end = start.saturating_add(size.min(left));
        let data = self.bytes.get(start..end).unwrap_or(b"");
        self.raw = end;
        if is_pax {
            self.pax(data);
        } else if kind.is_gnu_longname() {
            self.next.name = Some(until_zero(data).to_vec());
        } else if kind.is_gnu_longlink() {
            self.say(until_zero(data));
        } else {
            self.raw = self.entry(header, kind, at, data);
        }
        self.slack(end)
    }

    /// Reads an entry, and tells where its data end.
    fn entry(&mut self, header: &Header, kind: EntryType, at: usize, data: &[u8]) -> usize {
        let own = header.path_bytes().into_owned();
        let name = match self.next.name.take() {
            Some(name) => {
                // A program that doesn't know long names sees this one.
                if !name.starts_with(&own) {
                    self.say(&own);
                }
                name
            }
            None => own,
        };
        for text in [
            header.link_name_bytes().as_deref(),
            header.username_bytes(),
            header.groupname_bytes(),
        ] {
            self.say(until_zero(text.unwrap_or(b"")));
        }
        for other in names::readings(&name).into_iter().skip(1) {
            self.line(&other);
        }
        let end = at.saturating_add(BLOCK).saturating_add(data.len());
        let name = names::likeliest(&name);
        if kind.is_gnu_sparse() {
            return self.sparse(&name, at, end);
        }
        if data.is_empty() && !kind.is_file() {
            self.line(&name);
            return end;
        }
        let (bytes, why) = unpack::within(data, usize::MAX, self.sink);
        self.hand_on(&name, bytes, why);
        end
    }

    fn hand_on(&mut self, name: &str, bytes: Vec<u8>, why: Option<GapReason>) {
        match why {
            Some(why) if bytes.is_empty() => {
                self.sink.unread_file(Spot::default(), name, why);
            }
            why => {
                self.sink.file(Spot::default(), name, "", bytes);
                if let Some(why) = why {
                    self.sink.gap(Spot::default(), why);
                }
            }
        }
    }

    /// Reads a file with holes (GNU tar), which may have further headers; tells
    /// where its data end.
    fn sparse(&mut self, name: &str, at: usize, end: usize) -> usize {
        let Some(left) = self.sparse.checked_sub(1) else {
            self.sink
                .unread_file(Spot::default(), name, GapReason::TooLarge);
            return at.saturating_add(BLOCK);
        };
        self.sparse = left;
        let mut archive = Archive::new(self.bytes.get(at..).unwrap_or(b""));
        let entry = archive.entries().ok().and_then(|mut all| all.next());
        let Some(Ok(entry)) = entry else {
            self.sink
                .unread_file(Spot::default(), name, GapReason::Broken);
            // What the data are is seen at least as they stand.
            return at.saturating_add(BLOCK);
        };
        let (bytes, why) = unpack::within(entry, usize::MAX, self.sink);
        self.hand_on(name, bytes, why);
        let mut extended = at.saturating_add(BLOCK);
        let mut more = self.bytes.get(at.saturating_add(482)) == Some(&1);
        let mut end = end;
        while more {
            more = self.bytes.get(extended.saturating_add(504)) == Some(&1);
            extended = extended.saturating_add(BLOCK);
            end = end.saturating_add(BLOCK);
        }
        end
    }

    /// Takes the records of a pax header: `<length> <key>=<value>\n`.
    fn pax(&mut self, data: &[u8]) {
        let mut rest = data;
        while let Some(space) = memchr::memchr(b' ', rest) {
            let length = rest.get(..space).and_then(|digits| {
                let digits = std::str::from_utf8(digits).ok()?;
                digits.trim_start_matches('\0').parse::<usize>().ok()
            });
            let record = length.and_then(|length| rest.split_at_checked(length));
            let Some((record, after)) = record.filter(|(record, _)| record.len() > space) else {
                break;
            };
            rest = after;
            let record = record.get(space.saturating_add(1)..).unwrap_or(b"");
            let Some(equals) = memchr::memchr(b'=', record) else {
                continue;
            };
            let (key, value) = record.split_at(equals);
            let value = value.get(1..).unwrap_or(b"").trim_ascii_end();
            match key {
                b"path" | b"GNU.sparse.name" => self.next.name = Some(value.to_vec()),
                b"size" => {
                    let value = std::str::from_utf8(value).ok();
                    self.next.size = value.and_then(|value| value.parse().ok());
                }
                // Times and numbers of users are no texts.
                b"mtime" | b"atime" | b"ctime" | b"uid" | b"gid" => {}
                _ => self.say(value),
            }
        }
        // What is no record is read as it stands.
        self.say(until_zero(rest));
    }

    /// Reads what fills the last block of a file, and tells where the next
    /// header stands.
    fn slack(&mut self, end: usize) -> usize {
        let end = end.max(self.raw);
        let next = end.next_multiple_of(BLOCK);
        self.raw = end;
        self.raw(next.min(self.bytes.len()));
        next
    }

    fn say(&mut self, text: &[u8]) {
        for reading in names::readings(text) {
            self.line(&reading);
        }
    }

    /// Keeps a text, once where it repeats: all files have the same owner.
    fn line(&mut self, text: &str) {
        if !self.texts.ends_with(&format!("\n{text}\n")) && !text.is_empty() {
            self.texts.push_str(text);
            self.texts.push('\n');
        }
    }

    /// Hands on what stands between the last entry and `end`.
    fn raw(&mut self, end: usize) {
        let bytes = self.bytes.get(self.raw..end).unwrap_or(b"");
        self.raw = end;
        let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
        if bytes.len() <= TRIVIAL || bytes.iter().all(blank) {
            return;
        }
        if bytes.len() == self.bytes.len() {
            self.sink.gap(Spot::default(), GapReason::Broken);
        } else {
            let spot = Spot::default().hidden(Hidden::Text);
            self.sink.file(spot, "", "", bytes.to_vec());
        }
    }
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(b"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tar::Builder;

    use super::*;
    use crate::extract::archive::suite::{Opened, open};
    use crate::extract::suite;

    fn opened(bytes: &[u8]) -> Opened {
        open(bytes, read)
    }

    fn header(size: usize) -> Header {
        let mut header = Header::new_ustar();
        header.set_size(u64::try_from(size).unwrap());
        header.set_mode(0o644);
        header
    }

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = Header::new_gnu();
            header.set_size(u64::try_from(content.len()).unwrap());
            header.set_username("ward7").unwrap();
            builder.append_data(&mut header, name, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn files_names_and_owners_are_read() {
        let long = format!("{}/943 476 5919.txt", "folder".repeat(40));
        let opened = opened(&packed(&[("a.txt", b"943 476 5919"), (&long, b"b")]));
        assert_eq!(opened.names(), ["a.txt", &long]);
        assert_eq!(opened.text("a.txt"), "943 476 5919");
        assert!(suite::has(&opened.reading, "ward7"));
        assert!(opened.gaps().is_empty());
    }

    #[test]
    fn pax_records_are_texts_and_names() {
        let mut builder = Builder::new(Vec::new());
        let records = [
            ("comment", &b"943 476 5919"[..]),
            ("path", "Müller.txt".as_bytes()),
        ];
        builder.append_pax_extensions(records).unwrap();
        let mut header = header(1);
        header.set_path("short").unwrap();
        header.set_cksum();
        builder.append(&header, &b"x"[..]).unwrap();
        let opened = opened(&builder.into_inner().unwrap());
        assert_eq!(opened.names(), ["Müller.txt"]);
        assert!(suite::has(&opened.reading, "943 476 5919"));
        assert!(suite::has(&opened.reading, "short"));
    }

    #[test]
    fn archives_older_than_ustar_are_recognised() {
        let mut header = Header::new_old();
        header.set_path("a.txt").unwrap();
        header.set_size(12);
        header.set_cksum();
        let mut builder = Builder::new(Vec::new());
        builder.append(&header, &b"943 476 5919"[..]).unwrap();
        let bytes = builder.into_inner().unwrap();
        assert!(suite::has(&suite::read(&bytes), "a.txt"));
        assert_eq!(opened(&bytes).text("a.txt"), "943 476 5919");
    }

    #[test]
    fn what_is_there_of_a_cut_archive_is_read() {
        let long = "943 476 5919\n".repeat(200);
        let bytes = packed(&[("a.txt", b"hello"), ("b.txt", long.as_bytes())]);
        let opened = opened(&bytes[..2000]);
        assert_eq!(opened.names(), ["a.txt", "b.txt"]);
        assert!(opened.text("b.txt").contains("943 476 5919"));
        assert_eq!(opened.gaps(), ["truncated tar"]);
    }

    #[test]
    fn damage_and_the_end_mark_hide_nothing() {
        let one = packed(&[("a.txt", b"hello")]);
        let two = packed(&[("b.txt", b"943 476 5919")]);
        let mut bytes = one.clone();
        bytes.extend([b'#'; BLOCK]);
        bytes.extend(&two);
        let after_end = opened(&bytes);
        assert_eq!(after_end.names(), ["a.txt", "", "b.txt"]);
        // What fills a file's last block.
        let mut bytes = one;
        bytes[BLOCK + 100..BLOCK + 112].copy_from_slice(b"943 476 5919");
        let slack = opened(&bytes);
        assert!(slack.text("").contains("943 476 5919"));
    }

    #[test]
    fn files_with_holes_are_put_together() {
        let Ok(folder) = tempfile::tempdir() else {
            return;
        };
        let path = folder.path().join("holes");
        let file = std::fs::File::create(&path).unwrap();
        std::os::unix::fs::FileExt::write_at(&file, b"943 476 5919", 1 << 20).unwrap();
        let archive = folder.path().join("a.tar");
        let done = std::process::Command::new("tar")
            .args(["--sparse", "--format=gnu", "-cf"])
            .arg(&archive)
            .args(["-C", folder.path().to_str().unwrap(), "holes"])
            .status();
        if !done.is_ok_and(|status| status.success()) {
            return;
        }
        let opened = opened(&std::fs::read(&archive).unwrap());
        assert_eq!(opened.names(), ["holes"]);
        let text = opened.text("holes");
        assert_eq!(text.trim_matches('\0'), "943 476 5919");
        assert!(opened.gaps().is_empty());
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_out(
            files in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..1500), 1..6)
        ) {
            let names: Vec<String> = (0..files.len()).map(|n| format!("{n}.bin")).collect();
            let all: Vec<(&str, &[u8])> = names
                .iter()
                .map(String::as_str)
                .zip(files.iter().map(Vec::as_slice))
                .collect();
            let opened = opened(&packed(&all));
            prop_assert_eq!(opened.files.len(), files.len());
            for ((_, read), written) in opened.files.iter().zip(&files) {
                prop_assert_eq!(read, written);
            }
        }

        #[test]
        fn no_damage_makes_the_reader_fail(
            cut in 0_usize..3000, at in 0_usize..3000, value in any::<u8>()
        ) {
            let mut bytes = packed(&[("a.txt", b"hello"), ("b.txt", b"943 476 5919")]);
            let length = bytes.len();
            bytes[at % length] = value;
            bytes.truncate(cut);
            let _ = opened(&bytes);
        }
    }
}
