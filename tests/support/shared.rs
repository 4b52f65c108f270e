//! The shared data, which is never part of the project.
//!
//! On the project's own machines it must be there; elsewhere each test explains
//! what it would have read and stands aside.

use std::path::{Path, PathBuf};

/// A folder of the shared data; `None`, with an explanation, where there is
/// none outside continuous integration.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    let what = format!(
        "{} is missing: it holds test data that is not ours to publish; put a copy beside the checkout",
        path.display()
    );
    assert!(std::env::var_os("CI").is_none(), "{what}");
    say(&format!("NOT RUN: {what}"));
    None
}

/// Says it at once, also where the output of tests is held back.
pub(crate) fn say(what: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{what}");
}
