//! Presence in parts: arbitrary bytes as the bodies of one notifier, whole documents and changes.

use siskin::package::Body;
use siskin::package::presence::{CONTENT_TYPE, PIDF_DIFF, PartialState};

/// Reads the bytes as bodies in order, a NUL between each; one that begins with a blank is in the plain format.
pub(crate) fn run(bytes: &[u8]) {
    let mut state = PartialState::default();
    for piece in bytes.split(|byte| *byte == 0).take(8) {
        let kind = if piece.starts_with(b" ") {
            CONTENT_TYPE
        } else {
            PIDF_DIFF
        };
        let body = Body::new(kind, piece.trim_ascii_start());
        let before = state.version();
        match state.take(&body) {
            // A number is used once only.
            Ok(Some(_)) if PartialState::reads(&body) => {
                assert!(state.version() > before);
                assert_eq!(state.take(&body), Ok(None));
            }
            Ok(_) => {}
            // What cannot be used is not counted.
            Err(_) => assert_eq!(state.version(), before),
        }
    }
}
