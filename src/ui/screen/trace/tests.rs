use std::fs;

use bytes::Bytes;
use jiff::Timestamp;

use super::*;
use crate::account::{Trace, save_trace};
use crate::i18n::tests::speak;
use crate::inspect;
use crate::ui::testing::{click, overflowing, says, texts};

const NOTIFY: &str = "NOTIFY sip:alice@192.0.2.1 SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\n\
    From: <sip:bob@example.test>;tag=b\r\nTo: <sip:alice@example.test>;tag=a\r\n\
    Call-ID: c1\r\nCSeq: 1 NOTIFY\r\nContact: <sip:192.0.2.2>\r\nMax-Forwards: 70\r\n\
    Event: presence\r\nSubscription-State: active;expires=600\r\nContent-Length: 0\r\n\r\n";

fn put(trace: &Trace, second: i64, sent: bool, text: &str) {
    trace.keep(TraceEntry {
        number: 0,
        time: Timestamp::from_second(second).unwrap(),
        sent,
        protocol: "UDP",
        local: "192.0.2.1:5060".to_owned(),
        peer: "192.0.2.2:5060".to_owned(),
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
}

/// A NOTIFY about Bob, the answer to it, and a refusal of something about Carol.
fn some() -> Trace {
    let trace = Trace::default();
    put(&trace, 1, false, NOTIFY);
    let answer = |start: &str, who: &str| {
        format!(
            "{start}\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:{who}@example.test>;tag=b\r\n\
             To: <sip:{who}@example.test>;tag=a\r\nCall-ID: c{who}\r\nCSeq: 1 SUBSCRIBE\r\nContent-Length: 0\r\n\r\n"
        )
    };
    put(&trace, 2, true, &answer("SIP/2.0 200 OK", "bob"));
    put(&trace, 3, false, &answer("SIP/2.0 404 Not Found", "carol"));
    trace
}

fn source(trace: &Trace) -> [Source<'_>; 1] {
    [Source {
        run: Run::Session(1),
        account: "sip:alice@example.test",
        trace,
    }]
}

fn looking_at(trace: &Trace) -> State {
    let mut state = State::default();
    assert_eq!(state.take(&source(trace)), Action::ScrollToEnd);
    state
}

fn press(state: &mut State, text: &'static str) -> Action {
    let said = click(state.view(), text);
    state.update(said[0].clone())
}

#[test]
fn messages_are_listed_and_found() {
    speak("en");
    let trace = some();
    let mut state = looking_at(&trace);
    for said in [
        "NOTIFY",
        "200 OK to SUBSCRIBE",
        "404 Not Found to SUBSCRIBE",
        "3 of 3 messages",
    ] {
        assert!(says(state.view(), said), "{said}");
    }
    press(&mut state, "Errors only");
    assert!(says(state.view(), "1 of 3 messages"));
    press(&mut state, "Errors only");
    state.update(Message::SearchEdited("BOB".into()));
    assert!(says(state.view(), "2 of 3 messages"));
    state.update(Message::SearchEdited("nobody".into()));
    assert!(says(state.view(), "No message is like this."));
    state.update(Message::SearchEdited(String::new()));
    press(&mut state, "Filters");
    press(&mut state, "presence");
    assert!(says(state.view(), "1 of 3 messages"));
}

#[test]
fn what_comes_is_followed_until_it_is_paused_and_nothing_is_lost() {
    speak("en");
    let trace = some();
    let mut state = looking_at(&trace);
    press(&mut state, "Pause");
    put(&trace, 4, false, NOTIFY);
    assert_eq!(state.take(&source(&trace)), Action::None);
    assert!(says(state.view(), "3 of 3 messages"));
    assert_eq!(press(&mut state, "Follow (1 new)"), Action::Look);
    assert_eq!(state.take(&source(&trace)), Action::ScrollToEnd);
    assert!(says(state.view(), "4 of 4 messages"));
    // Whoever scrolls back reads.
    let port = |offset| Port {
        offset,
        height: 400.0,
    };
    state.update(Message::Scrolled(port(600.0), 1_000.0));
    state.update(Message::Scrolled(port(300.0), 1_000.0));
    assert!(says(state.view(), "Follow"));
}

#[test]
fn a_message_is_told_in_words_and_as_it_was_sent() {
    speak("en");
    let trace = some();
    let mut state = looking_at(&trace);
    state.update(Message::RowPressed(0));
    let words = texts(state.view());
    let told = words.iter().any(|text| text.contains("active"));
    assert!(
        told && !words.iter().any(|text| text.starts_with("Via:")),
        "{words:?}"
    );
    press(&mut state, "As sent");
    assert!(says(state.view(), "Subscription-State: active;expires=600"));
    assert_eq!(press(&mut state, "Copy"), Action::Copy(NOTIFY.to_owned()));
    // The keyboard goes to the next one, and Escape closes it.
    state.update(Message::SelectionMoved(1));
    assert!(says(state.view(), "SIP/2.0 200 OK"));
    assert!(state.escape());
    assert!(!says(state.view(), "As sent") && !state.escape());
}

#[test]
fn rb_009_what_others_wrote_does_no_harm() {
    speak("en");
    let trace = Trace::default();
    let long = "x".repeat(9_000);
    let nasty = NOTIFY
        .replace("Event", "Subject: a\u{202e}b\u{1b}[31m\r\nEvent")
        .replace("c1", &long);
    put(&trace, 1, false, &nasty);
    let mut state = looking_at(&trace);
    state.update(Message::RowPressed(0));
    for raw in [false, true] {
        state.update(Message::RawChosen(raw));
        let said = texts(state.view());
        let harmful = |c: char| c == '\u{202e}' || c == '\u{1b}';
        assert!(!said.iter().any(|text| text.contains(harmful)));
        assert!(said.iter().all(|text| text.chars().count() <= 2_100));
    }
}

#[test]
fn several_accounts_are_in_one_order_and_named() {
    speak("en");
    let (one, other) = (Trace::default(), Trace::default());
    put(&one, 1, false, NOTIFY);
    put(&other, 2, false, NOTIFY);
    put(&one, 3, false, NOTIFY);
    let sources = [
        source(&one)[0],
        Source {
            run: Run::Session(2),
            account: "sip:dave@example.test",
            trace: &other,
        },
    ];
    let mut state = State::default();
    state.take(&sources);
    let accounts: Vec<_> = state
        .log
        .found()
        .iter()
        .map(|line| line.account.to_string())
        .collect();
    let (alice, dave) = ("sip:alice@example.test", "sip:dave@example.test");
    assert_eq!(accounts, [alice, dave, alice]);
    assert!(says(state.view(), "dave@example.test"));
}

#[test]
fn ten_thousand_are_taken_in_but_not_built() {
    speak("en");
    let trace = Trace::default();
    for second in 0..12_000 {
        put(&trace, second, false, NOTIFY);
    }
    let mut state = looking_at(&trace);
    assert_eq!(state.log.len(), 10_000);
    let rows = texts(state.view());
    let built = rows.iter().filter(|text| *text == "NOTIFY").count();
    assert!((10..100).contains(&built), "{built}");
    state.update(Message::SearchEdited("nowhere in it".into()));
    assert_eq!(state.log.found().len(), 0);
}

#[test]
fn a_saved_file_is_one_that_inspect_reads() {
    speak("en");
    let home = tempfile::tempdir().unwrap();
    let now = "2026-03-05T14:30:00[UTC]".parse().unwrap();
    let mut state = looking_at(&some());
    assert_eq!(press(&mut state, "Save…"), Action::FocusPath);
    let mut form = Form::in_folder(home.path(), &now);
    assert!(
        form.path.ends_with("siskin-20260305-143000.txt"),
        "{}",
        form.path
    );
    for (format, end) in [(TraceFormat::Capture, "pcap"), (TraceFormat::Text, "txt")] {
        form.choose(format);
        state.saving = Some(form.clone());
        let Action::Save(path, format, entries) = press(&mut state, "Save") else {
            panic!("nothing is saved");
        };
        assert!(path.extension().is_some_and(|e| e == end));
        save_trace(&path, format, &entries).unwrap();
        let options = inspect::Options {
            content_type: None,
            languages: &[],
            now: Timestamp::now(),
        };
        let report = inspect::inspect(&fs::read(&path).unwrap(), &options);
        assert_eq!(report.format, "trace", "{report:#?}");
        let told = format!("{report:?}");
        assert!(
            told.contains("is notified") && told.contains("404"),
            "{told}"
        );
        state.update(Message::Saved(Ok(path)));
        assert!(says(state.view(), "Saved as"));
    }
    form.path = "somewhere".to_owned();
    state.saving = Some(form);
    assert!(says(state.view(), "Write the whole path"));
    assert_eq!(state.update(Message::SaveConfirmed), Action::None);
    state.update(Message::Saved(Err(("/x".into(), "no room left".into()))));
    assert!(says(state.view(), "No room left."));
}

#[test]
fn it_fits_into_a_narrow_window_in_every_language() {
    for language in ["en", "de"] {
        speak(language);
        let mut state = looking_at(&some());
        state.update(Message::RowPressed(0));
        state.update(Message::FiltersPressed);
        state.update(Message::SavePressed);
        assert_eq!(
            overflowing(state.view(), 320.0),
            Vec::<String>::new(),
            "{language}"
        );
    }
}

#[test]
fn several_accounts_are_chosen_at_once() {
    speak("en");
    let traces = [some(), some(), some()];
    let names = [
        "sip:alice@example.test",
        "sip:bob@example.com",
        "sip:alice@example.org",
    ];
    let sources = |count: usize| -> Vec<Source<'_>> {
        let all = traces.iter().zip(names).zip(1..).take(count);
        all.map(|((trace, account), number)| Source {
            run: Run::Session(number),
            account,
            trace,
        })
        .collect()
    };
    let mut state = State::default();
    state.take(&sources(1));
    press(&mut state, "Filters");
    assert!(!says(state.view(), "Account"), "there is one only");
    state.take(&sources(3));
    assert!(says(state.view(), "9 of 9 messages"));
    press(&mut state, "bob@example.com");
    assert!(says(state.view(), "3 of 9 messages"));
    press(&mut state, "alice@example.org");
    assert!(says(state.view(), "6 of 9 messages"));
    press(&mut state, "bob@example.com");
    assert!(says(state.view(), "3 of 9 messages"));
    state.update(Message::AccountPressed(None));
    assert!(says(state.view(), "9 of 9 messages"));
    // A later run of the same account is no other account.
    let again = Source {
        run: Run::Session(9),
        ..sources(1)[0]
    };
    let mut state = State::default();
    state.take(&[sources(1)[0], again]);
    press(&mut state, "Filters");
    assert!(!says(state.view(), "Account"));
}
