//! The screen of what went over the wire.

use std::path::PathBuf;
use std::sync::Arc;

use iced::Task;

use super::{App, Message, Screen};
use crate::account::{TraceEntry, TraceFormat, save_trace};
use crate::ui::screen::trace::{self, Filter, Run, Source};
use crate::ui::widget::focus;

impl App {
    /// Shows what went over the wire and is found by this.
    pub(super) fn open_trace(&mut self, filter: Filter) -> Task<Message> {
        if self.sessions.is_empty() && self.trials.is_empty() {
            return Task::none();
        }
        let trace = Screen::Trace(Box::new(trace::State::looking_for(filter)));
        if let Screen::LogIn(form) = std::mem::replace(&mut self.screen, trace) {
            self.behind = Some(form);
        }
        self.look_at_trace()
    }

    /// Takes in what was recorded since.
    pub(super) fn look_at_trace(&mut self) -> Task<Message> {
        let Screen::Trace(state) = &mut self.screen else {
            return Task::none();
        };
        let sessions = self.sessions.iter().map(|session| Source {
            run: Run::Session(session.id),
            account: &session.account.address,
            trace: &session.snapshot.trace,
        });
        let trials = self.trials.iter().map(|tried| Source {
            run: Run::Trial(tried.number),
            account: &tried.account,
            trace: &tried.trace,
        });
        let sources: Vec<Source<'_>> = sessions.chain(trials).collect();
        let action = state.take(&sources);
        follow(&action)
    }

    pub(super) fn trace(&mut self, message: trace::Message) -> Task<Message> {
        let Screen::Trace(state) = &mut self.screen else {
            return Task::none();
        };
        match state.update(message) {
            trace::Action::Look => self.look_at_trace(),
            trace::Action::Back => self.home(),
            trace::Action::FocusPath => focus::to(trace::PATH),
            trace::Action::Copy(text) => iced::clipboard::write(text),
            trace::Action::Save(path, format, entries) => {
                Task::perform(saved(path, format, entries), |saved| {
                    Message::Trace(trace::Message::Saved(saved))
                })
            }
            other => follow(&other),
        }
    }
}

fn follow(action: &trace::Action) -> Task<Message> {
    match action {
        trace::Action::ScrollToEnd => iced::widget::operation::snap_to_end(trace::LIST),
        trace::Action::ScrollTo(y) => {
            let offset = iced::widget::scrollable::AbsoluteOffset {
                x: None,
                #[allow(clippy::cast_precision_loss, reason = "pixels of a list")]
                y: Some(*y as f32),
            };
            iced::widget::operation::scroll_to(trace::LIST, offset)
        }
        _ => Task::none(),
    }
}

/// Writes a file; disks are slow.
async fn saved(
    path: PathBuf,
    format: TraceFormat,
    entries: Vec<Arc<TraceEntry>>,
) -> Result<PathBuf, (PathBuf, String)> {
    let file = path.clone();
    let work = move || save_trace(&file, format, &entries);
    let failed = match tokio::task::spawn_blocking(work).await {
        Ok(Ok(())) => return Ok(path),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Err((path, failed))
}
