//! The event packages as the engine is told about them.

use std::sync::Arc;

use super::subject::Content;
use crate::engine::{ForkPolicy, PackageSpec};
use crate::package::descriptor::{self, Descriptor, Forks};

/// Every package an account uses, made once.
#[derive(Debug)]
pub(super) struct Packages {
    presence: Arc<PackageSpec>,
    messages: Arc<PackageSpec>,
    watchers: Arc<PackageSpec>,
}

impl Packages {
    pub(super) fn new() -> Self {
        // The views keep what each notifier told, so that an entity tag may stand for it.
        let spec = |descriptor| {
            Arc::new(PackageSpec {
                conditional: true,
                ..spec(descriptor)
            })
        };
        Self {
            presence: spec(descriptor::PRESENCE),
            messages: spec(descriptor::MESSAGE_SUMMARY),
            watchers: spec(descriptor::PRESENCE_WINFO),
        }
    }

    /// The package of a subscription.
    pub(super) fn of(&self, content: &Content) -> Arc<PackageSpec> {
        match content {
            Content::Presence(..) => Arc::clone(&self.presence),
            Content::Messages(_) => Arc::clone(&self.messages),
            Content::Watchers(_) => Arc::clone(&self.watchers),
            Content::Raw(raw) => {
                let known = Descriptor::by_name(&raw.request.package);
                let mut package = spec(known.unwrap_or(descriptor::RAW));
                package.name.clone_from(&raw.request.package);
                // Whoever reads NOTIFYs as they come reads those of every notifier.
                package.forks = ForkPolicy::Several;
                if !raw.request.accept.is_empty() {
                    package.accept.clone_from(&raw.request.accept);
                }
                package.event_params = raw
                    .request
                    .event_params
                    .iter()
                    .map(|(name, value)| match value.as_str() {
                        "" => name.clone(),
                        value if is_token(value) => format!("{name}={value}"),
                        value => format!("{name}=\"{}\"", value.replace('\\', "\\\\")),
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
            Forks::Several => ForkPolicy::Several,
        },
        event_params: Vec::new(),
        lists: false,
        conditional: false,
    }
}

fn is_token(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte))
}
