//! The house rules, read from the sources: which room may import which, what the pure rooms may not
//! name, how long a file may be. The checks are tested on bad examples at the end.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other file.
#![allow(unreachable_pub)]

mod source;

use std::collections::BTreeSet;

use source::{Source, files, words};

/// Room, and what it may import: a whole room, or one name in it.
const ARROWS: &[(&str, &[&str])] = &[
    ("sip", &[]),
    ("xml", &[]),
    ("engine", &["sip"]),
    ("package", &["xml"]),
    ("rules", &["xml"]),
    ("lists", &["sip::Host", "sip::Scheme", "sip::Uri", "xml"]),
    (
        "store",
        &[
            "sip::Secret",
            "sip::Transport",
            "sip::Uri",
            "rules::Decision",
        ],
    ),
    ("xcap", &["sip::Secret", "sip::digest", "xml"]),
    ("net", &["engine", "sip"]),
    (
        "account",
        &[
            "engine", "lists", "net", "package", "rules", "sip", "store", "xcap", "xml",
        ],
    ),
    ("desktop", &["account", "i18n"]),
    ("inspect", &["package", "rules", "sip", "xml"]),
    (
        "demo",
        &[
            "engine::transaction",
            "engine::timer",
            "engine::Flow",
            "engine::FlowError",
            "engine::FlowId",
            "engine::Moment",
            "lists",
            "package",
            "rules",
            "sip",
            "xml",
        ],
    ),
    ("i18n", &[]),
    ("ui", &["account", "desktop", "i18n", "inspect"]),
    ("cli", &["account", "desktop", "i18n", "inspect"]),
    ("main", &["account", "cli", "demo", "desktop", "i18n", "ui"]),
];

/// Rooms that get time, randomness and bytes handed in.
const PURE: &[&str] = &["sip", "xml", "engine", "package", "rules", "lists"];

/// What a pure room may not name.
const WORLDLY: &[&str] = &[
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "UnixStream",
    "ToSocketAddrs",
    "tokio",
    "reqwest",
    "getrandom",
    "thread_rng",
    "OsRng",
    "SysRng",
    "rand",
    "std::env",
    "std::fs",
    "std::process",
    "std::thread",
];

/// A file is split before it has so many lines.
const LONGEST: usize = 600;

#[test]
fn imports_go_downwards_only() {
    complain(files().iter().flat_map(wrong_imports).collect());
}

#[test]
fn pure_rooms_name_no_clock_no_socket_and_no_random_source() {
    complain(files().iter().flat_map(worldly_names).collect());
}

#[test]
fn the_window_toolkit_stays_in_the_window() {
    complain(files().iter().flat_map(stray_toolkit).collect());
}

#[test]
fn files_are_short_and_explain_themselves() {
    complain(files().iter().flat_map(shape).collect());
}

#[test]
fn names_follow_the_house_style() {
    complain(files().iter().flat_map(names).collect());
}

fn complain(mut faults: Vec<String>) {
    faults.sort();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn wrong_imports(source: &Source) -> Vec<String> {
    let room = source.room();
    if room == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{}: room `{room}` has no arrows in tests/architecture",
            source.path
        )];
    };
    imports(source)
        .into_iter()
        .filter(|(_, path)| {
            let target = path.split("::").next().unwrap_or_default();
            let known = ARROWS.iter().any(|(name, _)| *name == target);
            let permitted = allowed.iter().any(|arrow| {
                path == arrow
                    || path
                        .strip_prefix(arrow)
                        .is_some_and(|rest| rest.starts_with("::"))
            });
            known && target != room && !permitted
        })
        .map(|(line, path)| format!("{}:{line}: `{room}` may not use `{path}`", source.path))
        .collect()
}

/// Every path of this crate that the code names, as `room::name`, with its line.
fn imports(source: &Source) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    let start = if source.room() == "main" {
        "siskin"
    } else {
        "crate"
    };
    for offset in words(&source.code, start) {
        let rest = &source.code[offset + start.len()..];
        for path in tree(rest) {
            found.insert((source.line_of(offset), path));
        }
    }
    // `super::` chains that leave the room.
    let up = "super::".repeat(source.depth());
    for offset in words(&source.code, "super") {
        let before = source.code[..offset].trim_end();
        if before.ends_with("super::") || before.ends_with("pub(in") || up.is_empty() {
            continue;
        }
        if let Some(rest) = source.code[offset..].strip_prefix(&up)
            && !rest.starts_with("super::")
        {
            for path in tree(&format!("::{rest}")) {
                found.insert((source.line_of(offset), path));
            }
        }
    }
    found
}

/// The paths of a use tree: `::{a::{b, c::d}, e as f}` is `a::b`, `a::c::d`, `e`.
fn tree(text: &str) -> Vec<String> {
    let Some(mut rest) = text.trim_start().strip_prefix("::").map(str::trim_start) else {
        return Vec::new();
    };
    if let Some(inner) = rest.strip_prefix('{') {
        let mut paths = Vec::new();
        for part in branches(inner) {
            paths.extend(tree(&format!("::{part}")));
        }
        return paths;
    }
    let length = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let name = rest[..length].to_owned();
    rest = &rest[length..];
    if name.is_empty() {
        return Vec::new();
    }
    let below = tree(rest);
    if below.is_empty() {
        return vec![name];
    }
    below
        .into_iter()
        .map(|path| {
            if path == "self" {
                name.clone()
            } else {
                format!("{name}::{path}")
            }
        })
        .collect()
}

/// The comma-separated parts up to the closing brace.
fn branches(inner: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(inner[from..at].trim());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(inner[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn worldly_names(source: &Source) -> Vec<String> {
    if !PURE.contains(&source.room()) {
        return Vec::new();
    }
    WORLDLY
        .iter()
        .flat_map(|name| {
            words(&source.code, name)
                .into_iter()
                .map(move |offset| (name, offset))
        })
        .map(|(name, offset)| {
            let (room, line) = (source.room(), source.line_of(offset));
            format!(
                "{}:{line}: `{room}` is pure and may not name `{name}`",
                source.path
            )
        })
        .collect()
}

fn stray_toolkit(source: &Source) -> Vec<String> {
    if source.room() == "ui" {
        return Vec::new();
    }
    words(&source.code, "iced")
        .into_iter()
        .map(|offset| {
            format!(
                "{}:{}: iced belongs to `ui`",
                source.path,
                source.line_of(offset)
            )
        })
        .collect()
}

fn shape(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = source.text.lines().count();
    if lines >= LONGEST {
        faults.push(format!(
            "{}: {lines} lines: split it by subject",
            source.path
        ));
    }
    if !source.text.starts_with("//!") {
        faults.push(format!(
            "{}: the first line does not say what the file is for",
            source.path
        ));
    }
    faults
}

fn names(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for offset in words(&source.code, "fn") {
        let name = source.code[offset + 2..].trim_start();
        // `get_mut` is what the standard library calls the other half of `get`.
        if name.starts_with("get_") && !name.starts_with("get_mut(") {
            faults.push(format!(
                "{}:{}: no `get_`",
                source.path,
                source.line_of(offset)
            ));
        }
    }
    for mark in ["todo!", "unimplemented!", "allow(dead_code)", "#[ignore"] {
        for (offset, _) in source.code.match_indices(mark) {
            faults.push(format!(
                "{}:{}: `{mark}`",
                source.path,
                source.line_of(offset)
            ));
        }
    }
    faults
}

mod bad_examples {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        let source = Source::new(path, text);
        wrong_imports(&source).len()
            + worldly_names(&source).len()
            + stray_toolkit(&source).len()
            + names(&source).len()
    }

    #[test]
    fn every_form_of_a_wrong_import_is_found() {
        for text in [
            "use crate::engine::Engine;",
            "use crate::{engine, sip::uri};",
            "use crate::{\n    sip::{uri, header::{self, Via}},\n    engine::{timer::Timer},\n};",
            "fn f(e: &crate::engine::Engine) {}",
            "use super::super::engine::Engine;",
            "use super::super::{engine as e};",
            "pub use crate :: engine;",
        ] {
            assert_eq!(faults("sip/uri.rs", text), 1, "{text}");
        }
        assert_eq!(faults("sip/mod.rs", "use super::engine::Engine;"), 1);
        assert_eq!(
            faults("ui/screen/main.rs", "use crate::{sip, engine, account};"),
            2
        );
        assert_eq!(
            faults("demo/server.rs", "use crate::engine::subscription::Usage;"),
            1
        );
        assert_eq!(
            faults("demo/server.rs", "use crate::engine::transactions::X;"),
            1
        );
        assert_eq!(faults("main.rs", "use siskin::{cli, sip::Uri};"), 1);
        assert_eq!(faults("attic/mod.rs", "fn f() {}"), 1);
    }

    #[test]
    fn what_is_permitted_is_not_complained_about() {
        for (path, text) in [
            (
                "engine/subscription/mod.rs",
                "use crate::sip::{Uri, Method};\nuse super::timer::T;",
            ),
            (
                "engine/subscription/fork.rs",
                "use super::super::{Flow, Moment};",
            ),
            (
                "demo/server.rs",
                "use crate::engine::transaction::{Client, Server};",
            ),
            (
                "xcap/mod.rs",
                "use crate::sip::{Secret, digest::Challenge};",
            ),
            (
                "sip/uri.rs",
                "// use crate::engine\n/* crate::ui */ const A: &str = \"crate::ui \\\" tokio\";",
            ),
            (
                "sip/uri.rs",
                "const A: &str = r#\"crate::ui \"tokio\" \"#; fn f<'a>(c: char) -> bool { c == '\"' }",
            ),
            (
                "sip/uri.rs",
                "#[cfg(test)]\nmod tests { use crate::ui; fn f() { Instant::now() } }",
            ),
            (
                "sip/uri.rs",
                "use std::net::IpAddr; fn operand() {} struct InstantMessage;",
            ),
            (
                "net/mod.rs",
                "use tokio::net::UdpSocket; use std::time::Instant;",
            ),
        ] {
            assert_eq!(faults(path, text), 0, "{text}");
        }
    }

    #[test]
    fn worldly_names_are_found_in_pure_rooms() {
        for text in [
            "use std::time::Instant;",
            "let now = std::time::SystemTime::now();",
            "use std::net::{IpAddr, UdpSocket};",
            "async fn f() { tokio::spawn(g()) }",
            "use rand::Rng;",
            "let t = jiff::Timestamp::now();",
        ] {
            for room in PURE {
                assert_eq!(faults(&format!("{room}/x.rs"), text), 1, "{text}");
            }
        }
    }

    #[test]
    fn style_is_looked_at() {
        assert_eq!(faults("account/x.rs", "use iced::Element;"), 1);
        assert_eq!(
            faults(
                "account/x.rs",
                "pub fn get_name() {}\nfn target() { todo!() }"
            ),
            2
        );
        assert_eq!(shape(&Source::new("a.rs", "fn f() {}")).len(), 1);
        assert_eq!(
            shape(&Source::new("a.rs", &"//! Long.\n".repeat(600))).len(),
            1
        );
    }

    #[test]
    fn lines_are_counted_through_what_is_blanked() {
        let text = "/* one\ntwo */\n#[cfg(test)]\nmod tests {\n}\nuse crate::ui;\n";
        assert_eq!(
            wrong_imports(&Source::new("sip/x.rs", text)),
            ["sip/x.rs:6: `sip` may not use `ui`"]
        );
    }
}
