//! What overlays say about scenarios: rules, and the most that a limit is.

use std::collections::BTreeSet;

use precheck::FactKind;

use super::super::diagnostic::{Problems, nearest, one_of};
use super::super::grammar::Shape;
use super::super::table::{Name, Node, Table, Toml};
use super::super::values::value;

/// The overlays' files, as far as they concern scenarios.
pub(in super::super) struct Changes<'t> {
    files: Vec<Change<'t>>,
}

struct Change<'t> {
    off: Vec<Name<'t>>,
    /// Added rules, by their scenario.
    rules: Vec<(Name<'t>, Table<'t>)>,
    /// By scenario.
    limits: Vec<(Name<'t>, Table<'t>)>,
}

impl<'t> Changes<'t> {
    pub(in super::super) fn new(
        problems: &'t Problems<'_>,
        files: &'t [(&str, Toml<'_>)],
    ) -> Changes<'t> {
        let change = |table: Table<'t>| {
            let rules = table.array_of_tables("rules").into_iter();
            Change {
                off: table.names("off"),
                rules: rules
                    .filter_map(|rule| Some((rule.need("scenario")?.name()?, rule)))
                    .collect(),
                limits: table.tables("limits"),
            }
        };
        let tables = files.iter().map(|(_, toml)| toml.root(problems));
        Changes {
            files: tables.map(change).collect(),
        }
    }

    /// The rules that are added to a scenario, each with its overlay.
    pub(in super::super) fn rules(&self, scenario: &str) -> Vec<(usize, Table<'t>)> {
        let files = self.files.iter().enumerate();
        let rules = files.flat_map(|(overlay, file)| {
            let own = file.rules.iter().filter(|(name, _)| name.text == scenario);
            own.map(move |(_, rule)| (overlay, *rule))
        });
        rules.collect()
    }

    /// The overlays that switch a rule off.
    pub(in super::super) fn off(&self, rule: &str) -> Vec<usize> {
        let files = self.files.iter().enumerate();
        let off = files.filter(|(_, file)| file.off.iter().any(|name| name.text == rule));
        off.map(|(overlay, _)| overlay).collect()
    }

    /// The most that a limit of a scenario is, each with its overlay and place.
    pub(in super::super) fn caps(&self, scenario: &str) -> Vec<(usize, i64, Node<'t>)> {
        let mut caps = Vec::new();
        for (overlay, file) in self.files.iter().enumerate() {
            for (_, limit) in file.limits.iter().filter(|(name, _)| name.text == scenario) {
                limit.only(Shape::OverlayLimit);
                let Some(node) = limit.need("at_most") else {
                    continue;
                };
                if let Some(most) = value(node, FactKind::Money, 0) {
                    if most < 0 {
                        node.report("limit-amount", "a limit is no less than nothing", None);
                    }
                    caps.push((overlay, most, node));
                }
            }
        }
        caps
    }

    /// Reports what names no scenario, or no rule that a scenario has itself.
    pub(in super::super) fn report_unknown(
        &self,
        problems: &Problems<'_>,
        scenarios: &[&str],
        rules: &BTreeSet<&str>,
    ) {
        for file in &self.files {
            for (index, name) in file.off.iter().enumerate() {
                if !rules.contains(name.text) {
                    let message = format!("no scenario has a rule `{}`", name.text);
                    let help = nearest(name.text, rules.iter().copied());
                    problems.report(name.place, "rule-unknown", message, help);
                } else if file.off[..index].iter().any(|one| one.text == name.text) {
                    let message = format!("the rule `{}` is listed twice", name.text);
                    problems.report(name.place, "rule-duplicate", message, "remove one");
                }
            }
            let named = file.rules.iter().chain(&file.limits);
            for (name, _) in named.filter(|(name, _)| !scenarios.contains(&name.text)) {
                let message = format!("there is no scenario `{}`", name.text);
                let help = one_of(name.text, scenarios);
                problems.report(name.place, "scenario-unknown", message, help);
            }
        }
    }
}
