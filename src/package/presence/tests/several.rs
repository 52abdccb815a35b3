//! What is shown of the documents of several devices.

use super::*;

fn joined(documents: &[Document]) -> Shown {
    let documents: Vec<&Document> = documents.iter().collect();
    compose_several(&documents, &[], time("2026-03-01T12:00:00Z"))
}

/// A person element.
fn person(hour: u32, content: &str) -> String {
    format!(
        "<dm:person id='p'>{content}<dm:timestamp>2026-01-01T{hour}:00:00Z</dm:timestamp></dm:person>"
    )
}

/// Of each device its id and the document that tells of it.
fn origins(devices: &[ShownDevice]) -> Vec<(&str, usize)> {
    let devices = devices.iter();
    devices.map(|d| (d.id.as_str(), d.origin)).collect()
}

/// A text with the document that it stands in.
type Said<'s> = (usize, &'s str);

/// The note, and what each document says.
fn notes(shown: &Shown) -> (Option<Said<'_>>, Vec<Said<'_>>) {
    let all = shown.notes.iter();
    (
        shown.noted_by.zip(shown.note.as_deref()),
        all.map(|note| (note.origin, note.text.as_str())).collect(),
    )
}

#[test]
fn one_document_alone_is_the_origin_of_all() {
    let text = format!(
        "{}{}<note>whole</note>",
        tuple(
            "a/b",
            "open",
            "<contact priority='0.5'>sip:bob@192.0.2.1</contact>"
        ),
        tuple(
            "s",
            "closed",
            "<r:relationship><r:family/></r:relationship>"
        ),
    );
    let shown = joined(&[presence(&text)]);
    assert_eq!(shown.decided_by, Some(0));
    assert_eq!(notes(&shown), (Some((0, "whole")), vec![]));
    assert_eq!(origins(&shown.devices), [("a/b", 0)]);
    assert_eq!(origins(&shown.others), [("s", 0)]);
    assert_eq!(joined(&[]), Shown::default());
    assert_eq!(joined(&[presence("")]).decided_by, None);
}

#[test]
fn mg_003_equal_ids_of_several_devices_are_kept_apart_and_equal_contacts_are_not() {
    let contact = "<contact>sip:bob@example.com</contact>";
    let older = format!("{contact}<timestamp>2026-01-01T10:00:00Z</timestamp>");
    let newer = format!("{contact}<timestamp>2026-01-01T11:00:00Z</timestamp>");
    let shown = joined(&[
        presence(&tuple("t", "closed", "")),
        presence(&tuple("t", "open", &older)),
        presence(&tuple("t", "closed", &newer)),
    ]);
    assert_eq!(shown.status, Status::Offline);
    assert_eq!(origins(&shown.devices), [("t", 0), ("t", 2)]);
    assert_eq!(origins(&shown.others), [("t", 1)]);
    assert_eq!(shown.others[0].why, Why::Superseded("t".to_owned()));
    assert_eq!(shown.decided_by, Some(2));
}

#[test]
fn mg_004_the_newest_person_of_all_documents_decides() {
    let document = |activity: &str, hour: u32| {
        let activity = format!("<r:activities><r:{activity}/></r:activities>");
        presence(&format!(
            "{}{}",
            tuple("t", "open", ""),
            person(hour, &activity)
        ))
    };
    let shown = joined(&[document("meeting", 11), document("away", 10)]);
    assert_eq!(shown.status, Status::InAMeeting);
    assert_eq!(shown.decided_by, Some(0));
    let Reason::Activity { person, .. } = shown.reason else {
        panic!("an activity decides");
    };
    assert_eq!(person, "p");
}

#[test]
fn mg_004_activities_in_a_tuple_are_of_its_document_and_of_no_person() {
    let open = |hour: u32, more: &str| {
        let stamp = format!("<timestamp>2026-01-01T{hour}:00:00Z</timestamp>");
        tuple("t", "open", &format!("{more}{stamp}"))
    };
    let busy = "<r:activities><r:busy/></r:activities>";
    let phone = "<r:activities><r:on-the-phone/></r:activities>";
    let silent = presence(&open(12, ""));
    let (old, new) = (presence(&open(10, busy)), presence(&open(11, phone)));
    for documents in [
        [silent.clone(), old.clone(), new.clone()],
        [silent.clone(), new.clone(), old.clone()],
    ] {
        let shown = joined(&documents);
        // Of the tuples that say something of the person the newest speaks, wherever it stands.
        let place = documents.iter().position(|document| *document == new);
        assert_eq!(shown.decided_by, place);
        assert_eq!(shown.status, Status::OnThePhone);
        assert_eq!(shown.activities, ["on-the-phone"]);
        let (person, activity) = (String::new(), "on-the-phone".to_owned());
        assert_eq!(shown.reason, Reason::Activity { person, activity });
        // Which tuple decides whether the presentity is open is another question.
        let decides = |device: &&ShownDevice| device.why == Why::Decides;
        assert_eq!(shown.devices.iter().find(decides).unwrap().origin, 0);
    }
    // A person element, however old, is nearer to the person than any tuple.
    let real = presence(&person(9, "<r:activities><r:away/></r:activities>"));
    let shown = joined(&[new, real]);
    assert_eq!((shown.status, shown.decided_by), (Status::Away, Some(1)));
    // What somebody else's tuple says is not about the presentity.
    let kin = format!("{busy}<r:relationship><r:family/></r:relationship>");
    let shown = joined(&[silent, presence(&open(13, &kin))]);
    assert_eq!(
        (shown.status, shown.decided_by),
        (Status::Available, Some(0))
    );
}

#[test]
fn mg_004_who_is_idle_by_its_own_word_says_so() {
    let idle = person(10, "<r:user-input>idle</r:user-input>");
    let shown = joined(&[
        presence(&tuple("t", "open", "")),
        presence(&format!("{}{idle}", tuple("t", "open", ""))),
    ]);
    assert_eq!((&shown.reason, shown.decided_by), (&Reason::Idle, Some(1)));
    let idle = "<r:user-input>idle</r:user-input>";
    let both = [
        presence(&tuple("t", "open", idle)),
        presence(&tuple("t", "open", idle)),
    ];
    let shown = joined(&both);
    assert_eq!((&shown.reason, shown.decided_by), (&Reason::Idle, None));
}

#[test]
fn fm_010_a_note_on_the_whole_belongs_to_its_document() {
    let away = "<r:activities><r:away/></r:activities>";
    let desk = |more: &str| presence(&format!("{}{more}", tuple("t", "open", "")));
    let mobile = |more: &str| presence(&format!("{}{more}", tuple("t", "closed", "")));
    let whole = |text: &str| format!("<note>{text}</note>");

    // No person: that of the document whose tuple decides, wherever it stands.
    let (of_desk, of_mobile) = (desk(&whole("at the desk")), mobile(&whole("at home")));
    let shown = joined(&[of_mobile.clone(), of_desk.clone()]);
    let all = vec![(0, "at home"), (1, "at the desk")];
    assert_eq!(notes(&shown), (Some((1, "at the desk")), all));
    // The one that decides has none: another one's is told, but not as if it explained the status.
    let shown = joined(&[of_mobile.clone(), desk("")]);
    assert_eq!(notes(&shown), (None, vec![(0, "at home")]));
    // The document goes and takes its note along.
    assert_eq!(notes(&joined(&[desk("")])), (None, vec![]));
    assert_eq!(notes(&joined(&[of_mobile])), (Some((0, "at home")), vec![]));

    // A person: that of the person's document, be it older or closed.
    let with_person = mobile(&format!("{}{}", person(10, away), whole("back at three")));
    let shown = joined(&[of_desk.clone(), with_person.clone()]);
    let all = vec![(0, "at the desk"), (1, "back at three")];
    assert_eq!(shown.decided_by, Some(1));
    assert_eq!(notes(&shown), (Some((1, "back at three")), all));
    // The person says something: the note on the whole is not the person's (RFC 4479 section 5).
    let own = format!("{away}<dm:note>shopping</dm:note>");
    let speaking = mobile(&format!("{}{}", person(10, &own), whole("back at three")));
    let shown = joined(&[of_desk.clone(), speaking]);
    let all = vec![(0, "at the desk"), (1, "shopping")];
    assert_eq!(notes(&shown), (Some((1, "shopping")), all));

    // A newer person elsewhere: the note belongs to a person who is not shown.
    let newer = desk(&person(11, away));
    let shown = joined(&[with_person, newer]);
    assert_eq!(notes(&shown), (None, vec![(0, "back at three")]));
    // A person who says nothing, in a document that does not decide: the deciding one has the word.
    let mute = mobile(&person(11, ""));
    let shown = joined(&[mute, of_desk]);
    assert_eq!(
        notes(&shown),
        (Some((1, "at the desk")), vec![(1, "at the desk")])
    );
}

#[test]
fn fm_010_a_note_of_a_tuple_is_the_last_resort_and_tells_its_document() {
    let noted = presence(&tuple("t", "closed", "<note>charging</note>"));
    let shown = joined(&[presence(&tuple("t", "open", "")), noted]);
    assert_eq!(notes(&shown), (Some((1, "charging")), vec![]));
    assert_eq!(shown.devices[1].note.as_deref(), Some("charging"));
}

#[test]
fn fm_010_documents_without_anybody_reachable_are_asked_in_their_order() {
    let shown = joined(&[
        presence(""),
        presence("<note>one</note>"),
        presence("<note>two</note>"),
    ]);
    let all = vec![(1, "one"), (2, "two")];
    assert_eq!(notes(&shown), (Some((1, "one")), all));
}
