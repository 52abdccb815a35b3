//! A queue of timers with lazy cancellation.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Moment;

/// Timers by the moment at which they fire; equal moments by key.
///
/// Nothing is ever searched for: a timer that is no longer wanted stays in the queue, and its owner recognises it when
/// it comes out (the owner remembers when it wants to be woken). [`TimerQueue::prune`] drops unwanted ones from the
/// front, and everywhere once they outnumber the wanted ones.
#[derive(Debug, Clone)]
pub struct TimerQueue<K> {
    heap: BinaryHeap<Reverse<(Moment, K)>>,
    /// The size after the last full clean-up.
    clean: usize,
}

impl<K: Ord + Copy> TimerQueue<K> {
    /// An empty queue.
    pub fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            clean: 0,
        }
    }

    /// Adds a timer.
    pub fn schedule(&mut self, at: Moment, key: K) {
        self.heap.push(Reverse((at, key)));
    }

    /// Takes the first timer whose moment has come.
    pub fn pop_due(&mut self, now: Moment) -> Option<(Moment, K)> {
        if self.next()? > now {
            return None;
        }
        self.pop_first()
    }

    /// Takes the first timer, whether or not its moment has come.
    pub fn pop_first(&mut self) -> Option<(Moment, K)> {
        self.heap.pop().map(|Reverse(timer)| timer)
    }

    /// Drops timers that are no longer wanted: at once at the front, so that [`TimerQueue::next`] tells the truth, and
    /// now and then everywhere, so that a timer set far ahead again and again does not fill the memory.
    pub fn prune(&mut self, mut wanted: impl FnMut(Moment, K) -> bool) {
        while let Some(Reverse((at, key))) = self.heap.peek() {
            if wanted(*at, *key) {
                break;
            }
            self.heap.pop();
        }
        if self.heap.len() > self.clean.saturating_mul(2).max(SMALL) {
            self.heap.retain(|Reverse((at, key))| wanted(*at, *key));
            self.clean = self.heap.len();
            if self.heap.capacity() > self.clean.saturating_mul(4).max(SMALL) {
                self.heap.shrink_to(self.clean.saturating_mul(2));
            }
        }
    }

    /// When the first timer fires.
    pub fn next(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// The first timer, which stays.
    pub fn first(&self) -> Option<(Moment, K)> {
        self.heap.peek().map(|Reverse(timer)| *timer)
    }

    /// How many timers there are, unwanted ones included.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether there is no timer.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<K: Ord + Copy> Default for TimerQueue<K> {
    fn default() -> Self {
        Self::new()
    }
}

/// Queues up to this size are never cleaned as a whole.
const SMALL: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::at;

    #[test]
    fn fires_in_order_and_not_early() {
        let mut queue = TimerQueue::new();
        for (seconds, key) in [(5, 'b'), (1, 'c'), (5, 'a')] {
            queue.schedule(at(seconds), key);
        }
        assert_eq!(queue.next(), Some(at(1)));
        assert_eq!(queue.pop_due(at(0)), None);
        assert_eq!(queue.pop_due(at(4)), Some((at(1), 'c')));
        assert_eq!(queue.pop_due(at(4)), None);
        assert_eq!(queue.pop_due(at(9)), Some((at(5), 'a')));
        assert_eq!(queue.pop_due(at(9)), Some((at(5), 'b')));
        assert!(queue.is_empty());
    }

    #[test]
    fn forgets_what_is_no_longer_wanted() {
        let mut queue = TimerQueue::new();
        for key in 0..10_000u32 {
            queue.schedule(at(u64::from(key)), key);
            queue.prune(|_, wanted| wanted == key);
            assert!(queue.len() <= SMALL + 1);
        }
        assert_eq!(queue.next(), Some(at(9_999)));
    }
}
