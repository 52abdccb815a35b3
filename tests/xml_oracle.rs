//! The XML reader against `quick-xml`, which it took the place of because it reads a presence document in less than half
//! the time: what the house accepts, `quick-xml` must accept and read in the same way, fixtures and mutations of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use siskin::xml::{Document, Element};

/// Start tags in order: depth, name as written, and the attributes but for namespace declarations.
type Tags = Vec<(usize, String, Vec<(String, String)>)>;

fn ours(text: &str) -> Option<Tags> {
    fn walk(element: Element<'_>, depth: usize, tags: &mut Tags) {
        let attributes = element.attributes();
        let attributes = attributes
            .map(|attribute| (attribute.name.to_owned(), attribute.value.to_owned()))
            .collect();
        tags.push((depth, element.qualified_name().to_owned(), attributes));
        for child in element.children() {
            walk(child, depth + 1, tags);
        }
    }
    let document = Document::parse(text.as_bytes(), None).ok()?;
    let mut tags = Tags::new();
    walk(document.root(), 0, &mut tags);
    Some(tags)
}

fn theirs(text: &str) -> Result<Tags, quick_xml::Error> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut tags = Tags::new();
    let mut depth = 0;
    loop {
        let event = reader.read_event()?;
        let (tag, opens) = match &event {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => return Ok(tags),
            _ => continue,
        };
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute?;
            let key: &str = attribute.key.as_ref();
            if key != "xmlns" && !key.starts_with("xmlns:") {
                let local = key.rsplit(':').next().unwrap().to_owned();
                let blank = |c: char| if matches!(c, '\t' | '\n') { ' ' } else { c };
                let raw: &str = &attribute.value;
                let raw: String = raw.replace("\r\n", "\n").replace('\r', "\n");
                let raw: String = raw.chars().map(blank).collect();
                let value = quick_xml::escape::unescape(&raw)?.into_owned();
                attributes.push((local, value));
            }
        }
        tags.push((depth, tag.name().as_ref().to_owned(), attributes));
        depth += usize::from(opens);
    }
}

/// What both make of a text. True if the house takes it.
fn compare(text: &str) -> bool {
    let Some(ours) = ours(text) else {
        return false;
    };
    match theirs(text) {
        Ok(theirs) => assert_eq!(ours, theirs, "{text:?}"),
        Err(error) => panic!("taken here, refused there ({error}): {text:?}"),
    }
    true
}

fn fixtures() -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                texts.extend(std::fs::read_to_string(path));
            }
        }
    }
    texts
}

#[test]
fn fixtures_are_read_alike() {
    let texts = fixtures();
    let taken = texts.iter().filter(|text| compare(text)).count();
    assert!(taken > 50, "{taken} of {}", texts.len());
}

#[test]
fn mutations_of_fixtures_are_read_alike_or_refused() {
    let texts = fixtures();
    let pieces = [
        "<",
        ">",
        "/",
        "/>",
        "</a>",
        "<a>",
        "<a b='c'/>",
        "&",
        ";",
        "&amp;",
        "&#65;",
        "&x;",
        "'",
        "\"",
        "=",
        " ",
        "\n",
        "\r\n",
        ":",
        "xmlns:p='u'",
        "<!--",
        "-->",
        "--",
        "<![CDATA[",
        "]]>",
        "<?pi x?>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE a>",
        "é",
        "\u{3000}",
        "]",
        "-",
        "?>",
    ];
    let mut state = 1_u64;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..ROUNDS {
        let mut text = texts[below(texts.len())].clone();
        for _ in 0..=below(3) {
            let place = |below: &mut dyn FnMut(usize) -> usize, text: &str| {
                let mut at = below(text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let at = place(&mut below, &text);
            match below(3) {
                0 => text.insert_str(at, pieces[below(pieces.len())]),
                1 => {
                    let mut end = (at + below(12)).min(text.len());
                    while !text.is_char_boundary(end) {
                        end -= 1;
                    }
                    text.replace_range(at.min(end)..end, "");
                }
                _ => {
                    let piece = pieces[below(pieces.len())];
                    let mut end = (at + piece.len()).min(text.len());
                    while !text.is_char_boundary(end) {
                        end += 1;
                    }
                    text.replace_range(at..end, piece);
                }
            }
        }
        if compare(&text) {
            taken += 1;
        } else {
            refused += 1;
        }
    }
    assert!(
        taken > ROUNDS / 20 && refused > ROUNDS / 20,
        "{taken} taken, {refused} refused"
    );
}

const ROUNDS: usize = 20_000;
