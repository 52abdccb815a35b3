//! Who a rule is about: addresses and domains, and how they compare (RFC 4745 section 7, RFC 5025 section 3.1.1).

use std::fmt;

/// The address of one watcher, in the form in which equal ones are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watcher {
    uri: String,
    domain: Option<String>,
}

/// Whom an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// One watcher.
    One(Watcher),
    /// Everybody of a domain, by its ASCII form.
    Domain(String),
    /// Everybody about whom nothing else is said.
    Everybody,
}

/// An address that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is neither an address, nor *@DOMAIN, nor *")]
pub struct BadTarget(pub String);

impl Watcher {
    /// Reads an address; display name, angle brackets, parameters and headers are left out. Schemes keep apart: `sip`
    /// never equals `sips` or `tel`.
    pub fn new(address: &str) -> Option<Self> {
        let bare = match address.split_once('<') {
            Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
            None => address,
        };
        let (scheme, rest) = bare.trim().split_once(':')?;
        let scheme = scheme.to_ascii_lowercase();
        let is_scheme = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        if scheme.is_empty() || !scheme.bytes().all(is_scheme) || rest.trim().is_empty() {
            return None;
        }
        if scheme == "tel" {
            let (number, parameters) = rest.split_once(';').unwrap_or((rest, ""));
            let digits: String = number
                .chars()
                .filter(|c| !matches!(c, '-' | '.' | '(' | ')'))
                .collect();
            let context = parameters
                .split(';')
                .find(|p| p.to_ascii_lowercase().starts_with("phone-context="));
            // A local number means something in its context only.
            let context = context
                .filter(|_| !digits.starts_with('+'))
                .map(|c| format!(";{}", c.to_ascii_lowercase()));
            let uri = format!(
                "tel:{}{}",
                digits.to_ascii_lowercase(),
                context.unwrap_or_default()
            );
            return Some(Self { uri, domain: None });
        }
        let rest = rest.split('?').next().unwrap_or_default();
        let (user, host) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(decode(user, is_unreserved)), host),
            None => (None, rest),
        };
        let host = host.split(';').next().unwrap_or_default();
        let (name, port) = split_port(host);
        let domain = ascii_domain(name)?;
        let default = if scheme == "sips" { "5061" } else { "5060" };
        let port = port
            .filter(|p| *p != default)
            .map_or_else(String::new, |p| format!(":{p}"));
        let user = user.map_or_else(String::new, |user| format!("{user}@"));
        Some(Self {
            uri: format!("{scheme}:{user}{domain}{port}"),
            domain: Some(domain),
        })
    }

    /// The address as it is written into rules.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The domain of the address; `tel` has none.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// Whether it stands for a watcher whose identity was checked (RFC 4745 section 7.1.2 matches only those). The
    /// anonymous address of RFC 3323 is nobody's.
    pub fn is_authenticated(&self) -> bool {
        self.domain.as_deref() != Some("anonymous.invalid")
    }

    /// Whether two addresses are the same one.
    pub(super) fn is_same(one: &str, other: &str) -> bool {
        Self::new(one).is_some_and(|one| one.is_named_by(other))
    }

    /// Domain of somebody about whom nothing is said.
    pub(super) const ANYWHERE: &'static str = "stranger.invalid";

    /// Stands for everybody of a domain whom no rule names.
    pub(super) fn newcomer(domain: &str) -> Self {
        Self {
            uri: format!("sip:{NEWCOMER}@{domain}"),
            domain: Some(domain.to_owned()),
        }
    }

    /// Whether it is a [`Self::newcomer`].
    pub(super) fn is_newcomer(&self) -> bool {
        self.uri
            .strip_prefix("sip:")
            .and_then(|rest| rest.strip_prefix(NEWCOMER))
            .is_some_and(|r| r.starts_with('@'))
    }

    /// Whether an `id` of a rule names this watcher.
    pub(super) fn is_named_by(&self, id: &str) -> bool {
        Self::new(id).is_some_and(|other| other == *self)
    }

    /// Whether a `domain` of a rule is the one of this watcher.
    pub(super) fn is_in(&self, domain: &str) -> bool {
        self.domain.is_some() && ascii_domain(domain) == self.domain
    }
}

impl Target {
    /// Reads an address, `*@example.com` for everybody of a domain, or `*` for everybody.
    ///
    /// # Errors
    /// [`BadTarget`] for anything else.
    pub fn new(text: &str) -> Result<Self, BadTarget> {
        let trimmed = text.trim();
        let without_scheme = ["sip:", "sips:", "pres:"]
            .iter()
            .find_map(|s| trimmed.strip_prefix(s))
            .unwrap_or(trimmed);
        let bad = || BadTarget(text.chars().take(200).collect());
        if trimmed == "*" {
            return Ok(Self::Everybody);
        }
        if let Some(domain) = without_scheme.strip_prefix("*@") {
            let domain = ascii_domain(domain).ok_or_else(bad)?;
            return Ok(Self::Domain(domain));
        }
        Watcher::new(trimmed).map(Self::One).ok_or_else(bad)
    }

    /// Somebody to whom a change applies: the person, a newcomer from the domain, or one from anywhere.
    pub(super) fn newcomer(&self) -> Watcher {
        match self {
            Self::One(watcher) => watcher.clone(),
            Self::Domain(domain) => Watcher::newcomer(domain),
            Self::Everybody => Watcher::newcomer(Watcher::ANYWHERE),
        }
    }

    /// Whether a watcher is meant.
    pub fn covers(&self, watcher: &Watcher) -> bool {
        match self {
            Self::One(one) => one == watcher,
            Self::Domain(domain) => watcher.domain() == Some(domain),
            Self::Everybody => true,
        }
    }
}

impl fmt::Display for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(watcher) => watcher.fmt(f),
            Self::Domain(domain) => write!(f, "*@{domain}"),
            Self::Everybody => f.write_str("*"),
        }
    }
}

/// The ASCII form of a domain in lower case, label by label (RFC 4745 section 7.1.3); `None` when it is none.
pub(super) fn ascii_domain(domain: &str) -> Option<String> {
    let domain = decode(domain.trim(), |_| true);
    let domain = domain.strip_suffix('.').unwrap_or(&domain);
    if domain.starts_with('[') && domain.ends_with(']') {
        let inside = domain
            .bytes()
            .all(|b| b.is_ascii_hexdigit() || matches!(b, b'[' | b']' | b':' | b'.'));
        return inside.then(|| domain.to_ascii_lowercase());
    }
    let labels: Option<Vec<String>> = domain.split('.').map(ascii_label).collect();
    labels.map(|labels| labels.join("."))
}

fn ascii_label(label: &str) -> Option<String> {
    let label = label.to_lowercase();
    if label.is_empty() {
        return None;
    }
    if label.is_ascii() {
        let fits = label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        return fits.then_some(label);
    }
    label
        .chars()
        .all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-')
        .then(|| punycode(&label))
        .flatten()
}

/// Punycode (RFC 3492 section 6.3) with its prefix.
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    let (mut next, mut delta, mut bias) = (128u32, 0u32, 72u32);
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let mut handled = basic;
    if basic > 0 {
        out.push('-');
    }
    let total = u32::try_from(label.chars().count()).ok()?;
    while handled < total {
        let smallest = label.chars().map(u32::from).filter(|c| *c >= next).min()?;
        delta = delta.checked_add((smallest - next).checked_mul(handled + 1)?)?;
        next = smallest;
        for c in label.chars().map(u32::from) {
            if c < next {
                delta = delta.checked_add(1)?;
            }
            if c != next {
                continue;
            }
            let mut rest = delta;
            let mut place = BASE;
            loop {
                let threshold = place.saturating_sub(bias).clamp(1, 26);
                if rest < threshold {
                    break;
                }
                out.push(digit(threshold + (rest - threshold) % (BASE - threshold))?);
                rest = (rest - threshold) / (BASE - threshold);
                place += BASE;
            }
            out.push(digit(rest)?);
            let mut adapted = if handled == basic {
                delta / 700
            } else {
                delta / 2
            };
            adapted += adapted / (handled + 1);
            bias = 0;
            while adapted > 455 {
                adapted /= BASE - 1;
                bias += BASE;
            }
            bias += BASE * adapted / (adapted + 38);
            delta = 0;
            handled += 1;
        }
        delta += 1;
        next += 1;
    }
    Some(format!("xn--{out}"))
}

fn digit(value: u32) -> Option<char> {
    char::from_digit(
        value
            .checked_add(10)
            .filter(|v| *v < 36)
            .unwrap_or_else(|| value.wrapping_sub(26)),
        36,
    )
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (name, Some(port))
        }
        _ => (host, None),
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Undoes the escapes of some bytes; others get capital digits. Escapes that do not make UTF-8 stay.
fn decode(text: &str, wanted: impl Fn(u8) -> bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest
            .get(at + 1..at + 3)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some((digits, byte)) =
            digits.and_then(|d| u8::from_str_radix(d, 16).ok().map(|byte| (d, byte)))
        {
            if wanted(byte) {
                bytes.push(byte);
            } else {
                bytes.push(b'%');
                bytes.extend_from_slice(digits.to_ascii_uppercase().as_bytes());
            }
            rest = &rest[at + 3..];
        } else {
            bytes.push(b'%');
            rest = &rest[at + 1..];
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// User part of somebody whom no rule names.
const NEWCOMER: &str = "a-user-that-no-rule-names";

#[cfg(test)]
mod tests {
    use super::*;

    fn watcher(text: &str) -> Watcher {
        Watcher::new(text).unwrap()
    }

    #[test]
    fn xc_005_addresses_compare_by_the_rules_of_their_scheme() {
        for same in [
            "sip:bob@example.com",
            "SIP:bob@Example.COM:5060;transport=tcp",
            "\"Bob\" <sip:%62ob@example.com>",
        ] {
            assert_eq!(watcher(same), watcher("sip:bob@example.com"), "{same}");
        }
        for other in [
            "sip:Bob@example.com",
            "sips:bob@example.com",
            "sip:bob@example.com:5070",
            "sip:bob@example.org",
        ] {
            assert_ne!(watcher(other), watcher("sip:bob@example.com"), "{other}");
        }
        assert_ne!(watcher("tel:+1555"), watcher("sip:+1555@example.com"));
        assert_eq!(watcher("tel:+1-555"), watcher("tel:+1555"));
        assert!(watcher("sip:%62ob@example.com").is_named_by("sip:bob@EXAMPLE.com"));
        for bad in [
            "",
            "joe",
            "sip:",
            "sip:joe@",
            ":x",
            "s p:x@y",
            "sip:joe@a..b",
            "sip:joe@<>",
        ] {
            assert_eq!(Watcher::new(bad), None, "{bad}");
        }
    }

    #[test]
    fn xc_005_domains_compare_in_ascii() {
        assert_eq!(ascii_domain("EXAMPLE.com.").as_deref(), Some("example.com"));
        assert_eq!(
            ascii_domain("b%C3%BCcher.example").as_deref(),
            Some("xn--bcher-kva.example")
        );
        assert_eq!(
            ascii_domain("Bücher.example").as_deref(),
            Some("xn--bcher-kva.example")
        );
        assert_eq!(
            ascii_domain("münchen-ost.example").as_deref(),
            Some("xn--mnchen-ost-9db.example")
        );
        assert_eq!(
            ascii_domain("例え.example").as_deref(),
            Some("xn--r8jz45g.example")
        );
        assert_eq!(
            ascii_domain("[2001:DB8::1]").as_deref(),
            Some("[2001:db8::1]")
        );
        assert!(watcher("sip:a@xn--bcher-kva.example").is_in("bücher.example"));
        assert!(!watcher("sip:a@sub.example.com").is_in("example.com"));
        assert!(!watcher("tel:+1555").is_in(""));
    }

    #[test]
    fn targets_are_people_or_domains() {
        assert_eq!(
            Target::new("*@Example.com").unwrap(),
            Target::Domain("example.com".into())
        );
        assert_eq!(
            Target::new("sip:*@example.com").unwrap(),
            Target::Domain("example.com".into())
        );
        assert_eq!(
            Target::new("sip:bob@example.com").unwrap().to_string(),
            "sip:bob@example.com"
        );
        let everybody = Target::new(" * ").unwrap();
        assert_eq!(
            (&everybody, everybody.to_string()),
            (&Target::Everybody, "*".to_owned())
        );
        for bad in ["", "bob", "*@", "*@a b", "**"] {
            assert!(Target::new(bad).is_err(), "{bad}");
        }
    }
}
