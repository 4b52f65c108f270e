//! HTML becomes the text that people see, and the text that they don't.
//!
//! Inline tags vanish, so that a number split by them is whole again; blocks
//! stand between line ends and table cells between tabs, white space counts
//! once. Hidden elements, comments, scripts and style sheets are kept, since
//! they leave too: their texts and those of attributes follow after the running
//! text.

use std::borrow::Cow;
use std::cell::RefCell;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use crate::text::percent_decoded;

/// The text of an HTML document or of a piece of one.
pub(super) fn text(source: &str) -> String {
    let (mut text, comments) = tokens(source);
    for comment in comments {
        // Conditional comments hold HTML that some programs show.
        let (inner, _) = tokens(&comment);
        text.push('\n');
        text.push_str(&inner);
    }
    text
}

fn tokens(source: &str) -> (String, Vec<String>) {
    let sink = RefCell::new(Sink {
        text: String::with_capacity(source.len()),
        aside: String::new(),
        comments: Vec::new(),
        attribute_kept: false,
        apart: false,
        preformatted: false,
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
    (text, sink.comments)
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
    attribute_kept: bool,
    /// Inside an element whose content is no running text.
    apart: bool,
    /// Inside `pre`, where white space counts.
    preformatted: bool,
}

impl Sink {
    fn take(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
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
                    self.comments.push(value.into_owned());
                } else if self.preformatted {
                    self.text.push_str(&value);
                } else {
                    self.running(&value);
                }
            }
            CallbackEvent::Comment { value } => {
                self.comments
                    .push(String::from_utf8_lossy(value).into_owned());
            }
            CallbackEvent::CloseStartTag { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }
}

impl Sink {
    /// Running text: white space counts once.
    fn running(&mut self, value: &str) {
        for letter in value.chars() {
            if letter.is_ascii_whitespace() {
                self.separate(' ');
            } else {
                self.text.push(letter);
            }
        }
    }

    /// White space at the end of the text so far: of several kinds in a row
    /// the strongest stands alone, a cell's end before a line's before a space.
    fn separate(&mut self, kind: char) {
        let strength = |letter: char| match letter {
            '\t' => 3,
            '\n' => 2,
            ' ' => 1,
            _ => 0,
        };
        match self.text.chars().next_back() {
            None => {}
            Some(last) if strength(last) == 0 => self.text.push(kind),
            Some(last) if strength(last) >= strength(kind) => {}
            Some(_) => {
                self.text.pop();
                self.text.push(kind);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_inside_a_number_vanish() {
        assert_eq!(text("9<b>43</b><span>4</span>76&#53;919"), "9434765919");
    }

    #[test]
    fn cells_and_blocks_stay_apart() {
        assert_eq!(
            text("<tr><td>943</td><td>476</td></tr><p>a</p>b<br>c"),
            "943\t476\ta\nb\nc"
        );
    }

    #[test]
    fn what_is_not_shown_is_kept_aside() {
        let out = text(
            "a<script>1</script><style>2</style><img alt=three title='four'>\
             <a href='https://five.test/?six'>b</a><!-- seven -->\
             <!--[if mso]><p>eig<b>ht</b><![endif]--><noscript>ni<i>ne</i></noscript>",
        );
        for word in [
            "1",
            "2",
            "three",
            "four",
            "five.test/?six",
            "seven",
            "eight",
            "nine",
        ] {
            assert!(out.contains(word), "{word} in {out}");
        }
        assert!(out.starts_with("ab"), "{out}");
    }

    #[test]
    fn white_space_counts_once_and_cells_are_told_apart() {
        assert_eq!(text("626\r\n\t\t  018"), "626 018");
        assert_eq!(text("<tr><td>\n <p>626</p>\n</td>\n<td>018"), "626\t018");
        assert_eq!(text("<pre>a\n  b</pre>"), "a\n  b\n");
        assert_eq!(
            text("<a href='?q=NHS%20no+1'>x</a>"),
            "x\n?q=NHS%20no+1\n?q=NHS no 1\n"
        );
    }

    #[test]
    fn a_tag_of_countless_attributes_takes_no_stack() {
        for attribute in [
            "x=\"y\" ",
            "x=\"\" ",
            "x=\"y\"\n",
            "x=\"a>b\"\t",
            "x='y' ",
            "x=y ",
        ] {
            let source = format!("<p>943<b {}>476</b>5919", attribute.repeat(200_000));
            let read = text(&source);
            assert!(read.starts_with("9434765919"), "{attribute}");
        }
    }
}
