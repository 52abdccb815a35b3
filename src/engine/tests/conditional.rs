//! Conditional notification (A.10, RFC 5839): entity tags kept, given back, and given up.

use std::sync::Arc;

use super::bench::{Bench, Notify, call_id, expires, header, messages, presence, uri};
use crate::engine::{
    BodyFault, Event, PackageSpec, SubscribeRequest, SubscriptionId, SubscriptionState, Tolerance,
};
use crate::sip::{HeaderName, Message};

fn kept(package: &PackageSpec) -> Arc<PackageSpec> {
    Arc::new(PackageSpec {
        conditional: true,
        ..package.clone()
    })
}

fn condition(message: &Message) -> Option<String> {
    assert!(message.headers(HeaderName::SuppressIfMatch).count() <= 1);
    header(message, HeaderName::SuppressIfMatch)
}

fn tagged(subscribe: &Message, cseq: u32, tag: &str) -> Notify {
    let notify = Notify::to(subscribe).cseq(cseq);
    let notify = notify.body("application/pidf+xml", "<open/>");
    notify.header(&format!("SIP-ETag: {tag}"))
}

/// A subscription for ten minutes whose state has the tag `a1`, and its first SUBSCRIBE.
fn tagged_bench() -> (Bench, SubscriptionId, Message) {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(kept(&presence()), Some(600));
    let first = bench.request();
    assert_eq!(condition(&first), None);
    bench.respond(&first, 200, &["Expires: 600"]);
    bench.notify(tagged(&first, 1, "a1")).assert_status(200);
    (bench, id, first)
}

/// The same once the notifier has let it lapse, with the SUBSCRIBE that resumes it.
fn resuming_bench() -> (Bench, SubscriptionId, Message) {
    let (mut bench, id, first) = tagged_bench();
    bench.advance_secs(70);
    let last = Notify::to(&first).cseq(2);
    bench
        .notify(last.state("terminated;reason=timeout"))
        .assert_status(200);
    let second = bench.request_within(1);
    (bench, id, second)
}

/// The words about each NOTIFY that came up: whether it is `unchanged`, and its tag.
fn heard(bench: &Bench) -> Vec<(bool, Option<String>)> {
    let heard = bench.events.iter().filter_map(|event| match event {
        Event::Notify {
            unchanged,
            entity_tag,
            ..
        } => Some((*unchanged, entity_tag.clone())),
        _ => None,
    });
    heard.collect()
}

fn tolerances(bench: &Bench, id: SubscriptionId) -> Vec<Tolerance> {
    bench.engine.health(bench.now, id).unwrap().tolerances
}

#[test]
fn ev_086_the_last_tag_is_given_back_byte_for_byte() {
    let (mut bench, _, first) = tagged_bench();
    let refresh = bench.request_within(600);
    assert_eq!(condition(&refresh).unwrap(), "a1");
    bench.respond(&refresh, 200, &["Expires: 600"]);
    // Another state has another tag, whatever it looks like.
    bench
        .notify(tagged(&first, 2, "\"A1%~'x"))
        .assert_status(200);
    let refresh = bench.request_within(600);
    assert_eq!(condition(&refresh).unwrap(), "\"A1%~'x");
    bench.respond(&refresh, 204, &["Expires: 600"]);
    // What the notifier does not name, or names in an unusable way, cannot be given back.
    for (cseq, tag) in [(3, "*".to_owned()), (4, "x".repeat(300)), (5, "a b".into())] {
        bench.notify(tagged(&first, cseq, &tag)).assert_status(200);
        let refresh = bench.request_within(600);
        assert_eq!(condition(&refresh), None, "{tag}");
        bench.respond(&refresh, 200, &["Expires: 600"]);
    }
}

#[test]
fn ev_086_only_where_the_state_is_kept() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    bench.notify(tagged(&first, 1, "a1")).assert_status(200);
    assert_eq!(heard(&bench), [(false, None)]);
    assert_eq!(condition(&bench.request_within(600)), None);
}

#[test]
fn ev_014_and_ev_087_204_keeps_the_state_and_extends_the_time() {
    let (mut bench, id, first) = tagged_bench();
    let refresh = bench.request_within(600);
    let begin = bench.now;
    bench.respond(&refresh, 204, &["Expires: 500"]);
    bench.advance_secs(33);
    let event = bench.subscription(id);
    assert_eq!(event.state, SubscriptionState::Active);
    let left = event.expires_at.unwrap().saturating_since(begin);
    assert_eq!(left.as_secs(), 500);
    assert_eq!((bench.notified(), bench.usage_ends().len()), (1, 0));
    // The state is as it was, and so is its tag.
    let refresh = bench.request_within(500);
    assert_eq!(condition(&refresh).unwrap(), "a1");
    assert_eq!(call_id(&refresh), call_id(&first));
    bench.respond(&refresh, 204, &["Expires: 600"]);
    assert_eq!(tolerances(&bench, id), []);
}

#[test]
fn ev_087_204_to_the_last_request_ends_all() {
    let (mut bench, id, first) = tagged_bench();
    bench.unsubscribe(id);
    let end = bench.request();
    assert_eq!(
        (expires(&end), condition(&end)),
        (Some(0), Some("a1".into()))
    );
    bench.respond(&end, 204, &[]);
    assert!(bench.engine.subscription(id).is_none());
    bench.notify(tagged(&first, 2, "a2")).assert_status(481);
    bench.assert_silent(700);
}

#[test]
fn ev_087_204_to_an_initial_request_is_a_plain_2xx() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(kept(&presence()), Some(600));
    let first = bench.request();
    bench.respond(&first, 204, &["Expires: 600"]);
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
    bench.notify(tagged(&first, 1, "a1")).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 204, &["Expires: 600"]);
    // Without a NOTIFY it fails like any other.
    let other = bench.subscribe_with(kept(&presence()), Some(600));
    let initial = bench.request();
    bench.respond(&initial, 204, &["Expires: 600"]);
    bench.advance_secs(33);
    assert_eq!(bench.state(other), SubscriptionState::WaitingToRetry);
}

#[test]
fn ev_088_a_resumed_subscription_takes_up_what_is_held() {
    let (mut bench, id, first) = tagged_bench();
    bench.advance_secs(70);
    let last = Notify::to(&first).cseq(2).header("SIP-ETag: a1");
    bench
        .notify(last.state("terminated;reason=timeout"))
        .assert_status(200);
    let second = bench.request_within(1);
    assert_ne!(call_id(&second), call_id(&first));
    assert_eq!(condition(&second).unwrap(), "a1");
    bench.respond(&second, 200, &["Expires: 600"]);
    let resumed = Notify::to(&second).header("SIP-ETag: a1");
    bench.notify(resumed).assert_status(200);
    assert_eq!(heard(&bench)[2], (true, Some("a1".into())));
    assert_eq!(bench.state(id), SubscriptionState::Active);
    // And it goes on from there.
    assert_eq!(condition(&bench.request_within(600)).unwrap(), "a1");
}

#[test]
fn ev_088_a_body_or_another_tag_is_another_state() {
    let (mut bench, _, second) = resuming_bench();
    bench.respond(&second, 200, &["Expires: 600"]);
    // No body and another tag: there is no state any more.
    let emptied = Notify::to(&second).header("SIP-ETag: b7");
    bench.notify(emptied).assert_status(200);
    assert_eq!(heard(&bench)[2], (false, Some("b7".into())));
    assert_eq!(condition(&bench.request_within(600)).unwrap(), "b7");
}

#[test]
fn ev_088_what_is_not_held_after_all_is_asked_for() {
    let mut bench = Bench::new();
    let mut request = SubscribeRequest::new(kept(&presence()), uri("sip:bob@example.com"));
    request.entity_tag = Some("old".into());
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let first = bench.request();
    assert_eq!(condition(&first).unwrap(), "old");
    bench.respond(&first, 200, &["Expires: 600"]);
    bench.verdict = Err(BodyFault::Gap);
    bench
        .notify(Notify::to(&first).header("SIP-ETag: old"))
        .assert_status(200);
    bench.verdict = Ok(());
    let poll = bench.request();
    assert_eq!((condition(&poll), call_id(&poll)), (None, call_id(&first)));
}

#[test]
fn ev_086_a_poll_asks_only_for_another_state() {
    let mut bench = Bench::new();
    let fetch = |bench: &mut Bench, tag: Option<&str>| {
        let mut request = SubscribeRequest::new(kept(&presence()), uri("sip:bob@example.com"));
        request.fetch = true;
        request.entity_tag = tag.map(str::to_owned);
        bench.engine.subscribe(bench.now, request);
        bench.drain();
        let subscribe = bench.request();
        bench.respond(&subscribe, 202, &["Expires: 0"]);
        subscribe
    };
    let first = fetch(&mut bench, None);
    let state = "terminated;reason=timeout";
    bench
        .notify(tagged(&first, 1, "f2e45").state(state))
        .assert_status(200);
    let (_, tag) = heard(&bench).pop().unwrap();
    let second = fetch(&mut bench, tag.as_deref());
    assert_eq!(condition(&second).unwrap(), "f2e45");
    let same = Notify::to(&second).header("SIP-ETag: f2e45").state(state);
    bench.notify(same).assert_status(200);
    assert_eq!(heard(&bench).pop().unwrap(), (true, tag));
}

#[test]
fn ev_088_a_server_that_chokes_is_asked_without() {
    for code in [400, 420, 500] {
        let (mut bench, id, first) = tagged_bench();
        let refresh = bench.request_within(600);
        bench.respond(&refresh, code, &[]);
        let plain = bench.request();
        assert_eq!(
            (condition(&plain), call_id(&plain)),
            (None, call_id(&first))
        );
        bench.respond(&plain, 200, &["Expires: 600"]);
        bench.notify(tagged(&first, 2, "a1")).assert_status(200);
        assert_eq!(tolerances(&bench, id), [Tolerance::Unconditional], "{code}");
        // It stays so, for others at this server too, until a person asks for another try.
        let refresh = bench.request_within(600);
        assert_eq!(condition(&refresh), None);
        bench.respond(&refresh, 200, &["Expires: 600"]);
        bench.notify(tagged(&first, 3, "a1")).assert_status(200);
        bench.engine.retry_now(bench.now);
        assert_eq!(condition(&bench.request_within(600)).unwrap(), "a1");
    }
}

#[test]
fn ev_088_a_resumption_that_is_refused_is_repeated_without() {
    let (mut bench, id, second) = resuming_bench();
    bench.respond(&second, 400, &[]);
    let plain = bench.request();
    assert_eq!(
        (condition(&plain), call_id(&plain)),
        (None, call_id(&second))
    );
    bench.respond(&plain, 200, &["Expires: 600"]);
    bench.notify(tagged(&plain, 1, "c1")).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(tolerances(&bench, id), [Tolerance::Unconditional]);
}

#[test]
fn ev_088_a_200_without_a_notify_is_asked_again_in_the_plain_way() {
    let (mut bench, id, first) = tagged_bench();
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 200, &["Expires: 600"]);
    let plain = bench.request_within(33);
    assert_eq!(
        (condition(&plain), call_id(&plain)),
        (None, call_id(&first))
    );
    bench.respond(&plain, 200, &["Expires: 600"]);
    bench.notify(tagged(&first, 2, "a1")).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert!(bench.usage_ends().is_empty());
    assert_eq!(tolerances(&bench, id), [Tolerance::Unconditional]);
}

#[test]
fn ev_088_the_same_state_after_a_204_is_trouble_and_another_is_not() {
    for (tag, trouble) in [("a1", true), ("a2", false)] {
        let (mut bench, id, first) = tagged_bench();
        let refresh = bench.request_within(600);
        bench.respond(&refresh, 204, &["Expires: 600"]);
        bench.notify(tagged(&first, 2, tag)).assert_status(200);
        let refresh = bench.request_within(600);
        let expected = (!trouble).then(|| tag.to_owned());
        assert_eq!(condition(&refresh), expected);
        let tolerated = tolerances(&bench, id);
        assert_eq!(tolerated.contains(&Tolerance::Unconditional), trouble);
    }
}

#[test]
fn ev_088_a_resumption_without_a_word_about_the_state() {
    let (mut bench, _, second) = resuming_bench();
    bench.respond(&second, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&second)).assert_status(200);
    let poll = bench.request();
    assert_eq!((condition(&poll), call_id(&poll)), (None, call_id(&second)));
}

#[test]
fn ev_089_no_tag_while_the_copy_is_out_of_step() {
    for fault in [
        BodyFault::Gap,
        BodyFault::Unusable,
        BodyFault::UnsupportedType,
    ] {
        let (mut bench, id, first) = tagged_bench();
        bench.verdict = Err(fault.clone());
        bench.notify(tagged(&first, 2, "a2"));
        bench.verdict = Ok(());
        if fault == BodyFault::UnsupportedType {
            // For the others the full state is asked for by itself.
            bench.engine.refresh(bench.now, id);
            bench.drain();
        }
        let poll = bench.request();
        assert_eq!(condition(&poll), None, "{fault:?}");
        bench.respond(&poll, 200, &["Expires: 600"]);
        bench.notify(tagged(&first, 3, "a3")).assert_status(200);
        let refresh = bench.request_within(600);
        assert_eq!(condition(&refresh).unwrap(), "a3", "{fault:?}");
    }
}

#[test]
fn ev_089_no_tag_after_pending() {
    let (mut bench, _, first) = tagged_bench();
    bench
        .notify(tagged(&first, 2, "a1").state("pending;expires=600"))
        .assert_status(200);
    assert_eq!(condition(&bench.request_within(600)), None);
}

#[test]
fn ev_089_equal_tags_of_different_resources_mean_nothing() {
    let (mut bench, _, _) = tagged_bench();
    let request = SubscribeRequest::new(kept(&presence()), uri("sip:carol@example.com"));
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let other = bench.request();
    assert_eq!(condition(&other), None);
    bench.respond(&other, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&other).header("SIP-ETag: a1"))
        .assert_status(200);
    assert_eq!(heard(&bench)[1], (false, Some("a1".into())));
}

/// Whoever is paused tells nobody that somebody has become available (RFC 5839 §5.2): the condition that always holds is
/// never made, neither by itself nor because it was handed in or told as a tag.
#[test]
fn ev_089_nothing_is_paused() {
    let mut bench = Bench::new();
    let mut request = SubscribeRequest::new(kept(&presence()), uri("sip:bob@example.com"));
    request.expires = Some(600);
    request.entity_tag = Some("*".into());
    let id = bench.engine.subscribe(bench.now, request);
    bench.drain();
    let first = bench.request();
    assert_eq!(condition(&first), None);
    bench.respond(&first, 200, &["Expires: 600"]);
    bench.notify(tagged(&first, 1, "*")).assert_status(200);
    let refresh = bench.request_within(600);
    assert_eq!(condition(&refresh), None);
    bench.respond(&refresh, 200, &["Expires: 600"]);
    bench.notify(tagged(&first, 2, "a1")).assert_status(200);
    // A day without any news is no reason either.
    for _ in 0..100 {
        let refresh = bench.request_within(600);
        assert_eq!(condition(&refresh).unwrap(), "a1");
        bench.respond(&refresh, 204, &["Expires: 600"]);
    }
    // Whoever ends it without being asked to is asked again for what was held.
    let last = Notify::to(&first).cseq(3).header("SIP-ETag: *");
    bench
        .notify(last.state("terminated;reason=timeout"))
        .assert_status(200);
    let again = bench.request_within(1);
    assert_eq!(condition(&again).unwrap(), "a1");
    bench.respond(&again, 200, &["Expires: 600"]);
    bench.notify(tagged(&again, 1, "*")).assert_status(200);
    bench.unsubscribe(id);
    assert_eq!(condition(&bench.request()), None);
}

#[test]
fn ev_089_notifiers_have_tags_of_their_own() {
    let mut bench = Bench::new();
    bench.subscribe_with(kept(&messages()), Some(600));
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    for tag in ["x", "y"] {
        bench
            .notify(tagged(&first, 1, &format!("of-{tag}")).from(tag))
            .assert_status(200);
    }
    for _ in 0..2 {
        let refresh = bench.request_within(600);
        let notifier = refresh.to().unwrap().tag().unwrap();
        assert_eq!(condition(&refresh).unwrap(), format!("of-{notifier}"));
        bench.respond(&refresh, 204, &["Expires: 600"]);
    }
    // Asked together again, neither is asked by the tag of the other.
    for tag in ["x", "y"] {
        let last = Notify::to(&first).cseq(2).from(tag);
        bench
            .notify(last.state("terminated;reason=timeout"))
            .assert_status(200);
    }
    let again = bench.request_within(60);
    assert_eq!((again.to().unwrap().tag(), condition(&again)), (None, None));
}
