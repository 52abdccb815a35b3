//! Cards for those who want to see the own presence.

use std::collections::HashSet;

use iced::Length;
use iced::alignment::Vertical;
use iced::widget::{Column, Row, column, container};
use jiff::Zoned;

use super::buddies;
use crate::account::{Decision, Request};
use crate::desktop::screen_reader::Said;
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::{Session, Verdict, Whom};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{self, Element, MEDIUM, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::pair::signed;
use crate::ui::widget::said::said;
use crate::ui::widget::source::source as source_mark;
use crate::ui::widget::terms::{self, Terms};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is put off and what is unfolded.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Requests put off until the user asks for them or the next start.
    later: HashSet<Whom>,
    /// The request whose choices are unfolded, and the terms chosen so far.
    unfolded: Option<(Whom, Terms)>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// 'Allow' was pressed for this watcher.
    AllowPressed(Whom),
    /// 'Appear offline' was pressed for this watcher.
    PolitePressed(Whom),
    /// 'Block' was pressed for this watcher.
    BlockPressed(Whom),
    /// 'Later' was pressed for this watcher.
    LaterPressed(Whom),
    /// All requests are to be put off.
    AllLaterPressed,
    /// The requests that were put off are wanted.
    DeferredPressed,
    /// The choices for this watcher were unfolded or folded.
    ChoicesPressed(Whom),
    /// On the terms.
    Terms(terms::Message),
    /// 'Add as a buddy' was pressed for this watcher, who claims this name.
    AddPressed(Whom, String),
    /// All requests are to be seen.
    AllPressed,
}

/// What the main screen is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing.
    None,
    /// Write this decision.
    Decide {
        /// About whom.
        watcher: Whom,
        /// What to do.
        verdict: Verdict,
    },
    /// Ask whether to add somebody who claims this name.
    AddBuddy(Whom, String),
    /// Show all requests.
    ShowAll,
}

impl State {
    /// Takes in what happened.
    pub fn update(&mut self, message: Message, sessions: &Sessions) -> Action {
        match message {
            Message::AllowPressed(watcher) => {
                let terms = self.unfolded.take_if(|(open, _)| *open == watcher);
                let terms = terms.map(|(_, terms)| terms).unwrap_or_default();
                let Ok(verdict) = terms.verdict(Decision::Allow, &words::now()) else {
                    // The field says what is wrong with the day.
                    self.unfolded = Some((watcher, terms));
                    return Action::None;
                };
                return Action::Decide { watcher, verdict };
            }
            Message::PolitePressed(watcher) => return decide(watcher, Decision::PoliteBlock),
            Message::BlockPressed(watcher) => return decide(watcher, Decision::Block),
            Message::LaterPressed(watcher) => {
                self.later.insert(watcher);
            }
            Message::AllLaterPressed => {
                let all = all(sessions).into_iter();
                self.later
                    .extend(all.map(|(session, request)| session.whom(request.watcher)));
            }
            Message::DeferredPressed => self.later.clear(),
            Message::ChoicesPressed(watcher) => {
                self.unfolded = match self.unfolded.take() {
                    Some((open, _)) if open == watcher => None,
                    _ => Some((watcher, Terms::default())),
                };
            }
            Message::Terms(message) => {
                if let Some((_, terms)) = &mut self.unfolded {
                    terms.update(message);
                }
            }
            Message::AddPressed(watcher, name) => return Action::AddBuddy(watcher, name),
            Message::AllPressed => return Action::ShowAll,
        }
        Action::None
    }

    /// Folds what is unfolded; whether anything was.
    pub fn fold(&mut self) -> bool {
        self.unfolded.take().is_some()
    }

    /// Shows them; nothing when nobody asks.
    pub fn view<'a>(&'a self, sessions: &'a Sessions) -> Option<Element<'a, Message>> {
        let requests = all(sessions);
        let all = requests.len();
        let (later, open): (Vec<Asked<'_>>, Vec<Asked<'_>>) = requests
            .into_iter()
            .partition(|(session, request)| self.later.contains(&session.whom(request.watcher)));
        let now = words::now();
        let mut cards = Column::new().spacing(space::S);
        for (session, request) in open.iter().take(AT_ONCE) {
            cards = cards.push(self.card(session, request, &now));
        }
        let mut more = Vec::new();
        if open.len() > AT_ONCE {
            more.push(control::link(
                fl!("request-all", count = all),
                Some(Message::AllPressed),
            ));
            more.push(control::link(
                fl!("request-all-later"),
                Some(Message::AllLaterPressed),
            ));
        }
        if !later.is_empty() {
            more.push(control::link(
                fl!("request-deferred", count = later.len()),
                Some(Message::DeferredPressed),
            ));
        }
        if !more.is_empty() {
            cards = cards.push(Row::with_children(more).wrap());
        }
        (all > 0).then(|| cards.into())
    }

    fn card<'a>(
        &'a self,
        session: &Session,
        request: &Request<'_>,
        now: &Zoned,
    ) -> Element<'a, Message> {
        let unfolded = self.unfolded.as_ref();
        let terms = unfolded
            .filter(|(open, _)| open.session == session.id && open.address == request.watcher);
        let terms = terms.map(|(_, terms)| terms);
        let failure = session.failed(request.watcher).map(words::undecided);
        let name = words::watcher::name(request.watcher, request.display_name, session);
        let asked = session.label.as_ref().map(|label| {
            text(fl!("request-account", account = label.as_str()))
                .size(size::SMALL)
                .style(ink::quiet)
        });
        let source = words::watcher::Source::of(request.source);
        // Whoever does not see the card come is told; what changes with the time of day is not said again.
        let told = Said {
            live: true,
            key: buddies::key(request.watcher, session.id, 0),
            ..Said::default()
        };
        let headline = text(fl!("request-question", name = name))
            .size(size::BODY)
            .font(MEDIUM);
        let question = column![
            said(headline, told),
            line(plain_text::address(request.watcher))
                .size(size::SMALL)
                .style(ink::quiet),
            text(words::watcher::request(request, session, now))
                .size(size::SMALL)
                .style(ink::quiet),
        ]
        .push(source_mark(source))
        .push(
            source
                .filter(|_| terms.is_some())
                .map(|source| text(source.explained()).size(size::SMALL).style(ink::quiet)),
        )
        .push(asked)
        .push(failure.map(|failure| text(failure).size(size::SMALL).style(ink::danger)))
        .spacing(space::XXS)
        .width(Length::Fill);
        let body = column![question]
            .push(terms.map(|terms| terms.view(now).map(Message::Terms)))
            .push(actions(session, request, terms, now))
            .spacing(space::M)
            .width(Length::Fill);
        let card = signed(Icon::Person, Ink::Accent, measure::SIGN, body).align(Vertical::Top);
        container(card)
            .padding(iced::Padding::from(space::L).left(space::S).right(space::M))
            .width(Length::Fill)
            .style(theme::card)
            .into()
    }
}

/// A request, and the account that is asked.
type Asked<'a> = (&'a Session, Request<'a>);

/// Everybody who asks, account by account.
fn all(sessions: &Sessions) -> Vec<Asked<'_>> {
    let requests = |session| {
        let session: &Session = session;
        let requests = session.snapshot.requests().into_iter();
        requests.map(move |request| (session, request))
    };
    sessions.iter().flat_map(requests).collect()
}

fn actions<'a>(
    session: &Session,
    request: &Request<'_>,
    terms: Option<&Terms>,
    now: &Zoned,
) -> Element<'a, Message> {
    let key = || session.whom(request.watcher);
    let deciding = session.deciding(request.watcher);
    let free = deciding.is_none();
    let allow = match (deciding, terms) {
        (Some(Decision::Allow), _) => fl!("request-allowing"),
        (_, Some(terms)) => terms.allow(now),
        _ => fl!("request-allow"),
    };
    let block = match deciding {
        Some(Decision::Block) => fl!("request-blocking"),
        _ => fl!("request-block"),
    };
    let mut main = vec![control::main(
        allow,
        free.then(|| Message::AllowPressed(key())),
    )];
    main.push(control::other(
        block,
        free.then(|| Message::BlockPressed(key())),
    ));
    // Last, so that the others keep their places.
    if terms.is_some() {
        main.push(control::other(
            fl!("request-polite"),
            free.then(|| Message::PolitePressed(key())),
        ));
    }
    let choices = if terms.is_some() {
        fl!("request-fewer-choices")
    } else {
        fl!("request-choices")
    };
    let mut quiet = vec![
        control::flush_link(
            fl!("request-later"),
            free.then(|| Message::LaterPressed(key())),
        ),
        control::flush_link(choices, Some(Message::ChoicesPressed(key()))),
    ];
    if !session.is_buddy(request.watcher) {
        let name = request.display_name.map(plain_text::name);
        quiet.push(control::flush_link(
            fl!("request-add-buddy"),
            Some(Message::AddPressed(key(), name.unwrap_or_default())),
        ));
    }
    let main = Row::with_children(main)
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::XS);
    column![main, control::links(quiet)]
        .spacing(space::XS)
        .into()
}

fn decide(watcher: Whom, decision: Decision) -> Action {
    Action::Decide {
        watcher,
        verdict: decision.into(),
    }
}

/// So many cards at once; the rest waits for its turn.
const AT_ONCE: usize = 2;
