//! The real program on a screen, with everything it keeps in a folder of the test's own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::bus::Bus;
use crate::leash::Leash;
use crate::picture::Area;
use crate::screen::{HEIGHT, Screen, WIDTH, Window, first_line, journal};
use crate::seen::{Look, Seen};
use crate::trace::{self, Traced};

/// A desk: a screen, a home, and perhaps a session bus.
pub struct Desk {
    pub screen: Screen,
    home: TempDir,
    bus: Option<Bus>,
    /// The language of the system.
    pub language: &'static str,
    /// A command that runs the program with a window, as `env` does: its name and what stands before the program's.
    pub within: Vec<String>,
}

/// A running program with its window.
pub struct Program<'a> {
    desk: &'a Desk,
    process: Leash,
    window: Window,
    trace: PathBuf,
    /// How it looks at present; the test says so when it changes it.
    pub look: Look,
    /// The size of everything, in percent.
    pub percent: usize,
    size: (usize, usize),
}

impl Desk {
    /// A desk without a session bus: there is no keyring.
    pub fn new() -> Self {
        Self {
            screen: Screen::start(),
            home: TempDir::new().expect("a home"),
            bus: None,
            language: "en_US.UTF-8",
            within: Vec::new(),
        }
    }

    /// A desk with an open keyring.
    pub fn with_keyring() -> Self {
        let mut bus = Bus::start();
        bus.open_keyring();
        Self {
            bus: Some(bus),
            ..Self::new()
        }
    }

    /// A desk with a session bus that nobody serves on yet.
    pub fn with_bus() -> Self {
        Self {
            bus: Some(Bus::start()),
            ..Self::new()
        }
    }

    /// The address of the bus, if there is one.
    pub fn bus(&self) -> Option<&str> {
        self.bus.as_ref().map(Bus::address)
    }

    /// Ends the bus while programs are on it.
    pub fn end_bus(&self) {
        self.bus.as_ref().expect("a bus").end();
    }

    /// The folder that everything is kept in.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The folder of the profile.
    pub fn profile(&self) -> PathBuf {
        self.home.path().join("profile")
    }

    /// What the settings file says; empty when there is none.
    pub fn settings(&self) -> String {
        fs::read_to_string(self.profile().join("settings.toml")).unwrap_or_default()
    }

    /// Demands that the settings file has all these lines.
    pub fn keeps(&self, lines: &[&str]) {
        let settings = self.settings();
        for line in lines {
            assert!(settings.contains(line), "{line} in:\n{settings}");
        }
    }

    /// Writes the settings file before the first start.
    pub fn put_settings(&self, text: &str) {
        fs::create_dir_all(self.profile()).expect("a folder");
        fs::write(self.profile().join("settings.toml"), text).expect("a file");
    }

    /// Starts the program and waits until its window is drawn, light and of normal size.
    pub fn start(&self, arguments: &[&str]) -> Program<'_> {
        self.start_in(Look::Light, 100, arguments)
    }

    /// Starts the program and waits until its window is drawn, light and of normal size; somebody else has the keyboard.
    pub fn start_behind(&self, arguments: &[&str]) -> Program<'_> {
        self.launch(Look::Light, 100, arguments, Screen::find_window)
    }

    /// Starts the program and waits until its window is drawn in this look and size.
    pub fn start_in(&self, look: Look, percent: usize, arguments: &[&str]) -> Program<'_> {
        self.launch(look, percent, arguments, Screen::wait_for_window)
    }

    fn launch(
        &self,
        look: Look,
        percent: usize,
        arguments: &[&str],
        find: fn(&Screen, &str) -> Window,
    ) -> Program<'_> {
        // A window that gets the keyboard asks where the mouse is, and takes it for its own.
        self.screen.point(WIDTH - 1, HEIGHT - 1);
        let trace = self.home.path().join("trace");
        let _ = fs::remove_file(&trace);
        let profile = self.profile();
        let mut all: Vec<&str> = self.within.iter().map(String::as_str).collect();
        all.extend([SISKIN, "-v", "--data-dir"]);
        all.push(profile.to_str().expect("UTF-8"));
        all.extend(["--trace", trace.to_str().expect("UTF-8")]);
        all.extend(arguments);
        let process = self.screen.run(all[0], &all[1..], |command| {
            self.furnish(command);
            command
                .stdout(journal(self.home.path()))
                .stderr(journal(self.home.path()));
        });
        let window = find(&self.screen, "Siskin");
        // A window may be larger than its screen.
        let (width, height) = self.screen.size(&window);
        let size = (width.min(WIDTH), height.min(HEIGHT));
        let program = Program {
            desk: self,
            process,
            window,
            trace,
            look,
            percent,
            size,
        };
        program.see("the first frame", Seen::is_drawn);
        program
    }

    /// Runs a command that needs no window to its end, with these variables; its exit status, output and errors.
    pub fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
        let mut command = Command::new("timeout");
        command
            .args(["30", SISKIN])
            .args(arguments)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null());
        self.furnish(&mut command);
        let output = command
            .envs(variables.iter().copied())
            .output()
            .expect("it runs");
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Starts the program once more for the profile whose window is open; exit status, output and errors.
    pub fn ask(&self, arguments: &[&str]) -> (i32, String, String) {
        let profile = self.profile();
        let mut all = vec!["--data-dir", profile.to_str().expect("UTF-8")];
        all.extend(arguments);
        self.run(&all, &[("DISPLAY", self.screen.display())])
    }

    /// A home of its own, a language, and the bus if there is one.
    fn furnish(&self, command: &mut Command) {
        let home = self.home.path();
        command
            .current_dir(home)
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("LANG", self.language)
            .env_remove("LANGUAGE")
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env_remove("RUST_LOG");
        if let Some(bus) = &self.bus {
            command.env("DBUS_SESSION_BUS_ADDRESS", bus.address());
        }
    }
}

impl Program<'_> {
    /// Looks once.
    pub fn look(&self) -> Seen {
        let (width, height) = self.size;
        let picture = self.desk.screen.look_at(width, height);
        Seen::new(picture, self.look, self.percent)
    }

    /// Looks again and again until `wanted` can be seen.
    ///
    /// # Panics
    /// When that does not happen in time; it names `what`, and the last picture is kept.
    pub fn see(&self, what: &str, wanted: impl Fn(&Seen) -> bool) -> Seen {
        self.wait_for(what, || {
            let seen = self.look();
            wanted(&seen).then_some(seen)
        })
    }

    /// Waits until the trace has what is `wanted`.
    ///
    /// # Panics
    /// When that does not happen in time; it names `what`.
    pub fn hear(&self, what: &str, wanted: impl Fn(&[Traced]) -> bool) -> Vec<Traced> {
        self.wait_for(what, || {
            let all = trace::read(&self.trace);
            wanted(&all).then_some(all)
        })
    }

    /// Waits until something else is so.
    ///
    /// # Panics
    /// When that does not happen in time; it names `what`.
    pub fn wait(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        self.wait_for(what, || is_so().then_some(()));
    }

    /// Waits until nothing has moved for a moment.
    pub fn see_still(&self) -> Seen {
        let mut before = self.look();
        self.wait_for("a still picture", || {
            thread::sleep(Duration::from_millis(150));
            let after = self.look();
            let still = before.picture == after.picture;
            before = after;
            still.then(|| before.clone())
        })
    }

    /// Presses the left button in the middle of something.
    pub fn click(&self, thing: Area) {
        let (x, y) = thing.middle();
        self.desk.screen.click(x, y);
    }

    /// Presses the left button in the middle of something, and lets it go at another place. Each step waits for the
    /// one before: the toolkit takes what has come meanwhile for what the mouse did where it is now.
    pub fn drag(&self, thing: Area, to: (usize, usize)) {
        let screen = &self.desk.screen;
        let (x, y) = thing.middle();
        screen.point(x, y);
        self.see_still();
        screen.hold(true);
        self.see_still();
        for step in 1..=DRAG_STEPS {
            let between =
                |from: usize, to: usize| (from * (DRAG_STEPS - step) + to * step) / DRAG_STEPS;
            screen.point(between(x, to.0), between(y, to.1));
        }
        self.see_still();
        screen.hold(false);
    }

    /// Turns the wheel in this column, halfway down the window, by so many notches; down when more than 0.
    pub fn wheel(&self, x: usize, notches: i32) {
        self.desk.screen.point(x, self.size.1 / 2);
        self.desk.screen.wheel(notches);
    }

    /// The width and height of what of the window is on the screen.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Moves the mouse to the middle of something.
    pub fn point(&self, thing: Area) {
        let (x, y) = thing.middle();
        self.desk.screen.point(x, y);
    }

    /// Presses a key or a combination.
    pub fn press(&self, key: &str) {
        self.desk.screen.press(key);
    }

    /// Presses Tab so often, and waits each time until the ring has moved: what was typed before has
    /// then arrived, and what is typed next goes to the right place.
    pub fn tab(&self, times: usize) -> Seen {
        (0..times).fold(self.look(), |seen, _| self.move_ring("Tab", &seen))
    }

    /// The other way round.
    pub fn tab_back(&self) -> Seen {
        self.move_ring("shift+Tab", &self.look())
    }

    fn move_ring(&self, key: &str, before: &Seen) -> Seen {
        let before = before.ring();
        self.press(key);
        self.see("the ring has moved", |seen| {
            seen.ring().is_some() && seen.ring() != before
        })
    }

    /// Types a text.
    pub fn write(&self, text: &str) {
        self.desk.screen.write(text);
    }

    /// The size of the window, and what of it is on the screen from now on.
    pub fn measure(&mut self) -> (usize, usize) {
        let (width, height) = self.desk.screen.size(&self.window);
        self.size = (width.min(WIDTH), height.min(HEIGHT));
        (width, height)
    }

    /// Waits until the window has this size.
    pub fn wait_for_size(&mut self, size: (usize, usize)) {
        let window = self.window.clone();
        self.wait(&format!("a window of {size:?}"), || {
            self.desk.screen.size(&window) == size
        });
        self.measure();
    }

    /// Changes the size of the window; when it grows, waits until it is drawn to its new edges.
    pub fn resize(&mut self, width: usize, height: usize) {
        self.desk.screen.resize(&self.window, width, height);
        let before = self.size;
        self.size = (width.min(WIDTH), height.min(HEIGHT));
        let (right, bottom) = (self.size.0 - 2, self.size.1 - 2);
        if right > before.0 || bottom > before.1 {
            self.see("a window that fills its size", |seen| {
                seen.picture.colour(right, bottom) != BLACK
            });
        }
    }

    /// Waits until the window has this in its title.
    pub fn wait_for_title(&self, title: &str) {
        self.desk.screen.wait_for_window(title);
    }

    /// Moves the mouse out of the window, so that nothing is lit by it.
    pub fn put_mouse_away(&self) {
        self.desk.screen.point(WIDTH - 1, HEIGHT - 1);
    }

    /// Keeps a picture of the window for people, when the environment names a folder for them.
    pub fn shoot(&self, name: &str) {
        let Some(folder) = std::env::var_os("SISKIN_SHOTS").filter(|name| !name.is_empty()) else {
            return;
        };
        let folder = PathBuf::from(folder);
        fs::create_dir_all(&folder).expect("a folder");
        self.put_mouse_away();
        self.see_still()
            .picture
            .keep(&folder.join(format!("{name}.png")));
    }

    /// Presses the window's own button for closing.
    pub fn close(&self) {
        self.desk.screen.close(&self.window);
    }

    /// Waits until the window is not on the screen any more.
    pub fn wait_until_hidden(&self) {
        self.wait_for("no window", || {
            (!self.desk.screen.has_window("Siskin")).then_some(())
        });
    }

    /// The window that the program has opened again.
    pub fn found_again(mut self) -> Self {
        self.window = self.desk.screen.wait_for_window("Siskin");
        self
    }

    /// Waits until the program has ended by itself; the exit status.
    pub fn ended(mut self) -> i32 {
        let status = self.process.wait(PATIENCE);
        status.expect("the program ends").code().unwrap_or(-1)
    }

    /// Closes the window with the keyboard; the exit status.
    pub fn quit(mut self) -> i32 {
        self.press("ctrl+q");
        let status = self.process.wait(Duration::from_secs(8));
        status
            .expect("Ctrl+Q ends the program")
            .code()
            .unwrap_or(-1)
    }

    fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            if Instant::now() >= end {
                self.fail(what);
            }
            thread::sleep(Duration::from_millis(80));
        }
    }

    /// Keeps a picture of the screen, and ends the test.
    ///
    /// # Panics
    /// Always.
    pub fn fail(&self, what: &str) -> ! {
        let thread = thread::current();
        let name = thread.name().unwrap_or("gui").replace(':', "_");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        self.desk.screen.photograph(&file);
        panic!("never seen: {what}; see {}", file.display());
    }
}

impl Drop for Program<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let journal = fs::read_to_string(self.desk.home.path().join("journal"));
            let _ = writeln!(
                std::io::stderr(),
                "--- the program said:\n{}",
                journal.unwrap_or_default()
            );
        }
    }
}

/// A demo server in a process of its own.
pub struct Server {
    _process: Leash,
    about: serde_json::Value,
}

impl Server {
    /// Starts it.
    pub fn start() -> Self {
        let arguments = ["demo", "--server-only", "--json"];
        let mut process = Leash::start(SISKIN, arguments, BOUND, |command| {
            command.stdout(Stdio::piped()).stderr(Stdio::null());
        })
        .expect("the server starts");
        let output = process.child().stdout.take().expect("a pipe");
        let line = first_line(output, PATIENCE).expect("it says how to connect");
        Self {
            _process: process,
            about: serde_json::from_str(&line).expect("JSON"),
        }
    }

    /// A field of what it says about itself: `account`, `password`, `proxy`, `proxy_tcp`, `xcap_root`.
    pub fn text(&self, field: &str) -> &str {
        self.about[field].as_str().expect("a text")
    }

    /// The password of somebody (`bob`).
    pub fn password_of(&self, user: &str) -> &str {
        let address = format!("sip:{user}@example.test");
        let users = self.about["users"].as_array().expect("a list");
        let found = users.iter().find(|known| known["address"] == address);
        found
            .and_then(|known| known["password"].as_str())
            .expect("a password")
    }
}

/// The program that is tested.
pub const SISKIN: &str = env!("CARGO_BIN_EXE_siskin");
/// A hand stops so often on its way.
const DRAG_STEPS: usize = 4;
/// A screen where no window is.
const BLACK: [u8; 3] = [0; 3];
/// Longer than anything takes; Bob's longest scene is the longest.
pub const PATIENCE: Duration = Duration::from_secs(45);
/// Whatever hangs is ended then.
const BOUND: Duration = Duration::from_secs(300);
