//! Settings: how the window looks, what is told when nobody is there, and the account.

mod closing;
mod idle;

use iced::Alignment;
use iced::widget::{Space, column, row};

use super::trusted;
use crate::account::{
    AccountSettings, ActivitySettings, Appearance, ContrastChoice, Density, IdleSettings,
    ListOrder, ListSettings, Notifications, Settings, ThemeChoice, TrustedCertificate, WhenClosed,
};
use crate::desktop::autostart::{Found, Start};
use crate::fl;
use crate::i18n;
use crate::ui::address::{self, AddressProblem};
use crate::ui::plain_text;
use crate::ui::theme::{Element, MEDIUM, STRONG, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is open, and typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The voicemail number as it was typed; `None`: as it is kept.
    voicemail: Option<String>,
    /// Whether 'remove' was pressed once.
    removing: bool,
    /// Whether this desktop does not tell whether somebody is at the machine.
    blind: bool,
    /// Whether the desktop shows the icon in its panel.
    icon: bool,
    /// Whether the desktop is known to show no notifications.
    silent: bool,
    /// How the program starts with the session; `None` where that cannot be chosen.
    autostart: Option<Found>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The form was scrolled.
    Scrolled,
    /// A theme was chosen.
    ThemeChosen(ThemeChoice),
    /// A contrast was chosen.
    ContrastChosen(ContrastChoice),
    /// A size was chosen, in percent.
    ScaleChosen(u16),
    /// A language was chosen; empty: that of the system.
    LanguageChosen(&'static str),
    /// An order of the buddies was chosen.
    OrderChosen(ListOrder),
    /// Those who are offline were shown or hidden.
    HideOfflineChosen(bool),
    /// A density of the list was chosen.
    DensityChosen(Density),
    /// Notifications were switched on or off.
    NotificationsChosen(bool),
    /// The minutes between reminders were chosen; 0: none.
    ReminderChosen(u16),
    /// Sounds were switched on or off.
    SoundChosen(bool),
    /// How long it is remembered what has changed was chosen, in days.
    ActivityChosen(u16),
    /// 'What has changed' was pressed.
    ActivityPressed,
    /// The voicemail number was edited.
    VoicemailEdited(String),
    /// 'What each key does' was pressed.
    KeysPressed,
    /// Something else is to be told when nobody is there.
    IdleChosen(IdleSettings),
    /// Closing the window is to mean something else.
    ClosingChosen(WhenClosed),
    /// The program is to start with the session like this.
    AutostartChosen(Start),
    /// 'Add another account' was pressed.
    AddAccountPressed,
    /// 'All accounts' was pressed.
    AccountsPressed,
    /// 'Log out' was pressed.
    LogOutPressed,
    /// 'Log in again' was pressed.
    LogInAgainPressed,
    /// 'Password…' was pressed.
    ChangePasswordPressed,
    /// 'Trust no longer' was pressed for the certificate with this fingerprint.
    DistrustPressed(TrustedCertificate),
    /// 'Remove account' was pressed.
    RemovePressed,
    /// It was meant.
    RemoveConfirmed,
    /// It was not meant.
    RemoveCancelled,
    /// 'Back' was pressed.
    BackPressed,
}

/// What the application is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Look like this from now on.
    Appear(Appearance),
    /// List the buddies like this from now on.
    List(ListSettings),
    /// Tell the user like this from now on.
    Notify(Notifications),
    /// Remember what has changed like this from now on.
    Activity(ActivitySettings),
    /// Show what has changed.
    OpenActivity,
    /// Call this for the voicemail; empty: what the server names.
    Voicemail(String),
    /// Show what each key does.
    ShowKeys,
    /// Tell this when nobody is there.
    Idle(IdleSettings),
    /// Do this when the window is closed.
    WhenClosed(WhenClosed),
    /// Start with the session like this from now on.
    Autostart(Start),
    /// Ask for one more account.
    AddAccount,
    /// Show all accounts.
    OpenAccounts,
    /// Log out and stay so.
    LogOut,
    /// Log out and in again.
    LogInAgain,
    /// Ask for another password.
    ChangePassword,
    /// Trust the certificate with this fingerprint no longer by itself.
    Distrust(TrustedCertificate),
    /// Log out and forget the account with all its data.
    Remove,
    /// Go back.
    Back,
}

impl State {
    /// The settings as they open; `blind` where this desktop does not tell whether somebody is at the machine, `icon` where
    /// it shows the icon in its panel.
    pub fn new(blind: bool, icon: bool) -> Self {
        Self {
            blind,
            icon,
            ..Self::default()
        }
    }

    /// The same where the program starts like this with the session.
    #[must_use]
    pub fn starting(self, autostart: Option<Found>) -> Self {
        Self { autostart, ..self }
    }

    /// The desktop shows notifications, or does not.
    pub fn notifying(&mut self, shown: bool) {
        self.silent = !shown;
    }

    /// Takes in what happened; `settings` are the present ones.
    pub fn update(&mut self, message: &Message, settings: &Settings) -> Action {
        let appearance = &settings.appearance;
        let change = |change: &dyn Fn(&mut Appearance)| {
            let mut changed = appearance.clone();
            change(&mut changed);
            Action::Appear(changed)
        };
        match *message {
            Message::Scrolled => Action::None,
            Message::ThemeChosen(theme) => change(&|appearance| appearance.theme = theme),
            Message::ContrastChosen(contrast) => {
                change(&|appearance| appearance.contrast = contrast)
            }
            Message::ScaleChosen(percent) => change(&|appearance| {
                appearance.scale_percent = percent.clamp(SMALLEST, LARGEST);
            }),
            Message::LanguageChosen(tag) => {
                change(&|appearance| tag.clone_into(&mut appearance.language))
            }
            Message::OrderChosen(order) => Action::List(ListSettings {
                order,
                ..settings.list
            }),
            Message::HideOfflineChosen(hide_offline) => Action::List(ListSettings {
                hide_offline,
                ..settings.list
            }),
            Message::DensityChosen(density) => Action::List(ListSettings {
                density,
                ..settings.list
            }),
            Message::NotificationsChosen(enabled) => Action::Notify(Notifications {
                enabled,
                ..settings.notifications
            }),
            Message::ReminderChosen(remind_minutes) => Action::Notify(Notifications {
                remind_minutes,
                ..settings.notifications
            }),
            Message::SoundChosen(sound) => Action::Notify(Notifications {
                sound,
                ..settings.notifications
            }),
            Message::ActivityChosen(days) => Action::Activity(ActivitySettings { days }),
            Message::ActivityPressed => Action::OpenActivity,
            Message::VoicemailEdited(ref typed) => {
                self.voicemail = Some(typed.clone());
                Action::Voicemail(typed.trim().to_owned())
            }
            Message::KeysPressed => Action::ShowKeys,
            Message::IdleChosen(idle) => Action::Idle(idle),
            Message::ClosingChosen(chosen) => Action::WhenClosed(chosen),
            Message::AutostartChosen(start) => Action::Autostart(start),
            Message::AddAccountPressed => Action::AddAccount,
            Message::AccountsPressed => Action::OpenAccounts,
            Message::LogOutPressed => Action::LogOut,
            Message::LogInAgainPressed => Action::LogInAgain,
            Message::ChangePasswordPressed => Action::ChangePassword,
            Message::DistrustPressed(ref trusted) => Action::Distrust(trusted.clone()),
            Message::RemovePressed => {
                self.removing = true;
                Action::None
            }
            Message::RemoveCancelled => {
                self.removing = false;
                Action::None
            }
            Message::RemoveConfirmed => Action::Remove,
            Message::BackPressed => Action::Back,
        }
    }

    /// Shows it; without an account only the look can be chosen.
    pub fn view<'a>(
        &'a self,
        settings: &'a Settings,
        account: Option<(&'a AccountSettings, bool)>,
    ) -> Element<'a, Message> {
        let mut groups = column![look(&settings.appearance)].spacing(space::XL);
        if let Some((account, demo)) = account {
            groups = groups.push(self.account(account, demo));
        }
        groups = groups.push(buddies(settings.list));
        groups = groups.push(notifications(settings.notifications, self.silent));
        groups = groups.push(idle::view(settings.idle, self.blind));
        groups = groups.push(closing::view(
            settings.window.when_closed,
            self.icon,
            self.autostart.as_ref(),
        ));
        groups = groups.push(activity(settings.activity, account.is_some()));
        groups = groups.push(about());
        control::page(fl!("settings-title"), Message::BackPressed, groups, |_| {
            Message::Scrolled
        })
    }

    fn account<'a>(&'a self, account: &'a AccountSettings, demo: bool) -> Element<'a, Message> {
        let address = plain_text::address(&account.address);
        let mut content = column![text(address.clone()).size(size::NAME).font(MEDIUM)];
        let actions: Vec<Element<'a, Message>> = if demo {
            content = content.push(
                text(fl!("settings-demo"))
                    .size(size::SMALL)
                    .style(ink::quiet),
            );
            vec![control::other(
                fl!("settings-leave-demo"),
                Some(Message::LogOutPressed),
            )]
        } else {
            vec![
                control::other(
                    fl!("settings-log-in-again"),
                    Some(Message::LogInAgainPressed),
                ),
                control::other(
                    fl!("settings-change-password"),
                    Some(Message::ChangePasswordPressed),
                ),
                control::other(fl!("settings-log-out"), Some(Message::LogOutPressed)),
            ]
        };
        content = content.push(
            iced::widget::Row::with_children(actions)
                .spacing(space::S)
                .wrap()
                .vertical_spacing(space::S),
        );
        content = content.push(self.voicemail(account));
        content = content.push(trusted::view(account, Message::DistrustPressed));
        if !demo {
            content = content.push(self.removal(address));
            let all = Some(Message::AccountsPressed);
            let another = Some(Message::AddAccountPressed);
            let links = row![
                control::flush_link(fl!("settings-accounts"), all),
                control::flush_link(fl!("settings-add-account"), another),
            ];
            content = content.push(links.spacing(space::M).wrap());
        }
        control::group(fl!("settings-account"), content.spacing(space::M))
    }

    fn voicemail<'a>(&'a self, account: &'a AccountSettings) -> Element<'a, Message> {
        let typed = self.voicemail.as_ref().unwrap_or(&account.voicemail);
        let (hint, wrong) = voicemail_hint(typed, &account.address);
        Field {
            example: "*97",
            hint: Some(hint),
            wrong,
            ..Field::new(VOICEMAIL, fl!("settings-voicemail"), typed)
        }
        .view(Message::VoicemailEdited)
    }

    fn removal(&self, address: String) -> Element<'_, Message> {
        if !self.removing {
            return control::flush_link(fl!("settings-remove"), Some(Message::RemovePressed));
        }
        removal(address, Message::RemoveConfirmed, Message::RemoveCancelled)
    }
}

/// What is said of a number of the voicemail, and whether it is wrong.
pub(super) fn voicemail_hint(typed: &str, own: &str) -> (String, bool) {
    match address::other(typed, own) {
        Ok(address) => {
            let address = plain_text::address(&address);
            (fl!("settings-voicemail-will-be", address = address), false)
        }
        Err(AddressProblem::Empty) => (fl!("settings-voicemail-hint"), false),
        Err(problem) => (words::address(problem), true),
    }
}

/// Asks whether an account is really to go.
pub(super) fn removal<'a, M: Clone + 'a>(address: String, yes: M, no: M) -> Element<'a, M> {
    control::notice(
        fl!("settings-remove-question", address = address),
        Some(fl!("settings-remove-hint")),
        [
            control::danger(fl!("settings-remove-confirm"), Some(yes)),
            control::tinted(fl!("settings-remove-cancel"), Some(no)),
        ],
    )
}

fn look(appearance: &Appearance) -> Element<'_, Message> {
    let themes = [
        (fl!("theme-system"), ThemeChoice::System),
        (fl!("theme-light"), ThemeChoice::Light),
        (fl!("theme-dark"), ThemeChoice::Dark),
    ];
    let contrasts = [
        (fl!("contrast-system"), ContrastChoice::System),
        (fl!("contrast-normal"), ContrastChoice::Normal),
        (fl!("contrast-high"), ContrastChoice::High),
    ];
    let languages = std::iter::once((fl!("language-system"), "")).chain(
        i18n::LANGUAGES
            .iter()
            .map(|language| (language.name.to_owned(), language.tag)),
    );
    let chosen = i18n::LANGUAGES
        .iter()
        .find(|language| language.tag == appearance.language)
        .map_or("", |language| language.tag);
    control::group(
        fl!("settings-look"),
        column![
            labelled(
                fl!("settings-theme"),
                control::choices(themes, appearance.theme, Message::ThemeChosen),
            ),
            labelled(
                fl!("settings-contrast"),
                control::choices(contrasts, appearance.contrast, Message::ContrastChosen),
            ),
            labelled(fl!("settings-size"), stepper(appearance.scale_percent)),
            labelled(
                fl!("settings-language"),
                control::choices(languages, chosen, Message::LanguageChosen),
            ),
        ]
        .spacing(space::L),
    )
}

/// How the buddies are listed.
fn buddies<'a>(list: ListSettings) -> Element<'a, Message> {
    let orders = [
        (fl!("settings-order-added"), ListOrder::Added),
        (fl!("settings-order-available"), ListOrder::Available),
        (fl!("settings-order-name"), ListOrder::Name),
    ];
    let offline = [
        (fl!("settings-offline-show"), false),
        (fl!("settings-offline-hide"), true),
    ];
    let densities = [
        (fl!("settings-density-comfortable"), Density::Comfortable),
        (fl!("settings-density-compact"), Density::Compact),
    ];
    control::group(
        fl!("settings-list"),
        column![
            labelled(
                fl!("settings-order"),
                control::choices(orders, list.order, Message::OrderChosen),
            ),
            labelled(
                fl!("settings-offline"),
                control::choices(offline, list.hide_offline, Message::HideOfflineChosen),
            ),
            labelled(
                fl!("settings-density"),
                control::choices(densities, list.density, Message::DensityChosen),
            ),
        ]
        .spacing(space::L),
    )
}

/// Whether the desktop tells what is new; `silent` where it cannot.
fn notifications<'a>(chosen: Notifications, silent: bool) -> Element<'a, Message> {
    let hint = if silent {
        fl!("settings-notifications-silent")
    } else {
        fl!("settings-notifications-hint")
    };
    let choices = [
        (fl!("settings-notifications-on"), true),
        (fl!("settings-notifications-off"), false),
    ];
    let reminders = [
        (fl!("settings-remind-never"), 0),
        (fl!("settings-remind-minutes", count = 15), 15),
        (fl!("settings-remind-hour"), 60),
    ];
    control::group(
        fl!("settings-notifications"),
        column![
            control::choices(choices, chosen.enabled, Message::NotificationsChosen),
            text(hint).size(size::SMALL).style(ink::quiet),
        ]
        .push(chosen.enabled.then(|| {
            let sound = Message::SoundChosen(!chosen.sound);
            control::check(fl!("settings-sound"), chosen.sound, sound)
        }))
        .push(chosen.enabled.then(|| {
            labelled(
                fl!("settings-remind"),
                control::choices(reminders, chosen.remind_minutes, Message::ReminderChosen),
            )
        }))
        .spacing(space::M),
    )
}

/// How long it is remembered what has changed.
fn activity<'a>(chosen: ActivitySettings, open: bool) -> Element<'a, Message> {
    let days = [
        (fl!("settings-activity-never"), 0),
        (fl!("settings-activity-day"), 1),
        (fl!("settings-activity-week"), 7),
        (fl!("settings-activity-month"), 30),
    ];
    let look = open.then(|| {
        control::flush_link(
            fl!("settings-activity-open"),
            Some(Message::ActivityPressed),
        )
    });
    control::group(
        fl!("activity-title"),
        column![
            labelled(
                fl!("settings-activity-keep"),
                control::choices(days, chosen.days, Message::ActivityChosen),
            ),
            text(fl!("settings-activity-hint"))
                .size(size::SMALL)
                .style(ink::quiet),
        ]
        .push(look)
        .spacing(space::M),
    )
}

/// Smaller and larger, with the present size between them.
fn stepper<'a>(percent: u16) -> Element<'a, Message> {
    let percent = percent.clamp(SMALLEST, LARGEST);
    let smaller = (percent > SMALLEST).then(|| Message::ScaleChosen(percent.saturating_sub(STEP)));
    let larger = (percent < LARGEST).then(|| Message::ScaleChosen(percent + STEP));
    let reset = (percent != 100)
        .then(|| control::link(fl!("settings-size-reset"), Some(Message::ScaleChosen(100))));
    row![
        control::other(fl!("settings-size-smaller"), smaller),
        text(fl!("settings-size-percent", percent = percent))
            .size(size::NAME)
            .font(STRONG)
            .width(measure::PERCENT)
            .align_x(Alignment::Center),
        control::other(fl!("settings-size-larger"), larger),
    ]
    .push(reset)
    .spacing(space::S)
    .align_y(Alignment::Center)
    .wrap()
    .vertical_spacing(space::S)
    .into()
}

fn labelled<'a>(label: String, content: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    column![text(label).size(size::BODY).font(MEDIUM), content.into()]
        .spacing(space::S)
        .into()
}

fn about<'a>() -> Element<'a, Message> {
    column![
        text(fl!("settings-version", version = env!("CARGO_PKG_VERSION")))
            .size(size::SMALL)
            .style(ink::quiet),
        control::flush_link(fl!("settings-keys"), Some(Message::KeysPressed)),
        Space::new().height(space::S),
    ]
    .spacing(space::XS)
    .into()
}

/// The name of the field for the voicemail.
pub const VOICEMAIL: &str = "settings-voicemail";

const SMALLEST: u16 = 80;
const LARGEST: u16 = 200;
const STEP: u16 = 10;

#[cfg(test)]
mod tests;
