//! Any text is a rule or a list of complaints, each with a place in the text.
#![no_main]

use gatepost::diagnostic::{Severity, Source};
use gatepost::policy::read_rule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.toml", text);
    let words = [String::from("nhs-number"), String::from("hospital-number")];
    let (rule, diagnostics) = read_rule(&source, &words);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
    assert_eq!(rule.is_none(), errors.count() > 0);
    for diagnostic in diagnostics {
        let (line, column) = diagnostic.line_and_column();
        assert!(line >= 1 && column >= 1 && line <= text.matches('\n').count() + 1);
        assert!(!diagnostic.report().is_empty());
    }
});
