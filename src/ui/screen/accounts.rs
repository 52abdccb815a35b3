//! All accounts: how each stands, and what can be done with it.

use std::time::Instant;

use iced::widget::{Column, Row, column, row};
use iced::{Alignment, Length};

use super::{settings, trusted};
use crate::account::{AccountSettings, Connection, TrustedCertificate};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::sessions::Sessions;
use crate::ui::theme::{Element, MEDIUM, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::pair::pair;
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is unfolded.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The account that is being changed, and what is typed so far.
    changing: Option<Change>,
    /// The account for which 'remove' was pressed once.
    removing: Option<String>,
}

/// What is typed about an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The account's address.
    pub address: String,
    /// The name others see.
    pub name: String,
    /// The number of the voicemail.
    pub voicemail: String,
}

/// What happened. Accounts are meant by their addresses.
#[derive(Debug, Clone)]
pub enum Message {
    /// The screen was scrolled.
    Scrolled,
    /// 'Log in' was pressed.
    LogInPressed(String),
    /// 'Log in again' was pressed.
    LogInAgainPressed(String),
    /// 'Log out' was pressed.
    LogOutPressed(String),
    /// 'Password…' was pressed.
    PasswordPressed(String),
    /// 'Name and voicemail…' was pressed, or the opposite.
    ChangePressed(String),
    /// The name was edited.
    NameEdited(String),
    /// The number of the voicemail was edited.
    VoicemailEdited(String),
    /// 'Save' or Enter was pressed.
    SavePressed,
    /// 'Server…' was pressed: everything that was typed in at the log-in is to be seen.
    ServerPressed(String),
    /// 'Up' (negative) or 'down' was pressed.
    MovePressed(String, isize),
    /// 'Trust no longer' was pressed for this certificate.
    DistrustPressed(String, TrustedCertificate),
    /// 'Remove' was pressed.
    RemovePressed(String),
    /// It was meant.
    RemoveConfirmed(String),
    /// It was not meant.
    RemoveCancelled,
    /// 'Add another account' was pressed.
    AddPressed,
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do. Accounts are meant by their addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Log in, now and at each start.
    LogIn(String),
    /// Log out and in again.
    LogInAgain(String),
    /// Log out and stay so.
    LogOut(String),
    /// Ask for a password.
    AskPassword(String),
    /// Keep this.
    Save(Change),
    /// Show everything that was typed in at the log-in.
    Edit(String),
    /// Move the account up or down in the order of all.
    Move(String, isize),
    /// Trust this certificate no longer by itself.
    Distrust(String, TrustedCertificate),
    /// Log out and forget the account with all its data.
    Remove(String),
    /// Ask for one more account.
    Add,
    /// Go back.
    Back,
}

impl State {
    /// Takes in what happened.
    pub fn update(&mut self, message: Message, accounts: &[AccountSettings]) -> Action {
        match message {
            Message::Scrolled => {}
            Message::LogInPressed(address) => return Action::LogIn(address),
            Message::LogInAgainPressed(address) => return Action::LogInAgain(address),
            Message::LogOutPressed(address) => return Action::LogOut(address),
            Message::PasswordPressed(address) => return Action::AskPassword(address),
            Message::ChangePressed(address) => {
                let open = self.changing.take_if(|change| change.address == address);
                if open.is_none() {
                    let account = accounts.iter().find(|it| it.address == address);
                    self.changing = account.map(Change::of);
                }
            }
            Message::NameEdited(name) => {
                if let Some(change) = &mut self.changing {
                    change.name = name;
                }
            }
            Message::VoicemailEdited(number) => {
                if let Some(change) = &mut self.changing {
                    change.voicemail = number;
                }
            }
            Message::SavePressed => {
                if let Some(change) = self.changing.take_if(|change| change.is_right()) {
                    return Action::Save(change.trimmed());
                }
            }
            Message::ServerPressed(address) => return Action::Edit(address),
            Message::MovePressed(address, by) => return Action::Move(address, by),
            Message::DistrustPressed(address, trusted) => {
                return Action::Distrust(address, trusted);
            }
            Message::RemovePressed(address) => self.removing = Some(address),
            Message::RemoveConfirmed(address) => {
                self.removing = None;
                return Action::Remove(address);
            }
            Message::RemoveCancelled => self.removing = None,
            Message::AddPressed => return Action::Add,
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    /// Folds what is unfolded; whether anything was.
    pub fn escape(&mut self) -> bool {
        let removing = self.removing.take().is_some();
        removing || self.changing.take().is_some()
    }

    /// Shows it.
    pub fn view<'a>(
        &'a self,
        accounts: &'a [AccountSettings],
        sessions: &Sessions,
        now: Instant,
    ) -> Element<'a, Message> {
        let last = accounts.len().saturating_sub(1);
        let cards = accounts.iter().enumerate().map(|(place, account)| {
            let session = sessions.by_address(&account.address);
            let moves = [(place > 0, -1), (place < last, 1)];
            self.card(account, session, moves, now)
        });
        let add = control::main(fl!("settings-add-account"), Some(Message::AddPressed));
        let content = column![Column::with_children(cards).spacing(space::M), add];
        let content = content.spacing(space::L);
        control::page(fl!("accounts-title"), Message::BackPressed, content, |_| {
            Message::Scrolled
        })
    }

    fn card<'a>(
        &'a self,
        account: &'a AccountSettings,
        session: Option<&Session>,
        moves: [(bool, isize); 2],
        now: Instant,
    ) -> Element<'a, Message> {
        let key = || account.address.clone();
        let address = plain_text::address(&account.address);
        let name = plain_text::name(&account.display_name);
        let named = (!name.is_empty()).then(|| text(name).size(size::SMALL).style(ink::quiet));
        let title = column![text(address.clone()).size(size::NAME).font(MEDIUM)]
            .push(named)
            .spacing(space::XXS)
            .width(Length::Fill);
        let moves: Vec<_> = moves
            .into_iter()
            .filter(|(possible, _)| *possible)
            .map(|(_, by)| {
                let (id, shown, name) = if by < 0 {
                    (UP, Icon::Up, fl!("group-up"))
                } else {
                    (DOWN, Icon::Down, fl!("group-down"))
                };
                control::icon_button(id, shown, name, Message::MovePressed(key(), by))
            })
            .collect();
        let title: Element<'a, Message> = if moves.is_empty() {
            title.into()
        } else {
            pair(title, Row::with_children(moves), measure::ASIDE).into()
        };
        let mut card = column![title, stands(session, now)].spacing(space::M);
        let log = match session {
            None => vec![control::other(
                fl!("log-in-button"),
                Some(Message::LogInPressed(key())),
            )],
            // Nothing else helps before that.
            Some(session) if session.wants_password() => vec![
                control::main(fl!("enter-password"), Some(Message::PasswordPressed(key()))),
                control::other(fl!("settings-log-out"), Some(Message::LogOutPressed(key()))),
            ],
            Some(_) => vec![
                control::other(
                    fl!("settings-log-in-again"),
                    Some(Message::LogInAgainPressed(key())),
                ),
                control::other(fl!("settings-log-out"), Some(Message::LogOutPressed(key()))),
                control::other(
                    fl!("settings-change-password"),
                    Some(Message::PasswordPressed(key())),
                ),
            ],
        };
        card = card.push(wrapped(log));
        let open = self
            .changing
            .as_ref()
            .filter(|it| it.address == account.address);
        card = card.push(open.map(Change::view));
        let change = match open {
            Some(_) => fl!("close"),
            None => fl!("accounts-change"),
        };
        let mut quiet = vec![
            control::flush_link(change, Some(Message::ChangePressed(key()))),
            control::flush_link(fl!("accounts-server"), Some(Message::ServerPressed(key()))),
        ];
        let removing = self.removing.as_ref() == Some(&account.address);
        if !removing {
            let remove = Some(Message::RemovePressed(key()));
            quiet.push(control::flush_link(fl!("accounts-remove"), remove));
        }
        card = card.push(control::links(quiet));
        card = card.push(trusted::view(account, |trusted| {
            Message::DistrustPressed(key(), trusted)
        }));
        if removing {
            card = card.push(settings::removal(
                address,
                Message::RemoveConfirmed(key()),
                Message::RemoveCancelled,
            ));
        }
        control::card(card)
    }
}

impl Change {
    fn of(account: &AccountSettings) -> Self {
        Self {
            address: account.address.clone(),
            name: account.display_name.clone(),
            voicemail: account.voicemail.clone(),
        }
    }

    /// Whether it can be kept.
    fn is_right(&self) -> bool {
        let (_, wrong) = settings::voicemail_hint(&self.voicemail, &self.address);
        self.has_right_name() && !wrong
    }

    fn has_right_name(&self) -> bool {
        let name = self.name.trim();
        name.chars().count() <= LONGEST && !name.contains(char::is_control)
    }

    fn trimmed(self) -> Self {
        Self {
            name: self.name.trim().to_owned(),
            voicemail: self.voicemail.trim().to_owned(),
            address: self.address,
        }
    }

    fn view(&self) -> Element<'_, Message> {
        let wrong = !self.has_right_name();
        let hint = if wrong {
            fl!("accounts-name-wrong", count = LONGEST)
        } else {
            fl!("accounts-name-hint")
        };
        let name = Field {
            hint: Some(hint),
            wrong,
            on_submit: Some(Message::SavePressed),
            ..Field::new(NAME, fl!("accounts-name"), &self.name)
        };
        let (hint, wrong) = settings::voicemail_hint(&self.voicemail, &self.address);
        let voicemail = Field {
            example: "*97",
            hint: Some(hint),
            wrong,
            on_submit: Some(Message::SavePressed),
            ..Field::new(
                "accounts-voicemail",
                fl!("settings-voicemail"),
                &self.voicemail,
            )
        };
        let save = self.is_right().then_some(Message::SavePressed);
        column![
            name.view(Message::NameEdited),
            voicemail.view(Message::VoicemailEdited),
            control::main(fl!("accounts-save"), save),
        ]
        .spacing(space::M)
        .into()
    }
}

/// How an account stands: a sign and a sentence.
fn stands<'a>(session: Option<&Session>, now: Instant) -> Element<'a, Message> {
    let small = |shown, ink| icon::sized(shown, ink, measure::ICON_SMALL);
    let (sign, said, trouble) = match session {
        None => (
            small(Icon::Cross, Ink::Quiet),
            fl!("accounts-logged-out"),
            false,
        ),
        Some(session) => {
            let said = words::connection(session, now);
            let sign = if said.trouble {
                small(Icon::Warning, Ink::Danger)
            } else if session.snapshot.connection == Connection::Online {
                small(Icon::Check, Ink::Accent)
            } else {
                small(Icon::Retry, Ink::Quiet)
            };
            (sign, said.text, said.trouble)
        }
    };
    let style = if trouble { ink::plain } else { ink::quiet };
    row![
        sign,
        text(said)
            .size(size::SMALL)
            .style(style)
            .width(Length::Fill)
    ]
    .spacing(space::S)
    .align_y(Alignment::Center)
    .into()
}

fn wrapped(actions: Vec<Element<'_, Message>>) -> Element<'_, Message> {
    Row::with_children(actions)
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::S)
        .into()
}

/// The name of the field for the name.
pub const NAME: &str = "accounts-name";
/// The names of the buttons that move an account.
const UP: &str = "account-up";
const DOWN: &str = "account-down";
/// The longest name, in characters.
const LONGEST: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{
        account, click, click_on, in_one_line, online, overflowing, says, session,
    };

    fn accounts() -> Vec<AccountSettings> {
        let grace = AccountSettings {
            address: "sip:grace@example.com".to_owned(),
            display_name: "Grace".to_owned(),
            enabled: false,
            ..AccountSettings::default()
        };
        vec![account(), grace]
    }

    fn view<'a>(state: &'a State, accounts: &'a [AccountSettings]) -> Element<'a, Message> {
        let sessions = Sessions::from_iter([session(online())]);
        state.view(accounts, &sessions, Instant::now())
    }

    fn press(state: &mut State, accounts: &[AccountSettings], text: &'static str) -> Action {
        let said = click(view(state, accounts), text);
        let [message] = said.as_slice() else {
            panic!("{text}: {said:?}");
        };
        state.update(message.clone(), accounts)
    }

    #[test]
    fn an_account_that_wants_its_password_is_given_it_here() {
        speak("en");
        let refused = crate::account::Snapshot {
            connection: Connection::PasswordNeeded { refused: true },
            ..online()
        };
        let sessions = Sessions::from_iter([session(refused)]);
        let (state, accounts) = (State::default(), [account()]);
        let view = || state.view(&accounts, &sessions, Instant::now());
        let pressed = click(view(), "Enter password");
        assert!(matches!(&pressed[..], [Message::PasswordPressed(_)]));
        assert!(!says(view(), "Log in again"));
        assert!(says(view(), "Log out"));
    }

    #[test]
    fn each_account_says_how_it_stands_and_what_can_be_done() {
        speak("en");
        let accounts = accounts();
        let mut state = State::default();
        for told in ["Connected as alice@example.test", "Logged out", "Grace"] {
            assert!(says(view(&state, &accounts), told), "{told}");
        }
        let grace = || "sip:grace@example.com".to_owned();
        let alice = || "sip:alice@example.test".to_owned();
        assert_eq!(
            press(&mut state, &accounts, "Log in"),
            Action::LogIn(grace())
        );
        assert_eq!(
            press(&mut state, &accounts, "Log out"),
            Action::LogOut(alice())
        );
        // The first of several that say the same is that of Alice.
        let said = click_on(view(&state, &accounts), DOWN);
        let down = state.update(said[0].clone(), &accounts);
        assert_eq!(down, Action::Move(alice(), 1));
        assert_eq!(press(&mut state, &accounts, "Remove…"), Action::None);
        assert!(says(
            view(&state, &accounts),
            "Remove alice@example.test from this machine?"
        ));
        assert_eq!(press(&mut state, &accounts, "Keep it"), Action::None);
        press(&mut state, &accounts, "Remove…");
        assert_eq!(
            press(&mut state, &accounts, "Remove"),
            Action::Remove(alice())
        );
        assert!(
            click_on(view(&state, &accounts[..1]), DOWN).is_empty(),
            "there is one"
        );
    }

    #[test]
    fn certificates_that_are_trusted_are_shown_and_given_up_with_a_click() {
        speak("en");
        let mut accounts = accounts();
        let trusted = TrustedCertificate {
            server: "example.com".to_owned(),
            at: "192.0.2.1:5061".to_owned(),
            sha256: "AB:CD:EF".to_owned(),
            since: "2026-02-03T12:00:00Z".to_owned(),
        };
        accounts[1].trusted.push(trusted.clone());
        let mut state = State::default();
        for told in ["example.com, since 2026-02-03", "AB CD EF"] {
            assert!(says(view(&state, &accounts), told), "{told}");
        }
        let gone = Action::Distrust("sip:grace@example.com".to_owned(), trusted);
        assert_eq!(press(&mut state, &accounts, "Trust no longer"), gone);
    }

    #[test]
    fn what_is_typed_is_checked_before_it_is_kept() {
        speak("en");
        let accounts = accounts();
        let mut state = State::default();
        assert_eq!(
            press(&mut state, &accounts, "Name and voicemail…"),
            Action::None
        );
        state.update(Message::NameEdited("A".repeat(81)), &accounts);
        assert!(says(view(&state, &accounts), "At most 80 characters"));
        assert_eq!(state.update(Message::SavePressed, &accounts), Action::None);
        state.update(Message::NameEdited(" Alice ".into()), &accounts);
        state.update(Message::VoicemailEdited("mailto:vm".into()), &accounts);
        assert!(
            click(view(&state, &accounts), "Save").is_empty(),
            "it cannot be called"
        );
        state.update(Message::VoicemailEdited(" *97".into()), &accounts);
        assert!(says(view(&state, &accounts), "*97@example.test"));
        let kept = Change {
            address: "sip:alice@example.test".into(),
            name: "Alice".into(),
            voicemail: "*97".into(),
        };
        assert_eq!(press(&mut state, &accounts, "Save"), Action::Save(kept));
        press(&mut state, &accounts, "Name and voicemail…");
        assert!(state.escape(), "it folds");
        assert!(!state.escape());
    }

    #[test]
    fn what_can_be_done_with_an_account_stands_in_two_lines() {
        let (accounts, state) = (accounts(), State::default());
        for language in crate::i18n::LANGUAGES.map(|language| language.tag) {
            speak(language);
            let shown = || view(&state, &accounts[..1]);
            let quiet = [
                fl!("accounts-change"),
                fl!("accounts-server"),
                fl!("accounts-remove"),
            ];
            assert!(in_one_line(shown(), &quiet), "{language}: {quiet:?}");
            if ["en", "de", "ja", "pl"].contains(&language) {
                let log = [
                    fl!("settings-log-in-again"),
                    fl!("settings-log-out"),
                    fl!("settings-change-password"),
                ];
                assert!(in_one_line(shown(), &log), "{language}: {log:?}");
            }
        }
        speak("en");
    }

    #[test]
    fn nothing_leaves_a_narrow_window() {
        let mut accounts = accounts();
        accounts[1].display_name = "x".repeat(80);
        accounts[0].trusted.push(TrustedCertificate {
            server: "s".repeat(80),
            sha256: "AB:".repeat(32),
            ..TrustedCertificate::default()
        });
        accounts[0].address = format!("sip:{}@example.test", "a".repeat(80));
        for language in crate::i18n::LANGUAGES.map(|language| language.tag) {
            speak(language);
            let mut state = State::default();
            for message in [
                Message::ChangePressed(accounts[1].address.clone()),
                Message::RemovePressed(accounts[1].address.clone()),
            ] {
                state.update(message, &accounts);
                for width in [210.0, 320.0] {
                    let out = overflowing(view(&state, &accounts), width);
                    assert_eq!(out, Vec::<String>::new(), "{language} {width}");
                }
            }
        }
    }
}
