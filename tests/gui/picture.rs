//! What the screen shows, as pixels that a test can ask about.

use std::collections::HashSet;
use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

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

impl Area {
    /// The place in its middle.
    pub fn middle(self) -> (usize, usize) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// A screenshot.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
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

    /// The connected pieces of about this colour that are at least so wide and high, from the top.
    pub fn blocks(&self, colour: Colour, tolerance: u8, width: usize, height: usize) -> Vec<Area> {
        let near = |pixel: &[u8]| {
            pixel
                .iter()
                .zip(colour)
                .all(|(seen, wanted)| seen.abs_diff(wanted) <= tolerance)
        };
        let mut open: Vec<bool> = self.bytes.chunks_exact(3).map(near).collect();
        let mut found = Vec::new();
        let mut todo = Vec::new();
        for start in 0..open.len() {
            if !open[start] {
                continue;
            }
            open[start] = false;
            todo.push(start);
            let (mut left, mut right) = (self.width, 0);
            let (mut top, mut bottom) = (self.height, 0);
            while let Some(at) = todo.pop() {
                let (x, y) = (at % self.width, at / self.width);
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
                let neighbours = [
                    (x > 0).then(|| at - 1),
                    (x + 1 < self.width).then_some(at + 1),
                    (y > 0).then(|| at - self.width),
                    (y + 1 < self.height).then_some(at + self.width),
                ];
                for next in neighbours.into_iter().flatten() {
                    if open[next] {
                        open[next] = false;
                        todo.push(next);
                    }
                }
            }
            let area = Area {
                x: left,
                y: top,
                width: right - left + 1,
                height: bottom - top + 1,
            };
            if area.width >= width && area.height >= height {
                found.push(area);
            }
        }
        found.sort_by_key(|area| (area.y, area.x));
        found
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

    /// Writes it to a PNG file.
    pub fn keep(&self, file: &Path) {
        let size = format!("{}x{}", self.width, self.height);
        let mut writer = Command::new("convert")
            .args(["-size", &size, "-depth", "8", "rgb:-"])
            .arg(file)
            .stdin(Stdio::piped())
            .spawn()
            .expect("ImageMagick is installed");
        let mut input = writer.stdin.take().expect("a pipe");
        let written = input.write_all(&self.bytes);
        drop(input);
        let status = writer.wait().expect("it ends");
        assert!(
            written.is_ok() && status.success(),
            "no picture {}",
            file.display()
        );
    }

    fn places(&self, area: Area) -> impl Iterator<Item = (usize, usize)> {
        let right = (area.x + area.width).min(self.width);
        let bottom = (area.y + area.height).min(self.height);
        (area.y..bottom).flat_map(move |y| (area.x..right).map(move |x| (x, y)))
    }
}
