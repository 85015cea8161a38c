//! What changes were made on, and whether it is still so.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::appeals::{self, AppealChange};
use super::batch::{chunks, list};
use super::lines::Effect;
use super::links::UseLink;
use crate::link::LinkId;

/// How lines and appeals stand that a batch changes, its earlier rows counted.
pub(super) struct Standing {
    /// Versions of lines by account; 0 for one that was never changed.
    lines: BTreeMap<String, i64>,
    /// Appeals by id: their accounts and versions.
    appeals: BTreeMap<String, (String, i64)>,
    /// Decisions that an appeal is open about.
    about: BTreeSet<String>,
    /// Activation links that can be used where somebody wants to.
    links: BTreeSet<LinkId>,
}

impl Standing {
    /// Reads what the effects were made on.
    pub(super) async fn read(
        connection: &mut SqliteConnection,
        effects: &[&Effect],
    ) -> Result<Standing, sqlx::Error> {
        let changed = effects.iter().filter(|one| one.after.is_some());
        let accounts: BTreeSet<&str> = changed.map(|one| &*one.account).collect();
        let accounts: Vec<&str> = accounts.into_iter().collect();
        let mut lines = BTreeMap::new();
        for some in chunks(&accounts) {
            let list = list(some.len());
            let text = format!("SELECT account, version FROM lines WHERE account IN {list}");
            let mut query = sqlx::query(AssertSqlSafe(text));
            for account in some {
                query = query.bind(*account);
            }
            for row in query.fetch_all(&mut *connection).await? {
                lines.insert(row.try_get("account")?, row.try_get("version")?);
            }
        }
        let changes = effects.iter().filter_map(|one| one.appeal.as_ref());
        let (appeals, about) = appeals::standing(connection, changes).await?;
        let mut links = BTreeSet::new();
        for link in effects.iter().filter_map(|one| one.link.as_ref()) {
            if link.holds(connection).await? {
                links.insert(link.id);
            }
        }
        Ok(Standing {
            lines,
            appeals,
            about,
            links,
        })
    }

    /// Whether every effect of a group was made on what is there now; if so,
    /// what they change is what the next group finds.
    pub(super) fn take<'e>(&mut self, effects: impl Iterator<Item = &'e Effect> + Clone) -> bool {
        let mut lines = BTreeMap::new();
        for effect in effects.clone() {
            if let Some(after) = &effect.after {
                let now = lines
                    .get(&effect.account)
                    .or(self.lines.get(&effect.account));
                if now.copied().unwrap_or(0).checked_add(1) != Some(after.version) {
                    return false;
                }
                lines.insert(effect.account.clone(), after.version);
            }
            let holds = match &effect.appeal {
                Some(AppealChange::New { about, .. }) => !self.about.contains(about),
                Some(AppealChange::State { id, version, .. }) => {
                    self.appeals.get(id) == Some(&(effect.account.clone(), *version))
                }
                None => true,
            };
            let can_be_used = |link: &UseLink| self.links.contains(&link.id);
            if !holds || !effect.link.as_ref().is_none_or(can_be_used) {
                return false;
            }
        }
        self.lines.append(&mut lines);
        for effect in effects {
            match &effect.appeal {
                Some(AppealChange::New { about, .. }) => {
                    self.about.insert(about.clone());
                }
                // Nobody has seen it as it is now.
                Some(AppealChange::State { id, .. }) => {
                    self.appeals.remove(id);
                }
                None => {}
            }
            if let Some(link) = &effect.link {
                self.links.remove(&link.id);
            }
        }
        true
    }
}
