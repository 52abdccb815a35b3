//! An account at run time, on the demo server: what a window does with it.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other files.
#![allow(unreachable_pub)]

#[path = "../support/name_server.rs"]
#[allow(dead_code, reason = "shared with other test programs")]
mod name_server;
mod refusals;
mod rules;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use siskin::account::{
    self, AccountSettings, Buddy, Command, Config, Connection, Decision, Disclosure, Handle,
    Secret, Snapshot, Status,
};
use siskin::demo::{Demo, DemoHandle, DemoOptions, Faults};
use siskin::sip::Transport;

use self::shelf::Shelf;

mod agent;
mod alone;
mod offline;
#[path = "../support/shelf.rs"]
mod shelf;
mod wire;

const BOB: &str = "sip:bob@example.test";
const HEIDI: &str = "sip:heidi@example.test";

async fn office(faults: Faults) -> DemoHandle {
    let options = DemoOptions {
        seed: Some(1),
        faults,
        ..DemoOptions::default()
    };
    Demo::start(options).await.unwrap()
}

fn config(demo: &DemoHandle, transport: Transport) -> Config {
    let settings = AccountSettings {
        address: demo.address(),
        enabled: true,
        outbound_proxy: demo.proxy(transport),
        xcap_root: demo.xcap_root(),
        status: "available".to_owned(),
        buddies: vec![Buddy {
            address: BOB.to_owned(),
            name: "Bob".to_owned(),
            ..Buddy::default()
        }],
        ..AccountSettings::default()
    };
    Config::desktop(settings, &account::new_instance())
}

/// An account whose documents are on the shelf, and the office that it is logged in to.
async fn account_on(shelf: &Shelf, change: impl FnOnce(&mut Config)) -> (Handle, DemoHandle) {
    let demo = office(Faults::default()).await;
    let mut config = config(&demo, Transport::Tcp);
    config.settings.xcap_root.clone_from(&shelf.root);
    change(&mut config);
    (account::start(config, Some(demo.password())), demo)
}

/// The first snapshot with which `wanted` is content.
async fn until(handle: &mut Handle, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
    let found = async {
        let shot = handle.snapshot.wait_for(|shot| wanted(shot)).await;
        Arc::clone(&shot.unwrap())
    };
    if let Ok(shot) = tokio::time::timeout(BOUND, found).await {
        return shot;
    }
    panic!("it never came; last: {:#?}", handle.snapshot.borrow());
}

fn status_of(shot: &Snapshot, address: &str) -> Option<Status> {
    let buddy = shot.buddies.iter().find(|buddy| buddy.address == address)?;
    (!buddy.presence.stale).then(|| buddy.status.clone())
}

#[tokio::test]
async fn a_desktop_session_sees_everything() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    let shot = until(&mut handle, |shot| {
        shot.connection == Connection::Online
            && shot.watchers_supported == Some(true)
            && shot
                .mailboxes
                .iter()
                .any(|mailbox| mailbox.messages.is_some())
            && shot
                .publication
                .as_ref()
                .is_some_and(|own| own.state == "published")
            && status_of(shot, BOB).is_some_and(|status| status != Status::Unknown)
    })
    .await;
    assert_eq!(shot.own_status, Status::Available);
    demo.publish(BOB, Status::Vacation, Some("Gone fishing"));
    let shot = until(&mut handle, |shot| {
        status_of(shot, BOB) == Some(Status::Vacation)
    })
    .await;
    assert_eq!(
        shot.buddies[0].presence.note.as_deref(),
        Some("Gone fishing")
    );
    let grace = "sip:grace@example.test".to_owned();
    handle.send(Command::Watch {
        address: grace.clone(),
    });
    let shot = until(&mut handle, |shot| {
        shot.buddies
            .get(1)
            .is_some_and(|buddy| buddy.waiting_for_approval)
    })
    .await;
    assert_eq!(
        shot.buddies[1].status,
        Status::Unknown,
        "waiting is not offline"
    );
    handle.send(Command::Unwatch { address: grace });
    until(&mut handle, |shot| shot.buddies.len() == 1).await;
    handle.send(Command::SetStatus {
        until: None,
        status: Status::Busy,
        note: "Writing".to_owned(),
    });
    until(&mut handle, |shot| {
        let own = shot.publication.as_ref();
        own.is_some_and(|own| own.status == "busy" && own.state == "published")
    })
    .await;
}

/// Waits until something is kept in this folder or one below, or nothing any more.
async fn keeps(folder: &std::path::Path, wanted: bool) {
    fn holds(folder: &std::path::Path) -> bool {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths = entries.map(|entry| entry.path());
        let is_tag = |path: &std::path::Path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("publication-"))
        };
        paths.any(|path| is_tag(&path) || holds(&path))
    }
    let found = async {
        while holds(folder) != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(BOUND, found).await.expect("kept");
}

#[tokio::test]
async fn rp_020_a_start_after_a_crash_takes_up_the_old_publication() {
    let demo = office(Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let trace = |run: usize| folder.path().join(format!("{run}.trace"));
    let mut config = config(&demo, Transport::Tcp);
    config.keep_in = Some(folder.path().join("profile"));
    let published = |shot: &Snapshot| {
        let own = shot.publication.as_ref();
        own.is_some_and(|own| own.state == "published")
    };
    // Whether its first PUBLISH changes what is there.
    let mut conditional = Vec::new();
    for run in 0..4 {
        config.trace = Some(trace(run));
        // A runtime that ends at once is what a crash is to a program.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut handle = {
            let _inside = runtime.enter();
            account::start(config.clone(), Some(demo.password()))
        };
        until(&mut handle, published).await;
        let crashes = run != 1;
        if crashes {
            // What the next start needs is written beside the account's work.
            keeps(&folder.path().join("profile"), true).await;
            // Only when nothing of it runs any more may the handle go, which would log out.
            let crash = move || runtime.shutdown_timeout(BOUND);
            tokio::task::spawn_blocking(crash).await.unwrap();
        } else {
            handle.send(Command::LogOut);
            until(&mut handle, |shot| shot.connection == Connection::LoggedOut).await;
            // So is its being forgotten.
            keeps(&folder.path().join("profile"), false).await;
            runtime.shutdown_background();
        }
        let text = std::fs::read_to_string(trace(run)).unwrap();
        let publish = text.split("PUBLISH sip:").nth(1).unwrap();
        let head = publish.split("SIP/2.0 ").take(2).collect::<String>();
        conditional.push(head.contains("SIP-If-Match"));
        assert!(!text.contains(" 412 "), "{text}");
    }
    // The second goes on where the first crashed, and takes its own back; the fourth goes on after the third.
    assert_eq!(conditional, [false, true, false, true]);
}

#[tokio::test]
async fn a_request_is_answered() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Tcp), Some(demo.password()));
    until(&mut handle, |shot| {
        shot.requests()
            .iter()
            .any(|request| request.watcher == HEIDI)
    })
    .await;
    handle.send(Command::Decide {
        watcher: HEIDI.to_owned(),
        decision: Decision::Allow,
        valid_until: None,
        shows: Disclosure::Everything,
    });
    let shot = until(&mut handle, |shot| {
        shot.requests().is_empty()
            && shot
                .rules
                .first()
                .is_some_and(|rule| rule.state == "effective")
    })
    .await;
    let heidi = shot
        .watchers
        .iter()
        .find(|watcher| watcher.watcher == HEIDI)
        .unwrap();
    assert_eq!(
        (heidi.status.as_str(), heidi.decision.as_str()),
        ("active", "allow")
    );
}

#[tokio::test]
async fn a_request_that_is_answered_on_another_device_is_withdrawn() {
    let demo = office(Faults::default()).await;
    let start = |transport| account::start(config(&demo, transport), Some(demo.password()));
    let mut here = start(Transport::Udp);
    let mut there = start(Transport::Tcp);
    let asks = |shot: &Snapshot| {
        let mut requests = shot.requests().into_iter();
        requests.any(|request| request.watcher == HEIDI)
    };
    until(&mut here, asks).await;
    until(&mut there, asks).await;
    there.send(Command::Decide {
        watcher: HEIDI.to_owned(),
        decision: Decision::Allow,
        valid_until: None,
        shows: Disclosure::Everything,
    });
    let shot = until(&mut here, |shot| {
        let mut watchers = shot.watchers.iter();
        watchers.any(|row| row.watcher == HEIDI && row.decision == "allow")
    })
    .await;
    assert!(!asks(&shot));
    assert!(shot.rules.is_empty(), "nothing was decided here");
}

#[tokio::test]
async fn xc_015_and_xc_016_rules_are_put_in_their_type_and_read_back_as_they_were_written() {
    let demo = office(Faults::default()).await;
    let trace = tempfile::NamedTempFile::new().unwrap();
    let mut config = config(&demo, Transport::Udp);
    config.trace = Some(trace.path().to_owned());
    let mut handle = account::start(config.clone(), Some(demo.password()));
    until(&mut handle, |shot| !shot.requests().is_empty()).await;
    handle.send(Command::Decide {
        watcher: HEIDI.to_owned(),
        decision: Decision::Allow,
        valid_until: None,
        shows: Disclosure::Everything,
    });
    until(&mut handle, |shot| {
        let mut rules = shot.rules.iter();
        rules.any(|rule| rule.state == "effective")
    })
    .await;
    handle.send(Command::LogOut);
    let ended = async { while handle.events.recv().await.is_some() {} };
    tokio::time::timeout(BOUND, ended).await.unwrap();
    // The list of buddies goes the same way.
    let last = |start: &str| {
        let mut messages = web_messages(trace.path(), start).into_iter();
        messages.rfind(|it| it.contains("pres-rules/") || it.contains("/auth-policy+xml"))
    };
    let put = last("PUT ").unwrap();
    assert!(put.contains("\r\ncontent-type: application/auth-policy+xml\r\n"));

    std::fs::write(trace.path(), "").unwrap();
    let mut handle = account::start(config, Some(demo.password()));
    until(&mut handle, |shot| {
        let mut watchers = shot.watchers.iter();
        watchers.any(|row| row.watcher == HEIDI && row.decision == "allow")
    })
    .await;
    let get = last("GET ").unwrap();
    let read = last("HTTP/1.1 200 ").unwrap();
    let address = |request: &str| request.split(' ').nth(1).unwrap().to_owned();
    assert_eq!(address(&get), address(&put));
    assert_eq!(body(&read), body(&put));
}

/// The HTTP messages in a trace whose first line begins so.
fn web_messages(trace: &std::path::Path, start: &str) -> Vec<String> {
    let text = String::from_utf8(std::fs::read(trace).unwrap()).unwrap();
    let messages = text.split("\n--- ").filter_map(|message| {
        let (_, message) = message.split_once('\n')?;
        message.starts_with(start).then(|| message.to_owned())
    });
    messages.collect()
}

fn body(message: &str) -> &str {
    message.split_once("\r\n\r\n").unwrap().1.trim_end()
}

#[tokio::test]
async fn a_refused_password_is_asked_for_again_without_a_restart() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Udp), Some(Secret::new("wrong")));
    until(&mut handle, |shot| {
        shot.connection == Connection::PasswordNeeded { refused: true }
    })
    .await;
    handle.send(Command::Password(demo.password()));
    until(&mut handle, |shot| {
        shot.connection == Connection::Online && status_of(shot, BOB).is_some()
    })
    .await;
}

#[tokio::test]
async fn another_password_is_tried_at_once() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    until(&mut handle, |shot| shot.connection == Connection::Online).await;
    handle.send(Command::Password(Secret::new("wrong")));
    until(&mut handle, |shot| {
        shot.connection == Connection::PasswordNeeded { refused: true }
    })
    .await;
    handle.send(Command::Password(demo.password()));
    until(&mut handle, |shot| shot.connection == Connection::Online).await;
}

#[tokio::test]
async fn without_a_password_one_is_asked_for() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Udp), None);
    until(&mut handle, |shot| {
        shot.connection == Connection::PasswordNeeded { refused: false }
    })
    .await;
    handle.send(Command::Password(demo.password()));
    until(&mut handle, |shot| shot.connection == Connection::Online).await;
}

#[tokio::test]
async fn logging_out_leaves_nothing_behind_and_logging_in_again_works() {
    let demo = office(Faults::default()).await;
    let before = demo.subscriptions();
    for _ in 0..2 {
        let mut handle = account::start(config(&demo, Transport::Udp), Some(demo.password()));
        until(&mut handle, |shot| {
            shot.connection == Connection::Online && status_of(shot, BOB).is_some()
        })
        .await;
        assert!(demo.is_registered(&demo.address()));
        handle.send(Command::LogOut);
        let ended = async { while handle.events.recv().await.is_some() {} };
        tokio::time::timeout(BOUND, ended).await.unwrap();
        assert_eq!(handle.snapshot.borrow().connection, Connection::LoggedOut);
        assert!(!demo.is_registered(&demo.address()));
    }
    assert!(
        demo.subscriptions() <= before + 1,
        "all but Heidi's are the office's"
    );
}

#[tokio::test]
async fn ev_010_the_mailbox_is_watched_from_login_to_logout() {
    let demo = office(Faults::default()).await;
    let trace = tempfile::NamedTempFile::new().unwrap();
    let mut config = config(&demo, Transport::Udp);
    config.trace = Some(trace.path().to_owned());
    let mut handle = account::start(config, Some(demo.password()));
    until(&mut handle, |shot| {
        let mut mailboxes = shot.mailboxes.iter();
        mailboxes.any(|mailbox| mailbox.messages.is_some())
    })
    .await;
    let before = mailbox_subscribes(trace.path());
    assert!(before.iter().all(|(_, expires)| expires == "3600"));
    handle.send(Command::NetworkChanged);
    let again = async {
        while mailbox_subscribes(trace.path()).len() == before.len() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(BOUND, again).await.unwrap();
    handle.send(Command::LogOut);
    let ended = async { while handle.events.recv().await.is_some() {} };
    tokio::time::timeout(BOUND, ended).await.unwrap();
    let all = mailbox_subscribes(trace.path());
    assert_eq!(all.last().unwrap().1, "0");
    assert!(all.iter().all(|(call, _)| *call == all[0].0), "{all:?}");
}

/// Call-ID and Expires of each SUBSCRIBE to a mailbox in a trace.
fn mailbox_subscribes(trace: &std::path::Path) -> Vec<(String, String)> {
    let text = String::from_utf8(std::fs::read(trace).unwrap()).unwrap();
    let requests = text.split("\nSUBSCRIBE sip").skip(1);
    let heads = requests.map(|request| request.split("\r\n\r\n").next().unwrap());
    let mailboxes = heads.filter(|head| head.contains("\r\nEvent: message-summary\r\n"));
    let value = |head: &str, name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().to_owned()
    };
    mailboxes
        .map(|head| (value(head, "Call-ID: "), value(head, "Expires: ")))
        .collect()
}

#[tokio::test]
async fn a_dropped_handle_logs_out() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    until(&mut handle, |shot| shot.connection == Connection::Online).await;
    drop(handle);
    let gone = async {
        while demo.is_registered(&demo.address()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(BOUND, gone).await.unwrap();
}

#[tokio::test]
async fn mg_007_notifiers_are_merged_where_the_package_says_so() {
    let demo = office(Faults {
        extra_notifiers: 2,
        ..Faults::default()
    })
    .await;
    let mut handle = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    let shot = until(&mut handle, |shot| {
        shot.mailboxes.iter().any(|mailbox| {
            mailbox
                .messages
                .as_ref()
                .is_some_and(|messages| messages.notifiers == 3)
        }) && status_of(shot, BOB).is_some_and(|status| status != Status::Unknown)
            && !shot.watchers.is_empty()
    })
    .await;
    assert_eq!(shot.buddies[0].presence.notifiers, 1);
    let mut people: Vec<_> = shot
        .watchers
        .iter()
        .map(|row| row.watcher.clone())
        .collect();
    people.dedup();
    assert_eq!(people.len(), shot.watchers.len(), "everybody once");
}

#[tokio::test]
async fn everything_comes_back_after_a_restart_that_lost_its_state() {
    let demo = office(Faults::default()).await;
    let mut config = config(&demo, Transport::Tcp);
    config.expires_s = Some(10);
    let mut handle = account::start(config, Some(demo.password()));
    until(&mut handle, |shot| {
        shot.connection == Connection::Online && status_of(shot, BOB).is_some()
    })
    .await;
    demo.restart(true);
    // The office begins anew as well, in its own time: the last word is said until it is the last.
    let say = async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            demo.publish(BOB, Status::Travel, Some("After the restart"));
        }
    };
    let back = until(&mut handle, |shot| {
        shot.connection == Connection::Online
            && status_of(shot, BOB) == Some(Status::Travel)
            && shot
                .publication
                .as_ref()
                .is_some_and(|own| own.state == "published")
    });
    tokio::select! {
        _ = back => {}
        () = say => {}
    }
    assert!(demo.is_registered(&demo.address()));
}

#[tokio::test]
async fn an_account_that_cannot_start_says_why() {
    let demo = office(Faults::default()).await;
    let mut config = config(&demo, Transport::Udp);
    config.settings.outbound_proxy = "::::".to_owned();
    let mut handle = account::start(config, None);
    let shot = until(&mut handle, |shot| !shot.troubles.is_empty()).await;
    assert!(shot.troubles[0].message.contains("::::"));
    assert!(matches!(shot.connection, Connection::Trouble { .. }));
}

/// Nothing takes longer, on a busy machine either.
const BOUND: Duration = Duration::from_secs(40);
