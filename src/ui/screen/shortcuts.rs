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

/// What there is for a key to lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Somebody is logged in: there is a list, and what belongs to it.
    pub list: bool,
    /// The screen of all accounts. A demo office has none.
    pub accounts: bool,
    /// A trace.
    pub trace: bool,
}

/// Shows it, but not those keys that lead nowhere.
pub fn view<'a>(reach: Reach) -> Element<'a, Message> {
    let groups = all(reach)
        .into_iter()
        .map(|(name, keys)| control::group(name, rows(keys)));
    let content = Column::with_children(groups).spacing(space::XL);
    control::page(fl!("keys-title"), Message::BackPressed, content, |_| {
        Message::Scrolled
    })
}

/// Every key with a meaning, by where it has it. Who adds a key adds it here.
fn all(reach: Reach) -> Vec<(String, Vec<(String, String)>)> {
    let ctrl = |key: &str| fl!("key-ctrl", key = key);
    let everywhere = [
        (true, "F1".to_owned(), fl!("keys-help")),
        (reach.list, ctrl("N"), fl!("keys-add")),
        (reach.list, ctrl("F"), fl!("keys-search")),
        (reach.list, ctrl("P"), fl!("keys-watchers")),
        (reach.accounts, ctrl("U"), fl!("keys-accounts")),
        (reach.list, ctrl("H"), fl!("keys-activity")),
        (reach.trace, ctrl("T"), fl!("keys-trace")),
        (true, ctrl(","), fl!("keys-settings")),
        (true, ctrl("+"), fl!("keys-larger")),
        (true, ctrl("-"), fl!("keys-smaller")),
        (true, ctrl("0"), fl!("keys-normal-size")),
        (true, ctrl("Q"), fl!("keys-quit")),
    ];
    let everywhere = everywhere.into_iter().filter(|(leads, ..)| *leads);
    let mut groups = vec![
        (
            fl!("keys-everywhere"),
            everywhere.map(|(_, key, meaning)| (key, meaning)).collect(),
        ),
        (
            fl!("keys-moving"),
            vec![
                (fl!("key-tab"), fl!("keys-tab")),
                (fl!("key-enter"), fl!("keys-enter")),
                (fl!("key-escape"), fl!("keys-escape")),
            ],
        ),
    ];
    if reach.list {
        groups.push((
            fl!("settings-list"),
            vec![
                (fl!("key-up-down"), fl!("keys-up-down")),
                (fl!("key-pages"), fl!("keys-pages")),
                (fl!("key-left-right"), fl!("keys-left-right")),
                (fl!("key-alt-up-down"), fl!("keys-alt-up-down")),
                (fl!("key-letter"), fl!("keys-letter")),
                (fl!("key-delete"), fl!("keys-delete")),
            ],
        ));
    }
    groups
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
        let all = Reach {
            list: true,
            accounts: true,
            trace: true,
        };
        let said = texts(view(all));
        assert!(said.contains(&"Strg+F".to_owned()), "{said:?}");
        speak("en");
        let said = texts(view(all));
        let at = said.iter().position(|text| text == "Ctrl+F").unwrap();
        assert_eq!(said[at + 1], "Search the list");
    }
}
