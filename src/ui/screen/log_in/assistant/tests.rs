use super::*;
use crate::i18n::tests::speak;
use crate::ui::testing::{account, click, overflowing, refused, says, texts};

fn told(checks: impl IntoIterator<Item = Check>) -> Assistant {
    let mut assistant = Assistant::new(account());
    for check in checks {
        assert_eq!(assistant.update(Message::Checked(check)), Wish::None);
    }
    assistant
}

/// Everything works that is essential.
fn well() -> Vec<Check> {
    let steps = [
        "dns",
        "connection",
        "register",
        "presence",
        "message-summary",
    ];
    steps.map(|step| Check::ok(step, "fine")).to_vec()
}

fn failed(step: &'static str, fault: Fault) -> Vec<Check> {
    let mut checks = well();
    let place = checks.iter().position(|check| check.step == step).unwrap();
    checks[place] = Check::fail(step, fault, "something");
    checks
}

fn press(assistant: &mut Assistant, button: &'static str) -> Wish {
    let said = click(assistant.view(), button);
    assistant.update(said[0].clone())
}

#[test]
fn each_step_is_told_as_it_is_taken_and_then_the_account_is_entered() {
    speak("en");
    let mut assistant = told([]);
    assert_eq!(assistant.standing(0), Standing::Running);
    assert_eq!(assistant.standing(1), Standing::Waiting);
    assert!(says(assistant.view(), "Trying alice@example.test"));
    for check in well() {
        assistant.update(Message::Checked(check));
    }
    assert_eq!(assistant.standing(2), Standing::Over(CheckState::Ok));
    assert_eq!(assistant.standing(5), Standing::Running);
    let lacking = Check {
        state: CheckState::Warn,
        ..Check::fail("dialog", Fault::Unsupported, "489 Bad Event")
    };
    assistant.update(Message::Checked(lacking));
    assert!(says(assistant.view(), "does not offer"));
    assert_eq!(assistant.update(Message::Done), Wish::Enter);
    assert!(!says(assistant.view(), "Trying"));
}

#[test]
fn one_of_several_servers_is_enough() {
    let mut checks = well();
    checks.insert(
        1,
        Check::fail("connection", Fault::Unreachable, "one is away"),
    );
    let mut assistant = told(checks);
    assert_eq!(assistant.standing(1), Standing::Over(CheckState::Ok));
    assert_eq!(assistant.update(Message::Done), Wish::Enter);
}

#[test]
fn each_failure_says_what_to_do_and_has_a_button() {
    speak("en");
    for (step, fault, sentence, button, wish) in [
        (
            "dns",
            Fault::Unreachable,
            "No server was found for this domain.",
            "Enter the server",
            Wish::Correct(Correct::Server),
        ),
        (
            "connection",
            Fault::Unreachable,
            "The server cannot be reached.",
            "Try again",
            Wish::Again,
        ),
        (
            "register",
            Fault::Authentication,
            "The server does not accept name and password.",
            "Check name and password",
            Wish::Correct(Correct::Password),
        ),
        (
            "message-summary",
            Fault::Unsupported,
            "You can log in, but not everything works.",
            "Log in anyway",
            Wish::Enter,
        ),
    ] {
        let mut checks = failed(step, fault);
        if step == "register" {
            checks.retain(|check| check.step != "presence");
        }
        let mut assistant = told(checks);
        assert_eq!(assistant.update(Message::Done), Wish::None, "{step}");
        assert!(says(assistant.view(), sentence), "{step}");
        assert_eq!(press(&mut assistant, button), wish, "{step}");
    }
    // Details that cannot be used end the trial before its first step.
    let mut assistant = told([Check::fail("settings", Fault::Unreachable, "no such file")]);
    assert_eq!(assistant.update(Message::Done), Wish::None);
    assert!(says(assistant.view(), "No such file."));
}

#[test]
fn whoever_does_not_want_to_wait_logs_in_once_that_works() {
    speak("en");
    let mut assistant = told(well().into_iter().take(2));
    assert!(!says(assistant.view(), "Log in anyway"));
    assistant.update(Message::Checked(Check::ok("register", "fine")));
    assert_eq!(press(&mut assistant, "Log in anyway"), Wish::Enter);
    assert_eq!(
        press(&mut assistant, "Back"),
        Wish::Correct(Correct::Anything)
    );
}

#[test]
fn a_certificate_is_looked_at_and_trusted_for_the_account_that_is_tried() {
    speak("en");
    let mut checks = failed("connection", Fault::Unreachable);
    checks.truncate(2);
    checks.push(Check {
        finding: Some(Box::new(Finding::Refused(refused()))),
        ..Check::warn("certificate", "a stranger")
    });
    let mut assistant = told(checks);
    assistant.update(Message::Done);
    assert!(says(assistant.view(), "The server cannot prove who it is."));
    assert_eq!(press(&mut assistant, "Look at it"), Wish::None);
    press(
        &mut assistant,
        "I have compared the fingerprint with what my administrator says.",
    );
    assert_eq!(
        press(&mut assistant, "Trust it for this account"),
        Wish::Again
    );
    let trusted = &assistant.account().trusted;
    assert_eq!(trusted.len(), 1);
    let fingerprint = refused().certificate.fingerprint;
    assert_eq!(trusted[0].sha256, fingerprint.to_string());
    assert!(assistant.close() && !assistant.close());
}

#[test]
fn what_was_not_tried_is_told_apart_from_what_was_not_found() {
    speak("en");
    let mut checks = failed("register", Fault::Authentication);
    checks.truncate(3);
    checks.push(Check::skipped("presence", "the password is refused"));
    let mut assistant = told(checks);
    assistant.update(Message::Done);
    let words = |assistant: &Assistant| {
        let said = texts(assistant.view());
        let after = |label: &str| {
            let at = said.iter().position(|said| said == label).unwrap();
            said[at + 1].clone()
        };
        [
            after("Presence"),
            after("Lists and rules on the server (XCAP)"),
        ]
    };
    assert_eq!(words(&assistant), ["Not tried", "Not tried"]);
    assistant.update(Message::Checked(Check::skipped("xcap", "no answer")));
    let [presence, lists] = words(&assistant);
    assert_eq!(presence, "Not tried");
    assert!(lists.starts_with("None was found."), "{lists}");
}

#[test]
fn an_xcap_root_that_was_found_is_taken_over() {
    let root = "https://xcap.example.test/xcap-root";
    let assistant = told([Check {
        finding: Some(Box::new(Finding::XcapRoot(root.to_owned()))),
        ..Check::ok("xcap", "there")
    }]);
    assert_eq!(assistant.account().xcap_root, root);
}

#[test]
fn what_was_found_is_told_word_by_word_to_whoever_asks() {
    speak("en");
    let mut assistant = told([Check::ok("dns", "udp 127.0.0.1:5060: nothing to look up")]);
    assert!(!says(assistant.view(), "nothing to look up"));
    press(&mut assistant, "What was found, word by word");
    assert!(says(assistant.view(), "nothing to look up"));
}

#[test]
fn it_fits_a_small_window_at_twice_the_size_in_every_language() {
    for language in ["en", "de", "es", "fr", "pl", "ja"] {
        speak(language);
        let mut assistant = told(failed("connection", Fault::Unreachable));
        assistant.update(Message::Done);
        let over = overflowing(assistant.view(), 160.0);
        assert!(over.is_empty(), "{language}: {over:?}");
    }
    speak("en");
}
