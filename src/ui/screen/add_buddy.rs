//! Add somebody to the list.

use iced::widget::column;

use crate::account::Buddy;
use crate::fl;
use crate::ui::address::{self, AddressProblem};
use crate::ui::plain_text;
use crate::ui::session::{Session, SessionId};
use crate::ui::theme::{Element, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is typed so far.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The account that the buddy is added to.
    session: SessionId,
    /// The account's address: a bare name gets its domain.
    account: String,
    /// Who is on the list already.
    known: Vec<String>,
    address: String,
    name: String,
    insisted: bool,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The form was scrolled.
    Scrolled,
    /// The address was edited.
    AddressEdited(String),
    /// The name was edited.
    NameEdited(String),
    /// 'Add' was pressed.
    AddPressed,
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Add this buddy.
    Add(Buddy),
    /// Go back.
    Back,
}

impl State {
    /// An empty form for this account.
    pub fn new(session: &Session) -> Self {
        Self::default().for_account(session)
    }

    /// With what was typed so far, for another account.
    #[must_use]
    pub fn for_account(self, session: &Session) -> Self {
        let buddies = session.account.buddies.iter();
        Self {
            session: session.id,
            account: session.account.address.clone(),
            known: buddies.map(|buddy| address::key(&buddy.address)).collect(),
            ..self
        }
    }

    /// With this address in it.
    #[must_use]
    pub fn filled(mut self, address: String) -> Self {
        self.address = address;
        self
    }

    /// With this name in it.
    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        self.name = name;
        self
    }

    /// The account that the buddy is added to.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Scrolled => {}
            Message::AddressEdited(text) => self.address = text,
            Message::NameEdited(text) => self.name = text,
            Message::AddPressed => match self.checked() {
                Ok(address) => {
                    return Action::Add(Buddy {
                        address,
                        name: self.name.trim().to_owned(),
                        ..Buddy::default()
                    });
                }
                Err(_) => self.insisted = true,
            },
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    fn checked(&self) -> Result<String, String> {
        let address = address::other(&self.address, &self.account).map_err(words::address)?;
        if self.known.contains(&address::key(&address)) {
            return Err(fl!("add-buddy-known"));
        }
        if address::same(&address, &self.account) {
            return Err(fl!("add-buddy-self"));
        }
        Ok(address)
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        let checked = self.checked();
        let typed = address::other(&self.address, &self.account);
        let domain = address::domain(&self.account).unwrap_or("example.com");
        let hint = match &checked {
            Ok(address) => fl!("add-buddy-will-be", address = plain_text::address(address)),
            Err(_) if typed == Err(AddressProblem::Empty) && !self.insisted => {
                fl!("add-buddy-address-hint", domain = domain)
            }
            Err(problem) => problem.clone(),
        };
        let form = column![
            text(fl!("add-buddy-intro"))
                .size(size::BODY)
                .style(ink::quiet),
            Field {
                example: "bob@example.com",
                hint: Some(hint),
                wrong: checked.is_err() && self.insisted,
                on_submit: Some(Message::AddPressed),
                ..Field::new(ADDRESS, fl!("add-buddy-address"), &self.address)
            }
            .view(Message::AddressEdited),
            Field {
                example: "Bob",
                hint: Some(fl!("add-buddy-name-hint")),
                on_submit: Some(Message::AddPressed),
                ..Field::new("add-buddy-name", fl!("add-buddy-name"), &self.name)
            }
            .view(Message::NameEdited),
            control::wide_main(fl!("add-buddy-button"), Some(Message::AddPressed)),
        ]
        .spacing(space::L);
        control::page(fl!("add-buddy-title"), Message::BackPressed, form, |_| {
            Message::Scrolled
        })
    }
}

/// The name of the address field.
pub const ADDRESS: &str = "add-buddy-address";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, online, says, session};

    fn form() -> State {
        State::new(&session(online()))
    }

    #[test]
    fn a_bare_name_becomes_a_buddy_of_the_own_domain() {
        speak("en");
        let mut form = form();
        form.update(Message::AddressEdited("dave".into()));
        form.update(Message::NameEdited(" Dave ".into()));
        assert!(says(form.view(), "dave@example.test will be added."));
        let said = click(form.view(), "Add");
        assert!(matches!(said.as_slice(), [Message::AddPressed]));
        assert_eq!(
            form.update(Message::AddPressed),
            Action::Add(Buddy {
                address: "sip:dave@example.test".into(),
                name: "Dave".into(),
                ..Buddy::default()
            })
        );
    }

    #[test]
    fn nobody_is_added_twice_and_nobody_watches_themselves() {
        speak("de");
        let mut form = form();
        for (typed, said) in [
            (
                "bob@EXAMPLE.test",
                "Diese Adresse steht schon auf Ihrer Liste.",
            ),
            ("alice", "Das ist Ihre eigene Adresse."),
            ("", "Geben Sie eine Adresse ein."),
            (
                "mailto:bob",
                "Hier gehen nur SIP-Adressen und tel:-Nummern.",
            ),
        ] {
            form.update(Message::AddressEdited(typed.into()));
            assert_eq!(form.update(Message::AddPressed), Action::None, "{typed}");
            assert!(says(form.view(), said), "{typed}");
        }
    }
}
