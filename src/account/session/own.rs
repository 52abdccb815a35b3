//! The own status: what is published, and what stays when nobody is logged in.

use jiff::Timestamp;

use super::Session;
use crate::account::clock::Now;
use crate::account::event::{Event, Topic, Trouble};
use crate::account::job::{Job, JobFault};
use crate::account::own::Choice;
use crate::account::permanent::{self, Permanence, PermanentJob, PermanentWish};
use crate::package::presence::UserInput;

impl Session {
    /// Publishes what the user has chosen, if it is not published already, and tells it those who ask this device itself.
    pub(super) fn publish(&mut self, now: Now) {
        if self.open && !self.stopping {
            self.publishing
                .publish(&mut self.engine, now, self.config.expires_s);
        }
        self.serve(now, None);
    }

    /// Another choice of the user.
    pub(super) fn set_status(&mut self, now: Now, choice: Choice, until: Option<Timestamp>) {
        if until.is_some_and(|until| until <= now.wall) {
            return self.misused("the status would end before it begins", "name a later time");
        }
        self.publishing.set(choice, until);
        self.publish(now);
    }

    /// Somebody is at the machine, or nobody.
    pub(super) fn set_input(&mut self, now: Now, input: Option<UserInput>) {
        self.publishing.set_input(input);
        self.publish(now);
    }

    /// Sets a status back whose time is over.
    pub(super) fn pass_own(&mut self, now: Now) {
        if self.publishing.pass_time(now.wall) {
            self.changed = true;
            self.publish(now);
        }
    }

    /// Asks for the permanent status, or changes it.
    pub(super) fn permanent(&mut self, wish: PermanentWish) {
        let choice = match &wish {
            PermanentWish::Keep(choice) => choice.clone(),
            PermanentWish::Ask | PermanentWish::Remove => Choice::default(),
        };
        self.jobs.push_back(Job::Permanent(Box::new(PermanentJob {
            presence: self.publishing.of(&choice),
            wish,
            entity: self.account.clone(),
            languages: self.config.languages.clone(),
        })));
    }

    /// What came of it.
    pub(super) fn permanent_told(
        &mut self,
        wish: &PermanentWish,
        result: &Result<Permanence, JobFault>,
    ) {
        self.permanent = match result {
            Ok(permanence) => permanence.clone(),
            Err(error) => permanent::known_after(error, &self.permanent),
        };
        if *wish == PermanentWish::Ask {
            if let Err(error) = result {
                tracing::info!(error = %error.message, "the permanent status is not known");
            }
            return;
        }
        let told = permanent::publication(wish, result);
        // The line tells a failure, too.
        self.troubles
            .retain(|trouble| !matches!(trouble.topic, Topic::Permanent(..)));
        if let (Some(message), Err(error)) = (told.reason.clone(), result) {
            self.keep_trouble(Trouble {
                code: error.fault.code(),
                message,
                hint: None,
                topic: Topic::Permanent(error.fault, error.cause.clone()),
            });
        }
        self.reports.send(Event::Publication(told));
    }
}
