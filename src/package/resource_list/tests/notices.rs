//! Reading one NOTIFY's body.

use std::fmt::Write as _;

use super::*;
use crate::package::presence;
use crate::package::{Place, limits};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/package/", $name))
    };
}

fn read<'a>(content_type: &'a str, body: &'a str) -> Notice<'a> {
    Notice::read(&Body::new(content_type, body.as_bytes()))
        .unwrap()
        .unwrap()
}

/// `address state content`, one for each instance.
fn lines(notice: &Notice<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (resource, instances) in notice.resources() {
        if instances.is_empty() {
            lines.push(format!("{} -", resource.uri));
        }
        for (instance, content) in instances {
            let content = match content {
                Content::Nothing => "nothing".to_owned(),
                Content::Document(part) => part.media_type().to_owned(),
                Content::List(inner) => format!("{:?}", lines_of(inner)),
                Content::Unusable(_) => "unusable".to_owned(),
            };
            lines.push(format!("{} {:?} {content}", resource.uri, instance.state));
        }
    }
    lines
}

fn lines_of(notice: &Notice<'_>) -> Vec<String> {
    lines(notice)
}

fn basic(part: &crate::package::mime::Part<'_>) -> Option<presence::Basic> {
    let document = presence::Document::parse(&part.body().unwrap()).unwrap();
    document.tuples[0].basic
}

#[test]
fn fm_043_the_example_list_has_names_by_language() {
    let list = List::parse(&Body::new(
        CONTENT_TYPE,
        fixture!("rfc/rfc4662_list.rlmi.xml").as_bytes(),
    ))
    .unwrap();
    assert_eq!(list.uri, "sip:adam-friends@lists.vancouver.example.com");
    assert_eq!((list.version, list.full), (7, true));
    let label = |languages: &[&str]| Label::choose(&list.labels, languages).unwrap().text.clone();
    assert_eq!(label(&["fr-CA", "en"]), "Liste d'amis");
    assert_eq!(label(&["en"]), "Buddy List");
    assert_eq!(label(&["de"]), "Buddy List");
    assert_eq!(Label::choose(&[], &["de"]), None);
    let resources: Vec<(&str, &str, &InstanceState)> = list
        .resources
        .iter()
        .map(|r| {
            (
                r.uri.as_str(),
                r.labels[0].text.as_str(),
                &r.instances[0].state,
            )
        })
        .collect();
    let rejected = InstanceState::Terminated(Some("rejected".to_owned()));
    assert_eq!(
        resources,
        [
            (
                "sip:bob@vancouver.example.com",
                "Bob Smith",
                &InstanceState::Active
            ),
            (
                "sip:dave@vancouver.example.com",
                "Dave Jones",
                &InstanceState::Active
            ),
            ("sip:jim@vancouver.example.com", "Jim", &rejected),
            (
                "sip:ed@vancouver.example.com",
                "Ed",
                &InstanceState::Pending
            ),
        ]
    );
    assert_eq!(
        list.resources[1].instances[0].cid.as_deref(),
        Some("12345.aab@vancouver.example.com")
    );
    assert!(list.remarks.is_empty());
}

#[test]
fn fm_039_the_example_notices_are_read() {
    // Printed with a quotation mark too many in one address (erratum).
    let kind = "multipart/related;type=\"application/rlmi+xml\";\r\n \
        start=\"<nXYxAE@pres.vancouver.example.com>\";boundary=\"50UBfW7LSCVLtggUPe5z\"";
    let body = fixture!("rfc/rfc4662_first.multipart.txt");
    for body in [body.to_owned(), body.replace('\n', "\r\n")] {
        let notice = read(kind, &body);
        assert_eq!((notice.list.version, notice.first_line), (1, 6));
        assert_eq!(
            lines(&notice),
            [
                "sip:bob@vancouver.example.com Active application/pidf+xml",
                "sip:dave@vancouver.example.com Active application/pidf+xml",
                "sip:ed@dallas.example.net -",
                "sip:adam-friends@stockholm.example.org -",
            ]
        );
        let basics: Vec<_> = notice
            .resources()
            .flat_map(|(_, instances)| instances)
            .filter_map(|(_, content)| match content {
                Content::Document(part) => basic(part),
                _ => None,
            })
            .collect();
        assert_eq!(basics, [presence::Basic::Open, presence::Basic::Closed]);
    }
    // Printed without the blank line between header and content of two parts (erratum). The inner list is signed: its
    // parts are read, the signature is nobody's to check here.
    let kind = "multipart/related;type=\"application/rlmi+xml\";start=\"<2BEI83@pres.vancouver.example.com>\";\
        boundary=\"TfZxoxgAvLqgj4wRWPDL\"";
    let notice = read(kind, fixture!("rfc/rfc4662_second.multipart.txt"));
    assert!(!notice.list.full);
    let inner = "[\"sip:joe@stockholm.example.org Active application/pidf+xml\", \
        \"sip:mark@stockholm.example.org Active application/pidf+xml\"]";
    assert_eq!(
        lines(&notice),
        [
            "sip:ed@dallas.example.net Pending nothing".to_owned(),
            format!("sip:adam-friends@stockholm.example.org Active {inner}"),
        ]
    );
    assert!(notice.list.remarks.is_empty());
    let kind = "multipart/signed;protocol=\"application/pkcs7-signature\";micalg=sha1;boundary=\"l3WMZaaL8NpQWGnQ4mlU\"";
    // Signed as a whole it is nobody's word that we could check.
    let signed = Body::new(kind, fixture!("rfc/rfc4662_signed.multipart.txt").as_ref());
    assert!(Notice::read(&signed).is_err_and(|error| error.is_unsupported_type()));
}

#[test]
fn fm_039_notices_of_servers_are_read() {
    let kind = "multipart/related;type=\"application/rlmi+xml\";\
        start=\"<1795337288.sip:alice-friends@example.test.734626571>\";boundary=\"TWBmjUSG3w2eYEZlf1cTJVDP\"";
    let notice = read(kind, fixture!("kamailio_list_full.multipart.txt"));
    assert_eq!((notice.list.version, notice.list.full), (1, true));
    assert_eq!(
        lines(&notice),
        [
            "sip:bob@example.test -",
            "sip:carol@example.test -",
            "sip:dave@example.test -"
        ]
    );
    let kind =
        "multipart/related;type=\"application/rlmi+xml\";boundary=\"1glgifm6En6HmY1DFQUvQv1w\"";
    let notice = read(kind, fixture!("kamailio_list_partial.multipart.txt"));
    assert_eq!((notice.list.version, notice.list.full), (5, false));
    assert_eq!(
        lines(&notice),
        [
            "sip:dave@example.test Active application/pidf+xml",
            "sip:bob@example.test Active application/pidf+xml"
        ]
    );
    let notice = read(
        "Multipart/Related; boundary=uniqueBoundary",
        fixture!("cisco_list.multipart.txt"),
    );
    assert_eq!((notice.list.version, notice.list.full), (0, true));
    assert_eq!(
        lines(&notice),
        [
            "sip:2001@example.com Active application/dialog-info+xml",
            "sip:2002@example.com Active application/dialog-info+xml"
        ]
    );
    // The vendor's element at the end of the list.
    assert_eq!(notice.list.remarks.len(), 1);
    assert_eq!(
        notice.list.remarks[0].place,
        Place {
            line: 17,
            column: 2
        }
    );
}

#[test]
fn fm_039_a_cid_names_parts_of_its_own_level_only() {
    // Parts A (the list), B (a list of E and F) and C.
    let inner = Builder::new(L2, 0, true)
        .raw(DAVE, "<instance id='1' state='active' cid='e'/>")
        .raw(
            "sip:erin@example.com",
            "<instance id='1' state='active' cid='c'/>",
        )
        .part("e", "text/x", "E")
        .part("f", "text/x", "F");
    let outer = Builder::new(L, 0, true)
        .raw(L2, "<instance id='1' state='active' cid='b'/>")
        .raw(BOB, "<instance id='1' state='active' cid='c'/>")
        .raw(CAROL, "<instance id='1' state='active' cid='e'/>")
        .part("b", &inner.content_type(), &inner.body())
        .part("c", "text/x", "C");
    let (kind, body) = (outer.content_type(), outer.body());
    let notice = read(&kind, &body);
    let inner = "[\"sip:dave@example.com Active text/x\", \"sip:erin@example.com Active nothing\"]";
    assert_eq!(
        lines(&notice),
        [
            format!("{L2} Active {inner}"),
            format!("{BOB} Active text/x"),
            format!("{CAROL} Active nothing"),
        ]
    );
    assert!(notice.list.remarks[0].message.contains("names no part"));
    assert_eq!(notice.list.remarks[0].place.line, 4);
}

#[test]
fn fm_039_the_root_is_the_part_that_start_names() {
    let body = "--b\r\nContent-ID: <1>\r\nContent-Type: text/x\r\n\r\none\r\n\
        --b\r\nContent-ID: <2>\r\nContent-Type: application/rlmi+xml\r\n\r\n\
        <list xmlns='urn:ietf:params:xml:ns:rlmi' uri='sip:l@example.com' version='0' fullState='0'>\
        <resource uri='sip:bob@example.com'><instance id='' state='active' cid='1'/></resource></list>\r\n--b--";
    let notice = read("multipart/related;boundary=b;start=\"<2>\"", body);
    assert_eq!(lines(&notice), ["sip:bob@example.com Active text/x"]);
    // Without it the first part is the root, and that is no list.
    let other = Body::new("multipart/related;boundary=b", body.as_bytes());
    assert_eq!(Notice::read(&other).unwrap(), None);
    let pidf = Body::new("application/pidf+xml", b"<presence/>");
    assert_eq!(Notice::read(&pidf).unwrap(), None);
    // A list without anything known may come alone.
    let alone = "<list xmlns='urn:ietf:params:xml:ns:rlmi' uri='sip:l@example.com' version='4294967295' fullState='1'/>";
    let notice = read("application/rlmi+xml", alone);
    assert_eq!(notice.list.version, 4_294_967_295);
}

#[test]
fn fm_039_a_part_that_is_named_twice_or_twice_there_is_nobodys() {
    let list = Builder::new(L, 0, true)
        .raw(BOB, "<instance id='1' state='active' cid='x'/>")
        .raw(CAROL, "<instance id='1' state='active' cid='y'/>")
        .raw(DAVE, "<instance id='1' state='active' cid='y'/>")
        .part("x", "text/x", "1")
        .part("x", "text/x", "2")
        .part("y", "text/x", "3");
    let (kind, body) = (list.content_type(), list.body());
    let notice = read(&kind, &body);
    assert!(lines(&notice).iter().all(|line| line.ends_with("nothing")));
    assert_eq!(notice.list.remarks.len(), 3);
}

#[test]
fn fm_039_a_bad_list_is_refused_with_its_place() {
    let parse = |xml: &str| List::parse(&Body::new(CONTENT_TYPE, xml.as_bytes())).map(|_| ());
    let open = "<list xmlns='urn:ietf:params:xml:ns:rlmi' uri='sip:l@example.com'";
    for attributes in [
        "version='0'",
        "fullState='true'",
        "version='-1' fullState='true'",
        "version='4294967296' fullState='true'",
        "version='x' fullState='true'",
        "version='0' fullState='yes'",
    ] {
        let error = parse(&format!("\n{open} {attributes}/>")).unwrap_err();
        assert!(matches!(error, BodyError::Missing { .. }), "{attributes}");
        assert_eq!(error.place(), Some(Place { line: 2, column: 1 }));
    }
    let error = parse("<list version='0' fullState='true'/>").unwrap_err();
    assert!(matches!(error, BodyError::Root { .. }));
    let error = parse(&format!("{open} version='0' fullState='true'>")).unwrap_err();
    assert!(matches!(error, BodyError::Xml(_)));
    let error = parse("<!DOCTYPE list []><list/>").unwrap_err();
    assert!(matches!(error, BodyError::Xml(_)));
    // Places in a part are places in the whole body.
    let body = "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list>\r\n</lost>\r\n--b--";
    let body = Body::new("multipart/related;boundary=b", body.as_bytes());
    let error = Notice::read(&body).unwrap_err();
    assert_eq!(error.place().unwrap().line, 5);
    let cut = "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list/>\r\n";
    let cut = Body::new("multipart/related;boundary=b", cut.as_bytes());
    assert!(matches!(Notice::read(&cut), Err(BodyError::Mime(_))));
}

#[test]
fn fm_043_what_a_resource_lacks_leaves_only_that_out() {
    let xml = format!(
        "<list xmlns='urn:ietf:params:xml:ns:rlmi' uri='{L}' version='0' fullState='true'><other/>\
         <resource/><resource uri='sip:b&#x202E;ob@example.com'/>\
         <resource uri='{BOB}'><name/><name> Bob </name><odd/><instance id='1' state='strange'/>\
         <instance state='terminated'/></resource></list>"
    );
    let list = List::parse(&Body::new(CONTENT_TYPE, xml.as_bytes())).unwrap();
    assert_eq!(list.resources.len(), 1);
    let bob = &list.resources[0];
    assert_eq!((bob.labels.len(), bob.labels[0].text.as_str()), (1, "Bob"));
    assert_eq!(bob.instances.len(), 1);
    assert_eq!(bob.instances[0].state, InstanceState::Terminated(None));
    assert_eq!(list.remarks.len(), 5);
}

#[test]
fn fm_039_resources_are_counted() {
    let mut xml = format!(
        "<list xmlns='urn:ietf:params:xml:ns:rlmi' uri='{L}' version='0' fullState='true'>"
    );
    for number in 0..=limits::RESOURCES {
        write!(xml, "<resource uri='sip:{number}@example.com'/>").unwrap();
    }
    xml.push_str("</list>");
    let list = List::parse(&Body::new(CONTENT_TYPE, xml.as_bytes())).unwrap();
    assert_eq!(
        (list.resources.len(), list.remarks.len()),
        (limits::RESOURCES, 1)
    );
}
