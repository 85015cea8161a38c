//! Deliveries against what somebody would keep on paper, in random sequences:
//! the machine by itself, and the same on a database that is opened anew.

use std::path::Path;

use proptest::prelude::*;
use serde_json::value::RawValue;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::machine::{Delivery, Event, Pace, State, TABLE, drawing, due, failed, queued, step};
use super::{Outbox, config};
use crate::audit::{KeySource, Kind};
use crate::clock::Moment;
use crate::start::Sources;
use crate::store::{
    About, Again, Change, Deed, Moved, NewNotice, NewStep, Notices, PolicyVersion, Store,
    StoreError, Under,
};

const PACE: Pace = Pace {
    first_ms: 100,
    most_ms: 1_600,
    give_up_ms: 10_000,
    lease_ms: 500,
};

/// How many people there are; a notice in turn for each.
const PEOPLE: usize = 2;

/// What becomes of a try.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    Taken,
    /// It arrived, and the answer did not.
    Lost,
    Failed,
    Refused,
    /// The service ends before, or after, it arrived.
    EndsBefore,
    EndsAfter,
}

/// What happens.
#[derive(Debug, Clone, Copy)]
enum Op {
    Queue,
    /// Time goes by; what is due then is tried, and ends so.
    Tick(i64, Answer, u32),
    Retry(usize),
}

fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    let answer = prop_oneof![
        3 => Just(Answer::Taken),
        2 => Just(Answer::Lost),
        6 => Just(Answer::Failed),
        1 => Just(Answer::Refused),
        1 => Just(Answer::EndsBefore),
        1 => Just(Answer::EndsAfter),
    ];
    let op = prop_oneof![
        3 => Just(Op::Queue),
        9 => (1..2_500_i64, answer, any::<u32>()).prop_map(|(ms, answer, random)| {
            Op::Tick(ms, answer, random)
        }),
        1 => (0..20_usize).prop_map(Op::Retry),
    ];
    prop::collection::vec(op, 1..most)
}

/// Where deliveries are.
trait World {
    fn queue(&mut self, now: i64);
    /// What is to be done something about, in any order.
    fn heads(&mut self, now: i64) -> Vec<(usize, Delivery)>;
    /// `false` where it is not as it was seen.
    fn keep(&mut self, notice: usize, before: Delivery, after: Delivery) -> bool;
    fn retry(&mut self, notice: usize, now: i64);
    /// The service ends, and begins anew.
    fn ends(&mut self);
}

/// A notice as somebody would keep it: what is true of it, no states.
#[derive(Debug)]
struct Paper {
    tries: u32,
    queued: i64,
    /// Nobody does anything before the one; somebody has to from the other on.
    rests: (i64, i64),
    /// Whether somebody ended while it was on its way.
    hangs: bool,
    /// Whether it was sent, if it is over.
    over: Option<bool>,
    arrived: usize,
    /// How often it may have arrived without anybody knowing.
    unknown: usize,
    was_refused: bool,
}

impl Paper {
    fn new(now: i64) -> Paper {
        Paper {
            tries: 0,
            queued: now,
            rests: (now, now),
            hangs: false,
            over: None,
            arrived: 0,
            unknown: 0,
            was_refused: false,
        }
    }

    fn fails(&mut self, now: i64) {
        if now - self.queued >= PACE.give_up_ms {
            self.over = Some(false);
        } else {
            let whole = (100 * 2_i64.pow((self.tries - 1).min(20))).min(1_600);
            self.rests = (now + whole / 2, now + whole);
        }
    }
}

/// The first of each person that is not over.
fn first(papers: &[Paper]) -> Vec<usize> {
    let of = |person: usize| {
        let mut all = (person..papers.len()).step_by(PEOPLE);
        all.find(|one| papers[*one].over.is_none())
    };
    (0..PEOPLE).filter_map(of).collect()
}

fn run(world: &mut impl World, ops: Vec<Op>) -> Result<(), TestCaseError> {
    let mut papers: Vec<Paper> = Vec::new();
    // The last that arrived of each person; an operator may go back.
    let mut last = [0; PEOPLE];
    let mut now = 1_000_000;
    // In the end the channel is well, and there is time enough.
    let well = (0..40).map(|_| Op::Tick(2_000, Answer::Taken, 0));
    for op in ops.into_iter().chain(well) {
        let (later, answer, random) = match op {
            Op::Queue => {
                world.queue(now);
                papers.push(Paper::new(now));
                continue;
            }
            Op::Retry(notice) => {
                if let Some(paper) = papers.get_mut(notice) {
                    world.retry(notice, now);
                    let has_failed = paper.tries > 0 && !paper.hangs;
                    if paper.over == Some(false) || paper.over.is_none() && has_failed {
                        let known = (paper.arrived, paper.unknown);
                        *paper = Paper::new(now);
                        (paper.arrived, paper.unknown) = known;
                        last[notice % PEOPLE] = last[notice % PEOPLE].min(notice);
                    }
                }
                continue;
            }
            Op::Tick(later, answer, random) => (later, answer, random),
        };
        now += later;
        let heads = world.heads(now);
        for notice in first(&papers) {
            let (least, most) = papers[notice].rests;
            let is_there = heads.iter().any(|(one, _)| *one == notice);
            prop_assert!(!is_there || now >= least, "{notice} too early: {papers:?}");
            prop_assert!(is_there || now < most, "{notice} too late: {papers:?}");
        }
        let mut ends = false;
        for (notice, before) in heads {
            prop_assert!(first(&papers).contains(&notice), "{notice} is not first");
            let paper = &mut papers[notice];
            let event = due(&before, now, &PACE).expect("it is due");
            let after = step(&before, event, now, &PACE, random).expect("a way");
            prop_assert!(world.keep(notice, before, after), "{before:?} {after:?}");
            prop_assert!(!world.keep(notice, before, after), "seen too long ago");
            if event != Event::Take {
                prop_assert!(paper.hangs);
                paper.hangs = false;
                paper.fails(now);
                continue;
            }
            prop_assert!(!paper.hangs);
            paper.tries += 1;
            let arrives = matches!(answer, Answer::Taken | Answer::Lost | Answer::EndsAfter);
            if arrives {
                paper.arrived += 1;
                prop_assert!(
                    notice >= last[notice % PEOPLE],
                    "{notice} after a later one"
                );
                last[notice % PEOPLE] = notice;
            }
            paper.unknown += usize::from(arrives && answer != Answer::Taken);
            let event = match answer {
                Answer::EndsBefore | Answer::EndsAfter => {
                    paper.hangs = true;
                    paper.rests = (now + PACE.lease_ms, now + PACE.lease_ms);
                    ends = true;
                    continue;
                }
                Answer::Taken => {
                    paper.over = Some(true);
                    Event::Deliver
                }
                Answer::Refused => {
                    (paper.over, paper.was_refused) = (Some(false), true);
                    Event::Refuse
                }
                Answer::Failed | Answer::Lost => {
                    paper.fails(now);
                    failed(&after, now, &PACE)
                }
            };
            let ended = step(&after, event, now, &PACE, random).expect("a way");
            prop_assert!(world.keep(notice, after, ended));
            prop_assert_eq!(ended.state.is_over(), paper.over.is_some());
            prop_assert_eq!(ended.state == State::Sent, paper.over == Some(true));
        }
        if ends {
            world.ends();
        }
    }
    for paper in &papers {
        prop_assert!(paper.over.is_some(), "nothing waits for ever: {paper:?}");
        match paper.over {
            Some(true) => prop_assert!(paper.arrived > 0),
            _ => prop_assert!(paper.was_refused || now - paper.queued >= PACE.give_up_ms),
        }
        prop_assert!(
            paper.arrived <= paper.unknown + 1,
            "twice, and nothing was unknown"
        );
    }
    Ok(())
}

/// Deliveries in memory.
struct Memory(Vec<Delivery>);

impl World for Memory {
    fn queue(&mut self, now: i64) {
        self.0.push(queued(now));
    }

    fn heads(&mut self, now: i64) -> Vec<(usize, Delivery)> {
        let of = |person: usize| {
            let mut all = (person..self.0.len()).step_by(PEOPLE);
            let first = all.find(|one| !self.0[*one].state.is_over())?;
            due(&self.0[first], now, &PACE)?;
            Some((first, self.0[first]))
        };
        (0..PEOPLE).filter_map(of).collect()
    }

    fn keep(&mut self, notice: usize, before: Delivery, after: Delivery) -> bool {
        let is_so = self.0[notice] == before;
        if is_so {
            self.0[notice] = after;
        }
        is_so
    }

    fn retry(&mut self, notice: usize, now: i64) {
        let after = step(&self.0[notice], Event::Retry, now, &PACE, 0);
        self.0[notice] = after.unwrap_or(self.0[notice]);
    }

    fn ends(&mut self) {}
}

/// Deliveries in a database.
struct Database {
    // Dropped first: the runtime waits for the task that writes.
    open: Option<(Store, JoinHandle<()>)>,
    runtime: Runtime,
    folder: tempfile::TempDir,
    ids: Vec<String>,
}

const CHANNEL: &str = "[[channel]]\nid = \"log\"\nlog = {}\n";

impl Database {
    fn new() -> Database {
        let mut database = Database {
            open: None,
            runtime: Runtime::new().expect("threads"),
            folder: tempfile::tempdir().expect("a temporary folder"),
            ids: Vec::new(),
        };
        database.ends();
        database
    }

    fn store(&self) -> &Store {
        &self.open.as_ref().expect("it is open").0
    }
}

impl World for Database {
    fn queue(&mut self, now: i64) {
        let id = format!("notice-{}", self.ids.len());
        let account = format!("person-{}", self.ids.len() % PEOPLE);
        let null = || RawValue::from_string("null".to_owned()).expect("JSON");
        let step = NewStep {
            id: format!("row-{}", self.ids.len()),
            at: "2026-11-22T00:00:00.000+08:00".to_owned(),
            at_ms: now,
            as_of: "2026-11-22".to_owned(),
            kind: Kind::Line,
            act: "freeze",
            trace: null(),
            after: None,
            appeal: None,
            notice: Some(NewNotice {
                id: id.clone(),
                topic: "freeze",
                words: Notices(std::iter::once(("en".to_owned(), null())).collect()),
            }),
        };
        let under = Under {
            pack: "test".to_owned(),
            version: 1,
            hash: String::new(),
        };
        self.runtime.block_on(async {
            let found = self.store().account(&account, true).await;
            let found = found.expect("it reads").expect("an account");
            let kept = self.store().keep_steps(&found, vec![step], &under).await;
            kept.expect("it is kept");
        });
        self.ids.push(id);
    }

    fn heads(&mut self, now: i64) -> Vec<(usize, Delivery)> {
        let heads = self.runtime.block_on(self.store().heads("log", now, 100));
        let heads = heads.expect("it reads").into_iter();
        heads
            .map(|head| {
                let mut ids = self.ids.iter();
                let place = ids.position(|id| *id == head.notice);
                (place.expect("one of these"), head.delivery)
            })
            .collect()
    }

    fn keep(&mut self, notice: usize, before: Delivery, after: Delivery) -> bool {
        let moved = Moved {
            notice: self.ids[notice].clone(),
            channel: "log".to_owned(),
            before,
            after,
            ending: None,
        };
        let kept = self.runtime.block_on(self.store().keep_delivery(moved));
        kept.is_ok()
    }

    fn retry(&mut self, notice: usize, now: i64) {
        let id = &*self.ids[notice];
        let deed = Deed {
            act: "notices-sent-anew",
            caller: None,
            because: "",
            about: Some(About::Notice(id)),
            now: Moment::now().expect("a clock"),
        };
        let change = Change::Send(Again::Notice(id), now);
        let kept = self.runtime.block_on(self.store().does(deed, change));
        assert!(matches!(kept, Ok(_) | Err(StoreError::Stale)), "{kept:?}");
    }

    fn ends(&mut self) {
        self.runtime.block_on(async {
            if let Some((store, writer)) = self.open.take() {
                store.close().await;
                drop(store);
                writer.await.expect("it ends");
            }
            let people = (0..PEOPLE).map(|one| {
                serde_json::json!({ "id": format!("person-{one}"), "label": {}, "facts": {} })
            });
            let people = serde_json::Value::from(people.collect::<Vec<_>>()).to_string();
            let policy = PolicyVersion {
                pack: "test",
                version: 1,
                hash: "",
                bundle: b"",
                at: "",
            };
            let key = KeySource::Folder;
            let opened = Store::open(self.folder.path(), policy, Some(&people), &key).await;
            let opened = opened.expect("it opens");
            let (store, writer) = (opened.store, opened.task);
            let file = Sources {
                path: "notices.toml".into(),
                text: CHANNEL.to_owned(),
            };
            let outbox = Outbox::read(&file).expect("a file that fits");
            self.open = Some((store.sending_over(outbox), writer));
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is queued, fails, ends and is tried anew, in whatever order:
    /// each notice arrives, in its order, or was refused or tried for long.
    #[test]
    fn deliveries_are_as_on_paper(ops in ops(80)) {
        run(&mut Memory(Vec::new()), ops)?;
    }

    /// It waits between half and all of a time that doubles up to a bound.
    #[test]
    fn a_wait_is_within_its_bounds(attempts in 1..i64::MAX, random in any::<u32>()) {
        let one = Delivery { state: State::Sending, attempts, queued_ms: 0, due_ms: 0 };
        let after = step(&one, Event::Fail, 0, &PACE, random).expect("a way");
        let whole = if attempts > 5 { 1_600 } else { 50 << attempts };
        prop_assert!((whole / 2..=whole).contains(&after.due_ms), "{after:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn deliveries_in_a_database_are_as_on_paper(ops in ops(50)) {
        run(&mut Database::new(), ops)?;
    }
}

/// From every state there is a way on, but from what has arrived.
#[test]
fn no_state_is_a_trap() {
    let mut rows = TABLE.to_vec();
    for state in State::ALL {
        let has_way = rows.iter().any(|(from, ..)| from == state);
        assert_eq!(has_way, *state != State::Sent, "{state:?}");
        let is_reached = rows.iter().any(|(.., to)| to == state);
        assert!(is_reached, "{state:?}");
    }
    let before = rows.len();
    rows.sort_by_key(|(from, event, _)| (from.as_str(), event.as_str()));
    rows.dedup_by_key(|(from, event, _)| (*from, *event));
    assert_eq!(rows.len(), before, "one way for each event");
}

/// A random number that is the least or the most.
#[test]
fn a_wait_spreads_from_half_to_all() {
    let one = queued(0);
    let taken = step(&one, Event::Take, 0, &PACE, 0).expect("a way");
    assert_eq!((taken.attempts, taken.due_ms), (1, PACE.lease_ms));
    let wait = |random| step(&taken, Event::Fail, 0, &PACE, random).map(|one| one.due_ms);
    assert_eq!((wait(0), wait(u32::MAX)), (Some(50), Some(100)));
}

#[test]
fn topics_are_words_of_changes() {
    let topics = config::topics();
    assert!(topics.contains("freeze") && topics.contains("appeal-grant"));
}

/// The drawing in the documents is that of the table.
#[test]
fn the_drawing_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let text = std::fs::read_to_string(file).expect("the document is readable");
    assert!(
        text.contains(&drawing()),
        "ARCHITECTURE.md should hold:\n{}",
        drawing()
    );
}
