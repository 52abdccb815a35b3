//! The local socket of systems that have them in the file system.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use directories::BaseDirs;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc::Sender;

use super::{Answer, InstanceError, Question, Reply, Start};

/// The place where later starts knock. It is taken away when this is dropped.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
    /// Held as long as the window runs: whoever has it may put a new socket in the place of one that was left behind.
    _lock: File,
}

impl Drop for Door {
    fn drop(&mut self) {
        // The lock goes after this, so nobody's new socket is taken away.
        let _ = fs::remove_file(&self.path);
    }
}

/// Becomes the first window for the profile in this folder, or asks the one that is.
///
/// # Errors
/// The place cannot be used, or the other window does not answer.
pub fn claim(profile: Option<&Path>, question: &Question) -> Result<Start, InstanceError> {
    let path = place(profile)?;
    let wrong = |path: &Path| {
        let path = path.to_owned();
        move |source| InstanceError::Place { path, source }
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(wrong(folder))?;
    }
    let lock_path = path.with_extension("lock");
    let lock = File::create(&lock_path).map_err(wrong(&lock_path))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return knock(&path, question).map(Start::Second),
        Err(TryLockError::Error(source)) => return Err(wrong(&lock_path)(source)),
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrong(&path)(error)),
        _ => {}
    }
    let listener = UnixListener::bind(&path).map_err(wrong(&path))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(wrong(&path))?;
    listener.set_nonblocking(true).map_err(wrong(&path))?;
    Ok(Start::First(Door {
        listener,
        path,
        _lock: lock,
    }))
}

/// Hands each question to `asked` with the place for its answer, until nobody is left to answer. To be awaited on a tokio
/// runtime.
///
/// # Errors
/// The socket has failed.
pub async fn serve(door: Door, asked: Sender<(Question, Reply)>) -> io::Result<()> {
    let listener = tokio::net::UnixListener::from_std(door.listener.try_clone()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        // One at a time: only this user's programs come here, and each is held to a time.
        match tokio::time::timeout(PATIENCE, attend(stream, &asked)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Ok(()),
            Ok(Err(error)) => tracing::debug!(%error, "a question was not asked to its end"),
            Err(_) => tracing::debug!("a question took too long"),
        }
    }
}

/// One question and its answer. False when nobody is left to answer.
async fn attend(
    mut stream: tokio::net::UnixStream,
    asked: &Sender<(Question, Reply)>,
) -> io::Result<bool> {
    let mut line = Vec::new();
    let (input, mut output) = stream.split();
    tokio::io::BufReader::new(input.take(MAX_LINE))
        .read_until(b'\n', &mut line)
        .await?;
    let answer = match serde_json::from_slice(&line) {
        Ok(question) => {
            let (reply, answer) = Reply::new();
            if asked.send((question, reply)).await.is_err() {
                return Ok(false);
            }
            answer.await.unwrap_or_else(|_| Answer::Refused {
                message: "the window is busy closing".to_owned(),
            })
        }
        Err(error) => Answer::Refused {
            message: format!("the question is not understood: {error}"),
        },
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    output.write_all(&line).await?;
    Ok(true)
}

pub(super) fn ask(profile: Option<&Path>, question: &Question) -> Result<Answer, InstanceError> {
    knock(&place(profile)?, question)
}

fn knock(path: &Path, question: &Question) -> Result<Answer, InstanceError> {
    let mut stream = UnixStream::connect(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => InstanceError::NotRunning,
        _ => InstanceError::NoAnswer(error),
    })?;
    let mut line = serde_json::to_vec(question)
        .map_err(|error| InstanceError::NotUnderstood(error.to_string()))?;
    line.push(b'\n');
    let mut answer = Vec::new();
    let asked = stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
        .and_then(|()| stream.write_all(&line))
        .and_then(|()| BufReader::new(stream.take(MAX_LINE)).read_until(b'\n', &mut answer));
    match asked {
        Ok(0) => Err(InstanceError::NoAnswer(io::ErrorKind::UnexpectedEof.into())),
        Ok(_) => serde_json::from_slice(&answer)
            .map_err(|error| InstanceError::NotUnderstood(error.to_string())),
        Err(error) => Err(InstanceError::NoAnswer(error)),
    }
}

/// Where the socket of a profile is: in the session's own folder, which is local, private and short of name; on systems
/// without one, in the profile.
fn place(profile: Option<&Path>) -> Result<PathBuf, InstanceError> {
    let profile = profile.ok_or(InstanceError::NoPlace)?;
    let runtime = BaseDirs::new().and_then(|base| base.runtime_dir().map(Path::to_owned));
    let Some(runtime) = runtime.filter(|folder| folder.is_dir()) else {
        return Ok(profile.join("siskin.socket"));
    };
    // One profile has one name, however its folder is spelled.
    let profile = std::path::absolute(profile).unwrap_or_else(|_| profile.to_owned());
    let profile = fs::canonicalize(&profile).unwrap_or(profile);
    let digest = Sha256::digest(profile.as_os_str().as_encoded_bytes());
    let name = digest
        .iter()
        .take(8)
        .fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
    Ok(runtime.join(format!("siskin-{name:016x}.socket")))
}

/// Time for one question and its answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest question or answer.
const MAX_LINE: u64 = 16 * 1024;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;

    fn first(start: Start) -> Door {
        match start {
            Start::First(door) => door,
            Start::Second(answer) => panic!("another runs: {answer:?}"),
        }
    }

    /// A window that echoes what it is asked, until it is dropped.
    struct Window(Arc<AtomicBool>, Option<std::thread::JoinHandle<()>>);

    impl Window {
        fn open(door: Door) -> Self {
            let stop = Arc::new(AtomicBool::new(false));
            let stopped = Arc::clone(&stop);
            let thread = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                let (sender, mut asked) = tokio::sync::mpsc::channel(1);
                let answering = async {
                    while !stopped.load(Ordering::Relaxed) {
                        let wait = Duration::from_millis(5);
                        let next = tokio::time::timeout(wait, asked.recv()).await;
                        if let Ok(Some((question, reply))) = next {
                            let reply: Reply = reply;
                            reply.give(Answer::Refused {
                                message: format!("{question:?}"),
                            });
                        }
                    }
                };
                runtime.block_on(async {
                    tokio::select! {
                        ended = serve(door, sender) => ended.unwrap(),
                        () = answering => {}
                    }
                });
            });
            Self(stop, Some(thread))
        }
    }

    impl Drop for Window {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
            self.1.take().map(std::thread::JoinHandle::join);
        }
    }

    #[test]
    fn the_second_start_asks_the_first_and_follows_it_when_it_is_gone() {
        let profile = tempfile::tempdir().unwrap();
        let folder = Some(profile.path());
        let alone = ask(folder, &Question::Status);
        assert!(matches!(alone, Err(InstanceError::NotRunning)), "{alone:?}");
        let door = first(claim(folder, &Question::Raise).unwrap());
        let path = door.path.clone();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let window = Window::open(door);
        match claim(folder, &Question::Raise).unwrap() {
            Start::Second(Answer::Refused { message }) => assert_eq!(message, "Raise"),
            Start::Second(other) => panic!("{other:?}"),
            Start::First(_) => panic!("two are first"),
        }
        drop(window);
        assert!(!path.exists());
        drop(first(claim(folder, &Question::Raise).unwrap()));
    }

    #[test]
    fn a_socket_that_was_left_behind_is_replaced() {
        let profile = tempfile::tempdir().unwrap();
        let path = place(Some(profile.path())).unwrap();
        drop(UnixListener::bind(&path).unwrap());
        let alone = ask(Some(profile.path()), &Question::Status);
        assert!(matches!(alone, Err(InstanceError::NotRunning)), "{alone:?}");
        drop(first(
            claim(Some(profile.path()), &Question::Raise).unwrap(),
        ));
    }

    #[test]
    fn nonsense_and_silence_do_not_stop_the_window() {
        let profile = tempfile::tempdir().unwrap();
        let folder = Some(profile.path());
        let door = first(claim(folder, &Question::Raise).unwrap());
        let path = door.path.clone();
        let _window = Window::open(door);
        for nonsense in ["\n", "{}\n", "{\"ask\":\"fly\"}\n", "\u{0}\u{1}\n"] {
            let mut stream = UnixStream::connect(&path).unwrap();
            stream.write_all(nonsense.as_bytes()).unwrap();
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer).unwrap();
            assert!(answer.contains("not understood"), "{nonsense:?}: {answer}");
        }
        let mut endless = UnixStream::connect(&path).unwrap();
        let _ = endless.write_all(&vec![b'x'; 64 * 1024]);
        drop(endless);
        let began = Instant::now();
        let answer = ask(folder, &Question::Status).unwrap();
        assert!(matches!(answer, Answer::Refused { message } if message == "Status"));
        assert!(began.elapsed() < PATIENCE);
    }

    #[test]
    fn a_profile_has_one_place_however_it_is_spelled() {
        let profile = tempfile::tempdir().unwrap();
        let roundabout = profile.path().join(".");
        assert_eq!(
            place(Some(profile.path())).unwrap().file_name(),
            place(Some(&roundabout)).unwrap().file_name()
        );
    }
}
