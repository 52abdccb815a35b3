//! What the program does where there is no display, and where its settings are broken.

use std::fs;

use crate::program::Desk;

#[test]
fn without_a_display_it_says_what_to_do() {
    let desk = Desk::new();
    let x11 = Some(("DISPLAY", ":64999"));
    let wayland = Some(("WAYLAND_DISPLAY", "wayland-nowhere"));
    for (command, display, words) in [
        (Some("demo"), None, "no display"),
        (None, None, "no display"),
        (Some("demo"), x11, ":64999 does not answer"),
        (Some("demo"), wayland, "does not answer"),
    ] {
        let (status, output, errors) = desk.run(command.as_slice(), display.as_slice());
        assert_eq!(status, 1, "{command:?} {display:?}: {errors}");
        assert_eq!(output, "");
        assert!(errors.contains(words), "{errors}");
        assert!(errors.contains("siskin demo --terminal"), "{errors}");
        assert!(!errors.contains("panicked"), "{errors}");
    }
}

#[test]
fn the_terminal_shows_the_office_without_a_display() {
    let desk = Desk::new();
    let (status, output, errors) = desk.run(&["demo", "--terminal", "--for", "8s"], &[]);
    assert_eq!(status, 0, "{errors}");
    for name in ["bob", "carol", "dave", "erin", "frank", "grace", "heidi"] {
        assert!(output.contains(&format!("{name}@example.test")), "{output}");
    }
    assert!(output.contains("available"), "{output}");
    assert!(output.contains("on the phone"), "Bob's change: {output}");
    assert!(output.contains("2 new"), "the message: {output}");
}

#[test]
fn broken_settings_are_kept_aside_and_told() {
    let mut desk = Desk::new();
    let broken = "version = 1\n[appearance\ntheme = \"dark\"\n";
    desk.put_settings(broken);
    let siskin = desk.start(&[]);
    let seen = siskin.see("the welcome screen below a warning", |seen| {
        let button = seen.main_buttons().first().copied();
        let notice = seen.notices().first().copied();
        seen.ring().is_some()
            && button
                .zip(notice)
                .is_some_and(|(button, notice)| notice.y < button.y)
    });
    assert_eq!(seen.notices().len(), 1);
    siskin.shoot("settings-broken");
    let kept: Vec<_> = fs::read_dir(desk.profile())
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| !path.ends_with("settings.toml"))
        .collect();
    let [kept] = kept.as_slice() else {
        panic!("one file beside the settings, not {kept:?}");
    };
    assert_eq!(fs::read_to_string(kept).unwrap(), broken);
    assert!(desk.settings().starts_with("version = 2"));

    // Reading it is enough.
    let warning = seen.notices()[0];
    let ring = siskin.tab_back().ring().unwrap();
    assert!(ring.y + ring.height < warning.y + warning.height);
    siskin.press("Return");
    siskin.see("no warning", |seen| seen.notices().is_empty());
    let english = siskin.see_still();
    assert_eq!(siskin.quit(), 0);

    desk.language = "de_DE.UTF-8";
    let siskin = desk.start(&[]);
    let seen = siskin.see("the welcome screen", |seen| !seen.main_buttons().is_empty());
    assert!(seen.notices().is_empty(), "it is said once");
    assert!(
        seen.picture != english.picture,
        "the system speaks German now"
    );
    siskin.shoot("log-in-german");
    assert_eq!(siskin.quit(), 0);
}

#[test]
fn a_second_start_finds_the_first() {
    let desk = Desk::new();
    let (status, _, errors) = desk.ask(&["status"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains("no window of Siskin is open"), "{errors}");

    let siskin = desk.start(&[]);
    siskin.see("the welcome screen", |seen| !seen.main_buttons().is_empty());
    let (status, output, errors) = desk.ask(&[]);
    assert_eq!(status, 0, "the window shows itself: {errors}");
    assert_eq!(output, "");
    let (status, _, errors) = desk.ask(&["status"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains("nobody is logged in"), "{errors}");
    assert_eq!(siskin.quit(), 0);

    let (status, _, errors) = desk.ask(&["status"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains("no window of Siskin is open"), "{errors}");
    let siskin = desk.start(&[]);
    assert_eq!(siskin.quit(), 0);
}
