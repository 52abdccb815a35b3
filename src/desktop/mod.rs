//! What a desktop session offers: opening links, light and dark.
