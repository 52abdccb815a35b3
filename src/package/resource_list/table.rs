//! What is known of a list: full and partial documents in order, inner lists included (RFC 4662 section 5.6).

use std::collections::HashMap;

use super::document::{InstanceState, Label, Resource};
use super::notice::{Content, Notice};
use crate::package::succession::{State, Version};
use crate::package::{Body, BodyError, address, limits};

/// What a package makes of the documents of a list's resources.
pub trait Documents {
    /// What is kept of one resource, as one instance tells it.
    type State;

    /// Takes a document about a resource. `known` is what the same instance told before, so that formats with partial
    /// documents keep their own order; after an error it stays, as far as the package says.
    fn take(
        &mut self,
        resource: &Resource,
        known: Option<Self::State>,
        body: &Body<'_>,
    ) -> (Self::State, Result<(), BodyError>);

    /// A document came that could not be read at all: what is known is no longer current.
    fn miss(&mut self, known: &mut Self::State);
}

/// A list as one dialog tells it. A new dialog begins with an empty one.
#[derive(Debug, Clone)]
pub struct Table<S> {
    uri: String,
    version: Version,
    labels: Vec<Label>,
    rows: Vec<Row<S>>,
    /// Where the row of an address is; addresses as written.
    places: HashMap<String, usize>,
    /// Number of documents taken.
    serial: u64,
}

/// What a document did to a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// An old or repeated document, of which nothing was used.
    pub discarded: bool,
    /// Something may be missing, here or in an inner list: the subscription should be refreshed, which brings the full
    /// state.
    pub resync_needed: bool,
    /// Resources whose documents could not be used, with the reason and the line on which the document begins; at most
    /// [`limits::REMARKS`].
    pub faults: Vec<(String, u32, BodyError)>,
}

/// A resource, once however many lists and instances tell about it (MG-009).
#[derive(Debug, Clone)]
pub struct Entry<'a, S> {
    /// Its address in canonical form.
    pub address: &'a str,
    /// Its names for people.
    pub labels: &'a [Label],
    /// How it stands: the newest word about it.
    pub standing: Standing<'a, S>,
    heard: u64,
}

/// How a resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a, S> {
    /// Nothing is known yet (RFC 4662 section 4.5).
    Unknown,
    /// Its owner has not decided yet.
    Pending,
    /// Its state is known.
    Active(&'a S),
    /// It is no longer told, with the reason.
    Terminated(Option<&'a str>),
}

#[derive(Debug, Clone)]
struct Row<S> {
    address: String,
    labels: Vec<Label>,
    instances: Vec<Held<S>>,
    heard: u64,
}

#[derive(Debug, Clone)]
struct Held<S> {
    id: String,
    state: InstanceState,
    known: Known<S>,
}

#[derive(Debug, Clone)]
enum Known<S> {
    Nothing,
    Document(S),
    List(Box<Table<S>>),
}

impl<S> Default for Table<S> {
    fn default() -> Self {
        Self {
            uri: String::new(),
            version: Version::default(),
            labels: Vec::new(),
            rows: Vec::new(),
            places: HashMap::new(),
            serial: 0,
        }
    }
}

impl<S> Table<S> {
    /// Takes what a NOTIFY says.
    pub fn apply(
        &mut self,
        notice: &Notice<'_>,
        documents: &mut impl Documents<State = S>,
    ) -> Applied {
        let mut applied = Applied::default();
        let mut used = self.size();
        self.serial += 1;
        let serial = self.serial;
        applied.discarded = !self.take(notice, serial, &mut used, documents, &mut applied);
        applied
    }

    /// Every resource that is not itself a list, in the order of the lists, each once.
    pub fn entries(&self) -> Vec<Entry<'_, S>> {
        let mut found = Found {
            entries: Vec::with_capacity(self.rows.len()),
            places: HashMap::with_capacity(self.rows.len()),
        };
        self.collect(&mut found);
        found.entries
    }

    /// Everything that the package keeps, of whatever instance.
    pub fn states_mut(&mut self) -> Vec<&mut S> {
        let mut states = Vec::new();
        for held in self.rows.iter_mut().flat_map(|row| &mut row.instances) {
            match &mut held.known {
                Known::Nothing => {}
                Known::Document(state) => states.push(state),
                Known::List(table) => states.extend(table.states_mut()),
            }
        }
        states
    }

    /// The same list is told on a new dialog, which counts its documents anew.
    pub fn begin_anew(&mut self) {
        self.version = Version::default();
        for held in self.rows.iter_mut().flat_map(|row| &mut row.instances) {
            if let Known::List(table) = &mut held.known {
                table.begin_anew();
            }
        }
    }

    /// The list's address as its document has it.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u64> {
        self.version.number()
    }

    /// The list's names for people.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Takes a document about this list; `false` when it is an old one.
    fn take(
        &mut self,
        notice: &Notice<'_>,
        serial: u64,
        used: &mut usize,
        documents: &mut impl Documents<State = S>,
        applied: &mut Applied,
    ) -> bool {
        let list = &notice.list;
        let state = if list.full {
            State::Full
        } else {
            State::Partial
        };
        let Some(gap) = self.version.take(list.version, state) else {
            return false;
        };
        applied.resync_needed |= gap;
        self.uri.clone_from(&list.uri);
        self.labels.clone_from(&list.labels);
        let mut before = HashMap::new();
        if list.full {
            *used = used.saturating_sub(self.size());
            let rows = std::mem::take(&mut self.rows);
            // What an instance told before goes on, so that its own partial documents find what they build upon.
            let places = std::mem::take(&mut self.places);
            let mut rows: Vec<Option<Row<S>>> = rows.into_iter().map(Some).collect();
            before = places
                .into_iter()
                .filter_map(|(uri, at)| Some((uri, rows.get_mut(at)?.take()?)))
                .collect();
        }
        for (resource, instances) in notice.resources() {
            let at = self.places.get(&resource.uri).copied();
            let old = match at {
                Some(at) => std::mem::take(&mut self.rows[at].instances),
                None => Vec::new(),
            };
            let at = match at {
                Some(at) => at,
                None if *used >= limits::RESOURCES => continue,
                None => {
                    *used += 1;
                    self.add(&resource.uri)
                }
            };
            // What goes on takes room again, and goes only where there is none left.
            let old = match before.remove(&resource.uri) {
                Some(row) => row.within(used),
                None => old,
            };
            let mut taken = Vec::with_capacity(instances.len());
            let mut old: Vec<Option<Held<S>>> = old.into_iter().map(Some).collect();
            for (instance, content) in instances {
                let known = old
                    .iter_mut()
                    .find(|held| held.as_ref().is_some_and(|held| held.id == instance.id))
                    .and_then(Option::take)
                    .map_or(Known::Nothing, |held| held.known);
                let known = match instance.state {
                    InstanceState::Active => {
                        let teller = Teller {
                            resource,
                            serial,
                            used: &mut *used,
                            applied: &mut *applied,
                        };
                        teller.tell(known, content, documents)
                    }
                    // No old document is kept as current (MG-009).
                    InstanceState::Pending | InstanceState::Terminated(_) => Known::Nothing,
                };
                taken.push(Held {
                    id: instance.id.clone(),
                    state: instance.state.clone(),
                    known,
                });
            }
            let row = &mut self.rows[at];
            row.labels.clone_from(&resource.labels);
            row.instances = taken;
            row.heard = serial;
        }
        true
    }

    fn add(&mut self, uri: &str) -> usize {
        let at = self.rows.len();
        self.rows.push(Row {
            address: address::canonical(uri),
            labels: Vec::new(),
            instances: Vec::new(),
            heard: 0,
        });
        self.places.insert(uri.to_owned(), at);
        at
    }

    /// Rows here and in inner lists.
    pub(super) fn size(&self) -> usize {
        let inner = self.rows.iter().flat_map(|row| &row.instances);
        self.rows.len() + inner.map(Held::size).sum::<usize>()
    }

    fn collect<'a>(&'a self, found: &mut Found<'a, S>) {
        for row in &self.rows {
            let mut is_list = false;
            for held in &row.instances {
                if let Known::List(table) = &held.known {
                    is_list = true;
                    table.collect(found);
                }
            }
            if !is_list {
                let standings = row.instances.iter().map(Held::standing);
                let standing = standings.fold(Standing::Unknown, |best, next| {
                    if next.rank() > best.rank() {
                        next
                    } else {
                        best
                    }
                });
                found.add(Entry {
                    address: &row.address,
                    labels: &row.labels,
                    standing,
                    heard: row.heard,
                });
            }
        }
    }
}

impl<S> Row<S> {
    /// The instances of a row that goes on; an inner list that would be too much is forgotten, and told anew.
    fn within(mut self, used: &mut usize) -> Vec<Held<S>> {
        for held in &mut self.instances {
            let size = held.size();
            if *used + size > limits::RESOURCES {
                held.known = Known::Nothing;
            } else {
                *used += size;
            }
        }
        self.instances
    }
}

impl<S> Held<S> {
    /// Rows of the inner list, if it is one.
    fn size(&self) -> usize {
        match &self.known {
            Known::List(table) => table.size(),
            Known::Nothing | Known::Document(_) => 0,
        }
    }

    fn standing(&self) -> Standing<'_, S> {
        match (&self.state, &self.known) {
            (InstanceState::Active, Known::Document(state)) => Standing::Active(state),
            (InstanceState::Active, _) => Standing::Unknown,
            (InstanceState::Pending, _) => Standing::Pending,
            (InstanceState::Terminated(reason), _) => Standing::Terminated(reason.as_deref()),
        }
    }
}

impl<S> Standing<'_, S> {
    /// Which of several equally new words about a resource is shown: the one that says most.
    fn rank(&self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Terminated(_) => 1,
            Self::Pending => 2,
            Self::Active(_) => 3,
        }
    }
}

/// Entries on their way out.
struct Found<'a, S> {
    entries: Vec<Entry<'a, S>>,
    places: HashMap<&'a str, usize>,
}

impl<'a, S> Found<'a, S> {
    /// Adds a word about a resource, or puts it in the place of an older one.
    fn add(&mut self, entry: Entry<'a, S>) {
        let Some(&at) = self.places.get(entry.address) else {
            self.places.insert(entry.address, self.entries.len());
            self.entries.push(entry);
            return;
        };
        let held = &mut self.entries[at];
        // Who says nothing does not outdo who says something, however new.
        let weight = |entry: &Entry<'_, S>| {
            let rank = entry.standing.rank();
            (rank > 0, entry.heard, rank)
        };
        if weight(&entry) > weight(held) {
            let labels = if entry.labels.is_empty() {
                held.labels
            } else {
                entry.labels
            };
            *held = Entry { labels, ..entry };
        } else if held.labels.is_empty() {
            held.labels = entry.labels;
        }
    }
}

/// What an active instance tells.
struct Teller<'t> {
    resource: &'t Resource,
    serial: u64,
    /// Rows of the whole table so far.
    used: &'t mut usize,
    applied: &'t mut Applied,
}

impl Teller<'_> {
    fn tell<S>(
        self,
        known: Known<S>,
        content: Content<'_, '_>,
        documents: &mut impl Documents<State = S>,
    ) -> Known<S> {
        match content {
            Content::Nothing => Known::Nothing,
            Content::Document(part) => {
                let before = match known {
                    Known::Document(state) => Some(state),
                    Known::Nothing | Known::List(_) => None,
                };
                match part.body() {
                    Ok(body) => {
                        let (state, result) = documents.take(self.resource, before, &body);
                        if let Err(error) = result {
                            self.fault(part.first_line, error);
                        }
                        Known::Document(state)
                    }
                    Err(error) => {
                        self.fault(part.first_line, error);
                        before.map_or(Known::Nothing, |mut state| {
                            documents.miss(&mut state);
                            Known::Document(state)
                        })
                    }
                }
            }
            Content::List(notice) => {
                let mut table = match known {
                    Known::List(table) => table,
                    Known::Nothing | Known::Document(_) => Box::default(),
                };
                table.take(notice, self.serial, self.used, documents, self.applied);
                Known::List(table)
            }
            Content::Unusable(error) => {
                let mut known = known;
                match &mut known {
                    Known::Nothing => {}
                    Known::Document(state) => documents.miss(state),
                    Known::List(table) => {
                        for state in table.states_mut() {
                            documents.miss(state);
                        }
                    }
                }
                self.fault(1, error.clone());
                known
            }
        }
    }

    fn fault(self, line: u32, error: BodyError) {
        if self.applied.faults.len() < limits::REMARKS {
            self.applied
                .faults
                .push((self.resource.uri.clone(), line, error));
        }
    }
}
