//! Checks that decide whether a request is answered 400 and a response dropped (RFC 3261 §8.1.1, §8.2, §18).

use super::{Message, Start};
use crate::sip::header::{Element, Fault, HeaderError};
use crate::sip::{HeaderName, Method, Uri};

impl Message {
    /// Checks what every message must have: a well-formed start line, Via, From, To, Call-ID and `CSeq` that can be read, the
    /// same method in `CSeq` and request line, and no second copy of a header that may occur once. For a request the error
    /// says with [`HeaderError::status`] what to answer; a response with an error is dropped.
    pub fn validate(&self) -> Result<(), HeaderError> {
        self.check_start_line()?;
        for via in self.vias() {
            via?;
        }
        self.top_via()?;
        self.from()?;
        self.to()?;
        self.call_id()?;
        let cseq = self.cseq()?;
        if let Some(line) = self.request_line()
            && cseq.method != Method::parse(line.method)
        {
            return Err(HeaderError {
                element: Element::Header(HeaderName::CSeq),
                fault: Fault::MethodMismatch,
                offset: 0,
            });
        }
        self.max_forwards()
            .map(drop)
            .or_else(|error| match error.fault {
                // A value out of range counts as absent (RFC 4475 §3.1.2.4).
                Fault::NumberTooLarge => Ok(()),
                _ => Err(error),
            })?;
        self.content_length()?;
        HeaderName::SINGLE.iter().try_for_each(|name| {
            if self.names.repeats(*name) {
                Err(HeaderError::repeated(*name))
            } else {
                Ok(())
            }
        })
    }

    /// Checks the form of the start line: version 2.0, single spaces, and a Request-URI without brackets, white space or,
    /// for a SIP URI, headers. A scheme that is not known is no fault here (RFC 3261 §8.2.2.1 answers 416).
    pub fn check_start_line(&self) -> Result<(), HeaderError> {
        let error = |fault, offset: usize| {
            Err(HeaderError {
                element: Element::StartLine,
                fault,
                offset,
            })
        };
        match self.start {
            Start::Response { version, .. }
                if !self.text(version).eq_ignore_ascii_case(VERSION) =>
            {
                error(Fault::Version, 0)
            }
            Start::Response { .. } => Ok(()),
            Start::Request {
                uri,
                version,
                clean,
                ..
            } => {
                let (offset, text) = (uri.0 as usize, self.text(uri));
                if !self.text(version).eq_ignore_ascii_case(VERSION) {
                    return error(Fault::Version, version.0 as usize);
                }
                if text.starts_with('<') {
                    return error(Fault::BracketedUri, offset);
                }
                if let Some(space) = text.find([' ', '\t']) {
                    return error(Fault::WhiteSpace, offset + space);
                }
                if !clean {
                    return error(Fault::WhiteSpace, offset);
                }
                match Uri::parse(text) {
                    Ok(uri) if uri.has_headers() => error(Fault::UriHeaders, offset),
                    Ok(_) => Ok(()),
                    Err(fault) => error(Fault::Uri(fault), offset),
                }
            }
        }
    }
}

const VERSION: &str = "SIP/2.0";
