//! A file that is to be read, what reading it gives, and who reads it.

use crate::limits::Limits;
use crate::location::{Hidden, Location, PartPath, Place, Unit};
use crate::mail::Gap;
use crate::sensitive::Sensitive;

/// A file: an attachment, or one that was found inside another.
#[derive(Clone, Debug)]
pub struct File {
    /// Its number in the message; see [`Location`].
    pub path: PartPath,
    /// What it counts as: attached, the body, or nested.
    pub place: Place,
    /// In how many other files and messages it stands.
    pub depth: usize,
    /// What its sender says that it is, in lower case; may be empty, and
    /// decides only where the content does not.
    pub media_type: String,
    /// Its name; may be empty, and decides as little.
    pub name: Sensitive<String>,
    /// The page, sheet or slide that it stands on.
    pub unit: Option<Unit>,
    /// Why people don't see it, if they don't.
    pub hidden: Option<Hidden>,
    /// Its content.
    pub bytes: Sensitive<Vec<u8>>,
}

/// What reading gives.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Each readable text and where it begins.
    pub texts: Vec<(Location, Sensitive<String>)>,
    /// What was not read, in order.
    pub gaps: Vec<Gap>,
    /// Where something is that people don't see; each has
    /// [`Location::hidden`], and no offset.
    pub hidden: Vec<Location>,
    /// Pictures whose writing could be recognised, as many as
    /// [`Limits::pictures`]; each has its gap too.
    pub pictures: Vec<(Location, Sensitive<Vec<u8>>)>,
}

impl Reading {
    /// How many bytes its texts and pictures have.
    pub fn bytes(&self) -> usize {
        let texts = self.texts.iter().map(|(_, text)| text.reveal().len());
        let pictures = self.pictures.iter();
        let pictures = pictures.map(|(_, picture)| picture.reveal().len());
        texts.chain(pictures).sum()
    }

    /// Takes over what was read next.
    pub fn append(&mut self, mut next: Self) {
        self.texts.append(&mut next.texts);
        self.gaps.append(&mut next.gaps);
        self.hidden.append(&mut next.hidden);
        self.pictures.append(&mut next.pictures);
    }
}

/// Who reads files: this process, or a worker that can do no harm.
pub trait Reader {
    /// Reads a file and all that is inside it. Never fails: what was not read
    /// is a gap. `limits` are what is left of them for this message.
    fn read(&self, file: File, limits: &Limits) -> Reading;
}
