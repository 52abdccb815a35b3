//! What the engine says, and what follows from it.

use base64::Engine as _;
use bytes::Bytes;

use super::standing::lacks_registrar;
use super::{PasswordState, Session};
use crate::account::clock::Now;
use crate::account::event::{Event, Fault, Notify};
use crate::account::job::Job;
use crate::account::messages::{MessagesView, addressee};
use crate::account::presence::{Source, fault_of as body_fault};
use crate::account::subject::Content;
use crate::account::{address, chatter, plain};
use crate::engine::{
    self, BodyFault, NotifyToken, Reason, RegistrationEvent, RegistrationState, SubscriptionEvent,
    SubscriptionId, SubscriptionState, Substate, UsageId,
};
use crate::package::message_summary::Summary;
use crate::package::{Body, BodyError};

impl Session {
    /// Takes what the engine says.
    pub(in crate::account) fn engine_event(&mut self, now: Now, event: engine::Event) {
        match event {
            engine::Event::Registration(registration) => self.registered(now, registration),
            engine::Event::Subscription(subscription) => self.subscribed(&subscription),
            engine::Event::Notify {
                subscription,
                usage,
                notifier,
                secure,
                substate,
                content_type,
                content_language,
                content_encoding,
                body,
                unchanged,
                entity_tag: _,
                token,
            } => {
                let notify = Incoming {
                    usage,
                    notifier,
                    secure,
                    substate,
                    content_type,
                    content_language,
                    content_encoding,
                    body,
                    unchanged,
                };
                self.notify(now, subscription, &notify, token);
            }
            engine::Event::Unsolicited {
                package: _,
                content_type,
                content_encoding,
                body,
                token,
            } => {
                let (kind, coding) = (content_type.as_deref(), content_encoding.as_deref());
                let result = self.unsolicited(now, kind, coding, &body);
                self.engine.answer_notify(now.moment, token, result);
            }
            engine::Event::UsageEnded {
                subscription,
                usage,
                keep_state,
            } => self.usage_ended(now, subscription, usage, keep_state),
            engine::Event::Publication(publication) => {
                let told = self.publishing.stand(&publication, now);
                self.publishing.keep(&self.engine, now);
                if let Some(publication) = told {
                    self.reports.publication(&publication);
                }
                self.changed = true;
            }
            engine::Event::Watcher {
                watcher,
                identity,
                expires_at,
            } => self.watcher_came(now, watcher, identity, expires_at),
            engine::Event::WatcherRefreshed {
                watcher,
                expires_at,
            } => self.watcher_stayed(now, watcher, expires_at),
            engine::Event::WatcherGone { watcher, reason } => {
                self.watcher_gone(now, watcher, reason);
            }
            engine::Event::CredentialsRefused { realm } => {
                tracing::warn!(%realm, "the password was refused");
                self.password = PasswordState::Refused;
                self.changed = true;
            }
            engine::Event::CredentialsMissing { realm } => {
                tracing::warn!(%realm, "a password is needed");
                if self.password == PasswordState::Fine {
                    self.password = PasswordState::Missing;
                }
                self.changed = true;
            }
            engine::Event::WeakerChallenge { realm } => {
                tracing::warn!(realm = %plain(&realm), "a weaker challenge than before");
                if let Some(trouble) = self.alarms.weaker_digest(realm) {
                    self.trouble(trouble);
                }
            }
            engine::Event::DigestOffers => self.keep_offers(),
            engine::Event::WeakChallenge { realm } => {
                tracing::warn!(realm = %plain(&realm), "a challenge that is too weak");
                if let Some(trouble) = self.alarms.weak_digest(realm) {
                    self.trouble(trouble);
                }
            }
            engine::Event::Stray { what, from } => {
                self.bad_input.count(now.moment, || {
                    tracing::info!(%from, what = %plain(&what), "left out");
                });
                self.changed = true;
            }
            engine::Event::BadInput { fault, from } => {
                self.bad_input.count(now.moment, || {
                    tracing::warn!(%from, fault = %plain(&fault), "bad input");
                });
                self.changed = true;
            }
        }
    }

    /// What came on a connection could not be read any further. The log has been told.
    pub(in crate::account) fn unreadable(&mut self, now: Now) {
        self.bad_input.count(now.moment, || {});
        self.changed = true;
    }

    fn registered(&mut self, now: Now, event: RegistrationEvent) {
        let state = event.state;
        let goes_on = state == RegistrationState::Registered || lacks_registrar(&event);
        let comes_back = state == RegistrationState::Registered && !self.is_registered();
        self.registration = Some(event);
        self.changed = true;
        if state == RegistrationState::Registered {
            self.password = PasswordState::Fine;
        }
        // What kept the server away kept the rules away too.
        if comes_back {
            self.try_again();
        }
        if comes_back && self.decisions.wants_rules() {
            self.jobs.push_back(Job::Fetch);
        }
        if let Some(registration) = self.registration(now) {
            self.reports.registration(&registration);
        }
        if goes_on && !self.open && !self.stopping {
            self.open = true;
            for index in 0..self.subjects.len() {
                self.start(now, index);
            }
            self.publish(now);
        }
    }

    fn subscribed(&mut self, event: &SubscriptionEvent) {
        let Some(&index) = self.by_engine.get(&event.id) else {
            return;
        };
        self.touch(index);
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return;
        };
        let was_answered = subject.is_answered();
        subject.stand(event);
        match &mut subject.content {
            Content::Messages(view) => {
                view.notifiers(event.notifiers);
            }
            Content::Watchers(_) => {
                let waits = subject.is_waiting();
                self.watchers_supported = match event.state {
                    SubscriptionState::Active => Some(true),
                    SubscriptionState::Terminated | SubscriptionState::WaitingToRetry
                        if matches!(
                            subject.trouble(),
                            Some((Fault::Unsupported | Fault::Refused, ..))
                        ) =>
                    {
                        Some(false)
                    }
                    _ => self.watchers_supported,
                };
                if self.watchers_supported == Some(false) || tells_nobody(event) {
                    self.found_alone();
                }
                if !waits && event.state != SubscriptionState::Active {
                    self.release();
                }
            }
            Content::Dialogs(view) => view.notifiers(event.notifiers),
            Content::Presence(..) => {
                let ended = was_answered && !subject.is_answered();
                let address = ended.then(|| address::key(&subject.uri));
                if let Some(address) = address.filter(|_| !self.stopping) {
                    self.tell_lists(&address);
                }
            }
            Content::List(_) | Content::Documents(_) | Content::Raw(_) => {}
        }
    }

    fn notify(
        &mut self,
        now: Now,
        subscription: SubscriptionId,
        notify: &Incoming,
        token: NotifyToken,
    ) {
        let known = self.by_engine.get(&subscription).copied();
        let result = known.map_or(Ok(()), |index| self.notify_subject(now, index, notify));
        self.engine.answer_notify(now.moment, token, result);
        let subject = known.and_then(|index| self.subjects.get_mut(index)?.as_mut());
        if let Some(subject) = subject
            // Whoever reads NOTIFYs as they come says how many.
            && !matches!(subject.content, Content::Raw(_))
            && subject.chatter.is_too_much(now.moment)
        {
            let package = subject.package();
            tracing::warn!(package, resource = %subject.uri, "more NOTIFYs than anybody follows: fewer are asked for");
            self.engine
                .set_rates(now.moment, subscription, chatter::restraint());
        }
    }

    pub(super) fn notify_subject(
        &mut self,
        now: Now,
        index: usize,
        notify: &Incoming,
    ) -> Result<(), BodyFault> {
        self.touch(index);
        let out_of_place = self.turn_to_list(index, notify);
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return Ok(());
        };
        match subject.content {
            Content::List(_) => return self.notify_list(now, index, notify),
            Content::Documents(_) => return self.notify_documents(now, index, notify),
            _ => {}
        }
        subject.redraw();
        let mut confirm = false;
        let (result, error) = match &mut subject.content {
            // Nothing turns into a list later on (FM-042).
            Content::Presence(view, changed) if out_of_place => {
                *changed |= view.miss(notify.usage);
                let error = BodyError::Nature { list: true };
                (Err(body_fault(&error)), Some(error))
            }
            Content::Presence(view, changed) => {
                let languages: Vec<&str> =
                    self.config.languages.iter().map(String::as_str).collect();
                let body = notify.body(crate::package::presence::CONTENT_TYPE);
                let before = view.changes_at();
                let from = Source {
                    usage: notify.usage,
                    notifier: &notify.notifier,
                    secure: notify.secure,
                };
                let (news, result) = if notify.unchanged {
                    (view.resume(from), Ok(()))
                } else {
                    view.notify(from, &notify.substate, body, &languages, now.wall)
                };
                *changed |= news;
                self.windows.moved(index, before, view.changes_at());
                if let (true, Some(id)) = (view.wants_whole_documents(), subject.engine) {
                    let whole = [crate::package::presence::CONTENT_TYPE];
                    self.engine.narrow_accept(id, &whole);
                }
                let answer = if view.is_doubtful() {
                    Err(BodyFault::Gap)
                } else {
                    result.as_ref().map_err(body_fault).copied()
                };
                (answer, result.err())
            }
            Content::Messages(view) => {
                let body = notify.body(crate::package::message_summary::CONTENT_TYPE);
                let result = view.notify(notify.usage, &notify.substate, body, now.wall);
                (result.as_ref().map_err(body_fault).copied(), result.err())
            }
            Content::Watchers(view) => {
                let body = notify.body(crate::package::watcher_info::CONTENT_TYPE);
                let decisions = &self.decisions;
                let decide = |watcher: &str| decisions.ruling(watcher, now.wall);
                let heard = view.notify(notify.usage, &notify.substate, body, &decide, now.wall);
                if self.decisions.outdated(&heard.changed) {
                    self.jobs.push_back(Job::Fetch);
                }
                self.watchers_changed(now, heard.changed);
                confirm = heard.applied;
                (heard.fault.map_or(Ok(()), Err), heard.error)
            }
            Content::Dialogs(view) => {
                let body = notify.body(crate::package::dialog_info::CONTENT_TYPE);
                let tag = &notify.notifier;
                view.notify(notify.usage, tag, &notify.substate, body, now.wall)
            }
            Content::List(_) | Content::Documents(_) => (Ok(()), None),
            Content::Raw(raw) => {
                let package = raw.package.clone();
                let resource = address::key(&subject.uri);
                self.reports
                    .send(Event::Notify(notify.report(package, resource)));
                (Ok(()), None)
            }
        };
        if confirm {
            self.release();
            self.confirm();
        }
        if let Some(error) = error {
            self.bad_input.count(now.moment, || {
                tracing::warn!(error = %plain(&error.to_string()), "unusable body");
            });
        }
        result
    }

    /// A message summary that nobody subscribed to, as many servers send it to whoever is registered (the engine has
    /// seen that it comes from our own). One about another account changes nothing.
    pub(super) fn unsolicited(
        &mut self,
        now: Now,
        content_type: Option<&str>,
        content_encoding: Option<&str>,
        bytes: &Bytes,
    ) -> Result<(), BodyFault> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.changed = true;
        let kind = content_type.unwrap_or(crate::package::message_summary::CONTENT_TYPE);
        let body = Body {
            content_encoding,
            ..Body::new(kind, bytes)
        };
        let summary = match Summary::parse(&body) {
            Ok(summary) => summary,
            Err(error) => {
                self.bad_input.count(now.moment, || {
                    tracing::warn!(error = %plain(&error.to_string()), "unusable body that nobody asked for");
                });
                let own = self.account.clone();
                self.with_mailbox(&own, MessagesView::unsolicited_unusable);
                return Err(body_fault(&error));
            }
        };
        let keys: Vec<String> = self.mailboxes().map(|(_, key)| key).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let whose = addressee(summary.account.as_deref(), &self.account, &keys);
        if let Some(mailbox) = whose.map(str::to_owned) {
            self.with_mailbox(&mailbox, |view| view.unsolicited(summary, now.wall));
        } else {
            self.bad_input.count(now.moment, || {
                let account = plain(summary.account.as_deref().unwrap_or_default()).into_owned();
                tracing::warn!(%account, "a message summary about another account, ignored");
            });
        }
        Ok(())
    }

    /// The mailboxes subscribed to: where they stand among the subjects, and their addresses.
    fn mailboxes(&self) -> impl Iterator<Item = (usize, String)> {
        let subjects = self.subjects.iter().enumerate();
        subjects.filter_map(|(index, subject)| {
            let subject = subject.as_ref()?;
            matches!(subject.content, Content::Messages(_))
                .then(|| (index, address::key(&subject.uri)))
        })
    }

    /// Does something with the view of a mailbox, if it is subscribed to.
    fn with_mailbox(&mut self, mailbox: &str, act: impl FnOnce(&mut MessagesView)) {
        let found = self.mailboxes().find(|(_, key)| key == mailbox);
        let Some((index, _)) = found else {
            return;
        };
        self.touch(index);
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        if let Some(Content::Messages(view)) = subject.map(|subject| &mut subject.content) {
            act(view);
        }
    }

    fn usage_ended(
        &mut self,
        now: Now,
        subscription: SubscriptionId,
        usage: UsageId,
        keep_state: bool,
    ) {
        let Some(&index) = self.by_engine.get(&subscription) else {
            return;
        };
        self.touch(index);
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return;
        };
        subject.redraw();
        match &mut subject.content {
            Content::Presence(view, changed) => {
                let languages: Vec<&str> =
                    self.config.languages.iter().map(String::as_str).collect();
                let before = view.changes_at();
                *changed |= view.usage_ended(usage, keep_state, &languages, now.wall);
                self.windows.moved(index, before, view.changes_at());
            }
            Content::List(view) => {
                let languages: Vec<&str> =
                    self.config.languages.iter().map(String::as_str).collect();
                view.usage_ended(usage, keep_state, &languages);
            }
            Content::Messages(view) => view.usage_ended(usage, keep_state),
            Content::Watchers(view) => {
                let decisions = &self.decisions;
                let decide = |watcher: &str| decisions.ruling(watcher, now.wall);
                let changed = view.usage_ended(usage, &decide, now.wall);
                self.watchers_changed(now, changed);
            }
            Content::Dialogs(view) => view.usage_ended(usage, keep_state),
            Content::Documents(view) => view.doubt(),
            Content::Raw(_) => {}
        }
    }
}

/// Whether nobody answers for the account itself: no server does who knows presence.
fn tells_nobody(event: &SubscriptionEvent) -> bool {
    matches!(event.reason, Some(Reason::Response(404 | 480 | 604, _)))
}

/// A NOTIFY on its way to whom it concerns.
pub(super) struct Incoming {
    pub(super) usage: UsageId,
    pub(super) notifier: String,
    /// It came over TLS.
    pub(super) secure: bool,
    pub(super) substate: Substate,
    pub(super) content_type: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) body: Bytes,
    /// The state is the one that is held already.
    pub(super) unchanged: bool,
}

impl Incoming {
    /// The body, if there is one; a body without a type is taken as the package's own.
    pub(super) fn body<'a>(&'a self, default_type: &'a str) -> Option<Body<'a>> {
        if self.body.is_empty() {
            return None;
        }
        let kind = self.content_type.as_deref().unwrap_or(default_type);
        Some(Body {
            content_language: self.content_language.as_deref(),
            content_encoding: self.content_encoding.as_deref(),
            ..Body::new(kind, &self.body)
        })
    }

    fn report(&self, package: String, resource: String) -> Notify {
        let text = std::str::from_utf8(&self.body);
        let body = (!self.body.is_empty()).then_some(&self.body);
        Notify {
            package,
            resource,
            notifier: self.notifier.clone(),
            substate: match &self.substate {
                Substate::Pending => "pending".to_owned(),
                Substate::Active => "active".to_owned(),
                Substate::Terminated(_) => "terminated".to_owned(),
                Substate::Unknown(token) => token.clone(),
            },
            content_type: self.content_type.clone(),
            body: text.ok().filter(|_| body.is_some()).map(str::to_owned),
            body_base64: body
                .filter(|_| text.is_err())
                .map(|body| base64::engine::general_purpose::STANDARD.encode(body)),
        }
    }
}
