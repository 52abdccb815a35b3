//! What the screen shows, as pixels that a test can ask about.

use std::collections::HashSet;

/// Red, green, blue.
pub type Colour = [u8; 3];

/// A part of a picture, in pixels from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A screenshot.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Picture {
    /// A picture of three bytes a pixel, row by row.
    pub fn new(width: usize, height: usize, bytes: Vec<u8>) -> Self {
        assert_eq!(
            bytes.len(),
            width * height * 3,
            "not a picture of this size"
        );
        Self {
            width,
            height,
            bytes,
        }
    }

    /// The whole picture.
    pub fn area(&self) -> Area {
        Area {
            x: 0,
            y: 0,
            width: self.width,
            height: self.height,
        }
    }

    /// The colour at a place.
    pub fn colour(&self, x: usize, y: usize) -> Colour {
        let at = (y * self.width + x) * 3;
        [self.bytes[at], self.bytes[at + 1], self.bytes[at + 2]]
    }

    /// How many pixels of an area differ from `colour` by at most `tolerance` in each part.
    pub fn count(&self, area: Area, colour: Colour, tolerance: u8) -> usize {
        self.places(area)
            .filter(|&(x, y)| {
                let seen = self.colour(x, y);
                (0..3).all(|part| seen[part].abs_diff(colour[part]) <= tolerance)
            })
            .count()
    }

    /// The smallest area that holds every pixel of about this colour.
    pub fn find(&self, area: Area, colour: Colour, tolerance: u8) -> Option<Area> {
        let mut found: Option<(usize, usize, usize, usize)> = None;
        for (x, y) in self.places(area) {
            if self.count(
                Area {
                    x,
                    y,
                    width: 1,
                    height: 1,
                },
                colour,
                tolerance,
            ) == 1
            {
                let (left, top, right, bottom) = found.unwrap_or((x, y, x, y));
                found = Some((left.min(x), top.min(y), right.max(x), bottom.max(y)));
            }
        }
        found.map(|(x, y, right, bottom)| Area {
            x,
            y,
            width: right - x + 1,
            height: bottom - y + 1,
        })
    }

    /// How many different colours an area has: one or two mean that nothing is drawn there.
    pub fn colours(&self, area: Area) -> usize {
        self.places(area)
            .map(|(x, y)| self.colour(x, y))
            .collect::<HashSet<_>>()
            .len()
    }

    /// Mean brightness of an area, 0 (black) to 255 (white).
    pub fn brightness(&self, area: Area) -> usize {
        let sum: usize = self
            .places(area)
            .map(|(x, y)| {
                self.colour(x, y)
                    .iter()
                    .map(|part| usize::from(*part))
                    .sum::<usize>()
            })
            .sum();
        sum / (area.width * area.height * 3)
    }

    fn places(&self, area: Area) -> impl Iterator<Item = (usize, usize)> {
        let right = (area.x + area.width).min(self.width);
        let bottom = (area.y + area.height).min(self.height);
        (area.y..bottom).flat_map(move |y| (area.x..right).map(move |x| (x, y)))
    }
}
