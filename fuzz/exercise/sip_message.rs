//! Everything the message layer does with bytes from the network, and what must hold whatever they are. Shared by the fuzz
//! target and the replay in the test suite.

use bytes::Bytes;
use siskin::sip::digest::{AuthenticationInfo, Authorization, Challenge};
use siskin::sip::framing::{Frame, StreamFramer};
use siskin::sip::{Contact, HeaderName, Limits, Message, ResponseBuilder, Scheme, Uri};

/// Reads the bytes as datagram, stream, URI and digest values; panics if something that must hold does not.
pub(crate) fn run(bytes: &[u8]) {
    let limits = Limits::default();
    if let Ok(message) = Message::parse_datagram(Bytes::copy_from_slice(bytes), &limits) {
        read(&message);
        answer(&message);
        again(&message);
    }
    stream(bytes, &limits);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let text = text.get(..200).unwrap_or(text);
        uri(text);
        let _ = Uri::from_user_input(text, Some("example.com"));
        digest(text);
    }
}

/// Calls every reader.
fn read(message: &Message) {
    let _ = message.validate();
    let _ = (
        message.method(),
        message.request_line(),
        message.status_line(),
    );
    for header in message.all_headers() {
        assert!(!header.name().is_empty());
        if let Ok(text) = header.unfolded() {
            assert!(!text.contains(['\r', '\n']), "{text:?}");
        }
    }
    for address in [message.from(), message.to()].into_iter().flatten() {
        uri(address.uri);
        let _ = (address.tag(), address.expires(), address.q());
    }
    for contact in message.contacts().flatten() {
        if let Contact::Address(address) = contact {
            uri(address.uri);
            assert!(address.params.iter().all(|param| !param.name.is_empty()));
        }
    }
    for via in message.vias().flatten() {
        let _ = (via.received_address(), via.host_address(), via.maddr());
    }
    if let Some(line) = message.request_line() {
        uri(line.uri);
    }
    let _ = message.routes().chain(message.record_routes()).count();
    let _ = message.warnings().count();
    let _ = (
        message.call_id(),
        message.cseq(),
        message.max_forwards(),
        message.event(),
    );
    let _ = (
        message.subscription_state(),
        message.expires(),
        message.min_expires(),
        message.retry_after(),
    );
    let _ = (
        message.date(),
        message.content_type(),
        message.content_length(),
        message.content_disposition(),
    );
    let _ = (
        message.accept(),
        message.supported(),
        message.allow(),
        message.content_encoding(),
    );
    let _ = (
        message.sip_etag(),
        message.challenges(),
        message.authorizations(),
    );
    for header in message.headers(HeaderName::AuthenticationInfo) {
        let _ = header
            .unfolded()
            .map(|text| AuthenticationInfo::parse(&text));
    }
}

/// A request can be answered, and the answer says what the request said.
fn answer(message: &Message) {
    if !message.is_request() {
        return;
    }
    let answer = ResponseBuilder::new(message, 200, "")
        .to_tag("t")
        .received([192, 0, 2, 1].into(), 5060)
        .record_route_echo()
        .build();
    // Only an answer that outgrows the limits by what is added may be refused.
    let Ok(answer) = Message::parse_datagram(answer.expect("an answer"), &Limits::default()) else {
        assert!(message.bytes().len() > 4096);
        return;
    };
    assert_eq!(answer.call_id().ok(), message.call_id().ok());
    assert_eq!(answer.cseq().ok(), message.cseq().ok());
    if message.validate().is_ok() {
        assert_eq!(answer.validate(), Ok(()));
        assert_eq!(answer.vias().count(), message.vias().count());
        assert_eq!(
            answer.from().map(|from| from.tag()),
            message.from().map(|from| from.tag())
        );
        assert!(answer.to().is_ok_and(|to| to.tag().is_some()));
    }
}

/// What was read once is read the same again.
fn again(message: &Message) {
    let again = Message::parse_datagram(message.bytes().clone(), &Limits::default())
        .expect("the same message");
    assert_eq!(again.bytes(), message.bytes());
    assert_eq!(again.body(), message.body());
}

/// Cut in two at any place, a stream gives the same messages.
fn stream(bytes: &[u8], limits: &Limits) {
    let frames = |chunks: &[&[u8]]| {
        let mut framer = StreamFramer::new(*limits);
        let mut messages = Vec::new();
        for chunk in chunks {
            framer.push(chunk);
            loop {
                match framer.next() {
                    Ok(Some(Frame::Message(bytes))) => messages.push(bytes),
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(error) => return (messages, Some(error)),
                }
            }
        }
        (messages, None)
    };
    let (whole, error) = frames(&[bytes]);
    let cut = bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>() % (bytes.len() + 1);
    let (halves, other_error) = frames(&[&bytes[..cut], &bytes[cut..]]);
    assert_eq!(whole, halves);
    assert_eq!(error.is_some(), other_error.is_some());
    for bytes in whole {
        if let Ok(message) = Message::parse_stream(bytes, limits) {
            assert_eq!(
                message.content_length(),
                Ok(Some(message.body_bytes().len() as u64))
            );
        }
    }
}

/// A URI is itself, and its key is the key of its key.
fn uri(text: &str) {
    let Ok(uri) = Uri::parse(text) else { return };
    assert_eq!(uri.to_string(), text);
    assert!(
        uri.equivalent(&uri) || uri.params().count() > 1 || uri.headers().count() > 1,
        "{uri}"
    );
    let key = uri.aor();
    if matches!(uri.scheme(), Scheme::Sip | Scheme::Sips | Scheme::Pres) {
        assert_eq!(Uri::parse(&key).map(|uri| uri.aor()).as_deref(), Ok(&*key));
    }
    let _ = (
        uri.user_decoded(),
        uri.transport(),
        uri.request_uri(),
        uri.without_params(),
    );
}

fn digest(text: &str) {
    if let Ok(challenges) = Challenge::parse_all(text, false) {
        for challenge in challenges {
            assert!(Challenge::parse_all(&challenge.to_string(), false).is_ok());
        }
    }
    let _ = Authorization::parse(text, false);
    let _ = AuthenticationInfo::parse(text);
}
