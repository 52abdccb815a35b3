//! Documents in the manner of known servers and clients.

use super::*;

#[test]
fn documents_in_the_manner_of_known_servers_are_understood() {
    macro_rules! fixture {
        ($name:literal) => {
            parse(include_bytes!(concat!(
                "../../../../tests/fixtures/package/",
                $name
            )))
        };
    }
    let say = |document: &Document| {
        let shown = shown(document);
        (
            shown.status.token().to_owned(),
            shown.note.unwrap_or_default(),
        )
    };
    let words = |a: &str, b: &str| (a.to_owned(), b.to_owned());
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
