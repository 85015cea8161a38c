//! Notices as lines of a file, for a program that takes them further.
//!
//! Each line is JSON and is on the disk before the notice counts as sent. The
//! file is opened anew each time, so it may be moved away for rotation.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Letter, Trouble};
use crate::audit::is_exposed;

/// A file that notices are put at the end of.
#[derive(Clone)]
pub(super) struct JsonLines {
    path: Arc<PathBuf>,
    /// One line at a time.
    turn: Arc<Mutex<()>>,
}

impl JsonLines {
    pub(super) fn new(path: PathBuf) -> JsonLines {
        JsonLines {
            path: Arc::new(path),
            turn: Arc::default(),
        }
    }

    /// Whether it can be written to, and be read by nobody else.
    pub(super) fn check(&self) -> Result<(), String> {
        let opened = self.open().and_then(|_| is_exposed(&self.path));
        let path = self.path.display();
        match opened {
            Ok(false) => Ok(()),
            Ok(true) => Err(format!(
                "`{path}` can be read by others; run `chmod 600` on it"
            )),
            Err(error) => Err(format!("`{path}`: {error}")),
        }
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), Trouble> {
        let json = letter.json().ok_or(Trouble::Never("unreadable"))?;
        let file = self.clone();
        // Waiting for the disk is not for the threads that answer.
        let written = tokio::task::spawn_blocking(move || file.append(&json)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.kind() == ErrorKind::PermissionDenied => {
                Err(Trouble::Down("file-refused"))
            }
            Ok(Err(error)) if error.kind() == ErrorKind::StorageFull => {
                Err(Trouble::Down("disk-full"))
            }
            Ok(Err(_)) | Err(_) => Err(Trouble::Down("not-written")),
        }
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&*self.path)
    }

    fn append(&self, json: &str) -> std::io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = self.open()?;
        let mut line = Vec::with_capacity(json.len() + 2);
        let is_new = file.metadata()?.len() == 0;
        if !ends_whole(&mut file)? {
            // A line that was cut off must not take this one with it.
            line.push(b'\n');
        }
        line.extend_from_slice(json.as_bytes());
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_all()?;
        if is_new {
            // That there is such a file is written in its folder.
            self.sync_folder()?;
        }
        Ok(())
    }

    #[cfg(unix)]
    fn sync_folder(&self) -> std::io::Result<()> {
        let folder = self.path.parent().filter(|one| !one.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether the last line is a whole one.
fn ends_whole(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
