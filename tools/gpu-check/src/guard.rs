//! A panic in one part is a result of that part, and no reason to lose the others.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

/// From now on panics are told by whoever catches them.
pub fn begin() {
    set_hook(Box::new(|_| ()));
}

/// What `run` returns, or why it broke off.
pub fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        format!("it broke off: {}", text.unwrap_or("without a reason"))
    })
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_told() {
        assert_eq!(guarded(|| 2), Ok(2));
        let told: Result<u32, String> = guarded(|| panic!("number {}", 3));
        assert_eq!(told, Err("it broke off: number 3".into()));
    }
}
