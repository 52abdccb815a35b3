//! Asks for a password: the server refused one, none is remembered, or the user wants another one.

use iced::Length;
use iced::widget::{column, container, scrollable, text};

use crate::account::Secret;
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{Element, size, space};
use crate::ui::widget::control::{self, Field};

/// Why a password is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The server refused the one we had.
    Refused,
    /// None is remembered.
    NotRemembered,
    /// The keyring could not be asked; the reason, as a sentence.
    NoKeyring(String),
    /// The user wants another one.
    Change,
}

/// What is typed so far.
#[derive(Debug, Clone)]
pub struct State {
    why: Why,
    address: String,
    password: String,
    remember: bool,
    insisted: bool,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The password was edited.
    Edited(String),
    /// 'Remember' was switched.
    RememberSwitched,
    /// The main button was pressed.
    UsePressed,
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Use this password from now on.
    Use {
        /// The password.
        password: Secret,
        /// Whether to put it into the keyring.
        remember: bool,
    },
    /// Go back.
    Back,
}

impl State {
    /// Asks for the password of an account.
    pub fn new(why: Why, address: &str) -> Self {
        Self {
            remember: !matches!(why, Why::NoKeyring(_)),
            why,
            address: plain_text::address(address),
            password: String::new(),
            insisted: false,
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Edited(text) => self.password = text,
            Message::RememberSwitched => self.remember = !self.remember,
            Message::UsePressed if self.password.is_empty() => self.insisted = true,
            Message::UsePressed => {
                return Action::Use {
                    password: Secret::new(std::mem::take(&mut self.password)),
                    remember: self.remember,
                };
            }
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        let address = self.address.as_str();
        let reason = match &self.why {
            Why::Refused => fl!("password-refused", address = address),
            Why::NotRemembered => fl!("password-not-remembered", address = address),
            Why::NoKeyring(_) => fl!("password-no-keyring", address = address),
            Why::Change => fl!("password-change", address = address),
        };
        let missing = self.insisted && self.password.is_empty();
        let mut form = column![].spacing(space::L);
        form = match &self.why {
            Why::Refused => form.push(control::notice(
                reason,
                Some(fl!("password-refused-hint")),
                [],
            )),
            Why::NoKeyring(why) => form
                .push(text(reason).size(size::BODY))
                .push(control::notice(
                    why.clone(),
                    Some(fl!("password-no-keyring-hint")),
                    [],
                )),
            Why::NotRemembered | Why::Change => form.push(text(reason).size(size::BODY)),
        };
        form = form.push(
            Field {
                secret: true,
                hint: missing.then(|| fl!("log-in-password-missing")),
                wrong: missing,
                on_submit: Some(Message::UsePressed),
                ..Field::new(FIELD, fl!("log-in-password"), &self.password)
            }
            .view(Message::Edited),
        );
        form = form
            .push(control::check(
                fl!("log-in-remember"),
                self.remember,
                Message::RememberSwitched,
            ))
            .push(control::wide_main(
                fl!("password-use"),
                Some(Message::UsePressed),
            ));
        column![
            control::header(fl!("password-title"), fl!("back"), Message::BackPressed),
            scrollable(control::readable(container(form).padding(space::L))).height(Length::Fill),
        ]
        .into()
    }
}

/// The name of the password field.
pub const FIELD: &str = "password";
