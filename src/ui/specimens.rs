//! Every widget in every state that it has, side by side: for the gallery (`cargo run --example gallery -- widgets`), and
//! for a test that draws them in every look and language. Nothing of it is part of the window.

use iced::widget::{Column, Row, column, container, row};
use iced::{Alignment, Length};

use super::theme::{
    self, Element, MEDIUM, STRONG, button as look, measure, size, space, text as ink,
};
use super::widget::control::{self, Field};
use super::widget::icon::{self, Icon, Ink};
use super::widget::line::line;
use super::widget::mark::{Mark, Shape, mark};
use super::widget::pair::signed;
use super::widget::portrait::portrait;
use super::widget::source::source;
use super::widget::text::text;
use super::words::watcher::Source;

/// What happened; none of it matters.
#[derive(Debug, Clone)]
pub enum Message {
    /// Something was pressed.
    Pressed,
    /// Something was typed.
    Typed(String),
    /// Something was scrolled.
    Scrolled,
}

/// Shows them.
pub fn view<'a>() -> Element<'a, Message> {
    let sheets = [
        ("Texts", texts()),
        ("Buttons", buttons()),
        ("Choices", choices()),
        ("Fields", fields()),
        ("Marks: current, last known", marks()),
        ("Portraits", portraits()),
        ("Icons", icons()),
        ("Who asks this device itself", sources()),
        ("Rows", rows()),
        ("Cards", cards()),
    ];
    let sheets = sheets
        .into_iter()
        .map(|(name, sheet)| control::group(name.to_owned(), sheet));
    control::page(
        "Widgets".to_owned(),
        Message::Pressed,
        Column::with_children(sheets).spacing(space::XL),
        |_| Message::Scrolled,
    )
}

fn texts<'a>() -> Element<'a, Message> {
    column![
        text("Display 24").size(size::DISPLAY).font(STRONG),
        text("Title 18").size(size::TITLE).font(STRONG),
        text("Name 15").size(size::NAME).font(MEDIUM),
        text("Body 14, everything that is read").size(size::BODY),
        text("Second 13, quiet")
            .size(size::SECOND)
            .style(ink::quiet),
        text("Small 12, quiet").size(size::SMALL).style(ink::quiet),
        text("What went wrong").size(size::BODY).style(ink::danger),
        line(
            "One line that is much too long for the room it has and therefore ends with an ellipsis"
        ),
        line("שורה מימין לשמאל עם סימן"),
        line("Emoji 👩‍💻 🎷 and Ελληνικά, Кириллица"),
    ]
    .spacing(space::S)
    .into()
}

fn buttons<'a>() -> Element<'a, Message> {
    type Make<'a> = fn(&'static str, Option<Message>) -> Element<'a, Message>;
    let kinds: [(&str, Make<'a>); 5] = [
        ("Main", |label, message| control::main(label, message)),
        ("Other", |label, message| control::other(label, message)),
        ("Danger", |label, message| control::danger(label, message)),
        ("Link", |label, message| control::link(label, message)),
        ("Tinted", |label, message| control::tinted(label, message)),
    ];
    let pairs = kinds.map(|(label, make)| {
        row![make(label, Some(Message::Pressed)), make(label, None)]
            .spacing(space::S)
            .into()
    });
    let icons = row![
        control::icon_button("widgets-add", Icon::Plus, "Its name", Message::Pressed),
        control::icon_button("widgets-close", Icon::Cross, "Its name", Message::Pressed),
    ];
    column![
        Row::with_children(pairs)
            .spacing(space::L)
            .wrap()
            .vertical_spacing(space::S),
        icons,
        control::wide_main("Main, over the whole width", Some(Message::Pressed)),
        control::wide_other("Other, over the whole width", Some(Message::Pressed)),
    ]
    .spacing(space::S)
    .into()
}

fn choices<'a>() -> Element<'a, Message> {
    let options = ["Chosen", "Not chosen", "Neither"];
    let numbered = options.into_iter().zip(0..);
    column![
        control::choices(
            numbered.map(|(label, number)| (label.to_owned(), number)),
            0,
            |_| Message::Pressed,
        ),
        control::check("Checked", true, Message::Pressed),
        control::check("Not checked", false, Message::Pressed),
    ]
    .spacing(space::S)
    .into()
}

fn fields<'a>() -> Element<'a, Message> {
    column![
        Field {
            example: "An example",
            hint: Some("How it is used.".to_owned()),
            ..Field::new("widgets-empty", "Empty".to_owned(), "")
        }
        .view(Message::Typed),
        Field::new("widgets-full", "Filled".to_owned(), "alice@example.com").view(Message::Typed),
        Field {
            secret: true,
            ..Field::new("widgets-secret", "Secret".to_owned(), "not a password")
        }
        .view(Message::Typed),
        Field {
            hint: Some("What is wrong with it.".to_owned()),
            wrong: true,
            ..Field::new("widgets-wrong", "Wrong".to_owned(), "alice@")
        }
        .view(Message::Typed),
        control::bare_field(
            "widgets-bare",
            "Without a label",
            "",
            Message::Typed,
            Message::Pressed
        ),
    ]
    .spacing(space::L)
    .into()
}

fn marks<'a>() -> Element<'a, Message> {
    let all = Shape::ALL.map(|shape| {
        let of = |stale| mark(Mark { shape, stale });
        row![
            of(false),
            of(true),
            text(format!("{shape:?}")).size(size::SECOND)
        ]
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
    });
    Column::with_children(all).spacing(space::S).into()
}

fn portraits<'a>() -> Element<'a, Message> {
    let names = ["Bob", "Carol Ann Smith", "201", "עדנה כהן", "🎷", ""];
    let shapes = Shape::ALL.into_iter().cycle();
    let all = names.into_iter().zip(shapes).map(|(name, shape)| {
        let stale = name.is_empty();
        portrait(name, Mark { shape, stale })
    });
    Row::with_children(all)
        .spacing(space::M)
        .wrap()
        .vertical_spacing(space::S)
        .into()
}

fn sources<'a>() -> Element<'a, Message> {
    let all = [Source::Asserted, Source::Relayed, Source::Claimed];
    let each = all.into_iter().filter_map(|known| source(Some(known)));
    Column::with_children(each).spacing(space::S).into()
}

fn icons<'a>() -> Element<'a, Message> {
    let all = Icon::ALL.map(|shown| icon::icon(shown, Ink::Text));
    let inks = [Ink::Quiet, Ink::Accent, Ink::Danger].map(|ink| icon::icon(Icon::Warning, ink));
    Row::with_children(all.into_iter().chain(inks))
        .spacing(space::M)
        .wrap()
        .vertical_spacing(space::S)
        .into()
}

fn rows<'a>() -> Element<'a, Message> {
    let one = |selected, name: &'static str| {
        let face = row![
            portrait(
                name,
                Mark {
                    shape: Shape::Available,
                    stale: false
                }
            ),
            column![
                line(name).size(size::NAME).font(MEDIUM),
                line("Available · with a note")
                    .size(size::SECOND)
                    .style(ink::quiet),
            ]
            .spacing(space::XXS)
            .width(Length::Fill),
        ]
        .spacing(space::M)
        .align_y(Alignment::Center);
        iced::widget::button(face)
            .on_press(Message::Pressed)
            .padding([space::S, space::S])
            .width(Length::Fill)
            .style(look::row(selected))
    };
    column![one(false, "Bob"), one(true, "Selected")].into()
}

fn cards<'a>() -> Element<'a, Message> {
    let card = |style: fn(&theme::Theme) -> container::Style, sign, said: &'static str| {
        container(signed(Icon::Tape, sign, measure::SIGN, text(said)))
            .padding(space::M)
            .width(Length::Fill)
            .style(style)
    };
    column![
        card(theme::card, Ink::Quiet, "A card"),
        card(theme::lit_card, Ink::Lamp, "The lit lamp"),
        card(theme::stale_card, Ink::Lamp, "The lamp as it was"),
        control::notice(
            "Something went wrong.".to_owned(),
            Some("Why it did, and what to do.".to_owned()),
            [
                control::tinted("Do it", Some(Message::Pressed)),
                control::danger("Take it away", Some(Message::Pressed)),
            ],
        ),
        control::divider(),
    ]
    .spacing(space::S)
    .into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use iced_test::Simulator;

    use super::*;
    use crate::ui::testing::overflowing;

    #[test]
    fn every_widget_stays_inside_a_narrow_window() {
        for width in [320.0, 420.0, 1_000.0] {
            assert_eq!(overflowing(view(), width), Vec::<String>::new(), "{width}");
        }
    }

    #[test]
    fn every_widget_is_drawn_in_every_look_and_each_look_is_another() {
        let folder = tempfile::TempDir::new().unwrap();
        for theme in theme::Theme::ALL {
            let size = (420.0, 3_000.0);
            let mut window = Simulator::with_size(crate::ui::settings(), size, view());
            let file = folder.path().join(format!("{:?}", theme.look()));
            // The first time writes it down, the second compares.
            for _ in 0..2 {
                let picture = window.snapshot(&theme).unwrap();
                assert!(
                    picture.matches_hash(&file).unwrap(),
                    "the same picture twice"
                );
            }
        }
        let files = std::fs::read_dir(folder.path()).unwrap();
        let hashes: HashSet<String> = files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        assert_eq!(hashes.len(), theme::Theme::ALL.len());
    }
}
