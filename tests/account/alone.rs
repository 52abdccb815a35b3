//! An account that no server keeps presence rules for: they are kept on this machine, by themselves where that is found
//! out, and never where the server is only away.

use std::path::Path;

use siskin::account::{Rule, RulesHere, RulesState, Wants};

use super::*;

/// An account of which the user says that nobody tells of watchers, with this shelf as its XCAP server.
fn alone(shelf: &Shelf, folder: &Path) -> Config {
    let settings = AccountSettings {
        address: "sip:alice@example.test".to_owned(),
        xcap_root: shelf.root.clone(),
        enabled: true,
        ..AccountSettings::default()
    };
    let mut config = Config::desktop(settings, &account::new_instance());
    config.register = false;
    config.keep_in = Some(folder.to_owned());
    config.rules_in = Some(folder.to_owned());
    config.rules_here = RulesHere::Said;
    config.wants = Wants::default();
    config
}

/// An XCAP server that has no document, and answers each change like this.
fn empty(put: u16) -> Shelf {
    Shelf::with(|content| {
        content.get = 404;
        content.refusal = Some((put, "text/plain", String::new()));
    })
}

fn allow(handle: &Handle) {
    handle.send(Command::Decide {
        watcher: HEIDI.to_owned(),
        decision: Decision::Allow,
        valid_until: None,
        shows: Disclosure::Everything,
    });
}

fn told(shot: &Snapshot) -> Option<&Rule> {
    shot.rules.first()
}

/// The rules on this machine, as far as there are any.
fn kept(folder: &Path) -> Option<String> {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let mut paths = files.map(|file| file.path());
    let path = paths.find(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with("rules-"))
    });
    path.map(|path| std::fs::read_to_string(path).unwrap())
}

#[tokio::test]
async fn what_no_server_keeps_is_kept_here_and_is_still_there_after_a_restart() {
    for put in [404, 405, 501] {
        let shelf = empty(put);
        let folder = tempfile::tempdir().unwrap();
        let mut handle = account::start(alone(&shelf, folder.path()), None);
        allow(&handle);
        let shot = until(&mut handle, |shot| {
            told(shot).is_some_and(|rule| rule.state == "effective")
        })
        .await;
        assert_eq!(shot.rules_state, RulesState::Here, "{put}");
        assert_eq!(shot.troubles, [], "{put}");
        assert!(kept(folder.path()).unwrap().contains(HEIDI), "{put}");
        drop(handle);
        // The server still says neither that it has rules nor that it would keep some.
        let mut config = alone(&shelf, folder.path());
        config.wants.answer = true;
        let mut handle = account::start(config, None);
        handle.send(Command::Preview {
            watcher: HEIDI.to_owned(),
        });
        let shot = until(&mut handle, |shot| shot.preview.is_some()).await;
        assert_eq!(shot.preview.as_ref().unwrap().decision, "allow", "{put}");
        assert_eq!(shot.rules_state, RulesState::Here, "{put}");
    }
}

#[tokio::test]
async fn a_web_page_is_no_server_for_rules() {
    let shelf = Shelf::with(|content| {
        content.kind = "text/html";
        content.document = b"<!DOCTYPE html><title>Welcome</title>".to_vec();
    });
    let folder = tempfile::tempdir().unwrap();
    let mut handle = account::start(alone(&shelf, folder.path()), None);
    allow(&handle);
    until(&mut handle, |shot| shot.rules_state == RulesState::Here).await;
    assert!(shelf.content.lock().unwrap().conditions.is_empty());
}

#[tokio::test]
async fn a_server_that_says_which_documents_it_keeps_is_believed() {
    for (auid, state) in [
        ("resource-lists", RulesState::Here),
        ("pres-rules", RulesState::Known { versioned: true }),
    ] {
        let shelf = Shelf::with(|content| {
            content.get = 404;
            content.capabilities = Some(format!(
                "<xcap-caps xmlns='urn:ietf:params:xml:ns:xcap-caps'><auids><auid>{auid}</auid></auids></xcap-caps>"
            ));
        });
        let folder = tempfile::tempdir().unwrap();
        let mut config = alone(&shelf, folder.path());
        config.wants.answer = true;
        let mut handle = account::start(config, None);
        handle.send(Command::Preview {
            watcher: HEIDI.to_owned(),
        });
        let shot = until(&mut handle, |shot| shot.preview.is_some()).await;
        assert_eq!(shot.rules_state, state, "{auid}");
    }
}

#[tokio::test]
async fn a_server_that_is_only_away_keeps_its_rules_and_decisions_wait_for_it() {
    // It answers 503; it is not there at all.
    let broken = Shelf::with(|content| content.get = 503);
    let mut nowhere = Shelf::with(|_| {});
    nowhere.root = {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", socket.local_addr().unwrap())
    };
    for shelf in [&broken, &nowhere] {
        let folder = tempfile::tempdir().unwrap();
        let mut config = alone(shelf, folder.path());
        // With a journal.
        config.wants.watchers = true;
        let mut handle = account::start(config, None);
        allow(&handle);
        let shot = until(&mut handle, |shot| told(shot).is_some()).await;
        assert_eq!(told(&shot).unwrap().state, "waiting");
        assert!(matches!(shot.rules_state, RulesState::Failed(..)));
        assert_eq!(kept(folder.path()), None);
    }
}

#[tokio::test]
async fn rules_that_are_on_the_server_count_though_it_takes_no_others() {
    let shelf = Shelf::with(|content| {
        content.refusal = Some((405, "text/plain", String::new()));
    });
    let folder = tempfile::tempdir().unwrap();
    let mut handle = account::start(alone(&shelf, folder.path()), None);
    allow(&handle);
    let shot = until(&mut handle, |shot| told(shot).is_some()).await;
    assert_eq!(told(&shot).unwrap().state, "failed");
    assert_eq!(kept(folder.path()), None);
}
