//! One HTTP exchange: credentials, redirects on the same server, limits.

use std::fmt::Write as _;

use bytes::Bytes;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use reqwest::{Method, Url};

use super::auth::{Request, Rounds};
use super::client::{Client, Exchange};
use super::error::XcapError;
use super::limits;

/// A request without its credentials.
#[derive(Clone)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Bytes,
}

/// The answer as far as anything depends on it.
pub(super) struct Incoming {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Incoming {
    /// The value of a header, if it is text.
    pub(super) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `type/subtype` in lower case; empty without one.
    pub(super) fn content_type(&self) -> String {
        let value = self.header(&CONTENT_TYPE).unwrap_or_default();
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.to_ascii_lowercase()
    }
}

impl Client {
    /// Sends a request until the answer is neither a challenge that can be met nor a redirect that may be followed.
    pub(super) async fn exchange(&self, mut request: Outgoing) -> Result<Incoming, XcapError> {
        let mut rounds = Rounds::default();
        let mut redirects = 0;
        loop {
            let incoming = self.send(&request, &mut rounds).await?;
            match incoming.status {
                401 => {
                    let headers = incoming.headers.get_all(WWW_AUTHENTICATE);
                    let challenges: Vec<&str> = headers
                        .iter()
                        .filter_map(|value| value.to_str().ok())
                        .collect();
                    let realm = self.realm();
                    let again = self.has_credentials()
                        && self.known().challenged(
                            &challenges,
                            realm,
                            self.is_private(),
                            &mut rounds,
                        );
                    if !again {
                        return Err(XcapError::Refused { status: 401 });
                    }
                }
                301 | 302 | 307 | 308 => {
                    let location = incoming.header(&LOCATION).unwrap_or_default();
                    let to = request.url.join(location).ok();
                    redirects += 1;
                    match to {
                        Some(to)
                            if to.origin() == request.url.origin()
                                && redirects <= limits::REDIRECTS =>
                        {
                            request.url = to;
                        }
                        to => {
                            // Without what may stand in its query.
                            let host = to.and_then(|to| {
                                Some(format!("{}://{}", to.scheme(), to.host_str()?))
                            });
                            return Err(XcapError::Redirected {
                                to: host.unwrap_or_else(|| "nowhere".to_owned()),
                            });
                        }
                    }
                }
                403 | 407 => {
                    return Err(XcapError::Refused {
                        status: incoming.status,
                    });
                }
                _ => return Ok(incoming),
            }
        }
    }

    async fn send(&self, outgoing: &Outgoing, rounds: &mut Rounds) -> Result<Incoming, XcapError> {
        let mut path = outgoing.url.path().to_owned();
        if let Some(query) = outgoing.url.query() {
            let _ = write!(path, "?{query}");
        }
        let authorization = self.authorize(
            Request {
                method: outgoing.method.as_str(),
                uri: &path,
                body: &outgoing.body,
            },
            rounds,
        );
        let mut headers = HeaderMap::new();
        for (name, value) in &outgoing.headers {
            headers.insert(name, value.clone());
        }
        if let Some(mut value) = authorization.and_then(|value| HeaderValue::try_from(value).ok()) {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        self.show(
            true,
            &format!("{} {path} HTTP/1.1", outgoing.method),
            &headers,
            &outgoing.body,
        );
        let request = self
            .http()
            .request(outgoing.method.clone(), outgoing.url.clone())
            .headers(headers)
            .body(outgoing.body.clone());
        let fail = |error: &reqwest::Error| self.unreachable(error);
        let mut response = request.send().await.map_err(|error| fail(&error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let limit = if response.status().is_success() {
            limits::BODY
        } else {
            limits::ERROR_BODY
        };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| fail(&error))? {
            if body.len() + chunk.len() > limit {
                if response.status().is_success() {
                    return Err(XcapError::TooLarge { limit });
                }
                break;
            }
            body.extend_from_slice(&chunk);
        }
        let body = Bytes::from(body);
        self.show(
            false,
            &format!("HTTP/1.1 {}", response.status()),
            &headers,
            &body,
        );
        Ok(Incoming {
            status,
            headers,
            body,
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> XcapError {
        let address = self.authority().to_owned();
        if error.is_timeout() && !error.is_connect() {
            return XcapError::NoAnswer { address };
        }
        // The outer errors say no more than that a request failed; the innermost says why.
        let mut source: &dyn std::error::Error = error;
        while let Some(inner) = source.source() {
            source = inner;
        }
        let detail = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            source.to_string()
        };
        XcapError::Unreachable { address, detail }
    }

    fn show(&self, sent: bool, start: &str, headers: &HeaderMap, body: &Bytes) {
        let Some(tap) = self.tap() else { return };
        let mut text = format!("{start}\r\n").into_bytes();
        for (name, value) in headers {
            text.extend_from_slice(name.as_str().as_bytes());
            text.extend_from_slice(b": ");
            text.extend_from_slice(value.as_bytes());
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"\r\n");
        text.extend_from_slice(body);
        tap(Exchange {
            sent,
            authority: self.authority().to_owned(),
            bytes: text.into(),
        });
    }
}
