//! The form that saves the messages that are listed as a file.

use std::path::{Path, PathBuf};

use iced::widget::{column, row};
use jiff::Zoned;

use super::Message;
use crate::account::TraceFormat;
use crate::desktop;
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{Element, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is typed and chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) format: TraceFormat,
    pub(super) path: String,
    /// Whether the file is being written.
    pub(super) busy: bool,
}

impl Form {
    /// The form with a new file in the folder for downloads.
    pub(super) fn new() -> Self {
        Self::in_folder(&desktop::downloads().unwrap_or_default(), &words::now())
    }

    pub(super) fn in_folder(folder: &Path, now: &Zoned) -> Self {
        let format = TraceFormat::Text;
        let name = now.strftime("siskin-%Y%m%d-%H%M%S").to_string();
        let path = folder.join(name).with_extension(format.extension());
        Self {
            format,
            path: path.display().to_string(),
            busy: false,
        }
    }

    /// Chooses another form; the name of the file goes with it.
    pub(super) fn choose(&mut self, format: TraceFormat) {
        let before = format!(".{}", self.format.extension());
        if let Some(stem) = self.path.strip_suffix(&before) {
            self.path = format!("{stem}.{}", format.extension());
        }
        self.format = format;
    }

    /// The file, when its whole path is there.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let path = PathBuf::from(self.path.trim());
        (path.is_absolute() && path.file_name().is_some()).then_some(path)
    }

    pub(super) fn view(&self, count: usize) -> Element<'_, Message> {
        let usable = self.path().is_some();
        let formats = [
            (fl!("trace-save-text"), TraceFormat::Text),
            (fl!("trace-save-capture"), TraceFormat::Capture),
        ];
        let hint = if usable {
            fl!("trace-save-hint", count = count)
        } else {
            fl!("trace-save-whole-path")
        };
        let field = Field {
            hint: Some(hint),
            wrong: !usable,
            on_submit: usable.then_some(Message::SaveConfirmed),
            ..Field::new(PATH, fl!("trace-save-as"), &self.path)
        }
        .view(Message::PathEdited);
        let save = (usable && !self.busy).then_some(Message::SaveConfirmed);
        column![
            control::choices(formats, self.format, Message::FormatChosen),
            field,
            row![
                control::main(fl!("trace-save-button"), save),
                control::other(fl!("trace-save-cancel"), Some(Message::SaveCancelled)),
            ]
            .spacing(space::S)
            .wrap()
            .vertical_spacing(space::S),
        ]
        .spacing(space::M)
        .into()
    }
}

/// What became of it.
pub(super) fn outcome<'a>(saved: &Result<PathBuf, (PathBuf, String)>) -> Element<'a, Message> {
    match saved {
        Ok(path) => {
            let path = plain_text::note(&path.display().to_string());
            text(fl!("trace-saved", path = path))
                .size(size::SECOND)
                .style(ink::plain)
                .into()
        }
        Err((path, why)) => {
            let path = plain_text::note(&path.display().to_string());
            control::notice(
                fl!("trace-not-saved", path = path),
                Some(plain_text::sentence(why)),
                [],
            )
        }
    }
}

/// The name of the field for the file.
pub const PATH: &str = "trace-path";
