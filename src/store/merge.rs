//! What two programs have changed in the same settings, brought together.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// What both have made of `base`: what one of them left as it was is taken from the other; where both have changed the
/// same thing, `ours` is the later word. Lists of tables with an `address` are merged by it, as people and accounts
/// are; an entry that one of them took out stays out, unless the other has changed it meanwhile.
pub(super) fn merge(base: &Table, ours: &Table, theirs: &Table) -> Table {
    let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let value = merge_values(base.get(key), ours.get(key), theirs.get(key))?;
            Some((key.clone(), value))
        })
        .collect()
}

fn merge_values(
    base: Option<&Value>,
    ours: Option<&Value>,
    theirs: Option<&Value>,
) -> Option<Value> {
    if ours == base {
        return theirs.cloned();
    }
    match (ours, theirs) {
        (Some(Value::Table(ours)), Some(Value::Table(theirs))) => {
            let none = Table::new();
            let base = base.and_then(Value::as_table).unwrap_or(&none);
            Some(Value::Table(merge(base, ours, theirs)))
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs)))
            if ours
                .iter()
                .chain(theirs)
                .all(|entry| address(entry).is_some()) =>
        {
            let base = base.and_then(Value::as_array);
            Some(Value::Array(merge_lists(
                base.map_or(&[], Vec::as_slice),
                ours,
                theirs,
            )))
        }
        _ => ours.cloned(),
    }
}

/// In our order; what only they have added comes last.
fn merge_lists(base: &[Value], ours: &[Value], theirs: &[Value]) -> Vec<Value> {
    let kept = ours.iter().filter_map(|entry| {
        let same = |list| find(list, entry);
        merge_values(same(base), Some(entry), same(theirs))
    });
    let added = theirs
        .iter()
        .filter(|entry| find(base, entry).is_none() && find(ours, entry).is_none());
    kept.chain(added.cloned()).collect()
}

/// The entry of a list that has the address of this one.
fn find<'a>(list: &'a [Value], entry: &Value) -> Option<&'a Value> {
    list.iter().find(|other| address(other) == address(entry))
}

fn address(entry: &Value) -> Option<&str> {
    entry.get("address")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> Table {
        let table = |text: &str| text.parse::<Table>().unwrap();
        merge(&table(base), &table(ours), &table(theirs))
    }

    #[test]
    fn each_keeps_what_it_changed() {
        let all = merged(
            "theme = 'dark'\nscale = 100\nsame = 1",
            "theme = 'light'\nscale = 100\nsame = 1",
            "theme = 'dark'\nscale = 120\nsame = 1",
        );
        let expected = "theme = 'light'\nscale = 120\nsame = 1";
        assert_eq!(all, expected.parse().unwrap());
        // Both have changed it: the one who writes has the last word.
        assert_eq!(merged("a = 1", "a = 2", "a = 3"), "a = 2".parse().unwrap());
        // What was never in the file stays out while it has its first value.
        assert_eq!(
            merged("a = 1\nb = 2", "a = 1\nb = 3", ""),
            "b = 3".parse().unwrap()
        );
    }

    #[test]
    fn people_are_told_apart_by_address() {
        let list = |entries: &[(&str, &str)]| {
            let tables = entries
                .iter()
                .map(|(address, name)| format!("{{ address = '{address}', name = '{name}' }}"));
            format!("buddies = [{}]", tables.collect::<Vec<_>>().join(", "))
        };
        let base = list(&[("bob", "Bob"), ("carol", ""), ("dave", "Dave")]);
        // We took Carol out, renamed Dave and added Erin; they named Carol, took Bob out and added Frank.
        let ours = list(&[("bob", "Bob"), ("dave", "David"), ("erin", "")]);
        let theirs = list(&[("carol", "Carol"), ("dave", "Dave"), ("frank", "")]);
        let expected = list(&[("dave", "David"), ("erin", ""), ("frank", "")]);
        assert_eq!(merged(&base, &ours, &theirs), expected.parse().unwrap());
        // An entry that both have added is one entry.
        let both = merged(&base, &ours, &list(&[("erin", "Erin")]));
        assert_eq!(both["buddies"].as_array().unwrap().len(), 2);
    }
}
