//! Bodies of several parts, and which of them is the document.

use std::borrow::Cow;

use super::content_type::ContentType;
use super::error::{MimeError, MimeFault};
use super::split::{self, Piece};
use super::{coding, transfer};
use crate::package::{Body, BodyError, limits};

/// A body of several parts (RFC 2046 section 5.1), the inner ones read too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multipart<'a> {
    relation: Relation,
    /// The parts in order; never empty.
    pub parts: Vec<Part<'a>>,
    root: usize,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// Value of its Content-Type; `text/plain` when it has none (RFC 2046 section 5.1).
    pub content_type: Cow<'a, str>,
    /// Value of its Content-ID without angle brackets (RFC 2392).
    pub content_id: Option<Cow<'a, str>>,
    /// Value of its Content-Language.
    pub content_language: Option<Cow<'a, str>>,
    /// The `handling` that its Content-Disposition names: whether a reader that does not understand the part must
    /// refuse the whole body (RFC 3261 section 20.11). `None` when nothing is said.
    pub required: Option<bool>,
    /// Line on which its content begins, counted from the start of the outermost body.
    pub first_line: u32,
    content: Result<Content<'a>, MimeError>,
}

/// How parts belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// `multipart/related`: one is the root, the others belong to it (RFC 2387).
    Related,
    /// `multipart/alternative`: the last one that is understood.
    Alternative,
    /// `multipart/signed`: the first one; the second is a signature, which nobody checks here.
    Signed,
    /// Anything else is read as `multipart/mixed`.
    Mixed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content<'a> {
    Bytes(Cow<'a, [u8]>),
    Parts(Multipart<'a>),
}

/// What is left of the limits on one body.
struct Budget {
    parts: usize,
    decoded: usize,
}

impl<'a> Multipart<'a> {
    /// Reads a body whose type is `multipart/...`.
    ///
    /// # Errors
    /// [`BodyError::Mime`] for a boundary that is missing, a body that was cut, a header field that is none, and for
    /// more parts or levels than [`limits`] allows; [`BodyError::UnsupportedType`] when the type is not multipart. A
    /// packed body has to be unpacked first, see [`Body::content`].
    pub fn parse(body: &Body<'a>) -> Result<Self, BodyError> {
        let content_type = ContentType::parse(body.content_type);
        if !content_type.is_multipart() {
            return Err(BodyError::unsupported(
                content_type.media_type(),
                "a multipart type",
            ));
        }
        let piece = Piece {
            bytes: body.bytes,
            first_line: 1,
        };
        let mut budget = Budget {
            parts: limits::PARTS,
            decoded: limits::DECODED_BYTES,
        };
        Ok(Self::read(content_type, piece, 1, &mut budget)?)
    }

    /// Reads the body of a NOTIFY. One that is signed as a whole is refused: signatures are not checked here, so what it
    /// holds cannot be shown as anybody's word (RFC 6665 section 6.6). A signed part of a list is what the list server
    /// answers for (RFC 4662 section 5.5).
    ///
    /// # Errors
    /// As for [`Self::parse`]; [`BodyError::UnsupportedType`] for `multipart/signed`.
    pub fn of_notify(body: &Body<'a>) -> Result<Self, BodyError> {
        if ContentType::parse(body.content_type).is(SIGNED) {
            return Err(BodyError::unsupported(SIGNED, "an unsigned body"));
        }
        Self::parse(body)
    }

    /// The part that the others belong to: the one that `start` names, else the first (RFC 2387 section 3.2).
    pub fn root(&self) -> &Part<'a> {
        &self.parts[self.root]
    }

    /// The one part that stands for all: of alternatives the last that is `understood` (RFC 2046 section 5.1.4),
    /// otherwise [`Self::root`].
    pub(in crate::package) fn into_one(
        mut self,
        understood: impl Fn(&Part<'a>) -> bool,
    ) -> Part<'a> {
        let chosen = match self.relation {
            Relation::Alternative => self.parts.iter().rposition(understood),
            _ => None,
        };
        self.parts.swap_remove(chosen.unwrap_or(self.root))
    }

    /// What is signed, when this is `multipart/signed`.
    pub(in crate::package) fn into_signed(mut self) -> Result<Part<'a>, Self> {
        if self.relation == Relation::Signed {
            return Ok(self.parts.swap_remove(0));
        }
        Err(self)
    }

    /// The part to be read as the document, `understood` telling which types can be.
    ///
    /// # Errors
    /// [`BodyError::UnsupportedType`] when there is none, or a part that must be understood is not (RFC 3261 section
    /// 20.11: so are all that do not say otherwise, but only of a mixture; the parts that belong to a root are its own).
    pub fn document(&self, understood: &dyn Fn(&str) -> bool) -> Result<&Part<'a>, BodyError> {
        match self.relation {
            Relation::Related => self.root().document(understood),
            Relation::Signed => self.parts[0].document(understood),
            Relation::Alternative => {
                let mut result = self.parts[0].document(understood);
                for part in &self.parts[1..] {
                    let next = part.document(understood);
                    if next.is_ok() || result.is_err() {
                        result = next;
                    }
                }
                result
            }
            Relation::Mixed => {
                let mut document = None;
                let mut fault = None;
                for part in &self.parts {
                    match part.document(understood) {
                        Ok(found) => document = document.or(Some(found)),
                        Err(error) if part.required != Some(false) => {
                            fault = fault.or(Some(error));
                        }
                        Err(_) => {}
                    }
                }
                match (document, fault) {
                    (_, Some(error)) => Err(error),
                    (Some(document), None) => Ok(document),
                    (None, None) => Err(BodyError::unsupported(
                        "multipart/mixed",
                        "a part that is understood",
                    )),
                }
            }
        }
    }

    fn read(
        content_type: ContentType<'_>,
        piece: Piece<'a>,
        depth: usize,
        budget: &mut Budget,
    ) -> Result<Self, MimeError> {
        let error = |fault| MimeError::at(piece.first_line, fault);
        if depth > limits::PART_DEPTH {
            return Err(error(MimeFault::TooDeep));
        }
        let boundary = content_type
            .parameter("boundary")
            .filter(|boundary| split::is_boundary(boundary))
            .ok_or_else(|| error(MimeFault::Boundary))?;
        let pieces = split::parts(piece, &boundary, &mut budget.parts)?;
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            parts.push(Part::read(piece, depth, budget)?);
        }
        let start = content_type.parameter("start");
        let start = start.as_deref().map(without_brackets);
        let root = start.and_then(|start| {
            parts
                .iter()
                .position(|part| part.content_id.as_deref() == Some(start))
        });
        Ok(Self {
            relation: Relation::of(content_type),
            parts,
            // A `start` that names nothing is none.
            root: root.unwrap_or(0),
        })
    }
}

impl<'a> Part<'a> {
    /// The part as a body of its own.
    ///
    /// # Errors
    /// [`BodyError::Mime`] when its content does not fit its encoding; [`BodyError::UnsupportedType`] when it consists
    /// of parts.
    pub fn body(&self) -> Result<Body<'_>, BodyError> {
        match &self.content {
            Ok(Content::Bytes(bytes)) => Ok(Body {
                content_type: &self.content_type,
                content_language: self.content_language.as_deref(),
                content_encoding: None,
                bytes,
            }),
            Ok(Content::Parts(_)) => Err(BodyError::unsupported(
                self.media_type(),
                "a part without parts",
            )),
            Err(error) => Err(error.clone().into()),
        }
    }

    /// The parts inside, when it has some.
    pub fn multipart(&self) -> Option<&Multipart<'a>> {
        match &self.content {
            Ok(Content::Parts(parts)) => Some(parts),
            _ => None,
        }
    }

    /// Takes the parts inside out, when it has some; nothing is left in their place.
    pub(in crate::package) fn take_multipart(&mut self) -> Option<Multipart<'a>> {
        self.multipart()?;
        let nothing = Ok(Content::Bytes(Cow::Borrowed(&[])));
        match std::mem::replace(&mut self.content, nothing) {
            Ok(Content::Parts(parts)) => Some(parts),
            _ => None,
        }
    }

    /// `type/subtype`.
    pub fn media_type(&self) -> &str {
        ContentType::parse(&self.content_type).media_type()
    }

    fn document(&self, understood: &dyn Fn(&str) -> bool) -> Result<&Self, BodyError> {
        if let Some(inner) = self.multipart() {
            return inner.document(understood);
        }
        if understood(self.media_type()) {
            return Ok(self);
        }
        Err(BodyError::unsupported(
            self.media_type(),
            "a part that is understood",
        ))
    }

    fn read(piece: Piece<'a>, depth: usize, budget: &mut Budget) -> Result<Self, MimeError> {
        let (fields, content) = split::header(piece)?;
        let mut part = Self {
            content_type: Cow::Borrowed("text/plain"),
            content_id: None,
            content_language: None,
            required: None,
            first_line: content.first_line,
            content: Ok(Content::Bytes(Cow::Borrowed(content.bytes))),
        };
        let (mut transfer_encoding, mut codings) = (None, None);
        for (name, value) in fields {
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            if is("Content-Type") {
                part.content_type = value;
            } else if is("Content-ID") {
                let id = match value {
                    Cow::Borrowed(value) => Cow::Borrowed(without_brackets(value)),
                    Cow::Owned(value) => Cow::Owned(without_brackets(&value).to_owned()),
                };
                part.content_id = Some(id).filter(|id| !id.is_empty());
            } else if is("Content-Language") {
                part.content_language = Some(value);
            } else if is("Content-Disposition") {
                part.required = ContentType::parse(&value)
                    .parameter("handling")
                    .map(|handling| !handling.eq_ignore_ascii_case("optional"));
            } else if is("Content-Transfer-Encoding") {
                transfer_encoding = Some(value);
            } else if is("Content-Encoding") {
                codings = Some(value);
            }
        }
        let transfer_encoding = transfer_encoding.as_deref();
        let content_type = ContentType::parse(&part.content_type);
        if content_type.is_multipart() {
            if let Some(name) = transfer_encoding.filter(|name| !transfer::is_plain(name)) {
                let name = name.chars().take(100).collect();
                let fault = MimeFault::TransferEncoding(name);
                return Err(MimeError::at(content.first_line, fault));
            }
            let inner = Multipart::read(content_type, content, depth + 1, budget)?;
            part.content = Ok(Content::Parts(inner));
        } else {
            part.content = open(content, transfer_encoding, codings.as_deref(), budget)
                .map(Content::Bytes)
                .map_err(|fault| MimeError::at(content.first_line, fault));
        }
        Ok(part)
    }
}

impl Relation {
    fn of(content_type: ContentType<'_>) -> Self {
        if content_type.is("multipart/related") {
            Self::Related
        } else if content_type.is("multipart/alternative") {
            Self::Alternative
        } else if content_type.is(SIGNED) {
            Self::Signed
        } else {
            Self::Mixed
        }
    }
}

/// Undoes what a part's content was packed into.
fn open<'a>(
    content: Piece<'a>,
    transfer_encoding: Option<&str>,
    codings: Option<&str>,
    budget: &mut Budget,
) -> Result<Cow<'a, [u8]>, MimeFault> {
    let decoded = match transfer::undo(content.bytes, transfer_encoding)? {
        Cow::Borrowed(bytes) => coding::undo(bytes, codings, &mut budget.decoded)?,
        Cow::Owned(bytes) => {
            Cow::Owned(coding::undo(&bytes, codings, &mut budget.decoded)?.into_owned())
        }
    };
    Ok(decoded)
}

/// An id as it is compared: `<id>` and `id` name the same part.
pub(in crate::package) fn without_brackets(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<')
        .and_then(|id| id.strip_suffix('>'))
        .unwrap_or(id)
}

const SIGNED: &str = "multipart/signed";
