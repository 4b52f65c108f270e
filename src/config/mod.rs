//! The configuration, `gatepost.toml`: read whole, every complaint kept.
//!
//! Every setting has a documented default; an unknown key is an error with a
//! suggestion. Relative paths are relative to the file's folder.
//!
//! **What is not here:** reading the files that it names; see [`crate::load`].

mod limits;
mod listen;

pub use listen::Listen;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::limits::read_limits;
use self::listen::{moved, read_listen};
use crate::act::Organisation;
use crate::diagnostic::{Diagnostic, Source};
use crate::directory::{CertificateNames, PairRule, Standpoint, Tls};
use crate::document::{Document, Placed, Table};
use crate::limits::Limits;
use crate::mail::Domain;
use crate::policy::{Mode, TagWords};

/// Whether it is learned which domains we often write to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LearnDomains {
    /// From the mail that leaves.
    #[default]
    Yes,
    /// Not at all.
    No,
}

/// Everything that an administrator sets.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[organisation]`: who we are, in words.
    pub organisation: Organisation,
    /// `organisation.ods-code`: our code in the Organisation Data Service.
    pub ods_code: Option<String>,
    /// `organisation.domains`: our own domains; their recipients are internal.
    pub domains: BTreeSet<Domain>,
    /// `organisation.accredited`: whether our own domain is accredited, for
    /// the pair rule. Without a configuration file it counts as accredited.
    pub accredited: bool,
    /// `milter.listen`: where the MTA finds us.
    pub listen: Listen,
    /// `milter.connections`: how many connections are served at once. Default
    /// 1,000, above the process limits of an MTA.
    pub connections: usize,
    /// `handover.smtp`: an MTA port without milters, for sealed copies and
    /// notices. Default: none.
    pub hand_over: Option<String>,
    /// `policy.mode`: a ceiling over all rules. Default `enforce`.
    pub mode: Mode,
    /// `policy.treat-test-range-as-live`: whether numbers that are never
    /// issued count as patients'. Default false.
    pub treat_test_range_as_live: bool,
    /// `policy.pair-rule`: how mail between accredited organisations counts.
    /// Default `listed`.
    pub pair_rule: PairRule,
    /// `policy.encrypt-tags`: the words in a subject that ask for encryption.
    pub tags: TagWords,
    /// `folders.state`: our own data. Default `/var/lib/gatepost`, or the
    /// user's state folder where there is no configuration file.
    pub state: PathBuf,
    /// `folders.rules`: a folder of rule files in place of the built-in ones.
    pub rules: Option<Placed<PathBuf>>,
    /// `folders.keys`: a folder of recipients' certificates.
    pub keys: Option<Placed<PathBuf>>,
    /// `recipients.accredited-list`: the published list as CSV, for a site that
    /// puts it there itself instead of importing it.
    pub accredited_list: Option<Placed<PathBuf>>,
    /// `recipients.grace-days`: how long a domain that left the list still
    /// counts as accredited.
    pub grace_days: u32,
    /// `recipients.consent-days`: how long a patient's consent to ordinary mail
    /// may be recorded for. Default 731, two years.
    pub consent_days: u32,
    /// `recipients.learn-domains`: whether it is learned which domains we often
    /// write to. Default true.
    pub learn_domains: LearnDomains,
    /// `recipients.tls-to-accredited`.
    pub tls_to_accredited: Tls,
    /// `recipients.tls-to-government`; mail to government is secure only where
    /// it is required.
    pub tls_to_government: Tls,
    /// `tls-policy.listen`: where Postfix asks which mail must go by TLS. Default:
    /// nowhere.
    pub tls_policy: Option<Listen>,
    /// `tls-policy.match`: the names that a certificate may bear where TLS is
    /// required.
    pub certificate_names: CertificateNames,
    /// `attachments.read-pictures`: whether the writing in pictures is
    /// recognised, by the system's Tesseract. Default false.
    pub read_pictures: bool,
    /// `[limits]`: the bounds of the route.
    pub limits: Limits,
}

impl Config {
    /// The configuration of a site that has no file: built-in rules and
    /// classes, a milter on a loopback port.
    pub fn built_in(state: PathBuf) -> Self {
        Self {
            organisation: Organisation::default(),
            ods_code: None,
            domains: BTreeSet::new(),
            accredited: true,
            listen: Listen::usual(),
            connections: 1_000,
            hand_over: None,
            mode: Mode::Enforce,
            treat_test_range_as_live: false,
            pair_rule: PairRule::Listed,
            tags: TagWords::default(),
            state,
            rules: None,
            keys: None,
            accredited_list: None,
            grace_days: Standpoint::default().grace_days,
            consent_days: 731,
            learn_domains: LearnDomains::Yes,
            tls_to_accredited: Tls::default(),
            tls_to_government: Tls::default(),
            tls_policy: None,
            certificate_names: CertificateNames::default(),
            read_pictures: false,
            limits: Limits::default(),
        }
    }

    /// The settings that hold from the start and that `new` has otherwise, by
    /// their names in the file: a reload can't change them.
    pub fn needs_restart(&self, new: &Self) -> Vec<&'static str> {
        let mut names = Vec::new();
        let milter = ["milter.listen", "milter.socket-mode", "milter.socket-group"];
        names.extend(moved(Some(&self.listen), Some(&new.listen), milter));
        let policy = [
            "tls-policy.listen",
            "tls-policy.socket-mode",
            "tls-policy.socket-group",
        ];
        names.extend(moved(
            self.tls_policy.as_ref(),
            new.tls_policy.as_ref(),
            policy,
        ));
        if self.connections != new.connections {
            names.push("milter.connections");
        }
        if self.limits.worker_bytes != new.limits.worker_bytes {
            names.push("limits.worker-bytes");
        }
        // The processor time of processes that are there stays what it was.
        if self.limits.reading_ms < new.limits.reading_ms {
            names.push("limits.reading-ms");
        }
        if self.state != new.state {
            names.push("folders.state");
        }
        if self.learn_domains != new.learn_domains {
            names.push("recipients.learn-domains");
        }
        names
    }

    /// Reads a file's text; `folder` is the folder that it stands in. With an
    /// error among the complaints the configuration must not be used.
    pub fn read(source: &Source, folder: &Path) -> (Self, Vec<Diagnostic>) {
        Document::read(source, |file| {
            let mut config = Self::built_in(PathBuf::from("/var/lib/gatepost"));
            match file.table("organisation") {
                Some(table) => config.read_organisation(&table),
                None => file.complain(
                    "config::missing-table",
                    0..0,
                    "the file has no table [organisation]",
                    "add [organisation] with name, domains and accredited",
                ),
            }
            if let Some(table) = file.table("milter") {
                config.read_milter(&table, folder);
            }
            if let Some(table) = file.table("handover") {
                config.read_hand_over(&table);
            }
            if let Some(table) = file.table("policy") {
                config.read_policy(&table);
            }
            if let Some(table) = file.table("folders") {
                if let Some(state) = path(&table, "state", folder) {
                    config.state = state.value;
                }
                config.rules = path(&table, "rules", folder);
                config.keys = path(&table, "keys", folder);
                table.finish();
            }
            if let Some(table) = file.table("recipients") {
                config.read_recipients(&table, folder);
            }
            if let Some(table) = file.table("tls-policy") {
                config.read_tls_policy(&table, folder);
            }
            if let Some(table) = file.table("limits") {
                read_limits(&table, &mut config.limits);
            }
            if let Some(table) = file.table("attachments") {
                config.read_pictures = table.flag("read-pictures").unwrap_or(false);
                table.finish();
            }
            config.limits.pictures = match (config.read_pictures, config.limits.pictures) {
                (false, _) => 0,
                (true, 0) => 10,
                (true, pictures) => pictures,
            };
            config
        })
    }

    fn read_organisation(&mut self, table: &Table<'_, '_>) {
        if let Some(name) = table.required_text("name", "\"Example NHS Trust\"") {
            self.organisation.name = name.value;
        }
        self.ods_code = table.text("ods-code").map(|code| code.value);
        table.require("domains", "[\"trust.example\"]");
        for domain in table.texts("domains") {
            match Domain::parse(&domain.value) {
                Ok(domain) => {
                    self.domains.insert(domain);
                }
                Err(_) => table.complain(
                    "config::not-a-domain",
                    domain.span,
                    format!("\"{}\" is no domain", domain.value),
                    "write it as in an address after the @, such as \"trust.example\"",
                ),
            }
        }
        table.require("accredited", "true");
        self.accredited = table.flag("accredited").unwrap_or(false);
        self.organisation.ig_contact = table.text("ig-contact").map(|contact| contact.value);
        self.organisation.urgent = table.text("urgent").map(|route| route.value);
        table.finish();
    }

    fn read_milter(&mut self, table: &Table<'_, '_>, folder: &Path) {
        let usual = "\"unix:/run/gatepost/milter.sock\" or \"inet:127.0.0.1:11332\"";
        if let Some(listen) = read_listen(table, folder, usual) {
            self.listen = listen;
        }
        if let Some(connections) = table.number("connections", 1..1_000_001) {
            self.connections = usize::try_from(connections).unwrap_or(self.connections);
        }
        table.finish();
    }

    fn read_hand_over(&mut self, table: &Table<'_, '_>) {
        if let Some(smtp) = table.required_text("smtp", "\"127.0.0.1:10026\"") {
            let port = smtp.value.rsplit_once(':').map(|(host, port)| {
                !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0)
            });
            if port == Some(true) {
                self.hand_over = Some(smtp.value);
            } else {
                table.complain(
                    "config::not-a-port",
                    smtp.span,
                    format!("\"{}\" is no host and port", smtp.value),
                    "write the MTA's port without milters, such as \"127.0.0.1:10026\"",
                );
            }
        }
        table.finish();
    }

    fn read_policy(&mut self, table: &Table<'_, '_>) {
        if let Some(mode) = table.choice("mode", &Mode::WORDS) {
            self.mode = mode;
        }
        if let Some(flag) = table.flag("treat-test-range-as-live") {
            self.treat_test_range_as_live = flag;
        }
        let rules = [("listed", PairRule::Listed), ("strict", PairRule::Strict)];
        if let Some(rule) = table.choice("pair-rule", &rules) {
            self.pair_rule = rule;
        }
        let tags = table.texts("encrypt-tags");
        for tag in &tags {
            if tag.value.trim().len() < 3 {
                table.complain(
                    "config::tag-too-short",
                    tag.span.clone(),
                    format!("\"{}\" would stand in many subjects by chance", tag.value),
                    "write at least three characters, such as \"[secure]\"",
                );
            }
        }
        if !tags.is_empty() {
            let words = tags.iter().map(|tag| tag.value.trim().to_lowercase());
            self.tags.encrypt = words.collect();
        }
        table.finish();
    }

    fn read_recipients(&mut self, table: &Table<'_, '_>, folder: &Path) {
        self.accredited_list = path(table, "accredited-list", folder);
        if let Some(days) = table.number("grace-days", 0..367) {
            self.grace_days = u32::try_from(days).unwrap_or(self.grace_days);
        }
        if let Some(days) = table.number("consent-days", 1..3_654) {
            self.consent_days = u32::try_from(days).unwrap_or(self.consent_days);
        }
        if table.flag("learn-domains") == Some(false) {
            self.learn_domains = LearnDomains::No;
        }
        let choices = [
            ("opportunistic", Tls::Opportunistic),
            ("require-always", Tls::Require),
        ];
        if let Some(tls) = table.choice("tls-to-accredited", &choices) {
            self.tls_to_accredited = tls;
        }
        if let Some(tls) = table.choice("tls-to-government", &choices) {
            self.tls_to_government = tls;
        }
        table.finish();
    }

    fn read_tls_policy(&mut self, table: &Table<'_, '_>, folder: &Path) {
        let usual = "\"unix:/run/gatepost/tls-policy.sock\" or \"inet:127.0.0.1:8461\"";
        self.tls_policy = read_listen(table, folder, usual);
        let texts = table.texts("match");
        let mut names = Vec::new();
        for text in &texts {
            match CertificateNames::parse_one(&text.value) {
                Some(name) => names.push(name),
                None => table.complain(
                    "config::not-a-certificate-name",
                    text.span.clone(),
                    format!("\"{}\" is no name of a certificate", text.value),
                    "write \"nexthop\", \"dot-nexthop\", \"hostname\", a server's name such as \
                     \"mx.provider.example\", or \".provider.example\" for all below it",
                ),
            }
        }
        if names.len() == texts.len() && !names.is_empty() {
            match CertificateNames::new(names) {
                Some(names) => self.certificate_names = names,
                None => table.complain(
                    "config::too-many-names",
                    table.span(),
                    format!("more than {} names of certificates", CertificateNames::MOST),
                    "keep those of the providers that your recipients use",
                ),
            }
        }
        table.finish();
    }
}

fn path(table: &Table<'_, '_>, key: &'static str, folder: &Path) -> Option<Placed<PathBuf>> {
    let text = table.text(key)?;
    Some(Placed {
        value: folder.join(text.value),
        span: text.span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_whole_configuration_is_read() {
        let text = r#"
            [organisation]
            name = "Example NHS Trust"
            ods-code = "RXX"
            domains = ["Trust.Example"]
            accredited = true
            ig-contact = "ig@trust.example"
            [milter]
            listen = "unix:/run/gatepost/milter.sock"
            [handover]
            smtp = "127.0.0.1:10026"
            [policy]
            mode = "watch"
            [folders]
            state = "state"
            rules = "/etc/gatepost/rules"
            keys = "/etc/gatepost/keys"
        "#;
        let source = Source::new("gatepost.toml", text);
        let (config, diagnostics) = Config::read(&source, Path::new("/etc/gatepost"));
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(config.mode, Mode::Watch);
        assert_eq!(config.state, Path::new("/etc/gatepost/state"));
        assert_eq!(
            config.listen,
            Listen::Unix {
                path: PathBuf::from("/run/gatepost/milter.sock"),
                mode: 0o660,
                group: None
            }
        );
    }

    #[test]
    fn what_holds_from_the_start_is_named_when_it_changes() {
        let old = Config::built_in(PathBuf::from("/a"));
        let unix = |path: &str, mode| {
            let mut config = old.clone();
            let path = PathBuf::from(path);
            let group = None;
            config.listen = Listen::Unix { path, mode, group };
            config
        };
        assert!(old.needs_restart(&old).is_empty());
        assert_eq!(
            old.needs_restart(&unix("/s", 0o660)),
            ["milter.listen"],
            "another kind of socket"
        );
        assert_eq!(
            unix("/s", 0o660).needs_restart(&unix("/s", 0o600)),
            ["milter.socket-mode"]
        );
        let mut new = unix("/t", 0o660);
        new.connections = 2;
        new.state = PathBuf::from("/b");
        new.mode = Mode::Watch;
        assert_eq!(
            unix("/s", 0o660).needs_restart(&new),
            ["milter.listen", "milter.connections", "folders.state"]
        );
        let mut longer = old.clone();
        longer.limits.reading_ms = 60_000;
        assert_eq!(old.needs_restart(&longer), ["limits.reading-ms"]);
        assert!(longer.needs_restart(&old).is_empty());
    }

    #[test]
    fn what_must_be_said_is_asked_for() {
        let source = Source::new("gatepost.toml", "[organisation]\nname = \"A\"\n");
        let (_, diagnostics) = Config::read(&source, Path::new("/"));
        let messages: Vec<&str> = diagnostics.iter().map(Diagnostic::message).collect();
        assert_eq!(
            messages,
            [
                "[organisation] needs the key \"domains\"",
                "[organisation] needs the key \"accredited\""
            ]
        );
    }
}
