//! The scripted office: colleagues whose presence changes, voicemail that arrives, somebody who asks to watch.

use std::time::Duration;

use bytes::Bytes;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use super::auth::User;
use super::server::Server;
use super::xcap::PRES_RULES;
use crate::engine::Moment;
use crate::package::message_summary::{Class, Counts, Summary, Urgent};
use crate::package::presence::{OwnPresence, Publisher, Status};
use crate::rules::Decision;
use crate::sip::Secret;

/// What happens in the office, and when.
#[derive(Debug)]
pub(super) struct Office {
    /// What comes next; few enough to be searched.
    plan: Vec<(Moment, Act)>,
    people: Vec<Person>,
    mailbox: usize,
    /// The subscriptions of those who watch Alice, in the order of [`WATCHING_ALICE`].
    watching: [Option<u64>; WATCHING_ALICE.len()],
    speed: f64,
    random: ChaCha20Rng,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// A person enters the next scene.
    Scene(usize),
    /// The mailbox changes.
    Mail,
    /// Heidi asks to watch Alice, if she is not watching and not refused; the others stay subscribed.
    Ask,
    /// Grace lets everybody see her.
    Approve,
}

#[derive(Debug)]
struct Person {
    aor: String,
    scenes: &'static [Scene],
    /// The scene played; `None` before the first.
    scene: Option<usize>,
    publisher: Publisher,
}

/// A status that lasts for some seconds.
#[derive(Debug)]
struct Scene {
    status: Status,
    note: &'static str,
    lasts_s: u16,
}

impl Office {
    /// Opens the office.
    pub(super) fn open(now: Moment, server: &mut Server, speed: f64, random: ChaCha20Rng) -> Self {
        let people = CAST.iter().map(|role| Person {
            aor: aor(role.name),
            scenes: role.scenes,
            scene: None,
            publisher: Publisher::new(&aor(role.name), &aor(role.name), role.device),
        });
        let mut office = Self {
            plan: Vec::new(),
            people: people.collect(),
            mailbox: 0,
            watching: [None; WATCHING_ALICE.len()],
            speed: if speed.is_finite() {
                speed.clamp(0.01, 1000.0)
            } else {
                1.0
            },
            random,
        };
        let rules = Bytes::from_static(ALICES_RULES.as_bytes());
        let etag = format!("\"{}\"", server.token());
        server.documents.put(&aor(ALICE), PRES_RULES, rules, etag);
        for (number, role) in CAST.iter().enumerate() {
            if role.starts_s == 0.0 {
                office.next_scene(now, server, number);
                office.reschedule(now, Act::Scene(number), role.first_change_s);
            } else {
                office.reschedule(now, Act::Scene(number), role.starts_s);
            }
        }
        // Heidi comes later.
        office.watch_alice(now, server, WATCHING_ALICE.len() - 1);
        office.put_mail(now, server);
        office.plan_in(now, Act::Mail, FIRST_MAIL_S);
        office.plan_in(now, Act::Ask, HEIDI_ASKS_S);
        office.plan_in(now, Act::Approve, GRACE_APPROVES_S);
        office
    }

    /// When something happens next.
    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.plan.iter().map(|(at, _)| *at).min()
    }

    /// Plays what is due.
    pub(super) fn handle_timeout(&mut self, now: Moment, server: &mut Server) {
        while let Some(due) = self.next_timeout().filter(|due| *due <= now) {
            let Some(index) = self.plan.iter().position(|(at, _)| *at == due) else {
                break;
            };
            let (_, act) = self.plan.swap_remove(index);
            match act {
                Act::Scene(number) => self.next_scene(now, server, number),
                Act::Mail => {
                    self.mailbox = (self.mailbox + 1) % MAILBOX.len();
                    self.put_mail(now, server);
                    self.plan_in(now, Act::Mail, MAIL_EVERY_S);
                }
                Act::Ask => {
                    self.watch_alice(now, server, WATCHING_ALICE.len());
                    self.plan_in(now, Act::Ask, HEIDI_LOOKS_EVERY_S);
                }
                Act::Approve => {
                    if let Some(grace) = server.auth.user_mut(&aor(GRACE)) {
                        grace.default = Decision::Allow;
                    }
                    server.rules_changed(now, &aor(GRACE));
                    server.finish(now);
                }
            }
        }
    }

    /// Brings everything back after the server has lost its state.
    pub(super) fn replay(&mut self, now: Moment, server: &mut Server) {
        for number in 0..self.people.len() {
            self.publish(now, server, number);
        }
        self.watching = [None; WATCHING_ALICE.len()];
        self.watch_alice(now, server, WATCHING_ALICE.len() - 1);
    }

    fn next_scene(&mut self, now: Moment, server: &mut Server, number: usize) {
        let Some(person) = self.people.get_mut(number) else {
            return;
        };
        let next = person
            .scene
            .map_or(0, |scene| (scene + 1) % person.scenes.len());
        person.scene = Some(next);
        let lasts_s = person.scenes.get(next).map_or(60, |scene| scene.lasts_s);
        self.publish(now, server, number);
        self.plan_in(now, Act::Scene(number), f64::from(lasts_s));
    }

    fn publish(&mut self, now: Moment, server: &mut Server, number: usize) {
        let Some(person) = self.people.get_mut(number) else {
            return;
        };
        let Some(scene) = person.scene.and_then(|scene| person.scenes.get(scene)) else {
            return;
        };
        let presence = OwnPresence {
            status: scene.status.clone(),
            note: Some(scene.note.to_owned()).filter(|note| !note.is_empty()),
            language: Some("en".to_owned()),
            ..OwnPresence::default()
        };
        let body = person.publisher.document(&presence, server.wall(now));
        server.publications.set(&person.aor, Some(body.into()));
        server.presence_changed(&person.aor);
        server.finish(now);
    }

    fn put_mail(&self, now: Moment, server: &mut Server) {
        let Some((new, old, urgent)) = MAILBOX.get(self.mailbox).copied() else {
            return;
        };
        let counts = Counts {
            new,
            old,
            urgent: Some(Urgent {
                new: urgent,
                old: 0,
            }),
        };
        let summary = Summary {
            waiting: new > 0,
            account: Some(aor(ALICE)),
            classes: vec![(Class::Voice, counts)],
            ..Summary::default()
        };
        server.mailboxes.insert(aor(ALICE), summary);
        server.messages_changed(&aor(ALICE));
        server.finish(now);
    }

    /// The first `count` of those who watch Alice subscribe, where they are not subscribed and not refused.
    fn watch_alice(&mut self, now: Moment, server: &mut Server, count: usize) {
        for (name, watching) in WATCHING_ALICE.iter().zip(&mut self.watching).take(count) {
            let is_alive = watching.is_some_and(|id| server.refresh_scripted(now, id, WATCHES));
            if !is_alive {
                *watching = server.watch_scripted(now, &aor(ALICE), &aor(name), WATCHES);
            }
        }
    }

    /// Plans an act, give or take a tenth, so that the office does not tick like a clock.
    fn plan_in(&mut self, now: Moment, act: Act, seconds: f64) {
        let tenth = f64::from(self.random.next_u32() % 2001) / 1000.0 - 1.0;
        let seconds = seconds * (1.0 + tenth / 10.0) / self.speed;
        self.plan
            .push((now + Duration::from_secs_f64(seconds), act));
    }

    fn reschedule(&mut self, now: Moment, act: Act, seconds: f64) {
        self.plan.retain(|(_, planned)| *planned != act);
        self.plan_in(now, act, seconds);
    }
}

/// The people of the domain, with passwords made by `password`.
pub(super) fn users(mut password: impl FnMut(&str) -> Secret) -> Vec<User> {
    PEOPLE
        .iter()
        .map(|(name, display_name)| User {
            aor: aor(name),
            name: (*name).to_owned(),
            display_name: (*display_name).to_owned(),
            password: password(name),
            default: match *name {
                ALICE | GRACE => Decision::Confirm,
                _ => Decision::Allow,
            },
        })
        .collect()
}

/// The address of somebody in the office.
pub(super) fn aor(name: &str) -> String {
    format!("sip:{name}@{DOMAIN}")
}

struct Role {
    name: &'static str,
    device: &'static str,
    /// When the first scene begins; 0 is from the start.
    starts_s: f64,
    /// When the second scene begins, for those who are there from the start.
    first_change_s: f64,
    scenes: &'static [Scene],
}

const fn scene(status: Status, note: &'static str, lasts_s: u16) -> Scene {
    Scene {
        status,
        note,
        lasts_s,
    }
}

/// The domain of the office.
pub(super) const DOMAIN: &str = "example.test";
/// The one who uses the demo.
pub(super) const ALICE: &str = "alice";
/// The one who asks to watch.
pub(super) const HEIDI: &str = "heidi";
const GRACE: &str = "grace";

const PEOPLE: [(&str, &str); 8] = [
    (ALICE, "Alice"),
    ("bob", "Bob"),
    ("carol", "Carol"),
    ("dave", "Dave"),
    ("erin", "Erin"),
    ("frank", "Frank"),
    (GRACE, "Grace"),
    (HEIDI, "Heidi"),
];

/// Who watches Alice: two from the start, by the rules below; the last one asks.
const WATCHING_ALICE: [&str; 3] = ["bob", "carol", HEIDI];

/// What they subscribe for, and refresh at half time.
const WATCHES: Duration = Duration::from_secs(3600);
const HEIDI_ASKS_S: f64 = 3.0;
const HEIDI_LOOKS_EVERY_S: f64 = 4.0;
const GRACE_APPROVES_S: f64 = 45.0;
const FIRST_MAIL_S: f64 = 4.0;
const MAIL_EVERY_S: f64 = 12.0;

/// Alice's voicemail over time: new, old, urgent among the new.
const MAILBOX: [(u32, u32, u32); 6] = [
    (0, 8, 0),
    (2, 8, 1),
    (3, 8, 1),
    (1, 10, 0),
    (0, 11, 0),
    (1, 8, 0),
];

/// The colleagues. Frank comes later than the others and has published nothing until then; Grace has not decided about
/// anybody yet.
static CAST: [Role; 6] = [
    Role {
        name: "bob",
        device: "urn:uuid:7d1a4c52-0000-4000-8000-0000000b0b01",
        starts_s: 0.0,
        first_change_s: 2.0,
        scenes: &[
            scene(Status::Available, "At my desk", 14),
            scene(Status::OnThePhone, "With a customer", 12),
            scene(Status::Available, "Back at my desk", 16),
            scene(Status::InAMeeting, "Planning, room 4", 15),
            scene(Status::DoNotDisturb, "Writing the report", 13),
        ],
    },
    Role {
        name: "carol",
        device: "urn:uuid:7d1a4c52-0000-4000-8000-00000ca201a1",
        starts_s: 0.0,
        first_change_s: 4.5,
        scenes: &[
            scene(Status::InAMeeting, "Until half past", 13),
            scene(Status::Available, "Free for questions", 17),
            scene(Status::OutToLunch, "Soup today", 14),
            scene(Status::Available, "", 12),
        ],
    },
    Role {
        name: "dave",
        device: "urn:uuid:7d1a4c52-0000-4000-8000-00000dafe0d1",
        starts_s: 0.0,
        first_change_s: 8.0,
        scenes: &[
            scene(Status::Away, "Fetching coffee", 11),
            scene(Status::Busy, "Debugging", 18),
            scene(Status::OnThePhone, "", 10),
            scene(Status::Offline, "", 13),
            scene(Status::Available, "Here again", 15),
        ],
    },
    Role {
        name: "erin",
        device: "urn:uuid:7d1a4c52-0000-4000-8000-00000e214e21",
        starts_s: 0.0,
        first_change_s: 11.0,
        scenes: &[
            scene(Status::Vacation, "Back on Monday", 20),
            scene(Status::Travel, "On the train", 15),
            scene(Status::Available, "Working from home", 18),
        ],
    },
    Role {
        name: "frank",
        device: "urn:uuid:7d1a4c52-0000-4000-8000-00000f2a2cf1",
        starts_s: 13.0,
        first_change_s: 13.0,
        scenes: &[
            scene(Status::Available, "Good morning", 14),
            scene(Status::Busy, "Reading mail", 16),
            scene(Status::Available, "", 19),
        ],
    },
    Role {
        name: GRACE,
        device: "urn:uuid:7d1a4c52-0000-4000-8000-0000062ace61",
        starts_s: 0.0,
        first_change_s: 12.0,
        scenes: &[
            scene(Status::Available, "New here", 15),
            scene(Status::InAMeeting, "Introduction round", 18),
            scene(Status::Away, "Finding the printer", 12),
        ],
    },
];

/// The rules that Alice begins with: Bob and Carol may see her.
const ALICES_RULES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">
  <rule id="colleagues">
    <conditions>
      <identity>
        <one id="sip:bob@example.test"/>
        <one id="sip:carol@example.test"/>
      </identity>
    </conditions>
    <actions>
      <pr:sub-handling>allow</pr:sub-handling>
    </actions>
    <transformations>
      <pr:provide-services><pr:all-services/></pr:provide-services>
      <pr:provide-persons><pr:all-persons/></pr:provide-persons>
      <pr:provide-devices><pr:all-devices/></pr:provide-devices>
      <pr:provide-all-attributes/>
    </transformations>
  </rule>
</ruleset>
"#;
