//! The XCAP face of the demo server: HTTP on the loopback interface.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::limits::{CONNECTIONS, DOCUMENT_BYTES};
use super::run::Shared;
use super::xcap::{XcapRequest, XcapResponse};

/// Accepts connections for ever.
pub(super) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if connections.len() < CONNECTIONS => {
                    let shared = Arc::clone(&shared);
                    connections.spawn(async move {
                        let service = service_fn(move |request| answer(Arc::clone(&shared), request));
                        let connection = hyper::server::conn::http1::Builder::new()
                            .timer(TokioTimer::new())
                            .header_read_timeout(HEADER_TIMEOUT)
                            .serve_connection(TokioIo::new(stream), service);
                        // How it ended makes no difference to the server.
                        let _ = connection.await;
                    });
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, DOCUMENT_BYTES + 1).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return Ok(response(XcapResponse::text(
                413,
                "the document is too large",
            )));
        }
    };
    let header = |name: HeaderName| {
        let value = head.headers.get(name)?;
        value.to_str().ok()
    };
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let now = shared.now();
    let answered = shared.core().server.xcap(
        now,
        &XcapRequest {
            method: head.method.as_str(),
            target,
            authorization: header(AUTHORIZATION),
            if_match: header(IF_MATCH),
            if_none_match: header(IF_NONE_MATCH),
            content_type: header(CONTENT_TYPE),
            body: &body,
        },
    );
    // The rules may have let or shut somebody in: the driver has NOTIFYs to send.
    shared.bell.notify_one();
    Ok(response(answered))
}

fn response(answered: XcapResponse) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answered.body));
    *response.status_mut() =
        StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answered.headers {
        if let Ok(value) = value.parse() {
            response
                .headers_mut()
                .append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// How long a client may take to send its request's head.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
