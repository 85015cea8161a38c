//! The states of an appeal, tried in random order, and drawn.

use std::fmt::Write;
use std::path::Path;

use proptest::prelude::*;

use super::{Act, State, TABLE, step};

proptest! {
    /// Whatever is tried: an appeal ends once, stays ended, and is asked for
    /// something at most until that is there.
    #[test]
    fn an_appeal_ends_once(all in prop::collection::vec(0..Act::ALL.len(), 1..40)) {
        let mut state = State::Open;
        let (mut is_over, mut waits) = (false, false);
        for act in all.into_iter().map(|at| Act::ALL[at]) {
            let can = !is_over && (act != Act::Ask || !waits);
            let after = step(state, act);
            prop_assert_eq!(after.is_some(), can, "{:?} {:?}", state, act);
            let Some(after) = after else { continue };
            state = after;
            waits = act == Act::Ask;
            is_over = matches!(act, Act::Grant | Act::Uphold | Act::Withdraw);
            prop_assert_eq!(state.is_over(), is_over);
            prop_assert_eq!(state == State::Waiting, waits && !is_over);
        }
    }
}

/// The drawing in the documents is that of the table.
#[test]
fn the_drawing_is_up_to_date() {
    let mut drawing = String::from("stateDiagram-v2\n    [*] --> open\n");
    for (from, act, to) in TABLE {
        let [from, act, to] = [from.as_str(), act.as_str(), to.as_str()];
        let _ = writeln!(drawing, "    {from} --> {to}: {act}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let text = std::fs::read_to_string(file).expect("the document is readable");
    assert!(
        text.contains(&drawing),
        "ARCHITECTURE.md should hold:\n{drawing}"
    );
}
