//! Why a document cannot be used, and where.

/// A document that cannot be read, with the place of the fault.
///
/// Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {fault}")]
pub struct Error {
    /// Line of the fault.
    pub line: u32,
    /// Column of the fault.
    pub column: u32,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More bytes than [`super::limits::DOCUMENT_BYTES`].
    #[error("the document is larger than {} bytes", super::limits::DOCUMENT_BYTES)]
    TooLarge,
    /// More elements inside each other than [`super::limits::DEPTH`].
    #[error("elements are nested deeper than {}", super::limits::DEPTH)]
    TooDeep,
    /// More elements than [`super::limits::ELEMENTS`].
    #[error("the document has more than {} elements", super::limits::ELEMENTS)]
    TooManyElements,
    /// More attributes on one element than [`super::limits::ATTRIBUTES`].
    #[error("an element has more than {} attributes", super::limits::ATTRIBUTES)]
    TooManyAttributes,
    /// A text or attribute value longer than [`super::limits::TEXT_BYTES`].
    #[error("a text is longer than {} bytes", super::limits::TEXT_BYTES)]
    TextTooLong,
    /// More namespace declarations in force than [`super::limits::NAMESPACES_IN_SCOPE`].
    #[error(
        "more than {} namespaces are declared in one place",
        super::limits::NAMESPACES_IN_SCOPE
    )]
    TooManyNamespaces,
    /// A document type declaration; none of our formats has one and none is read.
    #[error("document type declarations are not accepted")]
    Doctype,
    /// A reference to an entity that XML itself does not define.
    #[error("the entity '{0}' is not defined")]
    UnknownEntity(String),
    /// A reference to a character that XML forbids.
    #[error("the character reference '{0}' names no character")]
    BadReference(String),
    /// A character that XML forbids.
    #[error("the character U+{0:04X} is not allowed in XML")]
    BadCharacter(u32),
    /// An encoding that is not read here.
    #[error("the encoding '{0}' is not supported")]
    UnsupportedEncoding(String),
    /// Bytes that do not fit the encoding.
    #[error("the bytes are not valid {0}")]
    BadEncoding(&'static str),
    /// The same attribute twice on an element.
    #[error("the attribute '{0}' occurs twice")]
    DuplicateAttribute(String),
    /// A name that XML forbids.
    #[error("'{0}' is not a name")]
    BadName(String),
    /// The document ends inside an element.
    #[error("the element '{0}' is not closed")]
    Unclosed(String),
    /// Text or a second element outside the root element.
    #[error("there is content outside the root element")]
    OutsideRoot,
    /// No element at all.
    #[error("there is no element")]
    Empty,
    /// Any other breach of the XML grammar, in the reader's words.
    #[error("{0}")]
    Syntax(String),
}

impl Error {
    /// The error for a fault at a byte offset of a text.
    pub(super) fn at(source: &str, offset: usize, fault: Fault) -> Self {
        let (line, column) = position(source, offset);
        Self {
            line,
            column,
            fault,
        }
    }
}

/// Line and column (from 1, in characters) of a byte offset.
pub(super) fn position(source: &str, offset: usize) -> (u32, u32) {
    let mut end = offset.min(source.len());
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    let before = &source[..end];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[start..].chars().count() + 1;
    (
        u32::try_from(line).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    )
}
