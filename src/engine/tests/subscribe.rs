//! Building the SUBSCRIBE, the wait for the first NOTIFY, and the dialog it makes (A.1, A.2).

use std::sync::Arc;
use std::time::Duration;

use super::bench::{Bench, Notify, call_id, config, expires, header, messages, presence, uri};
use crate::engine::{Event, PackageSpec, Reason, SubscriptionState};
use crate::sip::{HeaderName, Transport};

#[test]
fn ev_001_initial_subscribe() {
    let mut bench = Bench::new();
    bench.subscribe();
    bench.subscribe();
    let (one, other) = (bench.request(), bench.request());
    for subscribe in [&one, &other] {
        assert_eq!(subscribe.to().unwrap().tag(), None);
        assert_eq!(subscribe.request_line().unwrap().uri, "sip:bob@example.com");
        assert_eq!(subscribe.max_forwards().unwrap(), Some(70));
        assert_eq!(subscribe.contacts().count(), 1);
        assert_eq!(subscribe.headers(HeaderName::Event).count(), 1);
        assert!(subscribe.cseq().unwrap().number < 1 << 31);
        assert!(subscribe.from().unwrap().tag().unwrap().len() >= 8);
    }
    assert_ne!(call_id(&one), call_id(&other));
    assert_ne!(one.from().unwrap().tag(), other.from().unwrap().tag());
}

#[test]
fn ev_003_expires_is_the_packages_default() {
    let mut bench = Bench::new();
    bench.subscribe_with(presence(), None);
    assert_eq!(expires(&bench.request()), Some(3600));
    bench.subscribe_with(presence(), Some(90));
    assert_eq!(expires(&bench.request()), Some(90));
}

#[test]
fn ev_004_accept_has_the_mandatory_type_first() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("presence", "application/pidf+xml");
    package.accept.push("application/x-private".into());
    bench.subscribe_with(Arc::new(package), None);
    let accept = header(&bench.request(), HeaderName::Accept).unwrap();
    assert_eq!(accept, "application/pidf+xml, application/x-private");
}

#[test]
fn ev_005_and_ev_006_lists_are_offered_at_first_and_in_each_refresh() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("presence", "application/pidf+xml");
    package.lists = true;
    bench.subscribe_with(Arc::new(package), Some(600));
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&first)).assert_status(200);
    let refresh = bench.request_within(600);
    for subscribe in [&first, &refresh] {
        assert_eq!(
            header(subscribe, HeaderName::Supported).unwrap(),
            "eventlist"
        );
        assert_eq!(header(subscribe, HeaderName::Require), None);
        let accept = header(subscribe, HeaderName::Accept).unwrap();
        for media_type in [
            "application/pidf+xml",
            "multipart/related",
            "application/rlmi+xml",
        ] {
            assert!(accept.contains(media_type), "{accept}");
        }
    }
}

#[test]
fn ev_006_a_list_is_never_asked_for_as_one_resource() {
    for code in [406, 489, 420] {
        let mut bench = Bench::new();
        let mut package = PackageSpec::new("presence", "application/pidf+xml");
        package.accept.push("application/xpidf+xml".to_owned());
        package.lists = true;
        package.list_only = true;
        let id = bench.subscribe_with(Arc::new(package), Some(600));
        let first = bench.request();
        bench.respond(&first, code, &[]);
        if code != 420 {
            // What a list may be written in is said less of, but never that a list is meant.
            let second = bench.request();
            assert_eq!(
                header(&second, HeaderName::Accept).unwrap(),
                "application/pidf+xml, application/rlmi+xml, multipart/related"
            );
            assert_eq!(header(&second, HeaderName::Supported).unwrap(), "eventlist");
            bench.respond(&second, code, &[]);
        }
        bench.assert_silent(4000);
        assert_eq!(bench.state(id), SubscriptionState::Terminated);
    }
}

#[test]
fn ev_006_no_eventlist_where_there_are_no_lists() {
    let mut bench = Bench::new();
    bench.subscribe();
    assert_eq!(header(&bench.request(), HeaderName::Supported), None);
}

#[test]
fn ev_007_contact_follows_the_flow_and_the_scheme() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tls;
    let mut request = crate::engine::SubscribeRequest::new(presence(), uri("sips:bob@example.com"));
    request.expires = Some(600);
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let subscribe = bench.request();
    assert!(bench.opened[0].secure);
    assert_eq!(
        header(&subscribe, HeaderName::Contact).unwrap(),
        "<sips:alice@192.0.2.1:5062;ob>"
    );
    bench.respond(
        &subscribe,
        200,
        &["Expires: 600", "Contact: <sips:x@example.com>;expires=5"],
    );
    bench.notify(Notify::to(&subscribe).contact("<sips:x@192.0.2.9:5061>"));
    bench.assert_silent(300);
}

#[test]
fn ev_008_allow_has_notify_and_there_is_no_allow_events() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    assert!(subscribe.allow().unwrap().contains("NOTIFY"));
    assert_eq!(header(&subscribe, HeaderName::AllowEvents), None);
}

#[test]
fn ev_012_no_notify_no_subscription() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
    bench.advance(Duration::from_millis(31_900));
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
    bench.advance_secs(1);
    let event = bench.subscription(id);
    assert_eq!(
        (event.state, event.reason),
        (SubscriptionState::WaitingToRetry, Some(Reason::TimedOut))
    );
    bench.notify(Notify::to(&subscribe)).assert_status(481);
    assert_eq!(bench.notified(), 0);
}

#[test]
fn ev_015_the_wait_begins_anew_with_credentials() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.advance_secs(20);
    bench.respond(
        &subscribe,
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\", qop=\"auth\""],
    );
    let again = bench.request();
    bench.respond(&again, 200, &["Expires: 600"]);
    bench.advance_secs(20);
    bench.notify(Notify::to(&again)).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn ev_016_notify_before_the_200() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench
        .notify(Notify::to(&subscribe).body("application/pidf+xml", "<presence/>"))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(bench.notified(), 1);
    bench.advance_secs(5);
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let refresh = bench.request_within(570);
    assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
}

#[test]
fn ev_017_matching_by_call_id_tag_and_event() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    bench
        .notify(Notify::to(&subscribe).event("presence;id=7"))
        .assert_status(481);
    bench
        .notify(Notify::to(&subscribe).event("presence;foo=1"))
        .assert_status(200);
    let mut foreign = Notify::to(&subscribe).cseq(2);
    foreign.to_tag = "wrong".into();
    bench.notify(foreign).assert_status(481);
    let mut foreign = Notify::to(&subscribe).cseq(2);
    foreign.call_id.push('x');
    bench.notify(foreign).assert_status(481);
}

#[test]
fn ev_002_packages_compare_byte_for_byte() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    assert_ne!(
        bench
            .notify(Notify::to(&subscribe).event("Presence"))
            .0
            .unwrap()
            .status(),
        Some(200)
    );
    let mut compact = Notify::to(&subscribe);
    compact.event = "presence\r\nX-Unrelated: 1".into();
    let bytes = String::from_utf8(compact.bytes(99).to_vec())
        .unwrap()
        .replace("\r\nEvent:", "\r\no:");
    bench.receive(bytes.into());
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(200));
}

#[test]
fn ev_018_notify_creates_dialog() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    bench.respond(
        &subscribe,
        200,
        &[
            "Expires: 600",
            "Record-Route: <sip:wrong.example.com;lr>",
            "Contact: <sip:wrong@192.0.2.77>",
        ],
    );
    let notify = Notify::to(&subscribe)
        .header("Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>")
        .contact("<sip:bob@192.0.2.50:5070>");
    bench.notify(notify).assert_status(200);
    let refresh = bench.request_within(600);
    assert_eq!(
        refresh.request_line().unwrap().uri,
        "sip:bob@192.0.2.50:5070"
    );
    let routes: Vec<_> = refresh
        .routes()
        .map(|route| route.unwrap().to_owned())
        .collect();
    assert_eq!(
        routes,
        ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"]
    );
    assert_eq!(bench.opened.last().unwrap().host, "p1.example.com");
    assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
}

#[test]
fn ev_019_the_answer_to_the_first_notify() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    let notify = Notify::to(&subscribe).header("Record-Route: <sip:p1;lr>, <sip:p2;lr>");
    let answer = bench.notify(notify.clone()).0.unwrap();
    assert_eq!(answer.status(), Some(200));
    let echoed: Vec<_> = answer
        .record_routes()
        .map(|route| route.unwrap().to_owned())
        .collect();
    assert_eq!(echoed, ["<sip:p1;lr>", "<sip:p2;lr>"]);
    assert_eq!(answer.contacts().count(), 1);
    assert_eq!(answer.from().unwrap().tag(), Some("notifier"));
    assert_eq!(answer.to().unwrap().tag(), subscribe.from().unwrap().tag());
    let later = bench.notify(notify.cseq(2)).0.unwrap();
    assert_eq!(later.record_routes().count(), 0);
}

#[test]
fn ev_020_each_dialog_counts_from_the_initial_subscribe() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(messages(), Some(600));
    let subscribe = bench.request();
    let first = subscribe.cseq().unwrap().number;
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).from("a"))
        .assert_status(200);
    bench
        .notify(Notify::to(&subscribe).from("b"))
        .assert_status(200);
    bench.engine.refresh(bench.now, id);
    bench.drain();
    for _ in 0..2 {
        let refresh = bench.request();
        assert_eq!(refresh.cseq().unwrap().number, first + 1);
        bench.respond(&refresh, 500, &[]);
    }
}

#[test]
fn ev_021_a_first_notify_that_is_the_last() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).state("terminated;reason=rejected"))
        .assert_status(200);
    let event = bench.subscription(id);
    assert_eq!(event.state, SubscriptionState::Terminated);
    assert_eq!(
        event.reason,
        Some(Reason::Terminated(Some("rejected".into())))
    );
    assert_eq!(event.notifiers, 0);
    bench.assert_silent(3600);
}

#[test]
fn ev_022_nothing_is_told_before_the_first_notify() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
    assert!(
        !bench
            .events
            .iter()
            .any(|event| matches!(event, Event::Notify { .. } | Event::UsageEnded { .. }))
    );
}

#[test]
fn ev_023_active_and_pending_change_places() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench
        .notify(Notify::to(&subscribe).cseq(2).state("pending;expires=100"))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Pending);
    bench
        .notify(Notify::to(&subscribe).cseq(3).state("odd"))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Pending);
    let begin = bench.now;
    bench.request_within(100);
    assert!(bench.now.saturating_since(begin) <= Duration::from_secs(68));
}

#[test]
fn ev_024_a_notify_alone_makes_a_subscription() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    bench.advance_secs(40);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let begin = bench.now;
    let refresh = bench.request_within(600);
    assert_eq!(call_id(&refresh), call_id(&subscribe));
    assert!(bench.now.saturating_since(begin) < Duration::from_secs(530));
}

#[test]
fn ev_024_a_lost_response_is_no_dead_server() {
    let mut bench = Bench::new();
    bench.servers.push("192.0.2.10:5060".parse().unwrap());
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    bench.assert_silent(100);
    // The same in the dialog.
    let refresh = bench.request_within(600);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    bench.assert_silent(100);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let again = bench.request_within(600);
    assert_eq!(call_id(&again), call_id(&refresh));
    // Nobody has looked for another server, nor will the next request.
    bench.subscribe();
    assert_eq!(bench.opened.len(), 1);
    assert_eq!(bench.flow.unwrap().remote, bench.servers[0]);
}

#[test]
fn ev_024_a_lost_response_to_a_fetch_is_no_failure() {
    // Nothing comes but the NOTIFY: on UDP until Timer F, on a connection until that breaks, well before Timer N.
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut bench = Bench::new();
        bench.transport = transport;
        let id = bench.fetch(messages());
        let fetch = bench.request();
        let over = Notify::to(&fetch)
            .event("message-summary")
            .state("terminated;reason=timeout")
            .body(
                "application/simple-message-summary",
                "Messages-Waiting: no\r\n",
            );
        bench.notify(over).assert_status(200);
        if transport.is_reliable() {
            bench.close_flow();
        }
        bench.assert_silent(1000);
        assert!(bench.engine.subscription(id).is_none());
        let told = bench.events.iter().filter_map(|event| match event {
            Event::Subscription(event) => event.reason.clone(),
            _ => None,
        });
        let timeout = Reason::Terminated(Some("timeout".to_owned()));
        assert!(told.clone().all(|reason| reason == timeout));
        assert!(told.count() > 0);
    }
}

#[test]
fn ev_024_a_connection_that_breaks_after_the_notify_leads_to_a_refresh() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    bench.close_flow();
    // In the dialog that stands, and nothing beside it.
    let refresh = bench.request_within(10);
    assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
    bench.respond(&refresh, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    bench.assert_silent(100);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn ev_025_unsubscribing_before_the_first_notify() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.unsubscribe(id);
    assert!(bench.try_request().is_none());
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    assert_eq!(bench.notified(), 0);
    let end = bench.request();
    assert_eq!(
        (expires(&end), call_id(&end)),
        (Some(0), call_id(&subscribe))
    );
    bench.respond(&end, 200, &["Expires: 0"]);
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(2)
                .state("terminated;reason=timeout"),
        )
        .assert_status(200);
    assert!(bench.engine.subscription(id).is_none());
}

#[test]
fn ev_025_no_notify_at_all() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.engine.unsubscribe(bench.now, id);
    bench.assert_silent(40);
    assert!(bench.engine.subscription(id).is_none());
    // Nobody wanted it any more: that it did not come is no fault.
    let last = bench.events.iter().rev().find_map(|event| match event {
        Event::Subscription(event) => Some((event.state, event.reason.clone())),
        _ => None,
    });
    assert_eq!(last, Some((SubscriptionState::Terminated, None)));
}

#[test]
fn tx_012_outbound_proxy_is_a_preloaded_route_outside_dialogs_only() {
    let mut settings = config();
    settings.outbound_proxies = vec![uri("sip:proxy.example.com:5070")];
    let mut bench = Bench::with(settings);
    bench.subscribe();
    let subscribe = bench.request();
    assert_eq!(
        header(&subscribe, HeaderName::Route).unwrap(),
        "<sip:proxy.example.com:5070;lr>"
    );
    assert_eq!(
        (&*bench.opened[0].host, bench.opened[0].port),
        ("proxy.example.com", Some(5070))
    );
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&subscribe).header("Record-Route: <sip:other.example.com;lr>"));
    let refresh = bench.request_within(600);
    assert_eq!(
        header(&refresh, HeaderName::Route).unwrap(),
        "<sip:other.example.com;lr>"
    );
}
