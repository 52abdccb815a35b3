//! Accounts that are kept, and what happens to a profile that cannot be read.

use tempfile::TempDir;

use crate::office;

#[test]
fn accounts_are_added_listed_and_removed() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("profile");
    let data = data.to_str().unwrap();
    let run = |arguments: &[&str]| {
        let all = [&["--data-dir", data, "account"][..], arguments].concat();
        office::start(&all, home.path(), &[]).wait()
    };
    let added = run(&["add", "alice@example.test", "--proxy", "sip:127.0.0.1"]);
    assert_eq!(added.status, 0, "{}", added.errors);
    assert!(added.errors.contains("without a password"));
    let listed = run(&["list", "--json"]);
    assert_eq!(listed.status, 0, "{}", listed.errors);
    assert_eq!(
        listed.fields("account", "account"),
        ["sip:alice@example.test"]
    );
    assert_eq!(listed.fields("account", "proxy"), ["sip:127.0.0.1"]);
    let merges = |listed: &office::Done| listed.of("account")[0]["merge_presence"].clone();
    assert_eq!(merges(&listed), false);
    let hides = |listed: &office::Done| listed.of("account")[0]["anonymous"].clone();
    assert_eq!(hides(&listed), false);
    run(&[
        "add",
        "alice@example.test",
        "--merge-presence",
        "--anonymous",
    ]);
    // Adding it again without the options changes nothing about it.
    run(&["add", "alice@example.test"]);
    let listed = run(&["list", "--json"]);
    assert_eq!(
        (merges(&listed), hides(&listed)),
        (true.into(), true.into())
    );
    assert_eq!(run(&["remove", "sip:alice@example.test"]).status, 0);
    assert_eq!(run(&["remove", "sip:alice@example.test"]).status, 1);
    assert_eq!(run(&["list"]).text, "");
}

#[test]
fn a_password_is_never_written_to_a_file() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("profile");
    let all = [
        "--data-dir",
        data.to_str().unwrap(),
        "account",
        "add",
        "alice@example.test",
    ];
    let variables = [("SISKIN_PASSWORD", "correct-horse-battery")];
    let added = office::start(&all, home.path(), &variables).wait();
    // There is no keyring here: the account is kept, and the failure told.
    assert_eq!(added.status, 1, "{}", added.errors);
    assert!(
        added.last_word().contains("its password is not"),
        "{}",
        added.errors
    );
    let mut folders = vec![home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                assert!(!text.contains("correct-horse"), "{}", path.display());
            }
        }
    }
}

#[test]
fn a_corrupt_profile_is_kept_aside_and_said() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("profile");
    let folder = data.to_str().unwrap();
    let list = ["--data-dir", folder, "account", "list"];
    office::start(
        &["--data-dir", folder, "account", "add", "alice@example.test"],
        home.path(),
        &[],
    )
    .wait();
    let file = std::fs::read_dir(&data)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::write(&file, "accounts = [[[").unwrap();
    let listed = office::start(&list, home.path(), &[]).wait();
    assert_eq!(listed.status, 0, "{}", listed.errors);
    assert!(
        listed.errors.contains("could not be read"),
        "{}",
        listed.errors
    );
    let kept = std::fs::read_dir(&data).unwrap().any(|entry| {
        std::fs::read_to_string(entry.unwrap().path()).is_ok_and(|text| text.contains("[[["))
    });
    assert!(kept, "what a person wrote is not thrown away");
}

#[test]
fn without_an_account_there_is_nothing_to_do() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("profile");
    let all = ["--data-dir", data.to_str().unwrap(), "register"];
    let done = office::start(&all, home.path(), &[]).wait();
    assert_eq!(done.status, 2, "{}", done.errors);
    assert!(done.last_word().contains("--account"), "{}", done.errors);
}

#[test]
fn a_named_account_with_a_password_touches_no_profile() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("profile");
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let proxy = format!("sip:{}", silent.local_addr().unwrap());
    let all = [
        "--data-dir",
        data.to_str().unwrap(),
        "--account",
        "alice@example.test",
        "--proxy",
        &proxy,
        "register",
        "--for",
        "0s",
    ];
    office::start(&all, home.path(), &[("SISKIN_PASSWORD", "secret")]).wait();
    assert!(!data.exists());
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}
