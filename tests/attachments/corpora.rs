//! Public collections of files: every one is read or said not to be, and none
//! ends a worker or holds it up.

use std::fs;
use std::path::{Path, PathBuf};

use gatepost::limits::Limits;
use gatepost::mail::{Content, Message};

use super::desk;
use crate::support::shared::{say, shared};

/// Files of `tika/` that want a password, by its README.
const LOCKED: [(&str, &str); 9] = [
    ("protected_normal_case.docx", "encrypted office"),
    ("protected_upper_case.docx", "encrypted office"),
    ("testEXCEL_protected_passtika.xlsx", "encrypted office"),
    (
        "testPDF_no_extract_yes_accessibility_owner_user.pdf",
        "encrypted pdf",
    ),
    ("testPassword4Spaces.pdf", "encrypted pdf"),
    ("test7Z_protected_passTika.7z", "encrypted 7z"),
    ("full_encrypted.7z", "encrypted 7z"),
    ("quine.gz", "too-deep"),
    ("test-documents.rar", "unknown-format rar"),
];

/// Files of `tika/` that look locked, and open without a password.
const OPEN: [&str; 4] = [
    "protect.xlsx",
    "protectedSheets.xlsx",
    "testWORD_docSecurity.docx",
    "testPDF_protected.pdf",
];

/// Files with parts that hold nothing: an archive of an empty file and its
/// folder, and a picture of six dots by eleven.
const EMPTY: [(&str, &str); 2] = [
    ("tika/gbk.zip", "2"),
    ("mail-parser/malformed/021.eml", "2"),
];

#[test]
fn every_file_of_apache_tika_is_read_or_said_not_to_be() {
    let Some(corpus) = shared("tika") else { return };
    let files = collect(&corpus);
    assert!(files.len() > 200, "{} files", files.len());
    read_all(&files);
}

#[test]
fn every_message_of_the_mail_collections_is_read_with_all_that_is_attached() {
    let Some(corpus) = shared("mail") else { return };
    let files = collect(&corpus);
    assert!(files.len() > 100, "{} files", files.len());
    read_all(&files);
}

#[test]
fn what_wants_a_password_is_said_to_be_encrypted_and_nothing_else_is() {
    let Some(corpus) = shared("tika") else { return };
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    let read = |name: &str| {
        let bytes = fs::read(corpus.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        desk::by(&workers, &desk::message("x", &[("file", &bytes)]), &limits)
    };
    for (name, gap) in LOCKED {
        let read = read(name);
        assert!(read.gaps_of("2").contains(&gap), "{name}: {:?}", read.gaps);
    }
    for name in OPEN {
        let read = read(name);
        assert!(!read.lacks("2", "encrypted"), "{name}: {:?}", read.gaps);
        let inside = read
            .texts
            .iter()
            .filter(|(place, _)| place.part.to_string().starts_with('2'));
        let bytes: usize = inside.map(|(_, bytes)| bytes).sum();
        assert!(bytes > 100, "{name}: {bytes} bytes of text");
    }
}

/// Reads each file by a worker: messages as they are, others attached to one.
fn read_all(files: &[PathBuf]) {
    let limits = desk::patient();
    let workers = desk::workers(2, &limits);
    let mut wrong = Vec::new();
    for path in files {
        let bytes = fs::read(path).expect("a file of the corpus");
        let name = path.file_name().expect("a name").to_string_lossy();
        let raw = if name.ends_with(".eml") {
            bytes
        } else {
            desk::message("x", &[("file", &bytes)])
        };
        let read = desk::by(&workers, &raw, &limits);
        for (place, why) in &read.gaps {
            if why.starts_with("reader-failed") || why.starts_with("too-slow") {
                wrong.push(format!("{}: {why} at {place}", path.display()));
            }
        }
        for part in filled_parts(raw, &limits) {
            let is_empty = EMPTY
                .iter()
                .any(|(file, empty)| path.ends_with(file) && part == *empty);
            if read.tells_of(&part) == is_empty {
                let what = if is_empty {
                    "something in the empty"
                } else {
                    "neither text nor gap of"
                };
                wrong.push(format!("{}: {what} part {part}", path.display()));
            }
        }
    }
    say(&format!("{} files read by workers", files.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The parts of a message that hold something.
fn filled_parts(raw: Vec<u8>, limits: &Limits) -> Vec<String> {
    let message = Message::parse(raw, limits);
    let filled = message.parts().iter().filter(|part| match &part.content {
        Content::Text(texts) | Content::Html(texts) => {
            texts.iter().any(|text| !text.reveal().trim().is_empty())
        }
        Content::Bytes(bytes) => !bytes.reveal().trim_ascii().is_empty(),
        Content::Headers(headers) => !headers.is_empty(),
    });
    filled.map(|part| part.path.to_string()).collect()
}

/// All files below a folder but its explanations.
fn collect(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(collect(&path));
        } else if !matches!(
            path.file_name().and_then(|name| name.to_str()),
            Some("README.md" | "LICENSE.txt" | "NOTICE.txt")
        ) {
            found.push(path);
        }
    }
    found.sort();
    found
}
