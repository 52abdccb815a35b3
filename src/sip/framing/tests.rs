//! Tests of framing, among them each message cut at every byte.

use proptest::prelude::*;

use super::*;

const FIRST: &[u8] =
    b"NOTIFY sip:a SIP/2.0\r\nCall-ID: 1\r\nl: 7\r\nSubject: x\r\n  y\r\n\r\na\r\n\r\nbc";
const SECOND: &[u8] = b"SIP/2.0 200 OK\nContent-Length : 0\n\n";

fn frames(chunks: &[&[u8]]) -> Result<Vec<Frame>, FramingError> {
    let mut framer = StreamFramer::new(Limits::default());
    let mut taken = Vec::new();
    for chunk in chunks {
        framer.push(chunk);
        while let Some(frame) = framer.next()? {
            taken.push(frame);
        }
    }
    Ok(taken)
}

fn messages(frames: Vec<Frame>) -> Vec<Bytes> {
    let message = |frame| {
        if let Frame::Message(bytes) = frame {
            Some(bytes)
        } else {
            None
        }
    };
    frames.into_iter().filter_map(message).collect()
}

#[test]
fn tx_022_split_at_every_byte() {
    let stream = [b"\r\n", FIRST, SECOND, b"\r\n\r\n", FIRST].concat();
    for cut in 0..=stream.len() {
        let got = frames(&[&stream[..cut], &stream[cut..]]).unwrap();
        assert!(got.contains(&Frame::Ping), "cut at {cut}");
        assert_eq!(messages(got), [FIRST, SECOND, FIRST], "cut at {cut}");
    }
    let single: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(messages(frames(&single).unwrap()), [FIRST, SECOND, FIRST]);
}

#[test]
fn tx_022_bad_lengths_cannot_be_mended() {
    let head = |length: &str| format!("NOTIFY sip:a SIP/2.0\r\nCall-ID: 1\r\n{length}\r\nabc");
    let table = [
        ("Content-Length: -1\r\n", MessageError::ContentLength),
        ("Content-Length: five\r\n", MessageError::ContentLength),
        ("Content-Length:\r\n", MessageError::ContentLength),
        (
            "Content-Length: 1\r\nl: 2\r\n",
            MessageError::ContentLengthConflict,
        ),
        ("Subject: x\r\n", MessageError::NoContentLength),
        (
            "l: 4194305\r\n",
            MessageError::BodyTooLarge {
                length: 4_194_305,
                limit: 4_194_304,
            },
        ),
        (
            "l: 99999999999999999999999\r\n",
            MessageError::BodyTooLarge {
                length: u64::MAX,
                limit: 4_194_304,
            },
        ),
    ];
    for (length, error) in table {
        let mut framer = StreamFramer::new(Limits::default());
        framer.push(head(length).as_bytes());
        assert_eq!(framer.next(), Err(error), "{length}");
        assert!(framer.refused_head().unwrap().starts_with(b"NOTIFY"));
        framer.push(FIRST);
        assert_eq!(framer.next(), Err(error), "{length}");
    }
    assert_eq!(
        frames(&[head("l: 3\r\nContent-Length: 3\r\n").as_bytes()])
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn limits_hold_before_the_end_has_come() {
    let limits = Limits {
        header_section: 200,
        line: 50,
        headers: 3,
        ..Limits::default()
    };
    let error = |text: &str| {
        let mut framer = StreamFramer::new(limits);
        framer.push(text.as_bytes());
        framer.next().unwrap_err()
    };
    assert_eq!(
        error(&"A".repeat(60)),
        MessageError::LineTooLong { line: 1, limit: 50 }
    );
    let long = format!("OPTIONS sip:a SIP/2.0\r\nX: {}", "a".repeat(60));
    assert_eq!(
        error(&long),
        MessageError::LineTooLong { line: 2, limit: 50 }
    );
    let folded = format!(
        "OPTIONS sip:a SIP/2.0\r\nX: {}l: 0\r\n\r\n",
        "a\r\n ".repeat(20)
    );
    assert_eq!(
        error(&folded),
        MessageError::LineTooLong { line: 2, limit: 50 }
    );
    let section = format!(
        "OPTIONS sip:a SIP/2.0\r\n{}",
        "X: aaaaaaaaaaa\r\n".repeat(20)
    );
    assert_eq!(error(&section), MessageError::HeadTooLarge { limit: 200 });
    let many = format!("OPTIONS sip:a SIP/2.0\r\n{}\r\n", "X: a\r\n".repeat(4));
    assert_eq!(error(&many), MessageError::TooManyHeaders { limit: 3 });
    assert_eq!(
        error("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        MessageError::StartLine
    );
}

#[test]
fn what_is_refused_can_be_looked_at() {
    let refused = |text: &str| {
        let mut framer = StreamFramer::new(Limits::default());
        framer.push(text.as_bytes());
        assert!(framer.refused().is_empty());
        framer.next().unwrap_err();
        String::from_utf8(framer.refused().to_vec()).unwrap()
    };
    assert_eq!(refused("220 mail\r\n\r\n"), "220 mail\r\n\r\n");
    let long = format!("OPTIONS sip:a SIP/2.0\r\nX: {}", "x".repeat(1_000_000));
    assert_eq!(refused(&long), &long[..REFUSED_SHOWN]);
    let head = "OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n";
    assert_eq!(refused(&format!("{head}body")), head);
}

#[test]
fn keep_alives_are_told_apart() {
    assert_eq!(frames(&[b"\r\n\r\n"]).unwrap(), [Frame::Ping]);
    assert_eq!(frames(&[b"\r\n"]).unwrap(), [Frame::Pong]);
    assert_eq!(frames(&[b"\r", b"\n"]).unwrap(), [Frame::Pong]);
    assert_eq!(
        frames(&[b"\r\n", b"\r\n"]).unwrap(),
        [Frame::Pong, Frame::Ping]
    );
    assert_eq!(
        frames(&[b"\r\n\r", b"\n"]).unwrap(),
        [Frame::Pong, Frame::Ping]
    );
    assert_eq!(
        frames(&[b"\r\n\r\n\r\n"]).unwrap(),
        [Frame::Ping, Frame::Pong]
    );
    assert_eq!(frames(&[b"\n\n"]).unwrap(), []);
}

proptest! {
    #[test]
    fn any_cutting_gives_the_same_messages(
        bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 1..5),
        cuts in proptest::collection::vec(1usize..30, 1..20),
    ) {
        let written: Vec<Vec<u8>> = bodies
            .iter()
            .map(|body| {
                let mut bytes = format!("MESSAGE sip:a SIP/2.0\r\nl: {}\r\n\r\n", body.len()).into_bytes();
                bytes.extend_from_slice(body);
                bytes
            })
            .collect();
        let stream = written.concat();
        let mut rest = &stream[..];
        let mut chunks = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, after) = rest.split_at((*cut).min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        prop_assert_eq!(messages(frames(&chunks).unwrap()), written);
    }
}
