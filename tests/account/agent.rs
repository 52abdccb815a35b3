//! Two accounts that ask one another, without any server between them.

use std::net::{SocketAddr, UdpSocket};
use std::path::Path;

use siskin::account::Wants;

use super::*;

/// An address of this machine that nobody uses.
fn free() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap()
}

fn alone(who: &str, bind: Option<SocketAddr>, wants: Wants) -> Config {
    let settings = AccountSettings {
        address: format!("sip:{who}@example.test"),
        enabled: true,
        ..AccountSettings::default()
    };
    let mut config = Config::desktop(settings, &account::new_instance());
    config.register = false;
    config.bind = bind;
    config.wants = wants;
    config
}

/// Answers whoever asks at this address, by the rules in this folder.
async fn alice(rules: &Path, bind: SocketAddr) -> Handle {
    let wants = Wants {
        answer: true,
        ..Wants::default()
    };
    let mut config = alone("alice", Some(bind), wants);
    config.rules_in = Some(rules.to_owned());
    let handle = account::start(config, None);
    let listens = async {
        while UdpSocket::bind(bind).is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(BOUND, listens)
        .await
        .expect("Alice listens");
    handle
}

/// Watches Alice where she is.
fn bob(alice: SocketAddr) -> Handle {
    let wants = Wants {
        buddies: true,
        ..Wants::default()
    };
    let mut config = alone("bob", Some(free()), wants);
    config.settings.buddies = vec![Buddy {
        address: format!("sip:alice@{alice}"),
        ..Buddy::default()
    }];
    account::start(config, None)
}

fn decide(handle: &Handle, decision: Decision, shows: Disclosure) {
    handle.send(Command::Decide {
        watcher: "bob".to_owned(),
        decision,
        valid_until: None,
        shows,
    });
}

fn sees(shot: &Snapshot, status: &Status, note: Option<&str>) -> bool {
    shot.buddies
        .first()
        .is_some_and(|buddy| buddy.status == *status && buddy.presence.note.as_deref() == note)
}

#[tokio::test]
async fn who_asks_this_device_is_treated_as_the_user_says() {
    let folder = tempfile::tempdir().unwrap();
    let place = free();
    let mut alice = alice(folder.path(), place).await;
    alice.send(Command::SetStatus {
        status: Status::Busy,
        note: "Writing".to_owned(),
        until: None,
    });
    let mut bob = bob(place);
    let waits = |buddy: &Arc<account::BuddyState>| buddy.waiting_for_approval;
    until(&mut bob, |shot| shot.buddies.first().is_some_and(waits)).await;
    let shot = until(&mut alice, |shot| shot.requests().len() == 1).await;
    assert_eq!(shot.requests()[0].watcher, "sip:bob@example.test");
    // No server has looked who it is.
    assert_eq!(shot.watchers[0].source, Some("claimed"));

    decide(&alice, Decision::Allow, Disclosure::State);
    until(&mut bob, |shot| sees(shot, &Status::Available, None)).await;
    let shot = until(&mut alice, |shot| {
        shot.requests().is_empty() && shot.watchers[0].status == "active"
    })
    .await;
    assert_eq!(shot.rules[0].state, "effective");
    // More, and what changes.
    decide(&alice, Decision::Allow, Disclosure::Everything);
    until(&mut bob, |shot| sees(shot, &Status::Busy, Some("Writing"))).await;
    alice.send(Command::SetStatus {
        status: Status::Away,
        note: String::new(),
        until: None,
    });
    until(&mut bob, |shot| sees(shot, &Status::Away, None)).await;
    // Another program decides.
    let mut other = alone("alice", None, Wants::default());
    other.rules_in = Some(folder.path().to_owned());
    let other = account::start(other, None);
    decide(&other, Decision::PoliteBlock, Disclosure::Everything);
    let shot = until(&mut bob, |shot| sees(shot, &Status::Offline, None)).await;
    assert!(!shot.buddies[0].refused);
    decide(&alice, Decision::Block, Disclosure::Everything);
    until(&mut bob, |shot| shot.buddies[0].refused).await;
    let shot = until(&mut alice, |shot| shot.watchers.is_empty()).await;
    assert!(shot.requests().is_empty());
}

#[tokio::test]
async fn rules_outlive_the_program_and_who_goes_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = free();
    let mut first = alice(folder.path(), place).await;
    let mut bob = bob(place);
    until(&mut first, |shot| shot.requests().len() == 1).await;
    decide(&first, Decision::Allow, Disclosure::Everything);
    until(&mut bob, |shot| sees(shot, &Status::Available, None)).await;
    first.send(Command::LogOut);
    until(&mut bob, |shot| shot.buddies[0].presence.stale).await;
    until(&mut first, |shot| shot.connection == Connection::LoggedOut).await;
    drop(first);
    let mut second = alice(folder.path(), place).await;
    bob.send(Command::Retry);
    until(&mut bob, |shot| sees(shot, &Status::Available, None)).await;
    let shot = until(&mut second, |shot| !shot.watchers.is_empty()).await;
    assert_eq!(shot.watchers[0].decision, "allow");
    assert!(shot.requests().is_empty());
}
