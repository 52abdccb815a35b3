//! What a request is answered with, before it is written.

use bytes::Bytes;

use crate::sip::{HeaderName, Message, ResponseBuilder};

/// A final response without what every response has.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) code: u16,
    /// Empty for the usual one.
    pub(super) reason: &'static str,
    /// The tag for To; a response that makes no dialog gets a random one.
    pub(super) to_tag: Option<String>,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) makes_dialog: bool,
}

impl Answer {
    pub(super) fn new(code: u16) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    pub(super) fn reason(code: u16, reason: &'static str) -> Self {
        Self {
            code,
            reason,
            ..Self::default()
        }
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Writes the response to a request that came from `source`.
    pub(super) fn render(
        &self,
        request: &Message,
        source: std::net::SocketAddr,
        to_tag: &str,
    ) -> Option<Bytes> {
        let tag = self.to_tag.as_deref().unwrap_or(to_tag);
        let mut builder = ResponseBuilder::new(request, self.code, self.reason)
            .to_tag(tag)
            .received(source.ip(), source.port())
            .header(HeaderName::Server, SERVER);
        if self.makes_dialog {
            builder = builder.record_route_echo();
        }
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        builder.build().ok()
    }
}

pub(super) const SERVER: &str = concat!("siskin-demo/", env!("CARGO_PKG_VERSION"));
