//! A file of lines that is only ever added to.
//!
//! Lines are written and synchronised under a lock, so that two commands at
//! once follow each other. A crash leaves at most a line without an end: it
//! never counted, and it is cut off before the next line is written.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::keep::{give_to_owner_of, make_folder};

/// How long such a file may be, in bytes: some hundred years of daily imports,
/// or a quarter of a million consents. It is read whole, more than once a day.
const MOST_BYTES: u64 = 64 << 20;

/// What changes when a file does: its length and when it was written.
pub(super) fn stamp(file: &Path) -> Option<(u64, i64, i64)> {
    let data = fs::metadata(file).ok()?;
    Some((data.len(), data.mtime(), data.mtime_nsec()))
}

/// The whole lines of a file; empty where there is none.
pub(super) fn read(file: &Path) -> io::Result<String> {
    match fs::File::open(file) {
        Ok(open) => whole_lines(read_all(&open, MOST_BYTES)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

/// A whole file of at most `most` bytes.
fn read_all(open: &fs::File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    demand_room(bytes.len(), most)?;
    Ok(bytes)
}

/// What can't be read again is never written.
fn demand_room(bytes: usize, most: u64) -> io::Result<()> {
    if u64::try_from(bytes).is_ok_and(|bytes| bytes <= most) {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "it is longer than the {} MiB that are read, or would become so; keep it elsewhere \
         and begin a new one",
        most >> 20
    )))
}

/// The text up to the last line end: what stands behind it was never finished,
/// and may end inside a letter.
fn whole_lines(mut bytes: Vec<u8>) -> io::Result<String> {
    let end = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end.saturating_add(1));
    bytes.truncate(end);
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))
}

/// Adds what `lines` makes of the text that is there: each without its line
/// end. Nobody else changes the file meanwhile. A new file gets `mode` and
/// belongs to whom the state folder belongs to.
///
/// # Errors
/// What `lines` says, or `trouble` of what the system says; then the file is as
/// it was.
pub(super) fn add<T, E>(
    state: &Path,
    file: &Path,
    mode: u32,
    trouble: impl Fn(io::Error) -> E,
    lines: impl FnOnce(&str) -> Result<(Vec<String>, T), E>,
) -> Result<T, E> {
    let folder = file.parent().unwrap_or(state);
    make_folder(state, folder).map_err(&trouble)?;
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true).mode(mode);
    let mut open = options.open(file).map_err(&trouble)?;
    open.lock().map_err(&trouble)?;
    give_to_owner_of(state, file).map_err(&trouble)?;
    let bytes = read_all(&open, MOST_BYTES).map_err(&trouble)?;
    let text = whole_lines(bytes).map_err(&trouble)?;
    let (lines, told) = lines(&text)?;
    if lines.is_empty() {
        return Ok(told);
    }
    let mut new = lines.join("\n");
    new.push('\n');
    demand_room(text.len().saturating_add(new.len()), MOST_BYTES).map_err(&trouble)?;
    // A line that was never finished would make the new ones unreadable.
    let whole = u64::try_from(text.len()).unwrap_or(u64::MAX);
    let mut write = || {
        open.set_len(whole)?;
        open.write_all(new.as_bytes())?;
        open.sync_all()?;
        fs::File::open(folder)?.sync_all()
    };
    if let Err(error) = write() {
        // What was written of it must not count. If this fails too, the last
        // line has no end, or the disk has it whole.
        let _ = open.set_len(whole);
        return Err(trouble(error));
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add_to(file: &Path, line: &str) -> io::Result<String> {
        let state = file.parent().unwrap().parent().unwrap();
        let line = line.to_owned();
        add(
            state,
            file,
            0o600,
            |error| error,
            |text| Ok((vec![line], text.to_owned())),
        )
    }

    #[test]
    fn a_torn_line_is_cut_off_before_the_next_one_is_written() {
        let state = tempfile::tempdir().unwrap();
        let file = state.path().join("folder").join("lines");
        assert_eq!(read(&file).unwrap(), "");
        add_to(&file, "one").unwrap();
        // In the middle of a letter, too.
        fs::write(&file, b"one\nzw\xC3").unwrap();
        assert_eq!(read(&file).unwrap(), "one\n");
        assert_eq!(add_to(&file, "two").unwrap(), "one\n");
        assert_eq!(read(&file).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn what_is_refused_changes_nothing_and_many_lines_are_added_at_once() {
        let state = tempfile::tempdir().unwrap();
        let file = state.path().join("folder").join("lines");
        add_to(&file, "one").unwrap();
        let before = stamp(&file);
        let refused = add(
            state.path(),
            &file,
            0o600,
            |error| error,
            |_| Err::<(Vec<String>, ()), _>(io::Error::other("no")),
        );
        assert!(refused.is_err());
        assert_eq!(stamp(&file), before);
        let both = vec![String::from("two"), String::from("three")];
        add(
            state.path(),
            &file,
            0o600,
            |error| error,
            |_| Ok((both, ())),
        )
        .unwrap();
        assert_eq!(read(&file).unwrap(), "one\ntwo\nthree\n");
        assert_ne!(stamp(&file), before);
    }

    #[test]
    fn a_file_that_is_too_long_is_neither_read_nor_added_to() {
        let state = tempfile::tempdir().unwrap();
        let file = state.path().join("folder").join("lines");
        add_to(&file, "one").unwrap();
        let open = fs::OpenOptions::new().write(true).open(&file).unwrap();
        for (bytes, reads) in [(MOST_BYTES, true), (MOST_BYTES + 1, false)] {
            open.set_len(bytes).unwrap();
            // All behind the first line is one line without an end.
            assert_eq!(read(&file).is_ok(), reads);
        }
        let error = add_to(&file, "two").unwrap_err().to_string();
        assert!(
            error.contains("longer than the 64 MiB that are read"),
            "{error}"
        );
        assert_eq!(fs::metadata(&file).unwrap().len(), MOST_BYTES + 1);
        // Nor does it become so.
        open.set_len(4).unwrap();
        let most = usize::try_from(MOST_BYTES).unwrap();
        assert!(add_to(&file, &"x".repeat(most - 4)).is_err());
        assert_eq!(read(&file).unwrap(), "one\n");
        add_to(&file, &"x".repeat(most - 5)).unwrap();
        assert!(read(&file).is_ok());
    }
}
