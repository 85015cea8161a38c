//! Keeps personal data out of what a panic prints.
//!
//! A panic is a defect, and its message can hold whatever was being looked at:
//! slicing a text in the wrong place prints the text. Answers never carry it;
//! this module keeps it out of the standard error stream too.

/// Replaces the process's panic hook by one that logs the place alone.
///
/// For the program that owns the process, once, before [`crate::start`]. The
/// library does not do it by itself because the hook belongs to the process.
pub fn hide_panic_messages() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic
            .location()
            .map_or(("", 0), |place| (place.file(), place.line()));
        tracing::error!(file, line, "panicked; the message is withheld");
    }));
}
