//! Turns requests away before everybody waits: load shedding.
//!
//! Closed loop: how many requests are being worked on, and how many are done in
//! a second while there is more than enough to do, say how long the next one
//! would wait; each kind of request has a wait beyond which it is told at once
//! to come back. So the queue stays short, whatever fills it: too many callers,
//! a slow disk, a busy processor. Requests that only wait for a source outside
//! are no work of ours and do not count.
//!
//! Work that keeps the processor busy is never many requests inside: each is
//! done in one go, and the others wait unseen to be begun. So a thread of its
//! own hands the runtime an empty task every few milliseconds, and how long
//! that waits counts as well, while it still waits too.
//!
//! | kind | turned away | why |
//! |---|---|---|
//! | [`Kind::Look`] | first | a pre-check can be had in the browser, and again later |
//! | [`Kind::Decide`] | then | somebody stands at a checkout |
//! | [`Kind::Right`] | last | closing a line and objecting are the person's right; the policy for browsers costs nothing |
//!
//! Whether the service is well is asked without any of this.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How often the speed is looked at.
const INTERVAL: Duration = Duration::from_millis(50);
/// A task that waited so many milliseconds is no coincidence any more.
const HICCUP: u64 = 20;
/// How often the runtime is handed an empty task.
const PROBE: Duration = Duration::from_millis(5);
/// So many may be inside in any case: fewer say nothing about the speed, and
/// without any nobody would find out that the trouble is over.
const FEW: u32 = 32;
/// Requests a second, before it was measured.
const GUESS: u64 = 5_000;

/// Requests by how soon they are turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing is kept, nobody waits.
    Look,
    /// A decision, or seeing one.
    Decide,
    /// A decision that a person has a right to, or what costs nothing.
    Right,
}

impl Kind {
    /// How long one may have to wait, in milliseconds.
    const fn patience(self) -> u64 {
        match self {
            Kind::Look => 100,
            Kind::Decide => 300,
            Kind::Right => 1_000,
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Load {
    /// How many are being worked on.
    inside: AtomicU32,
    /// How many have been done.
    done: AtomicU64,
    /// How many are done in a second when there is enough to do.
    speed: AtomicU64,
    last: Mutex<Last>,
    began: Instant,
    /// When the empty task that waits was handed over, in microseconds since
    /// the beginning; 0 when none waits.
    probe: AtomicU64,
    /// How long the last one waited, in milliseconds.
    lag: AtomicU64,
    /// Places for work that keeps a processor busy until it is done.
    places: Semaphore,
}

/// When the speed was looked at.
#[derive(Debug)]
struct Last {
    at: Instant,
    done: u64,
    was_busy: bool,
}

/// A request that is being worked on, until it is dropped.
#[derive(Debug)]
pub(crate) struct Inside<'l>(&'l Load);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::Relaxed);
        self.0.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// A request that waits for somebody else, until it is dropped.
#[derive(Debug)]
pub(crate) struct Outside<'l>(&'l Load);

impl Drop for Outside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_add(1, Ordering::Relaxed);
    }
}

impl Load {
    pub(crate) fn new(now: Instant) -> Load {
        Load {
            inside: AtomicU32::new(0),
            done: AtomicU64::new(0),
            speed: AtomicU64::new(GUESS),
            last: Mutex::new(Last {
                at: now,
                done: 0,
                was_busy: false,
            }),
            began: now,
            probe: AtomicU64::new(0),
            lag: AtomicU64::new(0),
            places: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
        }
    }

    /// Waits for a place to keep a processor busy in. Whoever waits here is not
    /// in the way of what is soon done, such as the next step of a decision.
    /// `None` when it took so long that the answer would come too late.
    pub(crate) async fn place(&self, kind: Kind) -> Option<SemaphorePermit<'_>> {
        let came = Instant::now();
        let place = self.places.acquire().await.ok()?;
        let waited = came.elapsed().as_millis();
        (waited <= 2 * u128::from(kind.patience())).then_some(place)
    }

    /// Hands the runtime empty tasks until the load is gone. `load` finds it in
    /// what it is a part of.
    pub(crate) fn watch<T: Send + Sync + 'static>(
        whole: Weak<T>,
        load: fn(&T) -> &Load,
    ) -> std::io::Result<()> {
        let runtime = tokio::runtime::Handle::current();
        let watch = move || {
            loop {
                std::thread::sleep(PROBE);
                let Some(whole) = whole.upgrade() else {
                    return;
                };
                if load(&whole).probe_begins(Instant::now()) {
                    runtime.spawn(async move { load(&whole).probe_ends(Instant::now()) });
                }
            }
        };
        let thread = std::thread::Builder::new().name("load".to_owned());
        thread.spawn(watch).map(|_| ())
    }

    fn since(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.began).as_micros();
        u64::try_from(since).unwrap_or(u64::MAX).max(1)
    }

    /// An empty task is handed over, unless one waits.
    fn probe_begins(&self, now: Instant) -> bool {
        let (none, now) = (0, self.since(now));
        let begun = self
            .probe
            .compare_exchange(none, now, Ordering::Relaxed, Ordering::Relaxed);
        begun.is_ok()
    }

    /// It was begun.
    fn probe_ends(&self, now: Instant) {
        let handed = self.probe.swap(0, Ordering::Relaxed);
        let lag = self.since(now).saturating_sub(handed) / 1_000;
        self.lag.store(lag, Ordering::Relaxed);
    }

    /// How long a task waits to be begun, in milliseconds. A single hiccup, of
    /// the system and not of ours, counts half until the next task says so too.
    fn lag(&self, now: Instant) -> u64 {
        let waiting = match self.probe.load(Ordering::Relaxed) {
            0 => 0,
            handed => self.since(now).saturating_sub(handed) / 1_000,
        };
        let last = self.lag.load(Ordering::Relaxed);
        if last >= HICCUP {
            waiting.max(last)
        } else {
            waiting / 2
        }
    }

    /// Lets a request in; `None` when it would wait too long.
    pub(crate) fn admit(&self, kind: Kind, now: Instant) -> Option<Inside<'_>> {
        self.look(now);
        let is_few = self.inside.load(Ordering::Relaxed) < FEW;
        let is_short = is_few || self.queue() <= kind.patience();
        (is_short && self.lag(now) <= kind.patience()).then(|| self.enter())
    }

    /// Counts a request that is let in anyway.
    pub(crate) fn enter(&self) -> Inside<'_> {
        self.inside.fetch_add(1, Ordering::Relaxed);
        Inside(self)
    }

    /// Takes a request that is inside out, while it waits for somebody else.
    pub(crate) fn leave(&self) -> Outside<'_> {
        self.inside.fetch_sub(1, Ordering::Relaxed);
        Outside(self)
    }

    /// How long a request waits that comes now, in milliseconds.
    pub(crate) fn wait(&self, now: Instant) -> u64 {
        self.queue().max(self.lag(now))
    }

    /// How long what is inside takes.
    fn queue(&self) -> u64 {
        let inside = u64::from(self.inside.load(Ordering::Relaxed));
        inside * 1_000 / self.speed.load(Ordering::Relaxed).max(1)
    }

    fn look(&self, now: Instant) {
        // Whoever finds it locked leaves the look to the one who has it.
        let Ok(mut last) = self.last.try_lock() else {
            return;
        };
        let passed = now.saturating_duration_since(last.at);
        if passed < INTERVAL {
            return;
        }
        let done = self.done.load(Ordering::Relaxed);
        let is_busy = self.inside.load(Ordering::Relaxed) >= FEW;
        // Only a stretch with enough to do tells how fast it can be.
        if last.was_busy && is_busy {
            let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX).max(1);
            let found = done.saturating_sub(last.done).saturating_mul(1_000) / passed;
            let speed = self.speed.load(Ordering::Relaxed);
            self.speed.store((3 * speed + found) / 4, Ordering::Relaxed);
        }
        *last = Last {
            at: now,
            done,
            was_busy: is_busy,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    /// A server that does `capacity` requests in a tick of 10 ms, one after
    /// the other, while `coming` come in each tick.
    struct Server {
        load: Load,
        now: Instant,
    }

    /// How many of each kind passed, and the longest wait in the second half.
    type Run<const N: usize> = ([u32; N], Duration);

    impl Server {
        fn new() -> Server {
            let now = Instant::now();
            let load = Load::new(now);
            Server { load, now }
        }

        fn run<const N: usize>(
            &mut self,
            ticks: u32,
            capacity: u32,
            coming: [(Kind, u32); N],
        ) -> Run<N> {
            let tick = Duration::from_millis(10);
            let (mut passed, mut longest) = ([0; N], Duration::ZERO);
            let mut queue = VecDeque::new();
            for number in 0..ticks {
                self.now += tick;
                for (passed, (kind, count)) in passed.iter_mut().zip(coming) {
                    for _ in 0..count {
                        if let Some(inside) = self.load.admit(kind, self.now) {
                            *passed += 1;
                            queue.push_back((inside, self.now));
                        }
                    }
                }
                for _ in 0..capacity {
                    if let Some((_inside, came)) = queue.pop_front()
                        && number > ticks / 2
                    {
                        longest = longest.max(self.now - came + tick);
                    }
                }
            }
            (passed, longest)
        }
    }

    #[test]
    fn nobody_is_turned_away_while_there_is_room() {
        let coming = [(Kind::Look, 4), (Kind::Decide, 5)];
        let (passed, longest) = Server::new().run(500, 10, coming);
        assert_eq!(passed, [2_000, 2_500]);
        assert!(longest < Duration::from_millis(20));
    }

    /// Five times as many as can be served: what is served keeps its time, the
    /// server is never idle, and what matters most is all served.
    #[test]
    fn overload_turns_the_least_important_away() {
        let mut server = Server::new();
        let coming = [(Kind::Look, 41), (Kind::Decide, 8), (Kind::Right, 1)];
        let ([look, decide, right], longest) = server.run(6_000, 10, coming);
        assert!(longest <= Duration::from_millis(350), "{longest:?}");
        assert_eq!(right, 6_000, "everybody with a right");
        assert!(decide > 47_000, "{decide} of 48000 decisions");
        let most = 60_000;
        assert!(
            look + decide + right > most * 95 / 100,
            "{look}: it is never idle"
        );
        let ([after], longest) = server.run(500, 10, [(Kind::Look, 9)]);
        assert!(after > 4_400, "{after} of 4500 when it is over");
        assert!(longest < Duration::from_millis(110), "{longest:?}");
    }

    /// Nothing is done any more, as with a disk that hangs: soon nobody is let
    /// in, and everybody as soon as it goes on.
    #[test]
    fn a_server_that_stands_still_is_found_out_and_forgiven() {
        let mut server = Server::new();
        let ([stuck], _) = server.run(300, 0, [(Kind::Decide, 20)]);
        assert!(stuck < 2_000, "{stuck} of 6000 got stuck");
        let ([after], longest) = server.run(1_000, 30, [(Kind::Decide, 20)]);
        assert!(after > 19_500, "{after} of 20000 afterwards");
        assert!(longest < Duration::from_millis(100), "{longest:?}");
    }

    #[test]
    fn waiting_for_somebody_else_is_no_load() {
        let now = Instant::now();
        let load = Load::new(now);
        let waiting: Vec<_> = (0..10_000).map(|_| (load.enter(), load.leave())).collect();
        assert_eq!(load.wait(now), 0);
        for (inside, outside) in waiting {
            drop(outside);
            drop(inside);
        }
        assert_eq!(load.wait(now), 0);
    }

    /// The processor is busy: nobody is inside, and still everybody waits.
    #[test]
    fn a_task_that_is_not_begun_is_a_wait() {
        let start = Instant::now();
        let load = Load::new(start);
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let admitted = |now| {
            [Kind::Look, Kind::Decide, Kind::Right].map(|kind| load.admit(kind, now).is_some())
        };
        assert!(load.probe_begins(at(1)));
        assert!(!load.probe_begins(at(2)), "one at a time");
        for (now, expected) in [
            (202, [true, true, true]),
            (203, [false, true, true]),
            (603, [false, false, true]),
            (2_003, [false, false, false]),
        ] {
            assert_eq!(admitted(at(now)), expected, "after {now} ms");
        }
        load.probe_ends(at(2_003));
        assert_eq!(admitted(at(2_004)), [false, false, false], "it was long");
        assert!(load.probe_begins(at(2_007)));
        load.probe_ends(at(2_008));
        assert_eq!(admitted(at(2_008)), [true, true, true], "it is over");
    }
}
