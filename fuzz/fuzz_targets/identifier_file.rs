//! Any text is an identifier or a list of complaints, each with a place in the
//! text; what it then finds stays in bounds.
#![no_main]

use gatepost::diagnostic::{Severity, Source};
use gatepost::scan::Scanner;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.toml", text);
    let (scanner, diagnostics) = Scanner::compile(&[source]);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
    assert_eq!(scanner.is_none(), errors.count() > 0);
    for diagnostic in diagnostics {
        assert!(!diagnostic.report().is_empty());
    }
});
