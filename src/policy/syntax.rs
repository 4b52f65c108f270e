//! One rule file as its author writes it: TOML, read with every complaint.
//!
//! The language is described in `rules/README.md`.

use super::action::{Action, Mode};
use super::rule::{Condition, Example, Find, Near, Outcome, RecipientTest, Rule};
use super::tag::Tag;
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::directory::{Class, Standing};
use crate::document::{Document, Table};
use crate::location::{Hidden, Place};
use crate::mail::GapReason;
use crate::scan::{Confidence, Identifier};

/// The largest `distinct-at-least`: as many findings of one kind are kept for
/// a decision at least.
const DISTINCT_AT_MOST: u64 = 64;

/// Reads a rule, given the words for identifiers; `None` with an error among
/// the complaints.
pub fn read_rule(source: &Source, identifiers: &[String]) -> (Option<Rule>, Vec<Diagnostic>) {
    let (rule, diagnostics) = Document::read(source, |file| top(file, identifiers));
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    (rule, diagnostics)
}

fn top(file: &Table<'_, '_>, identifiers: &[String]) -> Option<Rule> {
    let tables = (file.table("rule"), file.table("when"), file.table("then"));
    let examples = examples(file);
    for change in file.tables("change") {
        change.date("date");
        change.required_text("by", "\"name of the author\"");
        change.required_text("note", "\"what was changed and why\"");
        change.finish();
    }
    for (table, name) in [
        (&tables.0, "rule"),
        (&tables.1, "when"),
        (&tables.2, "then"),
    ] {
        if table.is_none() {
            file.complain(
                "rule::missing-table",
                0..0,
                format!("the file has no table [{name}]"),
                "a rule has the tables [rule], [when] and [then], and examples",
            );
        }
    }
    let (head, when, then) = (tables.0?, tables.1?, tables.2?);
    let id = head.required_text("id", "\"R02\"");
    if let Some(id) = &id
        && !is_id(&id.value)
    {
        head.complain(
            "rule::malformed-id",
            id.span.clone(),
            format!("\"{}\" is no rule id", id.value),
            "use letters, digits, hyphens and full stops, up to 40 of them",
        );
    }
    let title = head.required_text("title", "\"An NHS number to an insecure address\"");
    let why = head.required_text("why", "\"what harm it prevents\"");
    let version = head.number("version", 1..1_000_000).unwrap_or(1);
    let mode = head.choice("mode", &Mode::WORDS).unwrap_or_default();
    head.finish();
    let when = condition(&when, identifiers);
    let then = outcome(&then);
    demand_examples(file, &examples);
    Some(Rule {
        id: id?.value,
        version,
        title: title?.value,
        why: why?.value,
        mode,
        when,
        then: then?,
        examples,
    })
}

fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn condition(when: &Table<'_, '_>, identifiers: &[String]) -> Condition {
    let places: Vec<(&str, Place)> = Place::ALL
        .iter()
        .map(|place| (place.word(), *place))
        .collect();
    let reasons: Vec<(&str, GapReason)> = GapReason::ALL
        .iter()
        .map(|why| (why.word(), *why))
        .collect();
    let hidden = hidden_words();
    let condition = Condition {
        recipients: when
            .choice("recipients", &RecipientTest::WORDS)
            .unwrap_or_default(),
        recipient_classes: when.choices("recipient-class", &Class::WORDS),
        recipient_standings: when.choices("recipient-standing", &Standing::WORDS),
        recipient_looks_alike: when.flag("recipient-looks-alike"),
        recipient_has_key: when.flag("recipient-has-key"),
        recipient_has_consented: when.flag("recipient-has-consented"),
        places: when.choices("where", &places),
        find: when
            .tables("find")
            .iter()
            .filter_map(|table| find(table, identifiers))
            .collect(),
        unread: when.choices("unread", &reasons),
        hidden: when.choices("hidden", &hidden),
        tag: when.choice("tag", &[("encrypt", Tag::Encrypt)]),
    };
    when.finish();
    let asks = !condition.find.is_empty()
        || !condition.unread.is_empty()
        || !condition.hidden.is_empty()
        || condition.tag.is_some()
        || !condition.recipient_classes.is_empty()
        || !condition.recipient_standings.is_empty()
        || condition.recipient_looks_alike == Some(true)
        || condition.recipient_has_consented == Some(true);
    if !asks {
        when.complain(
            "rule::no-condition",
            when.span(),
            "this rule would be met by every message",
            "say what must be found ([[when.find]]), what was not read (unread), what people \
             don't see (hidden), a tag, or a class, standing or consent of the recipient",
        );
    }
    condition
}

/// The words for hidden places.
fn hidden_words() -> Vec<(&'static str, Hidden)> {
    let all = Hidden::ALL.iter();
    all.map(|hidden| (hidden.word(), *hidden)).collect()
}

fn find(table: &Table<'_, '_>, identifiers: &[String]) -> Option<Find> {
    let words: Vec<(&str, &str)> = identifiers
        .iter()
        .map(|word| (word.as_str(), word.as_str()))
        .collect();
    let levels = [
        ("possible", Confidence::Possible),
        ("likely", Confidence::Likely),
        ("certain", Confidence::Certain),
    ];
    table.require("identifier", "\"nhs-number\"");
    let identifier = table.choice("identifier", &words);
    let at_least = table.choice("confidence", &levels);
    let at_most = table.choice("confidence-at-most", &levels);
    let confidence = at_least.unwrap_or(Confidence::Likely);
    let confidence_at_most = at_most.unwrap_or(Confidence::Certain);
    if confidence > confidence_at_most {
        table.complain(
            "rule::impossible-find",
            table.span(),
            "no finding is at least this sure and at most that sure",
            "make confidence-at-most the same as confidence, or surer",
        );
    }
    let distinct = table.number("distinct-at-least", 1..DISTINCT_AT_MOST.saturating_add(1));
    let near = table.choice("near", &[("clinical", Near::Clinical)]);
    let is_ours = table.flag("is-ours");
    let is_hidden = table.flag("is-hidden");
    let test = table.flag("treat-test-range-as-live");
    table.finish();
    Some(Find {
        identifier: Identifier::of(identifier?),
        confidence,
        confidence_at_most,
        distinct_at_least: distinct
            .and_then(|distinct| usize::try_from(distinct).ok())
            .unwrap_or(1),
        near,
        is_ours,
        is_hidden,
        treat_test_range_as_live: test.unwrap_or(false),
    })
}

fn outcome(then: &Table<'_, '_>) -> Option<Outcome> {
    let words: Vec<(&str, Action)> = Action::CARRIED_OUT
        .iter()
        .map(|action| (action.word(), *action))
        .collect();
    let text = then.required_text("action", "\"block\"");
    let action = text.and_then(|text| {
        if matches!(text.value.as_str(), "confirm" | "hold") {
            then.complain(
                "rule::action-not-carried-out",
                text.span,
                format!("this version can't carry out \"{}\" yet", text.value),
                "use \"block\", which tells the sender at once",
            );
            return None;
        }
        then.chosen("action", &text, &words)
    });
    let otherwise = then.choice("otherwise", &[("block", Action::Block)]);
    if action == Some(Action::Encrypt) && otherwise.is_none() {
        then.complain(
            "rule::missing-otherwise",
            then.span(),
            "\"encrypt\" needs an \"otherwise\" for recipients without a usable key",
            "add the line otherwise = \"block\"",
        );
    }
    if let Some(action) = action
        && action != Action::Encrypt
        && otherwise.is_some()
    {
        then.complain(
            "rule::needless-otherwise",
            then.span(),
            format!("\"otherwise\" means nothing beside \"{action}\""),
            "remove the line, or make the action \"encrypt\"",
        );
    }
    let advice = then.text("advice").map(|advice| advice.value);
    then.finish();
    Some(Outcome {
        action: action?,
        otherwise: otherwise.unwrap_or(Action::Block),
        advice,
    })
}

fn examples(file: &Table<'_, '_>) -> Vec<Example> {
    let words: Vec<(&str, Action)> = Action::CARRIED_OUT
        .iter()
        .map(|action| (action.word(), *action))
        .collect();
    let mut examples = Vec::new();
    for table in file.tables("example") {
        let name = table.required_text("name", "\"what it shows\"");
        let to: Vec<String> = table.texts("to").into_iter().map(|to| to.value).collect();
        if to.is_empty() {
            table.complain(
                "rule::example-without-recipient",
                table.span(),
                "an example needs at least one recipient",
                "add a line such as to = [\"someone@webmail.example\"]",
            );
        }
        let text = |key| table.text(key).map(|text| text.value);
        let subject = text("subject").unwrap_or_default();
        let body = text("text").unwrap_or_default();
        let attachment = text("attachment");
        let hides = table.choices("hides", &hidden_words());
        let keys = table.flag("recipients-have-keys").unwrap_or(false);
        let consented = table.flag("recipients-have-consented").unwrap_or(false);
        let ours = table.flag("numbers-are-ours").unwrap_or(false);
        table.require("expect", "\"block\"");
        let expect = table.choice("expect", &words);
        table.finish();
        if let (Some(name), Some(expect)) = (name, expect) {
            examples.push(Example {
                name: name.value,
                to,
                subject,
                text: body,
                attachment,
                hides,
                recipients_have_keys: keys,
                recipients_have_consented: consented,
                numbers_are_ours: ours,
                expect,
                span: table.span(),
            });
        }
    }
    examples
}

/// A rule proves itself: one message that meets it, one that doesn't.
fn demand_examples(file: &Table<'_, '_>, examples: &[Example]) {
    let met = examples
        .iter()
        .any(|example| example.expect != Action::Allow);
    let left_alone = examples
        .iter()
        .any(|example| example.expect == Action::Allow);
    for (there, what, mend) in [
        (met, "meets", "the rule's action"),
        (left_alone, "doesn't meet", "\"allow\""),
    ] {
        if !there {
            file.complain(
                "rule::missing-example",
                0..0,
                format!("there is no example of a message that {what} the rule"),
                format!("add an [[example]] that expects {mend}"),
            );
        }
    }
}
