//! How the toolkit's widgets look in a [`Theme`], and the named styles the screens choose from.

use iced::widget::{button as iced_button, container, scrollable, text as iced_text, text_input};
use iced::{Background, Border, Color, Shadow};

use super::{Theme, measure, radius};

/// A widget of this window.
pub type Element<'a, Message> = iced::Element<'a, Message, Theme>;

impl iced_text::Catalog for Theme {
    type Class<'a> = iced_text::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|_| iced_text::Style::default())
    }

    fn style(&self, class: &Self::Class<'_>) -> iced_text::Style {
        class(self)
    }
}

impl container::Catalog for Theme {
    type Class<'a> = container::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|_| container::Style::default())
    }

    fn style(&self, class: &Self::Class<'_>) -> container::Style {
        class(self)
    }
}

impl iced_button::Catalog for Theme {
    type Class<'a> = iced_button::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(button::plain)
    }

    fn style(&self, class: &Self::Class<'_>, status: iced_button::Status) -> iced_button::Style {
        class(self, status)
    }
}

impl text_input::Catalog for Theme {
    type Class<'a> = text_input::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|theme, status| input(theme, status, false))
    }

    fn style(&self, class: &Self::Class<'_>, status: text_input::Status) -> text_input::Style {
        class(self, status)
    }
}

impl scrollable::Catalog for Theme {
    type Class<'a> = scrollable::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|theme, status| {
            let c = theme.colors;
            let scroller = match status {
                scrollable::Status::Active { .. } => theme.line(),
                scrollable::Status::Hovered { .. } | scrollable::Status::Dragged { .. } => c.edge,
            };
            let rail = scrollable::Rail {
                background: None,
                border: Border::default(),
                scroller: scrollable::Scroller {
                    background: Background::Color(scroller),
                    border: Border::default().rounded(radius::PILL),
                },
            };
            scrollable::Style {
                container: container::Style::default(),
                vertical_rail: rail,
                horizontal_rail: rail,
                gap: None,
                auto_scroll: scrollable::AutoScroll {
                    background: Background::Color(c.surface),
                    border: Border::default().rounded(radius::PILL),
                    shadow: Shadow::default(),
                    icon: c.text,
                },
            }
        })
    }

    fn style(&self, class: &Self::Class<'_>, status: scrollable::Status) -> scrollable::Style {
        class(self, status)
    }
}

/// Looks of buttons.
pub mod button {
    use super::{Background, Border, Color, Theme, iced_button, measure, radius};

    use iced_button::{Status, Style};

    /// The one main action of a card or screen.
    pub fn main(theme: &Theme, status: Status) -> Style {
        let c = theme.colors;
        let (ground, text) = match status {
            Status::Active => (c.accent, c.on_accent),
            Status::Hovered | Status::Pressed => (c.accent_hover, c.on_accent),
            Status::Disabled => (c.line, c.quiet),
        };
        filled(ground, text, Color::TRANSPARENT)
    }

    /// Another action.
    pub fn other(theme: &Theme, status: Status) -> Style {
        let c = theme.colors;
        match status {
            Status::Active => filled(c.surface, c.text, c.edge),
            Status::Hovered | Status::Pressed => filled(c.hover, c.text, c.edge),
            Status::Disabled => filled(c.surface, c.quiet, c.line),
        }
    }

    /// An action that takes something away.
    pub fn danger(theme: &Theme, status: Status) -> Style {
        let c = theme.colors;
        match status {
            Status::Active => filled(c.surface, c.danger, c.danger),
            Status::Hovered | Status::Pressed => filled(c.danger_ground, c.danger, c.danger),
            Status::Disabled => filled(c.surface, c.quiet, c.line),
        }
    }

    /// An action that keeps in the background: icons, links, rows.
    pub fn plain(theme: &Theme, status: Status) -> Style {
        let c = theme.colors;
        match status {
            Status::Active | Status::Disabled => bare(c.text),
            Status::Hovered | Status::Pressed => filled(c.hover, c.text, Color::TRANSPARENT),
        }
    }

    /// An action on a coloured card, where a ground of its own would look like dirt.
    pub fn tinted(theme: &Theme, status: Status) -> Style {
        let c = theme.colors;
        let edge = theme.soft(c.text, 0.35);
        match status {
            Status::Active => filled(Color::TRANSPARENT, c.text, edge),
            Status::Hovered | Status::Pressed => filled(c.text.scale_alpha(0.08), c.text, edge),
            Status::Disabled => filled(Color::TRANSPARENT, c.quiet, c.line),
        }
    }

    /// A word that leads somewhere.
    pub fn link(theme: &Theme, status: Status) -> Style {
        let c = theme.colors;
        match status {
            Status::Active => bare(c.accent),
            Status::Hovered | Status::Pressed => filled(c.hover, c.accent, Color::TRANSPARENT),
            Status::Disabled => bare(c.quiet),
        }
    }

    /// Nothing of its own, even under the pointer: the content shows its state.
    pub fn link_free(theme: &Theme, _status: Status) -> Style {
        bare(theme.colors.text)
    }

    /// One choice of several, chosen or not.
    pub fn choice(chosen: bool) -> impl Fn(&Theme, Status) -> Style {
        move |theme, status| {
            let c = theme.colors;
            match (chosen, status) {
                (true, _) => filled(c.selected, c.text, c.accent),
                (false, Status::Hovered | Status::Pressed) => filled(c.hover, c.text, theme.line()),
                (false, _) => filled(c.surface, c.text, theme.line()),
            }
        }
    }

    /// A row of a list, selected or not.
    pub fn row(selected: bool) -> impl Fn(&Theme, Status) -> Style {
        move |theme, status| {
            let c = theme.colors;
            let ground = match (selected, status) {
                (true, _) => Some(c.selected),
                (false, Status::Hovered | Status::Pressed) => Some(c.hover),
                (false, _) => None,
            };
            // Where shades do not tell, an edge does.
            let edged = selected && theme.is_high_contrast();
            let width = if edged { measure::RING } else { 0.0 };
            Style {
                background: ground.map(Background::Color),
                border: Border::default()
                    .rounded(radius::CARD)
                    .color(c.edge)
                    .width(width),
                ..bare(c.text)
            }
        }
    }

    fn bare(text_color: Color) -> Style {
        Style {
            background: None,
            text_color,
            border: Border::default().rounded(radius::CONTROL),
            ..Style::default()
        }
    }

    fn filled(ground: Color, text_color: Color, edge: Color) -> Style {
        let width = if edge == Color::TRANSPARENT { 0.0 } else { 1.0 };
        Style {
            background: Some(Background::Color(ground)),
            text_color,
            border: Border::default()
                .rounded(radius::CONTROL)
                .color(edge)
                .width(width),
            ..Style::default()
        }
    }
}

/// Looks of texts.
pub mod text {
    use super::{Color, Theme, iced_text};

    use iced_text::Style;

    /// Of full weight.
    pub fn plain(theme: &Theme) -> Style {
        colored(theme.colors.text)
    }

    /// Of less weight.
    pub fn quiet(theme: &Theme) -> Style {
        colored(theme.colors.quiet)
    }

    /// What went wrong.
    pub fn danger(theme: &Theme) -> Style {
        colored(theme.colors.danger)
    }

    /// The word of the lit lamp.
    pub fn lamp(theme: &Theme) -> Style {
        colored(theme.colors.lamp)
    }

    fn colored(color: Color) -> Style {
        Style { color: Some(color) }
    }
}

/// A field, with an edge that shows whether it is focused or wrong.
pub fn input(theme: &Theme, status: text_input::Status, wrong: bool) -> text_input::Style {
    let c = theme.colors;
    let (edge, width) = match status {
        text_input::Status::Focused { .. } => (c.ring, 2.0),
        _ if wrong => (c.danger, 1.0),
        text_input::Status::Hovered => (c.text, 1.0),
        text_input::Status::Active => (c.edge, 1.0),
        text_input::Status::Disabled => (c.line, 1.0),
    };
    text_input::Style {
        background: Background::Color(c.surface),
        border: Border::default()
            .rounded(radius::CONTROL)
            .color(edge)
            .width(width),
        icon: c.quiet,
        placeholder: c.quiet,
        value: c.text,
        selection: c.ring.scale_alpha(0.3),
    }
}

/// An area of its own: header, footer, details.
pub fn panel(theme: &Theme) -> container::Style {
    container::Style {
        background: Some(Background::Color(theme.colors.surface)),
        ..container::Style::default()
    }
}

/// A thing of its own on the ground.
pub fn card(theme: &Theme) -> container::Style {
    let c = theme.colors;
    container::Style {
        background: Some(Background::Color(c.surface)),
        border: Border::default()
            .rounded(radius::CARD)
            .color(theme.line())
            .width(1.0),
        ..container::Style::default()
    }
}

/// The lit lamp.
pub fn lit_card(theme: &Theme) -> container::Style {
    let c = theme.colors;
    tinted(c.lamp_ground, theme.soft(c.lamp, 0.45))
}

/// The lamp as it was when it was last heard of.
pub fn stale_card(theme: &Theme) -> container::Style {
    let c = theme.colors;
    tinted(c.surface, c.lamp)
}

/// The mark of what something belongs to.
pub fn tag(theme: &Theme) -> container::Style {
    container::Style {
        border: Border::default()
            .rounded(radius::SMALL)
            .color(theme.line())
            .width(1.0),
        ..container::Style::default()
    }
}

/// The dot that says that something is new.
pub fn dot(theme: &Theme) -> container::Style {
    container::Style {
        background: Some(Background::Color(theme.colors.accent)),
        border: Border::default().rounded(radius::PILL),
        ..container::Style::default()
    }
}

/// Something went wrong.
pub fn notice(theme: &Theme) -> container::Style {
    let c = theme.colors;
    tinted(c.danger_ground, theme.soft(c.danger, 0.45))
}

fn tinted(ground: Color, edge: Color) -> container::Style {
    container::Style {
        background: Some(Background::Color(ground)),
        border: Border::default()
            .rounded(radius::CARD)
            .color(edge)
            .width(1.0),
        ..container::Style::default()
    }
}
