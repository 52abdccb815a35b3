//! The list of buddies: brought together with the server's, and offered to the list server.

use std::collections::BTreeMap;

use super::{Worker, unusable, unusable_document};
use crate::account::event::Fault;
use crate::account::job::{JobFault, ListWish, MergedList, Offer};
use crate::lists::{
    self, Conflict, Contact, Library, ListsError, Reading, ResourceLists, Roster, SERVICES_AUID,
    SERVICES_CONTENT_TYPE, Services, merge_lists,
};
use crate::xcap::{Cause, Client, EditError, Selector, XcapError, XcapUri};

/// Other people's documents, `None` where they cannot be read.
type Others = BTreeMap<String, Option<ResourceLists>>;

/// Why no change is made.
enum NoChange {
    /// There is nothing to be written.
    Needless,
    Fault(JobFault),
}

impl From<JobFault> for NoChange {
    fn from(fault: JobFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ListsError> for NoChange {
    fn from(error: ListsError) -> Self {
        Self::Fault(unusable(&error.to_string()))
    }
}

impl Worker {
    /// Merges the list with the one on the server, and writes there what is new here. What cannot be used and is
    /// `replaced` to the byte counts as nothing, and is replaced.
    pub(super) async fn merge(
        &mut self,
        wish: &ListWish,
        replaced: Option<&[u8]>,
    ) -> Result<MergedList, JobFault> {
        if let Some(address) = &wish.no_room {
            return Err(JobFault::full(address));
        }
        let client = self.client().await?;
        let others = self.others(&client).await?;
        let (root, path) = (self.account.root.clone(), self.list_path());
        let mut last: Option<(MergedList, ResourceLists, ResourceLists)> = None;
        let change = |bytes: Option<&[u8]>| {
            let used = bytes.filter(|bytes| replaced != Some(*bytes));
            let own = match used {
                Some(bytes) => parse(bytes, &path)?,
                None => ResourceLists::empty(&path)?,
            };
            let reading = read(&root, own.clone(), &others);
            // A document that is gone says nothing about people: a new server must not empty the list.
            let nothing = Roster::default();
            let base = if used.is_some() { &wish.base } else { &nothing };
            let (merged, written) = bring_together((base, wish.in_order), &wish.ours, &reading)?;
            let mut after = own.brought_to(&written)?;
            for group in &wish.dropped {
                after = after.without_group(group, &root)?;
            }
            let bytes_after = after.to_bytes();
            let needless = bytes.is_none() && written.is_empty();
            last = Some((merged, own, after));
            if needless {
                return Err(NoChange::Needless);
            }
            Ok(bytes_after)
        };
        let stored = client
            .edit(lists::AUID, lists::DOCUMENT, lists::CONTENT_TYPE, change)
            .await;
        let etag = match stored {
            Ok(stored) => stored.etag,
            Err(EditError::Change(NoChange::Needless)) => None,
            Err(EditError::Change(NoChange::Fault(fault))) => return Err(fault),
            Err(EditError::Xcap(error)) => return Err(self.fault(&error)),
        };
        let (merged, before, after) = last.ok_or_else(|| unusable("nothing was read"))?;
        self.hold(lists::AUID, etag, &after.to_bytes());
        if before.source() != after.source() && !wish.dropped.is_empty() {
            self.mend_services(&client, &before, &after).await;
        }
        Ok(merged)
    }

    /// Has the list server watch a group under an address, or under another one that the server offers (XC-024).
    pub(super) async fn offer(&mut self, offer: &Offer) -> Result<String, JobFault> {
        let client = self.client().await?;
        let document = client
            .fetch(lists::AUID, lists::DOCUMENT)
            .await
            .map_err(|error| self.fault(&error))?;
        let name = match document {
            Some(document) => ResourceLists::parse(&document.bytes, &self.list_path())
                .map_err(|error| unusable(&error.to_string()))?
                .list_name(offer.group.as_deref()),
            None => None,
        };
        let name = name.ok_or_else(|| {
            let group = offer.group.as_deref().unwrap_or_default();
            unusable(&match group {
                "" => "there is no list of people without a group on the server".to_owned(),
                group => format!("there is no list of the group '{group}' on the server"),
            })
        })?;
        let selector = Selector::root("resource-lists")
            .child("list")
            .with("name", &name);
        let account = &self.account;
        let list = XcapUri::document(&account.root, lists::AUID, &account.user, lists::DOCUMENT)
            .node(&selector)
            .to_string();
        let mut wished = vec![offer.address.clone()];
        let mut tried = Vec::new();
        while let Some(address) = wished.pop().filter(|_| tried.len() < ADDRESSES) {
            match self.put_service(&client, &address, &list).await {
                Ok(()) => return Ok(address),
                Err(EditError::Xcap(XcapError::Conflict(conflict))) => {
                    let Cause::NotUnique { alternatives } = &conflict.cause else {
                        return Err(self.fault(&XcapError::Conflict(conflict)));
                    };
                    tried.push(address);
                    let new = alternatives.iter().filter_map(|it| lists::canonical(it));
                    // The first that is offered is tried first.
                    let mut new: Vec<String> = new.filter(|it| !tried.contains(it)).collect();
                    new.reverse();
                    wished = new;
                }
                Err(error) => return Err(self.edit_fault(error)),
            }
        }
        Err(JobFault::lasting(
            Fault::Refused,
            format!("the address {} is taken", offer.address),
        ))
    }

    async fn put_service(
        &self,
        client: &Client,
        address: &str,
        list: &str,
    ) -> Result<(), EditError<JobFault>> {
        let root = &self.account.root;
        let change = |bytes: Option<&[u8]>| {
            let before = match bytes {
                Some(bytes) => Services::parse(bytes, root),
                None => Services::empty(root),
            };
            let after = before.and_then(|before| before.with_service(address, list, &["presence"]));
            after
                .map(|after| after.to_bytes())
                .map_err(|error| unusable(&error.to_string()))
        };
        client
            .edit(
                SERVICES_AUID,
                lists::DOCUMENT,
                SERVICES_CONTENT_TYPE,
                change,
            )
            .await
            .map(|_| ())
    }

    /// Takes out the services for lists that are gone. They do little harm where they stay.
    async fn mend_services(&self, client: &Client, before: &ResourceLists, after: &ResourceLists) {
        let root = &self.account.root;
        let change = |bytes: Option<&[u8]>| {
            let bytes = bytes.ok_or(None)?;
            Services::parse(bytes, root)
                .and_then(|services| services.without_lost_lists(before, after))
                .map(|services| services.to_bytes())
                .map_err(Some)
        };
        let mended = client
            .edit(
                SERVICES_AUID,
                lists::DOCUMENT,
                SERVICES_CONTENT_TYPE,
                change,
            )
            .await;
        let error = match mended {
            Ok(_) | Err(EditError::Change(None)) => return,
            Err(EditError::Change(Some(error))) => error.to_string(),
            Err(EditError::Xcap(error)) => error.to_string(),
        };
        tracing::info!(error, "list services may point to lists that are gone");
    }

    /// The documents that the own lists refer to.
    async fn others(&self, client: &Client) -> Result<Others, JobFault> {
        let document = client
            .fetch(lists::AUID, lists::DOCUMENT)
            .await
            .map_err(|error| self.fault(&error))?;
        let mut others = Others::new();
        let Some(document) = document else {
            return Ok(others);
        };
        let Ok(own) = ResourceLists::parse(&document.bytes, &self.list_path()) else {
            // The change says what is wrong with it.
            return Ok(others);
        };
        loop {
            let missing = read(&self.account.root, own.clone(), &others).missing;
            if missing.is_empty() {
                return Ok(others);
            }
            for path in missing {
                let fetched = client.fetch_path(&path).await;
                if let Err(error) = &fetched {
                    tracing::info!(%error, "a list of somebody else cannot be read");
                }
                let document = fetched.ok().flatten();
                let lists = document.and_then(|read| ResourceLists::parse(&read.bytes, &path).ok());
                others.insert(path, lists);
            }
        }
    }

    /// Where the own lists lie below the root.
    fn list_path(&self) -> String {
        let user = &self.account.user;
        format!("{}/users/{user}/{}", lists::AUID, lists::DOCUMENT)
    }
}

fn read(root: &str, own: ResourceLists, others: &Others) -> Reading {
    let mut library = Library::new(root, own);
    for (path, document) in others {
        library.put(path, document.clone());
    }
    library.read()
}

/// Reads the own lists, or keeps what cannot be read for the user to look at.
fn parse(bytes: &[u8], path: &str) -> Result<ResourceLists, JobFault> {
    ResourceLists::parse(bytes, path).map_err(|error| unusable_document(bytes, &error.to_string()))
}

/// What there is now, and what of it the own document is to say: whom lists of others name in the same way is left to
/// them. Where not everybody finds room nothing is to be written, for that would take people out.
fn bring_together(
    base: (&Roster, bool),
    ours: &Roster,
    reading: &Reading,
) -> Result<(MergedList, Roster), JobFault> {
    let theirs = reading
        .own
        .contacts()
        .iter()
        .chain(reading.shared.contacts());
    let merged = merge_lists(base, ours, &theirs.cloned().collect(), &reading.rows);
    if let Some(address) = merged.full() {
        return Err(JobFault::full(address));
    }
    let (mut roster, mut conflicts) = (merged.roster, merged.conflicts);
    let written = roster
        .contacts()
        .iter()
        .filter_map(|contact| left_to_write(contact, reading))
        .collect();
    for contact in reading.shared.contacts() {
        if roster.find(&contact.person()).is_none() && roster.add(contact.clone()) {
            conflicts.push(Conflict::Shared {
                address: contact.address.clone(),
            });
        }
    }
    let merged = MergedList {
        roster,
        conflicts,
        dangling: reading.dangling.clone(),
    };
    Ok((merged, written))
}

/// What the own document is to say about somebody, beside what lists of others say.
fn left_to_write(contact: &Contact, reading: &Reading) -> Option<Contact> {
    let person = contact.person();
    let (own, shared) = (reading.own.find(&person), reading.shared.find(&person));
    let Some(shared) = shared else {
        return Some(contact.clone());
    };
    let Some(own) = own else {
        return (!shared.says_the_same(contact)).then(|| contact.clone());
    };
    let mut left = contact.clone();
    left.groups
        .retain(|group| own.groups.contains(group) || !shared.groups.contains(group));
    if own.name.is_empty() && left.name == shared.name {
        left.name.clear();
    }
    Some(left)
}

/// Addresses that are tried for one service.
const ADDRESSES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::limits;

    fn person(number: usize) -> Contact {
        Contact::new(&format!("sip:u{number}@example.com")).expect("an address")
    }

    #[test]
    fn a_merge_over_the_limit_writes_nothing() {
        let mut reading = Reading::default();
        reading.own.add(person(limits::CONTACTS));
        let ours: Roster = (0..limits::CONTACTS).map(person).collect();
        let fault = bring_together((&Roster::default(), true), &ours, &reading).unwrap_err();
        let said = "there is no room for sip:u10000@example.com";
        assert!(fault.message.starts_with(said), "{}", fault.message);
        assert!(!fault.again);
        let ours: Roster = (1..limits::CONTACTS).map(person).collect();
        let (_, written) = bring_together((&Roster::default(), true), &ours, &reading).unwrap();
        assert_eq!(written.contacts().len(), limits::CONTACTS);
    }
}
