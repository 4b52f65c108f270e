//! What the styles of a document hide: sheets, slides, text and sections.
//!
//! In the file a style stands before its use, but in flat documents and in
//! `styles.xml` not always in the part that uses it, so styles are gathered
//! before texts are read (ODF 1.3 part 3 sections 16 and 20).

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::attributes::value;
use crate::location::Hidden;

/// The names of styles that hide something, and as what.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    hiding: BTreeMap<String, Hidden>,
}

impl Styles {
    /// Adds the styles of one part.
    pub(super) fn gather(&mut self, source: &str) {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let mut style = String::new();
        loop {
            let tag = match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => tag,
                Ok(Event::Eof) | Err(_) => return,
                Ok(_) => continue,
            };
            match tag.local_name().as_ref() {
                "default-style" => style.clear(),
                "style" => style = value(&tag, "name").unwrap_or_default(),
                "table-properties"
                | "text-properties"
                | "section-properties"
                | "drawing-page-properties"
                | "properties" => {
                    if let Some(hidden) = hides(&tag) {
                        self.hiding.insert(style.clone(), hidden);
                    }
                }
                _ => {}
            }
        }
    }

    /// As what a style hides that which has it.
    pub(super) fn hidden(&self, style: &str) -> Option<Hidden> {
        self.hiding.get(style).copied()
    }
}

fn hides(tag: &BytesStart<'_>) -> Option<Hidden> {
    let local = tag.local_name();
    let is = |name: &str, wanted: &str| value(tag, name).as_deref() == Some(wanted);
    let local = local.as_ref();
    // One element for all in OpenOffice.org 1.
    let all = local == "properties";
    if (all || local == "table-properties") && is("display", "false") {
        Some(Hidden::Sheet)
    } else if (all || local == "drawing-page-properties") && is("visibility", "hidden") {
        Some(Hidden::Slide)
    } else if is("display", "none") {
        Some(Hidden::Text)
    } else {
        None
    }
}
