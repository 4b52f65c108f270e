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
    /// Everything, shown or not: a number or its label may be half hidden.
    pub(super) all: String,
    /// What people see, where that is less.
    pub(super) shown: String,
    /// What people don't see, comments included.
    pub(super) hidden: Vec<(Hidden, String)>,
}

/// The texts of an HTML document, and of those what people don't see.
pub(super) fn page(source: &str) -> Page {
    let mut page = Page {
        all: text(source),
        ..Page::default()
    };
    if !may_conceal(source) {
        return page;
    }
    let tokens = tokens(source, Some(Concealed::of(source)));
    if !tokens.hidden.is_empty() {
        page.shown = tokens.text;
        page.hidden = tokens.hidden;
    }
    let mut comments = String::new();
    for inner in &tokens.comments {
        // What stands in a conditional comment is shown by some programs; and
        // programs write dates into comments.
        let digits = inner.bytes().filter(u8::is_ascii_digit).count();
        if !inner.trim_ascii_start().starts_with("[if") && digits > 14 {
            add(&mut comments, inner);
        }
    }
    page.hidden.push((Hidden::Text, comments));
    page.hidden.retain(|(_, text)| !text.trim().is_empty());
    page
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
            ("<p style='opacity:0.0'>X</p>", Hidden::Text),
            ("<div hidden><div>b</div>X</div>", Hidden::Text),
            ("<template>X</template>", Hidden::Text),
            (
                "<style>.a{color:red} p.off{display:none}</style><p class='big off'>X</p>",
                Hidden::Text,
            ),
            (
                "<style><!--#off{display:none}--></style><p id=off>X</p>",
                Hidden::Text,
            ),
            ("<!-- X 943 476 5919, 943 476 5870 -->", Hidden::Text),
            (
                "<table><tr style='height:0;display:none'><td>a<td>X<tr><td>b</table>",
                Hidden::Row,
            ),
        ] {
            let page = page(&format!("<p>seen</p>{source}<p>and seen</p>"));
            assert!(!page.shown.contains('X'), "{source}: {page:?}");
            let kinds: Vec<Hidden> = page.hidden.iter().map(|(kind, _)| *kind).collect();
            assert_eq!(kinds, [kind], "{source}");
            let hidden = page.hidden.iter().map(|(_, text)| text.as_str());
            let hidden: String = hidden.collect();
            assert!(
                hidden.contains('X') && !hidden.contains("and seen"),
                "{source}: {page:?}"
            );
            assert!(
                page.all.contains("and seen") && page.all.contains('X'),
                "{source}: {page:?}"
            );
        }
    }

    #[test]
    fn what_people_see_is_not_told_as_hidden() {
        for source in [
            "<style>@media print{.a{display:none}}</style><p class=a>X</p>",
            "<style>.a .b{display:none}</style><p class=b>X</p>",
            "<style>.a.b{display:none}</style><p class=b>X</p>",
            "<style>.b{display:none} .b{display:block}</style><p class=b>X</p>",
            "<style>.b{display:none}</style><p class=b style='display:block'>X</p>",
            "<p style='display:none;display:block'>X</p>",
            "<img hidden><p style='font-size:0'><b style='font-size:9pt'>X</b></p>",
            "<input type=hidden value=a>X",
            "<!--[if mso]><p style='x'>X</p><![endif]-->",
            "<!-- Generated 2026-01-02 10:11:12 --><p>X</p>",
            "<table><tr hidden><td>a</tr><tr><td>X</td></tr></table>",
            "<table><tr><td><p style='display:none'>pre</td><td>X</td></table>",
            "<div><span style='display:none'>pre</div>X",
            "<p>the display: none of hidden X</p>",
        ] {
            let page = page(source);
            assert!(page.all.contains('X'), "{source}: {page:?}");
            assert!(
                page.hidden.iter().all(|(_, text)| !text.contains('X')),
                "{source}: {page:?}"
            );
        }
    }

    #[test]
    fn a_number_is_whole_as_people_see_it_and_with_what_they_do_not_see() {
        let seen = page("943<i style='display:none'>0</i>4765919");
        assert!(seen.shown.starts_with("9434765919"), "{seen:?}");
        let half = page("943 476 <i style='display:none'>5919</i>");
        assert!(half.all.contains("943 476 5919"), "{half:?}");
    }

    #[test]
    fn style_sheets_that_never_end_take_no_longer_than_others() {
        let read = page(&format!("<!-- x -->{}", "<style>\r\n".repeat(200_000)));
        assert!(read.hidden.is_empty());
        let read = page(&format!(
            "<p>{}",
            "<div style='display:none'>".repeat(200_000)
        ));
        assert!(read.hidden.is_empty());
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
