//! All rule files together become a policy, or a list of complaints.

use sha2::{Digest, Sha256};

use super::action::Mode;
use super::rule::Rule;
use super::syntax::read_rule;
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::scan::token::hex;

/// The rules of a site with its ceiling: all that a decision depends on beside
/// the facts.
#[derive(Clone, Debug)]
pub struct Policy {
    rules: Vec<Rule>,
    sources: Vec<Source>,
    mode: Mode,
    treat_test_range_as_live: bool,
    digest: String,
}

impl Policy {
    /// The rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The file of each rule, in the order of the rules.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// A rule by its id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Whether any rule acts on tags at full strength: only then are they
    /// stripped, since another gateway behind us may act on them too.
    pub fn acts_on_tags(&self) -> bool {
        let acts = |rule: &Rule| rule.when.tag.is_some() && rule.mode == Mode::Enforce;
        self.mode == Mode::Enforce && self.rules.iter().any(acts)
    }

    /// The ceiling over all rules.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether numbers of ranges that are never issued count as patients', in
    /// all rules: for demonstrations and acceptance tests.
    pub fn treat_test_range_as_live(&self) -> bool {
        self.treat_test_range_as_live
    }

    /// SHA-256 over all rule files and both settings, in hexadecimal: equal
    /// policies decide equally.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// A policy of one rule alone, at full strength: for its examples.
    #[must_use]
    pub fn alone(rule: &Rule) -> Self {
        Self {
            rules: vec![Rule {
                mode: Mode::Enforce,
                ..rule.clone()
            }],
            sources: Vec::new(),
            mode: Mode::Enforce,
            treat_test_range_as_live: true,
            digest: String::new(),
        }
    }
}

/// Compiles rule files. The complaints cover all files; with an error among
/// them there is no policy.
///
/// `identifiers` are the words for what can be found. Each rule's source is
/// found again by [`Policy::sources`].
pub fn compile(
    sources: &[Source],
    identifiers: &[String],
    mode: Mode,
    treat_test_range_as_live: bool,
) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut rules: Vec<(Rule, &Source)> = Vec::new();
    for source in sources {
        let (rule, complaints) = read_rule(source, identifiers);
        diagnostics.extend(complaints);
        let Some(rule) = rule else { continue };
        if let Some((_, first)) = rules.iter().find(|(known, _)| known.id == rule.id) {
            let span = source.text().find(&rule.id).unwrap_or(0);
            diagnostics.push(
                Diagnostic::error(
                    "rule::duplicate-id",
                    source,
                    span..span.saturating_add(rule.id.len()),
                    format!("the id \"{}\" is taken", rule.id),
                )
                .help(format!(
                    "{} has it; give this rule another id",
                    first.name()
                )),
            );
        }
        rules.push((rule, source));
    }
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    rules.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
    let mut digest = Sha256::new();
    digest.update(format!("{mode:?} {treat_test_range_as_live}\n"));
    for (_, source) in &rules {
        digest.update(Sha256::digest(source.text()));
    }
    let (rules, sources): (Vec<Rule>, Vec<Source>) = rules
        .into_iter()
        .map(|(rule, source)| (rule, source.clone()))
        .unzip();
    let policy = Policy {
        rules,
        sources,
        mode,
        treat_test_range_as_live,
        digest: hex(&digest.finalize()),
    };
    (Some(policy), diagnostics)
}
