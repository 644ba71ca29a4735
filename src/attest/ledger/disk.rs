use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What a log needs of a disk.
pub trait Disk {
    /// All that is in the file.
    fn read(&mut self) -> io::Result<Vec<u8>>;

    /// Writes at the file's end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to so many bytes.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Returns when all of it would outlast a loss of power.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that nobody else has open as a log.
#[derive(Debug)]
pub struct FileDisk(File);

impl FileDisk {
    /// Opens a file, or makes it, readable by its owner alone, and locks it until it is dropped. That there is such a file is
    /// on the disk when this returns.
    ///
    /// # Errors
    /// Those of the system; [`io::ErrorKind::WouldBlock`] where another process has the lock.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let what = format!("another process uses {}", path.display());
                return Err(io::Error::new(io::ErrorKind::WouldBlock, what));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        sync_folder(path)?;
        Ok(Self(file))
    }
}

impl Disk for FileDisk {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.0.seek(SeekFrom::Start(0))?;
        self.0.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

/// A file's name is in its folder, which is synced apart.
#[cfg(unix)]
#[allow(clippy::disallowed_methods, reason = "the log is the one thing here that is on a disk")]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder is no file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
