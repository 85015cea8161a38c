//! Conditions: the closed subset of CEL, checked and compiled to postfix.
//!
//! Closed, because an open expression language can be run but not be bounded,
//! inverted or proved. A comparison with a fact that is missing or special
//! does not hold, `!=` included; `!` is plain negation.

mod comparison;

use std::cell::RefCell;
use std::collections::BTreeSet;

use cel::common::ast::operators as op;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo};
use cel::parser::Parser;
use precheck::{FactId, FactKind, Op, Test};

use super::cel_words::{balanced, construct, depth, flatten, offset, operator, syntax};
use super::diagnostic::{Help, Place, Problems};
use super::excerpt::Excerpt;
use super::facts::{Symbol, Symbols};
use super::places::Spot;

/// The deepest that the engine stacks.
const MAX_DEPTH: usize = 32;
/// Operands joined in one step; joining in groups keeps the stack flat.
const GROUP: usize = 8;

/// A condition in postfix order, and where each step stands.
pub(super) struct Condition {
    pub(super) ops: Vec<Op>,
    pub(super) spots: Vec<Spot>,
    /// The facts that it names.
    pub(super) facts: BTreeSet<FactId>,
    /// The overlays with other values for constants that it names.
    pub(super) overlays: BTreeSet<usize>,
}

/// Compiles a condition; `None` when a problem was reported. `inside` is the
/// overlay whose rule it belongs to: its values hold there without a choice.
pub(super) fn compile(
    problems: &Problems<'_>,
    symbols: &Symbols,
    source: &Excerpt<'_>,
    inside: Option<usize>,
) -> Option<Condition> {
    let (expression, info) = match Parser::new().parse_with_source_info(source.text()) {
        Ok(parsed) => parsed,
        Err(errors) => {
            // What follows the first syntax error is guesswork of the parser.
            let first = errors.errors.first()?;
            let at = offset(source.text(), first.pos);
            problems.report(
                source.place(at, at + 1),
                "condition-syntax",
                syntax(&first.msg),
                None,
            );
            return None;
        }
    };
    let mut compiler = Compiler {
        problems,
        symbols,
        source,
        info,
        inside,
        built: Condition {
            ops: Vec::new(),
            spots: Vec::new(),
            facts: BTreeSet::new(),
            overlays: BTreeSet::new(),
        },
        named: RefCell::default(),
    };
    compiler.condition(&expression)?;
    compiler.built.facts = compiler.named.take();
    let place = source.place(0, source.text().len());
    is_flat(problems, place, &compiler.built.ops).then_some(compiler.built)
}

/// Whether the engine can stack a condition; reports it otherwise.
pub(super) fn is_flat(problems: &Problems<'_>, place: Place<'_>, ops: &[Op]) -> bool {
    let is_flat = depth(ops) <= MAX_DEPTH;
    if !is_flat {
        let message = "the condition is nested too deeply";
        let help = "split it into several rules";
        problems.report(place, "condition-deep", message, help);
    }
    is_flat
}

struct Compiler<'c, 'a> {
    problems: &'c Problems<'a>,
    symbols: &'c Symbols,
    source: &'c Excerpt<'c>,
    info: SourceInfo,
    inside: Option<usize>,
    /// The facts that the source names.
    named: RefCell<BTreeSet<FactId>>,
    built: Condition,
}

/// What stands on one side of a comparison.
enum Side {
    Fact(FactId),
    Constant(u16),
    Integer(i64),
    Text(String),
}

impl Compiler<'_, '_> {
    fn place(&self, expression: &IdedExpr) -> Place<'_> {
        let (start, end) = self.range(expression);
        self.source.place(start, end)
    }

    /// Where the parser puts an expression: an operator, for one with two sides.
    fn range(&self, expression: &IdedExpr) -> (usize, usize) {
        let text = self.source.text();
        let Some((start, stop)) = self.info.offset_for(expression.id) else {
            return (0, text.len());
        };
        let (start, end) = (start as usize, stop as usize + 1);
        let before = text.get(..start).unwrap_or_default();
        // The parser points at what follows: the digits of a negative number,
        // the parenthesis of a call.
        let start = match &expression.expr {
            Expr::Literal(LiteralValue::Int(_)) if before.ends_with('-') => start - 1,
            Expr::Call(call) if before.ends_with(&call.func_name) => start - call.func_name.len(),
            _ => start,
        };
        (start, end)
    }

    /// Adds a step that an expression asks for.
    fn push(&mut self, op: Op, expression: &IdedExpr) {
        let (start, end) = self.whole(expression);
        let spot = Spot::from(self.source.place(start, end));
        self.built.ops.push(op);
        self.built.spots.push(spot);
    }

    /// The range of an expression with everything under it.
    fn whole(&self, expression: &IdedExpr) -> (usize, usize) {
        let parts = match &expression.expr {
            Expr::Call(call) => &call.args[..],
            Expr::List(list) => &list.elements,
            _ => &[],
        };
        let own = self.range(expression);
        let (start, end) = parts.iter().fold(own, |(start, end), part| {
            let (first, last) = self.whole(part);
            (start.min(first), end.max(last))
        });
        balanced(self.source.text(), start, end)
    }

    fn report<T>(
        &self,
        expression: &IdedExpr,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) -> Option<T> {
        self.problems
            .report(self.place(expression), code, message, help);
        None
    }

    fn condition(&mut self, expression: &IdedExpr) -> Option<()> {
        match &expression.expr {
            Expr::Ident(name) => self.flag(expression, name),
            Expr::Call(call) => self.call(expression, call),
            Expr::Literal(_) => self.report(
                expression,
                "condition-type",
                "a value alone is no condition",
                "compare it with a fact",
            ),
            other => self.construct(expression, construct(other)),
        }
    }

    fn construct(&self, expression: &IdedExpr, name: &str) -> Option<()> {
        let help = "conditions compare facts with constants, and join that with `&&`, `||` and `!`";
        let message = format!("{name} is not part of the language of conditions");
        self.report(expression, "condition-construct", message, help)
    }

    fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Option<()> {
        let name = call.func_name.as_str();
        match (name, &call.target, &call.args[..]) {
            (op::LOGICAL_AND | op::LOGICAL_OR, None, _) => self.join(expression, name),
            (op::LOGICAL_NOT, None, [operand]) => {
                self.condition(operand)?;
                self.push(Op::Not, expression);
                Some(())
            }
            (
                op::LESS
                | op::LESS_EQUALS
                | op::GREATER
                | op::GREATER_EQUALS
                | op::EQUALS
                | op::NOT_EQUALS,
                None,
                [left, right],
            ) => self.comparison(expression, name, left, right),
            (op::IN, None, [left, right]) => self.membership(expression, left, right),
            ("is_missing", None, [fact]) => self.is_missing(expression, fact),
            ("is_special", None, [fact, code]) => self.is_special(expression, fact, code),
            ("is_missing", None, _) => {
                let help = "write is_missing(fact)";
                self.report(
                    expression,
                    "condition-arguments",
                    "`is_missing` takes one fact",
                    help,
                )
            }
            ("is_special", None, _) => {
                let help = "write is_special(fact, \"code\")";
                let message = "`is_special` takes a fact and a code";
                self.report(expression, "condition-arguments", message, help)
            }
            _ => {
                let name = operator(name);
                self.construct(expression, &name)
            }
        }
    }

    /// `a && b && c`, however the parser has nested it.
    fn join(&mut self, expression: &IdedExpr, name: &str) -> Option<()> {
        let mut operands = Vec::new();
        flatten(expression, name, &mut operands);
        let step = |count: u8| {
            if name == op::LOGICAL_AND {
                Op::All(count)
            } else {
                Op::Any(count)
            }
        };
        let mut pending = 0;
        let mut is_sound = true;
        for operand in operands {
            is_sound &= self.condition(operand).is_some();
            pending += 1;
            if pending == GROUP {
                self.push(step(pending as u8), expression);
                pending = 1;
            }
        }
        if pending > 1 {
            self.push(step(pending as u8), expression);
        }
        is_sound.then_some(())
    }

    fn flag(&mut self, expression: &IdedExpr, name: &str) -> Option<()> {
        let fact = self.fact(expression)?;
        if self.symbols.fact(fact).kind != FactKind::Bool {
            let message = format!("`{name}` is no condition: it is no bool");
            return self.report(
                expression,
                "condition-type",
                message,
                "compare it with a constant",
            );
        }
        self.push(Op::Atom(fact, Test::OneOf(vec![1])), expression);
        Some(())
    }

    /// The fact that an expression names.
    fn fact(&self, expression: &IdedExpr) -> Option<FactId> {
        match self.side(expression)? {
            Side::Fact(fact) => Some(fact),
            _ => self.report(
                expression,
                "condition-type",
                "this is no fact",
                "name a fact here",
            ),
        }
    }

    fn side(&self, expression: &IdedExpr) -> Option<Side> {
        match &expression.expr {
            Expr::Ident(name) => match self.symbols.get(name) {
                Some(Symbol::Fact(fact)) => {
                    self.named.borrow_mut().insert(fact);
                    Some(Side::Fact(fact))
                }
                Some(Symbol::Constant(index)) => Some(Side::Constant(index)),
                Some(Symbol::Broken) => None,
                None => {
                    let message = format!("`{name}` is neither a fact nor a constant");
                    self.report(
                        expression,
                        "name-unknown",
                        message,
                        self.symbols.nearest(name),
                    )
                }
            },
            Expr::Literal(LiteralValue::Int(value)) => Some(Side::Integer(*value.inner())),
            Expr::Literal(LiteralValue::String(text)) => Some(Side::Text(text.inner().to_owned())),
            Expr::Literal(LiteralValue::Boolean(_)) => self.report(
                expression,
                "condition-type",
                "facts of kind bool are not compared",
                "write `fact` or `!fact`",
            ),
            other => {
                let name = match other {
                    Expr::Call(call) => operator(&call.func_name),
                    other => construct(other).to_owned(),
                };
                self.construct(expression, &name);
                None
            }
        }
    }
}
