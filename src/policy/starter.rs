//! The rules that come with gatepost, in effect where a site has none.

use crate::diagnostic::Source;

/// The starter library: file name and text of each rule.
pub fn sources() -> Vec<Source> {
    [
        ("R01.toml", include_str!("../../rules/policy/R01.toml")),
        ("R02.toml", include_str!("../../rules/policy/R02.toml")),
        (
            "R02-consent.toml",
            include_str!("../../rules/policy/R02-consent.toml"),
        ),
        (
            "R02-consent-others.toml",
            include_str!("../../rules/policy/R02-consent-others.toml"),
        ),
        (
            "R02-consent-possible.toml",
            include_str!("../../rules/policy/R02-consent-possible.toml"),
        ),
        (
            "R02-possible.toml",
            include_str!("../../rules/policy/R02-possible.toml"),
        ),
        ("R10.toml", include_str!("../../rules/policy/R10.toml")),
        ("R11.toml", include_str!("../../rules/policy/R11.toml")),
        ("R12.toml", include_str!("../../rules/policy/R12.toml")),
        ("R13.toml", include_str!("../../rules/policy/R13.toml")),
        ("R14.toml", include_str!("../../rules/policy/R14.toml")),
        ("R19.toml", include_str!("../../rules/policy/R19.toml")),
        (
            "R19-secure.toml",
            include_str!("../../rules/policy/R19-secure.toml"),
        ),
    ]
    .iter()
    .map(|(name, text)| Source::new(&format!("built-in:{name}"), text))
    .collect()
}
