//! Days for which something is kept, checked.

use std::fmt;

/// The most days: ten years, longer than any duty to keep such things.
pub const RETENTION_DAYS_MAX: u32 = 3_650;

/// Days after which a customer of an app who was not about is forgotten, if nobody says otherwise.
pub const CUSTOMERS_DAYS_DEFAULT: u32 = 365;

/// Days for which files of notices and mails are kept, if nobody says otherwise: nobody needs them
/// after a few hours, and somebody may ask next week why none came.
pub const FILES_DAYS_DEFAULT: u32 = 7;

/// A key that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionFault(&'static str);

impl fmt::Display for RetentionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` must be a number of days from 1 to {RETENTION_DAYS_MAX}", self.0)
    }
}

impl std::error::Error for RetentionFault {}

/// The days that are `set` under this key, or the usual ones.
///
/// # Errors
///
/// [`RetentionFault`], where they are none or too many.
pub fn days(key: &'static str, set: Option<u32>, usual: u32) -> Result<u32, RetentionFault> {
    let days = set.unwrap_or(usual);
    (1..=RETENTION_DAYS_MAX).contains(&days).then_some(days).ok_or(RetentionFault(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_bounds_and_defaults() {
        let files = |set| days("retention.files_days", set, FILES_DAYS_DEFAULT);
        assert_eq!((files(None), files(Some(1))), (Ok(7), Ok(1)));
        assert_eq!(files(Some(RETENTION_DAYS_MAX)), Ok(RETENTION_DAYS_MAX));
        for set in [0, RETENTION_DAYS_MAX + 1] {
            let words = files(Some(set)).expect_err("out of bounds").to_string();
            assert_eq!(words, "`retention.files_days` must be a number of days from 1 to 3650");
        }
    }
}
