//! HTML becomes the text that people see, and the text that they don't.
//!
//! Inline tags vanish, so that a number split by them is whole again; blocks
//! end in a line end and table cells in a tab. Scripts and style sheets are
//! dropped; hidden elements and comments are kept, since they leave too. Texts
//! of attributes and comments follow after the running text.

use std::cell::RefCell;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

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
        skipped: false,
    });
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        sink.borrow_mut().take(&event);
        None
    });
    emitter.naively_switch_states(true);
    // The tokenizer yields nothing here: all is taken in the callback.
    for token in Tokenizer::new_with_emitter(source, emitter) {
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

struct Sink {
    text: String,
    aside: String,
    comments: Vec<String>,
    attribute_kept: bool,
    skipped: bool,
}

impl Sink {
    fn take(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.skipped = matches!(*name, b"script" | b"style");
                if breaks_line(name) {
                    self.text.push('\n');
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
                if self.attribute_kept && !value.is_empty() {
                    self.aside.push_str(&String::from_utf8_lossy(value));
                    self.aside.push('\n');
                }
            }
            CallbackEvent::EndTag { name } => {
                self.skipped = false;
                if matches!(*name, b"td" | b"th") {
                    self.text.push('\t');
                } else if breaks_line(name) {
                    self.text.push('\n');
                }
            }
            CallbackEvent::String { value } => {
                if !self.skipped {
                    self.text.push_str(&String::from_utf8_lossy(value));
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
            "\n943\t476\t\n\na\nb\nc"
        );
    }

    #[test]
    fn what_is_not_shown_is_kept_but_for_scripts_and_styles() {
        let out = text(
            "a<script>1</script><style>2</style><img alt=three title='four'>\
             <a href='https://five.test/?six'>b</a><!-- seven --><!--[if mso]><p>eig<b>ht</b><![endif]-->",
        );
        for word in ["three", "four", "five.test/?six", "seven", "eight"] {
            assert!(out.contains(word), "{word} in {out}");
        }
        assert!(out.starts_with("ab"), "{out}");
        assert!(!out.contains('1') && !out.contains('2'), "{out}");
    }
}
