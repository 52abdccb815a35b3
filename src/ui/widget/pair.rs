//! Two things beside each other where there is room, else one below the other.
//!
//! A window of 320 points at 200 % is 160 wide: what stands side by side in a usual one would leave each other room for two
//! or three letters.

use iced::advanced::widget::{Operation, Tree, Widget};
use iced::advanced::{Clipboard, Layout, Shell, layout, mouse, overlay, renderer};
use iced::alignment::Vertical;
use iced::{Event, Length, Point, Rectangle, Renderer, Size, Vector};

use super::icon::{Icon, Ink, sized};
use crate::ui::theme::{Element, Theme, measure, space};

/// Two things.
pub struct Pair<'a, Message> {
    both: [Element<'a, Message>; 2],
    wide: f32,
    column: Option<f32>,
    close: bool,
    spacing: f32,
    align: Vertical,
}

/// Two things that stand side by side from this width on: the second takes what it needs, the first the rest.
pub fn pair<'a, Message>(
    first: impl Into<Element<'a, Message>>,
    second: impl Into<Element<'a, Message>>,
    wide: f32,
) -> Pair<'a, Message> {
    Pair {
        both: [first.into(), second.into()],
        wide,
        column: None,
        close: false,
        spacing: space::S,
        align: Vertical::Center,
    }
}

/// Words with a sign in front of them, in a column as wide as a portrait: so the words of cards and rows stand below each
/// other. Where there is little room the words get all of it, and the sign stands above.
pub fn signed<'a, Message: 'a>(
    shown: Icon,
    ink: Ink,
    size: f32,
    words: impl Into<Element<'a, Message>>,
) -> Pair<'a, Message> {
    pair(sized(shown, ink, size), words, measure::SIGNED)
        .column(measure::PORTRAIT)
        .spacing(space::M)
}

impl<Message> Pair<'_, Message> {
    /// The first stands in the middle of a column of this width, and the second takes the rest.
    #[must_use]
    pub fn column(mut self, width: f32) -> Self {
        self.column = Some(width);
        self
    }

    /// The second stands right behind the first where that one needs less than the rest, and not at the far edge.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// What is between them when they stand side by side.
    #[must_use]
    pub fn spacing(mut self, spacing: f32) -> Self {
        self.spacing = spacing;
        self
    }

    /// How they stand to each other when they are side by side.
    #[must_use]
    pub fn align(mut self, align: Vertical) -> Self {
        self.align = align;
        self
    }

    fn beside(
        &mut self,
        trees: &mut [Tree],
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let [one, other] = &mut self.both;
        let [one_tree, other_tree] = trees else {
            return layout::Node::default();
        };
        let all = limits.max().width;
        let within = |width: f32| limits.max_width(width.max(0.0)).min_width(0.0);
        let (first, second, column) = if let Some(column) = self.column {
            let first = lay_out(one, one_tree, renderer, &within(column));
            let rest = within(all - column - self.spacing);
            (first, lay_out(other, other_tree, renderer, &rest), column)
        } else {
            let second = lay_out(other, other_tree, renderer, limits);
            let rest = all - second.size().width - self.spacing;
            let first = lay_out(one, one_tree, renderer, &within(rest));
            let column = if self.close { first.size().width } else { rest };
            (first, second, column)
        };
        let height = first.size().height.max(second.size().height);
        let top = |node: &layout::Node| match self.align {
            Vertical::Top => 0.0,
            Vertical::Center => (height - node.size().height) / 2.0,
            Vertical::Bottom => height - node.size().height,
        };
        let in_column = self
            .column
            .map_or(0.0, |column| (column - first.size().width) / 2.0);
        let places = [
            Point::new(in_column, top(&first)),
            Point::new(column + self.spacing, top(&second)),
        ];
        let both = vec![first.move_to(places[0]), second.move_to(places[1])];
        layout::Node::with_children(Size::new(all, height), both)
    }

    fn stacked(
        &mut self,
        trees: &mut [Tree],
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        // A sign has its column to the left of the words; above them it begins where they do.
        let left = if self.column.is_some() { space::S } else { 0.0 };
        let within = limits.max_width((limits.max().width - left).max(0.0));
        let within = within.min_width(0.0);
        let mut below = 0.0;
        let mut nodes = Vec::with_capacity(self.both.len());
        for (content, tree) in self.both.iter_mut().zip(trees) {
            let node = lay_out(content, tree, renderer, &within);
            if below > 0.0 && node.size().height > 0.0 {
                below += space::XS;
            }
            let height = node.size().height;
            nodes.push(node.move_to(Point::new(left, below)));
            below += height;
        }
        layout::Node::with_children(Size::new(limits.max().width, below), nodes)
    }
}

fn lay_out<Message>(
    content: &mut Element<'_, Message>,
    tree: &mut Tree,
    renderer: &Renderer,
    limits: &layout::Limits,
) -> layout::Node {
    content.as_widget_mut().layout(tree, renderer, limits)
}

impl<Message> Widget<Message, Theme, Renderer> for Pair<'_, Message> {
    fn children(&self) -> Vec<Tree> {
        self.both.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.both);
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Shrink)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let limits = limits.loose();
        if limits.max().width >= self.wide {
            self.beside(&mut tree.children, renderer, &limits)
        } else {
            self.stacked(&mut tree.children, renderer, &limits)
        }
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            let both = self.both.iter_mut().zip(&mut tree.children);
            for ((content, tree), layout) in both.zip(layout.children()) {
                let content = content.as_widget_mut();
                content.operate(tree, layout, renderer, operation);
            }
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let both = self.both.iter_mut().zip(&mut tree.children);
        for ((content, tree), layout) in both.zip(layout.children()) {
            content.as_widget_mut().update(
                tree, event, layout, cursor, renderer, clipboard, shell, viewport,
            );
        }
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
        let both = self.both.iter().zip(&tree.children);
        for ((content, tree), layout) in both.zip(layout.children()) {
            let content = content.as_widget();
            content.draw(tree, renderer, theme, style, layout, cursor, viewport);
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let both = self.both.iter().zip(&tree.children);
        both.zip(layout.children())
            .map(|((content, tree), layout)| {
                let content = content.as_widget();
                content.mouse_interaction(tree, layout, cursor, viewport, renderer)
            })
            .max()
            .unwrap_or_default()
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        overlay::from_children(
            &mut self.both,
            tree,
            layout,
            renderer,
            viewport,
            translation,
        )
    }
}

impl<'a, Message: 'a> From<Pair<'a, Message>> for Element<'a, Message> {
    fn from(pair: Pair<'a, Message>) -> Self {
        Element::new(pair)
    }
}

#[cfg(test)]
mod tests {
    use iced::widget::Space;
    use iced_test::Simulator;

    use super::*;
    use crate::ui::widget::line::line;

    fn places(width: f32) -> [Rectangle; 2] {
        let view: Element<'_, ()> = pair(line("first").fill(), line("second"), 200.0).into();
        let mut window = Simulator::with_size(crate::ui::settings(), (width, 100.0), view);
        ["first", "second"].map(|text| {
            let found = window.find(text).expect("it is there");
            found.bounds()
        })
    }

    #[test]
    fn they_stand_side_by_side_only_where_there_is_room() {
        let [first, second] = places(200.0);
        assert!((first.width - (200.0 - space::S - second.width)).abs() < 0.5);
        assert!((second.x + second.width - 200.0).abs() < 0.5);
        let [first, second] = places(199.0);
        assert!((first.width - 199.0).abs() < 0.5);
        assert!(second.x < 0.5 && second.y >= first.y + first.height);
    }

    #[test]
    fn what_stands_close_behind_a_text_is_not_pushed_away_by_it() {
        let second = |first: &str, width: f32| {
            let view: Element<'_, ()> = pair(line(first), line("second"), 0.0).close().into();
            let mut window = Simulator::with_size(crate::ui::settings(), (width, 100.0), view);
            let [first, second] = [first, "second"].map(|text| window.find(text).expect("there"));
            let (first, second) = (first.bounds(), second.bounds());
            assert!((second.x - first.x - first.width - space::S).abs() < 0.5);
            second
        };
        let near = second("short", 300.0);
        let far = second("so long that there is no room for all of it", 200.0);
        assert!(near.x < 100.0);
        assert!(far.width > 30.0 && far.x + far.width <= 200.5, "{far:?}");
    }

    #[test]
    fn a_sign_has_its_column_or_stands_above() {
        let words = |width: f32| {
            let sign = Space::new().width(measure::SIGN).height(measure::SIGN);
            let view: Element<'_, ()> = pair(sign, line("words"), 200.0)
                .column(measure::PORTRAIT)
                .into();
            let mut window = Simulator::with_size(crate::ui::settings(), (width, 100.0), view);
            window.find("words").expect("there").bounds()
        };
        assert!((words(300.0).x - measure::PORTRAIT - space::S).abs() < 0.5);
        assert!(words(150.0).x < 10.0 && words(150.0).y > measure::SIGN);
    }
}
