//! Tracked changes of a text.
//!
//! Source: ODF 1.3 part 3, 5.5. What was deleted stands in the list of changes,
//! and in the text is only its place. Trap: flat documents of `LibreOffice`, and
//! others that it saves while changes are shown, have the deleted text where it
//! was, between the marks of a beginning and an end; the list says which of these
//! are deletions, not insertions.

use std::collections::BTreeSet;

use quick_xml::events::BytesStart;

use super::attributes::value;
use super::target::Mark;
use crate::location::Hidden;

/// The changes of a document, by their names.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The one that is being described.
    region: String,
    deletions: BTreeSet<String>,
    /// Those whose text has begun.
    open: BTreeSet<String>,
    /// How many of these are deletions.
    deleting: usize,
}

impl Changes {
    /// Takes an element that describes a change or marks its text.
    pub(super) fn take(&mut self, local: &str, tag: &BytesStart<'_>) {
        let given = |name: &str| value(tag, name).unwrap_or_default();
        match local {
            "changed-region" => self.region = given("id"),
            "deletion" if !self.region.is_empty() => {
                self.deletions.insert(self.region.clone());
            }
            "change-start" => self.start(given("change-id")),
            "change-end" => self.end(&given("change-id")),
            _ => {}
        }
    }

    fn start(&mut self, name: String) {
        let deletes = self.deletions.contains(&name);
        if self.open.insert(name) && deletes {
            self.deleting = self.deleting.saturating_add(1);
        }
    }

    fn end(&mut self, name: &str) {
        if self.open.remove(name) && self.deletions.contains(name) {
            self.deleting = self.deleting.saturating_sub(1);
        }
    }

    /// How people see what stands here, in a piece that is hidden or not.
    pub(super) fn mark(&self, hidden: bool) -> Mark {
        if self.deleting > 0 {
            Mark::Hidden(Hidden::Deletion)
        } else if hidden {
            Mark::Hidden(Hidden::Text)
        } else if self.open.is_empty() {
            Mark::Seen
        } else {
            Mark::Inserted
        }
    }
}
