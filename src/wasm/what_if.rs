//! One application whose facts change one at a time: numbers in, numbers out.

use wasm_bindgen::prelude::*;

use super::{Engine, application, thrown, wrong};
use crate::facts::FactState;
use crate::policy::FactId;

/// The largest integer that a JavaScript number holds with all below it.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// One application whose facts change; see `crate::WhatIf` for the bits of
/// its verdicts.
#[wasm_bindgen]
pub struct WhatIf(crate::WhatIf);

#[wasm_bindgen]
impl Engine {
    /// Begins with what an application says; give it free when done.
    ///
    /// # Errors
    ///
    /// As [`Engine::assess`].
    #[wasm_bindgen(js_name = whatIf)]
    pub fn what_if(&self, application: JsValue) -> Result<WhatIf, JsValue> {
        let application = application::read(&application).map_err(|problems| thrown(&problems))?;
        let what_if = crate::WhatIf::new(self.0.clone(), &application);
        what_if.map(WhatIf).map_err(|problems| thrown(&problems))
    }
}

#[wasm_bindgen]
impl WhatIf {
    /// The number of a fact of the scenario, for `set` and `setState`.
    ///
    /// # Errors
    ///
    /// Throws for a name that the scenario does not have: `fact-unknown`.
    pub fn fact(&self, name: &str) -> Result<u32, JsValue> {
        let fact = self.0.fact(name).map(u32::from);
        fact.ok_or_else(|| wrong("fact-unknown", "the scenario has no such fact"))
    }

    /// The verdict on what is known now.
    pub fn verdict(&mut self) -> u32 {
        self.0.verdict()
    }

    /// Gives a fact a value in its unit: 0 or 1, an amount in fen, basis points,
    /// days since 1970-01-01, the position of a code, a decimal without its
    /// point. What is no safe integer is refused.
    pub fn set(&mut self, fact: u32, value: f64) -> u32 {
        let whole = value as i64;
        let is_whole = whole as f64 == value && whole.unsigned_abs() <= MAX_SAFE;
        self.put(fact, Some(FactState::Known(whole)).filter(|_| is_whole))
    }

    /// Makes a fact unknown (0), missing (1) or the special code at a position
    /// (2 and more).
    #[wasm_bindgen(js_name = setState)]
    pub fn set_state(&mut self, fact: u32, state: u32) -> u32 {
        let state = match state {
            0 => Some(FactState::Unknown),
            1 => Some(FactState::Missing),
            more => u8::try_from(more - 2).ok().map(FactState::Special),
        };
        self.put(fact, state)
    }

    /// The least that the score can be; `undefined` without a scorecard.
    #[wasm_bindgen(getter, js_name = scoreMin)]
    pub fn score_min(&mut self) -> Option<f64> {
        self.0.score().map(|score| score.min as f64)
    }

    /// The most that the score can be; `undefined` without a scorecard.
    #[wasm_bindgen(getter, js_name = scoreMax)]
    pub fn score_max(&mut self) -> Option<f64> {
        self.0.score().map(|score| score.max as f64)
    }
}

impl WhatIf {
    fn put(&mut self, fact: u32, state: Option<FactState>) -> u32 {
        match (FactId::try_from(fact), state) {
            (Ok(fact), Some(state)) => self.0.set(fact, state),
            _ => self.0.verdict() | crate::WhatIf::REFUSED,
        }
    }
}
