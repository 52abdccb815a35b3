//! Bounds on what is kept of a document, beside those of [`crate::xml::limits`].

/// Remarks kept about one document.
pub const REMARKS: usize = 100;
/// Notes kept of one element.
pub const NOTES: usize = 64;
/// Activities kept of one element, and other values that are listed in one.
pub const ACTIVITIES: usize = 64;
/// Tuples kept of one presence document, persons and devices likewise.
pub const TUPLES: usize = 256;
/// Times that one kind of element is kept of one tuple, person or device.
pub const OCCURRENCES: usize = 16;
/// Bytes of a URI in a presence document.
pub const URI_BYTES: usize = 2048;
/// Capabilities of one kind kept of one tuple or device.
pub const CAPABILITIES: usize = 64;
/// Bytes read of a message summary.
pub const SUMMARY_BYTES: usize = 256 * 1024;
/// Message classes kept of one summary.
pub const CLASSES: usize = 32;
/// New messages kept of one summary.
pub const MESSAGES: usize = 100;
/// Header fields kept of one new message.
pub const MESSAGE_FIELDS: usize = 32;
/// Bytes kept of one header field.
pub const FIELD_BYTES: usize = 1024;
/// Watchers kept of one subscription.
pub const WATCHERS: usize = 20_000;
/// Parts of one body, those of inner levels counted.
pub const PARTS: usize = 5000;
/// Levels of parts inside each other.
pub const PART_DEPTH: usize = 4;
/// Bytes of the header fields of one part.
pub const PART_HEADER_BYTES: usize = 8 * 1024;
/// Header fields of one part.
pub const PART_FIELDS: usize = 64;
/// Bytes that the packed parts of one body may grow to, all together.
pub const DECODED_BYTES: usize = 4 * 1024 * 1024;
/// How many times larger than when packed content may become.
pub const DECODED_RATIO: usize = 100;
/// Bytes that content may grow to whatever its ratio.
pub const DECODED_ANYWAY: usize = 64 * 1024;
/// Dialogs kept of one notifier.
pub const DIALOGS: usize = 1000;
/// Identities kept of one side of a dialog.
pub const IDENTITIES: usize = 8;
/// Contact parameters kept of one side of a dialog.
pub const TARGET_PARAMS: usize = 32;
/// Bytes kept of one session description; longer ones are left out.
pub const SESSION_DESCRIPTION_BYTES: usize = 8 * 1024;
/// Registrations kept of one document and of one subscription.
pub const REGISTRATIONS: usize = 1000;
/// Contacts kept of one subscription to registrations.
pub const CONTACTS: usize = 10_000;
/// Parameters kept of one contact.
pub const CONTACT_PARAMETERS: usize = 64;
/// Characters kept of a word or name that nobody acts on.
pub const WORD: usize = 200;
/// Bytes read of a message fragment.
pub const FRAGMENT_BYTES: usize = 64 * 1024;
/// Header fields kept of one message fragment.
pub const FRAGMENT_FIELDS: usize = 128;
/// Expressions kept of one request for key presses.
pub const REGEXES: usize = 1000;
/// Watcher information on watcher information, so many times: `x.winfo` is once.
pub const TEMPLATES: usize = 4;
/// Bytes of the whole presence document that partial ones may change.
pub const PARTIAL_BYTES: usize = 256 * 1024;
/// Changes that find no whole document, one after the other, until a notifier is taken for one that never sends one.
pub const PARTIAL_OVERTAKEN: u8 = 8;
/// Unusable partial documents after which only whole ones are asked for.
pub const PARTIAL_FAILURES: u8 = 2;
/// Reports read of one xcap-diff document.
pub const XCAP_CHANGES: usize = 1000;
/// Resources of one xcap-diff subscription, and copies kept for it.
pub const WATCHED_RESOURCES: usize = 256;
/// Resources kept of one list, those of inner lists counted.
pub const RESOURCES: usize = 20_000;
/// Instances kept of one resource.
pub const INSTANCES: usize = 64;
/// Names for people kept of one list or resource.
pub const LABELS: usize = 16;
