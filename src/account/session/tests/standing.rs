//! How the account stands with its server: credentials, proxies, warnings.

use super::*;
use crate::store::KeptOffer;

#[test]
fn au_004_and_au_019_a_downgrade_is_told_once() {
    let mut session = session();
    for _ in 0..3 {
        let realm = "example.com".to_owned();
        session.engine_event(now(), engine::Event::WeakerChallenge { realm });
        session.tls_withdrawn("example.com");
    }
    let told: Vec<_> = session.snapshot(now()).troubles;
    let topics: Vec<_> = told.iter().map(|trouble| trouble.topic.clone()).collect();
    assert_eq!(
        topics,
        [
            Topic::TlsWithdrawn("example.com".into()),
            Topic::WeakerDigest("example.com".into())
        ]
    );
    assert!(told.iter().all(|it| it.code == 0 && it.hint.is_some()));
    assert_eq!(session.bad_input.total(), 0);
}

#[test]
fn au_004_how_servers_asked_is_kept_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session_in(Some(folder.path()), |_| {});
    assert_eq!(session.engine.digest_offers(), []);
    session.engine_event(now(), engine::Event::DigestOffers);
    assert_eq!(KeptOffer::load(folder.path(), "sip:alice@example.com"), []);
    let offer = KeptOffer {
        realm: "example.com".to_owned(),
        proxy: false,
        strength: 2,
    };
    KeptOffer::save(vec![offer.clone()], folder.path(), &session.account).unwrap();
    let mut next = session_in(Some(folder.path()), |_| {});
    assert_eq!(next.engine.digest_offers().len(), 1);
    // What is written is what the engine knows.
    KeptOffer::save(Vec::new(), folder.path(), &session.account).unwrap();
    next.engine_event(now(), engine::Event::DigestOffers);
    assert_eq!(KeptOffer::load(folder.path(), &next.account), [offer]);
}

#[test]
fn a_changed_password_counts_once_the_registrar_has_taken_it() {
    let mut session = session();
    registration(&mut session, RegistrationState::Registered, None);
    session.command(now(), Command::Password(Secret::new("other")));
    assert_eq!(session.connection(now()), Connection::Connecting);
    registration(&mut session, RegistrationState::Registered, None);
    assert_eq!(session.connection(now()), Connection::Online);
    session.command(now(), Command::Password(Secret::new("wrong")));
    let realm = "example.com".to_owned();
    session.engine_event(now(), engine::Event::CredentialsRefused { realm });
    assert_eq!(
        session.connection(now()),
        Connection::PasswordNeeded { refused: true }
    );
}

#[test]
fn rp_007_several_proxies_are_written_with_spaces_between() {
    let read = |proxies: &str| {
        let settings = AccountSettings {
            address: "sip:alice@example.com".to_owned(),
            outbound_proxy: proxies.to_owned(),
            gruu: true,
            strong_digest: true,
            ..AccountSettings::default()
        };
        engine_config(&Config::desktop(settings, "urn:uuid:1"), None)
    };
    let (_, engine) = read(" sip:one.example.com;lr  two.example.com:5070 ").unwrap();
    let proxies: Vec<&str> = engine.outbound_proxies.iter().map(Uri::as_str).collect();
    assert_eq!(
        proxies,
        ["sip:one.example.com;lr", "sip:two.example.com:5070"]
    );
    assert!(engine.gruu && engine.strong_digest);
    let trouble = read("one.example.com ::::").unwrap_err();
    assert_eq!(trouble.code, 2);
    assert!(trouble.message.contains("'::::'"), "{}", trouble.message);
}
