//! What is wrong in a file that somebody wrote, said at its place.
//!
//! Configuration, rules and lists are read whole and every complaint is kept,
//! so that an author mends them in one go. A complaint names the file, the
//! span, a stable code, what is wrong and how to mend it; [`Diagnostic::report`]
//! draws it with line and caret.
//!
//! **What is not here:** trouble with a message ([`crate::mail::Gap`]) or with
//! gatepost itself (a `Fault`, in the shell).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

/// How bad a complaint is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Worth knowing; the file is used.
    Warning,
    /// The file can't be used.
    Error,
}

/// A file's name and text, shared by all complaints about it.
#[derive(Clone, Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
}

impl Source {
    /// A text with the name under which complaints refer to it.
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// One complaint about one place of one file.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    severity: Severity,
    code: &'static str,
    message: String,
    source: Source,
    span: Range<usize>,
    label: String,
    help: Option<String>,
}

impl Diagnostic {
    /// A complaint that makes the file unusable. `span` is in bytes of the
    /// source's text; a span outside it is moved to its end.
    pub fn error(
        code: &'static str,
        source: &Source,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let end = span.end.min(source.text.len());
        let start = span.start.min(end);
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            source: source.clone(),
            span: start..end,
            label: String::from("here"),
            help: None,
        }
    }

    /// A complaint that leaves the file usable.
    pub fn warning(
        code: &'static str,
        source: &Source,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, source, span, message)
        }
    }

    /// Sets the words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets the words that say how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The stable code, such as `rule::unknown-key`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, in a sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to mend it, where that can be said.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// Line and column of the place, both counted from 1; the column in
    /// characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self
            .source
            .text
            .get(..self.span.start)
            .unwrap_or(&self.source.text);
        let line = before.matches('\n').count().saturating_add(1);
        let last = before.rsplit('\n').next().unwrap_or(before);
        (line, last.chars().count().saturating_add(1))
    }

    /// The complaint as people read it: what, where, the line with a caret
    /// under the place, and how to mend it.
    pub fn report(&self) -> String {
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none())
            .with_width(100)
            .with_links(false);
        let mut out = String::new();
        if handler.render_report(&mut out, self).is_ok() && out.contains('^') {
            return out;
        }
        // The place is the end of a line or of an empty file, where there is
        // nothing to underline.
        let (line, column) = self.line_and_column();
        let text = self
            .source
            .text
            .lines()
            .nth(line.saturating_sub(1))
            .unwrap_or("");
        let margin = " ".repeat(line.to_string().len());
        let indent = " ".repeat(column.saturating_sub(1));
        let help = self.help.iter().map(|help| format!("  help: {help}\n"));
        format!(
            "{}\n\n  x {}\n {margin} ,-[{}:{line}:{column}]\n {line} | {text}\n {margin} : {indent}^ {}\n {margin} `----\n{}",
            self.code,
            self.message,
            self.file(),
            self.label,
            help.collect::<String>()
        )
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let contents = self.text.as_ref().read_span(span, before, after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.to_string(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}

/// Whether any complaint forbids using what was read.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}
