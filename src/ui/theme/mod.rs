//! The look of the window: tokens, colours, and how the toolkit's widgets are drawn with them.
//!
//! Screens and widgets use the names in here and never a number or colour of their own. `DESIGN.md` in this folder's
//! parent says what each is for. Contrast is tested, not hoped for.

mod catalog;
mod colors;
mod tokens;

pub use catalog::{
    Element, button, card, dot, input, lit_card, notice, panel, stale_card, tag, text,
};
pub use colors::{Colors, DARK, HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT, LIGHT, PANEL};
pub use tokens::{FACES, MEDIUM, REGULAR, STRONG, measure, radius, size, space};

use iced::Color;
use iced::theme::{Base, Mode, Palette, Style};

/// Which of the looks a theme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black on white.
    HighContrastLight,
    /// White on black.
    HighContrastDark,
}

/// One look with its colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    look: Look,
    /// The colours by what they are for.
    pub colors: Colors,
}

impl Theme {
    /// Dark text on light ground.
    pub const LIGHT: Self = Self {
        look: Look::Light,
        colors: LIGHT,
    };

    /// Light text on dark ground.
    pub const DARK: Self = Self {
        look: Look::Dark,
        colors: DARK,
    };

    /// Black text on white ground; edges instead of shades.
    pub const HIGH_CONTRAST_LIGHT: Self = Self {
        look: Look::HighContrastLight,
        colors: HIGH_CONTRAST_LIGHT,
    };

    /// White text on black ground; edges instead of shades.
    pub const HIGH_CONTRAST_DARK: Self = Self {
        look: Look::HighContrastDark,
        colors: HIGH_CONTRAST_DARK,
    };

    /// Marks on the desktop's panel, which may be light or dark.
    pub const PANEL: Self = Self {
        look: Look::Light,
        colors: PANEL,
    };

    /// All looks of the window.
    pub const ALL: [Self; 4] = [
        Self::LIGHT,
        Self::DARK,
        Self::HIGH_CONTRAST_LIGHT,
        Self::HIGH_CONTRAST_DARK,
    ];

    /// The theme for these two wishes.
    pub const fn of(dark: bool, high_contrast: bool) -> Self {
        match (dark, high_contrast) {
            (false, false) => Self::LIGHT,
            (true, false) => Self::DARK,
            (false, true) => Self::HIGH_CONTRAST_LIGHT,
            (true, true) => Self::HIGH_CONTRAST_DARK,
        }
    }

    /// Which look it is.
    pub const fn look(&self) -> Look {
        self.look
    }

    /// Whether shades are replaced by edges.
    pub const fn is_high_contrast(&self) -> bool {
        matches!(self.look, Look::HighContrastLight | Look::HighContrastDark)
    }

    /// The colour of lines and of quiet edges.
    pub fn line(&self) -> Color {
        if self.is_high_contrast() {
            self.colors.edge
        } else {
            self.colors.line
        }
    }

    /// A colour for an edge that may be soft where contrast is not asked for.
    fn soft(&self, color: Color, alpha: f32) -> Color {
        if self.is_high_contrast() {
            color
        } else {
            color.scale_alpha(alpha)
        }
    }
}

impl Base for Theme {
    fn default(preference: Mode) -> Self {
        Self::of(preference == Mode::Dark, false)
    }

    fn mode(&self) -> Mode {
        match self.look {
            Look::Dark | Look::HighContrastDark => Mode::Dark,
            Look::Light | Look::HighContrastLight => Mode::Light,
        }
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
        match self.look {
            Look::Light => "light",
            Look::Dark => "dark",
            Look::HighContrastLight => "high contrast, light",
            Look::HighContrastDark => "high contrast, dark",
        }
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
mod tests;
