//! CIPID (RFC 4482): what somebody says how they are called and where more about them is found.
//!
//! Everything here is the other side's word: a name is a suggestion and stands beside the address, never in its place
//! (section 3.2), and nothing is fetched (section 8).

use crate::xml::Element;

use super::pidf::Note;
use super::read::Reader;

/// Contact information of a person or of one way to reach them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cipid {
    /// URI of a business card, such as a vCard.
    pub card: Option<String>,
    /// Suggested names; several differ in language.
    pub display_names: Vec<Note>,
    /// URI of a page with general information.
    pub homepage: Option<String>,
    /// URI of an image that stands for the person.
    pub icon: Option<String>,
    /// URI of a map.
    pub map: Option<String>,
    /// URI of a sound.
    pub sound: Option<String>,
}

impl Cipid {
    /// Takes over one child element of CIPID's namespace; false when it is none of its elements.
    pub(super) fn take(&mut self, reader: &mut Reader<'_>, element: Element<'_>) -> bool {
        let place = match element.name() {
            "display-name" => {
                reader.note(element, &mut self.display_names);
                return true;
            }
            "card" => &mut self.card,
            "homepage" => &mut self.homepage,
            "icon" => &mut self.icon,
            "map" => &mut self.map,
            "sound" => &mut self.sound,
            _ => return false,
        };
        if reader.is_first(element, place.is_some(), SOURCE) {
            *place = reader.uri(element, SOURCE);
        }
        true
    }
}

/// Where CIPID's elements are defined, each at most once.
const SOURCE: &str = "RFC 4482 §3";
