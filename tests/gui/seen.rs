//! What is to be seen in Siskin's window, found by its colours and shapes: buttons, cards, portraits and
//! their marks, fields, the ring around what has the keyboard.

use siskin::ui::theme::{Colors, DARK, LIGHT};

use crate::picture::{Area, Colour, Picture};

/// A picture of the window, in one look and size.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The picture of the whole screen.
    pub picture: Picture,
    look: Look,
    percent: usize,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Light,
    Dark,
}

/// How somebody's presence is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Available,
    Away,
    Busy,
    Offline,
    Waiting,
}

impl Seen {
    /// Looks for things of a look at a size in percent.
    pub fn new(picture: Picture, look: Look, percent: usize) -> Self {
        Self {
            picture,
            look,
            percent,
        }
    }

    /// Whether the window is drawn at all.
    pub fn is_drawn(&self) -> bool {
        let ground = byte_colour(self.colors().ground);
        self.picture.count(self.picture.area(), ground, 2) > 20_000
    }

    /// The main buttons: what has the colour of the main action and the size of a button.
    pub fn main_buttons(&self) -> Vec<Area> {
        let accent = byte_colour(self.colors().accent);
        let hover = byte_colour(self.colors().accent_hover);
        let mut found = self.blocks(accent, 40, 34);
        found.extend(self.blocks(hover, 40, 34));
        found.retain(|area| area.height <= self.scaled(40));
        found
    }

    /// The lit message lamp.
    pub fn lamp(&self) -> Option<Area> {
        let ground = byte_colour(self.colors().lamp_ground);
        self.blocks(ground, 200, 40).first().copied()
    }

    /// Boxes that say that something is wrong, from the top.
    pub fn notices(&self) -> Vec<Area> {
        self.blocks(byte_colour(self.colors().danger_ground), 200, 30)
    }

    /// Portraits from the top; on the main screen the own one comes first, and then the buddies.
    pub fn portraits(&self) -> Vec<Area> {
        let ground = byte_colour(self.colors().portrait);
        let mut found = self.blocks(ground, 34, 34);
        found.retain(|area| area.width <= self.scaled(42) && area.height <= self.scaled(42));
        found
    }

    /// The portraits of buddies.
    pub fn buddies(&self) -> Vec<Area> {
        self.portraits().split_off(1.min(self.portraits().len()))
    }

    /// The presence marked on a portrait.
    pub fn presence(&self, portrait: Area) -> Presence {
        let colors = self.colors();
        let half = self.scaled(20);
        let corner = Area {
            x: portrait.x + half,
            y: portrait.y + half,
            width: half + self.scaled(4),
            height: half + self.scaled(4),
        };
        let marks = [
            (Presence::Available, colors.available),
            (Presence::Away, colors.away),
            (Presence::Busy, colors.busy),
            (Presence::Offline, colors.offline),
            (Presence::Waiting, colors.waiting),
        ];
        let pixels = |colour| self.picture.count(corner, byte_colour(colour), 10);
        marks
            .into_iter()
            .max_by_key(|(_, colour)| pixels(*colour))
            .map(|(presence, _)| presence)
            .expect("there are marks")
    }

    /// The ring around what has the keyboard.
    pub fn ring(&self) -> Option<Area> {
        let ring = byte_colour(self.colors().ring);
        // Corners are smoothed, so the sides are pieces of their own: two lines above each other.
        let lines: Vec<Area> = self
            .blocks(ring, 16, 1)
            .into_iter()
            .filter(|area| area.height <= self.scaled(3) || area.height >= self.scaled(20))
            .collect();
        let top = lines.first()?;
        let bottom = lines
            .iter()
            .rfind(|line| line.x.abs_diff(top.x) <= 4 && line.width.abs_diff(top.width) <= 8)?;
        Some(Area {
            x: top.x,
            y: top.y,
            width: top.width,
            height: bottom.y + bottom.height - top.y,
        })
    }

    /// Whether the ring is around `thing`.
    pub fn ring_around(&self, thing: Area) -> bool {
        self.ring().is_some_and(|ring| {
            let (x, y) = ring.middle();
            let (own_x, own_y) = thing.middle();
            x.abs_diff(own_x) <= self.scaled(4)
                && y.abs_diff(own_y) <= self.scaled(4)
                && ring.width + self.scaled(12) >= thing.width
                && ring.width <= thing.width + self.scaled(20)
        })
    }

    /// Whether a mark somewhere says that somebody is available.
    pub fn shows_available(&self) -> bool {
        let colour = byte_colour(self.colors().available);
        !self.blocks(colour, 8, 8).is_empty()
    }

    fn blocks(&self, colour: Colour, width: usize, height: usize) -> Vec<Area> {
        let (width, height) = (self.scaled(width), self.scaled(height));
        self.picture.blocks(colour, 3, width, height)
    }

    fn scaled(&self, pixels: usize) -> usize {
        (pixels * self.percent / 100).max(1)
    }

    fn colors(&self) -> Colors {
        match self.look {
            Look::Light => LIGHT,
            Look::Dark => DARK,
        }
    }
}

/// A colour of the theme as it comes onto the screen.
fn byte_colour(colour: iced::Color) -> Colour {
    let [red, green, blue, _] = colour.into_rgba8();
    [red, green, blue]
}
