//! RTF: any bytes behind its first word.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| support::check(&[b"{\\rtf1", bytes].concat(), ""));
