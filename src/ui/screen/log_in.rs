//! The first screen: log in, or look around in the demo office.

use iced::widget::{Column, Space, column, container, row, text};
use iced::{Alignment, Length};

use crate::account::{AccountSettings, Secret, TransportChoice};
use crate::fl;
use crate::ui::address::{self, AddressProblem};
use crate::ui::plain_text;
use crate::ui::theme::{Element, STRONG, button as look, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
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
}

/// What the application is asked to do.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "handed over once a log-in")]
pub enum Action {
    /// Nothing.
    None,
    /// Something is missing: focus the field of this name.
    Correct(&'static str),
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

    /// The demo office could not be opened.
    pub fn demo_failed(&mut self, problem: String) {
        self.opening_demo = false;
        self.demo_problem = Some(problem);
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Scrolled => {}
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
        Action::LogIn {
            account,
            password: std::mem::take(&mut self.password),
            remember: self.remember,
        }
    }

    /// The account, once everything is right.
    fn account(&self) -> Option<AccountSettings> {
        let address = address::own(&self.address).ok()?;
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

    /// Whether the account that is typed in is logged in already.
    fn is_logged_in(&self) -> bool {
        let own = address::own(&self.address);
        own.is_ok_and(|own| self.others.iter().any(|it| address::same(it, &own)))
    }

    fn first_problem(&self) -> &'static str {
        if address::own(&self.address).is_err() || self.is_logged_in() {
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
        let name = self.others.is_empty().then(|| {
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
        if !self.others.is_empty() {
            let title = fl!("log-in-another");
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
        let problem = address::own(&self.address).err();
        let hint = match problem {
            None if self.is_logged_in() => Some(fl!("log-in-already")),
            None => None,
            Some(AddressProblem::Empty) if !self.insisted => Some(fl!("log-in-address-hint")),
            Some(problem) => Some(words::address(problem)),
        };
        Field {
            example: "alice@example.com",
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
        control::pressable(
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
        let transports = [
            (fl!("transport-automatic"), None),
            ("UDP".to_owned(), Some(TransportChoice::Udp)),
            ("TCP".to_owned(), Some(TransportChoice::Tcp)),
            ("TLS".to_owned(), Some(TransportChoice::Tls)),
        ];
        let fields = column![
            Field {
                example: "sip:proxy.example.com",
                hint: Some(if proxy_wrong {
                    fl!("log-in-proxy-problem")
                } else {
                    fl!("log-in-proxy-hint")
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
                example: "https://xcap.example.com/xcap-root",
                wrong: wrong(xcap.is_some()),
                hint: Some(xcap.unwrap_or_else(|| fl!("log-in-xcap-hint"))),
                ..Field::new(XCAP, fl!("log-in-xcap"), &self.xcap_root)
            }
            .view(Message::XcapRootEdited),
            Field {
                example: "/etc/ssl/office-ca.pem",
                wrong: wrong(ca.is_some()),
                hint: Some(ca.unwrap_or_else(|| fl!("log-in-ca-hint"))),
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

/// The proxies as URIs, with spaces between; empty stays empty. `None`: one of them cannot be one.
fn proxies(typed: &str) -> Option<String> {
    let proxies: Option<Vec<String>> = typed.split_whitespace().map(proxy).collect();
    Some(proxies?.join(" "))
}

fn proxy(typed: &str) -> Option<String> {
    let is_uri = typed.starts_with("sip:") || typed.starts_with("sips:");
    let rest = typed.split_once(':').map_or(typed, |(_, rest)| rest);
    let bad = typed.contains(['<', '>', '"']);
    let host = if is_uri { rest } else { typed };
    let host_char = |c: char| c.is_alphanumeric() || c == '[';
    if bad || typed.contains("//") || !host.starts_with(host_char) {
        return None;
    }
    Some(if is_uri {
        typed.to_owned()
    } else {
        format!("sip:{typed};lr")
    })
}

fn xcap_problem(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let rest = typed
        .strip_prefix("https://")
        .or_else(|| typed.strip_prefix("http://"));
    let usable = rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !rest.contains(char::is_whitespace)
    });
    (!typed.is_empty() && !usable).then(|| fl!("log-in-xcap-problem"))
}

fn file_problem(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let missing = !typed.is_empty() && !std::path::Path::new(typed).is_file();
    missing.then(|| fl!("log-in-ca-problem"))
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
