//! Files that we write so that nobody reads half of one: ours in the state
//! folder, and those that an administrator asks for.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown};
use std::path::Path;

/// Writes a file under another name first, with mode 0600: nobody ever reads
/// half of it, and after a failure the old one is as it was. It and a folder
/// that is made for it belong to whom the state folder belongs to, the service.
///
/// # Errors
/// When the system refuses; then the old file is as it was.
pub fn write_whole(state: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(state);
    make_folder(state, folder)?;
    let new = file.with_extension("new");
    // What an earlier attempt left may have other rights.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write_new(&new, bytes, 0o600)
        .and_then(|()| give_to_owner_of(state, &new))
        .and_then(|()| fs::rename(&new, file));
    if let Err(error) = written {
        // Half of it may still be patient data.
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    fs::File::open(folder)?.sync_all()
}

/// Writes a file for other programs under another name beside it first: nobody
/// ever reads half of it, and after a failure the old one is as it was. It keeps
/// the rights and the owner of the one that it replaces; a new one may be read by
/// all, as far as the umask lets them.
///
/// # Errors
/// When the system refuses, or what is there is no plain file; then it is as it
/// was.
pub fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let file = &fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let old = match fs::metadata(file) {
        Ok(old) if old.is_file() => Some(old),
        Ok(_) => return Err(io::Error::other("it is no plain file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(name) = file.file_name() else {
        return Err(io::Error::other("it is no plain file"));
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    let new = file.with_file_name(hidden);
    let take_over = |old: fs::Metadata| {
        let made = fs::metadata(&new)?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            chown(&new, Some(old.uid()), Some(old.gid()))?;
        }
        fs::set_permissions(&new, old.permissions())
    };
    let written = write_new(&new, bytes, 0o644)
        .and_then(|()| old.map_or(Ok(()), take_over))
        .and_then(|()| fs::rename(&new, file));
    if let Err(error) = written {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Makes a folder below the state folder, if it is not there.
pub(super) fn make_folder(state: &Path, folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        let mut builder = fs::DirBuilder::new();
        builder
            .recursive(!state.is_dir())
            .mode(0o700)
            .create(folder)?;
        give_to_owner_of(state, folder)?;
    }
    Ok(())
}

/// Gives a file or folder to whom the state folder belongs to.
pub(super) fn give_to_owner_of(state: &Path, path: &Path) -> io::Result<()> {
    let (owner, now) = (fs::metadata(state)?, fs::metadata(path)?);
    if (now.uid(), now.gid()) == (owner.uid(), owner.gid()) {
        return Ok(());
    }
    chown(path, Some(owner.uid()), Some(owner.gid()))
}

fn write_new(file: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    let mut out = options.open(file)?;
    out.write_all(bytes)?;
    out.sync_all()
}
