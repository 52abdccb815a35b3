//! Servers that are not trusted, and the certificates of those that are.

use super::*;
use crate::account::{Fingerprint, Refused};
use crate::ui::screen::certificate as page;
use crate::ui::testing::refused;

fn strange() -> Snapshot {
    let over_https = Refused {
        server: "xcap.example.test".to_owned(),
        web: true,
        ..refused()
    };
    Snapshot {
        distrusted: Arc::new(vec![over_https, refused()]),
        ..online()
    }
}

#[test]
fn a_server_that_is_not_trusted_is_told_and_can_be_for_this_account() {
    speak("en");
    let (mut app, backend, wishes) = running();
    let _ = app.update(changed(strange()));
    // What SIP goes through comes first.
    assert!(says(
        app.view(),
        "The certificate of example.test is not trusted."
    ));
    let look = Message::Office(office::Message::CertificatePressed(1));
    let _ = app.update(look.clone());
    assert!(matches!(app.screen(), Screen::Certificate(..)));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(matches!(app.screen(), Screen::Office));
    assert!(wishes.sent().is_empty());

    let _ = app.update(look);
    for message in [page::Message::ComparedSwitched, page::Message::TrustPressed] {
        let _ = app.update(Message::Certificate(message));
    }
    assert!(matches!(app.screen(), Screen::Office));
    let fingerprint = refused().certificate.fingerprint.to_string();
    let sent = wishes.sent();
    let [wish] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    assert!(wish.starts_with("TrustCertificate") && wish.contains(&fingerprint));
    let kept = backend.saved.lock().unwrap().last().unwrap().accounts[0].clone();
    assert_eq!(kept.trusted[0].server, "example.test");
    assert_eq!(kept.trusted[0].sha256, fingerprint);

    // It is not forgotten that it is so, and it can be taken back.
    let _ = app.update(Message::Saved(Ok(())));
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    assert!(says(app.view(), "example.test, since "));
    let distrust = settings_screen::Message::DistrustPressed(kept.trusted[0].clone());
    let _ = app.update(Message::Settings(distrust));
    let _ = app.update(Message::Saved(Ok(())));
    let last = wishes.sent().pop().unwrap();
    assert!(last.starts_with("DistrustCertificate") && last.contains(&fingerprint));
    assert!(!says(app.view(), "example.test, since "));
    let kept = backend.saved.lock().unwrap().last().unwrap().accounts[0].clone();
    assert!(kept.trusted.is_empty());
}

#[test]
fn another_certificate_than_the_trusted_one_is_told_as_such() {
    speak("en");
    let (mut app, backend, wishes) = running();
    let _ = app.update(changed(strange()));
    let trust = || {
        [
            Message::Office(office::Message::CertificatePressed(1)),
            Message::Certificate(page::Message::ComparedSwitched),
            Message::Certificate(page::Message::TrustPressed),
            Message::Saved(Ok(())),
        ]
    };
    for message in trust() {
        let _ = app.update(message);
    }
    let mut next = strange();
    let mut changed_one = refused();
    changed_one.certificate.fingerprint = Fingerprint::of(b"another one");
    next.distrusted = Arc::new(vec![changed_one]);
    let _ = app.update(changed(next));
    assert!(says(
        app.view(),
        "example.test shows another certificate than the one you trust."
    ));
    // It takes the place of the one before.
    for message in trust() {
        let _ = app.update(message);
    }
    let kept = backend.saved.lock().unwrap().last().unwrap().accounts[0].clone();
    let trusted: Vec<&str> = kept.trusted.iter().map(|it| it.sha256.as_str()).collect();
    assert_eq!(trusted, [Fingerprint::of(b"another one").to_string()]);
    let before = refused().certificate.fingerprint.to_string();
    let last = wishes.sent().pop().unwrap();
    let (_, instead_of) = last.split_once("instead_of").unwrap();
    assert!(instead_of.contains(&before), "{last}");
}
