//! A server's certificate that is not trusted: what it says, what is wrong with it, and what to do.

use iced::Length;
use iced::widget::{Column, Row, column, container, row};

use super::log_in::file_problem;
use crate::account::{Fingerprint, Pin, Refused, TrustedCertificate};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{Element, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is looked at, and decided so far.
#[derive(Debug, Clone)]
pub struct State {
    refused: Refused,
    /// Whether the server has shown another one before, which the user trusts.
    changed: bool,
    compared: bool,
    authority: String,
    insisted: bool,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The page was scrolled.
    Scrolled,
    /// 'I have compared' was switched.
    ComparedSwitched,
    /// The file of an authority was edited.
    AuthorityEdited(String),
    /// 'Copy the fingerprint' was pressed.
    CopyPressed,
    /// 'Trust it for this account' was pressed.
    TrustPressed,
    /// 'Trust this authority' was pressed.
    AuthorityPressed,
    /// 'Do not connect' was pressed, or the way back was taken.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Trust this certificate of this server from now on, for this account; and which of its machines has shown it.
    Trust(Pin, String),
    /// Trust the certificates in this file from now on, for this account.
    TrustAuthority(String),
    /// Copy this.
    Copy(String),
    /// Go back.
    Back,
}

impl State {
    /// Shows what a server has shown; `trusted` is what the account trusts.
    pub fn new(refused: Refused, trusted: &[TrustedCertificate]) -> Self {
        Self {
            changed: is_another(&refused, trusted),
            refused,
            compared: false,
            authority: String::new(),
            insisted: false,
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ComparedSwitched => self.compared = !self.compared,
            Message::AuthorityEdited(text) => self.authority = text,
            Message::CopyPressed => {
                return Action::Copy(self.refused.certificate.fingerprint.to_string());
            }
            Message::TrustPressed if self.compared => {
                let pin = Pin {
                    fingerprint: self.refused.certificate.fingerprint,
                    server: self.refused.server.clone(),
                };
                return Action::Trust(pin, self.refused.at.clone());
            }
            Message::Scrolled | Message::TrustPressed => {}
            Message::AuthorityPressed => {
                let file = self.authority.trim();
                if !file.is_empty() && file_problem(file).is_none() {
                    return Action::TrustAuthority(file.to_owned());
                }
                self.insisted = true;
            }
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    /// Shows it.
    pub fn view(&self) -> Element<'_, Message> {
        let server = plain_text::note(&self.refused.server);
        let (what, hint) = told(&server, self.changed);
        let content = column![
            control::notice(what, Some(hint), []),
            control::group(fl!("certificate-wrong"), self.wrong()),
            control::group(fl!("certificate-shown"), self.shown()),
            control::card(self.decision()),
            control::card(self.other_way()),
        ]
        .spacing(space::L);
        control::page(
            fl!("certificate-title", server = server),
            Message::BackPressed,
            content,
            |_| Message::Scrolled,
        )
    }

    fn wrong(&self) -> Element<'_, Message> {
        let lines = self.refused.why.iter().map(|why| {
            row![
                icon::sized(Icon::Cross, Ink::Danger, measure::ICON_SMALL),
                text(words::distrust(why))
                    .size(size::BODY)
                    .width(Length::Fill),
            ]
            .spacing(space::S)
            .into()
        });
        Column::with_children(lines).spacing(space::S).into()
    }

    fn shown(&self) -> Element<'_, Message> {
        let certificate = &self.refused.certificate;
        let names = if certificate.names.is_empty() {
            fl!("certificate-no-names")
        } else {
            let mut names: Vec<String> = certificate
                .names
                .iter()
                .take(NAMES)
                .map(|name| plain_text::note(name))
                .collect();
            if certificate.names.len() > NAMES {
                names.push("…".to_owned());
            }
            names.join(", ")
        };
        let valid = fl!(
            "certificate-valid-span",
            from = words::day(certificate.not_before),
            to = words::day(certificate.not_after)
        );
        column![
            fact(fl!("certificate-names"), names),
            fact(fl!("certificate-valid"), valid),
            fact(
                fl!("certificate-issuer"),
                plain_text::note(&certificate.issuer)
            ),
            column![
                text(fl!("certificate-fingerprint"))
                    .size(size::SMALL)
                    .style(ink::quiet),
                in_columns(certificate.fingerprint),
            ]
            .spacing(space::XXS),
            control::flush_link(fl!("certificate-copy"), Some(Message::CopyPressed)),
        ]
        .spacing(space::M)
        .into()
    }

    fn decision(&self) -> Element<'_, Message> {
        column![
            control::check(
                fl!("certificate-compared"),
                self.compared,
                Message::ComparedSwitched
            ),
            row![
                control::main(fl!("certificate-refuse"), Some(Message::BackPressed)),
                control::danger(
                    fl!("certificate-trust"),
                    self.compared.then_some(Message::TrustPressed)
                ),
            ]
            .spacing(space::S)
            .wrap()
            .vertical_spacing(space::S),
            text(fl!("certificate-trust-hint"))
                .size(size::SMALL)
                .style(ink::quiet),
        ]
        .spacing(space::M)
        .into()
    }

    /// Whoever runs many servers has an authority of their own.
    fn other_way(&self) -> Element<'_, Message> {
        let missing = self.authority.trim().is_empty();
        let problem = if missing {
            self.insisted.then(|| fl!("log-in-ca-problem"))
        } else {
            file_problem(&self.authority)
        };
        let field = Field {
            example: "/etc/ssl/office-ca.pem",
            wrong: problem.is_some() && self.insisted,
            hint: Some(problem.unwrap_or_else(|| fl!("log-in-ca-hint"))),
            on_submit: Some(Message::AuthorityPressed),
            ..Field::new(AUTHORITY, fl!("log-in-ca"), &self.authority)
        };
        column![
            field.view(Message::AuthorityEdited),
            control::other(
                fl!("certificate-authority-use"),
                Some(Message::AuthorityPressed)
            ),
        ]
        .spacing(space::M)
        .into()
    }
}

/// The one of several that matters most: what SIP goes through, else the first.
pub fn pressing(refused: &[Refused]) -> Option<&Refused> {
    let mut over_sip = refused.iter().filter(|refused| !refused.web);
    over_sip.next().or_else(|| refused.first())
}

/// Whether a server has shown another certificate before, which is trusted as it is.
pub fn is_another(refused: &Refused, trusted: &[TrustedCertificate]) -> bool {
    let mut trusted = trusted.iter();
    trusted.any(|trusted| trusted.server == refused.server)
}

/// What has happened, and what that means.
pub fn told(server: &str, changed: bool) -> (String, String) {
    if changed {
        (
            fl!("certificate-changed", server = server),
            fl!("certificate-changed-hint"),
        )
    } else {
        (
            fl!("certificate-notice", server = server),
            fl!("certificate-notice-hint"),
        )
    }
}

fn fact<'a>(label: String, value: String) -> Element<'a, Message> {
    column![
        text(label).size(size::SMALL).style(ink::quiet),
        text(value).size(size::BODY),
    ]
    .spacing(space::XXS)
    .into()
}

/// Bytes below each other in columns, as many beside each other as there is room for: so two people can compare it aloud.
fn in_columns<'a>(fingerprint: Fingerprint) -> Element<'a, Message> {
    let written = fingerprint.to_string();
    let pairs: Vec<&str> = written.split(':').collect();
    let groups = pairs.chunks(BYTES_TOGETHER).map(|group| {
        let bytes = group.iter().map(|byte| {
            let byte = text((*byte).to_owned()).size(size::BODY);
            container(byte).width(measure::BYTE).into()
        });
        Row::with_children(bytes).into()
    });
    container(
        Row::with_children(groups)
            .spacing(space::S)
            .wrap()
            .vertical_spacing(space::XXS),
    )
    .max_width(measure::FINGERPRINT)
    .into()
}

/// The name of the field for the file of an authority.
pub const AUTHORITY: &str = "certificate-authority";

/// Names of a certificate that are shown.
const NAMES: usize = 8;
/// So many bytes stay side by side.
const BYTES_TOGETHER: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{click, overflowing, refused, says, texts};

    fn trusted(server: &str) -> TrustedCertificate {
        TrustedCertificate {
            server: server.to_owned(),
            ..TrustedCertificate::default()
        }
    }

    #[test]
    fn everything_that_a_person_compares_is_shown() {
        speak("en");
        let state = State::new(refused(), &[trusted("other.example.test")]);
        for said in [
            "The certificate of example.test is not trusted.",
            "It has expired.",
            "It signs itself: nobody else vouches for it.",
            "It is not for example.test.",
            "other.example.net, 127.0.0.1",
            "2019-01-01 to 2020-02-03",
            "CN=Somebody",
        ] {
            assert!(says(state.view(), said), "{said}");
        }
        let fingerprint = refused().certificate.fingerprint.to_string();
        let bytes = texts(state.view())
            .into_iter()
            .filter(|text| text.len() == 2);
        let bytes: Vec<String> = bytes.collect();
        assert_eq!(bytes.join(":"), fingerprint);
    }

    #[test]
    fn it_is_trusted_only_after_it_was_compared() {
        speak("en");
        let mut state = State::new(refused(), &[]);
        assert!(click(state.view(), "Trust it for this account").is_empty());
        assert_eq!(state.update(Message::TrustPressed), Action::None);
        let said = click(
            state.view(),
            "I have compared the fingerprint with what my administrator says.",
        );
        state.update(said[0].clone());
        let said = click(state.view(), "Trust it for this account");
        let Action::Trust(pin, at) = state.update(said[0].clone()) else {
            panic!("it was compared");
        };
        assert_eq!(pin.server, "example.test");
        assert_eq!(pin.fingerprint, refused().certificate.fingerprint);
        assert_eq!(at, "192.0.2.1:5061");
        let said = click(state.view(), "Do not connect");
        assert_eq!(state.update(said[0].clone()), Action::Back);
    }

    #[test]
    fn another_one_than_before_is_another_matter() {
        speak("en");
        let state = State::new(refused(), &[trusted("example.test")]);
        assert!(says(state.view(), "shows another certificate than the one"));
        assert!(says(state.view(), "Somebody may be listening in between."));
    }

    #[test]
    fn an_authority_is_a_file_that_is_there() {
        speak("en");
        let mut state = State::new(refused(), &[]);
        assert_eq!(state.update(Message::AuthorityPressed), Action::None);
        assert!(says(state.view(), "There is no such file."));
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_string_lossy().into_owned();
        state.update(Message::AuthorityEdited(format!(" {path} ")));
        let said = click(state.view(), "Trust this authority");
        let action = state.update(said[0].clone());
        assert_eq!(action, Action::TrustAuthority(path));
    }

    #[test]
    fn it_fits_a_small_window_at_twice_the_size_in_every_language() {
        for language in ["en", "de", "es", "fr", "pl", "ja"] {
            speak(language);
            let state = State::new(refused(), &[trusted("example.test")]);
            let over = overflowing(state.view(), 160.0);
            assert!(over.is_empty(), "{language}: {over:?}");
        }
        speak("en");
    }
}
