//! Widgets that stand around one other, at its place: the tree of the one inside, and what is passed on to it as it is.

use iced::advanced::widget::Tree;

/// The tree of the wrapped widget; `children` and `diff` keep exactly one.
pub(super) fn child_mut(tree: &mut Tree) -> &mut Tree {
    if tree.children.is_empty() {
        tree.children.push(Tree::empty());
    }
    &mut tree.children[0]
}

/// Writes these methods of a widget so that they are those of its `content`. `layout` makes the place of the content that
/// of the widget, which the methods below it rely on.
macro_rules! pass_on {
    ($($method:ident),* $(,)?) => {
        $(pass_on!(@ $method);)*
    };
    (@ children) => {
        fn children(&self) -> Vec<Tree> {
            vec![Tree::new(&self.content)]
        }
    };
    (@ diff) => {
        fn diff(&self, tree: &mut Tree) {
            tree.diff_children(std::slice::from_ref(&self.content));
        }
    };
    (@ size) => {
        fn size(&self) -> iced::Size<iced::Length> {
            self.content.as_widget().size()
        }
    };
    (@ size_hint) => {
        fn size_hint(&self) -> iced::Size<iced::Length> {
            self.content.as_widget().size_hint()
        }
    };
    (@ layout) => {
        fn layout(
            &mut self,
            tree: &mut Tree,
            renderer: &Renderer,
            limits: &iced::advanced::layout::Limits,
        ) -> iced::advanced::layout::Node {
            let content = self.content.as_widget_mut();
            content.layout(child_mut(tree), renderer, limits)
        }
    };
    (@ operate) => {
        fn operate(
            &mut self,
            tree: &mut Tree,
            layout: Layout<'_>,
            renderer: &Renderer,
            operation: &mut dyn Operation,
        ) {
            let content = self.content.as_widget_mut();
            content.operate(child_mut(tree), layout, renderer, operation);
        }
    };
    (@ draw) => {
        fn draw(
            &self,
            tree: &Tree,
            renderer: &mut Renderer,
            theme: &Theme,
            style: &iced::advanced::renderer::Style,
            layout: Layout<'_>,
            cursor: mouse::Cursor,
            viewport: &Rectangle,
        ) {
            if let Some(child) = tree.children.first() {
                let content = self.content.as_widget();
                content.draw(child, renderer, theme, style, layout, cursor, viewport);
            }
        }
    };
    (@ mouse_interaction) => {
        fn mouse_interaction(
            &self,
            tree: &Tree,
            layout: Layout<'_>,
            cursor: mouse::Cursor,
            viewport: &Rectangle,
            renderer: &Renderer,
        ) -> mouse::Interaction {
            let content = self.content.as_widget();
            let child = tree.children.first();
            child.map_or_else(mouse::Interaction::default, |child| {
                content.mouse_interaction(child, layout, cursor, viewport, renderer)
            })
        }
    };
    (@ overlay) => {
        fn overlay<'b>(
            &'b mut self,
            tree: &'b mut Tree,
            layout: Layout<'b>,
            renderer: &Renderer,
            viewport: &Rectangle,
            translation: iced::Vector,
        ) -> Option<iced::advanced::overlay::Element<'b, Message, Theme, Renderer>> {
            let child = tree.children.first_mut()?;
            let content = self.content.as_widget_mut();
            content.overlay(child, layout, renderer, viewport, translation)
        }
    };
}

pub(super) use pass_on;
