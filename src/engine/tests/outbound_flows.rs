//! Several outbound proxies: flows beside each other, and spare ones (RFC 5626 §4.2.1, §4.5).

use std::time::Duration;

use super::bench::{Bench, call_id, config, header, uri};
use super::outbound::{REQUIRE, agree};
use super::registration::register;
use crate::engine::{Flow, FlowId, Input, RegistrationState};
use crate::sip::{HeaderName, Message};

fn with_two_proxies() -> Bench {
    let mut settings = config();
    settings.outbound_proxies = vec![
        uri("sip:one.example.com;transport=tcp"),
        uri("sip:two.example.com;transport=tcp"),
    ];
    Bench::with(settings)
}

fn reg_id(register: &Message) -> Option<String> {
    let contact = header(register, HeaderName::Contact)?;
    let (_, id) = contact.split_once(";reg-id=")?;
    Some(id.to_owned())
}

fn proxy(request: &Message) -> String {
    header(request, HeaderName::Route).unwrap()
}

fn states(bench: &Bench) -> Vec<RegistrationState> {
    let flows = bench.engine.registration_flows();
    flows.iter().map(|flow| flow.state).collect()
}

/// Both flows registered; the answer is the flows, the first first.
fn registered_twice(bench: &mut Bench) -> [Flow; 2] {
    let one = register(bench, 600);
    let first = bench.flow.unwrap();
    agree(bench, &one, &[REQUIRE]);
    bench.input(Input::KeepAliveAnswered(first.id));
    let two = bench.request();
    let second = bench.flow.unwrap();
    agree(bench, &two, &[REQUIRE]);
    bench.input(Input::KeepAliveAnswered(second.id));
    [first, second]
}

fn close(bench: &mut Bench, flow: FlowId) {
    let error = super::bench::closed();
    bench.input(Input::FlowClosed { flow, error });
}

#[test]
fn rp_007_two_proxies_are_two_registrations_with_the_same_numbers_after_a_restart() {
    for _ in 0..2 {
        let mut bench = with_two_proxies();
        let one = register(&mut bench, 600);
        assert_eq!(reg_id(&one).unwrap(), "1");
        assert_eq!(proxy(&one), "<sip:one.example.com;transport=tcp;lr>");
        agree(&mut bench, &one, &[REQUIRE]);
        let two = bench.request();
        assert_eq!(reg_id(&two).unwrap(), "2");
        assert_eq!(proxy(&two), "<sip:two.example.com;transport=tcp;lr>");
        assert_ne!(call_id(&one), call_id(&two));
        let supported = two.supported().unwrap();
        assert!(supported.contains("path") && supported.contains("outbound"));
        agree(&mut bench, &two, &[REQUIRE]);
        let flows = bench.engine.registration_flows();
        assert!(flows.iter().all(|flow| flow.outbound));
        assert_eq!(states(&bench), [RegistrationState::Registered; 2]);
        assert!(bench.try_request().is_none());
    }
}

#[test]
fn rp_007_each_flow_is_refreshed_and_removed_with_its_own_number() {
    let mut bench = with_two_proxies();
    registered_twice(&mut bench);
    let ids = |bench: &mut Bench, seconds| {
        let mut ids: Vec<_> = (0..2)
            .map(|_| {
                let request = bench.request_within(seconds);
                if header(&request, HeaderName::Expires).unwrap() == "0" {
                    bench.respond(&request, 200, &[]);
                } else {
                    agree(bench, &request, &[REQUIRE]);
                }
                reg_id(&request).unwrap()
            })
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&mut bench, 600), ["1", "2"]);
    bench.engine.stop(bench.now);
    bench.drain();
    assert_eq!(ids(&mut bench, 1), ["1", "2"]);
    assert!(bench.engine.is_stopped());
}

#[test]
fn rp_007_without_outbound_the_second_proxy_is_only_a_spare() {
    let mut bench = with_two_proxies();
    let one = register(&mut bench, 600);
    agree(&mut bench, &one, &[]);
    bench.assert_silent(400);
    assert_eq!(states(&bench).len(), 1);

    // The first cannot be had: the second is tried at once, and the first again later.
    let mut bench = with_two_proxies();
    let one = register(&mut bench, 600);
    bench.respond(&one, 500, &[]);
    let two = bench.request();
    assert_eq!(proxy(&two), "<sip:two.example.com;transport=tcp;lr>");
    agree(&mut bench, &two, &[]);
    let told = bench.engine.registration().unwrap();
    assert_eq!(told.state, RegistrationState::Registered);
    bench.subscribe();
    let subscribe = bench.request();
    assert!(proxy(&subscribe).contains("two.example.com"));
    bench.respond(&subscribe, 403, &[]);
    let again = bench.request_within(180);
    assert_eq!(reg_id(&again).unwrap(), "1");
    agree(&mut bench, &again, &[]);
    // Now that the first is there, two bindings would be two devices.
    assert_eq!(states(&bench), [RegistrationState::Registered]);
    bench.subscribe();
    assert!(proxy(&bench.request()).contains("one.example.com"));
}

#[test]
fn rp_007_refused_for_good_is_refused_over_every_proxy() {
    let mut bench = with_two_proxies();
    let one = register(&mut bench, 600);
    bench.respond(&one, 403, &[]);
    bench.assert_silent(4000);
}

#[test]
fn tx_029_one_of_two_flows_fails_and_waits_longer() {
    let mut bench = with_two_proxies();
    let [first, _] = registered_twice(&mut bench);
    bench.refuse_flows = true;
    close(&mut bench, first.id);
    bench.advance_secs(1);
    let told = bench.engine.registration().unwrap();
    assert_eq!(told.state, RegistrationState::Registered);
    assert_eq!(
        states(&bench),
        [RegistrationState::Failed, RegistrationState::Registered]
    );
    // What is sent now goes over the other.
    bench.refuse_flows = false;
    bench.subscribe();
    let subscribe = bench.request();
    assert!(proxy(&subscribe).contains("two.example.com"));
    bench.respond(&subscribe, 403, &[]);
    let retry = bench.engine.registration_flows()[0].retry_at.unwrap();
    let wait = retry.saturating_since(bench.now);
    let bounds = Duration::from_secs(88)..=Duration::from_secs(180);
    assert!(bounds.contains(&wait), "{wait:?}");
    let again = bench.request_within(180);
    assert_eq!(reg_id(&again).unwrap(), "1");
}

#[test]
fn tx_029_a_failed_flow_is_replaced_under_its_number() {
    let mut bench = with_two_proxies();
    let [first, second] = registered_twice(&mut bench);
    for (flow, id) in [(second.id, "2"), (first.id, "1")] {
        close(&mut bench, flow);
        let again = bench.request_within(5);
        assert_eq!(reg_id(&again).unwrap(), id);
        agree(&mut bench, &again, &[REQUIRE]);
        let flow = bench.flow.unwrap().id;
        bench.input(Input::KeepAliveAnswered(flow));
    }
    assert_eq!(states(&bench), [RegistrationState::Registered; 2]);
}

#[test]
fn rp_003_the_other_flow_of_ours_is_not_taken_for_this_one() {
    let mut bench = with_two_proxies();
    let one = register(&mut bench, 600);
    agree(&mut bench, &one, &[REQUIRE]);
    let two = bench.request();
    // The registrar lists the first flow, with the same instance and here even the same address, and not the second.
    let contact = format!("Contact: {}", header(&one, HeaderName::Contact).unwrap());
    bench.respond(&two, 200, &[&contact, REQUIRE]);
    assert_eq!(
        states(&bench),
        [RegistrationState::Registered, RegistrationState::Failed]
    );
}

#[test]
fn who_does_not_register_goes_over_the_next_proxy_when_one_cannot_be_had() {
    let mut bench = with_two_proxies();
    bench.refuse_flows = true;
    for _ in 0..3 {
        bench.subscribe();
    }
    bench.refuse_flows = false;
    // All three failed on the first proxy: that is one failure of it, not three.
    for _ in 0..3 {
        let subscribe = bench.request_within(40);
        assert!(proxy(&subscribe).contains("two.example.com"));
        bench.respond(&subscribe, 403, &[]);
    }
    bench.subscribe();
    assert!(proxy(&bench.request()).contains("two.example.com"));
}
