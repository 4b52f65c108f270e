//! What all revisions of one file share: where findings go, the bounds, and
//! what was said before.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// Bytes of syntax and strokes of work for one file, of some nanoseconds each:
/// about five thousand full pages. Tests are built without optimisation.
const STEPS: usize = if cfg!(test) { 60_000_000 } else { 600_000_000 };

/// Objects that are kept in memory, at about 50 bytes each.
const NODES: usize = 6_000_000;

/// The sink of a file with its bounds. The cells are each borrowed for one
/// call only.
#[derive(Debug)]
pub(super) struct Desk<'s, 'g> {
    sink: RefCell<&'s mut Sink<'g>>,
    steps: Cell<usize>,
    nodes: Cell<usize>,
    /// Hashes of the texts that were said.
    said: RefCell<BTreeSet<u64>>,
    /// What was read: the place of an object, and its number in a stream.
    seen: RefCell<BTreeSet<(usize, usize)>>,
    /// Whether an older state of the file is being read.
    superseded: Cell<bool>,
}

impl<'s, 'g> Desk<'s, 'g> {
    /// For one file.
    pub(super) fn new(sink: &'s mut Sink<'g>) -> Self {
        Self {
            sink: RefCell::new(sink),
            steps: Cell::new(STEPS),
            nodes: Cell::new(NODES),
            said: RefCell::default(),
            seen: RefCell::default(),
            superseded: Cell::new(false),
        }
    }

    /// From now on everything is of an older state of the file.
    pub(super) fn go_back(&self) {
        self.superseded.set(true);
    }

    /// Whether so much more may be done; if not, that was said.
    pub(super) fn spend(&self, steps: usize) -> bool {
        match self.steps.get().checked_sub(steps) {
            Some(left) => {
                self.steps.set(left);
                true
            }
            None => {
                self.steps.set(0);
                self.gap(Spot::default(), GapReason::TooSlow);
                false
            }
        }
    }

    /// How many objects may still be kept.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.get()
    }

    /// So many objects are kept.
    pub(super) fn keep(&self, nodes: usize) {
        self.nodes.set(self.nodes.get().saturating_sub(nodes));
    }

    /// What was kept is gone: so many may be kept again.
    pub(super) fn give_back(&self, nodes: usize) {
        self.nodes.set(nodes);
    }

    /// Whether an older state of the file is being read.
    pub(super) fn is_superseded(&self) -> bool {
        self.superseded.get()
    }

    /// Unpacks within the bounds of the file.
    pub(super) fn expand(&self, from: impl Read) -> (Vec<u8>, Option<GapReason>) {
        self.sink.borrow_mut().expand(from)
    }

    /// How much may still be unpacked.
    pub(super) fn expandable(&self) -> usize {
        self.sink.borrow().left().expanded_bytes
    }

    /// Of how many pictures writing may still be recognised.
    pub(super) fn recognisable(&self) -> usize {
        self.sink.borrow().left().pictures
    }

    fn spot(&self, spot: Spot) -> Spot {
        if self.superseded.get() {
            return spot.hidden(Hidden::Deletion);
        }
        spot
    }

    /// Whether this was not read before; it counts as read from now on.
    pub(super) fn first_time(&self, place: (usize, usize)) -> bool {
        self.seen.borrow_mut().insert(place)
    }

    /// Notes a text as said: it will not be said again.
    pub(super) fn note(&self, text: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        for word in text.split_whitespace() {
            word.hash(&mut hasher);
        }
        self.said.borrow_mut().insert(hasher.finish())
    }

    /// A text that was not said before.
    pub(super) fn text_once(&self, spot: Spot, text: &str) {
        if self.note(text) {
            self.sink.borrow_mut().text(self.spot(spot), text);
        }
    }

    /// A text about the file, which was not said before. Whoever saves a file
    /// again changes dates in it: an older one is no deletion.
    pub(super) fn about(&self, text: &str) {
        if self.note(text) {
            self.sink.borrow_mut().text(Spot::default(), text);
        }
    }

    /// A text; in older states only what newer ones don't say.
    pub(super) fn text(&self, spot: Spot, text: &str) {
        let new = self.note(text);
        if new || !self.superseded.get() {
            self.sink.borrow_mut().text(self.spot(spot), text);
        }
    }

    /// Something was not read.
    pub(super) fn gap(&self, spot: Spot, why: GapReason) {
        self.sink.borrow_mut().gap(self.spot(spot), why);
    }

    /// A file inside.
    pub(super) fn file(&self, spot: Spot, name: &str, media_type: &str, bytes: Vec<u8>) {
        let spot = self.spot(spot);
        self.sink.borrow_mut().file(spot, name, media_type, bytes);
    }

    /// A file inside that can't be read.
    pub(super) fn unread_file(&self, spot: Spot, name: &str, why: GapReason) {
        let spot = self.spot(spot);
        self.sink.borrow_mut().unread_file(spot, name, why);
    }
}
