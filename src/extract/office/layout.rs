//! The text of a part as it grows: the open elements, the open texts inside
//! one another, and whether people see what is added.

use std::borrow::Cow;

use crate::extract::ink::{Ground, Look, PAPER};
use crate::extract::office::paragraph::{Branch, Paragraph, Seen};
use crate::extract::office::role::Role;
use crate::extract::office::styles::Styles;
use crate::extract::office::told::Told;

/// A text that grows.
#[derive(Debug)]
pub(in crate::extract::office) struct Layout<'s> {
    /// The styles that it uses.
    pub(in crate::extract::office) styles: &'s Styles,
    /// What is done.
    pub(in crate::extract::office) told: Told,
    /// The open elements.
    pub(in crate::extract::office) open: Vec<Role>,
    stories: Vec<Story>,
    /// How the open run looks.
    pub(in crate::extract::office) look: Look,
    /// The backgrounds of the open tables and cells.
    pub(in crate::extract::office) grounds: Vec<Ground>,
    /// The depth from which on everything is hidden.
    pub(in crate::extract::office) hidden_from: Option<usize>,
    /// How many tracked deletions and insertions are open.
    pub(in crate::extract::office) deleted: usize,
    pub(in crate::extract::office) inserted: usize,
    /// How many shapes of a slide with text began, and what is behind the
    /// letters of the open one.
    shapes: usize,
    shape: usize,
    pub(in crate::extract::office) shape_ground: Ground,
    /// The colour of the page.
    pub(in crate::extract::office) page: Ground,
}

/// A text that stands by itself: the part's, or that of a text box.
#[derive(Debug, Default)]
pub(in crate::extract::office) struct Story {
    paragraphs: Vec<Paragraph>,
    /// How many cells are open.
    pub(in crate::extract::office) cells: usize,
    /// What is read of it.
    pub(in crate::extract::office) out: String,
    /// How the run around it looks.
    look: Look,
}

impl<'s> Layout<'s> {
    /// An empty text.
    pub(in crate::extract::office) fn new(styles: &'s Styles) -> Self {
        Self {
            styles,
            told: Told::default(),
            open: Vec::new(),
            stories: vec![Story::default()],
            look: Look::default(),
            grounds: Vec::new(),
            hidden_from: None,
            deleted: 0,
            inserted: 0,
            shapes: 0,
            shape: 0,
            shape_ground: Ground::Unknown,
            page: if styles.covered {
                Ground::Unknown
            } else {
                Ground::Of(PAPER)
            },
        }
    }

    /// Everything that was read.
    pub(in crate::extract::office) fn finish(mut self) -> Told {
        for story in self.stories {
            self.told.shown.push_str(&story.out);
        }
        self.told
    }

    /// A shape begins, with text of its own or without.
    pub(in crate::extract::office) fn begin_shape(&mut self, has_text: bool) {
        let paper = self.styles.paper.as_ref().filter(|_| has_text);
        self.shape_ground = paper.map_or(Ground::Unknown, |paper| paper.ground(self.shapes));
        if paper.is_some_and(|paper| paper.is_out_of_sight(self.shapes)) {
            self.hidden_from.get_or_insert(self.open.len());
        }
        self.shape = self.shapes;
        self.shapes = self.shapes.saturating_add(usize::from(has_text));
    }

    /// A text inside the open paragraph begins.
    pub(in crate::extract::office) fn begin_story(&mut self) {
        self.stories.push(Story {
            look: self.look,
            ..Story::default()
        });
        self.look = Look::default();
    }

    /// A paragraph begins.
    pub(in crate::extract::office) fn begin_paragraph(&mut self) {
        self.story(|story| story.paragraphs.push(Paragraph::default()));
    }

    /// A paragraph ends: all ways of reading it are told.
    pub(in crate::extract::office) fn end_paragraph(&mut self) {
        let Some(story) = self.stories.last_mut() else {
            return;
        };
        let Some(paragraph) = story.paragraphs.pop() else {
            return;
        };
        story.out.push_str(&paragraph.shown());
        if !paragraph.joined {
            let end = if story.cells > 0 { ' ' } else { '\n' };
            story.out.push(end);
        }
        if let Some(other) = paragraph.otherwise() {
            line(&mut self.told.beside, &other);
        }
        for text in paragraph.apart(Seen::Deleted) {
            line(&mut self.told.deleted, &text);
        }
        for text in paragraph.apart(Seen::Hidden) {
            line(&mut self.told.hidden, &text);
        }
    }

    /// A text inside a paragraph ends.
    pub(in crate::extract::office) fn end_story(&mut self) {
        let story = self.stories.pop().unwrap_or_default();
        self.look = story.look;
        if !story.out.trim().is_empty() {
            line(&mut self.told.beside, story.out.trim_end());
        }
    }

    /// Adds to the open paragraph.
    pub(in crate::extract::office) fn push(&mut self, text: &str) {
        let seen = self.seen();
        let inside = self.open.iter().rev();
        let mut inside = inside.take_while(|role| **role != Role::Story);
        let branch = match inside.find(|role| matches!(role, Role::First | Role::Other)) {
            Some(Role::First) => Branch::First,
            Some(_) => Branch::Other,
            None => Branch::Neither,
        };
        let plain = from_symbols(text);
        self.paragraph(|paragraph| paragraph.push(seen, branch, &plain));
    }

    /// Whether people see what stands here.
    fn seen(&self) -> Seen {
        if self.deleted > 0 || self.open.last() == Some(&Role::DeletedText) {
            return Seen::Deleted;
        }
        let paragraph = self
            .stories
            .last()
            .and_then(|story| story.paragraphs.last());
        let Some(paragraph) = paragraph else {
            return Seen::Shown;
        };
        let style = self.styles.paragraph(paragraph.style.as_deref());
        let block = Look {
            block: paragraph.ground,
            flat: paragraph.flat,
            ..Look::default()
        };
        let mut look = self.look.over(block).over(style);
        let paper = self.styles.paper.as_ref();
        look.ink = look
            .ink
            .or_else(|| Some(paper?.ink(self.shape, paragraph.level)));
        if self.hidden_from.is_some() || look.is_unseen(self.behind()) {
            return Seen::Hidden;
        }
        match self.inserted {
            0 => Seen::Shown,
            _ => Seen::Inserted,
        }
    }

    /// What is behind the open paragraph.
    fn behind(&self) -> Ground {
        // The background of a shape in a letter is not known.
        if self.stories.len() != 1 {
            return Ground::Unknown;
        }
        let page = match &self.styles.paper {
            Some(_) => self.shape_ground,
            None => self.page,
        };
        let grounds = self.grounds.iter().rev();
        grounds
            .fold(Ground::Clear, |near, far| near.over(*far))
            .over(page)
    }

    /// The code of a field, deleted or not.
    pub(in crate::extract::office) fn code(&mut self, code: &str) {
        if self.deleted > 0 {
            line(&mut self.told.deleted, code);
        } else {
            self.told.aside(code);
        }
    }

    /// Whether a paragraph is open.
    pub(in crate::extract::office) fn in_paragraph(&self) -> bool {
        self.stories
            .last()
            .is_some_and(|story| !story.paragraphs.is_empty())
    }

    /// Changes the open paragraph, if one is.
    pub(in crate::extract::office) fn paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        let story = self.stories.last_mut();
        if let Some(paragraph) = story.and_then(|story| story.paragraphs.last_mut()) {
            change(paragraph);
        }
    }

    /// Changes the open text.
    pub(in crate::extract::office) fn story(&mut self, change: impl FnOnce(&mut Story)) {
        if let Some(story) = self.stories.last_mut() {
            change(story);
        }
    }

    /// What the open table or cell has behind it.
    pub(in crate::extract::office) fn ground(&mut self, ground: Ground) {
        if let Some(open) = self.grounds.last_mut() {
            *open = ground.over(*open);
        }
    }

    /// Hides the nearest open element of a role, with all that is in it.
    pub(in crate::extract::office) fn hide_from(&mut self, role: Role) {
        let place = self.open.iter().rposition(|open| *open == role);
        if let Some(place) = place {
            self.hidden_from.get_or_insert(place);
        }
    }
}

/// Ends a cell or a row: what ended before it ends with it.
pub(in crate::extract::office) fn end_with(out: &mut String, end: char) {
    let is_row = end == '\n';
    if out.ends_with(' ') || (is_row && out.ends_with('\t')) {
        out.pop();
    }
    out.push(end);
}

/// Adds a line.
pub(in crate::extract::office) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// The letter that a symbol stands for: symbol fonts put ASCII at U+F000.
pub(in crate::extract::office) fn symbol(code: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(code, 16).ok()?)
}

/// Text whose letters of symbol fonts are those that they stand for.
fn from_symbols(text: &str) -> Cow<'_, str> {
    let is_symbol = |letter: char| ('\u{f020}'..='\u{f07e}').contains(&letter);
    if !text.contains(is_symbol) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().map(|letter| {
        let plain = char::from_u32(u32::from(letter) & 0xFF);
        plain.filter(|_| is_symbol(letter)).unwrap_or(letter)
    });
    Cow::Owned(letters.collect())
}

/// A whole number that some writers give as a fraction or with an exponent, as
/// people see it: `9.434765919E9`.
pub(in crate::extract::office) fn whole_number(text: &str) -> Option<String> {
    if text.len() > 32 || !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let is_whole = number.fract() == 0.0 && (1e8..1e15).contains(&number);
    is_whole.then(|| format!("{number:.0}"))
}
