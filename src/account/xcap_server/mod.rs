//! The account's documents on the XCAP server, read and written beside the loop, one job after the other.

mod lists;
mod rules;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::cause::{DocumentCause, UnusableDocument};
use super::config::{Config, RulesHere};
use super::event::Fault;
use super::job::{Job, JobFault, JobResult};
use super::permanent::{Permanence, PermanentFault, PermanentJob};
use crate::engine::FlowError;
use crate::net::trace::{Channel, Direction, Entry, Tap};
use crate::net::{TlsConfig, Trust, client_certificate, web_verifier};
use crate::sip::digest::Credentials;
use crate::sip::{Secret, Uri};
use crate::store::KeptRules;
use crate::xcap::{self, Client, EditError, XcapError};

/// Where jobs go. What does them begins with the first one.
pub(super) struct XcapServer {
    idle: Option<Worker>,
    jobs: Option<mpsc::UnboundedSender<Job>>,
}

/// Does the jobs.
struct Worker {
    account: Account,
    /// The rules on this machine, whether or not they count.
    rules: Option<KeptRules>,
    /// Those count, whether or not there are any.
    here: bool,
    /// Those may turn out to count.
    alone: bool,
    /// The server has, or had, rules of the account.
    served: bool,
    password: Option<Secret>,
    tap: Option<Arc<dyn Tap>>,
    results: mpsc::UnboundedSender<JobResult>,
    client: Option<Client>,
}

/// What a client is made from.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) root: String,
    /// Whether the user named the root.
    pub(super) named: bool,
    /// The domain of the account.
    pub(super) domain: String,
    user: String,
    auth_user: String,
    realm: Option<String>,
    tls: TlsConfig,
    trust: Trust,
    insecure: bool,
}

impl XcapServer {
    pub(super) fn new(
        config: &Config,
        password: Option<Secret>,
        (tap, trust): (Option<Arc<dyn Tap>>, Trust),
        results: mpsc::UnboundedSender<JobResult>,
    ) -> Self {
        let account = Account::new(config, trust);
        let folder = config.rules_in.as_deref();
        let said = config.rules_here == RulesHere::Said;
        Self {
            idle: Some(Worker {
                rules: folder.map(|folder| KeptRules::of(folder, &account.user)),
                here: said && !account.named && folder.is_some(),
                alone: said,
                served: false,
                account,
                password,
                tap,
                results,
                client: None,
            }),
            jobs: None,
        }
    }

    /// Does a job after those before it.
    pub(super) fn send(&mut self, job: Job) {
        if let Job::Password(password) = job {
            match (&mut self.idle, &self.jobs) {
                (Some(worker), _) => worker.password = Some(password),
                (None, Some(jobs)) => {
                    let _ = jobs.send(Job::Password(password));
                }
                (None, None) => {}
            }
            return;
        }
        if let Some(worker) = self.idle.take() {
            let (sender, receiver) = mpsc::unbounded_channel();
            tokio::spawn(worker.run(receiver));
            self.jobs = Some(sender);
        }
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Account {
    pub(super) fn new(config: &Config, trust: Trust) -> Self {
        let settings = &config.settings;
        let uri = Uri::parse(&settings.address).ok();
        let domain = uri
            .as_ref()
            .and_then(|uri| uri.host().map(|host| host.to_string()))
            .unwrap_or_default();
        let user = uri
            .as_ref()
            .and_then(|uri| uri.user_decoded().map(std::borrow::Cow::into_owned))
            .unwrap_or_default();
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            root: text(&settings.xcap_root).unwrap_or_else(|| format!("https://xcap.{domain}")),
            named: !settings.xcap_root.is_empty(),
            domain,
            user: super::address::compared(&settings.address),
            auth_user: text(&settings.auth_user).unwrap_or(user),
            realm: text(&settings.realm),
            tls: TlsConfig {
                extra_ca: text(&settings.tls_ca).map(Into::into),
                client_certificate: config.client_certificate.clone(),
            },
            trust,
            insecure: config.insecure_xcap,
        }
    }

    /// The same at another place.
    pub(super) fn at(&self, root: String) -> Self {
        Self {
            root,
            ..self.clone()
        }
    }

    /// A client; reading the system's authorities takes a while.
    pub(super) async fn client(
        &self,
        password: Option<Secret>,
        tap: Option<Arc<dyn Tap>>,
    ) -> Result<Client, JobFault> {
        let (verifier, certificate) = if self.root.starts_with("http:") {
            (None, None)
        } else {
            let (tls, trust) = (self.tls.clone(), self.trust.clone());
            let read = move || {
                let verifier = web_verifier(&tls, &trust)?;
                Ok((Some(verifier), client_certificate(&tls)?))
            };
            tokio::task::spawn_blocking(read)
                .await
                .map_err(|error| unusable(&error.to_string()))?
                .map_err(|error: FlowError| {
                    JobFault::lasting(Fault::Unreachable, error.to_string())
                })?
        };
        let credentials = password.map(|password| Credentials {
            username: self.auth_user.clone(),
            password,
        });
        let tap = tap.map(|tap| {
            let seen = move |exchange: xcap::Exchange| {
                tap.message(Entry {
                    time: Timestamp::now(),
                    direction: if exchange.sent {
                        Direction::Sent
                    } else {
                        Direction::Received
                    },
                    channel: Channel::Http(exchange.authority),
                    bytes: exchange.bytes,
                });
            };
            Arc::new(seen) as xcap::Tap
        });
        Client::new(xcap::Config {
            root: self.root.clone(),
            user: self.user.clone(),
            credentials,
            realm: self.realm.clone(),
            verifier,
            certificate: certificate.map(Arc::new),
            insecure: self.insecure,
            tap,
        })
        .map_err(|error| self.fault(&error))
    }

    /// What has failed, as a job tells it.
    pub(super) fn fault(&self, error: &XcapError) -> JobFault {
        let message = if self.named {
            error.to_string()
        } else {
            format!("no XCAP root is set, and the usual place fails: {error}")
        };
        JobFault {
            fault: match error {
                XcapError::Unreachable { .. } => Fault::Unreachable,
                XcapError::Refused { status: 403 } => Fault::Refused,
                XcapError::Refused { .. } => Fault::Authentication,
                XcapError::NoAnswer { .. } => Fault::TimedOut,
                // A document that is not there is no error to read; to write it is, where its kind is not kept.
                XcapError::NotXcap { .. }
                | XcapError::Server {
                    status: 404 | 405 | 501,
                } => Fault::Unsupported,
                _ => Fault::Other,
            },
            message,
            conflict: matches!(error, XcapError::Changed),
            // Nobody knows that there is a server at all where nobody has named it.
            again: self.named
                && matches!(
                    error,
                    XcapError::Unreachable { .. }
                        | XcapError::NoAnswer { .. }
                        | XcapError::Server {
                            status: 500 | 502..=599
                        }
                ),
            stands: None,
            cause: DocumentCause::Xcap(error.clone()),
        }
    }
}

impl Worker {
    async fn run(mut self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let result = match job {
                Job::Password(password) => {
                    self.password = Some(password);
                    self.client = None;
                    continue;
                }
                Job::Alone => {
                    self.alone = true;
                    continue;
                }
                Job::Fetch => JobResult::Fetched(self.fetch().await),
                Job::Adopt => JobResult::Fetched(self.adopt().await),
                Job::Tidy => match self.tidy().await {
                    Ok(Some(rules)) => JobResult::Fetched(Ok(Some(rules))),
                    // They do no harm where they are.
                    Ok(None) => continue,
                    Err(error) => {
                        tracing::info!(error = %error.message, "ended approvals stay");
                        continue;
                    }
                },
                Job::Permanent(job) => {
                    let done = self.permanent(&job).await;
                    JobResult::Permanent(job.wish, done)
                }
                Job::Edit(wishes) => JobResult::Edited(self.edit(wishes).await),
                Job::Renew(unusable) => JobResult::Renewed(self.renew(&unusable).await),
                Job::Merge(wish) => JobResult::Merged(self.merge(&wish, None).await.map(Box::new)),
                Job::RenewList(wish, unusable) => {
                    JobResult::Merged(self.merge(&wish, Some(&unusable)).await.map(Box::new))
                }
                Job::Offer(offer) => JobResult::Offered(self.offer(&offer).await),
            };
            if self.results.send(result).is_err() {
                return;
            }
        }
    }

    async fn permanent(&mut self, job: &PermanentJob) -> Result<Permanence, JobFault> {
        let client = self.client().await?;
        job.run(&client).await.map_err(|fault| match fault {
            PermanentFault::Unsupported => JobFault::lasting(Fault::Unsupported, fault.to_string()),
            PermanentFault::Document(error) => unusable(&error.to_string()),
            PermanentFault::Xcap(error) => self.fault(&error),
        })
    }

    /// Says which version was read or written.
    fn hold(&self, auid: &'static str, etag: Option<String>, content: &[u8]) {
        let held = JobResult::Held {
            auid,
            etag,
            content: content.to_owned(),
        };
        // Without a reader the account has ended.
        let _ = self.results.send(held);
    }

    /// The client, made when it is first needed: reading the system's authorities takes a while.
    async fn client(&mut self) -> Result<Client, JobFault> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let made = self.account.client(self.password.clone(), self.tap.clone());
        Ok(self.client.insert(made.await?).clone())
    }

    fn fault(&self, error: &XcapError) -> JobFault {
        self.account.fault(error)
    }

    /// Why a document could not be changed.
    fn edit_fault(&self, error: EditError<JobFault>) -> JobFault {
        match error {
            EditError::Change(fault) => fault,
            EditError::Xcap(error) => self.fault(&error),
        }
    }
}

/// What lies on the server cannot be read.
fn unusable_document(bytes: &[u8], detail: &str) -> JobFault {
    let document = UnusableDocument {
        bytes: bytes.to_owned(),
        detail: detail.to_owned(),
    };
    JobFault {
        cause: DocumentCause::Unusable(Arc::new(document)),
        ..unusable(detail)
    }
}

fn unusable(message: &str) -> JobFault {
    JobFault::lasting(Fault::Other, message)
}
