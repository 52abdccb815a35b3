//! A list as the user is shown it.

use std::fmt::Write as _;

use super::*;

const L: &str = "sip:team@example.com";
const BOB: &str = "sip:bob@example.com";
const CAROL: &str = "sip:carol@example.com";
const ONE: UsageId = UsageId(1);
const TWO: UsageId = UsageId(2);
const KIND: &str = "multipart/related;type=\"application/rlmi+xml\";boundary=b";

/// A body: each resource with `open`, `closed`, `pending`, a reason for its end, or nothing.
fn body(version: u32, full: bool, members: &[(&str, &str)]) -> String {
    let (mut resources, mut parts) = (String::new(), String::new());
    for (number, (uri, state)) in members.iter().enumerate() {
        let instance = match *state {
            "" => String::new(),
            "pending" => "<instance id='1' state='pending'/>".to_owned(),
            "open" | "closed" => format!("<instance id='1' state='active' cid='{number}'/>"),
            reason => format!("<instance id='1' state='terminated' reason='{reason}'/>"),
        };
        write!(
            resources,
            "<resource uri='{uri}'><name xml:lang='en'>Some body</name><name xml:lang='de'>Jemand</name>{instance}</resource>"
        )
        .unwrap();
        if matches!(*state, "open" | "closed") {
            write!(
                parts,
                "--b\r\nContent-ID: <{number}>\r\nContent-Type: application/pidf+xml\r\n\r\n\
                 <presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:somebody@example.com'>\
                 <tuple id='t'><status><basic>{state}</basic></status></tuple></presence>\r\n"
            )
            .unwrap();
        }
    }
    format!(
        "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n\
         <list xmlns='urn:ietf:params:xml:ns:rlmi' uri='sip:other@example.com' version='{version}' \
         fullState='{full}'>{resources}</list>\r\n{parts}--b--\r\n"
    )
}

fn tell(view: &mut ListView, usage: UsageId, kind: &str, body: &str) -> Heard {
    let body = Ok(Body::new(kind, body.as_bytes()));
    let active = Substate::Active;
    view.notify(usage, &active, Some(&body), &["de"], Timestamp::UNIX_EPOCH)
}

fn apply(view: &mut ListView, version: u32, full: bool, members: &[(&str, &str)]) -> Heard {
    tell(view, ONE, KIND, &body(version, full, members))
}

/// `address status state`, a `?` behind what is stale; only what changed.
fn news(view: &mut ListView) -> Vec<String> {
    view.news(&|_| false).iter().map(line).collect()
}

fn line(presence: &Presence) -> String {
    let state = presence.member.as_ref().map_or("-", |member| member.state);
    let mark = if presence.stale { "?" } else { "" };
    format!("{} {}{mark} {state}", presence.resource, presence.status)
}

#[test]
fn fm_041_members_are_shown_as_their_instances_stand() {
    let mut view = ListView::new(L);
    let dave = "sip:dave@example.com";
    let erin = "sip:erin@example.com";
    let heard = apply(
        &mut view,
        0,
        true,
        &[
            (BOB, "open"),
            (CAROL, "pending"),
            (dave, "rejected"),
            (erin, ""),
        ],
    );
    assert!(heard.error.is_none() && heard.faults.is_empty() && !heard.gap);
    assert_eq!(
        news(&mut view),
        [
            "sip:bob@example.com available active",
            "sip:carol@example.com unknown pending",
            "sip:dave@example.com unknown terminated",
            "sip:erin@example.com unknown unknown",
        ]
    );
    let subscription = Subscription {
        id: 1,
        package: "presence".to_owned(),
        resource: L.to_owned(),
        state: "active",
        reason: None,
        expires_s: None,
        notifiers: 1,
        retry_in_s: None,
        fault: None,
    };
    let buddies = view.buddies(&subscription, &|_| false);
    let shown: Vec<(&str, bool, bool)> = buddies
        .iter()
        .map(|buddy| {
            (
                buddy.address.as_str(),
                buddy.waiting_for_approval,
                buddy.refused,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (BOB, false, false),
            (CAROL, true, false),
            (dave, false, true),
            (erin, false, false)
        ]
    );
    // Nothing is made anew for who has not changed.
    apply(&mut view, 1, false, &[(CAROL, "open")]);
    assert_eq!(news(&mut view), ["sip:carol@example.com available active"]);
    let again = view.buddies(&subscription, &|_| false);
    assert!(Arc::ptr_eq(&buddies[0], &again[0]));
    assert!(!Arc::ptr_eq(&buddies[1], &again[1]));
}

#[test]
fn fm_040_a_gap_is_told_and_what_came_is_shown() {
    let mut view = ListView::new(L);
    apply(&mut view, 0, true, &[(BOB, "open")]);
    let heard = apply(&mut view, 2, false, &[(CAROL, "open")]);
    assert!(heard.gap && heard.error.is_none());
    assert_eq!(news(&mut view).len(), 2);
    let heard = apply(&mut view, 2, false, &[(BOB, "closed")]);
    assert!(!heard.gap);
    assert!(news(&mut view).is_empty());
}

#[test]
fn fm_042_a_list_stays_a_list() {
    let mut view = ListView::new(L);
    apply(&mut view, 0, true, &[(BOB, "open")]);
    news(&mut view);
    let pidf = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.com'/>";
    let heard = tell(&mut view, ONE, "application/pidf+xml", pidf);
    assert_eq!(heard.error, Some(BodyError::Nature { list: false }));
    assert!(view.is_told());
    assert_eq!(news(&mut view), ["sip:bob@example.com available? active"]);
    apply(&mut view, 1, false, &[]);
    assert_eq!(news(&mut view), ["sip:bob@example.com available active"]);
}

#[test]
fn fm_043_members_are_known_by_the_address_in_the_list() {
    let mut view = ListView::new(L);
    apply(&mut view, 0, true, &[("sip:Bob@EXAMPLE.com", "open")]);
    let shown = view.news(&|_| false);
    assert_eq!(*shown[0].resource, *"sip:Bob@example.com");
    let member = shown[0].member.as_ref().unwrap();
    assert_eq!(
        (member.list.as_str(), member.name.as_deref()),
        (L, Some("Jemand"))
    );
}

#[test]
fn mg_009_who_leaves_is_told_about_once() {
    let mut view = ListView::new(L);
    apply(&mut view, 0, true, &[(BOB, "open"), (CAROL, "open")]);
    news(&mut view);
    apply(&mut view, 1, false, &[(BOB, "noresource")]);
    assert_eq!(news(&mut view), ["sip:bob@example.com unknown terminated"]);
    apply(&mut view, 2, true, &[("sip:dave@example.com", "closed")]);
    assert_eq!(
        news(&mut view),
        [
            "sip:carol@example.com unknown removed",
            "sip:dave@example.com offline active"
        ]
    );
    view.notifiers(5);
    assert_eq!(news(&mut view).len(), 1);
    apply(&mut view, 3, false, &[(CAROL, "open")]);
    assert_eq!(news(&mut view), ["sip:carol@example.com available active"]);
}

#[test]
fn mg_009_no_old_document_is_kept_as_current() {
    let mut view = ListView::new(L);
    for (version, state) in (0..).zip(["open", "pending", "open", "timeout", "open", ""]) {
        apply(&mut view, version, version == 0, &[(BOB, state)]);
        let expected = match state {
            "open" => "available active",
            "pending" => "unknown pending",
            "" => "unknown unknown",
            _ => "unknown terminated",
        };
        assert_eq!(news(&mut view), [format!("{BOB} {expected}")]);
    }
}

#[test]
fn mg_002_who_is_watched_alone_is_told_about_by_that() {
    let mut view = ListView::new(L);
    let bob_alone = |address: &str| address == BOB;
    apply(&mut view, 0, true, &[(BOB, "closed"), (CAROL, "open")]);
    let told: Vec<String> = view.news(&bob_alone).iter().map(line).collect();
    assert_eq!(told, ["sip:carol@example.com available active"]);
    // The subscription of its own ends.
    assert!(view.tell_again(BOB));
    assert_eq!(news(&mut view), ["sip:bob@example.com offline active"]);
    assert!(!view.tell_again("sip:nobody@example.com"));
}

#[test]
fn rb_001_unusable_bodies_leave_what_is_shown() {
    let mut view = ListView::new(L);
    let good = body(0, true, &[(BOB, "open"), (CAROL, "open")]);
    tell(&mut view, ONE, KIND, &good);
    news(&mut view);
    for (kind, bad) in [
        (KIND, &good[..good.len() / 2]),
        (KIND, ""),
        ("multipart/related", &good[..]),
        (KIND, &good.replace("rlmi'", "rlmi:2'")[..]),
        (KIND, &good.replace("version='0'", "version='-1'")[..]),
    ] {
        let heard = tell(&mut view, ONE, kind, bad);
        assert!(heard.error.is_some(), "{kind} {bad}");
        assert_eq!(view.news(&|_| false).len() % 2, 0);
        assert!(
            view.members
                .iter()
                .all(|m| m.shown.stale && &*m.shown.status == "available")
        );
    }
    // One bad document is its member's alone.
    let bad = body(1, false, &[(BOB, "open"), (CAROL, "closed")]);
    let heard = tell(&mut view, ONE, KIND, &bad.replacen("</tuple>", "", 1));
    assert!(heard.error.is_none());
    assert_eq!(heard.faults[0].0, BOB);
    assert_eq!(
        news(&mut view),
        ["sip:carol@example.com offline active"],
        "Bob was stale and stays so"
    );
    assert!(view.members[0].shown.stale);
}

#[test]
fn fm_040_a_new_dialog_begins_anew_and_keeps_what_was_shown_meanwhile() {
    let mut view = ListView::new(L);
    apply(&mut view, 7, true, &[(BOB, "open"), (CAROL, "open")]);
    news(&mut view);
    view.usage_ended(ONE, false, &[]);
    assert_eq!(
        news(&mut view),
        [
            "sip:bob@example.com available? active",
            "sip:carol@example.com available? active"
        ]
    );
    // A server may know nobody at first, and then one after the other.
    tell(
        &mut view,
        TWO,
        KIND,
        &body(0, true, &[(BOB, ""), (CAROL, "")]),
    );
    assert!(
        view.members
            .iter()
            .all(|m| m.shown.stale && &*m.shown.status == "available")
    );
    news(&mut view);
    tell(&mut view, TWO, KIND, &body(1, false, &[(CAROL, "closed")]));
    assert_eq!(news(&mut view), ["sip:carol@example.com offline active"]);
    // The old dialog has no say.
    view.usage_ended(ONE, false, &[]);
    assert!(news(&mut view).is_empty());
}

#[test]
fn mg_005_nothing_is_believed_of_a_pending_list() {
    let mut view = ListView::new(L);
    let fabricated = body(0, true, &[(BOB, "closed")]);
    let told = Ok(Body::new(KIND, fabricated.as_bytes()));
    let now = Timestamp::UNIX_EPOCH;
    view.notify(ONE, &Substate::Pending, Some(&told), &[], now);
    assert!(news(&mut view).is_empty());
    apply(&mut view, 1, true, &[(BOB, "open")]);
    assert_eq!(news(&mut view), ["sip:bob@example.com available active"]);
    view.notify(ONE, &Substate::Pending, None, &[], now);
    assert_eq!(news(&mut view), ["sip:bob@example.com unknown unknown"]);
}

#[test]
fn ev_088_an_unchanged_list_is_current_again() {
    let mut view = ListView::new(L);
    apply(&mut view, 7, true, &[(BOB, "open")]);
    view.usage_ended(ONE, false, &[]);
    news(&mut view);
    view.resume(TWO, &[]);
    assert_eq!(news(&mut view).len(), 1);
    assert!(!view.members[0].shown.stale);
    // The new dialog counts from its own beginning.
    let heard = tell(&mut view, TWO, KIND, &body(3, true, &[(BOB, "closed")]));
    assert!(!heard.gap);
    assert_eq!(news(&mut view), ["sip:bob@example.com offline active"]);
}

#[test]
fn departed_members_do_not_pile_up() {
    let mut view = ListView::new(L);
    for version in 0..6 {
        let uris: Vec<String> = (0..DEPARTED / 2)
            .map(|number| format!("sip:{version}-{number}@example.com"))
            .collect();
        let members: Vec<(&str, &str)> = uris.iter().map(|uri| (uri.as_str(), "")).collect();
        apply(&mut view, version, true, &members);
        news(&mut view);
        assert!(view.members.len() <= DEPARTED * 3 / 2);
    }
    assert_eq!(view.places.len(), view.members.len());
    assert!(view.tell_again("sip:5-0@example.com"));
}

#[test]
fn silence_makes_nothing_current_that_could_not_be_read() {
    let mut view = ListView::new(L);
    apply(&mut view, 0, true, &[(BOB, "open")]);
    news(&mut view);
    let silence = |view: &mut ListView| {
        view.notify(ONE, &Substate::Active, None, &["de"], Timestamp::UNIX_EPOCH);
        news(view)
    };
    assert_eq!(silence(&mut view), Vec::<String>::new());
    assert!(tell(&mut view, ONE, KIND, "nonsense").error.is_some());
    let [stale] = news(&mut view).try_into().unwrap();
    assert!(stale.contains('?'), "{stale}");
    assert_eq!(silence(&mut view), Vec::<String>::new(), "still in doubt");
    apply(&mut view, 1, true, &[(BOB, "open")]);
    let [current] = news(&mut view).try_into().unwrap();
    assert!(!current.contains('?'), "{current}");
}
