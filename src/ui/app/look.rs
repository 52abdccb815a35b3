//! How the window looks, title, theme, contrast and size, and which language it speaks: as the user chose or the desktop says.

use iced::Task;

use super::{App, Message};
use crate::account::{Appearance, ContrastChoice, ThemeChoice};
use crate::desktop::{self, ColorScheme, Preference};
use crate::ui::faces;
use crate::ui::theme::Theme;
use crate::ui::words::Failure;
use crate::{fl, i18n};

impl App {
    /// What the window is called.
    pub fn title(&self) -> String {
        if self.sessions.is_demo() {
            fl!("title-demo")
        } else {
            fl!("app-name")
        }
    }

    /// The present look.
    pub fn theme(&self) -> Theme {
        let chosen = &self.settings.appearance;
        let dark = match chosen.theme {
            ThemeChoice::System => self.system_dark,
            ThemeChoice::Light => false,
            ThemeChoice::Dark => true,
        };
        let high_contrast = match chosen.contrast {
            ContrastChoice::System => self.system_high_contrast,
            ContrastChoice::Normal => false,
            ContrastChoice::High => true,
        };
        Theme::of(dark, high_contrast)
    }

    /// The present size, 1 for normal.
    pub(super) fn size_of_texts(&self) -> f32 {
        f32::from(self.settings.appearance.scale_percent.clamp(80, 200)) / 100.0
    }

    /// Ground and text, and a trick that makes every change of state a whole new picture.
    ///
    /// The software renderer of iced 0.14 draws only what differs from the frame before, and errs about it: two texts
    /// of equal width at one place count as the same text, and a text that takes the place of a drawing in its list is
    /// looked for at the wrong spot. Another ground colour makes it draw everything; a difference of a millionth is one
    /// to it and none to the eye. What changes without a message (pointer, cursor, focus ring)
    /// keeps the order of things, and is drawn in part.
    pub fn style(&self, theme: &Theme) -> iced::theme::Style {
        let mut ground = theme.colors.ground;
        ground.r -= 1e-6 * f32::from(self.picture);
        iced::theme::Style {
            background_color: ground,
            text_color: theme.colors.text,
        }
    }

    /// What the desktop says; no answer changes nothing.
    pub(super) fn preferred(&mut self, said: Option<Preference>) -> Task<Message> {
        if let Some(preference) = said {
            self.system_dark = preference.scheme == Some(ColorScheme::Dark);
            self.system_high_contrast = preference.high_contrast;
        }
        Task::none()
    }

    /// What the toolkit says.
    pub(super) fn toolkit_prefers(&mut self, mode: iced::theme::Mode) -> Task<Message> {
        // On Linux the toolkit does not ask the desktop, so 'none' is no answer.
        if mode != iced::theme::Mode::None {
            self.system_dark = mode == iced::theme::Mode::Dark;
        }
        Task::none()
    }

    pub(super) fn scale(&mut self, scale_percent: u16) -> Task<Message> {
        let appearance = Appearance {
            scale_percent,
            ..self.settings.appearance.clone()
        };
        self.appear(appearance)
    }

    pub(super) fn appear(&mut self, appearance: Appearance) -> Task<Message> {
        if appearance.language != self.settings.appearance.language {
            i18n::select(&appearance.language);
        }
        self.settings.appearance = appearance;
        self.look_for_letters();
        self.save()
    }

    /// Whether the language of the window can be read here: its own name stands for all its letters.
    pub(super) fn look_for_letters(&mut self) {
        let spoken = i18n::effective(&self.settings.appearance.language);
        faces::suit(spoken);
        let mut languages = i18n::LANGUAGES.iter();
        let language = languages.find(|language| language.tag == spoken);
        self.letters(language.is_none_or(|language| faces::have(language.name)));
    }

    pub(super) fn letters(&mut self, there: bool) {
        self.failures
            .retain(|failure| *failure != Failure::NoLetters);
        if !there {
            self.fail(Failure::NoLetters);
        }
    }
}

/// Asks how the desktop wants things to look.
pub(super) fn ask_preference() -> Task<Message> {
    Task::perform(desktop::preference(), Message::SystemPreference)
}
