//! Tests of URIs: the tables of RFC 3261 §19.1.4 and RFC 5954 §4.2 among them.

use super::*;

fn uri(text: &str) -> Uri {
    Uri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn takes_a_uri_apart() {
    let it = uri(
        "sip:bob.smith:x%20y@example.com:5070;transport=TCP;lr;gr=urn:uuid:f81d4fae?Subject=a%20b&x=1",
    );
    assert_eq!(it.user(), Some("bob.smith"));
    assert_eq!(it.password(), Some("x%20y"));
    assert_eq!(it.host(), Some(Host::Name("example.com")));
    assert_eq!(it.port(), Some(5070));
    assert_eq!(it.transport(), Some(Transport::Tcp));
    assert!(it.is_loose_router());
    assert_eq!(
        it.param("gr").flatten().as_deref(),
        Some("urn:uuid:f81d4fae")
    );
    assert_eq!(
        it.headers().collect::<Vec<_>>(),
        [("Subject", Some("a%20b")), ("x", Some("1"))]
    );
    assert_eq!(
        it.without_params().as_str(),
        "sip:bob.smith:x%20y@example.com:5070"
    );
    assert!(!format!("{it:?}").contains("x%20y"));

    let it = uri("sip:[2001:DB8::9:01]:5061");
    assert_eq!(it.host().unwrap().to_string(), "[2001:db8::9:1]");
    assert_eq!((it.user(), it.port()), (None, Some(5061)));

    let it = uri("tel:+1-201-555-0123;phone-context=example.com");
    assert_eq!(
        (it.scheme(), it.user(), it.host()),
        (Scheme::Tel, Some("+1-201-555-0123"), None)
    );
    assert_eq!(
        uri("sip:%61lice%00@example.com").user_decoded().as_deref(),
        Some("alice\0")
    );
    assert_eq!(uri("urn:service:sos").scheme_text(), "urn");
}

#[test]
fn names_the_fault() {
    let fault = |text: &str| Uri::parse(text).unwrap_err();
    assert_eq!(fault("bob@example.com"), UriError::Scheme);
    assert_eq!(fault("sip:"), UriError::Scheme);
    assert_eq!(fault("sip:@example.com"), UriError::User);
    assert_eq!(fault("sip:bob@"), UriError::Host);
    assert_eq!(fault("sip:a@b@example.com"), UriError::Host);
    assert_eq!(fault("sip:2001:db8::10"), UriError::Port);
    assert_eq!(fault("sip:[2001:db8::10"), UriError::Host);
    assert_eq!(fault("sip:[fe80::1%25eth0]"), UriError::Host);
    assert_eq!(fault("sip:example.com:"), UriError::Port);
    assert_eq!(fault("sip:example.com:65536"), UriError::Port);
    assert_eq!(fault("sip:example.com;;lr"), UriError::Parameter);
    assert_eq!(fault("sip:example.com;a="), UriError::Parameter);
    assert_eq!(fault("sip:b%4@example.com"), UriError::Escape);
    assert_eq!(fault("sip:b%zz@example.com"), UriError::Escape);
    assert_eq!(fault("sip:b b@example.com"), UriError::Character);
    assert_eq!(fault("sip:jörg@example.com"), UriError::Character);
    assert_eq!(fault("sip:example.com?"), UriError::Header);
    assert_eq!(fault("tel:-"), UriError::Number);
    assert_eq!(fault("tel:55x"), UriError::Number);
    assert_eq!(
        fault(&format!("sip:{}@example.com", "a".repeat(5000))),
        UriError::TooLong
    );
}

#[test]
fn rb_004_equivalent_uris() {
    let table = [
        (
            "sip:%61lice@atlanta.com;transport=TCP",
            "sip:alice@AtLanTa.CoM;Transport=tcp",
        ),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        ("sip:bob@[::ffff:192.0.2.128]", "sip:bob@[::ffff:c000:280]"),
        ("sip:bob@[2001:db8::9:1]", "sip:bob@[2001:db8::9:01]"),
        (
            "sip:bob@[0:0:0:0:0:FFFF:129.144.52.38]",
            "sip:bob@[::FFFF:129.144.52.38]",
        ),
        ("tel:+1-201-555-0123", "tel:+12015550123"),
    ];
    for (one, other) in table {
        assert!(uri(one).equivalent(&uri(other)), "{one} {other}");
        assert!(uri(other).equivalent(&uri(one)), "{other} {one}");
    }
}

#[test]
fn rb_004_different_uris() {
    let table = [
        (
            "SIP:ALICE@AtLanTa.CoM;Transport=udp",
            "sip:alice@AtLanTa.CoM;Transport=UDP",
        ),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        (
            "sip:bob@biloxi.com",
            "sip:bob@biloxi.com:6000;transport=tcp",
        ),
        (
            "sip:carol@chicago.com",
            "sip:carol@chicago.com?Subject=next%20meeting",
        ),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        (
            "sip:carol@chicago.com;security=on",
            "sip:carol@chicago.com;security=off",
        ),
        ("sip:bob@example.com", "sips:bob@example.com"),
        ("sip:example.com", "sip:bob@example.com"),
        ("sip:bob@example.com", "sip:bob:secret@example.com"),
        ("sip:bob@example.com;maddr=192.0.2.1", "sip:bob@example.com"),
        ("sip:a%3Bb@example.com", "sip:a;b@example.com"),
        ("sip:bob@[2001:db8::1]", "sip:bob@[2001:db8::2]"),
        (
            "tel:7042;phone-context=example.com",
            "tel:7042;phone-context=example.test",
        ),
    ];
    for (one, other) in table {
        assert!(!uri(one).equivalent(&uri(other)), "{one} {other}");
        assert!(!uri(other).equivalent(&uri(one)), "{other} {one}");
    }
}

#[test]
fn keys_name_the_person() {
    assert_eq!(
        uri("sips:%62ob:pw@Example.COM.;transport=tls?x=1").aor(),
        "sip:bob@example.com"
    );
    assert_eq!(uri("pres:bob@example.com").aor(), "sip:bob@example.com");
    assert_eq!(
        uri("sip:a%3bb%c3%b6@[2001:DB8::01]:5070").aor(),
        "sip:a%3Bb%C3%B6@[2001:db8::1]:5070"
    );
    assert_eq!(uri("tel:+1-201-555-0123").aor(), "tel:+12015550123");
    assert_eq!(uri("sip:BOB@example.com").aor(), "sip:BOB@example.com");
}

#[test]
fn typed_input_becomes_a_uri() {
    let typed = |input, domain| Uri::from_user_input(input, domain).map(|uri| uri.to_string());
    assert_eq!(
        typed(" bob@example.com ", None).unwrap(),
        "sip:bob@example.com"
    );
    assert_eq!(
        typed("bob", Some("example.com")).unwrap(),
        "sip:bob@example.com"
    );
    assert_eq!(typed("bob", None), Err(UriError::Host));
    assert_eq!(
        typed("+1 (201) 555-0123", None).unwrap(),
        "tel:+12015550123"
    );
    assert_eq!(
        typed("201 555", Some("example.com")).unwrap(),
        "sip:201555@example.com"
    );
    assert_eq!(typed("tel:+1 201", None).unwrap(), "tel:+1201");
    assert_eq!(
        typed("sips:bob@example.com;x=1", None).unwrap(),
        "sips:bob@example.com;x=1"
    );
    assert_eq!(
        typed("jörg@example.com", None).unwrap(),
        "sip:j%C3%B6rg@example.com"
    );
    assert_eq!(
        typed("bob@2001:db8::1", None).unwrap(),
        "sip:bob@[2001:db8::1]"
    );
    assert_eq!(
        typed("<sip:bob@example.com>", None).unwrap(),
        "sip:bob@example.com"
    );
    assert!(typed("", Some("example.com")).is_err());
    assert!(typed("bob@exa mple", None).is_err());
}

#[test]
fn what_no_request_uri_may_have_is_removed() {
    assert_eq!(
        uri("sip:bob@example.com;transport=tls?x=1")
            .request_uri()
            .as_str(),
        "sip:bob@example.com;transport=tls"
    );
    assert_eq!(
        uri("sip:a@b.c;method=INVITE;lr").request_uri().as_str(),
        "sip:a@b.c;lr"
    );
}
