//! For how long what people left with the branch is kept.

pub use serve::config::retention::RetentionFault;
use serve::config::retention::{CUSTOMERS_DAYS_DEFAULT, FILES_DAYS_DEFAULT, days};

use super::raw::RawRetention;

/// Days for which texts about a visit are kept: a complaint comes within a month.
const TEXTS_DAYS_DEFAULT: u32 = 30;

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

pub(super) fn check(raw: &RawRetention) -> Result<RetentionConfig, RetentionFault> {
    let customers = raw.customers_days;
    Ok(RetentionConfig {
        texts_days: days("retention.texts_days", raw.texts_days, TEXTS_DAYS_DEFAULT)?,
        customers_days: days("retention.customers_days", customers, CUSTOMERS_DAYS_DEFAULT)?,
        files_days: days("retention.files_days", raw.files_days, FILES_DAYS_DEFAULT)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_term_is_its_own() {
        let usual = check(&RawRetention::default()).expect("is sound");
        assert_eq!((usual.texts_days, usual.customers_days, usual.files_days), (30, 365, 7));
        let raw =
            RawRetention { texts_days: Some(1), customers_days: Some(2), files_days: Some(3) };
        let own = check(&raw).expect("is sound");
        assert_eq!((own.texts_days, own.customers_days, own.files_days), (1, 2, 3));
        let raw = RawRetention { customers_days: Some(0), ..RawRetention::default() };
        let words = check(&raw).expect_err("out of bounds").to_string();
        assert!(words.contains("retention.customers_days"), "{words}");
    }
}
