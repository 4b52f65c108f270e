//! What stands around a number: sentences as people write them, from a seed.

use crate::layouts::{Form, Kind, Label, Layout};
use crate::support::numbers::Numbers;

/// Whether a label stands right before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Setting {
    Bare,
    Labelled,
    /// The layout says itself what it is.
    Own,
}

impl Setting {
    /// The settings that a layout is asked for in.
    pub(crate) fn of(layout: &Layout) -> &'static [Self] {
        match layout.label {
            Label::Free => &[Self::Bare, Self::Labelled],
            Label::Needed => &[Self::Labelled],
            Label::Own => &[Self::Own],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Labelled => "labelled",
            Self::Own => "own",
        }
    }
}

/// A number as written, and what stands around it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) opening: String,
    /// Before the number in its sentence, with the label.
    pub(crate) before: String,
    pub(crate) text: String,
    pub(crate) after: String,
    pub(crate) closing: String,
    pub(crate) form: Form,
}

/// Sentences that speak neither for a patient nor against one.
pub(crate) const SENTENCES: [&str; 16] = [
    "Thank you for coming back to me so quickly.",
    "I have copied in the others for information.",
    "We can talk about it on Thursday.",
    "Could you let me know by 10:30 on 12/05/2026?",
    "There were 14 of us in the room last time.",
    "I will be away from Monday to Wednesday.",
    "Please print it and bring it with you.",
    "The new form has 3 pages instead of 2.",
    "It took 45 minutes to get there.",
    "Let us leave it as it is for now.",
    "Sorry for the delay, it was a long week.",
    "Both of them agreed, and so do I.",
    "Parking is in zone B, level 2.",
    "We have until the end of March 2027.",
    "Nobody has asked for it yet.",
    "See the notes that Chris sent round.",
];

const BEFORE: [&str; 10] = [
    "We spoke about ",
    "As discussed: ",
    "Could you look at ",
    "This is about ",
    "",
    "re ",
    "Please check ",
    "It should say ",
    "I can't find ",
    "The one I meant is ",
];

const AFTER: [&str; 8] = [
    " today.",
    ", thanks",
    "",
    " before Friday.",
    " and let me know",
    " - many thanks",
    " please.",
    " (see below)",
];

const NHS_LABELS: [&str; 8] = [
    "NHS No: ",
    "NHS number ",
    "NHS no. ",
    "NHS Number: ",
    "NHS ID ",
    "(NHS number) ",
    "NHS No ",
    "Nhs num: ",
];
const CHI_LABELS: [&str; 4] = ["CHI: ", "CHI no ", "CHI number: ", "CHI No. "];
const HC_LABELS: [&str; 4] = [
    "H&C No: ",
    "HCN ",
    "Health and Care Number: ",
    "HSC number ",
];

const CLOSINGS: [&str; 4] = [
    "",
    "Kind regards\r\n\r\nSam",
    "Best wishes\r\n\r\n\r\nSam Example\r\nProject office, Example House",
    "Thanks\r\n\r\n\r\n-- \r\nSam Example\r\nNHS Example Trust\r\nTel: 01632 960123",
];

/// A few neutral sentences.
pub(crate) fn sentences(numbers: &mut Numbers) -> String {
    let count = numbers.below(4);
    let sentences: Vec<&str> = (0..count).map(|_| numbers.pick(&SENTENCES)).collect();
    sentences.join(" ")
}

/// Puts sentences around a layout's text.
pub(crate) fn around(
    layout: &Layout,
    kind: Kind,
    setting: Setting,
    text: String,
    numbers: &mut Numbers,
) -> Written {
    let mut before = numbers.pick(&BEFORE).to_owned();
    if setting == Setting::Labelled {
        before.push_str(match kind {
            Kind::Any | Kind::Nhs => numbers.pick(&NHS_LABELS),
            Kind::Chi => numbers.pick(&CHI_LABELS),
            Kind::Hc => numbers.pick(&HC_LABELS),
        });
    }
    Written {
        opening: sentences(numbers),
        before,
        text,
        after: numbers.pick(&AFTER).to_owned(),
        closing: numbers.pick(&CLOSINGS).to_owned(),
        form: layout.form,
    }
}

impl Written {
    /// A decoy: all of it is the text.
    pub(crate) fn decoy(text: String, form: Form, numbers: &mut Numbers) -> Self {
        Self {
            opening: sentences(numbers),
            before: String::new(),
            text,
            after: String::new(),
            closing: String::from("Kind regards\r\n\r\nSam"),
            form,
        }
    }

    /// The sentence, or the lines, with the number.
    pub(crate) fn sentence(&self) -> String {
        match self.form {
            Form::Inline | Form::Html => format!("{}{}{}", self.before, self.text, self.after),
            // A label stands on the line above.
            Form::Block => format!("{}\r\n{}", self.before.trim_end(), self.text),
        }
    }

    /// The same for a header: on one line.
    pub(crate) fn line(&self) -> String {
        self.sentence().replace("\r\n", " ").trim().to_owned()
    }

    /// The whole as plain text.
    pub(crate) fn plain(&self) -> String {
        let parts = [&self.opening, &self.sentence(), &self.closing];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("\r\n\r\n")
    }

    /// The whole as HTML.
    pub(crate) fn html(&self) -> String {
        let sentence = match self.form {
            Form::Html => format!(
                "{}{}{}",
                escaped(&self.before),
                self.text,
                escaped(&self.after)
            ),
            Form::Inline | Form::Block => escaped(&self.sentence()),
        };
        format!(
            "<html><body>\r\n<p>{}</p>\r\n<div>{sentence}</div>\r\n<p>{}</p>\r\n</body></html>",
            escaped(&self.opening),
            escaped(&self.closing)
        )
    }
}

fn escaped(text: &str) -> String {
    xml_escaped(text)
        .replace("\r\n", "\n")
        .replace('\n', "<br>\r\n")
}

/// A text inside an XML element.
pub(crate) fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
