//! The engine with its clock, what is wanted of it, and what it shows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use siskin::engine::{
    Engine, EngineConfig, ForkPolicy, Moment, PackageSpec, PublicationId, SubscribeRequest,
    SubscriptionId, UsageId,
};
use siskin::sip::Uri;

use super::dice::Dice;
use super::resource_uri;

/// The user's side.
pub(super) struct Subscriber {
    pub(super) engine: Engine,
    pub(super) clock: Clock,
    /// What is wanted, and what is shown of it.
    pub(super) wanted: BTreeMap<SubscriptionId, Wanted>,
    pub(super) publication: PublicationId,
    packages: [Arc<PackageSpec>; 2],
    asked: u32,
}

/// A subscription as a person sees it.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) resource: usize,
    /// What each notifier last said; what ended is not shown any more.
    pub(super) shown: BTreeMap<UsageId, u64>,
    /// What the last notifier that is no longer there had said; it counts again if a new one says so.
    pub(super) kept: Option<u64>,
    /// The notifier has said that it is not to be asked again.
    pub(super) dismissed: bool,
}

/// The subscriber's clock, which may leap ahead of the world's, or stand still.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    ahead: Duration,
    behind: Duration,
}

impl Clock {
    pub(super) fn read(self, now: Moment) -> Moment {
        now + self.ahead - self.behind
    }

    /// When in the world the clock shows this.
    pub(super) fn reaches(self, shown: Moment) -> Moment {
        shown + self.behind - self.ahead
    }

    pub(super) fn leap(&mut self, by: Duration) {
        self.ahead += by;
    }

    pub(super) fn stand(&mut self, by: Duration) {
        self.behind += by;
    }
}

impl Subscriber {
    /// Begins, and wants all that there is. With the entity tag of an earlier life it goes on with what that published.
    pub(super) fn start(
        clock: Clock,
        now: Moment,
        dice: &mut Dice,
        (resources, asked): (usize, u32),
        published: Option<&str>,
    ) -> Self {
        let mut config = EngineConfig::new(Uri::parse("sip:alice@example.com").unwrap());
        config.password = Some("secret".into());
        "urn:uuid:00000000-0000-4000-8000-000000000001".clone_into(&mut config.instance);
        let mut engine = Engine::new(config, Box::new(Dice::new(dice.roll())));
        let at = clock.read(now);
        engine.register(at, Some(600));
        let me = Bytes::from_static(b"me");
        let publication = match published {
            Some(tag) => engine.publish_again(at, "presence", TYPE, me, None, tag),
            None => engine.publish(at, "presence", TYPE, me, None),
        };
        let mut subscriber = Self {
            engine,
            clock,
            wanted: BTreeMap::new(),
            publication,
            packages: [
                package("presence", ForkPolicy::Single),
                package("message-summary", ForkPolicy::Several),
            ],
            asked,
        };
        for resource in 0..resources {
            subscriber.want(now, resource);
        }
        subscriber
    }

    pub(super) fn now(&self, now: Moment) -> Moment {
        self.clock.read(now)
    }

    /// Presence of every second, messages of the others.
    pub(super) fn want(&mut self, now: Moment, resource: usize) -> SubscriptionId {
        let uri = Uri::parse(&resource_uri(resource)).unwrap();
        let mut request = SubscribeRequest::new(self.packages[resource % 2].clone(), uri);
        request.expires = Some(self.asked);
        let id = self.engine.subscribe(self.now(now), request);
        self.wanted.insert(
            id,
            Wanted {
                resource,
                shown: BTreeMap::new(),
                kept: None,
                dismissed: false,
            },
        );
        id
    }

    /// Who wants this resource.
    pub(super) fn of(&self, resource: usize) -> Option<(SubscriptionId, &Wanted)> {
        let mut wanted = self.wanted.iter();
        wanted
            .find(|(_, wanted)| wanted.resource == resource)
            .map(|(id, wanted)| (*id, wanted))
    }
}

fn package(name: &str, forks: ForkPolicy) -> Arc<PackageSpec> {
    let mut package = PackageSpec::new(name, TYPE);
    package.accept.push("text/x-other".to_owned());
    package.forks = forks;
    package.conditional = true;
    Arc::new(package)
}

const TYPE: &str = "text/plain";
