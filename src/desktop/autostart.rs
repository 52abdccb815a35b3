//! Whether the program starts together with the desktop session: a file that the desktop reads at its start (XDG Desktop
//! Application Autostart Specification).
//!
//! The file itself is the setting: nothing else remembers it, so nothing can contradict what the desktop will do.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// How the program starts with the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Start {
    /// Not at all.
    Never,
    /// With its window.
    Window,
    /// As an icon in the panel.
    Minimised,
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One of our own choices.
    Ours(Start),
    /// Somebody has changed it: it is left alone until the user chooses.
    Edited,
}

/// Why the file could not be written or removed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} cannot be changed: {detail}", path.display())]
pub struct AutostartError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub detail: String,
}

/// The file, and the program that it starts.
#[derive(Debug, Clone)]
pub struct Autostart {
    path: PathBuf,
    program: Vec<String>,
}

impl Autostart {
    /// The file of this user for the program with these arguments; `None` on systems without such files, or where the
    /// program's own name is unknown.
    pub fn of_user(arguments: &[OsString]) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let folders = directories::BaseDirs::new()?;
        // What a bundle unpacks goes away with the program.
        let program = std::env::var_os("APPIMAGE")
            .map(PathBuf::from)
            .or_else(|| std::env::current_exe().ok())?;
        let mut line = vec![program.to_str()?.to_owned()];
        for argument in arguments {
            line.push(argument.to_str()?.to_owned());
        }
        Some(Self::new(&folders.config_dir().join("autostart"), line))
    }

    fn new(folder: &Path, program: Vec<String>) -> Self {
        Self {
            path: folder.join(FILE),
            program,
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file says now.
    pub fn found(&self) -> Found {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Found::Ours(Start::Never);
            }
            Err(_) => return Found::Edited,
        };
        for start in [Start::Window, Start::Minimised] {
            if text == self.text(start) {
                return Found::Ours(start);
            }
        }
        // Desktops switch programs off with these lines and leave the rest.
        let says = |line: &str| text.lines().any(|found| found.replace(' ', "") == line);
        if says("Hidden=true") || says("X-GNOME-Autostart-enabled=false") {
            return Found::Ours(Start::Never);
        }
        Found::Edited
    }

    /// Writes the file, whole or not at all, or removes it.
    ///
    /// # Errors
    /// The system does not let it; then the file is as it was.
    pub fn choose(&self, start: Start) -> Result<(), AutostartError> {
        let done = if start == Start::Never {
            match fs::remove_file(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            }
        } else {
            self.write(&self.text(start))
        };
        done.map_err(|error| AutostartError {
            path: self.path.clone(),
            detail: error.to_string(),
        })
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let folder = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn text(&self, start: Start) -> String {
        let mut line: Vec<String> = self.program.iter().map(|part| quoted(part)).collect();
        if start == Start::Minimised {
            line.push("--minimised".to_owned());
        }
        format!(
            "[Desktop Entry]\nType=Application\nVersion=1.4\nName=Siskin\nExec={}\nIcon={ID}\nTerminal=false\n",
            line.join(" ")
        )
    }
}

/// An argument as the Desktop Entry Specification wants it: quoted, and then escaped once more as a string of the file.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=,@".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    let mut out = String::from("\"");
    for c in argument.chars() {
        match c {
            '\\' => out.push_str("\\\\\\\\"),
            '"' | '`' | '$' => {
                out.push_str("\\\\");
                out.push(c);
            }
            '%' => out.push_str("%%"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The name of the program among desktop entries.
const ID: &str = "io.github.siskin.Siskin";
const FILE: &str = "io.github.siskin.Siskin.desktop";

#[cfg(test)]
mod tests {
    use super::*;

    fn autostart(folder: &Path) -> Autostart {
        let program = ["/opt/my programs/siskin", "--data-dir", "/home/alice/50%"];
        Autostart::new(folder, program.map(str::to_owned).into())
    }

    #[test]
    fn the_file_is_the_setting() {
        let home = tempfile::tempdir().unwrap();
        let autostart = autostart(&home.path().join("autostart"));
        assert_eq!(autostart.found(), Found::Ours(Start::Never));
        for start in [Start::Window, Start::Minimised, Start::Never, Start::Never] {
            autostart.choose(start).unwrap();
            assert_eq!(autostart.found(), Found::Ours(start));
        }
        assert!(!autostart.path().exists());
        autostart.choose(Start::Minimised).unwrap();
        let text = fs::read_to_string(autostart.path()).unwrap();
        let line = "Exec=\"/opt/my programs/siskin\" --data-dir \"/home/alice/50%%\" --minimised\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn a_file_that_others_changed_is_known_as_such_and_kept_until_the_user_chooses() {
        let home = tempfile::tempdir().unwrap();
        let autostart = autostart(home.path());
        autostart.choose(Start::Window).unwrap();
        let ours = fs::read_to_string(autostart.path()).unwrap();
        fs::write(
            autostart.path(),
            format!("{ours}X-GNOME-Autostart-Delay=9\n"),
        )
        .unwrap();
        assert_eq!(autostart.found(), Found::Edited);
        fs::write(autostart.path(), format!("{ours}Hidden = true\n")).unwrap();
        assert_eq!(autostart.found(), Found::Ours(Start::Never));
        fs::write(autostart.path(), [0xff, 0xfe]).unwrap();
        assert_eq!(autostart.found(), Found::Edited);
        autostart.choose(Start::Window).unwrap();
        assert_eq!(autostart.found(), Found::Ours(Start::Window));
    }

    #[test]
    fn what_cannot_be_written_is_told_and_leaves_nothing_behind() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("autostart");
        fs::write(&folder, "a file in the place of the folder").unwrap();
        let error = autostart(&folder).choose(Start::Window).unwrap_err();
        assert_eq!(error.path, folder.join(FILE));
        assert!(!error.detail.is_empty());
    }

    #[test]
    fn arguments_are_quoted_as_the_specification_says() {
        assert_eq!(quoted("/usr/bin/siskin"), "/usr/bin/siskin");
        assert_eq!(quoted("a b"), "\"a b\"");
        assert_eq!(quoted("a\"$b"), "\"a\\\\\"\\\\$b\"");
        assert_eq!(quoted("a\\b"), "\"a\\\\\\\\b\"");
        assert_eq!(quoted(""), "\"\"");
    }
}
