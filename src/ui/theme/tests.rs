//! Every text can be read and every mark seen, in every theme; and nobody has numbers of their own.

use std::fs;
use std::path::{Path, PathBuf};

use iced::Color;

use super::*;

/// Every colour that is drawn upon another, by name: texts, then marks and edges. Taking [`Colors`] apart makes a new
/// colour an error here until its pairs are named.
#[expect(clippy::type_complexity, reason = "two tables of one test")]
fn pairs(
    colors: &Colors,
) -> (
    Vec<(&'static str, Color, Vec<Color>)>,
    Vec<(&'static str, Color, Vec<Color>)>,
) {
    let Colors {
        ground,
        surface,
        hover,
        selected,
        line,
        edge,
        text,
        quiet,
        accent,
        accent_hover,
        on_accent,
        danger,
        danger_ground,
        ring,
        lamp,
        lamp_ground,
        portrait,
        available,
        away,
        busy,
        offline,
        waiting,
    } = *colors;
    let rows = vec![ground, surface, hover, selected];
    let cards = vec![lamp_ground, danger_ground];
    let with = |some: &[Color], more: &[Color]| [some, more].concat();
    let texts = vec![
        ("text", text, with(&with(&rows, &cards), &[portrait])),
        // The last is a button that cannot be pressed now.
        ("quiet text", quiet, with(&with(&rows, &cards), &[line])),
        ("link", accent, rows.clone()),
        (
            "word on the main action",
            on_accent,
            vec![accent, accent_hover],
        ),
        ("danger", danger, with(&rows, &[danger_ground])),
        ("word of the lit lamp", lamp, vec![lamp_ground, surface]),
    ];
    let marks = vec![
        ("edge of a field", edge, vec![ground, surface]),
        ("focus ring", ring, rows.clone()),
        ("the dot of what is new", accent, rows.clone()),
        ("sign of the lamp", lamp, vec![lamp_ground, surface]),
        ("available", available, rows.clone()),
        ("away", away, rows.clone()),
        ("busy", busy, rows.clone()),
        ("offline", offline, rows.clone()),
        ("waiting", waiting, rows.clone()),
        // What is drawn inside a mark has the colour of the surface.
        ("inside a mark", surface, vec![available, away, busy]),
    ];
    (texts, marks)
}

fn check(theme: &Theme, pairs: Vec<(&'static str, Color, Vec<Color>)>, least: f32) -> usize {
    let mut checked = 0;
    for (what, front, backs) in pairs {
        for back in backs {
            let ratio = contrast(front, back);
            let name = theme.name();
            assert!(ratio >= least, "{name}: {what} on {back:?}: {ratio:.2}");
            checked += 1;
        }
    }
    checked
}

#[test]
fn every_text_can_be_read() {
    for theme in Theme::ALL {
        // WCAG 2.2: 1.4.3 asks for 4.5, 1.4.6 for 7.
        let least = if theme.is_high_contrast() { 7.0 } else { 4.5 };
        assert!(check(&theme, pairs(&theme.colors).0, least) > 20);
    }
}

#[test]
fn every_mark_and_edge_can_be_seen() {
    for theme in Theme::ALL {
        // WCAG 2.2: 1.4.11.
        let least = if theme.is_high_contrast() { 4.5 } else { 3.0 };
        assert!(check(&theme, pairs(&theme.colors).1, least) > 20);
    }
}

#[test]
fn marks_on_the_panel_can_be_seen_on_white_and_on_black() {
    let colors = PANEL;
    let grounds = vec![Color::WHITE, Color::from_rgb8(0x14, 0x14, 0x14)];
    let marks = [
        ("available", colors.available),
        ("away", colors.away),
        ("busy", colors.busy),
        ("offline", colors.offline),
        ("waiting", colors.waiting),
        ("dot of the lamp", colors.lamp),
    ]
    .map(|(what, color)| (what, color, grounds.clone()));
    assert_eq!(check(&Theme::PANEL, marks.into(), 3.0), 12);
}

#[test]
fn contrast_is_what_the_standard_says() {
    let ratio = contrast(Color::BLACK, Color::WHITE);
    assert!((ratio - 21.0).abs() < 0.01, "{ratio}");
    let grey = Color::from_rgb8(0x76, 0x76, 0x76);
    let ratio = contrast(grey, Color::WHITE);
    assert!((4.53..4.55).contains(&ratio), "{ratio}");
}

#[test]
fn screens_and_widgets_use_tokens_and_no_numbers_of_their_own() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
    let mut files = Vec::new();
    sources(&ui.join("screen"), &mut files);
    sources(&ui.join("widget"), &mut files);
    assert!(files.len() > 20);
    let mut faults = Vec::new();
    for file in files {
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            if own_number(line) || wraps_by_words(line) && !file.ends_with("widget/text.rs") {
                faults.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Whether a line gives a size, distance or colour that is no token. Zero is nothing, and needs no name.
fn own_number(line: &str) -> bool {
    let begins = |text: &str| {
        let first = text.trim_start_matches(['[', ' ']).as_bytes().first();
        first.is_some_and(|first| (b'1'..=b'9').contains(first))
    };
    let named = line.contains("color!(") || line.contains("Color::from_rgb");
    let kept = line
        .split_once(": f32 = ")
        .filter(|_| line.contains("const "));
    let drawn = line
        .split_once("icon::sized(")
        .and_then(|(_, rest)| rest.rsplit_once(", "));
    let mut calls = [
        ".size(",
        ".spacing(",
        ".padding(",
        ".rounded(",
        ".max_width(",
        ".max_height(",
        ".width(",
        ".height(",
    ]
    .iter()
    .filter_map(|call| line.split_once(call))
    .chain(kept)
    .chain(drawn);
    named || calls.any(|(_, argument)| begins(argument))
}

/// Whether a line takes the text of the toolkit, whose long words run over their neighbours, and not the widget `text`.
fn wraps_by_words(line: &str) -> bool {
    let taken = line.trim().strip_prefix("use iced::widget::");
    let taken = taken.map(|taken| taken.trim_matches(['{', '}', ';']));
    taken.is_some_and(|taken| taken.split(", ").any(|name| name == "text"))
        || line.contains("iced::widget::text(")
}

#[test]
fn numbers_are_found() {
    assert!(wraps_by_words("use iced::widget::{Column, column, text};"));
    assert!(wraps_by_words("    iced::widget::text(said)"));
    assert!(!wraps_by_words("use iced::widget::{text_input, tooltip};"));
    assert!(own_number("    .spacing(2.0)"));
    assert!(own_number("    .padding([9.0, space::M])"));
    assert!(own_number("    .width(56.0)"));
    assert!(own_number("const BELOW: f32 = 12.0;"));
    assert!(own_number("icon::sized(Icon::Person, Ink::Accent, 24.0)"));
    assert!(!own_number(
        "icon::sized(Icon::Person, Ink::Accent, measure::SIGN)"
    ));
    assert!(!own_number("    .width(Length::Fill)"));
    assert!(!own_number("    .padding([0.0, space::M])"));
    assert!(!own_number("    .size(size::SMALL)"));
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push(path);
        }
    }
}
