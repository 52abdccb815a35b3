//! Bodies: which format one is, and what its reader makes of it. Each format is one file with one function.

mod dialog_info;
mod fragment;
mod generic;
mod kpml;
mod message_summary;
mod multipart;
mod person;
mod pidf_diff;
mod presence;
mod reg_info;
mod resource_lists;
mod rlmi;
mod rls_services;
mod rules;
mod watcher_info;
mod xcap_diff;

use super::report::Report;
use super::{Options, message, outline, sniff};
use crate::package::{self, Body, BodyError, Place};
use crate::xml;

/// A body to explain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// The body; its type is empty when nobody told it.
    pub(super) body: Body<'a>,
    pub(super) options: &'a Options<'a>,
}

/// A format that is understood.
struct Format {
    /// The stable name.
    token: &'static str,
    /// What it is, in words.
    name: &'static str,
    /// Types it is sent as, the right one first.
    types: &'static [&'static str],
    /// Namespace and name of the root element, for XML.
    root: Option<(&'static str, &'static str)>,
    /// Where it is defined.
    source: &'static str,
    /// Says what is in it.
    explain: fn(&Context<'_>, &mut Report) -> Result<(), Unusable>,
}

/// Why nothing of a body can be used.
struct Unusable {
    place: Option<Place>,
    message: String,
    /// Empty: the format's own.
    source: &'static str,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        content_type: Option<&'a str>,
        bytes: &'a [u8],
        options: &'a Options<'a>,
    ) -> Self {
        Self {
            body: Body::new(content_type.unwrap_or_default(), bytes),
            options,
        }
    }
}

/// Explains a body by its type, or by what it looks like when no type is told or the type says little.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) {
    let told = media_type(context.body.content_type);
    if let Some(format) = of_type(told) {
        return with(format, context, report);
    }
    if !told.is_empty() && !VAGUE.iter().any(|t| t.eq_ignore_ascii_case(told)) {
        generic::foreign(context, told, report);
        return;
    }
    if let Some(guessed) = multipart::guessed_type(context.body.bytes) {
        let mut inside = *context;
        inside.body.content_type = &guessed;
        return with(&MULTIPART, &inside, report);
    }
    if let Some((format, kind)) = guess(context.body.bytes) {
        let mut context = *context;
        let charset = outline::charset(context.body.content_type);
        let guessed = match charset {
            Some(charset) => format!("{kind};charset=\"{charset}\""),
            None => kind.to_owned(),
        };
        context.body.content_type = &guessed;
        return with(format, &context, report);
    }
    generic::explain(context, report);
}

fn with(format: &Format, context: &Context<'_>, report: &mut Report) {
    report.format = format.token;
    format.name.clone_into(&mut report.title);
    let Err(unusable) = (format.explain)(context, report) else {
        return;
    };
    let source = if unusable.source.is_empty() {
        format.source
    } else {
        unusable.source
    };
    report.unusable_at(unusable.place, unusable.message, source);
    // A wrong type is the likeliest reason.
    if let Some((other, kind)) = guess(context.body.bytes)
        && other.token != format.token
    {
        report.warn(
            None,
            format!(
                "by its look it is a {} ({}), not a {}",
                other.name, kind, format.name
            ),
            other.source,
        );
    }
}

/// Whether a body of this type can be explained.
pub(super) fn is_known(content_type: &str) -> bool {
    of_type(media_type(content_type)).is_some()
}

/// The format of a type.
fn of_type(told: &str) -> Option<&'static Format> {
    if told
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
    {
        return Some(&MULTIPART);
    }
    FORMATS
        .iter()
        .find(|format| format.types.iter().any(|t| t.eq_ignore_ascii_case(told)))
}

/// The format of a body, and its type, by its root element or by its first line.
fn guess(bytes: &[u8]) -> Option<(&'static Format, &'static str)> {
    if sniff::is_xml(bytes) {
        let document = xml::Document::parse(bytes, None).ok();
        let (namespace, name) = match &document {
            Some(document) => {
                let root = document.root();
                (root.namespace().to_owned(), root.name().to_owned())
            }
            // What is broken further down still shows what it was meant to be.
            None => first_tag(bytes)?,
        };
        let (namespace, name) = (namespace.as_str(), name.as_str());
        let by_root = FORMATS
            .iter()
            .find(|format| format.root == Some((namespace, name)));
        if let Some(format) = by_root {
            return Some((format, format.types[0]));
        }
        let (.., kind) = OLD_ROOTS
            .into_iter()
            .find(|(space, root, _)| (*space, *root) == (namespace, name))?;
        return Some((of_type(kind)?, kind));
    }
    let first = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty())?;
    let is = |name: &[u8]| {
        first
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let token = if is(b"message-") || is(b"messages-") {
        "message-summary"
    } else if message::is_start_line(first) || message::is_fragment(first) {
        "sipfrag"
    } else {
        return None;
    };
    let format = FORMATS.iter().find(|format| format.token == token)?;
    Some((format, format.types[0]))
}

/// Namespace and name of the first tag of a text that is no XML as a whole.
fn first_tag(bytes: &[u8]) -> Option<(String, String)> {
    let head = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(head);
    let mut rest = text.as_ref();
    loop {
        let at = rest.find('<')?;
        rest = &rest[at + 1..];
        if !rest.starts_with(['?', '!']) {
            break;
        }
    }
    let end = rest.find('>').unwrap_or(rest.len());
    let name = rest[..end].split([' ', '\t', '\r', '\n', '/']).next()?;
    let empty = format!("<{}/>", rest[..end].trim_end_matches('/'));
    let document = xml::Document::parse(empty.as_bytes(), None).ok()?;
    let local = name.split_once(':').map_or(name, |(_, local)| local);
    Some((document.root().namespace().to_owned(), local.to_owned()))
}

fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

impl Unusable {
    fn xml(error: &xml::Error) -> Self {
        let place = Some(Place {
            line: error.line,
            column: error.column,
        });
        Self {
            place,
            message: error.fault.to_string(),
            source: match error.fault {
                xml::Fault::TooLarge
                | xml::Fault::TooDeep
                | xml::Fault::TooManyElements
                | xml::Fault::TooManyAttributes
                | xml::Fault::TextTooLong
                | xml::Fault::TooManyNamespaces
                | xml::Fault::Doctype => OWN_LIMIT,
                _ => "XML 1.0",
            },
        }
    }
}

impl From<BodyError> for Unusable {
    fn from(error: BodyError) -> Self {
        if let BodyError::Xml(error) = &error {
            return Self::xml(error);
        }
        let place = error.place();
        let message = match &error {
            BodyError::Mime(error) => error.fault.to_string(),
            error => error.to_string(),
        };
        // The place is told beside the message.
        let start = place.map_or_else(String::new, |place| format!("{place}: "));
        let message = message.strip_prefix(&start).unwrap_or(&message).to_owned();
        Self {
            place,
            message,
            source: match error {
                BodyError::TooLarge { .. } => OWN_LIMIT,
                _ => "",
            },
        }
    }
}

/// What is measured by no standard.
const OWN_LIMIT: &str = "a limit of Siskin";

/// Types that say no more than what the first bytes say.
const VAGUE: [&str; 5] = [
    "application/xml",
    "text/xml",
    "text/plain",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
];

/// Roots of the formats before PIDF, and the second of partial presence.
const OLD_ROOTS: [(&str, &str, &str); 3] = [
    (
        pidf_diff::NAMESPACE,
        "pidf-full",
        package::presence::PIDF_DIFF,
    ),
    ("", "presence", package::presence::XPIDF),
    (
        "urn:ietf:params:xml:ns:cpim-pidf",
        "presence",
        package::presence::CPIM_PIDF,
    ),
];

/// Bodies of several parts, whatever comes behind the slash.
const MULTIPART: Format = Format {
    token: "multipart",
    name: "body of several parts",
    types: &["multipart/related"],
    root: None,
    source: "RFC 2046 §5.1",
    explain: multipart::explain,
};

/// Everything that is understood.
const FORMATS: [Format; 14] = [
    Format {
        token: "dialog-info",
        name: "dialog information",
        types: &[package::dialog_info::CONTENT_TYPE],
        root: Some(("urn:ietf:params:xml:ns:dialog-info", "dialog-info")),
        source: "RFC 4235 §4",
        explain: dialog_info::explain,
    },
    Format {
        token: "reginfo",
        name: "registration information",
        types: &[package::reg_info::CONTENT_TYPE],
        root: Some(("urn:ietf:params:xml:ns:reginfo", "reginfo")),
        source: "RFC 3680 §5",
        explain: reg_info::explain,
    },
    Format {
        token: "sipfrag",
        name: "message fragment",
        types: &[package::refer::CONTENT_TYPE],
        root: None,
        source: "RFC 3420 §2",
        explain: fragment::explain,
    },
    Format {
        token: "kpml-request",
        name: "request for key presses",
        types: &[package::kpml::REQUEST_TYPE],
        root: Some(("urn:ietf:params:xml:ns:kpml-request", "kpml-request")),
        source: "RFC 4730 §5",
        explain: kpml::explain_request,
    },
    Format {
        token: "kpml-response",
        name: "report of key presses",
        types: &[package::kpml::RESPONSE_TYPE],
        root: Some(("urn:ietf:params:xml:ns:kpml-response", "kpml-response")),
        source: "RFC 4730 §5",
        explain: kpml::explain_response,
    },
    Format {
        token: "pidf",
        name: "presence document (PIDF)",
        types: &[
            package::presence::CONTENT_TYPE,
            package::presence::CPIM_PIDF,
            package::presence::XPIDF,
        ],
        root: Some(("urn:ietf:params:xml:ns:pidf", "presence")),
        source: "RFC 3863 §4",
        explain: presence::explain,
    },
    Format {
        token: "pidf-diff",
        name: "partial presence document (PIDF-diff)",
        types: &[package::presence::PIDF_DIFF],
        root: Some((pidf_diff::NAMESPACE, "pidf-diff")),
        source: "RFC 5262 §3",
        explain: pidf_diff::explain,
    },
    Format {
        token: "xcap-diff",
        name: "changes of XCAP documents",
        types: &[package::xcap_diff::CONTENT_TYPE],
        root: Some(("urn:ietf:params:xml:ns:xcap-diff", "xcap-diff")),
        source: "RFC 5874 §3",
        explain: xcap_diff::explain,
    },
    Format {
        token: "rlmi",
        name: "state of a resource list",
        types: &[package::resource_list::CONTENT_TYPE],
        root: Some(("urn:ietf:params:xml:ns:rlmi", "list")),
        source: "RFC 4662 §5",
        explain: rlmi::explain,
    },
    Format {
        token: "message-summary",
        name: "message summary",
        types: &["application/simple-message-summary"],
        root: None,
        source: "RFC 3842 §5.2",
        explain: message_summary::explain,
    },
    Format {
        token: "watcherinfo",
        name: "watcher information",
        types: &["application/watcherinfo+xml"],
        root: Some(("urn:ietf:params:xml:ns:watcherinfo", "watcherinfo")),
        source: "RFC 3858 §3",
        explain: watcher_info::explain,
    },
    Format {
        token: "pres-rules",
        name: "presence rules",
        types: &["application/auth-policy+xml"],
        root: Some(("urn:ietf:params:xml:ns:common-policy", "ruleset")),
        source: "RFC 4745 §13",
        explain: rules::explain,
    },
    Format {
        token: "resource-lists",
        name: "resource lists",
        types: &["application/resource-lists+xml"],
        root: Some((resource_lists::NAMESPACE, "resource-lists")),
        source: "RFC 4826 §3",
        explain: resource_lists::explain,
    },
    Format {
        token: "rls-services",
        name: "resource list services",
        types: &["application/rls-services+xml"],
        root: Some((rls_services::NAMESPACE, "rls-services")),
        source: "RFC 4826 §4",
        explain: rls_services::explain,
    },
];
