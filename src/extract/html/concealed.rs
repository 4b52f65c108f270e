//! Which elements of a web page people don't see: marked so by their style, by
//! a class of the page's style sheet or by the attribute `hidden`.
//!
//! Only what the page itself says is followed, what can't be undone further in,
//! and of its style sheets only rules of one class or one name that no other
//! rule names. Colours and sizes are not followed.

use crate::location::Hidden;

/// Whether a page may hold anything that people don't see.
pub(super) fn may_conceal(source: &str) -> bool {
    const SIGNS: [&str; 5] = ["<!--", "hidden", "template", "none", "opacity"];
    let lower = source.to_ascii_lowercase();
    let has = |sign: &str| memchr::memmem::find(lower.as_bytes(), sign.as_bytes()).is_some();
    SIGNS.iter().any(|sign| has(sign))
}

/// Follows the tags of a page.
#[derive(Debug)]
pub(super) struct Concealed {
    /// The names of classes and, behind `#`, of elements that are not shown.
    names: Vec<String>,
    /// The start tag that is being read.
    tag: Vec<u8>,
    attribute: Vec<u8>,
    hides: bool,
    shows: bool,
    /// The element that hides what stands in it.
    root: Option<Root>,
}

#[derive(Debug)]
struct Root {
    tag: Vec<u8>,
    /// The elements that are open inside, as many as [`DEPTH`].
    open: Vec<Vec<u8>>,
}

/// How deep elements are followed inside one that is hidden.
const DEPTH: usize = 64;

impl Concealed {
    /// At the beginning of a page.
    pub(super) fn of(source: &str) -> Self {
        Self {
            names: concealed_names(source),
            tag: Vec::new(),
            attribute: Vec::new(),
            hides: false,
            shows: false,
            root: None,
        }
    }

    /// Why what stands here is not seen.
    pub(super) fn kind(&self) -> Option<Hidden> {
        let root = self.root.as_ref()?;
        Some(match root.tag.as_slice() {
            b"tr" => Hidden::Row,
            _ => Hidden::Text,
        })
    }

    /// The name of a start tag; its attributes follow.
    pub(super) fn start(&mut self, tag: &[u8]) {
        self.tag = tag.to_vec();
        self.hides = tag == b"template";
        self.shows = false;
        let Some(root) = &mut self.root else {
            return;
        };
        let is_direct = !root.open.iter().any(|open| open == b"table");
        if is_direct && ends_before(&root.tag, tag) {
            self.root = None;
        } else if !is_void(tag) && root.open.len() < DEPTH {
            root.open.push(tag.to_vec());
        }
    }

    /// The name of an attribute of that tag.
    pub(super) fn attribute(&mut self, name: &[u8]) {
        self.attribute = name.to_vec();
        self.hides |= name == b"hidden";
    }

    /// The value of that attribute.
    pub(super) fn value(&mut self, value: &[u8]) {
        let value = String::from_utf8_lossy(value);
        match self.attribute.as_slice() {
            b"style" => match shown(&value) {
                Some(true) => self.shows = true,
                Some(false) => self.hides = true,
                None => {}
            },
            b"class" if !self.names.is_empty() => {
                let mut classes = value.split_ascii_whitespace();
                self.hides |= classes.any(|class| self.names.iter().any(|name| name == class));
            }
            b"id" if !self.names.is_empty() => {
                let id = format!("#{value}");
                self.hides |= self.names.contains(&id);
            }
            _ => {}
        }
    }

    /// The end of that tag; whether it hides what follows.
    pub(super) fn started(&mut self) -> bool {
        let hides = self.hides && !self.shows;
        self.hides = false;
        if !hides || self.root.is_some() || is_void(&self.tag) {
            return false;
        }
        self.root = Some(Root {
            tag: std::mem::take(&mut self.tag),
            open: Vec::new(),
        });
        true
    }

    /// An end tag.
    pub(super) fn end(&mut self, tag: &[u8]) {
        let Some(root) = &mut self.root else {
            return;
        };
        if let Some(at) = root.open.iter().rposition(|open| open == tag) {
            root.open.truncate(at);
        } else if root.open.len() < DEPTH && (root.tag == tag || !is_formatting(tag)) {
            // Its own, or that of an element around it.
            self.root = None;
        }
    }
}

/// Elements that end where another begins, without an end tag (HTML Standard
/// section 13.1.2.4).
fn ends_before(open: &[u8], next: &[u8]) -> bool {
    match open {
        b"tr" => next == b"tr",
        b"td" | b"th" => matches!(next, b"td" | b"th" | b"tr"),
        b"li" => next == b"li",
        b"option" => next == b"option",
        b"dt" | b"dd" => matches!(next, b"dt" | b"dd"),
        b"p" => matches!(
            next,
            b"p" | b"div" | b"table" | b"ul" | b"ol" | b"h1" | b"h2" | b"h3" | b"hr"
        ),
        _ => false,
    }
}

/// Elements whose end tags may stand in any order.
fn is_formatting(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"small" | b"strong" | b"u"
    )
}

/// Elements that hold nothing (HTML Standard section 13.1.2).
fn is_void(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

/// Whether a style shows its element, if it says so; the last word counts.
fn shown(style: &str) -> Option<bool> {
    let (mut displayed, mut transparent) = (None, false);
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "display" => displayed = Some(value != "none"),
            "opacity" => transparent = value.trim_end_matches('%').parse() == Ok(0.0),
            _ => {}
        }
    }
    if transparent { Some(false) } else { displayed }
}

/// The classes and names of which the page's style sheets show nothing.
fn concealed_names(source: &str) -> Vec<String> {
    /// So many rules are looked at.
    const MOST: usize = 256;
    let mut sheets = String::new();
    let mut rest = source;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"<style") {
        let inside = rest.get(at..).unwrap_or("");
        // One that never ends goes on to the end of the page.
        let (sheet, behind) = inside.split_once("</style").unwrap_or((inside, ""));
        sheets.push_str(sheet.split_once('>').map_or("", |(_, sheet)| sheet));
        rest = behind;
    }
    let (mut names, mut looked_at) = (Vec::new(), 0_usize);
    rules(&sheets, |selectors, style| {
        if shown(style) != Some(false) {
            return;
        }
        for selector in selectors.split(',') {
            let selector = selector.trim().trim_start_matches("<!--").trim_start();
            let simple = selector.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
            let name = simple.strip_prefix(['.', '#']).unwrap_or("");
            let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
            if name.is_empty() || !name.chars().all(is_name) || looked_at >= MOST {
                continue;
            }
            looked_at = looked_at.saturating_add(1);
            // Another rule of that name may show it, on some screens or on all.
            if memchr::memmem::find_iter(sheets.as_bytes(), simple.as_bytes()).count() == 1 {
                let is_class = simple.starts_with('.');
                names.push(if is_class { name } else { simple }.to_owned());
            }
        }
    });
    names
}

/// Each rule of a style sheet that holds everywhere: what it is for, and its
/// declarations.
fn rules<'s>(sheet: &'s str, mut take: impl FnMut(&'s str, &'s str)) {
    let mut depth = 0_usize;
    let (mut from, mut selectors) = (0, "");
    for (at, sign) in sheet.match_indices(['{', '}']) {
        let before = sheet.get(from..at).unwrap_or("");
        if sign == "{" {
            if depth == 0 {
                selectors = before;
            }
            depth = depth.saturating_add(1);
        } else {
            if depth == 1 && !selectors.trim_start().starts_with('@') {
                take(selectors, before);
            }
            depth = depth.saturating_sub(1);
        }
        from = at.saturating_add(1);
    }
}
