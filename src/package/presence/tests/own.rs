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
            input: Some(Input::Active),
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
