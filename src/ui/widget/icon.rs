//! Icons, drawn with one pen on a grid of 20.

use iced::widget::canvas::{Frame, LineCap, LineJoin, Path, Stroke, path};
use iced::{Color, Point, Radians};

use super::drawing::drawing;
use crate::ui::theme::{Colors, Element, Theme, measure};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Icon {
    /// Add.
    Plus,
    /// Less.
    Minus,
    /// Settings.
    Sliders,
    /// Back to where one came from.
    Back,
    /// Can be unfolded.
    Down,
    /// Can be folded.
    Up,
    /// Is folded.
    Right,
    /// There is more to do.
    More,
    /// Yes, done, chosen.
    Check,
    /// Close.
    Cross,
    /// Again.
    Retry,
    /// Voicemail.
    Tape,
    /// Something is wrong.
    Warning,
    /// A person.
    Person,
    /// Several people.
    People,
    /// A password.
    Key,
    /// Look for something.
    Search,
    /// This device.
    Device,
    /// Went out.
    Sent,
    /// Came in.
    Received,
}

impl Icon {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Plus,
        Self::Minus,
        Self::Sliders,
        Self::Back,
        Self::Down,
        Self::Up,
        Self::Right,
        Self::More,
        Self::Check,
        Self::Cross,
        Self::Retry,
        Self::Tape,
        Self::Warning,
        Self::Person,
        Self::People,
        Self::Key,
        Self::Search,
        Self::Device,
        Self::Sent,
        Self::Received,
    ];
}

/// What colour an icon has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// As text.
    Text,
    /// As text of less weight.
    Quiet,
    /// As a link.
    Accent,
    /// On the main action.
    OnAccent,
    /// As what went wrong.
    Danger,
    /// As the lit lamp.
    Lamp,
}

impl Ink {
    fn color(self, colors: &Colors) -> Color {
        match self {
            Self::Text => colors.text,
            Self::Quiet => colors.quiet,
            Self::Accent => colors.accent,
            Self::OnAccent => colors.on_accent,
            Self::Danger => colors.danger,
            Self::Lamp => colors.lamp,
        }
    }
}

/// An icon of the usual size.
pub fn icon<'a, Message: 'a>(icon: Icon, ink: Ink) -> Element<'a, Message> {
    sized(icon, ink, measure::ICON)
}

/// An icon of another size.
pub fn sized<'a, Message: 'a>(icon: Icon, ink: Ink, size: f32) -> Element<'a, Message> {
    drawing((icon, ink), size, |frame, (icon, ink), theme| {
        paint(frame, *icon, *ink, theme);
    })
}

fn paint(frame: &mut Frame, icon: Icon, ink: Ink, theme: &Theme) {
    let color = ink.color(&theme.colors);
    let unit = frame.width() / GRID;
    frame.scale(unit);
    let mut draw = |path: &Path| {
        frame.stroke(
            path,
            Stroke::default()
                .with_color(color)
                .with_width(measure::PEN)
                .with_line_cap(LineCap::Round)
                .with_line_join(LineJoin::Round),
        );
    };
    match icon {
        Icon::Plus => {
            draw(&line(&[(10.0, 4.0), (10.0, 16.0)]));
            draw(&line(&[(4.0, 10.0), (16.0, 10.0)]));
        }
        Icon::Minus => draw(&line(&[(4.0, 10.0), (16.0, 10.0)])),
        Icon::Sliders => {
            for (y, knob) in [(5.0, 13.0), (10.0, 7.0), (15.0, 12.0)] {
                draw(&line(&[(3.0, y), (knob - 2.0, y)]));
                draw(&line(&[(knob + 2.0, y), (17.0, y)]));
                draw(&Path::circle(Point::new(knob, y), 2.0));
            }
        }
        Icon::Back => {
            draw(&line(&[(16.0, 10.0), (4.0, 10.0)]));
            draw(&line(&[(9.0, 5.0), (4.0, 10.0), (9.0, 15.0)]));
        }
        Icon::Sent => {
            draw(&line(&[(10.0, 16.0), (10.0, 4.0)]));
            draw(&line(&[(5.0, 9.0), (10.0, 4.0), (15.0, 9.0)]));
        }
        Icon::Received => {
            draw(&line(&[(10.0, 4.0), (10.0, 16.0)]));
            draw(&line(&[(5.0, 11.0), (10.0, 16.0), (15.0, 11.0)]));
        }
        Icon::Down => draw(&line(&[(5.0, 8.0), (10.0, 13.0), (15.0, 8.0)])),
        Icon::Up => draw(&line(&[(5.0, 12.0), (10.0, 7.0), (15.0, 12.0)])),
        Icon::Right => draw(&line(&[(8.0, 5.0), (13.0, 10.0), (8.0, 15.0)])),
        Icon::More => {
            for x in [4.5, 10.0, 15.5] {
                draw(&line(&[(x, 10.0), (x, 10.1)]));
            }
        }
        Icon::Check => draw(&line(&[(4.5, 10.5), (8.5, 14.5), (15.5, 6.0)])),
        Icon::Cross => {
            draw(&line(&[(5.0, 5.0), (15.0, 15.0)]));
            draw(&line(&[(15.0, 5.0), (5.0, 15.0)]));
        }
        Icon::Retry => {
            draw(&arc(10.0, 10.0, 6.0, -0.2, 4.6));
            draw(&line(&[(16.4, 4.6), (15.9, 8.8), (11.9, 7.7)]));
        }
        Icon::Tape => {
            draw(&Path::circle(Point::new(5.5, 9.5), 3.5));
            draw(&Path::circle(Point::new(14.5, 9.5), 3.5));
            draw(&line(&[(5.5, 13.0), (14.5, 13.0)]));
        }
        Icon::Warning => {
            draw(&line(&[
                (10.0, 3.5),
                (17.5, 16.5),
                (2.5, 16.5),
                (10.0, 3.5),
            ]));
            draw(&line(&[(10.0, 8.5), (10.0, 11.5)]));
            draw(&line(&[(10.0, 14.0), (10.0, 14.1)]));
        }
        Icon::Person => {
            draw(&Path::circle(Point::new(10.0, 7.0), 3.0));
            draw(&arc(10.0, 17.0, 6.0, PI, 2.0 * PI));
        }
        Icon::People => {
            draw(&Path::circle(Point::new(7.5, 7.0), 2.75));
            draw(&arc(7.5, 16.5, 5.0, PI, 2.0 * PI));
            draw(&arc(13.0, 7.0, 2.75, -0.5 * PI, 0.5 * PI));
            draw(&arc(13.0, 16.5, 5.0, 1.6 * PI, 2.0 * PI));
        }
        Icon::Search => {
            draw(&Path::circle(Point::new(8.75, 8.75), 5.0));
            draw(&line(&[(12.5, 12.5), (16.5, 16.5)]));
        }
        Icon::Device => {
            let screen = [
                (4.0, 4.5),
                (16.0, 4.5),
                (16.0, 13.0),
                (4.0, 13.0),
                (4.0, 4.5),
            ];
            draw(&line(&screen));
            draw(&line(&[(2.5, 16.0), (17.5, 16.0)]));
        }
        Icon::Key => {
            draw(&Path::circle(Point::new(6.5, 13.5), 3.5));
            draw(&line(&[(9.0, 11.0), (16.0, 4.0)]));
            draw(&line(&[(13.0, 7.0), (15.5, 9.5)]));
        }
    }
}

fn line(points: &[(f32, f32)]) -> Path {
    Path::new(|builder| {
        for (index, (x, y)) in points.iter().enumerate() {
            let point = Point::new(*x, *y);
            if index == 0 {
                builder.move_to(point);
            } else {
                builder.line_to(point);
            }
        }
    })
}

fn arc(x: f32, y: f32, radius: f32, from: f32, to: f32) -> Path {
    Path::new(|builder| {
        builder.arc(path::Arc {
            center: Point::new(x, y),
            radius,
            start_angle: Radians(from),
            end_angle: Radians(to),
        });
    })
}

/// Icons are drawn as they are at their usual size.
const GRID: f32 = measure::ICON;
const PI: f32 = std::f32::consts::PI;
