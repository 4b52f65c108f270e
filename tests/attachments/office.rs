//! Documents by LibreOffice: what the Python writers wrote is opened by it and
//! saved in every format that it knows; the number is found in all of them.
//!
//! `make test-all` runs this: LibreOffice is large.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tempfile::NamedTempFile;

use super::desk::{self, NUMBER};
use super::writers::{self, Planned};
use crate::support::folder;

/// How long LibreOffice may take for one command: minutes, since it is asked
/// for every file of a kind at once.
const PATIENCE: Duration = Duration::from_mins(10);

/// What LibreOffice itself doesn't keep, and into which formats; looked up in
/// the files that it made. What the Python writers put into a package without
/// naming it in the document is dropped by it altogether.
const LOST: [(&str, &str); 14] = [
    ("custom-xml.docx", "doc rtf odt fodt"),
    ("footnote.docx", "doc rtf odt docx fodt"),
    ("link.docx", "doc rtf odt docx fodt"),
    ("document-variable.docx", "doc rtf odt docx fodt"),
    ("embedded-workbook.docx", "doc rtf odt docx fodt"),
    ("keywords.docx", "doc rtf"),
    ("alternative-text.docx", "doc"),
    ("text-box.docx", "rtf"),
    ("external.xlsx", "xls ods xlsx"),
    ("alternative-text.xlsx", "xls"),
    ("alternative-text.pptx", "ppt pptx"),
    ("master.pptx", "ppt odp pptx fodp"),
    ("embedded-workbook.pptx", "ppt"),
    ("alternative-text.odt", "doc rtf docx"),
];

/// What is found, and not told as hidden in the way that the source is: other
/// formats have no very hidden sheets and no filters, pivot tables are kept
/// with a hidden sheet.
/// LibreOffice doesn't keep the theme's colour of letters that are automatic,
/// their fills, their transparency and styles of tables; a condition may fill a
/// cell in other formats.
const SHOWN: [(&str, &str); 10] = [
    ("very-hidden-sheet.xlsx", "xls ods xlsx fods"),
    ("pivot.xlsx", "ods fods"),
    ("filtered.ods", "xls xlsx"),
    ("white-theme.docx", "doc rtf odt fodt"),
    ("white-fill.docx", "doc rtf odt fodt"),
    ("white-on-picture.docx", "doc rtf"),
    ("white-beside-logo.docx", "odt fodt"),
    ("transparent.pptx", "ppt odp fodp"),
    ("white-in-table-head.xlsx", "xls ods fods"),
    ("white-beside-condition.xlsx", "xls ods fods"),
];

/// What stands on paper: pages show nothing hidden, no notes and no names.
const PAPER: [&str; 14] = [
    "paragraph.docx",
    "runs.docx",
    "table.docx",
    "inner-table.docx",
    "header.docx",
    "footer.docx",
    "inserted.docx",
    "content-control.docx",
    "paragraph.odt",
    "header.odt",
    "text.xlsx",
    "rich.xlsx",
    "title.pptx",
    "table.pptx",
];

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn a_letter_that_libreoffice_saves_in_any_format_keeps_its_number() {
    prove(
        "word",
        "docx",
        &["doc", "rtf", "odt", "docx", "fodt", "pdf"],
    );
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn a_workbook_that_libreoffice_saves_in_any_format_keeps_its_number() {
    prove("sheets", "xlsx", &["xls", "ods", "xlsx", "fods", "pdf"]);
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn a_presentation_that_libreoffice_saves_in_any_format_keeps_its_number() {
    prove("slides", "pptx", &["ppt", "odp", "pptx", "fodp", "pdf"]);
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn an_open_text_that_libreoffice_saves_in_any_format_keeps_its_number() {
    prove(
        "open_document",
        "odt",
        &["doc", "rtf", "odt", "docx", "fodt", "pdf"],
    );
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn an_open_workbook_that_libreoffice_saves_in_any_format_keeps_its_number() {
    prove("open_document", "ods", &["xls", "ods", "xlsx", "fods"]);
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn an_open_presentation_that_libreoffice_saves_in_any_format_keeps_its_number() {
    prove("open_document", "odp", &["ppt", "odp", "pptx", "fodp"]);
}

fn prove(family: &str, ending: &str, targets: &[&str]) {
    let folder = folder(family);
    let planned = writers::write(family, folder.path());
    let sources: Vec<&Planned> = planned
        .iter()
        .filter(|planned| planned.found && planned.file.ends_with(&format!(".{ending}")))
        .collect();
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    let mut wrong = Vec::new();
    for target in targets {
        let made = folder.path().join(format!("as-{target}"));
        let paths = sources
            .iter()
            .map(|source| folder.path().join(&source.file));
        convert(target, &made, &paths.collect::<Vec<_>>(), folder.path());
        for source in &sources {
            let path = made.join(&source.file).with_extension(target);
            if *target == "pdf" && !PAPER.contains(&source.file.as_str()) {
                continue;
            }
            let is_lost = listed(&LOST, &source.file, target);
            let Ok(bytes) = fs::read(&path) else {
                wrong.push(format!("{} as {target}: not converted", source.file));
                continue;
            };
            let raw = desk::message("x", &[("file", &bytes)]);
            let read = desk::by(&workers, &raw, &limits);
            let places = read.places(NUMBER);
            let hidden = places.iter().any(|place| place.hidden == source.hidden);
            let complaint = if is_lost && places.is_empty() {
                continue;
            } else if is_lost {
                "kept by now"
            } else if places.is_empty() {
                "not found"
            } else if !hidden && !listed(&SHOWN, &source.file, target) {
                "not told as hidden"
            } else if hidden && listed(&SHOWN, &source.file, target) {
                "told as hidden by now"
            } else if read
                .gaps_of("2")
                .iter()
                .any(|gap| !gap.starts_with("image "))
            {
                "not read whole"
            } else {
                continue;
            };
            wrong.push(format!(
                "{} as {target}, {}: {complaint}: {:?} {:?}",
                source.file,
                source.place,
                read.told(NUMBER),
                read.gaps_of("2")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

fn listed(list: &[(&str, &str)], file: &str, target: &str) -> bool {
    list.iter()
        .any(|(name, targets)| *name == file && targets.split(' ').any(|listed| listed == target))
}

/// Has LibreOffice save files in another format, with a profile of its own.
///
/// # Panics
/// When it fails, and when it doesn't end within [`PATIENCE`]: some documents
/// send it in circles.
pub(crate) fn convert(target: &str, into: &Path, files: &[PathBuf], profile: &Path) {
    let said = NamedTempFile::new_in(profile).expect("a file for what it says");
    // A process group of its own: `soffice` is a script, and what works is its
    // child's child.
    let mut office = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}/profile",
            profile.display()
        ))
        .args(["--headless", "--convert-to", target, "--outdir"])
        .arg(into)
        .args(files)
        .stdin(Stdio::null())
        .stdout(said.reopen().expect("the file"))
        .stderr(said.reopen().expect("the file"))
        .process_group(0)
        .spawn()
        .expect("LibreOffice: `make test-all` installs it");
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = office.try_wait().expect("its state") {
            break Some(status);
        }
        if begun.elapsed() > PATIENCE {
            let group = Pid::from_raw(office.id().try_into().expect("a process's number"));
            killpg(group, Signal::SIGKILL).expect("its end");
            office.wait().expect("its end");
            break None;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let told = fs::read_to_string(said.path()).expect("what it said");
    assert!(
        status.is_some_and(|status| status.success()),
        "LibreOffice, asked for {target} of {files:?}: {}: {told}",
        status.map_or_else(
            || format!("not done within {PATIENCE:?}, ended"),
            |status| status.to_string()
        ),
    );
}
