//! The tokens: every distance, size, radius, measure and face of the window has its name here. `DESIGN.md` tells what
//! they are for.

use iced::Font;
use iced::font::{Family, Weight};

/// The distances between things, in logical pixels. A 4-pixel grid.
pub mod space {
    /// Between the lines of one thing.
    pub const XXS: f32 = 2.0;
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
    /// The second line of a row.
    pub const SECOND: f32 = 13.0;
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
    /// A box that is checked or not.
    pub const SMALL: f32 = 4.0;
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
    /// The same, when the list is compact.
    pub const ROW_COMPACT: f32 = 36.0;
    /// The height of a row of the trace and of the activity.
    pub const ROW_TRACE: f32 = 44.0;
    /// The height of the head of a group.
    pub const HEAD: f32 = 32.0;
    /// The diameter of a portrait.
    pub const PORTRAIT: f32 = 40.0;
    /// The size of a presence mark on a portrait.
    pub const MARK: f32 = 16.0;
    /// The size of an icon.
    pub const ICON: f32 = 20.0;
    /// The width of the pen that draws icons.
    pub const PEN: f32 = 1.6;
    /// The size of an icon inside a line of text.
    pub const ICON_SMALL: f32 = 16.0;
    /// The size of the check on a choice.
    pub const CHECK: f32 = 14.0;
    /// The size of an icon that stands for a whole card.
    pub const SIGN: f32 = 28.0;
    /// The size of an icon that stands for a whole screen.
    pub const PICTURE: f32 = 40.0;
    /// The diameter of the dot that says that something is new.
    pub const DOT: f32 = 8.0;
    /// Where the content of the main screen begins; cards and rows, whose edges are further out, agree on it.
    pub const EDGE: f32 = 20.0;
    /// The main screen is not wider than this.
    pub const COLUMN: f32 = 640.0;
    /// Forms and texts are not wider than this.
    pub const READABLE: f32 = 460.0;
    /// The width of the column of keys in their list.
    pub const KEY: f32 = 128.0;
    /// The width of a byte of a fingerprint, with the gap to the next one.
    pub const BYTE: f32 = 24.0;
    /// A line of a fingerprint is not wider than this: eight bytes in two groups.
    pub const FINGERPRINT: f32 = 208.0;
    /// The width of a percentage between its two buttons.
    pub const PERCENT: f32 = 56.0;
    /// The mark of an account in a row is not wider than this.
    pub const ACCOUNT: f32 = 112.0;
    /// A hint that stands alone is not wider than this.
    pub const HINT: f32 = 320.0;
    /// The details below the list are not higher than this.
    pub const DETAILS: f32 = 320.0;
    /// So much of a document that cannot be used is in sight above the list.
    pub const DOCUMENT: f32 = 200.0;
    /// The width of the details beside the list.
    pub const SIDE: f32 = 340.0;
    /// A window as wide as this has the details beside the list.
    pub const BESIDE: f32 = 760.0;
    /// A window or card that is narrower than this has no columns: what stands side by side elsewhere stands below each other.
    pub const NARROW: f32 = 300.0;
    /// From this width of the window on the own status has room beside the tools.
    pub const OWN: f32 = 400.0;
    /// A window that is lower than this keeps nothing in its place but the last line: the rest scrolls.
    pub const SHORT: f32 = 400.0;
    /// A card that is wider than this has its sign beside the words.
    pub const SIGNED: f32 = 250.0;
    /// A list of keys that is wider than this has the meanings beside the keys.
    pub const KEYS: f32 = 260.0;
    /// A row that is wider than this has its button beside the words.
    pub const ASIDE: f32 = 220.0;
    /// The room above and below the text of a field, which makes it as high as a button.
    pub const FIELD: f32 = 9.0;
    /// The width of a line between two areas.
    pub const HAIR: f32 = 1.0;
    /// The width of the edge of a box that is checked or not.
    pub const BOX: f32 = 1.5;
    /// The width of a scroll bar.
    pub const BAR: f32 = 6.0;
    /// The width of the focus ring, and of the line where something that is dragged would come to lie.
    pub const RING: f32 = 2.0;
    /// A press that moves further than this is no click.
    pub const DRAG: f32 = 6.0;
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
