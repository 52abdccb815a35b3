//! `siskin publish`: the own status, for as long as the command runs, for a time, or for good; published, or told whoever
//! asks.

use std::time::Duration;

use clap::Args;
use jiff::{Timestamp, Zoned};

use super::arguments::{parse_duration, parse_status};
use super::outcome::Goal;
use super::refusal::Refusal;
use crate::account::{self, AccountSettings, Choice, OwnStatus, PermanentWish, Status};
use crate::desktop::idle::Policy;

/// What to publish.
#[derive(Debug, Clone, Args)]
pub struct PublishArguments {
    /// available, away, busy, on-the-phone, in-a-meeting, do-not-disturb, out-to-lunch, vacation, travel, offline
    #[arg(value_name = "STATUS", value_parser = parse_status, required_unless_present = "remove")]
    pub status: Option<Status>,
    /// A note that goes with it
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub note: String,
    /// A label for rules of the server; people do not see it
    #[arg(long, value_name = "LABEL")]
    pub class: Option<String>,
    /// It ends by itself at this time (RFC 3339, or one of the day such as 15:00): then available is published
    #[arg(long, value_name = "TIME", value_parser = parse_end, conflicts_with = "permanent")]
    pub valid_until: Option<Timestamp>,
    /// Show away in the place of available after so long without keyboard and mouse, and while the screen is locked
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, conflicts_with = "permanent")]
    pub idle_after: Option<Duration>,
    /// Tell when keyboard and mouse were last used, too
    #[arg(long, requires = "idle_after")]
    pub last_input: bool,
    /// Publish nothing: tell it whoever asks this device itself, as in networks without a presence server
    #[arg(long, conflicts_with = "permanent")]
    pub here: bool,
    /// Keep it on the server when nobody is logged in, until it is removed; publish nothing else
    #[arg(long)]
    pub permanent: bool,
    /// Remove the permanent status
    #[arg(long, requires = "permanent", conflicts_with = "status")]
    pub remove: bool,
}

/// Whether somebody is at the machine, and what of it is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct IdleWish {
    pub(super) policy: Policy,
    pub(super) last_input: bool,
}

impl PublishArguments {
    /// What the account is asked for.
    pub(super) fn plan(self) -> Result<(Vec<account::Command>, Goal), Refusal> {
        let now = Timestamp::now();
        if self.valid_until.is_some_and(|until| until <= now) {
            return Err(Refusal::usage(
                "the status would end before it begins",
                "look at --valid-until",
            ));
        }
        let choice = self.status.map(|status| Choice {
            status,
            note: self.note,
        });
        Ok(match choice {
            None => {
                let remove = account::Command::Permanent(PermanentWish::Remove);
                (vec![remove], Goal::Permanent)
            }
            Some(choice) if self.permanent => {
                let keep = account::Command::Permanent(PermanentWish::Keep(choice));
                (vec![keep], Goal::Permanent)
            }
            // What is told is what the account begins with.
            Some(_) if self.here => (vec![account::Command::WatchDocuments], Goal::Answer),
            Some(Choice { status, note }) => {
                let until = self.valid_until;
                let set = account::Command::SetStatus {
                    status,
                    note,
                    until,
                };
                (vec![set], Goal::Publish)
            }
        })
    }

    /// What the account has to begin with for it.
    pub(super) fn settle(&self, settings: &mut AccountSettings) {
        if let Some(class) = &self.class {
            settings.class.clone_from(class);
        }
        let Some(status) = self.status.as_ref().filter(|_| self.here) else {
            return;
        };
        let mut own = OwnStatus::default();
        own.choose(
            Choice {
                status: Status::Available,
                note: String::new(),
            },
            None,
        );
        own.choose(
            Choice {
                status: status.clone(),
                note: self.note.clone(),
            },
            self.valid_until,
        );
        own.keep(settings);
    }

    /// Whether somebody is at the machine, if that matters.
    pub(super) fn idle(&self) -> Option<IdleWish> {
        self.idle_after.map(|after| IdleWish {
            policy: Policy {
                after: Some(after),
                when_locked: true,
            },
            last_input: self.last_input,
        })
    }
}

pub(super) fn parse_end(text: &str) -> Result<Timestamp, String> {
    account::end_from_text(text, &Zoned::now())
        .ok_or_else(|| format!("'{text}' is not a time like 15:00 or 2030-12-31T18:00:00Z"))
}
