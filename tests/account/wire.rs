//! What the window shows of the wire, and what a person can ask of a single subscription.

use super::*;
use siskin::account::{Health, Part, TraceLine, TraceReader};

/// Everything that was recorded so far, told message by message.
fn recorded(shot: &Snapshot) -> Vec<TraceLine> {
    let mut reader = TraceReader::default();
    let entries = shot.trace.since(0).into_iter();
    entries.map(|entry| reader.read(entry)).collect()
}

fn count(shot: &Snapshot, method: &str, package: &str) -> usize {
    let lines = recorded(shot).into_iter().filter(|line| {
        line.method == method && line.package == package && line.status.is_none() && line.entry.sent
    });
    lines.count()
}

async fn reported(handle: &mut Handle) -> Vec<Health> {
    handle.send(Command::ReportHealth);
    let shot = until(handle, |shot| !shot.health.is_empty()).await;
    shot.health.to_vec()
}

#[tokio::test]
async fn each_part_is_refreshed_and_the_record_shows_it_without_secrets() {
    let demo = office(Faults::default()).await;
    let mut config = config(&demo, Transport::Udp);
    config.record = true;
    let mut handle = account::start(config, Some(demo.password()));
    let online = |shot: &Snapshot| {
        shot.connection == Connection::Online
            && status_of(shot, BOB).is_some()
            && shot
                .publication
                .as_ref()
                .is_some_and(|own| own.state == "published")
    };
    until(&mut handle, online).await;
    let health = reported(&mut handle).await;
    let bob = health.iter().find(|one| one.resource == BOB).unwrap();
    let id = bob.id.unwrap();

    handle.send(Command::Refresh(Part::Registration));
    handle.send(Command::Refresh(Part::Publication));
    handle.send(Command::Refresh(Part::Subscription(id)));
    let shot = until(&mut handle, |shot| {
        let to_bob = recorded(shot).into_iter().filter(|line| {
            line.method == "SUBSCRIBE" && line.resource == BOB && line.status.is_none()
        });
        to_bob.count() >= 2
            && count(shot, "PUBLISH", "presence") >= 2
            && count(shot, "REGISTER", "") >= 2
    })
    .await;
    let text = |shot: &Snapshot| {
        let entries = shot.trace.since(0).into_iter();
        let all: Vec<u8> = entries.flat_map(|entry| entry.to_bytes()).collect();
        String::from_utf8_lossy(&all).into_owned()
    };
    for secret in ["response=", "nonce=", demo.password().expose()] {
        assert!(!text(&shot).contains(secret), "{secret}");
    }

    handle.send(Command::Resubscribe { id });
    let shot = until(&mut handle, |shot| {
        let ended = recorded(shot).into_iter().any(|line| {
            let text = String::from_utf8_lossy(&line.entry.bytes).into_owned();
            line.method == "SUBSCRIBE"
                && line.resource == BOB
                && text.contains("\r\nExpires: 0\r\n")
        });
        ended && status_of(shot, BOB).is_some()
    })
    .await;
    assert_eq!(shot.connection, Connection::Online);
}

#[tokio::test]
async fn who_does_not_look_has_nothing_recorded() {
    let demo = office(Faults::default()).await;
    let mut handle = account::start(config(&demo, Transport::Udp), Some(demo.password()));
    let shot = until(&mut handle, |shot| shot.connection == Connection::Online).await;
    assert_eq!(shot.trace.next_number(), 0);
}
