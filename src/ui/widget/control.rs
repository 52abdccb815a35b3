//! Buttons, fields and choices, each reachable with the keyboard.

use iced::advanced::widget::Id;
use iced::alignment::Vertical;
use iced::widget::{
    Column, Row, Scrollable, Space, button, column, container, row, scrollable, text_input, tooltip,
};
use iced::{Alignment, Length, Padding};

use super::focus::focus;
use super::icon::{self, Icon, Ink};
use super::pair::signed;
use super::said::said;
use super::text::text;
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::theme::{
    self, Element, MEDIUM, STRONG, Theme, button as look, measure, radius, size, space, text as ink,
};

/// The look of a button.
type Look = fn(&Theme, button::Status) -> button::Style;

/// The main action of a screen or card. Without a message it cannot be used now.
pub fn main<'a, M: Clone + 'a>(label: impl Into<String>, message: Option<M>) -> Element<'a, M> {
    worded(label.into(), message, look::main, Length::Shrink)
}

/// The main action over the whole width.
pub fn wide_main<'a, M: Clone + 'a>(
    label: impl Into<String>,
    message: Option<M>,
) -> Element<'a, M> {
    worded(label.into(), message, look::main, Length::Fill)
}

/// Another action.
pub fn other<'a, M: Clone + 'a>(label: impl Into<String>, message: Option<M>) -> Element<'a, M> {
    worded(label.into(), message, look::other, Length::Shrink)
}

/// Another action over the whole width.
pub fn wide_other<'a, M: Clone + 'a>(
    label: impl Into<String>,
    message: Option<M>,
) -> Element<'a, M> {
    worded(label.into(), message, look::other, Length::Fill)
}

/// An action that takes something away.
pub fn danger<'a, M: Clone + 'a>(label: impl Into<String>, message: Option<M>) -> Element<'a, M> {
    worded(label.into(), message, look::danger, Length::Shrink)
}

/// An action that keeps in the background.
pub fn link<'a, M: Clone + 'a>(label: impl Into<String>, message: Option<M>) -> Element<'a, M> {
    worded(label.into(), message, look::link, Length::Shrink)
}

/// An action that keeps in the background and stands at the left edge of a text.
pub fn flush_link<'a, M: Clone + 'a>(
    label: impl Into<String>,
    message: Option<M>,
) -> Element<'a, M> {
    focus(
        button(tall(text(label.into()).size(size::BODY).font(MEDIUM)))
            .on_press_maybe(message.clone())
            .padding(space::XS)
            .style(look::link),
    )
    .hanging(space::XS)
    .on_activate(message)
    .into()
}

/// Actions in the background side by side; wraps when there is little room. Each is as high as a button, so that the lines
/// need no room between them.
pub fn links<'a, M: Clone + 'a>(all: impl IntoIterator<Item = Element<'a, M>>) -> Element<'a, M> {
    Row::with_children(all)
        .spacing(space::L)
        .wrap()
        .vertical_spacing(0)
        .into()
}

/// An action on a coloured card.
pub fn tinted<'a, M: Clone + 'a>(label: impl Into<String>, message: Option<M>) -> Element<'a, M> {
    worded(label.into(), message, look::tinted, Length::Shrink)
}

/// What makes a button as high as all others with `XS` above and below, and higher when its words need several lines.
fn tall<'a, M: 'a>(label: impl Into<Element<'a, M>>) -> Row<'a, M, Theme> {
    row![
        label.into(),
        Space::new().height(measure::CONTROL - 2.0 * space::XS)
    ]
    .align_y(Alignment::Center)
}

fn worded<'a, M: Clone + 'a>(
    label: String,
    message: Option<M>,
    look: Look,
    width: Length,
) -> Element<'a, M> {
    let label = text(label)
        .size(size::BODY)
        .font(MEDIUM)
        .width(width)
        .align_x(Alignment::Center);
    focus(
        button(tall(label).width(width))
            .on_press_maybe(message.clone())
            .padding([space::XS, space::M])
            .width(width)
            .style(look),
    )
    .on_activate(message)
    .into()
}

/// A button that shows an icon and says its name when pointed at.
pub fn icon_button<'a, M: Clone + 'a>(
    id: &'static str,
    shown: Icon,
    name: impl Into<String>,
    message: M,
) -> Element<'a, M> {
    let name = name.into();
    let face = button(container(icon::icon(shown, Ink::Text)).center(Length::Fill))
        .on_press(message.clone())
        .padding(0)
        .width(measure::CONTROL)
        .height(measure::CONTROL)
        .style(look::plain);
    tooltip(
        focus(face)
            .id(id)
            .said(Said::of(Kind::Button).named(name.as_str()))
            .on_activate(Some(message)),
        container(text(name).size(size::SMALL))
            .padding([space::XS, space::S])
            .style(theme::card),
        tooltip::Position::Bottom,
    )
    .gap(space::XS)
    .into()
}

/// Something that can be pressed and looks as it likes.
pub fn pressable<'a, M: Clone + 'a>(
    content: impl Into<Element<'a, M>>,
    look: impl Fn(&Theme, button::Status) -> button::Style + 'a,
    padding: [f32; 2],
    message: M,
) -> Element<'a, M> {
    pressable_as(Said::of(Kind::Button), content, look, padding, message)
}

/// The same, of which this is said to whoever does not see it.
pub fn pressable_as<'a, M: Clone + 'a>(
    said: Said,
    content: impl Into<Element<'a, M>>,
    look: impl Fn(&Theme, button::Status) -> button::Style + 'a,
    padding: [f32; 2],
    message: M,
) -> Element<'a, M> {
    focus(
        button(content)
            .on_press(message.clone())
            .padding(padding)
            .style(look),
    )
    .said(said)
    .on_activate(Some(message))
    .into()
}

/// What is said of something that can be unfolded.
pub fn folding(unfolded: bool) -> Said {
    Said {
        unfolded: Some(unfolded),
        ..Said::of(Kind::Button)
    }
}

/// What is said of something that is chosen or not.
pub fn choosing(kind: Kind, chosen: bool) -> Said {
    Said {
        chosen: Some(chosen),
        ..Said::of(kind)
    }
}

/// A scrolled area with a thin bar. It tells of its scrolling, because only a message makes everything be drawn anew.
pub fn scroll<'a, M: 'a>(
    content: impl Into<Element<'a, M>>,
    on_scroll: impl Fn(scrollable::Viewport) -> M + 'a,
) -> Scrollable<'a, M, Theme> {
    let bar = scrollable::Scrollbar::new()
        .width(measure::BAR)
        .scroller_width(measure::BAR)
        .margin(space::XXS);
    Scrollable::with_direction(content, scrollable::Direction::Vertical(bar))
        .width(Length::Fill)
        .on_scroll(on_scroll)
}

/// One of several choices, side by side; wraps when there is little room.
pub fn choices<'a, T: PartialEq + Copy, M: Clone + 'a>(
    options: impl IntoIterator<Item = (String, T)>,
    chosen: T,
    on_choice: impl Fn(T) -> M,
) -> Element<'a, M> {
    side_by_side(options.into_iter().map(|(label, value)| {
        let said = choosing(Kind::Choice, value == chosen);
        choice(label, said, on_choice(value))
    }))
}

/// Choices side by side of which each is made or not; wraps when there is little room.
pub fn several<'a, M: Clone + 'a>(
    options: impl IntoIterator<Item = (String, bool, M)>,
) -> Element<'a, M> {
    side_by_side(
        options
            .into_iter()
            .map(|(label, chosen, message)| choice(label, choosing(Kind::Check, chosen), message)),
    )
}

fn side_by_side<'a, M: 'a>(buttons: impl Iterator<Item = Element<'a, M>>) -> Element<'a, M> {
    Row::with_children(buttons)
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::S)
        .into()
}

fn choice<'a, M: Clone + 'a>(label: String, said: Said, message: M) -> Element<'a, M> {
    let chosen = said.chosen == Some(true);
    let font = if chosen { STRONG } else { theme::REGULAR };
    // The room for the check stays when another one is chosen: half on each side.
    let label = text(label).size(size::BODY).font(font);
    let label = if chosen {
        row![icon::sized(Icon::Check, Ink::Accent, measure::CHECK), label].spacing(space::XS)
    } else {
        let half = f32::midpoint(measure::CHECK, space::XS);
        row![Space::new().width(half), label, Space::new().width(half)]
    };
    focus(
        button(tall(label.align_y(Alignment::Center)))
            .on_press(message.clone())
            .padding([space::XS, space::S])
            .style(look::choice(chosen)),
    )
    .said(said)
    .on_activate(Some(message))
    .into()
}

/// A choice between yes and no.
pub fn check<'a, M: Clone + 'a>(
    label: impl Into<String>,
    checked: bool,
    message: M,
) -> Element<'a, M> {
    let said = choosing(Kind::Check, checked);
    ticked(said, Some(label.into()), message)
}

/// The same beside what it is about, which only whoever does not see that is told.
pub fn bare_check<'a, M: Clone + 'a>(name: String, checked: bool, message: M) -> Element<'a, M> {
    let said = choosing(Kind::Check, checked).named(name);
    ticked(said, None, message)
}

fn ticked<'a, M: Clone + 'a>(said: Said, label: Option<String>, message: M) -> Element<'a, M> {
    let checked = said.chosen == Some(true);
    let sign: Element<'a, M> = if checked {
        icon::sized(Icon::Check, Ink::OnAccent, measure::CHECK)
    } else {
        Space::new()
            .width(measure::CHECK)
            .height(measure::CHECK)
            .into()
    };
    let mark = container(sign)
        .padding(space::XXS)
        .style(move |theme: &Theme| {
            let c = theme.colors;
            let (ground, edge) = if checked {
                (c.accent, c.accent)
            } else {
                (c.surface, c.edge)
            };
            container::Style {
                background: Some(ground.into()),
                border: iced::Border::default()
                    .rounded(radius::SMALL)
                    .color(edge)
                    .width(measure::BOX),
                ..container::Style::default()
            }
        });
    let right = if label.is_some() { space::S } else { space::XS };
    let label = label.map(|label| text(label).size(size::BODY));
    focus(
        button(
            row![mark]
                .push(label)
                .spacing(space::S)
                .align_y(Alignment::Center),
        )
        .on_press(message.clone())
        .padding(Padding::from(space::XS).right(right))
        .style(look::link_free),
    )
    .said(said)
    .on_activate(Some(message))
    .into()
}

/// A field to type into.
pub struct Field<'a, M> {
    /// Its name, for the focus.
    pub id: &'static str,
    /// What belongs into it.
    pub label: String,
    /// An example.
    pub example: &'a str,
    /// What is in it.
    pub value: &'a str,
    /// Whether to show dots.
    pub secret: bool,
    /// What is wrong with it, or how it is used.
    pub hint: Option<String>,
    /// Whether the hint is an error.
    pub wrong: bool,
    /// What Enter says.
    pub on_submit: Option<M>,
}

impl<'a, M: Clone + 'a> Field<'a, M> {
    /// A field without a hint.
    pub fn new(id: &'static str, label: String, value: &'a str) -> Self {
        Self {
            id,
            label,
            example: "",
            value,
            secret: false,
            hint: None,
            wrong: false,
            on_submit: None,
        }
    }

    /// Shows it.
    pub fn view(self, on_input: impl Fn(String) -> M + 'a) -> Element<'a, M> {
        let wrong = self.wrong;
        let input = text_input(self.example, self.value)
            .id(Id::new(self.id))
            .secure(self.secret)
            .on_input(on_input)
            .on_submit_maybe(self.on_submit)
            .size(size::BODY)
            .padding([measure::FIELD, space::M])
            .style(move |theme, status| theme::input(theme, status, wrong));
        // What is secret is nobody's to read out.
        let (kind, value) = if self.secret {
            (Kind::Secret, "")
        } else {
            (Kind::Field, self.value)
        };
        let told = Said {
            hint: self.hint.clone().unwrap_or_default(),
            value: value.to_owned(),
            ..Said::of(kind).named(self.label.as_str())
        };
        let input = said(input, told);
        let hint = self.hint.map(|hint| {
            text(hint)
                .size(size::SMALL)
                .style(if wrong { ink::danger } else { ink::quiet })
        });
        column![text(self.label).size(size::BODY).font(MEDIUM), input]
            .push(hint)
            .spacing(space::XS)
            .into()
    }
}

/// A field without a label: its example says what belongs into it.
pub fn bare_field<'a, M: Clone + 'a>(
    id: &'static str,
    example: &str,
    value: &str,
    on_input: impl Fn(String) -> M + 'a,
    on_submit: M,
) -> Element<'a, M> {
    let input = text_input(example, value)
        .id(Id::new(id))
        .on_input(on_input)
        .on_submit(on_submit)
        .size(size::BODY)
        .padding([measure::FIELD, space::M])
        .style(|theme, status| theme::input(theme, status, false));
    let told = Said {
        value: value.to_owned(),
        ..Said::of(Kind::Field).named(example)
    };
    said(input, told).into()
}

/// A screen that one comes back from: its title stays, what is below it scrolls.
pub fn page<'a, M: Clone + 'a>(
    title: String,
    back: M,
    content: impl Into<Element<'a, M>>,
    on_scroll: impl Fn(scrollable::Viewport) -> M + 'a,
) -> Element<'a, M> {
    let content = container(content).padding(Padding::new(space::L).top(space::S));
    column![
        header(title, back),
        scroll(readable(content), on_scroll).height(Length::Fill),
    ]
    .into()
}

/// A group of a form under its name.
pub fn group<'a, M: 'a>(title: String, content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    column![
        said(
            text(title).size(size::SMALL).font(STRONG).style(ink::quiet),
            Said::of(Kind::Heading)
        ),
        card(content),
    ]
    .spacing(space::S)
    .into()
}

/// Something to read and to answer, on a card.
pub fn card<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    container(content)
        .padding(space::L)
        .width(Length::Fill)
        .style(theme::card)
        .into()
}

/// Something went wrong, as a sentence, with what to do.
pub fn notice<'a, M: Clone + 'a>(
    message: String,
    hint: Option<String>,
    actions: impl IntoIterator<Item = Element<'a, M>>,
) -> Element<'a, M> {
    let mut words = Column::new().spacing(space::XS).width(Length::Fill);
    words = words.push(text(message).size(size::BODY).font(MEDIUM));
    words = words.push(hint.map(|hint| text(hint).size(size::SMALL).style(ink::quiet)));
    let actions: Vec<_> = actions.into_iter().collect();
    if !actions.is_empty() {
        let actions = Row::with_children(actions)
            .spacing(space::S)
            .wrap()
            .vertical_spacing(space::XS);
        words = words.push(container(actions).padding(Padding::ZERO.top(space::XS)));
    }
    let signed = signed(Icon::Warning, Ink::Danger, measure::ICON, words).align(Vertical::Top);
    let notice = container(signed)
        .padding(Padding::from(space::M).left(space::S))
        .width(Length::Fill)
        .style(theme::notice);
    said(notice, Said::of(Kind::Alert)).into()
}

/// A thin line between two areas.
pub fn divider<'a, M: 'a>() -> Element<'a, M> {
    container(Space::new().width(Length::Fill).height(measure::HAIR))
        .style(|theme: &Theme| container::Style {
            background: Some(theme.line().into()),
            ..container::Style::default()
        })
        .into()
}

/// The same, between what stands side by side.
pub fn upright<'a, M: 'a>() -> Element<'a, M> {
    container(Space::new().width(measure::HAIR).height(Length::Fill))
        .style(|theme: &Theme| container::Style {
            background: Some(theme.line().into()),
            ..container::Style::default()
        })
        .into()
}

/// Keeps forms and texts readable on wide windows.
pub fn readable<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    within(content, measure::READABLE)
}

/// Keeps the main screen together on wide windows.
pub fn main_column<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    within(content, measure::COLUMN)
}

/// The title of a screen that one comes back from.
pub fn header<'a, M: Clone + 'a>(title: String, back: M) -> Element<'a, M> {
    let row = row![
        icon_button("back", Icon::Back, fl!("back"), back),
        said(
            text(title).size(size::TITLE).font(STRONG),
            Said::of(Kind::Heading)
        ),
    ]
    .spacing(space::S)
    .align_y(Alignment::Center);
    readable(container(row).padding(space::S))
}

fn within<'a, M: 'a>(content: impl Into<Element<'a, M>>, width: f32) -> Element<'a, M> {
    container(container(content).width(Length::Fill).max_width(width))
        .center_x(Length::Fill)
        .into()
}

#[cfg(test)]
mod tests {
    // `std` has a macro of this name, too.
    use iced::widget::column;
    use iced_test::Simulator;

    use super::*;

    #[test]
    fn the_words_of_a_link_stand_below_those_of_a_text_and_all_of_it_can_be_pressed() {
        let shown = column![
            text("Somebody asks"),
            links([
                flush_link("Later", Some("later")),
                flush_link("Never", Some("never"))
            ])
        ];
        let shown = container(shown).padding(space::L);
        let mut window = Simulator::with_size(crate::ui::settings(), (300.0, 100.0), shown);
        let [said, later, never] = ["Somebody asks", "Later", "Never"]
            .map(|text| window.find(text).expect("there").bounds());
        assert!((said.x - later.x).abs() < 0.01, "{said:?} {later:?}");
        assert!(never.x - later.x - later.width >= space::L);
        // Its ground begins before the words.
        window.point_at(iced::Point::new(said.x - 2.0, later.y + 4.0));
        window.simulate(iced_test::simulator::click());
        let pressed: Vec<&str> = window.into_messages().collect();
        assert_eq!(pressed, ["later"]);
    }
}
