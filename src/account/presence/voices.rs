//! A presentity whose devices answer each for itself, merged for accounts that ask for it: what each of them last said.
//!
//! Without a presence server a SUBSCRIBE is forked to all of them and each is its own notifier. RFC 3856 §6.9 lets the
//! first one that answers speak for all, which is right where a server composes and wrong here.

use jiff::Timestamp;

use crate::account::partial::Partial;
use crate::account::presentity::{Presence, harmless};
use crate::engine::{Substate, UsageId};
use crate::package::presence::{Document, Status, compose, compose_several};
use crate::package::{Body, BodyError};

/// The devices that answered, in the order in which they did.
#[derive(Debug, Default)]
pub(super) struct Voices {
    all: Vec<Voice>,
    /// When something that one of them said begins or ends by itself.
    changes_at: Option<Timestamp>,
    /// The last NOTIFY had no document, though the one before from there said that somebody is there.
    doubtful: bool,
}

/// What one device says.
#[derive(Debug)]
struct Voice {
    usage: UsageId,
    /// Its remote tag.
    notifier: String,
    /// It waits for its user: no document is believed.
    pending: bool,
    /// Its dialog is over, so that its last word may not be current.
    over: bool,
    /// Its last body could not be read.
    unread: bool,
    /// It was silent once.
    silent: bool,
    document: Option<Document>,
    /// What it has told in parts.
    partial: Partial,
}

impl Voices {
    /// Takes a NOTIFY of one of them.
    pub(super) fn notify(
        &mut self,
        (usage, notifier): (UsageId, &str),
        substate: &Substate,
        body: Option<Body<'_>>,
        languages: &[&str],
        now: Timestamp,
    ) -> Result<(), BodyError> {
        self.doubtful = false;
        // Whoever speaks now does so in place of those that were lost with the old dialogs.
        self.all.retain(|voice| !voice.over || voice.usage == usage);
        let at = self.all.iter().position(|voice| voice.usage == usage);
        let at = at.unwrap_or_else(|| {
            self.all.push(Voice::new(usage, notifier));
            self.all.len() - 1
        });
        let voice = &mut self.all[at];
        match substate {
            Substate::Pending => voice.pending = true,
            Substate::Active => voice.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        let was_silent = std::mem::take(&mut voice.silent);
        let told = body
            .filter(|body| !voice.pending || voice.partial.counts(body))
            .map(|body| voice.partial.take(usage, &body));
        if voice.pending {
            voice.document = None;
            return told.map_or(Ok(()), |told| told.map(drop));
        }
        match told {
            Some(Ok(Some(document))) => {
                voice.document = Some(document);
                voice.unread = false;
            }
            Some(Err(error)) => {
                voice.unread = true;
                return Err(error);
            }
            None if *substate == Substate::Active => {
                if voice.shows_somebody(languages, now) {
                    voice.silent = !was_silent;
                    self.doubtful = !was_silent;
                    if was_silent {
                        voice.unread = false;
                        voice.document = None;
                    }
                }
            }
            Some(Ok(None)) | None => {}
        }
        Ok(())
    }

    /// The state of this one is what it said last.
    pub(super) fn unchanged(&mut self, usage: UsageId) {
        self.doubtful = false;
        if let Some(voice) = self.all.iter_mut().find(|voice| voice.usage == usage) {
            voice.unread = false;
            voice.silent = false;
        }
    }

    /// The dialog with one of them is over: it has no say any more, unless nobody else is left.
    pub(super) fn usage_ended(&mut self, usage: UsageId, keep_state: bool) {
        let others = self.all.iter().any(|voice| voice.usage != usage);
        if others && !keep_state {
            self.all.retain(|voice| voice.usage != usage);
        } else if let Some(voice) = self.all.iter_mut().find(|voice| voice.usage == usage) {
            voice.over = !keep_state;
            voice.pending = false;
        }
    }

    /// What all of them together show, and of each part who said it.
    pub(super) fn shown(&mut self, resource: &str, languages: &[&str], now: Timestamp) -> Presence {
        let speaking: Vec<(&Document, &str)> = self
            .all
            .iter()
            .filter_map(|voice| Some((voice.document.as_ref()?, voice.notifier.as_str())))
            .collect();
        let documents: Vec<&Document> = speaking.iter().map(|(document, _)| *document).collect();
        let joined = compose_several(&documents, languages, now);
        let name = |number: usize| {
            let (_, notifier) = speaking.get(number)?;
            Some(harmless((*notifier).to_owned()))
        };
        self.changes_at = joined.shown.changes_at;
        let mut shown = Presence::of_document(resource, joined.shown);
        shown.decided_by = joined.decided_by.and_then(name);
        for (device, number) in shown.devices.iter_mut().zip(joined.devices) {
            device.notifier = name(number);
        }
        for (device, number) in shown.others.iter_mut().zip(joined.others) {
            device.notifier = name(number);
        }
        shown.stale = self.is_stale();
        shown
    }

    /// When something that one of them said begins or ends by itself.
    pub(super) fn changes_at(&self) -> Option<Timestamp> {
        self.changes_at
    }

    /// Whether all that there are wait for their user.
    pub(super) fn is_pending(&self) -> bool {
        !self.all.is_empty() && self.all.iter().all(|voice| voice.pending)
    }

    /// Whether the full state is to be asked for, to know what the last NOTIFY meant.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Whether one of them is better asked for whole documents alone.
    pub(super) fn want_whole_documents(&self) -> bool {
        self.all.iter().any(|voice| voice.partial.is_hopeless())
    }

    /// Whether some of what is shown is no longer known to be current.
    pub(super) fn is_stale(&self) -> bool {
        self.all.iter().any(|voice| voice.over || voice.unread)
    }
}

impl Voice {
    fn new(usage: UsageId, notifier: &str) -> Self {
        Self {
            usage,
            notifier: notifier.to_owned(),
            pending: false,
            over: false,
            unread: false,
            silent: false,
            document: None,
            partial: Partial::default(),
        }
    }

    /// Whether silence would take back what it said.
    fn shows_somebody(&self, languages: &[&str], now: Timestamp) -> bool {
        self.document.as_ref().is_some_and(|document| {
            let status = compose(document, languages, now).status;
            !matches!(status, Status::Offline | Status::Unknown)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::PresenceView;
    use super::*;

    const BOB: &str = "sip:bob@example.com";
    const DESK: UsageId = UsageId(1);
    const MOBILE: UsageId = UsageId(2);
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn pidf(basic: &str, extra: &str) -> String {
        format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
             xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='{BOB}'>\
             <tuple id='t'><status><basic>{basic}</basic></status></tuple>{extra}</presence>"
        )
    }

    fn say(
        view: &mut PresenceView,
        usage: UsageId,
        substate: &Substate,
        body: Option<&str>,
    ) -> bool {
        let notifier = if usage == DESK { "desk" } else { "mobile" };
        let body = body.map(|body| Body::new("application/pidf+xml", body.as_bytes()));
        let (news, result) = view.notify((usage, notifier), substate, body, &[], NOW);
        result.unwrap();
        news
    }

    /// Each device with what it says.
    fn devices(view: &PresenceView) -> Vec<(&str, Option<&str>)> {
        let devices = view.shown().devices.iter();
        devices
            .map(|device| (device.notifier.as_deref().unwrap_or("?"), device.basic))
            .collect()
    }

    fn both() -> PresenceView {
        let mut view = PresenceView::merging(BOB);
        assert!(say(
            &mut view,
            DESK,
            &Substate::Active,
            Some(&pidf("closed", ""))
        ));
        assert!(say(
            &mut view,
            MOBILE,
            &Substate::Active,
            Some(&pidf("open", ""))
        ));
        view
    }

    #[test]
    fn mg_002_devices_are_merged_where_the_account_wants_it() {
        let view = both();
        let shown = view.shown();
        assert_eq!(
            (shown.status.as_str(), shown.basic),
            ("available", Some("open"))
        );
        assert_eq!(shown.decided_by.as_deref(), Some("mobile"));
        assert_eq!(
            devices(&view),
            [("desk", Some("closed")), ("mobile", Some("open"))]
        );
        assert!(shown.devices.iter().all(|device| device.id == "t"));
        let json = serde_json::to_value(shown).unwrap();
        assert_eq!(json["decided_by"], "mobile");
        assert_eq!(json["devices"][0]["notifier"], "desk");
    }

    #[test]
    fn mg_002_without_the_wish_nothing_tells_of_notifiers() {
        let mut view = PresenceView::new(BOB);
        say(&mut view, DESK, &Substate::Active, Some(&pidf("open", "")));
        let json = serde_json::to_value(view.shown()).unwrap();
        assert!(json.get("decided_by").is_none());
        assert!(json["devices"][0].get("notifier").is_none());
    }

    #[test]
    fn mg_001_each_device_is_replaced_by_its_own_next_word() {
        let mut view = both();
        assert!(say(
            &mut view,
            MOBILE,
            &Substate::Active,
            Some(&pidf("closed", ""))
        ));
        assert_eq!(
            (
                view.shown().status.as_str(),
                view.shown().decided_by.is_some()
            ),
            ("offline", true)
        );
        let busy = pidf(
            "open",
            "<d:person id='p'><r:activities><r:busy/></r:activities></d:person>",
        );
        assert!(say(&mut view, DESK, &Substate::Active, Some(&busy)));
        assert_eq!(view.shown().status, "busy");
        assert_eq!(view.shown().decided_by.as_deref(), Some("desk"));
        assert!(
            !say(&mut view, DESK, &Substate::Active, Some(&busy)),
            "nothing new"
        );
    }

    #[test]
    fn mg_005_silence_is_asked_about_and_then_hides_that_device_only() {
        let mut view = both();
        assert!(!say(&mut view, MOBILE, &Substate::Active, None));
        assert!(view.is_doubtful());
        // Another one's word does not settle that.
        assert!(
            !say(&mut view, DESK, &Substate::Active, None),
            "closed: nothing to doubt"
        );
        assert!(!view.is_doubtful());
        assert!(say(&mut view, MOBILE, &Substate::Active, None));
        assert_eq!(devices(&view), [("desk", Some("closed"))]);
        assert_eq!(view.shown().status, "offline");
    }

    #[test]
    fn mg_005_pending_devices_are_not_believed() {
        let mut view = both();
        assert!(say(
            &mut view,
            MOBILE,
            &Substate::Pending,
            Some(&pidf("open", ""))
        ));
        assert_eq!(devices(&view), [("desk", Some("closed"))]);
        assert!(!view.is_pending(), "the other one tells something");
        say(&mut view, DESK, &Substate::Pending, None);
        assert!(view.is_pending());
        assert_eq!(view.shown().status, "unknown");
    }

    #[test]
    fn a_device_that_ends_takes_its_part_out_and_the_last_one_is_stale() {
        let mut view = both();
        assert!(view.usage_ended(MOBILE, false, &[], NOW));
        assert_eq!(
            (view.shown().status.as_str(), view.shown().stale),
            ("offline", false)
        );
        assert!(view.usage_ended(DESK, false, &[], NOW));
        assert_eq!(
            (view.shown().status.as_str(), view.shown().stale),
            ("offline", true)
        );
        // Whoever comes next speaks alone.
        assert!(say(
            &mut view,
            MOBILE,
            &Substate::Active,
            Some(&pidf("open", ""))
        ));
        assert_eq!(devices(&view), [("mobile", Some("open"))]);
        assert!(!view.shown().stale);
        // What a fetch brought stays.
        assert!(!view.usage_ended(MOBILE, true, &[], NOW));
        assert!(!view.shown().stale);
    }

    #[test]
    fn rb_001_an_unusable_body_leaves_what_that_device_said() {
        let mut view = both();
        let body = Body::new("application/pidf+xml", b"<presence");
        let (news, result) =
            view.notify((MOBILE, "mobile"), &Substate::Active, Some(body), &[], NOW);
        assert!(news && result.is_err());
        assert_eq!(
            (view.shown().status.as_str(), view.shown().stale),
            ("available", true)
        );
        // That it has not changed, by its tag, is as good as a body (RFC 5839 §5.5).
        assert!(view.resume(MOBILE));
        assert!(!view.shown().stale);
    }

    #[test]
    fn fm_015_time_passes_for_all_of_them() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let meeting = pidf(
            "open",
            &format!(
                "<d:person id='p'><r:activities from='{}' until='{}'><r:meeting/></r:activities></d:person>",
                at(10),
                at(20)
            ),
        );
        let mut view = both();
        say(&mut view, DESK, &Substate::Active, Some(&meeting));
        assert_eq!(view.changes_at(), Some(at(10)));
        assert!(!view.pass_time(&[], at(9)));
        assert!(view.pass_time(&[], at(10)));
        assert_eq!(view.shown().status, "in-a-meeting");
        assert!(view.pass_time(&[], at(20)));
        assert_eq!(
            (view.shown().status.as_str(), view.changes_at()),
            ("available", None)
        );
    }
}
