//! DMARC records (RFC 7489, RFC 9989): what receivers are asked to do with mail
//! that only says that it comes from a domain.

use super::tags::Tags;

/// What receivers are asked to do, the weakest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Nothing.
    None,
    /// Put it where junk is.
    Quarantine,
    /// Refuse it.
    Reject,
}

impl Request {
    fn read(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "quarantine" => Some(Self::Quarantine),
            "reject" => Some(Self::Reject),
            _ => None,
        }
    }

    /// The word for it in a record.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// What happens to mail that sampling or testing leaves out: one step less
    /// (RFC 7489 section 6.6.4, RFC 9989 section 4.7).
    #[must_use]
    pub fn weaker(self) -> Self {
        match self {
            Self::None | Self::Quarantine => Self::None,
            Self::Reject => Self::Quarantine,
        }
    }
}

/// A record that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DmarcRecord {
    /// For the domain itself. A record without a usable `p` counts as `none`
    /// (RFC 9989 section 4.7).
    pub p: Request,
    /// For subdomains; as for the domain where it is not given.
    pub sp: Option<Request>,
    /// In hundredths, of how much mail it is asked; RFC 9989 knows it no longer,
    /// receivers of the older standard still do.
    pub pct: u8,
    /// Whether it is being tried out only (`t=y`, RFC 9989).
    pub testing: bool,
    /// How many addresses get reports.
    pub reports: usize,
    /// Whether registrations are made below the domain (`psd`): "y", "n" or
    /// unknown.
    pub psd: Option<bool>,
    /// Whether the record is without mistakes.
    pub whole: bool,
}

impl DmarcRecord {
    /// Reads a text record; none if it is no DMARC record at all.
    pub fn parse(text: &str) -> Option<Self> {
        let tags = Tags::read(text);
        let (name, version) = tags.first()?;
        // The version is the one word that is written in one case.
        if !name.eq_ignore_ascii_case("v") || version != "DMARC1" {
            return None;
        }
        let p = tags.value("p").and_then(Request::read);
        let sp = tags.value("sp").map(Request::read);
        let pct = tags.value("pct").map(percentage);
        let reports = tags.value("rua").unwrap_or_default().split(',');
        Some(Self {
            p: p.unwrap_or(Request::None),
            sp: sp.flatten(),
            pct: pct.flatten().unwrap_or(100),
            testing: tags
                .value("t")
                .is_some_and(|value| value.eq_ignore_ascii_case("y")),
            reports: reports.filter(|address| is_mail_address(address)).count(),
            psd: match tags.value("psd").map(str::to_ascii_lowercase).as_deref() {
                Some("y") => Some(true),
                Some("n") => Some(false),
                _ => None,
            },
            whole: tags.whole() && p.is_some() && sp != Some(None) && pct != Some(None),
        })
    }

    /// What is asked for a subdomain that has no record of its own.
    pub fn for_subdomains(&self) -> Request {
        self.sp.unwrap_or(self.p)
    }
}

fn percentage(text: &str) -> Option<u8> {
    text.parse().ok().filter(|pct| *pct <= 100)
}

fn is_mail_address(uri: &str) -> bool {
    let uri = uri.trim();
    let scheme = uri.get(..7).unwrap_or_default();
    scheme.eq_ignore_ascii_case("mailto:") && uri.contains('@')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_asked_is_read_and_the_rest_has_its_default() {
        let record = DmarcRecord::parse("v=DMARC1; p=Reject; rua=mailto:a@b.test, mailto:c@d.test")
            .expect("a record");
        assert_eq!(record.p, Request::Reject);
        assert_eq!(record.for_subdomains(), Request::Reject);
        assert_eq!((record.pct, record.reports), (100, 2));
        assert!(record.whole);
        let record = DmarcRecord::parse("v=DMARC1; p=reject; sp=none; pct=20; t=y; psd=n");
        let record = record.expect("a record");
        assert_eq!(record.for_subdomains(), Request::None);
        assert_eq!(
            (record.pct, record.testing, record.psd),
            (20, true, Some(false))
        );
    }

    #[test]
    fn mistakes_leave_defaults_and_are_told() {
        for text in [
            "v=DMARC1",
            "v=DMARC1; p=rejct",
            "v=DMARC1; p=none; pct=200",
            "v=DMARC1; p=none; sp=",
            "v=DMARC1; p=none; reject",
        ] {
            let record = DmarcRecord::parse(text).expect(text);
            assert!(!record.whole, "{text}");
            assert_eq!((record.p, record.pct), (Request::None, 100), "{text}");
        }
        for text in [
            "",
            "p=reject; v=DMARC1",
            "v=dmarc1; p=reject",
            "v=spf1 -all",
        ] {
            assert_eq!(DmarcRecord::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in "(v=DMARC1;)?\\PC{0,300}") {
            let _ = DmarcRecord::parse(&text);
        }
    }
}
