//! How the card of a request stands.

use super::*;
use crate::ui::testing::in_one_line;

#[test]
fn what_can_be_done_with_a_request_stands_in_two_lines() {
    let sessions = sessions(asked_by_heidi());
    let folded = State::default();
    let mut unfolded = State::default();
    let choices = requests::Message::ChoicesPressed(whom("sip:heidi@example.test"));
    unfolded.update(Message::Request(choices), &sessions);
    for language in crate::i18n::LANGUAGES.map(|language| language.tag) {
        speak(language);
        for (state, choices) in [
            (&folded, fl!("request-choices")),
            (&unfolded, fl!("request-fewer-choices")),
        ] {
            let links = [fl!("request-later"), choices, fl!("request-add-buddy")];
            let view = state.view(&sessions, Instant::now());
            assert!(in_one_line(view, &links), "{language}: {links:?}");
        }
        if ["en", "de", "ja"].contains(&language) {
            let buttons = [
                fl!("request-allow"),
                fl!("request-block"),
                fl!("request-polite"),
            ];
            let view = unfolded.view(&sessions, Instant::now());
            assert!(in_one_line(view, &buttons), "{language}: {buttons:?}");
        }
    }
    speak("en");
}
