//! What is read of a document, and what is not.

use proptest::prelude::*;

use super::*;
use crate::package::{Place, Severity, limits};
use crate::xml::Fault;

fn messages(document: &Document) -> Vec<&str> {
    document
        .remarks
        .iter()
        .map(|remark| remark.message.as_str())
        .collect()
}

/// A document about one dialog.
fn one(attributes: &str, content: &str) -> Document {
    let dialog = format!("<dialog {attributes}>{content}</dialog>");
    parse(text(
        "version='0' state='full' entity='sip:bob@example.com'",
        &dialog,
    ))
}

#[test]
fn fm_001_prefixes_and_marks_make_no_difference() {
    let plain = one("id='1'", "<state>early</state>");
    let prefixed = format!(
        "\u{feff}<a:dialog-info xmlns:a='{NAMESPACE}' version='0' state='full' entity='sip:bob@example.com'>\
         <a:dialog id='1'><a:state>early</a:state></a:dialog></a:dialog-info>"
    );
    assert_eq!(parse(prefixed), plain);
}

#[test]
fn fm_002_foreign_elements_say_nothing() {
    let document = one(
        "id='1' x:direction='initiator' xmlns:x='urn:example'",
        "<x:state>confirmed</x:state><x:any><state>confirmed</state></x:any><state>early</state>\
         <remote><x:identity>sip:carol@example.com</x:identity></remote><unknown/>",
    );
    let dialog = &document.dialogs[0];
    assert_eq!(dialog.state, DialogState::Early);
    assert!(dialog.is_minimal());
    assert_eq!(document.remarks.len(), 4);
    assert!(
        document
            .remarks
            .iter()
            .all(|remark| remark.severity == Severity::Ignored)
    );
}

#[test]
fn fm_036_every_state_event_code_and_direction_is_read() {
    for state in ["trying", "proceeding", "early", "confirmed", "terminated"] {
        let document = one("id='1'", &format!("<state> {state}\n</state>"));
        let read = &document.dialogs[0].state;
        assert_eq!(read.token(), state);
        assert!(!matches!(read, DialogState::Other(_)));
        assert!(document.remarks.is_empty());
    }
    for event in [
        "cancelled",
        "rejected",
        "replaced",
        "local-bye",
        "remote-bye",
        "error",
        "timeout",
    ] {
        let document = one(
            "id='1'",
            &format!("<state event='{event}'>terminated</state>"),
        );
        let read = document.dialogs[0].event.clone().unwrap();
        assert_eq!(read.token(), event);
        assert!(!matches!(read, StateEvent::Other(_)));
    }
    for (code, read) in [
        ("100", Some(100)),
        ("699", Some(699)),
        ("99", None),
        ("700", None),
        ("-486", None),
        ("busy", None),
        ("99999999999999999999", None),
    ] {
        let document = one("id='1'", &format!("<state code='{code}'>early</state>"));
        assert_eq!(document.dialogs[0].code, read, "{code}");
        assert_eq!(document.remarks.is_empty(), read.is_some(), "{code}");
    }
    let document = one("id='1' direction='initiator'", "<state>trying</state>");
    assert_eq!(document.dialogs[0].direction, Some(Direction::Initiator));
    let document = one("id='1' direction='recipient'", "<state>early</state>");
    assert_eq!(document.dialogs[0].direction, Some(Direction::Recipient));
}

#[test]
fn fm_036_unknown_words_are_tolerated() {
    let document = one(
        "id='1' direction='sideways'",
        "<state event='bored' code='180'>held</state>",
    );
    let dialog = &document.dialogs[0];
    assert_eq!(dialog.state, DialogState::Other("held".to_owned()));
    assert_eq!(dialog.event, Some(StateEvent::Other("bored".to_owned())));
    assert_eq!(dialog.direction, None);
    assert_eq!(document.remarks.len(), 2);
    let long = "x".repeat(1000);
    let document = one("id='1'", &format!("<state>{long}</state>"));
    assert_eq!(document.dialogs[0].state.token().len(), 80);
}

#[test]
fn fm_036_what_a_dialog_does_to_its_user() {
    let indicator = |state: DialogState, direction| {
        Indicator::of(&Dialog {
            direction,
            ..dialog("1", state)
        })
    };
    let (began, was_called) = (Some(Direction::Initiator), Some(Direction::Recipient));
    assert_eq!(
        indicator(DialogState::Early, was_called),
        Indicator::Ringing
    );
    assert_eq!(indicator(DialogState::Trying, began), Indicator::Calling);
    assert_eq!(indicator(DialogState::Early, began), Indicator::Calling);
    assert_eq!(indicator(DialogState::Early, None), Indicator::Ringing);
    assert_eq!(indicator(DialogState::Trying, None), Indicator::Calling);
    for direction in [began, was_called, None] {
        assert_eq!(
            indicator(DialogState::Confirmed, direction),
            Indicator::Busy
        );
        assert_eq!(
            indicator(DialogState::Terminated, direction),
            Indicator::Idle
        );
        let held = DialogState::Other("held".to_owned());
        assert_eq!(indicator(held, direction), Indicator::Unknown);
    }
}

#[test]
fn fm_038_both_names_of_the_name_and_several_identities() {
    let document = one(
        "id='1' local-tag='l'",
        "<state>early</state><remote>\
         <identity display='Bob' display-name='Robert'> sip:bob@example.com </identity>\
         <identity display-name='Bob at home'>tel:+12015550123</identity>\
         <identity>\"Bob again\" &lt;sip:bob@example.test;user=phone&gt;</identity>\
         <identity/></remote>",
    );
    let dialog = &document.dialogs[0];
    let identities: Vec<_> = dialog
        .remote
        .identities
        .iter()
        .map(|one| (one.uri.as_str(), one.display.as_deref()))
        .collect();
    assert_eq!(
        identities,
        [
            ("sip:bob@example.com", Some("Bob")),
            ("tel:+12015550123", Some("Bob at home")),
            ("sip:bob@example.test;user=phone", Some("Bob again")),
            ("", None),
        ]
    );
    assert_eq!(dialog.remote_tag, None, "a half-dialog");
    assert_eq!(document.remarks.len(), 1);
}

#[test]
fn fm_038_escapes_of_xml_and_no_others() {
    let document = one(
        "id='1' call-id='a&quot;b&apos;c&amp;d'",
        "<state>early</state>",
    );
    assert_eq!(document.dialogs[0].call_id.as_deref(), Some("a\"b'c&d"));
    let error = read(text(
        "version='0' state='full'",
        "<dialog id='1' call-id='a&quote;b'><state>early</state></dialog>",
    ));
    let Err(BodyError::Xml(error)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.fault, Fault::UnknownEntity("quote".to_owned()));
}

#[test]
fn fm_038_a_missing_entity_is_the_address_subscribed_to() {
    let document = parse(text("version='0' state='full'", ""));
    assert_eq!(document.entity, None);
    assert_eq!(document.remarks.len(), 1);
    let document = parse(text(
        "version='0' state='full' entity='sip:b\u{202e}ob'",
        "",
    ));
    assert_eq!(document.entity, None);
}

#[test]
fn what_hides_a_part_of_itself_is_not_shown() {
    let document = one(
        "id='1'",
        "<state>early</state><remote><identity display='Carol'>sip:carol@example.com\u{202e}x</identity>\
         <target uri='sip:a b'/></remote>",
    );
    let remote = &document.dialogs[0].remote;
    assert_eq!(remote.identity().map(|one| one.uri.as_str()), Some(""));
    assert_eq!(remote.target, None);
    assert_eq!(document.remarks.len(), 2);
}

#[test]
fn fm_038_dialogs_that_say_too_little_are_left_out_alone() {
    let document = parse(text(
        "version='0' state='full' entity='sip:bob@example.com'",
        "<dialog><state>early</state></dialog><dialog id=' '><state>early</state></dialog>\
         <dialog id='1'/><dialog id='2'><state/></dialog><dialog id='3'><state>early</state></dialog>\
         <dialog id='3'><state>confirmed</state><duration>-1</duration><replaces call-id='a'/></dialog>",
    ));
    let ids: Vec<_> = document.dialogs.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["3", "3"]);
    assert_eq!(
        messages(&document),
        [
            "<dialog>: a dialog without a usable id, ignored",
            "<dialog>: a dialog without a usable id, ignored",
            "<dialog>: a dialog without a state, ignored",
            "<dialog>: a dialog without a state, ignored",
            "<duration>: not a number of seconds, ignored",
            "<replaces>: call-id, local-tag or remote-tag is missing, ignored",
            "<dialog>: the id occurs twice, the last one counts",
        ]
    );
}

#[test]
fn rb_001_what_is_no_dialog_information_is_refused_with_its_place() {
    let place = Place { line: 1, column: 1 };
    let missing = |what| Err(BodyError::Missing { what, place });
    assert_eq!(
        read(text("version='0'", "")),
        missing("the attribute state")
    );
    for state in ["half", "", "Full"] {
        let attributes = format!("version='0' state='{state}'");
        assert_eq!(read(text(&attributes, "")), missing("the attribute state"));
    }
    for version in ["", "-1", "1.0", "one", "0x1", "18446744073709551616"] {
        let attributes = format!("version='{version}' state='full'");
        assert_eq!(
            read(text(&attributes, "")),
            missing("the attribute version"),
            "{version}"
        );
    }
    assert_eq!(
        read(text("state='full'", "")),
        missing("the attribute version")
    );
    let foreign = read("<dialog-info xmlns='urn:example' version='0' state='full'/>");
    assert!(matches!(foreign, Err(BodyError::Root { .. })));
    let bare = read("<dialog-info version='0' state='full'/>");
    assert!(matches!(bare, Err(BodyError::Root { .. })));
    let other = read(format!("<dialog xmlns='{NAMESPACE}' id='1'/>"));
    assert!(matches!(other, Err(BodyError::Root { .. })));
    let kind = Document::parse(&Body::new("application/pidf+xml", b""));
    assert!(kind.is_err_and(|error| error.is_unsupported_type()));
}

#[test]
fn rb_001_bad_xml_is_refused_with_its_place() {
    let whole = text(
        "version='0' state='full'",
        "<dialog id='1'><state>early</state></dialog>",
    );
    for end in 1..whole.len() {
        let error = read(&whole[..end]).unwrap_err();
        assert!(error.place().is_some(), "{end}: {error}");
    }
    let mut bytes = whole.clone().into_bytes();
    bytes[whole.find("early").unwrap()] = 0xff;
    let error = read(&bytes).unwrap_err();
    assert!(error.place().is_some(), "{error}");
    let deep = "<x>".repeat(100) + &"</x>".repeat(100);
    let error = read(text("version='0' state='full'", &deep)).unwrap_err();
    assert!(matches!(error, BodyError::Xml(ref error) if error.fault == Fault::TooDeep));
    let laughs = format!("<!DOCTYPE x [<!ENTITY a 'ha'>]>{whole}");
    let error = read(laughs).unwrap_err();
    assert!(matches!(error, BodyError::Xml(ref error) if error.fault == Fault::Doctype));
}

#[test]
fn what_is_kept_is_bounded() {
    let long = "x".repeat(limits::FIELD_BYTES + 1);
    let identities = "<identity>sip:carol@example.com</identity>".repeat(100);
    let params = "<param pname='a' pval='b'/>".repeat(100);
    let document = one(
        &format!("id='1' call-id='{long}'"),
        &format!(
            "<state>early</state><remote>{identities}<target uri='sip:c@example.com'>{params}</target>\
             <session-description type='application/sdp'>{}</session-description></remote>",
            "v".repeat(limits::SESSION_DESCRIPTION_BYTES + 1)
        ),
    );
    let dialog = &document.dialogs[0];
    assert_eq!(dialog.call_id, None);
    assert_eq!(dialog.remote.identities.len(), limits::IDENTITIES);
    let target = dialog.remote.target.as_ref().unwrap();
    assert_eq!(target.params.len(), limits::TARGET_PARAMS);
    assert_eq!(dialog.remote.session_description, None);
    let many: Vec<String> = (0..=limits::DIALOGS)
        .map(|number| format!("<dialog id='{number}'><state>early</state></dialog>"))
        .collect();
    let document = parse(text("version='0' state='full'", &many.concat()));
    assert_eq!(document.dialogs.len(), limits::DIALOGS);
}

fn words() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[!-~]([ -~]{0,10}[!-~])?")
}

fn participants() -> impl Strategy<Value = Participant> {
    let identity = ("sip:[a-z]{1,5}@example\\.com", words());
    let identity = identity.prop_map(|(uri, display)| Identity { uri, display });
    let param = ("[!-~]{1,5}", "[!-~]{0,5}").prop_map(|(name, value)| Param { name, value });
    let target = (
        "sip:[a-z]{1,5}@192\\.0\\.2\\.1",
        prop::collection::vec(param, 0..3),
    );
    let target = target.prop_map(|(uri, params)| Target { uri, params });
    let description = ("[a-z]{1,5}/[a-z]{1,5}", "[ -~]{0,20}")
        .prop_map(|(media_type, text)| SessionDescription { media_type, text });
    (
        prop::collection::vec(identity, 0..3),
        prop::option::of(target),
        prop::option::of(description),
    )
        .prop_map(|(identities, target, session_description)| Participant {
            identities,
            target,
            session_description,
        })
}

fn dialogs() -> impl Strategy<Value = Dialog> {
    let state = prop::sample::select(vec!["trying", "early", "confirmed", "terminated", "odd"]);
    let direction = prop::option::of(prop::sample::select(vec![
        Direction::Initiator,
        Direction::Recipient,
    ]));
    (
        (words(), words(), words(), direction, state),
        (words(), prop::option::of(100..700u16), any::<Option<u64>>()),
        (participants(), participants()),
    )
        .prop_map(|(first, second, (local, remote))| {
            let (call_id, local_tag, remote_tag, direction, state) = first;
            let (event, code, duration) = second;
            Dialog {
                replaces: call_id.clone().map(|call_id| DialogId {
                    call_id,
                    local_tag: "l".to_owned(),
                    remote_tag: "r".to_owned(),
                }),
                call_id,
                local_tag,
                remote_tag,
                direction,
                event: event.map(|word| StateEvent::from_token(&word)),
                code,
                duration,
                referred_by: local.identities.first().cloned(),
                local,
                remote,
                ..dialog("", DialogState::from_token(state))
            }
        })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        mut dialogs in prop::collection::vec(dialogs(), 0..4),
        version in 0..=u64::from(u32::MAX),
        full in any::<bool>(),
    ) {
        for (number, dialog) in dialogs.iter_mut().enumerate() {
            dialog.id = format!("d{number}");
        }
        let state = if full { State::Full } else { State::Partial };
        let written = document(version, state, dialogs);
        let read = parse(written.document());
        prop_assert_eq!(&read.dialogs, &written.dialogs);
        prop_assert_eq!((read.version, read.state, read.entity), (version, state, written.entity));
    }

    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let sample = include_bytes!("../../../../tests/fixtures/package/cisco_shared_line.dialog-info.xml");
        let mut bytes = sample.to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(document) = read(&bytes) {
            let mut user = ObservedUser::new();
            user.apply(1, &document, NOW);
            user.merged();
        }
    }
}
