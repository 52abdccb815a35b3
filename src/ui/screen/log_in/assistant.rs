//! The first log-in, step by step: what is tried, what came of it, and what to do where it did not work.
//!
//! The steps are those of `siskin doctor`; what that says of each is shown below its word for whoever wants to know.

use iced::task::Handle;
use iced::widget::{Column, Space, column, row};
use iced::{Alignment, Length};

use crate::account::doctor::{Check, CheckState, ESSENTIAL, Finding};
use crate::account::{self, AccountSettings, Fault, Refused};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::screen::certificate;
use crate::ui::theme::{Element, STRONG, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::text::text;
use crate::ui::words;

/// An account that is tried before it is logged in to.
#[derive(Debug, Clone)]
pub struct Assistant {
    /// As it will be logged in to.
    account: AccountSettings,
    checks: Vec<Check>,
    done: bool,
    /// Whether what was found is shown word by word.
    details: bool,
    certificate: Option<certificate::State>,
    /// Ends the trial when it goes.
    trial: Option<Handle>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The page was scrolled.
    Scrolled,
    /// A step was taken.
    Checked(Check),
    /// There are no more.
    Done,
    /// 'Details' was folded or unfolded.
    DetailsSwitched,
    /// 'Log in' was pressed, whatever has failed.
    EnterPressed,
    /// 'Try again' was pressed.
    AgainPressed,
    /// The account's details are to be corrected.
    CorrectPressed(Correct),
    /// The certificate that is not trusted is to be seen.
    CertificatePressed,
    /// What was sent and received is to be seen.
    TracePressed,
    /// On the page of a certificate.
    Certificate(certificate::Message),
}

/// What to correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correct {
    /// Nothing certain.
    Anything,
    /// Name or password.
    Password,
    /// The way to the server.
    Server,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    None,
    /// Log in now.
    Enter,
    /// Try anew, with the account as it is now.
    Again,
    /// Back to the form.
    Correct(Correct),
    /// Copy this.
    Copy(String),
    /// Show what was sent and received.
    Trace,
}

/// A step in the words of people.
struct Step {
    /// The step of the examination that it stands for.
    name: &'static str,
    label: fn() -> String,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Waiting,
    Running,
    Over(CheckState),
}

impl Assistant {
    /// An account that is about to be tried.
    pub fn new(account: AccountSettings) -> Self {
        Self {
            account,
            checks: Vec::new(),
            done: false,
            details: false,
            certificate: None,
            trial: None,
        }
    }

    /// The trial has begun; it ends with this.
    pub fn began(&mut self, trial: Handle) {
        self.trial = Some(trial);
    }

    /// The account, with what was found about it.
    pub fn account(&self) -> &AccountSettings {
        &self.account
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Wish {
        match message {
            Message::Scrolled => {}
            Message::Checked(check) => {
                if let Some(Finding::XcapRoot(root)) = check.finding.as_deref() {
                    self.account.xcap_root.clone_from(root);
                }
                self.checks.push(check);
            }
            Message::Done => {
                self.done = true;
                if self.first_failure().is_none() {
                    return Wish::Enter;
                }
            }
            Message::DetailsSwitched => self.details = !self.details,
            Message::EnterPressed => return Wish::Enter,
            Message::AgainPressed => return Wish::Again,
            Message::CorrectPressed(what) => return Wish::Correct(what),
            Message::CertificatePressed => {
                let shown = self.refused().cloned();
                self.certificate =
                    shown.map(|refused| certificate::State::new(refused, &self.account.trusted));
            }
            Message::TracePressed => return Wish::Trace,
            Message::Certificate(message) => return self.certificate(message),
        }
        Wish::None
    }

    /// Closes the page of a certificate. False: it is not open.
    pub fn close(&mut self) -> bool {
        self.certificate.take().is_some()
    }

    fn certificate(&mut self, message: certificate::Message) -> Wish {
        let Some(state) = &mut self.certificate else {
            return Wish::None;
        };
        match state.update(message) {
            certificate::Action::None => Wish::None,
            certificate::Action::Copy(text) => Wish::Copy(text),
            certificate::Action::Back => {
                self.certificate = None;
                Wish::None
            }
            certificate::Action::Trust(pin, at) => {
                account::trust(&mut self.account, &pin, &at);
                Wish::Again
            }
            certificate::Action::TrustAuthority(file) => {
                self.account.tls_ca = file;
                Wish::Again
            }
        }
    }

    /// The first essential step that failed.
    fn first_failure(&self) -> Option<&'static str> {
        let ways = ["settings", "dns", "connection", "register"];
        let essential = ways.into_iter().chain(ESSENTIAL);
        let mut failed = essential.filter(|step| {
            matches!(self.outcome(step), Some(CheckState::Fail))
                // Who asks a server for less than registration still has presence.
                && !(*step == "register" && self.has_presence())
        });
        failed.next()
    }

    fn has_presence(&self) -> bool {
        matches!(
            self.outcome("presence"),
            Some(CheckState::Ok | CheckState::Warn)
        )
    }

    /// What came of a step. Several servers stand in for each other: it is enough that one of them works.
    fn outcome(&self, step: &str) -> Option<CheckState> {
        let of_step = self.checks.iter().filter(|check| check.step == step);
        let states = of_step.map(|check| check.state);
        states.min_by_key(|state| match state {
            CheckState::Ok => 0,
            CheckState::Warn => 1,
            CheckState::Skipped => 2,
            CheckState::Fail => 3,
        })
    }

    fn standing(&self, place: usize) -> Standing {
        let step = STEPS.get(place).map_or("", |step| step.name);
        match self.outcome(step) {
            Some(state) => Standing::Over(state),
            None if self.done => Standing::Over(CheckState::Skipped),
            None => {
                let before = place.checked_sub(1).and_then(|before| STEPS.get(before));
                if before.is_none_or(|step| self.outcome(step.name).is_some()) {
                    Standing::Running
                } else {
                    Standing::Waiting
                }
            }
        }
    }

    /// A certificate that stands in the way, if one does.
    fn refused(&self) -> Option<&Refused> {
        let findings = self
            .checks
            .iter()
            .filter_map(|check| check.finding.as_deref());
        let mut refused = findings.filter_map(|finding| match finding {
            Finding::Refused(refused) => Some(refused),
            Finding::XcapRoot(_) => None,
        });
        refused.next()
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        if let Some(certificate) = &self.certificate {
            return certificate.view().map(Message::Certificate);
        }
        let address = plain_text::address(&self.account.address);
        let whom = if self.done {
            address
        } else {
            fl!("assist-intro", address = address)
        };
        let lines = (0..STEPS.len()).map(|place| self.line(place));
        let mut content = column![
            text(whom).size(size::BODY),
            control::card(Column::with_children(lines).spacing(space::M)),
        ]
        .spacing(space::L);
        content = content.push(self.notice());
        content = content.push(self.buttons());
        content = content.push(self.word_by_word());
        control::page(
            fl!("assist-title"),
            Message::CorrectPressed(Correct::Anything),
            content,
            |_| Message::Scrolled,
        )
    }

    fn line(&self, place: usize) -> Element<'_, Message> {
        let standing = self.standing(place);
        let step = &STEPS[place];
        let (sign, word) = match standing {
            Standing::Waiting => (
                Space::new().width(measure::ICON_SMALL).into(),
                String::new(),
            ),
            Standing::Running => (sign(Icon::Retry, Ink::Quiet), fl!("assist-running")),
            Standing::Over(CheckState::Ok) => (sign(Icon::Check, Ink::Accent), fl!("assist-ok")),
            Standing::Over(CheckState::Skipped) => {
                // It was looked for in vain, and nobody has to have one.
                let looked_for = step.name == "xcap" && self.outcome(step.name).is_some();
                let word = if looked_for {
                    fl!("assist-no-xcap")
                } else {
                    fl!("assist-untried")
                };
                (sign(Icon::Minus, Ink::Quiet), word)
            }
            Standing::Over(state) => {
                let icon = if state == CheckState::Fail {
                    Icon::Cross
                } else {
                    Icon::Warning
                };
                (sign(icon, Ink::Danger), self.why(step.name))
            }
        };
        let quiet = standing == Standing::Waiting;
        let label = text((step.label)()).size(size::BODY);
        let label = if quiet {
            label.style(ink::quiet)
        } else {
            label
        };
        let word = (!word.is_empty()).then(|| text(word).size(size::SMALL).style(ink::quiet));
        row![
            sign,
            column![label]
                .push(word)
                .spacing(space::XXS)
                .width(Length::Fill),
        ]
        .spacing(space::S)
        .into()
    }

    /// Why a step did not work, or not well.
    fn why(&self, step: &str) -> String {
        let mut of_step = self.checks.iter().filter(|check| check.step == step);
        let Some(check) = of_step.find(|check| Some(check.state) == self.outcome(step)) else {
            return String::new();
        };
        match (step, check.state) {
            ("settings", _) => plain_text::sentence(&check.detail),
            ("connection", CheckState::Warn) => fl!("assist-open"),
            ("dns", CheckState::Fail) => fl!("assist-no-server"),
            ("dns", _) => fl!("assist-some-servers"),
            ("connection", _) if self.refused().is_some() => fl!("assist-certificate"),
            _ if check.code == 0 => plain_text::sentence(&check.detail),
            _ => words::reason(&check.detail, Some(Fault::of_code(check.code))),
        }
    }

    /// What happened, why, and the one button that may help.
    fn notice(&self) -> Option<Element<'_, Message>> {
        let step = self.first_failure().filter(|_| self.done)?;
        let why = self.why(step);
        let code = self.checks.iter().find(|check| check.step == step)?.code;
        let (what, hint, button, press) = match step {
            "connection" | "dns" if self.refused().is_some() => (
                fl!("assist-failed-certificate"),
                fl!("certificate-notice-hint"),
                fl!("certificate-look"),
                Message::CertificatePressed,
            ),
            "settings" => (
                fl!("assist-failed-settings"),
                why,
                fl!("assist-correct"),
                Message::CorrectPressed(Correct::Server),
            ),
            "dns" => (
                fl!("assist-failed-dns"),
                fl!("assist-failed-dns-hint"),
                fl!("assist-enter-server"),
                Message::CorrectPressed(Correct::Server),
            ),
            "connection" => (
                fl!("assist-failed-connection"),
                fl!("assist-failed-connection-hint"),
                fl!("assist-again"),
                Message::AgainPressed,
            ),
            "register" if Fault::of_code(code) == Fault::Authentication => (
                fl!("assist-failed-password"),
                fl!("assist-failed-password-hint"),
                fl!("assist-correct"),
                Message::CorrectPressed(Correct::Password),
            ),
            "register" => (
                fl!("assist-failed-register"),
                why,
                fl!("assist-again"),
                Message::AgainPressed,
            ),
            _ => (
                fl!("assist-failed-part"),
                fl!("assist-failed-part-hint"),
                fl!("assist-enter"),
                Message::EnterPressed,
            ),
        };
        Some(control::notice(
            what,
            Some(hint),
            [control::tinted(button, Some(press))],
        ))
    }

    fn buttons(&self) -> Element<'_, Message> {
        // What is still asked does not have to be waited for.
        let can_enter = !self.done && self.outcome("register") == Some(CheckState::Ok);
        row![control::other(
            fl!("assist-back"),
            Some(Message::CorrectPressed(Correct::Anything))
        )]
        .push(can_enter.then(|| control::link(fl!("assist-enter"), Some(Message::EnterPressed))))
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::S)
        .into()
    }

    /// What the examination itself says, in English, as on the command line.
    fn word_by_word(&self) -> Element<'_, Message> {
        let fold = if self.details { Icon::Up } else { Icon::Down };
        let head = control::pressable_as(
            control::folding(self.details),
            row![
                icon::sized(fold, Ink::Accent, measure::ICON_SMALL),
                text(fl!("assist-details")).size(size::BODY),
            ]
            .spacing(space::S)
            .align_y(Alignment::Center),
            crate::ui::theme::button::link,
            [space::S, space::XS],
            Message::DetailsSwitched,
        );
        let lines = self.details.then(|| {
            let lines = self.checks.iter().map(|check| {
                column![
                    text(check.step).size(size::SMALL).font(STRONG),
                    text(plain_text::one_line(&check.detail, DETAIL)).size(size::SMALL),
                ]
                .into()
            });
            Column::with_children(lines).spacing(space::S)
        });
        let trace = control::link(fl!("assist-trace"), Some(Message::TracePressed));
        column![head]
            .push(lines)
            .push(trace)
            .spacing(space::S)
            .into()
    }
}

fn sign<'a>(shown: Icon, ink: Ink) -> Element<'a, Message> {
    icon::sized(shown, ink, measure::ICON_SMALL)
}

/// The steps that people know, in the order in which they are taken.
const STEPS: [Step; 9] = [
    Step {
        name: "dns",
        label: || fl!("assist-dns"),
    },
    Step {
        name: "connection",
        label: || fl!("assist-connection"),
    },
    Step {
        name: "register",
        label: || fl!("assist-register"),
    },
    Step {
        name: "presence",
        label: || fl!("assist-presence"),
    },
    Step {
        name: "message-summary",
        label: || fl!("assist-messages"),
    },
    Step {
        name: "presence.winfo",
        label: || fl!("assist-watchers"),
    },
    Step {
        name: "dialog",
        label: || fl!("assist-calls"),
    },
    Step {
        name: "publish",
        label: || fl!("assist-publish"),
    },
    Step {
        name: "xcap",
        label: || fl!("assist-xcap"),
    },
];
/// Characters of one finding.
const DETAIL: usize = 1000;

#[cfg(test)]
mod tests;
