//! Which account a screen is about, where it is about one.

use iced::widget::{Column, column, container, row};
use iced::{Alignment, Length, Task};

use super::{App, Message, Screen};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::screen::watchers;
use crate::ui::session::SessionId;
use crate::ui::theme::{self, Element, MEDIUM, size, space};
use crate::ui::widget::control;
use crate::ui::widget::text::text;

impl App {
    /// Another account is to be looked at.
    pub(super) fn account_chosen(&mut self, id: SessionId) -> Task<Message> {
        if self.chosen_here() == Some(id) {
            return Task::none();
        }
        self.sessions.choose(id);
        match &mut self.screen {
            Screen::AddBuddy(form) => {
                if let Some(session) = self.sessions.by_id(id) {
                    *form = std::mem::take(form).for_account(session);
                }
            }
            Screen::Watchers(state) => {
                *state = watchers::State::new(state.tab());
                self.look_at_preview();
            }
            Screen::Settings(_) => return self.open_settings(),
            Screen::Health => self.look_at_health(),
            _ => {}
        }
        Task::none()
    }

    /// The choice, where there is one.
    pub(super) fn which(&self) -> Element<'_, Message> {
        let chosen = self.chosen_here().filter(|_| !self.keys_shown);
        let Some(chosen) = chosen.filter(|_| self.sessions.are_several()) else {
            return Column::new().into();
        };
        let accounts = self.sessions.iter().map(|session| {
            let address = plain_text::address(&session.account.address);
            (address, session.id)
        });
        let choice = row![
            text(fl!("account-of")).size(size::BODY).font(MEDIUM),
            control::choices(accounts, chosen, Message::AccountChosen),
        ]
        .spacing(space::M)
        .align_y(Alignment::Center)
        .wrap()
        .vertical_spacing(space::XS);
        let bar = container(control::readable(
            container(choice).padding([space::M, space::L]),
        ))
        .width(Length::Fill)
        .style(theme::panel);
        column![bar, control::divider()].into()
    }

    /// The account that the screen is about; `None`: it is about all.
    fn chosen_here(&self) -> Option<SessionId> {
        match &self.screen {
            Screen::AddBuddy(form) => Some(form.session()),
            Screen::Health | Screen::Watchers(_) | Screen::Settings(_) => {
                self.sessions.chosen().map(|session| session.id)
            }
            _ => None,
        }
    }
}
