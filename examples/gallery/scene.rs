//! What the accounts of the scenes know: made-up people, calls, messages, requests.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use siskin::account::{
    About, Activity, ActivityKind, Basic, BuddyState, Connection, Counts, Decider, Decision,
    Device, DeviceDetails, Dialog, DialogsState, Disclosure, DocumentCause, Fault, Ground, Health,
    HealthCounters, Indicator, LastFailure, MailboxState, Messages, Next, PastWatcher,
    PersonDetails, Presence, Publication, Role, RulesState, Snapshot, Status, Subscription, Topic,
    Trace, TraceEntry, Trouble, Watcher,
};

/// The groups of a made-up buddy.
pub(super) fn groups(scene: &str, index: usize) -> Vec<String> {
    let names: &[&str] = match (scene, index) {
        ("office" | "compact" | "trouble" | "two", 0..=3) => &["Team"],
        ("office" | "compact" | "trouble", 4..=7) => &["Design"],
        ("crowd", index) if index % 4 == 0 => &["A quarter"],
        ("long" | "names", 0..=5) => {
            &["Abteilung für besonders lange Namen von Gruppen und Abteilungen"]
        }
        _ => &[],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

/// What the account of a scene knows.
pub(super) fn scene(name: &str) -> Snapshot {
    let mut snapshot = Snapshot {
        account: "sip:alice@example.test".to_owned(),
        connection: Connection::Online,
        own_status: Status::Available,
        own_note: "In the office until five".to_owned(),
        publication: Some(Publication {
            state: "published",
            status: "available".to_owned(),
            note: None,
            until: None,
            permanent: false,
            expires_s: Some(3600),
            reason: None,
            retry_in_s: None,
            fault: None,
        }),
        buddies: office(),
        mailboxes: vec![mailbox("alice@example.test", 2, 8, 1)],
        watchers: vec![watcher("heidi", Some("Heidi"))],
        watchers_supported: Some(true),
        ..Snapshot::default()
    };
    match name {
        "office" | "compact" => {
            // Nobody tells of 201's presence, so the telephone does.
            snapshot.dialogs = vec![calls("sip:201@example.test")];
            snapshot.watchers.extend(watching());
            snapshot.past_watchers = Arc::new(past());
            snapshot.health = Arc::new(health());
            snapshot.trace = wire();
        }
        "five" | "two" => {
            snapshot.buddies.truncate(5);
            snapshot.watchers.clear();
            snapshot.mailboxes = vec![mailbox("alice@example.test", 0, 3, 0)];
        }
        "empty" => {
            snapshot.buddies.clear();
            snapshot.watchers.clear();
            snapshot.mailboxes = vec![mailbox("alice@example.test", 0, 0, 0)];
            snapshot.own_note.clear();
        }
        "long" | "names" => {
            "A note that goes on and on, because somebody had a lot to say about where they are"
                .clone_into(&mut snapshot.own_note);
            snapshot.watchers = vec![
                watcher(&"heidi".repeat(12), Some(LONG_NAMES[0])),
                watcher("bob", Some("\u{202e}gnol si eman\u{202c}")),
                watcher("erin", None),
                watcher("grace", None),
            ];
            snapshot.mailboxes = vec![mailbox("alice@example.test", 1234, 98_765, 12)];
            for (place, buddy) in snapshot.buddies.iter_mut().enumerate() {
                let note = HARD_NOTES[place % HARD_NOTES.len()];
                let note = if note == "…" {
                    "x".repeat(500)
                } else {
                    note.to_owned()
                };
                let presence = &mut Arc::make_mut(buddy).presence;
                Arc::make_mut(presence).note = Some(note.into());
            }
            if name == "names" {
                snapshot.watchers.clear();
                snapshot.mailboxes.clear();
            }
        }
        "here" => {
            snapshot.watchers = vec![
                asking("heidi", "Heidi", "claimed"),
                asking("frank", "Frank", "relayed"),
                asking("grace", "Grace", "asserted"),
            ];
            snapshot.watchers.extend(watching());
            snapshot.rules_state = RulesState::Here;
        }
        "trouble" => {
            snapshot.connection = Connection::Trouble {
                message: "cannot reach 192.0.2.1:5061 over TLS: connection refused".to_owned(),
                fault: Some(Fault::Unreachable),
                retry_in_s: Some(42),
            };
            snapshot.watchers.clear();
            if let Some(messages) = &mut snapshot.mailboxes[0].messages {
                messages.stale = true;
            }
            for buddy in &mut snapshot.buddies {
                let buddy = Arc::make_mut(buddy);
                Arc::make_mut(&mut buddy.presence).stale = true;
                buddy.subscription.state = "waiting_to_retry";
                buddy.subscription.reason = Some("408 Request Timeout".to_owned());
                buddy.subscription.retry_in_s = Some(42);
            }
            snapshot.troubles = vec![Trouble {
                code: Fault::Unreachable.code(),
                message: "cannot reach the XCAP server xcap.example.test".to_owned(),
                hint: None,
                topic: Topic::Rules(Fault::Unreachable, DocumentCause::Other),
            }];
        }
        "crowd" => {
            snapshot.buddies = (0..10_000)
                .map(|number| {
                    let address = format!("sip:{number}@example.test");
                    let status = Status::PUBLISHABLE[number % 10].clone();
                    Arc::new(buddy(&address, status, "", "active"))
                })
                .collect();
        }
        "password" => {
            snapshot.connection = Connection::PasswordNeeded { refused: false };
            snapshot.buddies.clear();
        }
        _ => {}
    }
    snapshot
}

/// What the second account of a scene with two knows: Bob is there too, and the server cannot be reached.
pub(super) fn second() -> Snapshot {
    let bob = buddy("sip:bob@example.test", Status::Away, "", "active");
    let carol = buddy("sip:carol@example.com", Status::Busy, "", "active");
    Snapshot {
        account: "sip:alice@example.com".to_owned(),
        connection: Connection::Trouble {
            message: "cannot reach 192.0.2.9:5061 over TLS: connection refused".to_owned(),
            fault: Some(Fault::Unreachable),
            retry_in_s: Some(42),
        },
        own_status: Status::Available,
        buddies: vec![Arc::new(bob), Arc::new(carol)],
        mailboxes: vec![mailbox("alice@example.com", 1, 0, 0)],
        watchers_supported: Some(false),
        ..Snapshot::default()
    }
}

fn office() -> Vec<Arc<BuddyState>> {
    let mut people = vec![
        buddy(
            "sip:bob@example.test",
            Status::OnThePhone,
            "Call with the printers",
            "active",
        ),
        buddy("sip:carol@example.test", Status::Available, "", "active"),
        buddy(
            "sip:dave@example.test",
            Status::DoNotDisturb,
            "Writing the report",
            "active",
        ),
        buddy(
            "sip:erin@example.test",
            Status::Vacation,
            "Back on Monday",
            "active",
        ),
        buddy("sip:frank@example.test", Status::Offline, "", "active"),
        buddy("sip:grace@example.test", Status::Unknown, "", "pending"),
        buddy("sip:heidi@example.test", Status::Unknown, "", "terminated"),
        buddy(
            "sip:meeting-room@example.test",
            Status::InAMeeting,
            "",
            "active",
        ),
        buddy("sip:200@example.test", Status::Busy, "", "active"),
        buddy(
            "sip:201@example.test",
            Status::Unknown,
            "",
            "waiting_to_retry",
        ),
        buddy(
            "sip:202@example.test",
            Status::Other("playing".into()),
            "",
            "active",
        ),
        buddy("sip:203@example.test", Status::Unknown, "", "notify_wait"),
        buddy("sip:204@example.test", Status::Away, "", "active"),
    ];
    let bob = Arc::make_mut(&mut people[0].presence);
    bob.why = Some(Decider::Activity);
    bob.activities = ["on-the-phone".into()].into();
    bob.devices[0].why = Role::Decides;
    bob.devices[0].contact = Some("sip:bob@192.0.2.7".into());
    bob.devices[0].details = Some(Box::new(DeviceDetails {
        media: vec!["audio", "video"],
        ..DeviceDetails::default()
    }));
    let mobile = Device {
        id: "mobile".into(),
        basic: Some(Basic::Closed),
        contact: Some("mailto:bob@example.test".into()),
        why: Role::OpenElsewhere,
        details: Some(Box::new(DeviceDetails {
            idle: true,
            ..DeviceDetails::default()
        })),
        ..Device::default()
    };
    bob.devices = [bob.devices[0].clone(), mobile].into();
    bob.person = Some(Box::new(PersonDetails {
        time_offset_min: Some(540),
        time_zone: Some("Asia/Tokyo".into()),
        place: vec!["office".into()],
        mood: vec!["happy".into()],
        ..PersonDetails::default()
    }));
    people[5].waiting_for_approval = true;
    people[6].refused = true;
    people[9].subscription.reason = Some("489 Bad Event".to_owned());
    people[9].subscription.fault = Some(Fault::Unsupported);
    Arc::make_mut(&mut people[12].presence).stale = true;
    people.into_iter().map(Arc::new).collect()
}

/// Somebody in the list.
pub(super) fn buddy(address: &str, status: Status, note: &str, state: &'static str) -> BuddyState {
    BuddyState {
        address: address.to_owned(),
        presence: Arc::new(Presence {
            resource: address.into(),
            status: status.token().into(),
            basic: Some(Basic::Open),
            note: (!note.is_empty()).then(|| note.into()),
            devices: [Device {
                id: "desk".into(),
                basic: Some(Basic::Open),
                timestamp: Some(ago(17).to_string().into()),
                ..Device::default()
            }]
            .into(),
            notifiers: 1,
            ..Presence::default()
        }),
        status,
        waiting_for_approval: false,
        refused: false,
        subscription: subscription("presence", address, state),
        as_of: Instant::now(),
    }
}

/// A telephone that rings.
fn calls(address: &str) -> DialogsState {
    DialogsState {
        address: address.to_owned(),
        indicator: Indicator::Ringing,
        calls: vec![Dialog {
            resource: address.to_owned(),
            id: "call".to_owned(),
            state: "early".to_owned(),
            direction: Some("recipient"),
            remote: Some("sip:heidi@example.com".to_owned()),
            remote_display: Some("Heidi".to_owned()),
            pick_up: Some("sip:201@example.test?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc".to_owned()),
            notifiers: 1,
            indicator: Indicator::Ringing,
            ..Dialog::default()
        }],
        stale: false,
        waiting_for_approval: false,
        subscription: subscription("dialog", address, "active"),
    }
}

fn subscription(package: &str, resource: &str, state: &'static str) -> Subscription {
    Subscription {
        id: 1,
        package: package.to_owned(),
        resource: resource.to_owned(),
        state,
        reason: None,
        fault: None,
        expires_s: Some(3000),
        notifiers: 1,
        retry_in_s: None,
    }
}

fn mailbox(user: &str, new: u32, old: u32, urgent: u32) -> MailboxState {
    let account = format!("sip:{user}");
    MailboxState {
        subscription: subscription("message-summary", &account, "active"),
        messages: Some(Messages {
            mailbox: account.clone(),
            account,
            waiting: new > 0,
            classes: [(
                "voice".to_owned(),
                Counts {
                    new,
                    old,
                    urgent_new: (urgent > 0).then_some(urgent),
                    urgent_old: None,
                },
            )]
            .into(),
            notifiers: 1,
            stale: false,
            new_messages: Vec::new(),
        }),
    }
}

fn watcher(user: &str, name: Option<&str>) -> Watcher {
    Watcher {
        resource: "sip:alice@example.test".to_owned(),
        package: "presence".to_owned(),
        watcher: format!("sip:{user}@example.test"),
        display_name: name.map(str::to_owned),
        status: "pending".to_owned(),
        event: "subscribe".to_owned(),
        id: user.to_owned(),
        decision: "undecided".to_owned(),
        expires_s: Some(600),
        duration_s: Some(5),
        ..Watcher::default()
    }
}

/// Somebody who asks this device itself.
fn asking(user: &str, name: &str, source: &'static str) -> Watcher {
    Watcher {
        source: Some(source),
        ..watcher(user, Some(name))
    }
}

/// Those who watch, each by another rule.
fn watching() -> Vec<Watcher> {
    let by = |rule: &str, about, shows| Ground {
        rule: rule.to_owned(),
        decision: Decision::Allow,
        about,
        until: None,
        shows: Some(shows),
    };
    let grounds = [
        (
            "bob",
            "allow",
            by("a1", About::Watcher, Disclosure::Everything),
        ),
        (
            "carol",
            "allow",
            by(
                "d1",
                About::Domain("example.test".to_owned()),
                Disclosure::State,
            ),
        ),
        (
            "dave",
            "polite-block",
            Ground {
                decision: Decision::PoliteBlock,
                shows: None,
                ..by("p1", About::Watcher, Disclosure::State)
            },
        ),
        (
            "erin",
            "allow",
            Ground {
                until: Timestamp::now()
                    .checked_add(SignedDuration::from_hours(20))
                    .ok(),
                ..by("a2", About::Watcher, Disclosure::Everything)
            },
        ),
    ];
    grounds
        .into_iter()
        .map(|(user, decision, ground)| Watcher {
            status: "active".to_owned(),
            event: "approved".to_owned(),
            decision: decision.to_owned(),
            since: Some(ago(47)),
            until: Timestamp::now()
                .checked_add(SignedDuration::from_mins(13))
                .ok(),
            ground: Some(ground),
            ..watcher(user, None)
        })
        .collect()
}

/// Those who have watched.
fn past() -> Vec<PastWatcher> {
    [("frank", "block", 3), ("grace", "undecided", 1)]
        .into_iter()
        .map(|(user, decision, asked)| PastWatcher {
            watcher: format!("sip:{user}@example.com"),
            display_name: None,
            first: ago(9_000),
            last: ago(1_500),
            asked,
            asks: false,
            is_there: false,
            decision,
            source: None,
        })
        .collect()
}

/// A log-in, a publication, two subscriptions that run and one that does not.
fn health() -> Vec<Health> {
    let one = |subject, package: Option<&str>, user: &str, state| Health {
        subject,
        id: (subject == "subscription").then_some(1),
        package: package.map(str::to_owned),
        resource: format!("sip:{user}@example.test"),
        state,
        reason: None,
        granted_s: Some(3600),
        expires_s: Some(3000),
        next: Some(Next {
            action: "refresh",
            in_s: 2700,
        }),
        notifiers: Vec::new(),
        last_notify_s: (subject == "subscription").then_some(320),
        last_failure: None,
        counters: Some(HealthCounters {
            requests: 2,
            failures: 0,
            notifies: (subject == "subscription").then_some(7),
            refused_forks: None,
        }),
        tolerances: Vec::new(),
        servers: Vec::new(),
        watchers: None,
        bad_input: None,
    };
    let presence = Some("presence");
    vec![
        one("registration", None, "alice", "registered"),
        one("publication", presence, "alice", "published"),
        one("subscription", Some("message-summary"), "alice", "active"),
        one("subscription", presence, "bob", "active"),
        Health {
            last_failure: Some(LastFailure {
                reason: "503 Service Unavailable".to_owned(),
                detail: Some("Back at noon".to_owned()),
                ago_s: 30,
            }),
            next: Some(Next {
                action: "retry",
                in_s: 90,
            }),
            expires_s: None,
            ..one("subscription", presence, "carol", "waiting_to_retry")
        },
    ]
}

/// Some messages, one of them a refusal.
fn wire() -> Trace {
    let trace = Trace::default();
    let with = |start: &str, user: &str, method: &str, rest: &str| {
        format!(
            "{start}\r\nVia: SIP/2.0/TLS 192.0.2.7:5061;branch=z9hG4bK{user}\r\n\
             From: <sip:alice@example.test>;tag=a\r\nTo: <sip:{user}@example.test>;tag=b\r\n\
             Call-ID: {user}@192.0.2.7\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n\
             Event: presence\r\n{rest}Content-Length: 0\r\n\r\n"
        )
    };
    let ask = |user: &str| {
        let start = format!("SUBSCRIBE sip:{user}@example.test SIP/2.0");
        with(
            &start,
            user,
            "SUBSCRIBE",
            "Contact: <sip:alice@192.0.2.7>\r\nExpires: 3600\r\n",
        )
    };
    let state = "Contact: <sip:192.0.2.1>\r\nSubscription-State: active;expires=3599\r\n";
    let notify = with("NOTIFY sip:alice@192.0.2.7 SIP/2.0", "bob", "NOTIFY", state);
    let messages = [
        (true, ask("bob")),
        (
            false,
            with("SIP/2.0 200 OK", "bob", "SUBSCRIBE", "Expires: 3600\r\n"),
        ),
        (false, notify),
        (true, with("SIP/2.0 200 OK", "bob", "NOTIFY", "")),
        (true, ask("carol")),
        (
            false,
            with(
                "SIP/2.0 503 Service Unavailable",
                "carol",
                "SUBSCRIBE",
                "Retry-After: 90\r\n",
            ),
        ),
    ];
    for (sent, text) in messages {
        trace.keep(TraceEntry {
            number: 0,
            time: ago(5),
            sent,
            protocol: "TLS",
            local: "192.0.2.7:5061".to_owned(),
            peer: "192.0.2.1:5061".to_owned(),
            bytes: Bytes::from(text),
        });
    }
    trace
}

/// What has changed today and before.
pub(super) fn changes() -> Vec<Activity> {
    [
        (3_000, ActivityKind::Connection, "alice", "online"),
        (1_600, ActivityKind::Request, "heidi", "Heidi"),
        (95, ActivityKind::Status, "carol", "available"),
        (62, ActivityKind::Status, "bob", "away"),
        (44, ActivityKind::Call, "201", "ringing"),
        (43, ActivityKind::Call, "201", "busy"),
        (30, ActivityKind::Messages, "alice", "2"),
        (17, ActivityKind::Status, "bob", "on-the-phone"),
        (16, ActivityKind::Note, "bob", "Call with the printers"),
        (8, ActivityKind::Decision, "grace", "allow"),
    ]
    .into_iter()
    .map(|(minutes, kind, user, text)| Activity {
        at: ago(minutes),
        kind,
        who: format!("sip:{user}@example.test"),
        text: text.to_owned(),
    })
    .collect()
}

fn ago(minutes: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_mins(minutes)
}

/// Names that are hard to show; of some there is nothing to be seen.
pub(super) const LONG_NAMES: [&str; 7] = [
    "Frau Professorin Doktor Grace Donaudampfschifffahrtsgesellschaftskapitän",
    "עדנה כהן מהקומה השלישית",
    "Erin 👩‍💻",
    "Александра Константинопольская-Преображенская из бухгалтерии",
    "\u{202e}gnol si eman\u{202c}",
    "\u{200b}\u{feff}",
    "山田 太郎",
];

/// Notes that are hard to show; the fourth stands for 500 letters without a gap.
const HARD_NOTES: [&str; 7] = [
    "Two\nlines,\r\n\tand a third",
    "<b>bold</b> &amp; <script>alert(1)</script> *star* `tick`",
    "בפגישה עד 15:00 (Tokyo)",
    "…",
    "🏖️🏝️ back on Monday 👩‍👩‍👧‍👦",
    "a\u{202e}desrever\u{202c} b",
    "",
];
