//! From disk to a gate: the only reader of configuration, rules, lists, keys.
//!
//! Everything is read and checked before anything is used, so a bad change
//! changes nothing; all complaints are given at once.
//!
//! **What is not here:** what the files mean ([`crate::config`],
//! [`crate::policy`], [`crate::directory`]).

mod consents;
mod correspondents;
mod keep;
mod known;
mod lines;
mod lists;
mod loader;
mod recipients;
mod secret;

use std::fs;
use std::path::{Path, PathBuf};

pub use consents::{change_consents, consents_file, lost_consents, read_consents, register_stamp};
pub use correspondents::{keep_correspondents, read_correspondents};
pub use keep::{replace, write_whole};
pub use known::{LoadKnownError, known_file, load_known};
pub use lists::configured_list;
pub use recipients::{RecipientsError, change_register, keep_list, moment_of_act, read_register};

use self::lists::standpoint;
use self::loader::Loader;
use crate::clock;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::directory::{Directory, Tls};
use crate::document::Placed;
use crate::example;
use crate::gate::Gate;
use crate::policy::{Action, Policy, compile, starter};
use crate::reader::{NoRecognition, can_recognise};
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
    /// Its text, for complaints.
    pub source: Source,
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
    let mut loader = Loader::default();
    let result = loader.load(wanted, key_use);
    if has_errors(&loader.diagnostics) {
        return (None, loader.diagnostics);
    }
    (result, loader.diagnostics)
}

/// The gate with the registers of recipients as they are now. Everything else
/// stays as it is in force: a change of rules that nobody has announced yet does
/// not come with a list. Without an error among the complaints it is there.
pub fn follow(config: &Config, source: &Source, gate: &Gate) -> (Option<Gate>, Vec<Diagnostic>) {
    let mut loader = Loader::default();
    let register = loader.register(config, source);
    let consents = loader.consents(&config.state, &gate.token_key);
    let gate = register.zip(consents).map(|(register, consents)| Gate {
        directory: gate.directory.with_register(register),
        consents,
        ..gate.clone()
    });
    let usable = !has_errors(&loader.diagnostics);
    (gate.filter(|_| usable), loader.diagnostics)
}

/// Reads the configuration alone: for commands that need neither rules nor
/// lists and must work while those are being mended.
pub fn load_config(wanted: &Wanted) -> (Option<Config>, Vec<Diagnostic>) {
    let mut loader = Loader::default();
    let config = loader.config(wanted).map(|(config, _)| config);
    let usable = !has_errors(&loader.diagnostics);
    (config.filter(|_| usable), loader.diagnostics)
}

/// The site's secret key, for commands that need nothing else. Without an error
/// among the complaints it is there.
pub fn load_key(state: &Path, key_use: &KeyUse) -> (Option<TokenKey>, Vec<Diagnostic>) {
    let mut loader = Loader::default();
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
        self.warn_of_idle_map(&config, &source);
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
        let learned = self.correspondents(&config);
        let directory = directory.with_often(&learned, clock::now());
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
            source,
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
        if !config.read_pictures {
            return;
        }
        let Err(why) = can_recognise() else { return };
        let (code, mend) = match why {
            NoRecognition::Tesseract => (
                "load::no-tesseract",
                "install Debian's package tesseract-ocr",
            ),
            NoRecognition::Landlock => (
                "load::no-landlock",
                "boot a kernel with Landlock, and let the service call it",
            ),
        };
        let message = format!("pictures are to be read, but {why}");
        let complaint = Diagnostic::error(code, source, 0..0, message);
        let help = format!("{mend}, or set read-pictures = false");
        self.diagnostics.push(complaint.help(help));
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
    /// A listener for Postfix that requires TLS of nobody.
    fn warn_of_idle_map(&mut self, config: &Config, source: &Source) {
        let required = [config.tls_to_accredited, config.tls_to_government];
        if config.tls_policy.is_some() && !required.contains(&Tls::Require) {
            let start = source.text().find("[tls-policy]").unwrap_or(0);
            let span = start..start.saturating_add("[tls-policy]".len());
            let message = "TLS is required of nobody, so Postfix is told nothing";
            let complaint = Diagnostic::warning("config::idle-tls-policy", source, span, message);
            let help = "set recipients.tls-to-accredited or recipients.tls-to-government to \
                        \"require-always\", or leave [tls-policy] out";
            self.diagnostics.push(complaint.help(help));
        }
    }
}
