//! Whom our credentials reach, and who may make us send them (C.1, RB-006).

use super::bench::{Bench, Notify, config, header, presence, uri};
use super::registration::registered;
use crate::engine::{EngineConfig, Reason, RegistrationState, SubscribeRequest};
use crate::sip::{HeaderName, Message};

const OURS: &str = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\"";
const OURS_ANEW: &str =
    "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n2\", qop=\"auth\"";

/// A bench whose account has been challenged by its own registrar.
fn known(config: EngineConfig) -> Bench {
    let mut bench = Bench::with(config);
    bench.engine.register(bench.now, Some(3600));
    bench.drain();
    let first = bench.request();
    bench.respond(&first, 401, &[OURS]);
    let second = bench.request();
    assert!(has_credentials(&second));
    super::registration::accept(&mut bench, &second, 3600);
    bench
}

fn has_credentials(message: &Message) -> bool {
    header(message, HeaderName::Authorization).is_some()
        || header(message, HeaderName::ProxyAuthorization).is_some()
}

fn subscribe(bench: &mut Bench, target: &str) -> Message {
    let request = SubscribeRequest::new(presence(), uri(target));
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    bench.request_within(1)
}

#[test]
fn rb_006_no_credentials_go_to_another_domain() {
    let mut bench = known(config());
    let own = subscribe(&mut bench, "sip:bob@example.com");
    assert!(has_credentials(&own));
    bench.respond(&own, 403, &[]);
    let foreign = subscribe(&mut bench, "sip:dave@example.org");
    assert!(!has_credentials(&foreign), "{foreign:?}");
    // Nor when it borrows our realm.
    bench.respond(&foreign, 401, &[OURS_ANEW]);
    bench.assert_silent(600);
    assert_eq!(
        bench.engine.registration().unwrap().state,
        RegistrationState::Registered
    );
}

#[test]
fn rb_006_no_credentials_follow_a_redirection() {
    let mut bench = known(config());
    let first = subscribe(&mut bench, "sip:bob@example.com");
    bench.respond(&first, 302, &["Contact: <sip:dave@example.org>"]);
    let redirected = bench.request();
    assert_eq!(
        redirected.request_line().unwrap().uri,
        "sip:dave@example.org"
    );
    assert!(!has_credentials(&redirected), "{redirected:?}");
    bench.respond(&redirected, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&redirected).contact("<sip:dave@example.org>"))
        .assert_status(200);
    let refresh = bench.request_within(600);
    assert!(!has_credentials(&refresh), "{refresh:?}");
    bench.respond(&refresh, 401, &[OURS_ANEW]);
    assert!(bench.try_request().is_none());
}

#[test]
fn rb_006_a_dialog_of_our_own_server_gets_credentials_wherever_its_contact_is() {
    let mut bench = known(config());
    let first = subscribe(&mut bench, "sip:bob@example.com");
    bench.respond(&first, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&first).contact("<sip:bob@presence.example.net>"))
        .assert_status(200);
    let refresh = bench.request_within(600);
    assert!(has_credentials(&refresh));
    bench.respond(&refresh, 401, &[OURS_ANEW]);
    assert!(has_credentials(&bench.request()));
}

#[test]
fn au_016_the_own_proxy_may_ask_on_the_way_to_another_domain() {
    let mut settings = config();
    settings.outbound_proxies = vec![uri("sip:proxy.example.com")];
    let mut bench = known(settings);
    let foreign = subscribe(&mut bench, "sip:dave@example.org");
    // The proxy would hand it on.
    assert_eq!(header(&foreign, HeaderName::Authorization), None);
    bench.respond(&foreign, 401, &[OURS_ANEW]);
    assert!(has_credentials(&bench.request()));
}

#[test]
fn au_015_proxy_credentials_go_only_through_the_own_proxy() {
    let mut settings = config();
    settings.outbound_proxies = vec![uri("sip:proxy.example.com")];
    let mut bench = Bench::with(settings);
    let first = subscribe(&mut bench, "sip:bob@example.com");
    bench.respond(
        &first,
        407,
        &["Proxy-Authenticate: Digest realm=\"p\", nonce=\"n1\", qop=\"auth\""],
    );
    let second = bench.request();
    assert!(header(&second, HeaderName::ProxyAuthorization).is_some());
    bench.respond(&second, 302, &["Contact: <sip:bob@example.org>"]);
    // It still goes through the proxy, which takes them off.
    let third = bench.request();
    assert!(header(&third, HeaderName::ProxyAuthorization).is_some());
    bench.respond(&third, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&third).contact("<sip:bob@example.org>"))
        .assert_status(200);
    // In the dialog it does not.
    let refresh = bench.request_within(600);
    assert_eq!(header(&refresh, HeaderName::ProxyAuthorization), None);
}

#[test]
fn au_012_refused_credentials_are_not_sent_again_by_those_under_way() {
    let mut bench = known(config());
    let one = subscribe(&mut bench, "sip:bob@example.com");
    let two = subscribe(&mut bench, "sip:carol@example.com");
    assert!(has_credentials(&one) && has_credentials(&two));
    // The password was changed at the server.
    bench.respond(&one, 401, &[OURS_ANEW]);
    let tried = bench.request();
    bench.respond(
        &tried,
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n3\", qop=\"auth\""],
    );
    bench.respond(
        &two,
        401,
        &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n4\", qop=\"auth\""],
    );
    assert!(bench.try_request().is_none());
}

#[test]
fn au_012_a_late_refusal_of_the_old_password_says_nothing_about_the_new_one() {
    let mut bench = Bench::new();
    let first = subscribe(&mut bench, "sip:bob@example.com");
    bench.respond(&first, 401, &[OURS]);
    let second = bench.request();
    bench.engine.set_password(bench.now, "better".into());
    bench.drain();
    bench.respond(&second, 401, &[OURS_ANEW]);
    let third = bench.request();
    assert!(third.authorizations().unwrap()[0].verify(
        "alice",
        &"better".into(),
        "SUBSCRIBE",
        b"",
        None
    ));
}

#[test]
fn au_013_the_same_nonce_called_stale_is_answered_once() {
    let mut bench = Bench::new();
    registered(&mut bench, 600);
    let first = subscribe(&mut bench, "sip:bob@example.com");
    bench.respond(&first, 401, &[OURS]);
    let second = bench.request();
    bench.respond(&second, 401, &[&format!("{OURS}, stale=true")]);
    bench.assert_silent(60);
}

#[test]
fn au_018_bearer_is_passed_over_for_digest_and_never_answered_alone() {
    // No authorization server is trusted: there is nothing by which a user could have named one.
    const BEARER: &str = "Bearer realm=\"example.com\", authz_server=\"https://login.example.com\", \
                          scope=\"sip\", error=\"invalid_token\"";
    const DIGEST: &str = "Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\"";
    let www = |value: &str| format!("WWW-Authenticate: {value}");
    for headers in [
        vec![www(BEARER), www(DIGEST)],
        vec![www(DIGEST), www(BEARER)],
        vec![www(&format!("{BEARER}, {DIGEST}"))],
    ] {
        let mut bench = Bench::new();
        bench.subscribe();
        let first = bench.request();
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        bench.respond(&first, 401, &headers);
        let second = bench.request();
        let answers = header(&second, HeaderName::Authorization).unwrap();
        assert!(answers.starts_with("Digest "), "{answers}");
        assert_eq!(second.headers(HeaderName::Authorization).count(), 1);
    }
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 401, &[&www(BEARER)]);
    bench.assert_silent(4000);
    assert!(matches!(
        bench.subscription(id).reason,
        Some(Reason::Response(401, _))
    ));
}
