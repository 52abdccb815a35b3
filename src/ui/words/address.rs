//! What is wrong with an address, in words.

use crate::fl;
use crate::ui::address::AddressProblem;

/// Why an address cannot be used, and what to do.
pub fn address(problem: AddressProblem) -> String {
    match problem {
        AddressProblem::Empty => fl!("address-empty"),
        AddressProblem::NoDomain => fl!("address-no-domain"),
        AddressProblem::NoUser => fl!("address-no-user"),
        AddressProblem::BadCharacter(bad) if bad.is_whitespace() => fl!("address-space"),
        AddressProblem::BadCharacter(bad) => {
            fl!(
                "address-bad-character",
                character = bad.escape_debug().to_string()
            )
        }
        AddressProblem::OtherScheme => fl!("address-other-scheme"),
        AddressProblem::Malformed => fl!("address-malformed"),
    }
}
