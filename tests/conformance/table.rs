//! The table of requirements and the tests that show them: written from the sources, and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One requirement, as `requirements.tsv` has it.
struct Requirement {
    id: String,
    level: String,
    words: String,
    source: String,
}

/// Test names by the requirement that they name.
type Tests = BTreeMap<String, BTreeSet<String>>;

#[test]
fn table_is_up_to_date() {
    let file = folder().join("README.md");
    let wanted = table(&requirements(), &tests());
    if std::env::var_os("SISKIN_WRITE_TABLE").is_some() {
        fs::write(&file, wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "tests/conformance/README.md is out of date: run `make table`"
    );
}

#[test]
fn table_knows_every_requirement_that_a_test_names() {
    let known: BTreeSet<String> = requirements().into_iter().map(|row| row.id).collect();
    let unknown: Vec<String> = tests()
        .into_keys()
        .filter(|id| !known.contains(id))
        .collect();
    assert!(
        unknown.is_empty(),
        "tests are named after requirements that do not exist: {unknown:?}"
    );
}

#[test]
fn table_of_requirements_is_complete() {
    let rows = requirements();
    let mut ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 260);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.level.as_str()).or_default() += 1;
        assert!(
            row.words.len() > 5 && row.source.starts_with("RFC "),
            "{}",
            row.id
        );
    }
    let expected = [("MAY", 7), ("MUST", 185), ("SHOULD", 33), ("own", 35)];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    for (area, number) in AREAS.iter().map(|(area, _, number)| (area, *number)) {
        assert_eq!(
            ids.iter().filter(|id| id.starts_with(area)).count(),
            number,
            "{area}"
        );
    }
}

#[test]
fn table_of_what_is_left_is_true() {
    let tests = tests();
    for (id, reason) in left() {
        assert!(requirements().iter().any(|row| row.id == id), "{id}");
        assert!(
            !tests.contains_key(&id),
            "{id} is tested, so it is not left"
        );
        assert!(reason.starts_with("optional"), "{id}: {reason}");
    }
}

#[test]
fn table_scanner_sees_tests_and_nothing_else() {
    let source = "
        #[test]
        fn ev_018_notify_creates_dialog() {}
        /// Words.
        #[test]
        #[allow(clippy::unwrap_used)]
        fn au_001_and_au_007_answer_and_count() {}
        #[tokio::test(start_paused = true)]
        async fn tx_001_repeats() {}
        fn ev_019_helper() {}
        // fn ev_020_comment() {}
        #[test]
        fn level_001_is_no_requirement() {}
        #[cfg(test)]
        fn ev_021_helper() {}
    ";
    let mut found = Tests::new();
    scan(source, &mut found);
    let ids: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(ids, ["AU-001", "AU-007", "EV-018", "TX-001"]);
}

fn requirements() -> Vec<Requirement> {
    include_str!("requirements.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut next = || {
                cells
                    .next()
                    .unwrap_or_else(|| panic!("too few cells: {line}"))
            };
            Requirement {
                id: next(),
                level: next(),
                words: next(),
                source: next(),
            }
        })
        .collect()
}

/// What is not done and will not be, with the reason: `left.tsv`. Only what a requirement itself calls optional may stand
/// there.
fn left() -> BTreeMap<String, String> {
    let lines = include_str!("left.tsv").lines().skip(1);
    let cells = lines.map(|line| {
        line.split_once('\t')
            .unwrap_or_else(|| panic!("no reason: {line}"))
    });
    cells
        .map(|(id, reason)| (id.to_owned(), reason.to_owned()))
        .collect()
}

fn tests() -> Tests {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = vec![root.join("src"), root.join("tests")];
    let mut found = Tests::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with(file!()) {
                scan(&fs::read_to_string(path).unwrap(), &mut found);
            }
        }
    }
    found
}

/// Collects the functions with a test attribute whose name begins with a requirement's id.
fn scan(source: &str, found: &mut Tests) {
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            marked |= line == "#[test]" || line.starts_with("#[tokio::test");
            continue;
        }
        if line.starts_with("//") {
            continue;
        }
        let function = line.trim_start_matches("pub ").trim_start_matches("async ");
        if let Some(rest) = function.strip_prefix("fn ").filter(|_| marked) {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            for id in ids(name) {
                found.entry(id).or_default().insert(name.to_owned());
            }
        }
        marked = false;
    }
}

/// The ids that a name begins with: one, or several joined by `and`.
fn ids(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split('_').filter(|word| *word != "and").collect();
    words
        .chunks(2)
        .map_while(|pair| {
            let [area, number] = pair else { return None };
            let area = area.to_uppercase();
            let known = AREAS.iter().any(|(name, _, _)| *name == area);
            let number = number.len() == 3 && number.bytes().all(|digit| digit.is_ascii_digit());
            (known && number).then(|| format!("{area}-{}", pair[1]))
        })
        .collect()
}

fn table(requirements: &[Requirement], tests: &Tests) -> String {
    let left = left();
    let shown = |row: &&Requirement| tests.contains_key(&row.id);
    let total = requirements.iter().filter(shown).count();
    let mut text = format!(
        "# Conformance\n\n\
         What a SIP event subscriber has to do, and which tests show that Siskin does it. Levels are \
         those of RFC 2119; `own` is a choice that no RFC makes. A test is named after what it \
         shows. What is `left` is optional and not done, with the reason in the place of tests.\n\n\
         Written from the sources by `make table`; a test fails when it is out of date.\n\n\
         {total} of {} requirements are tested.\n\n| area | tested | of |\n|---|---|---|\n",
        requirements.len()
    );
    for (area, title, number) in AREAS {
        let rows = requirements.iter().filter(|row| row.id.starts_with(area));
        let _ = writeln!(
            text,
            "| {title} | {} | {number} |",
            rows.filter(shown).count()
        );
    }
    for (area, title, _) in AREAS {
        let _ = write!(
            text,
            "\n## {title}\n\n| id | level | state | requirement | tests | source |\n\
             |---|---|---|---|---|---|\n"
        );
        for row in requirements.iter().filter(|row| row.id.starts_with(area)) {
            let names = tests.get(&row.id).into_iter().flatten();
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            let reason = left.get(&row.id).filter(|_| names.is_empty());
            let state = match (names.is_empty(), reason) {
                (false, _) => "tested",
                (true, Some(_)) => "left",
                (true, None) => "not yet",
            };
            let Requirement {
                id,
                level,
                words,
                source,
            } = row;
            let names = reason.cloned().unwrap_or_else(|| names.join(" "));
            let _ = writeln!(
                text,
                "| {id} | {level} | {state} | {words} | {names} | {source} |"
            );
        }
    }
    text
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// Prefix, title, number of requirements.
const AREAS: &[(&str, &str, usize)] = &[
    ("EV", "Subscriptions", 94),
    ("TX", "Transactions and transport", 29),
    ("AU", "Authentication and TLS", 22),
    ("RP", "Registration and publication", 25),
    ("FM", "Formats", 43),
    ("XC", "Rules and XCAP", 27),
    ("MG", "Merging", 10),
    ("RB", "Robustness and privacy", 10),
];
