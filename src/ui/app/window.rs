//! The window comes and goes while the program runs: opened, raised, closed to the icon in the panel, and where it was.

use iced::widget::{Column, column, container, row};
use iced::{Point, Size, Task, window};

use super::{App, Message, Screen};
use crate::account::{Place, WhenClosed};
use crate::desktop::autostart::{Autostart, AutostartError, Start};
use crate::desktop::screen_reader::ScreenReader;
use crate::fl;
use crate::ui::theme::{Element, MEDIUM, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words::Failure;
use crate::ui::{APPLICATION_ID, display};

/// Whether there is a window, and what its closing waits for.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The window, while it is open.
    pub(super) open: Option<window::Id>,
    /// Whether the desktop shows the icon in its panel; `None` until it has said so.
    pub(super) icon: Option<bool>,
    /// Whether the program was started without a window.
    pub(super) minimised: bool,
    /// Whether the window says that it goes on in the panel.
    pub(super) explains: bool,
    /// Whether the place of the window is being asked for.
    pub(super) measuring: bool,
    /// Where screen readers are told of it.
    pub(super) reader: Option<ScreenReader>,
    /// How fine the display is that it is on.
    pub(super) fineness: Fineness,
}

/// How fine the display of the window is: how many of its dots a unit of the desktop has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fineness {
    /// As the desktop said last.
    pub(super) told: f32,
    /// As the toolkit reckons.
    pub(super) used: f32,
}

impl Default for Fineness {
    fn default() -> Self {
        Self {
            told: 1.0,
            used: 1.0,
        }
    }
}

/// Where a window was when it closed: its place in the desktop's units, its size in those of the toolkit, which grow with
/// the texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    size: Size,
    position: Option<Point>,
    maximized: bool,
}

impl App {
    /// Opens the window, unless it is open.
    pub(super) fn open_window(&mut self) -> Task<Message> {
        if self.frame.open.is_some() {
            return Task::none();
        }
        let (id, opening) = window::open(self.window_settings());
        self.frame.open = Some(id);
        self.frame.fineness = Fineness::default();
        let found = |used| Message::Rescaled(Fineness { told: used, used });
        opening.then(window::scale_factor).map(found)
    }

    /// Opens the window as a button of the desktop's list of windows.
    fn open_minimised(&mut self) -> Task<Message> {
        let opening = self.open_window();
        match self.frame.open {
            Some(id) => opening.chain(window::minimize(id, true)),
            None => opening,
        }
    }

    /// The desktop says that the window's display is as fine as this from now on. When its user has changed that, and has
    /// not moved the window, the toolkit still reckons as before (winit 0.30 on X11), so it is asked.
    pub(super) fn rescaled(&self, told: f32) -> Task<Message> {
        let Some(id) = self.frame.open else {
            return Task::none();
        };
        let found = move |used| Message::Rescaled(Fineness { told, used });
        window::scale_factor(id).map(found)
    }

    /// What the toolkit is to multiply its own idea of the display's fineness with.
    pub fn scale_factor(&self) -> f32 {
        let Fineness { told, used } = self.frame.fineness;
        self.size_of_texts() * told / used
    }

    /// How many dots of the display a unit of the toolkit has.
    pub(super) fn dots(&self) -> f32 {
        self.size_of_texts() * self.frame.fineness.told
    }

    /// Brings the window to the front, as far as the desktop lets it.
    pub(super) fn raise(&mut self) -> Task<Message> {
        match self.frame.open {
            Some(id) => Task::batch([window::minimize(id, false), window::gain_focus(id)]),
            None => self.open_window(),
        }
    }

    /// The desktop shows the icon from now on, or does not.
    pub(super) fn icon_shown(&mut self, shown: bool) -> Task<Message> {
        self.frame.icon = Some(shown);
        if self.closing || shown || self.frame.open.is_some() {
            return Task::none();
        }
        // A window that nobody can find again comes back.
        if std::mem::take(&mut self.frame.minimised) {
            self.open_minimised()
        } else {
            self.open_window()
        }
    }

    /// The window's own button was pressed.
    pub(super) fn close_requested(&mut self) -> Task<Message> {
        let stays = self.frame.icon == Some(true) && !self.sessions.is_empty();
        match self.settings.window.when_closed {
            _ if !stays || self.closing => self.close(),
            Some(WhenClosed::Quit) => self.close(),
            Some(WhenClosed::KeepRunning) => self.hide(),
            None if self.frame.explains => self.when_closed(WhenClosed::KeepRunning),
            None => {
                self.frame.explains = true;
                Task::none()
            }
        }
    }

    /// The user has said what closing means, and closes.
    pub(super) fn when_closed(&mut self, chosen: WhenClosed) -> Task<Message> {
        self.frame.explains = false;
        self.settings.window.when_closed = Some(chosen);
        let saving = self.save();
        let closing = match chosen {
            WhenClosed::KeepRunning => self.hide(),
            WhenClosed::Quit => self.close(),
        };
        Task::batch([saving, closing])
    }

    /// Closes the window; the program goes on.
    fn hide(&mut self) -> Task<Message> {
        let measuring = self.measure();
        let Some(id) = self.frame.open.take() else {
            return Task::none();
        };
        self.frame.explains = false;
        self.frame.reader = None;
        self.keys_shown = false;
        self.focused = false;
        self.office.looked_at();
        measuring.chain(window::close(id))
    }

    /// Asks where the window is, to open it there again.
    pub(super) fn measure(&mut self) -> Task<Message> {
        let Some(id) = self.frame.open else {
            return Task::none();
        };
        self.frame.measuring = true;
        window::size(id).then(move |size| {
            window::is_maximized(id).then(move |maximized| {
                window::position(id).map(move |position| {
                    Message::Measured(Measured {
                        size,
                        position,
                        maximized,
                    })
                })
            })
        })
    }

    /// Keeps where the window was.
    pub(super) fn measured(&mut self, measured: Measured) -> Task<Message> {
        self.frame.measuring = false;
        let before = self.settings.window.place;
        let place = place(measured, self.size_of_texts(), before);
        self.settings.window.place = Some(place);
        if before == Some(place) {
            self.exit_when_done()
        } else {
            self.save()
        }
    }

    fn window_settings(&self) -> window::Settings {
        let kept = self.settings.window.place;
        let place = kept.unwrap_or(USUAL);
        // The toolkit counts in units that grow with the texts; what nobody has changed grows with them.
        let scale = kept.map_or(1.0, |_| self.size_of_texts());
        let size = Size::new(
            f32::from(place.width).max(LEAST.width) / scale,
            f32::from(place.height).max(LEAST.height) / scale,
        );
        let position = place
            .x
            .zip(place.y)
            .filter(|(x, y)| display::reaches(*x, *y))
            .map_or(window::Position::Default, |(x, y)| {
                window::Position::Specific(Point::new(f32::from(x), f32::from(y)))
            });
        window::Settings {
            size,
            position,
            maximized: place.maximized,
            min_size: Some(LEAST),
            exit_on_close_request: false,
            #[cfg(target_os = "linux")]
            platform_specific: window::settings::PlatformSpecific {
                application_id: APPLICATION_ID.to_owned(),
                ..Default::default()
            },
            ..window::Settings::default()
        }
    }

    /// What stands above the screen: something to answer, or what went wrong.
    pub(super) fn notice(&self) -> Element<'_, Message> {
        if let Some(explanation) = self.explanation() {
            return container(explanation).padding(space::S).into();
        }
        let Some(failure) = self.failures.last() else {
            return Column::new().into();
        };
        let (what, why) = failure.told();
        container(control::notice(
            what,
            why,
            [control::tinted(
                fl!("dismiss"),
                Some(Message::NoticeDismissed),
            )],
        ))
        .padding(space::S)
        .into()
    }

    /// Starts the program with the session like this from now on.
    pub(super) fn autostart(&self, start: Start) -> Task<Message> {
        let Some(autostart) = self.autostart.clone() else {
            return Task::none();
        };
        // Disks are slow.
        let work = async move {
            let work = move || autostart.choose(start);
            tokio::task::spawn_blocking(work).await.unwrap_or(Ok(()))
        };
        Task::perform(work, Message::AutostartChosen)
    }

    /// It was written, or could not be: the settings show what is true now.
    pub(super) fn autostart_chosen(&mut self, done: Result<(), AutostartError>) -> Task<Message> {
        if let Err(why) = done {
            self.fail(Failure::NotStarting(why));
        }
        let found = self.autostart.as_ref().map(Autostart::found);
        if let Screen::Settings(state) = &mut self.screen {
            *state = std::mem::take(state).starting(found);
        }
        Task::none()
    }

    /// Says once that closing does not end the program.
    fn explanation(&self) -> Option<Element<'_, Message>> {
        self.frame.explains.then(|| {
            let words = column![
                text(fl!("closing-explained")).size(size::BODY).font(MEDIUM),
                text(fl!("closing-explained-hint"))
                    .size(size::SMALL)
                    .style(ink::quiet),
                row![
                    control::main(
                        fl!("closing-keep-running"),
                        Some(Message::WhenClosed(WhenClosed::KeepRunning)),
                    ),
                    control::other(
                        fl!("closing-quit"),
                        Some(Message::WhenClosed(WhenClosed::Quit)),
                    ),
                ]
                .spacing(space::S)
                .wrap()
                .vertical_spacing(space::S),
            ];
            control::card(words.spacing(space::S))
        })
    }
}

/// What is kept of a window: while it fills the screen, its size is that of before.
/// What is kept of it, in the desktop's units; `scale` is the size of the texts.
fn place(measured: Measured, scale: f32, before: Option<Place>) -> Place {
    let Measured {
        size,
        position,
        maximized,
    } = measured;
    if maximized {
        return Place {
            maximized,
            ..before.unwrap_or(USUAL)
        };
    }
    let [width, height] = [size.width, size.height].map(|side| whole(side * scale).unsigned_abs());
    Place {
        width,
        height,
        x: position.map(|place| whole(place.x)),
        y: position.map(|place| whole(place.y)),
        maximized,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a float becomes the nearest number there is"
)]
fn whole(value: f32) -> i16 {
    value.round() as i16
}

/// The window before anybody has changed it.
const USUAL: Place = Place {
    width: 420,
    height: 720,
    x: None,
    y: None,
    maximized: false,
};
/// The smallest that it can be made.
const LEAST: Size = Size::new(320.0, 400.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_fills_the_screen_keeps_its_size_of_before() {
        let measured = |width, maximized| Measured {
            size: Size::new(width, 600.4),
            position: Some(Point::new(-3.0, 70_000.0)),
            maximized,
        };
        let small = place(measured(500.0, false), 1.0, None);
        assert_eq!((small.width, small.height), (500, 600));
        assert_eq!((small.x, small.y), (Some(-3), Some(i16::MAX)));
        let large = place(measured(1_900.0, true), 1.0, Some(small));
        assert_eq!(
            large,
            Place {
                maximized: true,
                ..small
            }
        );
        assert_eq!(place(measured(1_900.0, true), 1.0, None).width, USUAL.width);
        // With texts of double size the toolkit sees half of it.
        let doubled = place(measured(250.0, false), 2.0, None);
        assert_eq!((doubled.width, doubled.x), (500, Some(-3)));
    }
}
