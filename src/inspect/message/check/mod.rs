//! What an administrator looks for in a message: what is missing, twice there, unreadable, or against itself.

mod contact;
mod event;
mod response;

use super::{Places, auth};
use crate::inspect::report::Report;
use crate::package::Place;
use crate::sip::{Element, Fault, HeaderError, HeaderName, Message, Method, NameAddr, Uri};

/// Notes everything that is wrong with a message, but for its body.
pub(super) fn check(
    message: &Message,
    places: &Places<'_>,
    on_stream: bool,
    has_body: bool,
    report: &mut Report,
) {
    let mut checker = Checker {
        message,
        places,
        report,
        has_body,
    };
    checker.start_line();
    checker.mandatory();
    checker.repeated();
    checker.cseq();
    checker.vias();
    checker.routes();
    checker.credentials();
    checker.content(on_stream);
    if message.is_request() {
        event::check(&mut checker);
    } else {
        response::check(&mut checker);
    }
    contact::check(&mut checker);
}

/// A message that is looked at.
struct Checker<'c, 'm> {
    message: &'m Message,
    places: &'c Places<'m>,
    report: &'c mut Report,
    has_body: bool,
}

impl Checker<'_, '_> {
    /// The place of a header, or of the start line when it is missing.
    fn at(&self, name: HeaderName) -> Place {
        self.message
            .header(name)
            .map_or_else(|| self.places.start(), |h| self.places.header(&h, 0))
    }

    fn error(&mut self, name: HeaderName, message: impl Into<String>, source: &'static str) {
        let at = self.at(name);
        self.report.error(Some(at), message, source);
    }

    fn warn(&mut self, name: HeaderName, message: impl Into<String>, source: &'static str) {
        let at = self.at(name);
        self.report.warn(Some(at), message, source);
    }

    /// Notes that a header is missing which such a message must have.
    fn require(&mut self, name: HeaderName, what: &str, source: &'static str) {
        if self.message.header(name).is_none() {
            self.error(name, format!("{what} without {name}"), source);
        }
    }

    /// The same, where nobody can do anything with the message then.
    fn need(&mut self, name: HeaderName, what: &str, source: &'static str) {
        if self.message.header(name).is_none() {
            let at = self.at(name);
            let message = format!("{what} without {name}");
            self.report.unusable_at(Some(at), message, source);
        }
    }

    /// What a reader says about a header, with the rule for that header.
    fn fault(&mut self, error: HeaderError) {
        let (at, name, source) = match error.element {
            Element::Header(name) => {
                let header = self.message.header(name);
                let at = header.map_or_else(
                    || self.places.start(),
                    |h| self.places.header(&h, error.offset),
                );
                (at, name.as_str(), rule(name))
            }
            Element::StartLine => (self.places.start(), "start line", "RFC 3261 §7.1"),
            Element::Unknown => (self.places.start(), "header", "RFC 3261 §7.3"),
        };
        let message = match error.fault {
            Fault::Missing => format!("{name} is missing"),
            Fault::Repeated => format!("{name} is there more than once"),
            fault => format!("{name} cannot be read: {fault}"),
        };
        self.report.error(Some(at), message, source);
    }

    fn is(&self, method: &Method) -> bool {
        self.message.method().ok().as_ref() == Some(method)
    }

    fn start_line(&mut self) {
        if let Err(error) = self.message.check_start_line() {
            self.fault(error);
        }
    }

    fn mandatory(&mut self) {
        let message = self.message;
        for read in [
            message.top_via().map(drop),
            message.call_id().map(drop),
            message.max_forwards().map(drop),
        ] {
            if let Err(error) = read {
                self.fault(error);
            }
        }
        if message.is_request() && message.header(HeaderName::MaxForwards).is_none() {
            self.warn(
                HeaderName::MaxForwards,
                "Max-Forwards is missing",
                "RFC 3261 §8.1.1.6",
            );
        }
        if message.max_forwards() == Ok(Some(0)) {
            self.warn(
                HeaderName::MaxForwards,
                "Max-Forwards is 0: no proxy may pass it on",
                "RFC 3261 §16.3",
            );
        }
        match message.from() {
            Ok(from) if from.tag().is_none() => {
                self.error(HeaderName::From, "From has no tag", "RFC 3261 §8.1.1.3");
            }
            Ok(from) => self.uri(HeaderName::From, &from),
            Err(error) => self.fault(error),
        }
        match message.to() {
            Ok(to) => {
                let trying = message.status() == Some(100);
                if to.tag().is_none() && !message.is_request() && !trying {
                    self.error(HeaderName::To, "To has no tag", "RFC 3261 §8.2.6.2");
                }
                self.uri(HeaderName::To, &to);
            }
            Err(error) => self.fault(error),
        }
    }

    fn uri(&mut self, name: HeaderName, address: &NameAddr<'_>) {
        if let Err(error) = address.parse_uri() {
            self.fault(error);
        } else if Uri::parse(address.uri).is_ok_and(|uri| uri.password().is_some()) {
            self.warn(
                name,
                format!("{name} has a password in its address"),
                "RFC 3261 §19.1.1",
            );
        }
    }

    fn repeated(&mut self) {
        for name in HeaderName::SINGLE {
            let mut headers = self.message.headers(name).skip(1);
            if let Some(second) = headers.next() {
                let at = self.places.name(&second);
                self.report.error(
                    Some(at),
                    format!("{name} is there more than once"),
                    rule(name),
                );
            }
        }
    }

    fn cseq(&mut self) {
        match self.message.cseq() {
            Err(error) => self.fault(error),
            Ok(cseq) => {
                if let Some(line) = self.message.request_line()
                    && cseq.method.as_str() != line.method
                {
                    self.error(
                        HeaderName::CSeq,
                        format!(
                            "CSeq is for {}, the request is {}",
                            cseq.method.as_str(),
                            line.method
                        ),
                        "RFC 3261 §8.1.1.5",
                    );
                }
                if cseq.number >= 1 << 31 {
                    self.error(
                        HeaderName::CSeq,
                        "the number in CSeq is not below 2^31",
                        "RFC 3261 §8.1.1.5",
                    );
                }
            }
        }
    }

    fn vias(&mut self) {
        let message = self.message;
        for via in message.vias() {
            let Ok(via) = via else {
                // What cannot be read is told as missing or unreadable already, if it is the first.
                break;
            };
            let fault = match via.branch {
                None => "a Via has no branch",
                Some(branch) if !branch.starts_with("z9hG4bK") => {
                    "a branch does not begin with z9hG4bK: its sender follows the old RFC 2543"
                }
                Some(_) => continue,
            };
            let at = self.places.piece(via.raw);
            self.report.warn(Some(at), fault, "RFC 3261 §8.1.1.7");
        }
    }

    fn routes(&mut self) {
        for (name, source) in [
            (HeaderName::Route, "RFC 3261 §20.34"),
            (HeaderName::RecordRoute, "RFC 3261 §16.6"),
            (HeaderName::Path, "RFC 3327 §5"),
            (HeaderName::ServiceRoute, "RFC 3261 §16.12.1"),
        ] {
            for address in self.message.addresses(name) {
                match address {
                    Ok(address) => {
                        let uri = address.parse_uri();
                        if uri.is_ok_and(|uri| !uri.is_loose_router()) {
                            self.warn(
                                name,
                                format!("{name} has an address without lr: an old strict router"),
                                source,
                            );
                        }
                    }
                    Err(error) => self.fault(error),
                }
            }
        }
    }

    fn credentials(&mut self) {
        for name in [
            HeaderName::Authorization,
            HeaderName::ProxyAuthorization,
            HeaderName::WwwAuthenticate,
            HeaderName::ProxyAuthenticate,
        ] {
            for header in self.message.headers(name) {
                let Ok(value) = header.unfolded() else {
                    continue;
                };
                let at = self.places.header(&header, 0);
                if let Some(fault) = auth::fault(name, &value) {
                    self.report.error(
                        Some(at),
                        format!("{name} cannot be read: {fault}"),
                        "RFC 7616 §3",
                    );
                }
                let uri = auth::parameters(&value, "uri").into_iter().next();
                if let (Some(uri), Some(line)) = (uri, self.message.request_line())
                    && uri != line.uri
                {
                    self.report.warn(
                        Some(at),
                        format!("{name} is made for another Request-URI: {uri}"),
                        "RFC 7616 §3.4.6",
                    );
                }
            }
        }
    }

    fn content(&mut self, on_stream: bool) {
        let name = HeaderName::ContentLength;
        match self.message.content_length() {
            Err(error) => self.fault(error),
            Ok(None) if on_stream => self.error(
                name,
                "Content-Length is missing, and on a stream nothing else tells the end",
                "RFC 3261 §18.3",
            ),
            Ok(_) => {}
        }
        match self.message.content_type() {
            Err(error) => self.fault(error),
            Ok(None) if self.has_body => self.error(
                HeaderName::ContentType,
                "there is a body, but no Content-Type",
                "RFC 3261 §20.15",
            ),
            Ok(_) => {}
        }
        for read in [
            self.message.expires().map(drop),
            self.message.min_expires().map(drop),
            self.message.retry_after().map(drop),
        ] {
            if let Err(error) = read
                && error.fault != Fault::Repeated
            {
                self.fault(error);
            }
        }
    }
}

/// The rule for a header.
fn rule(name: HeaderName) -> &'static str {
    match name {
        HeaderName::Via => "RFC 3261 §20.42",
        HeaderName::From => "RFC 3261 §20.20",
        HeaderName::To => "RFC 3261 §20.39",
        HeaderName::CallId => "RFC 3261 §20.8",
        HeaderName::CSeq => "RFC 3261 §20.16",
        HeaderName::MaxForwards => "RFC 3261 §20.22",
        HeaderName::Contact => "RFC 3261 §20.10",
        HeaderName::Event => "RFC 6665 §8.2.1",
        HeaderName::SubscriptionState => "RFC 6665 §8.2.3",
        HeaderName::Expires => "RFC 3261 §20.19",
        HeaderName::MinExpires => "RFC 3261 §20.23",
        HeaderName::RetryAfter => "RFC 3261 §20.33",
        HeaderName::ContentType => "RFC 3261 §20.15",
        HeaderName::ContentLength => "RFC 3261 §20.14",
        HeaderName::SipEtag => "RFC 3903 §11.3.1",
        HeaderName::SipIfMatch => "RFC 3903 §11.3.2",
        HeaderName::ReferTo => "RFC 3515 §2.1",
        HeaderName::Route => "RFC 3261 §20.34",
        HeaderName::RecordRoute => "RFC 3261 §20.30",
        _ => "RFC 3261 §7.3",
    }
}
