//! What rules let a watcher see, and the XCAP documents.

use super::*;

#[test]
fn xc_002_the_maximum_wins_and_polite_blocking_looks_closed() {
    let mut desk = Desk::new();
    desk.publish("alice", None, 3600, &pidf("alice", "secret"));
    desk.put_rules(
        "alice",
        &ruleset(&[("heidi", "block"), ("heidi", "polite-block")]),
    );
    desk.subscribe("heidi", "presence", "alice", 600);
    let polite = desk.notify();
    assert_eq!(state(&polite), "active");
    assert!(body(&polite).contains("closed") && !body(&polite).contains("secret"));
    desk.put_rules("alice", &ruleset(&[("heidi", "block"), ("heidi", "allow")]));
    assert!(body(&desk.notify()).contains("secret"));
    desk.put_rules("alice", &ruleset(&[("heidi", "confirm")]));
    let confirm = desk.notify();
    assert_eq!(state(&confirm), "pending");
    assert!(confirm.body_bytes().is_empty());
}

#[test]
fn xc_008_allow_alone_reveals_nothing() {
    let mut desk = Desk::new();
    desk.publish("alice", None, 3600, &pidf("alice", "secret"));
    let bare = ruleset(&[("heidi", "allow")]);
    let (head, rest) = bare.split_once("<transformations>").unwrap();
    let (_, tail) = rest.split_once("</transformations>").unwrap();
    desk.put_rules("alice", &format!("{head}{tail}"));
    desk.subscribe("heidi", "presence", "alice", 600);
    let notify = desk.notify();
    assert_eq!(state(&notify), "active");
    assert!(!body(&notify).contains("tuple"), "{}", body(&notify));
}

#[test]
fn xc_027_watched_documents_are_told_with_their_versions() {
    let mut desk = Desk::new();
    let uri = office::aor("alice");
    let mut request = Request::new("SUBSCRIBE", &uri);
    let list = crate::package::xcap_diff::subscription_body(&[&rules_of("alice")[11..]]).unwrap();
    request.extra =
        "Event: xcap-diff\nExpires: 600\nContent-Type: application/resource-lists+xml\n".to_owned();
    request.body = String::from_utf8(list).unwrap();
    assert_eq!(desk.request("alice", &request).status(), Some(200));
    assert!(!body(&desk.notify()).contains("<document"));
    let tag = |response: XcapResponse| {
        let etag = response
            .headers
            .into_iter()
            .find(|(name, _)| *name == "etag");
        etag.unwrap().1.trim_matches('"').to_owned()
    };
    let first = tag(desk.put_rules("alice", &ruleset(&[])));
    let told = desk.notify();
    assert!(body(&told).contains(&format!("<document new-etag=\"{first}\" sel=\"pres-rules/")));
    let second = tag(desk.put_rules("alice", &ruleset(&[("heidi", "block")])));
    let told = desk.notify();
    let change = format!("previous-etag=\"{first}\" new-etag=\"{second}\"");
    assert!(body(&told).contains(&change), "{}", body(&told));
    request.body.clear();
    assert_eq!(desk.request("alice", &request).status(), Some(400));
    assert_eq!(
        desk.subscribe("bob", "xcap-diff", "alice", 600).status(),
        Some(400)
    );
}

#[test]
fn documents_are_written_under_conditions() {
    let mut desk = Desk::new();
    let target = rules_of("alice");
    let rules = ruleset(&[]);
    let put = XcapRequest {
        method: "PUT",
        target: &target,
        content_type: Some("application/auth-policy+xml; charset=utf-8"),
        body: rules.as_bytes(),
        ..XcapRequest::default()
    };
    let get = XcapRequest {
        method: "GET",
        body: b"",
        ..put
    };
    let delete = XcapRequest {
        method: "DELETE",
        body: b"",
        ..put
    };
    let etag = |response: &XcapResponse| {
        let header = response.headers.iter().find(|(name, _)| *name == "etag");
        header.unwrap().1.clone()
    };
    assert_eq!(desk.xcap("alice", get).status, 404);
    assert_eq!(desk.xcap("alice", delete).status, 404);
    let fresh = XcapRequest {
        if_none_match: Some("*"),
        ..put
    };
    let created = desk.xcap("alice", fresh);
    assert_eq!(created.status, 201);
    assert_eq!(desk.xcap("alice", fresh).status, 412);
    let old = etag(&created);
    let held = desk.xcap("alice", get);
    assert_eq!((held.status, &held.body[..]), (200, rules.as_bytes()));
    assert_eq!(etag(&held), old);
    let cached = XcapRequest {
        if_none_match: Some(&old),
        ..get
    };
    assert_eq!(desk.xcap("alice", cached).status, 304);

    let conditional = XcapRequest {
        if_match: Some(&old),
        ..put
    };
    assert_eq!(desk.xcap("alice", conditional).status, 200);
    assert_eq!(desk.xcap("alice", conditional).status, 412);
    assert_eq!(desk.xcap("bob", put).status, 403);
    let escaped = target.replace("sip:", "sip%3A").replace('@', "%40");
    let same = XcapRequest {
        target: &escaped,
        ..get
    };
    assert_eq!(desk.xcap("alice", same).status, 200);
    assert_eq!(desk.xcap("alice", delete).status, 200);
    assert_eq!(desk.xcap("alice", get).status, 404);
}

#[test]
fn bad_documents_are_refused_with_a_reason() {
    let mut desk = Desk::new();
    let target = rules_of("alice");
    let mut put = |content_type, body: &str| {
        let request = XcapRequest {
            method: "PUT",
            target: &target,
            content_type: Some(content_type),
            body: body.as_bytes(),
            ..XcapRequest::default()
        };
        let response = desk.xcap("alice", request);
        (
            response.status,
            String::from_utf8(response.body.to_vec()).unwrap(),
        )
    };
    assert_eq!(put("application/xml", &ruleset(&[])).0, 415);
    let (status, text) = put("application/auth-policy+xml", "<ruleset");
    assert!(status == 409 && text.contains("not-well-formed"), "{text}");
    let (status, text) = put("application/auth-policy+xml", "<presence/>");
    assert!(
        status == 409 && text.contains("schema-validation-error"),
        "{text}"
    );
    let huge = format!("<a>{}</a>", " ".repeat(300_000));
    assert_eq!(put("application/auth-policy+xml", &huge).0, 413);
}

#[test]
fn caps_and_unknown_places() {
    let mut desk = Desk::new();
    let mut get = |target: &str| {
        let request = XcapRequest {
            method: "GET",
            target,
            ..XcapRequest::default()
        };
        desk.xcap("alice", request)
    };
    let caps = get("/xcap-root/xcap-caps/global/index");
    assert_eq!(caps.status, 200);
    assert!(
        std::str::from_utf8(&caps.body)
            .unwrap()
            .contains("<auid>pres-rules</auid>")
    );
    for target in [
        "/",
        "/xcap-root/",
        "/xcap-root/pres-rules/users/sip:nobody@example.test/index",
    ] {
        assert_eq!(get(target).status, 404, "{target}");
    }
    let node = format!("{}/~~/ruleset/rule%5b1%5d", rules_of("alice"));
    assert_eq!(get(&node).status, 501);
}
