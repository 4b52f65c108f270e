//! Identifier files: what is looked for and how much each sign weighs.
//!
//! One TOML file an identifier. Those that come with gatepost give their
//! weights; a site's own files may give others, or describe identifiers of the
//! site, such as its hospital numbers. `rules/README.md` tells how.

use std::collections::BTreeMap;

use super::evidence::{Sign, Weights};
use super::finding::{Confidence, Identifier};
use super::kernel::ChiMod10;
use super::local::{Local, LocalCheck};
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::document::{Document, Table};

/// The signs that an identifier of a site's own can have.
const OWN_SIGNS: [Sign; 5] = [
    Sign::Pattern,
    Sign::LabelDirect,
    Sign::ColumnHeader,
    Sign::WeakContext,
    Sign::InAddress,
];

/// Each weight lies between minus and plus this.
const WEIGHT_AT_MOST: i64 = 100;

/// The files that come with gatepost: name and text of each.
const BUILT_IN: [(&str, &str); 8] = [
    (
        "date-of-birth.toml",
        include_str!("../../rules/identifiers/date-of-birth.toml"),
    ),
    (
        "driving-licence.toml",
        include_str!("../../rules/identifiers/driving-licence.toml"),
    ),
    (
        "iban.toml",
        include_str!("../../rules/identifiers/iban.toml"),
    ),
    (
        "nhs-number.toml",
        include_str!("../../rules/identifiers/nhs-number.toml"),
    ),
    (
        "ni-number.toml",
        include_str!("../../rules/identifiers/ni-number.toml"),
    ),
    (
        "passport.toml",
        include_str!("../../rules/identifiers/passport.toml"),
    ),
    (
        "payment-card.toml",
        include_str!("../../rules/identifiers/payment-card.toml"),
    ),
    (
        "staff-number.toml",
        include_str!("../../rules/identifiers/staff-number.toml"),
    ),
];

/// What is looked for, and how much each sign weighs.
#[derive(Clone, Debug, Default)]
pub(super) struct Identifiers {
    weights: BTreeMap<Identifier, Weights>,
    local: Vec<Local>,
    chi: ChiMod10,
}

/// A text that shows what an identifier file finds.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) identifier: Identifier,
    pub(super) text: String,
    pub(super) finds: Vec<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) span: std::ops::Range<usize>,
    pub(super) source: Source,
}

impl Identifiers {
    /// The weights of a kind.
    pub(super) fn weights(&self, identifier: &Identifier) -> Option<&Weights> {
        self.weights.get(identifier)
    }

    /// The identifiers that a site has written itself.
    pub(super) fn local(&self) -> &[Local] {
        &self.local
    }

    /// Which CHI numbers may carry a check digit by modulus 10.
    pub(super) fn chi(&self) -> ChiMod10 {
        self.chi
    }

    /// The words that rules may use.
    pub(super) fn words(&self) -> Vec<String> {
        let known = self.weights.keys();
        known.map(|known| known.word().to_owned()).collect()
    }
}

/// The files that come with gatepost.
pub(super) fn built_in() -> Vec<Source> {
    BUILT_IN
        .iter()
        .map(|(name, text)| Source::new(&format!("built-in:identifiers/{name}"), text))
        .collect()
}

/// Reads the files: those that come with gatepost, then a site's own, which
/// win. The complaints cover all files.
pub(super) fn read(site: &[Source]) -> (Identifiers, Vec<Example>, Vec<Diagnostic>) {
    let mut all = Identifiers::default();
    let mut examples = Vec::new();
    let mut diagnostics = Vec::new();
    let own = built_in();
    for source in own.iter().chain(site) {
        let (file, complaints) = Document::read(source, |table| file(table, source));
        let broken = has_errors(&complaints);
        diagnostics.extend(complaints);
        let Some(file) = file.filter(|_| !broken) else {
            continue;
        };
        if let Some(local) = file.local {
            if all.local.iter().any(|known| known.name() == local.name()) {
                let help = "give each identifier an id of its own";
                let message = format!("the id \"{}\" is taken", file.identifier.word());
                let complaint =
                    Diagnostic::error("identifier::duplicate-id", source, 0..0, message);
                diagnostics.push(complaint.help(help));
            }
            all.local.push(local);
        }
        if let Some(chi) = file.chi {
            all.chi = chi;
        }
        all.weights
            .insert(file.identifier.clone(), Weights::new(&file.weights));
        // A site's weights are proven by the site's examples.
        examples.retain(|known: &Example| known.identifier != file.identifier);
        examples.extend(file.examples);
    }
    (all, examples, diagnostics)
}

struct File {
    identifier: Identifier,
    weights: Vec<(Sign, i16)>,
    local: Option<Local>,
    chi: Option<ChiMod10>,
    examples: Vec<Example>,
}

fn file(top: &Table<'_, '_>, source: &Source) -> Option<File> {
    let (head, weights) = (top.table("identifier"), top.table("weights"));
    for (table, name) in [(&head, "identifier"), (&weights, "weights")] {
        if table.is_none() {
            top.complain(
                "identifier::missing-table",
                0..0,
                format!("the file has no table [{name}]"),
                "an identifier has the tables [identifier] and [weights], and examples",
            );
        }
    }
    let (head, weights) = (head?, weights?);
    let id = head.required_text("id", "\"hospital-number\"")?;
    if !is_id(&id.value) {
        head.complain(
            "identifier::malformed-id",
            id.span.clone(),
            format!("\"{}\" is no id of an identifier", id.value),
            "use lower-case letters, digits and hyphens, up to 40 of them, a letter first",
        );
    }
    head.required_text("title", "\"Hospital number\"");
    let identifier = Identifier::of(&id.value);
    let name = match &identifier {
        Identifier::Local(name) => Some(name.clone()),
        Identifier::NhsNumber
        | Identifier::BirthDate
        | Identifier::NationalInsuranceNumber
        | Identifier::Passport
        | Identifier::DrivingLicence
        | Identifier::PaymentCard
        | Identifier::Iban
        | Identifier::StaffNumber => None,
    };
    let local = name.map(|name| local(&head, name));
    let chi = (identifier == Identifier::NhsNumber)
        .then(|| head.choice("chi-modulus-10", &ChiMod10::WORDS))
        .flatten();
    head.finish();
    let own = Sign::ALL.iter().filter_map(|sign| {
        let weight = weights.integer(
            sign.word(),
            -WEIGHT_AT_MOST..WEIGHT_AT_MOST.saturating_add(1),
        )?;
        Some((*sign, i16::try_from(weight).ok()?))
    });
    let mut own: Vec<(Sign, i16)> = own.collect();
    weights.finish();
    if local.is_some() {
        // A label above a column says as much as one before the number.
        let weight = |wanted| own.iter().find(|(sign, _)| *sign == wanted);
        if let (Some((_, label)), None) = (weight(Sign::LabelDirect), weight(Sign::ColumnHeader)) {
            own.push((Sign::ColumnHeader, *label));
        }
        for (sign, _) in &own {
            if !OWN_SIGNS.contains(sign) {
                weights.warn(
                    "identifier::idle-weight",
                    weights.span(),
                    format!(
                        "\"{}\" is never a sign of an identifier of your own",
                        sign.word()
                    ),
                    "remove it; pattern, label-direct, column-header, weak-context and in-address are",
                );
            }
        }
    }
    let examples = examples(top, &identifier, source);
    if local.is_some() && !examples.iter().any(|example| !example.finds.is_empty()) {
        top.complain(
            "identifier::missing-example",
            head.span(),
            "there is no example of a text in which it is found",
            "add an [[example]] with a text and finds = [\"...\"]",
        );
    }
    Some(File {
        identifier,
        weights: own,
        local: local.flatten(),
        chi,
        examples,
    })
}

fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The shape, labels and check of a site's own identifier.
fn local(head: &Table<'_, '_>, name: super::finding::LocalName) -> Option<Local> {
    let labels: Vec<String> = head
        .texts("labels")
        .into_iter()
        .map(|label| label.value.to_ascii_lowercase())
        .collect();
    if labels.is_empty() {
        head.complain(
            "identifier::no-label",
            head.span(),
            "a site's own identifier needs labels: its shape alone says too little",
            "add a line such as labels = [\"hospital no\", \"mrn\"]",
        );
    }
    for label in &labels {
        let may = |letter: char| letter.is_ascii_alphanumeric() || " &.'/".contains(letter);
        if label.trim().is_empty() || !label.chars().all(may) {
            head.complain(
                "identifier::unusable-label",
                head.span(),
                format!("the label \"{label}\" would never be found"),
                "use letters, digits and single blanks; a colon or hyphen after or within a label is allowed for anyway",
            );
        }
    }
    let check = head.choice("check", &LocalCheck::WORDS).unwrap_or_default();
    let (mask, pattern) = (head.text("mask"), head.text("pattern"));
    let (shape, is_mask) = match (mask, pattern) {
        (Some(mask), None) => (mask, true),
        (None, Some(pattern)) => (pattern, false),
        (one, _) => {
            let span = one.map_or_else(|| head.span(), |mask| mask.span);
            head.complain(
                "identifier::no-shape",
                span,
                "a site's own identifier has either a mask or a pattern",
                "add a line such as mask = \"A999999\": A a letter, 9 a digit",
            );
            return None;
        }
    };
    let local = if is_mask {
        Local::masked(name, &shape.value, labels, check)
    } else {
        Local::patterned(name, &shape.value, labels, check)
    };
    match local {
        Ok((local, slow)) => {
            if let Some(why) = slow {
                head.warn(
                    "identifier::slow-pattern",
                    shape.span,
                    format!("this pattern is slow: {why}"),
                    "say how long each part is, as in [A-Z]{2}[0-9]{6}",
                );
            }
            Some(local)
        }
        Err(why) => {
            head.complain(
                "identifier::unusable-shape",
                shape.span,
                format!("this shape can't be used: {why}"),
                "a mask has A for a letter, 9 for a digit, X for either, ? after what may be left out",
            );
            None
        }
    }
}

fn examples(top: &Table<'_, '_>, identifier: &Identifier, source: &Source) -> Vec<Example> {
    let levels = [
        ("possible", Confidence::Possible),
        ("likely", Confidence::Likely),
        ("certain", Confidence::Certain),
    ];
    let mut examples = Vec::new();
    for table in top.tables("example") {
        let text = table.required_text("text", "\"Hospital No: A912345\"");
        table.require("finds", "[\"A912345\"], or [] if nothing must be found");
        let finds = table.texts("finds");
        let confidence = table.choice("confidence", &levels);
        table.finish();
        if let Some(text) = text {
            examples.push(Example {
                identifier: identifier.clone(),
                text: text.value,
                finds: finds.into_iter().map(|value| value.value).collect(),
                confidence,
                span: table.span(),
                source: source.clone(),
            });
        }
    }
    examples
}
