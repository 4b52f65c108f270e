//! What the suite says: tables on the screen, `target/detection/summary.json`,
//! every case in `suite.jsonl`, and the misses with a message each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use serde_json::{Map, Value, json};

use crate::suite::{Alarm, Case, Level, Size};
use crate::support::summary::target;

/// All that was generated and found.
pub(crate) struct Run {
    pub(crate) size: Size,
    pub(crate) cases: Vec<Case>,
    pub(crate) alarms: Vec<Alarm>,
    /// Combinations that don't fit together.
    pub(crate) left_out: usize,
}

/// What the assertions are about.
pub(crate) struct Summary {
    pub(crate) layouts: usize,
    pub(crate) recall: f64,
    pub(crate) weak: Vec<String>,
    pub(crate) likely_decoys: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    all: usize,
    possible: usize,
    likely: usize,
}

impl Tally {
    fn count(&mut self, level: Level) {
        self.all += 1;
        self.possible += usize::from(level >= Level::Possible);
        self.likely += usize::from(level >= Level::Likely);
    }

    fn recall(self) -> f64 {
        share(self.possible, self.all)
    }

    fn json(self) -> Value {
        json!({"n": self.all, "possible": self.possible, "likely": self.likely,
            "recall": rounded(self.recall()), "recall_likely": rounded(share(self.likely, self.all))})
    }
}

type Tallies = BTreeMap<String, Tally>;

fn share(part: usize, all: usize) -> f64 {
    let exact = |count: usize| f64::from(u32::try_from(count).expect("some thousands"));
    if all == 0 {
        1.0
    } else {
        exact(part) / exact(all)
    }
}

fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

fn tallies<'c>(cases: &[&'c Case], key: impl Fn(&'c Case) -> String) -> Tallies {
    let mut tallies = Tallies::new();
    for case in cases {
        for (_, level) in &case.expect {
            tallies.entry(key(case)).or_default().count(*level);
        }
    }
    tallies
}

/// Prints and writes everything, and says what the test asks for.
pub(crate) fn publish(run: &Run) -> Summary {
    let asked: Vec<&Case> = run
        .cases
        .iter()
        .filter(|case| case.excused.is_none())
        .collect();
    let excused: Vec<&Case> = run
        .cases
        .iter()
        .filter(|case| case.excused.is_some())
        .collect();
    let groups = [
        ("layouts", tallies(&asked, |case| case.layout.to_owned())),
        (
            "settings",
            tallies(&asked, |case| case.setting.name().to_owned()),
        ),
        ("carriers", tallies(&asked, |case| case.carrier.name())),
        ("encodings", tallies(&asked, |case| case.encoding.name())),
        (
            "excused",
            tallies(&excused, |case| case.excused.unwrap_or_default().to_owned()),
        ),
    ];
    let total = tallies(&asked, |_| String::new())
        .remove("")
        .unwrap_or_default();
    let decoys = decoy_tallies(&run.alarms);
    let false_alarms = false_alarms(run);
    let mut text = String::new();
    for (name, tallies) in &groups {
        table(&mut text, name, tallies);
    }
    decoy_table(&mut text, &decoys);
    let precision = |found: usize, wrong: usize| share(found, found + wrong);
    let (at_possible, at_likely) = (
        precision(total.possible, false_alarms.possible),
        precision(total.likely, false_alarms.likely),
    );
    let _ = writeln!(
        text,
        "\n{} messages with {} numbers, seed {}, {} a combination; {} combinations don't fit together.\n\
         Recall {:.3} % at possible and above, {:.3} % at likely and above.\n\
         {} decoy messages; with the false alarms beside real numbers: {} values at possible, {} at likely.\n\
         Precision over this mixture {:.3} % at possible and above, {:.3} % at likely and above.",
        run.cases.len(),
        total.all,
        run.size.seed,
        run.size.messages,
        run.left_out,
        100.0 * total.recall(),
        100.0 * share(total.likely, total.all),
        run.alarms.len(),
        false_alarms.possible,
        false_alarms.likely,
        100.0 * at_possible,
        100.0 * at_likely,
    );
    let mut json = Map::new();
    for (name, tallies) in &groups {
        let entries = tallies
            .iter()
            .map(|(name, tally)| (name.clone(), tally.json()));
        json.insert((*name).to_owned(), Value::Object(entries.collect()));
    }
    let entries = decoys.iter().map(|(name, tally)| {
        (
            name.clone(),
            json!({"n": tally.all, "possible": tally.possible, "likely": tally.likely}),
        )
    });
    json.insert(String::from("decoys"), Value::Object(entries.collect()));
    json.insert(String::from("total"), total.json());
    json.insert(String::from("left_out"), json!(run.left_out));
    json.insert(String::from("seed"), json!(run.size.seed));
    json.insert(
        String::from("false_alarms"),
        json!({"possible": false_alarms.possible, "likely": false_alarms.likely}),
    );
    json.insert(
        String::from("precision"),
        json!({"possible": rounded(at_possible), "likely": rounded(at_likely)}),
    );
    write_files(run, &json);
    // Tests hold `print!` back, and this is what the run is for.
    let _ = std::io::stdout().write_all(text.as_bytes());
    let below = |share: f64| move |(_, tally): &(&String, &Tally)| tally.recall() < share;
    Summary {
        layouts: groups[0].1.len(),
        recall: total.recall(),
        weak: groups[0]
            .1
            .iter()
            .filter(below(0.99))
            .map(|(name, _)| name.clone())
            .collect(),
        likely_decoys: decoys
            .iter()
            .filter(|(_, tally)| tally.likely > 0)
            .map(|(name, _)| name.clone())
            .collect(),
    }
}

/// Messages of each kind of decoy, and those with a hit.
fn decoy_tallies(alarms: &[Alarm]) -> Tallies {
    let mut tallies = Tallies::new();
    for alarm in alarms {
        let level = alarm.found.iter().map(|(_, level)| *level).max();
        let tally = tallies.entry(alarm.decoy.to_owned()).or_default();
        tally.count(level.unwrap_or(Level::Nothing));
    }
    tallies
}

/// Values that were found and are no patient's, in decoys and beside numbers.
fn false_alarms(run: &Run) -> Tally {
    let mut tally = Tally::default();
    let extra = run.cases.iter().flat_map(|case| &case.extra);
    for (_, level) in extra.chain(run.alarms.iter().flat_map(|alarm| &alarm.found)) {
        tally.count(*level);
    }
    tally
}

fn table(text: &mut String, name: &str, tallies: &Tallies) {
    let _ = writeln!(
        text,
        "\n{name:<58} {:>7} {:>9} {:>9} {:>9}",
        "n", "possible+", "likely+", "recall %"
    );
    for (name, tally) in tallies {
        let _ = writeln!(
            text,
            "{name:<58} {:>7} {:>9} {:>9} {:>9.3}",
            tally.all,
            tally.possible,
            tally.likely,
            100.0 * tally.recall()
        );
    }
}

fn decoy_table(text: &mut String, tallies: &Tallies) {
    let _ = writeln!(
        text,
        "\n{:<58} {:>7} {:>9} {:>9}",
        "decoys", "n", "possible+", "likely+"
    );
    for (name, tally) in tallies {
        let _ = writeln!(
            text,
            "{name:<58} {:>7} {:>9} {:>9}",
            tally.all, tally.possible, tally.likely
        );
    }
}

fn write_files(run: &Run, summary: &Map<String, Value>) {
    let folder = target().join("detection");
    fs::create_dir_all(&folder).expect("the folder of figures");
    let text = serde_json::to_string_pretty(summary).expect("JSON");
    fs::write(folder.join("summary.json"), text + "\n").expect("the figures");
    let mut lines = String::new();
    let word = |level: &Level| format!("{level:?}").to_lowercase();
    let hits = |found: &[(String, Level)]| -> Map<String, Value> {
        let hits = found.iter();
        hits.map(|(value, level)| (value.clone(), json!(word(level))))
            .collect()
    };
    for case in &run.cases {
        let digits: Vec<&String> = case.expect.iter().map(|(value, _)| value).collect();
        let levels: Vec<String> = case.expect.iter().map(|(_, level)| word(level)).collect();
        let line = json!({"layout": case.layout, "setting": case.setting.name(),
            "carrier": case.carrier.name(), "encoding": case.encoding.name(),
            "text": case.text, "expect": digits, "ours": levels, "extra": hits(&case.extra),
            "excused": case.excused});
        let _ = writeln!(lines, "{line}");
    }
    for alarm in &run.alarms {
        let line = json!({"decoy": alarm.decoy, "carrier": alarm.carrier,
            "text": alarm.text, "expect": [], "extra": hits(&alarm.found)});
        let _ = writeln!(lines, "{line}");
    }
    fs::write(folder.join("suite.jsonl"), lines).expect("the cases");
    fs::write(folder.join("misses.txt"), misses(run)).expect("the misses");
}

/// Numbers that were missed and decoys that were likely: how many for each
/// combination, and one message each.
fn misses(run: &Run) -> String {
    let mut combinations: BTreeMap<(bool, String), (usize, &[u8])> = BTreeMap::new();
    let cases = run.cases.iter().filter_map(|case| {
        let name = format!(
            "{}, {}, {}, {}",
            case.layout,
            case.setting.name(),
            case.carrier.name(),
            case.encoding.name()
        );
        Some(((case.excused.is_some(), name), case.raw.as_deref()?))
    });
    let alarms = run.alarms.iter().filter_map(|alarm| {
        let name = format!("decoy {} at likely in {}", alarm.decoy, alarm.carrier);
        Some(((false, name), alarm.raw.as_deref()?))
    });
    for (name, raw) in cases.chain(alarms) {
        combinations.entry(name).or_insert((0, raw)).0 += 1;
    }
    let mut text = String::new();
    for ((excused, name), (count, raw)) in combinations {
        let excused = if excused { " (excused)" } else { "" };
        let _ = writeln!(
            text,
            "=== {name}: {count}{excused}\n{}",
            String::from_utf8_lossy(raw)
        );
    }
    text
}
