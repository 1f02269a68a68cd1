//! For how long what people left with the branch is kept.

use std::fmt;

use super::raw::RawRetention;

/// Days for which texts about a visit are kept: a complaint comes within a month.
const TEXTS_DAYS_DEFAULT: u32 = 30;

/// Days after which a customer of an app who was not about is forgotten.
const CUSTOMERS_DAYS_DEFAULT: u32 = 365;

/// Days for which files of notices and mails are kept: nobody needs them after a few hours, and
/// somebody may ask next week why none came.
const FILES_DAYS_DEFAULT: u32 = 7;

/// The most days: ten years, longer than any duty to keep such things.
pub const RETENTION_DAYS_MAX: u32 = 3_650;

/// For how long what people left is kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Names, notes, comments and whose a ticket was, after its day.
    pub texts_days: u32,
    /// Customers of apps, after they were last about.
    pub customers_days: u32,
    /// Files of notices and mails.
    pub files_days: u32,
}

/// A key that is out of bounds.
#[derive(Debug, PartialEq, Eq)]
pub struct RetentionFault(&'static str);

impl fmt::Display for RetentionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` must be a number of days from 1 to {RETENTION_DAYS_MAX}", self.0)
    }
}

impl std::error::Error for RetentionFault {}

pub(super) fn check(raw: &RawRetention) -> Result<RetentionConfig, RetentionFault> {
    let days = |key, set: Option<u32>, usual| {
        let days = set.unwrap_or(usual);
        (1..=RETENTION_DAYS_MAX).contains(&days).then_some(days).ok_or(RetentionFault(key))
    };
    Ok(RetentionConfig {
        texts_days: days("retention.texts_days", raw.texts_days, TEXTS_DAYS_DEFAULT)?,
        customers_days: days(
            "retention.customers_days",
            raw.customers_days,
            CUSTOMERS_DAYS_DEFAULT,
        )?,
        files_days: days("retention.files_days", raw.files_days, FILES_DAYS_DEFAULT)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_bounds_and_defaults() {
        let usual = check(&RawRetention::default()).expect("is sound");
        assert_eq!((usual.texts_days, usual.customers_days, usual.files_days), (30, 365, 7));
        for days in [0, RETENTION_DAYS_MAX + 1] {
            let raw = RawRetention { files_days: Some(days), ..RawRetention::default() };
            let words = check(&raw).expect_err("out of bounds").to_string();
            assert_eq!(words, "`retention.files_days` must be a number of days from 1 to 3650");
        }
        let most = Some(RETENTION_DAYS_MAX);
        let raw = RawRetention { texts_days: most, customers_days: Some(1), files_days: most };
        assert_eq!(check(&raw).expect("is sound").customers_days, 1);
    }
}
