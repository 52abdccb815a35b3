//! One watched presentity: what its notifier last said, and what is shown of it (MG-001, MG-005, RB-001, RB-010).

use std::borrow::Cow;

use jiff::Timestamp;

use super::plain::plain;
use super::presentity::{Device, PersonDetails, Presence, TimedStatus};
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::presence::{
    Availability, Basic, Document, Idle, Reason, Shown, ShownDevice, ShownPerson, ShownTimed,
    Status, Why, compose,
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
            shown: Box::new(unknown(resource)),
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
        presence(&self.shown.resource, shown)
    }

    fn nothing(&mut self) -> Presence {
        self.timed = None;
        unknown(&self.shown.resource)
    }
}

impl Presence {
    /// What a document says that came from no subscription.
    pub fn of_document(resource: &str, shown: Shown) -> Self {
        presence(resource, shown)
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

/// What others write is shown to people (RB-009).
fn harmless(text: String) -> String {
    match plain(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    }
}

fn unknown(resource: &str) -> Presence {
    Presence {
        resource: resource.to_owned(),
        status: Status::Unknown.token().to_owned(),
        ..Presence::default()
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
        activities: all_harmless(shown.activities),
        devices: shown.devices.into_iter().map(device).collect(),
        why: match shown.reason {
            Reason::Nothing => None,
            Reason::OpenTuple(_) => Some("open"),
            Reason::ClosedTuple(_) => Some("closed"),
            Reason::Activity { .. } => Some("activity"),
            Reason::Idle => Some("idle"),
        },
        idle: shown.idle != Idle::No,
        idle_since: shown.idle.since().map(|time| time.to_string()),
        preferred_contact: shown.preferred_contact.map(harmless),
        person: details(shown.person),
        others: shown.others.into_iter().map(device).collect(),
        notifiers: 0,
        stale: false,
    }
}

/// What is said of the person, when anything is.
fn details(person: ShownPerson) -> Option<Box<PersonDetails>> {
    if person == ShownPerson::default() {
        return None;
    }
    let links = [
        ("status_icon", person.status_icon),
        ("icon", person.icon),
        ("card", person.card),
        ("homepage", person.homepage),
        ("map", person.map),
        ("sound", person.sound),
    ];
    let (time_offset_min, time_zone) = person
        .time_offset
        .map_or((None, None), |o| (Some(o.minutes), o.description));
    let place_is = person.place_is.into_iter();
    Some(Box::new(PersonDetails {
        display_name: person.display_name.map(harmless),
        mood: all_harmless(person.moods),
        place: all_harmless(person.places),
        place_is: place_is
            .map(|is| (harmless(is.medium), harmless(is.value)))
            .collect(),
        privacy: all_harmless(person.privacy),
        sphere: all_harmless(person.spheres),
        time_offset_min,
        time_zone: time_zone.map(harmless),
        links: links
            .into_iter()
            .filter_map(|(name, uri)| Some((name, harmless(uri?))))
            .collect(),
    }))
}

fn device(device: ShownDevice) -> Device {
    Device {
        id: harmless(device.id),
        basic: device.basic.map(basic),
        contact: device.contact.map(harmless),
        priority: device
            .priority
            .map(|priority| f32::from(priority.thousandths()) / 1000.0),
        note: device.note.map(harmless),
        timestamp: device.timestamp.map(|time| time.to_string()),
        why: device.why.token(),
        why_about: match device.why {
            Why::Superseded(about) | Why::SomebodyElse(about) | Why::NotElectronic(about) => {
                Some(harmless(about))
            }
            Why::Decides | Why::Agrees | Why::OpenElsewhere | Why::Silent => None,
        },
        idle: device.idle != Idle::No,
        idle_since: device.idle.since().map(|time| time.to_string()),
        media: device.media,
        timed_status: device.timed.into_iter().map(timed_status).collect(),
    }
}

fn timed_status(timed: ShownTimed) -> TimedStatus {
    TimedStatus {
        from: timed.from.map(|time| time.to_string()),
        until: timed.until.map(|time| time.to_string()),
        basic: timed.basic.map(basic),
        activities: all_harmless(timed.activities),
        note: timed.note.map(harmless),
    }
}

fn basic(basic: Basic) -> &'static str {
    match basic {
        Basic::Open => "open",
        Basic::Closed => "closed",
    }
}

fn all_harmless(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().map(harmless).collect()
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
