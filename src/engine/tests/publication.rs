//! PUBLISH (D.2).

use std::time::Duration;

use super::bench::{Bench, expires, header};
use crate::engine::{Event, PublicationId, PublicationState};
use crate::sip::{HeaderName, Message};

fn publish(bench: &mut Bench) -> (PublicationId, Message) {
    let id = bench.publish(Some(600));
    (id, bench.request())
}

fn published() -> (Bench, PublicationId) {
    let mut bench = Bench::new();
    let id = bench.published(600);
    (bench, id)
}

fn state(bench: &Bench, id: PublicationId) -> PublicationState {
    bench.engine.publication(id).unwrap().state
}

fn update(bench: &mut Bench, id: PublicationId, body: &'static str) {
    bench
        .engine
        .update_publication(bench.now, id, "application/pidf+xml", body.into());
    bench.drain();
}

fn condition(message: &Message) -> Option<String> {
    header(message, HeaderName::SipIfMatch)
}

#[test]
fn rp_014_four_operations() {
    let mut bench = Bench::new();
    let (id, initial) = publish(&mut bench);
    assert_eq!(initial.request_line().unwrap().uri, "sip:alice@example.com");
    assert_eq!(
        (condition(&initial), initial.body_bytes(), expires(&initial)),
        (None, &b"<one/>"[..], Some(600))
    );
    assert_eq!(header(&initial, HeaderName::Event).unwrap(), "presence");
    assert_eq!(initial.contacts().count(), 0);
    bench.respond(&initial, 200, &["SIP-ETag: a1", "Expires: 600"]);
    let refresh = bench.request_within(600);
    assert_eq!(
        (condition(&refresh), refresh.body_bytes()),
        (Some("a1".into()), &b""[..])
    );
    assert_eq!(
        (expires(&refresh), header(&refresh, HeaderName::ContentType)),
        (Some(600), None)
    );
    bench.respond(&refresh, 200, &["SIP-ETag: b2", "Expires: 600"]);
    update(&mut bench, id, "<two/>");
    let modify = bench.request();
    assert_eq!(
        (condition(&modify), modify.body_bytes()),
        (Some("b2".into()), &b"<two/>"[..])
    );
    bench.respond(&modify, 200, &["SIP-ETag: c3", "Expires: 600"]);
    bench.engine.unpublish(bench.now, id);
    bench.drain();
    let remove = bench.request();
    assert_eq!(
        (condition(&remove), remove.body_bytes()),
        (Some("c3".into()), &b""[..])
    );
    assert_eq!(expires(&remove), Some(0));
    bench.respond(&remove, 200, &["SIP-ETag: d4", "Expires: 0"]);
    assert!(bench.engine.publication(id).is_none());
    bench.assert_silent(3600);
}

#[test]
fn rp_015_record_route_makes_no_route() {
    let mut bench = Bench::new();
    let (_, initial) = publish(&mut bench);
    bench.respond(
        &initial,
        200,
        &["SIP-ETag: a1", "Expires: 600", "Record-Route: <sip:p1;lr>"],
    );
    let refresh = bench.request_within(600);
    assert_eq!(header(&refresh, HeaderName::Route), None);
    assert_eq!(refresh.to().unwrap().tag(), None);
}

#[test]
fn rp_016_a_2xx_without_a_tag() {
    let mut bench = Bench::new();
    let (id, initial) = publish(&mut bench);
    bench.respond(&initial, 200, &["Expires: 600"]);
    update(&mut bench, id, "<two/>");
    let next = bench.request();
    assert_eq!(
        (condition(&next), next.body_bytes()),
        (None, &b"<two/>"[..])
    );
}

#[test]
fn rp_017_412_leads_to_one_initial_publish() {
    let (mut bench, id) = published();
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 412, &[]);
    let initial = bench.request();
    assert_eq!(
        (condition(&initial), initial.body_bytes()),
        (None, &b"<one/>"[..])
    );
    bench.respond(&initial, 412, &[]);
    bench.assert_silent(3600);
    assert_eq!(state(&bench, id), PublicationState::Failed);
}

#[test]
fn rp_018_changes_are_coalesced() {
    let mut bench = Bench::new();
    let (id, initial) = publish(&mut bench);
    for body in ["<two/>", "<three/>", "<four/>", "<five/>"] {
        update(&mut bench, id, body);
        assert!(bench.try_request().is_none());
    }
    bench.respond(&initial, 200, &["SIP-ETag: a1", "Expires: 600"]);
    let last = bench.request();
    assert_eq!(
        (condition(&last), last.body_bytes()),
        (Some("a1".into()), &b"<five/>"[..])
    );
    bench.respond(&last, 200, &["SIP-ETag: a2", "Expires: 600"]);
    assert!(bench.try_request().is_none());
}

#[test]
fn rp_019_granted_time_and_423() {
    let mut bench = Bench::new();
    let (_, initial) = publish(&mut bench);
    bench.respond(&initial, 200, &["SIP-ETag: a1", "Expires: 120"]);
    let begin = bench.now;
    let refresh = bench.request_within(120);
    assert!(bench.now.saturating_since(begin) <= Duration::from_secs(88));
    bench.respond(&refresh, 423, &["Min-Expires: 1200"]);
    let again = bench.request();
    assert_eq!(
        (expires(&again), condition(&again)),
        (Some(1200), Some("a1".into()))
    );
}

#[test]
fn rp_021_push_back_and_switch_off() {
    let mut bench = Bench::new();
    let (id, initial) = publish(&mut bench);
    bench.respond(&initial, 503, &["Retry-After: 60"]);
    update(&mut bench, id, "<two/>");
    bench.assert_silent(59);
    assert_eq!(bench.request_within(10).body_bytes(), b"<two/>");

    for code in [489, 405, 501, 415, 404] {
        let mut bench = Bench::new();
        let (id, initial) = publish(&mut bench);
        bench.respond(&initial, code, &[]);
        update(&mut bench, id, "<two/>");
        bench.assert_silent(3600);
        assert_eq!(state(&bench, id), PublicationState::Failed, "{code}");
        bench.engine.unpublish(bench.now, id);
        bench.drain();
        assert!(bench.try_request().is_none());
        assert!(bench.engine.publication(id).is_none());
    }
}

#[test]
fn a_publication_that_timed_out_is_sent_whole_again() {
    let (mut bench, id) = published();
    update(&mut bench, id, "<two/>");
    bench.request();
    bench.advance_secs(33);
    let again = bench.request_within(40);
    assert_eq!(
        (condition(&again), again.body_bytes()),
        (Some("a1".into()), &b"<two/>"[..])
    );
}

#[test]
fn unpublishing_while_a_publish_is_under_way_removes_what_it_makes() {
    let mut bench = Bench::new();
    let (id, initial) = publish(&mut bench);
    bench.engine.unpublish(bench.now, id);
    bench.drain();
    assert!(bench.try_request().is_none());
    bench.respond(&initial, 200, &["SIP-ETag: a1", "Expires: 600"]);
    let remove = bench.request();
    assert_eq!(
        (condition(&remove), expires(&remove)),
        (Some("a1".into()), Some(0))
    );
    bench.respond(&remove, 200, &[]);
    let removed = |event: &Event| matches!(event, Event::Publication(event) if event.state == PublicationState::Removed);
    assert_eq!(
        bench.events.iter().filter(|event| removed(event)).count(),
        1
    );
}

#[test]
fn tx_018_a_large_publish_goes_by_tcp_and_back_to_udp_if_there_is_none() {
    let large: &'static str = Box::leak("x".repeat(1400).into_boxed_str());
    let (mut bench, id) = published();
    update(&mut bench, id, large);
    let request = bench.request();
    assert_eq!(request.top_via().unwrap().transport, "TCP");
    bench.respond(&request, 200, &["SIP-ETag: a2", "Expires: 600"]);
    assert_eq!(state(&bench, id), PublicationState::Published);

    let mut bench = Bench::new();
    let (_, initial) = publish(&mut bench);
    bench.respond(&initial, 200, &["SIP-ETag: a1", "Expires: 600"]);
    bench.refuse_flows = true;
    update(&mut bench, id, large);
    // The flow that is open carries it.
    let request = bench.request();
    assert_eq!(request.top_via().unwrap().transport, "UDP");
    assert_eq!(request.body_bytes().len(), 1400);
}

#[test]
fn rp_014_a_refresh_that_waits_past_the_expiry_is_sent_whole() {
    let (mut bench, id) = published();
    // The refresh is due, then the expiry; the server is asked after both.
    bench.sleep(Duration::from_secs(8 * 3600));
    let again = bench.request();
    assert_eq!(condition(&again), None);
    assert!(!again.body().is_empty());
    bench.respond(&again, 200, &["SIP-ETag: b1", "Expires: 600"]);
    assert_eq!(state(&bench, id), PublicationState::Published);
    bench.assert_silent(60);
}

#[test]
fn rp_014_a_refresh_challenged_after_the_expiry_is_sent_whole() {
    let mut bench = Bench::new();
    let (_, first) = publish(&mut bench);
    bench.respond(&first, 200, &["SIP-ETag: a1", "Expires: 20"]);
    let refresh = bench.request_within(20);
    assert!(condition(&refresh).is_some());
    bench.advance_secs(15);
    let challenge = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\"";
    bench.respond(&refresh, 401, &[challenge]);
    let again = bench.request();
    assert!(header(&again, HeaderName::Authorization).is_some());
    assert_eq!(condition(&again), None);
    assert!(!again.body().is_empty());
}

#[test]
fn rp_020_after_a_restart_what_the_server_still_holds_is_changed() {
    for held in [true, false] {
        let mut bench = Bench::new();
        let (kind, body) = ("application/pidf+xml", "<two/>".into());
        let id = bench
            .engine
            .publish_again(bench.now, "presence", kind, body, Some(600), "old");
        bench.drain();
        assert_eq!(
            bench.engine.publication(id).unwrap().state,
            PublicationState::Publishing
        );
        let modify = bench.request();
        assert_eq!(modify.sip_if_match().unwrap(), Some("old"));
        assert_eq!(&modify.body()[..], b"<two/>");
        if held {
            bench.respond(&modify, 200, &["SIP-ETag: new", "Expires: 600"]);
        } else {
            bench.respond(&modify, 412, &[]);
            let initial = bench.request();
            assert_eq!(initial.sip_if_match().unwrap(), None);
            assert_eq!(&initial.body()[..], b"<two/>");
            bench.respond(&initial, 200, &["SIP-ETag: new", "Expires: 600"]);
        }
        assert_eq!(bench.engine.publication_tag(id), Some("new"));
        assert!(bench.try_request().is_none());
        let refresh = bench.request_within(600);
        assert_eq!(refresh.sip_if_match().unwrap(), Some("new"));
    }
}

#[test]
fn a_person_refreshes_a_publication_now() {
    let (mut bench, id) = published();
    bench.assert_silent(60);
    bench.engine.refresh_publication(bench.now, id);
    bench.drain();
    let refresh = bench.request();
    assert_eq!(
        (condition(&refresh), refresh.body_bytes()),
        (Some("a1".into()), &b""[..])
    );
    bench.respond(&refresh, 403, &[]);
    assert_eq!(state(&bench, id), PublicationState::Failed);
    bench.engine.refresh_publication(bench.now, id);
    bench.drain();
    bench.request();
}
