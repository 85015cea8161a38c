//! The panic hook belongs to the process, so its test has a process of its own.

use std::io::Write;
use std::panic::catch_unwind;
use std::sync::{Mutex, PoisonError};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_panic_is_logged_by_its_place_alone() {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(|| Sink)
        .init();
    precheck_server::hide_panic_messages();
    let defect = catch_unwind(|| panic!("the value was 110101"));
    assert!(defect.is_err());
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("panics.rs"), "{log}");
    assert!(!log.contains("110101"), "{log}");
}
