//! Typed readers: each consumes a whole value or says what is wrong with it.

use std::borrow::Cow;

use super::{Message, RawHeader};
use crate::sip::HeaderName;
use crate::sip::digest::{Authorization, Challenge, DigestError};
use crate::sip::header::{
    self, CSeq, Contacts, ContentDisposition, ContentType, Element, Event, Fault, HeaderError,
    MediaRange, NameAddr, RetryAfter, SubscriptionState, TokenList, Values, Via, Warning,
};
use crate::sip::limits;
use crate::sip::scan::Cursor;

impl Message {
    /// From: who asks (RFC 3261 §20.20).
    pub fn from(&self) -> Result<NameAddr<'_>, HeaderError> {
        self.required(HeaderName::From, header::name_addr)
    }

    /// To: who is asked (RFC 3261 §20.39).
    pub fn to(&self) -> Result<NameAddr<'_>, HeaderError> {
        self.required(HeaderName::To, header::name_addr)
    }

    /// Call-ID (RFC 3261 §20.8).
    pub fn call_id(&self) -> Result<&str, HeaderError> {
        self.required(HeaderName::CallId, header::call_id)
    }

    /// `CSeq` (RFC 3261 §20.16).
    pub fn cseq(&self) -> Result<CSeq, HeaderError> {
        self.required(HeaderName::CSeq, header::cseq)
    }

    /// Every Via value, topmost first (RFC 3261 §20.42).
    pub fn vias(&self) -> Values<'_, Via<'_>> {
        Values::new(self.headers(HeaderName::Via), header::via)
    }

    /// The topmost Via value.
    pub fn top_via(&self) -> Result<Via<'_>, HeaderError> {
        self.vias()
            .next()
            .unwrap_or_else(|| Err(HeaderError::missing(HeaderName::Via)))
    }

    /// Every Contact value; `*` is one of its own (RFC 3261 §20.10).
    pub fn contacts(&self) -> Contacts<'_> {
        Values::new(self.headers(HeaderName::Contact), header::contact)
    }

    /// Max-Forwards (RFC 3261 §20.22).
    pub fn max_forwards(&self) -> Result<Option<u8>, HeaderError> {
        self.single(HeaderName::MaxForwards, header::max_forwards)
    }

    /// Event (RFC 6665 §8.2.1); repeated is an error.
    pub fn event(&self) -> Result<Option<Event<'_>>, HeaderError> {
        self.single(HeaderName::Event, header::event)
    }

    /// Subscription-State (RFC 6665 §8.2.3).
    pub fn subscription_state(&self) -> Result<Option<SubscriptionState<'_>>, HeaderError> {
        self.single(HeaderName::SubscriptionState, header::subscription_state)
    }

    /// Expires in seconds; a number too large for the type becomes the largest (RFC 3261 §20.19).
    pub fn expires(&self) -> Result<Option<u32>, HeaderError> {
        self.single(HeaderName::Expires, header::seconds)
    }

    /// Min-Expires in seconds (RFC 3261 §20.23).
    pub fn min_expires(&self) -> Result<Option<u32>, HeaderError> {
        self.single(HeaderName::MinExpires, header::seconds)
    }

    /// Flow-Timer in seconds (RFC 5626 §11.1).
    pub fn flow_timer(&self) -> Result<Option<u32>, HeaderError> {
        self.single(HeaderName::FlowTimer, header::seconds)
    }

    /// Retry-After (RFC 3261 §20.33).
    pub fn retry_after(&self) -> Result<Option<RetryAfter<'_>>, HeaderError> {
        self.single(HeaderName::RetryAfter, header::retry_after)
    }

    /// Date, in its one form (RFC 3261 §20.17).
    pub fn date(&self) -> Result<Option<&str>, HeaderError> {
        self.single(HeaderName::Date, header::date)
    }

    /// Content-Type (RFC 3261 §20.15).
    pub fn content_type(&self) -> Result<Option<ContentType<'_>>, HeaderError> {
        self.single(HeaderName::ContentType, header::content_type)
    }

    /// Content-Length in bytes; two that say the same are let pass (RFC 3261 §20.14).
    pub fn content_length(&self) -> Result<Option<u64>, HeaderError> {
        let name = HeaderName::ContentLength;
        let Some(header) = self.header(name) else {
            return Ok(None);
        };
        let first = read_whole(&header, header::content_length)?;
        if self.names.repeats(name) {
            for other in self.headers(name) {
                if read_whole(&other, header::content_length)? != first {
                    return Err(HeaderError::repeated(name));
                }
            }
        }
        Ok(Some(first))
    }

    /// Content-Disposition (RFC 3261 §20.11).
    pub fn content_disposition(&self) -> Result<Option<ContentDisposition<'_>>, HeaderError> {
        self.single(HeaderName::ContentDisposition, header::content_disposition)
    }

    /// Content-Encoding: the codings applied, in order (RFC 3261 §20.12).
    pub fn content_encoding(&self) -> Result<TokenList<'_>, HeaderError> {
        self.tokens(HeaderName::ContentEncoding)
    }

    /// Supported (RFC 3261 §20.37).
    pub fn supported(&self) -> Result<TokenList<'_>, HeaderError> {
        self.tokens(HeaderName::Supported)
    }

    /// Require (RFC 3261 §20.32).
    pub fn require(&self) -> Result<TokenList<'_>, HeaderError> {
        self.tokens(HeaderName::Require)
    }

    /// Unsupported (RFC 3261 §20.40).
    pub fn unsupported(&self) -> Result<TokenList<'_>, HeaderError> {
        self.tokens(HeaderName::Unsupported)
    }

    /// Allow (RFC 3261 §20.5).
    pub fn allow(&self) -> Result<TokenList<'_>, HeaderError> {
        self.tokens(HeaderName::Allow)
    }

    /// Accept: the media types in order; `None` when there is no such header, which is not the same as an empty one
    /// (RFC 3261 §20.1).
    pub fn accept(&self) -> Result<Option<Vec<MediaRange<'_>>>, HeaderError> {
        let mut ranges = None;
        for header in self.headers(HeaderName::Accept) {
            let ranges = ranges.get_or_insert_with(Vec::new);
            let mut cursor = Cursor::new(header.element(), header.text()?);
            cursor.skip_lws();
            while !cursor.is_end() {
                ranges.push(header::media_range(&mut cursor)?);
                if !cursor.is_end() {
                    cursor.expect(b',', Fault::Junk)?;
                    cursor.skip_lws();
                }
            }
        }
        Ok(ranges)
    }

    /// Every Route value as written, in order.
    pub fn routes(&self) -> Values<'_, &str> {
        self.raw_values(HeaderName::Route)
    }

    /// Every Record-Route value as written, in order (RFC 3261 §20.30).
    pub fn record_routes(&self) -> Values<'_, &str> {
        self.raw_values(HeaderName::RecordRoute)
    }

    /// Every value of that header as written, split at commas outside quotes and brackets.
    pub fn raw_values(&self, name: HeaderName) -> Values<'_, &str> {
        Values::new(self.headers(name), header::raw_element)
    }

    /// Every address of that header: Route, Path, P-Associated-URI, ...
    pub fn addresses(&self, name: HeaderName) -> Values<'_, NameAddr<'_>> {
        Values::new(self.headers(name), header::name_addr)
    }

    /// SIP-ETag (RFC 3903 §11.3.1).
    pub fn sip_etag(&self) -> Result<Option<&str>, HeaderError> {
        self.single(HeaderName::SipEtag, header::call_id)
    }

    /// SIP-If-Match (RFC 3903 §11.3.2).
    pub fn sip_if_match(&self) -> Result<Option<&str>, HeaderError> {
        self.single(HeaderName::SipIfMatch, header::call_id)
    }

    /// Every Warning (RFC 3261 §20.43).
    pub fn warnings(&self) -> Values<'_, Warning<'_>> {
        Values::new(self.headers(HeaderName::Warning), header::warning)
    }

    /// The text of the first header of that name, folds resolved: Subject, Reason, Server, ...
    pub fn header_text(&self, name: HeaderName) -> Result<Option<Cow<'_, str>>, HeaderError> {
        self.header(name)
            .map(|header| header.unfolded())
            .transpose()
    }

    /// The usable digest challenges of WWW-Authenticate and Proxy-Authenticate, in order. Other schemes and unknown
    /// algorithms are passed over (RFC 8760 §2.4).
    pub fn challenges(&self) -> Result<Vec<Challenge>, HeaderError> {
        let mut challenges = Vec::new();
        for (name, proxy) in [
            (HeaderName::WwwAuthenticate, false),
            (HeaderName::ProxyAuthenticate, true),
        ] {
            for header in self.headers(name) {
                let read = Challenge::parse_all(&header.unfolded()?, proxy);
                challenges.extend(read.map_err(|error| digest_error(name, error))?);
                if challenges.len() > limits::CHALLENGES {
                    return Err(too_many(name));
                }
            }
        }
        Ok(challenges)
    }

    /// The Digest credentials of Authorization and Proxy-Authorization, in order; for the server's side. Other schemes are
    /// passed over.
    pub fn authorizations(&self) -> Result<Vec<Authorization>, HeaderError> {
        let mut list = Vec::new();
        for (name, proxy) in [
            (HeaderName::Authorization, false),
            (HeaderName::ProxyAuthorization, true),
        ] {
            for header in self.headers(name) {
                match Authorization::parse(&header.unfolded()?, proxy) {
                    Ok(authorization) => list.push(authorization),
                    Err(DigestError::Scheme) => {}
                    Err(error) => return Err(digest_error(name, error)),
                }
                if list.len() > limits::CHALLENGES {
                    return Err(too_many(name));
                }
            }
        }
        Ok(list)
    }

    /// Reads a header that occurs at most once.
    pub(super) fn single<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T, HeaderError>,
    ) -> Result<Option<T>, HeaderError> {
        let Some(header) = self.header(name) else {
            return Ok(None);
        };
        if self.names.repeats(name) {
            return Err(HeaderError::repeated(name));
        }
        read_whole(&header, read).map(Some)
    }

    fn required<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T, HeaderError>,
    ) -> Result<T, HeaderError> {
        let Some(header) = self.header(name) else {
            return Err(HeaderError::missing(name));
        };
        if self.names.repeats(name) {
            return Err(HeaderError::repeated(name));
        }
        read_whole(&header, read)
    }

    fn tokens(&self, name: HeaderName) -> Result<TokenList<'_>, HeaderError> {
        TokenList::read(self.headers(name))
    }
}

fn digest_error(name: HeaderName, error: DigestError) -> HeaderError {
    HeaderError {
        element: Element::Header(name),
        fault: Fault::Digest,
        offset: match error {
            DigestError::Syntax { offset } => offset,
            _ => 0,
        },
    }
}

fn too_many(name: HeaderName) -> HeaderError {
    HeaderError {
        element: Element::Header(name),
        fault: Fault::TooMany,
        offset: 0,
    }
}

fn read_whole<'a, T>(
    header: &RawHeader<'a>,
    read: impl FnOnce(&mut Cursor<'a>) -> Result<T, HeaderError>,
) -> Result<T, HeaderError> {
    let mut cursor = Cursor::new(header.element(), header.text()?);
    let value = read(&mut cursor)?;
    cursor.end()?;
    Ok(value)
}
