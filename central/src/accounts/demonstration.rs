//! The demonstration's branch and user. Everybody knows the password, so they are nowhere else.

use std::path::Path;

use serve::passwords;
use sync::development;
use sync::ids::BranchId;

use super::setup;
use crate::store::{NewUser, Reader, Store, StoreError};

/// The first branch; others of it become known when they speak.
const BRANCH: (BranchId, &str) = (BranchId(1), "Default branch");
/// Who may sign in.
const LOGIN: &str = "manager";
const NAME: &str = "Manager";
const PASSWORD: &str = "demo-manager";

/// Gives an empty data folder what the demonstration begins with; any other is left as it is.
///
/// # Errors
///
/// [`StoreError`].
pub fn furnish(folder: &Path, store: &mut Store) -> Result<(), StoreError> {
    if store.reader()?.has_users()? || setup::has_begun(folder) {
        return Ok(());
    }
    let tenant = development::tenant();
    let (branch, name) = BRANCH;
    store.admit_branch(&tenant, branch, name)?;
    let hashed = passwords::hash(PASSWORD).expect("it is short");
    let password_hash = hashed.as_str().to_owned();
    store.add_user(&NewUser { tenant, login: LOGIN.into(), name: NAME.into(), password_hash })
}

/// Whether the demonstration's user can sign in with the password that everybody knows.
pub(super) fn is_in(reader: &Reader) -> Result<bool, StoreError> {
    let user = reader.user(LOGIN)?.filter(|user| user.tenant == development::tenant());
    Ok(user.is_some_and(|user| passwords::verify(PASSWORD, Some(&user.password_hash))))
}
