//! What the sandbox knows about people: made up, and the same in every run.
//!
//! The demo accounts have what is written about them. Everybody else has an
//! ordinary record that follows from the seed and the account or number, so
//! that the same person gets the same answers from all sources.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What a source can say about one thing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Known {
    /// This, or that there is nothing to know (`null`).
    Value(Value),
    /// The source never answers about this person.
    Silence,
}

/// Everybody.
pub(super) struct People {
    seed: u64,
    accounts: BTreeMap<String, Map<String, Value>>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    facts: Map<String, Value>,
}

impl People {
    /// People from demo accounts: a JSON list of `{ id, label, facts }`.
    pub(super) fn read(accounts: &str, seed: u64) -> serde_json::Result<People> {
        let accounts: Vec<Account> = serde_json::from_str(accounts)?;
        let accounts = accounts.into_iter().map(|one| (one.id, one.facts));
        Ok(People {
            seed,
            accounts: accounts.collect(),
        })
    }

    /// A fact about the person of a question.
    pub(super) fn fact(&self, person: &Map<String, Value>, fact: &str) -> Known {
        let text = |name: &str| person.get(name).and_then(Value::as_str);
        let account = text("account").and_then(|id| self.accounts.get(id));
        match account.and_then(|facts| facts.get(fact)) {
            Some(Value::Object(state)) if state.contains_key("special") => Known::Silence,
            Some(Value::Object(_)) => Known::Value(Value::Null),
            Some(value) => Known::Value(value.clone()),
            None => {
                let key = text("id_number").or_else(|| text("account"));
                Known::Value(self.ordinary(fact, key.unwrap_or_default()))
            }
        }
    }

    /// What an ordinary person's record says.
    fn ordinary(&self, fact: &str, key: &str) -> Value {
        let hash = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update([0])
            .chain_update(fact)
            .chain_update([0])
            .chain_update(key)
            .finalize();
        let chance = u64::from(hash[0]) << 8 | u64::from(hash[1]);
        let rarely = |most: u64| {
            if chance.is_multiple_of(5) {
                chance / 5 % most
            } else {
                0
            }
        };
        match fact {
            "overdue_12m" => rarely(4).into(),
            "inquiries_3m" => (chance % 4).into(),
            "online_loans_6m" => rarely(3).into(),
            "zhima_score" => (600 + chance % 150).into(),
            "other_adverse" => "none".into(),
            "identity_match" => "match".into(),
            _ => json!(null),
        }
    }

    /// A number from 0 to 99 for a question: the same for the same one.
    pub(super) fn dice(&self, source: &str, reference: &str) -> u64 {
        let hash = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(source)
            .chain_update(reference)
            .finalize();
        (u64::from(hash[0]) << 8 | u64::from(hash[1])) % 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_what_is_written_or_ordinary() {
        let accounts = r#"[{"id": "a", "label": {}, "facts": {
            "zhima_score": 512, "overdue_12m": {"state": "missing"},
            "inquiries_3m": {"special": "unavailable"}}}]"#;
        let people = People::read(accounts, 7).expect("a list of accounts");
        let person = |account: &str| {
            let person = json!({ "account": account, "id_number": "110101199003071233" });
            person.as_object().expect("an object").clone()
        };
        for (account, fact, expected, why) in [
            ("a", "zhima_score", Known::Value(json!(512)), "as written"),
            (
                "a",
                "overdue_12m",
                Known::Value(json!(null)),
                "nothing to know",
            ),
            (
                "a",
                "inquiries_3m",
                Known::Silence,
                "no answer about this one",
            ),
            (
                "a",
                "other_adverse",
                Known::Value(json!("none")),
                "not written",
            ),
        ] {
            assert_eq!(people.fact(&person(account), fact), expected, "{why}");
        }
        let score = |seed| {
            let people = People::read("[]", seed).expect("nobody");
            people.fact(&person("b"), "zhima_score")
        };
        assert_eq!(score(1), score(1), "the same in every run");
        assert!(
            (2..50).any(|seed| score(seed) != score(1)),
            "the seed counts"
        );
    }
}
