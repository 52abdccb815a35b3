//! What holds for every document.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = include_bytes!("../../../../tests/fixtures/package/rich.pidf.xml").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        for body in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, body)) {
                let _ = shown(&document);
            }
        }
    }

    #[test]
    fn the_order_of_tuples_does_not_change_availability(basics in prop::collection::vec(0u8..3, 0..6), seed in any::<u64>()) {
        let tuples: Vec<String> = basics.iter().enumerate().map(|(i, basic)| {
            let id = format!("t{i}");
            tuple(&id, ["open", "closed", "?"][usize::from(*basic)], &format!("<timestamp>2026-03-01T10:0{i}:00Z</timestamp><contact>sip:{}@example.test</contact>", i % 3))
        }).collect();
        let mut mixed = tuples.clone();
        if !mixed.is_empty() {
            let by = usize::try_from(seed % mixed.len() as u64).unwrap();
            mixed.rotate_left(by);
        }
        let (one, two) = (shown(&presence(&tuples.concat())), shown(&presence(&mixed.concat())));
        prop_assert_eq!(one.availability, two.availability);
        prop_assert_eq!(one.status, two.status);
    }
}
