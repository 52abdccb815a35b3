//! A portrait: initials on a disc, with a presence mark at its edge.

use iced::advanced::widget::{Operation, Tree, Widget};
use iced::advanced::{Layout, layout, mouse, renderer};
use iced::widget::canvas::{Frame, Path, path};
use iced::{Length, Point, Radians, Rectangle, Renderer, Size};

use super::drawing::drawing;
use super::line::line;
use super::mark::{self, Mark};
use crate::ui::theme::{Element, STRONG, Theme, measure, size};

/// The portrait of somebody with this name.
pub fn portrait<'a, Message: 'a>(name: &str, mark: Mark) -> Element<'a, Message> {
    let disc = drawing(mark, measure::PORTRAIT, |frame, mark, theme| {
        paint(frame, *mark, theme);
    });
    let initials = line(initials(name)).size(size::BODY).font(STRONG);
    Element::new(Portrait {
        parts: [disc, initials.into()],
    })
}

/// Letters in the middle of a disc. (The toolkit's stack would make a layer for them, and its canvas puts
/// right-to-left letters beside their place.)
struct Portrait<'a, Message> {
    parts: [Element<'a, Message>; 2],
}

impl<Message> Widget<Message, Theme, Renderer> for Portrait<'_, Message> {
    fn children(&self) -> Vec<Tree> {
        self.parts.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.parts);
    }

    fn size(&self) -> Size<Length> {
        Size::new(
            Length::Fixed(measure::PORTRAIT),
            Length::Fixed(measure::PORTRAIT),
        )
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        _limits: &layout::Limits,
    ) -> layout::Node {
        let size = Size::new(measure::PORTRAIT, measure::PORTRAIT);
        let limits = layout::Limits::new(Size::ZERO, size);
        let nodes = self
            .parts
            .iter_mut()
            .zip(&mut tree.children)
            .map(|(part, tree)| {
                let node = part.as_widget_mut().layout(tree, renderer, &limits);
                let own = node.size();
                // The disc leaves a pixel at the right and the bottom for the mark.
                let room = |whole: f32, part: f32| ((whole - part) / 2.0 - 1.0).max(0.0);
                let at = Point::new(room(size.width, own.width), room(size.height, own.height));
                node.move_to(at)
            })
            .collect();
        layout::Node::with_children(size, nodes)
    }

    fn operate(
        &mut self,
        _tree: &mut Tree,
        _layout: Layout<'_>,
        _renderer: &Renderer,
        _operation: &mut dyn Operation,
    ) {
        // Initials are no text to be read: the name stands beside them.
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let parts = self.parts.iter().zip(&tree.children);
        for ((part, tree), layout) in parts.zip(layout.children()) {
            part.as_widget()
                .draw(tree, renderer, theme, style, layout, cursor, viewport);
        }
    }
}

/// At most two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let name = name.trim_start_matches("sips:").trim_start_matches("sip:");
    let name = name.split('@').next().unwrap_or(name);
    if name.len() <= EXTENSION && name.chars().all(|c| c.is_ascii_digit()) {
        // Extensions differ in their last digits.
        return name.to_owned();
    }
    let mut words = name
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-'))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .take(2)
        .collect()
}

fn paint(frame: &mut Frame, mark: Mark, theme: &Theme) {
    let radius = measure::PORTRAIT / 2.0 - 1.0;
    let center = Point::new(radius, radius);
    let size = measure::MARK;
    let at = Point::new(
        measure::PORTRAIT - size / 2.0,
        measure::PORTRAIT - size / 2.0,
    );
    let disc = notched(center, radius, at, size / 2.0 + 1.5);
    frame.fill(&disc, theme.colors.portrait);
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

/// Numbers up to this length are shown whole.
const EXTENSION: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_short_and_never_fail() {
        assert_eq!(initials("Bob"), "B");
        assert_eq!(initials("Carol Ann Smith"), "CS");
        assert_eq!(initials("sip:dave.jones@example.com"), "DJ");
        assert_eq!(initials("201@example.com"), "201");
        assert_eq!(initials("20134"), "2");
        assert_eq!(initials("ßeta"), "SS");
        assert_eq!(initials(""), "");
        assert_eq!(initials("🎷"), "");
    }
}
