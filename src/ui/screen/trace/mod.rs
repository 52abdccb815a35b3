//! The trace: every message on the wire, the newest last, to be searched, looked into and saved.

mod entry;
mod log;
mod message;
mod saving;

use std::path::PathBuf;
use std::sync::Arc;

use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};
use iced::widget::{column, container, responsive, row};
use iced::{Alignment, Length, Padding, Size};

pub use self::log::{Filter, Line, Run, Source};
pub use self::saving::PATH;

use self::log::Log;
use self::message::Chosen;
use self::saving::Form;
use crate::account::{TraceEntry, TraceFormat};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{self, Element, MEDIUM, measure, radius, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::focus::focus;
use crate::ui::widget::rows::{Port, rows};
use crate::ui::widget::text::text;

/// What is looked for, chosen and unfolded.
#[derive(Debug, Clone)]
pub struct State {
    log: Log,
    filter: Filter,
    /// Whether packages and methods can be chosen.
    more: bool,
    /// Whether what comes is taken in, and the list stays at its end.
    following: bool,
    /// How many have come since it is not.
    waiting: u64,
    chosen: Option<Chosen>,
    /// Whether the chosen one is shown as it was sent.
    raw: bool,
    port: Port,
    /// The height of the whole list when it was last scrolled.
    content: f32,
    saving: Option<Form>,
    saved: Option<Result<PathBuf, (PathBuf, String)>>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// It is time to look for new messages.
    Ticked,
    /// The list was scrolled, or its size changed; with the height of all of it.
    Scrolled(Port, f32),
    /// Something else was scrolled.
    Moved,
    /// 'Pause' was pressed, or 'follow'.
    FollowPressed,
    /// What is looked for was edited.
    SearchEdited(String),
    /// Enter was pressed in the search.
    SearchSubmitted,
    /// 'Errors only' was pressed.
    ErrorsPressed,
    /// 'Filters' was pressed.
    FiltersPressed,
    /// A package was chosen; `None`: all.
    PackageChosen(Option<String>),
    /// A method was chosen; `None`: all.
    MethodChosen(Option<String>),
    /// The account with this address is to be among those whose messages are shown, or no longer; `None`: all are.
    AccountPressed(Option<String>),
    /// A message was pressed, by its place.
    RowPressed(u64),
    /// The keyboard moves the choice by so many rows.
    SelectionMoved(isize),
    /// The chosen message was closed.
    Closed,
    /// How the chosen message is shown.
    RawChosen(bool),
    /// 'Copy' was pressed.
    CopyPressed,
    /// 'Save' was pressed.
    SavePressed,
    /// The form of the file was chosen.
    FormatChosen(TraceFormat),
    /// The name of the file was edited.
    PathEdited(String),
    /// It is to be written.
    SaveConfirmed,
    /// It is not to be written.
    SaveCancelled,
    /// It was written, or not, and why.
    Saved(Result<PathBuf, (PathBuf, String)>),
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Look for new messages.
    Look,
    /// Scroll the list to its end.
    ScrollToEnd,
    /// Scroll the list to here, in pixels.
    ScrollTo(u32),
    /// Put this text into the clipboard.
    Copy(String),
    /// Move the keyboard to the name of the file.
    FocusPath,
    /// Write these messages.
    Save(PathBuf, TraceFormat, Vec<Arc<TraceEntry>>),
    /// Go back.
    Back,
}

impl Default for State {
    fn default() -> Self {
        Self {
            log: Log::default(),
            filter: Filter::default(),
            more: false,
            following: true,
            waiting: 0,
            chosen: None,
            raw: false,
            port: Port::default(),
            content: 0.0,
            saving: None,
            saved: None,
        }
    }
}

impl State {
    /// The screen with what is looked for.
    pub fn looking_for(filter: Filter) -> Self {
        Self {
            more: filter.package.is_some()
                || filter.method.is_some()
                || !filter.accounts.is_empty(),
            filter,
            ..Self::default()
        }
    }

    /// Takes in what the accounts have recorded.
    pub fn take(&mut self, sources: &[Source<'_>]) -> Action {
        if !self.following {
            self.waiting = self.log.waiting(sources);
            return Action::None;
        }
        self.waiting = 0;
        match self.log.take(sources, &self.filter) {
            0 => Action::None,
            _ => Action::ScrollToEnd,
        }
    }

    /// Closes what was opened last; false when nothing is open.
    pub fn escape(&mut self) -> bool {
        self.saving.take().is_some() || self.chosen.take().is_some()
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Ticked => return Action::Look,
            Message::Moved | Message::SearchSubmitted => {}
            Message::Scrolled(port, content) => {
                // Whoever scrolls back wants to read; a list that has become shorter scrolls by itself.
                let back = port.offset < self.port.offset - 1.0 && content >= self.content;
                let away = port.offset + port.height < content - measure::ROW_TRACE;
                if self.following && back && away {
                    self.following = false;
                }
                self.port = port;
                self.content = content;
            }
            Message::FollowPressed => {
                self.following = !self.following;
                if self.following {
                    return Action::Look;
                }
            }
            Message::SearchEdited(text) => return self.look_for(|filter| filter.text = text),
            Message::ErrorsPressed => {
                return self.look_for(|filter| filter.errors = !filter.errors);
            }
            Message::PackageChosen(package) => {
                return self.look_for(|filter| filter.package = package);
            }
            Message::MethodChosen(method) => {
                return self.look_for(|filter| filter.method = method);
            }
            Message::AccountPressed(address) => {
                return self.look_for(|filter| match address {
                    Some(address) => {
                        if !filter.accounts.remove(&address) {
                            filter.accounts.insert(address);
                        }
                    }
                    None => filter.accounts.clear(),
                });
            }
            Message::FiltersPressed => self.more = !self.more,
            Message::RowPressed(place) => return self.pressed(place),
            Message::SelectionMoved(by) => return self.move_by(by),
            Message::Closed => self.chosen = None,
            Message::RawChosen(raw) => self.raw = raw,
            Message::CopyPressed => {
                if let Some(chosen) = &self.chosen {
                    return Action::Copy(chosen.text());
                }
            }
            Message::SavePressed => {
                self.saved = None;
                self.saving = Some(Form::new());
                return Action::FocusPath;
            }
            Message::FormatChosen(format) => {
                if let Some(form) = &mut self.saving {
                    form.choose(format);
                }
            }
            Message::PathEdited(path) => {
                if let Some(form) = &mut self.saving {
                    form.path = path;
                }
            }
            Message::SaveConfirmed => {
                let found = self.log.found().iter();
                let entries = found.map(|line| Arc::clone(&line.told.entry)).collect();
                if let Some(form) = &mut self.saving
                    && !form.busy
                    && let Some(path) = form.path()
                {
                    form.busy = true;
                    return Action::Save(path, form.format, entries);
                }
            }
            Message::SaveCancelled => self.saving = None,
            Message::Saved(saved) => {
                match (&saved, &mut self.saving) {
                    (Err(_), Some(form)) => form.busy = false,
                    _ => self.saving = None,
                }
                self.saved = Some(saved);
            }
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    fn look_for(&mut self, change: impl FnOnce(&mut Filter)) -> Action {
        change(&mut self.filter);
        self.log.look_for(&self.filter);
        self.port.offset = 0.0;
        if self.following {
            Action::ScrollToEnd
        } else {
            Action::None
        }
    }

    /// The message opens below the list, which becomes shorter: the row that was pressed stays in sight.
    fn pressed(&mut self, place: u64) -> Action {
        let (port, opens) = (self.visible(), self.chosen.is_none());
        let row = self.log.found().iter().position(|line| line.place == place);
        self.choose(place);
        self.port = port;
        match row {
            Some(row) if opens => {
                let half = Port {
                    height: port.height / 2.0 - measure::ROW_TRACE,
                    ..port
                };
                scroll_to(half.reveal(row, measure::ROW_TRACE).unwrap_or(port.offset))
            }
            _ => Action::None,
        }
    }

    /// What is looked at must not move away.
    fn choose(&mut self, place: u64) {
        let mut found = self.log.found().iter();
        if let Some(line) = found.find(|line| line.place == place) {
            self.following = false;
            self.chosen = Some(Chosen::new(Arc::clone(line)));
        }
    }

    fn move_by(&mut self, by: isize) -> Action {
        let found = self.log.found();
        let Some(last) = found.len().checked_sub(1) else {
            return Action::None;
        };
        let chosen = self.chosen.as_ref().map(|chosen| chosen.line.place);
        let at = chosen.and_then(|place| found.iter().position(|line| line.place == place));
        let row = at.map_or(last, |at| at.saturating_add_signed(by).min(last));
        let place = found[row].place;
        let port = self.visible();
        self.choose(place);
        self.port = port;
        let to = port.reveal(row, measure::ROW_TRACE);
        to.map_or(Action::None, scroll_to)
    }

    /// Shows it; the chosen message stands beside the list where there is room, else below it.
    pub fn view(&self) -> Element<'_, Message> {
        responsive(move |size| self.laid_out(size)).into()
    }

    fn laid_out(&self, size: Size) -> Element<'_, Message> {
        let beside = size.width >= measure::BESIDE;
        let panel = self.chosen.as_ref().map(|chosen| {
            let content = container(chosen.view(self.raw, self.log.is_mixed()))
                .padding(Padding::new(space::L).right(space::M));
            let most = if beside {
                f32::INFINITY
            } else {
                size.height / 2.0
            };
            container(control::scroll(content, |_| Message::Moved))
                .max_height(most)
                .style(theme::panel)
        });
        let (right, below) = if beside { (panel, None) } else { (None, panel) };
        let mut head = Some(container(self.head()));
        // In a low window the list keeps its room.
        if size.height < measure::SHORT {
            head = head.filter(|_| self.chosen.is_none()).map(|head| {
                let scrolled = control::scroll(head, |_| Message::Moved);
                container(scrolled).max_height(size.height / 2.0)
            });
        }
        let title = control::header(fl!("trace-title"), Message::BackPressed);
        let main = column![title]
            .push(head)
            .push(control::divider())
            .push(self.list())
            .push(below.map(|panel| column![control::divider(), panel.width(Length::Fill)]));
        match right {
            None => main.into(),
            Some(panel) => {
                let panel = panel.width(measure::SIDE).height(Length::Fill);
                row![main, control::upright(), panel].into()
            }
        }
    }

    fn head(&self) -> Element<'_, Message> {
        let follow = match (self.following, self.waiting) {
            (true, _) => fl!("trace-pause"),
            (false, 0) => fl!("trace-follow"),
            (false, count) => fl!("trace-follow-new", count = count),
        };
        let search = control::bare_field(
            SEARCH,
            &fl!("trace-search"),
            &self.filter.text,
            Message::SearchEdited,
            Message::SearchSubmitted,
        );
        let filters = if self.more {
            fl!("trace-filters-fewer")
        } else {
            fl!("trace-filters")
        };
        let save = (!self.log.found().is_empty()).then_some(Message::SavePressed);
        let bar = row![
            control::other(follow, Some(Message::FollowPressed)),
            control::check(
                fl!("trace-errors"),
                self.filter.errors,
                Message::ErrorsPressed
            ),
            control::flush_link(filters, Some(Message::FiltersPressed)),
            control::flush_link(fl!("trace-save"), save),
        ]
        .spacing(space::L)
        .align_y(Alignment::Center)
        .wrap()
        .vertical_spacing(space::XS);
        let count = fl!(
            "trace-shown",
            shown = self.log.found().len(),
            count = self.log.len()
        );
        let count = (self.log.len() > 0).then(|| text(count).size(size::SMALL).style(ink::quiet));
        let content = column![search, bar]
            .push(self.more.then(|| self.filters()))
            .push(
                self.saving
                    .as_ref()
                    .map(|form| form.view(self.log.found().len())),
            )
            .push(self.saved.as_ref().map(saving::outcome))
            .push(count)
            .spacing(space::S);
        container(content)
            .padding(Padding::new(space::L).top(0.0).bottom(space::S))
            .into()
    }

    fn filters(&self) -> Element<'_, Message> {
        type Choose = fn(Option<String>) -> Message;
        let of = |label: String,
                  names: &mut dyn Iterator<Item = &String>,
                  chosen: &Option<String>,
                  say: Choose| {
            let all = (fl!("trace-all"), chosen.is_none(), say(None));
            let names = names.map(|name| {
                let is_it = chosen.as_deref() == Some(name.as_str());
                (
                    plain_text::one_line(name, entry::NAME),
                    is_it,
                    say(Some(name.clone())),
                )
            });
            let options: Vec<_> = std::iter::once(all).chain(names).collect();
            column![
                text(label).size(size::SMALL).font(MEDIUM),
                control::several(options)
            ]
            .spacing(space::XS)
        };
        let packages = with(self.log.packages(), self.filter.package.as_ref());
        let methods = with(self.log.methods(), self.filter.method.as_ref());
        let accounts = self.log.is_mixed().then(|| self.accounts());
        let others = column![
            of(
                fl!("trace-package"),
                &mut packages.into_iter(),
                &self.filter.package,
                Message::PackageChosen
            ),
            of(
                fl!("trace-method"),
                &mut methods.into_iter(),
                &self.filter.method,
                Message::MethodChosen
            ),
        ];
        column![]
            .push(accounts)
            .push(others.spacing(space::S))
            .spacing(space::S)
            .into()
    }

    /// Several accounts can be looked at at once.
    fn accounts(&self) -> Element<'_, Message> {
        let chosen = &self.filter.accounts;
        let all = (
            fl!("trace-all"),
            chosen.is_empty(),
            Message::AccountPressed(None),
        );
        let each = self.log.accounts().iter().map(|address| {
            (
                plain_text::address(address),
                chosen.contains(address),
                Message::AccountPressed(Some(address.clone())),
            )
        });
        column![
            text(fl!("trace-account")).size(size::SMALL).font(MEDIUM),
            control::several(std::iter::once(all).chain(each))
        ]
        .spacing(space::XS)
        .into()
    }

    fn visible(&self) -> Port {
        if self.following {
            // A frame before the toolkit has scrolled there.
            self.port.at_end(self.log.found().len(), measure::ROW_TRACE)
        } else {
            self.port
        }
    }

    fn list(&self) -> Element<'_, Message> {
        let found = self.log.found();
        if found.is_empty() {
            let said = if self.log.len() == 0 {
                fl!("trace-none")
            } else {
                fl!("trace-none-found")
            };
            return container(text(said).size(size::BODY).style(ink::quiet))
                .padding([space::XL, space::L])
                .center_x(Length::Fill)
                .height(Length::Fill)
                .into();
        }
        let chosen = self.chosen.as_ref().map(|chosen| chosen.line.place);
        let list = rows(
            fl!("trace-title"),
            found.len(),
            measure::ROW_TRACE,
            self.visible(),
            |row| {
                let line = found.get(row)?;
                Some((
                    line.place,
                    entry::row_of(line, chosen == Some(line.place), self.log.is_mixed()),
                ))
            },
        );
        let list = control::scroll(container(list).padding([0.0, space::S]), |port| {
            Message::Scrolled(port.into(), port.content_bounds().height)
        });
        focus(list.id(LIST).height(Length::Fill))
            .id(LIST_FOCUS)
            .said(Said::of(Kind::Area).named(fl!("trace-title")))
            .corner(radius::CONTROL)
            .on_key(key)
            .into()
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of a list"
)]
fn scroll_to(y: f32) -> Action {
    Action::ScrollTo(y.max(0.0) as u32)
}

/// The names that can be chosen, the chosen one among them even before it is met.
fn with<'a>(
    names: &'a std::collections::BTreeSet<String>,
    chosen: Option<&'a String>,
) -> Vec<&'a String> {
    let missing = chosen.filter(|chosen| !names.contains(*chosen));
    names.iter().chain(missing).collect()
}

/// What keys do in the list.
fn key(key: &Key, modifiers: Modifiers) -> Option<Message> {
    if modifiers.command() || modifiers.alt() {
        return None;
    }
    let Key::Named(key) = key else {
        return None;
    };
    let by = match key {
        Named::ArrowDown => 1,
        Named::ArrowUp => -1,
        Named::PageDown => PAGE,
        Named::PageUp => -PAGE,
        Named::Home => isize::MIN,
        Named::End => isize::MAX,
        _ => return None,
    };
    Some(Message::SelectionMoved(by))
}

/// The name of the search field.
pub const SEARCH: &str = "trace-search";
/// The name of the list.
pub const LIST: &str = "trace-list";
/// The name of the list for the keyboard.
const LIST_FOCUS: &str = "trace-list-focus";
/// The rows that a page key moves by.
const PAGE: isize = 10;

#[cfg(test)]
mod tests;
