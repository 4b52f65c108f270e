//! Real mail of others, in which nothing is a patient's: every hit is a false
//! alarm, and none may make the reader fall.

use std::fs;

use crate::support::reading::read;
use crate::support::shared::{say, shared};

#[test]
fn over_the_ham_no_mail_is_likely_and_next_to_none_possible() {
    let Some(folder) = shared("ham") else { return };
    let (mut mails, mut possible, mut likely) = (0, 0, 0);
    for set in ["easy-ham-1", "easy-ham-2", "hard-ham-1"] {
        for entry in fs::read_dir(folder.join(set)).expect("a folder").flatten() {
            let read = read(&fs::read(entry.path()).expect("a mail"));
            mails += 1;
            // Numbers of ranges that are never issued pass by default.
            let levels: Vec<&str> = read
                .found
                .iter()
                .filter(|(value, _, _)| !value.starts_with(['5', '9']))
                .map(|(_, _, level)| level.as_str())
                .collect();
            likely += usize::from(levels.iter().any(|level| *level != "possible"));
            possible += usize::from(!levels.is_empty());
        }
    }
    say(&format!(
        "ham: {mails} mails, {possible} possible, {likely} likely"
    ));
    assert_eq!(mails, 1500);
    assert_eq!(likely, 0, "mails with a likely number");
    assert!(possible <= 1, "{possible} mails with a possible number");
}

#[test]
fn fixture_mails_of_other_projects_are_read_without_a_panic() {
    let mut files = 0;
    for name in ["mail", "tika"] {
        let Some(folder) = shared(name) else { return };
        let mut open = vec![folder];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let _ = read(&fs::read(path).expect("a file"));
                    files += 1;
                }
            }
        }
    }
    assert!(files > 150, "{files}");
}
