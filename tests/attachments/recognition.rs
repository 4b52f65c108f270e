//! Writing in pictures: recognised where that is switched on, else said to be
//! not read.

use std::fs;

use gatepost::limits::Limits;

use super::desk::{self, NUMBER};
use super::writers::write;
use crate::support::folder;

#[test]
fn writing_in_pictures_is_read_where_that_is_switched_on_and_else_a_gap() {
    let folder = folder("scans");
    let off = desk::patient();
    let on = Limits {
        pictures: 10,
        ..off
    };
    let workers = desk::workers(2, &off);
    for planned in write("scans", folder.path()) {
        let file = fs::read(folder.path().join(&planned.file)).expect("a file");
        let raw = desk::message("See attached.", &[(planned.file.as_str(), file.as_slice())]);
        let unread = desk::by(&workers, &raw, &off);
        assert!(!unread.has(NUMBER), "{}", planned.place);
        assert!(unread.lacks("2", "image"), "{}: {unread:?}", planned.place);
        let read = desk::by(&workers, &raw, &on);
        if !planned.found {
            assert!(read.lacks("2", "image"), "{}: {read:?}", planned.place);
            continue;
        }
        assert!(read.has(NUMBER), "{}: {read:?}", planned.place);
        assert_eq!(
            read.places(NUMBER)[0].unit,
            planned.unit,
            "{}: {read:?}",
            planned.place
        );
        let gaps: Vec<&str> = planned.gap.as_deref().into_iter().collect();
        assert_eq!(read.gaps_of("2"), gaps, "{}: {read:?}", planned.place);
    }
}

#[test]
fn no_more_pictures_are_recognised_than_the_bound_and_the_rest_is_a_gap() {
    let folder = folder("many-scans");
    write("scans", folder.path());
    let scan = fs::read(folder.path().join("scan.png")).expect("a file");
    let limits = Limits {
        pictures: 1,
        ..desk::patient()
    };
    let workers = desk::workers(2, &limits);
    let files = [("a.png", scan.as_slice()), ("b.png", scan.as_slice())];
    let raw = desk::message("See attached.", &files);
    let read = desk::by(&workers, &raw, &limits);
    assert!(read.gaps_of("2").is_empty(), "{read:?}");
    assert!(read.lacks("3", "image"), "{read:?}");
}
