//! How everything fares that the account keeps alive: what it is, how it stands, what comes next, what went wrong.

use iced::Length;
use iced::alignment::Vertical;
use iced::widget::{Column, column, container};

use super::trace::Filter;
use crate::account::{Health, Part, Snapshot};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, MEDIUM, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{Icon, Ink};
use crate::ui::widget::pair::{pair, signed};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The screen was scrolled.
    Scrolled,
    /// 'Try everything again' was pressed.
    RetryPressed,
    /// 'Refresh' was pressed.
    RefreshPressed(Part),
    /// 'Subscribe anew' was pressed for this subscription.
    ResubscribePressed(u32),
    /// Messages are to be seen: those that this finds.
    TracePressed(Filter),
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Try again at once whatever waits to be tried again.
    Retry,
    /// Refresh this now.
    Refresh(Part),
    /// Begin this subscription anew.
    Resubscribe(u32),
    /// Show the messages that this finds.
    OpenTrace(Filter),
    /// Go back.
    Back,
}

/// What a message asks for.
pub fn update(message: &Message) -> Action {
    match message {
        Message::Scrolled => Action::None,
        Message::RetryPressed => Action::Retry,
        Message::RefreshPressed(part) => Action::Refresh(*part),
        Message::ResubscribePressed(id) => Action::Resubscribe(*id),
        Message::TracePressed(filter) => Action::OpenTrace(filter.clone()),
        Message::BackPressed => Action::Back,
    }
}

/// Shows it, what went wrong first.
pub fn view<'a>(session: &Session) -> Element<'a, Message> {
    let all = ordered(&session.snapshot);
    let count = all.len();
    let troubled = all.iter().filter(|health| is_troubled(health)).count();
    let summary = if count == 0 {
        fl!("health-nothing")
    } else if troubled == 0 {
        fl!("health-fine", count = count)
    } else {
        fl!("health-troubled", count = troubled)
    };
    let retry =
        (troubled > 0).then(|| control::other(fl!("health-retry"), Some(Message::RetryPressed)));
    let foreign = session.snapshot.bad_input;
    let foreign = (foreign > 0).then(|| {
        let words = fl!("health-bad-input", count = foreign);
        text(words).size(size::SMALL).style(ink::quiet)
    });
    let trace = control::flush_link(
        fl!("health-trace-all"),
        Some(Message::TracePressed(Filter::default())),
    );
    let mut content = column![text(summary).size(size::BODY)]
        .push(foreign)
        .push(retry)
        .push(trace)
        .spacing(space::M);
    let shown = all.iter().take(SHOWN).map(|health| card(health, session));
    content = content.push(Column::with_children(shown).spacing(space::S));
    let more = count.saturating_sub(SHOWN);
    if more > 0 {
        let more = fl!("health-more", count = more);
        content = content.push(text(more).size(size::SMALL).style(ink::quiet));
    }
    control::page(fl!("health-title"), Message::BackPressed, content, |_| {
        Message::Scrolled
    })
}

fn ordered(snapshot: &Snapshot) -> Vec<&Health> {
    // How the account as a whole fares is said at the foot of the window.
    let parts = snapshot.health.iter();
    let mut all: Vec<&Health> = parts.filter(|part| part.subject != "account").collect();
    all.sort_by_key(|health| !is_troubled(health));
    all
}

/// Whether somebody should look at it.
fn is_troubled(health: &Health) -> bool {
    matches!(health.state, "failed" | "terminated" | "waiting_to_retry")
}

fn card<'a>(health: &Health, session: &Session) -> Element<'a, Message> {
    let troubled = is_troubled(health);
    let (sign, ink) = if troubled {
        (Icon::Warning, Ink::Danger)
    } else if matches!(health.state, "active" | "registered" | "published") {
        (Icon::Check, Ink::Accent)
    } else {
        (Icon::Retry, Ink::Quiet)
    };
    let state = text(state_words(health.state)).size(size::SMALL);
    let state = if troubled {
        state.style(ink::danger)
    } else {
        state.style(ink::quiet)
    };
    let name = text(subject(health, session))
        .size(size::NAME)
        .font(MEDIUM)
        .width(Length::Fill);
    let title = pair(name, state, measure::ASIDE);
    let mut words = column![title].spacing(space::XXS).width(Length::Fill);
    for quiet in details(health) {
        words = words.push(text(quiet).size(size::SMALL).style(ink::quiet));
    }
    words = words.push(actions(health));
    let card = signed(sign, ink, measure::ICON_SMALL, words)
        .spacing(space::S)
        .align(Vertical::Top);
    container(card)
        .padding(iced::Padding::from([space::S, space::L]).left(space::XS))
        .width(Length::Fill)
        .style(theme::card)
        .into()
}

/// What can be done with it.
fn actions<'a>(health: &Health) -> Element<'a, Message> {
    let part = match (health.subject, health.id) {
        ("registration", _) => Some(Part::Registration),
        ("publication", _) => Some(Part::Publication),
        ("subscription", Some(id)) => Some(Part::Subscription(id)),
        _ => None,
    };
    let refresh = part.map(|part| {
        control::flush_link(fl!("health-refresh"), Some(Message::RefreshPressed(part)))
    });
    let anew = health.id.map(|id| {
        control::flush_link(
            fl!("health-resubscribe"),
            Some(Message::ResubscribePressed(id)),
        )
    });
    let trace = Message::TracePressed(messages_of(health));
    let trace = control::flush_link(fl!("health-trace"), Some(trace));
    control::links([refresh, anew, Some(trace)].into_iter().flatten())
}

/// What finds its messages in the trace.
fn messages_of(health: &Health) -> Filter {
    let method = match health.subject {
        "registration" => Some("REGISTER"),
        "publication" => Some("PUBLISH"),
        _ => None,
    };
    let bare = health.resource.split_once(':').map(|(_, bare)| bare);
    Filter {
        text: bare.unwrap_or(&health.resource).to_owned(),
        package: health.package.clone().filter(|_| method.is_none()),
        method: method.map(str::to_owned),
        ..Filter::default()
    }
}

/// What it is.
fn subject(health: &Health, session: &Session) -> String {
    let address = plain_text::address(&health.resource);
    let given = session.names.get(&address::key(&health.resource));
    let name = given
        .map(|name| plain_text::name(name))
        .filter(|name| !name.is_empty())
        .unwrap_or(address);
    match (health.subject, health.package.as_deref()) {
        ("registration", _) => fl!("health-registration"),
        ("publication", _) => fl!("health-publication"),
        ("notifier", _) => fl!("health-notifier"),
        (_, Some("presence")) => fl!("health-presence", name = name),
        (_, Some("presence.winfo")) => fl!("health-watchers"),
        (_, Some("message-summary")) => fl!("health-messages", name = name),
        (_, Some("dialog")) => fl!("health-calls", name = name),
        (_, package) => {
            let package = plain_text::name(package.unwrap_or_default());
            fl!("health-other", package = package, name = name)
        }
    }
}

/// The state of a subscription, registration or publication in a word or two.
pub fn state_words(state: &str) -> String {
    match state {
        "active" => fl!("health-active"),
        "registered" => fl!("health-registered"),
        "published" => fl!("health-published"),
        "pending" => fl!("health-pending"),
        "notify_wait" | "registering" | "publishing" => fl!("health-asking"),
        "waiting_to_retry" => fl!("health-waiting"),
        "failed" => fl!("health-failed"),
        _ => fl!("health-ended"),
    }
}

/// What else is known, line by line.
fn details(health: &Health) -> Vec<String> {
    let mut lines = Vec::new();
    let mut times = Vec::new();
    if let Some(next) = health.next {
        let span = words::span(next.in_s);
        times.push(match next.action {
            "refresh" => fl!("health-next-refresh", span = span),
            "retry" => fl!("health-next-retry", span = span),
            _ => fl!("health-next-stop", span = span),
        });
    }
    if let Some(seconds) = health.expires_s.filter(|_| !is_troubled(health)) {
        let left = words::span(seconds);
        times.push(match health.granted_s {
            Some(granted) => fl!(
                "health-expires-of",
                span = left,
                granted = words::span(granted)
            ),
            None => fl!("health-expires", span = left),
        });
    }
    let mut news = Vec::new();
    if let Some(seconds) = health.last_notify_s {
        news.push(fl!("health-last-notify", span = words::span(seconds)));
    }
    if let Some(counters) = health.counters {
        news.push(fl!("health-requests", count = counters.requests));
        if let Some(notifies) = counters.notifies {
            news.push(fl!("health-notifies", count = notifies));
        }
        if counters.failures > 0 {
            news.push(fl!("health-failures", count = counters.failures));
        }
    }
    let filled = [times, news].into_iter().filter(|parts| !parts.is_empty());
    lines.extend(filled.map(|parts| words::capitalised(&parts.join(" · "))));
    if let Some(failure) = &health.last_failure {
        let mut reason = plain_text::one_line(&failure.reason, 120);
        if let Some(detail) = &failure.detail {
            reason = format!("{reason}: {}", plain_text::note(detail));
        }
        let span = words::span(failure.ago_s);
        lines.push(fl!("health-last-failure", span = span, reason = reason));
    } else if let Some(reason) = &health.reason {
        lines.push(plain_text::sentence(reason));
    }
    for server in &health.servers {
        let address = plain_text::name(&server.address);
        let transport = server.transport;
        lines.push(if server.of > 1 {
            let (place, of) = (server.place, server.of);
            fl!(
                "health-server-of",
                address = address,
                transport = transport,
                place = place,
                of = of
            )
        } else {
            fl!("health-server", address = address, transport = transport)
        });
        let passed = server.passed_over.iter();
        lines.extend(passed.map(|passed| plain_text::sentence(passed)));
        if let Some(seconds) = server.look_again_s {
            lines.push(fl!("health-server-again", span = words::span(seconds)));
        }
    }
    lines.extend(
        health
            .tolerances
            .iter()
            .map(|known| plain_text::sentence(known)),
    );
    lines
}

/// So many are shown; those in trouble come first.
const SHOWN: usize = 200;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::account::{HealthCounters, LastFailure, Next};
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, in_one_line, online, says, session, texts};

    fn bob(state: &'static str) -> Health {
        Health {
            subject: "subscription",
            id: Some(1),
            package: Some("presence".to_owned()),
            resource: "sip:bob@example.test".to_owned(),
            state,
            reason: None,
            granted_s: Some(3600),
            expires_s: Some(3000),
            next: Some(Next {
                action: "refresh",
                in_s: 2700,
            }),
            notifiers: Vec::new(),
            last_notify_s: Some(5),
            last_failure: None,
            counters: Some(HealthCounters {
                requests: 2,
                failures: 0,
                notifies: Some(7),
                refused_forks: Some(0),
            }),
            tolerances: Vec::new(),
            servers: Vec::new(),
            watchers: None,
            bad_input: None,
        }
    }

    fn with(health: Vec<Health>) -> Session {
        session(Snapshot {
            health: Arc::new(health),
            ..online()
        })
    }

    #[test]
    fn what_goes_well_says_what_comes_next() {
        speak("en");
        let session = with(vec![bob("active")]);
        let said = texts(view(&session));
        for expected in [
            "Presence of Bob",
            "Active",
            "Next refresh in 45 min · runs out in 50 min of 1 h",
            "Last news 5 s ago · 2 requests · 7 notifications",
        ] {
            assert!(
                said.iter().any(|text| text == expected),
                "{expected}: {said:?}"
            );
        }
        assert!(!says(view(&session), "Try everything again"));
    }

    #[test]
    fn what_can_be_done_with_a_subscription_stands_in_one_line() {
        let session = with(vec![bob("active")]);
        for language in ["en", "de", "ja"] {
            speak(language);
            let links = [
                fl!("health-refresh"),
                fl!("health-resubscribe"),
                fl!("health-trace"),
            ];
            assert!(in_one_line(view(&session), &links), "{links:?}");
        }
        speak("en");
    }

    #[test]
    fn what_went_wrong_comes_first_with_the_words_of_the_server() {
        speak("en");
        let mut broken = bob("waiting_to_retry");
        broken.resource = "sip:carol@example.test".to_owned();
        broken.next = Some(Next {
            action: "retry",
            in_s: 90,
        });
        broken.last_failure = Some(LastFailure {
            reason: "503 Service Unavailable".to_owned(),
            detail: Some("Back at\u{202e} noon".to_owned()),
            ago_s: 30,
        });
        let session = with(vec![bob("active"), broken]);
        let said = texts(view(&session));
        let at = |part: &str| said.iter().position(|text| text.contains(part));
        assert!(at("carol") < at("Bob"), "{said:?}");
        assert!(
            at("30 s ago: 503 Service Unavailable: Back at noon").is_some(),
            "{said:?}"
        );
        assert!(at("Next try in 90 s").is_some(), "{said:?}");
        let pressed = click(view(&session), "Try everything again");
        assert_eq!(update(&pressed[0]), Action::Retry);
    }

    #[test]
    fn a_log_in_says_what_a_subscription_says_but_for_notifications() {
        speak("en");
        let mut log_in = bob("registered");
        log_in.subject = "registration";
        log_in.package = None;
        log_in.last_notify_s = None;
        log_in.counters = Some(HealthCounters {
            requests: 3,
            failures: 1,
            notifies: None,
            refused_forks: None,
        });
        log_in.last_failure = Some(LastFailure {
            reason: "423 Interval Too Brief".to_owned(),
            detail: None,
            ago_s: 60,
        });
        let session = with(vec![log_in]);
        let said = texts(view(&session));
        for expected in ["3 requests · 1 failure", "423 Interval Too Brief"] {
            assert!(
                said.iter().any(|text| text.contains(expected)),
                "{expected}: {said:?}"
            );
        }
        assert!(!said.iter().any(|text| text.contains("notification")));
    }

    #[test]
    fn each_row_is_refreshed_begun_anew_and_found_in_the_trace() {
        speak("en");
        let session = with(vec![bob("active")]);
        let pressed = |text| update(&click(view(&session), text)[0]);
        assert_eq!(pressed("Refresh"), Action::Refresh(Part::Subscription(1)));
        assert_eq!(pressed("Subscribe anew"), Action::Resubscribe(1));
        let filter = Filter {
            text: "bob@example.test".to_owned(),
            package: Some("presence".to_owned()),
            ..Filter::default()
        };
        assert_eq!(pressed("Its messages"), Action::OpenTrace(filter));
        let mut log_in = bob("registered");
        log_in.subject = "registration";
        log_in.id = None;
        let session = with(vec![log_in]);
        assert!(!says(view(&session), "Subscribe anew"));
        let said = click(view(&session), "Refresh");
        assert_eq!(update(&said[0]), Action::Refresh(Part::Registration));
    }

    #[test]
    fn what_was_left_out_is_counted_and_the_account_is_no_part() {
        speak("en");
        let mut account = bob("online");
        account.subject = "account";
        let count = |bad_input| {
            session(Snapshot {
                health: Arc::new(vec![account.clone(), bob("active")]),
                bad_input,
                ..online()
            })
        };
        let (none, three) = (count(0), count(3));
        assert!(says(view(&none), "It is fine."));
        assert!(!says(view(&none), "left out"));
        assert!(says(
            view(&three),
            "3 faulty or foreign messages were left out"
        ));
    }

    #[test]
    fn ten_thousand_are_not_drawn_at_once() {
        speak("en");
        let session = with((0..10_000).map(|_| bob("active")).collect());
        let rows = texts(view(&session));
        let rows = rows.iter().filter(|text| *text == "Presence of Bob");
        assert_eq!(rows.count(), SHOWN);
        assert!(says(view(&session), "9800 more"));
    }
}
