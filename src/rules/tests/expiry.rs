//! Approvals that end.

use jiff::ToSpan as _;

use super::*;

#[test]
fn xc_006_an_ended_approval_is_removed_and_nothing_else() {
    let bob = "sip:bob@example.com";
    let other = about("other", &one("carol@example.com"), "block");
    let ended = "<cr:validity><cr:from>2001-01-01T00:00:00Z</cr:from><cr:until>2002-01-01T00:00:00Z</cr:until></cr:validity>";
    let foreign = rule(
        "allow-9",
        &format!(
            "<cr:identity>{}</cr:identity>{ended}",
            one("dave@example.com")
        ),
        "allow",
    );
    let before = ruleset(&format!("\n<!-- mine -->{other}{foreign}"));
    let until = now() + 1.hour();
    let edited = before.allow(&target(bob), Some(until), &at()).unwrap();
    let rules = edited.document;
    assert_eq!(rules.changes_at(now()), Some(until));
    assert_eq!(
        rules.without_ended(now()).unwrap().map(|r| r.to_bytes()),
        None
    );
    let late = Circumstances {
        now: until,
        sphere: None,
    };
    assert_eq!(
        rules.decide(&watcher(bob), &late).maximum,
        Decision::Undecided
    );
    let tidy = rules.without_ended(until).unwrap().unwrap();
    assert_eq!(tidy.source(), before.source());
    assert_eq!(tidy.changes_at(until), None);
}
