//! Programs that stand in for workers and mean harm.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Writes a program that passes the pool's trial of the sandbox, and does
/// `harm` when it is to read.
pub(crate) fn program(folder: &Path, harm: &str) -> PathBuf {
    let path = folder.join("program");
    let script = format!(
        "#!/bin/sh\n\
         # read-attachments --memory N [--attempt WHAT]\n\
         [ \"$4\" ] && exit 1\n\
         {harm}\n"
    );
    fs::write(&path, script).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its rights");
    path
}

/// The same, but only the first process does harm: the next ones are real.
pub(crate) fn program_that_mends(folder: &Path, harm: &str) -> PathBuf {
    let real = env!("CARGO_BIN_EXE_gatepost");
    let harmed = folder.join("harmed");
    let once = format!(
        "[ -e '{harmed}' ] && exec '{real}' \"$@\"\n: > '{harmed}'\n{harm}",
        harmed = harmed.display()
    );
    program(folder, &once)
}
