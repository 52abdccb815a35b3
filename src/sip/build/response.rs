//! Responses to a request (RFC 3261 §8.2.6).

use std::borrow::Cow;
use std::net::IpAddr;

use bytes::Bytes;

use super::{BuildError, Lines, ROOM, is_forbidden};
use crate::sip::header::via;
use crate::sip::scan::{Cursor, is_lws};
use crate::sip::{Element, HeaderName, Message, NameAddr, RawHeader, Via, reason_phrase};

/// Writes a response. Via, From, To, Call-ID and `CSeq` of the request are echoed byte for byte, though a folded value comes
/// back on one line; they are echoed even where they cannot be read, so that 400 can be answered.
#[derive(Debug)]
#[must_use]
pub struct ResponseBuilder<'a> {
    request: &'a Message,
    code: u16,
    reason: Cow<'a, str>,
    to_tag: Option<Cow<'a, str>>,
    source: Option<(IpAddr, u16)>,
    record_route: bool,
    lines: Lines,
}

impl<'a> ResponseBuilder<'a> {
    /// Begins a response with the usual reason phrase if `reason` is empty.
    pub fn new(request: &'a Message, code: u16, reason: impl Into<Cow<'a, str>>) -> Self {
        let reason = match reason.into() {
            text if text.is_empty() => reason_phrase(code).into(),
            text => text,
        };
        let mut lines = Lines::new();
        if !(100..=699).contains(&code) {
            lines.fail(BuildError::Code(code));
        }
        if reason.bytes().any(is_forbidden) {
            lines.fail(BuildError::Reason);
        }
        Self {
            request,
            code,
            reason,
            to_tag: None,
            source: None,
            record_route: false,
            lines,
        }
    }

    /// Gives To a tag, unless it has one already (RFC 3261 §8.2.6.2).
    pub fn to_tag(mut self, tag: impl Into<Cow<'a, str>>) -> Self {
        self.to_tag = Some(tag.into());
        self
    }

    /// Where the request came from: fills `received` in the top Via if the sent-by host differs, and `received` and `rport`
    /// if `rport` asks for it (RFC 3261 §18.2.1, RFC 3581 §4). Whatever the sender put into them is replaced.
    pub fn received(mut self, address: IpAddr, port: u16) -> Self {
        self.source = Some((address, port));
        self
    }

    /// Echoes Record-Route too, as a response that makes a dialog must (RFC 3261 §12.1.1).
    pub fn record_route_echo(mut self) -> Self {
        self.record_route = true;
        self
    }

    /// Adds a header behind the echoed ones.
    pub fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        self.lines.known(name, value.as_ref());
        self
    }

    /// Adds a header if there is a value for it.
    pub fn header_opt(self, name: HeaderName, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Adds one header of that name for each value.
    pub fn headers(
        mut self,
        name: HeaderName,
        values: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        for value in values {
            self = self.header(name, value);
        }
        self
    }

    /// Adds a header that is not known by name.
    pub fn header_named(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.lines.named(name, value.as_ref());
        self
    }

    /// Sets the body and its Content-Type.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.lines.body(content_type, body.into());
        self
    }

    /// The bytes to send.
    pub fn build(mut self) -> Result<Bytes, BuildError> {
        let own = std::mem::replace(&mut self.lines.out, Vec::with_capacity(ROOM));
        let status_line = format!("SIP/2.0 {} {}\r\n", self.code, self.reason);
        self.lines.out.extend_from_slice(status_line.as_bytes());
        for (index, header) in self.request.headers(HeaderName::Via).enumerate() {
            let value = match self.source {
                Some((address, port)) if index == 0 => with_source(&header, address, port),
                _ => one_line(header.value()),
            };
            self.lines.raw(HeaderName::Via.as_str(), &value);
        }
        if self.record_route {
            self.echo(HeaderName::RecordRoute);
        }
        self.echo(HeaderName::From);
        self.echo_to();
        self.echo(HeaderName::CallId);
        self.echo(HeaderName::CSeq);
        self.lines.out.extend_from_slice(&own);
        self.lines.finish()
    }

    fn echo(&mut self, name: HeaderName) {
        for header in self.request.headers(name) {
            self.lines.raw(name.as_str(), &one_line(header.value()));
        }
    }

    fn echo_to(&mut self) {
        let name = HeaderName::To;
        for header in self.request.headers(name) {
            let mut value = one_line(header.value()).into_owned();
            let has_no_tag = header
                .text()
                .and_then(|text| NameAddr::parse(name, text))
                .is_ok_and(|address| address.tag().is_none());
            if let Some(tag) = self
                .to_tag
                .as_deref()
                .filter(|_| has_no_tag && self.code > 100)
            {
                if let Some(offset) = tag.bytes().position(is_forbidden) {
                    self.lines.fail(BuildError::ControlCharacter {
                        header: name.to_string(),
                        offset,
                    });
                }
                value.extend_from_slice(b";tag=");
                value.extend_from_slice(tag.as_bytes());
            }
            self.lines.raw(name.as_str(), &value);
        }
    }
}

/// The first Via value with the address it came from, and the other values of that line as they are.
fn with_source<'a>(header: &RawHeader<'a>, address: IpAddr, port: u16) -> Cow<'a, [u8]> {
    let Some((top, end)) = header.text().ok().and_then(|text| {
        let mut cursor = Cursor::new(Element::Header(HeaderName::Via), text);
        let top = via(&mut cursor).ok()?;
        let whole = cursor.is_end() || cursor.peek() == Some(b',');
        whole.then_some((top, cursor.position()))
    }) else {
        return one_line(header.value());
    };
    // An IPv4 peer seen through a dual-stack socket is still an IPv4 peer.
    let address = address.to_canonical();
    let is_told = top.rport.is_none() && top.host_address() == Some(address);
    if is_told && top.received.is_none() {
        return one_line(header.value());
    }
    let mut value = top.raw[..top.raw.len() - top.params.as_str().len()]
        .trim_end()
        .to_owned();
    value.push_str(&source_params(&top, address, port));
    let mut value = value.into_bytes();
    value.extend_from_slice(&header.value()[end..]);
    Cow::Owned(one_line(&value).into_owned())
}

fn source_params(top: &Via<'_>, address: IpAddr, port: u16) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for param in top.params.iter() {
        if param.name.eq_ignore_ascii_case("received") {
            continue;
        }
        if param.name.eq_ignore_ascii_case("rport") {
            let _ = write!(text, ";{}={port}", param.name);
            continue;
        }
        let _ = write!(text, ";{}", param.name);
        if let Some(value) = param.raw_value {
            let _ = write!(text, "={value}");
        }
    }
    if top.rport.is_some() || top.host_address() != Some(address) {
        let _ = write!(text, ";received={address}");
    }
    text
}

/// A value on one line: each fold becomes a space.
fn one_line(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\n') {
        return Cow::Borrowed(value);
    }
    let mut line = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr::memchr(b'\n', rest) {
        line.extend_from_slice(rest[..at].trim_ascii_end());
        line.push(b' ');
        rest = &rest[at + 1..];
        while let [first, after @ ..] = rest
            && is_lws(*first)
        {
            rest = after;
        }
    }
    line.extend_from_slice(rest);
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Limits;

    fn request(text: &'static str) -> Message {
        Message::parse_datagram(Bytes::from_static(text.as_bytes()), &Limits::default()).unwrap()
    }

    fn text(bytes: &Bytes) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    const NOTIFY: &str = "NOTIFY sip:alice@192.0.2.1 SIP/2.0\r\n\
        v: SIP/2.0/UDP pa.example.com;rport;branch=z9hG4bK1;received=203.0.113.9 , SIP/2.0/TCP 192.0.2.7\r\n\
        Via: SIP/2.0/UDP\r\n\t192.0.2.8;branch=x\r\n\
        f: \"B \\\" \u{f6}\"  <sip:bob@example.com>;tag=1\r\nTo: Alice <sip:alice@example.com>\r\n\
        Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>\r\n\
        i: c@example.com\r\nCSeq:   7    NOTIFY\r\n\r\n";

    #[test]
    fn echoes_byte_for_byte() {
        let request = request(NOTIFY);
        let bytes = ResponseBuilder::new(&request, 200, "")
            .to_tag("t")
            .header(HeaderName::Server, "x")
            .build()
            .unwrap();
        assert_eq!(
            text(&bytes),
            "SIP/2.0 200 OK\r\n\
             Via: SIP/2.0/UDP pa.example.com;rport;branch=z9hG4bK1;received=203.0.113.9 , SIP/2.0/TCP 192.0.2.7\r\n\
             Via: SIP/2.0/UDP 192.0.2.8;branch=x\r\n\
             From: \"B \\\" \u{f6}\"  <sip:bob@example.com>;tag=1\r\nTo: Alice <sip:alice@example.com>;tag=t\r\n\
             Call-ID: c@example.com\r\nCSeq: 7    NOTIFY\r\nServer: x\r\nContent-Length: 0\r\n\r\n"
        );
    }

    #[test]
    fn tx_021_received_and_rport_are_filled() {
        let request = request(NOTIFY);
        let bytes = ResponseBuilder::new(&request, 200, "")
            .received("192.0.2.9".parse().unwrap(), 40000)
            .record_route_echo()
            .build()
            .unwrap();
        let expected = "Via: SIP/2.0/UDP pa.example.com;rport=40000;branch=z9hG4bK1;received=192.0.2.9, \
            SIP/2.0/TCP 192.0.2.7\r\n";
        assert!(text(&bytes).contains(expected), "{}", text(&bytes));
        assert!(
            text(&bytes)
                .contains("Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>\r\n")
        );
    }

    #[test]
    fn tx_021_received_only_where_the_host_differs() {
        let request = |via: &str| {
            let text = format!(
                "OPTIONS sip:a SIP/2.0\r\nVia: {via}\r\nFrom: <sip:b@c>;tag=1\r\nTo: <sip:a@c>;tag=old\r\n\
                 Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"
            );
            Message::parse_datagram(Bytes::from(text), &Limits::default()).unwrap()
        };
        let via = |text: &str, source: &str| {
            let request = request(text);
            let bytes = ResponseBuilder::new(&request, 200, "")
                .to_tag("new")
                .received(source.parse().unwrap(), 5)
                .build();
            let answer = Message::parse_datagram(bytes.unwrap(), &Limits::default()).unwrap();
            assert_eq!(answer.to().unwrap().tag(), Some("old"));
            answer.top_via().unwrap().raw.to_owned()
        };
        assert_eq!(
            via("SIP/2.0/UDP 192.0.2.9", "192.0.2.9"),
            "SIP/2.0/UDP 192.0.2.9"
        );
        assert_eq!(
            via("SIP/2.0/UDP 192.0.2.9", "::ffff:192.0.2.9"),
            "SIP/2.0/UDP 192.0.2.9"
        );
        assert_eq!(
            via("SIP/2.0/UDP [2001:db8::01]:9;a=\"b;c\"", "2001:db8::1"),
            "SIP/2.0/UDP [2001:db8::01]:9;a=\"b;c\""
        );
        assert_eq!(
            via("SIP/2.0/UDP host", "2001:db8::1"),
            "SIP/2.0/UDP host;received=2001:db8::1"
        );
        assert_eq!(
            via("SIP/2.0/UDP 192.0.2.9;rport", "192.0.2.9"),
            "SIP/2.0/UDP 192.0.2.9;rport=5;received=192.0.2.9"
        );
    }

    #[test]
    fn answers_what_cannot_be_read() {
        let request = request(
            "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP;;,\r\nTo: \"x <sip:a@b>\r\nCSeq: x\r\n\r\n",
        );
        let bytes = ResponseBuilder::new(&request, 400, "Bad To")
            .to_tag("t")
            .received("192.0.2.9".parse().unwrap(), 5)
            .build()
            .unwrap();
        assert!(
            text(&bytes).contains("Via: SIP/2.0/UDP;;,\r\nTo: \"x <sip:a@b>\r\nCSeq: x\r\n"),
            "{}",
            text(&bytes)
        );
        assert_eq!(
            ResponseBuilder::new(&request, 99, "").build(),
            Err(BuildError::Code(99))
        );
        assert_eq!(
            ResponseBuilder::new(&request, 200, "a\r\nb").build(),
            Err(BuildError::Reason)
        );
    }
}
