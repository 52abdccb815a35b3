//! The event packages as the engine is told about them.

use std::sync::Arc;

use super::subject::Content;
use crate::engine::{ForkPolicy, PackageSpec, Rates};
use crate::package::descriptor::{self, Descriptor, Forks};
use crate::package::presence::PIDF_DIFF;

/// Every package an account uses, made once.
#[derive(Debug)]
pub(super) struct Packages {
    presence: Arc<PackageSpec>,
    list: Arc<PackageSpec>,
    messages: Arc<PackageSpec>,
    watchers: Arc<PackageSpec>,
    dialogs: Arc<PackageSpec>,
}

impl Packages {
    /// `merge`: presence, too, has as many notifiers as answer.
    pub(super) fn new(merge: bool) -> Self {
        // The views keep what each notifier told, so that an entity tag may stand for it.
        let spec = |descriptor| {
            Arc::new(PackageSpec {
                conditional: true,
                ..spec(descriptor)
            })
        };
        // Whoever is watched may turn out to be a list (EV-006). Old servers that refuse a long Accept are asked again
        // without any of that.
        let presence = PackageSpec {
            lists: true,
            ..PackageSpec::clone(&spec(Descriptor {
                forks: if merge { Forks::Several } else { Forks::Single },
                ..descriptor::PRESENCE
            }))
        };
        let list = PackageSpec {
            list_only: true,
            // Lists are never merged (RFC 4662 §4.7).
            forks: ForkPolicy::Single,
            ..presence.clone()
        };
        Self {
            presence: Arc::new(presence),
            list: Arc::new(list),
            messages: spec(descriptor::MESSAGE_SUMMARY),
            watchers: spec(descriptor::PRESENCE_WINFO),
            dialogs: spec(descriptor::DIALOG),
        }
    }

    /// The package of a subscription.
    pub(super) fn of(&self, content: &Content) -> Arc<PackageSpec> {
        match content {
            Content::Presence(..) => Arc::clone(&self.presence),
            Content::List(_) => Arc::clone(&self.list),
            Content::Messages(_) => Arc::clone(&self.messages),
            Content::Watchers(_) => Arc::clone(&self.watchers),
            Content::Dialogs(view) => match view.filter() {
                None => Arc::clone(&self.dialogs),
                Some(filter) => Arc::new(PackageSpec {
                    event_params: filter.event_params(),
                    ..spec(descriptor::ONE_DIALOG)
                }),
            },
            Content::Documents(view) => {
                let parameter = view.processing().event_parameter();
                Arc::new(PackageSpec {
                    event_params: parameter
                        .map(|(name, value)| format!("{name}={value}"))
                        .into_iter()
                        .collect(),
                    conditional: true,
                    ..spec(descriptor::XCAP_DIFF)
                })
            }
            Content::Raw(raw) => {
                let known = Descriptor::by_name(&raw.request.package).unwrap_or(descriptor::RAW);
                let mut package = spec(known);
                package.name.clone_from(&raw.request.package);
                // Whoever reads NOTIFYs as they come reads those of every notifier.
                if known.forks != Forks::Forbidden {
                    package.forks = ForkPolicy::Several;
                }
                package.accept = known.accept_with(&raw.request.accept);
                // Changes of a document that nobody keeps tell nobody anything.
                if raw.request.accept.is_empty() {
                    package.accept.retain(|kind| kind != PIDF_DIFF);
                }
                package.event_params = raw
                    .request
                    .event_params
                    .iter()
                    .filter(|(name, _)| !Rates::is_rate(name))
                    .map(|(name, value)| match value.as_str() {
                        "" => name.clone(),
                        value if is_token(value) => format!("{name}={value}"),
                        value => format!("{name}=\"{}\"", escaped(value)),
                    })
                    .collect();
                Arc::new(package)
            }
        }
    }
}

fn spec(descriptor: Descriptor) -> PackageSpec {
    PackageSpec {
        name: descriptor.name.to_owned(),
        default_expires: descriptor.default_expires,
        accept: descriptor
            .accept
            .iter()
            .map(|&kind| kind.to_owned())
            .collect(),
        forks: match descriptor.forks {
            Forks::Single => ForkPolicy::Single,
            Forks::Forbidden => ForkPolicy::Forbidden,
            Forks::Several => ForkPolicy::Several,
        },
        event_params: Vec::new(),
        lists: false,
        list_only: false,
        conditional: false,
    }
}

/// What stands between the quotes of a quoted string (RFC 3261 section 25.1).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn is_token(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::command::RawSubscription;
    use crate::account::subject::Raw;

    fn raw(request: RawSubscription) -> Arc<PackageSpec> {
        let raw = Raw {
            package: request.package.clone(),
            fetch: false,
            rates: Rates::default(),
            request,
        };
        Packages::new(false).of(&Content::Raw(Box::new(raw)))
    }

    fn named(package: &str) -> RawSubscription {
        RawSubscription {
            package: package.to_owned(),
            ..RawSubscription::default()
        }
    }

    #[test]
    fn a_known_package_needs_no_options() {
        for (name, seconds, accept, forks) in [
            (
                "reg",
                3761,
                "application/reginfo+xml",
                ForkPolicy::Forbidden,
            ),
            (
                "kpml",
                7200,
                "application/kpml-response+xml",
                ForkPolicy::Forbidden,
            ),
            ("refer", 300, "message/sipfrag", ForkPolicy::Several),
            (
                "message-summary.winfo",
                3600,
                "application/watcherinfo+xml",
                ForkPolicy::Several,
            ),
            (
                "presence.winfo.winfo",
                3600,
                "application/watcherinfo+xml",
                ForkPolicy::Several,
            ),
        ] {
            let package = raw(named(name));
            assert_eq!(package.name, name);
            assert_eq!(
                (package.default_expires, package.forks),
                (seconds, forks),
                "{name}"
            );
            assert_eq!(package.accept, [accept]);
        }
        assert!(raw(named("x-own")).accept.is_empty());
    }

    #[test]
    fn ev_004_a_wish_for_other_types_keeps_the_mandatory_one() {
        let package = raw(RawSubscription {
            accept: vec!["text/plain".to_owned()],
            ..named("dialog.winfo")
        });
        assert_eq!(
            package.accept,
            ["text/plain", "application/watcherinfo+xml"]
        );
    }

    #[test]
    fn a_dialog_is_named_to_kpml_in_quotes_where_it_must_be() {
        let event_params = ["call-id", "remote-tag", "local-tag"]
            .into_iter()
            .zip(["a\"b\\c@example.com", "jfi23", "sip:x"])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let package = raw(RawSubscription {
            event_params,
            ..named("kpml")
        });
        assert_eq!(
            package.event_params,
            [
                r#"call-id="a\"b\\c@example.com""#,
                "remote-tag=jfi23",
                r#"local-tag="sip:x""#
            ]
        );
    }

    #[test]
    fn mg_002_presence_has_several_notifiers_only_where_they_are_merged() {
        let view = || crate::account::presence::PresenceView::new("sip:bob@example.com");
        for (merge, forks) in [(false, ForkPolicy::Single), (true, ForkPolicy::Several)] {
            let package = Packages::new(merge).of(&Content::Presence(view(), false));
            assert_eq!(package.forks, forks);
        }
    }
}
