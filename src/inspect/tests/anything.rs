//! Inputs that nobody thought of, and large ones.

use proptest::prelude::*;

use super::*;

/// Pieces that lead the readers far in.
const PIECES: [&str; 14] = [
    "--- 0.5 a SEND UDP h:1 i:2 40\n",
    "SUBSCRIBE sip:bob@example.com SIP/2.0\r\n",
    "SIP/2.0 200 OK\r\n",
    "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n",
    "CSeq: 1 SUBSCRIBE\r\n",
    "Content-Length: 10\r\n",
    "Content-Type: application/pidf+xml\r\n",
    "\r\n",
    "<presence xmlns='urn:ietf:params:xml:ns:pidf'>",
    "</presence>",
    "<tuple id='a'>",
    "Messages-Waiting: yes\n",
    "\u{d4}\u{c3}",
    "Event: presence\r\nSubscription-State: active\r\nCall-ID: x\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>;tag=2\r\n",
];

proptest! {
    #[test]
    fn any_bytes_are_looked_at_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        look(&bytes);
        for content_type in ["application/pidf+xml", "application/simple-message-summary", "application/resource-lists+xml"] {
            look_as(&bytes, Some(content_type));
        }
        let mut capture = vec![0xd4, 0xc3, 0xb2, 0xa1];
        capture.extend(&bytes);
        look(&capture);
    }

    #[test]
    fn any_pieces_are_looked_at_without_a_panic(
        pieces in proptest::collection::vec((0..PIECES.len(), proptest::collection::vec(any::<u8>(), 0..8)), 0..40)
    ) {
        let mut text = Vec::new();
        for (piece, noise) in pieces {
            text.extend_from_slice(PIECES[piece].as_bytes());
            if noise.len() > 5 {
                text.extend(noise);
            }
        }
        let report = look(&text);
        prop_assert!(report.lines.len() <= limits::LINES + 1);
    }
}

/// A capture of one TCP stream with the same payload again and again, each `step` times its length further on.
fn capture(payload: &[u8], step: usize, packets: usize) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1];
    file.resize(20, 0);
    file.extend(101u32.to_le_bytes());
    let length = u8::try_from(40 + payload.len()).unwrap();
    for n in 0..packets {
        file.extend([0; 8]);
        file.extend([length, 0, 0, 0, length, 0, 0, 0]);
        file.extend([0x45, 0, 0, length, 0, 0, 0, 0, 64, 6, 0, 0]);
        file.extend([192, 0, 2, 1, 192, 0, 2, 2, 0x13, 0xc4, 0x13, 0xc4]);
        let number = u32::try_from(n * step * payload.len()).unwrap();
        file.extend(number.to_be_bytes());
        file.extend([0, 0, 0, 0, 0x50, 0x18, 0, 0, 0, 0, 0, 0]);
        file.extend(payload);
    }
    file
}

#[test]
fn a_large_input_ends_soon() {
    let started = std::time::Instant::now();
    let entry = notify("Subscription-State: active;expires=9\n", PIDF);
    let mut trace = String::new();
    for n in 0..2000 {
        let text = entry.replace("z9hG4bK1", &format!("z9hG4bK{n}"));
        trace.push_str(&["--- ", &n.to_string(), " a RECV UDP h:1 i:2 "].concat());
        trace.push_str(&[&text.len().to_string(), "\n", &text, "\n"].concat());
    }
    let report = look(trace.as_bytes());
    assert_eq!(report.facts.len(), 2001);
    look("SIP/2.0 200 OK\n".repeat(20_000).as_bytes());
    look("--- 1 a SEND UDP x y 9999\nx\n".repeat(20_000).as_bytes());
    look("\n".repeat(1 << 20).as_bytes());
    for payload in [
        &b"\n"[..],
        b"x",
        b"a\n\n",
        b"SIP/2.0 200 OK\n",
        b"SIP/2.0 200 OK\nl: 9\n\n",
    ] {
        look(&capture(payload, 1, 60_000));
        // Each a byte too late.
        look(&capture(payload, 2, 10_000));
    }
    let mut rows = String::new();
    for n in 0..20_000 {
        rows.push_str(&["<entry uri='sip:", &n.to_string(), "@example.com'/>\n"].concat());
    }
    look(format!("<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'><list>{rows}</list></resource-lists>").as_bytes());
    let mut ones = String::new();
    let mut strangers = String::new();
    for n in 0..20_000 {
        ones.push_str(&["<one id='sip:", &n.to_string(), "@example.com'/>"].concat());
        strangers.push_str("<x/><!-- -->");
    }
    let rules = |inside: &str| {
        [
            "<ruleset xmlns='urn:ietf:params:xml:ns:common-policy'>",
            inside,
            "</ruleset>",
        ]
        .concat()
    };
    let one = [
        "<rule id='a'><conditions><identity>",
        &ones,
        "</identity></conditions></rule>",
    ]
    .concat();
    look(rules(&one).as_bytes());
    look(rules(&"<rule id='a'><!-- --><!-- --></rule>".repeat(9_000)).as_bytes());
    let lists = "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'>";
    look([lists, &strangers, "</resource-lists>"].concat().as_bytes());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
