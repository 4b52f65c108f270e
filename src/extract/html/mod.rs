//! HTML becomes the text that people see, and the text that they don't.
//!
//! Inline tags vanish, so that a number split by them is whole again; blocks
//! stand between line ends and table cells between tabs, white space counts
//! once. Hidden elements, comments, scripts and style sheets are kept, since
//! they leave too: their texts and those of attributes follow after the running
//! text.
//!
//! **What is not here:** the charset of a page and the files in its addresses
//! (`text_file`), and a page's outer form as a part of a message (`message`).

mod concealed;
mod tokens;

use concealed::{Concealed, may_conceal};
use tokens::tokens;

use crate::location::Hidden;

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
