//! Presence marks: every kind of reachability has a colour *and* a shape; a word stands beside it.

use iced::widget::canvas::{Frame, LineCap, Path, Stroke, Text, path};
use iced::{Color, Point, Size, alignment, widget::text::Alignment};

use super::drawing::drawing;
use crate::account::Status;
use crate::ui::theme::{Colors, Element, STRONG, Theme, measure};

/// The shape of a presence mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A full disc.
    Available,
    /// A disc with the hands of a clock.
    Away,
    /// A full square with round corners.
    Busy,
    /// The square with a handset.
    OnThePhone,
    /// The square with two dots, face to face.
    InAMeeting,
    /// A disc with a bar.
    DoNotDisturb,
    /// A ring.
    Offline,
    /// A ring with a question mark.
    Unknown,
    /// A ring with three dots.
    Waiting,
    /// A ring with a slash.
    Refused,
    /// A disc with a handset: the telephone rings.
    Ringing,
    /// A ring with a handset: nobody telephones; more is not known.
    LineFree,
    /// A ring with two bars: not watched for now.
    Paused,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Available,
        Self::Away,
        Self::Busy,
        Self::OnThePhone,
        Self::InAMeeting,
        Self::DoNotDisturb,
        Self::Offline,
        Self::Unknown,
        Self::Waiting,
        Self::Refused,
        Self::Ringing,
        Self::LineFree,
        Self::Paused,
    ];
}

/// A presence mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Its shape.
    pub shape: Shape,
    /// Whether it is only the last known state: then it is drawn as an outline.
    pub stale: bool,
}

impl Mark {
    /// The mark of a status that is known to be current.
    pub fn of(status: &Status) -> Self {
        let shape = match status {
            Status::Available => Shape::Available,
            Status::Busy => Shape::Busy,
            Status::OnThePhone => Shape::OnThePhone,
            Status::InAMeeting => Shape::InAMeeting,
            Status::DoNotDisturb => Shape::DoNotDisturb,
            Status::Offline => Shape::Offline,
            Status::Unknown => Shape::Unknown,
            Status::Away
            | Status::OutToLunch
            | Status::Vacation
            | Status::Travel
            | Status::Other(_) => Shape::Away,
        };
        Self {
            shape,
            stale: false,
        }
    }

    /// Its colour.
    pub fn color(self, colors: &Colors) -> Color {
        match self.shape {
            Shape::Available | Shape::LineFree => colors.available,
            Shape::Away => colors.away,
            Shape::Busy | Shape::OnThePhone | Shape::InAMeeting | Shape::DoNotDisturb => {
                colors.busy
            }
            Shape::Offline | Shape::Unknown | Shape::Refused | Shape::Paused => colors.offline,
            Shape::Waiting | Shape::Ringing => colors.waiting,
        }
    }
}

/// A mark alone.
pub fn mark<'a, Message: 'a>(mark: Mark) -> Element<'a, Message> {
    drawing(mark, measure::MARK, |frame, mark, theme| {
        let center = frame.center();
        paint(frame, *mark, center, measure::MARK, theme);
    })
}

/// Paints a mark into a drawing.
pub fn paint(frame: &mut Frame, mark: Mark, center: Point, size: f32, theme: &Theme) {
    let color = mark.color(&theme.colors);
    let radius = size / 2.0 - 1.0;
    let line = size / 9.0;
    let disc = Path::circle(center, radius);
    let square = Path::rounded_rectangle(
        Point::new(center.x - radius + 0.5, center.y - radius + 0.5),
        Size::new(2.0 * radius - 1.0, 2.0 * radius - 1.0),
        (radius * 0.45).into(),
    );
    let ring = Path::circle(center, radius - line / 2.0);
    let inner = if mark.stale {
        color
    } else {
        theme.colors.surface
    };
    let pen = |color: Color, width: f32| {
        Stroke::default()
            .with_color(color)
            .with_width(width)
            .with_line_cap(LineCap::Round)
    };
    let outline = match mark.shape {
        Shape::Available | Shape::Away | Shape::DoNotDisturb | Shape::Ringing => Some(&disc),
        Shape::Busy | Shape::OnThePhone | Shape::InAMeeting => Some(&square),
        Shape::Offline
        | Shape::Unknown
        | Shape::Waiting
        | Shape::Refused
        | Shape::LineFree
        | Shape::Paused => None,
    };
    match outline {
        Some(shape) if mark.stale => frame.stroke(shape, pen(color, line)),
        Some(shape) => frame.fill(shape, color),
        None => frame.stroke(&ring, pen(color, line)),
    }
    match mark.shape {
        Shape::Available | Shape::Busy | Shape::Offline => {}
        Shape::Away => {
            let hands = Path::new(|hands| {
                hands.move_to(Point::new(center.x, center.y - radius * 0.55));
                hands.line_to(center);
                hands.line_to(Point::new(
                    center.x + radius * 0.45,
                    center.y + radius * 0.2,
                ));
            });
            frame.stroke(&hands, pen(inner, line));
        }
        Shape::OnThePhone | Shape::Ringing => handset(frame, center, radius, inner),
        // The ring takes the room of a line.
        Shape::LineFree => handset(frame, center, radius - line, color),
        Shape::Paused => {
            for x in [-0.25, 0.25] {
                let bar = Path::line(
                    offset(center, radius, x, -0.35),
                    offset(center, radius, x, 0.35),
                );
                frame.stroke(&bar, pen(color, line));
            }
        }
        Shape::InAMeeting => {
            for x in [-0.36, 0.36] {
                let head = Path::circle(offset(center, radius, x, 0.0), radius * 0.22);
                frame.fill(&head, inner);
            }
        }
        Shape::DoNotDisturb => {
            let bar = Path::line(
                offset(center, radius, -0.45, 0.0),
                offset(center, radius, 0.45, 0.0),
            );
            frame.stroke(&bar, pen(inner, line * 1.3));
        }
        Shape::Unknown => frame.fill_text(Text {
            content: "?".to_owned(),
            position: center,
            max_width: size,
            color,
            size: (size * 0.62).into(),
            font: STRONG,
            align_x: Alignment::Center,
            align_y: alignment::Vertical::Center,
            ..Text::default()
        }),
        Shape::Waiting => {
            for x in [-0.42, 0.0, 0.42] {
                let dot = Path::circle(offset(center, radius, x, 0.0), radius * 0.14);
                frame.fill(&dot, color);
            }
        }
        Shape::Refused => {
            let slash = Path::new(|slash: &mut path::Builder| {
                slash.move_to(offset(center, radius, -0.5, 0.5));
                slash.line_to(offset(center, radius, 0.5, -0.5));
            });
            frame.stroke(&slash, pen(color, line));
        }
    }
}

fn handset(frame: &mut Frame, center: Point, radius: f32, color: Color) {
    let grip = Path::new(|grip| {
        grip.move_to(offset(center, radius, -0.42, -0.42));
        grip.quadratic_curve_to(
            offset(center, radius, -0.35, 0.35),
            offset(center, radius, 0.42, 0.42),
        );
    });
    let pen = Stroke::default()
        .with_color(color)
        .with_width(radius * GRIP)
        .with_line_cap(LineCap::Round);
    frame.stroke(&grip, pen);
    for (x, y) in [(-0.34, -0.36), (0.36, 0.34)] {
        let end = Path::circle(offset(center, radius, x, y), radius * 0.24);
        frame.fill(&end, color);
    }
}

fn offset(center: Point, radius: f32, x: f32, y: f32) -> Point {
    Point::new(center.x + radius * x, center.y + radius * y)
}

/// The width of the grip of a handset, as a part of the radius.
const GRIP: f32 = 0.25;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn statuses_of_one_colour_differ_in_shape_where_they_differ_in_meaning() {
        let busy: HashSet<Shape> = [
            Status::Busy,
            Status::OnThePhone,
            Status::InAMeeting,
            Status::DoNotDisturb,
        ]
        .iter()
        .map(|status| Mark::of(status).shape)
        .collect();
        assert_eq!(busy.len(), 4);
        assert_ne!(
            Mark::of(&Status::Offline).shape,
            Mark::of(&Status::Unknown).shape
        );
    }
}
