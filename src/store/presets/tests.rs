use std::ffi::OsString;
use std::fs;

use super::*;

fn read(text: &str) -> (Presets, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(FILE_NAME);
    fs::write(&file, text).unwrap();
    let (presets, errors) = Presets::read(&[file]);
    let errors = errors.iter();
    let errors = errors
        .map(|error| format!("{}: {}", error.line.unwrap_or_default(), error.fault))
        .collect();
    (presets, errors)
}

#[test]
fn everything_that_can_be_settled_is_read() {
    let (presets, errors) = read(
        r#"
[[domains]]
domain = "Example.com"
name = "Example Ltd"
outbound_proxy = ["sip:one.example.com;transport=tls;lr", "sip:two.example.com;lr"]
transport = "tls"
realm = "office"
xcap_root = "https://xcap.example.com/root"
tls_ca = "/etc/ssl/office.pem"
voicemail = "*97"
strong_digest = true
gruu = true
merge_presence = true
"#,
    );
    assert!(errors.is_empty(), "{errors:?}");
    let preset = presets.only().unwrap();
    assert_eq!(preset.shown(), "Example Ltd");
    assert!(preset.file.ends_with(FILE_NAME));
    let mut account = AccountSettings {
        address: "sip:alice@EXAMPLE.com".to_owned(),
        realm: "mine".to_owned(),
        ..AccountSettings::default()
    };
    presets.complete(&mut account);
    let proxies = "sip:one.example.com;transport=tls;lr sip:two.example.com;lr";
    assert_eq!(
        account,
        AccountSettings {
            address: "sip:alice@EXAMPLE.com".to_owned(),
            outbound_proxy: proxies.to_owned(),
            transport: Some(TransportChoice::Tls),
            realm: "mine".to_owned(),
            xcap_root: "https://xcap.example.com/root".to_owned(),
            tls_ca: "/etc/ssl/office.pem".to_owned(),
            voicemail: "*97".to_owned(),
            strong_digest: true,
            gruu: true,
            merge_presence: true,
            ..AccountSettings::default()
        }
    );
    let mut other = AccountSettings {
        address: "sip:alice@example.test".to_owned(),
        ..AccountSettings::default()
    };
    presets.complete(&mut other);
    assert_eq!(other.outbound_proxy, "");
}

#[test]
fn an_account_is_known_by_its_domain() {
    let (presets, _) = read("[[domains]]\ndomain = 'example.com'\n");
    for address in [
        "alice@example.com",
        " SIP:alice@example.COM:5060;transport=tcp",
        "sips:a@example.com",
    ] {
        assert!(presets.of_account(address).is_some(), "{address}");
    }
    for address in ["", "alice", "example.com", "alice@", "a@b.example.com"] {
        assert_eq!(presets.of_account(address), None, "{address}");
    }
}

#[test]
fn each_fault_is_told_with_its_line_and_the_rest_is_used() {
    let (presets, errors) = read(
        r#"version = 1
[[domains]]
domain = "example.com"
colour = "green"
[[domains]]
domain = "example.test"
xcap_root = "xcap.example.test"
transport = "sctp"
[[domains]]
name = "Nobody"
[[domains]]
domain = "EXAMPLE.com"
[[domains]]
domain = "example.net"
outbound_proxy = "proxy.example.net"
[[domains]]
domain = "alice@example.org"
tls_ca = "office.pem"
gruu = "yes"
"#,
    );
    assert_eq!(presets.only().unwrap().domain, "example.com");
    assert_eq!(
        errors,
        [
            "1: 'version' is not known and is passed over",
            "4: 'colour' is not known and is passed over",
            "7: xcap_root is to be an address that begins with https://; the preset is left out",
            "8: transport is to be udp, tcp or tls; the preset is left out",
            "9: the domain is missing; the preset is left out",
            "11: example.com is settled above; this preset is left out",
            "15: outbound_proxy is to be one to four URIs such as sip:proxy.example.com;transport=tls;lr; the preset is \
             left out",
            "17: domain is to be a domain such as example.com; the preset is left out",
            "18: tls_ca is to be the whole path of a file; the preset is left out",
            "19: gruu is to be true or false; the preset is left out",
        ]
    );
}

#[test]
fn files_of_no_use_are_told_and_nothing_more() {
    let (presets, errors) = read("[[domains]]\ndomain = \n");
    assert_eq!(presets, Presets::default());
    assert!(errors[0].starts_with("2: "), "{errors:?}");
    let (_, errors) = read("domains = 7");
    assert_eq!(
        errors,
        ["1: domains is to be written as [[domains]]; the preset is left out"]
    );
    let (_, errors) = read(&"#".repeat(1024 * 1024 + 1));
    assert_eq!(errors, ["0: it is larger than 1048576 bytes"]);
    let domains: Vec<String> = (0..1001)
        .map(|number| format!("[[domains]]\ndomain = 'd{number}.example.com'\n"))
        .collect();
    let (presets, errors) = read(&domains.concat());
    assert!(presets.of_account("alice@d999.example.com").is_some());
    assert!(presets.of_account("alice@d1000.example.com").is_none());
    assert_eq!(
        errors,
        ["2001: more than 1000 domains; the rest is left out"]
    );
    let many = "[[domains]]\n".repeat(900);
    assert_eq!(read(&many).1.len(), 50);

    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("latin");
    fs::write(&file, b"name = '\xe9'").unwrap();
    let folder = home.path().to_owned();
    let (_, errors) = Presets::read(&[file, folder, home.path().join("missing")]);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(matches!(errors[0].fault, PresetFault::NotToml(_)));
    assert!(matches!(errors[1].fault, PresetFault::Unreadable(_)));
}

#[test]
fn the_first_file_that_settles_a_domain_does() {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str, domains: &[&str]| {
        let path = home.path().join(name);
        let entry = |domain: &&str| format!("[[domains]]\ndomain = '{domain}'\nname = '{name}'\n");
        let entries: Vec<String> = domains.iter().map(entry).collect();
        fs::write(&path, entries.concat()).unwrap();
        path
    };
    let files = [
        file("first", &["example.com"]),
        file("second", &["example.test", "example.com"]),
    ];
    let (presets, errors) = Presets::read(&files);
    assert_eq!(errors, []);
    let name = |address| presets.of_account(address).map(Preset::shown);
    assert_eq!(name("a@example.com"), Some("first"));
    assert_eq!(name("a@example.test"), Some("second"));
    assert_eq!(presets.only(), None);
}

#[cfg(target_os = "linux")]
#[test]
fn administrators_have_their_places() {
    let found = |dirs: Option<&str>| places(|_| dirs.map(OsString::from));
    let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect::<Vec<_>>();
    let usual = paths(&["/etc/siskin/presets.toml", "/etc/xdg/siskin/presets.toml"]);
    assert_eq!(found(None), usual);
    assert_eq!(found(Some("")), usual);
    assert_eq!(
        found(Some("/opt/etc:here:/etc")),
        paths(&["/etc/siskin/presets.toml", "/opt/etc/siskin/presets.toml"])
    );
}
