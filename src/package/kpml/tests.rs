//! Tests of key press markup: the RFC's documents, digit patterns, bad input.

use proptest::prelude::*;

use super::*;
use crate::package::{Body, BodyError, Place, Remarks, Severity, limits};

fn request(text: impl AsRef<[u8]>) -> Request {
    Request::parse(&Body::new(REQUEST_TYPE, text.as_ref())).unwrap()
}

fn response(text: impl AsRef<[u8]>) -> Response {
    Response::parse(&Body::new(RESPONSE_TYPE, text.as_ref())).unwrap()
}

fn asked(inside: &str) -> String {
    format!(
        "<kpml-request xmlns='urn:ietf:params:xml:ns:kpml-request' version='1.0'>{inside}</kpml-request>"
    )
}

fn told(attributes: &str) -> String {
    format!(
        "<kpml-response xmlns='urn:ietf:params:xml:ns:kpml-response' version='1.0' {attributes}/>"
    )
}

/// Tags and expressions.
fn regexes(request: &Request) -> Vec<(&str, &str)> {
    let regexes = request.pattern.regexes.iter();
    regexes
        .map(|regex| {
            (
                regex.tag.as_deref().unwrap_or_default(),
                regex.pattern.as_str(),
            )
        })
        .collect()
}

macro_rules! example {
    ($name:literal) => {
        include_bytes!(concat!(
            "../../../tests/fixtures/package/rfc/rfc4730_",
            $name,
            ".xml"
        ))
    };
}

#[test]
fn the_requests_of_rfc_4730_read_as_meant() {
    let greedy = request(example!("3_3_greedy.kpml-request"));
    assert_eq!(regexes(&greedy), [("", "0"), ("", "011")]);
    assert_eq!(greedy.pattern.persist, Persistence::OneShot);
    let long = request(example!("3_3_long_pound.kpml-request"));
    assert_eq!(
        (regexes(&long), long.pattern.long),
        (vec![("", "L#")], Some(3000))
    );
    assert!(long.pattern.regexes[0].pattern.is_long());
    let octothorpe = request(example!("9_1.kpml-request"));
    assert_eq!(
        (regexes(&octothorpe), octothorpe.pattern.long),
        (vec![("", "L#")], None)
    );
    let dial = request(example!("9_2.kpml-request"));
    assert_eq!(
        regexes(&dial),
        [
            ("local-operator", "0"),
            ("ld-operator", "00"),
            ("vpn", "7[x][x][x]"),
            ("local-number7", "9xxxxxxx"),
            ("RI-number", "9401xxxxxxx"),
            ("local-number10", "9xxxxxxxxxx"),
            ("ddd", "91xxxxxxxxxx"),
            ("iddd", "011x."),
        ]
    );
    let supplemental = request(example!("10_1.kpml-request"));
    assert_eq!(regexes(&supplemental), [("", "xxxx")]);
    let card = request(example!("10_2_card_and_number.kpml-request"));
    assert_eq!(regexes(&card), [("card", "x{16}"), ("number", "x{10}")]);
    assert_eq!(card.pattern.persist, Persistence::Persist);
    let pound = request(example!("10_2_long_pound.kpml-request"));
    assert_eq!(pound.pattern.persist, Persistence::SingleNotify);
    let assistant = request(example!("10_2_number_and_pound.kpml-request"));
    assert_eq!(regexes(&assistant), [("number", "x{10}"), ("#", "#")]);
    for document in [
        greedy,
        long,
        octothorpe,
        dial,
        supplemental,
        card,
        pound,
        assistant,
    ] {
        assert_eq!(document.remarks, Remarks::default());
        assert_eq!(document.pattern.flush, Flush::No);
        assert_eq!(request(document.document()), document);
    }
}

#[test]
fn the_snippets_of_rfc_4730_are_understood() {
    let enter = request(asked(
        "<pattern enterkey='#'><regex>x{7}</regex><regex>x{10}</regex></pattern>",
    ));
    assert_eq!(enter.pattern.enter_key.as_deref(), Some("#"));
    let stars = request(asked(
        "<pattern><regex tag='short_star'>*</regex><regex tag='long_star'>L*</regex><regex>#</regex></pattern>",
    ));
    assert_eq!(
        regexes(&stars),
        [("short_star", "*"), ("long_star", "L*"), ("", "#")]
    );
    let suppressed = request(asked(
        "<pattern><flush>yes</flush><regex><pre>*8</pre>xxx[2-9]xxxxxx</regex></pattern>",
    ));
    let regex = &suppressed.pattern.regexes[0];
    assert_eq!(regex.pre.as_ref().unwrap().as_str(), "*8");
    assert_eq!(regex.pattern.as_str(), "xxx[2-9]xxxxxx");
    assert_eq!(suppressed.pattern.flush, Flush::Yes);
    for figure in ["x{7}#", "x{10}#"] {
        assert!(DigitPattern::new(figure).is_ok(), "{figure}");
    }
}

#[test]
fn the_responses_of_rfc_4730_read_as_meant() {
    for (body, digits, tag) in [
        (&example!("10_1.kpml-response")[..], "4336", None),
        (
            example!("10_2_card.kpml-response"),
            "9999888877776666",
            None,
        ),
        (
            example!("10_2_number.kpml-response"),
            "2225551212",
            Some("number"),
        ),
        (
            example!("10_2_assistant_number.kpml-response"),
            "3335551212",
            Some("number"),
        ),
        (
            example!("10_2_assistant_pound.kpml-response"),
            "#",
            Some("#"),
        ),
        (example!("10_2_long_pound.kpml-response"), "#", None),
    ] {
        let response = response(body);
        assert_eq!((response.code, response.text.as_str()), (200, "OK"));
        assert_eq!(
            (response.digits.as_deref(), response.tag.as_deref()),
            (Some(digits), tag)
        );
        assert!(response.remarks.is_empty() && !response.suppressed && !response.forced_flush);
        assert_eq!(response.outcome(), Outcome::Matched);
    }
    // Figure 18 misspells the namespace.
    let misspelt = response(example!("9_2.kpml-response"));
    assert_eq!(
        (misspelt.digits.as_deref(), misspelt.tag.as_deref()),
        (Some("94015551212"), Some("RI-number"))
    );
    let [remark] = &misspelt.remarks[..] else {
        panic!("one remark");
    };
    assert_eq!((remark.severity, remark.place.line), (Severity::Warning, 2));
}

#[test]
fn codes_are_understood_by_their_first_digit() {
    for (code, outcome, known) in [
        (402, Outcome::Failed, true),
        (423, Outcome::Failed, true),
        (481, Outcome::Failed, true),
        (487, Outcome::Failed, true),
        (499, Outcome::Failed, false),
        (501, Outcome::NotSupported, true),
        (502, Outcome::NotSupported, true),
        (531, Outcome::NotSupported, true),
        (532, Outcome::NotSupported, true),
        (533, Outcome::NotSupported, true),
        (534, Outcome::NotSupported, true),
        (299, Outcome::Matched, false),
        (700, Outcome::Other, false),
    ] {
        let response = response(told(&format!("code='{code}' text='x' digits=''")));
        assert_eq!(response.outcome(), outcome, "{code}");
        assert_eq!(response.meaning().is_some(), known, "{code}");
        assert_eq!(response.digits.as_deref(), Some(""));
    }
    for (said, meant) in [("true", true), ("2", true), ("false", false), ("", false)] {
        let attributes = format!("code='200' text='' suppressed='1' forced_flush='{said}'");
        let response = response(told(&attributes));
        assert_eq!(
            (response.forced_flush, response.suppressed),
            (meant, true),
            "{said}"
        );
    }
}

#[test]
fn digit_patterns_follow_the_grammar() {
    for good in [
        "0",
        "L#",
        "x.",
        "[1-9a-d]",
        "[0-1*#]{3}",
        "A{,4}",
        "r{2,}",
        "7[x][x][x]",
        "011x.",
        "X{2,2}",
    ] {
        assert_eq!(DigitPattern::new(good).unwrap().to_string(), good);
    }
    let key = |found, at| PatternError::Key { found, at };
    let open = |found, at| PatternError::Open { found, at };
    for (bad, error) in [
        ("", PatternError::Empty),
        ("12e", key('e', 3)),
        (".", key('.', 1)),
        ("1..", key('.', 3)),
        ("L", open('L', 1)),
        ("LL", key('L', 2)),
        ("1[", open('[', 2)),
        ("[]", open('[', 1)),
        ("[1-", open('[', 1)),
        ("[1-]", key(']', 4)),
        ("1{2", open('{', 2)),
        ("1{}", PatternError::Count { at: 2 }),
        ("1{,}", PatternError::Count { at: 2 }),
        ("1{3,2}", PatternError::Count { at: 2 }),
        ("1{-1}", PatternError::Count { at: 2 }),
        ("1{99999999999}", PatternError::Count { at: 2 }),
        ("1 2", key(' ', 2)),
    ] {
        assert_eq!(DigitPattern::new(bad), Err(error), "{bad}");
    }
}

#[test]
fn what_a_device_must_ignore_is_ignored_and_told() {
    let odd = request(
        asked(
            "<stream><reverse/><x xmlns='urn:x'/></stream><pattern persist='Persist' interdigittimer='-1' long='99999999999'\
             criticaldigittimer='10' extradigittimer='20' nopartial='maybe' longrepeat='1'>\n<flush>perhaps</flush>\n\
             <regex>zz</regex><regex tag='ok'>1<pre>2</pre><pre>3</pre></regex><regex>4<pre>y</pre></regex></pattern>\n<pattern/><other/>",
        )
        .replace("version='1.0'", "version='2'")
        .replace("99999999999'", "99999999999' "),
    );
    assert!(odd.reverse && odd.pattern.long_repeat && !odd.pattern.no_partial);
    assert_eq!(
        odd.pattern.persist,
        Persistence::OneShot,
        "the case matters"
    );
    assert_eq!(
        (odd.pattern.interdigit_timer, odd.pattern.long),
        (None, None)
    );
    assert_eq!(
        (
            odd.pattern.critical_digit_timer,
            odd.pattern.extra_digit_timer
        ),
        (Some(10), Some(20))
    );
    assert_eq!(regexes(&odd), [("ok", "1"), ("", "4")]);
    assert_eq!(odd.pattern.regexes[1].pre, None);
    let lines: Vec<_> = odd.remarks.iter().map(|r| r.place.line).collect();
    assert_eq!(lines, [1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 4, 4]);
    let odd = response(
        "<kpml-response xmlns='urn:ietf:params:xml:ns:kpml-response' code='200' digits='1e' suppressed='x'><a/></kpml-response>",
    );
    assert_eq!(
        (odd.digits.as_deref(), odd.suppressed, odd.remarks.len()),
        (Some("1e"), false, 5)
    );
}

#[test]
fn bad_documents_are_refused_with_their_place() {
    let bad_request =
        |text: &str| Request::parse(&Body::new(REQUEST_TYPE, text.as_bytes())).unwrap_err();
    let bad_response = |text: &[u8]| Response::parse(&Body::new(RESPONSE_TYPE, text)).unwrap_err();
    let at = |what, column| BodyError::Missing {
        what,
        place: Place { line: 1, column },
    };
    assert_eq!(bad_request(&asked("")), at("the element pattern", 1));
    let column = u32::try_from(asked("").find("</").unwrap()).unwrap() + 1;
    assert_eq!(
        bad_request(&asked("<pattern/>")),
        at("a regex that can be read", column)
    );
    assert_eq!(
        bad_request(&asked("<pattern><regex>e</regex></pattern>")),
        at("a regex that can be read", column)
    );
    for code in [
        "",
        "code=''",
        "code='-20'",
        "code='20'",
        "code='2000'",
        "code='ok'",
        "code='+20'",
        "code='099'",
    ] {
        assert_eq!(
            bad_response(told(code).as_bytes()),
            at("the attribute code", 1),
            "{code}"
        );
    }
    let wrong = told("code='200'").replace("kpml-response'", "kpml-request'");
    assert!(matches!(
        bad_response(wrong.as_bytes()),
        BodyError::Root { .. }
    ));
    assert!(matches!(
        bad_request(&told("code='200'")),
        BodyError::Root { .. }
    ));
    let deep = asked(&"<pattern>".repeat(40));
    for bad in [
        "<kpml-request",
        "",
        deep.as_str(),
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
    ] {
        assert!(matches!(bad_request(bad), BodyError::Xml(_)), "{bad}");
    }
    let error = bad_response(b"<a>\n\xFF</a>");
    assert_eq!(error.place(), Some(Place { line: 2, column: 1 }));
    let foreign = Response::parse(&Body::new(REQUEST_TYPE, b"<a/>")).unwrap_err();
    assert!(foreign.is_unsupported_type());
    let many = asked(&format!(
        "<pattern>{}</pattern>",
        "<regex>1</regex>".repeat(limits::REGEXES + 5)
    ));
    assert_eq!(request(many).pattern.regexes.len(), limits::REGEXES);
}

fn patterns() -> impl Strategy<Value = Pattern> {
    let regex = (
        "[0-9A-D*#]{1,4}",
        prop::option::of("[0-9*#]{1,3}"),
        prop::option::of("[ -~]{0,6}"),
    );
    let regex = regex.prop_map(|(pattern, pre, tag)| Regex {
        tag,
        pre: pre.map(|pre| DigitPattern::new(&pre).unwrap()),
        pattern: DigitPattern::new(&pattern).unwrap(),
    });
    let persist = prop::sample::select(vec![
        Persistence::OneShot,
        Persistence::Persist,
        Persistence::SingleNotify,
    ]);
    let timers = any::<[Option<u32>; 4]>();
    let flags = any::<[bool; 3]>();
    let enter = prop::option::of("[0-9*#]{1,3}");
    (
        persist,
        timers,
        flags,
        enter,
        prop::collection::vec(regex, 1..5),
    )
        .prop_map(
            |(
                persist,
                [
                    interdigit_timer,
                    critical_digit_timer,
                    extra_digit_timer,
                    long,
                ],
                [flush, long_repeat, no_partial],
                enter_key,
                regexes,
            )| Pattern {
                persist,
                flush: if flush { Flush::Yes } else { Flush::No },
                interdigit_timer,
                critical_digit_timer,
                extra_digit_timer,
                long,
                long_repeat,
                no_partial,
                enter_key,
                regexes,
            },
        )
}

proptest! {
    #[test]
    fn requests_read_back(pattern in patterns(), reverse in any::<bool>()) {
        let written = Request { reverse, pattern, remarks: Remarks::default() };
        prop_assert_eq!(request(written.document()), written);
    }

    #[test]
    fn responses_read_back(code in 100u16..1000, text in "[ -~]{0,12}", digits in prop::option::of("[0-9A-D*#]{0,12}"), tag in prop::option::of("[ -~]{0,8}"), suppressed in any::<bool>(), forced_flush in any::<bool>()) {
        let written = Response { code, text, digits, tag, suppressed, forced_flush, remarks: Remarks::default() };
        prop_assert_eq!(response(written.document()), written);
    }

    #[test]
    fn patterns_never_panic(text in "[0-9LxX.*#{},\\[\\]-]{0,12}") {
        if let Ok(pattern) = DigitPattern::new(&text) {
            prop_assert_eq!(pattern.as_str(), text);
        }
    }

    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = example!("9_2.kpml-request").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = Request::parse(&Body::new(REQUEST_TYPE, &bytes));
        let _ = Response::parse(&Body::new(RESPONSE_TYPE, &bytes));
        prop_assert!(Request::parse(&Body::new(REQUEST_TYPE, &bytes[..cut.index(bytes.len() - 16)])).is_err());
    }
}
