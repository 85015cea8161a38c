//! Who calls, what they may, and how often.
//!
//! A service is started with a file of keys, or in demo mode: everybody is the
//! caller `demo`, nobody is limited, and it listens on this machine only.
//!
//! | what | how |
//! |---|---|
//! | API key | `Authorization: Bearer precheck_…`; hashed in the file ([`keys`]) |
//! | session token | the same with `session_…`; made by `POST /v1/sessions` for a page ([`session`]) |
//! | limits | per caller and per person ([`limits`]); 429 with `retry-after` |
//! | overload | [`load`]; 503 with `retry-after` |
//!
//! The file is read again on SIGHUP; one that does not fit changes nothing.

mod keys;
mod limits;
mod load;
mod session;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, header};
use precheck::units::Date;

use crate::error::{ConfigFault, StartError};
use crate::problem::ProblemKind;
use keys::Keys;
pub(crate) use keys::Scopes;
pub use keys::{NewKey, Scope};
use limits::Limits;
pub(crate) use load::{Inside, Kind, Load};
pub(crate) use session::SECONDS as SESSION_SECONDS;
use session::{Secret, Session};

/// The caller of the demo mode.
pub(crate) const DEMO: &str = "demo";

/// Who may call.
#[derive(Debug, Clone)]
pub enum Callers {
    /// Everybody on this machine, without keys; for demonstration.
    Demo,
    /// Whoever has a key in this file.
    File(PathBuf),
}

/// Who called.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) id: String,
    pub(crate) scopes: Scopes,
    /// The only account that it is about, for a session.
    account: Option<String>,
    /// Requests a minute; `None` for the demo.
    per_minute: Option<u32>,
}

impl Caller {
    /// Everybody, in demo mode.
    pub(crate) fn demo() -> Caller {
        Caller {
            id: DEMO.to_owned(),
            scopes: Scope::ALL.into_iter().collect(),
            account: None,
            per_minute: None,
        }
    }

    /// Whether it may know of an account.
    pub(crate) fn may_see(&self, account: &str) -> bool {
        self.account.as_deref().is_none_or(|own| own == account)
    }

    /// Whether a decision that was kept for a caller is this one's. Those of
    /// before there were callers are the demo's.
    pub(crate) fn is_of(&self, kept_for: Option<&str>) -> bool {
        kept_for.unwrap_or(DEMO) == self.id
    }

    /// Whether it is a page's session, which makes no further ones.
    pub(crate) fn is_session(&self) -> bool {
        self.account.is_some()
    }
}

/// Lets callers in.
pub(crate) struct Gate {
    file: Option<PathBuf>,
    keys: RwLock<Arc<Keys>>,
    secret: Secret,
    limits: Limits,
    pub(crate) load: Load,
}

impl Gate {
    /// Reads the file, if there is one.
    pub(crate) fn new(callers: &Callers) -> Result<Gate, StartError> {
        let (file, keys) = match callers {
            Callers::Demo => (None, Keys::none()),
            Callers::File(file) => {
                let keys = read(file).map_err(|faults| StartError::CallersRefused {
                    path: file.clone(),
                    faults,
                })?;
                (Some(file.clone()), keys)
            }
        };
        let now = Instant::now();
        Ok(Gate {
            file,
            keys: RwLock::new(Arc::new(keys)),
            secret: Secret::generate().ok_or(StartError::RandomnessMissing)?,
            limits: Limits::new(now),
            load: Load::new(now),
        })
    }

    /// Reads the file again. One that does not fit is told in the log, and
    /// changes nothing: a slip while revoking must not let everybody out or in.
    pub(crate) fn reload(&self) {
        let Some(file) = &self.file else {
            return;
        };
        match read(file) {
            Ok(keys) => {
                let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
                *current = Arc::new(keys);
                tracing::info!("read the keys of callers again");
            }
            Err(faults) => {
                for ConfigFault { at, text } in faults {
                    tracing::error!(at, text, "the keys of callers are as before");
                }
            }
        }
    }

    /// Whether everybody may call.
    pub(crate) fn is_demo(&self) -> bool {
        self.file.is_none()
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The origins whose pages may call.
    pub(crate) fn allows_origin(&self, origin: &[u8]) -> bool {
        let keys = self.keys();
        let mut origins = keys.origins.iter();
        origins.any(|one| one.as_bytes() == origin)
    }

    /// Finds out who calls.
    pub(crate) fn caller(&self, headers: &HeaderMap, today: Date) -> Result<Caller, ProblemKind> {
        if self.is_demo() {
            return Ok(Caller::demo());
        }
        let sent = bearer(headers).ok_or(ProblemKind::CallerUnknown)?;
        let keys = self.keys();
        let found = if sent.starts_with(session::PREFIX) {
            self.session(&keys, sent, today)
        } else {
            keys.find(sent, today).map(|key| Caller {
                id: key.caller.clone(),
                scopes: key.scopes,
                account: None,
                per_minute: Some(key.per_minute),
            })
        };
        found.ok_or(ProblemKind::CallerUnknown)
    }

    fn session(&self, keys: &Keys, token: &str, today: Date) -> Option<Caller> {
        let session = self.secret.read(token, seconds()?)?;
        // A session has no more than its caller has now, and ends with it.
        let (scopes, per_minute) = keys.caller(&session.caller, today)?;
        Some(Caller {
            id: session.caller,
            scopes: scopes.and(Scopes::from_bits(session.scopes)),
            account: Some(session.account),
            per_minute: Some(per_minute),
        })
    }

    /// Who calls by an activation link that `caller` had made: nobody more than
    /// that caller is now, and for one account. `None` once the caller's last
    /// key has ended.
    pub(crate) fn by_link(&self, caller: &str, account: &str, today: Date) -> Option<Caller> {
        let (scopes, per_minute) = if self.is_demo() {
            (Caller::demo().scopes, None)
        } else {
            let (scopes, per_minute) = self.keys().caller(caller, today)?;
            (scopes, Some(per_minute))
        };
        scopes.has(Scope::Decide).then(|| Caller {
            id: caller.to_owned(),
            scopes: [Scope::Decide].into_iter().collect(),
            account: Some(account.to_owned()),
            per_minute,
        })
    }

    /// Makes a session token for a page: for one account, for decisions and
    /// pre-checks as far as the caller may have them.
    pub(crate) fn open(&self, caller: &Caller, account: String) -> Option<String> {
        let page: Scopes = [Scope::Decide, Scope::PreCheck].into_iter().collect();
        self.secret.write(&Session {
            caller: caller.id.clone(),
            account,
            scopes: caller.scopes.and(page).bits(),
            ends: seconds()? + SESSION_SECONDS,
        })
    }

    /// Counts a request of a caller; `Err` says how long to wait.
    pub(crate) fn count(&self, caller: &Caller, now: Instant) -> Result<(), Duration> {
        match caller.per_minute {
            Some(per_minute) => self.limits.take(&["caller", &caller.id], per_minute, now),
            None => Ok(()),
        }
    }

    /// Counts a decision about an account; `Err` says how long to wait.
    pub(crate) fn count_person(
        &self,
        caller: &Caller,
        account: &str,
        now: Instant,
    ) -> Result<(), Duration> {
        if caller.per_minute.is_none() {
            return Ok(());
        }
        let per_minute = self.keys().per_person_per_minute;
        self.limits.take(&["person", account], per_minute, now)
    }
}

fn read(file: &Path) -> Result<Keys, Vec<ConfigFault>> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| vec![ConfigFault::new("", error.to_string())])?;
    Keys::read(&text)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (sent.next()?, sent.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn seconds() -> Option<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}
