//! What administrators have settled for a machine: it is used, told, and stands behind what is typed.

use std::fs;

use tempfile::TempDir;

use crate::office::{self, Office};

/// A folder of the system with these presets.
fn machine(text: &str) -> TempDir {
    let etc = TempDir::new().unwrap();
    fs::create_dir(etc.path().join("siskin")).unwrap();
    fs::write(etc.path().join("siskin/presets.toml"), text).unwrap();
    etc
}

#[test]
fn a_name_and_a_password_are_enough_where_the_rest_is_settled() {
    let office = Office::open();
    let etc = machine(&format!(
        "[[domains]]\ndomain = 'example.test'\nname = 'The Office'\noutbound_proxy = '{}'\nxcap_root = '{}'\n",
        office.text("proxy"),
        office.text("xcap_root"),
    ));
    let folders = etc.path().to_str().unwrap();
    let variables = [
        ("SISKIN_PASSWORD", office.text("password")),
        ("XDG_CONFIG_DIRS", folders),
    ];
    let account = ["--account", "alice@example.test", "--json"];
    let run = |arguments: &[&str]| office::run(&[&account, arguments].concat(), &variables);
    let done = run(&["doctor"]);
    assert_eq!(done.status, 0, "{}\n{}", done.text, done.errors);
    let told = done.of("check");
    let told = told
        .iter()
        .find(|check| check["step"] == "presets")
        .unwrap();
    let detail = told["detail"].as_str().unwrap();
    assert!(
        detail.contains("The Office") && detail.contains(folders),
        "{detail}"
    );
    let xcap = done
        .of("check")
        .into_iter()
        .find(|check| check["step"] == "xcap");
    assert_eq!(xcap.unwrap()["state"], "ok", "{}", done.text);

    // What is typed stands above it.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("sip:{};transport=tcp;lr", gone.local_addr().unwrap());
    drop(gone);
    let done = run(&["register", "--proxy", &proxy, "--for", "2s"]);
    assert_eq!(done.status, 4, "{}", done.errors);
}

#[test]
fn what_is_wrong_with_presets_is_told_once_and_nothing_fails_by_it() {
    let etc = machine("[[domains]]\ndomain = 'example.test'\ntransport = 'pigeon'\n");
    let home = TempDir::new().unwrap();
    let data = home.path().join("profile");
    let folder = data.to_str().unwrap();
    let variables = [("XDG_CONFIG_DIRS", etc.path().to_str().unwrap())];
    let run = |arguments: &[&str]| {
        let all = [&["--data-dir", folder, "account"][..], arguments].concat();
        office::start(&all, home.path(), &variables).wait()
    };
    let done = run(&["add", "alice@example.test"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let told = done
        .errors
        .matches("presets.toml, line 3: transport is to be");
    assert_eq!(told.count(), 1, "{}", done.errors);
    let listed = run(&["list", "--json"]);
    assert!(
        listed.of("account")[0]["preset"].is_null(),
        "{}",
        listed.text
    );
    fs::write(
        etc.path().join("siskin/presets.toml"),
        "[[domains]]\ndomain = 'example.test'\n",
    )
    .unwrap();
    let listed = run(&["list", "--json"]);
    assert_eq!(listed.of("account")[0]["preset"], "example.test");
}
