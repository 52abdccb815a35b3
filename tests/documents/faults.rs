//! Every format with every fault that it can have: a typed error with its place and what was known kept, or as much as
//! can be used with a remark; and the next good document is taken as if nothing had happened.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use siskin::package::mime::MimeFault;
use siskin::package::{Body, BodyError, limits};
use siskin::xml;

use crate::formats::{Format, HERE, Subscription, all};

/// Whether an error is the one expected.
type Test = fn(&BodyError) -> bool;

/// What becomes of a document.
#[derive(Clone, Copy)]
enum Fate {
    /// Refused with such an error; what was known stays.
    Refused(Test),
    /// Used as far as it can be read, with a warning in these words.
    Told(&'static str),
    /// An old one; what was known stays.
    Discarded,
    /// Taken, but more was missed.
    Gap,
}
use Fate::{Discarded, Gap, Refused, Told};

/// A subscription that has had its first document, and what it knows by that.
fn begun(format: &Format) -> (Box<dyn Subscription>, String) {
    let mut subscription = (format.subscription)();
    let first = (format.document)(1).replace(HERE, "");
    let taken = subscription.take(&format.body(first.as_bytes())).unwrap();
    assert!(!taken.discarded, "{}", format.name);
    let known = subscription.known();
    (subscription, known)
}

/// The second document with something else in the place of a part of it.
fn spoilt(format: &Format, part: &str, by: &str) -> (String, u32) {
    let good = (format.document)(2);
    let at = good.find(part);
    let at = at.unwrap_or_else(|| panic!("{}: no {part} in {good}", format.name));
    let text = format!("{}{by}{}", &good[..at], &good[at + part.len()..]);
    (text.replace(HERE, ""), line_at(&good, at))
}

fn line_at(text: &str, offset: usize) -> u32 {
    let before = text[..offset].matches('\n').count();
    u32::try_from(before).unwrap() + 1
}

/// Has a subscription take a bad document after a good one, and a good one after that.
fn check(format: &Format, what: &str, body: &Body<'_>, line: Option<u32>, fate: Fate) {
    let what = format!("{}, {what}", format.name);
    let (mut subscription, known) = begun(format);
    let result = subscription.take(body);
    match (fate, result) {
        (Refused(fits), Err(error)) => {
            assert!(fits(&error), "{what}: {error:?}");
            if line.is_some() {
                assert_eq!(
                    error.place().map(|place| place.line),
                    line,
                    "{what}: {error}"
                );
            }
            assert!(
                !error.to_string().contains(char::is_control),
                "{what}: {error}"
            );
            assert_eq!(subscription.known(), known, "{what}");
        }
        (Told(words), Ok(taken)) => {
            assert!(!taken.discarded, "{what}");
            let is_told = taken.remarks.iter().any(|remark| {
                remark.message.contains(words) && line.is_none_or(|line| remark.place.line == line)
            });
            assert!(is_told, "{what} in line {line:?}: {:?}", taken.remarks);
            return;
        }
        (Discarded, Ok(taken)) => {
            assert!(taken.discarded, "{what}");
            assert_eq!(subscription.known(), known, "{what}");
        }
        (Gap, Ok(taken)) => {
            assert!(taken.resync_needed && !taken.discarded, "{what}");
            return;
        }
        (_, result) => panic!("{what}: {result:?}"),
    }
    // A whole one where the format has such: any loss of a change is a loss.
    let next = if format.name == "pidf-diff" { 3 } else { 2 };
    let next = (format.document)(next).replace(HERE, "");
    let taken = subscription.take(&format.body(next.as_bytes())).unwrap();
    assert!(
        !taken.discarded && !taken.resync_needed,
        "{what}: {taken:?}"
    );
    assert_ne!(subscription.known(), known, "{what}: nothing new is known");
}

fn is_missing(error: &BodyError) -> bool {
    matches!(error, BodyError::Missing { .. })
}

fn is_partial(error: &BodyError) -> bool {
    matches!(error, BodyError::Partial(_)) && error.misses_state()
}

fn is_patch(error: &BodyError) -> bool {
    matches!(error, BodyError::Patch(_)) && error.misses_state()
}

fn fault(error: &BodyError) -> &xml::Fault {
    match error {
        BodyError::Xml(error) => &error.fault,
        other => panic!("{other:?}"),
    }
}

fn mime_fault(error: &BodyError) -> &MimeFault {
    match error {
        BodyError::Mime(error) => &error.fault,
        other => panic!("{other:?}"),
    }
}

/// The formats in XML.
fn all_xml() -> impl Iterator<Item = Format> {
    all().into_iter().filter(|format| format.root.is_some())
}

fn named(name: &str) -> Format {
    let mut formats = all().into_iter();
    formats.find(|format| format.name == name).unwrap()
}

#[test]
fn good_documents_follow_each_other() {
    for format in all() {
        let (mut subscription, mut known) = begun(&format);
        for number in 2..5 {
            let text = (format.document)(number).replace(HERE, "");
            let packed = gzip(text.as_bytes());
            let body = Body {
                content_encoding: number.is_multiple_of(2).then_some("gzip"),
                ..format.body(if number.is_multiple_of(2) {
                    &packed
                } else {
                    text.as_bytes()
                })
            };
            let taken = subscription.take(&body).unwrap();
            let name = format.name;
            assert!(!taken.discarded && !taken.resync_needed, "{name} {number}");
            assert!(taken.remarks.is_empty(), "{name}: {:?}", taken.remarks);
            assert_ne!(subscription.known(), known, "{name} {number}");
            known = subscription.known();
        }
    }
}

#[test]
fn fm_003_a_document_that_was_cut_is_refused_wherever_it_ends() {
    for format in all_xml() {
        let format = &format;
        let text = (format.document)(2).replace(HERE, "");
        let (mut subscription, known) = begun(format);
        for end in 0..text.trim_end().len() {
            let Err(error) = subscription.take(&format.body(&text.as_bytes()[..end])) else {
                panic!("{} is whole at {end}", format.name);
            };
            let place = error.place();
            let place = place.unwrap_or_else(|| panic!("{} {end}: {error}", format.name));
            assert!(
                place.line <= line_at(&text, end),
                "{} {end}: {error}",
                format.name
            );
        }
        assert_eq!(subscription.known(), known, "{}", format.name);
    }
    // What has no end of its own is used as far as it goes, once it says anything.
    for (name, start, most) in [
        ("message-summary", "Messages-Waiting: yes\r\n", 19),
        ("sipfrag", "SIP/2.0 181 Progress\r\n", 10),
    ] {
        let format = named(name);
        for end in 0..=most {
            let body = format.body(&start.as_bytes()[..end]);
            check(
                &format,
                &format!("cut at {end}"),
                &body,
                Some(1),
                Refused(is_missing),
            );
        }
    }
}

#[test]
fn fm_006_another_namespace_is_another_format() {
    for format in all_xml() {
        let format = &format;
        let (root, other) = format.root.unwrap();
        let (text, line) = spoilt(format, root, other);
        let fate = Refused(|error| matches!(error, BodyError::Root { .. }));
        check(
            format,
            other,
            &format.body(text.as_bytes()),
            Some(line),
            fate,
        );
    }
}

#[test]
fn fm_004_what_would_cost_too_much_is_refused_in_every_format() {
    for format in all_xml() {
        let format = &format;
        let good = (format.document)(2);
        let declaration = "<?xml version=\"1.0\"?>\n";
        let mut bomb = format!("{declaration}<!DOCTYPE x [<!ENTITY a0 'ha'>");
        for n in 1..30 {
            let _ = write!(bomb, "<!ENTITY a{n} '&a{0};&a{0};'>", n - 1);
        }
        let bomb = good
            .replacen(declaration, &(bomb + "]>\n"), 1)
            .replace(HERE, "&a29;");
        let line = line_at(&bomb, bomb.find("<!DOCTYPE").unwrap());
        let fate = Refused(|error| *fault(error) == xml::Fault::Doctype);
        check(
            format,
            "a bomb",
            &format.body(bomb.as_bytes()),
            Some(line),
            fate,
        );
        let here = line_at(&good, good.find(HERE).unwrap());
        let attributes: String = (0..70).fold(String::new(), |all, n| all + &format!(" a{n}=''"));
        let cases: [(&str, String, Test); 6] = [
            ("deep", "<d>".repeat(40) + &"</d>".repeat(40), |error| {
                *fault(error) == xml::Fault::TooDeep
            }),
            ("very deep", "<d>".repeat(100_000), |error| {
                *fault(error) == xml::Fault::TooDeep
            }),
            ("many", "<d/>".repeat(110_000), |error| {
                *fault(error) == xml::Fault::TooManyElements
            }),
            ("wide", format!("<d{attributes}/>"), |error| {
                *fault(error) == xml::Fault::TooManyAttributes
            }),
            ("long", format!("<d>{}</d>", "x".repeat(70_000)), |error| {
                *fault(error) == xml::Fault::TextTooLong
            }),
            ("an entity", "&xxe;".to_owned(), |error| {
                matches!(fault(error), xml::Fault::UnknownEntity(_))
            }),
        ];
        for (what, by, fits) in cases {
            let text = good.replace(HERE, &by);
            check(
                format,
                what,
                &format.body(text.as_bytes()),
                Some(here),
                Refused(fits),
            );
        }
        let large = good.replace(HERE, &" ".repeat(xml::limits::DOCUMENT_BYTES));
        let fate = Refused(|error| *fault(error) == xml::Fault::TooLarge);
        check(format, "large", &format.body(large.as_bytes()), None, fate);
    }
    for (name, line, limit) in [
        ("message-summary", "X-Note: y\r\n", limits::SUMMARY_BYTES),
        ("sipfrag", "X-Note: y\r\n", limits::FRAGMENT_BYTES),
    ] {
        let format = named(name);
        let text = (format.document)(2) + &line.repeat(limit / line.len() + 1);
        let fate = Refused(|error| matches!(error, BodyError::TooLarge { .. }));
        check(&format, "large", &format.body(text.as_bytes()), None, fate);
    }
}

#[test]
fn fm_001_bytes_that_are_no_text_are_refused_or_replaced() {
    for format in all() {
        let good = (format.document)(2);
        if format.root.is_none() {
            let mut bytes = good.clone().into_bytes();
            bytes.extend_from_slice(b"X-Odd: \xFF\xC3\r\n");
            let last = line_at(&good, good.len());
            check(
                &format,
                "no UTF-8",
                &format.body(&bytes),
                Some(last),
                Told("not UTF-8"),
            );
            continue;
        }
        let at = good.find(HERE).unwrap();
        let line = line_at(&good, at);
        // A lone byte, a character cut in two, an overlong one, a surrogate.
        for odd in [&b"\xFF"[..], b"\xC3", b"\xC0\xAF", b"\xED\xA0\x80"] {
            let bytes = [&good.as_bytes()[..at], odd, &good.as_bytes()[at..]].concat();
            let fate = Refused(|error| *fault(error) == xml::Fault::BadEncoding("UTF-8"));
            check(&format, "no UTF-8", &format.body(&bytes), Some(line), fate);
        }
        let text = good.replace(HERE, "\u{1}");
        let fate = Refused(|error| *fault(error) == xml::Fault::BadCharacter(1));
        check(
            &format,
            "a control",
            &format.body(text.as_bytes()),
            Some(line),
            fate,
        );
        let (text, line) = spoilt(&format, "?>", " encoding=\"EBCDIC\"?>");
        let fate = Refused(|error| matches!(fault(error), xml::Fault::UnsupportedEncoding(_)));
        check(
            &format,
            "an encoding",
            &format.body(text.as_bytes()),
            Some(line),
            fate,
        );
    }
}

#[test]
fn ev_072_only_types_and_codings_that_are_not_read_are_no_fault_of_the_document() {
    let packed = gzip(&vec![b' '; 32 << 20]);
    for format in all() {
        let good = (format.document)(2).replace(HERE, "");
        let foreign = Body::new("text/html", good.as_bytes());
        check(
            &format,
            "text/html",
            &foreign,
            None,
            Refused(BodyError::is_unsupported_type),
        );
        let coded = |coding, bytes| Body {
            content_encoding: Some(coding),
            ..Body::new(format.kind, bytes)
        };
        let brotli = coded("br", good.as_bytes());
        check(
            &format,
            "br",
            &brotli,
            None,
            Refused(BodyError::is_unsupported_coding),
        );
        let broken = coded("gzip", good.as_bytes());
        let fate = Refused(|error| matches!(mime_fault(error), MimeFault::Malformed(_)));
        check(&format, "broken gzip", &broken, None, fate);
        let bomb = coded("gzip", &packed);
        let fate = Refused(|error| matches!(mime_fault(error), MimeFault::Bomb(_)));
        check(&format, "a packed bomb", &bomb, None, fate);
    }
}

#[test]
fn faults_of_single_formats_are_told_with_their_place() {
    let huge = "9".repeat(400);
    let mut cases: Vec<(&str, &str, String, Fate)> = Vec::new();
    let mut add = |format, part, by: &str, fate| cases.push((format, part, by.to_owned(), fate));
    // Numbers of versions, and the words beside them.
    for format in ["pidf-diff", "watcherinfo", "dialog-info", "reginfo", "rlmi"] {
        for bad in ["x", "-2", "", "2.0", &huge] {
            add(
                format,
                "version=\"2\"",
                &format!("version=\"{bad}\""),
                Refused(is_missing),
            );
        }
        add(format, " version=\"2\"", "", Refused(is_missing));
        add(format, "version=\"2\"", "version=\"1\"", Discarded);
        add(format, "version=\"2\"", "version=\"0\"", Discarded);
        let gap = if format == "pidf-diff" {
            Refused(is_partial)
        } else {
            Gap
        };
        add(format, "version=\"2\"", "version=\"4\"", gap);
    }
    for format in ["watcherinfo", "dialog-info", "reginfo"] {
        add(
            format,
            "state=\"partial\"",
            "state=\"some\"",
            Refused(is_missing),
        );
        add(format, "state=\"partial\"", "", Refused(is_missing));
        add(format, "id=\"b\"", "id=\"a\"", Told("id"));
        add(format, "id=\"b\"", "", Told("without"));
    }
    add(
        "rlmi",
        "fullState=\"false\"",
        "fullState=\"no\"",
        Refused(is_missing),
    );
    add(
        "kpml-request",
        "request\" version=\"1.0\"",
        "request\" version=\"2.0\"",
        Told("version"),
    );
    add(
        "kpml-response",
        "response\" version=\"1.0\"",
        "response\" version=\"2.0\"",
        Told("version"),
    );
    add("sipfrag", "SIP/2.0", "SIP/3.0", Refused(is_missing));
    // Other numbers.
    for bad in ["-1", &huge] {
        for format in ["pidf", "cpim-pidf"] {
            add(format, "0.5", bad, Told("the priority"));
        }
        add("message-summary", "1/0", &format!("1/{bad}"), Told("count"));
        add(
            "watcherinfo",
            "expiration=\"200\"",
            &format!("expiration=\"{bad}\""),
            Told("seconds"),
        );
        add(
            "dialog-info",
            "code=\"180\"",
            &format!("code=\"{bad}\""),
            Told("code"),
        );
        add("dialog-info", ">10<", &format!(">{bad}<"), Told("seconds"));
        add(
            "reginfo",
            "expires=\"200\"",
            &format!("expires=\"{bad}\""),
            Told("expires"),
        );
        add("sipfrag", "181", bad, Refused(is_missing));
        add(
            "kpml-request",
            "\"2000\"",
            &format!("\"{bad}\""),
            Told("milliseconds"),
        );
        add(
            "kpml-response",
            "code=\"200\"",
            &format!("code=\"{bad}\""),
            Refused(is_missing),
        );
    }
    // What is there twice, and what is not there.
    for format in ["pidf", "cpim-pidf"] {
        add(
            format,
            "id=\"b\"",
            "id=\"a\"",
            Told("another tuple has the same id"),
        );
        add(format, "id=\"b\"", "", Told("has no id"));
    }
    add("message-summary", "Fax-", "Voice-", Told("said twice"));
    add("message-summary", "yes", "perhaps", Refused(is_missing));
    add("pidf-diff", "bob@", "carol@", Refused(is_partial));
    add(
        "pidf-diff",
        "*/note/text()",
        "*/phone/text()",
        Refused(is_patch),
    );
    add("pidf-diff", "*/note/text()", "*/note[", Refused(is_patch));
    add("xcap-diff", "a/b/text()", "a/c/text()", Refused(is_patch));
    add(
        "xcap-diff",
        "previous-etag=\"1\"",
        "previous-etag=\"x\"",
        Gap,
    );
    add("xcap-diff", "new-etag=\"2\"", "", Told("left out"));
    add(
        "xcap-diff",
        "sel=\"pres",
        "x=\"pres",
        Told("what it is about"),
    );
    add("xcap-diff", "xcap-root", "xcap-boot", Refused(is_missing));
    add("kpml-request", ">xx<", ">[<", Refused(is_missing));
    // References to parts.
    add(
        "rlmi",
        "cid=\"two@b\"",
        "cid=\"three@b\"",
        Told("names no part"),
    );
    add(
        "rlmi",
        "cid=\"two@b\"",
        "cid=\"root\"",
        Told("names no part"),
    );
    add("rlmi", "cid=\"two@b\"", "", Told("names no part"));
    add(
        "rlmi",
        "cid=\"two@b\"",
        "cid=\"one@b\"",
        Told("several instances"),
    );
    add("rlmi", "carol@", "bob@", Told("above"));
    let second = "<instance id=\"1\" state=\"pending\"/></resource>";
    add("rlmi", "</resource><!--here-->", second, Told("above"));
    for (name, part, by, fate) in &cases {
        let format = named(name);
        let (text, line) = spoilt(&format, part, by);
        let what: String = format!("{part} is {by}").chars().take(80).collect();
        check(
            &format,
            &what,
            &format.body(text.as_bytes()),
            Some(line),
            *fate,
        );
    }
}

#[test]
fn fm_039_two_parts_of_one_name_are_nobodys() {
    let format = named("rlmi");
    let (text, _) = spoilt(&format, "Content-ID: <two@b>", "Content-ID: <one@b>");
    let told = Told("several parts");
    check(
        &format,
        "two parts",
        &format.body(text.as_bytes()),
        None,
        told,
    );
    let mut deep = (format.document)(2).replace(HERE, "");
    for level in 0..6 {
        let inner = format!("x{level}");
        deep = format!(
            "--{inner}\nContent-Type: multipart/mixed;boundary={}\n\n{deep}\n--{inner}--\n",
            if level == 0 {
                "b".to_owned()
            } else {
                format!("x{}", level - 1)
            }
        );
    }
    let body = Body::new("multipart/related;boundary=x5", deep.as_bytes());
    let fate = Refused(|error| *mime_fault(error) == MimeFault::TooDeep);
    check(&format, "deep parts", &body, None, fate);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
