//! The colours of each look, named by what they are for.

#![expect(
    clippy::unreadable_literal,
    reason = "colours are written as designers write them"
)]

use iced::{Color, color};

/// The colours of one look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colors {
    /// Behind everything.
    pub ground: Color,
    /// Cards, fields, header.
    pub surface: Color,
    /// Under the pointer.
    pub hover: Color,
    /// Chosen.
    pub selected: Color,
    /// Lines between areas.
    pub line: Color,
    /// The edge of fields and quiet buttons.
    pub edge: Color,
    /// Text.
    pub text: Color,
    /// Text of less weight.
    pub quiet: Color,
    /// The main action, links.
    pub accent: Color,
    /// The main action under the pointer.
    pub accent_hover: Color,
    /// Text on the main action.
    pub on_accent: Color,
    /// What went wrong, what cannot be undone.
    pub danger: Color,
    /// Behind a warning.
    pub danger_ground: Color,
    /// The ring around what has the keyboard.
    pub ring: Color,
    /// The lit lamp.
    pub lamp: Color,
    /// Behind the lit lamp.
    pub lamp_ground: Color,
    /// Behind initials.
    pub portrait: Color,
    /// Presence: available.
    pub available: Color,
    /// Presence: away in one way or another.
    pub away: Color,
    /// Presence: busy, on the phone, do not disturb.
    pub busy: Color,
    /// Presence: offline, unknown.
    pub offline: Color,
    /// Presence: waiting for approval.
    pub waiting: Color,
}

/// Dark text on light ground.
pub const LIGHT: Colors = Colors {
    ground: color!(0xF5F6F4),
    surface: color!(0xFFFFFF),
    hover: color!(0xECEEEA),
    selected: color!(0xE1EBE2),
    line: color!(0xE0E3DD),
    edge: color!(0x868D82),
    text: color!(0x1B201A),
    quiet: color!(0x545C51),
    accent: color!(0x1F6B45),
    accent_hover: color!(0x175637),
    on_accent: color!(0xFFFFFF),
    danger: color!(0xB3261E),
    danger_ground: color!(0xFCEDEB),
    ring: color!(0x2563C9),
    lamp: color!(0x8A4B00),
    lamp_ground: color!(0xFFF0D2),
    portrait: color!(0xDDE3D8),
    available: color!(0x1E8A4C),
    away: color!(0xA86400),
    busy: color!(0xC4312B),
    offline: color!(0x6E766B),
    waiting: color!(0x2F66B8),
};

/// Light text on dark ground.
pub const DARK: Colors = Colors {
    ground: color!(0x151814),
    surface: color!(0x1E221D),
    hover: color!(0x282D26),
    selected: color!(0x25352A),
    line: color!(0x2D322B),
    edge: color!(0x788074),
    text: color!(0xEBEFE8),
    quiet: color!(0xA9B2A4),
    accent: color!(0x7CCB9A),
    accent_hover: color!(0x97DBB0),
    on_accent: color!(0x0D2416),
    danger: color!(0xFF9087),
    danger_ground: color!(0x3A1F1C),
    ring: color!(0x7FB0FF),
    lamp: color!(0xFFC46B),
    lamp_ground: color!(0x392B13),
    portrait: color!(0x343B32),
    available: color!(0x4FBF7B),
    away: color!(0xE5A84B),
    busy: color!(0xF2726A),
    offline: color!(0x8D9588),
    waiting: color!(0x7FB0FF),
};

/// Black on white: edges instead of shades, every text at least 7:1.
pub const HIGH_CONTRAST_LIGHT: Colors = Colors {
    ground: color!(0xFFFFFF),
    surface: color!(0xFFFFFF),
    hover: color!(0xE8E8E8),
    selected: color!(0xD9E8FF),
    line: color!(0xE8E8E8),
    edge: color!(0x000000),
    text: color!(0x000000),
    quiet: color!(0x2A2A2A),
    accent: color!(0x003C9E),
    accent_hover: color!(0x002A70),
    on_accent: color!(0xFFFFFF),
    danger: color!(0x8A0000),
    danger_ground: color!(0xFFFFFF),
    ring: color!(0x003C9E),
    lamp: color!(0x5C2E00),
    lamp_ground: color!(0xFFE9A8),
    portrait: color!(0xE8E8E8),
    available: color!(0x00571F),
    away: color!(0x6B3D00),
    busy: color!(0x9C0000),
    offline: color!(0x3D3D3D),
    waiting: color!(0x003C9E),
};

/// White on black: edges instead of shades, every text at least 7:1.
pub const HIGH_CONTRAST_DARK: Colors = Colors {
    ground: color!(0x000000),
    surface: color!(0x000000),
    hover: color!(0x262626),
    selected: color!(0x00305C),
    line: color!(0x262626),
    edge: color!(0xFFFFFF),
    text: color!(0xFFFFFF),
    quiet: color!(0xE0E0E0),
    accent: color!(0xFFE14D),
    accent_hover: color!(0xFFF0A0),
    on_accent: color!(0x000000),
    danger: color!(0xFFB3AD),
    danger_ground: color!(0x000000),
    ring: color!(0x6FD3FF),
    lamp: color!(0xFFD23F),
    lamp_ground: color!(0x332600),
    portrait: color!(0x333333),
    available: color!(0x5CFF8F),
    away: color!(0xFFC247),
    busy: color!(0xFF9A94),
    offline: color!(0xC8C8C8),
    waiting: color!(0x6FD3FF),
};

/// Marks on a panel whose colour is not known: they stand out from white and from black alike.
pub const PANEL: Colors = Colors {
    available: color!(0x1E8A4C),
    away: color!(0xA86400),
    busy: color!(0xCF3B35),
    offline: color!(0x757D72),
    waiting: color!(0x3670C4),
    lamp: color!(0xD07A00),
    ..LIGHT
};
