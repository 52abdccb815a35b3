//! Via (RFC 3261 §20.42, RFC 3581).

use std::net::IpAddr;

use super::params::params_with;
use super::{Fault, HeaderError, Params};
use crate::sip::scan::{Cursor, HOST, is_lws};
use crate::sip::uri::ipv6_reference;

/// One Via value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via<'a> {
    /// The protocol version, `2.0`.
    pub version: &'a str,
    /// The transport as written: `UDP`, `TLS-SCTP`, ...
    pub transport: &'a str,
    /// The sent-by host; an IPv6 address keeps its brackets.
    pub host: &'a str,
    /// The sent-by port.
    pub port: Option<u16>,
    /// The `branch` parameter.
    pub branch: Option<&'a str>,
    /// The `received` parameter as written; see [`Via::received_address`].
    pub received: Option<&'a str>,
    /// The `rport` parameter: `Some(None)` when it asks, `Some(Some(port))` when it answers.
    pub rport: Option<Option<u16>>,
    /// All parameters, those above included.
    pub params: Params<'a>,
    /// The whole value as written.
    pub raw: &'a str,
}

impl<'a> Via<'a> {
    /// The `received` address, with or without brackets (RFC 5118 §4.5).
    pub fn received_address(&self) -> Option<IpAddr> {
        address(self.received?)
    }

    /// The sent-by host as an address, if it is one.
    pub fn host_address(&self) -> Option<IpAddr> {
        address(self.host)
    }

    /// The `maddr` parameter.
    pub fn maddr(&self) -> Option<&'a str> {
        self.params.raw("maddr")
    }
}

/// Reads one Via value and stops behind it, before a comma or the end.
pub(crate) fn via<'a>(cursor: &mut Cursor<'a>) -> Result<Via<'a>, HeaderError> {
    cursor.skip_lws();
    let start = cursor.rest();
    let version = match start.strip_prefix("SIP/2.0/") {
        Some(rest) => {
            cursor.set_rest(rest);
            &start[4..7]
        }
        // White space may stand around the slashes.
        None => protocol(cursor)?,
    };
    let transport = cursor.token()?;
    if !cursor.peek().is_some_and(is_lws) {
        return Err(cursor.error(Fault::Host));
    }
    cursor.skip_lws();
    let host = host(cursor)?;
    let port = if cursor.eat_separator(b':') {
        Some(port(cursor)?)
    } else {
        None
    };
    let (mut branch, mut received, mut rport) = (None, None, None);
    let params = params_with(cursor, |param| {
        match param.name.len() {
            6 if param.is("branch") => branch = branch.or(param.raw_value),
            8 if param.is("received") => {
                received = received.or(param.raw_value);
            }
            5 if rport.is_none() && param.is("rport") => {
                let port = param.raw_value.map(str::parse).transpose();
                rport = Some(port.map_err(|_| Fault::Port)?);
            }
            _ => {}
        }
        Ok(())
    })?;
    let raw = cursor.since(start);
    cursor.skip_lws();
    Ok(Via {
        version,
        transport,
        host,
        port,
        branch,
        received,
        rport,
        params,
        raw,
    })
}

/// An address with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    match text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
    {
        Some(inner) => ipv6_reference(inner).map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

/// `SIP / 2.0 /`; gives the version.
fn protocol<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    let start = cursor.position();
    if !cursor.token()?.eq_ignore_ascii_case("SIP") {
        return Err(cursor.error_at(Fault::Version, start));
    }
    slash(cursor)?;
    let version = cursor.token()?;
    slash(cursor)?;
    Ok(version)
}

fn slash(cursor: &mut Cursor<'_>) -> Result<(), HeaderError> {
    if cursor.eat_separator(b'/') {
        Ok(())
    } else {
        Err(cursor.error(Fault::Version))
    }
}

/// A host name, an IPv4 address or an IPv6 reference.
fn host<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    let start = cursor.rest();
    if cursor.eat(b'[') {
        let address =
            cursor.take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
        if ipv6_reference(address).is_none() {
            return Err(cursor.error(Fault::Host));
        }
        cursor.expect(b']', Fault::Host)?;
    } else {
        let name = cursor.take(HOST);
        if name.is_empty() {
            return Err(cursor.error(Fault::Host));
        }
    }
    Ok(cursor.since(start))
}

fn port(cursor: &mut Cursor<'_>) -> Result<u16, HeaderError> {
    let start = cursor.position();
    let number = cursor.number().map_err(|error| HeaderError {
        fault: Fault::Port,
        ..error
    })?;
    u16::try_from(number).map_err(|_| cursor.error_at(Fault::Port, start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Element, HeaderName};

    fn read(text: &str) -> Result<Via<'_>, HeaderError> {
        let mut cursor = Cursor::new(Element::Header(HeaderName::Via), text);
        let via = via(&mut cursor)?;
        cursor.end()?;
        Ok(via)
    }

    #[test]
    fn reads_odd_spacing_and_addresses() {
        let via = read(
            "SIP  / 2.0\r\n /UDP\t192.0.2.2:5060 ;rport;branch=390skdjuw ; received=192.0.2.9",
        )
        .unwrap();
        assert_eq!(
            (via.transport, via.host, via.port),
            ("UDP", "192.0.2.2", Some(5060))
        );
        assert_eq!((via.branch, via.rport), (Some("390skdjuw"), Some(None)));
        assert_eq!(via.received_address(), Some([192, 0, 2, 9].into()));

        let via =
            read("SIP/2.0/TLS [2001:db8::9:1]:5061;received=[2001:db8::9:255];rport=4711").unwrap();
        assert_eq!(
            (via.host, via.port, via.rport),
            ("[2001:db8::9:1]", Some(5061), Some(Some(4711)))
        );
        assert_eq!(
            via.received_address().unwrap().to_string(),
            "2001:db8::9:255"
        );
    }

    #[test]
    fn names_the_fault() {
        let fault = |text| read(text).unwrap_err().fault;
        assert_eq!(fault("SIP/2.0/UDP 192.0.2.15;;,;,,"), Fault::Parameter);
        assert_eq!(fault("SIP/2.0/UDP"), Fault::Host);
        assert_eq!(fault("SIP/2.0/UDP host:65536"), Fault::Port);
        assert_eq!(fault("SIP/2.0/UDP host:"), Fault::Port);
        assert_eq!(fault("SIP/2.0/UDP [::1"), Fault::Host);
        assert_eq!(fault("HTTP/2.0/UDP host"), Fault::Version);
        assert_eq!(fault("SIP/2.0/UDP host;rport=x"), Fault::Port);
    }
}
