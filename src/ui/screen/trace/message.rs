//! The chosen message: what it says, and how it was sent.

use std::sync::Arc;

use iced::widget::{Column, Space, column, row};
use iced::{Alignment, Length};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::log::Line;
use super::{Message, entry};
use crate::fl;
use crate::i18n;
use crate::inspect::{self, Severity};
use crate::ui::plain_text;
use crate::ui::theme::{Element, MEDIUM, STRONG, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::Icon;
use crate::ui::widget::line::line;
use crate::ui::widget::text::text;

/// A message that was chosen, with what there is to say about it.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) line: Arc<Line>,
    told: Vec<Told>,
    more: usize,
}

/// One thing that is said of it.
#[derive(Debug, Clone)]
enum Told {
    Fact {
        depth: u8,
        label: String,
        text: String,
    },
    Problem(Severity, String),
}

impl Chosen {
    /// Reads a message as `siskin inspect` does.
    pub(super) fn new(line: Arc<Line>) -> Self {
        let entry = &line.told.entry;
        let languages = i18n::preferred("");
        let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
        let options = inspect::Options {
            content_type: None,
            languages: &languages,
            now: Timestamp::now(),
        };
        // Alone a request for a document would not be known for one.
        let report = if entry.protocol == "HTTP" {
            inspect::inspect(&entry.to_bytes(), &options)
        } else {
            inspect::inspect(&entry.bytes, &options)
        };
        let clean = |text: &str| plain_text::note(text);
        let problems = report.problems.iter().map(|problem| {
            let message = plain_text::sentence(&problem.message);
            let words = format!("{message} ({})", problem.source);
            Told::Problem(problem.severity, words)
        });
        let facts = report.lines.iter().map(|fact| Told::Fact {
            depth: fact.depth,
            label: clean(&fact.label),
            text: clean(&fact.text),
        });
        let mut told: Vec<Told> = problems.chain(facts).collect();
        let more = told.len().saturating_sub(MAX_LINES) + report.lines_left_out;
        told.truncate(MAX_LINES);
        Self { line, told, more }
    }

    /// The whole message as it was sent, secrets left out.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.line.told.entry.bytes).into_owned()
    }

    /// Shows it.
    pub(super) fn view<'a>(&self, raw: bool, mixed: bool) -> Element<'a, Message> {
        let entry = &self.line.told.entry;
        let time = entry.time.to_zoned(TimeZone::system());
        let mut about = vec![
            time.strftime("%H:%M:%S%.3f").to_string(),
            format!("{} {}", entry::way(entry.sent), entry.protocol),
            plain_text::name(&entry.peer),
            fl!("trace-bytes", count = entry.bytes.len()),
        ];
        if mixed {
            about.push(plain_text::address(&self.line.account));
        }
        let head = row![
            column![
                line(entry::title(&self.line.told))
                    .size(size::NAME)
                    .font(STRONG),
                text(about.join(" · ")).size(size::SMALL).style(ink::quiet),
            ]
            .spacing(space::XXS)
            .width(Length::Fill),
            control::icon_button("close-message", Icon::Cross, fl!("close"), Message::Closed),
        ]
        .spacing(space::S)
        .align_y(Alignment::Center);
        let views = [(fl!("trace-words"), false), (fl!("trace-raw"), true)];
        let bar = row![
            control::choices(views, raw, Message::RawChosen),
            control::link(fl!("copy"), Some(Message::CopyPressed)),
        ]
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::S);
        let content = if raw { self.raw() } else { self.words() };
        column![head, bar, content].spacing(space::M).into()
    }

    fn words<'a>(&self) -> Element<'a, Message> {
        let rows = self.told.iter().map(|told| match told {
            Told::Problem(severity, words) => {
                let words = text(words.clone()).size(size::SECOND);
                match severity {
                    Severity::Error => words.style(ink::danger),
                    Severity::Warning => words.style(ink::plain),
                    Severity::Ignored => words.style(ink::quiet),
                }
                .into()
            }
            Told::Fact {
                depth,
                label,
                text: words,
            } => row![
                Space::new().width(space::M * f32::from((*depth).min(DEEPEST))),
                column![
                    text(label.clone())
                        .size(size::SMALL)
                        .font(MEDIUM)
                        .style(ink::quiet),
                    text(words.clone()).size(size::SECOND),
                ]
                .width(Length::Fill),
            ]
            .into(),
        });
        let more = (self.more > 0).then(|| quiet(fl!("trace-more", count = self.more)));
        Column::with_children(rows)
            .push(more)
            .spacing(space::XS)
            .into()
    }

    fn raw<'a>(&self) -> Element<'a, Message> {
        let whole = self.text();
        let count = whole.lines().count();
        let lines = whole.lines().take(MAX_LINES).map(|one| {
            // Blanks at the beginning tell how deep an element lies.
            let rest = one.trim_start();
            let indent = (one.len() - rest.len()).min(MAX_INDENT);
            let rest = plain_text::one_line(rest, MAX_CHARS);
            text(format!("{}{rest}", "\u{a0}".repeat(indent)))
                .size(size::SECOND)
                .into()
        });
        let more = count.saturating_sub(MAX_LINES);
        let more = (more > 0).then(|| quiet(fl!("trace-more", count = more)));
        Column::with_children(lines).push(more).into()
    }
}

fn quiet<'a>(words: String) -> Element<'a, Message> {
    text(words).size(size::SMALL).style(ink::quiet).into()
}

/// So many lines of a message are shown.
const MAX_LINES: usize = 400;
/// So many characters of a line.
const MAX_CHARS: usize = 2_000;
const MAX_INDENT: usize = 40;
/// What lies deeper is not moved further in.
const DEEPEST: u8 = 6;
