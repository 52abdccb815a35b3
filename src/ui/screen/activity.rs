//! The activity: what has changed, the newest first, under the day on which it did.

use iced::widget::{column, container, row};
use iced::{Alignment, Length, Padding};
use jiff::Zoned;
use jiff::civil::Date;

use crate::account::{Activity, ActivityKind, Decision, Status};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::activity;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::{Session, SessionId};
use crate::ui::theme::{Element, MEDIUM, STRONG, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::mark::{Mark, mark};
use crate::ui::widget::pair::pair;
use crate::ui::widget::rows::{Port, rows};
use crate::ui::widget::said::said as told;
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is looked for, and what was cleared.
#[derive(Debug, Clone, Default)]
pub struct State {
    search: String,
    port: Port,
    listed: Vec<Row>,
    /// What the list was made of: the count of each account, and what was looked for.
    made_of: Option<Origin>,
    /// What was cleared last, to be put back.
    cleared: Vec<(SessionId, Vec<Activity>)>,
}

/// What a list was made of.
type Origin = (Vec<(SessionId, u64)>, String, Date);

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// A day.
    Day(Date),
    /// A change, with the name of whom it is about, and of the account where there are several.
    Change(Activity, String, String),
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The list was scrolled.
    Scrolled(Port),
    /// What is looked for was edited.
    SearchEdited(String),
    /// Enter was pressed in the search.
    SearchSubmitted,
    /// 'Clear' was pressed.
    ClearPressed,
    /// 'Undo' was pressed.
    UndoPressed,
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Make the list anew.
    Look,
    /// Forget everything that has changed.
    Clear,
    /// Put this back.
    Restore(Vec<(SessionId, Vec<Activity>)>),
    /// Go back.
    Back,
}

impl State {
    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Scrolled(port) => self.port = port,
            Message::SearchEdited(search) => {
                self.search = search;
                return Action::Look;
            }
            Message::SearchSubmitted => {}
            Message::ClearPressed => return Action::Clear,
            Message::UndoPressed => return Action::Restore(std::mem::take(&mut self.cleared)),
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    /// This was cleared, and can be put back while the screen is open.
    pub fn cleared(&mut self, cleared: Vec<(SessionId, Vec<Activity>)>) {
        self.cleared = cleared;
    }

    /// Makes the list of what has changed with these accounts, where anything is new.
    pub fn look<'s>(
        &mut self,
        sessions: impl IntoIterator<Item = &'s Session> + Copy,
        now: &Zoned,
    ) {
        let counts: Vec<(SessionId, u64)> = sessions
            .into_iter()
            .map(|session| (session.id, session.activity.revision()))
            .collect();
        let made_of = (counts, self.search.clone(), now.date());
        if self.made_of.as_ref() == Some(&made_of) {
            return;
        }
        self.made_of = Some(made_of);
        let wanted = self.search.trim().to_lowercase();
        let mut all = Vec::new();
        for session in sessions {
            let account = session.label.clone().unwrap_or_default();
            for change in session.activity.entries().iter().rev() {
                let name = name(change, session);
                let found = |text: &str| text.to_lowercase().contains(&wanted);
                if wanted.is_empty()
                    || found(&name)
                    || found(&change.who)
                    || found(&account)
                    || found(&said(change))
                {
                    all.push((change.clone(), name, account.clone()));
                }
            }
        }
        all.sort_by_key(|(change, ..)| std::cmp::Reverse(change.at));
        self.listed.clear();
        let mut day = None;
        for (change, name, account) in all {
            let date = change.at.to_zoned(now.time_zone().clone()).date();
            if day != Some(date) {
                day = Some(date);
                self.listed.push(Row::Day(date));
            }
            self.listed.push(Row::Change(change, name, account));
        }
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        let now = words::now();
        let search = control::bare_field(
            SEARCH,
            &fl!("activity-search"),
            &self.search,
            Message::SearchEdited,
            Message::SearchSubmitted,
        );
        let clear = (!self.listed.is_empty()).then_some(Message::ClearPressed);
        let undo = (!self.cleared.is_empty()).then(|| {
            let cleared = text(fl!("activity-cleared"))
                .size(size::BODY)
                .width(Length::Fill);
            let undo = control::link(fl!("undo"), Some(Message::UndoPressed));
            pair(cleared, undo, measure::ASIDE)
        });
        let clear = control::flush_link(fl!("activity-clear"), clear);
        let bar = pair(search, clear, measure::ASIDE).spacing(space::M);
        let head = column![bar].push(undo).spacing(space::XS);
        column![
            control::header(fl!("activity-title"), Message::BackPressed),
            control::readable(
                container(head).padding(Padding::new(space::L).top(0.0).bottom(space::S))
            ),
            control::divider(),
            self.list(&now),
        ]
        .into()
    }

    fn list<'a>(&'a self, now: &Zoned) -> Element<'a, Message> {
        if self.listed.is_empty() {
            let said = if self.search.trim().is_empty() {
                fl!("activity-none")
            } else {
                fl!("activity-none-found")
            };
            return container(text(said).size(size::BODY).style(ink::quiet))
                .padding([space::XL, space::L])
                .center_x(Length::Fill)
                .height(Length::Fill)
                .into();
        }
        let list = rows(
            fl!("activity-title"),
            self.listed.len(),
            measure::ROW_TRACE,
            self.port,
            |row| {
                let shown = match self.listed.get(row)? {
                    Row::Day(date) => day(*date, now),
                    Row::Change(change, name, account) => one(change, name, account, now),
                };
                Some((row as u64, told(shown, Said::of(Kind::Row))))
            },
        );
        let list = container(list).padding([0.0, space::L]);
        control::scroll(control::readable(list), |port| {
            Message::Scrolled(port.into())
        })
        .height(Length::Fill)
        .into()
    }
}

fn day<'a>(date: Date, now: &Zoned) -> Element<'a, Message> {
    let name = if date == now.date() {
        fl!("activity-today")
    } else if date.tomorrow().ok() == Some(now.date()) {
        fl!("activity-yesterday")
    } else {
        fl!(
            "terms-day-words",
            day = date.strftime("%d").to_string(),
            month = date.strftime("%m").to_string(),
            year = date.strftime("%Y").to_string()
        )
    };
    container(text(name).size(size::SMALL).font(STRONG).style(ink::quiet))
        .height(measure::ROW_TRACE)
        .padding(Padding::ZERO.bottom(space::XS))
        .align_y(iced::alignment::Vertical::Bottom)
        .into()
}

fn one<'a>(change: &Activity, name: &str, account: &str, now: &Zoned) -> Element<'a, Message> {
    let at = change.at.to_zoned(now.time_zone().clone());
    let said = said(change);
    let second = match account {
        "" => said,
        account => format!("{said} · {account}"),
    };
    let face = row![
        container(sign(change)).center_x(measure::SIGN),
        column![
            line(name.to_owned()).size(size::BODY).font(MEDIUM).fill(),
            line(second).size(size::SECOND).style(ink::quiet).fill(),
        ]
        .width(Length::Fill),
        line(at.strftime("%H:%M").to_string())
            .size(size::SMALL)
            .style(ink::quiet),
    ]
    .spacing(space::S)
    .align_y(Alignment::Center);
    container(face.height(Length::Fill))
        .height(measure::ROW_TRACE)
        .into()
}

fn sign<'a>(change: &Activity) -> Element<'a, Message> {
    let small = |shown, ink| icon::sized(shown, ink, measure::ICON_SMALL);
    match change.kind {
        ActivityKind::Status => mark(Mark::of(&Status::from_token(&change.text))),
        ActivityKind::Note | ActivityKind::Call => small(Icon::Person, Ink::Quiet),
        ActivityKind::Messages => small(Icon::Tape, Ink::Quiet),
        ActivityKind::Request | ActivityKind::Decision => small(Icon::People, Ink::Quiet),
        ActivityKind::Connection if change.text == activity::ONLINE => {
            small(Icon::Check, Ink::Accent)
        }
        ActivityKind::Connection => small(Icon::Warning, Ink::Danger),
    }
}

/// Whom a change is about.
fn name(change: &Activity, session: &Session) -> String {
    let given = session.names.get(&address::key(&change.who));
    let given = given.map(|name| plain_text::name(name));
    given
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| plain_text::address(&change.who))
}

/// A change in words.
pub fn said(change: &Activity) -> String {
    let text = change.text.as_str();
    match change.kind {
        ActivityKind::Status => words::status(&Status::from_token(text)),
        ActivityKind::Note if text.is_empty() => fl!("activity-no-note"),
        ActivityKind::Note => fl!("details-note", note = plain_text::note(text)),
        ActivityKind::Call => match text {
            "idle" => fl!("activity-call-over"),
            "calling" => fl!("calls-calling"),
            "ringing" => fl!("calls-ringing"),
            _ => fl!("status-on-the-phone"),
        },
        ActivityKind::Messages => match text.parse::<u32>() {
            Ok(count) if count > 0 => fl!("lamp-other", count = count),
            _ => fl!("lamp-dark"),
        },
        ActivityKind::Request => match plain_text::name(text) {
            claimed if claimed.is_empty() => fl!("activity-request"),
            claimed => fl!("activity-request-named", name = claimed),
        },
        ActivityKind::Decision => match text {
            token if token == Decision::Allow.token() => fl!("activity-allowed"),
            token if token == Decision::Block.token() => fl!("activity-blocked"),
            token if token == Decision::PoliteBlock.token() => fl!("activity-polite"),
            _ => fl!("activity-revoked"),
        },
        ActivityKind::Connection => match text {
            activity::ONLINE => fl!("activity-online"),
            activity::PASSWORD => fl!("connection-password-needed"),
            _ => fl!("activity-lost"),
        },
    }
}

/// The name of the search field.
pub const SEARCH: &str = "activity-search";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, online, overflowing, says, session, texts};

    fn change(at: &str, kind: ActivityKind, who: &str, text: &str) -> Activity {
        Activity {
            at: at.parse().unwrap(),
            kind,
            who: format!("sip:{who}@example.test"),
            text: text.to_owned(),
        }
    }

    fn now() -> Zoned {
        "2026-03-05T14:30:00[UTC]".parse().unwrap()
    }

    fn busy_day() -> Session {
        let mut session = session(online());
        session.activity.clear();
        session.activity.recall(vec![
            change(
                "2026-03-01T09:00:00Z",
                ActivityKind::Connection,
                "alice",
                "lost",
            ),
            change(
                "2026-03-04T10:00:00Z",
                ActivityKind::Decision,
                "heidi",
                "allow",
            ),
            change("2026-03-05T09:00:00Z", ActivityKind::Status, "bob", "busy"),
            change(
                "2026-03-05T09:05:00Z",
                ActivityKind::Note,
                "bob",
                "In\u{202e} a hurry",
            ),
            change("2026-03-05T10:00:00Z", ActivityKind::Messages, "alice", "2"),
        ]);
        session
    }

    fn looking_at(session: &Session) -> State {
        let mut state = State::default();
        state.look([session], &now());
        state
    }

    #[test]
    fn the_newest_comes_first_under_its_day() {
        speak("en");
        let session = busy_day();
        let state = looking_at(&session);
        let days = state.listed.iter().filter(|row| matches!(row, Row::Day(_)));
        assert_eq!(days.count(), 3);
        assert!(matches!(&state.listed[1], Row::Change(first, ..) if first.text == "2"));
        let said = texts(state.view());
        for expected in [
            "Bob",
            "Busy",
            "“In a hurry”",
            "2 new messages",
            "Allowed to see you",
        ] {
            assert!(
                said.iter().any(|text| text == expected),
                "{expected}: {said:?}"
            );
        }
    }

    #[test]
    fn it_is_searched_by_name_and_by_what_is_said() {
        speak("en");
        let session = busy_day();
        let mut state = looking_at(&session);
        for (wanted, count) in [("BOB", 3), ("hurry", 2), ("nowhere", 0), ("", 8)] {
            assert_eq!(
                state.update(Message::SearchEdited(wanted.into())),
                Action::Look
            );
            state.look([&session], &now());
            assert_eq!(state.listed.len(), count, "{wanted}");
        }
    }

    #[test]
    fn it_is_cleared_with_one_click_and_put_back_with_another() {
        speak("en");
        let mut session = busy_day();
        let mut state = looking_at(&session);
        let said = click(state.view(), "Clear");
        assert_eq!(state.update(said[0].clone()), Action::Clear);
        state.cleared(vec![(1, session.activity.clear())]);
        state.look([&session], &now());
        assert!(says(state.view(), "Nothing has changed"));
        let said = click(state.view(), "Undo");
        let Action::Restore(back) = state.update(said[0].clone()) else {
            panic!("nothing comes back");
        };
        assert_eq!((back[0].0, back[0].1.len()), (1, 5));
        session.activity.recall(back[0].1.clone());
        state.look([&session], &now());
        assert!(!says(state.view(), "Undo") && says(state.view(), "Busy"));
    }

    #[test]
    fn thousands_are_not_built_at_once_and_it_fits() {
        speak("de");
        let mut session = session(online());
        let bob = change("2026-03-05T09:00:00Z", ActivityKind::Status, "bob", "busy");
        session.activity.recall(vec![bob; 5_000]);
        let state = looking_at(&session);
        let built = texts(state.view())
            .iter()
            .filter(|text| *text == "Bob")
            .count();
        assert!((5..100).contains(&built), "{built}");
        assert_eq!(overflowing(state.view(), 320.0), Vec::<String>::new());
    }
}
