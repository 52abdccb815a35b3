//! Filters (RFC 4660) and ad-hoc lists (RFC 5367) in the SUBSCRIBE (A.10).

use std::sync::Arc;

use super::bench::{Bench, Notify, call_id, header, presence, uri};
use crate::engine::{
    Rates, Reason, SubscribeRequest, SubscriptionId, SubscriptionState, Tolerance,
};
use crate::sip::{HeaderName, Message};

const FILTER: &str = "application/simple-filter+xml";
const LIST: &str = "application/resource-lists+xml";

fn subscribe(bench: &mut Bench, kind: &str, body: &'static str) -> (SubscriptionId, Message) {
    let mut request = SubscribeRequest::new(presence(), uri("sip:rls@example.com"));
    request.expires = Some(600);
    request.body = Some((kind.into(), body.into()));
    request.list = kind == LIST;
    let id = bench.engine.subscribe(bench.now, request);
    bench.drain();
    (id, bench.request())
}

/// Type and body of a request.
fn enclosed(message: &Message) -> Option<(String, String)> {
    let kind = header(message, HeaderName::ContentType)?;
    Some((kind, String::from_utf8(message.body().to_vec()).unwrap()))
}

fn filter(body: &str) -> (String, String) {
    (FILTER.into(), body.into())
}

fn accepted(bench: &mut Bench, first: &Message) {
    bench.respond(first, 200, &["Expires: 600"]);
    bench.notify(Notify::to(first)).assert_status(200);
}

fn tolerances(bench: &Bench, id: SubscriptionId) -> Vec<Tolerance> {
    bench.engine.health(bench.now, id).unwrap().tolerances
}

#[test]
fn ev_091_a_filter_is_kept_by_a_refresh_without_a_body() {
    let mut bench = Bench::new();
    let (_, first) = subscribe(&mut bench, FILTER, "<one/>");
    assert_eq!(enclosed(&first), Some(filter("<one/>")));
    assert_eq!(header(&first, HeaderName::Require), None);
    assert_eq!(header(&first, HeaderName::ContentDisposition), None);
    accepted(&mut bench, &first);
    let refresh = bench.request_within(600);
    assert_eq!(enclosed(&refresh), None);
    // A dialog that begins knows nothing of it.
    bench.respond(&refresh, 481, &[]);
    let again = bench.request_within(60);
    assert_ne!(call_id(&again), call_id(&first));
    assert_eq!(enclosed(&again), Some(filter("<one/>")));
}

/// A filter lives as long as its dialog (RFC 4660 §3.3.3): it is removed with the subscription that it came with, and one
/// without it, or with another, begins a dialog of its own. So nobody has to be told `remove="true"`.
#[test]
fn ev_091_a_filter_goes_with_its_subscription() {
    let mut bench = Bench::new();
    let (id, first) = subscribe(&mut bench, FILTER, "<one/>");
    accepted(&mut bench, &first);
    bench.unsubscribe(id);
    let end = bench.request();
    assert_eq!(header(&end, HeaderName::Expires).unwrap(), "0");
    assert_eq!((enclosed(&end), call_id(&end)), (None, call_id(&first)));
    bench.respond(&end, 200, &["Expires: 0"]);
    let last = Notify::to(&first).cseq(2);
    bench
        .notify(last.state("terminated;reason=timeout"))
        .assert_status(200);
    assert!(bench.engine.subscription(id).is_none());
    // What comes afterwards has nothing of it, however often it begins anew.
    let request = SubscribeRequest::new(presence(), uri("sip:rls@example.com"));
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let without = bench.request();
    assert_eq!(enclosed(&without), None);
    assert_ne!(call_id(&without), call_id(&first));
    accepted(&mut bench, &without);
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 481, &[]);
    let anew = bench.request_within(60);
    assert_eq!(enclosed(&anew), None);
    let (_, other) = subscribe(&mut bench, FILTER, "<two/>");
    assert_eq!(enclosed(&other), Some(filter("<two/>")));
    assert_ne!(call_id(&other), call_id(&first));
}

#[test]
fn ev_034_and_ev_091_a_filter_that_is_refused_is_left_out() {
    for code in [415, 488] {
        let mut bench = Bench::new();
        let (id, first) = subscribe(&mut bench, FILTER, "<one/>");
        bench.respond(&first, code, &[]);
        let plain = bench.request();
        assert_eq!(enclosed(&plain), None);
        assert_eq!(call_id(&plain), call_id(&first));
        accepted(&mut bench, &plain);
        assert_eq!(bench.state(id), SubscriptionState::Active);
        assert_eq!(tolerances(&bench, id), [Tolerance::WithoutBody], "{code}");
    }
}

#[test]
fn ev_092_an_ad_hoc_list_is_sent_once() {
    let mut bench = Bench::new();
    let (_, first) = subscribe(&mut bench, LIST, "<list/>");
    assert_eq!(enclosed(&first), Some((LIST.into(), "<list/>".into())));
    assert_eq!(
        header(&first, HeaderName::Require).unwrap(),
        "recipient-list-subscribe"
    );
    assert_eq!(
        header(&first, HeaderName::ContentDisposition).unwrap(),
        "recipient-list"
    );
    accepted(&mut bench, &first);
    let refresh = bench.request_within(600);
    for message in [&first, &refresh] {
        assert_eq!(header(message, HeaderName::Supported).unwrap(), "eventlist");
        let accept = header(message, HeaderName::Accept).unwrap();
        for kind in [
            "application/pidf+xml",
            "application/rlmi+xml",
            "multipart/related",
        ] {
            assert!(accept.contains(kind), "{accept}");
        }
    }
    assert_eq!(enclosed(&refresh), None);
    assert_eq!(header(&refresh, HeaderName::Require), None);
    assert_eq!(header(&refresh, HeaderName::ContentDisposition), None);
    // The next subscription brings it again.
    bench.respond(&refresh, 481, &[]);
    let again = bench.request_within(60);
    assert!(enclosed(&again).is_some());
    assert_eq!(
        header(&again, HeaderName::Require).unwrap(),
        "recipient-list-subscribe"
    );
}

#[test]
fn ev_092_a_list_that_is_refused_is_not_left_out() {
    for (code, headers) in [
        (420, &["Unsupported: recipient-list-subscribe"][..]),
        (415, &[]),
        (488, &[]),
        (489, &[]),
        (406, &[]),
    ] {
        let mut bench = Bench::new();
        let (id, first) = subscribe(&mut bench, LIST, "<list/>");
        bench.respond(&first, code, headers);
        bench.assert_silent(4000);
        let event = bench.subscription(id);
        assert_eq!(event.state, SubscriptionState::Terminated, "{code}");
        assert!(matches!(event.reason, Some(Reason::Response(found, _)) if found == code));
    }
}

#[test]
fn ev_092_a_list_is_for_the_server_that_was_chosen() {
    let mut bench = Bench::new();
    let (id, first) = subscribe(&mut bench, LIST, "<list/>");
    bench.respond(
        &first,
        302,
        &["Contact: <sip:rls@example.org>, <sip:other@example.com>"],
    );
    let second = bench.request();
    assert_eq!(second.request_line().unwrap().uri, "sip:other@example.com");
    assert!(enclosed(&second).is_some());
    bench.respond(&second, 302, &["Contact: <sip:rls@example.org>"]);
    bench.assert_silent(100);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
}

#[test]
fn ev_092_a_package_that_has_lists_anyway_offers_them_once() {
    let mut bench = Bench::new();
    let mut package = presence();
    Arc::make_mut(&mut package).lists = true;
    let mut request = SubscribeRequest::new(package, uri("sip:rls@example.com"));
    request.body = Some((LIST.into(), "<list/>".into()));
    request.list = true;
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let first = bench.request();
    assert_eq!(first.headers(HeaderName::Supported).count(), 1);
    let accept = header(&first, HeaderName::Accept).unwrap();
    assert_eq!(accept.matches("rlmi").count(), 1);
}

#[test]
fn ev_090_and_ev_091_rates_that_change_before_the_first_notify_are_told_after_it() {
    let mut bench = Bench::new();
    let (id, first) = subscribe(&mut bench, FILTER, "<one/>");
    let slow = Rates::from_params([("max-rate", "0.1")]).unwrap();
    bench.engine.set_rates(bench.now, id, slow);
    bench.drain();
    accepted(&mut bench, &first);
    let change = bench.request();
    assert!(
        header(&change, HeaderName::Event)
            .unwrap()
            .contains("max-rate=0.1")
    );
    // The filter stays in force without being told again.
    assert_eq!(enclosed(&change), None);
}
