//! Many applications at once, as columns.
//!
//! Rows in which everything that matters is known are decided block by block
//! ([`super::kernel`]); any other row goes to the [`Evaluator`], so that the
//! answer is the same as row by row. Errors name the column and the row, never
//! a value.

use std::fmt;

use super::channels::BLOCK;
use super::kernel::Kernel;
use super::plan::Plan;
use super::{DecisionSet, Evaluator, Range};
use crate::facts::{FactState, Facts};
use crate::policy::{Derived, FactId, Policy, ScenarioId};
use crate::units::Date;

/// What a row of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The value at the same place.
    Value,
    /// Known to be absent; the value is not looked at.
    Missing,
    /// A special code, by its position in the fact's declaration.
    Special(u8),
    /// Not known.
    Unknown,
}

/// One fact of many applications.
#[derive(Debug, Clone, Copy)]
pub struct Column<'c> {
    /// The fact.
    pub fact: FactId,
    /// Its values, in the fact's unit, a row each.
    pub values: &'c [i64],
    /// What the rows are; `None` where all are values.
    pub cells: Option<&'c [Cell]>,
}

impl Column<'_> {
    fn state(&self, row: usize) -> FactState {
        match self.cells.map(|cells| cells[row]) {
            None | Some(Cell::Value) => FactState::Known(self.values[row]),
            Some(Cell::Missing) => FactState::Missing,
            Some(Cell::Special(code)) => FactState::Special(code),
            Some(Cell::Unknown) => FactState::Unknown,
        }
    }
}

/// What follows for one row; see [`crate::Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// The score, if the scenario has a scorecard.
    pub score: Option<Range>,
    /// Every decision that is possible: one, where everything is known.
    pub decisions: DecisionSet,
    /// Whether both are exact. What is known to the last fact always is.
    pub tight: bool,
}

/// Why a batch was not decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchError {
    /// The scenario has no use for the fact of a column.
    ColumnUnused {
        /// Which of the columns, from 0.
        column: usize,
    },
    /// A column has the fact of an earlier one.
    ColumnDuplicate {
        /// Which of the columns, from 0.
        column: usize,
    },
    /// A column has not as many rows as there is room for answers.
    ColumnLength {
        /// Which of the columns, from 0.
        column: usize,
    },
    /// A value, or another state, that the fact's declaration does not allow.
    CellOutside {
        /// Which of the columns, from 0.
        column: usize,
        /// Which row, from 0.
        row: usize,
    },
    /// A fact that is computed from a column leaves its domain.
    ComputedOutside {
        /// The computed fact.
        fact: FactId,
        /// Which row, from 0.
        row: usize,
    },
}

impl BatchError {
    /// The code, for machines. Stable.
    pub fn code(self) -> &'static str {
        match self {
            BatchError::ColumnUnused { .. } => "column-unused",
            BatchError::ColumnDuplicate { .. } => "column-duplicate",
            BatchError::ColumnLength { .. } => "column-length",
            BatchError::CellOutside { .. } => "cell-outside",
            BatchError::ComputedOutside { .. } => "computed-outside",
        }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BatchError::ColumnUnused { column } => write!(
                f,
                "column {column}: the scenario has no use for the fact; leave the column out"
            ),
            BatchError::ColumnDuplicate { column } => write!(
                f,
                "column {column}: an earlier column has the same fact; leave one out"
            ),
            BatchError::ColumnLength { column } => write!(
                f,
                "column {column}: values, cells and answers differ in number"
            ),
            BatchError::CellOutside { column, row } => write!(
                f,
                "column {column}, row {row}: the fact's declaration does not allow this"
            ),
            BatchError::ComputedOutside { fact, row } => write!(
                f,
                "row {row}: fact {fact}, computed from the columns, leaves its domain"
            ),
        }
    }
}

impl std::error::Error for BatchError {}

/// Where the values of a fact of the plan come from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// A column, by its place.
    Given(usize),
    /// What is worked out into the patch of the fact.
    Computed(Derived),
}

/// One scenario, ready to be asked about tables of applications.
///
/// ```no_run
/// # use precheck::{Column, Decided, Policy, ScenarioId, BatchError, units::Date};
/// # fn example(policy: &Policy, scenario: ScenarioId, day: Date) -> Result<(), BatchError> {
/// # let (age, income) = (0, 1);
/// let mut batch = policy.batch(scenario, day);
/// let ages = [31, 17, 64];
/// let incomes = [850_000, 120_000, 400_000];
/// let columns = [
///     Column { fact: age, values: &ages, cells: None },
///     Column { fact: income, values: &incomes, cells: None },
/// ];
/// let mut decided = [Decided::default(); 3];
/// batch.run(&columns, &mut decided)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Batch<'p> {
    policy: &'p Policy,
    plan: &'p Plan,
    as_of: Date,
    has_score: bool,
    /// Which facts a column may have.
    is_used: Vec<bool>,
    /// What is computed, where no column gives it.
    derived: Vec<Derived>,
    kernel: Option<Kernel>,
    evaluator: Evaluator<'p>,
    facts: Facts,
    /// Per fact of the policy: values of a block that are not those of a column.
    patches: Vec<Vec<i64>>,
    /// Which rows of a block are not fully known.
    open: Vec<bool>,
}

impl<'p> Batch<'p> {
    pub(crate) fn new(policy: &'p Policy, scenario: ScenarioId, as_of: Date) -> Batch<'p> {
        let plan = policy.plan(scenario);
        let model = policy.model();
        let data = policy.scenario(scenario);
        let mut is_used = vec![false; model.facts.len()];
        let in_plan = plan.facts.iter().map(|one| one.fact);
        for fact in in_plan.chain(data.facts.iter().copied()) {
            is_used[usize::from(fact)] = true;
        }
        let needed = |one: &&Derived| plan.place_of[usize::from(one.fact)].is_some();
        let derived: Vec<Derived> = model.derived.iter().filter(needed).copied().collect();
        for one in &derived {
            let (first, second) = one.formula.inputs();
            for fact in [first, second].into_iter().flatten() {
                is_used[usize::from(fact)] = true;
            }
        }
        let domain = |fact: FactId| {
            let def = &model.facts[usize::from(fact)];
            (def.min, def.max)
        };
        let domains = plan.facts.iter().map(|one| domain(one.fact)).collect();
        Batch {
            policy,
            plan,
            as_of,
            has_score: data.scorecard.is_some(),
            is_used,
            derived,
            kernel: Kernel::new(data, plan, domains),
            evaluator: policy.evaluator(scenario, as_of),
            facts: policy.no_facts(as_of),
            patches: vec![Vec::new(); model.facts.len()],
            open: vec![false; BLOCK],
        }
    }

    /// Decides as many rows as there is room for. A fact without column is
    /// unknown, but for what is computed from columns: that is worked out where
    /// no column gives it.
    ///
    /// # Errors
    ///
    /// `column-unused`, `column-duplicate`, `column-length` before any row;
    /// `cell-outside` and `computed-outside` for the first row that has one.
    /// What `out` holds from that row on then means nothing.
    pub fn run(&mut self, columns: &[Column<'_>], out: &mut [Decided]) -> Result<(), BatchError> {
        let given = self.given(columns, out.len())?;
        let sources = self.sources(&given);
        self.facts = self.policy.no_facts(self.as_of);
        let mut first = 0;
        for block in out.chunks_mut(BLOCK) {
            let is_decided = match &sources {
                Some(sources) => self.block(columns, sources, first, block),
                None => {
                    self.open.fill(true);
                    false
                }
            };
            // What does not lie in its domain is found row by row.
            for (row, decided) in block.iter_mut().enumerate() {
                if !is_decided || self.open[row] {
                    *decided = self.row(columns, &given, first + row)?;
                }
            }
            first += block.len();
        }
        Ok(())
    }

    /// Per fact: which column gives it.
    fn given(&self, columns: &[Column<'_>], rows: usize) -> Result<Vec<Option<usize>>, BatchError> {
        let mut given = vec![None; self.is_used.len()];
        for (column, one) in columns.iter().enumerate() {
            let fact = usize::from(one.fact);
            if !self.is_used.get(fact).is_some_and(|is_used| *is_used) {
                return Err(BatchError::ColumnUnused { column });
            }
            if given[fact].replace(column).is_some() {
                return Err(BatchError::ColumnDuplicate { column });
            }
            let cells = one.cells.map_or(rows, <[Cell]>::len);
            if one.values.len() != rows || cells != rows {
                return Err(BatchError::ColumnLength { column });
            }
        }
        Ok(given)
    }

    /// Per fact of the plan: where its values come from; `None` where some have
    /// no source, so that every row is open.
    fn sources(&self, given: &[Option<usize>]) -> Option<Vec<Source>> {
        self.kernel.as_ref()?;
        let source = |fact: FactId| {
            if let Some(column) = given[usize::from(fact)] {
                return Some(Source::Given(column));
            }
            let own = self.derived.iter().find(|one| one.fact == fact)?;
            let (first, second) = own.formula.inputs();
            let mut inputs = first.into_iter().chain(second);
            let has_all = inputs.all(|input| given[usize::from(input)].is_some());
            has_all.then_some(Source::Computed(*own))
        };
        self.plan.facts.iter().map(|one| source(one.fact)).collect()
    }

    /// Decides the rows of a block that are fully known and marks the others;
    /// `false` where something does not lie in its domain.
    fn block(
        &mut self,
        columns: &[Column<'_>],
        sources: &[Source],
        first: usize,
        out: &mut [Decided],
    ) -> bool {
        let rows = first..first + out.len();
        self.open.fill(false);
        for column in columns {
            let def = &self.policy.model().facts[usize::from(column.fact)];
            let values = &column.values[rows.clone()];
            let cells = column.cells.map(|cells| &cells[rows.clone()]);
            let is_plain = |cells: &[Cell]| cells.iter().all(|cell| *cell == Cell::Value);
            let patch = &mut self.patches[usize::from(column.fact)];
            patch.clear();
            if let Some(cells) = cells.filter(|cells| !is_plain(cells)) {
                for ((open, cell), value) in self.open.iter_mut().zip(cells).zip(values) {
                    let is_value = *cell == Cell::Value;
                    *open |= !is_value;
                    patch.push(if is_value { *value } else { def.min });
                }
            }
            // Those of the plan are looked at below.
            let is_inside = |value: &i64| (def.min..=def.max).contains(value);
            let in_plan = self.plan.place_of[usize::from(column.fact)].is_some();
            let checked = if patch.is_empty() { values } else { &patch[..] };
            if !in_plan && !checked.iter().all(is_inside) {
                return false;
            }
        }
        for source in sources {
            if let Source::Computed(one) = source {
                self.compute(columns, one, rows.clone());
            }
        }
        let (patches, has_score) = (&self.patches, self.has_score);
        let Some(kernel) = &mut self.kernel else {
            return false;
        };
        let plan = self.plan;
        let values = |at: usize| match (&patches[usize::from(plan.facts[at].fact)], sources[at]) {
            (patch, Source::Given(column)) if patch.is_empty() => {
                &columns[column].values[rows.clone()]
            }
            (patch, _) => &patch[..],
        };
        let count = rows.len();
        let told = |row: usize, decisions: u8, score: i64| {
            out[row] = Decided {
                score: has_score.then_some(Range {
                    min: score,
                    max: score,
                }),
                decisions: DecisionSet(decisions),
                tight: true,
            };
        };
        kernel.run(plan, values, told, count)
    }

    /// Works out a fact for the rows of a block.
    fn compute(&mut self, columns: &[Column<'_>], one: &Derived, rows: std::ops::Range<usize>) {
        let def = &self.policy.model().facts[usize::from(one.fact)];
        let (first, second) = one.formula.inputs();
        let column = |fact: FactId| columns.iter().find(|column| column.fact == fact);
        let inputs = [first.and_then(column), second.and_then(column)];
        let mut patch = std::mem::take(&mut self.patches[usize::from(one.fact)]);
        patch.clear();
        for (open, row) in self.open.iter_mut().zip(rows) {
            for input in inputs.into_iter().flatten() {
                self.facts.set(input.fact, input.state(row));
            }
            patch.push(match one.state(&self.facts, def) {
                FactState::Known(value) => value,
                _ => {
                    *open = true;
                    def.min
                }
            });
        }
        self.patches[usize::from(one.fact)] = patch;
    }

    /// One row by itself.
    fn row(
        &mut self,
        columns: &[Column<'_>],
        given: &[Option<usize>],
        row: usize,
    ) -> Result<Decided, BatchError> {
        let defs = &self.policy.model().facts;
        for (column, one) in columns.iter().enumerate() {
            let state = one.state(row);
            if !defs[usize::from(one.fact)].allows(state) {
                return Err(BatchError::CellOutside { column, row });
            }
            self.facts.set(one.fact, state);
        }
        for one in &self.derived {
            if given[usize::from(one.fact)].is_none() {
                let def = &defs[usize::from(one.fact)];
                let state = one.state(&self.facts, def);
                if !def.allows(state) {
                    let fact = one.fact;
                    return Err(BatchError::ComputedOutside { fact, row });
                }
                self.facts.set(one.fact, state);
            }
        }
        let verdict = self.evaluator.evaluate(&self.facts);
        Ok(Decided {
            score: verdict.score,
            decisions: verdict.decisions,
            tight: verdict.tight,
        })
    }
}
