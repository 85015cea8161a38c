//! The master key, and what is derived from it.
//!
//! One secret of 32 bytes comes from a file or the environment, never from the
//! database. By HKDF-SHA256 (RFC 5869), each under a label of its own, it gives
//! the key that wraps the keys of persons, the keys that hash idempotency keys
//! and one-time codes, the key that signs activation links, and the Ed25519 key
//! that signs the log. None of them is ever written anywhere, and no type here
//! can be printed or serialized.
//!
//! The file is one line, of the form of the other keys:
//!
//! ```text
//! precheck-master <id> <64 hexadecimal digits>
//! ```

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use hkdf::hmac::{Hmac, KeyInit, Mac};
use precheck::PublicKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hex;

/// The word that begins the line.
const WORD: &str = "precheck-master";

/// Where the master key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file that only its owner can read.
    File(PathBuf),
    /// An environment variable with the line of such a file.
    Variable(String),
    /// `master.key` in the data folder, made when there is no log yet. For
    /// demonstrations: who copies the folder has data and key.
    Folder,
}

/// The name of the file of [`KeySource::Folder`].
pub const FOLDER_KEY: &str = "master.key";

/// The one secret of a log. Its memory is wiped when it is dropped.
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why there is no master key.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no such file or variable.
    Missing(String),
    /// The file cannot be read or made.
    Unusable(PathBuf, std::io::Error),
    /// Others can read the file.
    Exposed(PathBuf),
    /// What is there is no master key.
    Malformed(String),
    /// The system gives no randomness.
    NoRandomness,
}

impl KeyError {
    /// The code, stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            KeyError::Missing(_) => "master-key-missing",
            KeyError::Unusable(..) => "master-key-unusable",
            KeyError::Exposed(_) => "key-exposed",
            KeyError::Malformed(_) => "key-malformed",
            KeyError::NoRandomness => "randomness-unavailable",
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Missing(place) => write!(
                f,
                "there is no master key in `{place}`; give the one that the data was sealed with \
                 (`--master-key FILE`), or for new data make one with `precheck key master FILE`",
            ),
            KeyError::Unusable(path, error) => {
                write!(f, "the master key `{}`: {error}", path.display())
            }
            KeyError::Exposed(path) => write!(
                f,
                "`{0}` can be read by others, so what it seals may be theirs too; run \
                 `chmod 600 {0}` if nobody had access",
                path.display(),
            ),
            KeyError::Malformed(place) => write!(
                f,
                "`{place}` holds no master key; make one with `precheck key master FILE`",
            ),
            KeyError::NoRandomness => f.write_str("the system gives no randomness for a new key"),
        }
    }
}

impl std::error::Error for KeyError {}

impl MasterKey {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<MasterKey, KeyError> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret).map_err(|_| KeyError::NoRandomness)?;
        Ok(MasterKey(secret))
    }

    /// Reads a key from its text; `None` for anything else.
    fn read(text: &str) -> Option<MasterKey> {
        let lines = text.lines().map(str::trim);
        let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let line = lines.next().filter(|_| lines.next().is_none())?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [WORD, id, digits] = words[..] else {
            return None;
        };
        let key = MasterKey(Zeroizing::new(hex::read(digits)?));
        (key.public().id() == id).then_some(key)
    }

    /// The text of the key, for a file that nobody else reads.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let id = self.public().id();
        let digits = Zeroizing::new(hex::write(&*self.0));
        Zeroizing::new(format!(
            "# SECRET. Opens what is sealed under {id}, and signs as it. Without it the data is lost.\n\
             {WORD} {id} {}\n",
            *digits
        ))
    }

    /// The public key that verifies what is signed with this one.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        *Keys::of(self).public()
    }

    /// Reads the key from where it is; in a folder without a log, `may_make`
    /// one.
    pub(crate) fn from(
        source: &KeySource,
        data: &Path,
        may_make: bool,
    ) -> Result<MasterKey, KeyError> {
        match source {
            KeySource::File(path) => MasterKey::from_file(path),
            KeySource::Variable(name) => {
                let text = std::env::var(name).map(Zeroizing::new);
                let text = text.map_err(|_| KeyError::Missing(name.clone()))?;
                MasterKey::read(&text).ok_or_else(|| KeyError::Malformed(name.clone()))
            }
            KeySource::Folder => {
                let path = data.join(FOLDER_KEY);
                if may_make && !path.exists() {
                    let key = MasterKey::generate()?;
                    match key.write_new(&path) {
                        Ok(()) => tracing::warn!(
                            file = %path.display(),
                            "a master key was made beside the data; for real data, keep one elsewhere"
                        ),
                        // Another service started at the same moment.
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        Err(error) => return Err(KeyError::Unusable(path, error)),
                    }
                }
                MasterKey::from_file(&path)
            }
        }
    }

    fn from_file(path: &Path) -> Result<MasterKey, KeyError> {
        let place = || path.display().to_string();
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|error| match error.kind() {
            ErrorKind::NotFound => KeyError::Missing(place()),
            ErrorKind::InvalidData => KeyError::Malformed(place()),
            _ => KeyError::Unusable(path.to_owned(), error),
        })?;
        let key = MasterKey::read(&text).ok_or_else(|| KeyError::Malformed(place()))?;
        if is_exposed(path).map_err(|error| KeyError::Unusable(path.to_owned(), error))? {
            return Err(KeyError::Exposed(path.to_owned()));
        }
        Ok(key)
    }

    /// Writes the key into a file that is not there yet, for these eyes from
    /// its first byte on.
    ///
    /// # Errors
    ///
    /// What the system says; `AlreadyExists` for a file that is there.
    pub fn write_new(&self, path: &Path) -> std::io::Result<()> {
        use std::io::Write;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let written = file
            .write_all(self.to_text().as_bytes())
            .and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a key helps nobody; the file is ours, so it can go.
            let _ = fs::remove_file(path);
        }
        written
    }
}

/// Whether others can read a file.
#[cfg(unix)]
pub(crate) fn is_exposed(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Whether others can read a file, which is not known here.
#[cfg(not(unix))]
pub(crate) fn is_exposed(_: &Path) -> std::io::Result<bool> {
    Ok(false)
}

/// What is derived from the master key, ready for use.
pub(crate) struct Keys {
    wrapping: Zeroizing<[u8; 32]>,
    index: Zeroizing<[u8; 32]>,
    codes: Zeroizing<[u8; 32]>,
    links: Zeroizing<[u8; 32]>,
    signing: SigningKey,
    public: PublicKey,
}

impl Keys {
    /// Derives them.
    pub(crate) fn of(master: &MasterKey) -> Keys {
        let master = Hkdf::<Sha256>::new(None, &*master.0);
        let derive = |label: &[u8]| {
            let mut key = Zeroizing::new([0; 32]);
            master
                .expand(label, &mut *key)
                .expect("32 bytes are within what HKDF gives");
            key
        };
        let signing = SigningKey::from_bytes(&derive(b"precheck/1 sign the log"));
        Keys {
            wrapping: derive(b"precheck/1 wrap keys of persons"),
            index: derive(b"precheck/1 index idempotency keys"),
            codes: derive(b"precheck/1 hash one-time codes"),
            links: derive(b"precheck/1 sign activation links"),
            public: PublicKey::from_bytes(signing.verifying_key().to_bytes()),
            signing,
        }
    }

    /// The key that wraps.
    pub(super) fn wrapping(&self) -> &[u8; 32] {
        &self.wrapping
    }

    /// The public half of the signing key.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a message.
    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }

    /// A keyed hash of parts, each with its length, so that no two lists of
    /// parts are the same message. Without the key nobody can try guesses.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.index, parts)
    }

    /// The same for one-time codes, whom they are for, and what is counted of
    /// them: a million codes are soon tried without the key.
    pub(crate) fn code_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.codes, parts)
    }

    /// The same for what signs activation links, and for the devices that they
    /// are bound to.
    pub(crate) fn link_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.links, parts)
    }
}

fn tag(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::MasterKey;

    #[test]
    fn a_key_reads_what_it_wrote_and_nothing_else() {
        let key = MasterKey::generate().expect("randomness");
        let text = key.to_text();
        let again = MasterKey::read(&text).expect("the same key");
        assert_eq!(again.public(), key.public());
        let line = text.lines().last().expect("a line");
        let last = if line.ends_with('0') { "1" } else { "0" };
        let altered = format!("{}{last}", &line[..line.len() - 1]);
        for (text, why) in [
            (String::new(), "nothing"),
            (altered, "another secret under the same id"),
            (format!("{line}\n{line}"), "two keys"),
            (
                line.replace("precheck-master", "ed25519-secret"),
                "a key that signs policies",
            ),
            (line[..line.len() - 2].to_owned(), "too short"),
            (line.to_uppercase(), "capitals"),
        ] {
            assert!(MasterKey::read(&text).is_none(), "{why}");
        }
    }
}
