//! Asks for a password: the server refused one, none is remembered, or the user wants another one.

use iced::widget::column;

use crate::account::{Secret, SecretError};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{Element, size, space};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::text::text;
use crate::ui::words;

/// Why a password is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The server refused the one we had.
    Refused,
    /// None is remembered.
    NotRemembered,
    /// The keyring could not be asked.
    NoKeyring(SecretError),
    /// The user wants another one.
    Change,
}

/// What is typed so far.
#[derive(Debug, Clone)]
pub struct State {
    why: Why,
    address: String,
    password: Secret,
    remember: bool,
    insisted: bool,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The form was scrolled.
    Scrolled,
    /// The password was edited.
    Edited(Secret),
    /// 'Remember' was switched.
    RememberSwitched,
    /// The main button was pressed.
    UsePressed,
    /// 'Check the account's details' was pressed.
    EditAccountPressed,
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
    /// Log out, and show what was typed in about the account.
    EditAccount,
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
            password: Secret::default(),
            insisted: false,
        }
    }

    /// Does not offer to remember it: there is no keyring, or the user did not want that. It can still be asked for.
    #[must_use]
    pub fn not_remembering(self) -> Self {
        Self {
            remember: false,
            ..self
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Scrolled => {}
            Message::Edited(text) => self.password = text,
            Message::RememberSwitched => self.remember = !self.remember,
            Message::UsePressed if self.password.is_empty() => self.insisted = true,
            Message::UsePressed => {
                return Action::Use {
                    password: std::mem::take(&mut self.password),
                    remember: self.remember,
                };
            }
            Message::EditAccountPressed => return Action::EditAccount,
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
            Why::NoKeyring(_) => fl!("password-enter", address = address),
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
            Why::NoKeyring(why) => {
                let why = format!(
                    "{} {}",
                    words::keyring(why),
                    fl!("password-no-keyring-hint")
                );
                form.push(text(reason).size(size::BODY))
                    .push(control::notice(
                        fl!("password-no-keyring-notice"),
                        Some(why),
                        [],
                    ))
            }
            Why::NotRemembered | Why::Change => form.push(text(reason).size(size::BODY)),
        };
        form = form.push(
            Field {
                secret: true,
                hint: missing.then(|| fl!("log-in-password-missing")),
                wrong: missing,
                on_submit: Some(Message::UsePressed),
                ..Field::new(FIELD, fl!("log-in-password"), self.password.expose())
            }
            .view(|text| Message::Edited(text.into())),
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
        if self.why == Why::Refused {
            form = form.push(control::flush_link(
                fl!("password-edit-account"),
                Some(Message::EditAccountPressed),
            ));
        }
        control::page(fl!("password-title"), Message::BackPressed, form, |_| {
            Message::Scrolled
        })
    }
}

/// The name of the password field.
pub const FIELD: &str = "password";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, says};

    #[test]
    fn it_says_why_it_asks() {
        speak("en");
        let view = |why| {
            let state = State::new(why, "sip:alice@example.test");
            crate::ui::testing::texts(state.view()).join("\n")
        };
        assert!(
            view(Why::Refused).contains("The server refused the password for alice@example.test.")
        );
        assert!(view(Why::NotRemembered).contains("The keyring has none"));
        let no_keyring = view(Why::NoKeyring(no_service()));
        assert!(no_keyring.contains("No keyring runs on this machine."));
        assert!(no_keyring.contains("never writes a password into a file"));
    }

    fn no_service() -> SecretError {
        SecretError::NoService {
            detail: "no such file".into(),
        }
    }

    #[test]
    fn a_refused_password_may_be_the_fault_of_another_field() {
        speak("en");
        let mut state = State::new(Why::Refused, "sip:alice@example.test");
        let said = click(state.view(), "Check the account's details");
        assert!(matches!(state.update(said[0].clone()), Action::EditAccount));
        let state = State::new(Why::Change, "sip:alice@example.test");
        assert!(!says(state.view(), "Check the account's details"));
    }

    #[test]
    fn an_empty_password_is_not_used() {
        speak("en");
        let mut state = State::new(Why::Refused, "sip:alice@example.test");
        assert!(matches!(state.update(Message::UsePressed), Action::None));
        assert!(says(
            state.view(),
            "Enter the password of your SIP account."
        ));
        state.update(Message::Edited("secret".into()));
        let said = click(state.view(), "Log in");
        let Action::Use { password, remember } = state.update(said[0].clone()) else {
            panic!("there is one");
        };
        assert_eq!(password.expose(), "secret");
        assert!(remember);
    }

    #[test]
    fn without_a_keyring_remembering_is_off() {
        let mut state = State::new(Why::NoKeyring(no_service()), "sip:alice@example.test");
        state.update(Message::Edited("secret".into()));
        let Action::Use { remember, .. } = state.update(Message::UsePressed) else {
            panic!("there is one");
        };
        assert!(!remember);
        let state = State::new(Why::Refused, "sip:alice@example.test").not_remembering();
        assert!(!state.remember, "nor after the server refused one");
    }
}
