//! Numbers as people see them: format codes of workbooks, applied.
//!
//! Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (`numFmt`); MS-XLS 2.4.126 has
//! the same codes. A CHI number that lost its leading zero is shown with it by
//! `0000000000`, a number without its spaces is shown with them by
//! `000 000 0000`, and a date is a number of days.
//!
//! Traps: a code may hide the value (`;;;`), show another text in its place
//! (`"see notes"`), or put digits before it (`"943 "000 0000`). Dates are
//! written as dd/mm/yyyy whatever their order in the code, since that is what
//! is looked for. Exponents and fractions are not followed: they lose digits.

use super::digits::{fixed, plain, whole_part};
use super::format_code::{self, Section, Token};
use super::serial::{self, Epoch};

/// What people see of a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Shown {
    /// The text in the cell.
    pub(super) seen: String,
    /// Whether the value itself is kept from sight.
    pub(super) unseen: bool,
    /// Whether it is a date or a time, and the value only counts its days.
    pub(super) moment: bool,
}

/// A format code, ready to be applied.
#[derive(Clone, Debug)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
}

/// A day in the year 2173.
const FAR_DAY: f64 = 100_000.0;

impl NumberFormat {
    /// Reads a code. Every text is one: what means nothing stands for itself.
    pub(super) fn parse(code: &str) -> Self {
        Self {
            sections: format_code::sections(code),
        }
    }

    /// The format that a built-in number stands for.
    pub(super) fn builtin(id: u32) -> Self {
        Self::parse(format_code::built_in(id))
    }

    /// Whether the code changes nothing.
    pub(super) fn is_general(&self) -> bool {
        matches!(self.sections.as_slice(), [Section { tokens, condition: None, white: false }]
            if matches!(tokens.as_slice(), [] | [Token::General | Token::Text]))
    }

    /// What people see of a number.
    pub(super) fn number(&self, value: f64, epoch: Epoch) -> Shown {
        if self.is_general() {
            return Shown::all(plain(value));
        }
        let (section, sign) = self.section(value);
        let shown = section.number(value, sign, epoch);
        Shown {
            unseen: shown.unseen || section.white,
            ..shown
        }
    }

    /// What people see of a text.
    pub(super) fn text(&self, text: &str) -> Shown {
        if self.is_general() {
            return Shown::all(text.to_owned());
        }
        let fourth = self.sections.get(3);
        // A code of one section with `@` is one for texts.
        let own = self
            .sections
            .first()
            .filter(|section| self.sections.len() == 1 && section.tokens.contains(&Token::Text));
        let Some(section) = fourth.or(own) else {
            let white = self.sections.first().is_some_and(|section| section.white);
            return Shown {
                unseen: white,
                ..Shown::all(text.to_owned())
            };
        };
        let mut seen = String::new();
        for token in &section.tokens {
            match token {
                Token::Literal(literal) => seen.push_str(literal),
                Token::Text | Token::General => seen.push_str(text),
                Token::Digit(_)
                | Token::Point
                | Token::Comma
                | Token::Percent
                | Token::Lossy
                | Token::Date(..) => {}
            }
        }
        let value = section
            .tokens
            .iter()
            .any(|token| matches!(token, Token::Text | Token::General));
        Shown {
            unseen: !value || section.white,
            ..Shown::all(seen.trim().to_owned())
        }
    }

    /// The section for a number, and whether it still wants a minus.
    fn section(&self, value: f64) -> (&Section, bool) {
        static GENERAL: Section = Section {
            tokens: Vec::new(),
            condition: None,
            white: false,
        };
        let negative = value < 0.0;
        let numbers = self
            .sections
            .get(..self.sections.len().min(3))
            .unwrap_or_default();
        if numbers.iter().any(|section| section.condition.is_some()) {
            let fits = numbers.iter().find(|section| section.fits(value));
            return (fits.unwrap_or(&GENERAL), negative);
        }
        let chosen = match numbers.len() {
            0 | 1 => 0,
            _ if negative => 1,
            3 if value == 0.0 => 2,
            _ => 0,
        };
        let sign = negative && chosen == 0;
        (numbers.get(chosen).unwrap_or(&GENERAL), sign)
    }
}

impl Shown {
    /// A value that is shown as it is.
    pub(super) fn all(seen: String) -> Self {
        Self {
            seen,
            unseen: false,
            moment: false,
        }
    }
}

impl Section {
    fn fits(&self, value: f64) -> bool {
        let Some((operator, number)) = &self.condition else {
            return true;
        };
        match operator.as_str() {
            "<" => value < *number,
            "<=" => value <= *number,
            ">" => value > *number,
            ">=" => value >= *number,
            "<>" => (value - number).abs() > 0.0,
            _ => (value - number).abs() <= 0.0,
        }
    }

    fn number(&self, value: f64, sign: bool, epoch: Epoch) -> Shown {
        let has = |wanted: fn(&Token) -> bool| self.tokens.iter().any(wanted);
        if has(|token| matches!(token, Token::Date(..))) {
            let moment = self.moment(value, epoch);
            return Shown {
                // A number this high is one, whatever its format says.
                moment: moment.is_some() && value < FAR_DAY,
                ..Shown::all(moment.unwrap_or_else(|| plain(value)))
            };
        }
        if has(|token| matches!(token, Token::Lossy)) {
            return Shown::all(plain(value));
        }
        if has(|token| matches!(token, Token::General | Token::Text)) {
            let mut seen = String::new();
            for token in &self.tokens {
                match token {
                    Token::Literal(literal) => seen.push_str(literal),
                    Token::General | Token::Text if sign => seen.push_str(&plain(value)),
                    Token::General | Token::Text => seen.push_str(&plain(value.abs())),
                    Token::Digit(_)
                    | Token::Point
                    | Token::Comma
                    | Token::Percent
                    | Token::Lossy
                    | Token::Date(..) => {}
                }
            }
            return Shown::all(seen.trim().to_owned());
        }
        if !self.counts() {
            let literals = self.tokens.iter().filter_map(|token| match token {
                Token::Literal(literal) => Some(literal.as_str()),
                Token::Digit(_)
                | Token::Point
                | Token::Comma
                | Token::Percent
                | Token::Lossy
                | Token::Date(..)
                | Token::Text
                | Token::General => None,
            });
            let seen: String = literals.collect();
            return Shown {
                // A dash for nothing hides nothing.
                unseen: value.abs() > 0.0,
                ..Shown::all(seen.trim().to_owned())
            };
        }
        Shown::all(self.placed(value, sign))
    }

    /// A date, a time or both; `None` if the number is none.
    fn moment(&self, value: f64, epoch: Epoch) -> Option<String> {
        let part = |wanted: &[char]| {
            self.tokens
                .iter()
                .any(|token| matches!(token, Token::Date(letter, _) if wanted.contains(letter)))
        };
        // `m` beside hours or seconds is a minute.
        let clock = part(&['h', 's', 'a', '[']);
        let months = self
            .tokens
            .iter()
            .any(|token| matches!(token, Token::Date('m', times) if *times >= 3));
        let date = part(&['y', 'd', 'e']) || months || !clock;
        serial::moment(value, epoch, date, clock)
    }

    /// The digits of a number in their places.
    fn placed(&self, value: f64, sign: bool) -> String {
        let is_digit = |token: &Token| matches!(token, Token::Digit(_));
        let point = self.tokens.iter().position(|token| *token == Token::Point);
        let before = self
            .tokens
            .get(..point.unwrap_or(self.tokens.len()))
            .unwrap_or_default();
        let after = self
            .tokens
            .get(point.unwrap_or(self.tokens.len())..)
            .unwrap_or_default();
        let last = self.tokens.iter().rposition(is_digit).unwrap_or(0);
        // Commas behind the last digit divide by a thousand each.
        let scale = |(at, token): (usize, &Token)| match token {
            Token::Comma if at > last => 1e-3,
            Token::Percent => 100.0,
            Token::Literal(_)
            | Token::Digit(_)
            | Token::Point
            | Token::Comma
            | Token::Lossy
            | Token::Date(..)
            | Token::Text
            | Token::General => 1.0,
        };
        let factor: f64 = self.tokens.iter().enumerate().map(scale).product();
        let decimals = after.iter().filter(|token| is_digit(token)).count();
        let digits = fixed(value.abs() * factor, decimals);
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let first = before.iter().position(is_digit);
        let final_digit = before.iter().rposition(is_digit);
        let grouped = before.iter().enumerate().any(|(at, token)| {
            *token == Token::Comma && Some(at) > first && Some(at) < final_digit
        });
        let mut seen = whole_part(before, first, whole, grouped);
        let mut fraction = fraction.chars();
        let rest = fraction.as_str().trim_end_matches('0').len();
        let mut written: usize = 0;
        for token in after {
            match token {
                Token::Point => seen.push('.'),
                Token::Digit(place) => {
                    let digit = fraction.next().unwrap_or('0');
                    if *place == '0' || written < rest {
                        seen.push(digit);
                    }
                    written = written.saturating_add(1);
                }
                Token::Literal(literal) => seen.push_str(literal),
                Token::Percent => seen.push('%'),
                Token::Comma | Token::Lossy | Token::Date(..) | Token::Text | Token::General => {}
            }
        }
        let seen = seen.trim();
        if sign {
            format!("-{seen}")
        } else {
            seen.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: f64) -> String {
        let shown = NumberFormat::parse(code).number(value, Epoch::Since1900);
        assert!(!shown.unseen, "{code} shows {value}");
        shown.seen
    }

    #[test]
    fn groups_and_leading_zeros_are_shown() {
        let number = 9_434_765_919.0;
        for (code, text) in [
            ("General", "9434765919"),
            ("0", "9434765919"),
            ("@", "9434765919"),
            ("000 000 0000", "943 476 5919"),
            ("000\\ 000\\ 0000", "943 476 5919"),
            ("000-000-0000", "943-476-5919"),
            ("### ### ####", "943 476 5919"),
            ("000\" \"000\" \"0000", "943 476 5919"),
            (
                "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####",
                "(943) 476-5919",
            ),
            ("#,##0", "9,434,765,919"),
            ("#,##0.00", "9,434,765,919.00"),
            ("[$£-809]#,##0", "£9,434,765,919"),
            ("0.00E+00", "9434765919"),
            ("# ?/?", "9434765919"),
            ("\"NHS \"0", "NHS 9434765919"),
            ("[Red]0;[Blue]-0", "9434765919"),
            (
                "_-* #,##0_-;\\-* #,##0_-;_-* \"-\"_-;_-@_-",
                "9,434,765,919",
            ),
        ] {
            assert_eq!(shown(code, number), text, "{code}");
        }
        assert_eq!(shown("0000000000", 434_765_919.0), "0434765919");
        assert_eq!(shown("000 000 0000", 43_476.0), "000 004 3476");
        assert_eq!(shown("\"943 \"000 0000", 4_765_919.0), "943 476 5919");
    }

    #[test]
    fn decimals_percents_and_signs_are_shown() {
        for (code, value, text) in [
            ("0.00", 12.5, "12.50"),
            ("0.##", 12.5, "12.5"),
            ("0", 12.5, "13"),
            ("0%", 0.125, "13%"),
            ("0.00", 1.005, "1.01"),
            ("0.0%", 0.125, "12.5%"),
            ("0,", 9_434_765.0, "9435"),
            ("0.00", -3.0, "-3.00"),
            ("0;(0)", -3.0, "(3)"),
            ("0;-0;\"none\"", 0.0, "none"),
            (".00", 1.5, "1.50"),
            ("General\" mg\"", 5.0, "5 mg"),
        ] {
            assert_eq!(shown(code, value), text, "{code}");
        }
    }

    #[test]
    fn dates_are_day_month_year_whatever_their_code() {
        for code in [
            "dd/mm/yyyy",
            "m/d/yy",
            "d-mmm-yy",
            "yyyy\\-mm\\-dd",
            "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
            "mmm-yy",
            "[$-809]d mmmm yyyy;@",
        ] {
            assert_eq!(shown(code, 25_718.0), "30/05/1970", "{code}");
        }
        assert_eq!(shown("dd/mm/yyyy hh:mm", 25_718.5), "30/05/1970 12:00");
        assert_eq!(shown("h:mm AM/PM", 0.75), "18:00");
        assert_eq!(shown("[h]:mm", 1.5), "36:00");
        assert_eq!(shown("mm:ss.0", 0.5), "12:00");
        // No date: shown in full, where a program shows a row of `#`.
        assert_eq!(shown("dd/mm/yyyy", 9_434_765_919.0), "9434765919");
    }

    #[test]
    fn every_built_in_date_is_one() {
        for id in (14..=22).chain(45..=47).chain([27, 36, 50, 58]) {
            let shown = NumberFormat::builtin(id).number(25_718.25, Epoch::Since1900);
            assert!(
                shown.moment && !shown.seen.contains("25718"),
                "{id} {shown:?}"
            );
        }
    }

    #[test]
    fn a_code_that_keeps_the_value_from_sight_says_so() {
        for code in [";;;", "\"see notes\"", "\" \"", "[White]0", "\"\";\"\""] {
            let shown = NumberFormat::parse(code).number(9_434_765_919.0, Epoch::Since1900);
            assert!(shown.unseen, "{code}");
        }
        assert!(NumberFormat::parse(";;;").text("943").unseen);
        assert!(!NumberFormat::parse("0;-0;;@").text("943").unseen);
        let shown = NumberFormat::parse("\"943 \"@").text("476 5919");
        assert_eq!(shown.seen, "943 476 5919");
    }

    #[test]
    fn any_text_is_a_code() {
        for code in [
            "", "[", "\"", "\\", "_", "*", ";;;;;;", "[h", "%%%%", ",,,,", "////", "E+E+", "[>]0",
            "00/00/\0",
        ] {
            for value in [
                0.0,
                -1.5,
                9_434_765_919.0,
                f64::NAN,
                f64::INFINITY,
                f64::MAX,
                f64::MIN_POSITIVE,
            ] {
                let format = NumberFormat::parse(code);
                let _ = format.number(value, Epoch::Since1904);
                let _ = format.text("943");
            }
        }
        let long = "0".repeat(1 << 20);
        assert!(shown(&long, 1.0).len() <= format_code::LONGEST);
    }
}
