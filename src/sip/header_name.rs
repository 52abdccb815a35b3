//! The names of the headers this program knows, with their compact forms (RFC 3261 §7.3.3, §20).

use std::fmt;

macro_rules! known {
    ($($variant:ident = $name:literal $(, compact $compact:literal)?;)*) => {
        /// A header that is known by name. Names compare without regard to case; a compact form is the same header.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum HeaderName {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        const ALL: &[(HeaderName, &str)] = &[
            $((HeaderName::$variant, $name),)*
        ];

        const COMPACT: &[(HeaderName, u8)] = &[
            $($((HeaderName::$variant, $compact),)?)*
        ];
    };
}

known! {
    Accept = "Accept";
    AcceptContact = "Accept-Contact", compact b'a';
    AcceptEncoding = "Accept-Encoding";
    AcceptLanguage = "Accept-Language";
    AlertInfo = "Alert-Info";
    Allow = "Allow";
    AllowEvents = "Allow-Events", compact b'u';
    AnswerMode = "Answer-Mode";
    AuthenticationInfo = "Authentication-Info";
    Authorization = "Authorization";
    CallId = "Call-ID", compact b'i';
    CallInfo = "Call-Info";
    Contact = "Contact", compact b'm';
    ContentDisposition = "Content-Disposition";
    ContentEncoding = "Content-Encoding", compact b'e';
    ContentId = "Content-ID";
    ContentLanguage = "Content-Language";
    ContentLength = "Content-Length", compact b'l';
    ContentType = "Content-Type", compact b'c';
    CSeq = "CSeq";
    Date = "Date";
    ErrorInfo = "Error-Info";
    Event = "Event", compact b'o';
    Expires = "Expires";
    FlowTimer = "Flow-Timer";
    From = "From", compact b'f';
    HistoryInfo = "History-Info";
    Identity = "Identity", compact b'y';
    InReplyTo = "In-Reply-To";
    MaxForwards = "Max-Forwards";
    MimeVersion = "MIME-Version";
    MinExpires = "Min-Expires";
    MinSe = "Min-SE";
    Organization = "Organization";
    PAssertedIdentity = "P-Asserted-Identity";
    PAssociatedUri = "P-Associated-URI";
    PPreferredIdentity = "P-Preferred-Identity";
    Path = "Path";
    Priority = "Priority";
    Privacy = "Privacy";
    ProxyAuthenticate = "Proxy-Authenticate";
    ProxyAuthenticationInfo = "Proxy-Authentication-Info";
    ProxyAuthorization = "Proxy-Authorization";
    ProxyRequire = "Proxy-Require";
    RAck = "RAck";
    RSeq = "RSeq";
    Reason = "Reason";
    RecordRoute = "Record-Route";
    ReferEventsAt = "Refer-Events-At";
    ReferSub = "Refer-Sub";
    ReferTo = "Refer-To", compact b'r';
    ReferredBy = "Referred-By", compact b'b';
    RejectContact = "Reject-Contact", compact b'j';
    Replaces = "Replaces";
    ReplyTo = "Reply-To";
    RequestDisposition = "Request-Disposition", compact b'd';
    Require = "Require";
    ResourcePriority = "Resource-Priority";
    RetryAfter = "Retry-After";
    Route = "Route";
    Server = "Server";
    ServiceRoute = "Service-Route";
    SessionExpires = "Session-Expires", compact b'x';
    SipEtag = "SIP-ETag";
    SipIfMatch = "SIP-If-Match";
    Subject = "Subject", compact b's';
    SubscriptionState = "Subscription-State";
    Supported = "Supported", compact b'k';
    SuppressIfMatch = "Suppress-If-Match";
    TargetDialog = "Target-Dialog";
    Timestamp = "Timestamp";
    To = "To", compact b't';
    Unsupported = "Unsupported";
    UserAgent = "User-Agent";
    Via = "Via", compact b'v';
    Warning = "Warning";
    WwwAuthenticate = "WWW-Authenticate";
}

impl HeaderName {
    /// Headers that may occur once in a message, besides those without which there is none.
    pub const SINGLE: [Self; 12] = [
        Self::ContentType,
        Self::ContentDisposition,
        Self::Event,
        Self::Expires,
        Self::MinExpires,
        Self::RetryAfter,
        Self::SipEtag,
        Self::SipIfMatch,
        Self::SubscriptionState,
        Self::ReferTo,
        Self::ReferredBy,
        Self::Replaces,
    ];

    /// Looks a name up, full or compact, in any case.
    pub fn lookup(name: &[u8]) -> Option<Self> {
        let (&first, &last) = (name.first()?, name.last()?);
        if name.len() == 1 {
            return COMPACT
                .iter()
                .find(|(_, compact)| *compact == first.to_ascii_lowercase())
                .map(|(header, _)| *header);
        }
        let mut slot = hash(name.len(), first, last);
        while SLOTS[slot] != EMPTY {
            let (header, text) = ALL[SLOTS[slot] as usize];
            // Nearly every sender spells names as the RFCs do.
            let text = text.as_bytes();
            if text == name || text.eq_ignore_ascii_case(name) {
                return Some(header);
            }
            slot = (slot + 1) % SLOTS.len();
        }
        None
    }

    /// A bit of its own for each header.
    pub(crate) const fn bit(self) -> u128 {
        1 << self as u8
    }

    /// The full name as it is written by this program.
    pub fn as_str(self) -> &'static str {
        ALL[self as usize].1
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const fn hash(length: usize, first: u8, last: u8) -> usize {
    (length * 7 + (first | 0x20) as usize * 31 + (last | 0x20) as usize * 67) % SLOT_COUNT
}

const fn slots() -> [u8; SLOT_COUNT] {
    let mut slots = [EMPTY; SLOT_COUNT];
    let mut index = 0;
    while index < ALL.len() {
        let name = ALL[index].1.as_bytes();
        let mut slot = hash(name.len(), name[0], name[name.len() - 1]);
        while slots[slot] != EMPTY {
            slot = (slot + 1) % SLOT_COUNT;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "fewer than 255 names, checked below"
        )]
        {
            slots[slot] = index as u8;
        }
        index += 1;
    }
    slots
}

const SLOT_COUNT: usize = 512;
const EMPTY: u8 = 0xff;
const SLOTS: [u8; SLOT_COUNT] = slots();
const _: () = assert!(ALL.len() <= u128::BITS as usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_name_in_any_case() {
        for (header, name) in ALL {
            assert_eq!(HeaderName::lookup(name.as_bytes()), Some(*header));
            assert_eq!(
                HeaderName::lookup(name.to_uppercase().as_bytes()),
                Some(*header)
            );
            assert_eq!(header.as_str(), *name);
        }
        assert_eq!(HeaderName::lookup(b"V"), Some(HeaderName::Via));
        assert_eq!(HeaderName::lookup(b"o"), Some(HeaderName::Event));
        assert_eq!(HeaderName::lookup(b"z"), None);
        assert_eq!(HeaderName::lookup(b"X-Alice"), None);
        assert_eq!(HeaderName::lookup(b""), None);
    }
}
