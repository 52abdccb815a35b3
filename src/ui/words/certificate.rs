//! Certificates in words.

use jiff::Timestamp;

use super::now;
use crate::account::Distrust;
use crate::fl;
use crate::ui::plain_text;

/// Why a certificate is not trusted.
pub fn distrust(why: &Distrust) -> String {
    match why {
        Distrust::Expired => fl!("distrust-expired"),
        Distrust::NotYetValid => fl!("distrust-early"),
        Distrust::SignsItself => fl!("distrust-self"),
        Distrust::UnknownIssuer => fl!("distrust-issuer"),
        Distrust::OtherName(server) => fl!("distrust-name", server = plain_text::note(server)),
        Distrust::OtherPurpose => fl!("distrust-purpose"),
        Distrust::Revoked => fl!("distrust-revoked"),
        Distrust::Other(detail) => plain_text::sentence(detail),
    }
}

/// A day, as the wall clock says.
pub fn day(time: Timestamp) -> String {
    let date = time.to_zoned(now().time_zone().clone()).date();
    fl!(
        "day",
        day = date.strftime("%d").to_string(),
        month = date.strftime("%m").to_string(),
        year = date.strftime("%Y").to_string()
    )
}
