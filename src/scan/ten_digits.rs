//! Ten-digit numbers weighed: NHS, CHI and H&C numbers and their look-alikes.
//!
//! The check digit opens the gate, or a field or column that says what the
//! number is; everything else is evidence for or against.

use super::boundary;
use super::column::{ColumnSays, Header};
use super::context::{Context, Near, Surroundings};
use super::evidence::{Gathering, Sign, Weights};
use super::finding::{Confidence, Finding, Identifier, NumberClass};
use super::kernel::{Candidate, Layout};
use super::kinds::{book_number, chi_number, nhs_number, phone, postcode, time_stamp};
use super::structure::Field;
use super::words::WordKind;
use crate::extract::PlacedText;
use crate::location::Place;
use crate::sensitive::Sensitive;

/// The highest score of a number whose check digit is wrong: possible.
const WRONG_AT_MOST: u8 = 60;

/// Why a number passed the gate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Gate {
    /// The check digit holds by modulus 11.
    CheckDigit,
    /// The check digit holds by modulus 10 only.
    Luhn,
    /// The check digit is wrong, but its place says what it is.
    WrongDigit,
    /// Nine digits, which with a leading zero are a CHI number.
    LostZero,
}

/// A number that is to be weighed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ten {
    /// Digits, layout and place.
    pub(super) candidate: Candidate,
    /// Why it is weighed.
    pub(super) gate: Gate,
    /// What the field says that it stands in.
    pub(super) field: Option<Field>,
    /// Whether it may be a cell of a table.
    pub(super) in_cell: bool,
}

impl Ten {
    /// The digits as one number.
    pub(super) fn value(&self) -> u64 {
        self.candidate.digits.iter().fold(0_u64, |value, digit| {
            value.saturating_mul(10).saturating_add(u64::from(*digit))
        })
    }

    /// Whether the range is one of patients.
    pub(super) fn plausible(&self) -> bool {
        match nhs_number::class(&self.candidate.digits) {
            NumberClass::Chi | NumberClass::Hc | NumberClass::Live | NumberClass::Test => true,
            NumberClass::IrishIhi | NumberClass::Unused => false,
        }
    }
}

/// All that a number is weighed by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales<'a> {
    /// The text.
    pub(super) placed: &'a PlacedText,
    /// The words and addresses around.
    pub(super) context: &'a Context<'a>,
    /// The weights of the signs.
    pub(super) weights: &'a Weights,
    /// Where dates of birth stand, in order.
    pub(super) birth_dates: &'a [usize],
}

impl Scales<'_> {
    /// Weighs a number; `None` if too little speaks for it. `ours` is whether
    /// it is in the organisation's own index of patients; `cursor` is for
    /// [`Context::near`].
    pub(super) fn weigh(
        &self,
        ten: &Ten,
        column: ColumnSays,
        ours: bool,
        cursor: &mut usize,
    ) -> Option<Finding> {
        let view = self.placed.text.folded();
        let candidate = &ten.candidate;
        let (start, end) = (candidate.start, candidate.end);
        let words = self.context.near(start, end, cursor);
        let direct = words.label_directly_before();
        let headed = column.header == Some(Header::Number);
        let named = direct || headed || ten.field == Some(Field::Patient);
        if !boundary::holds(view, start, end, named) {
            return None;
        }
        let near = words.label_near();
        let labelled = named || near;
        match (ten.gate, candidate.layout) {
            (_, Layout::Boxes) if !labelled => return None,
            (Gate::WrongDigit | Gate::LostZero, _)
                if !headed && ten.field != Some(Field::Patient) =>
            {
                return None;
            }
            _ => {}
        }
        let class = nhs_number::class(&candidate.digits);
        let mut signs = Gathering::new(self.weights);
        signs.push(match ten.gate {
            Gate::CheckDigit => Sign::CheckDigit,
            Gate::Luhn => Sign::CheckDigitLuhn,
            Gate::WrongDigit => Sign::CheckDigitWrong,
            Gate::LostZero => Sign::LostZero,
        });
        if ten.gate == Gate::LostZero {
            signs.push(Sign::CheckDigit);
        }
        signs.push(match class {
            NumberClass::Live | NumberClass::Hc | NumberClass::Test => Sign::RangeLive,
            NumberClass::Chi => Sign::RangeChi,
            NumberClass::IrishIhi | NumberClass::Unused => Sign::RangeUnused,
        });
        match candidate.layout {
            Layout::Spaced => signs.push(Sign::LayoutUsual),
            Layout::Other if candidate.six_four && class == NumberClass::Chi => {
                signs.push(Sign::LayoutUsual);
            }
            Layout::Hyphened | Layout::Other => signs.push(Sign::LayoutOther),
            Layout::Run | Layout::Loose | Layout::Boxes => {}
        }
        if direct {
            signs.push(Sign::LabelDirect);
        } else if near {
            signs.push(Sign::LabelNear);
        }
        if headed {
            signs.push(Sign::ColumnHeader);
        }
        if ten.field == Some(Field::Patient) {
            signs.push(Sign::StructuredField);
        }
        if ours {
            signs.push(Sign::KnownPatient);
        }
        // A column of telephones or books holds its check digits by its nature
        // or by choice, whatever they are.
        let other = matches!(column.header, Some(Header::Phone | Header::Reference));
        if column.patients == Some(true) && !other {
            signs.push(Sign::ColumnStatistics);
        }
        let around = words.surroundings();
        // Neither a name nor a postcode is needed where a label or field says
        // what it is.
        let told = direct || ten.field == Some(Field::Patient);
        self.surroundings(start, end, around, told, &mut signs);
        self.against(ten, column, (direct, labelled || ours), &words, &mut signs);
        let (evidence, mut score) = signs.finish();
        if ten.gate == Gate::WrongDigit {
            // However sure the place is, this is not a number that was issued.
            score = score.min(WRONG_AT_MOST);
        }
        Some(Finding {
            identifier: Identifier::NhsNumber,
            class: Some(class),
            confidence: Confidence::of(score)?,
            score,
            evidence,
            clinical: around.clinical,
            ours,
            location: self.placed.locate(start),
            shape: super::finding::shape(view, start, end),
            value: Sensitive::new(value(&candidate.digits)),
        })
    }

    /// The signs of a patient around a number.
    fn surroundings(
        &self,
        start: usize,
        end: usize,
        around: Surroundings,
        told: bool,
        signs: &mut Gathering<'_>,
    ) {
        let view = self.placed.text.folded();
        let weak = around.clinical || around.patient;
        if weak {
            signs.push(Sign::WeakContext);
        }
        let from = start.saturating_sub(300);
        let first = self.birth_dates.partition_point(|at| *at < from);
        let born = self
            .birth_dates
            .get(first)
            .is_some_and(|at| *at <= end.saturating_add(300));
        if born {
            signs.push(Sign::BirthDateNear);
        }
        // A name or a postcode alone is as near to an order as to a patient.
        if (weak || born) && !told {
            if around.titled_name {
                signs.push(Sign::TitledNameNear);
            }
            if postcode::near(view, start, end, 300) {
                signs.push(Sign::PostcodeNear);
            }
        }
    }

    /// The signs that speak against a number. `direct` is whether a label
    /// stands directly before, `known` whether a label or the index of patients
    /// says what it is.
    fn against(
        &self,
        ten: &Ten,
        column: ColumnSays,
        (direct, known): (bool, bool),
        words: &Near<'_>,
        signs: &mut Gathering<'_>,
    ) {
        let view = self.placed.text.folded();
        let candidate = &ten.candidate;
        let (start, end) = (candidate.start, candidate.end);
        let context = self.context;
        let phone = phone::covers(view, start, end)
            || words.just_before(WordKind::Phone, 20)
            || column.header == Some(Header::Phone);
        if ten.field == Some(Field::Other) {
            signs.push(Sign::StaffField);
        }
        if !direct && phone {
            signs.push(Sign::Phone);
        } else if boundary::is_joined(view, start, end) {
            signs.push(Sign::Joined);
        }
        if !direct && book_number::covers(view, start, end) {
            signs.push(Sign::BookNumber);
        } else if !direct
            && (words.just_before(WordKind::Reference, 20)
                || boundary::is_money(view, start)
                || column.header == Some(Header::Reference))
        {
            signs.push(Sign::Reference);
        } else if !direct && words.just_before(WordKind::ReferenceWord, 20) {
            signs.push(Sign::ReferenceWord);
        }
        // A label inside the address makes it a look-up of this very patient.
        let addressed = context.in_url(start) || context.in_mailbox(start, end);
        if !known && addressed {
            signs.push(Sign::InAddress);
        } else if !known
            && self.placed.location.place != Place::AttachmentName
            && boundary::in_path(view, start, end)
        {
            signs.push(Sign::InPath);
        }
        if candidate.layout == Layout::Hyphened && !known && context.in_contact_block(start, end) {
            signs.push(Sign::ContactBlock);
        }
        let epoch_place = self.placed.location.place == Place::Header || addressed;
        if !known && epoch_place && time_stamp::reads_as_epoch(&candidate.digits) {
            signs.push(Sign::Epoch);
        }
        let class = nhs_number::class(&candidate.digits);
        if !known && class == NumberClass::Chi && candidate.layout == Layout::Run {
            if time_stamp::reads_as_date_and_more(&candidate.digits) {
                signs.push(Sign::TimeStamp);
            } else if time_stamp::reads_as_minute(&candidate.digits) {
                signs.push(Sign::TimeOfDay);
            }
        }
        if column.patients == Some(false) && !known {
            signs.push(Sign::ColumnChance);
        }
        if view.get(end).is_some_and(u8::is_ascii_alphabetic) {
            signs.push(Sign::GluedLetter);
        }
    }
}

/// Nine digits that with a leading zero are a valid CHI number with a date.
pub(super) fn lost_zero(view: &[u8], start: usize, end: usize) -> Option<Candidate> {
    let run = view.get(start..end)?;
    let mut digits = [0_u8; 10];
    if run.len() != 9 || run.first() == Some(&b'0') {
        return None;
    }
    for (digit, byte) in digits.iter_mut().skip(1).zip(run) {
        *digit = byte.saturating_sub(b'0');
    }
    let holds = super::kernel::passes_mod_11(&digits) && chi_number::has_date(&digits);
    holds.then_some(Candidate {
        digits,
        layout: Layout::Run,
        six_four: false,
        start,
        end,
    })
}

fn value(digits: &[u8; 10]) -> String {
    let digits = digits.iter();
    digits
        .map(|digit| char::from(b'0'.saturating_add(*digit)))
        .collect()
}
