//! An account on XCAP servers that do not do as they should: everything is told, and nothing written over unasked.

use siskin::account::{
    self, Command, Decision, Disclosure, DocumentCause, Fault, Handle, RulesState, XcapCause,
    XcapError,
};

use super::shelf::Shelf;
use super::{HEIDI, account_on, until};

fn allow_heidi(handle: &Handle) {
    handle.send(Command::Decide {
        watcher: HEIDI.to_owned(),
        decision: Decision::Allow,
        valid_until: None,
        shows: Disclosure::Everything,
    });
}

#[tokio::test]
async fn half_a_document_is_copied_before_it_is_replaced() {
    let shelf = Shelf::with(|content| content.document = HALF.into());
    let home = tempfile::tempdir().unwrap();
    let (mut handle, _office) = account_on(&shelf, |config| {
        config.keep_in = Some(home.path().to_owned());
    })
    .await;
    let unusable = |state: &RulesState| matches!(state, RulesState::Failed(_, DocumentCause::Unusable(rules)) if rules.bytes == HALF.as_bytes());
    until(&mut handle, |shot| unusable(&shot.rules_state)).await;
    allow_heidi(&handle);
    let shot = until(&mut handle, |shot| !shot.rules.is_empty()).await;
    assert_eq!(shot.rules[0].state, "failed");
    assert!(matches!(shot.rules[0].cause, DocumentCause::Unusable(_)));
    assert_eq!(
        shelf.document(),
        HALF.as_bytes(),
        "nothing is written over it"
    );
    handle.send(Command::RenewRules);
    let known = RulesState::Known { versioned: true };
    let shot = until(&mut handle, |shot| shot.rules_state == known).await;
    let copy = shot.rules_copy.clone().unwrap().unwrap();
    assert_eq!(std::fs::read(copy).unwrap(), HALF.as_bytes());
    let document = String::from_utf8(shelf.document()).unwrap();
    assert!(
        document.contains("ruleset") && !document.contains("half"),
        "{document}"
    );
    assert_eq!(shelf.content.lock().unwrap().conditions, ["\"1\""]);
}

#[tokio::test]
async fn a_document_that_was_mended_meanwhile_is_not_replaced() {
    let shelf = Shelf::with(|content| content.document = HALF.into());
    let home = tempfile::tempdir().unwrap();
    let (mut handle, _office) = account_on(&shelf, |config| {
        config.keep_in = Some(home.path().to_owned());
    })
    .await;
    let failed = |state: &RulesState| matches!(state, RulesState::Failed(..));
    until(&mut handle, |shot| failed(&shot.rules_state)).await;
    {
        let mut content = shelf.content.lock().unwrap();
        content.document = MENDED.into();
        content.etag = Some("\"2\"");
        // A client that believed its copy would be told.
        content.refusal = Some((412, "text/plain", String::new()));
    }
    handle.send(Command::RenewRules);
    let known = RulesState::Known { versioned: true };
    until(&mut handle, |shot| shot.rules_state == known).await;
    assert_eq!(shelf.document(), MENDED.as_bytes());
}

#[tokio::test]
async fn a_web_page_and_a_broken_server_are_told_apart() {
    let page = Shelf::with(|content| {
        content.kind = "text/html";
        content.document = b"<!DOCTYPE html><title>Log in</title>".to_vec();
    });
    let (mut handle, _office) = account_on(&page, |_| {}).await;
    let shot = until(&mut handle, |shot| {
        matches!(shot.rules_state, RulesState::Failed(..))
    })
    .await;
    assert!(
        matches!(
            &shot.rules_state,
            RulesState::Failed(
                Fault::Unsupported,
                DocumentCause::Xcap(XcapError::NotXcap { .. })
            )
        ),
        "{:?}",
        shot.rules_state
    );
    let broken = Shelf::with(|content| content.get = 500);
    let (mut handle, _office) = account_on(&broken, |_| {}).await;
    let shot = until(&mut handle, |shot| {
        matches!(shot.rules_state, RulesState::Failed(..))
    })
    .await;
    let expected = DocumentCause::Xcap(XcapError::Server { status: 500 });
    assert_eq!(shot.rules_state, RulesState::Failed(Fault::Other, expected));
    // When it has recovered, everything goes on.
    broken.content.lock().unwrap().get = 200;
    handle.send(Command::Retry);
    let known = RulesState::Known { versioned: true };
    until(&mut handle, |shot| shot.rules_state == known).await;
}

#[tokio::test]
async fn xc_019_a_refused_change_says_why() {
    let shelf = Shelf::with(|content| {
        let body = "<xcap-error xmlns='urn:ietf:params:xml:ns:xcap-error'>\
                    <constraint-failure phrase='Not on Sundays'/></xcap-error>";
        content.refusal = Some((409, "application/xcap-error+xml", body.to_owned()));
    });
    let (mut handle, _office) = account_on(&shelf, |_| {}).await;
    until(&mut handle, |shot| {
        shot.connection == account::Connection::Online
    })
    .await;
    allow_heidi(&handle);
    let shot = until(&mut handle, |shot| !shot.rules.is_empty()).await;
    let DocumentCause::Xcap(XcapError::Conflict(conflict)) = &shot.rules[0].cause else {
        panic!("{:?}", shot.rules[0]);
    };
    assert_eq!(conflict.cause, XcapCause::Constraint);
    assert_eq!(conflict.phrase, "Not on Sundays");
}

#[tokio::test]
async fn xc_020_a_server_without_entity_tags_is_served_and_told_of() {
    let shelf = Shelf::with(|content| content.etag = None);
    let (mut handle, _office) = account_on(&shelf, |_| {}).await;
    let known = RulesState::Known { versioned: false };
    until(&mut handle, |shot| shot.rules_state == known).await;
    allow_heidi(&handle);
    let shot = until(&mut handle, |shot| !shot.rules.is_empty()).await;
    assert_eq!(shot.rules[0].state, "written");
    assert!(String::from_utf8(shelf.document()).unwrap().contains(HEIDI));
}

const MENDED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\">\n</cr:ruleset>";
const HALF: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ruleset><half";
