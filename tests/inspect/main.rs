//! `siskin inspect` from outside: what it prints for each kind of input, compared with what it printed when somebody
//! looked at it. `SISKIN_WRITE_GOLDEN=1` writes what it prints now.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run has printed.
struct Done {
    status: i32,
    out: String,
    errors: String,
}

fn run(arguments: &[&str], input: &[u8]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siskin"));
    command.arg("inspect").args(arguments);
    command.env("LC_ALL", "en_US.UTF-8").env_remove("RUST_LOG");
    command.current_dir(root());
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that refuses its arguments reads nothing.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Done {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// JSON lines without the time.
fn lines(text: &str) -> Vec<Value> {
    let read = text.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        assert!(value["time"].is_string(), "{line}");
        value.as_object_mut().unwrap().remove("time");
        value
    });
    read.collect()
}

/// Every input that has an expected output, by the names of both.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let folders = ["inspect", "package", "package/rfc", "rules"];
    let mut cases = Vec::new();
    for folder in folders {
        let Ok(entries) = fs::read_dir(root().join("tests/fixtures").join(folder)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let golden = root().join(format!("{GOLDEN}/{name}.txt"));
                cases.push((path, golden));
            }
        }
    }
    cases.sort();
    cases
}

#[test]
fn every_fixture_is_explained_as_expected() {
    let write = std::env::var_os("SISKIN_WRITE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for (input, golden) in cases() {
        let done = run(&[input.to_str().unwrap()], b"");
        let text = format!("{}exit {}\n", done.out, done.status);
        if write {
            fs::write(&golden, &text).unwrap();
        }
        match fs::read_to_string(&golden) {
            Ok(expected) if expected == text => {}
            Ok(expected) => wrong.push(format!(
                "{}:\n{text}\n--- expected\n{expected}",
                input.display()
            )),
            Err(_) => wrong.push(format!("{} has no expected output", input.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_expected_output_belongs_to_a_fixture() {
    let cases = cases();
    for entry in fs::read_dir(root().join(GOLDEN)).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            cases.iter().any(|(_, golden)| *golden == path),
            "{} belongs to nothing",
            path.display()
        );
    }
}

#[test]
fn json_lines_are_those_of_the_live_commands() {
    let done = run(&["--json", "tests/fixtures/inspect/notify.sip"], b"");
    assert_eq!(done.status, 0, "{}", done.errors);
    let all = lines(&done.out);
    assert_eq!(all[0]["type"], "document");
    assert_eq!(all[0]["format"], "sip");
    assert_eq!(all[0]["usable"], true);
    assert_eq!(all[0]["problems_left_out"], 0);
    let of = |kind: &str| all.iter().filter(|l| l["type"] == kind).collect::<Vec<_>>();
    let presence = of("presence");
    assert_eq!(presence.len(), 1);
    assert_eq!(presence[0]["resource"], "sip:bob@example.com");
    assert_eq!(presence[0]["status"], "unknown");
    assert_eq!(presence[0]["devices"][0]["contact"], "sip:bob:***@10.0.0.3");
    let problems = of("problem");
    let basic = problems
        .iter()
        .find(|p| p["message"].as_str().unwrap().contains("'opn'"))
        .unwrap();
    assert_eq!(
        **basic,
        serde_json::json!({
            "type": "problem",
            "severity": "warning",
            "line": 20,
            "column": 13,
            "message": "<basic>: 'opn' is neither 'open' nor 'closed' and tells nothing",
            "source": "RFC 3863 §4.1.4"
        })
    );
    let understood = of("understood");
    assert_eq!(understood[0]["line"], 1);
    assert_eq!(understood[0]["label"], "NOTIFY");
    let last = all.last().unwrap();
    assert_eq!(last["type"], "problem", "problems come last");
    let kinds = |file: &str| -> Vec<String> {
        let done = run(&["--json", file], b"");
        lines(&done.out)
            .iter()
            .map(|line| line["type"].as_str().unwrap().to_owned())
            .filter(|kind| kind != "understood")
            .collect()
    };
    assert_eq!(
        kinds("tests/fixtures/package/asterisk_voicemail.summary.txt"),
        ["document", "messages"]
    );
    assert!(
        kinds("tests/fixtures/package/kamailio_full.winfo.xml").contains(&"watcher".to_owned())
    );
    assert!(kinds("tests/fixtures/inspect/two.rules.xml").contains(&"rule".to_owned()));
    let calls = kinds("tests/fixtures/package/linphone_call.dialog-info.xml");
    assert_eq!(calls, ["document", "dialog"]);
    assert!(kinds("tests/fixtures/inspect/subscriptions.trace").contains(&"story".to_owned()));
}

#[test]
fn what_is_over_the_limits_is_counted() {
    let entry = "<entry uri='sip:bob@example.com'/><x/>";
    let list = format!(
        "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'><list>{}</list></resource-lists>",
        entry.repeat(6_000)
    );
    let done = run(&["--json"], list.as_bytes());
    let all = lines(&done.out);
    let of = |kind: &str| all.iter().filter(|line| line["type"] == kind).count();
    assert_eq!(of("understood"), 5_000);
    assert!(all[0]["understood_left_out"].as_u64().unwrap() > 1_000);
    assert_eq!(all[0]["cut"], false);
    assert_eq!(all[0]["states_left_out"], 0);
    let counted = all[0]["problems_left_out"].as_u64().unwrap() + of("problem") as u64;
    let text = run(&[], list.as_bytes()).out;
    assert!(text.contains(" more lines\n"), "{text}");
    let verdict = text.lines().last().unwrap();
    let told = verdict
        .split([' ', ','])
        .filter_map(|word| word.parse::<u64>().ok());
    assert_eq!(told.sum::<u64>(), counted, "{verdict}");
}

#[test]
fn standard_input_is_read_without_a_name_or_with_a_dash() {
    let input = fs::read(root().join("tests/fixtures/package/rich.pidf.xml")).unwrap();
    let named = run(&["tests/fixtures/package/rich.pidf.xml"], b"");
    for arguments in [&[][..], &["-"]] {
        let done = run(arguments, &input);
        assert_eq!((done.status, &done.out), (0, &named.out));
    }
}

#[test]
fn a_type_can_be_told() {
    let text = b"Messages-Waiting: no\n";
    let done = run(
        &["--content-type", "application/simple-message-summary"],
        text,
    );
    assert_eq!(done.status, 0);
    let done = run(
        &["--content-type", "application/pidf+xml; charset=utf-8"],
        text,
    );
    assert_eq!(done.status, 1);
    assert!(
        done.out.contains("by its look it is a message summary"),
        "{}",
        done.out
    );
}

#[test]
fn exit_and_last_line_say_what_is_wrong() {
    for (arguments, input, status, part) in [
        (&["/nonexistent/file"][..], &b""[..], 2, "cannot be read"),
        (&["tests"], b"", 2, "cannot be read"),
        (&["--content-type", "pidf"], b"", 2, "not a media type"),
        (&["a", "b"], b"", 2, "unexpected argument"),
        (&[], b"", 1, "there is nothing in it"),
        (&[], b"\x00\xff\x80", 1, "neither a body"),
        (
            &[],
            b"<presence xmlns='urn:ietf:params:xml:ns:pidf'>\n<tuple",
            1,
            "line 2: ",
        ),
    ] {
        let done = run(arguments, input);
        assert_eq!(done.status, status, "{arguments:?}: {}", done.errors);
        let last = done.errors.lines().last().unwrap();
        assert!(
            last.starts_with("siskin: ") && last.contains(part),
            "{last}"
        );
    }
    let hint = |input: &[u8]| run(&[], input).errors;
    assert!(hint(b"\x00\xff\x80").contains("the right file"));
    assert!(hint(b"<presence xmlns='urn:x'><a/></presence>").contains("about each line"));
    let large = format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf'>{}</presence>",
        " ".repeat(5 << 20)
    );
    let done = run(&["--json"], large.as_bytes());
    assert_eq!(done.status, 1);
    let all = lines(&done.out);
    assert_eq!(all[0]["usable"], false);
    assert_eq!(all.last().unwrap()["severity"], "error");
}

#[test]
fn rb_006_no_secret_and_rb_009_no_control_character_is_printed() {
    for file in ["notify.sip", "challenge.sip"] {
        let path = format!("tests/fixtures/inspect/{file}");
        for arguments in [&[path.as_str()][..], &["--json", &path]] {
            let done = run(arguments, b"");
            for secret in ["geheim", "bm9uY2U", "6629fae4", "wf84f1ce", "b3BhcXVl"] {
                assert!(!done.out.contains(secret), "{secret} in {}", done.out);
                assert!(!done.errors.contains(secret));
            }
        }
    }
    let hostile = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:\u{202e}bob@example.com'>\
                   <note>\u{9b}2J\u{2066}x</note></presence>";
    for arguments in [&[][..], &["--json"]] {
        let done = run(arguments, hostile.as_bytes());
        let understood = done
            .out
            .lines()
            .filter(|line| !line.contains("\"presence\""));
        for line in understood {
            assert!(
                !line.contains(['\u{202e}', '\u{9b}', '\u{2066}']),
                "{line:?}"
            );
        }
    }
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let trace = root().join("tests/fixtures/inspect/subscriptions.trace");
    let script = format!(
        "'{}' inspect '{}' | head -n 1",
        env!("CARGO_BIN_EXE_siskin"),
        Path::new(&trace).display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// A small generator (splitmix64): the same numbers everywhere, for ever.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % bound as u64).unwrap()
    }
}

#[test]
fn broken_fixtures_are_looked_at_without_a_panic_and_soon() {
    let fixtures: Vec<Vec<u8>> = cases()
        .iter()
        .map(|(path, _)| fs::read(path).unwrap())
        .collect();
    let options = siskin::inspect::Options {
        content_type: None,
        languages: &["en"],
        now: "2026-03-01T12:00:00Z".parse().unwrap(),
    };
    let mut numbers = Numbers(1);
    let mut slowest = std::time::Duration::ZERO;
    for fixture in &fixtures {
        for _ in 0..30 {
            let mut bytes = fixture.clone();
            for _ in 0..=numbers.below(3) {
                let at = numbers.below(bytes.len() + 1);
                let end = (at + numbers.below(60)).min(bytes.len());
                let other = &fixtures[numbers.below(fixtures.len())];
                match numbers.below(5) {
                    0 => bytes.truncate(at),
                    1 => drop(bytes.drain(at..end)),
                    2 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
                    3 => drop(bytes.splice(at..at, other.iter().copied())),
                    _ => drop(bytes.splice(at..end, *b"\n\xff<&")),
                }
            }
            let started = std::time::Instant::now();
            let report = siskin::inspect::inspect(&bytes, &options);
            slowest = slowest.max(started.elapsed());
            assert!(!report.is_unusable || report.reason.is_some());
        }
    }
    assert!(slowest.as_secs() < 5, "{slowest:?}");
}

const GOLDEN: &str = "tests/fixtures/inspect/golden";
