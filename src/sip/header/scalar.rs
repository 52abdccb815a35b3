//! Headers that hold one number, token or text: `CSeq`, Call-ID, Max-Forwards, Expires, Retry-After, Date, Warning.

use std::borrow::Cow;

use super::params::{params, unescape};
use super::{Fault, HeaderError};
use crate::sip::Method;
use crate::sip::scan::{Cursor, is_lws};

/// `CSeq: 4 NOTIFY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CSeq {
    /// The sequence number.
    pub number: u32,
    /// The method.
    pub method: Method,
}

/// `Retry-After: 120 (in a meeting);duration=3600`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryAfter<'a> {
    /// Seconds to wait; too large a number becomes the largest.
    pub seconds: u32,
    /// The comment without its parentheses.
    pub comment: Option<Cow<'a, str>>,
    /// The `duration` parameter in seconds.
    pub duration: Option<u32>,
}

/// One Warning value: `399 example.com "text"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning<'a> {
    /// Three digits.
    pub code: u16,
    /// Who warns.
    pub agent: &'a str,
    /// The text without quotes.
    pub text: Cow<'a, str>,
}

/// Reads `CSeq`; a number of 2^32 or more is an error (RFC 4475 §3.1.2.4).
pub(crate) fn cseq(cursor: &mut Cursor<'_>) -> Result<CSeq, HeaderError> {
    cursor.skip_lws();
    let start = cursor.position();
    let number = u32::try_from(cursor.number()?)
        .map_err(|_| cursor.error_at(Fault::NumberTooLarge, start))?;
    let before = cursor.position();
    cursor.skip_lws();
    if cursor.position() == before {
        return Err(cursor.error(Fault::Number));
    }
    let method = Method::parse(cursor.token()?);
    cursor.end()?;
    Ok(CSeq { number, method })
}

/// Reads a Call-ID: visible characters without white space.
pub(crate) fn call_id<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    cursor.skip_lws();
    let text = cursor.take_while(|byte| byte > b' ' && byte != 0x7f);
    if text.is_empty() {
        return Err(cursor.error(Fault::Token));
    }
    cursor.end()?;
    Ok(text)
}

/// Reads Max-Forwards, 0 to 255.
pub(crate) fn max_forwards(cursor: &mut Cursor<'_>) -> Result<u8, HeaderError> {
    cursor.skip_lws();
    let start = cursor.position();
    let number = cursor.number()?;
    cursor.end()?;
    u8::try_from(number).map_err(|_| cursor.error_at(Fault::NumberTooLarge, start))
}

/// Reads Content-Length.
pub(crate) fn content_length(cursor: &mut Cursor<'_>) -> Result<u64, HeaderError> {
    cursor.skip_lws();
    let number = cursor.number()?;
    cursor.end()?;
    Ok(number)
}

/// Reads a number of seconds; too large a number becomes the largest.
pub(crate) fn seconds(cursor: &mut Cursor<'_>) -> Result<u32, HeaderError> {
    cursor.skip_lws();
    let number = cursor.number()?;
    cursor.end()?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Reads Retry-After (RFC 3261 §20.33).
pub(crate) fn retry_after<'a>(cursor: &mut Cursor<'a>) -> Result<RetryAfter<'a>, HeaderError> {
    cursor.skip_lws();
    let seconds = u32::try_from(cursor.number()?).unwrap_or(u32::MAX);
    cursor.skip_lws();
    let comment = if cursor.peek() == Some(b'(') {
        Some(unescape(comment(cursor)?))
    } else {
        None
    };
    let at = cursor.position();
    let params = params(cursor)?;
    cursor.end()?;
    let duration = match params.raw("duration") {
        None => None,
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(text.parse().unwrap_or(u32::MAX))
        }
        Some(_) => return Err(cursor.error_at(Fault::Number, at)),
    };
    Ok(RetryAfter {
        seconds,
        comment,
        duration,
    })
}

/// Reads one Warning value and stops behind it, before a comma or the end.
pub(crate) fn warning<'a>(cursor: &mut Cursor<'a>) -> Result<Warning<'a>, HeaderError> {
    cursor.skip_lws();
    let start = cursor.position();
    let digits = cursor.take_while(|byte| byte.is_ascii_digit());
    let code = match digits.parse() {
        Ok(code) if digits.len() == 3 => code,
        Ok(_) => return Err(cursor.error_at(Fault::NumberTooLarge, start)),
        Err(_) => return Err(cursor.error_at(Fault::Number, start)),
    };
    cursor.skip_lws();
    let agent = cursor.take_while(|byte| byte > b' ' && !matches!(byte, b'"' | b','));
    if agent.is_empty() {
        return Err(cursor.error(Fault::Host));
    }
    cursor.skip_lws();
    let text = unescape(cursor.quoted()?);
    cursor.skip_lws();
    Ok(Warning { code, agent, text })
}

/// Reads Date, which has one form only: `Sat, 13 Nov 2010 23:29:00 GMT` (RFC 3261 §20.17).
pub(crate) fn date<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    cursor.skip_lws();
    let start = cursor.position();
    let text = cursor.take_while(|byte| !matches!(byte, b'\r' | b'\n'));
    cursor.end()?;
    let text = text.trim_end_matches(|c: char| c.is_ascii() && is_lws(c as u8));
    let shape = b"Aaa, 00 Aaa 0000 00:00:00 GMT";
    let fault = text
        .bytes()
        .zip(shape)
        .position(|(byte, shape)| match shape {
            b'0' => !byte.is_ascii_digit(),
            b'A' | b'a' => !byte.is_ascii_alphabetic(),
            _ => byte != *shape,
        });
    let well_formed = text.len() == shape.len()
        && fault.is_none()
        && DAYS.contains(&&text[..3])
        && MONTHS.contains(&&text[8..11]);
    if well_formed {
        Ok(text)
    } else {
        Err(cursor.error_at(Fault::Date, start + fault.unwrap_or_default()))
    }
}

/// A comment in parentheses, which may nest; gives what stands between the outer ones.
fn comment<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, HeaderError> {
    let (start, text) = (cursor.position(), cursor.rest());
    let mut depth = 0usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((place, byte)) = bytes.next() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => {
                cursor.set_position(start + place + 1);
                return Ok(text.get(1..place).unwrap_or_default());
            }
            b')' => depth -= 1,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    Err(cursor.error(Fault::UnterminatedComment))
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Element, HeaderName};

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(Element::Header(HeaderName::CSeq), text)
    }

    #[test]
    fn reads_cseq_to_its_end() {
        assert_eq!(
            cseq(&mut cursor("0009\r\n  NOTIFY")).unwrap(),
            CSeq {
                number: 9,
                method: Method::Notify
            }
        );
        assert_eq!(cseq(&mut cursor("4294967295 X")).unwrap().number, u32::MAX);
        assert_eq!(
            cseq(&mut cursor("4294967296 X")).unwrap_err().fault,
            Fault::NumberTooLarge
        );
        assert!(cseq(&mut cursor("1 NOTIFY x")).is_err());
        assert!(cseq(&mut cursor("1NOTIFY")).is_err());
        assert!(cseq(&mut cursor("NOTIFY")).is_err());
    }

    #[test]
    fn reads_retry_after_with_all_its_parts() {
        let value = retry_after(&mut cursor(
            "18000 (in a (long) \\) meeting) ;duration=3600",
        ))
        .unwrap();
        assert_eq!((value.seconds, value.duration), (18000, Some(3600)));
        assert_eq!(value.comment.as_deref(), Some("in a (long) ) meeting"));
        assert_eq!(
            retry_after(&mut cursor("949302838503028349304023988"))
                .unwrap()
                .seconds,
            u32::MAX
        );
        assert_eq!(
            retry_after(&mut cursor("1 (x")).unwrap_err().fault,
            Fault::UnterminatedComment
        );
        assert!(retry_after(&mut cursor("soon")).is_err());
    }

    #[test]
    fn dates_have_one_form() {
        assert!(date(&mut cursor("Sat, 13 Nov 2010 23:29:00 GMT")).is_ok());
        assert_eq!(
            date(&mut cursor("Fri, 01 Jan 2010 16:00:00 EST"))
                .unwrap_err()
                .fault,
            Fault::Date
        );
        assert!(date(&mut cursor("Fri, 01 Jän 2010 16:00:00 GMT")).is_err());
        assert!(date(&mut cursor("")).is_err());
    }

    #[test]
    fn warnings_have_three_digits() {
        let value = warning(&mut cursor("307 isi.edu:5060 \"Session \\\"x\\\"\"")).unwrap();
        assert_eq!(
            (value.code, value.agent, &*value.text),
            (307, "isi.edu:5060", "Session \"x\"")
        );
        assert!(warning(&mut cursor("1812 overture \"In Progress\"")).is_err());
    }
}
