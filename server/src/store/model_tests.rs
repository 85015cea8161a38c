//! Codes and links against a model, on a real database: random sequences of
//! everything that can be done, with a clock that jumps.

use std::path::Path;

use proptest::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::beside::Change;
use super::codes::{Ask, Asked, Sending, Tag, Try, Worth};
use super::links::{Issue, Issued, Open, Phone, UseLink, keep_phone, withdraw};
use super::migrations;
use crate::link::{Seen, State};
use crate::otp::{DAY_MS, HOUR_MS, Rules};

/// Short pauses, so that sequences get somewhere.
fn rules() -> Rules {
    let mut rules = Rules::default();
    rules.a_day.person = 4;
    rules.link_ms = HOUR_MS;
    rules
}

const HOLDER: Tag = [1; 32];
const TRIES: Tag = [2; 32];
const EVERYBODY: Tag = [3; 32];
const PHONE: Tag = [9; 32];
const DEVICES: [Tag; 2] = [[4; 32], [5; 32]];

fn code(number: u8) -> Tag {
    [number; 32]
}

pub(super) async fn database() -> SqliteConnection {
    let options = SqliteConnectOptions::new().in_memory(true);
    let mut connection = options.connect().await.expect("a database");
    let migrated = migrations::run(&mut connection, Path::new("memory")).await;
    migrated.expect("a fresh database");
    for statement in [
        "INSERT INTO accounts (id, labels, facts) VALUES ('a', '{}', '{}')",
        "INSERT INTO lines (account, state, back, held, amount, lowered_from, proposed, version) \
         VALUES ('a', 'offered', 'none', 'none', 100, 0, 0, 1)",
    ] {
        let done = sqlx::query(statement).execute(&mut connection).await;
        done.expect("a row");
    }
    let kept = keep_phone(&mut connection, "a", &PHONE).await;
    kept.expect("a row");
    connection
}

/// What somebody does.
#[derive(Debug, Clone)]
enum Op {
    Send,
    /// The code of a message, counted back from the last.
    Type(usize),
    Guess,
    Wait(i64),
    JumpBack(i64),
    Issue,
    /// The line is closed, and another one offered.
    Close,
    /// A link, counted back from the newest, on one of two devices.
    Open(usize, usize),
    Use(usize, usize),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        3 => Just(Op::Send),
        3 => (0_usize..3).prop_map(Op::Type),
        3 => Just(Op::Guess),
        4 => prop_oneof![0_i64..1_000, 0_i64..90_000, 0_i64..800_000, 0_i64..2 * HOUR_MS, Just(DAY_MS)]
            .prop_map(Op::Wait),
        2 => (0_i64..2 * DAY_MS).prop_map(Op::JumpBack),
        2 => Just(Op::Issue),
        1 => Just(Op::Close),
        4 => (0_usize..3, 0_usize..2).prop_map(|(link, device)| Op::Open(link, device)),
        3 => (0_usize..3, 0_usize..2).prop_map(|(link, device)| Op::Use(link, device)),
    ];
    proptest::collection::vec(op, 1..60)
}

/// A link as somebody would note it down.
#[derive(Debug, Clone)]
struct Noted {
    made: i64,
    opened_on: Option<usize>,
    is_used: bool,
    is_replaced: bool,
    is_withdrawn: bool,
}

/// What somebody would note down: everything that happened, and when.
#[derive(Default)]
struct Paper {
    /// The latest time there ever was.
    now: i64,
    sent: Vec<i64>,
    /// The codes that were sent, and whether each has been used.
    codes: Vec<(i64, bool)>,
    wrong: Vec<i64>,
    links: Vec<Noted>,
}

impl Paper {
    fn next_send(&self) -> i64 {
        let today: Vec<i64> = self
            .sent
            .iter()
            .copied()
            .filter(|at| *at > self.now - DAY_MS)
            .collect();
        let Some(last) = today.last() else {
            return self.now;
        };
        let pause = 60_000 * 2_i64.pow(today.len() as u32 - 1);
        let mut next = last + pause.min(HOUR_MS);
        if today.len() >= 4 {
            next = next.max(today[today.len() - 4] + DAY_MS);
        }
        next
    }

    fn wrong(&self) -> usize {
        let lately = self.wrong.iter().filter(|at| **at > self.now - HOUR_MS);
        lately.count()
    }

    /// What a typed code is worth; `typed` is its number among those sent.
    fn typed(&mut self, typed: Option<usize>) -> (Worth, usize) {
        self.wrong.push(self.now);
        let tries = self.wrong();
        let last = self.codes.len().checked_sub(1);
        let Some((sent, is_used)) = last.map(|last| &mut self.codes[last]) else {
            return (Worth::Expired, tries);
        };
        if *is_used || self.now >= *sent + 600_000 {
            return (Worth::Expired, tries);
        }
        if typed != last || tries > 5 {
            return (Worth::Wrong, tries);
        }
        *is_used = true;
        self.wrong.clear();
        (Worth::Right, tries - 1)
    }

    fn is_over(&self, link: &Noted) -> bool {
        // Tokens tell whole seconds.
        self.now >= (link.made + HOUR_MS) / 1000 * 1000
    }

    fn is_live(&self, place: usize) -> bool {
        let link = &self.links[place];
        !link.is_used && !link.is_replaced && !link.is_withdrawn && !self.is_over(link)
    }
}

fn back(length: usize, from_last: usize) -> Option<usize> {
    length.checked_sub(from_last + 1)
}

async fn run(ops: Vec<Op>) -> Result<(), TestCaseError> {
    let mut database = database().await;
    let rules = rules();
    let mut paper = Paper::default();
    let mut clock = 1_800_000_000_000_i64;
    for op in ops {
        match op {
            Op::Wait(time) => {
                clock += time;
                continue;
            }
            Op::JumpBack(time) => {
                clock -= time;
                continue;
            }
            _ => {}
        }
        if let Op::Open(from_last, _) | Op::Use(from_last, _) = op
            && back(paper.links.len(), from_last).is_none()
        {
            continue;
        }
        if matches!(op, Op::Close) {
            // Closing looks at no clock: it is as late as at the last change.
            let withdrawn = withdraw(&mut database, "a").await;
            withdrawn.expect("a database");
            for place in 0..paper.links.len() {
                let was_live = paper.is_live(place);
                paper.links[place].is_withdrawn |= was_live;
            }
            continue;
        }
        let now_ms = clock;
        paper.now = paper.now.max(clock);
        match op {
            Op::Wait(_) | Op::JumpBack(_) | Op::Close => {}
            Op::Send => {
                let number = u8::try_from(100 + paper.codes.len()).expect("few codes");
                let ask = Ask {
                    sending: Sending {
                        holder: HOLDER,
                        counted: vec![],
                        rules,
                    },
                    code: code(number),
                    everybody: EVERYBODY,
                    is_reachable: true,
                    now_ms,
                };
                let (asked, _) = ask.make(&mut database).await.expect("a database");
                let next = paper.next_send();
                if next <= paper.now {
                    let is_kept = matches!(asked, Asked::Kept { .. });
                    prop_assert!(is_kept, "{asked:?}");
                    paper.sent.push(paper.now);
                    paper.codes.push((paper.now, false));
                } else {
                    let wait_ms = next - paper.now;
                    prop_assert_eq!(asked, Asked::TooSoon { wait_ms });
                }
            }
            Op::Type(_) | Op::Guess => {
                let typed = match op {
                    Op::Type(from_last) => back(paper.codes.len(), from_last),
                    _ => None,
                };
                let number = typed.map_or(99, |place| u8::try_from(100 + place).expect("few"));
                let one = Try {
                    holder: HOLDER,
                    account: "a".into(),
                    phone: PHONE,
                    code: code(number),
                    tries: TRIES,
                    everybody: EVERYBODY,
                    now_ms,
                    rules,
                };
                let (tried, _) = one.make(&mut database).await.expect("a database");
                let (worth, wrong) = paper.typed(typed);
                prop_assert_eq!((tried.worth, tried.wrong), (worth, wrong as i64));
            }
            Op::Issue => {
                let place = paper.links.len();
                let issue = Issue {
                    id: [u8::try_from(place).expect("few links"); 16],
                    account: "a".into(),
                    caller: "shop".into(),
                    phone: Phone::Known,
                    sending: None,
                    now_ms,
                    lasts_ms: HOUR_MS,
                };
                let (issued, _) = issue.make(&mut database).await.expect("a database");
                prop_assert!(matches!(issued, Issued::Made { .. }), "{issued:?}");
                for old in 0..place {
                    let was_live = paper.is_live(old);
                    paper.links[old].is_replaced |= was_live;
                }
                paper.links.push(Noted {
                    made: paper.now,
                    opened_on: None,
                    is_used: false,
                    is_replaced: false,
                    is_withdrawn: false,
                });
            }
            Op::Open(from_last, device) => {
                let place = back(paper.links.len(), from_last).expect("looked at above");
                let open = Open {
                    id: [u8::try_from(place).expect("few links"); 16],
                    device: DEVICES[device],
                    now_ms,
                };
                let (found, _) = open.make(&mut database).await.expect("a database");
                let kept = found.expect("it was made");
                if paper.is_live(place) {
                    paper.links[place].opened_on.get_or_insert(device);
                }
                let noted = &paper.links[place];
                let expected = if noted.is_used {
                    Seen::Used
                } else if noted.is_replaced {
                    Seen::Replaced
                } else if noted.is_withdrawn {
                    Seen::Withdrawn
                } else if paper.is_over(noted) {
                    Seen::Expired
                } else if noted.opened_on == Some(device) {
                    Seen::Valid
                } else {
                    Seen::OtherDevice
                };
                let seen = kept.link.seen(&crate::link::Look {
                    // Whoever looks later, with a clock that jumped back.
                    now_ms: clock.min(paper.now),
                    device: Some(DEVICES[device]),
                    after: None,
                });
                prop_assert_eq!(seen, expected);
            }
            Op::Use(from_last, device) => {
                let place = back(paper.links.len(), from_last).expect("looked at above");
                let used = UseLink {
                    id: [u8::try_from(place).expect("few links"); 16],
                    device: DEVICES[device],
                    now_ms,
                };
                let holds = used.holds(&mut database).await.expect("a database");
                let noted = &paper.links[place];
                let expected = paper.is_live(place) && noted.opened_on == Some(device);
                prop_assert_eq!(holds, expected);
                if holds {
                    let is_used = used.apply(&mut database, "decision").await;
                    prop_assert!(is_used.expect("a database"));
                    paper.links[place].is_used = true;
                }
            }
        }
    }
    let query = "SELECT count(*) FROM activation_links WHERE state IN (?, ?)";
    let query = sqlx::query_scalar(query).bind(State::Issued.as_str());
    let open: i64 = query
        .bind(State::Opened.as_str())
        .fetch_one(&mut database)
        .await
        .expect("a number");
    prop_assert!(open <= 1, "one link at most can be opened or used");
    database.close().await.expect("it closes");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Whatever is done in whatever order, with whatever the clock says: what
    /// somebody notes down on paper is what the database answers.
    #[test]
    fn codes_and_links_are_as_on_paper(ops in ops()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(run(ops))?;
    }
}
