//! The arithmetic of a batch: many rows at once, column by column.
//!
//! What a value gives is a step function of the value, and everything that a
//! decision needs is a sum of such functions: the score, how many facts make a
//! rule of an effect fire, and which literals of longer conditions hold (each
//! is of one fact, so that its sum is 0 or 1). Several of these sums share one
//! number of 32 bits, a *channel*, side by side. A column is then read once per
//! channel that it matters to, and the loop over it has neither branches nor
//! lookups: the compiler makes it as wide as the processor is.

use super::channels::{
    BLOCK, Block, Check, Field, Fields, add_lanes, add_steps, checks, depth, hold,
};
use super::plan::{Clause, FactPlan, Plan};
use crate::policy::{Decision, Scenario};

/// More steps than this in one column cost more than a lookup.
const MOST_STEPS: usize = 24;

/// How the values of a column come into a channel.
#[derive(Debug, Clone)]
enum Way {
    /// What is added for offsets above these.
    Steps(Vec<(i32, u32)>),
    /// What is added for each lane of the fact.
    Lanes(Vec<u32>),
}

/// A column and a channel.
#[derive(Debug, Clone)]
struct Pass {
    /// The place of the fact in the plan.
    at: usize,
    channel: usize,
    way: Way,
}

/// A characteristic by cases: conditions, and points above the least.
type ByCases = Vec<(Vec<Check>, u32)>;

/// A scenario, made ready for rows in which everything is known.
#[derive(Debug, Clone)]
pub(super) struct Kernel {
    /// The lowest value and the extent of each fact of the plan.
    domains: Vec<(i64, i64)>,
    /// What each channel holds where every fact has its lowest value.
    bases: Vec<u32>,
    passes: Vec<Pass>,
    points: Field,
    /// The score that stands for no points at all.
    least: i64,
    /// Per effect: where the facts that bring it about are counted.
    effects: Vec<(Decision, Field)>,
    /// Conditions of more than one literal.
    long: Vec<(Decision, Vec<Check>)>,
    cases: Vec<ByCases>,
    /// The set of decisions of the lowest score, and what changes in it above
    /// other points.
    band: u32,
    bands: Vec<(i32, u32)>,
    channels: Vec<Block>,
    stack: Vec<Block>,
    fired: Box<Block>,
    score: Box<Block>,
}

/// What a class of a fact adds to the channels.
struct Packing<'k> {
    plan: &'k Plan,
    points: Field,
    effects: &'k [(Decision, Field)],
    literals: &'k [Option<Field>],
}

impl Packing<'_> {
    /// What a stretch of values adds; `least` are the fewest points of any.
    fn class(&self, fact: &FactPlan, least: i64, class: u16, channel: usize) -> u32 {
        let class = usize::from(class);
        let mut sum = 0u32;
        let mut add = |field: Field, number: u32| {
            if field.channel == channel {
                sum = sum.wrapping_add(number << field.shift);
            }
        };
        add(self.points, (fact.classes[class].points - least) as u32);
        let row = &fact.rows[class * fact.words..][..fact.words];
        for (effect, field) in self.effects {
            let mut words = row.iter().enumerate();
            let fires = words.any(|(at, bits)| whole(self.plan, *effect, fact, at) & bits != 0);
            add(*field, u32::from(fires));
        }
        for (at, bits) in row.iter().enumerate() {
            let held = (0..64).filter(|bit| (fact.mask[at] & bits) >> bit & 1 == 1);
            for bit in held {
                if let Some(field) = self.literals[(fact.first_word + at) * 64 + bit] {
                    add(field, 1);
                }
            }
        }
        sum
    }
}

/// The literals in a word of a fact that are rules of an effect.
fn whole(plan: &Plan, effect: Decision, fact: &FactPlan, at: usize) -> u64 {
    plan.whole[effect as usize * plan.words + fact.first_word + at] & fact.mask[at]
}

/// The classes of a fact's values, stretch by stretch.
fn stretches(fact: &FactPlan) -> &[u16] {
    &fact.class_of[..fact.starts.len()]
}

impl Kernel {
    /// `None` where something of the scenario is open whatever is known, or
    /// where scores differ by more than 31 bits.
    pub(super) fn new(
        scenario: &Scenario,
        plan: &Plan,
        domains: Vec<(i64, i64)>,
    ) -> Option<Kernel> {
        let bands = scenario.scorecard.iter().flat_map(|card| &card.bands);
        let card = scenario.scorecard.as_ref();
        let mut least = card.map_or(0, |card| i64::from(card.base));
        let mut extent = 0i64;
        let mut fewest = Vec::new();
        for fact in &plan.facts {
            let points = |class: &u16| fact.classes[usize::from(*class)].points;
            let all = stretches(fact).iter().map(points);
            let (low, high) = (all.clone().min()?, all.max()?);
            fewest.push(low);
            least += low;
            extent += high - low;
        }
        let of_facts = u32::try_from(extent).ok()?;
        for cases in &plan.cases {
            least += cases.span.0;
            extent += cases.span.1 - cases.span.0;
        }
        if plan.hides || i32::try_from(extent).is_err() {
            return None;
        }
        let mut fields = Fields {
            channels: 0,
            taken: 0,
        };
        let points = fields.take(of_facts);
        let mut effects = Vec::new();
        for effect in [Decision::Refer, Decision::RetryLater, Decision::Decline] {
            let brings =
                |fact: &&FactPlan| (0..fact.words).any(|at| whole(plan, effect, fact, at) != 0);
            let count = plan.facts.iter().filter(brings).count();
            if count > 0 {
                effects.push((effect, fields.take(u32::try_from(count).ok()?)));
            }
        }
        let mut literals = vec![None; plan.words * 64];
        let mut read = |clause: Clause| checks(plan.steps(clause), &mut literals, &mut fields);
        let mut long = Vec::new();
        for at in &plan.long {
            let rule = plan.rules[usize::from(*at)];
            long.push((rule.effect, read(rule.clause)?));
        }
        let mut cases = Vec::new();
        for one in &plan.cases {
            let case = |(clause, points): &(Clause, i64)| {
                Some((read(*clause)?, (points - one.span.0) as u32))
            };
            cases.push(one.all.iter().map(case).collect::<Option<ByCases>>()?);
        }
        let packing = Packing {
            plan,
            points,
            effects: &effects,
            literals: &literals,
        };
        let mut bases = vec![0u32; fields.channels];
        let mut passes = Vec::new();
        for (at, fact) in plan.facts.iter().enumerate() {
            let mut is_checked = false;
            for (channel, base) in bases.iter_mut().enumerate() {
                let packed = |class: u16| packing.class(fact, fewest[at], class, channel);
                let is_last = channel + 1 == fields.channels;
                let way = way(fact, domains[at], packed, base);
                let is_idle = matches!(&way, Way::Steps(steps) if steps.is_empty());
                // Every column is held against its domain, if only for that.
                if !is_idle || is_last && !is_checked {
                    is_checked = true;
                    passes.push(Pass { at, channel, way });
                }
            }
        }
        let mut band = 0;
        let mut above = Vec::new();
        let mut before = None;
        for one in bands {
            let set = 1u32 << one.decision as u8;
            let from = one.from - least;
            if from <= 0 || before.is_none() {
                band = set;
            } else if let (Ok(from), Some(before)) = (i32::try_from(from), before) {
                above.push((from - 1, set ^ before));
            }
            before = Some(set);
        }
        let by_rules = long.iter().map(|(_, checks)| checks);
        let by_cases = cases.iter().flatten().map(|(checks, _)| checks);
        let deepest = by_rules.chain(by_cases).map(|checks| depth(checks)).max();
        Some(Kernel {
            domains,
            channels: vec![[0; BLOCK]; bases.len()],
            bases,
            passes,
            points,
            least,
            effects,
            long,
            cases,
            band,
            bands: above,
            stack: vec![[0; BLOCK]; deepest.unwrap_or(0)],
            fired: Box::new([0; BLOCK]),
            score: Box::new([0; BLOCK]),
        })
    }

    /// Decides rows, at most [`BLOCK`], and says of each the set of its
    /// decision, as bits, and the score. `column` gives the values of a fact by
    /// its place in the plan; `false` where one lies outside of its domain, and
    /// then nothing was decided.
    pub(super) fn run<'c>(
        &mut self,
        plan: &Plan,
        column: impl Fn(usize) -> &'c [i64],
        told: impl FnMut(usize, u8, i64),
        rows: usize,
    ) -> bool {
        let work = Work {
            kernel: self,
            plan,
            column,
            told,
            rows: rows.min(BLOCK),
        };
        #[cfg(not(target_arch = "wasm32"))]
        return pulp::Arch::new().dispatch(work);
        #[cfg(target_arch = "wasm32")]
        work.decide()
    }

    #[inline(always)]
    fn decide<'c>(
        &mut self,
        plan: &Plan,
        column: impl Fn(usize) -> &'c [i64],
        mut told: impl FnMut(usize, u8, i64),
        rows: usize,
    ) -> bool {
        for (channel, base) in self.channels.iter_mut().zip(&self.bases) {
            channel[..rows].fill(*base);
        }
        let mut is_inside = true;
        for pass in &self.passes {
            let (min, max) = self.domains[pass.at];
            let channel = &mut self.channels[pass.channel][..rows];
            is_inside &= match &pass.way {
                Way::Steps(steps) => add_steps(column(pass.at), channel, (min, max), steps),
                Way::Lanes(lanes) => {
                    let fact = &plan.facts[pass.at];
                    add_lanes(column(pass.at), channel, (min, max), fact, lanes)
                }
            };
        }
        if !is_inside {
            return false;
        }
        self.fire(rows);
        self.sum(rows);
        for row in 0..rows {
            // Of the decisions that something asks for, the most severe.
            let set = self.fired[row] | 1;
            let only = 1u32 << (31 - set.leading_zeros());
            told(row, only as u8, self.least + i64::from(self.score[row]));
        }
        true
    }

    /// What rules ask for, as bits.
    #[inline(always)]
    fn fire(&mut self, rows: usize) {
        let fired = &mut self.fired[..rows];
        fired.fill(0);
        for (effect, field) in &self.effects {
            let bit = 1u32 << *effect as u8;
            let channel = &self.channels[field.channel][..rows];
            for (fired, sums) in fired.iter_mut().zip(channel) {
                *fired |= if sums & field.mask != 0 { bit } else { 0 };
            }
        }
        for (effect, all) in &self.long {
            let bit = 1u32 << *effect as u8;
            let held = hold(all, &self.channels, &mut self.stack, rows);
            for (fired, held) in fired.iter_mut().zip(held) {
                *fired |= held & bit;
            }
        }
    }

    /// The score above the least, and what its band asks for.
    #[inline(always)]
    fn sum(&mut self, rows: usize) {
        let score = &mut self.score[..rows];
        let field = self.points;
        let channel = &self.channels[field.channel][..rows];
        for (score, sums) in score.iter_mut().zip(channel) {
            *score = (sums & field.mask) >> field.shift;
        }
        for cases in &self.cases {
            // From the last case, which always holds, to the first: what is
            // written last counts.
            let mut points = [0u32; BLOCK];
            for (all, own) in cases.iter().rev() {
                let held = hold(all, &self.channels, &mut self.stack, rows);
                for (points, held) in points.iter_mut().zip(held) {
                    *points = *points & !held | own & held;
                }
            }
            for (score, points) in score.iter_mut().zip(&points) {
                *score += points;
            }
        }
        for (fired, score) in self.fired[..rows].iter_mut().zip(score) {
            let score = *score as i32;
            let mut band = self.band;
            for (below, change) in &self.bands {
                band ^= if score > *below { *change } else { 0 };
            }
            *fired |= band;
        }
    }
}

/// A block to decide. All of it is inlined, so that the compiler makes a version
/// for each width that processors have; the widest that is found here runs.
struct Work<'k, C, T> {
    kernel: &'k mut Kernel,
    plan: &'k Plan,
    column: C,
    told: T,
    rows: usize,
}

impl<'c, C: Fn(usize) -> &'c [i64], T: FnMut(usize, u8, i64)> Work<'_, C, T> {
    #[inline(always)]
    fn decide(self) -> bool {
        let rows = self.rows;
        self.kernel.decide(self.plan, self.column, self.told, rows)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<'c, C, T> pulp::WithSimd for Work<'_, C, T>
where
    C: Fn(usize) -> &'c [i64],
    T: FnMut(usize, u8, i64),
{
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> bool {
        self.decide()
    }
}

/// How a fact comes into a channel; what its lowest value gives goes into the
/// base.
fn way(
    fact: &FactPlan,
    (min, max): (i64, i64),
    packed: impl Fn(u16) -> u32,
    base: &mut u32,
) -> Way {
    let sums: Vec<u32> = stretches(fact).iter().map(|class| packed(*class)).collect();
    let mut steps = Vec::new();
    for (pair, start) in sums.windows(2).zip(&fact.starts[1..]) {
        // Where the extent is larger than this, `Lanes` it is.
        let offset = i32::try_from(start.wrapping_sub(min)).unwrap_or(i32::MAX);
        let change = pair[1].wrapping_sub(pair[0]);
        if change != 0 {
            steps.push((offset - 1, change));
        }
    }
    if i32::try_from(max.abs_diff(min)).is_ok() && steps.len() <= MOST_STEPS {
        *base = base.wrapping_add(sums.first().copied().unwrap_or(0));
        return Way::Steps(steps);
    }
    Way::Lanes(sums)
}
