//! The groups of the buddy list: which there are, in which order, and how they are changed.

use super::address;
use crate::account::{AccountSettings, Buddy, Group};

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

/// Where somebody on the list is to stand from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placing {
    /// Their address.
    pub address: String,
    /// The group that they are taken from; empty for those who are in none.
    pub from: String,
    /// The group that they are put into.
    pub into: String,
    /// Beside whom; `None`: where they stand now.
    pub beside: Option<Beside>,
}

/// Next to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Their address.
    pub address: String,
    /// Whether behind them, and not before.
    pub behind: bool,
}

/// The names of the groups of these accounts that somebody is in, in the order in which they are shown.
pub fn names<'a>(accounts: impl IntoIterator<Item = &'a AccountSettings> + Clone) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    let buddies = accounts.clone().into_iter().flat_map(|it| &it.buddies);
    for group in buddies.flat_map(|buddy| &buddy.groups) {
        if !group.is_empty() && !found.contains(&group.as_str()) {
            found.push(group);
        }
    }
    let order: Vec<&str> = accounts
        .into_iter()
        .flat_map(|account| account.groups.iter().map(|group| group.name.as_str()))
        .collect();
    let place = |name: &str| order.iter().position(|known| *known == name);
    // Those that were never moved come after the others, as they were found.
    found.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    found.into_iter().map(str::to_owned).collect()
}

/// Whether only its name is shown. The people who are in no group are the group without a name.
pub fn is_folded(account: &AccountSettings, name: &str) -> bool {
    let mut groups = account.groups.iter();
    groups.any(|group| group.name == name && group.folded)
}

/// Does it, in all accounts alike: what has one name is one group.
pub fn regroup(accounts: &mut [&mut AccountSettings], wish: &Regroup) {
    let mut shown = names(accounts.iter().map(|account| &**account));
    if let Regroup::Move(name, by) = wish {
        let Some(from) = shown.iter().position(|group| group == name) else {
            return;
        };
        let to = from.saturating_add_signed(*by).min(shown.len() - 1);
        let moved = shown.remove(from);
        shown.insert(to, moved);
    }
    for account in accounts {
        regroup_one(account, &shown, wish);
    }
}

/// `shown`: the groups in the order that they have from now on.
fn regroup_one(account: &mut AccountSettings, shown: &[String], wish: &Regroup) {
    match wish {
        Regroup::Fold(name, folded) => {
            settle(account, shown);
            match account.groups.iter_mut().find(|group| group.name == *name) {
                Some(group) => group.folded = *folded,
                None => account.groups.push(Group {
                    name: name.clone(),
                    folded: *folded,
                }),
            }
        }
        Regroup::Move(..) => settle(account, shown),
        Regroup::Rename(old, new) => {
            let new = new.trim();
            if new.is_empty() || new == old {
                return;
            }
            settle(account, shown);
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

/// Puts somebody into another group, or to another place of the list.
pub fn place(account: &mut AccountSettings, placing: &Placing) {
    let buddies = &mut account.buddies;
    let find = |buddies: &[Buddy], who: &str| {
        let mut all = buddies.iter();
        all.position(|buddy| address::same(&buddy.address, who))
    };
    let Some(at) = find(buddies, &placing.address) else {
        return;
    };
    if placing.from != placing.into {
        let groups = &mut buddies[at].groups;
        put(groups, &placing.from, false);
        put(groups, &placing.into, true);
    }
    if let Some(beside) = &placing.beside {
        let moved = buddies.remove(at);
        let other = find(buddies, &beside.address);
        let to = other.map_or(at, |other| other + usize::from(beside.behind));
        buddies.insert(to, moved);
    }
}

/// Writes down this order, and forgets groups that nobody is in. Those of other accounts are written down too: whatever
/// order two lists have together is then the order of each.
fn settle(account: &mut AccountSettings, shown: &[String]) {
    let known = std::mem::take(&mut account.groups);
    let folded = |name: &str| known.iter().any(|group| group.name == name && group.folded);
    account.groups = shown
        .iter()
        .map(|name| Group {
            folded: folded(name),
            name: name.clone(),
        })
        .collect();
    if folded("") {
        account.groups.push(Group {
            name: String::new(),
            folded: true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(names([&account]), ["Team", "Lab", "Desk"]);
        regroup(&mut [&mut account], &Regroup::Move("Desk".into(), -1));
        assert_eq!(names([&account]), ["Team", "Desk", "Lab"]);
        regroup(&mut [&mut account], &Regroup::Move("Team".into(), 9));
        assert_eq!(names([&account]), ["Desk", "Lab", "Team"]);
        regroup(&mut [&mut account], &Regroup::Move("Desk".into(), -9));
        regroup(&mut [&mut account], &Regroup::Move("Nobody".into(), 1));
        assert_eq!(names([&account]), ["Desk", "Lab", "Team"]);
        account.buddies[2].groups.push("New".into());
        assert_eq!(names([&account]), ["Desk", "Lab", "Team", "New"]);
    }

    #[test]
    fn groups_are_folded_also_that_of_those_in_none() {
        let mut account = account();
        for name in ["Lab", ""] {
            regroup(&mut [&mut account], &Regroup::Fold(name.into(), true));
            assert!(is_folded(&account, name));
        }
        assert!(!is_folded(&account, "Team"));
        regroup(&mut [&mut account], &Regroup::Move("Lab".into(), -1));
        assert!(is_folded(&account, "Lab") && is_folded(&account, ""));
        regroup(&mut [&mut account], &Regroup::Fold("Lab".into(), false));
        assert!(!is_folded(&account, "Lab"));
    }

    #[test]
    fn two_groups_become_one_and_one_becomes_none() {
        let mut account = account();
        regroup(
            &mut [&mut account],
            &Regroup::Rename("Lab".into(), " Team ".into()),
        );
        assert_eq!(account.buddies[0].groups, ["Team"]);
        regroup(
            &mut [&mut account],
            &Regroup::Rename("Team".into(), "People".into()),
        );
        assert_eq!(names([&account]), ["People", "Desk"]);
        regroup(
            &mut [&mut account],
            &Regroup::Rename("Desk".into(), "  ".into()),
        );
        assert_eq!(names([&account]), ["People", "Desk"]);
        regroup(&mut [&mut account], &Regroup::Dissolve("Desk".into()));
        assert_eq!(names([&account]), ["People"]);
        assert_eq!(account.buddies.len(), 3);
    }

    #[test]
    fn groups_of_two_accounts_with_one_name_are_one() {
        let (mut office, mut home) = (account(), account());
        home.buddies[0].groups = vec!["Choir".into()];
        let shown = |office: &AccountSettings, home: &AccountSettings| names([office, home]);
        assert_eq!(shown(&office, &home), ["Team", "Lab", "Desk", "Choir"]);
        let mut both = |wish: Regroup| {
            regroup(&mut [&mut office, &mut home], &wish);
            shown(&office, &home)
        };
        let moved = both(Regroup::Move("Choir".into(), -9));
        assert_eq!(moved, ["Choir", "Team", "Lab", "Desk"]);
        let moved = both(Regroup::Move("Desk".into(), -1));
        assert_eq!(moved, ["Choir", "Team", "Desk", "Lab"]);
        let renamed = both(Regroup::Rename("Desk".into(), "Front".into()));
        assert_eq!(renamed, ["Choir", "Team", "Front", "Lab"]);
        both(Regroup::Fold("Front".into(), true));
        assert!(is_folded(&office, "Front") && is_folded(&home, "Front"));
        assert_eq!(home.buddies[1].groups, ["Front"]);
        assert_eq!(names([&home]), ["Choir", "Front"]);
    }

    #[test]
    fn somebody_is_put_beside_somebody_else_and_into_their_group() {
        let mut account = account();
        let mut put = |who: &str, from: &str, into: &str, beside: Option<(&str, bool)>| {
            let address = |user: &str| format!("sip:{user}@example.test");
            let placing = Placing {
                address: address(who),
                from: from.to_owned(),
                into: into.to_owned(),
                beside: beside.map(|(user, behind)| Beside {
                    address: address(user),
                    behind,
                }),
            };
            place(&mut account, &placing);
            let all = account.buddies.iter();
            all.map(|buddy| format!("{} {}", &buddy.address[4..5], buddy.groups.join("+")))
                .collect::<Vec<String>>()
        };
        let first = put("dave", "", "", Some(("bob", false)));
        assert_eq!(first, ["d ", "b Team+Lab", "c Desk"]);
        let last = put("dave", "", "Desk", Some(("carol", true)));
        assert_eq!(last, ["b Team+Lab", "c Desk", "d Desk"]);
        let out_of_one = put("bob", "Lab", "", None);
        assert_eq!(out_of_one, ["b Team", "c Desk", "d Desk"]);
        let nobody = put("bob", "Team", "Team", Some(("erin", true)));
        assert_eq!(nobody, ["b Team", "c Desk", "d Desk"]);
        assert_eq!(put("erin", "", "Team", None), nobody);
    }
}
