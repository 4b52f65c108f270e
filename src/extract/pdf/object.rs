//! The objects of PDF (ISO 32000-1 section 7.3), as they stand in the file.
//!
//! A reference is a number only: no viewer minds the generation. A stream
//! keeps where its bytes stand, so that nothing is unpacked before it is asked
//! for.

/// An object; what it refers to is not part of it.
#[derive(Clone, Debug, Default)]
pub(super) enum Object {
    /// Nothing, or something that could not be read.
    #[default]
    Null,
    /// True or false.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// A name, without its slash and escapes.
    Name(Box<[u8]>),
    /// A string, in whatever encoding its key asks for.
    Text(Box<[u8]>),
    /// Several objects.
    Array(Vec<Object>),
    /// Objects by name.
    Dict(Dict),
    /// The object of this number.
    Reference(u32),
    /// A dictionary and bytes.
    Stream(Box<Stream>),
}

/// A stream: its dictionary, and where its bytes stand in the file.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    /// Its dictionary.
    pub(super) dict: Dict,
    /// The first byte.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
    /// Its object number, from which the key of its cipher is made.
    pub(super) number: u32,
    /// Its generation, for the same.
    pub(super) generation: u16,
    /// Whether its end was missing.
    pub(super) cut_off: bool,
}

/// Objects by name; of two with the same name the later counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Dict(Vec<(Box<[u8]>, Object)>);

/// What is returned where there is nothing.
pub(super) static NULL: Object = Object::Null;

/// The dictionary that is returned where there is none.
pub(super) static EMPTY: Dict = Dict(Vec::new());

impl Object {
    /// Whether it is nothing.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is true, if it is true or false.
    pub(super) fn flag(&self) -> Option<bool> {
        let Self::Flag(flag) = self else {
            return None;
        };
        Some(*flag)
    }

    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Integer(number) = self {
            return i32::try_from(*number).ok().map(f64::from);
        }
        let Self::Real(number) = self else {
            return None;
        };
        number.is_finite().then_some(*number)
    }

    /// The number, if it is a whole one.
    pub(super) fn integer(&self) -> Option<i64> {
        let Self::Integer(number) = self else {
            return None;
        };
        Some(*number)
    }

    /// The number, if it is a whole one that can be one of bytes or objects.
    pub(super) fn count(&self) -> Option<usize> {
        self.integer()
            .and_then(|number| usize::try_from(number).ok())
    }

    /// The number of an object, if it is one.
    pub(super) fn id(&self) -> Option<u32> {
        let Self::Reference(number) = self else {
            return None;
        };
        Some(*number)
    }

    /// The name; empty if it is none.
    pub(super) fn name(&self) -> &[u8] {
        let Self::Name(name) = self else {
            return b"";
        };
        name
    }

    /// The bytes of the string.
    pub(super) fn text(&self) -> Option<&[u8]> {
        let Self::Text(bytes) = self else {
            return None;
        };
        Some(bytes)
    }

    /// The objects of an array; none if it is none.
    pub(super) fn array(&self) -> &[Object] {
        self.items().unwrap_or_default()
    }

    /// The objects of an array, if it is one.
    pub(super) fn items(&self) -> Option<&[Object]> {
        let Self::Array(items) = self else {
            return None;
        };
        Some(items)
    }

    /// The dictionary, that of a stream too; an empty one if it is none.
    pub(super) fn dict(&self) -> &Dict {
        if let Self::Stream(stream) = self {
            return &stream.dict;
        }
        let Self::Dict(dict) = self else {
            return &EMPTY;
        };
        dict
    }

    /// The stream, if it is one.
    pub(super) fn stream(&self) -> Option<&Stream> {
        let Self::Stream(stream) = self else {
            return None;
        };
        Some(stream)
    }

    /// The first that is something.
    pub(super) fn or<'o>(&'o self, other: &'o Self) -> &'o Self {
        if self.is_null() { other } else { self }
    }
}

impl Dict {
    /// From pairs, in the order in which they stand.
    pub(super) fn new(mut pairs: Vec<(Box<[u8]>, Object)>) -> Self {
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        Self(pairs)
    }

    /// What stands under a key; [`NULL`] if nothing does.
    pub(super) fn get(&self, key: &[u8]) -> &Object {
        let after = self.0.partition_point(|(known, _)| known.as_ref() <= key);
        match after.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some((known, value)) if known.as_ref() == key => value,
            _ => &NULL,
        }
    }

    /// Whether something stands under a key.
    pub(super) fn has(&self, key: &[u8]) -> bool {
        !self.get(key).is_null()
    }

    /// Whether `/Type` says this.
    pub(super) fn is(&self, kind: &[u8]) -> bool {
        self.get(b"Type").name() == kind
    }

    /// All pairs.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Object)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// All values, to be changed in place.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Object> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
