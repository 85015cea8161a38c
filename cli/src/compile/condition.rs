//! Conditions: the closed subset of CEL, checked and compiled to postfix.
//!
//! Closed, because an open expression language can be run but not be bounded,
//! inverted or proved. A comparison with a fact that is missing or special
//! does not hold, `!=` included; `!` is plain negation.

use cel::common::ast::operators as op;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo};
use cel::parser::Parser;
use precheck::{FactDef, FactId, FactKind, Op, Test};

use super::cel_words::{balanced, construct, depth, flatten, mirrored, offset, operator, syntax};
use super::diagnostic::{Help, Place, Problems, nearest};
use super::excerpt::Excerpt;
use super::facts::{Symbol, Symbols};
use super::places::Spot;
use super::values::{kind_name, spelling, text_value};

/// The deepest that the engine stacks.
const MAX_DEPTH: usize = 32;
/// Operands joined in one step; joining in groups keeps the stack flat.
const GROUP: usize = 8;

/// A condition in postfix order, and where each step stands.
pub(super) struct Condition {
    pub(super) ops: Vec<Op>,
    pub(super) spots: Vec<Spot>,
}

/// Compiles a condition; `None` when a problem was reported.
pub(super) fn compile(
    problems: &Problems<'_>,
    symbols: &Symbols,
    source: &Excerpt<'_>,
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
        ops: Vec::new(),
        spots: Vec::new(),
    };
    compiler.condition(&expression)?;
    if depth(&compiler.ops) > MAX_DEPTH {
        let place = source.place(0, source.text().len());
        let help = "split it into several rules";
        problems.report(
            place,
            "condition-deep",
            "the condition is nested too deeply",
            help,
        );
        return None;
    }
    Some(Condition {
        ops: compiler.ops,
        spots: compiler.spots,
    })
}

struct Compiler<'c, 'a> {
    problems: &'c Problems<'a>,
    symbols: &'c Symbols,
    source: &'c Excerpt<'c>,
    info: SourceInfo,
    ops: Vec<Op>,
    spots: Vec<Spot>,
}

fn is_whole(kind: FactKind) -> bool {
    matches!(kind, FactKind::Integer | FactKind::Days | FactKind::Years)
}

/// What stands on one side of a comparison.
enum Side {
    Fact(FactId),
    Constant(FactKind, i64, String),
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
        self.ops.push(op);
        self.spots.push(spot);
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
                Some(Symbol::Fact(fact)) => Some(Side::Fact(fact)),
                Some(Symbol::Constant(index)) => {
                    let constant = self.symbols.constant(index);
                    Some(Side::Constant(constant.kind, constant.value, name.clone()))
                }
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

    fn comparison(
        &mut self,
        expression: &IdedExpr,
        name: &str,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<()> {
        let sides = (self.side(left), self.side(right));
        let (fact, value, at, name) = match (sides.0?, sides.1?) {
            (Side::Fact(_), Side::Fact(_)) => {
                let help = "compare one of them with a constant, or declare a derived fact";
                return self.report(expression, "condition-type", "two facts are compared", help);
            }
            (Side::Fact(fact), value) => (fact, value, right, name),
            (value, Side::Fact(fact)) => (fact, value, left, mirrored(name)),
            _ => {
                let help = "compare a fact with a constant";
                return self.report(expression, "condition-type", "no fact is compared", help);
            }
        };
        let def = self.symbols.fact(fact);
        let is_order = !matches!(name, op::EQUALS | op::NOT_EQUALS);
        if is_order && def.kind == FactKind::Code {
            let message = format!("the codes of `{}` have no order", def.name);
            return self.report(
                expression,
                "condition-type",
                message,
                "use `==`, `!=` or `in`",
            );
        }
        let value = self.value(def, &value, at)?;
        let test = match name {
            op::LESS => Test::AtMost(value.saturating_sub(1)),
            op::LESS_EQUALS => Test::AtMost(value),
            op::GREATER => Test::AtLeast(value.saturating_add(1)),
            op::GREATER_EQUALS => Test::AtLeast(value),
            op::EQUALS => Test::OneOf(vec![value]),
            // Known, and another one: below or above, or one of the other codes.
            _ if def.kind == FactKind::Code => {
                Test::OneOf((def.min..=def.max).filter(|one| *one != value).collect())
            }
            _ => {
                let below = Test::AtMost(value.saturating_sub(1));
                let above = Test::AtLeast(value.saturating_add(1));
                self.push(Op::Atom(fact, below), expression);
                self.push(Op::Atom(fact, above), expression);
                self.push(Op::Any(2), expression);
                return Some(());
            }
        };
        self.push(Op::Atom(fact, test), expression);
        Some(())
    }

    fn membership(
        &mut self,
        expression: &IdedExpr,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<()> {
        let fact = self.fact(left)?;
        let Expr::List(list) = &right.expr else {
            let help = "write `fact in [a, b]`";
            return self.report(right, "condition-type", "`in` needs a list", help);
        };
        if list.elements.is_empty() {
            return self.report(right, "condition-type", "the list is empty", None);
        }
        let def = self.symbols.fact(fact);
        if def.kind == FactKind::Bool {
            let help = "write `fact` or `!fact`";
            return self.report(expression, "condition-type", "a bool is in no list", help);
        }
        let mut values = Vec::new();
        let mut is_sound = true;
        for element in &list.elements {
            let side = self.side(element);
            let value = side.and_then(|side| self.value(def, &side, element));
            is_sound &= value.is_some();
            values.extend(value);
        }
        values.sort_unstable();
        values.dedup();
        self.push(Op::Atom(fact, Test::OneOf(values)), expression);
        is_sound.then_some(())
    }

    /// A constant or literal in the unit of a fact.
    fn value(&self, def: &FactDef, side: &Side, at: &IdedExpr) -> Option<i64> {
        let kind = def.kind;
        match side {
            Side::Constant(of, value, _) if *of == kind && kind != FactKind::Bool => Some(*value),
            Side::Constant(of, _, name) => {
                let message = format!(
                    "`{}` is {} and `{name}` is {}: they cannot be compared",
                    def.name,
                    kind_name(kind),
                    kind_name(*of)
                );
                self.report(at, "condition-unit", message, "compare values of one kind")
            }
            Side::Integer(value) if is_whole(kind) => Some(*value),
            Side::Integer(value) if kind == FactKind::Decimal => {
                let scaled = value.checked_mul(10_i64.saturating_pow(def.digits.into()));
                scaled.or_else(|| self.report(at, "condition-value", "too large", None))
            }
            Side::Text(code) if kind == FactKind::Code => {
                let found = def.codes.iter().position(|one| one == code);
                let found = found.and_then(|position| i64::try_from(position).ok());
                if found.is_none() {
                    let message = format!("`{code}` is no code of `{}`", def.name);
                    let help = nearest(code, def.codes.iter().map(String::as_str));
                    return self.report(at, "code-unknown", message, help);
                }
                found
            }
            Side::Text(text)
                if !matches!(kind, FactKind::Bool | FactKind::Code) && !is_whole(kind) =>
            {
                text_value(text, kind, def.digits)
                    .map_err(|message| {
                        let help = format!("write {}", spelling(kind));
                        self.report::<()>(at, "condition-value", message, help)
                    })
                    .ok()
            }
            _ if kind == FactKind::Bool => {
                let help = "write `fact` or `!fact`";
                self.report(
                    at,
                    "condition-type",
                    "facts of kind bool are not compared",
                    help,
                )
            }
            _ => {
                let message = format!("`{}` is {}; this is not", def.name, kind_name(kind));
                self.report(
                    at,
                    "condition-unit",
                    message,
                    format!("write {}", spelling(kind)),
                )
            }
        }
    }

    fn is_missing(&mut self, expression: &IdedExpr, named: &IdedExpr) -> Option<()> {
        let fact = self.fact(named)?;
        let def = self.symbols.fact(fact);
        if !def.may_be_missing {
            let message = format!("`{}` is never missing", def.name);
            return self.report(
                named,
                "condition-state",
                message,
                "declare `missing = true`",
            );
        }
        self.push(Op::Atom(fact, Test::Missing), expression);
        Some(())
    }

    fn is_special(
        &mut self,
        expression: &IdedExpr,
        named: &IdedExpr,
        code: &IdedExpr,
    ) -> Option<()> {
        let fact = self.fact(named)?;
        let def = self.symbols.fact(fact);
        let Expr::Literal(LiteralValue::String(text)) = &code.expr else {
            let help = "write the special code as a text";
            return self.report(code, "condition-arguments", "this is no special code", help);
        };
        let text = text.inner();
        let found = def.specials.iter().position(|one| one == text);
        let Some(position) = found.and_then(|position| u8::try_from(position).ok()) else {
            let message = format!("`{text}` is no special code of `{}`", def.name);
            let help = nearest(text, def.specials.iter().map(String::as_str));
            return self.report(code, "special-unknown", message, help);
        };
        self.push(Op::Atom(fact, Test::Special(position)), expression);
        Some(())
    }
}
