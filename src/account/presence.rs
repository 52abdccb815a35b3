//! One watched presentity: what its notifier last said, and what is shown of it (MG-001, MG-005, RB-001, RB-010).

use jiff::Timestamp;

use super::presentity::Presence;
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::presence::{Document, Status, compose};
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
    /// True when the last NOTIFY had no document, though the one before says that somebody is there.
    doubtful: bool,
    /// The document, while something in it begins or ends by itself.
    timed: Option<Box<Timed>>,
}

/// A document that shows something else from a time on.
#[derive(Debug)]
struct Timed {
    document: Document,
    changes_at: Timestamp,
}

impl PresenceView {
    /// Nothing known yet.
    pub(super) fn new(resource: &str) -> Self {
        Self {
            shown: Box::new(Presence::unknown(resource)),
            usage: None,
            pending: false,
            heard: false,
            doubtful: false,
            timed: None,
        }
    }

    /// Takes a NOTIFY: `true` when what is shown changed, or was shown for the first time. An unusable body leaves
    /// what is shown, marked stale.
    ///
    /// So does one without a document, once: it may say "as before" (MG-001) or be how a notifier begins to hide
    /// politely. [`Self::is_doubtful`] then asks for the full state, and a second silence is believed.
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
        let was_doubtful = std::mem::take(&mut self.doubtful);
        match substate {
            Substate::Pending => self.pending = true,
            Substate::Active => self.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        let mut result = Ok(());
        let next = if self.pending {
            Some(self.nothing())
        } else {
            match body.as_ref().map(Document::parse) {
                Some(Ok(document)) => Some(self.read(document, languages, now)),
                Some(Err(error)) => {
                    result = Err(error);
                    None
                }
                // A dialog that begins, or an approval, without a document: nothing is published, or politely hidden.
                None if !same_dialog || was_pending => match substate {
                    Substate::Terminated(_) => None,
                    _ => Some(self.nothing()),
                },
                None if *substate == Substate::Active && self.shows_somebody() => {
                    self.doubtful = !was_doubtful;
                    was_doubtful.then(|| self.nothing())
                }
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

    /// A NOTIFY says that the state is the one that was told last, also if that was on another dialog (RFC 5839 §5.5).
    /// `true` when what is shown changed.
    pub(super) fn resume(&mut self, usage: UsageId) -> bool {
        self.usage = Some(usage);
        self.pending = false;
        self.doubtful = false;
        std::mem::replace(&mut self.shown.stale, false)
    }

    /// Time has passed: activities begin and end by themselves (FM-015). `true` when what is shown changed.
    pub(super) fn pass_time(&mut self, languages: &[&str], now: Timestamp) -> bool {
        let Some(timed) = self.timed.take_if(|timed| timed.changes_at <= now) else {
            return false;
        };
        let mut next = self.read(timed.document, languages, now);
        next.notifiers = self.shown.notifiers;
        next.stale = self.shown.stale;
        let changed = *self.shown != next;
        *self.shown = next;
        changed
    }

    /// When [`Self::pass_time`] is to be called.
    pub(super) fn changes_at(&self) -> Option<Timestamp> {
        self.timed.as_ref().map(|timed| timed.changes_at)
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

    /// Whether the full state is to be asked for, to know what the last NOTIFY meant.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Whether silence would take back what is shown.
    fn shows_somebody(&self) -> bool {
        self.shown.basic != Some("closed") && self.shown.status != Status::Unknown.token()
    }

    fn read(&mut self, document: Document, languages: &[&str], now: Timestamp) -> Presence {
        let shown = compose(&document, languages, now);
        self.timed = shown.changes_at.map(|changes_at| {
            Box::new(Timed {
                document,
                changes_at,
            })
        });
        Presence::of_document(&self.shown.resource, shown)
    }

    fn nothing(&mut self) -> Presence {
        self.timed = None;
        Presence::unknown(&self.shown.resource)
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

#[cfg(test)]
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
    fn ev_088_an_unchanged_state_is_current_again_on_a_new_dialog() {
        let mut view = PresenceView::new(BOB);
        notify(&mut view, ONE, &Substate::Active, Some(&pidf("open")));
        assert!(view.usage_ended(ONE, false));
        assert!(view.shown().stale);
        assert!(view.resume(TWO));
        assert_eq!(
            (view.shown().status.as_str(), view.shown().stale),
            ("available", false)
        );
        assert!(!view.resume(TWO), "nothing new");
        // The new dialog is the one that speaks now.
        assert!(!view.usage_ended(ONE, false));
        assert!(view.usage_ended(TWO, false));
    }

    #[test]
    fn mg_005_polite_silence_hides_what_was_shown() {
        let mut view = PresenceView::new(BOB);
        let document = pidf("open");
        notify(&mut view, ONE, &Substate::Active, Some(&document));
        assert!(!notify(&mut view, ONE, &Substate::Active, None));
        assert!(view.is_doubtful(), "the full state is asked for");
        // The answer has none either.
        assert!(notify(&mut view, ONE, &Substate::Active, None));
        assert_eq!(
            (view.shown().status.as_str(), view.shown().basic),
            ("unknown", None)
        );
        assert!(!notify(&mut view, ONE, &Substate::Active, None));
        assert!(!view.is_doubtful(), "there is nothing to doubt");
        // An answer with a document ends the doubt.
        notify(&mut view, ONE, &Substate::Active, Some(&document));
        notify(&mut view, ONE, &Substate::Active, None);
        assert!(!notify(&mut view, ONE, &Substate::Active, Some(&document)));
        assert!(!view.is_doubtful());
        assert!(!notify(&mut view, ONE, &Substate::Active, None));
        assert_eq!(view.shown().status, "available");
        // Who is offline stays so: nothing is published any more.
        notify(&mut view, ONE, &Substate::Active, Some(&pidf("closed")));
        assert!(!notify(&mut view, ONE, &Substate::Active, None));
        assert!(!view.is_doubtful());
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
    fn fm_015_an_activity_ends_by_itself() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let body = format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
             xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='{BOB}'>\
             <tuple id='a'><status><basic>open</basic></status></tuple><d:person id='p'>\
             <r:activities from='{}' until='{}'><r:meeting/></r:activities></d:person></presence>",
            at(10),
            at(20)
        );
        let mut view = PresenceView::new(BOB);
        let document = Body::new("application/pidf+xml", body.as_bytes());
        let (changed, result) = view.notify(ONE, &Substate::Active, Some(document), &[], at(0));
        assert!(changed && result.is_ok());
        let mut seen = vec![(0, view.shown().status.clone())];
        while let Some(next) = view.changes_at() {
            assert!(!view.pass_time(&[], at(next.as_second() - 1)), "too early");
            assert!(view.pass_time(&[], next));
            seen.push((next.as_second(), view.shown().status.clone()));
        }
        let seen: Vec<(i64, &str)> = seen.iter().map(|(at, s)| (*at, s.as_str())).collect();
        assert_eq!(
            seen,
            [(0, "available"), (10, "in-a-meeting"), (20, "available")]
        );
        // What says nothing about time leaves nothing to wait for.
        let document = Body::new("application/pidf+xml", body.as_bytes());
        let _ = view.notify(ONE, &Substate::Active, Some(document), &[], at(0));
        assert!(view.changes_at().is_some());
        notify(&mut view, ONE, &Substate::Pending, None);
        assert_eq!(view.changes_at(), None);
    }

    #[test]
    fn fm_011_the_order_of_notifies_and_not_a_timestamp_tells_what_is_new() {
        let tuple = |id: &str, basic: &str, hour: u8| {
            format!(
                "<tuple id='{id}'><status><basic>{basic}</basic></status><contact>sip:{id}@x</contact>\
                 <timestamp>2026-03-01T{hour}:00:00Z</timestamp></tuple>"
            )
        };
        let document = |tuples: &str| {
            format!(
                "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='{BOB}'>{tuples}</presence>"
            )
        };
        let desk = tuple("desk", "closed", 10);
        let both = document(&format!("{desk}{}", tuple("mobile", "open", 11)));
        let mut view = PresenceView::new(BOB);
        notify(&mut view, ONE, &Substate::Active, Some(&both));
        assert_eq!(view.shown().basic, Some("open"));
        // The mobile is switched off: the newest time is gone, and the document true all the same.
        assert!(notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some(&document(&desk))
        ));
        assert_eq!(view.shown().basic, Some("closed"));
    }

    #[test]
    fn what_a_person_says_of_itself_is_reported_beside_the_address() {
        let mut view = PresenceView::new(BOB);
        let body = "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
             xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' xmlns:c='urn:ietf:params:xml:ns:pidf:cipid' \
             xmlns:s='urn:ietf:params:xml:ns:pidf:timed-status' xmlns:k='urn:ietf:params:xml:ns:pidf:caps'>\
             <tuple id='a'><status><basic>open</basic></status><k:servcaps><k:audio>true</k:audio></k:servcaps>\
             <s:timed-status from='2026-03-02T10:00:00Z'><s:basic>closed</s:basic></s:timed-status>\
             <contact priority='0.5'>sip:a@x</contact></tuple>\
             <tuple id='b'><status><basic>open</basic></status><r:relationship><r:family/></r:relationship></tuple>\
             <d:person id='p'><c:display-name>B\u{202e}ob</c:display-name><c:icon>https://x/\u{202e}</c:icon>\
             <r:mood><r:happy/></r:mood><r:place-type><r:other>attic</r:other></r:place-type>\
             <r:place-is><r:audio><r:noisy/></r:audio></r:place-is><r:sphere>home</r:sphere>\
             <r:time-offset description='CET'>60</r:time-offset>\
             <r:user-input last-input='2026-03-01T10:00:00Z'>idle</r:user-input></d:person></presence>";
        notify(&mut view, ONE, &Substate::Active, Some(body));
        let line = serde_json::to_value(view.shown()).unwrap();
        let expected = serde_json::json!({
            "resource": BOB, "status": "away", "basic": "open", "note": null, "activities": [],
            "devices": [{
                "id": "a", "basic": "open", "contact": "sip:a@x", "priority": 0.5, "note": null, "timestamp": null,
                "why": "decides", "media": ["audio"],
                "timed_status": [
                    {"from": "2026-03-02T10:00:00Z", "until": null, "basic": "closed", "note": null}
                ],
            }],
            "why": "idle", "idle": true, "idle_since": "2026-03-01T10:00:00Z", "preferred_contact": "sip:a@x",
            "display_name": "B\u{fffd}ob", "mood": ["happy"], "place": ["attic"], "place_is": {"audio": "noisy"},
            "sphere": ["home"], "time_offset_min": 60, "time_zone": "CET", "links": {"icon": "https://x/\u{fffd}"},
            "others": [{
                "id": "b", "basic": "open", "contact": null, "priority": null, "note": null, "timestamp": null,
                "why": "somebody-else", "why_about": "family",
            }],
            "notifiers": 0, "stale": false,
        });
        assert_eq!(line, expected);
        // What nobody says is left out, but for what always stood there.
        notify(
            &mut view,
            ONE,
            &Substate::Active,
            Some("<presence xmlns='urn:ietf:params:xml:ns:pidf'/>"),
        );
        let line = serde_json::to_value(view.shown()).unwrap();
        let mut names: Vec<&str> = line
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        let always = [
            "activities",
            "basic",
            "devices",
            "note",
            "notifiers",
            "resource",
            "stale",
            "status",
        ];
        assert_eq!(names, always);
    }

    #[test]
    fn old_formats_are_read_when_they_come() {
        let mut view = PresenceView::new(BOB);
        let text = "<!DOCTYPE presence PUBLIC 'x' 'xpidf.dtd'><presence><atom id='1'><address uri='sip:bob@x'>\
             <status status='inuse'/><msnsubstatus substatus='onthephone'/></address></atom></presence>";
        let body = Body::new("application/xpidf+xml", text.as_bytes());
        let (changed, result) = view.notify(
            ONE,
            &Substate::Active,
            Some(body),
            &[],
            Timestamp::UNIX_EPOCH,
        );
        assert!(changed && result.is_ok());
        assert_eq!(view.shown().status, "on-the-phone");
    }

    #[test]
    fn rb_009_nothing_that_others_write_moves_the_cursor() {
        let mut view = PresenceView::new(BOB);
        let body = "<presence xmlns='urn:ietf:params:xml:ns:pidf' \
             xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' xmlns:r='urn:ietf:params:xml:ns:pidf:rpid'>\
             <tuple id='a\u{202e}'><status><basic>open</basic></status><contact>sip:a\u{9b}@x</contact></tuple>\
             <d:person id='p'><r:activities><r:other>x\u{202e}y</r:other></r:activities></d:person></presence>";
        notify(&mut view, ONE, &Substate::Active, Some(body));
        let shown = view.shown();
        assert_eq!(shown.activities, ["x\u{fffd}y"]);
        assert_eq!(shown.devices[0].id, "a\u{fffd}");
        assert_eq!(shown.devices[0].contact.as_deref(), Some("sip:a\u{fffd}@x"));
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
