//! The account between engine and user, without I/O: commands and engine events in; reports, a snapshot and XCAP jobs
//! out.

use std::collections::{HashMap, VecDeque};

use base64::Engine as _;
use bytes::Bytes;

use super::clock::Now;
use super::command::{Command, RawSubscription};
use super::config::Config;
use super::decide::{Decisions, Job, JobResult, Wish};
use super::event::{Event, Fault, Notify, Registration, Trouble};
use super::fault::fault_of;
use super::messages::MessagesView;
use super::packages::Packages;
use super::presence::{PresenceView, fault_of as body_fault};
use super::publish::Publishing;
use super::report::Reports;
use super::snapshot::Connection;
use super::subject::{Content, Raw, Subject};
use super::watchers::WatchersView;
use super::{address, plain};
use crate::engine::{
    self, BodyFault, Engine, EngineConfig, Moment, NotifyToken, RegistrationEvent,
    RegistrationState, SubscribeRequest, SubscriptionEvent, SubscriptionId, SubscriptionState,
    Substate, UsageId,
};
use crate::package::Body;
use crate::sip::{Secret, Transport, Uri};
use crate::store::TransportChoice;

/// One account at run time.
pub(super) struct Session {
    pub(super) engine: Engine,
    pub(super) config: Config,
    /// The address of record.
    pub(super) uri: Uri,
    /// The same as it is compared and reported.
    pub(super) account: String,
    pub(super) reports: Reports,
    packages: Packages,
    pub(super) subjects: Vec<Option<Subject>>,
    by_engine: HashMap<SubscriptionId, usize>,
    presentities: HashMap<String, usize>,
    touched: Vec<usize>,
    pub(super) publishing: Publishing,
    pub(super) decisions: Decisions,
    pub(super) jobs: VecDeque<Job>,
    pub(super) registration: Option<RegistrationEvent>,
    /// Whether subscriptions and publications may begin: registered, or registration is not asked for.
    open: bool,
    pub(super) password: PasswordState,
    pub(super) troubles: VecDeque<Trouble>,
    pub(super) bad_input: u64,
    /// Whether the server tells about watchers.
    pub(super) watchers_supported: Option<bool>,
    stopping: bool,
    /// Whether the snapshot is out of date.
    pub(super) changed: bool,
}

/// What is known about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordState {
    /// Nobody has complained.
    Fine,
    /// A server asks, and there is none.
    Missing,
    /// A server refused it.
    Refused,
}

impl Session {
    /// An account that has not begun yet.
    pub(super) fn new(
        config: Config,
        password: Option<Secret>,
        random: Box<dyn rand_core::Rng + Send>,
        reports: Reports,
    ) -> Result<Self, (Trouble, Reports)> {
        let (uri, engine_config) = match engine_config(&config, password) {
            Ok(made) => made,
            Err(trouble) => return Err((trouble, reports)),
        };

        let account = address::key(&uri);
        let publishing = Publishing::new(&account, &config);
        Ok(Self {
            engine: Engine::new(engine_config, random),
            packages: Packages::new(),
            open: !config.register,
            config,
            uri,
            account,
            reports,
            subjects: Vec::new(),
            by_engine: HashMap::new(),
            presentities: HashMap::new(),
            touched: Vec::new(),
            publishing,
            decisions: Decisions::default(),
            jobs: VecDeque::new(),
            registration: None,
            password: PasswordState::Fine,
            troubles: VecDeque::new(),
            bad_input: 0,
            watchers_supported: None,
            stopping: false,
            changed: true,
        })
    }

    /// Logs in, and asks for everything that the configuration wants.
    pub(super) fn begin(&mut self, now: Now) {
        if self.config.register {
            self.engine.register(now.moment, self.config.expires_s);
        }
        let wants = self.config.wants;
        if wants.buddies {
            let buddies = std::mem::take(&mut self.config.settings.buddies);
            for buddy in &buddies {
                self.watch(now, &buddy.address);
            }
            self.config.settings.buddies = buddies;
        }
        if wants.messages {
            self.watch_messages(now, None);
        }
        if wants.watchers {
            self.watch_watchers(now);
        }
        if wants.publish {
            self.publishing.want();
            self.publish(now);
        }
    }

    /// Does what the user wants. `false` when the account is to end.
    pub(super) fn command(&mut self, now: Now, command: Command) {
        self.changed = true;
        match command {
            Command::Watch { address } => self.watch(now, &address),
            Command::Unwatch { address } => self.unwatch(now, &address),
            Command::WatchMessages { mailbox } => self.watch_messages(now, mailbox.as_deref()),
            Command::WatchWatchers => self.watch_watchers(now),
            Command::Subscribe(raw) => self.subscribe_raw(now, raw),
            Command::SetStatus { status, note } => {
                self.publishing.set(status, note);
                self.publish(now);
            }
            Command::Unpublish => {
                if let Some(id) = self.publishing.take() {
                    self.engine.unpublish(now.moment, id);
                }
            }
            Command::Decide {
                watcher,
                decision,
                valid_until,
            } => match address_or_domain(&watcher, &self.account) {
                Ok(watcher) => self.jobs.push_back(Job::Edit(Wish {
                    watcher,
                    decision,
                    valid_until,
                })),
                Err(error) => self.usage_trouble(&error.to_string()),
            },
            Command::Retry => {
                self.engine.retry_now(now.moment);
                if self.decisions.wants_rules() {
                    self.jobs.push_back(Job::Fetch);
                }
            }
            Command::NetworkChanged => {
                self.engine
                    .handle_input(now.moment, engine::Input::NetworkChanged);
            }
            Command::Password(password) => {
                self.password = PasswordState::Fine;
                self.jobs.push_back(Job::Password(password.clone()));
                self.engine.set_password(now.moment, password);
            }
            Command::LogOut => self.stop(now),
        }
    }

    /// Unsubscribes, unpublishes and unregisters.
    pub(super) fn stop(&mut self, now: Now) {
        if std::mem::replace(&mut self.stopping, true) {
            return;
        }
        for subject in self.subjects.iter_mut().flatten() {
            subject.wanted = false;
        }
        self.engine.stop(now.moment);
    }

    /// Whether nothing is left to do.
    pub(super) fn is_over(&self) -> bool {
        self.stopping && self.engine.is_stopped()
    }

    /// Takes what the engine says.
    pub(super) fn engine_event(&mut self, now: Now, event: engine::Event) {
        match event {
            engine::Event::Registration(registration) => self.registered(now, registration),
            engine::Event::Subscription(subscription) => self.subscribed(&subscription),
            engine::Event::Notify {
                subscription,
                usage,
                notifier,
                substate,
                content_type,
                body,
                token,
            } => {
                let notify = Incoming {
                    usage,
                    notifier,
                    substate,
                    content_type,
                    body,
                };
                self.notify(now, subscription, &notify, token);
            }
            engine::Event::Unsolicited {
                package: _,
                content_type,
                body,
                token,
            } => {
                let result = self.unsolicited(now, content_type.as_deref(), &body);
                self.engine.answer_notify(now.moment, token, result);
            }
            engine::Event::UsageEnded {
                subscription,
                usage,
                keep_state,
            } => self.usage_ended(now, subscription, usage, keep_state),
            engine::Event::Publication(publication) => {
                if let Some(publication) = self.publishing.stand(&publication, now) {
                    self.reports.publication(&publication);
                }
                self.changed = true;
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
            engine::Event::BadInput { fault, from } => {
                tracing::warn!(%from, fault = %plain(&fault), "bad input");
                self.bad_input += 1;
                self.changed = true;
            }
        }
    }

    /// Reports what has changed in this turn of the loop.
    pub(super) fn flush(&mut self, now: Now) {
        for index in std::mem::take(&mut self.touched) {
            let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
                continue;
            };
            subject.touched = false;
            let over = subject.is_over() && !subject.wanted;
            if let Some(news) = subject.news(now) {
                self.reports.send(Event::Subscription(news));
            }
            match &mut subject.content {
                Content::Presence(view, changed) => {
                    if std::mem::replace(changed, false) {
                        self.reports.send(Event::Presence(view.shown().clone()));
                    }
                }
                Content::Messages(view) => {
                    for messages in view.news() {
                        self.reports.send(Event::Messages(messages));
                    }
                }
                Content::Watchers(_) | Content::Raw(_) => {}
            }
            if over && !self.stopping {
                if let Some(id) = subject.engine {
                    self.by_engine.remove(&id);
                }
                self.subjects[index] = None;
            }
        }
    }

    /// Takes what an XCAP job brought.
    pub(super) fn job_done(&mut self, now: Now, result: JobResult) {
        self.changed = true;
        let views = views(&self.subjects);
        let told = self.decisions.done(result, &views, now);
        for rule in told.rules {
            self.reports.send(Event::Rule(rule));
        }
        if let Some(trouble) = told.trouble {
            self.trouble(trouble);
        }
        if !told.rules_changed {
            return;
        }
        let decisions = &self.decisions;
        let decide = |watcher: &str| decisions.decision(watcher, now.wall);
        let mut refresh = Vec::new();
        for subject in self.subjects.iter_mut().flatten() {
            if let Content::Watchers(view) = &mut subject.content {
                for watcher in view.rules_changed(&decide, now.wall) {
                    self.reports.send(Event::Watcher(watcher));
                }
                refresh.extend(subject.engine);
            }
        }
        if told.confirm {
            // Servers that say nothing about an approval still show it in a full list (XC-012).
            for id in refresh {
                self.engine.refresh(now.moment, id);
            }
        }
    }

    /// Keeps a trouble for the window and reports it.
    pub(super) fn trouble(&mut self, trouble: Trouble) {
        self.changed = true;
        self.troubles.push_front(trouble.clone());
        self.troubles.truncate(MAX_TROUBLES);
        self.reports.send(Event::Error(trouble));
    }

    /// How the registration stands, as reported.
    pub(super) fn registration(&self, now: Now) -> Option<Registration> {
        let event = self.registration.as_ref()?;
        let left = |moment: Option<Moment>| moment.map(|moment| now.seconds_until(moment));
        Some(Registration {
            account: self.account.clone(),
            state: match event.state {
                RegistrationState::Registering => "registering",
                RegistrationState::Registered => "registered",
                RegistrationState::Failed => "failed",
                RegistrationState::Unregistered => "unregistered",
            },
            expires_s: left(event.expires_at),
            contact: event.contact.clone(),
            reason: event
                .reason
                .as_ref()
                .map(|reason| plain(&reason.to_string()).into_owned()),
            retry_in_s: left(event.retry_at),
            fault: event
                .reason
                .as_ref()
                .filter(|_| event.state == RegistrationState::Failed)
                .and_then(|reason| fault_of(reason, false)),
        })
    }

    /// The state of the connection in one word.
    pub(super) fn connection(&self, now: Now) -> Connection {
        if self.stopping {
            return Connection::LoggedOut;
        }
        match self.password {
            PasswordState::Fine => {}
            PasswordState::Missing => return Connection::PasswordNeeded { refused: false },
            PasswordState::Refused => return Connection::PasswordNeeded { refused: true },
        }
        if let Some(registration) = self.registration(now) {
            match registration.state {
                "registered" => return Connection::Online,
                "failed" if !self.open => {
                    return Connection::Trouble {
                        message: registration.reason.unwrap_or_default(),
                        retry_in_s: registration.retry_in_s,
                    };
                }
                "failed" => {}
                _ => return Connection::Connecting,
            }
        }
        let subjects = || self.subjects.iter().flatten();
        if subjects().any(Subject::is_answered) {
            return Connection::Online;
        }
        let unreachable = subjects().find_map(|subject| {
            subject
                .trouble()
                .filter(|(fault, ..)| matches!(fault, Fault::Unreachable | Fault::TimedOut))
        });
        match unreachable {
            Some((_, message, retry_at)) => Connection::Trouble {
                message: message.to_owned(),
                retry_in_s: retry_at.map(|moment| now.seconds_until(moment)),
            },
            None => Connection::Connecting,
        }
    }

    fn registered(&mut self, now: Now, event: RegistrationEvent) {
        let state = event.state;
        // A server without a registrar may still know presence; one that refuses the password or is not there does not.
        let goes_on = state == RegistrationState::Registered
            || (state == RegistrationState::Failed
                && matches!(event.reason, Some(engine::Reason::Response(code, _)) if !matches!(code, 401 | 407 | 408 | 500..=599)));
        self.registration = Some(event);
        self.changed = true;
        if state == RegistrationState::Registered {
            self.password = PasswordState::Fine;
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

    fn watch(&mut self, now: Now, input: &str) {
        let uri = match address::uri(input, &self.account) {
            Ok(uri) => uri,
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        let key = address::key(&uri);
        if self.presentities.contains_key(&key) {
            return;
        }
        let content = Content::Presence(PresenceView::new(&key), false);
        let index = self.add(now, uri, content);
        self.presentities.insert(key, index);
    }

    fn unwatch(&mut self, now: Now, input: &str) {
        let Ok(uri) = address::uri(input, &self.account) else {
            return;
        };
        let Some(index) = self.presentities.remove(&address::key(&uri)) else {
            return;
        };
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return;
        };
        subject.wanted = false;
        match subject.engine {
            Some(id) => self.engine.unsubscribe(now.moment, id),
            None => self.subjects[index] = None,
        }
    }

    fn watch_messages(&mut self, now: Now, mailbox: Option<&str>) {
        let uri = match mailbox {
            None => self.uri.clone(),
            Some(mailbox) => match address::uri(mailbox, &self.account) {
                Ok(uri) => uri,
                Err(error) => return self.usage_trouble(&error.to_string()),
            },
        };
        let key = address::key(&uri);
        let known = self.subjects.iter().flatten().any(|subject| {
            matches!(subject.content, Content::Messages(_)) && address::key(&subject.uri) == key
        });
        if !known {
            let view = MessagesView::new(&self.account, &key);
            self.add(now, uri, Content::Messages(Box::new(view)));
        }
    }

    fn watch_watchers(&mut self, now: Now) {
        let known = self
            .subjects
            .iter()
            .flatten()
            .any(|subject| matches!(subject.content, Content::Watchers(_)));
        if known {
            return;
        }
        let view = WatchersView::new();
        self.add(now, self.uri.clone(), Content::Watchers(Box::new(view)));
        if !self.config.settings.xcap_root.is_empty() {
            self.jobs.push_back(Job::Fetch);
        }
    }

    fn subscribe_raw(&mut self, now: Now, raw: RawSubscription) {
        let uri = match address::uri(&raw.address, &self.account) {
            Ok(uri) => uri,
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        let content = Content::Raw(Box::new(Raw {
            package: raw.package.clone(),
            fetch: raw.fetch,
            request: raw,
        }));
        self.add(now, uri, content);
    }

    fn add(&mut self, now: Now, uri: Uri, content: Content) -> usize {
        let index = self.subjects.len();
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        self.subjects.push(Some(Subject::new(number, uri, content)));
        self.start(now, index);
        index
    }

    fn start(&mut self, now: Now, index: usize) {
        if !self.open {
            return;
        }
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return;
        };
        if subject.engine.is_some() || !subject.wanted {
            return;
        }
        let package = self.packages.of(&subject.content);
        let mut request = SubscribeRequest::new(package, subject.uri.clone());
        request.expires = self.config.expires_s;
        if let Content::Raw(raw) = &subject.content {
            request.fetch = raw.fetch;
            request.body = raw
                .request
                .body
                .as_ref()
                .map(|(kind, body)| (kind.clone(), Bytes::copy_from_slice(body)));
        }
        let id = self.engine.subscribe(now.moment, request);
        subject.engine = Some(id);
        self.by_engine.insert(id, index);
    }

    fn publish(&mut self, now: Now) {
        if self.open && !self.stopping {
            self.publishing
                .publish(&mut self.engine, now, self.config.expires_s);
        }
    }

    fn touch(&mut self, index: usize) {
        self.changed = true;
        if let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut)
            && !std::mem::replace(&mut subject.touched, true)
        {
            self.touched.push(index);
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
        subject.stand(event);
        match &mut subject.content {
            Content::Messages(view) => {
                view.notifiers(event.notifiers);
            }
            Content::Watchers(_) => {
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
            }
            Content::Presence(..) | Content::Raw(_) => {}
        }
    }

    fn notify(
        &mut self,
        now: Now,
        subscription: SubscriptionId,
        notify: &Incoming,
        token: NotifyToken,
    ) {
        let result = match self.by_engine.get(&subscription) {
            Some(&index) => self.notify_subject(now, index, notify),
            None => Ok(()),
        };
        self.engine.answer_notify(now.moment, token, result);
    }

    fn notify_subject(
        &mut self,
        now: Now,
        index: usize,
        notify: &Incoming,
    ) -> Result<(), BodyFault> {
        self.touch(index);
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return Ok(());
        };
        subject.redraw();
        let package = subject.package().to_owned();
        let mut confirm = false;
        let (result, error) = match &mut subject.content {
            Content::Presence(view, changed) => {
                let languages: Vec<&str> =
                    self.config.languages.iter().map(String::as_str).collect();
                let body = notify.body(crate::package::presence::CONTENT_TYPE);
                let (news, result) =
                    view.notify(notify.usage, &notify.substate, body, &languages, now.wall);
                *changed |= news;
                (result.as_ref().map_err(body_fault).copied(), result.err())
            }
            Content::Messages(view) => {
                let body = notify.body(crate::package::message_summary::CONTENT_TYPE);
                let result = view.notify(notify.usage, &notify.substate, body, now.wall);
                (result.as_ref().map_err(body_fault).copied(), result.err())
            }
            Content::Watchers(view) => {
                let body = notify.body(crate::package::watcher_info::CONTENT_TYPE);
                let decisions = &self.decisions;
                let decide = |watcher: &str| decisions.decision(watcher, now.wall);
                let heard = view.notify(notify.usage, &notify.substate, body, &decide, now.wall);
                for watcher in heard.changed {
                    self.reports.send(Event::Watcher(watcher));
                }
                confirm = heard.applied;
                (heard.fault.map_or(Ok(()), Err), heard.error)
            }
            Content::Raw(_) => {
                let resource = address::key(&subject.uri);
                self.reports
                    .send(Event::Notify(notify.report(package.clone(), resource)));
                (Ok(()), None)
            }
        };
        if confirm {
            self.confirm();
        }
        if let Some(error) = error {
            self.bad_input += 1;
            tracing::warn!(%package, error = %plain(&error.to_string()), "unusable body");
        }
        result
    }

    /// A message summary that nobody subscribed to, as many servers send it to whoever is registered.
    fn unsolicited(
        &mut self,
        now: Now,
        content_type: Option<&str>,
        bytes: &Bytes,
    ) -> Result<(), BodyFault> {
        let kind = content_type.unwrap_or(crate::package::message_summary::CONTENT_TYPE);
        let body = (!bytes.is_empty()).then(|| Body::new(kind, bytes));
        self.changed = true;
        let own = self.subjects.iter().position(|subject| {
            subject.as_ref().is_some_and(|subject| {
                matches!(subject.content, Content::Messages(_))
                    && address::key(&subject.uri) == self.account
            })
        });
        let Some(index) = own else {
            return Ok(());
        };
        self.touch(index);
        let subject = self.subjects.get_mut(index).and_then(Option::as_mut);
        let Some(Content::Messages(view)) = subject.map(|subject| &mut subject.content) else {
            return Ok(());
        };
        view.unsolicited(body, now.wall).map_err(|error| {
            self.bad_input += 1;
            body_fault(&error)
        })
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
            Content::Presence(view, changed) => *changed |= view.usage_ended(usage, keep_state),
            Content::Messages(view) => view.usage_ended(usage, keep_state),
            Content::Watchers(view) => {
                let decisions = &self.decisions;
                let decide = |watcher: &str| decisions.decision(watcher, now.wall);
                for watcher in view.usage_ended(usage, &decide, now.wall) {
                    self.reports.send(Event::Watcher(watcher));
                }
            }
            Content::Raw(_) => {}
        }
    }

    /// Looks whether written rules have taken effect.
    fn confirm(&mut self) {
        let views = views(&self.subjects);
        for rule in self.decisions.confirm(&views) {
            self.reports.send(Event::Rule(rule));
        }
    }

    fn usage_trouble(&mut self, message: &str) {
        self.trouble(Trouble {
            code: 2,
            message: message.to_owned(),
            hint: Some("write it like sip:bob@example.com".to_owned()),
        });
    }
}

/// A NOTIFY on its way to whom it concerns.
struct Incoming {
    usage: UsageId,
    notifier: String,
    substate: Substate,
    content_type: Option<String>,
    body: Bytes,
}

impl Incoming {
    /// The body, if there is one; a body without a type is taken as the package's own.
    fn body<'a>(&'a self, default_type: &'a str) -> Option<Body<'a>> {
        if self.body.is_empty() {
            return None;
        }
        let kind = self.content_type.as_deref().unwrap_or(default_type);
        Some(Body::new(kind, &self.body))
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
            body: body.and(text.ok()).map(str::to_owned),
            body_base64: body
                .filter(|_| text.is_err())
                .map(|body| base64::engine::general_purpose::STANDARD.encode(body)),
        }
    }
}

fn views(subjects: &[Option<Subject>]) -> Vec<&WatchersView> {
    subjects
        .iter()
        .flatten()
        .filter_map(|subject| match &subject.content {
            Content::Watchers(view) => Some(view.as_ref()),
            _ => None,
        })
        .collect()
}

/// What the engine has to know; the trouble says which setting cannot be used.
fn engine_config(
    config: &Config,
    password: Option<Secret>,
) -> Result<(Uri, EngineConfig), Trouble> {
    let usage = |message: String| Trouble {
        code: 2,
        message,
        hint: Some("write it like sip:alice@example.com".to_owned()),
    };
    let settings = &config.settings;
    let uri = address::uri(&settings.address, "").map_err(|error| usage(error.to_string()))?;
    let mut engine_config = EngineConfig::new(uri.clone());
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    engine_config.display_name = text(&settings.display_name);
    engine_config.auth_user = text(&settings.auth_user);
    engine_config.realm = text(&settings.realm);
    engine_config.password = password;
    engine_config.instance.clone_from(&config.instance);
    engine_config.user_agent = concat!("Siskin/", env!("CARGO_PKG_VERSION")).to_owned();
    engine_config.transport = settings.transport.map(|choice| match choice {
        TransportChoice::Udp => Transport::Udp,
        TransportChoice::Tcp => Transport::Tcp,
        TransportChoice::Tls => Transport::Tls,
    });
    if !settings.outbound_proxy.is_empty() {
        let proxy = Uri::from_user_input(&settings.outbound_proxy, None)
            .or_else(|_| Uri::parse(&format!("sip:{}", settings.outbound_proxy)))
            .map_err(|error| {
                usage(format!(
                    "the outbound proxy '{}' is not a URI: {error}",
                    plain(&settings.outbound_proxy)
                ))
            })?;
        engine_config.outbound_proxy = Some(proxy);
    }
    Ok((uri, engine_config))
}

/// `*@domain` as it is; anything else as an address.
fn address_or_domain(input: &str, account: &str) -> Result<String, address::AddressError> {
    let text = input.trim();
    let bare = text.strip_prefix("sip:").unwrap_or(text);
    match bare.strip_prefix("*@") {
        Some(domain) if !domain.is_empty() => Ok(format!("*@{}", domain.to_ascii_lowercase())),
        _ => address::uri(text, account).map(|uri| address::key(&uri)),
    }
}

/// Troubles kept for the window.
const MAX_TROUBLES: usize = 20;
