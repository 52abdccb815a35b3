//! `siskin inspect`: a file or standard input, explained.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use jiff::Timestamp;

use super::arguments::{InspectArguments, Options};
use super::refusal::{Refusal, complain};
use super::{report, setup};
use crate::account::plain;
use crate::inspect::{self, Problem};

/// Explains the input, and gives the exit status.
pub(super) fn run(arguments: &InspectArguments, options: &Options) -> Result<u8, Refusal> {
    if let Some(kind) = &arguments.content_type
        && (!kind.contains('/') || kind.chars().any(char::is_control))
    {
        return Err(Refusal::usage(
            format!("'{}' is not a media type", plain(kind)),
            "write it like application/pidf+xml",
        ));
    }
    let file = arguments.file.as_deref();
    let input = match file.filter(|path| path.as_os_str() != "-") {
        Some(path) => read(File::open(path), path)?,
        None => read(Ok(io::stdin().lock()), Path::new("standard input"))?,
    };
    let now = Timestamp::now();
    let languages = setup::languages(|name| std::env::var(name).ok());
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    let found = inspect::inspect(
        &input,
        &inspect::Options {
            content_type: arguments.content_type.as_deref(),
            languages: &languages,
            now,
        },
    );
    let unusable = found.is_unusable.then(|| match &found.reason {
        Some(Problem { place, message, .. }) => match place {
            Some(place) => format!("line {}: {message}", place.line),
            None => message.clone(),
        },
        None => "nothing of it can be used".to_owned(),
    });
    let hint = if !found.lines.is_empty() || found.problems.len() > 1 {
        "see what is said about each line"
    } else if found.format.is_empty() {
        "look whether it is the right file; of a body --content-type tells what it is"
    } else {
        "whoever wrote it made a mistake, or it was cut on its way"
    };
    let mut out = Vec::new();
    if options.json {
        report::json(&mut out, now, found)
            .map_err(|error| Refusal::other(error.to_string(), ""))?;
    } else {
        let colored = io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none()
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        out = report::human(&found, colored).into_bytes();
    }
    let mut standard = io::stdout().lock();
    match standard.write_all(&out).and_then(|()| standard.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(Refusal::other(format!("cannot write: {error}"), ""));
        }
        _ => {}
    }
    Ok(match unusable {
        Some(why) => {
            complain(&why, Some(hint));
            1
        }
        None => 0,
    })
}

fn read(source: io::Result<impl Read>, path: &Path) -> Result<Vec<u8>, Refusal> {
    let wrong = |what: String| {
        Refusal::usage(
            format!("{} cannot be read: {what}", path.display()),
            "look at the file's name",
        )
    };
    let mut bytes = Vec::new();
    let limit = inspect::INPUT_BYTES as u64;
    source
        .and_then(|source| source.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::other(
            format!("{} is larger than {limit} bytes", path.display()),
            "cut out the part that matters",
        ));
    }
    Ok(bytes)
}
