//! The few marks that notifications and tooltips of a desktop may contain.

/// A text in which nothing is a mark.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
