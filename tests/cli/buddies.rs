//! The list of buddies: in a profile, in files, on the server.

use std::path::Path;

use tempfile::TempDir;

use crate::office::{self, Done, Office};
use crate::shelf::Shelf;

/// A profile with an account.
struct Kept {
    home: TempDir,
}

impl Kept {
    fn open() -> Self {
        let kept = Self {
            home: TempDir::new().unwrap(),
        };
        assert_eq!(
            kept.run(&["account", "add", "alice@example.test"]).status,
            0
        );
        kept
    }

    fn run(&self, arguments: &[&str]) -> Done {
        let data = self.path("profile");
        let all = [&["--data-dir", &data][..], arguments].concat();
        office::start(&all, self.home.path(), &[]).wait()
    }

    fn well(&self, arguments: &[&str]) -> Done {
        let done = self.run(&[&["buddies", "--json"][..], arguments].concat());
        assert_eq!(done.status, 0, "{}", done.errors);
        done
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Address, name and groups of everybody.
fn people(done: &Done) -> Vec<String> {
    let lines = done.of("buddy");
    let groups = |line: &serde_json::Value| {
        let groups = line["groups"].as_array().unwrap().iter();
        groups
            .map(|group| group.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(",")
    };
    let one = |line: &&serde_json::Value| {
        let text = |field: &str| line[field].as_str().unwrap().to_owned();
        format!("{} {} {}", text("address"), text("name"), groups(line))
    };
    lines.iter().map(one).collect()
}

#[test]
fn a_list_is_kept_changed_and_carried_in_files() {
    let kept = Kept::open();
    kept.well(&[
        "add", "bob", "--name", "Bob", "--group", "Work", "--group", "Chess",
    ]);
    kept.well(&["add", "sip:carol@EXAMPLE.com"]);
    kept.well(&["add", "dave"]);
    kept.well(&["rename", "carol@example.com", "Carol C."]);
    kept.well(&["move", "bob", "Friends"]);
    kept.well(&["remove", "dave"]);
    let expected = [
        "sip:bob@example.test Bob Friends",
        "sip:carol@EXAMPLE.com Carol C. ",
    ];
    assert_eq!(people(&kept.well(&["list"])), expected);
    for missing in [
        &["remove", "dave"][..],
        &["rename", "dave", "D"],
        &["remove-group", "Nobody"],
    ] {
        let done = kept.run(&[&["buddies"][..], missing].concat());
        assert_eq!(done.status, 1, "{missing:?} {}", done.errors);
    }
    let plain = kept.run(&["buddies", "list"]);
    assert!(
        plain
            .text
            .starts_with("sip:bob@example.test  Bob  (Friends)\n"),
        "{}",
        plain.text
    );
    for (file, has_groups) in [
        ("a.json", true),
        ("a.vcf", true),
        ("a.xml", true),
        ("a.txt", false),
    ] {
        let path = kept.path(file);
        kept.well(&["export", &path]);
        let other = Kept::open();
        other.well(&["import", &path]);
        let mut read = people(&other.well(&["list"]));
        read.sort();
        let group = if has_groups { "Friends" } else { "" };
        let bob = format!("sip:bob@example.test Bob {group}");
        assert_eq!(read, [&bob, "sip:carol@example.com Carol C. "], "{file}");
    }
    let card = std::fs::read_to_string(kept.path("a.vcf")).unwrap();
    assert!(
        card.contains("FN:Carol C.\r\nIMPP:sip:carol@example.com\r\n"),
        "{card}"
    );
    assert_eq!(
        kept.run(&["buddies", "export", &kept.path("a.odd")]).status,
        2
    );
    assert_eq!(
        kept.run(&["buddies", "import", &kept.path("missing.json")])
            .status,
        2
    );
    assert!(Path::new(&kept.path("profile")).exists());
    kept.well(&["remove-group", "Friends"]);
    assert_eq!(
        people(&kept.well(&["list"]))[0],
        "sip:bob@example.test Bob "
    );
}

#[test]
fn the_servers_list_is_changed_without_a_profile() {
    let office = Office::open();
    let well = |arguments: &[&str]| {
        let done = office.run(&[&["buddies", "--xcap", "--json"][..], arguments].concat());
        assert_eq!(done.status, 0, "{}", done.errors);
        done
    };
    let alone = office.run(&["buddies", "list"]);
    assert_eq!(alone.status, 2, "{}", alone.errors);
    let added = well(&["add", "bob", "--name", "Bob", "--group", "Work"]);
    assert_eq!(added.fields("buddies", "state").last().unwrap(), "synced");
    well(&["add", "carol", "--group", "Work"]);
    well(&["move", "carol", "Friends"]);
    let listed = people(&well(&["list"]));
    assert_eq!(
        listed,
        [
            "sip:bob@example.test Bob Work",
            "sip:carol@example.test  Friends"
        ]
    );
    well(&["remove-group", "Work"]);
    well(&["remove", "carol"]);
    assert_eq!(people(&well(&["list"])), ["sip:bob@example.test Bob "]);
    // Standard output carries the list and nothing else, for people and for scripts.
    let document = "sip:bob@example.test\tBob\n";
    assert_eq!(well(&["export", "-", "--format", "lines"]).text, document);
    let export = ["buddies", "--xcap", "export", "-", "--format", "lines"];
    assert_eq!(office.run(&export).text, document);
}

#[test]
fn xc_024_a_group_is_offered_under_an_address_that_is_free() {
    let office = Office::open();
    let well = |user: &str, arguments: &[&str]| {
        let done = office.run_as(user, &[&["buddies", "--json"][..], arguments].concat());
        assert_eq!(done.status, 0, "{}", done.errors);
        done
    };
    for user in ["alice", "bob"] {
        well(user, &["add", "carol", "--group", "Team", "--xcap"]);
    }
    let missing = office.run(&["buddies", "offer", "team", "Nobody"]);
    assert_eq!(missing.status, 1, "{}", missing.errors);
    let first = well("alice", &["offer", "team", "Team"]);
    assert_eq!(
        first.fields("offered", "address"),
        ["sip:team@example.test"]
    );
    // The address is taken: one that the server offers is.
    let second = well("bob", &["offer", "team", "Team"]);
    let address = &second.fields("offered", "address")[0];
    assert!(
        address != "sip:team@example.test" && address.starts_with("sip:team"),
        "{address}"
    );
}

#[test]
fn a_file_is_left_alone_when_the_list_is_not_known() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("buddies.txt");
    std::fs::write(&file, "sip:bob@example.test\n").unwrap();
    for target in [file.to_str().unwrap(), "-"] {
        let arguments = [
            "--account",
            "alice@example.test",
            "--json",
            "--xcap-root",
            "http://127.0.0.1:9/xcap",
            "buddies",
            "--xcap",
            "export",
            "--format",
            "lines",
            target,
        ];
        let done = office::start(&arguments, home.path(), &[("SISKIN_PASSWORD", "secret")]).wait();
        assert_eq!(done.status, 4, "{}", done.errors);
        assert!(
            done.last_word().contains("not on the server"),
            "{}",
            done.errors
        );
        if target == "-" {
            assert_eq!(done.text, "", "not even that it failed");
        }
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert_eq!(kept, "sip:bob@example.test\n");
}

#[test]
fn a_list_that_cannot_reach_the_server_is_kept_and_told() {
    let kept = Kept::open();
    let nowhere = "http://127.0.0.1:9/xcap";
    let arguments = [
        "buddies",
        "--json",
        "--xcap",
        "--xcap-root",
        nowhere,
        "add",
        "bob",
    ];
    let done = kept.run(&arguments);
    assert_eq!(done.status, 4, "{}", done.errors);
    assert_eq!(done.fields("buddies", "state").last().unwrap(), "waiting");
    assert!(done.last_word().contains("kept here"), "{}", done.errors);
    assert_eq!(people(&kept.well(&["list"])), ["sip:bob@example.test  "]);
}

#[test]
fn a_list_that_cannot_be_used_is_copied_and_begun_afresh_when_it_is_meant() {
    const HALF: &str = "<?xml version=\"1.0\"?><resource-lists><half";
    let shelf = Shelf::with(|content| {
        content.kind = "application/resource-lists+xml";
        content.document = HALF.into();
    });
    let kept = Kept::open();
    kept.well(&["add", "bob", "--name", "Bob"]);
    let root = shelf.root.clone();
    let on_server = |action: &[&str]| {
        kept.run(&[&["--xcap-root", &root, "buddies", "--json"][..], action].concat())
    };
    // Without the word nothing is written over it.
    let done = on_server(&["add", "carol", "--xcap"]);
    assert_eq!(done.status, 1, "{}", done.errors);
    assert!(
        done.last_word().contains("buddies renew"),
        "{}",
        done.errors
    );
    assert_eq!(shelf.document(), HALF.as_bytes());
    // A page in between is not taken for the server's word.
    shelf.content.lock().unwrap().refusal =
        Some((200, "text/html", "<html>Log in</html>".to_owned()));
    let done = on_server(&["renew"]);
    assert_ne!(done.status, 0, "{}", done.text);
    assert!(done.errors.contains("web server"), "{}", done.errors);
    assert_eq!(shelf.document(), HALF.as_bytes());
    shelf.content.lock().unwrap().refusal = None;
    let done = on_server(&["renew"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let copy = done.errors.split("a copy is kept as ").nth(1).unwrap();
    let copy = copy.lines().next().unwrap().trim();
    assert_eq!(std::fs::read_to_string(copy).unwrap(), HALF);
    let document = String::from_utf8(shelf.document()).unwrap();
    for address in ["sip:bob@example.test", "sip:carol@example.test"] {
        assert!(document.contains(address), "{document}");
    }
    // Nothing is left to be renewed.
    let again = on_server(&["renew"]);
    assert_eq!(again.status, 0, "{}", again.errors);
    assert!(again.errors.contains("can be used"), "{}", again.errors);
}
