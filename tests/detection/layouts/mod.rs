//! Ways in which people and machines write a patient's number.
//!
//! Each way has a name; those that the shared vectors know have the same name
//! there. A way is a function from numbers to text or to HTML.
//!
//! **What is not here:** what stands around the number
//! ([`crate::surroundings`]), what carries the text ([`crate::carriers`]) and
//! how that is encoded ([`crate::encodings`]).

mod characters;
mod machines;
mod markup;
mod people;
mod tables;

/// Whose numbers a way of writing is used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// England's mostly, Scotland's and Northern Ireland's now and then.
    Any,
    Nhs,
    Chi,
    Hc,
}

/// What says that it is a patient's number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Label {
    /// Nothing needs to: it must be found with and without a label.
    Free,
    /// Too common a way of writing anything: only asked for after a label.
    Needed,
    /// The way of writing says it itself.
    Own,
}

/// How a text can be put into others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// Inside a sentence.
    Inline,
    /// On lines of its own.
    Block,
    /// HTML source, only where HTML is shown.
    Html,
}

#[derive(Clone, Copy)]
pub(crate) enum Write {
    One(fn(&str) -> String),
    Many(usize, fn(&[String]) -> String),
}

/// One way of writing.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) label: Label,
    pub(crate) form: Form,
    pub(crate) write: Write,
    /// Why it is measured and not demanded.
    pub(crate) excused: Option<&'static str>,
}

impl Layout {
    /// How many numbers stand in it.
    pub(crate) fn count(&self) -> usize {
        match self.write {
            Write::One(_) => 1,
            Write::Many(count, _) => count,
        }
    }

    pub(crate) fn text(&self, numbers: &[String]) -> String {
        match self.write {
            Write::One(write) => write(&numbers[0]),
            Write::Many(_, write) => write(numbers),
        }
    }

    const fn of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    const fn block(mut self) -> Self {
        self.form = Form::Block;
        self
    }

    const fn needs_label(mut self) -> Self {
        self.label = Label::Needed;
        self
    }

    /// Says itself what it is; then for NHS numbers unless told otherwise.
    const fn own(mut self) -> Self {
        self.label = Label::Own;
        if matches!(self.kind, Kind::Any) {
            self.kind = Kind::Nhs;
        }
        self
    }

    const fn excused(mut self, why: &'static str) -> Self {
        self.excused = Some(why);
        self
    }
}

const fn one(name: &'static str, write: fn(&str) -> String) -> Layout {
    Layout {
        name,
        kind: Kind::Any,
        label: Label::Free,
        form: Form::Inline,
        write: Write::One(write),
        excused: None,
    }
}

const fn many(name: &'static str, count: usize, write: fn(&[String]) -> String) -> Layout {
    let mut layout = one(name, str::to_owned);
    layout.write = Write::Many(count, write);
    layout
}

const fn html(name: &'static str, write: fn(&str) -> String) -> Layout {
    let mut layout = one(name, write);
    layout.form = Form::Html;
    layout
}

/// The groups 3-3-4.
fn cut(number: &str) -> (&str, &str, &str) {
    (&number[..3], &number[3..6], &number[6..])
}

fn with(number: &str, separator: &str) -> String {
    let (a, b, c) = cut(number);
    format!("{a}{separator}{b}{separator}{c}")
}

fn spaced(number: &str) -> String {
    with(number, " ")
}

/// The ten digits apart.
fn apart(number: &str, separator: &str) -> String {
    let digits: Vec<String> = number.chars().map(String::from).collect();
    digits.join(separator)
}

fn lines(numbers: &[String], write: impl Fn(usize, &str) -> String) -> String {
    let lines: Vec<String> = (1..)
        .zip(numbers)
        .map(|(place, number)| write(place, number))
        .collect();
    lines.join("\r\n")
}

/// All ways of writing.
pub(crate) fn all() -> Vec<Layout> {
    [
        characters::LAYOUTS,
        people::LAYOUTS,
        people::SISTERS,
        tables::LAYOUTS,
        machines::HEALTH,
        machines::GENERAL,
        markup::LAYOUTS,
    ]
    .concat()
}
