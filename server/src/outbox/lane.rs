//! The task of a channel: takes what is due, sends it, writes down what became
//! of it.
//!
//! Before a try it is written that there is one, and when nobody is believed
//! to be at it any more; so an end at any moment leads to another try, and
//! several services on one database do not try at once.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Channel, Event, Trouble, due, failed, step};
use crate::clock::Moment;
use crate::routes::Service;
use crate::store::{Head, Moved, StoreError};
use crate::upstreams::breaker::{Ending, Permit};

/// How long there may be nothing to do before somebody looks again: other
/// services queue notices too, and times go by.
const IDLE: Duration = Duration::from_secs(1);
/// How often it is tried to write down what became of a try.
const TRIES: usize = 5;
/// How long to wait in between.
const PAUSE: Duration = Duration::from_millis(200);

/// Sends what is queued, over every channel, as long as the service is there.
pub(crate) fn watch(service: &Arc<Service>) {
    for place in 0..service.store.outbox().channels.len() {
        let service = Arc::downgrade(service);
        tokio::spawn(lane(service, place));
    }
}

async fn lane(service: Weak<Service>, place: usize) {
    loop {
        let Some(strong) = service.upgrade() else {
            return;
        };
        let queued = strong.store.queued();
        // Whoever queues from here on is heard of.
        let mut heard = std::pin::pin!(queued.notified());
        heard.as_mut().enable();
        let is_idle = match strong.stopping.is_set() {
            true => return,
            false => turn(&strong, place).await == 0,
        };
        drop(strong);
        if is_idle {
            // Woken or not, what is due is looked for.
            let _ = tokio::time::timeout(IDLE, heard).await;
        }
    }
}

/// Does what is due now, as much as is done at once; how much that was.
async fn turn(service: &Arc<Service>, place: usize) -> usize {
    let Some(channel) = service.store.outbox().channels.get(place) else {
        return 0;
    };
    let Some(now) = Moment::now() else {
        return 0;
    };
    let most = i64::try_from(channel.at_once).unwrap_or(1);
    let heads = service.store.heads(&channel.id, now.milliseconds(), most);
    let Ok(heads) = heads.await else {
        // The cause is in the log.
        return 0;
    };
    let mut tries = JoinSet::new();
    for head in heads {
        let Some(permit) = channel.breaker().permit(Instant::now()) else {
            break;
        };
        let service = Arc::clone(service);
        tries.spawn(async move { deliver(&service, place, head, permit).await });
    }
    let mut done = 0;
    while let Some(ended) = tries.join_next().await {
        match ended {
            Ok(true) => done += 1,
            Ok(false) => {}
            // What it was about lapses, and is tried again.
            Err(_) => tracing::error!("sending a notice failed abnormally"),
        }
    }
    done
}

/// Does what is due about a delivery; whether anything was.
async fn deliver(service: &Service, place: usize, head: Head, permit: Permit) -> bool {
    let Some(channel) = service.store.outbox().channels.get(place) else {
        return false;
    };
    let (ending, done) = attempt(service, channel, head).await;
    channel.breaker().ended(permit, ending, Instant::now());
    done
}

/// One step of a delivery, and what it says about the channel.
async fn attempt(service: &Service, channel: &Channel, head: Head) -> (Ending, bool) {
    const NOTHING: (Ending, bool) = (Ending::Abandoned, false);
    let Some(event) = now_ms().and_then(|now| due(&head.delivery, now, &channel.pace)) else {
        return NOTHING;
    };
    let lapsed = (event != Event::Take).then_some("interrupted");
    let Some(taken) = write(service, channel, head, event, lapsed).await else {
        return NOTHING;
    };
    if event != Event::Take {
        tell(channel, &taken, event, "interrupted");
        return (Ending::Abandoned, true);
    }
    let sent = match service.store.letter(&taken.notice).await {
        Ok(Some(letter)) => channel.send(&letter).await,
        // Erased meanwhile: nobody is to be told anything.
        Ok(None) => return (Ending::Abandoned, true),
        Err(_) => Err(Trouble::Later("not-readable")),
    };
    let late = |code| {
        let now = now_ms().unwrap_or(taken.delivery.due_ms);
        (failed(&taken.delivery, now, &channel.pace), code)
    };
    let (event, code) = match sent {
        Ok(()) => (Event::Deliver, "sent"),
        Err(Trouble::Never(code)) => (Event::Refuse, code),
        Err(Trouble::Later(code) | Trouble::Down(code)) => late(code),
    };
    let why = (event != Event::Deliver).then_some(code);
    let written = write(service, channel, taken.clone(), event, why).await;
    if written.is_some() {
        tell(channel, &taken, event, code);
    } else {
        tracing::warn!(
            channel = channel.id,
            notice = taken.notice,
            code,
            "not kept"
        );
    }
    let ending = match sent {
        Err(Trouble::Down(_)) => Ending::Failed,
        _ => Ending::Good,
    };
    (ending, true)
}

/// Writes a step down; `None` where something else has become of it.
async fn write(
    service: &Service,
    channel: &Channel,
    head: Head,
    event: Event,
    ending: Option<&'static str>,
) -> Option<Head> {
    // Spread fully where the system has no randomness.
    let random = getrandom::u32().unwrap_or(u32::MAX);
    let after = step(&head.delivery, event, now_ms()?, &channel.pace, random)?;
    for _ in 0..TRIES {
        let moved = Moved {
            notice: head.notice.clone(),
            channel: channel.id.clone(),
            before: head.delivery,
            after,
            ending,
        };
        match service.store.keep_delivery(moved).await {
            Ok(()) => {
                return Some(Head {
                    delivery: after,
                    ..head
                });
            }
            Err(StoreError::Stale) => return None,
            Err(StoreError::Full | StoreError::Unavailable) => tokio::time::sleep(PAUSE).await,
        }
    }
    None
}

fn tell(channel: &Channel, head: &Head, event: Event, code: &'static str) {
    let (channel, notice) = (&*channel.id, &*head.notice);
    let (event, attempts) = (event.as_str(), head.delivery.attempts);
    tracing::info!(channel, notice, event, code, attempts, "tried a notice");
}

fn now_ms() -> Option<i64> {
    Some(Moment::now()?.milliseconds())
}
