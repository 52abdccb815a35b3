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
use siskin::i18n::LANGUAGES;
use siskin::ui::app::{App, Message, Shortcut};
use siskin::ui::screen::log_in::assistant;
use siskin::ui::screen::{accounts, log_in, office, trace, watchers};
use siskin::ui::session::{Happening, Whom};
use siskin::ui::theme::{Element, Theme};
use siskin::ui::{faces, specimens};

use super::Gallery;

/// Draws what these words name into `target/screenshots/`: languages, looks, percents, `usual` or `small`, pictures. Of what no
/// word names there is everything, and of languages three.
pub(super) fn write(words: &[String]) -> Result<(), Problem> {
    let wanted = Wanted::of(words)?;
    let folder = PathBuf::from("target/screenshots");
    if words.is_empty() && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let _inside = runtime.enter();
    for language in &wanted.languages {
        faces::suit(language);
        for (look, theme, contrast) in LOOKS {
            for (percent, size) in SIZES {
                if (size == SMALL && look != "light") || !wanted.has(look, percent, size) {
                    continue;
                }
                let appearance = Appearance {
                    theme,
                    contrast,
                    scale_percent: percent,
                    language: (*language).to_owned(),
                };
                let small = if size == SMALL { "-small" } else { "" };
                let name = format!("{language}-{look}-{percent}{small}");
                let pictures = folder.join(&name);
                if pictures.exists() {
                    // A picture that is there would only be compared.
                    fs::remove_dir_all(&pictures)?;
                }
                wanted.draw(&appearance, size, &pictures)?;
                println!("{}", sheet(&pictures, size, &folder.join(name))?.display());
            }
        }
        if !faces::have("日本語") && *language == "ja" {
            println!("no font here has Japanese letters: install fonts-noto-cjk and draw it again");
        }
    }
    Ok(())
}

/// What is to be drawn; of looks, sizes and pictures all where none is named.
struct Wanted<'a> {
    languages: Vec<&'a str>,
    looks: Vec<&'a str>,
    percents: Vec<u16>,
    sizes: Vec<(u16, u16)>,
    pictures: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(words: &'a [String]) -> Result<Self, Problem> {
        let mut wanted = Self {
            languages: Vec::new(),
            looks: Vec::new(),
            percents: Vec::new(),
            sizes: Vec::new(),
            pictures: Vec::new(),
        };
        let scenes = scenes();
        for word in words {
            let is_picture = |(_, name, _): &(_, &str, _)| name == word;
            if LANGUAGES.iter().any(|language| language.tag == word) {
                wanted.languages.push(word);
            } else if LOOKS.iter().any(|(look, _, _)| look == word) {
                wanted.looks.push(word);
            } else if let Ok(percent) = word.parse() {
                wanted.percents.push(percent);
            } else if word == "usual" || word == "small" {
                wanted
                    .sizes
                    .push(if word == "small" { SMALL } else { USUAL });
            } else if word == WIDGETS || scenes.iter().any(is_picture) {
                wanted.pictures.push(word);
            } else {
                return Err(Problem::Word(word.clone()));
            }
        }
        if wanted.languages.is_empty() {
            wanted.languages = vec!["en", "de", "ja"];
        }
        Ok(wanted)
    }

    fn has(&self, look: &str, percent: u16, size: (u16, u16)) -> bool {
        (self.looks.is_empty() || self.looks.contains(&look))
            && (self.percents.is_empty() || self.percents.contains(&percent))
            && (self.sizes.is_empty() || self.sizes.contains(&size))
    }

    fn has_picture(&self, name: &str) -> bool {
        self.pictures.is_empty() || self.pictures.contains(&name)
    }

    /// Draws each picture that is wanted into this folder.
    fn draw(&self, appearance: &Appearance, size: (u16, u16), to: &Path) -> Result<(), Problem> {
        let percent = appearance.scale_percent;
        if self.has_picture(WIDGETS) {
            let theme = app("office", appearance.clone()).theme();
            let file = to.join(WIDGETS);
            draw(specimens::view(), &theme, percent, size, &file)?;
        }
        for (scene, name, messages) in scenes() {
            if !self.has_picture(name) {
                continue;
            }
            let mut app = app(scene, appearance.clone());
            for message in messages {
                let _ = app.update(message);
            }
            draw(app.view(), &app.theme(), percent, size, &to.join(name))?;
        }
        Ok(())
    }
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
    /// A word that names nothing.
    #[error("'{0}' is no language, look, size or picture")]
    Word(String),
}

/// The window on a scene.
fn app(scene: &str, appearance: Appearance) -> App {
    let scene = scene.to_owned();
    let mut snapshot = super::scene(&scene);
    if scene == "certificate" {
        snapshot.distrusted = Arc::new(vec![refused()]);
    }
    let way = walk(&scene);
    let mut known = vec![snapshot];
    if scene == "two" {
        known.push(super::scene::second());
    }
    let backend = Arc::new(Gallery { scene, appearance });
    let (mut app, _task) = App::new(backend, None, Instant::now());
    for (session, snapshot) in (1..).zip(known) {
        let password = Ok(Some(Secret::new("not a password")));
        let _ = app.update(Message::PasswordRead(session, password));
        let changed = Happening::Changed(Arc::new(snapshot));
        let _ = app.update(Message::Session(session, changed));
    }
    for message in way {
        let _ = app.update(message);
    }
    let _ = app.update(Message::ActivityRead(1, super::scene::changes()));
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
        at: "192.0.2.1:5061".to_owned(),
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

fn draw<M>(
    view: Element<'_, M>,
    theme: &Theme,
    percent: u16,
    (width, height): (u16, u16),
    file: &Path,
) -> Result<(), Problem> {
    let points = |pixels: u16| f32::from(pixels) * 100.0 / f32::from(percent);
    let size = (points(width), points(height));
    let mut window = Simulator::with_size(siskin::ui::settings(), size, view);
    window.snapshot(theme)?.matches_image(file)?;
    Ok(())
}

/// All pictures of a folder side by side.
fn sheet(pictures: &Path, (width, height): (u16, u16), to: &Path) -> Result<PathBuf, Problem> {
    let mut files: Vec<PathBuf> = fs::read_dir(pictures)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let to = to.with_extension("png");
    let run = Command::new("montage")
        .args(files)
        .args(["-geometry", &format!("{width}x{height}+8+8")])
        .args(["-tile", "7x", "-background", "#808080"])
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

/// The picture of all widgets.
const WIDGETS: &str = "widgets";

const LOOKS: [(&str, ThemeChoice, ContrastChoice); 3] = [
    ("light", ThemeChoice::Light, ContrastChoice::Normal),
    ("dark", ThemeChoice::Dark, ContrastChoice::Normal),
    ("contrast", ThemeChoice::Light, ContrastChoice::High),
];

/// What is shown: the scene, the name of the picture, and what is pressed on the way there.
fn scenes() -> Vec<(&'static str, &'static str, Vec<Message>)> {
    let key = |shortcut| vec![Message::Shortcut(shortcut)];
    let office = |message| vec![Message::Office(message)];
    let buddy = |user: &str| office(office::Message::BuddyPressed(whom(user)));
    let request = |message| office(office::Message::Request(message));
    let tab = |tab| {
        let chosen = Message::Watchers(watchers::Message::TabChosen(tab));
        [key(Shortcut::Watchers), vec![chosen]].concat()
    };
    let account = |message| [key(Shortcut::Accounts), vec![Message::Accounts(message)]].concat();
    let second = || "sip:alice@example.com".to_owned();
    let person = watchers::Message::RowPressed("sip:bob@example.test".to_owned());
    vec![
        ("office", "office", vec![]),
        ("compact", "compact", vec![]),
        ("empty", "empty", vec![]),
        ("five", "five", vec![]),
        ("crowd", "crowd", vec![]),
        ("long", "long", vec![]),
        ("names", "names", vec![]),
        ("two", "two", vec![]),
        ("two", "accounts", key(Shortcut::Accounts)),
        (
            "two",
            "accounts-change",
            account(accounts::Message::ChangePressed(second())),
        ),
        (
            "two",
            "accounts-remove",
            account(accounts::Message::RemovePressed(second())),
        ),
        ("here", "here", vec![]),
        ("here", "here-requests", tab(watchers::Tab::Requests)),
        ("trouble", "trouble", vec![]),
        ("password", "password", vec![]),
        ("log-in", "log-in", vec![]),
        ("log-in-steps", "log-in-steps", vec![]),
        ("certificate", "certificate", vec![]),
        (
            "office",
            "own-status",
            office(office::Message::Own(office::own::Message::Pressed)),
        ),
        ("office", "details", buddy("bob")),
        ("long", "details-long", buddy("erin")),
        (
            "office",
            "group",
            office(office::Message::Group(
                office::group::Message::ChangePressed("Team".to_owned()),
            )),
        ),
        (
            "office",
            "removed",
            office(office::Message::RemovePressed(whom("bob"))),
        ),
        (
            "office",
            "request",
            request(office::requests::Message::ChoicesPressed(whom("heidi"))),
        ),
        (
            "office",
            "health",
            office(office::Message::HealthPressed(1)),
        ),
        ("office", "settings", key(Shortcut::Settings)),
        ("office", "watchers", key(Shortcut::Watchers)),
        ("office", "watchers-asking", tab(watchers::Tab::Requests)),
        ("office", "watchers-past", tab(watchers::Tab::Past)),
        (
            "office",
            "watchers-one",
            [key(Shortcut::Watchers), vec![Message::Watchers(person)]].concat(),
        ),
        ("office", "trace", key(Shortcut::Trace)),
        (
            "office",
            "trace-one",
            [
                key(Shortcut::Trace),
                vec![Message::Trace(trace::Message::SelectionMoved(-3))],
            ]
            .concat(),
        ),
        ("office", "activity", key(Shortcut::Activity)),
        ("empty", "nothing-sent", key(Shortcut::Trace)),
        ("office", "add-buddy", key(Shortcut::AddBuddy)),
        ("office", "keys", key(Shortcut::Help)),
    ]
}

fn whom(user: &str) -> Whom {
    Whom {
        session: 1,
        address: format!("sip:{user}@example.test"),
    }
}

/// The size of the text in percent, and the window in pixels.
const SIZES: [(u16, (u16, u16)); 4] = [(100, USUAL), (200, USUAL), (100, SMALL), (200, SMALL)];
/// The window that nobody has changed.
const USUAL: (u16, u16) = (420, 720);
/// The smallest that there is.
const SMALL: (u16, u16) = (320, 400);
