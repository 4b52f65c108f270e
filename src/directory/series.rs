//! All that was ever known about one domain, and what stood at a moment.

use crate::timestamp::Timestamp;

/// A stretch of time in which a domain was on the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span {
    /// The import that first had it.
    pub from: Timestamp,
    /// The import that first lacked it again.
    pub to: Option<Timestamp>,
}

/// A stretch of time in which we trusted a domain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trust {
    /// Since when.
    pub from: Timestamp,
    /// Until when: as it was said, or as it was ended.
    pub until: Timestamp,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A stretch of time in which a domain was blocked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    /// Since when.
    pub from: Timestamp,
    /// Until when, if it was ended.
    pub to: Option<Timestamp>,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub why: String,
}

/// All that was ever known about one domain, each list in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Its organisation by the list that last had it.
    pub organisation: String,
    /// When it was on the list.
    pub listed: Vec<Span>,
    /// When we trusted it.
    pub trusted: Vec<Trust>,
    /// When it was blocked.
    pub blocked: Vec<Block>,
}

/// Where a domain stands on the published list at a moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listed {
    /// It never was on it.
    Never,
    /// It is on it.
    Since {
        /// Since when.
        since: Timestamp,
        /// When it had left it before, if it came back.
        left: Option<Timestamp>,
    },
    /// It no longer is.
    Left {
        /// Since when it was on the list the last time.
        since: Timestamp,
        /// When it left.
        left: Timestamp,
    },
}

impl Series {
    /// Where the domain stands on the published list at a moment.
    pub fn listed(&self, at: Timestamp) -> Listed {
        let begun = self.listed.partition_point(|span| span.from <= at);
        let Some(last) = begun.checked_sub(1) else {
            return Listed::Never;
        };
        let Some(span) = self.listed.get(last) else {
            return Listed::Never;
        };
        match span.to.filter(|to| *to <= at) {
            Some(left) => Listed::Left {
                since: span.from,
                left,
            },
            None => Listed::Since {
                since: span.from,
                left: last
                    .checked_sub(1)
                    .and_then(|before| self.listed.get(before)?.to),
            },
        }
    }

    /// Whether it was ever on the list or trusted, and was never blocked.
    pub fn was_secure(&self) -> bool {
        self.blocked.is_empty() && !(self.listed.is_empty() && self.trusted.is_empty())
    }

    /// The trust in force at a moment.
    pub fn trust(&self, at: Timestamp) -> Option<&Trust> {
        let mut latest_first = self.trusted.iter().rev();
        latest_first.find(|trust| trust.from <= at && at < trust.until)
    }

    /// The block in force at a moment.
    pub fn block(&self, at: Timestamp) -> Option<&Block> {
        let mut latest_first = self.blocked.iter().rev();
        latest_first.find(|block| block.from <= at && block.to.is_none_or(|to| at < to))
    }
}
