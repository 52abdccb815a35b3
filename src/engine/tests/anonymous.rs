//! Watching without being known (RB-007, RP-009).

use super::bench::{Bench, Notify, call_id, config, header, presence, uri};
use super::registration::register;
use crate::engine::{SubscribeRequest, SubscriptionId, SubscriptionState};
use crate::sip::{HeaderName, Message};

const NOBODY: &str = "sip:anonymous@anonymous.invalid";

fn subscribe(bench: &mut Bench) -> (SubscriptionId, Message) {
    let mut request = SubscribeRequest::new(presence(), uri("sip:bob@example.com"));
    request.expires = Some(600);
    request.anonymous = true;
    let id = bench.engine.subscribe(bench.now, request);
    bench.drain();
    (id, bench.request())
}

fn contact(message: &Message) -> String {
    header(message, HeaderName::Contact).unwrap()
}

/// From hides who asks, and nothing but the credentials for our own server tells it.
fn tells_nobody(request: &Message) {
    let from = request.from().unwrap();
    assert_eq!(
        (from.uri, from.display.as_deref()),
        (NOBODY, Some("Anonymous"))
    );
    assert_eq!(header(request, HeaderName::Privacy).unwrap(), "id");
    for raw in request.all_headers() {
        let name = raw.name();
        let known = name.eq_ignore_ascii_case("Authorization");
        let text = raw.text().unwrap();
        assert!(
            known || !text.to_ascii_lowercase().contains("alice"),
            "{name}: {text}"
        );
        assert!(!text.contains("urn:uuid"), "{name}: {text}");
    }
}

#[test]
fn rb_007_an_anonymous_subscription_tells_nobody_who_asks() {
    let mut settings = config();
    settings.display_name = Some("Alice".to_owned());
    let mut bench = Bench::with(settings);
    let (id, first) = subscribe(&mut bench);
    tells_nobody(&first);
    // Our own server may still ask for the password.
    let challenge = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\"";
    bench.respond(&first, 401, &[challenge]);
    let second = bench.request();
    tells_nobody(&second);
    let proof = &second.authorizations().unwrap()[0];
    assert!(proof.verify("alice", &"secret".into(), "SUBSCRIBE", b"", None));
    bench.respond(&second, 200, &["Expires: 600"]);
    let answer = bench.notify(Notify::to(&second)).0.unwrap();
    assert_eq!(
        (answer.status(), contact(&answer)),
        (Some(200), contact(&second))
    );
    assert_eq!(contact(&second), "<sip:anonymous@192.0.2.1:5062;ob>");
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let refresh = bench.request_within(600);
    tells_nobody(&refresh);
    assert_eq!(call_id(&refresh), call_id(&first));
    // Whoever has nothing to hide is not hidden by that.
    bench.subscribe();
    let other = bench.request();
    assert_eq!(other.from().unwrap().uri, "sip:alice@example.com");
    assert_eq!(header(&other, HeaderName::Privacy), None);
}

#[test]
fn rb_007_and_rp_009_an_anonymous_contact_is_the_temporary_gruu() {
    let public = "pub-gruu=\"sip:alice@example.com;gr=1\"";
    let temporary = "temp-gruu=\"sip:8ffkas08@example.com;gr\"";
    for (given, hidden) in [
        (
            format!("{public};{temporary}"),
            "<sip:8ffkas08@example.com;gr>",
        ),
        (temporary.to_owned(), "<sip:8ffkas08@example.com;gr>"),
        (public.to_owned(), "<sip:anonymous@192.0.2.1:5062>"),
    ] {
        let mut settings = config();
        settings.gruu = true;
        let mut bench = Bench::with(settings);
        let request = register(&mut bench, 600);
        let own = "Contact: <sip:alice@192.0.2.1:5062>;expires=600";
        bench.respond(&request, 200, &[&format!("{own};{given}")]);
        let (_, asked) = subscribe(&mut bench);
        assert_eq!(contact(&asked), hidden, "{given}");
        let tagged = hidden.contains(";gr");
        let supported = header(&asked, HeaderName::Supported);
        assert_eq!(supported.as_deref(), tagged.then_some("gruu"));
        // It goes with its registration.
        bench.engine.unregister(bench.now);
        bench.drain();
        let removal = bench.request();
        bench.respond(&removal, 200, &[]);
        let (_, asked) = subscribe(&mut bench);
        assert!(!contact(&asked).contains(";gr"), "{given}");
    }
}

#[test]
fn ev_019_the_answer_that_makes_the_dialog_has_the_gruu() {
    let mut settings = config();
    settings.gruu = true;
    let mut bench = Bench::with(settings);
    let request = register(&mut bench, 600);
    let gruu = "pub-gruu=\"sip:alice@example.com;gr=1\"";
    let own = format!("Contact: <sip:alice@192.0.2.1:5062>;expires=600;{gruu}");
    bench.respond(&request, 200, &[&own]);
    bench.subscribe();
    let asked = bench.request();
    bench.respond(&asked, 200, &["Expires: 600"]);
    let answer = bench.notify(Notify::to(&asked)).0.unwrap();
    assert_eq!(contact(&answer), "<sip:alice@example.com;gr=1>");
    assert_eq!(contact(&answer), contact(&asked));
}
