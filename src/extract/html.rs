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

use super::concealed::{Concealed, may_conceal};
use crate::location::Hidden;
use crate::text::percent_decoded;

/// The text of an HTML document or of a piece of one, shown or not.
pub(super) fn text(source: &str) -> String {
    let tokens = tokens(source, None);
    let mut text = tokens.text;
    for inner in tokens.apart.iter().chain(&tokens.comments) {
        add(&mut text, inner);
    }
    text
}

/// What people see of a text that may be a piece of HTML, or one that is
/// escaped once more inside XML or JSON: a reading for each layer, none where
/// there are no tags and entities.
pub(super) fn layers(source: &str) -> Vec<String> {
    /// How often a piece is escaped, at most.
    const MOST: usize = 3;
    let mut layers: Vec<String> = Vec::new();
    while layers.len() < MOST {
        let outer = layers.last().map_or(source, String::as_str);
        if !is_likely(outer) {
            break;
        }
        let inner = text(outer);
        if inner == outer {
            break;
        }
        layers.push(inner);
    }
    layers
}

/// Whether a text has an end tag or an entity.
fn is_likely(source: &str) -> bool {
    let bytes = source.as_bytes();
    let is_entity = |at: usize| {
        let name = bytes.get(at.saturating_add(1)..).unwrap_or(b"");
        let letters = name.iter().take(9);
        let letters = letters.take_while(|byte| byte.is_ascii_alphanumeric());
        let length = letters.count();
        name.starts_with(b"#") || (length >= 2 && name.get(length) == Some(&b';'))
    };
    source.contains("</") || memchr::memchr_iter(b'&', bytes).any(is_entity)
}

/// The texts of a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What people see, and beside it the texts of attributes and scripts.
    pub(super) seen: String,
    /// What people don't see, comments included.
    pub(super) hidden: Vec<(Hidden, String)>,
}

/// The texts of an HTML document, what people don't see apart from the rest.
pub(super) fn page(source: &str) -> Page {
    if !may_conceal(source) {
        return Page {
            seen: text(source),
            hidden: Vec::new(),
        };
    }
    let tokens = tokens(source, Some(Concealed::of(source)));
    let (mut seen, mut hidden) = (tokens.text, tokens.hidden.texts);
    for inner in &tokens.apart {
        add(&mut seen, inner);
    }
    let mut comments = String::new();
    for inner in &tokens.comments {
        // What stands in a conditional comment is shown by some programs; and
        // mail programs write comments into nearly all that they send.
        let digits = inner.bytes().filter(u8::is_ascii_digit).count();
        let is_shown = inner.trim_ascii_start().starts_with("[if") || digits < 8;
        add(if is_shown { &mut seen } else { &mut comments }, inner);
    }
    if tokens.hidden.is_half_seen {
        // A number of which people see a piece.
        hidden.push((Hidden::Text, text(source)));
    }
    hidden.push((Hidden::Text, comments));
    hidden.retain(|(_, text)| !text.trim().is_empty());
    Page { seen, hidden }
}

/// Adds a piece of HTML that stands apart.
fn add(text: &mut String, source: &str) {
    text.push('\n');
    text.push_str(&tokens(source, None).text);
}

/// What is made of a source in one go.
#[derive(Debug)]
struct Tokens {
    text: String,
    hidden: HiddenTexts,
    comments: Vec<String>,
    apart: Vec<String>,
}

fn tokens(source: &str, concealed: Option<Concealed>) -> Tokens {
    let sink = RefCell::new(Sink {
        text: String::with_capacity(source.len()),
        aside: String::new(),
        comments: Vec::new(),
        stretches: Vec::new(),
        attribute_kept: false,
        apart: false,
        preformatted: false,
        concealed,
        hidden: HiddenTexts::default(),
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
    hidden: HiddenTexts,
}

/// What people don't see.
#[derive(Debug, Default)]
struct HiddenTexts {
    texts: Vec<(Hidden, String)>,
    /// The last character of the page, and whether people see it.
    last: Option<(char, bool)>,
    /// Whether there was a number of which people see a piece.
    is_half_seen: bool,
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
                } else {
                    self.watch(&value);
                    if self.preformatted {
                        self.out().push_str(&value);
                    } else {
                        self.running(&value);
                    }
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
        let texts = &mut self.hidden.texts;
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

    /// Looks for a number of which a piece is seen.
    fn watch(&mut self, value: &str) {
        let Some(concealed) = &self.concealed else {
            return;
        };
        let is_seen = concealed.kind().is_none();
        if let (Some((last, was_seen)), Some(next)) = (self.hidden.last, value.chars().next()) {
            self.hidden.is_half_seen |=
                is_seen != was_seen && last.is_ascii_digit() && next.is_ascii_digit();
        }
        self.hidden.last = value.chars().next_back().map(|last| (last, is_seen));
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
    fn what_people_do_not_see_is_told_apart() {
        for (source, kind) in [
            ("<p style='display:none'>X</p>", Hidden::Text),
            (
                "<p>a<span style=\"color:red; Display : NONE !important\">X</span>",
                Hidden::Text,
            ),
            ("<p style='mso-hide:all'>X<p>b", Hidden::Text),
            ("<p style='font-size:0px'>X</p>", Hidden::Text),
            ("<p style='opacity:0.0'>X</p>", Hidden::Text),
            ("<div hidden><div>b</div>X</div>", Hidden::Text),
            ("<template>X</template>", Hidden::Text),
            (
                "<style>.a{color:red} p.off{display:none}</style><p class='big off'>X</p>",
                Hidden::Text,
            ),
            (
                "<style><!--#off{visibility:hidden}--></style><p id=off>X</p>",
                Hidden::Text,
            ),
            ("<!-- X 12345678 -->", Hidden::Text),
            (
                "<table><tr style='height:0;display:none'><td>a<td>X<tr><td>b</table>",
                Hidden::Row,
            ),
        ] {
            let page = page(&format!("<p>seen</p>{source}<p>and seen</p>"));
            assert!(!page.seen.contains('X'), "{source}: {page:?}");
            let kinds: Vec<Hidden> = page.hidden.iter().map(|(kind, _)| *kind).collect();
            assert_eq!(kinds, [kind], "{source}");
            assert!(
                page.hidden.iter().any(|(_, text)| text.contains('X')),
                "{source}: {page:?}"
            );
            assert!(page.seen.contains("and seen"), "{source}: {page:?}");
        }
    }

    #[test]
    fn what_people_see_is_not_told_as_hidden() {
        for source in [
            "<style>@media print{.a{display:none}}</style><p class=a>X</p>",
            "<style>.a .b{display:none}</style><p class=b>X</p>",
            "<img hidden><p style='font-size:10pt;opacity:.5'>X</p>",
            "<input type=hidden value=a>X",
            "<!--[if mso]><p style='x'>X</p><![endif]-->",
            "<table><tr hidden><td>a</tr><tr><td>X</td></tr></table>",
            "<p>the display: none of hidden X</p>",
        ] {
            let page = page(source);
            assert!(page.seen.contains('X'), "{source}: {page:?}");
        }
    }

    #[test]
    fn a_number_is_whole_as_people_see_it_and_with_what_they_do_not_see() {
        let seen = page("943<i style='display:none'>0</i>4765919");
        assert!(seen.seen.starts_with("9434765919"), "{seen:?}");
        let half = page("94347<i style='display:none'>65919</i>");
        assert!(
            half.hidden
                .iter()
                .any(|(_, text)| text.contains("9434765919")),
            "{half:?}"
        );
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
