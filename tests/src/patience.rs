//! Waiting for what must come true, up to a deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Trouble;

/// Longest that anything here may take before a test gives up. Generous: build machines have two
/// cores, which many tests share.
pub const SOON: Duration = Duration::from_secs(20);

/// How often is looked. Short beside what is waited for, long beside what a look costs.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Looks until `look` finds something, or until `within` is over: then it is trouble with `what`.
///
/// # Errors
///
/// [`Trouble`] after `within`.
pub async fn until<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> Result<T, Trouble> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look().await {
            return Ok(found);
        }
        if deadline <= Instant::now() {
            return Err(Trouble::new(format!("after {within:?} there is still not {what}")));
        }
        sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_is_given_and_what_does_not_is_named() {
        let mut looks = 0;
        let found = until("a third look", SOON, async || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(found.await, Ok(3));
        let never = until("the sea", Duration::from_millis(30), async || None::<()>).await;
        assert!(never.expect_err("never comes").to_string().contains("the sea"));
    }
}
