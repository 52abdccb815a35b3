//! Texts for people, from the Fluent files below `i18n/`.
//!
//! [`fl!`](crate::fl) is checked at compile time against the English file; tests keep every other language complete.
//! The texts are those of the window; the command line's words are a contract and stay English.

use std::sync::{Arc, LazyLock, RwLock};

use i18n_embed::LanguageLoader as _;
use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed::unic_langid::LanguageIdentifier;
use rust_embed::RustEmbed;

/// A language that Siskin speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language {
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// Its own name for itself.
    pub name: &'static str,
}

/// Every language that Siskin speaks; the first one fills the gaps of the others.
pub const LANGUAGES: [Language; 6] = [
    Language {
        tag: "en",
        name: "English",
    },
    Language {
        tag: "de",
        name: "Deutsch",
    },
    Language {
        tag: "es",
        name: "Español",
    },
    Language {
        tag: "fr",
        name: "Français",
    },
    Language {
        tag: "pl",
        name: "Polski",
    },
    Language {
        tag: "ja",
        name: "日本語",
    },
];

/// The text of a message in the current language. Missing messages and arguments are compile errors.
#[macro_export]
macro_rules! fl {
    ($message_id:literal) => {
        ::i18n_embed_fl::fl!($crate::i18n::loader(), $message_id)
    };
    ($message_id:literal, $($args:tt)*) => {
        ::i18n_embed_fl::fl!($crate::i18n::loader(), $message_id, $($args)*)
    };
}

/// The loader of the current language. Ask through [`fl!`](crate::fl).
pub fn loader() -> Arc<FluentLanguageLoader> {
    #[cfg(test)]
    if let Some(loader) = tests::OVERRIDE.with_borrow(Clone::clone) {
        return loader;
    }
    CURRENT.read().map_or_else(
        |poisoned| Arc::clone(&poisoned.into_inner()),
        |current| Arc::clone(&current),
    )
}

/// Speaks `tag` from now on; empty means the language of the system. Unknown languages become English.
pub fn select(tag: &str) {
    let loader = Arc::new(load(&[chosen(tag)]));
    match CURRENT.write() {
        Ok(mut current) => *current = loader,
        Err(poisoned) => *poisoned.into_inner() = loader,
    }
}

/// The tag of the language that `tag` leads to: itself if Siskin speaks it, else the system's, else English.
pub fn effective(tag: &str) -> &'static str {
    let chosen = chosen(tag);
    LANGUAGES
        .iter()
        .find(|language| language.tag == chosen.language.as_str())
        .map_or(LANGUAGES[0].tag, |language| language.tag)
}

/// The languages the user reads, best first: the chosen one, then the system's. For choosing among notes.
pub fn preferred(tag: &str) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    let chosen = (!tag.is_empty()).then(|| tag.to_owned());
    for language in chosen
        .into_iter()
        .chain(system().iter().map(ToString::to_string))
    {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

fn chosen(tag: &str) -> LanguageIdentifier {
    let wished: Vec<LanguageIdentifier> = match tag.parse() {
        Ok(language) if !tag.is_empty() => vec![language],
        _ => system(),
    };
    wished
        .into_iter()
        .find(|language| {
            LANGUAGES
                .iter()
                .any(|ours| ours.tag == language.language.as_str())
        })
        .map_or_else(english, |language| {
            LanguageIdentifier::from_parts(language.language, None, None, &[])
        })
}

fn system() -> Vec<LanguageIdentifier> {
    i18n_embed::DesktopLanguageRequester::requested_languages()
}

fn english() -> LanguageIdentifier {
    LANGUAGES[0].tag.parse().unwrap_or_default()
}

fn load(languages: &[LanguageIdentifier]) -> FluentLanguageLoader {
    let loader = FluentLanguageLoader::new("siskin", english());
    if let Err(error) = loader.load_languages(&Localizations, languages) {
        tracing::warn!(%error, "a language could not be loaded");
    }
    // Names in right-to-left scripts are isolated where they enter (`ui::plain_text`); marks around every number and
    // address would only cost time and confuse who copies a text.
    loader.set_use_isolating(false);
    loader
}

static CURRENT: LazyLock<RwLock<Arc<FluentLanguageLoader>>> =
    LazyLock::new(|| RwLock::new(Arc::new(load(&[chosen("")]))));

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Localizations;

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    thread_local! {
        /// Tests run side by side; each has a language of its own.
        pub(super) static OVERRIDE: RefCell<Option<Arc<FluentLanguageLoader>>> = const { RefCell::new(None) };
    }

    /// Speaks a language on this thread alone, for the rest of the test.
    pub(crate) fn speak(tag: &str) {
        let loader = Arc::new(load(&[chosen(tag)]));
        OVERRIDE.with_borrow_mut(|slot| *slot = Some(loader));
    }

    /// Every message of a language with the arguments it uses.
    fn messages(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
        let file = Localizations::get(&format!("{tag}/siskin.ftl")).expect("the file is embedded");
        let source = String::from_utf8(file.data.into_owned()).expect("it is UTF-8");
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = None;
        for line in source.lines() {
            if let Some((key, _)) = line.split_once(" =")
                && key.starts_with(|first: char| first.is_ascii_alphabetic())
            {
                let known = found.insert(key.to_owned(), BTreeSet::new());
                assert!(known.is_none(), "{tag}: {key} is there twice");
                current = Some(key.to_owned());
            }
            let Some(key) = &current else { continue };
            for piece in line.split('$').skip(1) {
                let name = piece
                    .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                    .next()
                    .unwrap_or_default();
                found
                    .get_mut(key)
                    .expect("just made")
                    .insert(name.to_owned());
            }
        }
        found
    }

    #[test]
    fn every_language_has_the_same_messages_and_arguments() {
        let english = messages(LANGUAGES[0].tag);
        assert!(english.len() > 50, "the English file was read");
        for language in &LANGUAGES[1..] {
            assert_eq!(messages(language.tag), english, "{}", language.tag);
        }
    }

    /// Every line of a language as it is written.
    pub(crate) fn written(tag: &str) -> Vec<String> {
        let file = Localizations::get(&format!("{tag}/siskin.ftl")).expect("the file is embedded");
        let source = String::from_utf8(file.data.into_owned()).expect("it is UTF-8");
        source.lines().map(str::to_owned).collect()
    }

    /// A message of a language as it is written, key by key, without what is filled in.
    fn words(tag: &str) -> BTreeMap<String, String> {
        let lines = written(tag);
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut current = String::new();
        for line in lines.iter().filter(|line| !line.starts_with('#')) {
            let text = match line.split_once(" = ") {
                Some((key, text)) if !line.starts_with(' ') => {
                    key.clone_into(&mut current);
                    text
                }
                _ => line,
            };
            let mut depth = 0_i32;
            let kept = text.chars().filter(|c| {
                depth += i32::from(*c == '{') - i32::from(*c == '}');
                depth == 0 && c.is_alphabetic()
            });
            found.entry(current.clone()).or_default().extend(kept);
        }
        found
    }

    #[test]
    fn nothing_is_left_in_english() {
        let english = words("en");
        for language in &LANGUAGES[1..] {
            let may: BTreeSet<&str> = ALIKE.into_iter().collect();
            let left: Vec<String> = words(language.tag)
                .into_iter()
                .filter(|(key, text)| !text.is_empty() && english.get(key) == Some(text))
                .map(|(key, _)| key)
                .filter(|key| !may.contains(key.as_str()))
                .collect();
            assert!(
                left.is_empty(),
                "{}: the same as in English: {left:?}",
                language.tag
            );
        }
    }

    #[test]
    fn that_letters_are_missing_is_said_in_letters_that_are_there() {
        speak("ja");
        for said in [
            crate::fl!("letters-missing"),
            crate::fl!("letters-missing-hint"),
        ] {
            assert!(said.is_ascii(), "{said}");
        }
    }

    #[test]
    fn every_language_has_every_form_of_its_plurals() {
        for language in LANGUAGES {
            let file = Localizations::get(&format!("{}/siskin.ftl", language.tag)).unwrap();
            let source = String::from_utf8(file.data.into_owned()).unwrap();
            let forms = match language.tag {
                "ja" => vec!["*[other]"],
                "pl" => vec!["[one]", "[few]", "[many]", "*[other]"],
                _ => vec!["[one]", "*[other]"],
            };
            for choice in source.split("{ $count ->").skip(1) {
                let choice = choice.split("\n}").next().unwrap_or_default();
                let written: Vec<&str> = choice
                    .lines()
                    .filter_map(|line| line.split_whitespace().next())
                    .collect();
                assert_eq!(written, forms, "{}: {choice}", language.tag);
            }
        }
    }

    #[test]
    fn every_message_is_used() {
        let mut sources = String::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the sources are there") {
                let path = entry.expect("readable").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    sources.push_str(&std::fs::read_to_string(path).expect("readable"));
                }
            }
        }
        let unused: Vec<String> = messages("en")
            .into_keys()
            .filter(|key| !sources.contains(&format!("\"{key}\"")))
            .collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
    }

    #[test]
    fn plurals_are_right_in_every_language() {
        for (tag, said) in [
            (
                "en",
                [
                    "1 new voice message",
                    "3 new voice messages",
                    "25 new voice messages",
                ],
            ),
            (
                "de",
                [
                    "1 neue Sprachnachricht",
                    "3 neue Sprachnachrichten",
                    "25 neue Sprachnachrichten",
                ],
            ),
            (
                "es",
                [
                    "1 mensaje de voz nuevo",
                    "3 mensajes de voz nuevos",
                    "25 mensajes de voz nuevos",
                ],
            ),
            (
                "fr",
                [
                    "1 nouveau message vocal",
                    "3 nouveaux messages vocaux",
                    "25 nouveaux messages vocaux",
                ],
            ),
            (
                "pl",
                [
                    "1 nowa wiadomość głosowa",
                    "3 nowe wiadomości głosowe",
                    "25 nowych wiadomości głosowych",
                ],
            ),
            (
                "ja",
                ["新しい伝言 1 件", "新しい伝言 3 件", "新しい伝言 25 件"],
            ),
        ] {
            speak(tag);
            let counted = [1, 3, 25].map(|count| crate::fl!("lamp-voice", count = count));
            assert_eq!(counted, said, "{tag}");
        }
    }

    #[test]
    fn languages_are_found_by_their_tags_and_unknown_ones_become_english() {
        assert_eq!(effective("tlh"), "en");
        for (asked, spoken) in [
            ("de-AT", "de"),
            ("es-MX", "es"),
            ("fr-CA", "fr"),
            ("pl-PL", "pl"),
            ("ja-JP", "ja"),
        ] {
            assert_eq!(effective(asked), spoken);
        }
        assert_eq!(effective("not a tag"), effective(""));
    }

    /// What is rightly the same in English and in another language: names, units, and words that they share.
    const ALIKE: [&str; 34] = [
        "app-name",
        "log-in-transport",
        "status-offline",
        "own-status",
        "own-note",
        "details-message",
        "details-person",
        "add-buddy-name",
        "class-fax",
        "class-video",
        "class-text",
        "health-open",
        "health-active",
        "health-notifies",
        "span-seconds",
        "span-minutes",
        "span-hours",
        "trace-title",
        "trace-bytes",
        "trace-save-text",
        "theme-system",
        "contrast-system",
        "contrast-normal",
        "settings-size-reset",
        "language-system",
        "letters-missing",
        "letters-missing-hint",
        "settings-notifications",
        "settings-version",
        "key-ctrl",
        "key-tab",
        "key-escape",
        "key-pages",
        "key-delete",
    ];
}
