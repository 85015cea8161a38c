//! Conditions as they are built, and three-valued ones as pairs of them.

/// Conditions of more comparisons are no longer readable, and grow by doubling.
const MAX_SIZE: usize = 4_000;

/// A condition of the policy language, simplified as far as constants go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cond {
    Is(bool),
    /// A comparison, as the language writes it.
    Atom(String),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
}

impl Cond {
    pub(super) fn atom(text: impl Into<String>) -> Cond {
        Cond::Atom(text.into())
    }

    pub(super) fn not(self) -> Cond {
        match self {
            Cond::Is(truth) => Cond::Is(!truth),
            Cond::Not(inner) => *inner,
            other => Cond::Not(Box::new(other)),
        }
    }

    pub(super) fn all(parts: impl IntoIterator<Item = Cond>) -> Cond {
        Cond::joined(parts, true)
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Cond>) -> Cond {
        Cond::joined(parts, false)
    }

    fn joined(parts: impl IntoIterator<Item = Cond>, is_all: bool) -> Cond {
        let mut kept: Vec<Cond> = Vec::new();
        for part in parts {
            match part {
                Cond::Is(truth) if truth == is_all => {}
                Cond::Is(truth) => return Cond::Is(truth),
                Cond::All(inner) if is_all => kept.extend(inner),
                Cond::Any(inner) if !is_all => kept.extend(inner),
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Cond::Is(is_all),
            1 => kept.remove(0),
            _ if is_all => Cond::All(kept),
            _ => Cond::Any(kept),
        }
    }

    /// How many comparisons it has.
    fn size(&self) -> usize {
        match self {
            Cond::Is(_) => 0,
            Cond::Atom(_) => 1,
            Cond::Not(inner) => inner.size(),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().map(Cond::size).sum(),
        }
    }

    /// As the language writes it; a constant stands nowhere in a condition.
    pub(super) fn write(&self) -> String {
        let list = |parts: &[Cond], by: &str| {
            let inner = |part: &Cond| match part {
                Cond::All(_) | Cond::Any(_) => format!("({})", part.write()),
                _ => part.write(),
            };
            parts.iter().map(inner).collect::<Vec<_>>().join(by)
        };
        match self {
            Cond::Is(truth) => truth.to_string(),
            Cond::Atom(text) => text.clone(),
            Cond::Not(inner) => match &**inner {
                // A fact of kind bool, or a call.
                Cond::Atom(text) if !text.contains(' ') || text.starts_with("is_") => {
                    format!("!{text}")
                }
                inner => format!("!({})", inner.write()),
            },
            Cond::All(parts) => list(parts, " && "),
            Cond::Any(parts) => list(parts, " || "),
        }
    }
}

/// When a predicate is TRUE and when it is FALSE; UNKNOWN otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Three {
    pub(super) is_true: Cond,
    pub(super) is_false: Cond,
}

impl Three {
    pub(super) fn certain(truth: bool) -> Three {
        Three {
            is_true: Cond::Is(truth),
            is_false: Cond::Is(!truth),
        }
    }

    fn unknown(&self) -> Cond {
        Cond::all([self.is_true.clone().not(), self.is_false.clone().not()])
    }

    /// The same, unless it has become too large.
    fn bounded(self) -> Option<Three> {
        let size = self.is_true.size() + self.is_false.size();
        (size <= MAX_SIZE).then_some(self)
    }

    pub(super) fn and(parts: Vec<Three>) -> Option<Three> {
        let (is_true, is_false): (Vec<Cond>, Vec<Cond>) = split(parts);
        let joined = Three {
            is_true: Cond::all(is_true),
            is_false: Cond::any(is_false),
        };
        joined.bounded()
    }

    pub(super) fn or(parts: Vec<Three>) -> Option<Three> {
        let (is_true, is_false): (Vec<Cond>, Vec<Cond>) = split(parts);
        let joined = Three {
            is_true: Cond::any(is_true),
            is_false: Cond::all(is_false),
        };
        joined.bounded()
    }

    /// TRUE when an odd number of them is; UNKNOWN as soon as one is.
    pub(super) fn xor(parts: Vec<Three>) -> Option<Three> {
        let both = |one: &Cond, other: &Cond| Cond::all([one.clone(), other.clone()]);
        let join = |one: Three, other: Three| Three {
            is_true: Cond::any([
                both(&one.is_true, &other.is_false),
                both(&one.is_false, &other.is_true),
            ]),
            is_false: Cond::any([
                both(&one.is_true, &other.is_true),
                both(&one.is_false, &other.is_false),
            ]),
        };
        let mut parts = parts.into_iter();
        let first = parts.next()?;
        parts.try_fold(first, |one, other| join(one, other).bounded())
    }

    /// The first that is not UNKNOWN.
    pub(super) fn surrogate(parts: Vec<Three>) -> Option<Three> {
        let join = |rest: Three, first: Three| {
            let unknown = first.unknown();
            let then = |part: Cond| Cond::all([unknown.clone(), part]);
            Three {
                is_true: Cond::any([first.is_true.clone(), then(rest.is_true)]),
                is_false: Cond::any([first.is_false.clone(), then(rest.is_false)]),
            }
        };
        let mut parts = parts.into_iter().rev();
        let last = parts.next()?;
        parts.try_fold(last, |rest, first| join(rest, first).bounded())
    }
}

fn split(parts: Vec<Three>) -> (Vec<Cond>, Vec<Cond>) {
    let pairs = parts.into_iter().map(|one| (one.is_true, one.is_false));
    pairs.unzip()
}

#[cfg(test)]
mod tests {
    use super::{Cond, Three};

    /// TRUE, FALSE or UNKNOWN, by what stands in the conditions.
    fn truth(three: Option<Three>) -> Option<bool> {
        let three = three.expect("small");
        match (&three.is_true, &three.is_false) {
            (Cond::Is(true), Cond::Is(false)) => Some(true),
            (Cond::Is(false), Cond::Is(true)) => Some(false),
            (Cond::Is(false), Cond::Is(false)) => None,
            other => panic!("not a value: {other:?}"),
        }
    }

    fn value(truth: Option<bool>) -> Three {
        Three {
            is_true: Cond::Is(truth == Some(true)),
            is_false: Cond::Is(truth == Some(false)),
        }
    }

    #[test]
    fn the_tables_of_the_standard() {
        const T: Option<bool> = Some(true);
        const F: Option<bool> = Some(false);
        const U: Option<bool> = None;
        for (one, other, and, or, xor, surrogate) in [
            (T, T, T, T, F, T),
            (T, F, F, T, T, T),
            (T, U, U, T, U, T),
            (F, T, F, T, T, F),
            (F, F, F, F, F, F),
            (F, U, F, U, U, F),
            (U, T, U, T, U, T),
            (U, F, F, U, U, F),
            (U, U, U, U, U, U),
        ] {
            let parts = || vec![value(one), value(other)];
            let what = format!("{one:?} {other:?}");
            assert_eq!(truth(Three::and(parts())), and, "{what} and");
            assert_eq!(truth(Three::or(parts())), or, "{what} or");
            assert_eq!(truth(Three::xor(parts())), xor, "{what} xor");
            assert_eq!(
                truth(Three::surrogate(parts())),
                surrogate,
                "{what} surrogate"
            );
        }
        let three = vec![value(U), value(U), value(F)];
        assert_eq!(truth(Three::surrogate(three)), F, "the third");
        let three = vec![value(T), value(T), value(T)];
        assert_eq!(truth(Three::xor(three)), T, "an odd number");
    }

    #[test]
    fn what_doubles_and_doubles_is_given_up() {
        let atom = |index: usize| Three {
            is_true: Cond::atom(format!("f{index}")),
            is_false: Cond::atom(format!("!f{index}")),
        };
        assert!(Three::xor((0..8).map(atom).collect()).is_some());
        assert!(Three::xor((0..60).map(atom).collect()).is_none());
        assert!(Three::surrogate((0..60).map(atom).collect()).is_some());
    }

    #[test]
    fn conditions_are_written_with_their_parentheses() {
        let atom = |text: &str| Cond::atom(text);
        let or = Cond::any([atom("a < 1"), atom("a > 2")]);
        let all = Cond::all([or.clone(), atom("is_missing(b)").not(), or.not()]);
        let text = "(a < 1 || a > 2) && !is_missing(b) && !(a < 1 || a > 2)";
        assert_eq!(all.write(), text);
    }
}
