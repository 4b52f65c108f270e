//! The figures of `make bench`: one file, one object a benchmark.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// The folder of the build.
pub(crate) fn target() -> PathBuf {
    let here = std::env::current_exe().expect("this program's path");
    let release = here.ancestors().find(|folder| folder.join("deps").is_dir());
    let release = release.expect("a folder of the build");
    release.parent().expect("the target folder").to_owned()
}

/// Adds a figure to `target/bench/summary.json`: its value and unit, and its
/// ratio to each peer that was measured in the same run.
pub(crate) fn add(name: &str, value: f64, unit: &str, against: &BTreeMap<&str, f64>) {
    let folder = target().join("bench");
    fs::create_dir_all(&folder).expect("the folder of figures");
    let file = folder.join("summary.json");
    let known = fs::read_to_string(&file).unwrap_or_default();
    let mut all: Map<String, Value> = serde_json::from_str(&known).unwrap_or_default();
    let rounded = |number: f64| (number * 1000.0).round() / 1000.0;
    let against: Map<String, Value> = against
        .iter()
        .map(|(peer, ratio)| ((*peer).to_owned(), json!(rounded(*ratio))))
        .collect();
    all.insert(
        name.to_owned(),
        json!({"value": rounded(value), "unit": unit, "against": against}),
    );
    let text = serde_json::to_string_pretty(&all).expect("JSON");
    fs::write(file, text + "\n").expect("the figures");
}

/// The median of what was measured; not a number if nothing was.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
