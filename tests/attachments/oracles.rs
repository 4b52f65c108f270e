//! What other programs read of the public collection, word by word, is in our
//! texts too: pdftotext for PDFs, LibreOffice for documents.
//!
//! `make test-all` runs this: LibreOffice is large. What our readers add (what
//! is hidden, deleted, or in properties) is not held against them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use super::desk;
use super::office::convert;
use crate::support::folder;
use crate::support::shared::{say, shared};

/// How many of a hundred of the oracle's words must be in our texts: of all
/// files of a format, and of each file.
const OF_ALL: usize = 95;
const OF_EACH: usize = 90;

/// Files below that, each with the reason and with the words of a hundred that
/// it must have all the same: a little less than was measured.
const KNOWN: [(&str, &str, usize); 3] = [
    (
        "footnotes.docx",
        "LibreOffice glues a footnote's number to the word",
        75,
    ),
    (
        "test-columnar.xls",
        "LibreOffice shows percentages with all digits",
        80,
    ),
    (
        "testPPT_autodate.pptx",
        "LibreOffice writes today's date",
        60,
    ),
];

#[test]
#[ignore = "needs poppler-utils: run by `make test-all`"]
fn pdfs_have_the_words_that_pdftotext_reads() {
    compare(&["pdf"], |files, _| {
        files.iter().map(|path| pdf(path)).collect()
    });
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn letters_have_the_words_that_libreoffice_reads() {
    compare(&["docx", "doc", "rtf", "odt"], |files, folder| {
        convert("txt:Text (encoded):UTF8", folder, files, folder);
        let made = |path: &PathBuf| fs::read(made(folder, path, "txt")).ok();
        let texts = files.iter().map(made);
        texts
            .map(|bytes| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            .collect()
    });
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn presentations_have_the_words_that_libreoffice_reads() {
    compare(&["pptx", "ppt"], |files, folder| {
        convert("fodp", folder, files, folder);
        let made = |path: &PathBuf| fs::read_to_string(made(folder, path, "fodp")).ok();
        files
            .iter()
            .map(|path| made(path).map(|xml| slides(&xml)))
            .collect()
    });
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn workbooks_have_the_words_that_libreoffice_writes_as_csv() {
    // Tab, quotes, UTF-8, from line 1, as shown, every sheet.
    let csv = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1";
    compare(&["xlsx", "xls", "ods"], |files, folder| {
        convert(csv, folder, files, folder);
        files.iter().map(|path| sheets(folder, path)).collect()
    });
}

/// Compares the files of each format with what an oracle reads of them; it
/// gives none for those that it can't.
fn compare(formats: &[&str], oracle: impl Fn(&[PathBuf], &Path) -> Vec<Option<String>>) {
    let Some(corpus) = shared("tika") else { return };
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    let mut wrong = Vec::new();
    for format in formats {
        let mut files: Vec<PathBuf> = fs::read_dir(&corpus)
            .expect("the corpus")
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == *format))
            .collect();
        files.sort();
        let folder = folder(format);
        let (mut all, mut all_found, mut compared) = (0, 0, 0);
        for (path, oracle) in files.iter().zip(oracle(&files, folder.path())) {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let theirs = oracle.as_deref().map(words).unwrap_or_default();
            let bytes = fs::read(path).expect("a file");
            let ours: BTreeSet<String> = desk::texts(&workers, bytes, &limits)
                .iter()
                .flat_map(|text| words(text))
                .collect();
            if theirs.is_empty() {
                say(&format!(
                    "{name:48} no words of the oracle, {} of ours",
                    ours.len()
                ));
                continue;
            }
            compared += 1;
            let missing: Vec<&String> = theirs.difference(&ours).collect();
            let found = theirs.len() - missing.len();
            let share = found * 100 / theirs.len();
            say(&format!(
                "{name:48} {found:6} of {:6} {share:3} %",
                theirs.len()
            ));
            all += theirs.len();
            all_found += found;
            let known = KNOWN.iter().find(|(known, ..)| *known == name);
            let least = known.map_or(OF_EACH, |(_, _, least)| *least);
            if share < least {
                let some: Vec<_> = missing.iter().take(20).collect();
                wrong.push(format!("{name}: {share} %, lacks {some:?}"));
            }
            if let Some((_, why, _)) = known
                && share >= OF_EACH
            {
                wrong.push(format!("{name}: {share} % by now, though {why}"));
            }
        }
        let share = all_found * 100 / all.max(1);
        say(&format!(
            "{format}: {all_found} of {all} words of {compared} files, {share} %"
        ));
        if share < OF_ALL {
            wrong.push(format!("{format}: {share} %"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The distinct words of three letters or more.
fn words(text: &str) -> BTreeSet<String> {
    let mut plain = text.replace('\u{ad}', "");
    for (ligature, letters) in [
        ("\u{fb00}", "ff"),
        ("\u{fb01}", "fi"),
        ("\u{fb02}", "fl"),
        ("\u{fb03}", "ffi"),
        ("\u{fb04}", "ffl"),
    ] {
        plain = plain.replace(ligature, letters);
    }
    // A number with and without separators of thousands is the same word.
    let separator = Regex::new("([0-9]),([0-9])").expect("a pattern");
    let plain = separator.replace_all(&plain, "$1$2");
    let words = plain.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| word.chars().count() >= 3)
        .map(str::to_lowercase)
        .collect()
}

fn pdf(path: &Path) -> Option<String> {
    let output = Command::new("pdftotext")
        .args(["-enc", "UTF-8"])
        .arg(path)
        .arg("-")
        .output()
        .expect("pdftotext: `make test-all` installs it");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

/// The paragraphs of the slides in a flat document, without those of masters.
fn slides(xml: &str) -> String {
    let show = xml.find("<office:presentation").map_or("", |at| &xml[at..]);
    let apart = Regex::new("<text:(line-break|s|tab)[^>]*>").expect("a pattern");
    let show = apart.replace_all(show, " ");
    let paragraph = Regex::new("(?s)<text:p[ >].*?</text:p>").expect("a pattern");
    let tag = Regex::new("<[^>]*>").expect("a pattern");
    let paragraphs = paragraph.find_iter(&show);
    paragraphs
        .map(|found| tag.replace_all(found.as_str(), "") + "\n")
        .collect()
}

/// What was made of a file in another format.
fn made(folder: &Path, path: &Path, ending: &str) -> PathBuf {
    folder
        .join(path.file_name().expect("a name"))
        .with_extension(ending)
}

/// All sheets that were made of a workbook: each is a file of its own.
fn sheets(folder: &Path, path: &Path) -> Option<String> {
    let stem = path
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let own = name.starts_with(&format!("{stem}-")) || name == format!("{stem}.csv");
        if own
            && Path::new(&name)
                .extension()
                .is_some_and(|ending| ending == "csv")
        {
            text.push_str(&String::from_utf8_lossy(
                &fs::read(entry.path()).expect("a sheet"),
            ));
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}
