//! One watched presentity: what its notifier last said, and what is shown of it (MG-001, MG-005, RB-001, RB-010).

use std::borrow::Cow;

use jiff::Timestamp;

use super::event::{Device, Presence};
use super::plain::plain;
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::presence::{
    Availability, Basic, Document, Shown, ShownDevice, Status, compose,
};
use crate::package::{Body, BodyError};

/// What is known of one presentity.
#[derive(Debug)]
pub(super) struct PresenceView {
    /// What is shown, and was last reported.
    shown: Box<Presence>,
    /// The dialog that speaks; presence has one notifier only (RFC 3856 §6.9).
    usage: Option<UsageId>,
    /// True while the notifier waits for its user: no document is believed then.
    pending: bool,
    /// True when a NOTIFY has arrived since the start.
    heard: bool,
}

impl PresenceView {
    /// Nothing known yet.
    pub(super) fn new(resource: &str) -> Self {
        Self {
            shown: Box::new(unknown(resource)),
            usage: None,
            pending: false,
            heard: false,
        }
    }

    /// Takes a NOTIFY: `true` when what is shown changed, or was shown for the first time. An unusable body leaves
    /// what is shown, marked stale.
    pub(super) fn notify(
        &mut self,
        usage: UsageId,
        substate: &Substate,
        body: Option<Body<'_>>,
        languages: &[&str],
        now: Timestamp,
    ) -> (bool, Result<(), BodyError>) {
        let first = !std::mem::replace(&mut self.heard, true);
        let same_dialog = self.usage.replace(usage) == Some(usage);
        let was_pending = self.pending;
        match substate {
            Substate::Pending => self.pending = true,
            Substate::Active => self.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        let mut result = Ok(());
        let next = if self.pending {
            Some(unknown(&self.shown.resource))
        } else {
            match body.as_ref().map(Document::parse) {
                Some(Ok(document)) => Some(presence(
                    &self.shown.resource,
                    compose(&document, languages, now),
                )),
                Some(Err(error)) => {
                    result = Err(error);
                    None
                }
                // A dialog that begins, or an approval, without a document: nothing is published, or politely hidden.
                None if !same_dialog || was_pending => match substate {
                    Substate::Terminated(_) => None,
                    _ => Some(unknown(&self.shown.resource)),
                },
                None => None,
            }
        };
        let stale = result.is_err();
        let changed = match next {
            Some(mut next) => {
                next.notifiers = self.shown.notifiers;
                let changed = *self.shown != next;
                *self.shown = next;
                changed
            }
            None if stale => !std::mem::replace(&mut self.shown.stale, true),
            // Heard again on a living dialog: what is shown is current.
            None if matches!(substate, Substate::Active) => {
                std::mem::replace(&mut self.shown.stale, false)
            }
            None => false,
        };
        (changed || first, result)
    }

    /// The dialog is over. `true` when what is shown changed.
    pub(super) fn usage_ended(&mut self, usage: UsageId, keep_state: bool) -> bool {
        if self.usage != Some(usage) {
            return false;
        }
        self.usage = None;
        self.pending = false;
        !keep_state && !std::mem::replace(&mut self.shown.stale, true)
    }

    /// The number of live dialogs is another one. `true` when what is shown changed and has been shown before.
    pub(super) fn notifiers(&mut self, notifiers: u32) -> bool {
        let changed = self.shown.notifiers != notifiers;
        self.shown.notifiers = notifiers;
        changed && self.heard
    }

    /// What is shown.
    pub(super) fn shown(&self) -> &Presence {
        &self.shown
    }

    /// Whether the other side waits for its user's decision.
    pub(super) fn is_pending(&self) -> bool {
        self.pending
    }
}

/// How a NOTIFY with an unusable body is answered.
pub(super) fn fault_of(error: &BodyError) -> BodyFault {
    if error.is_unsupported_type() {
        BodyFault::UnsupportedType
    } else {
        BodyFault::Unusable
    }
}

/// Notes are shown to people.
fn harmless(note: String) -> String {
    match plain(&note) {
        Cow::Borrowed(_) => note,
        Cow::Owned(clean) => clean,
    }
}

fn unknown(resource: &str) -> Presence {
    Presence {
        resource: resource.to_owned(),
        status: Status::Unknown.token().to_owned(),
        basic: None,
        note: None,
        activities: Vec::new(),
        devices: Vec::new(),
        notifiers: 0,
        stale: false,
    }
}

fn presence(resource: &str, shown: Shown) -> Presence {
    Presence {
        resource: resource.to_owned(),
        status: shown.status.token().to_owned(),
        basic: match shown.availability {
            Availability::Open => Some("open"),
            Availability::Closed => Some("closed"),
            Availability::Unknown => None,
        },
        note: shown.note.map(harmless),
        activities: shown.activities,
        devices: shown.devices.into_iter().map(device).collect(),
        notifiers: 0,
        stale: false,
    }
}

fn device(device: ShownDevice) -> Device {
    Device {
        id: device.id,
        basic: device.basic.map(|basic| match basic {
            Basic::Open => "open",
            Basic::Closed => "closed",
        }),
        contact: device.contact,
        priority: device
            .priority
            .map(|priority| f32::from(priority.thousandths()) / 1000.0),
        note: device.note.map(harmless),
        timestamp: device.timestamp.map(|time| time.to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    const BOB: &str = "sip:bob@example.com";
    const ONE: UsageId = UsageId(1);
    const TWO: UsageId = UsageId(2);

    fn pidf(basic: &str) -> String {
        format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='{BOB}'>\
             <tuple id='a'><status><basic>{basic}</basic></status></tuple></presence>"
        )
    }

    fn notify(
        view: &mut PresenceView,
        usage: UsageId,
        substate: &Substate,
        body: Option<&str>,
    ) -> bool {
        let body = body.map(|body| Body::new("application/pidf+xml", body.as_bytes()));
        let (changed, result) = view.notify(usage, substate, body, &[], Timestamp::UNIX_EPOCH);
        result.unwrap();
        changed
    }

    #[test]
    fn ev_022_nothing_is_known_before_the_first_notify() {
        let view = PresenceView::new(BOB);
        assert_eq!(view.shown().status, "unknown");
        assert_eq!(view.shown().basic, None);
    }

    #[test]
    fn mg_001_a_bodiless_notify_keeps_the_state() {
        let mut view = PresenceView::new(BOB);
        assert!(notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some(&pidf("open"))
        ));
        assert!(!notify(&mut view, ONE, &Substate::Active, None));
        assert_eq!(view.shown().status, "available");
        assert!(!notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some(&pidf("open"))
        ));
        assert!(notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some(&pidf("closed"))
        ));
        assert_eq!(view.shown().status, "offline");
    }

    #[test]
    fn mg_005_a_pending_document_is_not_believed() {
        let mut view = PresenceView::new(BOB);
        assert!(notify(
            &mut view,
            ONE,
            &Substate::Pending,
            Some(&pidf("closed"))
        ));
        assert!(view.is_pending());
        assert_eq!(view.shown().status, "unknown");
        assert!(notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some(&pidf("closed"))
        ));
        assert!(!view.is_pending());
        assert_eq!(view.shown().status, "offline");
    }

    #[test]
    fn an_approval_without_a_document_is_unknown() {
        let mut view = PresenceView::new(BOB);
        assert!(notify(&mut view, ONE, &Substate::Pending, None));
        assert!(!notify(&mut view, ONE, &Substate::Active, None));
        assert_eq!(view.shown().status, "unknown");
        assert!(!view.is_pending());
    }

    #[test]
    fn rb_001_an_unusable_body_marks_the_state_stale() {
        let mut view = PresenceView::new(BOB);
        notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
        let broken = Body::new("application/pidf+xml", b"<presence");
        let (changed, result) = view.notify(
            ONE,
            &Substate::Active,
            Some(broken),
            &[],
            Timestamp::UNIX_EPOCH,
        );
        assert!(changed);
        assert_eq!(fault_of(&result.unwrap_err()), BodyFault::Unusable);
        assert_eq!(
            (view.shown().status.as_str(), view.shown().stale),
            ("available", true)
        );
        let foreign = Body::new("text/plain", b"hello");
        let (changed, result) = view.notify(
            ONE,
            &Substate::Active,
            Some(foreign),
            &[],
            Timestamp::UNIX_EPOCH,
        );
        assert!(!changed);
        assert_eq!(fault_of(&result.unwrap_err()), BodyFault::UnsupportedType);
        assert!(notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some(&pidf("open"))
        ));
        assert!(!view.shown().stale);
    }

    #[test]
    fn rb_010_the_last_word_of_a_dead_dialog_is_stale() {
        let mut view = PresenceView::new(BOB);
        notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
        assert!(!view.usage_ended(TWO, false), "another dialog");
        assert!(view.usage_ended(ONE, false));
        assert!(view.shown().stale);
        assert_eq!(view.shown().status, "available");
        assert!(notify(
            &mut view,
            TWO,
            &Substate::Active,
            Some(&pidf("open"))
        ));
        assert!(!view.shown().stale);
        assert!(!view.usage_ended(TWO, true), "a fetch keeps its answer");
    }

    #[test]
    fn a_new_dialog_carries_nothing_over() {
        let mut view = PresenceView::new(BOB);
        notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
        view.usage_ended(ONE, false);
        assert!(notify(&mut view, TWO, &Substate::Active, None));
        assert_eq!(view.shown().status, "unknown");
    }
}
