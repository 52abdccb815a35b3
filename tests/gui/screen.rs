//! A screen without a monitor, with hands and eyes.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::leash::Leash;
use crate::picture::Picture;

/// An X server of this test's own.
pub struct Screen {
    name: String,
    _server: Leash,
}

/// A window on a screen, by its X number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window(String);

impl Screen {
    /// Starts a server on a display number that is free.
    pub fn start() -> Self {
        let size = format!("{WIDTH}x{HEIGHT}x24");
        // It writes its number to standard output once it takes connections.
        let arguments = [
            "-displayfd",
            "1",
            "-noreset",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            size.as_str(),
        ];
        let mut server = Leash::start("Xvfb", arguments, BOUND, |command| {
            command.stdout(Stdio::piped()).stderr(Stdio::null());
        })
        .expect("Xvfb is installed");
        let output = server.child().stdout.take().expect("a pipe");
        let number = first_line(output, PATIENCE).expect("Xvfb says its number");
        Self {
            name: format!(":{number}"),
            _server: server,
        }
    }

    /// The value for DISPLAY.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What programs call this screen.
    pub fn display(&self) -> &str {
        &self.name
    }

    /// Starts a program that shows a window here. The environment knows no other display and no
    /// other bus; `configure` can add to it.
    pub fn run(
        &self,
        program: &str,
        arguments: &[&str],
        configure: impl FnOnce(&mut Command),
    ) -> Leash {
        Leash::start(program, arguments, BOUND, |command| {
            command
                .env("DISPLAY", &self.name)
                .env_remove("WAYLAND_DISPLAY")
                .env_remove("DBUS_SESSION_BUS_ADDRESS");
            configure(command);
        })
        .expect("the program runs")
    }

    /// Waits for a window whose title contains `title`, and gives it the keyboard: there is no
    /// window manager that would do so.
    ///
    /// # Panics
    /// When none appears in time.
    pub fn wait_for_window(&self, title: &str) -> Window {
        let window = self.find_window(title);
        self.hand(&["windowfocus", "--sync", &window.0]);
        window
    }

    /// Waits for a window whose title contains `title`, and leaves the keyboard where it is.
    ///
    /// # Panics
    /// When none appears in time.
    pub fn find_window(&self, title: &str) -> Window {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let found = self.hand(&["search", "--onlyvisible", "--name", title]);
            if let Some(number) = found.lines().next() {
                return Window(number.to_owned());
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("no window called {title:?}");
    }

    /// Whether a window with this in its title is on the screen.
    pub fn has_window(&self, title: &str) -> bool {
        let found = self.hand(&["search", "--onlyvisible", "--name", title]);
        !found.trim().is_empty()
    }

    /// Asks a window to close, as the button of a window manager does.
    pub fn close(&self, window: &Window) {
        use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

        let (connection, _) = x11rb::connect(Some(&self.name)).expect("the screen");
        let atom = |name: &str| {
            let asked = connection.intern_atom(false, name.as_bytes());
            asked.expect("a question").reply().expect("a name").atom
        };
        let window: u32 = window.0.trim().parse().expect("a number");
        let data = [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        connection
            .send_event(false, window, EventMask::NO_EVENT, event)
            .expect("an event")
            .check()
            .expect("the screen passes it on");
    }

    /// Tells programs how fine the display is, as the settings of a desktop do: 96 dots in an inch are usual.
    pub fn set_dots(&self, dots: u32) {
        use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, PropMode};
        use x11rb::wrapper::ConnectionExt as _;

        let (connection, number) = x11rb::connect(Some(&self.name)).expect("the screen");
        let root = x11rb::connection::Connection::setup(&connection).roots[number].root;
        let words = format!("Xft.dpi:\t{dots}\n");
        connection
            .change_property8(
                PropMode::REPLACE,
                root,
                AtomEnum::RESOURCE_MANAGER,
                AtomEnum::STRING,
                words.as_bytes(),
            )
            .expect("a property")
            .check()
            .expect("the screen keeps it");
        // It has arrived once the server has answered something else.
        let _ = connection.get_input_focus().expect("a question").reply();
    }

    /// Moves the mouse and presses its left button.
    pub fn click(&self, x: usize, y: usize) {
        self.hand(&["mousemove", &x.to_string(), &y.to_string()]);
        self.hand(&["click", "1"]);
    }

    /// Presses the left button where the mouse is, or lets it go.
    pub fn hold(&self, down: bool) {
        let what = if down { "mousedown" } else { "mouseup" };
        self.hand(&[what, "1"]);
    }

    /// Turns the wheel by so many notches; down when more than 0.
    pub fn wheel(&self, notches: i32) {
        let button = if notches > 0 { "5" } else { "4" };
        let times = notches.unsigned_abs().to_string();
        self.hand(&["click", "--repeat", &times, "--delay", "5", button]);
    }

    /// Moves the mouse.
    pub fn point(&self, x: usize, y: usize) {
        self.hand(&["mousemove", &x.to_string(), &y.to_string()]);
    }

    /// Where the mouse is.
    pub fn mouse(&self) -> (usize, usize) {
        let place = self.hand(&["getmouselocation", "--shell"]);
        let value = |name: &str| {
            place
                .lines()
                .find_map(|line| line.strip_prefix(name)?.parse().ok())
                .unwrap_or(0)
        };
        (value("X="), value("Y="))
    }

    /// Presses a key or a combination, by its X name: `Tab`, `shift+Tab`, `Return`, `ctrl+q`.
    pub fn press(&self, key: &str) {
        self.hand(&["key", "--clearmodifiers", key]);
    }

    /// Types a text.
    pub fn write(&self, text: &str) {
        self.hand(&["type", "--delay", "5", "--", text]);
    }

    /// Changes the size of a window.
    pub fn resize(&self, window: &Window, width: usize, height: usize) {
        self.hand(&[
            "windowsize",
            "--sync",
            &window.0,
            &width.to_string(),
            &height.to_string(),
        ]);
    }

    /// The size of a window.
    pub fn size(&self, window: &Window) -> (usize, usize) {
        let place = self.hand(&["getwindowgeometry", "--shell", &window.0]);
        let value = |name: &str| {
            place
                .lines()
                .find_map(|line| line.strip_prefix(name)?.parse().ok())
                .unwrap_or(1)
        };
        (value("WIDTH="), value("HEIGHT="))
    }

    /// What the screen shows now.
    pub fn look(&self) -> Picture {
        self.look_at(WIDTH, HEIGHT)
    }

    /// What the upper left part of the screen shows now, in this size.
    pub fn look_at(&self, width: usize, height: usize) -> Picture {
        let part = format!("{width}x{height}+0+0");
        let output = Command::new("import")
            .args(["-display", &self.name, "-silent", "-window", "root"])
            .args(["-crop", &part, "-depth", "8", "rgb:-"])
            .output()
            .expect("ImageMagick is installed");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Picture::new(width, height, output.stdout)
    }

    /// Looks again and again until `wanted` says yes; the picture that it said yes to.
    ///
    /// # Panics
    /// When that does not happen within `bound`; the last picture is then kept and named.
    pub fn wait_until(&self, bound: Duration, wanted: impl Fn(&Picture) -> bool) -> Picture {
        let end = Instant::now() + bound;
        loop {
            let picture = self.look();
            if wanted(&picture) {
                return picture;
            }
            if Instant::now() >= end {
                let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
                let file =
                    folder.join(format!("{}.png", thread::current().name().unwrap_or("gui")));
                self.photograph(&file);
                panic!("the screen never showed it; see {}", file.display());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until nothing has moved for a moment.
    pub fn wait_until_still(&self) -> Picture {
        let end = Instant::now() + PATIENCE;
        let mut before = self.look();
        while Instant::now() < end {
            thread::sleep(Duration::from_millis(150));
            let after = self.look();
            if before == after {
                break;
            }
            before = after;
        }
        before
    }

    /// Writes what the screen shows to a PNG file.
    pub fn photograph(&self, file: &Path) {
        let status = Command::new("import")
            .args(["-display", &self.name, "-silent", "-window", "root"])
            .arg(file)
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "no picture {}",
            file.display()
        );
    }

    /// xdotool, for at most a few seconds.
    fn hand(&self, arguments: &[&str]) -> String {
        let output = Command::new("timeout")
            .args(["10", "xdotool"])
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output()
            .expect("xdotool is installed");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// A desktop's word on how fine its displays are, which it can change while programs run (XSETTINGS).
pub struct Dots {
    connection: x11rb::rust_connection::RustConnection,
    window: u32,
}

impl Dots {
    /// Takes the place of the desktop on a screen; 96 dots in an inch are usual.
    pub fn tell(screen: &str, dots: u32) -> Self {
        use x11rb::connection::Connection as _;
        use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, WindowClass};

        let (connection, number) = x11rb::connect(Some(screen)).expect("the screen");
        let root = connection.setup().roots[number].root;
        let window = connection.generate_id().expect("a number");
        connection
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                root,
                -1,
                -1,
                1,
                1,
                0,
                WindowClass::INPUT_OUTPUT,
                x11rb::COPY_FROM_PARENT,
                &CreateWindowAux::new(),
            )
            .expect("a window")
            .check()
            .expect("the screen makes it");
        let dots_of = Self { connection, window };
        dots_of.set(dots);
        let selection = dots_of.atom("_XSETTINGS_S0");
        dots_of
            .connection
            .set_selection_owner(window, selection, x11rb::CURRENT_TIME)
            .expect("a selection")
            .check()
            .expect("the screen gives it");
        dots_of
    }

    /// Tells another fineness.
    pub fn set(&self, dots: u32) {
        use x11rb::protocol::xproto::PropMode;
        use x11rb::wrapper::ConnectionExt as _;

        let settings = self.atom("_XSETTINGS_SETTINGS");
        // Little-endian: a serial number, one setting, an integer with a name of seven letters, its serial number and
        // value in 1024ths of a dot.
        let mut words = vec![b'l', 0, 0, 0];
        words.extend([0, 1].map(u32::to_le_bytes).concat());
        words.extend([0, 0, 7, 0]);
        words.extend(b"Xft/DPI\0");
        words.extend([0, 1024 * dots].map(u32::to_le_bytes).concat());
        self.connection
            .change_property8(PropMode::REPLACE, self.window, settings, settings, &words)
            .expect("a property")
            .check()
            .expect("the screen keeps it");
    }

    fn atom(&self, name: &str) -> u32 {
        use x11rb::protocol::xproto::ConnectionExt as _;

        let asked = self.connection.intern_atom(false, name.as_bytes());
        asked.expect("a question").reply().expect("a name").atom
    }
}

/// The first line that a program writes, if it comes in time.
pub fn first_line(output: impl Read + Send + 'static, bound: Duration) -> Option<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        let mut output = BufReader::new(output);
        let read = output.read_line(&mut line);
        let _ = sender.send(line.trim().to_owned());
        // Nobody may find the pipe closed when writing the next line.
        if read.is_ok() {
            let _ = std::io::copy(&mut output, &mut std::io::sink());
        }
    });
    lines
        .recv_timeout(bound)
        .ok()
        .filter(|line| !line.is_empty())
}

/// A file that takes what a program says, for the message of a failing test.
pub fn journal(folder: &Path) -> File {
    File::options()
        .create(true)
        .append(true)
        .open(folder.join("journal"))
        .expect("a file")
}

/// Columns of the screen.
pub const WIDTH: usize = 1280;
/// Rows of the screen.
pub const HEIGHT: usize = 900;
const PATIENCE: Duration = Duration::from_secs(45);
/// Whatever hangs is ended then.
const BOUND: Duration = Duration::from_secs(300);
