//! Every scene in the looks, sizes and languages that differ most, drawn without a display: a picture of each, and a
//! sheet of all scenes for each look, size and language. For a person to look at after a change of the looks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use std::{fs, io};

use iced_test::Simulator;
use siskin::account::doctor::Check;
use siskin::account::{
    Appearance, Certificate, ContrastChoice, Distrust, Fault, Fingerprint, Refused, Secret,
    ThemeChoice,
};
use siskin::ui::app::{App, Message, Shortcut};
use siskin::ui::screen::log_in::assistant;
use siskin::ui::screen::{log_in, office};
use siskin::ui::session::Happening;
use siskin::ui::theme::{Element, Theme};
use siskin::ui::{faces, specimens};

use super::Gallery;

/// Draws them all into `target/screenshots/`; `languages` by their tags.
pub(super) fn write(languages: &[String]) -> Result<(), Problem> {
    let folder = PathBuf::from("target/screenshots");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let _inside = runtime.enter();
    for language in languages {
        for (look, theme, contrast) in LOOKS {
            for percent in [100, 200] {
                let appearance = Appearance {
                    theme,
                    contrast,
                    scale_percent: percent,
                    language: language.clone(),
                };
                let name = format!("{language}-{look}-{percent}");
                let pictures = folder.join(&name);
                for (scene, shortcut) in SCENES {
                    let app = app(scene, shortcut, appearance.clone());
                    let file = pictures.join(shortcut.map_or(scene, |(name, _)| name));
                    if scene == "widgets" {
                        draw(specimens::view(), &app.theme(), percent, &file)?;
                    } else {
                        draw(app.view(), &app.theme(), percent, &file)?;
                    }
                }
                println!("{}", sheet(&pictures, &folder.join(name))?.display());
            }
        }
        if !faces::have("日本語") && language == "ja" {
            println!("no font here has Japanese letters: install fonts-noto-cjk and draw it again");
        }
    }
    Ok(())
}

/// Why there are no pictures.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// A file.
    #[error("{0}")]
    File(#[from] io::Error),
    /// A picture.
    #[error("{0}")]
    Picture(#[from] iced_test::Error),
    /// The sheet.
    #[error("montage, which is part of ImageMagick, failed: {0}")]
    Montage(String),
}

fn app(scene: &str, shortcut: Option<(&str, Shortcut)>, appearance: Appearance) -> App {
    let scene = scene.to_owned();
    let mut snapshot = super::scene(&scene);
    if scene == "certificate" {
        snapshot.distrusted = Arc::new(vec![refused()]);
    }
    let way = walk(&scene);
    let backend = Arc::new(Gallery { scene, appearance });
    let (mut app, _task) = App::new(backend, None, Instant::now());
    let password = Ok(Some(Secret::new("not a password")));
    let _ = app.update(Message::PasswordRead(1, password));
    let changed = Happening::Changed(Arc::new(snapshot));
    let _ = app.update(Message::Session(1, changed));
    for message in way {
        let _ = app.update(message);
    }
    if let Some((_, shortcut)) = shortcut {
        let _ = app.update(Message::Shortcut(shortcut));
    }
    app
}

/// The way to a screen that no key leads to.
fn walk(to: &str) -> Vec<Message> {
    match to {
        "certificate" => vec![Message::Office(office::Message::CertificatePressed(1))],
        "log-in-steps" => {
            let mut steps: Vec<assistant::Message> = vec![
                Check::ok("dns", "example.test: found"),
                Check::warn("connection", "udp 192.0.2.1:5060: not encrypted"),
                Check::fail("register", Fault::Authentication, "401 Unauthorized"),
                Check::skipped("presence", "the password is refused"),
                Check::skipped("message-summary", "the password is refused"),
            ]
            .into_iter()
            .map(assistant::Message::Checked)
            .collect();
            steps.push(assistant::Message::Done);
            let typed = [
                log_in::Message::AddressEdited("alice@example.test".to_owned()),
                log_in::Message::PasswordEdited(Secret::new("not a password")),
                log_in::Message::LogInPressed,
            ];
            let steps = steps.into_iter();
            let steps = steps.map(|step| log_in::Message::Assistant(1, step));
            typed.into_iter().chain(steps).map(Message::LogIn).collect()
        }
        _ => Vec::new(),
    }
}

/// A certificate of which much is wrong.
fn refused() -> Refused {
    let time = |text: &str| text.parse().unwrap_or_default();
    Refused {
        server: "example.test".to_owned(),
        web: false,
        certificate: Certificate {
            names: vec!["pbx.example.test".to_owned(), "192.0.2.1".to_owned()],
            issuer: "CN=pbx, O=Example".to_owned(),
            not_before: time("2019-01-01T12:00:00Z"),
            not_after: time("2020-02-03T12:00:00Z"),
            fingerprint: Fingerprint::of(b"a certificate"),
        },
        why: vec![
            Distrust::Expired,
            Distrust::SignsItself,
            Distrust::OtherName("example.test".to_owned()),
        ],
    }
}

fn draw<M>(view: Element<'_, M>, theme: &Theme, percent: u16, file: &Path) -> Result<(), Problem> {
    let factor = f32::from(percent) / 100.0;
    let size = (WIDTH / factor, HEIGHT / factor);
    let mut window = Simulator::with_size(siskin::ui::settings(), size, view);
    window.snapshot(theme)?.matches_image(file)?;
    Ok(())
}

/// All pictures of a folder side by side.
fn sheet(pictures: &Path, to: &Path) -> Result<PathBuf, Problem> {
    let mut files: Vec<PathBuf> = fs::read_dir(pictures)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let to = to.with_extension("png");
    let run = Command::new("montage")
        .args(files)
        .args([
            "-geometry",
            "420x720+8+8",
            "-tile",
            "6x",
            "-background",
            "#808080",
        ])
        .arg(&to)
        .output()
        .map_err(|error| Problem::Montage(error.to_string()))?;
    if run.status.success() {
        Ok(to)
    } else {
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        Err(Problem::Montage(said))
    }
}

const LOOKS: [(&str, ThemeChoice, ContrastChoice); 3] = [
    ("light", ThemeChoice::Light, ContrastChoice::Normal),
    ("dark", ThemeChoice::Dark, ContrastChoice::Normal),
    ("contrast", ThemeChoice::Light, ContrastChoice::High),
];

/// What is shown, and the key that leads to it from there, with the name of where it leads.
const SCENES: [(&str, Option<(&str, Shortcut)>); 14] = [
    ("widgets", None),
    ("office", None),
    ("compact", None),
    ("empty", None),
    ("long", None),
    ("trouble", None),
    ("password", None),
    ("log-in", None),
    ("log-in-steps", None),
    ("certificate", None),
    ("office", Some(("settings", Shortcut::Settings))),
    ("office", Some(("watchers", Shortcut::Watchers))),
    ("office", Some(("add-buddy", Shortcut::AddBuddy))),
    ("office", Some(("keys", Shortcut::Help))),
];

/// The window in points at 100 %.
const WIDTH: f32 = 420.0;
/// The same.
const HEIGHT: f32 = 720.0;
