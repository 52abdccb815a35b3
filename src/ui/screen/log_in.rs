//! The first screen: log in, or look around in the demo office.

pub mod assistant;
mod typed;

use std::sync::Arc;

use iced::task::Handle;
use iced::widget::{Column, Space, column, container, row};
use iced::{Alignment, Length};

use self::assistant::{Assistant, Correct, Wish};
pub(super) use self::typed::file_problem;
use self::typed::{protocol, proxies, xcap_problem};
use crate::account::{AccountSettings, Preset, Presets, Secret, TransportChoice};
use crate::fl;
use crate::ui::address::{self, AddressProblem};
use crate::ui::plain_text;
use crate::ui::theme::{Element, STRONG, button as look, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::text::text;
use crate::ui::words;

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
    /// Log in with this account.
    LogIn {
        /// The account as it is to be kept.
        account: AccountSettings,
        /// Its password.
        password: Secret,
        /// Whether to put the password into the keyring.
        remember: bool,
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
            demo: false,
            ..self
        }
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
            Message::Assistant(trial, message) if trial == self.trials => {
                return self.assist(message);
            }
            // What an earlier trial still has to say is no longer about this one.
            Message::Scrolled | Message::Assistant(..) => {}
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
        self.assistant = Some(Assistant::new(account.clone()));
        Action::Try {
            account,
            password: self.password.clone(),
            trial: self.trials,
        }
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
            Wish::Enter => Action::LogIn {
                account,
                password: std::mem::take(&mut self.password),
                remember: self.remember,
            },
            Wish::Again => {
                // What was decided meanwhile holds when the form comes back, too.
                self.tls_ca.clone_from(&account.tls_ca);
                self.kept.clone_from(&account);
                self.attempt(account)
            }
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
        if self.password.is_empty() || self.advanced_problem() {
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
        } else if self.password.is_empty() {
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

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        if let Some(assistant) = &self.assistant {
            let trial = self.trials;
            let view = assistant.view();
            return view.map(move |message| Message::Assistant(trial, message));
        }
        let name = (!self.leads_back()).then(|| {
            column![
                text(fl!("app-name")).size(size::DISPLAY).font(STRONG),
                text(fl!("log-in-intro")).size(size::BODY).style(ink::quiet),
                Space::new().height(space::XS),
            ]
            .spacing(space::M)
        });
        let mut form = Column::new().push(name).extend([
            self.address_field(),
            self.password_field(),
            control::check(
                fl!("log-in-remember"),
                self.remember,
                Message::RememberSwitched,
            ),
            self.fold(),
        ]);
        form = form.spacing(space::M);
        if self.advanced {
            form = form.push(self.advanced_fields());
        }
        form = form.push(control::wide_main(
            fl!("log-in-button"),
            Some(Message::LogInPressed),
        ));
        if self.demo {
            form = form.push(self.demo_offer());
        }
        if self.leads_back() {
            let title = if self.editing {
                fl!("account-of")
            } else {
                fl!("log-in-another")
            };
            return control::page(title, Message::BackPressed, form, |_| Message::Scrolled);
        }
        control::scroll(
            control::readable(container(form).padding([space::XXL, space::L])),
            |_| Message::Scrolled,
        )
        .height(Length::Fill)
        .into()
    }

    fn address_field(&self) -> Element<'_, Message> {
        let problem = self.address().err();
        let only = self.presets.only();
        let hint = match (problem, self.preset(), only) {
            (None, ..) if self.is_logged_in() => Some(fl!("log-in-already")),
            (None, Some(preset), _) => {
                let name = plain_text::note(preset.shown());
                Some(fl!("log-in-preset", name = name))
            }
            (None, None, _) => None,
            (Some(AddressProblem::Empty), _, Some(only)) if !self.insisted => {
                let domain = plain_text::note(&only.domain);
                Some(fl!("log-in-address-short", domain = domain))
            }
            (Some(AddressProblem::Empty), ..) if !self.insisted => Some(fl!("log-in-address-hint")),
            (Some(problem), ..) => Some(words::address(problem)),
        };
        Field {
            example: if only.is_some() {
                "alice"
            } else {
                "alice@example.com"
            },
            hint,
            wrong: self.is_logged_in() || (problem.is_some() && self.insisted),
            on_submit: Some(Message::LogInPressed),
            ..Field::new(ADDRESS, fl!("log-in-address"), &self.address)
        }
        .view(Message::AddressEdited)
    }

    fn password_field(&self) -> Element<'_, Message> {
        let missing = self.insisted && self.password.is_empty();
        Field {
            secret: true,
            hint: missing.then(|| fl!("log-in-password-missing")),
            wrong: missing,
            on_submit: Some(Message::LogInPressed),
            ..Field::new(PASSWORD, fl!("log-in-password"), self.password.expose())
        }
        .view(|text| Message::PasswordEdited(text.into()))
    }

    fn fold(&self) -> Element<'_, Message> {
        let sign = if self.advanced { Icon::Up } else { Icon::Down };
        control::pressable_as(
            control::folding(self.advanced),
            row![
                icon::sized(sign, Ink::Accent, measure::ICON_SMALL),
                text(fl!("log-in-advanced")).size(size::BODY)
            ]
            .spacing(space::S)
            .align_y(Alignment::Center),
            look::link,
            [space::S, space::XS],
            Message::AdvancedSwitched,
        )
    }

    fn advanced_fields(&self) -> Element<'_, Message> {
        let wrong = |problem: bool| problem && self.insisted;
        let proxy_wrong = proxies(&self.proxy).is_none();
        let xcap = xcap_problem(&self.xcap_root);
        let ca = file_problem(&self.tls_ca);
        let preset = self.preset();
        // What is settled stands in the field for as long as nothing else does.
        let settled = |field: fn(&Preset) -> &String, example: &'static str| {
            let settled = preset.map(field).filter(|settled| !settled.is_empty());
            (
                settled.map_or(example, String::as_str),
                settled.map(|_| fl!("log-in-from-administrator")),
            )
        };
        let (proxy, proxy_settled) = settled(|it| &it.outbound_proxy, "sip:proxy.example.com");
        let (root, root_settled) =
            settled(|it| &it.xcap_root, "https://xcap.example.com/xcap-root");
        let (authority, authority_settled) = settled(|it| &it.tls_ca, "/etc/ssl/office-ca.pem");
        let automatic = match preset.and_then(|preset| preset.transport) {
            None => fl!("transport-automatic"),
            Some(settled) => fl!("transport-settled", transport = protocol(settled)),
        };
        let transports = [(automatic, None)].into_iter().chain(
            [
                TransportChoice::Udp,
                TransportChoice::Tcp,
                TransportChoice::Tls,
            ]
            .map(|choice| (protocol(choice).to_owned(), Some(choice))),
        );
        let fields = column![
            Field {
                example: proxy,
                hint: Some(if proxy_wrong {
                    fl!("log-in-proxy-problem")
                } else {
                    proxy_settled.unwrap_or_else(|| fl!("log-in-proxy-hint"))
                }),
                wrong: wrong(proxy_wrong),
                ..Field::new(PROXY, fl!("log-in-proxy"), &self.proxy)
            }
            .view(Message::ProxyEdited),
            column![
                text(fl!("log-in-transport"))
                    .size(size::BODY)
                    .font(crate::ui::theme::MEDIUM),
                control::choices(transports, self.transport, Message::TransportChosen),
            ]
            .spacing(space::XS),
            Field {
                hint: Some(fl!("log-in-auth-user-hint")),
                ..Field::new("log-in-auth-user", fl!("log-in-auth-user"), &self.auth_user)
            }
            .view(Message::AuthUserEdited),
            Field {
                example: root,
                wrong: wrong(xcap.is_some()),
                hint: xcap
                    .or(root_settled)
                    .or_else(|| Some(fl!("log-in-xcap-hint"))),
                ..Field::new(XCAP, fl!("log-in-xcap"), &self.xcap_root)
            }
            .view(Message::XcapRootEdited),
            Field {
                example: authority,
                wrong: wrong(ca.is_some()),
                hint: ca
                    .or(authority_settled)
                    .or_else(|| Some(fl!("log-in-ca-hint"))),
                ..Field::new(CA, fl!("log-in-ca"), &self.tls_ca)
            }
            .view(Message::TlsCaEdited),
        ]
        .spacing(space::L);
        container(fields)
            .padding(space::L)
            .style(crate::ui::theme::card)
            .into()
    }

    fn demo_offer(&self) -> Element<'_, Message> {
        let label = if self.opening_demo {
            fl!("log-in-demo-opening")
        } else {
            fl!("log-in-demo")
        };
        let press = (!self.opening_demo).then_some(Message::DemoPressed);
        let mut offer = column![
            Space::new().height(space::XS),
            control::divider(),
            Space::new().height(space::XS),
            control::wide_other(label, press),
            text(fl!("log-in-demo-hint"))
                .size(size::SMALL)
                .style(ink::quiet),
        ]
        .spacing(space::S);
        if let Some(problem) = &self.demo_problem {
            offer = offer.push(control::notice(
                fl!("log-in-demo-failed"),
                Some(problem.clone()),
                [],
            ));
        }
        offer.into()
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
