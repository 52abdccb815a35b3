//! What is published when nobody is at the machine.

use iced::widget::column;

use super::{Message, labelled};
use crate::account::IdleSettings;
use crate::fl;
use crate::ui::theme::{Element, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words;

/// Shows it; `blind` where this desktop does not tell whether somebody is there.
pub(super) fn view<'a>(idle: IdleSettings, blind: bool) -> Element<'a, Message> {
    let after = AFTER.map(|minutes| {
        let said = match minutes {
            0 => fl!("settings-idle-never"),
            minutes => words::span(60 * u64::from(minutes)),
        };
        (said, minutes)
    });
    let changed = |changed: IdleSettings| Message::IdleChosen(changed);
    let mut content = column![
        labelled(
            fl!("settings-idle-after"),
            control::choices(after, idle.after_minutes, move |after_minutes| changed(
                IdleSettings {
                    after_minutes,
                    ..idle
                }
            )),
        ),
        control::check(
            fl!("settings-idle-locked"),
            idle.when_locked,
            changed(IdleSettings {
                when_locked: !idle.when_locked,
                ..idle
            }),
        ),
        control::check(
            fl!("settings-idle-last"),
            idle.tell_last_input,
            changed(IdleSettings {
                tell_last_input: !idle.tell_last_input,
                ..idle
            }),
        ),
        hint(fl!("settings-idle-hint")),
    ]
    .spacing(space::S);
    if blind {
        content = content.push(hint(fl!("settings-idle-blind")));
    }
    control::group(fl!("settings-idle"), content)
}

fn hint<'a>(words: String) -> Element<'a, Message> {
    text(words).size(size::SMALL).style(ink::quiet).into()
}

/// The minutes that can be chosen; 0 for never.
const AFTER: [u16; 5] = [0, 5, 10, 15, 30];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, says};

    #[test]
    fn rp_024_the_last_input_is_told_only_when_somebody_switches_it_on() {
        speak("en");
        let idle = IdleSettings::default();
        assert!(!idle.tell_last_input);
        let chosen = |words: &'static str| match click(view(idle, false), words).as_slice() {
            [Message::IdleChosen(chosen)] => *chosen,
            other => panic!("{other:?}"),
        };
        assert!(chosen("Tell others since when").tell_last_input);
        assert_eq!(chosen("Never").after_minutes, 0);
        assert!(!chosen("Also as soon as the screen is locked").when_locked);
        assert!(!says(
            view(idle, false),
            "This desktop does not tell whether somebody is there."
        ));
        assert!(says(
            view(idle, true),
            "This desktop does not tell whether somebody is there."
        ));
    }
}
