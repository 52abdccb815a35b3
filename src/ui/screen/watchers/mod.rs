//! Who may see the own presence: requests, those who watch now, those who have watched, and what each of them sees.

mod bulk;
mod entries;
mod list;
mod person;
pub mod server;

use std::collections::HashSet;

use iced::widget::{Column, column};
use jiff::Timestamp;

use self::entries::Entry;
use crate::account::{Decision, Disclosure, RulesState, Status};
use crate::fl;
use crate::ui::session::{Session, Verdict};
use crate::ui::theme::{Element, STRONG, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::terms::{self, Terms};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is chosen, picked and unfolded.
#[derive(Debug, Clone, Default)]
pub struct State {
    tab: Tab,
    search: String,
    sort: Sort,
    /// Requests picked to be decided together.
    picked: HashSet<String>,
    /// The terms for those.
    bulk: Terms,
    /// The person whose details are unfolded.
    open: Option<Person>,
    /// So many pages of the list are shown, beside the first.
    pages: usize,
    /// Whether 'forget everybody' was pressed once.
    forgetting: bool,
    rules: server::State,
}

/// A person whose details are unfolded.
#[derive(Debug, Clone)]
struct Person {
    watcher: String,
    terms: Terms,
    /// Whether the document is shown as it is sent.
    raw: bool,
    /// What the answer to the last question depended on.
    asked: Option<Premises>,
}

/// What a preview depends on.
#[derive(Debug, Clone, PartialEq)]
struct Premises {
    status: Status,
    note: String,
    /// When that ends by itself.
    until: Option<Timestamp>,
    /// Whether 'away' is shown in its place.
    away: bool,
    rules: RulesState,
    /// The decision, its rule and its end.
    decided: Option<(String, String, Option<Timestamp>)>,
    /// The last word about a decision.
    word: Option<(String, &'static str)>,
}

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Those who wait for a decision.
    Requests,
    /// Those who watch now.
    #[default]
    Watching,
    /// Those who have watched or asked.
    Past,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// The latest first.
    Latest,
    /// By what they see, the most first.
    Sees,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The screen was scrolled.
    Scrolled,
    /// 'Back' was pressed.
    BackPressed,
    /// Another list was chosen.
    TabChosen(Tab),
    /// What is looked for was edited.
    SearchEdited(String),
    /// Enter was pressed in the search.
    SearchSubmitted,
    /// Another order was chosen.
    SortChosen(Sort),
    /// More of the list is wanted.
    MorePressed,
    /// A person was pressed.
    RowPressed(String),
    /// A request was picked, or no longer.
    Picked(String),
    /// All requests were picked, or none.
    AllPicked,
    /// On the terms for those who are picked.
    BulkTerms(terms::Message),
    /// A decision about those who are picked was pressed.
    BulkDecided(Decision),
    /// On the terms for one person.
    Terms(terms::Message),
    /// A decision about one person was pressed.
    Decided(String, Decision),
    /// 'Show the document' was pressed, or the opposite.
    RawPressed,
    /// 'Copy' was pressed.
    CopyPressed(String),
    /// 'Add as a buddy' was pressed for this watcher, who claims this name.
    AddPressed(String, String),
    /// 'Forget everybody' was pressed.
    ForgetPressed,
    /// It was meant.
    ForgetConfirmed,
    /// It was not meant.
    ForgetCancelled,
    /// About the rules on the server.
    Server(server::Message),
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing.
    None,
    /// Go back.
    Back,
    /// Write this decision.
    Decide(Vec<String>, Verdict),
    /// Put this text into the clipboard.
    Copy(String),
    /// Ask whether to add somebody who claims this name.
    AddBuddy(String, String),
    /// Forget who has watched.
    Forget,
    /// Try to read the rules again.
    Retry,
    /// Keep a copy of the rules that cannot be used.
    KeepRules,
    /// The same, and begin with none.
    RenewRules,
}

impl State {
    /// The screen with this list.
    pub fn new(tab: Tab) -> Self {
        Self {
            tab,
            ..Self::default()
        }
    }

    /// The list that is shown.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// With the details of this person unfolded, listed or not.
    #[must_use]
    pub fn about(mut self, watcher: &str, session: &Session) -> Self {
        self.unfold(watcher, session);
        let listed = entries::of(&self, session)
            .iter()
            .any(|e| e.watcher == watcher);
        if !listed {
            let short = watcher.strip_prefix("sip:").unwrap_or(watcher);
            short.clone_into(&mut self.search);
        }
        self
    }

    /// With what lies on the server in the place of the rules unfolded.
    #[must_use]
    pub fn showing_rules(mut self) -> Self {
        self.rules.unfold();
        self
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::Scrolled => {}
            Message::BackPressed => return Action::Back,
            Message::TabChosen(tab) => {
                *self = Self {
                    tab,
                    sort: self.sort,
                    rules: std::mem::take(&mut self.rules),
                    ..Self::default()
                };
            }
            Message::SearchEdited(search) => {
                self.search = search;
                self.pages = 0;
            }
            Message::SearchSubmitted => {
                let first = entries::of(self, session)
                    .first()
                    .map(|e| e.watcher.clone());
                if let Some(first) = first {
                    self.unfold(&first, session);
                }
            }
            Message::SortChosen(sort) => self.sort = sort,
            Message::MorePressed => self.pages += 1,
            Message::RowPressed(watcher) => {
                if self
                    .open
                    .as_ref()
                    .is_some_and(|open| open.watcher == watcher)
                {
                    self.open = None;
                } else {
                    self.unfold(&watcher, session);
                }
            }
            Message::Picked(watcher) => {
                if !self.picked.remove(&watcher) {
                    self.picked.insert(watcher);
                }
            }
            Message::AllPicked => {
                let all: HashSet<String> = entries::of(self, session)
                    .into_iter()
                    .map(|entry| entry.watcher)
                    .collect();
                self.picked = if all.is_subset(&self.picked) {
                    HashSet::new()
                } else {
                    all
                };
            }
            Message::BulkTerms(message) => self.bulk.update(message),
            Message::BulkDecided(decision) => {
                let Ok(verdict) = self.bulk.verdict(decision, &words::now()) else {
                    return Action::None;
                };
                let mut picked: Vec<String> = self.still_picked(session);
                picked.sort();
                self.picked.clear();
                return Action::Decide(picked, verdict);
            }
            Message::Terms(message) => {
                if let Some(open) = &mut self.open {
                    open.terms.update(message);
                }
            }
            Message::Decided(watcher, decision) => {
                let open = self.open.as_ref().filter(|open| open.watcher == watcher);
                let terms = open.map(|open| open.terms.clone()).unwrap_or_default();
                // The field says what is wrong with the day.
                return match terms.verdict(decision, &words::now()) {
                    Ok(verdict) => Action::Decide(vec![watcher], verdict),
                    Err(_) => Action::None,
                };
            }
            Message::RawPressed => {
                if let Some(open) = &mut self.open {
                    open.raw = !open.raw;
                }
            }
            Message::CopyPressed(text) => return Action::Copy(text),
            Message::AddPressed(watcher, name) => return Action::AddBuddy(watcher, name),
            Message::ForgetPressed => self.forgetting = true,
            Message::ForgetCancelled => self.forgetting = false,
            Message::ForgetConfirmed => {
                self.forgetting = false;
                self.open = None;
                return Action::Forget;
            }
            Message::Server(message) => return self.rules.update(message),
        }
        Action::None
    }

    /// Whom a preview is to be asked for: what the last one depended on is no longer so. Says so once.
    pub fn wants_preview(&mut self, session: &Session) -> Option<String> {
        // Many at once see many things.
        let open = self
            .open
            .as_mut()
            .filter(|open| !open.watcher.starts_with('*'))?;
        let now = Some(Premises::of(&open.watcher, session));
        if open.asked == now {
            return None;
        }
        open.asked = now;
        Some(open.watcher.clone())
    }

    /// Folds or clears what is open; whether anything was.
    pub fn escape(&mut self) -> bool {
        let open = self.open.take().is_some() || self.forgetting;
        self.forgetting = false;
        open || !std::mem::take(&mut self.search).is_empty()
    }

    /// Shows it.
    pub fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let entries = entries::of(self, session);
        let requests = session.snapshot.requests().len();
        let tabs = [
            (fl!("watchers-requests", count = requests), Tab::Requests),
            (fl!("watchers-watching"), Tab::Watching),
            (fl!("watchers-past"), Tab::Past),
        ];
        let mut content = Column::new().spacing(space::M);
        content = content.push(control::choices(tabs, self.tab, Message::TabChosen));
        content = content.push(
            self.rules
                .view(session)
                .map(|notices| notices.map(Message::Server)),
        );
        let search = control::bare_field(
            SEARCH,
            &fl!("search-example"),
            &self.search,
            Message::SearchEdited,
            Message::SearchSubmitted,
        );
        let hint = text(fl!("watchers-search-hint"))
            .size(size::SMALL)
            .style(ink::quiet);
        content = content.push(column![search, hint].spacing(space::XS));
        if self.tab != Tab::Requests {
            let orders = [
                (fl!("watchers-sort-name"), Sort::Name),
                (fl!("watchers-sort-latest"), Sort::Latest),
                (fl!("watchers-sort-sees"), Sort::Sees),
            ];
            content = content.push(control::choices(orders, self.sort, Message::SortChosen));
        }
        if self.tab == Tab::Requests && self.has_many(&entries) {
            content = content.push(bulk::view(self, session, &entries));
        }
        content = content.push(self.rows(session, &entries));
        if self.tab == Tab::Watching && self.search.trim().is_empty() {
            content = content.push(self.wide(session));
        }
        if self.tab == Tab::Past {
            content = content.push(self.forget(session));
        }
        control::page(fl!("watchers-title"), Message::BackPressed, content, |_| {
            Message::Scrolled
        })
    }

    fn rows<'a>(&'a self, session: &'a Session, entries: &[Entry]) -> Element<'a, Message> {
        if entries.is_empty() {
            let nobody = match self.tab {
                _ if !self.search.trim().is_empty() => fl!("watchers-nobody-found"),
                Tab::Requests => fl!("watchers-no-requests"),
                Tab::Watching => fl!("watchers-nobody"),
                Tab::Past => fl!("watchers-no-past"),
            };
            return text(nobody).size(size::BODY).style(ink::quiet).into();
        }
        let now = words::now();
        let shown = PAGE.saturating_mul(self.pages + 1);
        let many = self.has_many(entries);
        let rows = entries
            .iter()
            .take(shown)
            .map(|entry| list::row(self, session, entry, many, &now));
        let more = entries.len().saturating_sub(shown);
        let more = (more > 0).then(|| {
            control::link(
                fl!("watchers-more", count = more),
                Some(Message::MorePressed),
            )
        });
        column![Column::with_children(rows).spacing(space::S)]
            .push(more)
            .spacing(space::S)
            .into()
    }

    /// What is decided about many at once.
    fn wide<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let now = words::now();
        let entries = entries::wide(session);
        let rows = entries
            .iter()
            .map(|entry| list::row(self, session, entry, false, &now));
        let rows = Column::with_children(rows).spacing(space::S);
        let hint = text(fl!("many-hint")).size(size::SMALL).style(ink::quiet);
        let title = text(fl!("many-title"))
            .size(size::SMALL)
            .font(STRONG)
            .style(ink::quiet);
        column![title, rows, hint].spacing(space::S).into()
    }

    /// Whether there is something to pick from: one request alone is decided where it stands.
    fn has_many(&self, entries: &[Entry]) -> bool {
        entries.len() > 1 || !self.picked.is_empty()
    }

    fn forget<'a>(&self, session: &Session) -> Option<Element<'a, Message>> {
        if session.snapshot.past_watchers.is_empty() {
            return None;
        }
        if !self.forgetting {
            return Some(control::flush_link(
                fl!("watchers-forget"),
                Some(Message::ForgetPressed),
            ));
        }
        Some(control::notice(
            fl!("watchers-forget-question"),
            Some(fl!("watchers-forget-hint")),
            [
                control::danger(
                    fl!("watchers-forget-confirm"),
                    Some(Message::ForgetConfirmed),
                ),
                control::tinted(
                    fl!("watchers-forget-cancel"),
                    Some(Message::ForgetCancelled),
                ),
            ],
        ))
    }

    fn unfold(&mut self, watcher: &str, session: &Session) {
        let level = session
            .snapshot
            .watchers
            .iter()
            .find(|live| live.watcher == watcher)
            .and_then(|live| live.ground.as_ref()?.shows);
        self.open = Some(Person {
            watcher: watcher.to_owned(),
            terms: Terms::showing(level.unwrap_or(Disclosure::Everything)),
            raw: false,
            asked: None,
        });
    }

    /// Those who are picked and still ask: others may have been decided elsewhere meanwhile.
    fn still_picked(&self, session: &Session) -> Vec<String> {
        let requests = session.snapshot.requests().into_iter();
        requests
            .map(|request| request.watcher)
            .filter(|watcher| self.picked.contains(*watcher))
            .map(str::to_owned)
            .collect()
    }
}

impl Premises {
    fn of(watcher: &str, session: &Session) -> Self {
        let snapshot = &session.snapshot;
        let live = snapshot
            .watchers
            .iter()
            .find(|live| live.watcher == watcher);
        let rule = snapshot.rules.iter().find(|rule| rule.watcher == watcher);
        Self {
            status: snapshot.own_status.clone(),
            note: snapshot.own_note.clone(),
            until: snapshot.own_until,
            away: snapshot.own_away,
            rules: snapshot.rules_state.clone(),
            decided: live.map(|live| {
                let ground = live.ground.as_ref();
                let id = ground.map(|ground| ground.rule.clone()).unwrap_or_default();
                (
                    live.decision.clone(),
                    id,
                    ground.and_then(|ground| ground.until),
                )
            }),
            word: rule.map(|rule| (rule.decision.clone(), rule.state)),
        }
    }
}

/// The name of the search field.
pub const SEARCH: &str = "watchers-search";
/// Rows that are built at once.
const PAGE: usize = 50;

#[cfg(test)]
mod tests;
