//! What each message of a trace is: its method, its event package, whom it is about, and whether it went wrong.

use std::collections::HashMap;
use std::sync::Arc;

use super::TraceEntry;
use crate::account::address;
use crate::sip::{HeaderName, Limits, Message, NameAddr};

/// One message with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceLine {
    /// The message.
    pub entry: Arc<TraceEntry>,
    /// The method; of a response that of its request. Empty where the message cannot be read.
    pub method: String,
    /// The event package, also of answers; `xcap` for HTTP; empty for what has none.
    pub package: String,
    /// The status code and its words, of a response.
    pub status: Option<String>,
    /// Whom it is about, in canonical form; for HTTP the document.
    pub resource: String,
    /// Whether it says that something went wrong. A first challenge is none, it is asked for.
    pub is_error: bool,
}

/// Reads messages in their order: what an answer is about stands in the request before it.
#[derive(Debug, Clone, Default)]
pub struct TraceReader {
    /// What is known of each Call-ID.
    calls: HashMap<String, Asked>,
    /// The last request to each web server.
    documents: HashMap<String, Asked>,
}

/// What a request was.
#[derive(Debug, Clone, Default)]
struct Asked {
    method: String,
    package: String,
    resource: String,
    credentials: bool,
}

impl TraceReader {
    /// Says what the next message is.
    pub fn read(&mut self, entry: Arc<TraceEntry>) -> TraceLine {
        if entry.protocol == "HTTP" {
            return self.http(entry);
        }
        // The limits of the network have been kept already; what is longer could not be read there either.
        match Message::parse_head(entry.bytes.clone(), &Limits::default()) {
            Ok(message) => self.sip(entry, &message),
            Err(_) => TraceLine {
                entry,
                method: String::new(),
                package: String::new(),
                status: None,
                resource: String::new(),
                is_error: true,
            },
        }
    }

    fn sip(&mut self, entry: Arc<TraceEntry>, message: &Message) -> TraceLine {
        let method = message.method();
        let method = method.map(|method| method.as_str().to_owned());
        let call = message.call_id().unwrap_or_default();
        let status = message.status_line();
        // Who was asked is whom it is about: the watched or registered one.
        let asked_by_us = entry.sent == status.is_none();
        let whom = if asked_by_us {
            message.to()
        } else {
            message.from()
        };
        let resource = whom.map(|whom| resource(&whom)).unwrap_or_default();
        let Some(status) = status else {
            let package = message.header_text(HeaderName::Event).ok().flatten();
            let package = package.map(|event| {
                let name = event.split(';').next().unwrap_or_default();
                name.trim().to_ascii_lowercase()
            });
            let has = |name| message.header(name).is_some();
            let asked = Asked {
                method: method.unwrap_or_default(),
                package: package.unwrap_or_default(),
                resource,
                credentials: has(HeaderName::Authorization) || has(HeaderName::ProxyAuthorization),
            };
            let ended = message.subscription_state().ok().flatten();
            let is_error = ended.is_some_and(|state| {
                let reason = state.reason.unwrap_or_default();
                let bad = ["rejected", "noresource", "giveup", "probation"];
                bad.iter().any(|bad| reason.eq_ignore_ascii_case(bad))
            });
            remember(&mut self.calls, call, &asked);
            return TraceLine {
                entry,
                method: asked.method,
                package: asked.package,
                status: None,
                resource: asked.resource,
                is_error,
            };
        };
        let known = self.calls.get(call);
        TraceLine {
            is_error: is_error(status.code, known),
            status: Some(format!("{} {}", status.code, status.reason)),
            method: method.unwrap_or_default(),
            package: known.map(|asked| asked.package.clone()).unwrap_or_default(),
            resource,
            entry,
        }
    }

    fn http(&mut self, entry: Arc<TraceEntry>) -> TraceLine {
        let head = entry.bytes.split(|byte| *byte == b'\n').next();
        let head = String::from_utf8_lossy(head.unwrap_or_default());
        let mut words = head.split_whitespace();
        let (first, second) = (words.next(), words.next());
        let (first, second) = (first.unwrap_or_default(), second.unwrap_or_default());
        if let Some(code) = first
            .strip_prefix("HTTP/")
            .and_then(|_| second.parse().ok())
        {
            let rest: Vec<&str> = words.collect();
            let known = self.documents.get(&entry.peer).cloned();
            return TraceLine {
                is_error: is_error(code, known.as_ref()),
                status: Some(format!("{code} {}", rest.join(" "))),
                method: known
                    .as_ref()
                    .map(|asked| asked.method.clone())
                    .unwrap_or_default(),
                package: XCAP.to_owned(),
                resource: known.map(|asked| asked.resource).unwrap_or_default(),
                entry,
            };
        }
        let fields = String::from_utf8_lossy(&entry.bytes).to_ascii_lowercase();
        let asked = Asked {
            method: first.to_owned(),
            package: XCAP.to_owned(),
            resource: second.to_owned(),
            credentials: fields.contains("\nauthorization:"),
        };
        remember(&mut self.documents, &entry.peer, &asked);
        TraceLine {
            is_error: false,
            status: None,
            method: asked.method,
            package: asked.package,
            resource: asked.resource,
            entry,
        }
    }
}

fn remember(known: &mut HashMap<String, Asked>, key: &str, asked: &Asked) {
    if known.len() >= MAX_KNOWN && !known.contains_key(key) {
        // Of answers to what is forgotten only the package is not known.
        known.clear();
    }
    known.insert(key.to_owned(), asked.clone());
}

fn is_error(code: u16, asked: Option<&Asked>) -> bool {
    match code {
        401 | 407 => asked.is_some_and(|asked| asked.credentials),
        code => code >= 400,
    }
}

fn resource(whom: &NameAddr<'_>) -> String {
    whom.parse_uri().map_or_else(
        |_| String::new(),
        |uri| address::compared(uri.request_uri().as_ref()),
    )
}

/// What stands in the place of an event package for HTTP.
const XCAP: &str = "xcap";
/// So many Call-IDs are remembered, more than there are messages in a trace.
const MAX_KNOWN: usize = 20_000;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;

    fn entry(sent: bool, protocol: &'static str, text: &str) -> Arc<TraceEntry> {
        Arc::new(TraceEntry {
            number: 0,
            time: Timestamp::UNIX_EPOCH,
            sent,
            protocol,
            local: "192.0.2.1:5060".to_owned(),
            peer: "192.0.2.2:5060".to_owned(),
            bytes: Bytes::from(text.replace('\n', "\r\n")),
        })
    }

    fn sip(start: &str, cseq: &str, more: &str) -> String {
        format!(
            "{start}\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:alice@example.com>;tag=a\n\
             To: <sip:bob@EXAMPLE.com>;tag=b\nCall-ID: c1\nCSeq: {cseq}\n{more}Content-Length: 0\n\n"
        )
    }

    #[test]
    fn an_answer_belongs_to_the_package_and_the_person_of_its_request() {
        let mut reader = TraceReader::default();
        let subscribe = sip(
            "SUBSCRIBE sip:bob@example.com SIP/2.0",
            "1 SUBSCRIBE",
            "Event: presence\n",
        );
        let asked = reader.read(entry(true, "UDP", &subscribe));
        assert_eq!(
            (asked.method.as_str(), asked.package.as_str()),
            ("SUBSCRIBE", "presence")
        );
        assert_eq!(
            (asked.resource.as_str(), asked.is_error),
            ("sip:bob@example.com", false)
        );
        let answer = reader.read(entry(
            false,
            "UDP",
            &sip("SIP/2.0 403 Forbidden", "1 SUBSCRIBE", ""),
        ));
        assert_eq!(answer.status.as_deref(), Some("403 Forbidden"));
        assert_eq!(
            (answer.method.as_str(), answer.package.as_str()),
            ("SUBSCRIBE", "presence")
        );
        assert_eq!(
            (answer.resource.as_str(), answer.is_error),
            ("sip:bob@example.com", true)
        );
    }

    #[test]
    fn who_notifies_is_whom_it_is_about_and_a_refusal_is_an_error() {
        let mut reader = TraceReader::default();
        let state = "Event: presence\nSubscription-State: terminated;reason=rejected\n";
        let notify = sip("NOTIFY sip:alice@192.0.2.1 SIP/2.0", "1 NOTIFY", state);
        let line = reader.read(entry(false, "UDP", &notify));
        assert_eq!(
            (line.resource.as_str(), line.is_error),
            ("sip:alice@example.com", true)
        );
        let ok = reader.read(entry(true, "UDP", &sip("SIP/2.0 200 OK", "1 NOTIFY", "")));
        assert_eq!(
            (ok.resource.as_str(), ok.is_error),
            ("sip:alice@example.com", false)
        );
    }

    #[test]
    fn a_first_challenge_is_no_error_and_a_second_is_one() {
        let mut reader = TraceReader::default();
        let register = |more: &str| sip("REGISTER sip:example.com SIP/2.0", "1 REGISTER", more);
        let challenge = sip("SIP/2.0 401 Unauthorized", "1 REGISTER", "");
        reader.read(entry(true, "UDP", &register("")));
        assert!(!reader.read(entry(false, "UDP", &challenge)).is_error);
        reader.read(entry(
            true,
            "UDP",
            &register("Authorization: Digest <masked>\n"),
        ));
        assert!(reader.read(entry(false, "UDP", &challenge)).is_error);
    }

    #[test]
    fn documents_have_a_package_of_their_own_and_rubbish_has_none() {
        let mut reader = TraceReader::default();
        let asked = reader.read(entry(
            true,
            "HTTP",
            "GET /pres-rules/users/a HTTP/1.1\nHost: x\n\n",
        ));
        assert_eq!(
            (asked.method.as_str(), asked.package.as_str()),
            ("GET", "xcap")
        );
        let answer = reader.read(entry(false, "HTTP", "HTTP/1.1 404 Not Found\n\n"));
        assert_eq!(answer.resource, "/pres-rules/users/a");
        assert_eq!(answer.status.as_deref(), Some("404 Not Found"));
        assert!(answer.is_error);
        let rubbish = reader.read(entry(false, "UDP", "hello\n\n"));
        assert!(rubbish.is_error && rubbish.method.is_empty());
    }
}
