//! Documents in the manner of known servers and clients.

use super::*;

/// A document of the fixtures, of a type.
macro_rules! fixture {
    ($kind:expr, $name:literal) => {
        Document::parse(&Body::new(
            $kind,
            include_bytes!(concat!("../../../../tests/fixtures/package/", $name)),
        ))
        .unwrap()
    };
    ($name:literal) => {
        fixture!(CONTENT_TYPE, $name)
    };
}

/// Status and note.
fn say(document: &Document) -> (String, String) {
    let shown = shown(document);
    (
        shown.status.token().to_owned(),
        shown.note.unwrap_or_default(),
    )
}

fn words(status: &str, note: &str) -> (String, String) {
    (status.to_owned(), note.to_owned())
}

#[test]
fn documents_in_the_manner_of_known_servers_are_understood() {
    assert_eq!(
        say(&fixture!("kamailio_open.pidf.xml")),
        words("available", "at the desk")
    );
    assert_eq!(
        say(&fixture!("kamailio_composed.pidf.xml")),
        words("available", "at the desk")
    );
    assert_eq!(
        say(&fixture!("kamailio_removed.pidf.xml")),
        words("offline", "")
    );
    assert_eq!(
        say(&fixture!("asterisk_in_use.pidf.xml")),
        words("on-the-phone", "On the phone")
    );
    assert_eq!(
        say(&fixture!("asterisk_old.pidf.xml")),
        words("away", "Not online")
    );
    assert_eq!(
        say(&fixture!("freeswitch_busy.pidf.xml")),
        words("busy", "Gespräch")
    );
    let rich = fixture!("rich.pidf.xml");
    assert_eq!(say(&rich), words("on-the-phone", "a call"));
    let german = compose(&rich, &["de"], time("2026-03-01T12:00:00Z"));
    assert_eq!(german.note.as_deref(), Some("Telefonat"));
    assert_eq!(german.activities, ["on-the-phone", "planting trees"]);
    assert_eq!(german.devices.len(), 1);
    assert_eq!(german.devices[0].note.as_deref(), Some("am Platz"));
    assert_eq!(german.devices[0].priority, Priority::parse("0.8"));
    assert_eq!(rich.persons[1].moods[0].value, ["happy"]);
    assert_eq!(rich.persons[1].spheres[0].value, ["work"]);
    assert_eq!(rich.persons[1].time_offsets[0].value.minutes, 120);
    assert_eq!(
        rich.devices[0].user_input.unwrap().idle_threshold,
        Some(600)
    );
    assert_eq!(
        compose(&rich, &["en"], time("2026-03-01T10:30:00Z")).status,
        Status::Vacation
    );
}

#[test]
fn xpidf_of_old_servers_is_read_like_pidf() {
    let asterisk = fixture!(XPIDF, "asterisk_in_use.xpidf.xml");
    assert!(asterisk.remarks.is_empty(), "{:?}", asterisk.remarks);
    assert_eq!(asterisk.entity, "sip:carol@example.test");
    let tuple = &asterisk.tuples[0];
    assert_eq!(
        (tuple.id.as_str(), tuple.basic),
        ("carol", Some(Basic::Open))
    );
    let contact = tuple.contact.as_ref().unwrap();
    assert_eq!(contact.uri, "sip:carol@example.test");
    // The point is a comma where the server's locale has one.
    assert_eq!(contact.priority, Priority::parse("0.8"));
    assert_eq!(say(&asterisk), words("on-the-phone", ""));

    let offline = fixture!(CPIM_PIDF, "asterisk_offline.cpim-pidf.xml");
    assert_eq!(say(&offline), words("offline", ""));
    let idle = fixture!(XPIDF, "freeswitch_idle.xpidf.xml");
    assert_eq!(say(&idle), words("away", ""));
    assert_eq!(shown(&idle).idle, Idle::Yes);

    let messenger = fixture!(XPIDF, "messenger_away.xpidf.xml");
    let ids: Vec<_> = messenger.tuples.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, ["1002", "1002.1"]);
    assert_eq!(say(&messenger), words("away", ""));
    let shown = shown(&messenger);
    assert_eq!(
        shown.person.display_name.as_deref(),
        Some("Grace (front desk)")
    );
    assert_eq!(
        shown.preferred_contact.as_deref(),
        Some("sip:192.0.2.17:5060")
    );
    assert_eq!(shown.devices[1].why, Why::OpenElsewhere);
    assert_eq!(messenger.remarks.len(), 1, "{:?}", messenger.remarks);
    assert!(messenger.remarks[0].message.starts_with("<feature>"));
    assert_eq!(messenger.remarks[0].place.line, 10);
}

#[test]
fn drafts_of_pidf_are_read_as_pidf() {
    let sofia = fixture!(CPIM_PIDF, "sofia_open.cpim-pidf.xml");
    assert_eq!(say(&sofia), words("available", "in the lab"));
    assert!(
        sofia.remarks[0].message.contains("draft"),
        "{:?}",
        sofia.remarks
    );
    // Some send it by the final name.
    assert_eq!(fixture!("sofia_open.cpim-pidf.xml"), sofia);
    // And PIDF itself by that of the draft.
    let open = fixture!(CPIM_PIDF, "kamailio_open.pidf.xml");
    assert_eq!(open, fixture!("kamailio_open.pidf.xml"));
}

#[test]
fn clients_with_much_to_tell_are_understood() {
    let linphone = fixture!("linphone_meeting.pidf.xml");
    assert_eq!(say(&linphone), words("in-a-meeting", "until two"));

    let blink = fixture!("blink_away.pidf.xml");
    assert_eq!(say(&blink), words("away", "back soon"));
    let away = shown(&blink);
    assert_eq!(away.idle, Idle::Since(time("2026-03-01T11:20:00Z")));
    assert_eq!(away.devices[0].media, ["audio", "message"]);
    assert_eq!(away.person.display_name.as_deref(), Some("Alice"));
    assert_eq!(
        away.person.map.as_deref(),
        Some("https://example.test/map?alice")
    );
    let offset = away.person.time_offset.unwrap();
    assert_eq!(
        (offset.minutes, offset.description.as_deref()),
        (60, Some("Europe/Berlin"))
    );
    let left_out: Vec<_> = blink
        .remarks
        .iter()
        .map(|r| r.message.split('>').next().unwrap_or_default())
        .collect();
    assert_eq!(left_out, ["<agp-pidf:extended", "<agp-pidf:device-info"]);

    let cisco = fixture!("cisco_on_the_phone.pidf.xml");
    assert_eq!(say(&cisco), words("on-the-phone", "On the phone"));
    assert_eq!(shown(&cisco).activities, ["on-the-phone"]);
    assert_eq!(shown(&cisco).devices[0].media, ["audio"]);
}

#[test]
fn two_devices_of_one_user_stay_two() {
    let kamailio = fixture!("kamailio_two_devices.pidf.xml");
    let shown = shown(&kamailio);
    assert_eq!(
        (shown.availability, shown.status),
        (Availability::Open, Status::Travel)
    );
    let parts: Vec<_> = shown
        .devices
        .iter()
        .map(|d| (d.id.as_str(), d.why.clone()))
        .collect();
    assert_eq!(
        parts,
        [("mobile", Why::OpenElsewhere), ("desk", Why::Decides)]
    );
    assert!(shown.others.is_empty());
}
