//! What is known about recipients: lists, classes, certificates, consents.

use std::fs;
use std::path::{Path, PathBuf};

use super::consents::{consents_file, lost_consents, read_consents};
use super::correspondents::read_correspondents;
use super::loader::Loader;
use super::recipients::read_register;
use crate::config::{Config, LearnDomains};
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::directory::{
    AccreditedList, Classes, Consents, Correspondents, KeyStore, Register, Standpoint,
};
use crate::document::Placed;
use crate::scan::token::TokenKey;

/// What the configuration says about recipients.
pub(super) fn standpoint(config: &Config) -> Standpoint {
    Standpoint {
        own: config.domains.clone(),
        accredited: config.accredited,
        pair_rule: config.pair_rule,
        grace_days: config.grace_days,
        tls_to_accredited: config.tls_to_accredited,
        tls_to_government: config.tls_to_government,
        certificate_names: config.certificate_names.clone(),
    }
}

/// The list that the configuration names, if it can be read and is right.
pub fn configured_list(config: &Config) -> Option<AccreditedList> {
    let file = config.accredited_list.as_ref()?;
    let bytes = fs::read(&file.value).ok()?;
    AccreditedList::parse(&bytes).ok()
}

impl Loader {
    /// The register; where no list was ever imported, with the list that the
    /// configuration names.
    pub(super) fn register(&mut self, config: &Config, source: &Source) -> Option<Register> {
        let mut register = match read_register(&config.state) {
            Ok(register) => register,
            Err(error) => {
                let name = error.file();
                let complaint = Diagnostic::error(
                    "recipients::unusable-register",
                    &Source::new(&name, ""),
                    0..0,
                    error.to_string(),
                );
                let help =
                    "mend the line, or bring the file back from a copy: it is only ever added to";
                self.diagnostics.push(complaint.help(help));
                return None;
            }
        };
        let imported = register.imports().next().is_some();
        match &config.accredited_list {
            Some(file) if imported => self.diagnostics.push(
                Diagnostic::warning(
                    "recipients::list-passed-over",
                    source,
                    file.span.clone(),
                    "lists were imported, so this file is not read",
                )
                .help("take the line out; gatepost recipients import takes new lists over"),
            ),
            Some(_) => register.start_with(&self.accredited(config, source)?),
            None => {}
        }
        Some(register)
    }

    /// The classes of recipients that come with gatepost, and a site's own beside
    /// its rules.
    pub(super) fn classes(
        &mut self,
        rules: Option<&Placed<PathBuf>>,
        source: &Source,
    ) -> Option<Classes> {
        let sources = self.beside_rules(rules, "recipients", source)?;
        let (classes, diagnostics) = Classes::read(&sources);
        let usable = !has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        usable.then_some(classes)
    }

    pub(super) fn accredited(
        &mut self,
        config: &Config,
        source: &Source,
    ) -> Option<AccreditedList> {
        let file = config.accredited_list.as_ref()?;
        let bytes = match fs::read(&file.value) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.unreadable(source, file, &error);
                return None;
            }
        };
        match AccreditedList::parse(&bytes) {
            Ok(list) => Some(list),
            Err(error) => {
                self.complain_at(
                    source,
                    file,
                    "list::refused",
                    &format!("{}: {error}", file.value.display()),
                    "the list is only used when all of it is right",
                );
                None
            }
        }
    }

    pub(super) fn keys(&mut self, config: &Config, source: &Source) -> KeyStore {
        let mut keys = KeyStore::default();
        let Some(folder) = &config.keys else {
            return keys;
        };
        let files = self.files(folder, source, &["asc", "pgp", "gpg"]);
        for file in files.unwrap_or_default() {
            let name = file.display().to_string();
            let added = match fs::read(&file) {
                Ok(bytes) => keys
                    .add_file(&name, &bytes)
                    .map_err(|error| error.to_string()),
                Err(error) => Err(format!("it can't be read: {error}")),
            };
            if let Err(error) = added {
                self.complain_at(
                    source,
                    folder,
                    "key::refused",
                    &format!("{name}: {error}"),
                    "mend the file, or take it out of the folder",
                );
            }
        }
        keys
    }

    /// The domains that we often write to. A file that can't be used is told and
    /// begun anew: what is learned is a convenience.
    pub(super) fn correspondents(&mut self, config: &Config) -> Correspondents {
        if config.learn_domains == LearnDomains::No {
            return Correspondents::default();
        }
        read_correspondents(&config.state).unwrap_or_else(|error| {
            let source = Source::new(&error.file(), "");
            let code = "recipients::forgotten-correspondents";
            let complaint = Diagnostic::warning(code, &source, 0..0, error.to_string());
            let help = "it is learned anew which domains we often write to; move the file away \
                        to be rid of this";
            self.diagnostics.push(complaint.help(help));
            Correspondents::default()
        })
    }

    /// The consent register; one that can't be used is an error, and one of
    /// another key is told.
    pub(super) fn consents(&mut self, state: &Path, key: &TokenKey) -> Option<Consents> {
        let source = Source::new(&consents_file(state).display().to_string(), "");
        match read_consents(state) {
            Ok(consents) => {
                let lost = lost_consents(&consents, key).map(|lost| {
                    Diagnostic::warning("recipients::lost-consents", &source, 0..0, lost)
                        .help("bring that key back, or record the consents anew")
                });
                self.diagnostics.extend(lost);
                Some(consents)
            }
            Err(error) => {
                let code = "recipients::unusable-consents";
                let complaint = Diagnostic::error(code, &source, 0..0, error.to_string());
                self.diagnostics.push(complaint.help(
                    "mend the line, or bring the file back from a copy: it is only ever added to",
                ));
                None
            }
        }
    }
}
