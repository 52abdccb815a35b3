//! The messages of all accounts in the order of time, and those among them that are looked for.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::account::{Trace, TraceLine, TraceReader};
use crate::ui::session::SessionId;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place among all that were ever taken in.
    pub place: u64,
    /// The account that it belongs to.
    pub account: Arc<str>,
    /// What it is.
    pub told: TraceLine,
}

/// An account that is logged in, or was tried, and its record.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Which run of which account, or which trial of one.
    pub run: Run,
    /// The account's address.
    pub account: &'a str,
    /// What it has recorded.
    pub trace: &'a Trace,
}

/// What has recorded messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Run {
    /// An account that is logged in.
    Session(SessionId),
    /// The trial of this number, before an account was logged in to.
    Trial(u64),
}

/// What is looked for. The default finds everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the message, of an address or of a name, in any case.
    pub text: String,
    /// The event package.
    pub package: Option<String>,
    /// The method.
    pub method: Option<String>,
    /// The addresses of the accounts; none: all.
    pub accounts: BTreeSet<String>,
    /// Only what went wrong.
    pub errors: bool,
}

/// The messages, bounded in number.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    lines: VecDeque<Arc<Line>>,
    found: VecDeque<Arc<Line>>,
    next: u64,
    sources: HashMap<Run, (u64, TraceReader)>,
    packages: BTreeSet<String>,
    methods: BTreeSet<String>,
    accounts: BTreeSet<String>,
}

impl Log {
    /// Takes in what has been recorded since; how many of it are found.
    pub(super) fn take(&mut self, sources: &[Source<'_>], filter: &Filter) -> usize {
        let mut new = Vec::new();
        for source in sources {
            let (next, reader) = self.sources.entry(source.run).or_default();
            let account: Arc<str> = source.account.into();
            if !self.accounts.contains(source.account) {
                self.accounts.insert(source.account.to_owned());
            }
            for entry in source.trace.since(*next) {
                *next = entry.number + 1;
                new.push((Arc::clone(&account), reader.read(entry)));
            }
        }
        // The accounts' messages in one order; each account's are in it already.
        new.sort_by_key(|(_, told)| told.entry.time);
        let mut found = 0;
        for (account, told) in new {
            remember(&mut self.packages, &told.package);
            remember(&mut self.methods, &told.method);
            let line = Arc::new(Line {
                place: self.next,
                account,
                told,
            });
            self.next += 1;
            if filter.finds(&line) {
                found += 1;
                self.found.push_back(Arc::clone(&line));
            }
            self.lines.push_back(line);
        }
        while self.lines.len() > MAX_LINES {
            self.lines.pop_front();
        }
        let first = self.lines.front().map_or(self.next, |line| line.place);
        while self.found.front().is_some_and(|line| line.place < first) {
            self.found.pop_front();
        }
        found
    }

    /// How many messages have been recorded since they were last taken in.
    pub(super) fn waiting(&self, sources: &[Source<'_>]) -> u64 {
        let counts = sources.iter().map(|source| {
            let known = self.sources.get(&source.run);
            let known = known.map(|(next, _)| *next).unwrap_or_default();
            source.trace.next_number().saturating_sub(known)
        });
        counts.sum()
    }

    /// Looks for something else.
    pub(super) fn look_for(&mut self, filter: &Filter) {
        let all = self.lines.iter();
        self.found = all.filter(|line| filter.finds(line)).cloned().collect();
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// What is found.
    pub(super) fn found(&self) -> &VecDeque<Arc<Line>> {
        &self.found
    }

    /// Event packages that were met, in order.
    pub(super) fn packages(&self) -> &BTreeSet<String> {
        &self.packages
    }

    /// Methods that were met, in order.
    pub(super) fn methods(&self) -> &BTreeSet<String> {
        &self.methods
    }

    /// The accounts whose messages are shown.
    pub(super) fn accounts(&self) -> &BTreeSet<String> {
        &self.accounts
    }

    /// Whether the messages belong to several accounts.
    pub(super) fn is_mixed(&self) -> bool {
        self.accounts.len() > 1
    }
}

impl Filter {
    fn finds(&self, line: &Line) -> bool {
        let told = &line.told;
        let is = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        if (self.errors && !told.is_error)
            || !is(&self.package, &told.package)
            || !is(&self.method, &told.method)
            || !(self.accounts.is_empty() || self.accounts.contains(&*line.account))
        {
            return false;
        }
        let wanted = self.text.trim().as_bytes();
        wanted.is_empty()
            || [told.resource.as_str(), &told.entry.peer, &line.account]
                .iter()
                .any(|part| contains(part.as_bytes(), wanted))
            || contains(&told.entry.bytes, wanted)
    }
}

/// Whether a text is in another one, whatever the case of its Latin letters.
fn contains(text: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else {
        return true;
    };
    let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(low, high, text).any(|at| {
        let part = text.get(at..at + wanted.len());
        part.is_some_and(|part| part.eq_ignore_ascii_case(wanted))
    })
}

fn remember(known: &mut BTreeSet<String>, name: &str) {
    if !name.is_empty() && known.len() < MAX_NAMES && !known.contains(name) {
        known.insert(name.to_owned());
    }
}

/// So many messages are shown; an account records as many.
const MAX_LINES: usize = 10_000;
/// So many packages, and methods, can be chosen.
const MAX_NAMES: usize = 12;
