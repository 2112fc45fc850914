//! Keeps the text of a panic, so that the page can show more than "unreachable".

use std::sync::Mutex;

use crate::allocator;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Installs the hook.
pub(crate) fn remember() {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut last) = LAST.lock() {
            *last = Some(info.to_string());
        }
    }));
}

/// The text of the latest panic; without one, of the latest allocation that failed.
pub(crate) fn last() -> Option<String> {
    let panic = LAST.lock().ok().and_then(|last| last.clone());
    panic.or_else(allocator::failure)
}
