//! The tags and texts of a page, one after another.

use std::borrow::Cow;
use std::cell::RefCell;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::concealed::Concealed;
use crate::location::Hidden;
use crate::text::percent_decoded;

/// What is made of a source in one go.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The running text, and behind it that of attributes.
    pub(super) text: String,
    /// What people don't see, where that is told apart.
    pub(super) hidden: Vec<(Hidden, String)>,
    /// Comments, as they stand.
    pub(super) comments: Vec<String>,
    /// What elements hold that is no running text, as it stands.
    pub(super) apart: Vec<String>,
}

/// Reads a source; with `concealed` what people don't see is told apart.
pub(super) fn tokens(source: &str, concealed: Option<Concealed>) -> Tokens {
    let sink = RefCell::new(Sink {
        text: String::with_capacity(source.len()),
        aside: String::new(),
        comments: Vec::new(),
        stretches: Vec::new(),
        attribute_kept: false,
        apart: false,
        preformatted: false,
        concealed,
        hidden: Vec::new(),
    });
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        sink.borrow_mut().take(&event);
        None
    });
    emitter.naively_switch_states(true);
    // The tokenizer yields nothing here: all is taken in the callback.
    let source = with_rests(source);
    for token in Tokenizer::new_with_emitter(&*source, emitter) {
        let Ok(()) = token;
    }
    let sink = sink.into_inner();
    let mut text = sink.text;
    if !sink.aside.is_empty() {
        text.push('\n');
        text.push_str(&sink.aside);
    }
    Tokens {
        text,
        hidden: sink.hidden,
        comments: sink.comments,
        apart: sink.stretches,
    }
}

/// A document in which no tag has very many quoted values in a row.
///
/// The tokenizer calls itself for each `x="y" ` of a tag, and a tag with some
/// ten thousand of them would take all of the stack and end the process. A
/// slash, which means nothing there, makes it come back.
fn with_rests(source: &str) -> Cow<'_, str> {
    /// How many quotes with white space behind may follow one another.
    const IN_A_ROW: usize = 50;
    let quotes = memchr::memchr_iter(b'"', source.as_bytes()).filter(|at| {
        let next = source.as_bytes().get(at.saturating_add(1));
        next.is_some_and(u8::is_ascii_whitespace)
    });
    let rests: Vec<usize> = quotes.skip(IN_A_ROW).step_by(IN_A_ROW).collect();
    if rests.is_empty() {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len().saturating_add(rests.len()));
    let mut from = 0;
    for at in rests {
        let behind = at.saturating_add(1);
        out.push_str(source.get(from..behind).unwrap_or(""));
        out.push('/');
        from = behind;
    }
    out.push_str(source.get(from..).unwrap_or(""));
    Cow::Owned(out)
}

struct Sink {
    text: String,
    aside: String,
    comments: Vec<String>,
    /// What elements hold that is no running text.
    stretches: Vec<String>,
    attribute_kept: bool,
    /// Inside an element whose content is no running text.
    apart: bool,
    /// Inside `pre`, where white space counts.
    preformatted: bool,
    /// Follows what people don't see, where it is told apart.
    concealed: Option<Concealed>,
    /// What people don't see, one text for each kind.
    hidden: Vec<(Hidden, String)>,
}

impl Sink {
    fn take(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                if let Some(concealed) = &mut self.concealed {
                    concealed.start(name);
                }
                self.apart = stands_apart(name);
                self.preformatted |= *name == b"pre";
                if matches!(*name, b"td" | b"th") {
                    self.separate('\t');
                } else if breaks_line(name) {
                    self.separate('\n');
                } else if matches!(*name, b"button" | b"sup" | b"sub" | b"option") {
                    self.separate(' ');
                }
            }
            CallbackEvent::AttributeName { name } => {
                if let Some(concealed) = &mut self.concealed {
                    concealed.attribute(name);
                }
                self.attribute_kept = matches!(
                    *name,
                    b"alt"
                        | b"aria-label"
                        | b"content"
                        | b"href"
                        | b"label"
                        | b"placeholder"
                        | b"summary"
                        | b"title"
                        | b"value"
                );
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(concealed) = &mut self.concealed {
                    concealed.value(value);
                }
                let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
                if (self.attribute_kept && !value.is_empty()) || digits >= 10 {
                    let value = String::from_utf8_lossy(value);
                    self.aside.push_str(&value);
                    self.aside.push('\n');
                    if let Some(decoded) = percent_decoded(&value) {
                        self.aside.push_str(&decoded);
                        self.aside.push('\n');
                    }
                }
            }
            CallbackEvent::EndTag { name } => {
                self.apart = false;
                self.preformatted &= *name != b"pre";
                if let Some(concealed) = &mut self.concealed {
                    concealed.end(name);
                }
                if matches!(*name, b"td" | b"th") {
                    self.separate('\t');
                } else if breaks_line(name) {
                    self.separate('\n');
                } else if matches!(*name, b"button" | b"sup" | b"sub") {
                    self.separate(' ');
                }
            }
            CallbackEvent::String { value } => {
                let value = String::from_utf8_lossy(value);
                if self.apart {
                    // Read once more as HTML: some programs show it.
                    self.stretches.push(value.into_owned());
                } else if self.preformatted {
                    self.out().push_str(&value);
                } else {
                    self.running(&value);
                }
            }
            CallbackEvent::Comment { value } => {
                self.comments
                    .push(String::from_utf8_lossy(value).into_owned());
            }
            CallbackEvent::CloseStartTag { .. } => {
                if self.concealed.as_mut().is_some_and(Concealed::started) {
                    self.separate('\n');
                }
            }
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }
}

impl Sink {
    /// Where text goes that stands here.
    fn out(&mut self) -> &mut String {
        let Some(kind) = self.concealed.as_ref().and_then(Concealed::kind) else {
            return &mut self.text;
        };
        let texts = &mut self.hidden;
        let known = texts.iter().position(|(known, _)| *known == kind);
        let at = known.unwrap_or(texts.len());
        if known.is_none() {
            texts.push((kind, String::new()));
        }
        match texts.get_mut(at) {
            Some((_, text)) => text,
            None => &mut self.text,
        }
    }

    /// Running text: white space counts once.
    fn running(&mut self, value: &str) {
        let out = self.out();
        for letter in value.chars() {
            if letter.is_ascii_whitespace() {
                separate(out, ' ');
            } else {
                out.push(letter);
            }
        }
    }

    /// White space at the end of the text so far.
    fn separate(&mut self, kind: char) {
        separate(self.out(), kind);
    }
}

/// White space at the end of a text: of several kinds in a row the strongest
/// stands alone, a cell's end before a line's before a space.
fn separate(text: &mut String, kind: char) {
    let strength = |letter: char| match letter {
        '\t' => 3,
        '\n' => 2,
        ' ' => 1,
        _ => 0,
    };
    match text.chars().next_back() {
        None => {}
        Some(last) if strength(last) == 0 => text.push(kind),
        Some(last) if strength(last) >= strength(kind) => {}
        Some(_) => {
            text.pop();
            text.push(kind);
        }
    }
}

/// Elements whose content programs treat in different ways.
fn stands_apart(name: &[u8]) -> bool {
    matches!(
        name,
        b"script" | b"style" | b"noscript" | b"noembed" | b"noframes" | b"xmp" | b"iframe"
    )
}

/// Elements that stand on lines of their own (HTML Standard section 15.3, the
/// elements with `display: block`, and `br`).
fn breaks_line(name: &[u8]) -> bool {
    matches!(
        name,
        b"address"
            | b"article"
            | b"aside"
            | b"blockquote"
            | b"body"
            | b"br"
            | b"center"
            | b"dd"
            | b"details"
            | b"dialog"
            | b"div"
            | b"dl"
            | b"dt"
            | b"fieldset"
            | b"figcaption"
            | b"figure"
            | b"footer"
            | b"form"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"header"
            | b"hr"
            | b"html"
            | b"legend"
            | b"li"
            | b"main"
            | b"nav"
            | b"ol"
            | b"option"
            | b"p"
            | b"pre"
            | b"section"
            | b"summary"
            | b"table"
            | b"title"
            | b"tr"
            | b"ul"
    )
}
