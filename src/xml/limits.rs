//! What a document from the network may cost; over any of these it is refused whole.

/// Bytes of a document as received.
pub const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;
/// Elements inside each other, the root counted.
pub const DEPTH: usize = 32;
/// Elements of a document.
pub const ELEMENTS: usize = 100_000;
/// Attributes of one element, namespace declarations counted.
pub const ATTRIBUTES: usize = 64;
/// Bytes of one run of text between two tags, or of one attribute value.
pub const TEXT_BYTES: usize = 64 * 1024;
/// Namespace declarations in force at one place: each name is looked up among them.
pub const NAMESPACES_IN_SCOPE: usize = 128;
/// Operations of one partial document.
pub const OPERATIONS: usize = 1000;
/// Bytes of one selector.
pub const SELECTOR_BYTES: usize = 4096;
/// Nodes that the selectors of one partial document may look at, together.
pub const PATCH_VISITS: usize = 2_000_000;
