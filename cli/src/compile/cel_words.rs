//! What the parser of CEL says and builds, in the words of a policy author.

use cel::common::ast::operators as op;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};
use precheck::Op;

/// The byte offset of a line and column, both from 1, counted in characters.
pub(super) fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let number = |one: isize| usize::try_from(one - 1).unwrap_or(0);
    let start: usize = text
        .split_inclusive('\n')
        .take(number(line))
        .map(str::len)
        .sum();
    let rest = &text[start..];
    let within = rest
        .char_indices()
        .nth(number(column))
        .map_or(rest.len(), |(at, _)| at);
    start + within
}

/// The parser's message without its list of expected tokens.
pub(super) fn syntax(message: &str) -> String {
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let message = message.split(" expecting ").next().unwrap_or(message);
    let message = message.replace("'<EOF>'", "end of the condition");
    format!("this is no condition: {message}")
}

/// What an author calls an operator or function of CEL.
pub(super) fn operator(name: &str) -> String {
    match name {
        op::CONDITIONAL => "the choice `? :`".into(),
        op::INDEX => "the index `[ ]`".into(),
        op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO | op::NEGATE => {
            format!("arithmetic with `{}`", name.trim_matches('_'))
        }
        op::LESS
        | op::LESS_EQUALS
        | op::GREATER
        | op::GREATER_EQUALS
        | op::EQUALS
        | op::NOT_EQUALS
        | op::IN => "a comparison inside a comparison".into(),
        op::LOGICAL_AND | op::LOGICAL_OR | op::LOGICAL_NOT => "logic inside a comparison".into(),
        function => format!("the function `{function}`"),
    }
}

/// What an author calls a part of CEL that conditions do not have.
pub(super) fn construct(expression: &Expr) -> &'static str {
    match expression {
        Expr::Comprehension(_) => "a macro over a list",
        Expr::List(_) => "a list outside `in`",
        Expr::Map(_) => "a map",
        Expr::Select(_) => "the selection of a member with `.`",
        Expr::Struct(_) => "a message",
        Expr::Literal(LiteralValue::Double(_)) => "a floating-point number",
        Expr::Literal(LiteralValue::Null) => "`null`",
        Expr::Literal(LiteralValue::UInt(_)) => "an unsigned number",
        Expr::Literal(LiteralValue::Bytes(_)) => "a text of bytes",
        _ => "this",
    }
}

/// The operands of a chain of one operator.
pub(super) fn flatten<'e>(expression: &'e IdedExpr, name: &str, operands: &mut Vec<&'e IdedExpr>) {
    match &expression.expr {
        Expr::Call(call) if call.func_name == name => {
            call.args
                .iter()
                .for_each(|operand| flatten(operand, name, operands));
        }
        _ => operands.push(expression),
    }
}

/// The same comparison with its sides exchanged.
pub(super) fn mirrored(name: &str) -> &str {
    match name {
        op::LESS => op::GREATER,
        op::LESS_EQUALS => op::GREATER_EQUALS,
        op::GREATER => op::LESS,
        op::GREATER_EQUALS => op::LESS_EQUALS,
        same => same,
    }
}

/// How deep the engine stacks for a condition.
pub(super) fn depth(ops: &[Op]) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for one in ops {
        match one {
            Op::Atom(..) | Op::Opaque => depth += 1,
            Op::Not => {}
            Op::All(count) | Op::Any(count) => depth = (depth + 1).saturating_sub((*count).into()),
        }
        most = most.max(depth);
    }
    most
}

/// Widens a range of a condition until its brackets are closed in it.
pub(super) fn balanced(text: &str, mut start: usize, mut end: usize) -> (usize, usize) {
    for (open, close) in [('(', ')'), ('[', ']')] {
        let (mut depth, mut lowest) = (0usize, 0usize);
        for one in text.get(start..end).unwrap_or_default().chars() {
            if one == open {
                depth += 1;
            } else if one == close && depth > 0 {
                depth -= 1;
            } else if one == close {
                lowest += 1;
            }
        }
        for _ in 0..depth {
            let rest = text.get(end..).unwrap_or_default();
            end = rest.find(close).map_or(end, |at| end + at + 1);
        }
        for _ in 0..lowest {
            let before = text.get(..start).unwrap_or_default();
            start = before.rfind(open).unwrap_or(start);
        }
    }
    (start, end)
}
