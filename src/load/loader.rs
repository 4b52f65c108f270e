//! What reading files for a gate has in common: every complaint is kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Source};
use crate::document::Placed;

/// Reads files and keeps what there is to complain of.
#[derive(Debug, Default)]
pub(super) struct Loader {
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Loader {
    /// A site's own files in a folder beside its rules; none without one.
    pub(super) fn beside_rules(
        &mut self,
        rules: Option<&Placed<PathBuf>>,
        name: &str,
        source: &Source,
    ) -> Option<Vec<Source>> {
        let folder = rules.map(|rules| Placed {
            value: rules.value.join(name),
            span: rules.span.clone(),
        });
        let mut sources = Vec::new();
        if let Some(folder) = folder.filter(|folder| folder.value.is_dir()) {
            for file in self.files(&folder, source, &["toml"])? {
                if let Some(text) = self.text(&file) {
                    sources.push(Source::new(&file.display().to_string(), &text));
                }
            }
        }
        Some(sources)
    }

    pub(super) fn text(&mut self, file: &Path) -> Option<String> {
        let text = fs::read(file).and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| io::Error::other("it is not UTF-8; save it as UTF-8 text"))
        });
        match text {
            Ok(text) => Some(text),
            Err(error) => {
                self.trouble(file, &error.to_string());
                None
            }
        }
    }

    /// The files of a folder with one of the endings, sorted by name.
    pub(super) fn files(
        &mut self,
        folder: &Placed<PathBuf>,
        source: &Source,
        endings: &[&str],
    ) -> Option<Vec<PathBuf>> {
        let entries = fs::read_dir(&folder.value).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable(source, folder, &error);
                return None;
            }
        };
        let mut files: Vec<PathBuf> = entries
            .into_iter()
            .map(|entry| entry.path())
            .filter(|path| {
                let ending = path.extension().and_then(|ending| ending.to_str());
                // What has the ending is meant; that it can't be read is told
                // when it is read.
                ending.is_some_and(|ending| {
                    endings
                        .iter()
                        .any(|known| ending.eq_ignore_ascii_case(known))
                })
            })
            .collect();
        files.sort();
        Some(files)
    }

    pub(super) fn unreadable(
        &mut self,
        source: &Source,
        path: &Placed<PathBuf>,
        error: &io::Error,
    ) {
        self.complain_at(
            source,
            path,
            "file::unreadable",
            &format!("{} can't be read: {error}", path.value.display()),
            "check the path and its permissions, or leave the key out",
        );
    }

    pub(super) fn complain_at(
        &mut self,
        source: &Source,
        path: &Placed<PathBuf>,
        code: &'static str,
        message: &str,
        help: &str,
    ) {
        let diagnostic = Diagnostic::error(code, source, path.span.clone(), message);
        self.diagnostics.push(diagnostic.help(help));
    }

    pub(super) fn trouble(&mut self, file: &Path, what: &str) {
        let source = Source::new(&file.display().to_string(), "");
        let message = format!("{} can't be used: {what}", file.display());
        self.diagnostics.push(
            Diagnostic::error("file::unusable", &source, 0..0, message)
                .help("check the path and its permissions"),
        );
    }
}
