//! What is shown of a document (MG rows), and why.

use super::*;

#[test]
fn mg_003_tuples_make_one_availability() {
    let stamp = |t: &str| {
        format!("<contact>sip:a@example.test</contact><timestamp>2026-03-01T{t}:00Z</timestamp>")
    };
    let assistant = tuple(
        "s",
        "open",
        "<r:relationship><r:assistant/></r:relationship>",
    );
    let mail = tuple(
        "m",
        "open",
        "<contact priority='0.3'>mailto:a@example.test</contact>",
    );
    let own = format!(
        "{}{}",
        tuple("1", "open", &stamp("10:00")),
        tuple("2", "closed", &stamp("10:05"))
    );
    let open = shown(&presence(&format!("{own}{mail}{assistant}")));
    assert_eq!(open.availability, Availability::Open);
    assert_eq!(
        open.preferred_contact.as_deref(),
        Some("mailto:a@example.test")
    );
    assert_eq!(
        shown(&presence(&format!("{own}{assistant}"))).availability,
        Availability::Closed
    );
}

#[test]
fn mg_004_the_newest_person_tells_the_activity() {
    let document = presence(&format!(
        "{}<dm:person id='p2'><r:activities><r:away/></r:activities><dm:timestamp>2026-03-01T11:00:00Z</dm:timestamp></dm:person>\
         <dm:person id='p1'><r:activities><r:meeting/></r:activities><dm:timestamp>2026-03-01T09:00:00Z</dm:timestamp></dm:person>",
        tuple("a", "open", "")
    ));
    let shown = shown(&document);
    assert_eq!(
        (shown.availability, shown.status),
        (Availability::Open, Status::Away)
    );
    assert_eq!(shown.activities, ["away"]);
}

#[test]
fn every_row_of_the_status_table_is_read() {
    for (activities, expected) in [
        ("<r:away/>", "away"),
        ("<r:busy/>", "busy"),
        ("<r:appointment/>", "busy"),
        ("<r:performance/>", "busy"),
        ("<r:presentation/>", "busy"),
        ("<r:worship/>", "busy"),
        ("<r:on-the-phone/>", "on-the-phone"),
        ("<r:meeting/>", "in-a-meeting"),
        (
            "<r:busy/><r:other>do-not-disturb</r:other>",
            "do-not-disturb",
        ),
        ("<r:other>DND</r:other>", "do-not-disturb"),
        ("<r:meal/>", "out-to-lunch"),
        ("<r:breakfast/>", "out-to-lunch"),
        ("<r:dinner/>", "out-to-lunch"),
        ("<r:vacation/>", "vacation"),
        ("<r:holiday/>", "vacation"),
        ("<r:travel/>", "travel"),
        ("<r:in-transit/>", "travel"),
        ("<r:steering/>", "travel"),
        ("<r:playing/>", "playing"),
        ("<r:unknown/>", "available"),
        ("<r:away/><r:busy/><r:on-the-phone/>", "on-the-phone"),
    ] {
        let person =
            format!("<dm:person id='p'><r:activities>{activities}</r:activities></dm:person>");
        let open = presence(&format!("{}{person}", tuple("a", "open", "")));
        assert_eq!(shown(&open).status.token(), expected, "{activities}");
        let closed = presence(&format!("{}{person}", tuple("a", "closed", "")));
        assert_eq!(shown(&closed).status, Status::Offline, "{activities}");
    }
}
