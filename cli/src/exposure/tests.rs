//! Bounds on what answers tell.

use std::path::Path;

use super::*;
use crate::{Pack, compile};

#[test]
fn bits_are_rounded_up() {
    for (things, expected) in [
        (0, 0),
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 2),
        (5, 3),
        (1 << 63, 63),
        (u64::MAX, 64),
    ] {
        assert_eq!(bits(things), expected, "{things}");
    }
}

#[test]
fn lists_are_ordered_and_short() {
    for (reasons, expected, why) in [
        (0, 1, "the empty list"),
        (1, 2, "with it or without"),
        (2, 5, "two orders"),
        (4, 65, "all four at most"),
        (5, 206, "a fifth finds no place"),
        (u64::MAX, u64::MAX, "no overflow"),
    ] {
        assert_eq!(lists(reasons), expected, "{reasons}: {why}");
    }
}

/// Any threshold of a domain is found within the promised probes.
#[test]
fn a_binary_search_needs_no_more() {
    for size in 1..=40_u64 {
        for first_that_fails in 0..=size {
            let (mut low, mut high, mut probes) = (0, size, 0);
            while low < high {
                let middle = (low + high) / 2;
                probes += 1;
                if middle < first_that_fails {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            assert_eq!(low, first_that_fails);
            assert!(probes <= bits(size + 1), "{size} values: {probes} probes");
        }
    }
}

/// The comparison of projections notices a threshold that is shown.
#[test]
fn a_threshold_that_is_shown_is_noticed() {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/baitiao");
    let server = compile(&Pack::read(&pack).expect("a pack"))
        .expect("it compiles")
        .server;
    let public = project(&server);
    let look = Look {
        server: &server,
        public: &public,
    };
    let mut open = 0;
    for (at, rule) in server.scenarios[0].rules.iter().enumerate() {
        if let [Op::Atom(fact, Test::AtMost(value))] = rule.when[..]
            && !look.is_server(fact)
            && !look.is_confidential(rule.reason)
        {
            open += 1;
            assert!(!look.is_the_same(|model| {
                model.scenarios[0].rules[at].when = vec![Op::Atom(fact, Test::AtMost(value + 1))];
            }));
        }
    }
    assert!(open > 0, "there are open rules");
}
