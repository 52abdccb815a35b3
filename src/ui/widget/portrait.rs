//! A portrait: initials on a disc, with a presence mark at its edge.

use iced::widget::canvas::{Frame, Path, Text, path};
use iced::{Point, Radians, alignment, widget::text::Alignment};

use super::drawing::drawing;
use super::mark::{self, Mark};
use crate::ui::theme::{Element, STRONG, Theme, measure};

/// The portrait of somebody with this name.
pub fn portrait<'a, Message: 'a>(name: &str, mark: Mark) -> Element<'a, Message> {
    drawing(
        (initials(name), mark),
        measure::PORTRAIT,
        |frame, (initials, mark), theme| paint(frame, initials, *mark, theme),
    )
}

/// At most two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let name = name.trim_start_matches("sips:").trim_start_matches("sip:");
    let name = name.split('@').next().unwrap_or(name);
    let mut words = name
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-'))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.last();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .take(2)
        .collect()
}

fn paint(frame: &mut Frame, initials: &str, mark: Mark, theme: &Theme) {
    let radius = measure::PORTRAIT / 2.0 - 1.0;
    let center = Point::new(radius, radius);
    let size = measure::MARK;
    let at = Point::new(
        measure::PORTRAIT - size / 2.0,
        measure::PORTRAIT - size / 2.0,
    );
    frame.fill(
        &notched(center, radius, at, size / 2.0 + 1.5),
        theme.colors.portrait,
    );
    frame.fill_text(Text {
        content: initials.to_owned(),
        position: center,
        color: theme.colors.text,
        size: 14.0.into(),
        font: STRONG,
        align_x: Alignment::Center,
        align_y: alignment::Vertical::Center,
        ..Text::default()
    });
    mark::paint(frame, mark, at, size, theme);
}

/// A disc with a round bite, so that the mark needs no ring in the colour of a ground it cannot know.
fn notched(center: Point, radius: f32, bite: Point, bite_radius: f32) -> Path {
    let (dx, dy) = (bite.x - center.x, bite.y - center.y);
    let distance = dx.hypot(dy);
    let towards = dy.atan2(dx);
    // The angles, seen from each centre, between the line of centres and the points where the circles meet.
    let along = (radius.powi(2) - bite_radius.powi(2) + distance.powi(2)) / (2.0 * distance);
    let ours = (along / radius).clamp(-1.0, 1.0).acos();
    let theirs = ((distance - along) / bite_radius).clamp(-1.0, 1.0).acos();
    Path::new(|builder| {
        builder.arc(path::Arc {
            center,
            radius,
            start_angle: Radians(towards + ours),
            end_angle: Radians(towards + std::f32::consts::TAU - ours),
        });
        let back = towards + std::f32::consts::PI;
        let steps = 24_u8;
        for step in 0..=steps {
            let part = f32::from(step) / f32::from(steps);
            let angle = back + theirs - 2.0 * theirs * part;
            builder.line_to(Point::new(
                bite.x + bite_radius * angle.cos(),
                bite.y + bite_radius * angle.sin(),
            ));
        }
        builder.close();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_short_and_never_fail() {
        assert_eq!(initials("Bob"), "B");
        assert_eq!(initials("Carol Ann Smith"), "CS");
        assert_eq!(initials("sip:dave.jones@example.com"), "DJ");
        assert_eq!(initials("201"), "2");
        assert_eq!(initials("ßeta"), "SS");
        assert_eq!(initials(""), "");
        assert_eq!(initials("🎷"), "");
    }
}
