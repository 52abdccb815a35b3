//! A server that refuses the list of buddies in every way that there is: each is told apart, and the list is kept.

use siskin::account::{
    Buddy, BuddyEdit, Command, DocumentCause, ListState, Topic, XcapCause, XcapError,
};

use super::shelf::{Content, NO_LISTS, Shelf};
use super::{account_on, until};

/// How a PUT is answered, and what is to be made of it.
struct Refusal {
    status: u16,
    kind: &'static str,
    body: String,
    means: fn(&XcapError) -> bool,
    /// Whether it is tried again by itself.
    waits: bool,
}

fn plainly(status: u16, waits: bool, means: fn(&XcapError) -> bool) -> Refusal {
    Refusal {
        status,
        kind: "text/plain",
        body: "no".to_owned(),
        means,
        waits,
    }
}

fn conflict(condition: &str, means: fn(&XcapError) -> bool) -> Refusal {
    Refusal {
        status: 409,
        kind: "application/xcap-error+xml",
        body: format!(
            "<xcap-error xmlns='urn:ietf:params:xml:ns:xcap-error'>{condition}</xcap-error>"
        ),
        means,
        waits: false,
    }
}

macro_rules! cause {
    ($cause:pat) => {
        |error| matches!(error, XcapError::Conflict(conflict) if matches!(conflict.cause, $cause))
    };
}

fn refusals() -> Vec<Refusal> {
    let page = |status| Refusal {
        status,
        kind: "text/html",
        body: "<!DOCTYPE html><title>Log in</title>".to_owned(),
        means: |error| matches!(error, XcapError::NotXcap { .. }),
        waits: false,
    };
    vec![
        conflict("<not-well-formed/>", cause!(XcapCause::NotWellFormed)),
        conflict("<not-xml-frag/>", cause!(XcapCause::NotAFragment)),
        conflict(
            "<not-xml-att-value/>",
            cause!(XcapCause::NotAnAttributeValue),
        ),
        conflict(
            "<no-parent><ancestor>https://xcap.example.test/a</ancestor></no-parent>",
            cause!(XcapCause::NoParent { ancestor: Some(_) }),
        ),
        conflict(
            "<schema-validation-error/>",
            cause!(XcapCause::SchemaValidation),
        ),
        conflict("<cannot-insert/>", cause!(XcapCause::CannotInsert)),
        conflict("<cannot-delete/>", cause!(XcapCause::CannotDelete)),
        conflict(
            "<uniqueness-failure><exists field='x'><alt-value>y</alt-value></exists></uniqueness-failure>",
            cause!(XcapCause::NotUnique { .. }),
        ),
        conflict("<constraint-failure/>", cause!(XcapCause::Constraint)),
        conflict("<not-utf-8/>", cause!(XcapCause::NotUtf8)),
        conflict(
            "<odd:thing xmlns:odd='urn:example:odd'/>",
            cause!(XcapCause::Unsaid),
        ),
        plainly(409, false, cause!(XcapCause::Unsaid)),
        plainly(400, false, |error| {
            matches!(error, XcapError::Server { status: 400 })
        }),
        plainly(403, false, |error| {
            matches!(error, XcapError::Refused { status: 403 })
        }),
        plainly(413, false, |error| {
            matches!(error, XcapError::TooLarge { .. })
        }),
        plainly(415, false, |error| {
            matches!(error, XcapError::Server { status: 415 })
        }),
        plainly(500, true, |error| {
            matches!(error, XcapError::Server { status: 500 })
        }),
        plainly(503, true, |error| {
            matches!(error, XcapError::Server { status: 503 })
        }),
        plainly(507, true, |error| {
            matches!(error, XcapError::Server { status: 507 })
        }),
        // A portal that lets nobody through answers everything as if it were done.
        page(200),
    ]
}

#[tokio::test]
async fn xc_019_each_refusal_of_the_list_is_told_and_the_list_is_kept() {
    let shelf = Shelf::with(|content: &mut Content| {
        content.kind = "application/resource-lists+xml";
        content.document = NO_LISTS.into();
    });
    let (mut handle, _office) = account_on(&shelf, |_| {}).await;
    until(&mut handle, |shot| shot.list.state == ListState::Synced).await;
    let before = shelf.document();
    for (number, refusal) in refusals().into_iter().enumerate() {
        shelf.content.lock().unwrap().refusal =
            Some((refusal.status, refusal.kind, refusal.body.clone()));
        let address = format!("sip:{number}@example.test");
        handle.send(Command::EditBuddies(vec![BuddyEdit::Put {
            buddy: Buddy {
                address: address.clone(),
                ..Buddy::default()
            },
            place: None,
        }]));
        let shot = until(&mut handle, |shot| {
            let told =
                matches!(&shot.list.cause, DocumentCause::Xcap(error) if (refusal.means)(error));
            let kept = shot.list.buddies.iter().any(|it| it.address == address);
            told && kept && matches!(shot.list.state, ListState::Waiting | ListState::Failed)
        })
        .await;
        let waits = shot.list.state == ListState::Waiting;
        assert_eq!(waits, refusal.waits, "{} {}", refusal.status, refusal.body);
        assert!(shot.troubles.iter().any(|trouble| matches!(
            &trouble.topic,
            Topic::Buddies(_, DocumentCause::Xcap(error)) if (refusal.means)(error)
        )));
        assert_eq!(shelf.document(), before, "nothing is written");
    }
    // When it takes lists again, nobody is missing on it.
    shelf.content.lock().unwrap().refusal = None;
    handle.send(Command::MergeBuddies);
    until(&mut handle, |shot| shot.list.state == ListState::Synced).await;
    let document = String::from_utf8(shelf.document()).unwrap();
    for number in 0..refusals().len() {
        let uri = format!("\"sip:{number}@example.test\"");
        assert!(document.contains(&uri), "{document}");
    }
}

#[tokio::test]
async fn xc_020_a_list_without_entity_tags_is_written_all_the_same() {
    let shelf = Shelf::with(|content: &mut Content| {
        content.kind = "application/resource-lists+xml";
        content.document = NO_LISTS.into();
        content.etag = None;
    });
    let (mut handle, _office) = account_on(&shelf, |_| {}).await;
    until(&mut handle, |shot| shot.list.state == ListState::Synced).await;
    assert!(
        String::from_utf8(shelf.document())
            .unwrap()
            .contains(super::BOB)
    );
    let conditions = shelf.content.lock().unwrap().conditions.clone();
    assert!(conditions.iter().all(String::is_empty), "{conditions:?}");
}
