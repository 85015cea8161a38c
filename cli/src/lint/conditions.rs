//! Parts of a condition that can be left out.
//!
//! A part is superfluous when putting a constant in its place changes the
//! condition for no application. Parts are tried from the outside in and from
//! the last to the first, and one that is superfluous stays out while the
//! others are tried: of two equal parts, only the later is reported. What is
//! reported can be left out alone, and all of it together.

use super::formula::{Formula, Shape};
use super::scene::{Scene, SceneRule};
use super::solve::Window;

/// Reports the superfluous parts of a rule's condition.
pub(super) fn check(scene: &Scene<'_>, rule: &SceneRule<'_>) {
    let mut visit = Visit {
        scene,
        rule,
        condition: rule.when.clone(),
    };
    visit.parts(&mut Vec::new(), &rule.when);
}

struct Visit<'v, 'a> {
    scene: &'v Scene<'a>,
    rule: &'v SceneRule<'a>,
    /// The condition without the parts that were found.
    condition: Formula,
}

impl Visit<'_, '_> {
    fn parts(&mut self, path: &mut Vec<usize>, part: &Formula) {
        for (index, inner) in part.parts().iter().enumerate().rev() {
            path.push(index);
            // `a != b` and long chains are several steps of one place.
            let is_same = self.spot(inner) == self.spot(part);
            if is_same || !self.is_superfluous(path, inner, part) {
                self.parts(path, inner);
            }
            path.pop();
        }
    }

    fn spot(&self, part: &Formula) -> Option<&crate::compile::Spot> {
        self.rule.places.when.get(part.step?)
    }

    fn is_superfluous(&mut self, path: &[usize], part: &Formula, outer: &Formula) -> bool {
        for by in [true, false] {
            let without = self.condition.replaced(path, by);
            let alone = self.rule.when.replaced(path, by);
            let is_out = self.is_same(&self.condition, &without, part)
                && self.is_same(&self.rule.when, &alone, part);
            if !is_out {
                continue;
            }
            self.condition = without;
            let is_joined = matches!(outer.shape, Shape::All(_) | Shape::Any(_));
            let code = if by {
                "condition-always-true"
            } else {
                "condition-adds-nothing"
            };
            let holds = if by { "always holds" } else { "never holds" };
            let message = if self.is_constant(part, by) {
                format!("this part {holds}")
            } else {
                format!("this part {holds} where it would make a difference")
            };
            let help = if is_joined {
                "leave it out"
            } else {
                "simplify the condition"
            };
            if let Some(spot) = self.spot(part) {
                let id = &self.rule.rule.id;
                self.scene.report.find(spot, code, id, message, help);
            }
            return true;
        }
        false
    }

    /// Whether a condition without a part holds for the same applications.
    /// A question too large counts as a difference, and is reported.
    fn is_same(&self, with: &Formula, without: &Formula, part: &Formula) -> bool {
        let rule = self.rule;
        let never = |one: &Formula, other: &Formula| {
            let wants = vec![(one, true), (other, false)];
            let answer = self.scene.ask(wants, Window::ALL);
            let (at, id) = (self.spot(part).unwrap_or(&rule.places.id), &rule.rule.id);
            let unknown = "this part can be left out";
            self.scene.report.settle(answer, at, id, unknown) == Some(None)
        };
        never(with, without) && never(without, with)
    }

    fn is_constant(&self, part: &Formula, value: bool) -> bool {
        self.scene.ask(vec![(part, !value)], Window::ALL) == Ok(None)
    }
}
