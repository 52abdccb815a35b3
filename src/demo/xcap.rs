//! The XCAP documents of the users (RFC 4825, RFC 4827, RFC 5025): whole documents, with entity tags and digest. No sockets here.

use std::collections::HashMap;
use std::fmt::Write as _;

use bytes::Bytes;

use super::auth::{Asked, Rejection};
use super::compose::PIDF;
use super::limits::{DOCUMENT_BYTES, DOCUMENTS};
use super::server::Server;
use crate::engine::Moment;
use crate::lists::{SERVICES_AUID, SERVICES_CONTENT_TYPE, Services};
use crate::rules::Ruleset;
use crate::sip::Uri;
use crate::sip::digest::Authorization;
use crate::xml::{Document, Encoding};

/// The documents of all users.
#[derive(Debug, Default)]
pub(super) struct Documents {
    stored: HashMap<String, Vec<Stored>>,
}

#[derive(Debug)]
struct Stored {
    auid: &'static str,
    bytes: Bytes,
    etag: String,
}

/// A request, as far as it matters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct XcapRequest<'a> {
    pub(super) method: &'a str,
    /// Path and query as sent.
    pub(super) target: &'a str,
    pub(super) authorization: Option<&'a str>,
    pub(super) if_match: Option<&'a str>,
    pub(super) if_none_match: Option<&'a str>,
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
}

/// A response.
#[derive(Debug, Clone)]
pub(super) struct XcapResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
}

impl Documents {
    /// The document of a user, if there is one.
    pub(super) fn get(&self, user: &str, auid: &str) -> Option<&Bytes> {
        self.find(user, auid).map(|stored| &stored.bytes)
    }

    /// Writes a document; true when it is new.
    pub(super) fn put(
        &mut self,
        user: &str,
        auid: &'static str,
        bytes: Bytes,
        etag: String,
    ) -> bool {
        let documents = self.stored.entry(user.to_owned()).or_default();
        let stored = Stored { auid, bytes, etag };
        if let Some(held) = documents.iter_mut().find(|held| held.auid == auid) {
            *held = stored;
            return false;
        }
        documents.push(stored);
        true
    }

    /// The entity tag of a user's document, if there is one.
    pub(super) fn etag(&self, user: &str, auid: &str) -> Option<&str> {
        self.find(user, auid).map(|stored| stored.etag.as_str())
    }

    fn delete(&mut self, user: &str, auid: &str) {
        if let Some(documents) = self.stored.get_mut(user) {
            documents.retain(|held| held.auid != auid);
        }
    }

    fn find(&self, user: &str, auid: &str) -> Option<&Stored> {
        let documents = self.stored.get(user)?;
        documents.iter().find(|held| held.auid == auid)
    }
}

impl Server {
    /// Serves one XCAP request.
    pub(super) fn xcap(&mut self, now: Moment, request: &XcapRequest<'_>) -> XcapResponse {
        let response = self.xcap_inner(now, request);
        self.finish(now);
        response.unwrap_or_else(|refusal| refusal)
    }

    fn xcap_inner(
        &mut self,
        now: Moment,
        request: &XcapRequest<'_>,
    ) -> Result<XcapResponse, XcapResponse> {
        let user = self.xcap_user(now, request)?;
        let path = request.target.split('?').next().unwrap_or_default();
        let path = path.strip_prefix(ROOT).ok_or_else(not_found)?;
        let segments: Vec<_> = path.trim_matches('/').split('/').map(decode).collect();
        let segments: Vec<_> = segments.iter().map(String::as_str).collect();
        if request.method == "GET" && segments == ["xcap-caps", "global", "index"] {
            return Ok(XcapResponse::xml(200, "application/xcap-caps+xml", caps()));
        }
        let (application, owner) = self.document_at(&segments, &user)?;
        let auid = application.auid;
        let held = self.documents.find(&owner, auid);
        let etag = held.map(|stored| stored.etag.clone());
        let is_met = |condition: &str| matches_etag(condition, etag.as_deref());
        if request.if_match.is_some_and(|condition| !is_met(condition)) {
            return Err(XcapResponse::text(
                412,
                "the document has another entity tag",
            ));
        }
        let exists = request.if_none_match.is_some_and(is_met);
        match request.method {
            "GET" => {
                let stored = held.ok_or_else(not_found)?;
                let (status, body) = if exists {
                    (304, Bytes::new())
                } else {
                    (200, stored.bytes.clone())
                };
                Ok(XcapResponse::new(status, body)
                    .with("content-type", application.content_type)
                    .with("etag", &stored.etag))
            }
            "PUT" | "DELETE" if exists => {
                Err(XcapResponse::text(412, "there is such a document already"))
            }
            "PUT" => self.put_document(now, &owner, application, request),
            "DELETE" => {
                held.ok_or_else(not_found)?;
                self.documents.delete(&owner, auid);
                self.document_changed(now, &owner, auid);
                Ok(XcapResponse::new(200, Bytes::new()))
            }
            _ => Err(XcapResponse::text(405, "GET, PUT and DELETE are served")
                .with("allow", "GET, PUT, DELETE")),
        }
    }

    /// The kind of document that a path names, and whose it is: the user's own, or nothing is told of it.
    fn document_at(
        &self,
        path: &[&str],
        user: &str,
    ) -> Result<(&'static Application, String), XcapResponse> {
        if path.contains(&"~~") {
            let text = "only whole documents are served here";
            return Err(XcapResponse::text(501, text));
        }
        let [auid, "users", owner, "index"] = path else {
            return Err(not_found());
        };
        let application = APPLICATIONS
            .iter()
            .find(|application| application.auid == *auid)
            .ok_or_else(not_found)?;
        let owner = Uri::parse(owner)
            .map(|uri| uri.aor())
            .map_err(|_| not_found())?;
        if self.auth.user(&owner).is_none() {
            return Err(not_found());
        }
        if owner != user {
            let text = "these documents are somebody else's";
            return Err(XcapResponse::text(403, text));
        }
        Ok((application, owner))
    }

    fn xcap_user(
        &mut self,
        now: Moment,
        request: &XcapRequest<'_>,
    ) -> Result<String, XcapResponse> {
        let credentials = request
            .authorization
            .and_then(|value| Authorization::parse(value, false).ok());
        let asked = Asked {
            method: request.method,
            uri: request.target,
            body: request.body,
        };
        self.auth
            .check(now, credentials.as_slice(), asked)
            .map_err(|rejection| match rejection {
                Rejection::Mismatch => {
                    XcapResponse::text(400, "the credentials are for another URI")
                }
                Rejection::Challenge(values) => values
                    .iter()
                    .fold(XcapResponse::text(401, "log in"), |response, value| {
                        response.with("www-authenticate", value)
                    }),
            })
    }

    fn put_document(
        &mut self,
        now: Moment,
        owner: &str,
        application: &'static Application,
        request: &XcapRequest<'_>,
    ) -> Result<XcapResponse, XcapResponse> {
        let media_type = request.content_type.unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case(application.content_type) {
            return Err(XcapResponse::text(415, application.content_type));
        }
        if request.body.len() > DOCUMENT_BYTES {
            return Err(XcapResponse::text(413, "the document is too large"));
        }
        let document = Document::parse(request.body, None)
            .map_err(|error| conflict("not-well-formed", &error.to_string()))?;
        if document.encoding() != Encoding::Utf8 {
            return Err(conflict("not-utf-8", "UTF-8 is needed"));
        }
        let root = document.root();
        let is_right = root.is(application.namespace, application.root)
            && (application.auid != PRES_RULES || Ruleset::parse(request.body).is_ok());
        if !is_right {
            let phrase = format!("not a document of {}", application.auid);
            return Err(conflict("schema-validation-error", &phrase));
        }
        if application.auid == SERVICES_AUID
            && let Some(taken) = self.taken(owner, request.body)
        {
            return Err(taken);
        }
        let documents = self.documents.stored.get(owner).map_or(0, Vec::len);
        if documents >= DOCUMENTS {
            return Err(XcapResponse::text(507, "too many documents"));
        }
        let etag = format!("\"{}\"", self.token());
        let bytes = Bytes::copy_from_slice(request.body);
        let is_new = self
            .documents
            .put(owner, application.auid, bytes, etag.clone());
        self.document_changed(now, owner, application.auid);
        let status = if is_new { 201 } else { 200 };
        Ok(XcapResponse::new(status, Bytes::new()).with("etag", etag))
    }

    /// The answer to services of which one has an address that somebody else has (RFC 4826 §4.4.5).
    fn taken(&self, owner: &str, body: &[u8]) -> Option<XcapResponse> {
        let addresses = |bytes: &[u8]| {
            let services = Services::parse(bytes, "").ok();
            let services = services.map(|services| services.services());
            let each = services.into_iter().flatten();
            each.map(|service| service.address).collect::<Vec<_>>()
        };
        let others = self
            .documents
            .stored
            .iter()
            .filter(|(user, _)| user.as_str() != owner)
            .flat_map(|(_, documents)| documents)
            .filter(|document| document.auid == SERVICES_AUID)
            .flat_map(|document| addresses(&document.bytes))
            .collect::<Vec<_>>();
        let is_taken = |address: &str| {
            let known = Uri::parse(address).map(|uri| uri.aor()).ok();
            let is_user = known.is_some_and(|aor| self.auth.user(&aor).is_some());
            is_user || others.iter().any(|other| other == address)
        };
        let address = addresses(body).into_iter().find(|it| is_taken(it))?;
        let (user, host) = address.split_once('@')?;
        let free = (2u32..).map(|number| format!("{user}-{number}@{host}"));
        let free = free.into_iter().find(|it| !is_taken(it))?;
        let inside = format!(
            "<uniqueness-failure phrase=\"the address is taken\"><exists field=\"rls-services/service/@uri\">\
             <alt-value>{}</alt-value></exists></uniqueness-failure>",
            crate::xml::escape(&free)
        );
        Some(error_document(&inside))
    }

    fn document_changed(&mut self, now: Moment, owner: &str, auid: &str) {
        match auid {
            PRES_RULES => self.rules_changed(now, owner),
            PERMANENT => self.presence_changed(owner),
            _ => {}
        }
        self.tell_of_document(owner);
    }
}

impl XcapResponse {
    fn new(status: u16, body: Bytes) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    pub(super) fn text(status: u16, text: &str) -> Self {
        Self::new(status, format!("{text}\n").into()).with("content-type", "text/plain")
    }

    fn xml(status: u16, content_type: &str, body: String) -> Self {
        Self::new(status, body.into()).with("content-type", content_type)
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An application usage served here.
#[derive(Debug)]
struct Application {
    auid: &'static str,
    content_type: &'static str,
    namespace: &'static str,
    root: &'static str,
}

/// Whether an If-Match or If-None-Match value names this entity tag; `None` is no document.
fn matches_etag(condition: &str, etag: Option<&str>) -> bool {
    let Some(etag) = etag else { return false };
    condition
        .split(',')
        .map(str::trim)
        .any(|wanted| wanted == "*" || wanted == etag)
}

fn not_found() -> XcapResponse {
    XcapResponse::text(404, "there is no such document")
}

/// A 409 that says why (RFC 4825 §11).
fn conflict(element: &str, phrase: &str) -> XcapResponse {
    let phrase = crate::xml::escape(phrase);
    error_document(&format!("<{element} phrase=\"{phrase}\"/>"))
}

fn error_document(inside: &str) -> XcapResponse {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xcap-error xmlns=\"urn:ietf:params:xml:ns:xcap-error\">\
         {inside}</xcap-error>\n"
    );
    XcapResponse::xml(409, "application/xcap-error+xml", body)
}

/// What is served (RFC 4825 §12).
fn caps() -> String {
    let mut auids = String::new();
    let served = APPLICATIONS.iter().map(|application| application.auid);
    for auid in served.chain(["xcap-caps"]) {
        // Writing to a string cannot fail.
        let _ = write!(auids, "<auid>{auid}</auid>");
    }
    let mut namespaces = String::new();
    for name in [
        "common-policy",
        "pidf",
        "pres-rules",
        "resource-lists",
        "rls-services",
        "xcap-caps",
        "xcap-error",
    ] {
        let _ = write!(
            namespaces,
            "<namespace>urn:ietf:params:xml:ns:{name}</namespace>"
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xcap-caps xmlns=\"urn:ietf:params:xml:ns:xcap-caps\">\
         <auids>{auids}</auids><extensions/><namespaces>{namespaces}</namespaces></xcap-caps>\n"
    )
}

/// A path segment with its escapes resolved.
pub(super) fn decode(segment: &str) -> String {
    let (bytes, mut out, mut at) = (segment.as_bytes(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let digits = segment.get(at + 1..at + 3).filter(|_| *byte == b'%');
        if let Some(value) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            out.push(value);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the documents live.
pub(super) const ROOT: &str = "/xcap-root/";
/// The application usage of presence rules (RFC 5025 §9.1).
pub(super) const PRES_RULES: &str = "pres-rules";
/// The application usage of the presence document that stays when nobody is logged in (RFC 4827 §4).
pub(super) const PERMANENT: &str = "pidf-manipulation";

const APPLICATIONS: [Application; 4] = [
    Application {
        auid: PERMANENT,
        content_type: crate::package::presence::CONTENT_TYPE,
        namespace: PIDF,
        root: "presence",
    },
    Application {
        auid: PRES_RULES,
        content_type: "application/auth-policy+xml",
        namespace: "urn:ietf:params:xml:ns:common-policy",
        root: "ruleset",
    },
    Application {
        auid: "resource-lists",
        content_type: "application/resource-lists+xml",
        namespace: "urn:ietf:params:xml:ns:resource-lists",
        root: "resource-lists",
    },
    Application {
        auid: SERVICES_AUID,
        content_type: SERVICES_CONTENT_TYPE,
        namespace: "urn:ietf:params:xml:ns:rls-services",
        root: "rls-services",
    },
];
