//! One file of presets, read field by field, so that each fault is told with its line.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Preset, PresetError, PresetFault, has_prefix, is_absolute};
use crate::sip::Uri;
use crate::store::settings::TransportChoice;

/// The presets in a file; none where there is no file. What is wrong goes into `errors`.
pub(super) fn read(path: &Path, errors: &mut Vec<PresetError>) -> Vec<Preset> {
    let text = match text(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Vec::new(),
        Err(fault) => {
            errors.push(PresetError {
                file: path.to_owned(),
                line: None,
                fault,
            });
            return Vec::new();
        }
    };
    let earlier = errors.len();
    let mut reader = Reader {
        path,
        text: &text,
        errors,
    };
    let presets = reader.presets();
    errors[earlier..].sort_by_key(|error| error.line);
    presets
}

fn text(path: &Path) -> Result<Option<String>, PresetFault> {
    let unreadable = |error: &io::Error| PresetFault::Unreadable(error.to_string());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(&error)),
    };
    // A pipe would never end, or never begin.
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(PresetFault::Unreadable("it is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(PresetFault::TooLarge(MAX_BYTES));
    }
    let text = String::from_utf8(bytes);
    text.map(Some)
        .map_err(|error| PresetFault::NotToml(error.utf8_error().to_string()))
}

/// A file while it is read.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    errors: &'a mut Vec<PresetError>,
}

/// A value that is of no use, and what belongs there.
type Wanted = &'static str;

impl Reader<'_> {
    fn presets(&mut self) -> Vec<Preset> {
        let text = self.text;
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let at = error.span().map(|span| span.start);
                self.wrong(at, PresetFault::NotToml(first_line(error.message())));
                return Vec::new();
            }
        };
        let mut presets: Vec<Preset> = Vec::new();
        for (name, value) in &table {
            let at = name.span().start;
            if name.get_ref() != DOMAINS {
                self.wrong(Some(at), PresetFault::Unknown(known_by(name.get_ref())));
                continue;
            }
            let Some(entries) = value.get_ref().as_array() else {
                let fault = PresetFault::Value {
                    name: DOMAINS,
                    wanted: "written as [[domains]]",
                };
                self.wrong(Some(at), fault);
                continue;
            };
            for (number, entry) in entries.iter().enumerate() {
                let at = entry.span().start;
                if number == MAX_DOMAINS {
                    self.wrong(Some(at), PresetFault::TooMany(MAX_DOMAINS));
                    break;
                }
                let Some(preset) = self.preset(entry) else {
                    continue;
                };
                if presets.iter().any(|other| other.domain == preset.domain) {
                    self.wrong(Some(at), PresetFault::Twice(preset.domain));
                } else {
                    presets.push(preset);
                }
            }
        }
        presets
    }

    /// One of them, if everything in it is of use.
    fn preset(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<Preset> {
        let at = Some(entry.span().start);
        let Some(table) = entry.get_ref().as_table() else {
            let fault = PresetFault::Value {
                name: DOMAINS,
                wanted: "written as [[domains]]",
            };
            self.wrong(at, fault);
            return None;
        };
        let mut preset = Preset {
            file: self.path.to_owned(),
            ..Preset::default()
        };
        let mut usable = true;
        for (name, value) in table {
            let at = Some(name.span().start);
            let Some(field) = FIELDS.iter().find(|field| *field == name.get_ref()) else {
                self.wrong(at, PresetFault::Unknown(known_by(name.get_ref())));
                continue;
            };
            if let Err(wanted) = set(&mut preset, field, value.get_ref()) {
                let fault = PresetFault::Value {
                    name: field,
                    wanted,
                };
                self.wrong(at, fault);
                usable = false;
            }
        }
        if usable && preset.domain.is_empty() {
            self.wrong(at, PresetFault::NoDomain);
            usable = false;
        }
        usable.then_some(preset)
    }

    fn wrong(&mut self, at: Option<usize>, fault: PresetFault) {
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
        let before = |at: usize| self.text.as_bytes().iter().take(at);
        let line = at.map(|at| 1 + before(at).filter(|byte| **byte == b'\n').count());
        self.errors.push(PresetError {
            file: self.path.to_owned(),
            line,
            fault,
        });
    }
}

fn set(preset: &mut Preset, field: &str, value: &DeValue<'_>) -> Result<(), Wanted> {
    match field {
        "domain" => preset.domain = domain(text_of(value)?)?,
        "name" => text_of(value)?.clone_into(&mut preset.name),
        "outbound_proxy" => preset.outbound_proxy = proxies(value)?,
        "transport" => preset.transport = Some(transport(text_of(value)?)?),
        "realm" => text_of(value)?.clone_into(&mut preset.realm),
        "xcap_root" => preset.xcap_root = web_address(text_of(value)?)?,
        "tls_ca" => preset.tls_ca = path(text_of(value)?)?,
        "voicemail" => text_of(value)?.clone_into(&mut preset.voicemail),
        "strong_digest" => preset.strong_digest = switch(value)?,
        "gruu" => preset.gruu = switch(value)?,
        _ => preset.merge_presence = switch(value)?,
    }
    Ok(())
}

/// A text of one line.
fn text_of<'a>(value: &'a DeValue<'_>) -> Result<&'a str, Wanted> {
    let text = value.as_str().map(str::trim);
    text.filter(|text| text.len() <= MAX_TEXT && !text.contains(char::is_control))
        .ok_or("one line of text")
}

fn switch(value: &DeValue<'_>) -> Result<bool, Wanted> {
    value.as_bool().ok_or("true or false")
}

fn domain(text: &str) -> Result<String, Wanted> {
    let uri = Uri::parse(&format!("sip:{text}")).ok();
    let host = uri.and_then(|uri| Some(uri.host()?.to_string()));
    host.filter(|host| host.eq_ignore_ascii_case(text))
        .map(|host| host.to_ascii_lowercase())
        .ok_or("a domain such as example.com")
}

/// One or several, as a list or with spaces between.
fn proxies(value: &DeValue<'_>) -> Result<String, Wanted> {
    let several = match value.as_array() {
        Some(list) => list
            .iter()
            .take(MAX_PROXIES + 1)
            .map(|one| text_of(one.get_ref()))
            .collect::<Result<Vec<_>, _>>()?
            .join(" "),
        None => text_of(value)?.to_owned(),
    };
    let is_proxy = |text: &str| {
        let is_sip = has_prefix(text, "sip:") || has_prefix(text, "sips:");
        is_sip && Uri::parse(text).is_ok_and(|uri| uri.host().is_some())
    };
    let all: Vec<&str> = several.split_whitespace().collect();
    if all.len() <= MAX_PROXIES && all.iter().all(|one| is_proxy(one)) {
        Ok(all.join(" "))
    } else {
        Err("one to four URIs such as sip:proxy.example.com;transport=tls;lr")
    }
}

fn transport(text: &str) -> Result<TransportChoice, Wanted> {
    match text {
        "udp" => Ok(TransportChoice::Udp),
        "tcp" => Ok(TransportChoice::Tcp),
        "tls" => Ok(TransportChoice::Tls),
        _ => Err("udp, tcp or tls"),
    }
}

fn web_address(text: &str) -> Result<String, Wanted> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let usable = rest.is_some_and(|rest| {
        rest.starts_with(|char: char| char.is_alphanumeric() || char == '[')
            && !rest.contains(char::is_whitespace)
    });
    usable
        .then(|| text.to_owned())
        .ok_or("an address that begins with https://")
}

fn path(text: &str) -> Result<String, Wanted> {
    is_absolute(text)
        .then(|| text.to_owned())
        .ok_or("the whole path of a file")
}

/// A name out of the file, short enough to be told.
fn known_by(name: &str) -> String {
    name.chars()
        .filter(|char| !char.is_control())
        .take(MAX_NAME)
        .collect()
}

/// The first line of a message says what; the rest shows the text.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

const DOMAINS: &str = "domains";
/// What can be settled.
const FIELDS: [&str; 11] = [
    "domain",
    "name",
    "outbound_proxy",
    "transport",
    "realm",
    "xcap_root",
    "tls_ca",
    "voicemail",
    "strong_digest",
    "gruu",
    "merge_presence",
];
/// Bytes of a file.
const MAX_BYTES: u64 = 1024 * 1024;
/// Domains in a file.
const MAX_DOMAINS: usize = 1000;
/// Faults that are told of all files together.
const MAX_ERRORS: usize = 50;
/// Bytes of one text.
const MAX_TEXT: usize = 1000;
/// Characters of a name that is not known.
const MAX_NAME: usize = 40;
/// As many as an account can have (RFC 5626 §4.2.1).
const MAX_PROXIES: usize = 4;
