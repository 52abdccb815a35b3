//! The own status: from the user's words to a publication (RFC 3903).

use std::path::PathBuf;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::clock::Now;
use super::config::Config;
use super::event::Publication;
use super::fault::fault_of;
use super::own::{Choice, OwnStatus};
use super::plain::plain;
use crate::engine::{Engine, PublicationEvent, PublicationId, PublicationState, SoftStateHealth};
use crate::package::presence::{
    CONTENT_TYPE, End, Input, OwnPresence, Publisher, Status, UserInput,
};
use crate::store::KeptPublication;

/// What the user wants others to see, and how that stands.
#[derive(Debug)]
pub(super) struct Publishing {
    publisher: Publisher,
    id: Option<PublicationId>,
    own: OwnStatus,
    /// Whether somebody is at the machine; `None`: not to be told.
    input: Option<UserInput>,
    language: Option<String>,
    class: String,
    wanted: bool,
    /// The last document is not the one that is wanted now.
    outdated: bool,
    /// What those are told who ask this device itself.
    told: Option<(OwnPresence, Bytes)>,
    event: Option<PublicationEvent>,
    account: String,
    /// Where the entity tag is kept.
    keep_in: Option<PathBuf>,
    kept: Option<KeptPublication>,
}

impl Publishing {
    pub(super) fn new(account: &str, config: &Config) -> Self {
        let mut settings = config.settings.clone();
        if !Status::PUBLISHABLE.contains(&Status::from_token(&settings.status)) {
            Status::Available.token().clone_into(&mut settings.status);
        }
        Self {
            publisher: Publisher::new(account, account, &config.instance),
            id: None,
            own: OwnStatus::of(&settings, Timestamp::UNIX_EPOCH),
            input: None,
            language: config.languages.first().cloned(),
            class: settings.class,
            wanted: false,
            outdated: true,
            told: None,
            event: None,
            account: account.to_owned(),
            keep_in: config.keep_in.clone(),
            kept: None,
        }
    }

    /// The status in the settings is to be published.
    pub(super) fn want(&mut self) {
        self.wanted = true;
    }

    /// Another status, or another note, perhaps for a time only.
    pub(super) fn set(&mut self, choice: Choice, until: Option<Timestamp>) {
        self.wanted = true;
        self.outdated = true;
        self.own.choose(choice, until);
    }

    /// Takes note of whether somebody is at the machine. Only what others see of it makes a new document (RP-024).
    pub(super) fn set_input(&mut self, input: Option<UserInput>) {
        let told = |input: &UserInput| (input.input, input.last_input.is_some());
        if self.input.as_ref().map(told) == input.as_ref().map(told) {
            return;
        }
        let before = self.presence();
        self.input = input;
        self.outdated |= self.presence() != before;
    }

    /// Takes note of the time; true when a status has ended.
    pub(super) fn pass_time(&mut self, now: Timestamp) -> bool {
        let ended = self.own.pass_time(now);
        self.outdated |= ended;
        ended
    }

    /// Publishes what is wanted, if it is not published already.
    pub(super) fn publish(&mut self, engine: &mut Engine, now: Now, expires: Option<u32>) {
        if !self.wanted || !self.outdated {
            return;
        }
        self.outdated = false;
        let body = Bytes::from(self.publisher.document(&self.presence(), now.wall));
        if let Some(id) = self.id {
            engine.update_publication(now.moment, id, CONTENT_TYPE, body);
        } else {
            let folder = self.keep_in.as_deref();
            let kept = folder.and_then(|folder| KeptPublication::load(folder, &self.account));
            let moment = now.moment;
            let id = match kept.filter(|kept| kept.expires > now.wall) {
                // An earlier run did not come to take its own back.
                Some(kept) => {
                    engine.publish_again(moment, "presence", CONTENT_TYPE, body, expires, &kept.tag)
                }
                None => engine.publish(moment, "presence", CONTENT_TYPE, body, expires),
            };
            self.id = Some(id);
        }
    }

    /// What is or would be published now; not counted as a publication.
    pub(super) fn sample(&self, now: Now) -> Vec<u8> {
        self.publisher.clone().document(&self.presence(), now.wall)
    }

    /// The document for those who ask this device itself: the one that would be published, the same until something in
    /// it changes.
    pub(super) fn told(&mut self, now: Now) -> Bytes {
        let presence = self.presence();
        match &self.told {
            Some((told, document)) if *told == presence => document.clone(),
            _ => {
                let document = Bytes::from(self.sample(now));
                self.told = Some((presence, document.clone()));
                document
            }
        }
    }

    /// What is to be published for a choice; for one that stays, what only holds at present is left out.
    pub(super) fn of(&self, choice: &Choice) -> OwnPresence {
        let note = Some(choice.note.clone()).filter(|note| !note.is_empty());
        OwnPresence {
            status: choice.status.clone(),
            language: self.language.clone().filter(|_| note.is_some()),
            note,
            class: Some(self.class.clone()).filter(|class| !class.is_empty()),
            input: None,
            end: None,
        }
    }

    fn presence(&self) -> OwnPresence {
        let end = |at| End {
            at,
            then: self.own.lasting().status.basic(),
        };
        let chosen = self.of(self.own.current());
        OwnPresence {
            status: self.shown().clone(),
            // Whoever wants to look offline uses no keyboard either.
            input: self.input.filter(|_| chosen.status != Status::Offline),
            end: self.own.until().filter(|_| !self.is_away()).map(end),
            ..chosen
        }
    }

    /// Whether others see 'away' in the place of the status that was chosen, as nobody is there.
    pub(super) fn is_away(&self) -> bool {
        self.own.current().status == Status::Available
            && self.input.is_some_and(|input| input.input == Input::Idle)
    }

    /// The status that others see.
    fn shown(&self) -> &Status {
        if self.is_away() {
            &Status::Away
        } else {
            &self.own.current().status
        }
    }

    /// Keeps the entity tag of what the server holds for the next start (RP-020).
    pub(super) fn keep(&mut self, engine: &Engine, now: Now) {
        let (Some(folder), Some(event)) = (&self.keep_in, &self.event) else {
            return;
        };
        let tag = engine.publication_tag(event.id);
        let kept = match (event.state, tag, event.expires_at) {
            (PublicationState::Published, Some(tag), Some(expires_at)) => {
                let left = SignedDuration::try_from(expires_at.saturating_since(now.moment));
                Some(KeptPublication {
                    tag: tag.to_owned(),
                    expires: now
                        .wall
                        .saturating_add(left.unwrap_or_default())
                        .unwrap_or(now.wall),
                })
            }
            (PublicationState::Removed, ..) => None,
            // The server may still hold the last one.
            _ => return,
        };
        if kept == self.kept && kept.is_some() {
            return;
        }
        let done = match &kept {
            Some(kept) => kept.save(folder, &self.account),
            None => KeptPublication::forget(folder, &self.account),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the publication is not remembered");
        }
        self.kept = kept;
    }

    /// Takes what the engine says; what is to be reported.
    pub(super) fn stand(&mut self, event: &PublicationEvent, now: Now) -> Option<Publication> {
        self.event = Some(event.clone());
        self.publication(now)
    }

    /// How it stands, as reported.
    pub(super) fn publication(&self, now: Now) -> Option<Publication> {
        let event = self.event.as_ref()?;
        Some(Publication {
            state: match event.state {
                PublicationState::Publishing => "publishing",
                PublicationState::Published => "published",
                PublicationState::Failed => "failed",
                PublicationState::Removed => "removed",
            },
            status: self.shown().token().to_owned(),
            note: Some(self.own.current().note.clone()).filter(|note| !note.is_empty()),
            until: self.own.until().map(|until| until.to_string()),
            permanent: false,
            expires_s: event.expires_at.map(|moment| now.seconds_until(moment)),
            reason: event
                .reason
                .as_ref()
                .map(|reason| plain(&reason.to_string()).into_owned()),
            retry_in_s: event.retry_at.map(|moment| now.seconds_until(moment)),
            fault: event
                .reason
                .as_ref()
                .filter(|_| event.state == PublicationState::Failed)
                .and_then(|reason| fault_of(reason, false)),
        })
    }

    /// Refreshes it now, if there is one.
    pub(super) fn refresh(&self, engine: &mut Engine, now: Now) {
        if let Some(id) = self.id {
            engine.refresh_publication(now.moment, id);
        }
    }

    /// How it fares.
    pub(super) fn health(&self, engine: &Engine) -> Option<SoftStateHealth> {
        engine.publication_health(self.id?)
    }

    /// What the user wants others to see.
    pub(super) fn chosen(&self) -> &OwnStatus {
        &self.own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Body;
    use crate::package::presence::{Basic, Document};
    use crate::store::AccountSettings;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn publishing(status: &str) -> Publishing {
        let settings = AccountSettings {
            address: "sip:alice@example.com".to_owned(),
            status: status.to_owned(),
            class: "work".to_owned(),
            ..AccountSettings::default()
        };
        let mut publishing = Publishing::new(
            "sip:alice@example.com",
            &Config::desktop(settings, "urn:uuid:1"),
        );
        publishing.outdated = false;
        publishing
    }

    /// What would be published now, if it is news: the status and the word about input.
    fn news(publishing: &mut Publishing) -> Option<(Status, Option<Input>)> {
        let presence = publishing.presence();
        std::mem::take(&mut publishing.outdated)
            .then(|| (presence.status, presence.input.map(|input| input.input)))
    }

    fn gone(last: Option<i64>) -> UserInput {
        UserInput {
            input: Input::Idle,
            last_input: last.map(at),
            idle_threshold: Some(600),
        }
    }

    const HERE: UserInput = UserInput {
        input: Input::Active,
        last_input: None,
        idle_threshold: Some(600),
    };

    #[test]
    fn rp_024_each_change_is_one_document_and_nothing_else_is() {
        let mut own = publishing("");
        let mut told = |input: Option<UserInput>| {
            own.set_input(input);
            news(&mut own)
        };
        assert_eq!(
            told(Some(HERE)),
            Some((Status::Available, Some(Input::Active)))
        );
        assert_eq!(told(Some(HERE)), None);
        assert_eq!(
            told(Some(gone(None))),
            Some((Status::Away, Some(Input::Idle)))
        );
        assert_eq!(told(Some(gone(None))), None);
        // The switch was turned on meanwhile.
        assert_eq!(
            told(Some(gone(Some(5)))),
            Some((Status::Away, Some(Input::Idle)))
        );
        assert_eq!(told(Some(gone(Some(7)))), None);
        assert_eq!(
            told(Some(HERE)),
            Some((Status::Available, Some(Input::Active)))
        );
        assert_eq!(told(None), Some((Status::Available, None)));
    }

    #[test]
    fn rp_024_a_status_that_was_chosen_stays() {
        for status in ["busy", "in-a-meeting", "do-not-disturb", "vacation", "away"] {
            let mut own = publishing(status);
            own.set_input(Some(gone(None)));
            let expected = (Status::from_token(status), Some(Input::Idle));
            assert_eq!(news(&mut own), Some(expected));
            assert!(!own.is_away());
        }
        let mut own = publishing("offline");
        for input in [HERE, gone(None), HERE] {
            own.set_input(Some(input));
            assert_eq!(news(&mut own), None, "whoever hides uses no keyboard");
        }
        // Chosen while nobody is there, from a script.
        own.set_input(Some(gone(None)));
        own.set(Choice::default(), None);
        own.set(
            Choice {
                status: Status::Available,
                note: String::new(),
            },
            None,
        );
        assert_eq!(news(&mut own), Some((Status::Away, Some(Input::Idle))));
        assert_eq!(own.chosen().current().status, Status::Available);
    }

    #[test]
    fn a_timed_status_is_published_with_its_end_and_set_back() {
        let mut own = publishing("busy");
        let meeting = Choice {
            status: Status::InAMeeting,
            note: "budget".to_owned(),
        };
        own.set(meeting, Some(at(1000)));
        let now = Now {
            moment: crate::engine::Moment::from_start(std::time::Duration::ZERO),
            wall: at(10),
        };
        let bytes = own.sample(now);
        let body = Body::new(CONTENT_TYPE, &bytes);
        let document = Document::parse(&body).unwrap();
        assert_eq!(
            document.persons[0].activities[0].window.until,
            Some(at(1000))
        );
        assert_eq!(document.persons[0].class.as_deref(), Some("work"));
        let timed = &document.tuples[0].timed_statuses[0];
        assert_eq!(
            (timed.window.from, timed.basic),
            (Some(at(1000)), Some(Basic::Open))
        );
        news(&mut own);
        assert!(!own.pass_time(at(999)));
        assert!(own.pass_time(at(1000)));
        assert_eq!(news(&mut own), Some((Status::Busy, None)));
        assert_eq!(own.presence().note, None);
    }
}
