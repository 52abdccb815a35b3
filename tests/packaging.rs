//! What a distribution needs: the desktop entry, the metainfo, the manual page and the icons are
//! valid and agree with each other, and `make install` puts everything where it belongs.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory as _;
use siskin::cli::Arguments;
use tempfile::TempDir;

#[test]
fn desktop_entry_is_valid() {
    run(
        "desktop-file-validate",
        &[&file(&format!("packaging/{APP}.desktop"))],
    );
}

#[test]
fn metainfo_is_valid() {
    let output = Command::new("appstreamcli")
        .args(["validate", "--no-net", "--no-color"])
        .arg(file(&format!("packaging/{APP}.metainfo.xml")))
        .output()
        .expect("appstreamcli is installed");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("alidation"), "{report}");
    // There is no home page to name yet; newer versions warn about that.
    let faults: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("E:") || line.starts_with("W:"))
        .filter(|line| !line.ends_with("url-homepage-missing"))
        .collect();
    assert!(faults.is_empty(), "{report}");
}

#[test]
fn manual_page_has_no_warnings() {
    let output = Command::new("man")
        .args([
            "--warnings",
            "--local-file",
            "--troff-device=utf8",
            "--ditroff",
        ])
        .arg(file("packaging/siskin.1"))
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("man is installed");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn manual_page_tells_every_command_and_option_and_no_other() {
    let page = text("packaging/siskin.1").replace("\\-", "-");
    let mut options = BTreeSet::from(["--help".to_owned(), "--version".to_owned()]);
    let mut commands = vec![Arguments::command()];
    while let Some(command) = commands.pop() {
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(
                mentions(&page, &format!("--{option}")),
                "--{option} is not told"
            );
            options.insert(format!("--{option}"));
        }
        for below in command.get_subcommands() {
            assert!(
                mentions(&page, below.get_name()),
                "{} is not told",
                below.get_name()
            );
            commands.push(below.clone());
        }
    }
    let part = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    for word in page.split(part).filter(|word| word.starts_with("--")) {
        assert!(options.contains(word), "there is no {word}");
    }
}

fn mentions(page: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    page.match_indices(word)
        .any(|(at, _)| !page[..at].ends_with(part) && !page[at + word.len()..].starts_with(part))
}

#[test]
fn names_agree() {
    let desktop = text(&format!("packaging/{APP}.desktop"));
    assert!(desktop.contains(&format!("Icon={APP}\n")));
    assert!(desktop.contains(&format!("StartupWMClass={APP}\n")));
    let metainfo = text(&format!("packaging/{APP}.metainfo.xml"));
    assert!(metainfo.contains(&format!("<id>{APP}</id>")));
    assert!(metainfo.contains(&format!("<launchable type=\"desktop-id\">{APP}.desktop<")));
    assert!(metainfo.contains(&format!("<project_license>{}<", env!("CARGO_PKG_LICENSE"))));
    let version = format!("\"siskin {}\"", env!("CARGO_PKG_VERSION"));
    assert!(text("packaging/siskin.1").contains(&version));
    assert!(text("CHANGELOG.md").contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_language_of_the_window_is_named_and_spoken() {
    let desktop = text(&format!("packaging/{APP}.desktop"));
    let metainfo = text(&format!("packaging/{APP}.metainfo.xml"));
    let readme = text("README.md");
    for language in siskin::i18n::LANGUAGES {
        let tag = language.tag;
        assert!(readme.contains(language.name), "README: {}", language.name);
        let spoken = format!("<lang percentage=\"100\">{tag}</lang>");
        assert!(metainfo.contains(&spoken), "{tag}");
        if tag == "en" {
            continue;
        }
        for key in ["GenericName", "Comment", "Keywords", "Name"] {
            assert!(desktop.contains(&format!("\n{key}[{tag}]=")), "{key} {tag}");
        }
        assert!(metainfo.contains(&format!("<summary xml:lang=\"{tag}\">")));
        assert!(metainfo.contains(&format!("<p xml:lang=\"{tag}\">")));
    }
}

#[test]
fn icons_have_the_size_of_their_folder() {
    for size in [128_u32, 256] {
        let bytes = fs::read(file(&format!("assets/icon/{APP}-{size}.png"))).unwrap();
        // Width and height stand in the first chunk.
        assert_eq!(&bytes[12..16], b"IHDR");
        assert_eq!(bytes[16..20], size.to_be_bytes());
        assert_eq!(bytes[20..24], size.to_be_bytes());
    }
    assert!(text(&format!("assets/icon/{APP}.svg")).contains("viewBox=\"0 0 256 256\""));
}

#[test]
fn libraries_of_the_window_are_named_alike_for_tests_and_packages() {
    let names = |text: &str| -> BTreeSet<String> {
        let part = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        text.split(part)
            .filter(|word| word.starts_with("libx") || word.starts_with("libwayland"))
            .map(str::to_owned)
            .collect()
    };
    let set_up = names(&text("tests/setup/packages.sh"));
    assert!(set_up.len() >= 7, "{set_up:?}");
    assert_eq!(names(&text("packaging/debian-control")), set_up);
}

#[test]
fn install_and_uninstall() {
    let folder = TempDir::new().unwrap();
    let (built, root) = (folder.path().join("built"), folder.path().join("root"));
    fs::create_dir_all(built.join("release")).unwrap();
    symlink(env!("CARGO_BIN_EXE_siskin"), built.join("release/siskin")).unwrap();
    let make = |target: &str| {
        let places = [
            format!("TARGET={}", built.display()),
            format!("DESTDIR={}", root.display()),
        ];
        run(
            "make",
            &[
                "-C",
                &file(""),
                target,
                &places[0],
                &places[1],
                "PREFIX=/usr",
            ],
        );
    };

    make("install");
    let icon = |size: &str, end: &str| format!("usr/share/icons/hicolor/{size}/apps/{APP}.{end}");
    let expected = [
        "usr/bin/siskin".to_owned(),
        format!("usr/share/applications/{APP}.desktop"),
        "usr/share/doc/siskin/LICENSE-APACHE".to_owned(),
        "usr/share/doc/siskin/LICENSE-MIT".to_owned(),
        icon("128x128", "png"),
        icon("256x256", "png"),
        icon("scalable", "svg"),
        format!("usr/share/dbus-1/interfaces/{APP}.xml"),
        "usr/share/man/man1/siskin.1".to_owned(),
        format!("usr/share/metainfo/{APP}.metainfo.xml"),
    ];
    assert_eq!(tree(&root), expected.map(PathBuf::from).into());
    let binary = root.join("usr/bin/siskin");
    assert_eq!(
        fs::metadata(&binary).unwrap().permissions().mode() & 0o777,
        0o755
    );
    let page = root.join("usr/share/man/man1/siskin.1");
    assert_eq!(
        fs::metadata(page).unwrap().permissions().mode() & 0o777,
        0o644
    );
    needs_no_more_than_the_c_library(&binary);

    make("uninstall");
    assert_eq!(tree(&root), BTreeSet::new());
}

/// Everything else is in the binary, or opened by name and listed in `debian-control`.
fn needs_no_more_than_the_c_library(binary: &Path) {
    let output = Command::new("ldd")
        .arg(binary)
        .output()
        .expect("ldd is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in text.lines().map(str::trim) {
        let name = line.split(' ').next().unwrap_or_default();
        let stem = name
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .split('.')
            .next()
            .unwrap_or_default();
        let known = [
            "linux-vdso",
            "linux-gate",
            "libgcc_s",
            "libm",
            "libc",
            "libdl",
            "libpthread",
        ];
        assert!(
            known.contains(&stem) || stem.starts_with("ld-linux"),
            "{line}"
        );
        assert!(!line.contains("not found"), "{line}");
    }
}

fn tree(root: &Path) -> BTreeSet<PathBuf> {
    let mut folders = vec![root.to_owned()];
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    files
}

fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(name)
        .to_string_lossy()
        .into_owned()
}

fn text(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn run(program: &str, arguments: &[&str]) {
    let output = Command::new("timeout")
        .arg("60")
        .arg(program)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

const APP: &str = "io.github.siskin.Siskin";
