//! Text out of placed glyphs: lines, words and cells.
//!
//! What stands next to each other on a line belongs together, however it was
//! drawn: glyph by glyph, backwards, or in pieces with others between. Lines
//! come in the order in which they were drawn, as that is the order of columns
//! and boxes. Cells of a row are separated by tabs.

use std::mem;

use crate::extract::ink::Rgb;

/// Nearer than this, in units of the size of the font, is one word. Poppler
/// takes 0.1; a torn number is worse than two words in one.
const WORD: f64 = 0.15;

/// Nearer than this is one line of text; wider is a new cell.
const CELL: f64 = 1.0;

/// How far back a glyph may stand and still follow the last: kerning.
const BACK: f64 = -0.35;

/// Single glyphs at equal steps of at most this stand in the boxes of a form.
const BOX: f64 = 2.2;

/// Runs of one page; what is drawn after that many comes line by line.
const RUNS: usize = 1_000_000;

/// A glyph and where it stands.
#[derive(Debug)]
pub(super) struct Placed<'t> {
    /// Its text.
    pub(super) text: &'t str,
    /// Where it begins.
    pub(super) at: (f64, f64),
    /// The direction of its line, of length 1.
    pub(super) direction: (f64, f64),
    /// The size of its font.
    pub(super) size: f64,
    /// Its width.
    pub(super) width: f64,
    /// The space that is asked for behind it: no gap between words.
    pub(super) space: f64,
    /// Whether people see it, as far as the glyph itself says.
    pub(super) look: Look,
    /// Whether it is where drawing shows.
    pub(super) is_inside: bool,
    /// When it was drawn, among the things on the page.
    pub(super) order: usize,
}

/// Whether people see a glyph.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Look {
    /// They do, unless what is behind has the same colour; `None` if its own
    /// can't be told.
    Drawn(Option<Rgb>),
    /// Nobody sees it.
    Unseen,
}

/// Glyphs that follow each other on a line.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Their text.
    pub(super) text: String,
    /// Whether people see them.
    pub(super) look: Look,
    /// Whether any of them is where drawing shows: words are not cut in two.
    pub(super) is_inside: bool,
    /// Where the first begins.
    pub(super) at: (f64, f64),
    /// When the first was drawn.
    pub(super) order: usize,
    /// When the last was.
    until: usize,
    direction: (f64, f64),
    size: f64,
    /// Along the line: where it begins, where the last glyph does, the end.
    begin: f64,
    last: f64,
    end: f64,
    /// Across the line.
    base: f64,
    glyphs: usize,
}

impl Run {
    /// A point in the middle of its last glyph's height.
    pub(super) fn far_end(&self) -> (f64, f64) {
        let along = self.end - self.begin;
        let (x, y) = self.direction;
        (self.at.0 + x * along, self.at.1 + y * along)
    }

    /// Above a point of its line, inside its letters: a rule below them ends
    /// before.
    pub(super) fn above(&self, at: (f64, f64)) -> (f64, f64) {
        let (x, y) = self.direction;
        let up = 0.3 * self.size;
        (at.0 - y * up, at.1 + x * up)
    }
}

/// Takes glyphs as they are drawn.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// What was drawn.
    pub(super) runs: Vec<Run>,
}

impl Runs {
    /// Takes the next glyph.
    pub(super) fn place(&mut self, glyph: &Placed<'_>) {
        let (along, across) = in_line(glyph.at, glyph.direction);
        let width = match glyph.text.as_bytes() {
            // A file may lie about widths, and place each digit by itself.
            [b'0'..=b'9'] => glyph.width.clamp(0.35 * glyph.size, 0.75 * glyph.size),
            _ => glyph.width,
        };
        let width = width + glyph.space;
        if let Some(run) = self.runs.last_mut()
            && run.goes_on(glyph, along, across)
        {
            run.text.push_str(glyph.text);
            run.is_inside |= glyph.is_inside;
            run.last = along;
            run.until = glyph.order;
            run.end = along + width;
            run.glyphs = run.glyphs.saturating_add(1);
            return;
        }
        if self.runs.len() >= RUNS {
            if let Some(run) = self.runs.last_mut() {
                run.text.push('\n');
                run.text.push_str(glyph.text);
            }
            return;
        }
        self.runs.push(Run {
            text: glyph.text.to_owned(),
            look: glyph.look,
            is_inside: glyph.is_inside,
            at: glyph.at,
            order: glyph.order,
            until: glyph.order,
            direction: glyph.direction,
            size: glyph.size,
            begin: along,
            last: along,
            end: along + width,
            base: across,
            glyphs: 1,
        });
    }
}

impl Run {
    /// Whether a glyph follows on without a gap. Gaps are looked at when all is
    /// drawn, as something may come to stand in them.
    fn goes_on(&self, glyph: &Placed<'_>, along: f64, across: f64) -> bool {
        let size = self.size.max(glyph.size);
        // Raised and lowered letters are smaller, and belong to their word.
        let off = (across - self.base).abs();
        let level = off < 0.15 * size || (off < 0.5 * size && glyph.size < 0.85 * self.size);
        let gap = (along - self.end) / size;
        // With a width that can't be true, the step counts.
        let step = (along - self.last) / size;
        let width = (self.end - self.last) / size;
        let lies = self.glyphs == 1 && !(0.1..1.2).contains(&width);
        // What was painted in between is behind the one, and over the other.
        let is_next = glyph.order <= self.until.saturating_add(1);
        self.look == glyph.look
            && is_next
            && level
            && parallel(self.direction, glyph.direction)
            && ((BACK..=WORD).contains(&gap) || (lies && (0.2..0.8).contains(&step)))
    }
}

fn parallel(one: (f64, f64), other: (f64, f64)) -> bool {
    one.0 * other.0 + one.1 * other.1 > 0.99
}

/// A point as seen from a line through the origin: along it, and across.
fn in_line((x, y): (f64, f64), (cos, sin): (f64, f64)) -> (f64, f64) {
    (x * cos + y * sin, y * cos - x * sin)
}

/// The text of runs.
pub(super) fn lay_out(mut runs: Vec<Run>) -> String {
    for run in &mut runs {
        // Directions that differ by rounding become the same.
        run.direction = (
            (run.direction.0 * 50.0).round(),
            (run.direction.1 * 50.0).round(),
        );
    }
    runs.sort_by(|one, other| {
        let one = (one.direction, one.base);
        let other = (other.direction, other.base);
        let direction = one
            .0
            .0
            .total_cmp(&other.0.0)
            .then(one.0.1.total_cmp(&other.0.1));
        direction.then(one.1.total_cmp(&other.1))
    });
    let mut rows: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(|last| last.level(&run)) => row.push(run),
            _ => rows.push(vec![run]),
        }
    }
    let mut chunks: Vec<(usize, Run)> = Vec::new();
    for (number, row) in rows.into_iter().enumerate() {
        chunks.extend(joined(row).into_iter().map(|run| (number, run)));
    }
    chunks.sort_by_key(|(_, run)| run.order);
    let mut text = String::new();
    let mut before: Option<(usize, f64)> = None;
    for (row, run) in chunks {
        match before {
            Some((last, begin)) if last == row && run.begin > begin => text.push('\t'),
            Some(_) => text.push('\n'),
            None => {}
        }
        before = Some((row, run.begin));
        text.push_str(run.text.trim_end());
    }
    text
}

impl Run {
    fn level(&self, other: &Self) -> bool {
        let near = 0.3 * self.size.min(other.size);
        let same = (self.direction.0 - other.direction.0).abs() < 0.5
            && (self.direction.1 - other.direction.1).abs() < 0.5;
        same && (other.base - self.base).abs() <= near
    }
}

/// The runs of one row from left to right, those that touch made one.
fn joined(mut row: Vec<Run>) -> Vec<Run> {
    row.sort_by(|one, other| one.begin.total_cmp(&other.begin));
    let mut done: Vec<Run> = Vec::new();
    let mut row = boxes(row).into_iter();
    let Some(mut open) = row.next() else {
        return done;
    };
    for run in row {
        let size = open.size.max(run.size);
        let gap = (run.begin - open.end) / size;
        // Bold letters are sometimes drawn as the same letters twice.
        if run.text == open.text && (run.begin - open.begin).abs() < 0.2 * size {
            continue;
        }
        if (BACK..CELL).contains(&gap) {
            let blank = open.text.ends_with(' ') || run.text.starts_with(' ');
            if gap > WORD && !blank {
                open.text.push(' ');
            }
            open.text.push_str(&run.text);
            open.end = run.end.max(open.end);
            open.order = open.order.min(run.order);
            open.size = size;
        } else {
            done.push(mem::replace(&mut open, run));
        }
    }
    done.push(open);
    done
}

/// Makes one run of single letters or digits that stand in boxes: six or more,
/// at equal steps.
fn boxes(row: Vec<Run>) -> Vec<Run> {
    let mut done: Vec<Run> = Vec::with_capacity(row.len());
    let mut series: Vec<Run> = Vec::new();
    for run in row {
        if !goes_on(&series, &run) {
            close(&mut done, &mut series);
        }
        series.push(run);
    }
    close(&mut done, &mut series);
    done
}

fn goes_on(series: &[Run], run: &Run) -> bool {
    let single = |run: &Run| run.text.trim().chars().count() == 1;
    let Some(last) = series.last() else {
        return true;
    };
    let step = run.begin - last.begin;
    let before = series
        .len()
        .checked_sub(2)
        .and_then(|place| series.get(place));
    let equal = before.is_none_or(|before| {
        let first = last.begin - before.begin;
        (step - first).abs() < 0.15 * first.abs()
    });
    single(last) && single(run) && equal && step > 0.3 * run.size && step < BOX * run.size
}

fn close(done: &mut Vec<Run>, series: &mut Vec<Run>) {
    let far = |pair: &[Run]| match pair {
        [one, other] => other.begin - one.end > WORD * one.size,
        _ => false,
    };
    if series.len() < 6 || !series.windows(2).all(far) {
        done.append(series);
        return;
    }
    let mut all = series.drain(..);
    let Some(mut first) = all.next() else {
        return;
    };
    first.text.truncate(first.text.trim_end().len());
    for run in all {
        first.text.push_str(run.text.trim());
        first.end = run.end;
        first.order = first.order.min(run.order);
    }
    done.push(first);
}

#[cfg(test)]
mod tests {
    use crate::extract::pdf::trial::page;
    use crate::extract::suite::{read, told};

    fn first(content: &str) -> String {
        let text = told(&read(&page(content))).remove(0);
        text.split_once(": ").unwrap().1.to_owned()
    }

    #[test]
    fn glyphs_that_are_placed_one_by_one_make_one_number() {
        let forth: Vec<usize> = (0..10).collect();
        let back: Vec<usize> = (0..10).rev().collect();
        let apart = vec![0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
        for order in [forth, back, apart] {
            for step in [5.0, 5.56, 6.0, 15.0] {
                let content: Vec<String> = order
                    .iter()
                    .map(|place| {
                        let x = 20.0 + step * f64::from(u8::try_from(*place).unwrap());
                        let digit = &"9434765919"[*place..=*place];
                        format!("BT /F 10 Tf 1 0 0 1 {x} 500 Tm ({digit}) Tj ET ")
                    })
                    .collect();
                assert_eq!(first(&content.concat()), "9434765919", "{order:?} {step}");
            }
        }
    }

    #[test]
    fn kerning_and_spacing_tear_no_number() {
        for content in [
            "[(9) 80 (43) -60 (4) 120 (76) -30 (5919)] TJ",
            "4 Tc (9434765919) Tj",
            "(943) Tj (476) Tj (5919) Tj",
            "50 Tz (9434765919) Tj",
            "-1 Tc (9434765919) Tj",
        ] {
            let content = format!("BT /F 10 Tf 20 500 Td {content} ET");
            assert_eq!(first(&content), "9434765919", "{content}");
        }
    }

    #[test]
    fn cells_words_and_lines_stay_apart() {
        let content = "BT /F 10 Tf 20 500 Td (Ann) Tj 100 0 Td (12) Tj 100 0 Td (34) Tj \
            -200 -12 Td [(NHS) -300 (number)] TJ 0 -12 Td (next) Tj ET";
        assert_eq!(first(content), "Ann\t12\t34\nNHS number\nnext");
    }
}
