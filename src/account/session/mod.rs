//! The account between engine and user, without I/O: commands and engine events in; reports, a snapshot and XCAP jobs
//! out.

mod agent;
mod buddies;
mod documents;
mod hear;
mod lists;
mod own;
mod rules;
mod standing;
mod window;
mod wish;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use super::again::Again;
use super::agent::Agent;
use super::alarm::Alarms;
use super::buddies::Buddies;
use super::cause::UnusableDocument;
use super::clock::Now;
use super::config::Config;
use super::decide::Decisions;
use super::event::{Event, Kept, Preview, Topic, Trouble};
use super::faults::Faults;
use super::health::Health;
use super::job::Job;
use super::packages::Packages;
use super::pending::Pending;
use super::permanent::{Permanence, PermanentWish};
use super::publish::Publishing;
use super::report::Reports;
use super::subject::{Content, Subject};
use super::trace::Trace;
use super::watcher_history::WatcherHistory;
use super::watchers::WatchersView;
use super::{address, offers, plain};
use crate::engine::{
    Engine, EngineConfig, Moment, RegistrationEvent, SubscribeRequest, SubscriptionId,
};
use crate::net::{Refused, Server};
use crate::package::{descriptor, mime};
use crate::sip::{Secret, Transport, Uri};
use crate::store::TransportChoice;
use window::Windows;

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
    lists: HashMap<String, usize>,
    touched: Vec<usize>,
    windows: Windows,
    pub(super) publishing: Publishing,
    /// The status that stays when nobody is logged in.
    pub(super) permanent: Permanence,
    pub(super) decisions: Decisions,
    /// Who asks this device itself.
    pub(super) agent: Agent,
    pub(super) buddies: Buddies,
    /// Whom the list names, by [`address::compared`]: who leaves it is no longer watched.
    listed: BTreeSet<String>,
    /// When what waits for the XCAP server is tried again.
    again: Again,
    pub(super) watcher_history: WatcherHistory,
    /// Where the last copy of unusable rules is, or why there is none.
    pub(super) rules_copy: Option<Result<PathBuf, String>>,
    /// The same of an unusable list of buddies.
    pub(super) list_copy: Option<Result<PathBuf, String>>,
    /// What lies on the server while the list is put into its place.
    renewing: Option<Arc<UnusableDocument>>,
    /// Watchers about whom the user asks what they see, before the rules are known.
    previews: Vec<String>,
    /// The last answer to such a question.
    pub(super) preview: Option<Preview>,
    pub(super) jobs: VecDeque<Job>,
    /// How everything fared when somebody last asked.
    pub(super) told_health: Arc<Vec<Health>>,
    /// Servers that are not trusted.
    pub(super) distrusted: Arc<Vec<Refused>>,
    pub(super) registration: Option<RegistrationEvent>,
    /// What each next hop had come to when somebody last asked.
    pub(super) servers: Vec<Server>,
    /// Whether subscriptions and publications may begin: registered, or registration is not asked for.
    open: bool,
    pub(super) password: PasswordState,
    pub(super) troubles: VecDeque<Trouble>,
    pub(super) bad_input: Faults,
    /// The last messages on the wire.
    pub(super) trace: Trace,
    alarms: Alarms,
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
    /// It is another one than that of the present registration, and the registrar has not seen it yet.
    Untried,
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
    ) -> Result<Self, Box<(Trouble, Reports)>> {
        let (uri, mut engine_config) = match engine_config(&config, password) {
            Ok(made) => made,
            Err(trouble) => return Err(Box::new((trouble, reports))),
        };

        let account = address::key(&uri);
        if let Some(folder) = &config.keep_in {
            engine_config.digest_offers = offers::load(folder, &account);
        }
        let publishing = Publishing::new(&account, &config);
        let agent = Agent::new(&account);
        let settings = &config.settings;
        let buddies = Buddies::new(
            &settings.buddies,
            settings.synced.as_ref(),
            &settings.xcap_root,
        );
        let watcher_history = WatcherHistory::load(&account, config.keep_in.clone());
        Ok(Self {
            engine: Engine::new(engine_config, random),
            packages: Packages::new(config.settings.merge_presence),
            open: !config.register,
            config,
            uri,
            account,
            reports,
            subjects: Vec::new(),
            by_engine: HashMap::new(),
            presentities: HashMap::new(),
            lists: HashMap::new(),
            touched: Vec::new(),
            windows: Windows::default(),
            publishing,
            permanent: Permanence::default(),
            decisions: Decisions::default(),
            agent,
            buddies,
            listed: BTreeSet::new(),
            again: Again::default(),
            watcher_history,
            rules_copy: None,
            list_copy: None,
            renewing: None,
            previews: Vec::new(),
            preview: None,
            jobs: VecDeque::new(),
            told_health: Arc::default(),
            distrusted: Arc::default(),
            registration: None,
            servers: Vec::new(),
            password: PasswordState::Fine,
            troubles: VecDeque::new(),
            bad_input: Faults::default(),
            trace: Trace::default(),
            alarms: Alarms::default(),
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
        self.answer_watchers(now);
        let wants = self.config.wants;
        if wants.buddies {
            self.list_changed(now);
            self.merge_buddies();
        }
        if wants.messages {
            self.watch_messages(now, None);
        }
        if wants.watchers {
            if let Some(error) = self.watcher_history.fault() {
                self.not_kept(Kept::Watchers, &error);
            }
            self.watch_watchers(now);
            self.open_journal();
        }
        if wants.watchers || wants.buddies {
            self.watch_documents(now);
        }
        if wants.publish {
            self.publishing.want();
            self.pass_own(now);
            self.publish(now);
            if !self.config.settings.xcap_root.is_empty() {
                self.permanent(PermanentWish::Ask);
            }
        }
    }

    /// Whether nothing is left to do.
    pub(super) fn is_over(&self) -> bool {
        self.stopping && self.engine.is_stopped()
    }

    /// Reports what has changed in this turn of the loop.
    pub(super) fn flush(&mut self, now: Now) {
        let touched = std::mem::take(&mut self.touched);
        for &index in &touched {
            let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
                continue;
            };
            subject.touched = false;
            let over = subject.is_over() && !subject.wanted;
            // Nobody asked for it by name, and everything goes on without it.
            let own = matches!(subject.content, Content::Documents(_));
            if let Some(news) = subject.news(now).filter(|_| !own) {
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
                Content::Dialogs(view) => {
                    for dialog in view.news(now.wall) {
                        self.reports.send(Event::Dialog(dialog));
                    }
                }
                Content::List(_)
                | Content::Watchers(_)
                | Content::Documents(_)
                | Content::Raw(_) => {}
            }
            if over && !self.stopping {
                if let Some(id) = subject.engine {
                    self.by_engine.remove(&id);
                }
                let change = match &subject.content {
                    Content::Presence(view, _) => view.changes_at(),
                    Content::List(view) => view.changes_at(),
                    _ => None,
                };
                self.windows.moved(index, change, None);
                self.subjects[index] = None;
            }
        }
        for index in touched {
            self.report_list(index);
        }
    }

    /// Does what time alone brings about. To be called often; it looks first whether anything is due.
    pub(super) fn pass_time(&mut self, now: Now) {
        self.watcher_history.save_if_due(now);
        if self.decisions.is_release_due(now) {
            self.release();
        }
        if self.decisions.have_turned(now) {
            self.changed = true;
            self.rules_turned(now, false);
        }
        if self.again.is_due(now.moment) {
            self.try_again();
        }
        for trouble in self.decisions.give_up(now) {
            self.trouble(trouble);
        }
        self.pass_windows(now);
        self.pass_own(now);
        self.pass_rules(now);
    }

    /// When [`Self::pass_time`] has something to do, beside what changes by itself ([`Self::next_change`]).
    pub(super) fn deadline(&self) -> Option<Moment> {
        let deadlines = [
            self.decisions.deadline(),
            self.watcher_history.deadline(),
            self.again.at(),
            self.agent.look_at,
        ];
        deadlines.into_iter().flatten().min()
    }

    /// Tries what waits for the XCAP server.
    fn try_again(&mut self) {
        let due = self.decisions.pending.due();
        self.write(due);
        if self.buddies.waits() {
            self.merge_buddies();
        }
    }

    /// Takes up what was decided in an earlier run and is not in the rules yet.
    fn open_journal(&mut self) {
        let Some(folder) = self.config.keep_in.as_deref() else {
            return;
        };
        let (pending, fault) = Pending::open(folder, &self.account);
        if let Some(error) = fault {
            self.not_kept(Kept::Decisions, &error.to_string());
        }
        for rule in self.decisions.take_up(pending) {
            self.reports.send(Event::Rule(rule));
        }
        self.try_again();
    }

    /// Keeps for the next start how the servers asked for the password.
    pub(super) fn keep_offers(&self) {
        if let Some(folder) = &self.config.keep_in {
            offers::save(self.engine.digest_offers(), folder, &self.account);
        }
    }

    /// Keeps for the next start which domains offer TLS.
    pub(super) fn keep_tls_domains(&self, domains: Vec<String>) {
        if let Some(folder) = &self.config.keep_in {
            offers::save_tls(domains, folder, &self.account);
        }
    }

    /// What an earlier run has kept cannot be used.
    fn not_kept(&mut self, what: Kept, error: &str) {
        let whose = match what {
            Kept::Decisions => "decisions of an earlier run",
            Kept::Watchers => "the watchers of earlier runs",
        };
        self.trouble(Trouble {
            code: 0,
            message: format!("{whose} cannot be read: {error}"),
            hint: None,
            topic: Topic::NotKept(what),
        });
    }

    /// Keeps a trouble for the window and reports it.
    pub(super) fn trouble(&mut self, trouble: Trouble) {
        self.keep_trouble(trouble.clone());
        self.reports.send(Event::Error(trouble));
    }

    /// Keeps a trouble for the window.
    fn keep_trouble(&mut self, trouble: Trouble) {
        self.changed = true;
        self.troubles.retain(|kept| *kept != trouble);
        self.troubles.push_front(trouble);
        self.troubles.truncate(MAX_TROUBLES);
    }

    /// A domain was found to offer TLS no longer.
    pub(super) fn tls_withdrawn(&mut self, domain: &str) {
        if let Some(trouble) = self.alarms.tls_withdrawn(domain) {
            self.trouble(trouble);
        }
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
        // What is one's own is told only to whom it belongs.
        let own = address::key(&subject.uri) == address::key(&self.uri);
        request.anonymous = self.config.settings.anonymous
            && !own
            && matches!(
                subject.content,
                Content::Presence(..) | Content::Dialogs(_) | Content::Raw(_)
            );
        if let Content::Documents(view) = &subject.content {
            request.body = view.body().map(|(kind, body)| (kind, Bytes::from(body)));
        }
        if let Content::Raw(raw) = &subject.content {
            request.fetch = raw.fetch;
            request.rates = raw.rates;
            request.list = raw.brings_list();
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

    fn touch(&mut self, index: usize) {
        self.changed = true;
        if let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut)
            && !std::mem::replace(&mut subject.touched, true)
        {
            self.touched.push(index);
        }
    }

    /// Whether a first list of watchers is on its way.
    fn expects_watchers(&self) -> bool {
        self.subjects.iter().flatten().any(|subject| {
            matches!(&subject.content, Content::Watchers(view) if !view.has_heard())
                && subject.engine.is_some()
                && subject.is_waiting()
        })
    }

    /// Hands out the decisions that waited for the first list of watchers.
    fn release(&mut self) {
        let wishes = self.decisions.release(&views(&self.subjects, &self.agent));
        self.write(wishes);
    }

    /// Looks whether written rules have taken effect.
    fn confirm(&mut self) {
        let views = views(&self.subjects, &self.agent);
        // Those who ask are told by another program, which looks at the file.
        let at_once = self.decisions.is_here() && !self.config.wants.answer;
        for rule in self.decisions.confirm(&views, at_once) {
            self.reports.send(Event::Rule(rule));
        }
    }
}

fn views<'a>(subjects: &'a [Option<Subject>], agent: &'a Agent) -> Vec<&'a WatchersView> {
    let told = subjects
        .iter()
        .flatten()
        .filter_map(|subject| match &subject.content {
            Content::Watchers(view) => Some(view.as_ref()),
            _ => None,
        });
    told.chain([agent.view()]).collect()
}

/// What the engine has to know; the trouble says which setting cannot be used.
pub(super) fn engine_config(
    config: &Config,
    password: Option<Secret>,
) -> Result<(Uri, EngineConfig), Trouble> {
    let usage = |message: String| Trouble {
        code: 2,
        message,
        hint: Some("write it like sip:alice@example.com".to_owned()),
        topic: Topic::Other,
    };
    let settings = &config.settings;
    let uri = address::uri(&settings.address, "").map_err(|error| usage(error.to_string()))?;
    let mut engine_config = EngineConfig::new(uri.clone());
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    engine_config.display_name = text(&settings.display_name);
    engine_config.auth_user = text(&settings.auth_user);
    engine_config.realm = text(&settings.realm);
    engine_config.strong_digest = settings.strong_digest;
    engine_config.password = password;
    engine_config.instance.clone_from(&config.instance);
    mime::ACCEPTED_CODINGS.clone_into(&mut engine_config.codings);
    let types = descriptor::media_types().into_iter();
    engine_config.media_types = types.map(str::to_owned).collect();
    USER_AGENT.clone_into(&mut engine_config.user_agent);
    engine_config.transport = settings.transport.map(|choice| match choice {
        TransportChoice::Udp => Transport::Udp,
        TransportChoice::Tcp => Transport::Tcp,
        TransportChoice::Tls => Transport::Tls,
    });
    engine_config.gruu = settings.gruu;
    for proxy in settings.outbound_proxy.split_whitespace() {
        let uri = Uri::from_user_input(proxy, None)
            .or_else(|_| Uri::parse(&format!("sip:{proxy}")))
            .map_err(|error| {
                usage(format!(
                    "the outbound proxy '{}' is not a URI: {error}",
                    plain(proxy)
                ))
            })?;
        engine_config.outbound_proxies.push(uri);
    }
    Ok((uri, engine_config))
}

#[cfg(test)]
mod tests;

const USER_AGENT: &str = concat!("Siskin/", env!("CARGO_PKG_VERSION"));
/// Troubles kept for the window.
const MAX_TROUBLES: usize = 20;
