//! What holds for every document.

use proptest::prelude::*;

use super::*;

/// A tuple that nothing but its place could confuse with another: its number is its id and its time.
fn tuples() -> impl Strategy<Value = Vec<Tuple>> {
    let one = (
        prop::option::of(prop::sample::select(vec![Basic::Open, Basic::Closed])),
        prop::option::of((0u8..3, prop::option::of(0u16..=10))),
        prop::option::of(inputs()),
        prop::option::weighted(0.2, Just("assistant".to_owned())),
        prop::option::weighted(0.3, "[a-c]"),
    );
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let tuples = all.into_iter().enumerate();
        let tuple = |(number, (basic, contact, user_input, relationship, note))| {
            let contact: Option<(u8, Option<u16>)> = contact;
            Tuple {
                id: format!("t{number}"),
                basic,
                contact: contact.map(|(user, tenths)| Contact {
                    uri: format!("sip:{user}@example.test"),
                    priority: tenths
                        .and_then(|t| Priority::parse(&format!("{}.{}", t / 10, t % 10))),
                }),
                user_input,
                relationship,
                notes: notes(note),
                timestamp: stamp(number),
                ..Tuple::default()
            }
        };
        tuples.map(tuple).collect()
    })
}

fn persons() -> impl Strategy<Value = Vec<Person>> {
    let names = vec!["away", "busy", "meeting", "playing"];
    let one = (
        prop::collection::vec(prop::sample::select(names), 0..3),
        prop::option::of(inputs()),
        prop::option::of("[d-f]"),
    );
    prop::collection::vec(one, 0..4).prop_map(|all| {
        let persons = all.into_iter().enumerate();
        let person =
            |(number, (activities, user_input, note)): (usize, (Vec<&str>, _, _))| Person {
                id: format!("p{number}"),
                activities: vec![Timed {
                    value: activities.into_iter().map(Activity::named).collect(),
                    ..Timed::default()
                }],
                user_input,
                notes: notes(note),
                timestamp: stamp(number),
                ..Person::default()
            };
        persons.map(person).collect()
    })
}

fn inputs() -> impl Strategy<Value = UserInput> {
    (any::<bool>(), prop::option::of(0i64..100)).prop_map(|(idle, last)| UserInput {
        input: if idle { Input::Idle } else { Input::Active },
        last_input: last.and_then(|second| Timestamp::from_second(second).ok()),
        idle_threshold: None,
    })
}

fn notes(text: Option<String>) -> Vec<Note> {
    let note = |text| Note {
        text,
        language: None,
    };
    text.map(note).into_iter().collect()
}

fn stamp(number: usize) -> Option<Timestamp> {
    // One has none: it is the oldest.
    (number > 0).then(|| Timestamp::from_second(i64::try_from(number).unwrap()).unwrap())
}

/// What is shown, with what stays in document order put into an order of its own.
fn sorted(mut shown: Shown) -> Shown {
    shown.devices.sort_by(|one, two| one.id.cmp(&two.id));
    shown.others.sort_by(|one, two| one.id.cmp(&two.id));
    shown
}

proptest! {
    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), which in 0usize..4) {
        let (kind, bytes) = [
            (CONTENT_TYPE, &include_bytes!("../../../../tests/fixtures/package/rich.pidf.xml")[..]),
            (CONTENT_TYPE, include_bytes!("../../../../tests/fixtures/package/blink_away.pidf.xml")),
            (CONTENT_TYPE, include_bytes!("../../../../tests/fixtures/package/rfc/rfc5196_5.pidf.xml")),
            (XPIDF, include_bytes!("../../../../tests/fixtures/package/messenger_away.xpidf.xml")),
        ][which];
        let mut bytes = bytes.to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        for body in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(document) = Document::parse(&Body::new(kind, body)) {
                let _ = shown(&document);
            }
        }
    }

    #[test]
    fn mg_003_and_mg_004_the_order_of_tuples_and_persons_does_not_show(
        (tuples, mixed_tuples) in tuples().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        (persons, mixed_persons) in persons().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let one = Document { tuples, persons, ..Document::default() };
        let two = Document { tuples: mixed_tuples, persons: mixed_persons, ..Document::default() };
        prop_assert_eq!(sorted(shown(&one)), sorted(shown(&two)));
    }

    #[test]
    fn mg_003_the_order_of_documents_and_how_often_they_are_told_never_show(
        tuples in tuples(), persons in persons(), at in any::<prop::sample::Index>(),
    ) {
        let mut one = Document { tuples, persons, ..Document::default() };
        let rest = |count: usize| at.index(count + 1);
        let (tuples, persons) = (rest(one.tuples.len()), rest(one.persons.len()));
        let two = Document {
            tuples: one.tuples.split_off(tuples),
            persons: one.persons.split_off(persons),
            ..Document::default()
        };
        let merged = |documents: &[&Document]| {
            let shown = compose_several(documents, &[], Timestamp::UNIX_EPOCH);
            (shown.availability, shown.status, shown.preferred_contact)
        };
        let once = merged(&[&one, &two]);
        prop_assert_eq!(&merged(&[&two, &one]), &once);
        prop_assert_eq!(&merged(&[&two, &one, &two]), &once);
    }

    #[test]
    fn mg_003_one_open_tuple_is_enough_and_exactly_one_decides(tuples in tuples()) {
        let document = Document { tuples, ..Document::default() };
        let shown = shown(&document);
        let says = |basic| shown.devices.iter().any(|device| device.basic == Some(basic));
        let expected = match (says(Basic::Open), says(Basic::Closed)) {
            (true, _) => Availability::Open,
            (false, true) => Availability::Closed,
            (false, false) => Availability::Unknown,
        };
        prop_assert_eq!(shown.availability, expected);
        let deciding = shown.devices.iter().filter(|device| device.why == Why::Decides).count();
        prop_assert_eq!(deciding, usize::from(expected != Availability::Unknown));
        prop_assert_eq!(shown.devices.len() + shown.others.len(), document.tuples.len());
        prop_assert!(shown.others.iter().all(|device| device.why != Why::Decides));
    }

    #[test]
    fn what_is_written_reads_the_same(
        which in 0..Status::PUBLISHABLE.len(),
        note in prop::option::of("\\PC{0,40}"),
        idle in prop::option::of(any::<bool>()),
        user in "\\PC{1,20}",
        millisecond in 0i64..4_000_000_000_000,
    ) {
        let entity = format!("sip:{}@example.test", user.trim());
        let contact = format!("{entity};gr=<&'\">");
        let mut publisher = Publisher::new(&entity, &contact, "urn:uuid:00000000-0000-4000-8000-0000000000AA");
        let own = OwnPresence {
            status: Status::PUBLISHABLE[which].clone(),
            note: note.clone(),
            language: note.is_some().then(|| "de".to_owned()),
            input: idle.map(input),
            ..OwnPresence::default()
        };
        let now = Timestamp::from_millisecond(millisecond).unwrap();
        let document = parse(publisher.document(&own, now));
        prop_assert!(document.remarks.is_empty(), "{:?}", document.remarks);
        prop_assert_eq!(&document.entity, &entity);
        let tuple = &document.tuples[0];
        prop_assert_eq!(&tuple.contact.as_ref().unwrap().uri, &contact);
        prop_assert_eq!(tuple.timestamp, Some(now));
        let person = &document.persons[0];
        prop_assert_eq!(person.user_input, own.input);
        prop_assert_eq!(document.devices[0].user_input, own.input);
        let written = note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        let read = person.notes.first().map(|note| (note.text.as_str(), note.language.as_deref()));
        prop_assert_eq!(read, written.map(|note| (note, Some("de"))));
        let shown = shown(&document);
        let away = own.status == Status::Available && idle == Some(true);
        prop_assert_eq!(shown.status, if away { Status::Away } else { own.status });
        prop_assert_eq!(shown.note.as_deref(), written);
    }
}
