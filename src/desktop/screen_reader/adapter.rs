//! The accessibility bus of a Linux session (AT-SPI), through AccessKit.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use accesskit::{
    Action, ActionHandler, ActionRequest, ActivationHandler, DeactivationHandler, Node, NodeId,
    TreeId, TreeInfo, TreeUpdate,
};
use accesskit_unix::Adapter;
use tokio::sync::Notify;

use super::nodes::{self, WINDOW};
use super::{Picture, Wish};

/// A way to the screen readers of the session, for one window. What is cloned is the same way; when the last one goes, the
/// window is gone for the readers too.
#[derive(Clone)]
pub struct ScreenReader {
    bell: Arc<Bell>,
    telling: Arc<Mutex<Telling>>,
}

impl fmt::Debug for ScreenReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScreenReader(listening: {})", self.is_listening())
    }
}

/// What the bus wants of the window. AccessKit calls from a thread of its own.
#[derive(Default)]
struct Bell {
    rings: Notify,
    listening: AtomicBool,
    /// Whether nothing has been told yet to those who listen.
    fresh: AtomicBool,
    wishes: Mutex<Vec<Wish>>,
}

/// What the window has told.
struct Telling {
    adapter: Adapter,
    told: HashMap<NodeId, Node>,
    focus: NodeId,
}

impl ScreenReader {
    /// Asks the session to say when somebody listens. Returns at once, whether there is a session or not.
    pub fn open() -> Option<Self> {
        let bell = Arc::new(Bell::default());
        let end = || Handler(Arc::clone(&bell));
        let telling = Telling {
            adapter: Adapter::new(end(), end(), end()),
            told: HashMap::new(),
            focus: WINDOW,
        };
        Some(Self {
            bell,
            telling: Arc::new(Mutex::new(telling)),
        })
    }

    /// Waits until something is wanted of the window: its picture, or a wish is to be fulfilled.
    pub async fn wanted(&self) {
        self.bell.rings.notified().await;
    }

    /// Whether anybody listens. While nobody does, no picture needs to be made.
    pub fn is_listening(&self) -> bool {
        self.bell.listening.load(Ordering::Acquire)
    }

    /// What was asked for since.
    pub fn wishes(&self) -> Vec<Wish> {
        std::mem::take(&mut locked(&self.bell.wishes))
    }

    /// Tells what the window shows, as far as that has changed.
    pub fn show(&self, picture: &Picture) {
        let now = nodes::all(picture);
        let mut telling = locked(&self.telling);
        let Telling {
            adapter,
            told,
            focus,
        } = &mut *telling;
        let same = *focus == now.focus && *told == now.nodes;
        if same && !self.bell.fresh.load(Ordering::Acquire) {
            return;
        }
        adapter.update_if_active(|| {
            // Asked for here, where AccessKit lets nobody begin to listen.
            if self.bell.fresh.swap(false, Ordering::AcqRel) {
                told.clear();
            }
            let tree = told.is_empty().then(|| TreeInfo::new(WINDOW));
            let changed = |(id, node): &(&NodeId, &Node)| told.get(id) != Some(*node);
            let nodes = now.nodes.iter().filter(changed);
            let nodes = nodes.map(|(id, node)| (*id, node.clone())).collect();
            *focus = now.focus;
            *told = now.nodes;
            TreeUpdate {
                nodes,
                tree,
                tree_id: TreeId::ROOT,
                focus: *focus,
            }
        });
    }

    /// Tells whether the window has the keyboard.
    pub fn attend(&self, focused: bool) {
        let mut telling = locked(&self.telling);
        telling.adapter.update_window_focus_state(focused);
    }
}

/// AccessKit's side of the bell.
struct Handler(Arc<Bell>);

impl ActivationHandler for Handler {
    fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
        // The window is asked for its picture; this thread must not wait for it.
        self.0.fresh.store(true, Ordering::Release);
        self.0.listening.store(true, Ordering::Release);
        self.0.rings.notify_one();
        None
    }
}

impl DeactivationHandler for Handler {
    fn deactivate_accessibility(&mut self) {
        self.0.listening.store(false, Ordering::Release);
    }
}

impl ActionHandler for Handler {
    fn do_action(&mut self, request: ActionRequest) {
        let NodeId(id) = request.target_node;
        let wish = match request.action {
            Action::Click => Wish::Press(id),
            Action::Focus | Action::ScrollIntoView => Wish::Focus(id),
            _ => return,
        };
        let mut wishes = locked(&self.0.wishes);
        if wishes.len() < WISHES {
            wishes.push(wish);
        }
        drop(wishes);
        self.0.rings.notify_one();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wishes that may wait for a slow window.
const WISHES: usize = 64;
