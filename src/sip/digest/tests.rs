//! Tests of digest authentication against published and computed vectors.

use super::*;

fn one(value: &str) -> Challenge {
    let mut challenges = Challenge::parse_all(value, false).unwrap();
    assert_eq!(challenges.len(), 1, "{value}");
    challenges.remove(0)
}

fn alice() -> Credentials {
    Credentials {
        username: "alice".to_owned(),
        password: Secret::new("secret"),
    }
}

fn subscribe(prefer_integrity: bool) -> Answer<'static> {
    Answer {
        method: "SUBSCRIBE",
        uri: "sip:bob@example.com",
        body: b"",
        cnonce: "0a4f113b",
        nc: 1,
        prefer_integrity,
        session: None,
    }
}

fn response(value: &str) -> String {
    let (_, rest) = value.split_once("response=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn au_005_sip_vectors() {
    let table = [
        ("MD5", None, "64854a87780b2640509def33754701b6"),
        ("MD5", Some("auth"), "7f7e717636f62f89b4c1ae08cb7d24a9"),
        ("MD5", Some("auth-int"), "3ac8e4556c52eeadb17dc7278991b526"),
        (
            "SHA-256",
            None,
            "18e2e8fc9e7e0221fce9df8aa373460a098d879820e6c297a9cba525194527ac",
        ),
        (
            "SHA-256",
            Some("auth"),
            "f6a4e9e18e7ffa254528d66a1a7c7d843c1f729bc12a0baf6d0b71f07a7c4481",
        ),
        (
            "SHA-256",
            Some("auth-int"),
            "1b46a466a3f360cb1bad4f8cc6e74f33381f99041382f5d96b0d5fdde2e2c7b5",
        ),
        (
            "SHA-512-256",
            Some("auth"),
            "eda5bfa237e8795fc8f33b91758837b5992b0b7af8a14a688d99d2881adc338f",
        ),
        (
            "SHA-512-256",
            Some("auth-int"),
            "51ec6881f2da421df8b12a5576cbf070aba9af95357ad4e92d21bc79d044ccd8",
        ),
    ];
    for (algorithm, qop, expected) in table {
        let qop = qop.map_or_else(String::new, |qop| format!(", qop=\"{qop}\""));
        let challenge = one(&format!(
            "Digest realm=\"example.com\", nonce=\"abc123\", algorithm={algorithm}{qop}"
        ));
        let value = challenge.answer(&alice(), &subscribe(false));
        assert_eq!(response(&value), expected, "{algorithm} {qop}");
        let authorization = Authorization::parse(&value, false).unwrap();
        assert!(authorization.verify("alice", &Secret::new("secret"), "SUBSCRIBE", b"", None));
        assert!(!authorization.verify("alice", &Secret::new("secret!"), "SUBSCRIBE", b"", None));
        assert!(!authorization.verify("bob", &Secret::new("secret"), "SUBSCRIBE", b"", None));
        assert!(!authorization.verify("alice", &Secret::new("secret"), "NOTIFY", b"", None));
    }
}

#[test]
fn au_005_http_vectors() {
    let credentials = Credentials {
        username: "Mufasa".to_owned(),
        password: Secret::new("Circle of Life"),
    };
    let request = Answer {
        method: "GET",
        uri: "/dir/index.html",
        body: b"",
        cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        nc: 1,
        prefer_integrity: false,
        session: None,
    };
    for (algorithm, expected) in [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        (
            "SHA-256",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ] {
        let challenge = one(&format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
             nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        ));
        assert_eq!(
            response(&challenge.answer(&credentials, &request)),
            expected
        );
    }
}

#[test]
fn au_017_userhash() {
    let credentials = Credentials {
        username: "J\u{e4}s\u{f8}n Doe".to_owned(),
        password: Secret::new("Secret, or not?"),
    };
    let challenge = one(
        "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, \
         nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", \
         opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true",
    );
    let value = challenge.answer(
        &credentials,
        &Answer {
            method: "GET",
            uri: "/doe.json",
            body: b"",
            cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
            nc: 1,
            prefer_integrity: false,
            session: None,
        },
    );
    assert!(
        value.contains(
            "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""
        ),
        "{value}"
    );
    assert!(value.ends_with(", userhash=true"));
    assert_eq!(
        response(&value),
        "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    );
    let authorization = Authorization::parse(&value, false).unwrap();
    assert!(authorization.is_user("J\u{e4}s\u{f8}n Doe"));
    assert!(authorization.verify(
        "J\u{e4}s\u{f8}n Doe",
        &Secret::new("Secret, or not?"),
        "GET",
        b"",
        None
    ));
}

#[test]
fn au_008_a_backslash_outside_quotes_is_refused() {
    // Sent back in quotes it would take the closing one along.
    let stray = r#"Digest realm="s", nonce=OP\"#;
    assert!(Challenge::parse_all(stray, false).is_err());
}

#[test]
fn au_008_quoting() {
    let challenge = one(
        r#"Digest realm="a \"b\" c",nonce="n/=+,x" ,opaque="o\\p",qop="auth-int,x", stale="TRUE""#,
    );
    assert!(challenge.stale);
    let credentials = Credentials {
        username: r#"al"i\ce"#.to_owned(),
        password: Secret::new("secret"),
    };
    let value = challenge.answer(&credentials, &subscribe(false));
    let authorization = Authorization::parse(&value, false).unwrap();
    assert!(authorization.verify(r#"al"i\ce"#, &Secret::new("secret"), "SUBSCRIBE", b"", None));
    let value = value.replace(&response(&value), "R");
    assert_eq!(
        value,
        r#"Digest username="al\"i\\ce", realm="a \"b\" c", nonce="n/=+,x", uri="sip:bob@example.com", response="R", cnonce="0a4f113b", qop=auth-int, nc=00000001, opaque="o\\p""#
    );
}

#[test]
fn au_003_unusable_challenges_are_passed_over() {
    let read = |value: &str| {
        Challenge::parse_all(value, true).map(|list| {
            list.iter()
                .map(|c| c.algorithm.as_str())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(
        read(
            "Digest realm=\"r\", nonce=\"1\", algorithm=SHA-512-256, Digest realm=\"r\", nonce=\"2\", algorithm=\"sha-256\", \
              Digest realm=\"r\", nonce=\"3\""
        ),
        Ok(vec!["SHA-512-256", "SHA-256", "MD5"])
    );
    assert_eq!(
        read("Digest realm=\"r\", nonce=\"1\", algorithm=FOO"),
        Ok(vec![])
    );
    assert_eq!(
        read("Digest realm=\"r\", nonce=\"1\", qop=\"x,y\""),
        Ok(vec![])
    );
    assert_eq!(read("Digest realm=\"r\""), Ok(vec![]));
    assert_eq!(read("Basic realm=\"r\""), Ok(vec![]));
    assert_eq!(
        read("Negotiate YII/a==, Digest realm=\"r\", nonce=\"3\""),
        Ok(vec!["MD5"])
    );
    assert_eq!(
        read("NoOneKnowsThisScheme opaque-data=here, Digest realm=r,nonce=3"),
        Ok(vec!["MD5"])
    );
    assert!(read("Digest realm=\"r").is_err());
    assert!(read("Digest realm=\"r\" nonce=\"1\"").is_err());
    assert_eq!(
        read("Digest realm=\"r\", realm=\"s\", nonce=\"1\""),
        Err(DigestError::Repeated)
    );
}

#[test]
fn au_006_old_servers_get_the_old_form() {
    let value = one("Digest realm=\"r\", nonce=\"1\"").answer(&alice(), &subscribe(false));
    for name in ["nc=", "cnonce", "qop", "algorithm"] {
        assert!(!value.contains(name), "{value}");
    }
}

#[test]
fn au_007_count_has_eight_digits() {
    let challenge = one("Digest realm=\"r\", nonce=\"1\", qop=\"auth\"");
    let value = challenge.answer(
        &alice(),
        &Answer {
            nc: 0x1ab,
            ..subscribe(false)
        },
    );
    assert!(value.ends_with("nc=000001ab"), "{value}");
    assert_eq!(Authorization::parse(&value, false).unwrap().nc, Some(0x1ab));
}

#[test]
fn au_010_integrity_covers_the_body() {
    let challenge =
        one("Digest realm=\"r\", nonce=\"1\", qop=\"auth,auth-int\", algorithm=SHA-256");
    let request = Answer {
        body: b"<presence/>",
        ..subscribe(true)
    };
    let authorization = Authorization::parse(&challenge.answer(&alice(), &request), false).unwrap();
    assert_eq!(authorization.qop, Some(Qop::AuthInt));
    assert!(authorization.verify(
        "alice",
        &Secret::new("secret"),
        "SUBSCRIBE",
        b"<presence/>",
        None
    ));
    assert!(!authorization.verify(
        "alice",
        &Secret::new("secret"),
        "SUBSCRIBE",
        b"<presence />",
        None
    ));
}

#[test]
fn au_011_a_session_keeps_its_first_nonces() {
    for algorithm in ["MD5-sess", "SHA-256-sess", "SHA-512-256-sess"] {
        let mut challenge = one(&format!(
            "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm={algorithm}"
        ));
        let first =
            Authorization::parse(&challenge.answer(&alice(), &subscribe(false)), false).unwrap();
        let password = Secret::new("secret");
        assert!(first.verify("alice", &password, "SUBSCRIBE", b"", None));
        let session = Session {
            nonce: "n1".to_owned(),
            cnonce: "0a4f113b".to_owned(),
        };
        challenge.nonce = "n2".to_owned();
        let request = Answer {
            cnonce: "other",
            nc: 2,
            session: Some(&session),
            ..subscribe(false)
        };
        let second = Authorization::parse(&challenge.answer(&alice(), &request), false).unwrap();
        assert!(second.verify("alice", &password, "SUBSCRIBE", b"", Some(&session)));
        assert!(!second.verify("alice", &password, "SUBSCRIBE", b"", None));
    }
    // H(H(alice:r:secret):n:c) by hand for MD5-sess, so that both sides cannot be wrong together.
    let md5 = |text: &str| Algorithm::Md5.hash(&[text.as_bytes()]);
    let key = md5(&format!("{}:n:c", md5("alice:r:secret")));
    let expected = md5(&format!(
        "{key}:n:00000001:c:auth:{}",
        md5("SUBSCRIBE:sip:bob@example.com")
    ));
    let challenge = one("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess");
    assert_eq!(
        response(&challenge.answer(
            &alice(),
            &Answer {
                cnonce: "c",
                ..subscribe(false)
            }
        )),
        expected
    );
    assert_eq!(md5("a"), "0cc175b9c0f1b6a831c399e269772661");
}

#[test]
fn au_014_the_server_proves_itself() {
    let challenge = one("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256");
    let request = subscribe(false);
    let authorization = Authorization::parse(&challenge.answer(&alice(), &request), false).unwrap();
    let info = AuthenticationInfo {
        nextnonce: Some("n2".to_owned()),
        qop: Some(Qop::Auth),
        rspauth: Some(authorization.rspauth("alice", &Secret::new("secret"), b"", None)),
        cnonce: authorization.cnonce.clone(),
        nc: authorization.nc,
    };
    let read = AuthenticationInfo::parse(&info.to_value()).unwrap();
    assert_eq!(read, info);
    assert_eq!(challenge.proves(&read, &alice(), &request, b""), Some(true));
    let forged = AuthenticationInfo {
        rspauth: Some("0".repeat(64)),
        ..read.clone()
    };
    assert_eq!(
        challenge.proves(&forged, &alice(), &request, b""),
        Some(false)
    );
    let silent = AuthenticationInfo {
        rspauth: None,
        ..read
    };
    assert_eq!(challenge.proves(&silent, &alice(), &request, b""), None);
    assert!(AuthenticationInfo::parse("nextnonce=\"a").is_err());
    assert_eq!(
        AuthenticationInfo::parse("nextnonce=\"a\"")
            .unwrap()
            .nextnonce
            .as_deref(),
        Some("a")
    );
}

#[test]
fn challenges_are_written_as_they_are_read() {
    let mut challenge = Challenge::new("example.com", "abc", Algorithm::Sha256);
    challenge.opaque = Some("o".to_owned());
    challenge.stale = true;
    assert_eq!(one(&challenge.to_string()), challenge);
    assert_eq!(
        challenge.to_string(),
        "Digest realm=\"example.com\", nonce=\"abc\", opaque=\"o\", algorithm=SHA-256, qop=\"auth,auth-int\", stale=true"
    );
}

#[test]
fn credentials_of_a_server_are_checked() {
    let parse = |value: &str| Authorization::parse(value, false).unwrap_err();
    assert_eq!(parse("Basic YWxpY2U6c2VjcmV0"), DigestError::Scheme);
    assert_eq!(
        parse("Digest realm=\"r\""),
        DigestError::Missing("username")
    );
    let full = "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\"";
    assert!(Authorization::parse(full, false).is_ok());
    assert_eq!(
        parse(&format!("{full}, qop=auth")),
        DigestError::Missing("nc")
    );
    assert_eq!(parse(&format!("{full}, nc=1")), DigestError::Value("nc"));
    assert_eq!(
        parse(&format!("{full}, algorithm=FOO")),
        DigestError::Value("algorithm")
    );
    assert!(!format!("{:?}", Authorization::parse(full, false).unwrap()).contains("\"x\""));
}
