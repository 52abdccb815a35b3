//! The groups of the buddy list: which there are, in which order, and how they are changed.

use crate::account::{AccountSettings, Group};

/// A wish about groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regroup {
    /// Show only the name of this group, or everybody in it again.
    Fold(String, bool),
    /// Move this group up (negative) or down by so many.
    Move(String, isize),
    /// Give it another name; if there is one of that name already, the two become one.
    Rename(String, String),
    /// Nobody is in this group any more.
    Dissolve(String),
}

/// The names of the groups that somebody is in, in the order in which they are shown.
pub fn names(account: &AccountSettings) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    for group in account.buddies.iter().flat_map(|buddy| &buddy.groups) {
        if !group.is_empty() && !found.contains(&group.as_str()) {
            found.push(group);
        }
    }
    let place = |name: &str| account.groups.iter().position(|group| group.name == name);
    // Those that were never moved come after the others, as they were found.
    found.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    found.into_iter().map(str::to_owned).collect()
}

/// Whether only its name is shown. The people who are in no group are the group without a name.
pub fn is_folded(account: &AccountSettings, name: &str) -> bool {
    let mut groups = account.groups.iter();
    groups.any(|group| group.name == name && group.folded)
}

/// Does it.
pub fn regroup(account: &mut AccountSettings, wish: &Regroup) {
    match wish {
        Regroup::Fold(name, folded) => {
            settle(account);
            match account.groups.iter_mut().find(|group| group.name == *name) {
                Some(group) => group.folded = *folded,
                None => account.groups.push(Group {
                    name: name.clone(),
                    folded: *folded,
                }),
            }
        }
        Regroup::Move(name, by) => {
            settle(account);
            let shown = names(account);
            let Some(from) = shown.iter().position(|group| group == name) else {
                return;
            };
            let to = from.saturating_add_signed(*by).min(shown.len() - 1);
            let place = |name: &String| account.groups.iter().position(|g| g.name == *name);
            let (Some(old), Some(new)) = (place(name), shown.get(to).and_then(place)) else {
                return;
            };
            let moved = account.groups.remove(old);
            account.groups.insert(new, moved);
        }
        Regroup::Rename(old, new) => {
            let new = new.trim();
            if new.is_empty() || new == old {
                return;
            }
            settle(account);
            if account.groups.iter().any(|group| group.name == new) {
                account.groups.retain(|group| group.name != *old);
            }
            let named = account.groups.iter_mut().filter(|group| group.name == *old);
            for group in named {
                new.clone_into(&mut group.name);
            }
            for buddy in &mut account.buddies {
                if buddy.groups.contains(old) {
                    put(&mut buddy.groups, old, false);
                    put(&mut buddy.groups, new, true);
                }
            }
        }
        Regroup::Dissolve(name) => {
            account.groups.retain(|group| group.name != *name);
            for buddy in &mut account.buddies {
                put(&mut buddy.groups, name, false);
            }
        }
    }
}

/// Puts somebody into a group, or takes them out of it.
pub fn put(groups: &mut Vec<String>, name: &str, into: bool) {
    let name = name.trim();
    let is_in = groups.iter().any(|group| group == name);
    if into && !is_in && !name.is_empty() {
        groups.push(name.to_owned());
    } else if !into {
        groups.retain(|group| group != name);
    }
}

/// Writes down the present order, and forgets groups that nobody is in.
fn settle(account: &mut AccountSettings) {
    let known = std::mem::take(&mut account.groups);
    let folded = |name: &str| known.iter().any(|group| group.name == name && group.folded);
    account.groups.clone_from(&known);
    let mut settled: Vec<Group> = names(account)
        .into_iter()
        .map(|name| Group {
            folded: folded(&name),
            name,
        })
        .collect();
    if folded("") {
        settled.push(Group {
            name: String::new(),
            folded: true,
        });
    }
    account.groups = settled;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Buddy;

    fn account() -> AccountSettings {
        let buddy = |user: &str, groups: &[&str]| Buddy {
            address: format!("sip:{user}@example.test"),
            groups: groups.iter().map(|&name| name.to_owned()).collect(),
            ..Buddy::default()
        };
        AccountSettings {
            buddies: vec![
                buddy("bob", &["Team", "Lab"]),
                buddy("carol", &["Desk"]),
                buddy("dave", &[]),
            ],
            ..AccountSettings::default()
        }
    }

    #[test]
    fn groups_have_the_order_of_the_buddies_until_they_are_moved() {
        let mut account = account();
        assert_eq!(names(&account), ["Team", "Lab", "Desk"]);
        regroup(&mut account, &Regroup::Move("Desk".into(), -1));
        assert_eq!(names(&account), ["Team", "Desk", "Lab"]);
        regroup(&mut account, &Regroup::Move("Team".into(), 9));
        assert_eq!(names(&account), ["Desk", "Lab", "Team"]);
        regroup(&mut account, &Regroup::Move("Desk".into(), -9));
        regroup(&mut account, &Regroup::Move("Nobody".into(), 1));
        assert_eq!(names(&account), ["Desk", "Lab", "Team"]);
        account.buddies[2].groups.push("New".into());
        assert_eq!(names(&account), ["Desk", "Lab", "Team", "New"]);
    }

    #[test]
    fn groups_are_folded_also_that_of_those_in_none() {
        let mut account = account();
        for name in ["Lab", ""] {
            regroup(&mut account, &Regroup::Fold(name.into(), true));
            assert!(is_folded(&account, name));
        }
        assert!(!is_folded(&account, "Team"));
        regroup(&mut account, &Regroup::Move("Lab".into(), -1));
        assert!(is_folded(&account, "Lab") && is_folded(&account, ""));
        regroup(&mut account, &Regroup::Fold("Lab".into(), false));
        assert!(!is_folded(&account, "Lab"));
    }

    #[test]
    fn two_groups_become_one_and_one_becomes_none() {
        let mut account = account();
        regroup(
            &mut account,
            &Regroup::Rename("Lab".into(), " Team ".into()),
        );
        assert_eq!(account.buddies[0].groups, ["Team"]);
        regroup(
            &mut account,
            &Regroup::Rename("Team".into(), "People".into()),
        );
        assert_eq!(names(&account), ["People", "Desk"]);
        regroup(&mut account, &Regroup::Rename("Desk".into(), "  ".into()));
        assert_eq!(names(&account), ["People", "Desk"]);
        regroup(&mut account, &Regroup::Dissolve("Desk".into()));
        assert_eq!(names(&account), ["People"]);
        assert_eq!(account.buddies.len(), 3);
    }
}
