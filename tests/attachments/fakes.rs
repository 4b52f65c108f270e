//! Programs that stand in for nurseries, and whose workers mean harm.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::python;

/// Which workers of a fake nursery do harm: all others are real.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Harmed {
    All,
    None,
    First,
    Second,
    /// All but the first.
    Later,
}

/// Writes a program that passes the pool's trial of the sandbox. Its workers say
/// that they are ready, and do `harm` when they are to read.
pub(crate) fn program(folder: &Path, harm: &str) -> PathBuf {
    nursery(folder, Harmed::All, &format!("printf R\n{harm}"))
}

/// The same, but only the first worker does harm: the next ones are real.
pub(crate) fn program_that_mends(folder: &Path, harm: &str) -> PathBuf {
    nursery(folder, Harmed::First, &format!("printf R\n{harm}"))
}

/// Writes a program that passes the trial. Workers that do harm do it before
/// they say anything; all are counted (see [`started`]).
pub(crate) fn nursery(folder: &Path, harmed: Harmed, harm: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = python();
    fs::write(folder.join("harm"), harm).expect("what they do");
    let whom = match harmed {
        Harmed::All => "all",
        Harmed::None => "none",
        Harmed::First => "first",
        Harmed::Second => "second",
        Harmed::Later => "later",
    };
    let path = folder.join("program");
    let script = format!(
        "#!/bin/sh\n\
         # read-attachments --memory N --seconds N [--attempt WHAT]\n\
         [ \"$6\" ] && exec '{}' \"$@\"\n\
         exec '{}' -BIS '{}' '{}' {whom} '{}' \"$@\"\n",
        env!("CARGO_BIN_EXE_gatepost"),
        python.display(),
        root.join("tests/attachments/fake_nursery.py").display(),
        folder.display(),
        env!("CARGO_BIN_EXE_gatepost"),
    );
    fs::write(&path, script).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its rights");
    path
}

/// The file with a line for each worker that [`nursery`] was asked for.
pub(crate) fn started(folder: &Path) -> PathBuf {
    folder.join("started")
}
