//! Watchers in words: who they are to the user, what they see, and by which rule.

use jiff::civil::Time;
use jiff::{Timestamp, Zoned};

use super::{capitalised, dated, since};
use crate::account::{About, Disclosure, Ground, Request};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::Session;

/// What somebody is to the user, as far as the address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// On the list.
    Buddy,
    /// Of the user's own domain.
    SameDomain,
    /// Anybody else.
    Stranger,
}

impl Relation {
    /// What an address is to the user of this session.
    pub fn of(watcher: &str, session: &Session) -> Self {
        let domain = |address| address::domain(address).unwrap_or_default();
        if session.is_buddy(watcher) {
            Self::Buddy
        } else if domain(watcher).eq_ignore_ascii_case(domain(&session.account.address)) {
            Self::SameDomain
        } else {
            Self::Stranger
        }
    }

    /// In a word or two.
    pub fn words(self) -> String {
        match self {
            Self::Buddy => fl!("relation-buddy"),
            Self::SameDomain => fl!("relation-same-domain"),
            Self::Stranger => fl!("relation-stranger"),
        }
    }
}

/// How far it is known who asks this device itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The account's own server says that it has looked.
    Asserted,
    /// It came through the account's own server, which says nothing about that.
    Relayed,
    /// The sender says so itself.
    Claimed,
}

impl Source {
    /// By the stable name; `None` where a server tells of somebody.
    pub fn of(source: Option<&str>) -> Option<Self> {
        match source? {
            "asserted" => Some(Self::Asserted),
            "relayed" => Some(Self::Relayed),
            _ => Some(Self::Claimed),
        }
    }

    /// That this device is asked, and how sure the address is, in a few words.
    pub fn words(self) -> String {
        match self {
            Self::Asserted => fl!("source-asserted"),
            Self::Relayed => fl!("source-relayed"),
            Self::Claimed => fl!("source-claimed"),
        }
    }

    /// What that means.
    pub fn explained(self) -> String {
        match self {
            Self::Asserted => fl!("source-asserted-why"),
            Self::Relayed => fl!("source-relayed-why"),
            Self::Claimed => fl!("source-claimed-why"),
        }
    }
}

/// Somebody's name: the one the user gave, or else the one that is claimed, or else the address.
pub fn name(watcher: &str, claimed: Option<&str>, session: &Session) -> String {
    let given = session.names.get(&address::key(watcher));
    given
        .map(String::as_str)
        .into_iter()
        .chain(claimed)
        .map(plain_text::name)
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| plain_text::address(watcher))
}

/// Many at once: `*@domain`, or `*` for everybody else.
pub fn many(whom: &str) -> String {
    match whom.strip_prefix("*@") {
        Some(domain) => fl!("many-domain", domain = plain_text::name(domain)),
        None => fl!("many-others"),
    }
}

/// What is known of a request, beside name and address.
pub fn request(request: &Request<'_>, session: &Session, now: &Zoned) -> String {
    let mut facts = vec![Relation::of(request.watcher, session).words()];
    let since = request.since.map(|time| since(time, now));
    facts.extend(since.filter(|since| !since.is_empty()));
    if request.asked > 1 {
        facts.push(fl!("request-asked", count = request.asked));
    }
    if request.gone.is_some() {
        facts.push(fl!("request-gone"));
    }
    capitalised(&facts.join(" · "))
}

/// What a watcher sees, in a few words; `decision` by its stable name.
pub fn sees(decision: &str, shows: Option<Disclosure>) -> String {
    match (decision, shows) {
        ("allow", Some(Disclosure::State)) => fl!("sees-state"),
        ("allow", Some(Disclosure::Activity)) => fl!("sees-activity"),
        ("allow", Some(Disclosure::Everything)) => fl!("sees-everything"),
        ("allow", None) => fl!("sees-something"),
        ("polite-block", _) => fl!("sees-offline"),
        ("block", _) => fl!("sees-refused"),
        ("confirm", _) => fl!("sees-confirm"),
        _ => fl!("sees-undecided"),
    }
}

/// By which rule, about whom it is, and until when.
pub fn ground(ground: &Ground, now: &Zoned) -> String {
    let rule = plain_text::name(&ground.rule);
    let about = match &ground.about {
        About::Watcher => fl!("ground-watcher"),
        About::Several => fl!("ground-several"),
        About::Domain(domain) => fl!("ground-domain", domain = plain_text::name(domain)),
        About::Everybody => fl!("ground-everybody"),
    };
    let mut said = if rule.is_empty() {
        fl!("ground-nameless", about = about)
    } else {
        fl!("ground-rule", rule = rule, about = about)
    };
    if let Some(until) = ground.until {
        said.push_str(" · ");
        said.push_str(&fl!("ground-until", time = moment(until, now)));
    }
    said
}

/// A moment that is not today with its day; midnight is the end of a day.
pub fn moment(time: Timestamp, now: &Zoned) -> String {
    let then = time.to_zoned(now.time_zone().clone());
    let midnight = then.time() == Time::midnight();
    let (day, clock) = match then.date().yesterday() {
        Ok(day) if midnight => (day, "24:00".to_owned()),
        _ => (then.date(), then.strftime("%H:%M").to_string()),
    };
    if day == now.date() {
        return clock;
    }
    dated(day, clock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Decision;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{online, session};

    #[test]
    fn strangers_are_told_from_colleagues_and_buddies() {
        let session = session(online());
        let of = |address| Relation::of(address, &session);
        assert_eq!(of("sip:bob@EXAMPLE.test"), Relation::Buddy);
        assert_eq!(of("sip:heidi@Example.Test"), Relation::SameDomain);
        assert_eq!(of("sip:heidi@example.com"), Relation::Stranger);
        assert_eq!(of("sip:heidi@example.test.example.com"), Relation::Stranger);
        assert_eq!(of("tel:+15551234"), Relation::Stranger);
    }

    #[test]
    fn the_given_name_goes_before_the_claimed_one() {
        let session = session(online());
        let said = |address, claimed| name(address, claimed, &session);
        assert_eq!(said("sip:bob@example.test", Some("Bank")), "Bob");
        assert_eq!(said("sip:dave@example.test", Some("Dave")), "Dave");
        assert_eq!(
            said("sip:dave@example.test", Some("\u{202e}")),
            "dave@example.test"
        );
    }

    #[test]
    fn a_rule_is_told_with_its_end() {
        speak("en");
        let now: Zoned = "2026-03-05T14:30:00[UTC]".parse().unwrap();
        let mut rule = Ground {
            rule: "allow-1\u{202e}".to_owned(),
            decision: Decision::Allow,
            about: About::Domain("example.com".to_owned()),
            until: Some("2026-03-07T00:00:00Z".parse().unwrap()),
            shows: None,
        };
        assert_eq!(
            ground(&rule, &now),
            "Rule “allow-1”, about everybody at example.com · ends 2026-03-06 24:00"
        );
        rule.rule.clear();
        rule.until = None;
        rule.about = About::Watcher;
        assert_eq!(
            ground(&rule, &now),
            "A rule without a name, about this person alone"
        );
    }
}
