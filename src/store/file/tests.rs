//! What is kept between two starts is there, whole, and nobody else's.

use super::*;
use crate::store::{AccountSettings, Buddy, Group, Synced, TransportChoice};
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("profile").join(FILE_NAME);
    (folder, file)
}

fn open(file: &Path) -> (Store, Vec<Notice>) {
    Store::open(file.parent())
}

fn put(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn names(file: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_saved_is_there_at_the_next_start() {
    let (_folder, file) = folder();
    let (mut store, notices) = open(&file);
    assert_eq!(notices, []);
    let mut settings = store.settings().clone();
    assert!(settings.instance.starts_with("urn:uuid:"));
    settings.accounts.push(AccountSettings {
        address: "sip:alice@example.com".to_owned(),
        transport: Some(TransportChoice::Tls),
        note: "a \"quoted\" note\nof two lines \u{1f426}".to_owned(),
        buddies: vec![Buddy {
            address: "sip:bob@example.com".to_owned(),
            name: "Bob".to_owned(),
            groups: vec!["Team".to_owned()],
            muted: true,
            ..Buddy::default()
        }],
        groups: vec![Group {
            name: "Team".to_owned(),
            folded: true,
        }],
        synced: Some(Synced {
            root: "https://xcap.example.com".to_owned(),
            in_order: true,
            buddies: vec![Buddy {
                address: "sip:bob@example.com".to_owned(),
                ..Buddy::default()
            }],
        }),
        ..AccountSettings::default()
    });
    store.save(&settings).unwrap();
    let (store, notices) = open(&file);
    assert_eq!((store.settings(), notices), (&settings, vec![]));
    assert_eq!(names(&file), [FILE_NAME]);
}

#[cfg(unix)]
#[test]
fn rb_007_nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = folder();
    open(&file);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0, 0));
}

#[test]
fn a_broken_file_is_kept_aside() {
    for text in [
        "version = ",
        "version = 1\naccounts = 7\n",
        "version = \"x\"",
        "\u{0}",
    ] {
        let (_folder, file) = folder();
        put(&file, text);
        let (store, notices) = open(&file);
        let [Notice::Broken { kept_as, .. }] = &notices[..] else {
            panic!("{notices:?}");
        };
        assert_eq!(fs::read_to_string(kept_as).unwrap(), text);
        assert_eq!(store.settings().accounts, []);
        let name = kept_as.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("settings.toml.broken-2"), "{name}");
        // The new one is whole again, and a second broken one does not replace the first.
        assert_eq!(open(&file).1, []);
        put(&file, text);
        open(&file);
        assert_eq!(names(&file).len(), 3);
    }
    let (_folder, file) = folder();
    put(&file, "");
    fs::write(&file, [0xff, 0xfe]).unwrap();
    assert!(matches!(open(&file).1[..], [Notice::Broken { .. }]));
}

#[test]
fn an_empty_or_incomplete_file_has_the_defaults() {
    let (_folder, file) = folder();
    put(&file, "[[accounts]]\naddress = \"sip:alice@example.com\"\n");
    let (store, notices) = open(&file);
    assert_eq!(notices, []);
    assert_eq!(
        store.settings().accounts[0].address,
        "sip:alice@example.com"
    );
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let (_folder, file) = folder();
    let text = "version = 7\nfuture = true\n";
    put(&file, text);
    let (mut store, notices) = open(&file);
    let newer = StoreError::Newer {
        path: file.clone(),
        version: 7,
    };
    assert_eq!(notices, [Notice::NotKept(newer.clone())]);
    let settings = Settings {
        instance: "urn:uuid:x".to_owned(),
        ..Settings::default()
    };
    assert_eq!(store.save(&settings), Err(newer));
    assert_eq!(store.settings(), &settings);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_place_that_cannot_be_written_is_a_typed_error() {
    // A file where the folder should be: unlike a mode, this stops root too.
    let (folder, _) = folder();
    let blocker = folder.path().join("blocker");
    fs::write(&blocker, "").unwrap();
    let (mut store, notices) = Store::open(Some(&blocker));
    assert!(matches!(notices[..], [Notice::NotKept(_)]), "{notices:?}");
    let settings = Settings::default();
    assert!(store.save(&settings).is_err());
    assert_eq!(store.settings(), &settings);
    let (_, notices) = Store::open(Some(Path::new("/proc/siskin")));
    assert!(
        matches!(
            &notices[..],
            [Notice::NotKept(StoreError::NotWritable { .. })]
        ),
        "{notices:?}"
    );
}

#[test]
fn two_programs_keep_what_each_has_changed() {
    let (_folder, file) = folder();
    let (mut one, _) = open(&file);
    let mut settings = one.settings().clone();
    settings.accounts.push(AccountSettings {
        address: "sip:alice@example.com".to_owned(),
        ..AccountSettings::default()
    });
    one.save(&settings).unwrap();
    let (mut other, _) = open(&file);
    let add = |store: &mut Store, address: &str| {
        let mut settings = store.settings().clone();
        settings.accounts[0].buddies.push(Buddy {
            address: address.to_owned(),
            ..Buddy::default()
        });
        store.save(&settings).unwrap();
    };
    add(&mut one, "sip:bob@example.com");
    add(&mut other, "sip:carol@example.com");
    add(&mut one, "sip:dave@example.com");
    let mut settings = other.settings().clone();
    settings.appearance.scale_percent = 120;
    other.save(&settings).unwrap();
    let (store, _) = open(&file);
    let kept = store.settings();
    let buddies = kept.accounts[0].buddies.iter();
    let mut buddies: Vec<&str> = buddies.map(|buddy| buddy.address.as_str()).collect();
    buddies.sort_unstable();
    assert_eq!(
        buddies,
        [
            "sip:bob@example.com",
            "sip:carol@example.com",
            "sip:dave@example.com"
        ]
    );
    assert_eq!(kept.appearance.scale_percent, 120);
    assert_eq!(&kept.instance, &settings.instance);
}

#[test]
fn programs_that_write_at_once_lose_nothing() {
    let (_folder, file) = folder();
    open(&file);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let file = &file;
            scope.spawn(move || {
                let (mut store, _) = open(file);
                for number in 0..10 {
                    let mut settings = store.settings().clone();
                    settings.accounts.push(AccountSettings {
                        address: format!("sip:{writer}-{number}@example.com"),
                        ..AccountSettings::default()
                    });
                    store.save(&settings).unwrap();
                }
            });
        }
    });
    assert_eq!(open(&file).0.settings().accounts.len(), 40);
    assert_eq!(names(&file), [FILE_NAME]);
}

#[test]
fn what_could_not_be_written_is_written_the_next_time() {
    let (_folder, file) = folder();
    let (mut store, _) = open(&file);
    // A later version was started, and taken back again.
    let text = fs::read_to_string(&file).unwrap();
    put(&file, "version = 7\n");
    let mut settings = store.settings().clone();
    settings.appearance.scale_percent = 150;
    let error = store.save(&settings).unwrap_err();
    assert!(
        matches!(error, StoreError::Newer { version: 7, .. }),
        "{error:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "version = 7\n");
    put(&file, &text);
    settings.appearance.theme = crate::store::ThemeChoice::Dark;
    store.save(&settings).unwrap();
    assert_eq!(open(&file).0.settings(), &settings);
    // Somebody has broken it meanwhile, or taken it away.
    put(&file, "version = ");
    store.save(&settings).unwrap();
    assert_eq!(names(&file).len(), 2);
    fs::remove_file(&file).unwrap();
    store.save(&settings).unwrap();
    assert_eq!(open(&file).0.settings(), &settings);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let (folder, file) = folder();
    open(&file);
    let elsewhere = folder.path().join("elsewhere.toml");
    fs::rename(&file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    let (mut store, _) = open(&file);
    let settings = store.settings().clone();
    store.save(&settings).unwrap();
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert!(!fs::symlink_metadata(&elsewhere).unwrap().is_symlink());
}

#[test]
fn the_first_format_is_read_and_becomes_the_second() {
    let (_folder, file) = folder();
    put(
        &file,
        "version = 1\ninstance = 'urn:uuid:1'\n[[accounts]]\naddress = 'sip:alice@example.com'\n\
         [[accounts.buddies]]\naddress = 'sip:bob@example.com'\nname = 'Bob'\n",
    );
    let (mut store, notices) = open(&file);
    assert_eq!(notices, []);
    let mut settings = store.settings().clone();
    let buddy = &mut settings.accounts[0].buddies[0];
    assert_eq!((buddy.name.as_str(), buddy.groups.len()), ("Bob", 0));
    buddy.groups.push("Friends".to_owned());
    store.save(&settings).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("version = 2\n"), "{text}");
    assert!(text.contains("groups = [\"Friends\"]"), "{text}");
}
