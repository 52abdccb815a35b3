//! One line of text that ends with an ellipsis when there is no room for all of it.
//!
//! The toolkit would wrap it or let it run over its neighbours, and clipping costs a layer for each line.

use iced::advanced::text::{self, Hit, Paragraph as _, Renderer as _, Wrapping};
use iced::advanced::widget::{Operation, Tree, Widget, tree};
use iced::advanced::{Layout, layout, mouse, renderer};
use iced::alignment::Vertical;
use iced::widget::text::{Alignment, Shaping, Style};
use iced::{Font, Length, Point, Rectangle, Renderer, Size};

use crate::ui::theme::{Element, REGULAR, Theme, size};

type Paragraph = <Renderer as text::Renderer>::Paragraph;

/// One line of text.
pub struct Line {
    content: String,
    size: f32,
    font: Font,
    width: Length,
    leaving: f32,
    style: fn(&Theme) -> Style,
}

/// One line of text that is as wide as it needs to be, and no wider than it may be.
pub fn line(content: impl Into<String>) -> Line {
    Line {
        content: content.into(),
        size: size::BODY,
        font: REGULAR,
        width: Length::Shrink,
        leaving: 0.0,
        style: |_| Style::default(),
    }
}

impl Line {
    /// The size of the text.
    #[must_use]
    pub fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// The face of the text.
    #[must_use]
    pub fn font(mut self, font: Font) -> Self {
        self.font = font;
        self
    }

    /// Takes all the room there is.
    #[must_use]
    pub fn fill(mut self) -> Self {
        self.width = Length::Fill;
        self
    }

    /// Leaves so much of the room to what stands behind it, which a long text would else push away.
    #[must_use]
    pub fn leaving(mut self, width: f32) -> Self {
        self.leaving = width;
        self
    }

    /// The look of the text.
    #[must_use]
    pub fn style(mut self, style: fn(&Theme) -> Style) -> Self {
        self.style = style;
        self
    }
}

#[derive(Default)]
struct State {
    shown: Paragraph,
    /// What `shown` was made from.
    of: Option<(String, f32, Font, f32)>,
    natural: Size,
}

impl State {
    fn prepare(&mut self, line: &Line, width: f32) {
        let unchanged = self.of.as_ref().is_some_and(|(content, size, font, was)| {
            let fits = self.natural.width <= width && self.natural.width <= *was;
            *content == line.content
                && (size - line.size).abs() < f32::EPSILON
                && *font == line.font
                && (fits || (was - width).abs() < f32::EPSILON)
        });
        if unchanged {
            return;
        }
        let whole = Paragraph::with_text(single(&line.content, line));
        self.natural = whole.min_bounds();
        self.shown = if self.natural.width > width {
            let shortened = shorten(&line.content, line, width);
            Paragraph::with_text(single(&shortened, line))
        } else {
            whole
        };
        // Right-to-left text begins at the far end of its bounds, which must not be infinitely far away.
        let bounds = self.shown.min_bounds();
        self.shown
            .resize(Size::new(bounds.width.ceil(), bounds.height));
        self.of = Some((line.content.clone(), line.size, line.font, width));
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Line {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(self.width, Length::Shrink)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        _renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let state = tree.state.downcast_mut::<State>();
        let room = (limits.max().width - self.leaving).max(0.0);
        state.prepare(self, room);
        let bounds = state.shown.min_bounds();
        // Rounding must never make a line that fits seem too long in the next pass.
        let size = Size::new(bounds.width.ceil(), bounds.height);
        layout::Node::new(limits.resolve(self.width, Length::Shrink, size))
    }

    fn operate(
        &mut self,
        _tree: &mut Tree,
        layout: Layout<'_>,
        _renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.text(None, layout.bounds(), &self.content);
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let color = (self.style)(theme).color.unwrap_or(style.text_color);
        renderer.fill_paragraph(&state.shown, layout.bounds().position(), color, *viewport);
    }
}

impl<'a, Message: 'a> From<Line> for Element<'a, Message> {
    fn from(line: Line) -> Self {
        Self::new(line)
    }
}

fn single<'a>(content: &'a str, line: &Line) -> text::Text<&'a str, Font> {
    text::Text {
        content,
        bounds: Size::new(f32::INFINITY, f32::INFINITY),
        size: line.size.into(),
        line_height: text::LineHeight::default(),
        font: line.font,
        align_x: Alignment::Left,
        align_y: Vertical::Top,
        shaping: Shaping::Advanced,
        wrapping: Wrapping::None,
    }
}

/// As much of the text as fits, with an ellipsis.
fn shorten(content: &str, line: &Line, width: f32) -> String {
    let ellipsis = Paragraph::with_text(single("…", line)).min_width();
    let whole = Paragraph::with_text(single(content, line));
    let point = Point::new((width - ellipsis).max(0.0), whole.min_height() / 2.0);
    let mut end = whole
        .hit_test(point)
        .map_or(0, Hit::cursor)
        .min(content.len());
    loop {
        while !content.is_char_boundary(end) {
            end -= 1;
        }
        let cut = format!("{}…", content[..end].trim_end());
        if end == 0 || Paragraph::with_text(single(&cut, line)).min_width() <= width {
            return cut;
        }
        end -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_shortened_and_fit() {
        let line = line("A rather long name that nobody could ever read in a narrow window");
        let short = shorten(&line.content, &line, 120.0);
        assert!(short.ends_with('…') && short.starts_with("A rather"));
        assert!(Paragraph::with_text(single(&short, &line)).min_width() <= 120.0);
        assert_eq!(shorten("äöü", &line, 0.0), "…");
    }

    #[test]
    fn a_long_line_leaves_room_to_what_stands_behind_it() {
        let end = |leaving: f32| {
            let shown: Element<'_, ()> =
                iced::widget::row![line("long ".repeat(50)).leaving(leaving), line("end")].into();
            let mut window =
                iced_test::Simulator::with_size(crate::ui::settings(), (200.0, 50.0), shown);
            window.find("end").expect("there").bounds().width
        };
        assert!(end(0.0) < 20.0, "it has been pushed away");
        assert!(end(40.0) > 20.0);
    }

    #[test]
    fn right_to_left_lines_have_a_finite_place() {
        let mut state = State::default();
        state.prepare(&line("שלום"), 500.0);
        assert!(state.shown.bounds().width < 200.0);
    }
}
