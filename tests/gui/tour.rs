//! Somebody who goes through the window with a real mouse, and knows by the screen reader what is called how and where
//! it is: so a click can be aimed at "Allow" and not at a colour.

use std::thread;
use std::time::{Duration, Instant};

use crate::picture::Area;
use crate::program::{Desk, PATIENCE, Program};
use crate::reader::{ENTRY, FOCUSED, ROW, Reader, Thing, written};

/// A window, a hand, and somebody who reads.
pub struct Tour<'a> {
    reader: Reader,
    program: String,
    pub siskin: Program<'a>,
}

/// What something is and how it is called.
#[derive(Debug, Clone, Copy)]
pub struct What<'w> {
    role: u32,
    name: &'w str,
    whole: bool,
}

/// What has exactly this name.
pub fn called(role: u32, name: &str) -> What<'_> {
    What {
        role,
        name,
        whole: true,
    }
}

/// What has a name that begins like this.
pub fn begins(role: u32, name: &str) -> What<'_> {
    What {
        role,
        name,
        whole: false,
    }
}

impl What<'_> {
    /// Whether it is this.
    pub fn is(&self, thing: &Thing) -> bool {
        let named = if self.whole {
            thing.name == self.name
        } else {
            thing.name.starts_with(self.name)
        };
        thing.role == self.role && named
    }
}

impl<'a> Tour<'a> {
    /// Starts on a desk with a bus: `start` opens the window.
    pub fn start(desk: &'a Desk, start: impl FnOnce(&'a Desk) -> Program<'a>) -> Self {
        let reader = Reader::start(desk.bus().expect("a bus"));
        let siskin = start(desk);
        let mut program = None;
        siskin.wait("the window can be read", || {
            program = reader.program();
            program.is_some()
        });
        Self {
            reader,
            program: program.unwrap_or_default(),
            siskin,
        }
    }

    /// Waits until everything in the window is so that `is_so`.
    pub fn until<T>(&self, what: &str, is_so: impl Fn(&[Thing]) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let all = self.reader.shown(&self.program);
            if let Some(found) = is_so(&all) {
                return found;
            }
            if Instant::now() >= end {
                self.siskin.fail(&format!("{what} in:\n{}", written(&all)));
            }
            thread::sleep(LOOKS);
        }
    }

    /// Waits until something is there.
    pub fn find(&self, what: What<'_>) -> Thing {
        self.find_so(what, "there", |_| true)
    }

    /// Waits until something is there that `is_so`.
    pub fn find_so(&self, what: What<'_>, word: &str, is_so: impl Fn(&Thing) -> bool) -> Thing {
        self.until(&format!("{what:?} {word}"), |all| {
            let mut found = all.iter().filter(|thing| what.is(thing));
            found.find(|thing| is_so(thing)).cloned()
        })
    }

    /// Waits until there is nothing such any more.
    pub fn miss(&self, what: What<'_>) {
        self.until(&format!("no {what:?}"), |all| {
            (!all.iter().any(|thing| what.is(thing))).then_some(())
        });
    }

    /// Waits until something is there and rests, and is where a hand reaches it: the wheel is turned until it is, or
    /// nothing moves any more.
    pub fn place(&self, what: What<'_>) -> Area {
        let end = Instant::now() + PATIENCE;
        let mut before = None;
        let mut wheeled = None;
        let mut rested = 0;
        loop {
            let thing = self.find(what);
            let place = self.reader.place(&thing);
            if let Some((x, y, width, height)) = place.filter(|_| place == before) {
                let whole = |side: i32| usize::try_from(side).unwrap_or(0);
                let notches = self.notches(thing.role, y, height);
                rested += 1;
                if notches == 0 || rested > AT_THE_END {
                    return Area {
                        x: whole(x),
                        y: whole(y),
                        width: whole(width),
                        height: whole(height),
                    };
                }
                // What the last turn has moved may not be told yet.
                if wheeled != place {
                    self.siskin.wheel(whole(x + width / 2), notches);
                    wheeled = place;
                    rested = 0;
                }
            }
            if Instant::now() >= end {
                self.siskin.fail(&format!("{what:?} at rest: {place:?}"));
            }
            before = place;
            thread::sleep(LOOKS);
        }
    }

    /// How far the wheel is to be turned until a hand reaches what is at this height.
    fn notches(&self, role: u32, y: i32, height: i32) -> i32 {
        let (_, bottom) = self.siskin.size();
        let middle = usize::try_from(y + height / 2).unwrap_or(0);
        // Rows go below what stands above their list.
        let top = if role == ROW { HEAD } else { 0 };
        if y < top {
            -2
        } else if middle + REACH * self.siskin.percent / 100 > bottom {
            2
        } else {
            0
        }
    }

    /// Clicks on something.
    pub fn click(&self, what: What<'_>) {
        let mut place = self.place(what);
        // It is clicked where it still is once the window has seen the mouse come.
        loop {
            self.siskin.point(place);
            self.siskin.see_still();
            let now = self.place(what);
            if now == place {
                return self.siskin.click(place);
            }
            place = now;
        }
    }

    /// Takes what is in a field away, types this, and waits until it is there.
    pub fn fill(&self, name: &str, text: &str) {
        let field = called(ENTRY, name);
        self.click(field);
        let thing = self.find_so(field, "with the keyboard", |thing| thing.is(FOCUSED));
        if self.reader.letters(&thing).is_some_and(|it| !it.is_empty()) {
            self.siskin.press("ctrl+a");
            self.siskin.press("BackSpace");
        }
        self.siskin.write(text);
        self.siskin.wait("what was typed is in the field", || {
            self.reader.letters(&thing).as_deref() == Some(text)
        });
    }

    /// Ends the program with a key; the exit status.
    pub fn quit(self) -> i32 {
        self.siskin.quit()
    }
}

/// Between two looks.
const LOOKS: Duration = Duration::from_millis(80);
/// So far above the lower edge of the window, at 100 %, things are out of reach: behind what stands at its foot.
const REACH: usize = 48;
/// What has rested for so many looks after a turn of the wheel is at the end.
const AT_THE_END: usize = 12;
/// So high is what stands above a list where it is highest.
const HEAD: i32 = 88;
