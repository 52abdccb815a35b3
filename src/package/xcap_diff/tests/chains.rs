//! Changes one after the other, put together, repeated and lost.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// What is done to a document with a note and some items.
#[derive(Debug, Clone)]
enum Step {
    Note(u8),
    Add(u8),
    /// The first item goes, if there is any.
    Remove,
}

/// Note and items of a document.
type Content = (String, Vec<String>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        any::<u8>().prop_map(Step::Note),
        any::<u8>().prop_map(Step::Add),
        Just(Step::Remove),
    ];
    prop::collection::vec(one, 1..10)
}

/// The document after each step, and the report of the step.
fn story(steps: &[Step]) -> Vec<(Content, String)> {
    let (mut note, mut items) = ("first".to_owned(), Vec::new());
    let told = steps.iter().enumerate().map(|(number, step)| {
        let operation = match step {
            Step::Add(item) => {
                items.push(item.to_string());
                format!("<d:add sel='doc'><item>{item}</item></d:add>")
            }
            Step::Remove if !items.is_empty() => {
                items.remove(0);
                "<d:remove sel='doc/item[1]'/>".to_owned()
            }
            Step::Remove => "<d:body-not-changed/>".to_owned(),
            Step::Note(text) => {
                note = format!("note {text}");
                format!("<d:replace sel='doc/note/text()'>{note}</d:replace>")
            }
        };
        let report = format!(
            "<d:document sel='{INDEX}' previous-etag='{number}' new-etag='{}'>{operation}</d:document>",
            number + 1
        );
        ((note.clone(), items.clone()), report)
    });
    told.collect()
}

fn told(reports: &str) -> Document {
    parse(&format!(
        "<d:xcap-diff xmlns:d='{NAMESPACE}' xcap-root='http://xcap.example.com/'>{reports}</d:xcap-diff>"
    ))
}

fn start() -> Cache {
    cache("0", "<doc><note>first</note></doc>")
}

/// Entity tag and content of the copy.
fn held(cache: &Cache) -> (String, Content) {
    let (etag, content) = cache.copy(INDEX).unwrap();
    let document = Xml::parse(content, None).unwrap();
    let texts = |name: &str| -> Vec<String> {
        let named = document.root().children_named("", name);
        named.map(|child| child.text().to_owned()).collect()
    };
    (etag.to_owned(), (texts("note").concat(), texts("item")))
}

fn is_applied(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Patched | Outcome::Retagged)
}

proptest! {
    #[test]
    fn xc_027_changes_in_order_lead_to_the_document(steps in steps()) {
        let mut cache = start();
        for (number, (content, report)) in (1..).zip(story(&steps)) {
            let report = told(&report);
            prop_assert!(is_applied(&outcome(&mut cache, &report)));
            let expected = (u8::to_string(&number), content);
            prop_assert_eq!(held(&cache), expected.clone());
            // Told once more it is known already.
            prop_assert_eq!(outcome(&mut cache, &report), Outcome::Current);
            prop_assert_eq!(held(&cache), expected);
        }
    }

    #[test]
    fn xc_027_changes_put_together_are_the_same_from_wherever_they_begin(steps in steps(), from in any::<Index>()) {
        let story = story(&steps);
        let all: String = story.iter().map(|(_, report)| report.as_str()).collect();
        let mut cache = start();
        for (_, report) in &story[..from.index(story.len())] {
            outcome(&mut cache, &told(report));
        }
        prop_assert!(is_applied(&outcome(&mut cache, &told(&all))));
        prop_assert_eq!(held(&cache), (story.len().to_string(), story[story.len() - 1].0.clone()));
    }

    #[test]
    fn xc_027_after_a_gap_nothing_is_applied_until_the_document_is_read(steps in steps(), lost in any::<Index>()) {
        let story = story(&steps);
        let lost = lost.index(story.len());
        let mut cache = start();
        for (number, (_, report)) in story.iter().enumerate() {
            if number == lost {
                continue;
            }
            let before = held(&cache);
            let outcome = outcome(&mut cache, &told(report));
            if number < lost {
                prop_assert!(is_applied(&outcome));
            } else {
                prop_assert_eq!(outcome, Outcome::Fetch);
                prop_assert!(cache.is_stale(INDEX));
                prop_assert_eq!(held(&cache), before);
            }
        }
        // What a GET brings is continued again.
        let etag = story.len();
        cache.store(INDEX, &etag.to_string(), b"<doc><note>read</note></doc>".to_vec());
        let next = format!(
            "<d:document sel='{INDEX}' previous-etag='{etag}' new-etag='new'><d:add sel='doc'><item>1</item></d:add></d:document>"
        );
        prop_assert_eq!(outcome(&mut cache, &told(&next)), Outcome::Patched);
        prop_assert_eq!(held(&cache), ("new".to_owned(), ("read".to_owned(), vec!["1".to_owned()])));
    }
}
