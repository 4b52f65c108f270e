//! The site's secret key on disk.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::keep::give_to_owner_of;

/// 32 random bytes.
pub(super) fn random() -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// The stored key; made with mode 0600 if there is none. It belongs to whom its
/// folder belongs to, the service, whoever ran the first command.
pub(super) fn read_or_create(file: &Path) -> io::Result<Vec<u8>> {
    match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    let folder = file.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    let bytes = random()?;
    // Written under another name first: a half-written key must never be read.
    let new = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut out = options.open(&new)?;
    io::Write::write_all(&mut out, &bytes)?;
    out.sync_all()?;
    give_to_owner_of(folder, &new)?;
    fs::rename(&new, file)?;
    Ok(bytes)
}
