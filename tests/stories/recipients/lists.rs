//! The published list as it comes, goes and comes back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use gatepost::timestamp::Timestamp;
use serde_json::Value;

use super::site::{Site, complaint};
use crate::support::demo_mail::referral;
use crate::support::gatepost::{Gatepost, command, printed};
use crate::support::numbers::Numbers;
use crate::support::shared::shared;
use crate::support::world::{ACCREDITED, World};
use crate::support::{python, wait_for};

/// The real list, which is not ours to publish.
fn published() -> Option<Vec<u8>> {
    let folder = shared("accredited")?;
    let file = folder.join("dcb1596_accredited_domains_2025-05-22.csv");
    Some(fs::read(file).expect("the list"))
}

/// The same table in another order, with the columns turned round.
fn shuffled(list: &str) -> String {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(list.as_bytes());
    let mut rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| {
            row.expect("a row")
                .iter()
                .rev()
                .map(str::to_owned)
                .collect()
        })
        .collect();
    rows[1..].reverse();
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows {
        out.write_record(row).expect("a row");
    }
    String::from_utf8(out.into_inner().expect("a table")).expect("UTF-8")
}

/// The table as a workbook by openpyxl.
fn workbook(csv: &Path, xlsx: &Path) {
    let script = "import csv, sys, openpyxl\n\
        book = openpyxl.Workbook()\n\
        book.active.append(['Secure email: list of accredited organisations'])\n\
        sheet = book.create_sheet('List')\n\
        for row in csv.reader(open(sys.argv[1], newline='')): sheet.append(row)\n\
        book.save(sys.argv[2])\n";
    openpyxl(script, &[csv, xlsx]);
}

/// Runs a script that writes workbooks.
fn openpyxl(script: &str, files: &[&Path]) {
    let output = Command::new(python())
        .args(["-B", "-c", script])
        .args(files)
        .output();
    let output = output.expect("Python");
    assert!(output.status.success(), "{}", complaint(&output));
}

#[test]
fn the_published_list_is_taken_over_in_every_dress() {
    let Some(list) = published() else { return };
    let text = String::from_utf8(list.clone()).expect("ASCII");
    let windows: Vec<u8> = text
        .replace("Trust", "Trust\u{92}")
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).expect("one byte"))
        .collect();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let site = Site::new("dresses");
    let csv = site.at.path().join("list.csv");
    fs::write(&csv, &list).expect("the list");
    let xlsx = site.at.path().join("list.xlsx");
    workbook(&csv, &xlsx);
    let book = fs::read(&xlsx).expect("the workbook");
    for (dress, bytes) in [
        ("as it is", list.clone()),
        ("shuffled", shuffled(&text).into_bytes()),
        (
            "with a byte order mark",
            [b"\xEF\xBB\xBF", &list[..]].concat(),
        ),
        ("UTF-16", utf16),
        ("Windows-1252", windows),
        (
            "renamed",
            text.replace("Domain name ", "DOMAIN  Name(s)").into_bytes(),
        ),
        ("with LF", text.replace("\r\n", "\n").into_bytes()),
        ("a workbook", book),
    ] {
        let site = Site::new("dress");
        let output = site.import("list", &bytes, &[]);
        let said = printed(&output);
        assert!(output.status.success(), "{dress}: {}", complaint(&output));
        let first = said.lines().next();
        assert_eq!(first, Some("268 domains of 149 organisations"), "{dress}");
        let told = site.json(&["check", "someone@MerseyWestLancs.nhs.uk"]);
        assert_eq!(
            (&told["secure"], &told["class"]),
            (&Value::Bool(true), &"accredited".into())
        );
    }
}

#[test]
fn a_workbook_has_one_list_and_notes_around_it() {
    let site = Site::new("sheets");
    let file = |name: &str| site.at.path().join(name);
    let script = "import sys, openpyxl\n\
        def save(file, *sheets):\n\
        \x20   book = openpyxl.Workbook()\n\
        \x20   for name, rows in sheets:\n\
        \x20       sheet = book.create_sheet(name)\n\
        \x20       for row in rows: sheet.append(row)\n\
        \x20   book.save(file)\n\
        names = ['Organisation Name', 'Domain name ', 'DMARC']\n\
        good = [['Domain names that are accredited'], [], names, ['A', 'A.test', 'Reject'],\n\
        \x20   ['B', 'b.test ', None], [], ['Last updated 22 May 2025']]\n\
        wrong = [names, ['A', 'a.test; b.test', 'Reject']]\n\
        left = [names, ['C', 'left.test', 'Reject']]\n\
        save(sys.argv[1], ('Read me', [['About', 'this']]), ('List', good))\n\
        save(sys.argv[2], ('List', wrong), ('Left', left))\n\
        save(sys.argv[3], ('List', good), ('Left', left))\n";
    let files = ["noted", "wrong", "two"].map(file);
    openpyxl(script, &files.each_ref().map(PathBuf::as_path));
    for (file, why) in [
        (&files[1], "line 2: \"a.test; b.test\" is no domain"),
        (&files[2], "more than one sheet is such a list: List, Left"),
    ] {
        let output = site.run(&["import", file.to_str().expect("UTF-8")]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(complaint(&output).contains(why), "{}", complaint(&output));
        assert!(site.register().is_empty());
    }
    let output = site.run(&["import", files[0].to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", complaint(&output));
    let first = printed(&output).lines().next().map(str::to_owned);
    assert_eq!(first.as_deref(), Some("2 domains of 2 organisations"));
    assert_eq!(site.json(&["check", "b.test"])["secure"], true);
}

#[test]
fn what_can_not_be_right_is_refused_and_the_last_list_stays() {
    let Some(list) = published() else { return };
    let text = String::from_utf8(list.clone()).expect("ASCII");
    let lines: Vec<&str> = text.split_inclusive("\r\n").collect();
    let part = |rows: usize| lines[..=rows].concat().into_bytes();
    let site = Site::new("refusals");
    assert!(site.import("good", &list, &[]).status.success());
    let before = site.register();
    for (name, bytes, why) in [
        ("emptied", Vec::new(), "not one domain"),
        ("a header alone", part(0), "not one domain"),
        (
            "an error page",
            b"<!DOCTYPE html>\n<html><body>404".to_vec(),
            "this is a web page",
        ),
        ("70 %", part(187), "fewer than 80 % of the last list's 268"),
        (
            "88 %",
            part(236),
            "32 of the last list's 268 domains are missing, more than 10 %",
        ),
        (
            "truncated",
            list[..list.len() - 8].to_vec(),
            "is the file cut off?",
        ),
        (
            "without the column",
            text.replace("Domain name ", "Site").into_bytes(),
            "no column",
        ),
        (
            "a broken workbook",
            b"PK\x03\x04 and nothing".to_vec(),
            "the workbook can't be read",
        ),
    ] {
        let output = site.import("bad", &bytes, &[]);
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(
            said.contains(why) && said.contains("the last list stays"),
            "{name}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{name}: {said}");
        assert_eq!(site.register(), before, "{name}");
    }
    let told = site.json(&["status"]);
    assert_eq!(
        (&told["domains"], &told["imports"]),
        (&268.into(), &1.into())
    );
    // A named approver may: 134 domains were dropped at once in June 2022.
    let output = site.import(
        "half",
        &part(134),
        &["--approve", "IG lead", "--why", "practices left"],
    );
    assert!(output.status.success(), "{}", complaint(&output));
    assert_eq!(site.json(&["status"])["domains"], 134);
}

#[test]
fn a_domain_that_leaves_counts_for_its_grace_and_its_history_is_told() {
    let site = Site::new("leaves");
    let list = |domains: &str| {
        format!(
            "Organisation,Domain name\nA,{}\n",
            domains.replace(' ', "\nA,")
        )
    };
    let many = "a.test b.test c.test d.test e.test f.test g.test h.test i.test j.test";
    assert!(
        site.import("one", list(&format!("{many} leaver.test")).as_bytes(), &[])
            .status
            .success()
    );
    assert_eq!(
        site.json(&["check", "leaver.test"])["standing"],
        "accredited"
    );
    let output = site.import("two", list(many).as_bytes(), &[]);
    assert!(
        printed(&output).contains("removed  leaver.test"),
        "{}",
        printed(&output)
    );
    let told = site.json(&["check", "x@leaver.test"]);
    assert_eq!(
        (&told["standing"], &told["secure"]),
        (&"in-grace".into(), &true.into())
    );
    assert!(
        told["why"]
            .as_str()
            .expect("why")
            .contains("it counts until")
    );
    // At other moments: before there was any list, and long after.
    let at = |when| site.json(&["check", "leaver.test", "--at", when])["standing"].clone();
    assert_eq!(
        (at("2020-01-01"), at("2999-01-01")),
        ("never-listed".into(), "lapsed".into())
    );
    let diff = site.json(&["diff"]);
    assert_eq!(diff["removed"], Value::from(vec!["leaver.test"]));
    assert!(
        site.import(
            "three",
            list(&format!("{many} leaver.test")).as_bytes(),
            &[]
        )
        .status
        .success()
    );
    assert_eq!(site.json(&["check", "leaver.test"])["standing"], "returned");
    let history = site.json(&["history", "leaver.test"]);
    let what = |event: &Value| event["what"].as_str().expect("what").to_owned();
    let events: Vec<String> = history["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(what)
        .collect();
    assert_eq!(
        events,
        [
            "on the accredited list",
            "no longer on the accredited list",
            "back on the accredited list"
        ]
    );
}

#[test]
fn an_organisation_that_changes_its_name_is_told_by_the_new_one() {
    let site = Site::new("renamed");
    let list = |whose: &str| format!("Organisation,Domain name\nA,a.test\n{whose},b.test\n");
    assert!(
        site.import("one", list("Old Trust").as_bytes(), &[])
            .status
            .success()
    );
    let output = site.import("two", list("New Trust").as_bytes(), &[]);
    let said = printed(&output);
    assert!(
        said.contains("the same domains as before\n1 under another organisation's name\n"),
        "{said}"
    );
    let told = site.json(&["check", "b.test"]);
    assert_eq!(
        (&told["organisation"], &told["standing"]),
        (&"New Trust".into(), &"accredited".into())
    );
}

#[test]
fn the_first_import_is_compared_with_the_file_that_was_in_force() {
    let site = Site::new("first");
    let names: Vec<String> = (0..20).map(|number| format!("d{number}.test")).collect();
    let list = |count: usize| format!("Domain name\n{}\n", names[..count].join("\n"));
    fs::write(site.at.path().join("placed.csv"), list(20)).expect("a list");
    let mut text = fs::read_to_string(&site.config).expect("gatepost.toml");
    text.push_str("[recipients]\naccredited-list = \"placed.csv\"\n");
    fs::write(&site.config, text).expect("gatepost.toml");
    assert_eq!(site.json(&["check", "d0.test"])["secure"], true);
    let output = site.import("short", list(3).as_bytes(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let why = complaint(&output);
    assert!(
        why.contains("fewer than 80 % of the last list's 20"),
        "{why}"
    );
    assert!(
        site.import("whole", list(19).as_bytes(), &[])
            .status
            .success()
    );
}

#[test]
fn a_running_gatepost_follows_an_import_by_itself() {
    let world = World::start("follows");
    let number = Numbers::new(51).live();
    let message = referral("a@newly.example", &number);
    assert_eq!(world.send(&["a@newly.example"], &message).code, 550);
    let list = world.folder.path().join("new.csv");
    fs::write(
        &list,
        format!("{ACCREDITED}New Hospital,Exchange,newly.example,N,Reject,Hardfail,Y,Y\r\n"),
    )
    .expect("a list");
    let list = list.to_str().expect("UTF-8");
    // What is being changed beside it, and would not load, does not come along.
    let broken = world.folder.path().join("keys/broken.asc");
    fs::write(broken, "no key").expect("a broken key");
    let output = command(Some(&world.config), &["recipients", "import", list]);
    assert!(output.status.success(), "{}", complaint(&output));
    wait_for("the new list in force", 30, || {
        let reply = world.send(&["a@newly.example"], &message);
        (reply.code == 250).then_some(())
    });
}

#[test]
fn a_running_gatepost_says_in_its_log_that_the_list_is_old() {
    let site = Site::new("old-list");
    let imported = site.import("list.csv", ACCREDITED.as_bytes(), &[]);
    assert!(imported.status.success(), "{}", complaint(&imported));
    let register = site.at.path().join("state/recipients/register.jsonl");
    let today = site.register();
    let listen = format!("unix:{}/milter.sock", site.at.path().display());
    let config = fs::read_to_string(&site.config).expect("gatepost.toml");
    fs::write(
        &site.config,
        format!("{config}[milter]\nlisten = \"{listen}\"\n"),
    )
    .expect("gatepost.toml");
    let log_after = |days: i64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("now");
        let then = Timestamp::from_unix_ms(
            i64::try_from(now.as_millis()).expect("now") - days * 86_400_000,
        );
        let mut entry: Value = serde_json::from_slice(&today).expect("one entry");
        entry["at"] = Value::from(then.to_string());
        fs::write(&register, format!("{entry}\n")).expect("the register");
        // Each start with a log of its own; there is none before the first.
        let _ = fs::remove_file(site.config.with_extension("log"));
        let gatepost = Gatepost::start(&site.config, &listen);
        wait_for("the registers' first reading", 30, || {
            let log = gatepost.log();
            let read = days == 0 && log.contains("listening") || log.contains("days ago");
            read.then_some(log)
        })
    };
    let fresh = log_after(0);
    assert!(!fresh.contains("days ago"), "{fresh}");
    let stale = log_after(8);
    assert!(
        stale.contains("WARN") && stale.contains("taken over 8 days ago; fetch and import it anew"),
        "{stale}"
    );
    let old = log_after(31);
    assert!(
        old.contains("ERROR") && old.contains("taken over 31 days ago"),
        "{old}"
    );
    let status = site.json(&["status"]);
    let alarm = status["alarm"].as_str().expect("an alarm");
    assert!(old.contains(alarm), "{alarm}");
}
