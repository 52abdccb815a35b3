//! The fuzz targets without a fuzzer: every seed, and many mutations of them from a fixed seed, so that a fault shows in
//! the suite. `SISKIN_FUZZ_ROUNDS` sets how many.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other file.
#![allow(unreachable_pub)]

mod dictionary;
mod mutation;

use std::fs;
use std::path::{Path, PathBuf};

use mutation::{Numbers, mutate};

#[path = "../../fuzz/exercise/dialog_info.rs"]
mod dialog_info;
#[path = "../../fuzz/exercise/inspect.rs"]
mod inspect;
#[path = "../../fuzz/exercise/kpml.rs"]
mod kpml;
#[path = "../../fuzz/exercise/lists.rs"]
mod lists;
#[path = "../../fuzz/exercise/message_summary.rs"]
mod message_summary;
#[path = "../../fuzz/exercise/multipart.rs"]
mod multipart;
#[path = "../../fuzz/exercise/partial_presence.rs"]
mod partial_presence;
#[path = "../../fuzz/exercise/presence.rs"]
mod presence;
#[path = "../../fuzz/exercise/reg_info.rs"]
mod reg_info;
#[path = "../../fuzz/exercise/resource_list.rs"]
mod resource_list;
#[path = "../../fuzz/exercise/rules.rs"]
mod rules;
#[path = "../../fuzz/exercise/sip_message.rs"]
mod sip_message;
#[path = "../../fuzz/exercise/sipfrag.rs"]
mod sipfrag;
#[path = "../../fuzz/exercise/watcher_info.rs"]
mod watcher_info;
#[path = "../../fuzz/exercise/xcap_diff.rs"]
mod xcap_diff;
#[path = "../../fuzz/exercise/xml.rs"]
mod xml;

/// A fuzz target, and where it begins.
struct Target<'a> {
    /// Its name, and that of its folder of seeds.
    name: &'a str,
    /// Endings of the fixtures that are seeds, too.
    fixtures: &'a [&'a str],
    /// What mutations put in.
    dictionary: &'a [&'a [u8]],
    /// How many of them.
    rounds: usize,
    /// What is done with the bytes.
    run: fn(&[u8]),
}

impl Target<'_> {
    fn replay(&self) {
        let rounds = std::env::var("SISKIN_FUZZ_ROUNDS")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(self.rounds);
        let seeds = self.seeds();
        assert!(!seeds.is_empty(), "{}: no seeds", self.name);
        for (path, seed) in &seeds {
            let result = std::panic::catch_unwind(|| (self.run)(seed));
            assert!(result.is_ok(), "{}", path.display());
        }
        let mut numbers = Numbers::new(1);
        for round in 0..rounds {
            let mut bytes = seeds[numbers.below(seeds.len())].1.clone();
            let other = &seeds[numbers.below(seeds.len())].1;
            mutate(&mut bytes, other, self.dictionary, &mut numbers);
            let result = std::panic::catch_unwind(|| (self.run)(&bytes));
            let shown = String::from_utf8_lossy(&bytes);
            assert!(result.is_ok(), "{}, round {round}: {shown:?}", self.name);
        }
    }

    fn seeds(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = files(&root.join("fuzz/seeds").join(self.name));
        let fixtures = ["tests/fixtures", "tests/torture"]
            .iter()
            .flat_map(|folder| files(&root.join(folder)))
            .filter(|path| {
                let name = path.to_string_lossy();
                self.fixtures.iter().any(|ending| name.ends_with(ending))
            });
        let mut paths: Vec<_> = own.into_iter().chain(fixtures).collect();
        paths.sort();
        let read = |path: PathBuf| {
            let bytes = fs::read(&path).unwrap();
            (path, bytes)
        };
        paths.into_iter().map(read).collect()
    }
}

/// Every file below a folder that is there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let seen = paths.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'));
    seen.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    })
    .collect()
}

#[test]
fn rb_002_sip_messages() {
    Target {
        name: "sip_message",
        fixtures: &[".dat", ".msg"],
        dictionary: dictionary::SIP,
        rounds: 20_000,
        run: sip_message::run,
    }
    .replay();
}

#[test]
fn fm_004_xml() {
    xml_target("xml", &[".xml"], xml::run);
}

#[test]
fn presence_documents() {
    xml_target("presence", &["pidf.xml"], presence::run);
}

#[test]
fn watcher_information() {
    xml_target("watcher_info", &["winfo.xml"], watcher_info::run);
}

#[test]
fn presence_rules() {
    xml_target(
        "rules",
        &["fixtures/rules/rfc5025_6.rules.xml", "rules.xml"],
        rules::run,
    );
}

#[test]
fn partial_presence() {
    xml_target(
        "partial_presence",
        &["pidf-diff.xml"],
        partial_presence::run,
    );
}

#[test]
fn dialog_information() {
    xml_target("dialog_info", &["dialog-info.xml"], dialog_info::run);
}

#[test]
fn registration_information() {
    xml_target("reg_info", &["reginfo.xml"], reg_info::run);
}

#[test]
fn keys_pressed() {
    xml_target(
        "kpml",
        &["kpml-request.xml", "kpml-response.xml"],
        kpml::run,
    );
}

#[test]
fn changes_on_an_xcap_server() {
    xml_target("xcap_diff", &["xcap-diff.xml"], xcap_diff::run);
}

#[test]
fn fm_005_bodies_of_several_parts() {
    text_target("multipart", &["multipart.txt"], multipart::run);
}

#[test]
fn resource_lists() {
    text_target(
        "resource_list",
        &["multipart.txt", "rlmi.xml"],
        resource_list::run,
    );
}

#[test]
fn lists_of_people() {
    xml_target(
        "lists",
        &["lists.xml", "resource-lists.xml", "rls.xml"],
        lists::run,
    );
}

#[test]
fn message_summaries() {
    text_target("message_summary", &["summary.txt"], message_summary::run);
}

#[test]
fn pieces_of_messages() {
    text_target("sipfrag", &["sipfrag.txt"], sipfrag::run);
}

#[test]
fn whatever_is_inspected() {
    for dictionary in [dictionary::XML, dictionary::SIP] {
        Target {
            name: "inspect",
            fixtures: &[
                ".xml", ".txt", ".dat", ".msg", ".sip", ".log", ".trace", ".pcap",
            ],
            dictionary,
            rounds: 1_500,
            run: inspect::run,
        }
        .replay();
    }
}

fn xml_target(name: &str, fixtures: &[&str], run: fn(&[u8])) {
    Target {
        name,
        fixtures,
        dictionary: dictionary::XML,
        rounds: 3_000,
        run,
    }
    .replay();
}

fn text_target(name: &str, fixtures: &[&str], run: fn(&[u8])) {
    Target {
        name,
        fixtures,
        dictionary: dictionary::TEXT,
        rounds: 5_000,
        run,
    }
    .replay();
}
