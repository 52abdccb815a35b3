//! The drawing of the icon: the presence mark, and the dot of the lamp when messages wait.

use std::sync::Arc;

use iced::advanced::graphics::geometry::Renderer as _;
use iced::advanced::renderer::{Headless, Renderer as _};
use iced::futures::FutureExt as _;
use iced::widget::canvas::Frame;
use iced::{Color, Point, Rectangle, Renderer, Size};

use crate::desktop::tray::Picture;
use crate::ui::theme::{STRONG, Theme, measure, size};
use crate::ui::widget::mark::{self, Mark};

/// Draws icons, and keeps the last one.
#[derive(Default)]
pub struct Drawings {
    renderer: Option<Renderer>,
    last: Option<(Mark, bool, Arc<[Picture]>)>,
}

impl Drawings {
    /// The icon in every size; empty where nothing can be drawn.
    pub fn of(&mut self, mark: Mark, lit: bool) -> Arc<[Picture]> {
        if let Some((of, with, pictures)) = &self.last
            && (*of, *with) == (mark, lit)
        {
            return Arc::clone(pictures);
        }
        let pictures: Arc<[Picture]> = SIZES
            .into_iter()
            .filter_map(|size| self.draw(mark, lit, size))
            .collect();
        self.last = Some((mark, lit, Arc::clone(&pictures)));
        pictures
    }

    fn draw(&mut self, mark: Mark, lit: bool, pixels: u16) -> Option<Picture> {
        if self.renderer.is_none() {
            // The software renderer is there at once.
            let new = <Renderer as Headless>::new(STRONG, size::BODY.into(), Some("tiny-skia"));
            self.renderer = new.now_or_never().flatten();
        }
        let renderer = self.renderer.as_mut()?;
        let area = Size::new(measure::MARK, measure::MARK);
        renderer.reset(Rectangle::with_size(area));
        let mut frame = Frame::new(renderer, area);
        let center = Point::new(measure::MARK / 2.0, measure::MARK / 2.0);
        mark::paint(&mut frame, mark, center, measure::MARK, &Theme::PANEL);
        renderer.draw_geometry(frame.into_geometry());
        let side = u32::from(pixels);
        let scale = f32::from(pixels) / measure::MARK;
        let mut rgba = renderer.screenshot(Size::new(side, side), scale, Color::TRANSPARENT);
        if lit {
            dot(&mut rgba, pixels);
        }
        Some(Picture {
            size: pixels,
            argb: straight(&rgba),
        })
    }
}

/// Sets a dot into the lower right corner, with a gap around it.
fn dot(rgba: &mut [u8], pixels: u16) {
    let side = f32::from(pixels);
    let (radius, gap) = (side * DOT, side * GAP);
    let center = side - radius;
    let color = Theme::PANEL.colors.lamp.into_rgba8();
    for (row, line) in rgba.chunks_exact_mut(usize::from(pixels) * 4).enumerate() {
        for (column, pixel) in line.chunks_exact_mut(4).enumerate() {
            let across = offset(column, center);
            let distance = across.hypot(offset(row, center));
            // How much of this pixel is within a circle, smooth at its edge.
            let within = |circle: f32| (circle - distance + 0.5).clamp(0.0, 1.0);
            let (stays, dotted) = (1.0 - within(radius + gap), within(radius));
            for (channel, dot) in pixel.iter_mut().zip(color) {
                *channel = byte(f32::from(*channel) * stays + f32::from(dot) * dotted);
            }
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "pixels of an icon are a handful"
)]
fn offset(place: usize, center: f32) -> f32 {
    place as f32 + 0.5 - center
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is kept within a byte"
)]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// What the renderer draws has its colours multiplied with alpha, and alpha last.
fn straight(rgba: &[u8]) -> Vec<u8> {
    let pixels = rgba.chunks_exact(4);
    pixels
        .flat_map(|pixel| {
            let alpha = pixel[3];
            let color = |channel: u8| {
                if alpha == 0 {
                    0
                } else {
                    byte(f32::from(channel) * 255.0 / f32::from(alpha))
                }
            };
            [alpha, color(pixel[0]), color(pixel[1]), color(pixel[2])]
        })
        .collect()
}

/// What panels ask for, at usual and at double density.
const SIZES: [u16; 4] = [22, 24, 32, 48];
/// The radius of the dot, as a part of the icon's width.
const DOT: f32 = 0.23;
/// The gap around it.
const GAP: f32 = 0.07;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Status;

    fn at(picture: &Picture, x: u16, y: u16) -> [u8; 4] {
        let place = usize::from(y) * usize::from(picture.size) + usize::from(x);
        picture.argb[place * 4..place * 4 + 4].try_into().unwrap()
    }

    fn argb(color: Color) -> [u8; 4] {
        let [red, green, blue, alpha] = color.into_rgba8();
        [alpha, red, green, blue]
    }

    #[test]
    fn the_icon_has_the_colour_of_the_mark_and_the_dot_of_the_lamp() {
        let mut drawings = Drawings::default();
        let colors = Theme::PANEL.colors;
        let mark = Mark::of(&Status::Available);
        let dark = drawings.of(mark, false);
        let lit = drawings.of(mark, true);
        assert_eq!(dark.len(), SIZES.len());
        for (dark, lit) in dark.iter().zip(lit.iter()) {
            let (middle, edge) = (dark.size / 2, dark.size - 1);
            assert_eq!(dark.argb.len(), usize::from(dark.size).pow(2) * 4);
            assert_eq!(at(dark, 0, 0), [0; 4], "nothing in the corner");
            assert_eq!(at(dark, middle, middle), argb(colors.available));
            assert_eq!(at(dark, edge, edge), [0; 4]);
            let inside = edge - dark.size / 5;
            assert_eq!(at(lit, inside, inside), argb(colors.lamp));
            assert_eq!(at(lit, middle, dark.size / 4), argb(colors.available));
        }
        let away = drawings.of(Mark::of(&Status::Away), false);
        assert_ne!(away, dark);
        assert!(Arc::ptr_eq(
            &away,
            &drawings.of(Mark::of(&Status::Away), false)
        ));
    }

    #[test]
    fn an_edge_that_is_half_there_keeps_its_colour() {
        assert_eq!(straight(&[64, 32, 0, 128]), [128, 128, 64, 0]);
        assert_eq!(straight(&[9, 9, 9, 0]), [0; 4]);
    }
}
