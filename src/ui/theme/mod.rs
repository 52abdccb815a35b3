//! The look: every space, size, radius, weight and colour of the window has its name here.
//!
//! Screens and widgets use these names and never a number of their own. Contrast is tested, not hoped for.

mod catalog;
mod colors;

pub use catalog::{Element, button, card, input, lit_card, notice, panel, text};
pub use colors::{Colors, DARK, LIGHT};

use iced::font::{Family, Weight};
use iced::theme::{Base, Mode, Palette, Style};
use iced::{Color, Font};

/// The distances between things, in logical pixels. A 4-pixel grid.
pub mod space {
    /// Between a mark and its word.
    pub const XS: f32 = 4.0;
    /// Between things that belong together.
    pub const S: f32 = 8.0;
    /// Inside buttons, between lines of a card.
    pub const M: f32 = 12.0;
    /// The margin of the window and of cards.
    pub const L: f32 = 16.0;
    /// Between groups.
    pub const XL: f32 = 24.0;
    /// Around what stands alone.
    pub const XXL: f32 = 40.0;
}

/// Sizes of text, in logical pixels.
pub mod size {
    /// Times, hints, the quiet line.
    pub const SMALL: f32 = 12.0;
    /// Everything that is read.
    pub const BODY: f32 = 14.0;
    /// Names.
    pub const NAME: f32 = 15.0;
    /// The title of a screen.
    pub const TITLE: f32 = 18.0;
    /// The one large line of a screen, if any.
    pub const DISPLAY: f32 = 24.0;
}

/// Radii of corners.
pub mod radius {
    /// Fields and buttons.
    pub const CONTROL: f32 = 8.0;
    /// Cards and rows.
    pub const CARD: f32 = 12.0;
    /// What is round at its ends.
    pub const PILL: f32 = 999.0;
}

/// Sizes that several widgets share.
pub mod measure {
    /// The height of a button or field.
    pub const CONTROL: f32 = 36.0;
    /// The height of a row of the buddy list; all are equal, so that long lists can be built in part.
    pub const ROW: f32 = 60.0;
    /// The diameter of a portrait.
    pub const PORTRAIT: f32 = 40.0;
    /// The size of a presence mark on a portrait.
    pub const MARK: f32 = 16.0;
    /// The size of an icon.
    pub const ICON: f32 = 20.0;
    /// Where the content of the main screen begins; cards and rows, whose edges are further out, agree on it.
    pub const EDGE: f32 = 20.0;
    /// The main screen is not wider than this.
    pub const COLUMN: f32 = 640.0;
    /// Forms and texts are not wider than this.
    pub const READABLE: f32 = 460.0;
    /// The width of the focus ring.
    pub const RING: f32 = 2.0;
}

/// The face of everything that is read.
pub const REGULAR: Font = Font {
    family: Family::Name("Inter"),
    ..Font::DEFAULT
};

/// Names and labels.
pub const MEDIUM: Font = Font {
    weight: Weight::Medium,
    ..REGULAR
};

/// Titles, counts, the word on a button.
pub const STRONG: Font = Font {
    weight: Weight::Semibold,
    ..REGULAR
};

/// The bundled faces, to be loaded at the start.
pub const FACES: [&[u8]; 3] = [
    include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../../assets/fonts/Inter-Medium.otf"),
    include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
];

/// One look: a set of colours with a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    name: &'static str,
    dark: bool,
    /// The colours by what they are for.
    pub colors: Colors,
}

impl Theme {
    /// Dark text on light ground.
    pub const LIGHT: Self = Self {
        name: "light",
        dark: false,
        colors: LIGHT,
    };

    /// Light text on dark ground.
    pub const DARK: Self = Self {
        name: "dark",
        dark: true,
        colors: DARK,
    };

    /// Whether the ground is dark.
    pub const fn is_dark(&self) -> bool {
        self.dark
    }
}

impl Base for Theme {
    fn default(preference: Mode) -> Self {
        match preference {
            Mode::Dark => Self::DARK,
            Mode::Light | Mode::None => Self::LIGHT,
        }
    }

    fn mode(&self) -> Mode {
        if self.dark { Mode::Dark } else { Mode::Light }
    }

    fn base(&self) -> Style {
        Style {
            background_color: self.colors.ground,
            text_color: self.colors.text,
        }
    }

    fn palette(&self) -> Option<Palette> {
        None
    }

    fn name(&self) -> &str {
        self.name
    }
}

/// The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, 1.4.3).
pub fn contrast(one: Color, other: Color) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Color) -> f32 {
    let linear = |channel: f32| {
        if channel <= 0.040_45 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_can_be_read() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            let c = theme.colors;
            let pairs = [
                ("text on ground", c.text, c.ground),
                ("text on surface", c.text, c.surface),
                ("text on hover", c.text, c.hover),
                ("text on selection", c.text, c.selected),
                ("quiet text on ground", c.quiet, c.ground),
                ("quiet text on surface", c.quiet, c.surface),
                ("quiet text on hover", c.quiet, c.hover),
                ("quiet text on selection", c.quiet, c.selected),
                ("link on surface", c.accent, c.surface),
                ("link on ground", c.accent, c.ground),
                ("word on accent", c.on_accent, c.accent),
                ("word on pressed accent", c.on_accent, c.accent_hover),
                ("danger on surface", c.danger, c.surface),
                ("danger on ground", c.danger, c.ground),
                ("text on the lit lamp", c.text, c.lamp_ground),
                ("quiet text on the lit lamp", c.quiet, c.lamp_ground),
                ("lamp word on the lit lamp", c.lamp, c.lamp_ground),
                ("text on a warning", c.text, c.danger_ground),
                ("danger on a warning", c.danger, c.danger_ground),
                ("initials on a portrait", c.text, c.portrait),
            ];
            for (what, front, back) in pairs {
                let ratio = contrast(front, back);
                assert!(ratio >= 4.5, "{}: {what}: {ratio:.2}", theme.name());
            }
        }
    }

    #[test]
    fn every_mark_and_edge_can_be_seen() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            let c = theme.colors;
            let pairs = [
                ("edge of a field", c.edge, c.surface),
                ("focus ring on ground", c.ring, c.ground),
                ("focus ring on surface", c.ring, c.surface),
                ("available", c.available, c.ground),
                ("available on selection", c.available, c.selected),
                ("away", c.away, c.ground),
                ("busy", c.busy, c.ground),
                ("offline", c.offline, c.ground),
                ("waiting", c.waiting, c.ground),
            ];
            for (what, front, back) in pairs {
                let ratio = contrast(front, back);
                assert!(ratio >= 3.0, "{}: {what}: {ratio:.2}", theme.name());
            }
        }
    }
}
