use std::sync::Arc;

use super::*;
use crate::account::{
    About, DocumentCause, Fault, Ground, PastWatcher, Preview, Rule, Sight, Snapshot,
    UnusableDocument, Watcher, XcapError,
};
use crate::i18n::tests::speak;
use crate::ui::testing::{click, in_one_line, online, says, session, texts, watcher};

const BOB: &str = "sip:bob@example.test";
const DAVE: &str = "sip:dave@example.com";
const HEIDI: &str = "sip:heidi@example.test";

fn active(address: &str, name: &str, decision: &str, about: About) -> Watcher {
    Watcher {
        status: "active".to_owned(),
        decision: decision.to_owned(),
        since: Some("2026-03-01T12:00:00Z".parse().unwrap()),
        ground: Some(Ground {
            rule: "allow-7".to_owned(),
            decision: Decision::Allow,
            about,
            until: Some("2031-01-01T00:00:00Z".parse().unwrap()),
            shows: Some(Disclosure::Activity),
        }),
        ..watcher(address, Some(name))
    }
}

fn past(address: &str, decision: &'static str) -> PastWatcher {
    PastWatcher {
        watcher: address.to_owned(),
        display_name: Some("Frank".to_owned()),
        first: "2026-02-01T12:00:00Z".parse().unwrap(),
        last: "2026-02-02T12:00:00Z".parse().unwrap(),
        asked: 2,
        asks: false,
        is_there: false,
        decision,
        source: None,
    }
}

/// Bob and Dave watch, Heidi asks, Frank was here.
fn office() -> Snapshot {
    let everybody = About::Domain("example.com".to_owned());
    Snapshot {
        watchers: vec![
            watcher(HEIDI, Some("Heidi")),
            active(DAVE, "Dave", "allow", everybody),
            active(BOB, "B. Builder", "allow", About::Watcher),
        ],
        past_watchers: Arc::new(vec![past("sip:frank@example.com", "block")]),
        rules_state: RulesState::Known { versioned: true },
        ..online()
    }
}

#[test]
fn the_orders_of_the_list_stand_in_one_line() {
    let session = session(office());
    let state = State::new(Tab::Watching);
    for language in crate::i18n::LANGUAGES.map(|language| language.tag) {
        speak(language);
        let orders = [
            fl!("watchers-sort-name"),
            fl!("watchers-sort-latest"),
            fl!("watchers-sort-sees"),
        ];
        assert!(in_one_line(state.view(&session), &orders), "{orders:?}");
    }
    speak("en");
}

fn said(state: &State, session: &Session) -> Vec<String> {
    texts(state.view(session))
}

fn press(state: &mut State, session: &Session, text: &'static str) -> Action {
    let said = click(state.view(session), text);
    let [message] = said.as_slice() else {
        panic!("{text}: {said:?}");
    };
    state.update(message.clone(), session)
}

fn place(said: &[String], text: &str) -> usize {
    let found = said.iter().position(|said| said.contains(text));
    found.unwrap_or_else(|| panic!("{text} in {said:?}"))
}

#[test]
fn who_watches_is_listed_with_what_it_sees_and_by_which_rule() {
    speak("en");
    let session = session(office());
    let said = said(&State::default(), &session);
    assert!(place(&said, "Bob") < place(&said, "Dave"), "by name");
    for text in [
        "On your list · sees what you do and your note · since 2026-03-01",
        "Rule “allow-7”, about this person alone · ends 2030-12-31",
        "Rule “allow-7”, about everybody at example.com",
        "Stranger",
    ] {
        place(&said, text);
    }
    assert!(
        !said.iter().any(|said| said.contains("B. Builder")),
        "the given name counts"
    );
    assert!(!said.iter().any(|said| said == "Heidi" || said == "Frank"));
}

#[test]
fn domains_and_everybody_else_are_decided_at_once() {
    speak("en");
    let ground = |decision, about| Ground {
        rule: "block-2".to_owned(),
        decision,
        about,
        until: None,
        shows: None,
    };
    let domain = About::Domain("example.com".to_owned());
    let everybody = "*".to_owned();
    let snapshot = Snapshot {
        wide: Arc::new(vec![(
            "*@example.com".to_owned(),
            ground(Decision::Block, domain),
        )]),
        watchers: Vec::new(),
        ..office()
    };
    let session = session(snapshot);
    let mut state = State::default();
    let said = said(&state, &session);
    place(&said, "Nobody watches you now");
    let at_domain = place(&said, "Everybody at example.com");
    assert!(at_domain < place(&said, "Rule “block-2”, about everybody at example.com"));
    assert!(at_domain < place(&said, "Everybody else"));
    // One click takes it back.
    let revoked = press(&mut state, &session, "Revoke");
    let whom = vec!["*@example.com".to_owned()];
    assert_eq!(revoked, Action::Decide(whom, Decision::Undecided.into()));
    state.update(Message::RowPressed(everybody.clone()), &session);
    assert_eq!(state.wants_preview(&session), None, "many see many things");
    let hidden = press(&mut state, &session, "Appear offline");
    let decided = Action::Decide(vec![everybody], Decision::PoliteBlock.into());
    assert_eq!(hidden, decided);
    // A domain about which nothing is decided yet.
    state.update(Message::RowPressed("*".to_owned()), &session);
    state.update(Message::SearchEdited("*@Example.ORG".into()), &session);
    state.update(Message::SearchSubmitted, &session);
    let action = press(&mut state, &session, "Allow");
    let whom = vec!["*@example.org".to_owned()];
    assert_eq!(action, Action::Decide(whom, Decision::Allow.into()));
}

#[test]
fn who_asks_this_device_itself_is_marked_with_how_sure_that_is() {
    speak("en");
    let mut snapshot = office();
    snapshot.watchers[0].source = Some("claimed");
    snapshot.watchers[1].source = Some("asserted");
    let mut gone = past("sip:erin@example.com", "undecided");
    (gone.asks, gone.source) = (true, Some("relayed"));
    snapshot.past_watchers = Arc::new(vec![gone]);
    let session = session(snapshot);
    let mut state = State::default();
    let said = said(&state, &session);
    place(&said, "Asked this device; confirmed by your server");
    let marked = said.iter().filter(|said| said.starts_with("Asked this"));
    assert_eq!(marked.count(), 1, "of Bob a server tells: {said:?}");
    state.update(Message::TabChosen(Tab::Requests), &session);
    let said = self::said(&state, &session);
    let claimed = place(&said, "Asked this device; nobody has confirmed who it is");
    assert!(place(&said, "heidi@example.test") < claimed, "{said:?}");
    // Who is gone was not any surer.
    assert!(claimed < place(&said, "Asked this device, through your server"));
    assert!(!said.iter().any(|said| said.contains("says so itself")));
    state.update(Message::RowPressed(HEIDI.to_owned()), &session);
    let said = self::said(&state, &session);
    place(&said, "The sender says so itself");
}

#[test]
fn one_click_revokes_or_blocks_where_a_wider_rule_would_remain() {
    speak("en");
    let mut state = State::default();
    let mut only = office();
    only.watchers.retain(|watcher| watcher.watcher == BOB);
    let action = press(&mut state, &session(only), "Revoke");
    let bob = vec![BOB.to_owned()];
    assert_eq!(action, Action::Decide(bob, Decision::Undecided.into()));
    let mut only = office();
    only.watchers.retain(|watcher| watcher.watcher == DAVE);
    let action = press(&mut state, &session(only), "Block");
    assert_eq!(
        action,
        Action::Decide(vec![DAVE.to_owned()], Decision::Block.into())
    );
}

#[test]
fn the_list_is_sorted_and_searched() {
    speak("en");
    let mut snapshot = office();
    snapshot.watchers[1].since = Some("2026-03-04T12:00:00Z".parse().unwrap());
    if let Some(ground) = &mut snapshot.watchers[1].ground {
        ground.shows = Some(Disclosure::Everything);
    }
    let session = session(snapshot);
    let mut state = State::default();
    for order in ["Latest first", "By what they see"] {
        press(&mut state, &session, order);
        let said = said(&state, &session);
        assert!(
            place(&said, "dave@example.com") < place(&said, "bob@example.test"),
            "{order}"
        );
    }
    state.update(Message::SearchEdited("BUILD".into()), &session);
    assert!(
        says(state.view(&session), "bob@example.test"),
        "by the claimed name"
    );
    assert!(!says(state.view(&session), "dave@example.com"));
    state.update(Message::SearchEdited("nobody".into()), &session);
    assert!(says(state.view(&session), "Nobody here is called that"));
}

#[test]
fn a_person_shows_what_it_sees_in_words_and_the_document_on_demand() {
    speak("en");
    let mut snapshot = office();
    let ground = snapshot.watchers[2].ground.clone();
    snapshot.preview = Some(Preview {
        watcher: BOB.to_owned(),
        decision: "allow".to_owned(),
        decision_by_order: "block".to_owned(),
        rules: vec!["allow-7".to_owned()],
        shows: Some("activity"),
        document: Some("<presence>\n  <note>\u{202e}Lunch</note>\n</presence>".to_owned()),
        grounds: ground.into_iter().collect(),
        sees: Some(Sight {
            status: Status::Away,
            note: Some("Lunch".to_owned()),
            devices: 1,
        }),
    });
    let session = session(snapshot);
    let mut state = State::default();
    state.update(Message::RowPressed(BOB.into()), &session);
    assert_eq!(state.wants_preview(&session).as_deref(), Some(BOB));
    assert_eq!(state.wants_preview(&session), None, "it is asked once");
    for text in [
        "What Bob sees",
        "Sees what you do and your note",
        "Now: Away",
        "“Lunch”",
        "which the first matching rule counts: is refused",
    ] {
        assert!(says(state.view(&session), text), "{text}");
    }
    assert!(!says(state.view(&session), "<note>"));
    state.update(Message::RawPressed, &session);
    assert!(
        says(state.view(&session), "<note>Lunch</note>"),
        "and nothing hidden in it"
    );
}

#[test]
fn somebody_whose_address_is_typed_can_be_looked_at_and_decided_about() {
    speak("en");
    let session = session(office());
    let mut state = State::default();
    state.update(Message::SearchEdited("erin@example.com".into()), &session);
    assert!(says(state.view(&session), "does not watch you"));
    state.update(Message::SearchSubmitted, &session);
    let erin = "sip:erin@example.com";
    assert_eq!(state.wants_preview(&session).as_deref(), Some(erin));
    let action = state.update(Message::Decided(erin.into(), Decision::Block), &session);
    assert_eq!(
        action,
        Action::Decide(vec![erin.into()], Decision::Block.into())
    );
    let about = State::new(Tab::Watching).about("sip:grace@example.com", &session);
    assert!(says(about.view(&session), "grace@example.com"));
}

#[test]
fn several_requests_are_decided_together() {
    speak("en");
    let mut snapshot = office();
    snapshot
        .watchers
        .extend((0..3).map(|n| watcher(&format!("sip:w{n}@example.com"), None)));
    let now = session(snapshot.clone());
    let mut state = State::new(Tab::Requests);
    press(&mut state, &now, "Pick all 4 requests");
    assert!(says(state.view(&now), "4 requests are picked"));
    state.update(Message::Picked(HEIDI.into()), &now);
    assert!(says(state.view(&now), "3 requests are picked"));
    press(&mut state, &now, "Until tonight");
    // One was decided on another device meanwhile.
    snapshot
        .watchers
        .retain(|watcher| watcher.watcher != "sip:w1@example.com");
    let later = session(snapshot);
    let action = state.update(Message::BulkDecided(Decision::Allow), &later);
    let Action::Decide(who, verdict) = action else {
        panic!("{action:?}");
    };
    assert_eq!(who, ["sip:w0@example.com", "sip:w2@example.com"]);
    assert!(verdict.until.is_some());
    assert!(!says(state.view(&later), "are picked"));
}

#[test]
fn rb_008_a_flood_is_listed_page_by_page_and_picked_whole() {
    speak("en");
    let watchers = (0..5_000).map(|n| watcher(&format!("sip:w{n}@example.com"), None));
    let session = session(Snapshot {
        watchers: watchers.collect(),
        ..office()
    });
    let mut state = State::new(Tab::Requests);
    let rows = |state: &State| {
        let said = said(state, &session);
        said.iter()
            .filter(|said| said.contains("@example.com"))
            .count()
    };
    assert_eq!(rows(&state), PAGE);
    state.update(Message::MorePressed, &session);
    assert_eq!(rows(&state), 2 * PAGE);
    state.update(Message::AllPicked, &session);
    let action = state.update(Message::BulkDecided(Decision::Block), &session);
    assert!(matches!(action, Action::Decide(who, _) if who.len() == 5_000));
    state.update(Message::SearchEdited("w4999@".into()), &session);
    assert_eq!(rows(&state), 1);
}

#[test]
fn who_was_here_is_remembered_and_can_be_forgotten() {
    speak("en");
    let session = session(office());
    let mut state = State::default();
    press(&mut state, &session, "Before");
    let rows = said(&state, &session);
    place(&rows, "Stranger · is refused · last seen 2026-02-02");
    assert!(!rows.iter().any(|said| said.contains("bob@example.test")));
    let frank = vec!["sip:frank@example.com".to_owned()];
    let action = press(&mut state, &session, "Unblock");
    assert_eq!(action, Action::Decide(frank, Decision::Undecided.into()));
    assert_eq!(
        press(&mut state, &session, "Forget everybody…"),
        Action::None
    );
    assert_eq!(press(&mut state, &session, "Keep"), Action::None);
    press(&mut state, &session, "Forget everybody…");
    assert_eq!(press(&mut state, &session, "Forget"), Action::Forget);
}

#[test]
fn a_decision_that_was_not_kept_says_why_in_the_words_of_the_language() {
    speak("de");
    let mut snapshot = office();
    snapshot.rules.push(Rule {
        watcher: BOB.to_owned(),
        decision: "block".to_owned(),
        state: "failed",
        reason: Some("the XCAP server answered 500".to_owned()),
        fault: Some(Fault::Other),
        cause: DocumentCause::Xcap(XcapError::Server { status: 500 }),
    });
    let session = session(snapshot);
    let said = said(&State::default(), &session);
    place(&said, "Der Server hat selbst einen Fehler (500)");
    assert!(!said.iter().any(|said| said.contains("answered")));
}

fn with_rules(rules_state: RulesState, watchers_supported: Option<bool>) -> Session {
    session(Snapshot {
        watchers_supported,
        rules_state,
        ..office()
    })
}

#[test]
fn what_a_server_cannot_do_is_explained() {
    speak("en");
    let none = || {
        let page = XcapError::NotXcap {
            address: "xcap.example.test".to_owned(),
            content_type: "text/html".to_owned(),
        };
        RulesState::Failed(Fault::Unsupported, DocumentCause::Xcap(page))
    };
    let fine = || RulesState::Known { versioned: true };
    let state = State::default();
    for (rules, winfo, text) in [
        (
            none(),
            Some(false),
            "Your server decides alone who sees you",
        ),
        (none(), Some(true), "Your server keeps no rules"),
        (
            none(),
            Some(true),
            "xcap.example.test is a web server, but keeps no such documents",
        ),
        (
            fine(),
            Some(false),
            "Your server does not tell who watches you",
        ),
        (
            RulesState::Known { versioned: false },
            None,
            "puts no versions",
        ),
        (
            RulesState::Unknown,
            None,
            "https://xcap.example.test is tried",
        ),
    ] {
        let session = with_rules(rules, winfo);
        assert!(says(state.view(&session), text), "{text}");
    }
    for supported in [Some(false), Some(true)] {
        let session = with_rules(RulesState::Here, supported);
        let said = said(&state, &session);
        place(&said, "Your decisions are kept on this machine");
        assert!(
            !said.iter().any(|said| said.starts_with("Your server")),
            "{said:?}"
        );
    }
    let session = with_rules(fine(), Some(true));
    assert!(!says(state.view(&session), "Your server"));
    assert!(!says(state.view(&session), "out of date"));
    let session = self::session(Snapshot {
        watchers_stale: true,
        ..office()
    });
    assert!(says(state.view(&session), "out of date"));
}

#[test]
fn rules_that_cannot_be_used_are_shown_and_replaced_only_when_it_is_meant() {
    speak("en");
    let rules = UnusableDocument {
        bytes: "<ruleset>\n\u{202e}<half".as_bytes().to_vec(),
        detail: "line 2: the document ends early".to_owned(),
    };
    let state_of = RulesState::Failed(Fault::Other, DocumentCause::Unusable(Arc::new(rules)));
    let mut session = with_rules(state_of, Some(true));
    let mut state = State::default();
    assert!(says(
        state.view(&session),
        "Line 2: the document ends early."
    ));
    assert!(!says(state.view(&session), "<ruleset>"));
    press(&mut state, &session, "Show it");
    assert!(says(state.view(&session), "<ruleset>"));
    assert!(!says(state.view(&session), "\u{202e}"));
    assert_eq!(
        press(&mut state, &session, "Keep a copy"),
        Action::KeepRules
    );
    assert_eq!(press(&mut state, &session, "Start afresh…"), Action::None);
    assert_eq!(press(&mut state, &session, "Leave it"), Action::None);
    press(&mut state, &session, "Start afresh…");
    let action = press(&mut state, &session, "Keep a copy and start afresh");
    assert_eq!(action, Action::RenewRules);
    let mut told = (*session.snapshot).clone();
    told.rules_copy = Some(Ok("/home/alice/rules.xml".into()));
    session.snapshot = Arc::new(told.clone());
    assert!(says(state.view(&session), "/home/alice/rules.xml"));
    told.rules_copy = Some(Err("disk full".to_owned()));
    session.snapshot = Arc::new(told);
    assert!(says(
        state.view(&session),
        "nothing was changed on the server. Disk full."
    ));
    let mut refused = (*session.snapshot).clone();
    refused.troubles = vec![crate::account::Trouble {
        code: 6,
        message: "the presence rules could not be replaced".into(),
        hint: None,
        topic: crate::account::Topic::RulesNotRenewed(Fault::Refused, DocumentCause::Other),
    }];
    session.snapshot = Arc::new(refused);
    let told = "Your rules on the server could not be replaced";
    assert!(says(state.view(&session), told));
    assert!(
        says(state.view(&session), "Start afresh…"),
        "it can be tried again"
    );
}

#[test]
fn empty_lists_say_so_and_texts_are_german_in_german() {
    speak("de");
    let session = session(online());
    for (tab, text) in [
        (Tab::Requests, "Niemand wartet auf eine Antwort."),
        (Tab::Watching, "Niemand beobachtet Sie jetzt."),
        (Tab::Past, "Niemand ist vermerkt."),
    ] {
        assert!(says(State::new(tab).view(&session), text), "{text}");
    }
}
