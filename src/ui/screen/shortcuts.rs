//! What each key does.

use iced::Length;
use iced::widget::{Column, column, container};

use crate::fl;
use crate::ui::theme::{self, Element, MEDIUM, measure, size, space};
use crate::ui::widget::control;
use crate::ui::widget::pair::pair;
use crate::ui::widget::text::text;

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The screen was scrolled.
    Scrolled,
    /// 'Back' was pressed.
    BackPressed,
}

/// Shows it.
pub fn view<'a>() -> Element<'a, Message> {
    let groups = all().map(|(name, keys)| control::group(name, rows(keys)));
    let content = Column::with_children(groups).spacing(space::XL);
    control::page(fl!("keys-title"), Message::BackPressed, content, |_| {
        Message::Scrolled
    })
}

/// Every key with a meaning, by where it has it. Who adds a key adds it here.
fn all() -> impl Iterator<Item = (String, Vec<(String, String)>)> {
    let ctrl = |key: &str| fl!("key-ctrl", key = key);
    [
        (
            fl!("keys-everywhere"),
            vec![
                ("F1".to_owned(), fl!("keys-help")),
                (ctrl("N"), fl!("keys-add")),
                (ctrl("F"), fl!("keys-search")),
                (ctrl("P"), fl!("keys-watchers")),
                (ctrl("U"), fl!("keys-accounts")),
                (ctrl("H"), fl!("keys-activity")),
                (ctrl("T"), fl!("keys-trace")),
                (ctrl(","), fl!("keys-settings")),
                (ctrl("+"), fl!("keys-larger")),
                (ctrl("-"), fl!("keys-smaller")),
                (ctrl("0"), fl!("keys-normal-size")),
                (ctrl("Q"), fl!("keys-quit")),
            ],
        ),
        (
            fl!("keys-moving"),
            vec![
                (fl!("key-tab"), fl!("keys-tab")),
                (fl!("key-enter"), fl!("keys-enter")),
                (fl!("key-escape"), fl!("keys-escape")),
            ],
        ),
        (
            fl!("settings-list"),
            vec![
                (fl!("key-up-down"), fl!("keys-up-down")),
                (fl!("key-pages"), fl!("keys-pages")),
                (fl!("key-left-right"), fl!("keys-left-right")),
                (fl!("key-alt-up-down"), fl!("keys-alt-up-down")),
                (fl!("key-letter"), fl!("keys-letter")),
                (fl!("key-delete"), fl!("keys-delete")),
            ],
        ),
    ]
    .into_iter()
}

fn rows<'a>(keys: Vec<(String, String)>) -> Element<'a, Message> {
    let rows = keys.into_iter().map(|(key, meaning)| {
        let key = container(text(key).size(size::SECOND).font(MEDIUM))
            .padding([space::XXS, space::S])
            .style(theme::card);
        let meaning = text(meaning).size(size::BODY).width(Length::Fill);
        pair(container(key).width(measure::KEY), meaning, measure::KEYS)
            .column(measure::KEY)
            .spacing(space::M)
            .into()
    });
    // More than between a key and its meaning where that stands below.
    column(rows).spacing(space::M).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::texts;

    #[test]
    fn keys_are_told_in_the_language_of_the_window() {
        speak("de");
        let said = texts(view());
        assert!(said.contains(&"Strg+F".to_owned()), "{said:?}");
        speak("en");
        let said = texts(view());
        let at = said.iter().position(|text| text == "Ctrl+F").unwrap();
        assert_eq!(said[at + 1], "Search the list");
    }
}
