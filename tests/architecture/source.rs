//! The sources as the checks see them: comments, literals and test modules blanked out, every line
//! break where it was.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, named by its path below `src`.
pub struct Source {
    pub path: String,
    /// As it is in the file.
    pub text: String,
    /// The text without comments, literals and test modules.
    pub code: String,
}

impl Source {
    /// The file at `path` below `src`.
    pub fn new(path: &str, text: &str) -> Self {
        let code = without_tests(&without_comments_and_literals(text));
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
        }
    }

    /// The first folder, or the name of a file that stands alone.
    pub fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// How many modules lie above the code in this file, counted from the crate.
    pub fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        let file = self.path.rsplit('/').next().unwrap_or_default();
        if ["mod.rs", "lib.rs", "main.rs"].contains(&file) {
            parts - 1
        } else {
            parts
        }
    }

    /// The line of a place in the code, from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.code[..offset].matches('\n').count() + 1
    }
}

/// Every source file of the program.
pub fn files() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                // Tests beside the code may use whatever they need.
                if path.file_name().unwrap() != "tests" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                if !name.ends_with("tests.rs") {
                    files.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    assert!(files.len() > 10, "the sources were not found");
    files
}

/// Where `word` stands as a whole word or path.
pub fn words(code: &str, word: &str) -> Vec<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .map(|(offset, _)| offset)
        .filter(|&offset| !code[..offset].ends_with(part))
        .filter(|&offset| !code[offset + word.len()..].starts_with(part))
        .collect()
}

/// Blanks comments, strings and characters; line breaks stay where they are.
fn without_comments_and_literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            string(rest)
        } else if let Some(raw) = raw_string(rest).filter(|_| !after_word) {
            raw
        } else if first == '\'' {
            character(rest)
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.extend(
            rest[..length]
                .chars()
                .map(|c| if c == '\n' { '\n' } else { ' ' }),
        );
        rest = &rest[length..];
    }
    out
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let marks = rest.len() - rest.trim_start_matches('#').len();
    rest[marks..].strip_prefix('"')?;
    let begin = text.len() - rest.len() + marks + 1;
    let end = format!("\"{}", "#".repeat(marks));
    Some(
        text[begin..]
            .find(&end)
            .map_or(text.len(), |at| begin + at + end.len()),
    )
}

/// A character literal; one byte for the mark of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].find('\'').map_or(1, |at| {
            // '\'' holds its own mark.
            if text[2..].starts_with('\'') {
                4
            } else {
                at + 3
            }
        }),
        Some((_, _)) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// Blanks `#[cfg(test)]` modules.
fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(begin) = out.find("#[cfg(test)]") {
        let open = out[begin..]
            .find(['{', ';'])
            .map_or(out.len(), |at| begin + at);
        let mut end = open;
        let mut depth = 0_usize;
        for (at, c) in out[open..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            end = open + at + c.len_utf8();
            if depth == 0 {
                break;
            }
        }
        let blank: String = out[begin..end]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        out.replace_range(begin..end, &blank);
    }
    out
}
