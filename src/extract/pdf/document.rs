//! One state of a file: its objects by number, read when they are asked for,
//! each once.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::crypt::{self, Key};
use super::desk::Desk;
use super::filters::{self, Decoded, Parameters};
use super::lexer::{Lexer, Token};
use super::object::{Dict, NULL, Object, Stream};
use super::parse;
use super::scan::{self, Scan};
use super::table::{self, Place, Table};
use crate::mail::GapReason;

/// An object stream within an object stream's length within .. is no document.
const CHAIN: usize = 16;

/// The numbers of the objects in an object stream, and the streams' bytes.
#[derive(Debug)]
struct Container {
    bytes: Vec<u8>,
    /// Number and place of each object.
    index: BTreeMap<u32, usize>,
    /// Where the stream stands.
    at: usize,
}

#[derive(Debug)]
struct Entry {
    place: Place,
    object: OnceCell<Object>,
}

/// A state of a file.
#[derive(Debug)]
pub(super) struct Document<'d, 's, 'g> {
    /// Where findings go, and the bounds.
    pub(super) desk: &'d Desk<'s, 'g>,
    /// The newest trailer that leads to a catalogue.
    pub(super) trailer: Dict,
    bytes: &'d [u8],
    scan: &'d Scan,
    entries: BTreeMap<u32, Entry>,
    /// The last place in the bytes of objects whose table is wrong.
    found: BTreeMap<u32, usize>,
    key: Option<Key>,
    chain: Cell<usize>,
    containers: RefCell<BTreeMap<u32, Option<Rc<Container>>>>,
}

/// The file wants a password, or a way to get a key that we don't know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encrypted;

/// How a file was opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Soundness {
    /// By its own tables.
    AsWritten,
    /// Its objects were looked for.
    Rebuilt,
    /// There are objects, but no catalogue that leads to them.
    Headless,
}

impl<'d, 's, 'g> Document<'d, 's, 'g> {
    /// Opens a state of a file, which ends where `bytes` end.
    pub(super) fn open(
        desk: &'d Desk<'s, 'g>,
        bytes: &'d [u8],
        scan: &'d Scan,
    ) -> Result<(Self, Soundness), Encrypted> {
        let before = |at: usize| at < bytes.len();
        let objects = scan.objects.iter().copied();
        let found: BTreeMap<u32, usize> = objects.filter(|(_, at)| before(*at)).collect();
        let table = table::read(desk, bytes, scan);
        let mut document = Self {
            desk,
            trailer: Dict::default(),
            bytes,
            scan,
            entries: BTreeMap::new(),
            found,
            key: None,
            chain: Cell::new(0),
            containers: RefCell::default(),
        };
        document.take(table);
        if document.unlock()? && document.has_pages() {
            return Ok((document, Soundness::AsWritten));
        }
        let soundness = document.rebuild()?;
        Ok((document, soundness))
    }

    fn take(&mut self, table: Table) {
        let Table {
            mut places,
            trailers,
            ..
        } = table;
        for (number, at) in &self.found {
            places.entry(*number).or_insert(Place::At(*at));
        }
        let entry = |place| Entry {
            place,
            object: OnceCell::new(),
        };
        self.entries = places
            .into_iter()
            .map(|(number, place)| (number, entry(place)))
            .collect();
        self.containers.borrow_mut().clear();
        let mut trailers = trailers.into_iter();
        if let Some(trailer) = trailers.find(|trailer| trailer.has(b"Root")) {
            self.trailer = trailer;
        }
    }

    /// Whether the document can be read; an error if only with a password.
    fn unlock(&mut self) -> Result<bool, Encrypted> {
        let encrypt = self.trailer.get(b"Encrypt");
        if encrypt.is_null() {
            return Ok(self.trailer.has(b"Root"));
        }
        let encrypt = self.flat(encrypt, 4);
        if encrypt.dict().is_empty() {
            return Ok(false);
        }
        let ids = self.get(self.trailer.get(b"ID")).array();
        let id = ids.first().map_or(&NULL, |id| self.get(id)).text();
        let key = crypt::open(encrypt.dict(), id.unwrap_or_default());
        self.key = Some(key.ok_or(Encrypted)?);
        // What was read so far was read without the key.
        let exempt = self.trailer.get(b"Encrypt").id();
        for (number, entry) in &mut self.entries {
            if Some(*number) != exempt {
                entry.object = OnceCell::new();
            }
        }
        self.containers.borrow_mut().clear();
        Ok(true)
    }

    /// A copy with what is referred to in place of references.
    fn flat(&self, object: &Object, levels: usize) -> Object {
        let Some(levels) = levels.checked_sub(1) else {
            return Object::Null;
        };
        let object = self.get(object);
        if object.stream().is_some() || object.items().is_some() {
            return Object::Null;
        }
        let Object::Dict(dict) = object else {
            return object.clone();
        };
        let pairs = dict.iter();
        let pairs = pairs.map(|(key, value)| (key.into(), self.flat(value, levels)));
        Object::Dict(Dict::new(pairs.collect()))
    }

    fn has_pages(&self) -> bool {
        let pages = self.get(self.catalogue().get(b"Pages"));
        !self.get(pages.dict().get(b"Kids")).array().is_empty()
            || pages.dict().get(b"Count").count() == Some(0)
    }

    /// Takes the objects where they were found, and those in object streams.
    fn rebuild(&mut self) -> Result<Soundness, Encrypted> {
        let mut table = table::rebuild(self.desk, self.bytes, self.scan);
        table.places.retain(|_, place| match place {
            Place::At(at) => *at < self.bytes.len(),
            Place::In(_) => true,
        });
        self.key = None;
        self.take(table);
        let numbers: Vec<u32> = self.entries.keys().copied().collect();
        if !self.trailer.has(b"Root") {
            let streams = numbers.iter().map(|number| self.object(*number).dict());
            let trailer = streams
                .filter(|dict| dict.is(b"XRef") && dict.has(b"Root"))
                .last();
            self.trailer = trailer.cloned().unwrap_or_default();
        }
        self.unlock()?;
        let mut inside = Vec::new();
        for number in &numbers {
            if self.object(*number).dict().is(b"ObjStm")
                && let Some(container) = self.container(*number)
            {
                inside.extend(container.index.keys().map(|inner| (*inner, *number)));
            }
        }
        for (number, container) in inside {
            self.entries.entry(number).or_insert(Entry {
                place: Place::In(container),
                object: OnceCell::new(),
            });
        }
        if !self.catalogue().has(b"Pages") {
            let mut numbers = self.entries.keys().rev();
            let root = numbers.find(|number| self.object(**number).dict().is(b"Catalog"));
            let Some(root) = root.copied() else {
                return Ok(Soundness::Headless);
            };
            let mut pairs: Vec<(Box<[u8]>, Object)> = Vec::new();
            pairs.extend(
                self.trailer
                    .iter()
                    .map(|(key, value)| (key.into(), value.clone())),
            );
            pairs.push((b"Root".as_slice().into(), Object::Reference(root)));
            self.trailer = Dict::new(pairs);
        }
        Ok(Soundness::Rebuilt)
    }

    /// The catalogue: the root of everything.
    pub(super) fn catalogue(&self) -> &Dict {
        self.get(self.trailer.get(b"Root")).dict()
    }

    /// The object itself, or what it refers to.
    pub(super) fn get<'o>(&'o self, object: &'o Object) -> &'o Object {
        let mut object = object;
        for _ in 0..CHAIN {
            match object.id() {
                Some(number) => object = self.object(number),
                None => return object,
            }
        }
        &NULL
    }

    /// The numbers of all objects.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.entries.keys().copied()
    }

    /// Where an object stands: the same in all states of the file in which it
    /// is the same.
    pub(super) fn place(&self, number: u32) -> (usize, usize) {
        match self.entries.get(&number).map(|entry| entry.place) {
            Some(Place::At(at)) => (at, 0),
            Some(Place::In(container)) => match self.container(container) {
                Some(container) => {
                    let inside = container.index.get(&number).copied().unwrap_or(0);
                    (container.at, inside.saturating_add(1))
                }
                None => (usize::MAX, 0),
            },
            None => (usize::MAX, 0),
        }
    }

    /// The object of a number; null if there is none.
    pub(super) fn object(&self, number: u32) -> &Object {
        let Some(entry) = self.entries.get(&number) else {
            return &NULL;
        };
        if let Some(object) = entry.object.get() {
            return object;
        }
        // The chain is short: neither a loop nor a deep stack.
        let chain = self.chain.get();
        if chain >= CHAIN {
            return &NULL;
        }
        self.chain.set(chain.saturating_add(1));
        let object = self.load(number, entry.place);
        self.chain.set(chain);
        entry.object.get_or_init(|| object)
    }

    fn load(&self, number: u32, place: Place) -> Object {
        let inside = match place {
            Place::At(at) => return self.load_at(number, at),
            Place::In(container) => self.load_in(number, container),
        };
        match (inside, self.found.get(&number)) {
            (Some(object), _) => object,
            (None, Some(at)) => self.load_at(number, *at),
            (None, None) => Object::Null,
        }
    }

    fn load_at(&self, number: u32, at: usize) -> Object {
        let length = |number| self.object(number).count();
        let read = |at| scan::indirect(self.desk, (self.bytes, self.scan), at, length);
        let found = read(at).filter(|found| found.number == number);
        let other = self.found.get(&number).filter(|other| **other != at);
        let found = found.or_else(|| read(*other?));
        let Some(mut found) = found else {
            return Object::Null;
        };
        let exempt = self.trailer.get(b"Encrypt").id() == Some(number);
        if let (Some(key), false) = (&self.key, exempt || found.object.dict().is(b"XRef")) {
            key.strings(&mut found.object, number, found.generation);
        }
        found.object
    }

    fn load_in(&self, number: u32, container: u32) -> Option<Object> {
        let container = self.container(container)?;
        let at = *container.index.get(&number)?;
        let mut lexer = Lexer::at(&container.bytes, at);
        let parsed = parse::object(&mut lexer, self.desk.nodes());
        self.desk.keep(parsed.nodes);
        self.desk
            .spend(lexer.position().saturating_sub(at))
            .then_some(())?;
        if parsed.beyond {
            self.desk
                .gap(crate::extract::sink::Spot::default(), GapReason::Broken);
        }
        Some(parsed.object)
    }

    fn container(&self, number: u32) -> Option<Rc<Container>> {
        if let Some(known) = self.containers.borrow().get(&number) {
            return known.clone();
        }
        let container = self.unpacked(number).map(Rc::new);
        self.containers
            .borrow_mut()
            .insert(number, container.clone());
        container
    }

    fn unpacked(&self, number: u32) -> Option<Container> {
        let stream = self.object(number).stream()?;
        let decoded = self.decode(stream);
        if let Some(why) = decoded.why {
            self.desk.gap(crate::extract::sink::Spot::default(), why);
        }
        let first = self.get(stream.dict.get(b"First")).count()?;
        let mut lexer = Lexer::at(decoded.bytes.get(..first).unwrap_or(&decoded.bytes), 0);
        let mut index = BTreeMap::new();
        while let (Some(Token::Integer(number)), Some(Token::Integer(at))) =
            (lexer.token(), lexer.token())
        {
            if let (Ok(number), Ok(at)) = (u32::try_from(number), usize::try_from(at)) {
                index.insert(number, first.saturating_add(at));
            }
        }
        self.desk.spend(first).then_some(())?;
        self.desk.keep(index.len());
        Some(Container {
            bytes: decoded.bytes,
            index,
            at: stream.start,
        })
    }

    /// What the last packing of a stream says of itself: that of a picture.
    pub(super) fn last_parameters<'o>(&'o self, stream: &'o Stream) -> &'o Dict {
        let get = |key: &[u8]| self.get(stream.dict.get(key));
        let parameters = get(b"DecodeParms").or(get(b"DP"));
        let last = parameters.items().and_then(<[Object]>::last);
        last.map_or(parameters, |last| self.get(last)).dict()
    }

    /// The bytes of a stream, decrypted and unpacked.
    pub(super) fn decode(&self, stream: &Stream) -> Decoded {
        let raw = self.bytes.get(stream.start..stream.end).unwrap_or_default();
        if !self.desk.spend(raw.len() / 4) {
            return Decoded::default();
        }
        let decrypted = match &self.key {
            Some(key) => key.stream(stream, raw),
            None => Some(raw.to_vec()),
        };
        let Some(raw) = decrypted else {
            return Decoded {
                why: Some(GapReason::Broken),
                ..Decoded::default()
            };
        };
        let dict = &stream.dict;
        let get = |key: &[u8]| self.get(dict.get(key));
        let either = |long: &[u8], short: &[u8]| get(long).or(get(short));
        let names = either(b"Filter", b"F");
        let parameters = either(b"DecodeParms", b"DP");
        let parameters_of = |place: usize| {
            let own = match parameters.items() {
                Some(items) => items.get(place).map_or(&NULL, |item| self.get(item)),
                None => parameters,
            };
            Parameters::new(|key| self.get(own.dict().get(key)))
        };
        let names = names.items().unwrap_or(std::slice::from_ref(names)).iter();
        let names = names.map(|name| self.get(name).name()).enumerate();
        let filters: Vec<(&[u8], Parameters)> = names
            .filter(|(_, name)| !name.is_empty())
            .map(|(place, name)| (name, parameters_of(place)))
            .collect();
        let mut decoded = filters::decode(self.desk, raw, &filters);
        if stream.cut_off {
            decoded.why = decoded.why.or(Some(GapReason::Truncated));
        }
        decoded
    }
}
