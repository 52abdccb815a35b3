//! Why this status is shown: every device and notifier, what decided, and how the subscription fares.

use iced::widget::Column;
use jiff::tz::Offset;
use jiff::{Timestamp, Zoned};

use super::Message;
use super::details::section;
use crate::account::{
    Basic, BuddyState, Decider, Device, Presence, Role, Status, Subscription, TimedStatus,
};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::screen::health;
use crate::ui::session::{PAUSED, Session};
use crate::ui::theme::{Element, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words;

/// Shows it.
pub(super) fn view<'a>(buddy: &BuddyState, session: &Session, now: &Zoned) -> Element<'a, Message> {
    let presence = &buddy.presence;
    let mut parts = Column::new().spacing(space::L);
    let person = person(presence, now);
    if !person.is_empty() {
        parts = parts.push(section(fl!("details-person"), lines(person)));
    }
    let reasons = reasons(presence, now);
    if !reasons.is_empty() {
        parts = parts.push(section(fl!("details-why"), lines(reasons)));
    }
    let devices = presence.devices.iter().chain(&*presence.others);
    let count = presence.devices.len() + presence.others.len();
    if count > 0 {
        let shown = devices.take(DEVICES).map(|of| device(of, now));
        let mut rows = Column::with_children(shown).spacing(space::S);
        let more = count.saturating_sub(DEVICES);
        if more > 0 {
            rows = rows.push(quiet(fl!("details-devices-more", count = more)));
        }
        parts = parts.push(section(fl!("details-devices", count = count), rows));
    }
    if buddy.subscription.state != PAUSED {
        let mut health = vec![subscription(
            &fl!("details-presence"),
            &buddy.subscription,
            buddy,
        )];
        if let Some(calls) = session.calls(&buddy.address) {
            health.push(subscription(
                &fl!("details-telephone"),
                &calls.subscription,
                buddy,
            ));
        }
        let health = lines(health).push(control::flush_link(
            fl!("details-connections"),
            Some(Message::HealthPressed(session.id)),
        ));
        parts = parts.push(section(fl!("details-subscription"), health));
    }
    parts.into()
}

/// What is said of the person: local time, place, mood.
fn person(presence: &Presence, now: &Zoned) -> Vec<String> {
    let mut said = Vec::new();
    let Some(person) = &presence.person else {
        return said;
    };
    if let Some(time) = person
        .time_offset_min
        .and_then(|minutes| local_time(minutes, now.timestamp()))
    {
        said.push(match person.time_zone.as_deref().map(plain_text::name) {
            Some(zone) if !zone.is_empty() => {
                fl!("details-local-time-in", time = time, zone = zone)
            }
            _ => fl!("details-local-time", time = time),
        });
    }
    let listed = |words: &[Box<str>]| {
        let words = words.iter().map(|word| plain_text::name(word));
        words.collect::<Vec<_>>().join(", ")
    };
    if !person.place.is_empty() {
        said.push(fl!("details-place", place = listed(&person.place)));
    }
    if !person.mood.is_empty() {
        said.push(fl!("details-mood", mood = listed(&person.mood)));
    }
    said
}

/// The clock of somebody who is so many minutes ahead of UTC (RFC 4480 §3.13).
fn local_time(minutes: i16, now: Timestamp) -> Option<String> {
    let offset = Offset::from_seconds(i32::from(minutes) * 60).ok()?;
    let there = offset.to_datetime(now);
    Some(there.strftime("%H:%M").to_string())
}

/// What decided.
fn reasons(presence: &Presence, now: &Zoned) -> Vec<String> {
    let mut said = Vec::new();
    match presence.why {
        Some(Decider::Activity) => {
            let activities = presence.activities.iter();
            let activities = activities
                .map(|activity| words::status(&Status::from_token(activity)))
                .collect::<Vec<_>>();
            said.push(fl!("why-activity", what = activities.join(", ")));
        }
        Some(Decider::Idle) => said.push(
            match presence.idle_since.as_deref().and_then(|t| time(t, now)) {
                Some(since) => fl!("why-idle-since", since = since),
                None => fl!("why-idle"),
            },
        ),
        Some(Decider::Open) => said.push(fl!("why-open")),
        Some(Decider::Closed) => said.push(fl!("why-closed")),
        None => {}
    }
    let merged = presence.merged.as_deref();
    if let Some(notifier) = merged.and_then(|merged| merged.decided_by.as_deref()) {
        let notifier = plain_text::name(notifier);
        said.push(fl!("why-decided-by", notifier = notifier));
    }
    if presence.notifiers > 1 {
        said.push(fl!("why-notifiers", count = presence.notifiers));
    }
    let note_by = merged.and_then(|merged| merged.note_by.as_deref());
    if let Some(notifier) = note_by.map(plain_text::name) {
        said.push(fl!("why-note-by", notifier = notifier));
    }
    // The one that is shown stands above already.
    let notes = merged.into_iter().flat_map(|merged| &merged.notes);
    let others = notes.filter(|note| note_by != Some(&*note.notifier));
    said.extend(others.take(NOTES).map(|note| {
        fl!(
            "why-note-of",
            notifier = plain_text::name(&note.notifier),
            note = plain_text::note(&note.note)
        )
    }));
    if presence.may_be_old && !presence.stale {
        said.push(fl!("why-may-be-old"));
    }
    if let Some(member) = &presence.member {
        let list = plain_text::address(&member.list);
        said.push(fl!("why-list", list = list));
    }
    said
}

/// One device or service.
fn device<'a>(device: &Device, now: &Zoned) -> Element<'a, Message> {
    let name = device.contact.as_deref().unwrap_or(&device.id);
    let mut state = vec![match device.basic {
        Some(Basic::Open) => fl!("device-open"),
        Some(Basic::Closed) => fl!("device-closed"),
        None => fl!("device-silent"),
    }];
    let details = device.details.as_deref();
    if let Some(details) = details.filter(|details| details.idle) {
        let since = details.idle_since.as_deref().and_then(|t| time(t, now));
        state.push(since.map_or_else(
            || fl!("device-idle"),
            |since| fl!("device-idle-since", since = since),
        ));
    }
    state.extend(device.timestamp.as_deref().and_then(|t| time(t, now)));
    if let Some(details) = details.filter(|details| !details.media.is_empty()) {
        state.push(details.media.join(", "));
    }
    let mut said = vec![state.join(" · ")];
    let about = details.and_then(|details| details.why_about.as_deref());
    let about = about.map(plain_text::address);
    let about = about.unwrap_or_default();
    said.extend(match device.why {
        Role::Decides => Some(fl!("device-decides")),
        Role::Agrees => Some(fl!("device-agrees")),
        Role::OpenElsewhere => Some(fl!("device-open-elsewhere")),
        Role::Silent => None,
        Role::Superseded => Some(fl!("device-superseded")),
        Role::SomebodyElse => Some(fl!("device-somebody-else", about = about)),
        Role::NotElectronic => Some(fl!("device-not-electronic", about = about)),
    });
    let note = device.note.as_deref().map(plain_text::note);
    said.extend(
        note.filter(|note| !note.is_empty())
            .map(|note| fl!("details-note", note = note)),
    );
    if let Some(notifier) = details.and_then(|details| details.notifier.as_deref()) {
        let notifier = plain_text::name(notifier);
        said.push(fl!("device-notifier", notifier = notifier));
    }
    let timed = details
        .into_iter()
        .flat_map(|details| &details.timed_status);
    let timed = timed.take(TIMED);
    said.extend(timed.filter_map(|timed| coming(timed, now)));
    Column::new()
        .push(text(plain_text::address(name)).size(size::SECOND))
        .push(lines(said))
        .spacing(space::XXS)
        .into()
}

/// What a device will be; nothing of what it was.
fn coming(timed: &TimedStatus, now: &Zoned) -> Option<String> {
    let at = |time: &Option<Box<str>>| -> Option<Timestamp> { time.as_deref()?.parse().ok() };
    let (from, until) = (at(&timed.from), at(&timed.until));
    if until.is_some_and(|until| until < now.timestamp()) {
        return None;
    }
    let what = timed
        .activities
        .first()
        .map(|activity| words::status(&Status::from_token(activity)))
        .or_else(|| timed.note.as_deref().map(plain_text::note))
        .unwrap_or_else(|| match timed.basic {
            Some(Basic::Open) => fl!("device-open"),
            _ => fl!("device-closed"),
        });
    let clock = |time: Timestamp| words::clock(time, now);
    Some(match (from, until) {
        (Some(from), Some(until)) => fl!(
            "device-coming-until",
            what = what,
            from = clock(from),
            until = clock(until)
        ),
        (Some(from), None) => fl!("device-coming", what = what, from = clock(from)),
        (None, _) => return None,
    })
}

/// How a subscription fares.
fn subscription(of: &str, subscription: &Subscription, buddy: &BuddyState) -> String {
    let passed = buddy.as_of.elapsed().as_secs();
    let mut said = vec![health::state_words(subscription.state)];
    if let Some(seconds) = subscription.expires_s {
        let left = words::span(seconds.saturating_sub(passed));
        said.push(fl!("health-expires", span = left));
    }
    if let Some(reason) = &subscription.reason {
        said.push(words::reason(reason, subscription.fault));
    }
    format!("{of}: {}", said.join(" · "))
}

fn time(time: &str, now: &Zoned) -> Option<String> {
    let since = words::since(time.parse().ok()?, now);
    (!since.is_empty()).then_some(since)
}

fn lines<'a>(lines: Vec<String>) -> Column<'a, Message, crate::ui::theme::Theme> {
    let lines = lines.into_iter().map(quiet);
    Column::with_children(lines).spacing(space::XXS)
}

fn quiet<'a>(line: String) -> Element<'a, Message> {
    text(line).size(size::SECOND).style(ink::quiet).into()
}

/// So many notes of notifiers are shown.
const NOTES: usize = 6;
/// So many devices are shown.
const DEVICES: usize = 12;
/// So many states to come of each.
const TIMED: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_go_around_midnight_and_never_beyond_the_day() {
        let now: Timestamp = "2026-03-05T23:30:00Z".parse().unwrap();
        let at = |minutes| local_time(minutes, now);
        assert_eq!(at(60).as_deref(), Some("00:30"));
        assert_eq!(at(-330).as_deref(), Some("18:00"));
        assert_eq!(at(i16::MAX), None, "nobody is so far ahead");
    }
}
