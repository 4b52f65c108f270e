//! From disk to a gate: the only reader of configuration, rules, lists, keys.
//!
//! Everything is read and checked before anything is used, so a bad change
//! changes nothing; all complaints are given at once.
//!
//! **What is not here:** what the files mean ([`crate::config`],
//! [`crate::policy`], [`crate::directory`]).

mod consents;
mod keep;
mod known;
mod lines;
mod recipients;
mod secret;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use consents::{change_consents, consents_file, lost_consents, read_consents, register_stamp};
pub use keep::{replace, write_whole};
pub use known::{LoadKnownError, known_file, load_known};
pub use recipients::{RecipientsError, change_register, keep_list, read_register};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::directory::{
    AccreditedList, Classes, Consents, Directory, KeyStore, Register, Standpoint,
};
use crate::document::Placed;
use crate::example;
use crate::gate::Gate;
use crate::policy::{Action, Policy, compile, starter};
use crate::reader::{TESSERACT, can_recognise};
use crate::scan::Scanner;
use crate::scan::known::KnownPatients;
use crate::scan::token::TokenKey;

/// Where the configuration is looked for when no file is named.
pub const USUAL_FILE: &str = "/etc/gatepost/gatepost.toml";

/// Where the site's secret key comes from.
#[derive(Clone, Debug)]
pub enum KeyUse {
    /// Made and stored if there is none: for the daemon's start.
    Create,
    /// The one that is in use: for a reload, which must not change it.
    Keep(TokenKey),
    /// Read if it is there, else a random one for this run: for commands that
    /// change nothing.
    ReadOnly,
}

/// What was loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The gate.
    pub gate: Gate,
    /// How many rules, certificates and accredited domains, for people.
    pub summary: String,
}

/// What to load: which files, in place of what the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The configuration file; the usual one, or none, if not given.
    pub config: Option<PathBuf>,
    /// A folder of rules in place of the configured one.
    pub rules: Option<PathBuf>,
}

/// Loads everything. Without an error among the complaints the first value is
/// there.
pub fn load(wanted: &Wanted, key_use: &KeyUse) -> (Option<Loaded>, Vec<Diagnostic>) {
    let mut loader = Loader {
        diagnostics: Vec::new(),
    };
    let result = loader.load(wanted, key_use);
    if has_errors(&loader.diagnostics) {
        return (None, loader.diagnostics);
    }
    (result, loader.diagnostics)
}

/// Reads the configuration alone: for commands that need neither rules nor
/// lists and must work while those are being mended.
pub fn load_config(wanted: &Wanted) -> (Option<Config>, Vec<Diagnostic>) {
    let mut loader = Loader {
        diagnostics: Vec::new(),
    };
    let config = loader.config(wanted).map(|(config, _)| config);
    let usable = !has_errors(&loader.diagnostics);
    (config.filter(|_| usable), loader.diagnostics)
}

/// The site's secret key, for commands that need nothing else. Without an error
/// among the complaints it is there.
pub fn load_key(state: &Path, key_use: &KeyUse) -> (Option<TokenKey>, Vec<Diagnostic>) {
    let mut loader = Loader {
        diagnostics: Vec::new(),
    };
    let key = loader.token_key(state, key_use);
    (key, loader.diagnostics)
}

/// The state folder of a user without configuration
/// (`$XDG_STATE_HOME/gatepost`, or `~/.local/state/gatepost`).
fn user_state() -> PathBuf {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    folder("XDG_STATE_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/state")))
        .unwrap_or_else(|| PathBuf::from("/var/lib"))
        .join("gatepost")
}

/// What the configuration says about recipients.
fn standpoint(config: &Config) -> Standpoint {
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

struct Loader {
    diagnostics: Vec<Diagnostic>,
}

impl Loader {
    fn load(&mut self, wanted: &Wanted, key_use: &KeyUse) -> Option<Loaded> {
        let (config, source) = self.config(wanted)?;
        let rules = match &wanted.rules {
            Some(folder) => Some(Placed {
                value: folder.clone(),
                span: 0..0,
            }),
            None => config.rules.clone(),
        };
        let scanner = self.scanner(rules.as_ref(), &source)?;
        let policy = self.policy(&config, &source, rules.as_ref(), &scanner);
        let register = self.register(&config, &source);
        let classes = self.classes(rules.as_ref(), &source);
        let keys = self.keys(&config, &source);
        let (policy, register, classes) = (policy?, register?, classes?);
        self.warn_of_silence(&config, &policy, &source);
        self.demand_tesseract(&config, &source);
        if has_errors(&self.diagnostics) {
            return None;
        }
        let token_key = self.token_key(&config.state, key_use)?;
        let consents = self.consents(&config.state, &token_key)?;
        let known = self.known(&config, &token_key);
        self.warn_of_no_index(&policy, known.as_ref());
        let summary = format!(
            "{} rules, {} certificates, {} accredited domains",
            policy.rules().len(),
            keys.len(),
            register.len()
        );
        let directory = Directory::new(standpoint(&config), register, classes, keys);
        let gate = Gate {
            organisation: config.organisation.clone(),
            directory,
            consents,
            scanner: scanner.with_known(known),
            policy,
            tags: config.tags.clone(),
            limits: config.limits,
            token_key,
            can_hand_over: config.hand_over.is_some(),
        };
        Some(Loaded {
            config,
            gate,
            summary,
        })
    }

    fn config(&mut self, wanted: &Wanted) -> Option<(Config, Source)> {
        let file = match &wanted.config {
            Some(file) => file.clone(),
            None if Path::new(USUAL_FILE).exists() => PathBuf::from(USUAL_FILE),
            None => {
                let source = Source::new("built-in configuration", "");
                return Some((Config::built_in(user_state()), source));
            }
        };
        let text = self.text(&file)?;
        let source = Source::new(&file.display().to_string(), &text);
        let folder = file.parent().unwrap_or(Path::new("."));
        let (config, diagnostics) = Config::read(&source, folder);
        self.diagnostics.extend(diagnostics);
        Some((config, source))
    }

    /// Recognition that is switched on and can't work would be a silence.
    fn demand_tesseract(&mut self, config: &Config, source: &Source) {
        if config.read_pictures && !can_recognise() {
            let message = format!("pictures are to be read, but there is no {TESSERACT}");
            let complaint = Diagnostic::error("load::no-tesseract", source, 0..0, message);
            let help = "install Debian's package tesseract-ocr, or set read-pictures = false";
            self.diagnostics.push(complaint.help(help));
        }
    }

    fn policy(
        &mut self,
        config: &Config,
        source: &Source,
        folder: Option<&Placed<PathBuf>>,
        scanner: &Scanner,
    ) -> Option<Policy> {
        let sources = match folder {
            None => starter::sources(),
            Some(folder) => self.rule_files(folder, source)?,
        };
        let (policy, diagnostics) = compile(
            &sources,
            &scanner.words(),
            config.mode,
            config.treat_test_range_as_live,
        );
        self.diagnostics.extend(diagnostics);
        let policy = policy?;
        for (rule, file) in policy.rules().iter().zip(policy.sources()) {
            self.diagnostics.extend(example::check(rule, file, scanner));
        }
        Some(policy)
    }

    /// The identifiers that come with gatepost, and a site's own beside its
    /// rules.
    fn scanner(&mut self, rules: Option<&Placed<PathBuf>>, source: &Source) -> Option<Scanner> {
        let sources = self.beside_rules(rules, "identifiers", source)?;
        let (scanner, diagnostics) = Scanner::compile(&sources);
        self.diagnostics.extend(diagnostics);
        scanner
    }

    /// A site's own files in a folder beside its rules; none without one.
    fn beside_rules(
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

    fn rule_files(&mut self, folder: &Placed<PathBuf>, source: &Source) -> Option<Vec<Source>> {
        let files = self.files(folder, source, &["toml"])?;
        if files.is_empty() {
            self.complain_at(
                source,
                folder,
                "rules::none",
                &format!("there is no rule in {}", folder.value.display()),
                "put rule files (*.toml) there, or leave the key out for the built-in rules",
            );
            return None;
        }
        let mut sources = Vec::new();
        for file in files {
            if let Some(text) = self.text(&file) {
                sources.push(Source::new(&file.display().to_string(), &text));
            }
        }
        Some(sources)
    }

    /// The register; where no list was ever imported, with the list that the
    /// configuration names.
    fn register(&mut self, config: &Config, source: &Source) -> Option<Register> {
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
    fn classes(&mut self, rules: Option<&Placed<PathBuf>>, source: &Source) -> Option<Classes> {
        let sources = self.beside_rules(rules, "recipients", source)?;
        let (classes, diagnostics) = Classes::read(&sources);
        let usable = !has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        usable.then_some(classes)
    }

    fn accredited(&mut self, config: &Config, source: &Source) -> Option<AccreditedList> {
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

    fn keys(&mut self, config: &Config, source: &Source) -> KeyStore {
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

    fn token_key(&mut self, state: &Path, key_use: &KeyUse) -> Option<TokenKey> {
        let file = state.join("token.key");
        let stored = match key_use {
            KeyUse::Keep(key) => return Some(key.clone()),
            KeyUse::Create => secret::read_or_create(&file),
            KeyUse::ReadOnly => fs::read(&file).or_else(|_| secret::random()),
        };
        match stored {
            Ok(bytes) if bytes.len() >= 32 => Some(TokenKey::new(bytes)),
            Ok(_) => {
                self.trouble(
                    &file,
                    "it holds less than 32 bytes; move it away and a new one is made",
                );
                None
            }
            Err(error) => {
                self.trouble(&file, &error.to_string());
                None
            }
        }
    }

    /// The index of known patients, if there is one; one that can't be used is
    /// an error.
    fn known(&mut self, config: &Config, key: &TokenKey) -> Option<KnownPatients> {
        let file = known_file(&config.state);
        load_known(&file, key).unwrap_or_else(|error| {
            let source = Source::new(&file.display().to_string(), "");
            let complaint = Diagnostic::error("index::unusable", &source, 0..0, error.to_string());
            let help = "build it anew with gatepost identifiers index, or move it away";
            self.diagnostics.push(complaint.help(help));
            None
        })
    }

    /// The consent register; one that can't be used is an error, and one of
    /// another key is told.
    fn consents(&mut self, state: &Path, key: &TokenKey) -> Option<Consents> {
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

    /// A rule that asks for our own patients, and no index of them.
    fn warn_of_no_index(&mut self, policy: &Policy, known: Option<&KnownPatients>) {
        let asks = policy
            .rules()
            .iter()
            .zip(policy.sources())
            .find(|(rule, _)| {
                let mut finds = rule.when.find.iter();
                finds.any(|find| find.is_ours.is_some())
            });
        if let (Some((_, source)), None) = (asks, known) {
            let span = source.text().find("is-ours").unwrap_or(0);
            let span = span..span.saturating_add("is-ours".len());
            self.diagnostics.push(
                Diagnostic::warning(
                    "rule::no-index",
                    source,
                    span,
                    "there is no index of known patients, so no number is ours",
                )
                .help("build one with gatepost identifiers index FILE.csv, then reload"),
            );
        }
    }

    /// A rule that warns, and no way to send the warning.
    fn warn_of_silence(&mut self, config: &Config, policy: &Policy, source: &Source) {
        let warns = policy
            .rules()
            .iter()
            .any(|rule| rule.then.action == Action::Warn);
        if warns && config.hand_over.is_none() && !source.text().is_empty() {
            self.diagnostics.push(
                Diagnostic::warning(
                    "config::no-hand-over",
                    source,
                    0..0,
                    "there is no [handover], so senders can't be sent notices and messages can't be split",
                )
                .help("add [handover] smtp = \"127.0.0.1:10026\", an MTA port without milters"),
            );
        }
    }

    fn text(&mut self, file: &Path) -> Option<String> {
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
    fn files(
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

    fn unreadable(&mut self, source: &Source, path: &Placed<PathBuf>, error: &io::Error) {
        self.complain_at(
            source,
            path,
            "file::unreadable",
            &format!("{} can't be read: {error}", path.value.display()),
            "check the path and its permissions, or leave the key out",
        );
    }

    fn complain_at(
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

    fn trouble(&mut self, file: &Path, what: &str) {
        let source = Source::new(&file.display().to_string(), "");
        let message = format!("{} can't be used: {what}", file.display());
        self.diagnostics.push(
            Diagnostic::error("file::unusable", &source, 0..0, message)
                .help("check the path and its permissions"),
        );
    }
}
