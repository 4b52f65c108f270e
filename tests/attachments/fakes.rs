//! Programs that stand in for workers and mean harm.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Writes a program that passes the pool's trial of the sandbox, says that it is
/// ready, and does `harm` when it is to read.
pub(crate) fn program(folder: &Path, harm: &str) -> PathBuf {
    script(folder, &format!("printf R\n{harm}"))
}

/// The same, but only the first process does harm: the next ones are real.
pub(crate) fn program_that_mends(folder: &Path, harm: &str) -> PathBuf {
    let real = env!("CARGO_BIN_EXE_gatepost");
    let harmed = folder.join("harmed");
    let once = format!(
        "[ -e '{harmed}' ] && exec '{real}' \"$@\"\n: > '{harmed}'\nprintf R\n{harm}",
        harmed = harmed.display()
    );
    script(folder, &once)
}

/// Writes a program that is real and passes the trial, and counts itself in a
/// file when it is to read: `$count` is the number of the process, from 1.
/// `first` is done before it becomes real.
pub(crate) fn program_that_counts(folder: &Path, first: &str) -> PathBuf {
    let real = env!("CARGO_BIN_EXE_gatepost");
    let counted = started(folder);
    let counting = format!(
        "echo >> '{counted}'\ncount=$(wc -l < '{counted}')\n{first}\nexec '{real}' \"$@\"",
        counted = counted.display()
    );
    script(folder, &counting)
}

/// The file with a line for each process that [`program_that_counts`] became.
pub(crate) fn started(folder: &Path) -> PathBuf {
    folder.join("started")
}

fn script(folder: &Path, then: &str) -> PathBuf {
    let path = folder.join("program");
    let script = format!(
        "#!/bin/sh\n\
         # read-attachments --memory N [--attempt WHAT]\n\
         [ \"$4\" ] && exit 1\n\
         {then}\n"
    );
    fs::write(&path, script).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its rights");
    path
}
