//! Mailboxes over several notifiers and accounts (RFC 3842 section 3.10).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::package::{address, limits};

use super::message::Message;
use super::summary::{Class, Counts, Summary};

/// What every notifier of a subscription last said, per account. `K` names a notifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailboxes<K> {
    subscribed: String,
    parts: BTreeMap<(String, K), Part>,
}

/// The last word of one notifier about one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it said.
    pub summary: Summary,
    /// When it said it.
    pub at: Timestamp,
}

/// One account as shown, summed over the notifiers that speak about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox<'a, K> {
    /// The account, in canonical form.
    pub account: String,
    /// Whether messages wait anywhere.
    pub waiting: bool,
    /// Sums per class, by class; empty when they are unknown.
    pub classes: Vec<(Class, Counts)>,
    /// Whether the sums are known: every notifier told numbers.
    pub counts_known: bool,
    /// Messages that came with the last summary of each notifier, each once; at most [`limits::MESSAGES`].
    pub messages: Vec<&'a Message>,
    /// Who contributed what.
    pub parts: Vec<(K, &'a Part)>,
}

impl<K: Ord + Copy> Mailboxes<K> {
    /// Nothing known yet. Summaries that name no account are about `subscribed`.
    pub fn new(subscribed: &str) -> Self {
        Self {
            subscribed: address::canonical(subscribed),
            parts: BTreeMap::new(),
        }
    }

    /// Takes a summary: it replaces the one of the same notifier about the same account. Tells whether anything that
    /// is shown changed.
    pub fn apply(&mut self, notifier: K, summary: Summary, at: Timestamp) -> bool {
        let account = summary
            .account
            .as_deref()
            .filter(|account| names_account(account))
            .map_or_else(|| self.subscribed.clone(), address::canonical);
        let changed = |before: &Part| {
            before.summary.waiting != summary.waiting
                || before.summary.classes != summary.classes
                || before.summary.messages != summary.messages
        };
        let key = (account, notifier);
        let changed = self.parts.get(&key).is_none_or(changed);
        // A group can name accounts without end; the earliest-heard ones of this notifier make room.
        if !self.parts.contains_key(&key)
            && self.parts.keys().filter(|(_, n)| *n == notifier).count() >= ACCOUNTS
        {
            let of_notifier = self.parts.iter().filter(|((_, n), _)| *n == notifier);
            if let Some(oldest) = of_notifier
                .min_by_key(|(_, part)| part.at)
                .map(|(key, _)| key.clone())
            {
                self.parts.remove(&oldest);
            }
        }
        self.parts.insert(key, Part { summary, at });
        changed
    }

    /// Takes out what a notifier said; its dialog has ended. Tells whether it had said anything.
    pub fn remove(&mut self, notifier: K) -> bool {
        self.retain(|_, n| n != notifier)
    }

    /// Keeps what notifiers said about accounts for which `keep` says so. Tells whether anything else had been said.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, K) -> bool) -> bool {
        let before = self.parts.len();
        self.parts
            .retain(|(account, notifier), _| keep(account, *notifier));
        self.parts.len() != before
    }

    /// Every account that anybody spoke about, by address.
    pub fn merged(&self) -> Vec<Mailbox<'_, K>> {
        let mut mailboxes: Vec<Mailbox<'_, K>> = Vec::new();
        for ((account, notifier), part) in &self.parts {
            match mailboxes.last_mut() {
                Some(mailbox) if mailbox.account == *account => {
                    mailbox.parts.push((*notifier, part));
                }
                _ => mailboxes.push(Mailbox {
                    account: account.clone(),
                    waiting: false,
                    classes: Vec::new(),
                    counts_known: false,
                    messages: Vec::new(),
                    parts: vec![(*notifier, part)],
                }),
            }
        }
        for mailbox in &mut mailboxes {
            mailbox.sum();
        }
        mailboxes
    }

    /// Whether messages wait in any account: the lamp.
    pub fn waiting(&self) -> bool {
        self.parts.values().any(|part| part.summary.waiting)
    }

    /// Whether nobody has said anything.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

impl<K> Mailbox<'_, K> {
    fn sum(&mut self) {
        self.waiting = self.parts.iter().any(|(_, part)| part.summary.waiting);
        for message in self
            .parts
            .iter()
            .flat_map(|(_, part)| &part.summary.messages)
        {
            if self.messages.len() < limits::MESSAGES && !self.messages.contains(&message) {
                self.messages.push(message);
            }
        }
        // A body without any number would make a sum look complete that is not.
        self.counts_known = self.parts.iter().all(|(_, part)| part.summary.has_counts());
        if !self.counts_known {
            return;
        }
        let mut sums: BTreeMap<Class, Counts> = BTreeMap::new();
        for (class, counts) in self
            .parts
            .iter()
            .flat_map(|(_, part)| &part.summary.classes)
        {
            sums.entry(class.clone())
                .and_modify(|sum| *sum = sum.plus(*counts))
                .or_insert(*counts);
        }
        self.classes = sums.into_iter().collect();
    }
}

/// Whether a Message-Account is the name that Asterisk gives itself there unless it is told otherwise.
pub fn names_server(account: &str) -> bool {
    let account = address::canonical(account);
    let rest = account
        .split_once(':')
        .map_or(account.as_str(), |(_, rest)| rest);
    let user = rest.split_once('@').map_or(rest, |(user, _)| user);
    user.eq_ignore_ascii_case("asterisk")
}

/// Whether a Message-Account tells which account a summary is about; a name without a scheme does not.
fn names_account(account: &str) -> bool {
    account.contains(':') && !names_server(account)
}

/// Accounts kept of one notifier.
const ACCOUNTS: usize = 1000;
