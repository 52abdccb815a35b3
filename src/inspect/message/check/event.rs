//! Requests of the event family: SUBSCRIBE, NOTIFY, PUBLISH, REGISTER, REFER.

use super::Checker;
use crate::sip::{Contact, HeaderName, Method, Scheme, SubscriptionState, Uri};

/// Notes what is wrong with a request of the family.
pub(super) fn check(checker: &mut Checker<'_, '_>) {
    let event = checker.message.event();
    if let Err(error) = &event
        && error.fault != crate::sip::Fault::Repeated
    {
        checker.fault(*error);
    }
    let event = event.ok().flatten();
    for (method, rule) in [
        (Method::Subscribe, "RFC 6665 §3.1.2"),
        (Method::Notify, "RFC 6665 §3.2.1"),
        (Method::Publish, "RFC 3903 §4"),
    ] {
        if checker.is(&method) {
            checker.need(HeaderName::Event, method.as_str(), rule);
        }
    }
    if checker.is(&Method::Subscribe) {
        subscribe(checker);
    } else if checker.is(&Method::Notify) {
        notify(checker);
    } else if checker.is(&Method::Publish) {
        publish(checker);
    } else if checker.is(&Method::Register) {
        register(checker);
    } else if checker.is(&Method::Refer) {
        checker.need(HeaderName::ReferTo, "REFER", "RFC 3515 §2.4.2");
    }
    if let Some(event) = event
        && event.package.contains(".winfo.winfo.winfo")
    {
        checker.warn(
            HeaderName::Event,
            "watchers of watchers of watchers: no server grants that",
            "RFC 3857 §3",
        );
    }
}

fn subscribe(checker: &mut Checker<'_, '_>) {
    let message = checker.message;
    contact(checker, "SUBSCRIBE");
    if message.header(HeaderName::Expires).is_none() {
        checker.warn(
            HeaderName::Expires,
            "SUBSCRIBE without Expires: the package's default holds",
            "RFC 6665 §3.1.1",
        );
    }
    let nested = message.event().ok().flatten();
    if nested.is_some_and(|event| event.package.is_empty()) {
        checker.error(
            HeaderName::Event,
            "Event names no package",
            "RFC 6665 §8.2.1",
        );
    }
}

fn notify(checker: &mut Checker<'_, '_>) {
    let message = checker.message;
    contact(checker, "NOTIFY");
    if message.to().is_ok_and(|to| to.tag().is_none()) {
        checker.warn(
            HeaderName::To,
            "To has no tag: the NOTIFY is outside any subscription",
            "RFC 6665 §4.4.1",
        );
    }
    let name = HeaderName::SubscriptionState;
    match message.subscription_state() {
        Err(error) if error.fault != crate::sip::Fault::Repeated => checker.fault(error),
        Err(_) => {}
        Ok(None) => checker.need(name, "NOTIFY", "RFC 6665 §4.2.2"),
        Ok(Some(state)) => self::state(checker, &state),
    }
}

/// The state itself, and what must or must not be told with it.
fn state(checker: &mut Checker<'_, '_>, state: &SubscriptionState<'_>) {
    let word = state.state;
    let live = state.is_active() || state.is_pending();
    let over = state.is_terminated();
    if live && state.expires == Some(0) {
        checker.error(
            HeaderName::SubscriptionState,
            format!("{word} with expires=0: a subscription without time left is terminated"),
            "RFC 6665 §4.2.2",
        );
    }
    let doubts = [
        (
            !live && !over,
            format!("'{word}' is no known state; it counts as active"),
            "RFC 6665 §4.1.3",
        ),
        (
            live && state.expires.is_none(),
            format!("{word} without expires: the subscriber does not learn how long it lasts"),
            "RFC 6665 §4.2.2",
        ),
        (
            over && state.reason.is_none(),
            format!("{word} without reason: the subscriber does not learn whether to come back"),
            "RFC 6665 §4.1.3",
        ),
        (
            over && state.expires.is_some_and(|seconds| seconds > 0),
            format!("{word} with time left: expires means nothing here"),
            "RFC 6665 §4.1.3",
        ),
        (
            live && state.reason.is_some(),
            format!("{word} with a reason: only an end has one"),
            "RFC 6665 §4.1.3",
        ),
    ];
    for (_, doubt, source) in doubts.into_iter().filter(|(holds, ..)| *holds) {
        checker.warn(HeaderName::SubscriptionState, doubt, source);
    }
}

fn publish(checker: &mut Checker<'_, '_>) {
    let refreshes = checker.message.header(HeaderName::SipIfMatch).is_some();
    if !refreshes && !checker.has_body {
        checker.error(
            HeaderName::SipIfMatch,
            "PUBLISH with neither a body nor SIP-If-Match: there is nothing to publish",
            "RFC 3903 §4.2",
        );
    }
    if !refreshes && checker.message.expires() == Ok(Some(0)) {
        checker.warn(
            HeaderName::Expires,
            "a first PUBLISH with Expires 0 is over at once",
            "RFC 3903 §4.5",
        );
    }
    if checker.message.header(HeaderName::RecordRoute).is_some() {
        checker.warn(
            HeaderName::RecordRoute,
            "PUBLISH makes no dialog: Record-Route means nothing",
            "RFC 3903 §4.1",
        );
    }
}

fn register(checker: &mut Checker<'_, '_>) {
    let message = checker.message;
    let line = message.request_line();
    let user = line.and_then(|line| Uri::parse(line.uri).ok());
    if user.is_some_and(|uri| uri.scheme() != Scheme::Tel && uri.user().is_some()) {
        let at = checker.places.start();
        checker.report.warn(
            Some(at),
            "the Request-URI of a REGISTER names a domain, not a user",
            "RFC 3261 §10.2",
        );
    }
    let contacts: Vec<_> = message.contacts().filter_map(Result::ok).collect();
    let star = contacts.iter().any(|c| matches!(c, Contact::Star));
    if star && (contacts.len() > 1 || message.expires() != Ok(Some(0))) {
        checker.error(
            HeaderName::Contact,
            "Contact * stands alone and with Expires 0",
            "RFC 3261 §10.2.2",
        );
    }
}

/// A request that makes a dialog has exactly one Contact with a SIP address.
fn contact(checker: &mut Checker<'_, '_>, method: &str) {
    let mut count = 0;
    for contact in checker.message.contacts() {
        count += 1;
        match contact {
            Err(error) => {
                checker.fault(error);
                return;
            }
            Ok(Contact::Star) => checker.error(
                HeaderName::Contact,
                format!("{method} with Contact *"),
                "RFC 3261 §20.10",
            ),
            Ok(Contact::Address(_)) => {}
        }
    }
    if count == 0 {
        checker.error(
            HeaderName::Contact,
            format!("{method} without Contact: the other side cannot send anything back"),
            "RFC 3261 §12.1",
        );
    } else if count > 1 {
        checker.error(
            HeaderName::Contact,
            format!("{method} with {count} Contacts: a dialog has one"),
            "RFC 3261 §8.1.1.8",
        );
    }
}
