//! What notifiers say, and what the account makes of it.

use super::*;
use crate::account::presentity::Basic;
use crate::account::session::hear::Incoming;

#[test]
fn a_server_that_is_lost_is_told_though_subscriptions_still_run() {
    let mut session = session();
    registration(&mut session, RegistrationState::Registered, None);
    assert_eq!(session.connection(now()), Connection::Online);
    let subscription = engine::SubscriptionEvent {
        id: *session.by_engine.keys().next().unwrap(),
        state: SubscriptionState::Active,
        reason: None,
        expires_at: None,
        retry_at: None,
        notifiers: 1,
    };
    session.engine_event(now(), engine::Event::Subscription(subscription));
    registration(&mut session, RegistrationState::Failed, Some(unreachable()));
    assert!(matches!(
        session.connection(now()),
        Connection::Trouble {
            fault: Some(Fault::Unreachable),
            ..
        }
    ));
    // A server that only does not register anybody is no trouble.
    let forbidden = Reason::Response(403, "Forbidden".to_owned());
    registration(&mut session, RegistrationState::Failed, Some(forbidden));
    assert_eq!(session.connection(now()), Connection::Online);
}

/// What is shown of the mailboxes: whose, and whether the lamp is on.
fn lamps(session: &mut Session) -> Vec<(String, bool)> {
    let shot = session.snapshot(now());
    let told = shot.mailboxes.into_iter().filter_map(|it| it.messages);
    told.map(|it| (it.mailbox, it.waiting)).collect()
}

#[test]
fn ev_066_an_unsolicited_summary_lights_the_lamp_of_its_account_only() {
    let mut session = session();
    let mut tell = |account: &str, waiting: &str| {
        let body = format!("Messages-Waiting: {waiting}\r\n{account}");
        let kind = Some("application/simple-message-summary");
        let answer = session.unsolicited(now(), kind, None, &Bytes::from(body));
        for index in 0..session.subjects.len() {
            if let Some(Content::Messages(view)) =
                session.subjects[index].as_mut().map(|it| &mut it.content)
            {
                view.news();
            }
        }
        (answer, lamps(&mut session), session.bad_input.total())
    };
    let alice = |waiting| vec![("sip:alice@example.com".to_owned(), waiting)];
    assert_eq!(
        tell("Message-Account: sip:bob@example.com\r\n", "yes"),
        (Ok(()), vec![], 1)
    );
    assert_eq!(
        tell("Message-Account: sip:alice@vm.example.com\r\n", "yes"),
        (Ok(()), alice(true), 1)
    );
    assert_eq!(
        tell("Message-Account: sip:bob@example.com\r\n", "no"),
        (Ok(()), alice(true), 2)
    );
    assert_eq!(tell("", "no"), (Ok(()), alice(false), 2));
    let (answer, lamps, _) = tell("", "perhaps");
    assert_eq!(
        (answer, lamps),
        (Err(engine::BodyFault::Unusable), alice(false))
    );
}

#[test]
fn ev_011_whether_watchers_are_told_is_found_by_trying() {
    for (state, reason, supported) in [
        (SubscriptionState::Active, None, Some(true)),
        (SubscriptionState::Pending, None, None),
        (
            SubscriptionState::Terminated,
            Some((489, "Bad Event")),
            Some(false),
        ),
        (
            SubscriptionState::WaitingToRetry,
            Some((500, "Trouble")),
            None,
        ),
    ] {
        let mut session = session();
        registration(&mut session, RegistrationState::Registered, None);
        assert_eq!(session.watchers_supported, None);
        let watchers = |index: &usize| {
            let subject = session.subjects[*index].as_ref().unwrap();
            matches!(subject.content, Content::Watchers(_))
        };
        let found = session.by_engine.iter().find(|(_, index)| watchers(index));
        let id = *found.expect("asked for without a look at Allow-Events").0;
        let event = engine::SubscriptionEvent {
            id,
            state,
            reason: reason.map(|(code, words)| Reason::Response(code, words.to_owned())),
            expires_at: None,
            retry_at: None,
            notifiers: 0,
        };
        session.engine_event(now(), engine::Event::Subscription(event));
        assert_eq!(session.watchers_supported, supported, "{state:?}");
    }
}

#[test]
fn mg_002_an_account_may_want_the_devices_of_a_person_merged() {
    for (merge, expected) in [
        (false, vec![(Basic::Closed, None)]),
        (
            true,
            vec![(Basic::Open, Some("mobile")), (Basic::Closed, Some("desk"))],
        ),
    ] {
        let mut session = session_with(|settings| settings.merge_presence = merge);
        registration(&mut session, RegistrationState::Registered, None);
        let address = "sip:bob@example.com".to_owned();
        session.command(now(), Command::Watch { address });
        let index = session.presentities["sip:bob@example.com"];
        let subscription = session.subjects[index].as_ref().unwrap().engine.unwrap();
        // With one notifier the engine lets only the first one through; what it sends counts.
        let answers = [(1, "mobile", "open"), (2, "desk", "closed")];
        for (usage, notifier, basic) in answers {
            let body = format!(
                "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.com'>\
                 <tuple id='t'><status><basic>{basic}</basic></status></tuple></presence>"
            );
            let notify = notify(subscription, (usage, notifier), false, body);
            session.engine_event(now(), notify);
        }
        let shot = session.snapshot(now());
        let bob = shot
            .buddies
            .iter()
            .find(|buddy| buddy.address.contains("bob"));
        let devices = bob.unwrap().presence.devices.iter();
        let devices: Vec<_> = devices
            .map(|device| {
                let details = device.details.as_ref();
                let notifier = details.and_then(|details| details.notifier.as_deref());
                (device.basic.unwrap(), notifier)
            })
            .collect();
        assert_eq!(devices, expected);
    }
}

/// A NOTIFY with a presence document.
fn notify(
    subscription: SubscriptionId,
    (usage, notifier): (u32, &str),
    secure: bool,
    body: String,
) -> engine::Event {
    engine::Event::Notify {
        subscription,
        usage: engine::UsageId(usage),
        notifier: notifier.to_owned(),
        secure,
        substate: engine::Substate::Active,
        content_type: Some("application/pidf+xml".to_owned()),
        content_language: None,
        content_encoding: None,
        body: Bytes::from(body),
        unchanged: false,
        entity_tag: None,
        token: engine::NotifyToken(u64::MAX),
    }
}

#[test]
fn fm_011_the_same_body_in_a_new_dialog_is_flagged_old_unless_it_came_over_tls() {
    for secure in [false, true] {
        let mut session = session_with(|_| {});
        registration(&mut session, RegistrationState::Registered, None);
        let address = "sip:bob@example.com".to_owned();
        session.command(now(), Command::Watch { address });
        let index = session.presentities["sip:bob@example.com"];
        let subscription = session.subjects[index].as_ref().unwrap().engine.unwrap();
        let mut seen = Vec::new();
        for (usage, basic) in [(1, "open"), (2, "open"), (2, "closed")] {
            let body = format!(
                "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.com'>\
                 <tuple id='t'><status><basic>{basic}</basic></status></tuple></presence>"
            );
            let event = notify(subscription, (usage, "a"), secure, body);
            session.engine_event(now(), event);
            let shot = session.snapshot(now());
            let bob = &shot.buddies[0].presence;
            seen.push((bob.basic, bob.may_be_old));
        }
        let repeated = (Some(Basic::Open), !secure);
        assert_eq!(
            seen,
            [
                (Some(Basic::Open), false),
                repeated,
                (Some(Basic::Closed), false)
            ]
        );
    }
}

#[test]
fn ev_072_of_reports_about_documents_only_what_is_none_is_refused() {
    use engine::BodyFault::{UnsupportedCoding, UnsupportedType};
    let mut session = session();
    registration(&mut session, RegistrationState::Registered, None);
    let documents = |subject: &Option<Subject>| {
        let content = subject.as_ref().map(|subject| &subject.content);
        matches!(content, Some(Content::Documents(_)))
    };
    let index = session.subjects.iter().position(documents).unwrap();
    let report = "application/xcap-diff+xml";
    for (kind, coding, expected) in [
        (report, None, Ok(())),
        ("text/html", None, Err(UnsupportedType)),
        (report, Some("br"), Err(UnsupportedCoding)),
        // It is a bad one, but that is nothing the notifier could do anything about.
        (report, Some("gzip"), Ok(())),
    ] {
        let notify = Incoming {
            usage: engine::UsageId(1),
            notifier: "a".to_owned(),
            secure: false,
            substate: engine::Substate::Active,
            content_type: Some(kind.to_owned()),
            content_language: None,
            content_encoding: coding.map(str::to_owned),
            body: Bytes::from_static(b"<xcap-diff>"),
            unchanged: false,
        };
        let answer = session.notify_subject(now(), index, &notify);
        assert_eq!(answer, expected, "{kind} {coding:?}");
    }
    assert_eq!(session.bad_input.total(), 4, "none of them is silent");
}
