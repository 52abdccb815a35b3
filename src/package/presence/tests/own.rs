//! One's own documents.

use super::*;

#[test]
fn rp_022_and_rp_023_own_documents_keep_ids_and_move_on() {
    let mut publisher = Publisher::new(
        "sip:alice@example.test",
        "sip:alice@example.test;gr=<1>",
        "urn:uuid:00000000-0000-4000-8000-0000000000AA",
    );
    let now = time("2026-03-01T12:00:00.123456Z");
    let mut newest = None;
    for status in Status::PUBLISHABLE.into_iter().chain([
        Status::Other("playing".into()),
        Status::Other("chess <3".into()),
    ]) {
        let own = OwnPresence {
            status: status.clone(),
            note: Some("back at 5 & <ready>".into()),
            language: Some("en".into()),
            input: Some(input(false)),
            ..OwnPresence::default()
        };
        let bytes = publisher.document(&own, now);
        let document = parse(&bytes);
        assert!(
            document.remarks.is_empty(),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        assert_eq!(document.entity, "sip:alice@example.test");
        assert_eq!(document.tuples[0].id, publisher.tuple_id());
        assert_eq!(
            document.tuples[0].contact.as_ref().unwrap().uri,
            "sip:alice@example.test;gr=<1>"
        );
        assert_eq!(
            document.tuples[0].devices.first().map(String::as_str),
            Some("urn:uuid:00000000-0000-4000-8000-0000000000AA")
        );
        assert_eq!(
            document.devices[0].device.as_ref(),
            document.tuples[0].devices.first()
        );
        let ids = [
            &document.tuples[0].id,
            &document.persons[0].id,
            &document.devices[0].id,
        ];
        assert!(
            ids.iter().all(|id| crate::xml::is_ncname(id)) && ids[0] != ids[1] && ids[1] != ids[2]
        );
        let told = document.tuples[0].timestamp;
        assert!(told > newest, "{status}");
        newest = told;
        let seen = compose(&document, &["en"], now);
        let expected = if status.token() == "chess <3" {
            Status::Other("other".into())
        } else {
            status
        };
        assert_eq!(seen.status, expected);
        assert_eq!(seen.note.as_deref(), Some("back at 5 & <ready>"));
        assert_eq!(document.persons[0].notes[0].language.as_deref(), Some("en"));
    }
    let text = String::from_utf8(publisher.document(&OwnPresence::default(), now)).unwrap();
    assert!(text.contains("T12:00:00.135Z</timestamp>"), "{text}");
    assert!(!text.contains("activities") && !text.contains("note") && !text.contains("last-input"));
}

#[test]
fn rp_024_input_is_told_of_device_and_person_and_the_last_one_only_when_it_is_known() {
    let now = time("2026-03-01T12:00:00Z");
    let mut publisher = publisher("00aa");
    let mut own = OwnPresence {
        class: Some("private <1>".into()),
        input: Some(input(true)),
        ..OwnPresence::default()
    };
    let text = String::from_utf8(publisher.document(&own, now)).unwrap();
    assert!(!text.contains("last-input") && !text.contains("idle-threshold"));
    own.input = Some(UserInput {
        last_input: Some(time("2026-03-01T11:50:00Z")),
        idle_threshold: Some(600),
        ..input(true)
    });
    let document = parse(publisher.document(&own, now));
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    assert_eq!(document.persons[0].user_input, own.input);
    assert_eq!(document.devices[0].user_input, own.input);
    // The service is not the keyboard.
    assert_eq!(document.tuples[0].user_input, None);
    for class in [
        &document.tuples[0].class,
        &document.persons[0].class,
        &document.devices[0].class,
    ] {
        assert_eq!(class.as_deref(), Some("private <1>"));
    }
    let seen = compose(&document, &["en"], now);
    assert_eq!(seen.status, Status::Away);
    assert_eq!(seen.idle, Idle::Since(time("2026-03-01T11:50:00Z")));
}

#[test]
fn a_status_that_ends_says_when_and_what_comes_then() {
    let now = time("2026-03-01T12:00:00Z");
    let until = time("2026-03-01T15:00:00Z");
    let mut publisher = publisher("00aa");
    let own = OwnPresence {
        status: Status::InAMeeting,
        end: Some(End {
            at: until,
            then: Basic::Open,
        }),
        ..OwnPresence::default()
    };
    let document = parse(publisher.document(&own, now));
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    let timed = &document.tuples[0].timed_statuses[0];
    assert_eq!(timed.window.from, Some(until));
    assert_eq!(timed.basic, Some(Basic::Open));
    let seen = compose(&document, &["en"], now);
    assert_eq!(seen.status, Status::InAMeeting);
    assert_eq!(seen.changes_at, Some(until));
    // Nobody has to be told for it to end.
    assert_eq!(compose(&document, &["en"], until).status, Status::Available);
    // What is over when it is written is not said: nothing timed may hold at the time of the document.
    let text = String::from_utf8(publisher.document(&own, until)).unwrap();
    assert!(
        !text.contains("timed-status") && !text.contains("until"),
        "{text}"
    );
}

#[test]
fn several_devices_stand_side_by_side() {
    let mut desk = publisher("00aa");
    let mut laptop = publisher("00bb");
    let at = |minute: i32| time(&format!("2026-03-01T12:{minute:02}:00Z"));
    let status = |status: &Status, idle: Option<bool>| OwnPresence {
        status: status.clone(),
        input: idle.map(input),
        ..OwnPresence::default()
    };
    let both = |one: Vec<u8>, other: Vec<u8>| {
        let (one, other) = (parse(one), parse(other));
        let mut document = one.clone();
        document.tuples.extend(other.tuples);
        document.persons.extend(other.persons);
        document.devices.extend(other.devices);
        compose(&document, &["en"], at(30))
    };
    let here = laptop.document(&status(&Status::Available, Some(false)), at(1));
    // The desk was left later than the laptop was taken: that says nothing about the laptop.
    let left = desk.document(&status(&Status::Away, Some(true)), at(11));
    let seen = both(left, here.clone());
    assert_eq!((seen.status, seen.idle), (Status::Available, Idle::No));
    assert_eq!(seen.devices.len(), 2, "{:?}", seen.others);
    let closed = desk.document(&status(&Status::Offline, None), at(12));
    let seen = both(closed, here);
    assert_eq!(seen.availability, Availability::Open);
    assert_eq!(seen.devices[0].why, Why::OpenElsewhere);
    // A word without a device is about all of them.
    let older = tuple(
        "old",
        "open",
        "<contact>sip:alice@example.test</contact><timestamp>2026-03-01T12:00:00Z</timestamp>",
    );
    let mut document = presence(&older);
    let offline = desk.document(&status(&Status::Offline, None), at(12));
    document.tuples.extend(parse(offline).tuples);
    let seen = compose(&document, &["en"], at(30));
    assert_eq!(seen.status, Status::Offline);
    assert_eq!(seen.others[0].why, Why::Superseded(desk.tuple_id()));
}

fn publisher(end: &str) -> Publisher {
    let alice = "sip:alice@example.test";
    let device = format!("urn:uuid:00000000-0000-4000-8000-00000000{end}");
    Publisher::new(alice, alice, &device)
}
