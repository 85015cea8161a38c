//! Comparisons of a fact with a value, the atoms of conditions.
//!
//! A constant that overlays give other values becomes a choice: of each
//! comparison that names it, and of nothing around it.

use cel::common::ast::operators as op;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};
use precheck::{FactDef, FactId, FactKind, Op, Test};

use super::super::cel_words::mirrored;
use super::super::diagnostic::nearest;
use super::super::overlays::{Given, choice};
use super::super::values::{kind_name, spelling, text_value};
use super::{Compiler, Side};

fn is_whole(kind: FactKind) -> bool {
    matches!(kind, FactKind::Integer | FactKind::Days | FactKind::Years)
}

impl Compiler<'_, '_> {
    pub(super) fn comparison(
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
        let given = self.value(def, &value, at)?;
        self.choose(expression, fact, &given, |value| tests(name, def, value));
        Some(())
    }

    /// Adds a comparison with a value, or with the one of several that applies.
    fn choose(
        &mut self,
        expression: &IdedExpr,
        fact: FactId,
        given: &Given,
        tests: impl Fn(i64) -> Vec<Test>,
    ) {
        let others = given.others.iter();
        self.built
            .overlays
            .extend(others.map(|(overlay, _)| *overlay));
        // Every step stands where the comparison stands: they are one to lint.
        let steps = choice(self.symbols, fact, given, tests);
        for step in steps {
            self.push(step, expression);
        }
    }

    pub(super) fn membership(
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
        let mut chosen = Vec::new();
        let mut is_sound = true;
        for element in &list.elements {
            let side = self.side(element);
            match side.and_then(|side| self.value(def, &side, element)) {
                Some(given) if given.others.is_empty() => values.push(given.value),
                Some(given) => chosen.push(given),
                None => is_sound = false,
            }
        }
        values.sort_unstable();
        values.dedup();
        let mut parts = usize::from(!values.is_empty());
        if parts > 0 {
            self.push(Op::Atom(fact, Test::OneOf(values)), expression);
        }
        for given in &chosen {
            self.choose(expression, fact, given, |value| {
                vec![Test::OneOf(vec![value])]
            });
            parts += 1;
            if parts > 1 {
                self.push(Op::Any(2), expression);
            }
        }
        is_sound.then_some(())
    }

    /// A constant or literal in the unit of a fact.
    fn value(&self, def: &FactDef, side: &Side, at: &IdedExpr) -> Option<Given> {
        let Side::Constant(index) = side else {
            return self.literal(def, side, at).map(Given::one);
        };
        let (kind, constant) = (def.kind, self.symbols.constant(*index));
        if constant.kind == kind && kind != FactKind::Bool {
            return Some(self.symbols.given(*index, self.inside));
        }
        let message = format!(
            "`{}` is {} and `{}` is {}: they cannot be compared",
            def.name,
            kind_name(kind),
            constant.name,
            kind_name(constant.kind)
        );
        self.report(at, "condition-unit", message, "compare values of one kind")
    }

    fn literal(&self, def: &FactDef, side: &Side, at: &IdedExpr) -> Option<i64> {
        let kind = def.kind;
        match side {
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

    pub(super) fn is_missing(&mut self, expression: &IdedExpr, named: &IdedExpr) -> Option<()> {
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

    pub(super) fn is_special(
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

/// What a comparison asks of a fact, any of which is enough.
fn tests(name: &str, def: &FactDef, value: i64) -> Vec<Test> {
    let below = Test::AtMost(value.saturating_sub(1));
    let above = Test::AtLeast(value.saturating_add(1));
    match name {
        op::LESS => vec![below],
        op::LESS_EQUALS => vec![Test::AtMost(value)],
        op::GREATER => vec![above],
        op::GREATER_EQUALS => vec![Test::AtLeast(value)],
        op::EQUALS => vec![Test::OneOf(vec![value])],
        // Known, and another one: below or above, or one of the other codes.
        _ if def.kind == FactKind::Code => {
            let others = (def.min..=def.max).filter(|one| *one != value);
            vec![Test::OneOf(others.collect())]
        }
        _ => vec![below, above],
    }
}
