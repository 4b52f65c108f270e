//! The OLE container of an old workbook: which stream is what (MS-XLS 2.1.2).

use std::io::Cursor;
use std::path::{Path, PathBuf};

use cfb::CompoundFile;

use super::{pivot, stream};
use crate::extract::sheet::{loose, ole};
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// The first bytes of a container.
const MAGIC: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// Reads a workbook, in a container or not.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    if !bytes.starts_with(&MAGIC) {
        stream::read(bytes, sink);
        return;
    }
    let Ok(mut container) = CompoundFile::open(Cursor::new(bytes)) else {
        sink.gap(Spot::default(), GapReason::Broken);
        return;
    };
    let entries = container.read_root_storage();
    let mut top: Vec<(PathBuf, String, bool)> = entries
        .map(|entry| {
            (
                entry.path().to_owned(),
                entry.name().to_owned(),
                entry.is_stream(),
            )
        })
        .collect();
    // The sheets first.
    top.sort_by_key(|(_, name, _)| !is_workbook(name));
    for (path, name, is_stream) in top {
        entry(&mut container, &path, &name, is_stream, sink);
    }
}

fn is_workbook(name: &str) -> bool {
    name.eq_ignore_ascii_case("workbook") || name.eq_ignore_ascii_case("book")
}

fn entry(
    container: &mut ole::Container<'_>,
    path: &Path,
    name: &str,
    is_stream: bool,
    sink: &mut Sink<'_>,
) {
    let spot = Spot::default();
    let folded = name.to_ascii_lowercase();
    if is_stream {
        let bytes = ole::content(container, path, spot, sink);
        if is_workbook(name) {
            stream::read(&bytes, sink);
        } else {
            sink.text(spot, loose::words(&bytes));
        }
    } else if folded.starts_with("_sx_db_cur") {
        let spot = spot.hidden(Hidden::PivotCache);
        let caches: Vec<PathBuf> = container
            .walk_storage(path)
            .map(|entries| {
                entries
                    .filter(cfb::Entry::is_stream)
                    .map(|entry| entry.path().to_owned())
                    .collect()
            })
            .unwrap_or_default();
        for cache in caches {
            let bytes = ole::content(container, &cache, spot, sink);
            sink.hidden(spot);
            pivot::read(&bytes, spot, sink);
        }
    } else {
        ole::folder(container, path, spot, sink);
    }
}
