//! MTA-STS (RFC 8461): the record that announces a policy, and the policy,
//! which says which mail exchangers are a domain's and that TLS is a must.

use super::tags::Tags;

/// What a sender does when a mail exchanger fails the policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It does not deliver.
    Enforce,
    /// It delivers and reports.
    Testing,
    /// There is no policy any more.
    None,
}

/// A policy that was read (RFC 8461 section 3.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// What failing means.
    pub mode: Mode,
    /// Names of mail exchangers, in lower case; `*.` stands for one label.
    pub mx: Vec<String>,
    /// For how long it may be kept, in seconds; a year at most.
    pub max_age_seconds: u32,
}

/// Why a text is no policy; senders then act as if there were none.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// A line is not of the form `key: value`.
    #[error("line {0} is not of the form \"key: value\"")]
    Line(usize),
    /// A key that must be there is missing.
    #[error("\"{0}\" is missing")]
    Missing(&'static str),
    /// A value can't be understood.
    #[error("\"{0}\" has a value that can't be understood")]
    Value(&'static str),
    /// It has more lines than any policy needs.
    #[error("it has more than {MAX_LINES} lines")]
    TooLong,
}

/// Lines of a policy that are read.
const MAX_LINES: usize = 1000;

/// RFC 8461 section 3.2: "plaintext non-negative integer seconds, maximum value
/// of 31557600".
const MAX_AGE_SECONDS: u32 = 31_557_600;

/// Whether a text record says that there is a policy (RFC 8461 section 3.1):
/// nothing where the record is for something else, false where it is broken.
pub fn announces_policy(text: &str) -> Option<bool> {
    let tags = Tags::read(text);
    if tags.first() != Some(("v", "STSv1")) {
        return None;
    }
    let good = tags.value("id").is_some_and(|id| {
        (1..=32).contains(&id.len()) && id.chars().all(|letter| letter.is_ascii_alphanumeric())
    });
    Some(good && tags.whole())
}

/// Whether a name of a policy means a mail exchanger (RFC 8461 section 4.1):
/// `*.` stands for exactly one label.
pub fn matches_pattern(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        None => pattern.eq_ignore_ascii_case(host),
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
    }
}

impl Policy {
    /// Reads a policy as it was fetched. Unknown keys are ignored; of a key that
    /// stands there twice, `mx` aside, the first counts (RFC 8461 section 3.2).
    ///
    /// # Errors
    /// See [`PolicyError`].
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let (mut version, mut mode, mut max_age) = (None, None, None);
        let mut mx = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if at >= MAX_LINES {
                return Err(PolicyError::TooLong);
            }
            if line.trim().is_empty() {
                continue;
            }
            let number = at.saturating_add(1);
            let (key, value) = line.split_once(':').ok_or(PolicyError::Line(number))?;
            let value = value.trim();
            match key.trim() {
                "version" => version = version.or(Some(value)),
                "mode" => mode = mode.or(Some(value)),
                "max_age" => max_age = max_age.or(Some(value)),
                "mx" if is_pattern(value) => mx.push(value.to_ascii_lowercase()),
                "mx" => return Err(PolicyError::Value("mx")),
                _ => {}
            }
        }
        match version.ok_or(PolicyError::Missing("version"))? {
            "STSv1" => {}
            _ => return Err(PolicyError::Value("version")),
        }
        let mode = match mode.ok_or(PolicyError::Missing("mode"))? {
            "enforce" => Mode::Enforce,
            "testing" => Mode::Testing,
            "none" => Mode::None,
            _ => return Err(PolicyError::Value("mode")),
        };
        let max_age = max_age.ok_or(PolicyError::Missing("max_age"))?;
        let digits = max_age.chars().all(|digit| digit.is_ascii_digit());
        let seconds = max_age.parse().ok().filter(|_| digits);
        let max_age_seconds = seconds
            .filter(|seconds| *seconds <= MAX_AGE_SECONDS)
            .ok_or(PolicyError::Value("max_age"))?;
        if mx.is_empty() && mode != Mode::None {
            return Err(PolicyError::Missing("mx"));
        }
        Ok(Self {
            mode,
            mx,
            max_age_seconds,
        })
    }

    /// Whether a mail exchanger is one of the policy's.
    pub fn allows(&self, host: &str) -> bool {
        self.mx.iter().any(|pattern| matches_pattern(pattern, host))
    }
}

/// A name of letters, digits, hyphens and dots, perhaps after `*.`.
fn is_pattern(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_policy_is_read_with_either_line_end() {
        let text = "version: STSv1\r\nmode: enforce\r\nmx: Mail.x.test\r\nmx: *.y.test\nmax_age: 604800\n\nnew: thing";
        let policy = Policy::parse(text).expect("a policy");
        assert_eq!(policy.mode, Mode::Enforce);
        assert_eq!(policy.mx, ["mail.x.test", "*.y.test"]);
        assert_eq!(policy.max_age_seconds, 604_800);
        assert!(policy.allows("MAIL.x.test") && policy.allows("a.y.test"));
        assert!(!policy.allows("y.test") && !policy.allows("a.b.y.test"));
    }

    #[test]
    fn what_is_no_policy_says_why() {
        let missing = PolicyError::Missing;
        for (text, error) in [
            ("", missing("version")),
            ("<html>", PolicyError::Line(1)),
            (
                "version: STSv2\nmode: none\nmax_age: 1",
                PolicyError::Value("version"),
            ),
            (
                "version: STSv1\nmode: Enforce\nmax_age: 1",
                PolicyError::Value("mode"),
            ),
            ("version: STSv1\nmode: enforce\nmax_age: 1", missing("mx")),
            (
                "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1",
                PolicyError::Value("mx"),
            ),
            (
                "version: STSv1\nmode: none\nmax_age: +1",
                PolicyError::Value("max_age"),
            ),
            (
                "version: STSv1\nmode: none\nmax_age: 31557601",
                PolicyError::Value("max_age"),
            ),
        ] {
            assert_eq!(Policy::parse(text), Err(error), "{text}");
        }
        assert!(Policy::parse("version: STSv1\nmode: none\nmax_age: 1").is_ok());
    }

    #[test]
    fn a_record_announces_a_policy_or_is_broken_or_something_else() {
        assert_eq!(announces_policy("v=STSv1; id=20261121T000000;"), Some(true));
        assert_eq!(announces_policy("v=STSv1; id=;"), Some(false));
        assert_eq!(announces_policy("v=STSv1"), Some(false));
        assert_eq!(announces_policy("v=TLSRPTv1; rua=mailto:a@b.test"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in "(version: STSv1\n)?\\PC{0,300}") {
            let _ = Policy::parse(&text);
            let _ = announces_policy(&text);
        }
    }
}
