//! Lists of tags: `v=DMARC1; p=reject` (RFC 6376 section 3.2, which DMARC and
//! MTA-STS use as well).

/// The tags of a record in their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Tags<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    whole: bool,
}

/// More tags than any standard names; what follows is not read and the list
/// counts as broken.
const MAX_TAGS: usize = 100;

impl<'a> Tags<'a> {
    /// Reads a list of tags. Pieces that are none are left out, and then the
    /// list is not [`Self::whole`].
    pub(super) fn read(text: &'a str) -> Self {
        let mut tags = Self {
            pairs: Vec::new(),
            whole: true,
        };
        let text = text.trim_end();
        // The last tag may end with a semicolon.
        let text = text.strip_suffix(';').unwrap_or(text);
        for piece in text.split(';') {
            let pair = piece.split_once('=');
            let pair = pair.map(|(name, value)| (name.trim(), value.trim()));
            match pair.filter(|(name, _)| is_name(name)) {
                Some((name, _)) if tags.value(name).is_some() => tags.whole = false,
                Some(_) if tags.pairs.len() >= MAX_TAGS => {
                    tags.whole = false;
                    break;
                }
                Some(pair) => tags.pairs.push(pair),
                None => tags.whole = false,
            }
        }
        tags
    }

    /// Whether every piece was a tag and none stood there twice.
    pub(super) fn whole(&self) -> bool {
        self.whole
    }

    /// The value of a tag, its name in any case.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.pairs.iter();
        let pair = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        pair.map(|(_, value)| *value)
    }

    /// The first tag, which tells what the record is.
    pub(super) fn first(&self) -> Option<(&'a str, &'a str)> {
        self.pairs.first().copied()
    }
}

/// A letter, then letters, digits and underscores.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_whatever_blanks_stand_around_them() {
        let tags = Tags::read(" v = DMARC1 ;p=reject;; rua=mailto:a@b.test?x=y ; ");
        assert_eq!(tags.first(), Some(("v", "DMARC1")));
        assert_eq!(tags.value("P"), Some("reject"));
        assert_eq!(tags.value("rua"), Some("mailto:a@b.test?x=y"));
        assert!(!tags.whole(), "an empty piece in the middle is no tag");
        assert!(Tags::read("v=DKIM1; p=").whole());
    }

    #[test]
    fn a_tag_that_stands_there_twice_keeps_its_first_value() {
        let tags = Tags::read("p=none; p=reject");
        assert_eq!(tags.value("p"), Some("none"));
        assert!(!tags.whole());
    }

    #[test]
    fn more_tags_than_there_are_make_a_broken_list() {
        let many: Vec<String> = (0..=MAX_TAGS).map(|n| format!("t{n}=1")).collect();
        let text = many.join(";");
        let tags = Tags::read(&text);
        assert_eq!((tags.pairs.len(), tags.whole()), (MAX_TAGS, false));
    }
}
