//! OLE containers: opening one, finding a stream, reading it, and writing a
//! storage out as a file of its own.
//!
//! Source: MS-CFB. Traps: names are compared without case, and writers differ
//! in theirs; entries of a hostile container may share their sectors, so that
//! its streams are longer than itself (reading is bounded by its size);
//! containers that are cut off don't open as they are, and are mended with
//! zeros behind.

use std::borrow::Cow;
use std::collections::{BTreeMap, btree_map};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;

use crate::mail::GapReason;

/// How many entries of a container are read; the largest of real ones have
/// some thousands.
const MOST_ENTRIES: usize = 100_000;

/// How many storages may stand in one another. A chain of thousands would have
/// paths that fill the memory.
const DEEPEST: usize = 64;

/// An open container.
#[derive(Debug)]
pub(in crate::extract) struct Ole<'b> {
    file: CompoundFile<Cursor<Cow<'b, [u8]>>>,
    entries: Vec<Entry>,
    /// The entries of each storage, by their numbers.
    children: BTreeMap<PathBuf, Vec<usize>>,
    /// The number of each entry by its path in lower case.
    numbers: BTreeMap<PathBuf, usize>,
    /// How many bytes may still be read from its streams.
    left: usize,
    /// What is wrong with it as a whole.
    damage: Option<GapReason>,
}

/// A stream or a storage.
#[derive(Debug)]
struct Entry {
    name: String,
    path: PathBuf,
    is_stream: bool,
    len: u64,
}

/// A storage of an open container.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::extract) struct Storage(PathBuf);

impl Storage {
    /// The container itself.
    pub(in crate::extract) fn root() -> Self {
        Self(PathBuf::from("/"))
    }
}

/// The signature of a container (MS-CFB 2.2).
pub(in crate::extract) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

impl<'b> Ole<'b> {
    /// Opens a container, a damaged one as far as can be; `None` if it is none.
    pub(in crate::extract) fn open(bytes: &'b [u8]) -> Option<Self> {
        if !bytes.starts_with(&SIGNATURE) {
            return None;
        }
        let (file, damage) = match CompoundFile::open(Cursor::new(Cow::Borrowed(bytes))) {
            Ok(file) => (file, None),
            Err(_) => (
                CompoundFile::open(Cursor::new(Cow::Owned(mended(bytes)))).ok()?,
                Some(GapReason::Truncated),
            ),
        };
        let mut ole = Self {
            file,
            entries: Vec::new(),
            children: BTreeMap::new(),
            numbers: BTreeMap::new(),
            left: bytes.len().saturating_mul(3),
            damage,
        };
        ole.list();
        Some(ole)
    }

    fn list(&mut self) {
        for entry in self.file.walk() {
            let path = entry.path();
            let too_deep = path.components().count() > DEEPEST;
            if too_deep || self.entries.len() >= MOST_ENTRIES {
                self.damage = Some(GapReason::TooManyParts);
                break;
            }
            // Such a name would be taken for a way through the storages.
            if !entry.is_root()
                && Path::new(entry.name()).file_name() != Some(entry.name().as_ref())
            {
                self.damage = Some(GapReason::Broken);
            }
            if let Some(parent) = path.parent() {
                let children = self.children.entry(parent.to_owned()).or_default();
                children.push(self.entries.len());
            }
            let known = self.numbers.entry(lower(path));
            if let btree_map::Entry::Occupied(_) = known {
                // The second of two names that are the same can't be opened.
                self.damage = Some(GapReason::Broken);
            }
            known.or_insert(self.entries.len());
            self.entries.push(Entry {
                name: entry.name().to_owned(),
                path: path.to_owned(),
                is_stream: entry.is_stream(),
                len: entry.len(),
            });
        }
    }

    /// What keeps the container from being read whole.
    pub(in crate::extract) fn damage(&self) -> Option<GapReason> {
        self.damage
    }

    /// The names of the streams that stand directly in a storage.
    pub(in crate::extract) fn streams(&self, storage: &Storage) -> Vec<String> {
        self.inside(storage)
            .filter(|entry| entry.is_stream)
            .map(|entry| entry.name.clone())
            .collect()
    }

    /// The storages directly in a storage, with their names.
    pub(in crate::extract) fn storages(&self, storage: &Storage) -> Vec<(String, Storage)> {
        self.inside(storage)
            .filter(|entry| !entry.is_stream)
            .map(|entry| (entry.name.clone(), Storage(entry.path.clone())))
            .collect()
    }

    /// Whether a storage has a stream of this name, whatever its case.
    pub(in crate::extract) fn has(&self, storage: &Storage, name: &str) -> bool {
        self.find(storage, name).is_some()
    }

    /// A stream by its name, whatever its case, and what cut it short. `None`
    /// if there is none of this name.
    pub(in crate::extract) fn stream(
        &mut self,
        storage: &Storage,
        name: &str,
    ) -> Option<(Vec<u8>, Option<GapReason>)> {
        let (path, len) = self.find(storage, name)?;
        let mut bytes = Vec::new();
        let Ok(stream) = self.file.open_stream(&path) else {
            return Some((bytes, Some(GapReason::Broken)));
        };
        let most = u64::try_from(self.left).unwrap_or(u64::MAX);
        let result = stream.take(most).read_to_end(&mut bytes);
        self.left = self.left.saturating_sub(bytes.len());
        let missing = u64::try_from(bytes.len()).is_ok_and(|read| read < len);
        let why = match result {
            Err(_) => Some(GapReason::Broken),
            Ok(_) if missing && self.left == 0 => Some(GapReason::TooLarge),
            Ok(_) if missing => Some(GapReason::Truncated),
            Ok(_) => None,
        };
        Some((bytes, why))
    }

    /// A storage with all that is in it, as a container of its own.
    pub(in crate::extract) fn repack(&mut self, storage: &Storage) -> Option<Vec<u8>> {
        let mut new = CompoundFile::create(Cursor::new(Vec::new())).ok()?;
        // The entries of a storage follow it.
        let first = self.numbers.get(&lower(&storage.0)).copied()?;
        let inner: Vec<(PathBuf, PathBuf, bool)> = self
            .entries
            .iter()
            .skip(first)
            .map_while(|entry| {
                let below = entry.path.strip_prefix(&storage.0).ok()?;
                let path = PathBuf::from("/").join(below);
                Some((entry.path.clone(), path, entry.is_stream))
            })
            .collect();
        for (path, new_path, is_stream) in inner {
            if !is_stream {
                // The root is there already.
                let _ = new.create_storage_all(&new_path);
                continue;
            }
            let Ok(stream) = self.file.open_stream(&path) else {
                self.damage = Some(GapReason::Broken);
                continue;
            };
            let mut bytes = Vec::new();
            let most = u64::try_from(self.left).unwrap_or(u64::MAX);
            if stream.take(most).read_to_end(&mut bytes).is_err() {
                self.damage = Some(GapReason::Broken);
            }
            self.left = self.left.saturating_sub(bytes.len());
            if self.left == 0 {
                self.damage = Some(GapReason::TooLarge);
            }
            new.create_stream(&new_path).ok()?.write_all(&bytes).ok()?;
        }
        new.flush().ok()?;
        Some(new.into_inner().into_inner())
    }

    fn inside<'a>(&'a self, storage: &Storage) -> impl Iterator<Item = &'a Entry> {
        let children = self.children.get(&storage.0);
        let numbers = children.into_iter().flatten();
        numbers.filter_map(|number| self.entries.get(*number))
    }

    fn find(&self, storage: &Storage, name: &str) -> Option<(PathBuf, u64)> {
        let number = self.numbers.get(&lower(&storage.0.join(name)))?;
        let entry = self.entries.get(*number)?;
        entry.is_stream.then(|| (entry.path.clone(), entry.len))
    }
}

/// Case does not count in paths.
fn lower(path: &Path) -> PathBuf {
    PathBuf::from(path.to_string_lossy().to_lowercase())
}

/// A container that was cut off, with zeros in place of its end, up to twice
/// its length: its table of sectors points beyond what is there.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut whole = bytes.to_vec();
    let len = bytes.len().saturating_mul(2).next_multiple_of(4096);
    whole.resize(len.min(bytes.len().saturating_add(16 << 20)), 0);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container() -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage("/Pool").unwrap();
        file.create_storage("/Pool/_1").unwrap();
        let mut stream = file.create_stream("/Pool/_1/WORDDOCUMENT").unwrap();
        stream.write_all(b"943 476 5919").unwrap();
        drop(stream);
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn a_storage_becomes_a_container_of_its_own() {
        let bytes = container();
        let mut ole = Ole::open(&bytes).unwrap();
        let (_, pool) = ole.storages(&Storage::root()).pop().unwrap();
        let (_, inner) = ole.storages(&pool).pop().unwrap();
        let packed = ole.repack(&inner).unwrap();
        let mut packed = Ole::open(&packed).unwrap();
        let (bytes, why) = packed.stream(&Storage::root(), "WordDocument").unwrap();
        assert_eq!((bytes.as_slice(), why), (b"943 476 5919".as_slice(), None));
    }

    #[test]
    fn what_is_no_container_is_none() {
        assert!(Ole::open(b"").is_none());
        assert!(Ole::open(&SIGNATURE).is_none());
    }
}
