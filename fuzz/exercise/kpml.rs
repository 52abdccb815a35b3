//! Keys pressed: reading arbitrary bytes as request and response, and writing both again.

use siskin::package::Body;
use siskin::package::kpml::{REQUEST_TYPE, RESPONSE_TYPE, Request, Response};

/// Reads the bytes both ways.
pub(crate) fn run(bytes: &[u8]) {
    if let Ok(request) = Request::parse(&Body::new(REQUEST_TYPE, bytes)) {
        let written = request.document();
        let again = Request::parse(&Body::new(REQUEST_TYPE, &written)).expect("what was written");
        assert_eq!(again.document(), written);
    }
    if let Ok(response) = Response::parse(&Body::new(RESPONSE_TYPE, bytes)) {
        let _ = (response.outcome(), response.meaning());
        let written = response.document();
        let again = Response::parse(&Body::new(RESPONSE_TYPE, &written)).expect("what was written");
        assert_eq!(again.document(), written);
    }
}
