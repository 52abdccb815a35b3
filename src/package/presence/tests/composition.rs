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

/// Ids of tuples with their part in the availability, those without a say last.
fn parts(shown: &Shown) -> Vec<(&str, Why)> {
    let all = shown.devices.iter().chain(&shown.others);
    all.map(|device| (device.id.as_str(), device.why.clone()))
        .collect()
}

#[test]
fn mg_003_every_tuple_is_told_its_part() {
    let contact = |uri: &str, stamp: &str| {
        format!("<contact>{uri}</contact><timestamp>2026-03-01T{stamp}:00Z</timestamp>")
    };
    let document = presence(&format!(
        "{}{}{}{}{}{}<tuple id='mute'><status/></tuple>{}",
        tuple("old", "closed", &contact("sip:a@example.test", "08:00")),
        tuple("new", "open", &contact("SIP:a@Example.test:5060", "09:00")),
        tuple("older", "open", "<contact>sip:a@example.test</contact>"),
        tuple("off", "closed", &contact("sip:b@example.test", "10:00")),
        tuple("second", "open", &contact("sip:c@example.test", "08:30")),
        tuple(
            "post",
            "open",
            "<r:service-class><r:courier/></r:service-class>"
        ),
        tuple(
            "kin",
            "open",
            "<r:relationship><r:other>my aunt</r:other></r:relationship>"
        ),
    ));
    assert_eq!(
        parts(&shown(&document)),
        [
            ("new", Why::Decides),
            ("off", Why::OpenElsewhere),
            ("second", Why::Agrees),
            ("mute", Why::Silent),
            ("old", Why::Superseded("new".into())),
            ("older", Why::Superseded("new".into())),
            ("post", Why::NotElectronic("courier".into())),
            ("kin", Why::SomebodyElse("my aunt".into())),
        ]
    );
    let closed = presence(&format!(
        "{}{}",
        tuple("a", "closed", &contact("sip:a@example.test", "08:00")),
        tuple("b", "closed", &contact("sip:b@example.test", "09:00")),
    ));
    let closed = shown(&closed);
    assert_eq!(parts(&closed), [("a", Why::Agrees), ("b", Why::Decides)]);
    assert_eq!(closed.reason, Reason::ClosedTuple("b".into()));
}

#[test]
fn mg_003_priority_then_use_then_time_then_place_decides() {
    let open = |id: &str, priority: &str, input: &str, stamp: &str| {
        let input = match input {
            "" => String::new(),
            input => format!("<r:user-input>{input}</r:user-input>"),
        };
        let rest = format!(
            "{input}<contact {priority}>sip:{id}@example.test</contact><timestamp>2026-03-01T{stamp}:00Z</timestamp>"
        );
        tuple(id, "open", &rest)
    };
    let decides = |tuples: &[String]| {
        let shown = shown(&presence(&tuples.concat()));
        let contact = shown.preferred_contact.unwrap_or_default();
        contact["sip:".len()..]
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let first = "priority='1'";
    assert_eq!(
        decides(&[
            open("a", "", "active", "11:00"),
            open("b", "priority='0.1'", "idle", "08:00")
        ]),
        "b"
    );
    assert_eq!(
        decides(&[
            open("a", first, "idle", "11:00"),
            open("b", first, "", "08:00")
        ]),
        "b"
    );
    assert_eq!(
        decides(&[
            open("a", first, "", "11:00"),
            open("b", first, "active", "08:00")
        ]),
        "b"
    );
    assert_eq!(
        decides(&[open("a", first, "", "08:00"), open("b", first, "", "11:00")]),
        "b"
    );
    assert_eq!(
        decides(&[open("a", first, "", "11:00"), open("b", first, "", "11:00")]),
        "a"
    );
}

#[test]
fn fm_012_two_instances_behind_one_address_are_two_services() {
    let instance = |id: &str, basic: &str, gr: &str| {
        tuple(
            id,
            basic,
            &format!("<contact>sip:a@example.test;{gr}</contact>"),
        )
    };
    let apart = presence(&format!(
        "{}{}",
        instance("1", "closed", "gr=urn:uuid:1"),
        instance("2", "open", "gr=urn:uuid:2")
    ));
    assert_eq!(shown(&apart).devices.len(), 2);
    assert_eq!(shown(&apart).availability, Availability::Open);
    let same = presence(&format!(
        "{}{}",
        instance("1", "closed", "gr=urn:uuid:1"),
        instance("2", "open", "transport=tcp;GR=urn:uuid:1?Subject=x")
    ));
    assert_eq!(shown(&same).devices.len(), 1);
}

#[test]
fn fm_016_nobody_is_idle_while_something_is_in_use() {
    let input = |word: &str, stamp: &str| {
        format!("<r:user-input last-input='2026-03-01T{stamp}:00Z'>{word}</r:user-input>")
    };
    let device = |id: &str, input: &str| {
        format!("<dm:device id='{id}'>{input}<dm:deviceID>urn:x:{id}</dm:deviceID></dm:device>")
    };
    let runs_on = |id: &str| format!("<dm:deviceID>urn:x:{id}</dm:deviceID>");
    let idle = |content: String| shown(&presence(&content)).idle;
    let since = |stamp: &str| Idle::Since(time(&format!("2026-03-01T{stamp}:00Z")));

    // The last input on any of them.
    let both = format!(
        "{}{}",
        tuple("a", "open", &input("idle", "08:00")),
        tuple("b", "open", &input("idle", "09:00"))
    );
    assert_eq!(idle(both.clone()), since("09:00"));
    // One that is closed has no say, one in use has.
    assert_eq!(
        idle(format!(
            "{both}{}",
            tuple("c", "closed", &input("active", "11:00"))
        )),
        since("09:00")
    );
    assert_eq!(
        idle(format!(
            "{both}{}",
            tuple("c", "open", &input("active", "11:00"))
        )),
        Idle::No
    );
    // The person's own word comes before.
    let person = format!("<dm:person id='p'>{}</dm:person>", input("idle", "07:00"));
    assert_eq!(
        idle(format!(
            "{}{person}",
            tuple("c", "open", &input("active", "11:00"))
        )),
        since("07:00")
    );
    // A tuple without any is as idle as what it runs on, and with its own word it is not asked.
    let machines = format!(
        "{}{}",
        device("1", &input("idle", "08:30")),
        device("2", &input("idle", "08:40"))
    );
    let on_both = format!("{}{}", runs_on("1"), runs_on("2"));
    assert_eq!(
        idle(format!("{}{machines}", tuple("a", "open", &on_both))),
        since("08:40")
    );
    let own = format!("{}{on_both}", input("active", "11:00"));
    assert_eq!(
        idle(format!("{}{machines}", tuple("a", "open", &own))),
        Idle::No
    );
    let one_used = format!(
        "{machines}{}",
        device("3", "<r:user-input>active</r:user-input>")
    );
    let on_three = format!("{on_both}{}", runs_on("3"));
    assert_eq!(
        idle(format!("{}{one_used}", tuple("a", "open", &on_three))),
        Idle::No
    );
    // A machine on which nothing runs says nothing about anybody.
    assert_eq!(
        idle(format!("{}{machines}", tuple("a", "open", ""))),
        Idle::No
    );
}

#[test]
fn mg_004_what_a_tuple_says_of_the_person_counts_when_no_person_does() {
    let busy = "<r:activities><r:busy/></r:activities>";
    let away = "<r:activities><r:away/></r:activities>";
    let stamp = |t: &str| format!("<timestamp>2026-03-01T{t}:00Z</timestamp>");
    let newer = format!("{away}{}", stamp("11:00"));
    let older = format!("{busy}{}", stamp("10:00"));
    let document = format!(
        "{}{}",
        tuple("a", "open", &older),
        tuple("b", "open", &newer)
    );
    assert_eq!(shown(&presence(&document)).status, Status::Away);
    let equal = format!("{}{}", tuple("a", "open", busy), tuple("b", "open", away));
    assert_eq!(
        shown(&presence(&equal)).status,
        Status::Busy,
        "the first of equals"
    );
    let with_person = format!("{document}<dm:person id='p'/>");
    assert_eq!(shown(&presence(&with_person)).status, Status::Available);
}

#[test]
fn mg_004_availability_and_activity_are_not_derived_from_each_other() {
    for activity in ["busy", "away", "on-the-phone", "permanent-absence"] {
        let person =
            format!("<dm:person id='p'><r:activities><r:{activity}/></r:activities></dm:person>");
        let document = presence(&format!("{}{person}", tuple("a", "open", "")));
        assert_eq!(
            shown(&document).availability,
            Availability::Open,
            "{activity}"
        );
        let document = presence(&person);
        assert_eq!(
            shown(&document).availability,
            Availability::Unknown,
            "{activity}"
        );
    }
    let closed = presence(&tuple("a", "closed", ""));
    assert!(shown(&closed).activities.is_empty());
}

#[test]
fn fm_010_notes_never_become_a_status_and_keep_their_order() {
    let document = presence(&format!(
        "{}{}",
        tuple("a", "closed", "<note>available, call me</note>"),
        tuple("b", "open", "<note>away</note>")
    ));
    let seen = shown(&document);
    assert_eq!(
        (seen.status, seen.note.as_deref()),
        (Status::Available, Some("away"))
    );
    assert_eq!(seen.devices[0].note.as_deref(), Some("available, call me"));
    // The person's own, then that of what the person does, then the document's, then a tuple's.
    let person = |notes: &str, activity: &str| {
        let activities = format!("<r:activities><r:busy/>{activity}</r:activities>");
        let person = format!("<dm:person id='p'>{notes}{activities}</dm:person><note>3</note>");
        shown(&presence(&format!(
            "{}{person}",
            tuple("a", "open", "<note>4</note>")
        )))
        .note
    };
    assert_eq!(
        person("<dm:note>1</dm:note>", "<r:note>2</r:note>").as_deref(),
        Some("1")
    );
    assert_eq!(person("", "<r:note>2</r:note>").as_deref(), Some("2"));
    assert_eq!(person("", "").as_deref(), Some("3"));
}
