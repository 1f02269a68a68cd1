//! What customers leave in files: the mails and notices that were sent to them.

use std::io;
use std::time::SystemTime;

use super::{Customer, Profile};
use crate::tray::Tray;

/// The folders in which files speak of customers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Traces {
    mails: Tray,
    notices: Tray,
}

impl Traces {
    /// Those of these two folders.
    pub fn in_trays(mails: Tray, notices: Tray) -> Traces {
        Traces { mails, notices }
    }

    /// Takes away the files that speak of somebody who was erased. What cannot be taken away is
    /// logged, and stays until its time is over.
    pub async fn forget(&self, customer: &Customer) {
        let Profile { email, push, .. } = &customer.profile;
        let address = email.iter().map(|email| format!("To: <{email}>\r\n").into_bytes());
        let key = push.iter().filter_map(|key| serde_json::to_vec(key).ok());
        let any: Vec<Vec<u8>> = address.chain(key).collect();
        let taken_out = self.on_each(move |tray| tray.take_out_holding(&any)).await;
        if let Err(error) = taken_out {
            tracing::error!(%error, "files of an erased customer stay until their time is over");
        }
    }

    /// Takes away what was sent before this time, and says how many files that were.
    ///
    /// # Errors
    ///
    /// The system's.
    pub async fn expire(&self, before: SystemTime) -> io::Result<usize> {
        self.on_each(move |tray| tray.expire(before)).await
    }

    async fn on_each(
        &self,
        act: impl Fn(&Tray) -> io::Result<usize> + Send + 'static,
    ) -> io::Result<usize> {
        let Traces { mails, notices } = self.clone();
        let act = move || Ok(act(&mails)? + act(&notices)?);
        tokio::task::spawn_blocking(act).await.expect("looking at files does not panic")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_is_erased_goes_from_both_folders_and_what_is_old_too() {
        let folder = tempfile::tempdir().unwrap();
        let tray = |name: &str| Tray::at(folder.path().join(name), 9);
        let traces = Traces::in_trays(tray("mail"), tray("notices"));
        let left = || {
            let of = |name: &str| std::fs::read_dir(folder.path().join(name)).unwrap().count();
            (of("mail"), of("notices"))
        };
        for name in ["ann", "bob"] {
            let mail = format!("To: <{name}@hill.example>\r\nSubject: x\r\n\r\n");
            tray("mail").put(name, mail.as_bytes()).unwrap();
            let told = format!(r#"{{"id": 1, "key": "{name}-push"}}"#);
            tray("notices").put(name, told.as_bytes()).unwrap();
        }
        let profile = Profile {
            email: Some("ann@hill.example".into()),
            push: Some("ann-push".into()),
            ..Profile::default()
        };
        traces.forget(&Customer { profile, ..Customer::default() }).await;
        assert_eq!(left(), (1, 1));
        traces.forget(&Customer::default()).await;
        assert_eq!(left(), (1, 1), "nobody is in no file");
        // Years from now.
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 33);
        assert_eq!(traces.expire(later).await.unwrap(), 2);
        assert_eq!(left(), (0, 0));
    }
}
