//! REGISTER, PUBLISH, OPTIONS, authentication and bad input.

use super::*;
use crate::sip::HeaderName;

fn register(extra: &str, contact: &'static str) -> Request<'static> {
    let mut request = Request::new("REGISTER", "sip:example.test");
    request.to = format!("<{}>", office::aor("alice"));
    request.contact = contact;
    extra.clone_into(&mut request.extra);
    request
}

fn contacts(response: &Message) -> Vec<String> {
    let contacts = response.contacts().map(|contact| contact.unwrap());
    contacts
        .map(|contact| {
            let address = contact.address().unwrap();
            format!("{} {}", address.uri, address.expires().unwrap())
        })
        .collect()
}

#[test]
fn registers_lists_and_removes_bindings() {
    let mut desk = Desk::new();
    let one = "<sip:a@127.0.0.1:7000>;expires=60, <sip:b@127.0.0.1:7001>";
    let response = desk.request("alice", &register("Expires: 90\n", one));
    assert_eq!(response.status(), Some(200));
    assert_eq!(
        contacts(&response),
        ["sip:a@127.0.0.1:7000 60", "sip:b@127.0.0.1:7001 90"]
    );
    desk.pass(30);
    let response = desk.request("alice", &register("", ""));
    assert_eq!(
        contacts(&response),
        ["sip:a@127.0.0.1:7000 30", "sip:b@127.0.0.1:7001 60"]
    );
    desk.pass(31);
    let response = desk.request("alice", &register("", ""));
    assert_eq!(contacts(&response), ["sip:b@127.0.0.1:7001 29"]);
    let response = desk.request("alice", &register("Expires: 0\n", "*"));
    assert_eq!(response.status(), Some(200));
    assert!(contacts(&response).is_empty());
    assert!(
        !desk
            .server
            .registrar
            .is_registered(desk.now, &office::aor("alice"))
    );
}

#[test]
fn refuses_bad_registrations() {
    let mut desk = Desk::new();
    let contact = "<sip:a@127.0.0.1:7000>";
    let response = desk.request("alice", &register("Expires: 3\n", contact));
    assert_eq!(response.status(), Some(423));
    assert_eq!(response.min_expires(), Ok(Some(5)));
    let response = desk.request("alice", &register("Expires: 60\n", "*"));
    assert_eq!(response.status(), Some(400));
    let response = desk.request("bob", &register("Expires: 60\n", contact));
    assert_eq!(response.status(), Some(403));
    let response = desk.request("alice", &register("Expires: 999999\n", contact));
    assert_eq!(contacts(&response), ["sip:a@127.0.0.1:7000 3600"]);
    // An old CSeq with the same Call-ID changes nothing.
    desk.cseq = 0;
    let response = desk.request("alice", &register("Expires: 0\n", contact));
    assert_eq!(response.status(), Some(500));
    assert_eq!(
        contacts(&desk_listing(&mut desk)),
        ["sip:a@127.0.0.1:7000 3600"]
    );
}

fn desk_listing(desk: &mut Desk) -> Message {
    desk.cseq = 100;
    desk.request("alice", &register("", ""))
}

#[test]
fn challenges_are_strong_first_and_wrong_passwords_are_not_stale() {
    let mut desk = Desk::new();
    let request = register("", "");
    desk.send(&request.text("alice", 1, ""));
    let challenge = desk.response();
    assert_eq!(challenge.status(), Some(401));
    let challenges = challenge.challenges().unwrap();
    let algorithms: Vec<_> = challenges.iter().map(|c| c.algorithm).collect();
    assert_eq!(algorithms, [Algorithm::Sha256, Algorithm::Md5]);

    let line = |challenges: &[Challenge], password| {
        authorization(
            challenges,
            "alice",
            password,
            "REGISTER",
            "sip:example.test",
            b"",
        )
    };
    desk.send(&request.text("alice", 2, &line(&challenges, "wrong")));
    let refused = desk.response();
    assert_eq!(refused.status(), Some(401));
    assert!(refused.challenges().unwrap().iter().all(|c| !c.stale));

    desk.send(&request.text("alice", 3, &line(&challenges, PASSWORD)));
    assert_eq!(desk.response().status(), Some(200));
    // The same nonce with the same count is a replay.
    desk.send(&request.text("alice", 4, &line(&challenges, PASSWORD)));
    assert!(desk.response().challenges().unwrap()[0].stale);
    // After its lifetime, and after a restart, a nonce is stale.
    desk.pass(301);
    desk.send(&request.text("alice", 5, &line(&challenges, PASSWORD)));
    let challenges = desk.response().challenges().unwrap();
    assert!(challenges[0].stale);
    desk.server.restart(false);
    desk.send(&request.text("alice", 6, &line(&challenges, PASSWORD)));
    assert!(desk.response().challenges().unwrap()[0].stale);
}

#[test]
fn md5_is_taken_too_and_other_requests_credentials_are_not() {
    let mut desk = Desk::new();
    let request = register("", "");
    desk.send(&request.text("alice", 1, ""));
    let challenges = desk.response().challenges().unwrap();
    let md5 = challenges.iter().find(|c| c.algorithm == Algorithm::Md5);
    let credentials = Credentials {
        username: "alice".to_owned(),
        password: Secret::from(PASSWORD),
    };
    let answer = |uri: &str| {
        let value = md5.unwrap().answer(
            &credentials,
            &Answer {
                method: "REGISTER",
                uri,
                body: b"",
                cnonce: "1",
                nc: 1,
                prefer_integrity: true,
                session: None,
            },
        );
        format!("Authorization: {value}\n")
    };
    desk.send(&request.text("alice", 2, &answer("sip:other.example.test")));
    assert_eq!(desk.response().status(), Some(400));
    desk.send(&request.text("alice", 3, &answer("sip:example.test")));
    assert_eq!(desk.response().status(), Some(200));
}

#[test]
fn publications_follow_their_tags() {
    let mut desk = Desk::new();
    let first = desk.publish("bob", None, 600, &pidf("bob", "one"));
    assert_eq!(first.status(), Some(200));
    assert_eq!(first.expires(), Ok(Some(600)));
    let refreshed = desk.publish("bob", Some(&etag(&first)), 600, "");
    assert_eq!(refreshed.status(), Some(200));
    assert_ne!(etag(&first), etag(&refreshed));
    // The old tag is gone with the refresh.
    let stale = desk.publish("bob", Some(&etag(&first)), 600, "");
    assert_eq!(stale.status(), Some(412));
    let modified = desk.publish("bob", Some(&etag(&refreshed)), 600, &pidf("bob", "two"));
    assert_eq!(modified.status(), Some(200));
    assert_eq!(desk.publish("bob", None, 600, "").status(), Some(400));
    assert_eq!(
        desk.publish("bob", None, 2, &pidf("bob", "x")).status(),
        Some(423)
    );
    assert_eq!(
        desk.publish("bob", None, 600, "<presence").status(),
        Some(400)
    );
    let removed = desk.publish("bob", Some(&etag(&modified)), 0, "");
    assert_eq!(removed.expires(), Ok(Some(0)));
    assert_eq!(
        desk.publish("bob", Some(&etag(&modified)), 0, "").status(),
        Some(412)
    );

    let bob = office::aor("bob");
    let mut foreign = Request::new("PUBLISH", &bob);
    foreign.extra = "Event: presence\n".to_owned();
    assert_eq!(desk.request("alice", &foreign).status(), Some(403));
    foreign.extra = "Event: dialog\n".to_owned();
    assert_eq!(desk.request("bob", &foreign).status(), Some(489));
}

#[test]
fn a_publication_runs_out() {
    let mut desk = Desk::new();
    desk.publish("bob", None, 30, &pidf("bob", "one"));
    desk.subscribe("alice", "presence", "bob", 600);
    assert!(body(&desk.notify()).contains("one"));
    desk.pass(31);
    assert!(body(&desk.notify()).contains("closed"));
}

#[test]
fn other_requests_are_answered() {
    let mut desk = Desk::new();
    let alice = office::aor("alice");
    let mut answer = |method: &str, extra: &str| {
        let mut request = Request::new(method, &alice);
        extra.clone_into(&mut request.extra);
        desk.request("alice", &request)
    };
    let options = answer("OPTIONS", "");
    assert_eq!(options.status(), Some(200));
    assert!(options.header(HeaderName::AllowEvents).is_some());
    assert_eq!(answer("INVITE", "").status(), Some(405));
    assert_eq!(answer("DANCE", "").status(), Some(501));
    assert_eq!(answer("CANCEL", "").status(), Some(481));
    let unsupported = answer("REGISTER", "Require: magic\n");
    assert_eq!(unsupported.status(), Some(420));
    assert_eq!(
        unsupported.header(HeaderName::Unsupported).unwrap().value(),
        b"magic"
    );
}

#[test]
fn bad_messages_change_nothing() {
    let mut desk = Desk::new();
    let flow = desk.flow;
    let mut receive = |text: &str| {
        desk.server.receive(desk.now, flow, bytes(text));
        desk.collect();
        desk.inbox
            .drain(..)
            .map(|message| message.status())
            .collect::<Vec<_>>()
    };
    let head = "Via: SIP/2.0/UDP 127.0.0.1:7000;branch=z9hG4bKa\nFrom: <sip:a@example.test>;tag=1\n\
                To: <sip:a@example.test>\nCall-ID: 1\n";
    assert_eq!(receive("garbage\n\n"), []);
    assert_eq!(
        receive(&format!(
            "REGISTER sip:a SIP/2.0\n{head}CSeq: 1 PUBLISH\n\n"
        )),
        [Some(400)]
    );
    assert_eq!(
        receive(&format!(
            "REGISTER sip:a SIP/3.0\n{head}CSeq: 1 REGISTER\n\n"
        )),
        [Some(505)]
    );
    let short = format!("REGISTER sip:a SIP/2.0\n{head}CSeq: 1 REGISTER\nContent-Length: 9\n\n");
    assert_eq!(receive(&short), [Some(400)]);
    assert_eq!(
        receive(&format!("ACK sip:a SIP/2.0\n{head}CSeq: 1 INVITE\n\n")),
        []
    );
    assert_eq!(
        receive(&format!("SIP/2.0 200 OK\n{head}CSeq: 1 NOTIFY\n\n")),
        []
    );
    assert_eq!(desk.server.subscriptions.len(), 0);
}

#[test]
fn tx_007_a_repeated_request_is_answered_once_more_and_not_served_again() {
    let mut desk = Desk::new();
    let request = register("", "")
        .text("alice", 1, "")
        .replace("{branch}", "z9hG4bKsame");
    desk.send(&request);
    let first = desk.response();
    desk.send(&request);
    assert_eq!(first.bytes(), desk.response().bytes());
}

#[test]
fn tx_008_a_slow_server_says_100_first() {
    let faults = Faults {
        delay: Duration::from_secs(5),
        ..Faults::default()
    };
    let mut desk = Desk::with(ExpiryBounds::default(), faults);
    desk.send(&register("", "").text("alice", 1, ""));
    assert!(desk.inbox.is_empty());
    desk.pass(4);
    assert_eq!(desk.response().status(), Some(100));
    desk.pass(2);
    assert_eq!(desk.response().status(), Some(401));
}
