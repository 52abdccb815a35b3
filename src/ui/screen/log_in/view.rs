//! What the form of the log-in looks like.

use iced::widget::{Column, Space, column, container, row};
use iced::{Alignment, Length};

use super::typed::{file_problem, protocol, proxies, xcap_problem};
use super::{ADDRESS, CA, Message, PASSWORD, PROXY, State, XCAP};
use crate::account::{Preset, TransportChoice};
use crate::fl;
use crate::ui::address::AddressProblem;
use crate::ui::plain_text;
use crate::ui::theme::{Element, STRONG, button as look, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::text::text;
use crate::ui::words;

impl State {
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
        let missing = self.insisted && self.lacks_password();
        let kept = self.keeps_password();
        let hint = missing.then(|| fl!("log-in-password-missing"));
        Field {
            secret: true,
            hint: hint.or_else(|| kept.then(|| fl!("log-in-password-kept"))),
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
