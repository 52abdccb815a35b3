//! The first screen: log in, or look around in the demo office.

pub mod assistant;
mod typed;
mod view;

use std::sync::Arc;

use iced::task::Handle;

use self::assistant::{Assistant, Correct, Wish};
pub(super) use self::typed::file_problem;
use self::typed::{proxies, xcap_problem};
use crate::account::{AccountSettings, Preset, Presets, Secret, TransportChoice};
use crate::ui::address::{self, AddressProblem};
use crate::ui::plain_text;

/// What is typed so far.
#[derive(Debug, Clone, Default)]
pub struct State {
    address: String,
    password: Secret,
    remember: bool,
    advanced: bool,
    proxy: String,
    transport: Option<TransportChoice>,
    auth_user: String,
    xcap_root: String,
    tls_ca: String,
    /// Log-in was pressed with something missing: problems are told as errors from now on.
    insisted: bool,
    /// Whether a demo office can be opened.
    demo: bool,
    /// Why the demo office could not be opened.
    demo_problem: Option<String>,
    opening_demo: bool,
    /// What else is kept of an account that was logged out.
    kept: AccountSettings,
    /// The addresses of the accounts that are logged in already; with one of them the form leads back.
    others: Vec<String>,
    /// Whether this account is logged in, and only changed: the form leads back to it.
    editing: bool,
    /// Whether the password of the kept account may be known already.
    keeps: bool,
    /// That password, once it was found.
    found: Secret,
    /// What administrators have settled.
    presets: Arc<Presets>,
    /// The account that is tried.
    assistant: Option<Assistant>,
    /// How many have been tried so far.
    trials: u64,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The form was scrolled.
    Scrolled,
    /// The address was edited.
    AddressEdited(String),
    /// The password was edited.
    PasswordEdited(Secret),
    /// 'Remember' was switched.
    RememberSwitched,
    /// 'Advanced' was folded or unfolded.
    AdvancedSwitched,
    /// The outbound proxy was edited.
    ProxyEdited(String),
    /// A transport was chosen.
    TransportChosen(Option<TransportChoice>),
    /// The user name for authentication was edited.
    AuthUserEdited(String),
    /// The XCAP root was edited.
    XcapRootEdited(String),
    /// The file of certificate authorities was edited.
    TlsCaEdited(String),
    /// 'Log in' was pressed.
    LogInPressed,
    /// 'Look around' was pressed.
    DemoPressed,
    /// 'Back' was pressed.
    BackPressed,
    /// The password that is kept was looked for, for the trial of this number; `None`: there is none.
    PasswordFound(u64, Option<Secret>),
    /// In the trial of this number.
    Assistant(u64, assistant::Message),
}

/// What the application is asked to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Something is missing: focus the field of this name.
    Correct(&'static str),
    /// Look for the password of the account with this address that is kept.
    FindPassword {
        /// The account's address.
        address: String,
        /// The number of the trial.
        trial: u64,
    },
    /// Try this account, if that is possible, and tell each step.
    Try {
        /// The account.
        account: AccountSettings,
        /// Its password.
        password: Secret,
        /// The number of the trial.
        trial: u64,
    },
    /// Copy this.
    Copy(String),
    /// Show what was sent and received while the account with this address was tried.
    OpenTrace(String),
    /// Log in with this account.
    LogIn {
        /// The account as it is to be kept.
        account: AccountSettings,
        /// Its password.
        password: Secret,
        /// Whether to put the password into the keyring; `None`: it was not typed, and the keyring stays as it is.
        remember: Option<bool>,
    },
    /// Open the demo office.
    OpenDemo,
    /// Go back to the accounts that are logged in.
    Back,
}

impl State {
    /// An empty form; `demo`: whether a demo office can be opened.
    pub fn new(demo: bool) -> Self {
        Self {
            remember: true,
            demo,
            ..Self::default()
        }
    }

    /// The form for an account that was logged out.
    pub fn again(account: &AccountSettings, demo: bool) -> Self {
        let advanced = !account.outbound_proxy.is_empty()
            || !account.auth_user.is_empty()
            || !account.xcap_root.is_empty()
            || !account.tls_ca.is_empty()
            || account.transport.is_some();
        Self {
            address: plain_text::address(&account.address),
            advanced,
            proxy: account.outbound_proxy.clone(),
            transport: account.transport,
            auth_user: account.auth_user.clone(),
            xcap_root: account.xcap_root.clone(),
            tls_ca: account.tls_ca.clone(),
            kept: account.clone(),
            ..Self::new(demo)
        }
    }

    /// The form while accounts of these addresses are logged in.
    #[must_use]
    pub fn beside(self, others: Vec<String>) -> Self {
        Self {
            demo: self.demo && others.is_empty(),
            others,
            ..self
        }
    }

    /// With what administrators have settled for this machine.
    #[must_use]
    pub fn with_presets(self, presets: Arc<Presets>) -> Self {
        Self { presets, ..self }
    }

    /// A trial has begun; it ends when it is no longer shown.
    pub fn trying(&mut self, trial: Handle) {
        if let Some(assistant) = &mut self.assistant {
            assistant.began(trial);
        }
    }

    /// The form for changing an account that is logged in.
    #[must_use]
    pub fn editing(self) -> Self {
        Self {
            editing: true,
            advanced: true,
            demo: false,
            ..self
        }
    }

    /// The password need not be typed again while it is that of the same user of the same domain.
    #[must_use]
    pub fn keeping_password(self) -> Self {
        Self {
            keeps: true,
            ..self
        }
    }

    /// The field to begin with.
    pub fn begins_with(&self) -> &'static str {
        if self.keeps { PROXY } else { PASSWORD }
    }

    /// The demo office could not be opened.
    pub fn demo_failed(&mut self, problem: String) {
        self.opening_demo = false;
        self.demo_problem = Some(problem);
    }

    /// Escape was pressed: closes what was opened last. False: nothing is open.
    pub fn escape(&mut self) -> bool {
        let Some(assistant) = &mut self.assistant else {
            return false;
        };
        if !assistant.close() {
            self.assistant = None;
        }
        true
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::AddressEdited(text) => self.address = text,
            Message::PasswordEdited(text) => self.password = text,
            Message::RememberSwitched => self.remember = !self.remember,
            Message::AdvancedSwitched => self.advanced = !self.advanced,
            Message::ProxyEdited(text) => self.proxy = text,
            Message::TransportChosen(transport) => self.transport = transport,
            Message::AuthUserEdited(text) => self.auth_user = text,
            Message::XcapRootEdited(text) => self.xcap_root = text,
            Message::TlsCaEdited(text) => self.tls_ca = text,
            Message::LogInPressed => return self.log_in(),
            Message::PasswordFound(trial, found) if trial == self.trials => {
                return self.password_found(found);
            }
            Message::Assistant(trial, message) if trial == self.trials => {
                return self.assist(message);
            }
            // What an earlier trial still has to say is no longer about this one.
            Message::Scrolled | Message::PasswordFound(..) | Message::Assistant(..) => {}
            Message::DemoPressed => {
                self.opening_demo = true;
                self.demo_problem = None;
                return Action::OpenDemo;
            }
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    fn log_in(&mut self) -> Action {
        let Some(account) = self.account() else {
            self.insisted = true;
            self.advanced |= self.advanced_problem();
            return Action::Correct(self.first_problem());
        };
        self.attempt(account)
    }

    fn attempt(&mut self, account: AccountSettings) -> Action {
        self.trials += 1;
        let trial = self.trials;
        let address = account.address.clone();
        self.assistant = Some(Assistant::new(account.clone()));
        let password = if self.keeps_password() {
            self.found.clone()
        } else {
            self.password.clone()
        };
        if password.is_empty() {
            return Action::FindPassword { address, trial };
        }
        Action::Try {
            account,
            password,
            trial,
        }
    }

    /// The password that is kept was looked for.
    fn password_found(&mut self, found: Option<Secret>) -> Action {
        let (Some(assistant), Some(password)) = (&self.assistant, found) else {
            return self.ask_password();
        };
        self.found = password.clone();
        Action::Try {
            account: assistant.account().clone(),
            password,
            trial: self.trials,
        }
    }

    /// The password has to be typed after all.
    fn ask_password(&mut self) -> Action {
        self.assistant = None;
        self.keeps = false;
        self.found = Secret::default();
        self.insisted |= self.password.is_empty();
        Action::Correct(PASSWORD)
    }

    /// Whether the password stays that which is kept: none is typed, and user and domain are the same.
    fn keeps_password(&self) -> bool {
        let same = |address: String| address::same(&address, &self.kept.address);
        self.keeps
            && self.password.is_empty()
            && self.auth_user.trim() == self.kept.auth_user
            && self.address().is_ok_and(same)
    }

    fn lacks_password(&self) -> bool {
        self.password.is_empty() && !self.keeps_password()
    }

    fn assist(&mut self, message: assistant::Message) -> Action {
        let Some(assistant) = &mut self.assistant else {
            return Action::None;
        };
        let wish = assistant.update(message);
        let account = assistant.account().clone();
        match wish {
            Wish::None => Action::None,
            Wish::Copy(text) => Action::Copy(text),
            Wish::Trace => Action::OpenTrace(account.address),
            Wish::Enter if self.keeps_password() => Action::LogIn {
                account,
                password: std::mem::take(&mut self.found),
                remember: None,
            },
            Wish::Enter => Action::LogIn {
                account,
                password: std::mem::take(&mut self.password),
                remember: Some(self.remember),
            },
            Wish::Again => {
                // What was decided meanwhile holds when the form comes back, too.
                self.tls_ca.clone_from(&account.tls_ca);
                self.kept.clone_from(&account);
                self.attempt(account)
            }
            Wish::Correct(Correct::Password) => self.ask_password(),
            Wish::Correct(what) => {
                self.assistant = None;
                self.advanced |= what == Correct::Server;
                Action::Correct(match what {
                    Correct::Anything => ADDRESS,
                    Correct::Password => PASSWORD,
                    Correct::Server => PROXY,
                })
            }
        }
    }

    /// The account, once everything is right.
    fn account(&self) -> Option<AccountSettings> {
        let address = self.address().ok()?;
        if self.is_logged_in() {
            return None;
        }
        if self.lacks_password() || self.advanced_problem() {
            return None;
        }
        // The buddies of another account are not this one's.
        let kept = if address::same(&self.kept.address, &address) {
            self.kept.clone()
        } else {
            AccountSettings {
                status: "available".to_owned(),
                ..AccountSettings::default()
            }
        };
        Some(AccountSettings {
            address,
            enabled: true,
            auth_user: self.auth_user.trim().to_owned(),
            outbound_proxy: proxies(&self.proxy).unwrap_or_default(),
            transport: self.transport,
            xcap_root: self.xcap_root.trim().to_owned(),
            tls_ca: self.tls_ca.trim().to_owned(),
            ..kept
        })
    }

    /// Whether there is something to go back to.
    fn leads_back(&self) -> bool {
        self.editing || !self.others.is_empty()
    }

    /// Whether the account that is typed in is logged in already.
    fn is_logged_in(&self) -> bool {
        let own = self.address();
        own.is_ok_and(|own| self.others.iter().any(|it| address::same(it, &own)))
    }

    /// The address that is meant. Where a machine knows one domain only, a name is enough.
    fn address(&self) -> Result<String, AddressProblem> {
        match (address::own(&self.address), self.presets.only()) {
            (Err(AddressProblem::NoDomain), Some(preset)) => {
                address::own(&format!("{}@{}", self.address.trim(), preset.domain))
            }
            (address, _) => address,
        }
    }

    /// What administrators have settled for that address.
    fn preset(&self) -> Option<&Preset> {
        let address = self.address().ok()?;
        self.presets.of_account(&address)
    }

    fn first_problem(&self) -> &'static str {
        if self.address().is_err() || self.is_logged_in() {
            ADDRESS
        } else if self.lacks_password() {
            PASSWORD
        } else if proxies(&self.proxy).is_none() {
            PROXY
        } else if xcap_problem(&self.xcap_root).is_some() {
            XCAP
        } else {
            CA
        }
    }

    fn advanced_problem(&self) -> bool {
        proxies(&self.proxy).is_none()
            || xcap_problem(&self.xcap_root).is_some()
            || file_problem(&self.tls_ca).is_some()
    }
}

/// The name of the address field.
pub const ADDRESS: &str = "log-in-address";
/// The name of the password field.
pub const PASSWORD: &str = "log-in-password";
const PROXY: &str = "log-in-proxy";
const XCAP: &str = "log-in-xcap";
const CA: &str = "log-in-ca";

#[cfg(test)]
mod tests;
