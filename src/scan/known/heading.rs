//! The heading of a column: whether it names NHS, CHI or H&C numbers.
//!
//! The names are those that columns in mail are known by; a heading must be
//! one of them as a whole, so that `NHS Number Status` is none.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::scan::kinds::chi_number;

/// What such columns are called, letters and digits alone.
static NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lists = [
        include_str!("../../../rules/lists/nhs-number-headings.txt"),
        include_str!("../../../rules/lists/nhs-number-labels.txt"),
    ];
    let lines = lists.iter().flat_map(|list| list.lines());
    let names = lines.filter(|line| !line.starts_with('#')).map(plain);
    // A patient id is often a number of the hospital's own.
    let names = names.filter(|name| !name.is_empty() && !name.starts_with("patientid"));
    names
        .chain([String::from("hc"), String::from("hcno")])
        .collect()
});

/// Letters and digits of a heading, in lower case: `NHS No.` is `nhsno`.
pub fn plain(heading: &str) -> String {
    let letters = heading.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether a column of this heading holds NHS, CHI or H&C numbers.
pub fn names_numbers(heading: &str) -> bool {
    let name = plain(heading);
    ["", "patient", "pt", "client", "current"]
        .iter()
        .filter_map(|prefix| name.strip_prefix(prefix))
        .any(|name| NAMES.contains(name))
}

/// Whether a column of this heading holds CHI numbers, which lose their
/// leading zeros in spreadsheets.
pub fn names_chi(heading: &str) -> bool {
    let name = plain(heading);
    let name = name.strip_prefix("patient").unwrap_or(&name);
    chi_number::LABELS.iter().any(|label| plain(label) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        for heading in [
            "NHS Number",
            "nhs_no",
            "NHS No.",
            "NHSNumber",
            "\u{feff}NHS_NUMBER",
            "Patient NHS Number",
            "CHI",
            "Chi Number",
            "H&C",
            "H&C Number",
            "HCN",
        ] {
            assert!(names_numbers(heading), "{heading}");
        }
        for heading in [
            "",
            "NHS Number Status",
            "Patient ID",
            "NHS Trust",
            "child",
            "Name",
        ] {
            assert!(!names_numbers(heading), "{heading}");
        }
        assert!(names_chi("CHI No") && names_chi("Patient CHI number"));
        assert!(!names_chi("NHS number") && !names_chi("child"));
    }
}
