//! Which elements of a web page people don't see: marked so by their style, by
//! a class of the page's style sheet or by the attribute `hidden`.
//!
//! Only what the page itself says is followed, and of its style sheets only
//! rules of one class or one name: those that hold on some screens alone
//! (`@media`) hide nothing. Colours are not followed.

use crate::location::Hidden;

/// Whether a page may hold anything that people don't see.
pub(super) fn may_conceal(source: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "<!--",
        "hidden",
        "template",
        "none",
        "mso-hide",
        "collapse",
        "font-size",
        "opacity",
    ];
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
    /// The element that hides what stands in it.
    root: Option<Root>,
}

#[derive(Debug)]
struct Root {
    tag: Vec<u8>,
    /// How many elements of its name are open, itself included.
    open: usize,
    /// How many tables were opened inside.
    tables: usize,
}

impl Concealed {
    /// At the beginning of a page.
    pub(super) fn of(source: &str) -> Self {
        Self {
            names: concealed_names(source),
            tag: Vec::new(),
            attribute: Vec::new(),
            hides: false,
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
        let Some(root) = &mut self.root else {
            return;
        };
        if root.tag == tag && !is_implied(tag) {
            root.open = root.open.saturating_add(1);
        } else if tag == b"table" {
            root.tables = root.tables.saturating_add(1);
        } else if root.tables == 0 && ends_before(&root.tag, tag) {
            self.root = None;
        }
    }

    /// The name of an attribute of that tag.
    pub(super) fn attribute(&mut self, name: &[u8]) {
        self.attribute = name.to_vec();
        // The one value that shows is rare enough to be no reason to wait.
        self.hides |= name == b"hidden";
    }

    /// The value of that attribute.
    pub(super) fn value(&mut self, value: &[u8]) {
        let value = String::from_utf8_lossy(value);
        match self.attribute.as_slice() {
            b"style" => self.hides |= is_concealing(&value),
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
        let hides = std::mem::take(&mut self.hides);
        if !hides || self.root.is_some() || is_void(&self.tag) {
            return false;
        }
        self.root = Some(Root {
            tag: std::mem::take(&mut self.tag),
            open: 1,
            tables: 0,
        });
        true
    }

    /// An end tag.
    pub(super) fn end(&mut self, tag: &[u8]) {
        let Some(root) = &mut self.root else {
            return;
        };
        if root.tag == tag && (root.tables == 0 || !is_implied(tag)) {
            root.open = root.open.saturating_sub(1);
            if root.open == 0 {
                self.root = None;
            }
        } else if tag == b"table" && root.tables > 0 {
            root.tables = root.tables.saturating_sub(1);
        } else if is_implied(&root.tag)
            && root.tables == 0
            && matches!(
                tag,
                b"table" | b"tbody" | b"thead" | b"tfoot" | b"tr" | b"ul" | b"ol" | b"body"
            )
        {
            self.root = None;
        }
    }
}

/// Elements that end where another begins, without an end tag (HTML Standard
/// section 13.1.2.4).
fn is_implied(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"tr" | b"td" | b"th" | b"li" | b"p" | b"option" | b"dt" | b"dd"
    )
}

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

/// Whether a style shows nothing of its element; `mso-hide` is Word's.
fn is_concealing(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((name, value)) = declaration.split_once(':') else {
            return false;
        };
        let name = name.trim().to_ascii_lowercase();
        let value = value.to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        match name.as_str() {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "mso-hide" => value == "all",
            "font-size" | "opacity" => {
                let number =
                    value.trim_end_matches(|unit: char| unit.is_ascii_alphabetic() || unit == '%');
                number.parse() == Ok(0.0)
            }
            _ => false,
        }
    })
}

/// The classes and names of which the page's style sheets show nothing.
fn concealed_names(source: &str) -> Vec<String> {
    const MOST: usize = 256;
    let mut names = Vec::new();
    let mut rest = source;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"<style") {
        rest = rest.get(at.saturating_add(1)..).unwrap_or("");
        let sheet = rest.split_once("</style").map_or(rest, |(sheet, _)| sheet);
        let sheet = sheet.split_once('>').map_or("", |(_, sheet)| sheet);
        rules(sheet, |selectors, style| {
            if !is_concealing(style) {
                return;
            }
            for selector in selectors.split(',') {
                let selector = selector.trim().trim_start_matches("<!--").trim_start();
                if selector.contains(char::is_whitespace) || names.len() >= MOST {
                    continue;
                }
                if let Some((_, class)) = selector.rsplit_once('.') {
                    names.push(class.to_owned());
                } else if let Some((_, id)) = selector.rsplit_once('#') {
                    names.push(format!("#{id}"));
                }
            }
        });
    }
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
