//! Identifiers other than ten-digit numbers: each run of digits is offered to
//! the readers of all kinds whose form could begin with it.

use super::column::{Cell, Columns, Header};
use super::context::Context;
use super::evidence::{Gathering, Sign, Weights};
use super::finding::{Confidence, Finding, Identifier};
use super::kinds::shape::Shape;
use super::kinds::{birth_date, driving_licence, iban, nino, passport, payment_card, staff_number};
use super::local::Local;
use super::offers::{self, kind, may_be_cell};
use crate::extract::PlacedText;
use crate::sensitive::Sensitive;

/// How many of one text are kept.
const SHAPES: usize = 20_000;

/// How many runs wait for the readers: whether the next one is offered cannot
/// be foreseen, so nothing is asked about one alone.
const WAITING: usize = 64;

/// A shape and what it is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) identifier: Identifier,
    pub(super) shape: Shape,
}

/// The shapes of a view, gathered run by run.
#[derive(Debug)]
pub(super) struct Gathered<'v> {
    view: &'v [u8],
    local: &'v [Local],
    all: Vec<Found>,
    dates: Vec<Shape>,
    /// Shapes of a site's own in cells, whose headers must still be looked at,
    /// with the number of their kind.
    cells: Vec<(usize, Shape)>,
    more: bool,
    /// Where the last shape ends.
    after: usize,
    /// Runs that some kinds want, but that are not yet looked at, and how many.
    waiting: [(usize, usize, u8); WAITING],
    count: usize,
}

impl<'v> Gathered<'v> {
    pub(super) fn new(view: &'v [u8], local: &'v [Local]) -> Self {
        Self {
            view,
            local,
            all: Vec::new(),
            dates: Vec::new(),
            cells: Vec::new(),
            more: false,
            after: 0,
            waiting: [(0, 0, 0); WAITING],
            count: 0,
        }
    }

    /// Takes the next run of digits. Runs of nine are handed on to `nine`.
    #[inline]
    pub(super) fn run(&mut self, start: usize, end: usize, nine: &mut impl FnMut(usize, usize)) {
        let kinds = offers::wanted(self.view, start, end);
        if let Some(slot) = self.waiting.get_mut(self.count) {
            *slot = (start, end, kinds);
        }
        let taken = kinds != 0 || !self.local.is_empty();
        self.count = self.count.wrapping_add(usize::from(taken));
        if self.count == WAITING {
            self.offer_all(nine);
        }
    }

    /// Offers the runs that wait, in order.
    pub(super) fn offer_all(&mut self, nine: &mut impl FnMut(usize, usize)) {
        for index in 0..self.count {
            let Some((start, end, kinds)) = self.waiting.get(index).copied() else {
                break;
            };
            if start < self.after {
                continue;
            }
            if end.wrapping_sub(start) == 9 {
                nine(start, end);
            }
            let kinds = offers::looked_at(kinds, self.view, start, end);
            if kinds != 0 || !self.local.is_empty() {
                self.offer(start, end, kinds);
            }
        }
        self.count = 0;
    }

    fn offer(&mut self, start: usize, end: usize, kinds: u8) {
        let found = built_in(self.view, start, end, kinds).or_else(|| self.own(start));
        if let Some(found) = found {
            self.after = found.shape.end;
            if self.all.len() < SHAPES {
                self.all.push(found);
            } else {
                self.more = true;
            }
        } else if kinds & kind::DATE != 0
            && end.saturating_sub(start) != 8
            && self.dates.len() < SHAPES
            && may_be_cell(self.view, start)
            && let Some((end, value)) = birth_date::date_at(self.view, start, end)
        {
            self.after = end;
            self.dates.push(Shape {
                start,
                end,
                value,
                signs: vec![Sign::RealDate, Sign::ColumnHeader],
            });
        } else {
            self.own_cell(start);
        }
    }

    /// A shape of a site's own at a run, after its label or in a list of such.
    fn own(&self, run: usize) -> Option<Found> {
        let last = self.all.last();
        self.local.iter().find_map(|local| {
            let identifier = local.identifier();
            let last = last.filter(|last| last.identifier == identifier);
            let shape = local.at_run(self.view, run, last.map(|last| last.shape.end))?;
            Some(Found { identifier, shape })
        })
    }

    /// Notes shapes of a site's own in a cell.
    fn own_cell(&mut self, run: usize) {
        for (local, number) in self.local.iter().zip(0..) {
            if let Some(shape) = local.in_cell(self.view, run)
                && may_be_cell(self.view, shape.start)
            {
                if self.cells.len() < SHAPES {
                    self.cells.push((number, shape));
                } else {
                    self.more = true;
                }
            }
        }
    }

    /// All shapes in order, none inside another, and whether there were more
    /// than are kept.
    pub(super) fn finish(self) -> (Vec<Found>, bool) {
        let mut all = self.all;
        all.extend(birthdays(self.view, self.dates));
        let mut cells = self.cells;
        for (local, number) in self.local.iter().zip(0..) {
            let (own, others) = cells.into_iter().partition(|(kind, _)| *kind == number);
            cells = others;
            all.extend(headed(self.view, local, own));
        }
        all.sort_by_key(|found| found.shape.start);
        (all, self.more)
    }
}

/// Of dates without a label, those in a column whose header makes them dates
/// of birth.
fn birthdays(view: &[u8], dates: Vec<Shape>) -> impl Iterator<Item = Found> {
    let cells = dates.iter().map(|date| Cell {
        start: date.start,
        end: date.end,
        value: 0,
        valid: false,
        plausible: false,
    });
    let columns = Columns::of(view, cells);
    let born = move |date: &Shape| columns.says(date.start).header == Some(Header::BirthDate);
    dates.into_iter().filter(born).map(|shape| Found {
        identifier: Identifier::BirthDate,
        shape,
    })
}

/// Of a site's own shapes in cells, those in a column with one of their labels.
fn headed(view: &[u8], local: &Local, shapes: Vec<(usize, Shape)>) -> Vec<Found> {
    let cells = shapes.iter().map(|(_, shape)| Cell {
        start: shape.start,
        end: shape.end,
        value: 0,
        valid: false,
        plausible: false,
    });
    let heads = |cell: &[u8]| local.heads(cell).then_some(Header::Own);
    let columns = Columns::under(view, cells, &heads);
    let is_headed = |shape: &Shape| columns.says(shape.start).header == Some(Header::Own);
    let own = shapes.into_iter().map(|(_, shape)| shape);
    own.filter(is_headed)
        .map(|shape| Found {
            identifier: local.identifier(),
            shape,
        })
        .collect()
}

/// The kinds that come with gatepost and could begin with the run.
fn built_in(view: &[u8], start: usize, end: usize, kinds: u8) -> Option<Found> {
    macro_rules! offer {
        ($bit:ident, $kind:ident, $identifier:ident) => {
            if kinds & kind::$bit != 0
                && let Some(shape) = $kind::at_run(view, start, end)
            {
                let identifier = Identifier::$identifier;
                return Some(Found { identifier, shape });
            }
        };
    }
    offer!(DATE, birth_date, BirthDate);
    offer!(NI_NUMBER, nino, NationalInsuranceNumber);
    offer!(IBAN, iban, Iban);
    offer!(CARD, payment_card, PaymentCard);
    offer!(PASSPORT, passport, Passport);
    offer!(STAFF, staff_number, StaffNumber);
    offer!(LICENCE, driving_licence, DrivingLicence);
    None
}

/// Which kind that comes with gatepost a run begins, of those given, or whether
/// it is a date in a cell.
#[cfg(test)]
pub(super) fn begins_any(view: &[u8], start: usize, end: usize, kinds: u8) -> Option<String> {
    let found = built_in(view, start, end, kinds);
    let of_kind = found.map(|found| found.identifier.word().to_owned());
    let is_cell = kinds & kind::DATE != 0 && end - start != 8 && may_be_cell(view, start);
    of_kind.or_else(|| {
        let date = is_cell.then(|| birth_date::date_at(view, start, end));
        date.flatten().map(|(_, date)| date)
    })
}

impl Found {
    /// Weighs a shape; `None` if too little speaks for it. `cursor` is for
    /// [`Context::near`].
    pub(super) fn weigh(
        &self,
        placed: &PlacedText,
        weights: &Weights,
        context: &Context<'_>,
        cursor: &mut usize,
    ) -> Option<Finding> {
        let (start, end) = (self.shape.start, self.shape.end);
        let around = context.near(start, end, cursor).surroundings();
        let mut signs = Gathering::new(weights);
        for sign in &self.shape.signs {
            signs.push(*sign);
        }
        if around.clinical || around.patient {
            signs.push(Sign::WeakContext);
        }
        let labelled = self.shape.signs.contains(&Sign::LabelDirect);
        if !labelled && (context.in_url(start) || context.in_mailbox(start, end)) {
            signs.push(Sign::InAddress);
        }
        let (evidence, score) = signs.finish();
        Some(Finding {
            identifier: self.identifier.clone(),
            class: None,
            confidence: Confidence::of(score)?,
            score,
            evidence,
            clinical: around.clinical,
            ours: false,
            location: placed.locate(start),
            shape: super::finding::shape(placed.text.folded(), start, end),
            value: Sensitive::new(self.shape.value.clone()),
        })
    }
}
