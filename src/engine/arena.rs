//! Values under small ids that are not used again soon.

use slab::Slab;

/// A slab whose keys carry a generation, so that the id of a value that is gone does not name its successor.
#[derive(Debug, Clone)]
pub(crate) struct Arena<T> {
    slots: Slab<(u32, T)>,
    serial: u32,
}

impl<T> Arena<T> {
    pub(crate) fn new() -> Self {
        Self {
            slots: Slab::new(),
            serial: 0,
        }
    }

    /// Keeps the value; the answer is its id. Beyond [`CAPACITY`] values, `None`.
    pub(crate) fn insert(&mut self, value: T) -> Option<u32> {
        if self.slots.len() >= CAPACITY {
            return None;
        }
        self.serial = (self.serial + 1) % (1 << GENERATION_BITS);
        let serial = self.serial;
        let slot = u32::try_from(self.slots.insert((serial, value))).ok()?;
        Some(serial << SLOT_BITS | slot)
    }

    pub(crate) fn remove(&mut self, id: u32) -> Option<T> {
        self.get(id)?;
        self.slots.try_remove(slot(id)).map(|(_, value)| value)
    }

    pub(crate) fn get(&self, id: u32) -> Option<&T> {
        let (serial, value) = self.slots.get(slot(id))?;
        (*serial == id >> SLOT_BITS).then_some(value)
    }

    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut T> {
        let (serial, value) = self.slots.get_mut(slot(id))?;
        (*serial == id >> SLOT_BITS).then_some(value)
    }

    /// Every id, in the order of the slots: always the same for the same history.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.iter().map(|(id, _)| id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> + '_ {
        self.slots.iter().filter_map(|(slot, (serial, value))| {
            Some((serial << SLOT_BITS | u32::try_from(slot).ok()?, value))
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

fn slot(id: u32) -> usize {
    (id & ((1 << SLOT_BITS) - 1)) as usize
}

const SLOT_BITS: u32 = 20;
const GENERATION_BITS: u32 = 32 - SLOT_BITS;

/// How many values fit: about a million.
pub(crate) const CAPACITY: usize = 1 << SLOT_BITS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_id_names_nothing() {
        let mut arena = Arena::new();
        let old = arena.insert("old").unwrap();
        assert_eq!(arena.remove(old), Some("old"));
        let new = arena.insert("new").unwrap();
        assert_ne!(old, new);
        assert_eq!(arena.get(old), None);
        assert_eq!(arena.remove(old), None);
        assert_eq!(arena.get_mut(new), Some(&mut "new"));
        assert_eq!(arena.ids().collect::<Vec<_>>(), [new]);
        assert!(!arena.is_empty());
    }
}
