//! Which of several texts is shown to a user who reads some languages better than others.

use super::pidf::Note;

/// The text in the best language there is, in the manner of RFC 4647 section 3.4 (lookup).
///
/// For each of the user's languages, best first: a text in it, then in what remains of its tag when parts are cut off
/// its end (`de-CH-1996`, `de-CH`, `de`), then in another kind of the same language. Where none fits: a text whose
/// language is not told, then any. The first of equals wins.
pub(super) fn choose<'n>(
    notes: impl IntoIterator<Item = &'n Note>,
    languages: &[&str],
) -> Option<&'n str> {
    let mut notes = notes.into_iter();
    let mut best = notes.next()?;
    let Some(second) = notes.next() else {
        return Some(&best.text);
    };
    let mut least = rank(best, languages);
    for note in std::iter::once(second).chain(notes) {
        let rank = rank(note, languages);
        if rank < least {
            (best, least) = (note, rank);
        }
    }
    Some(&best.text)
}

/// How far a text is from what the user wants: the place of the language that it fits, then how much had to be cut.
fn rank(note: &Note, languages: &[&str]) -> (usize, usize) {
    let told = note.language.as_deref().filter(|l| !is_default(l));
    let Some(told) = told else {
        return (languages.len(), 0);
    };
    let fits = languages.iter().enumerate().find_map(|(place, wanted)| {
        let cut = distance(wanted, told)?;
        Some((place, cut))
    });
    fits.unwrap_or((languages.len(), 1))
}

/// Bytes cut off the wanted tag until the told one is left; another kind of the same language comes after all of these.
fn distance(wanted: &str, told: &str) -> Option<usize> {
    let begins = wanted
        .get(..told.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(told));
    let rest = wanted.get(told.len()..).unwrap_or_default();
    if begins && (rest.is_empty() || rest.starts_with('-')) {
        return Some(rest.len());
    }
    primary(wanted)
        .eq_ignore_ascii_case(primary(told))
        .then_some(usize::MAX)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// The tag of what everybody should be able to read (RFC 2277 section 4.5); it names no language.
fn is_default(tag: &str) -> bool {
    tag.eq_ignore_ascii_case("i-default")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(told: &[&str], languages: &[&str]) -> String {
        let notes = told.iter().enumerate().map(|(place, language)| Note {
            text: format!("{place}{language}"),
            language: (!language.is_empty()).then(|| (*language).to_owned()),
        });
        let notes: Vec<Note> = notes.collect();
        choose(&notes, languages).unwrap_or_default().to_owned()
    }

    #[test]
    fn fm_010_the_text_is_looked_up_by_language() {
        let told = ["de", "de-CH", "DE-ch-1996", "fr-CA", "", "en"];
        assert_eq!(chosen(&told, &["de-CH-1996"]), "2DE-ch-1996");
        assert_eq!(chosen(&told, &["de-CH-1901"]), "1de-CH");
        assert_eq!(chosen(&told, &["de-AT"]), "0de");
        assert_eq!(chosen(&told, &["fr"]), "3fr-CA");
        assert_eq!(chosen(&told, &["it", "fr-BE", "en"]), "3fr-CA");
        assert_eq!(chosen(&told, &["it"]), "4");
        assert_eq!(chosen(&["fr", "i-default"], &["it"]), "1i-default");
        assert_eq!(chosen(&["fr", "de"], &["it"]), "0fr");
        assert_eq!(chosen(&["fr", "de"], &[]), "0fr");
        assert_eq!(chosen(&["den", "de"], &["den-XX"]), "0den");
        // A tag is not another's beginning because its letters are.
        assert_eq!(chosen(&["d", "x", "de"], &["de"]), "2de");
        assert_eq!(choose(&[], &["de"]), None);
    }
}
