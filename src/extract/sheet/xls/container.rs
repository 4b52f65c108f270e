//! The OLE container of an old workbook: which stream is what (MS-XLS 2.1.2).

use super::{pivot, stream};
use crate::extract::legacy::embedded;
use crate::extract::legacy::ole::{Ole, SIGNATURE, Storage};
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::location::Hidden;
use crate::mail::GapReason;

/// The streams of the sheets: of Excel 97, and of Excel 5. A file for both has
/// both.
const BOOKS: [&str; 2] = ["Workbook", "Book"];

/// The storage of pivot caches.
const CACHES: &str = "_SX_DB_CUR";

/// Reads a workbook, in a container or not.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let spot = Spot::default();
    if !bytes.starts_with(&SIGNATURE) {
        stream::read(bytes, sink);
        return;
    }
    let Some(mut ole) = Ole::open(bytes) else {
        sink.gap(spot, GapReason::Broken);
        sink.text(spot, strings::words(bytes));
        return;
    };
    for name in BOOKS {
        if let Some(bytes) = content(&mut ole, &Storage::root(), name, spot, sink) {
            stream::read(&bytes, sink);
        }
    }
    let storages = ole.storages(&Storage::root());
    let is_caches = |name: &str| name.eq_ignore_ascii_case(CACHES);
    for (_, storage) in storages.iter().filter(|(name, _)| is_caches(name)) {
        let spot = spot.hidden(Hidden::PivotCache);
        for name in ole.streams(storage) {
            if let Some(bytes) = content(&mut ole, storage, &name, spot, sink) {
                sink.hidden(spot);
                pivot::read(&bytes, spot, sink);
            }
        }
    }
    embedded::around(&mut ole, &[BOOKS[0], BOOKS[1], CACHES], sink);
}

/// The content of a stream; what is missing of it is a gap.
fn content(
    ole: &mut Ole<'_>,
    storage: &Storage,
    name: &str,
    spot: Spot,
    sink: &mut Sink<'_>,
) -> Option<Vec<u8>> {
    let (bytes, why) = ole.stream(storage, name)?;
    if let Some(why) = why {
        sink.gap(spot, why);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use crate::extract::suite;

    #[test]
    fn what_stands_beside_the_sheets_is_read() {
        let Some(bytes) = suite::corpus("tika/testEXCEL_custom_props.xls") else {
            return;
        };
        let reading = suite::read(&bytes);
        assert!(suite::gaps(&reading).is_empty(), "{:?}", reading.gaps);
        assert!(
            suite::has(&reading, "MyCustomString: MyStringValue"),
            "{:?}",
            suite::told(&reading)
        );
        let Some(bytes) = suite::corpus("tika/testEXCEL_embeddedPDF_windows.xls") else {
            return;
        };
        let reading = suite::read(&bytes);
        assert!(reading.texts.iter().any(|(at, _)| at.part.depth() > 1));
    }
}
