//! What a branch says of its own health: what is amiss there, in words for programs and a sentence for
//! people, so that head office sees a printer without paper although the printer itself answers.
//!
//! It travels in the branch's status, and is a short word: the worst comes first, and what is beyond
//! the limit is left out.

use crate::error::{Error, bounded};
use crate::frame::bytes::{Reader, block, unsigned};
use crate::limits::{HEALTH_CODE_BYTES_MAX, HEALTH_TEXT_BYTES_MAX, HEALTH_TROUBLES_MAX};

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something will not work soon, or for some.
    Warning,
}

/// Something that is amiss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// How bad it is.
    pub severity: Severity,
    /// A word for programs, which stays as it is: `paper-out`.
    pub code: String,
    /// What it is about, by number: `printer/1`, `disk`.
    pub subject: String,
    /// What people call that; empty where it has no name.
    pub name: String,
    /// What to do, in a sentence.
    pub remedy: String,
}

/// All that is amiss at a branch, the worst first; nothing where all is well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health(Vec<Trouble>);

impl Health {
    /// The worst of these, as many as a status takes. Texts that are too long are cut.
    pub fn of(mut troubles: Vec<Trouble>) -> Health {
        troubles.sort_by_key(|trouble| trouble.severity);
        troubles.truncate(HEALTH_TROUBLES_MAX);
        for trouble in &mut troubles {
            cut(&mut trouble.code, HEALTH_CODE_BYTES_MAX);
            cut(&mut trouble.subject, HEALTH_CODE_BYTES_MAX);
            cut(&mut trouble.name, HEALTH_TEXT_BYTES_MAX);
            cut(&mut trouble.remedy, HEALTH_TEXT_BYTES_MAX);
        }
        Health(troubles)
    }

    /// What is amiss.
    pub fn troubles(&self) -> &[Trouble] {
        &self.0
    }

    /// As bytes, to be kept.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where a text is longer than [`Health::of`] leaves it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads what was kept.
    ///
    /// # Errors
    ///
    /// [`Error`], where it is something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Health, Error> {
        let mut reader = Reader::new(bytes);
        let health = Health::read(&mut reader)?;
        reader.end()?;
        Ok(health)
    }

    pub(crate) fn write(&self, body: &mut Vec<u8>) -> Result<(), Error> {
        bounded("a branch's troubles", self.0.len(), HEALTH_TROUBLES_MAX)?;
        unsigned(body, self.0.len() as u64);
        for trouble in &self.0 {
            body.push(match trouble.severity {
                Severity::Error => 2,
                Severity::Warning => 1,
            });
            for (text, most) in [
                (&trouble.code, HEALTH_CODE_BYTES_MAX),
                (&trouble.subject, HEALTH_CODE_BYTES_MAX),
                (&trouble.name, HEALTH_TEXT_BYTES_MAX),
                (&trouble.remedy, HEALTH_TEXT_BYTES_MAX),
            ] {
                bounded("a trouble's text", text.len(), most)?;
                block(body, text.as_bytes());
            }
        }
        Ok(())
    }

    /// Reads it from a status. A box that knows no such word has ended before it, and is well as far
    /// as anybody knows.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Health, Error> {
        if reader.is_empty() {
            return Ok(Health::default());
        }
        let count = reader.count("a branch's troubles", HEALTH_TROUBLES_MAX)?;
        let troubles = (0..count).map(|_| trouble(reader)).collect::<Result<_, _>>()?;
        Ok(Health(troubles))
    }
}

fn trouble(reader: &mut Reader<'_>) -> Result<Trouble, Error> {
    let severity = match reader.array()? {
        [1] => Severity::Warning,
        [2] => Severity::Error,
        [_] => return Err(Error::Frame("neither a warning nor an error")),
    };
    let mut text = |most| {
        let bytes = reader.block("a trouble's text", most)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| Error::Frame("a text is not text"))
    };
    Ok(Trouble {
        severity,
        code: text(HEALTH_CODE_BYTES_MAX)?,
        subject: text(HEALTH_CODE_BYTES_MAX)?,
        name: text(HEALTH_TEXT_BYTES_MAX)?,
        remedy: text(HEALTH_TEXT_BYTES_MAX)?,
    })
}

fn cut(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(severity: Severity, text: &str) -> Trouble {
        let text = text.to_owned();
        Trouble {
            severity,
            code: text.clone(),
            subject: text.clone(),
            name: text.clone(),
            remedy: text,
        }
    }

    #[test]
    fn the_worst_come_first_and_what_is_too_much_is_left_out() {
        let mut troubles = vec![trouble(Severity::Warning, "w"); HEALTH_TROUBLES_MAX];
        troubles.push(trouble(Severity::Error, &"\u{e9}".repeat(HEALTH_TEXT_BYTES_MAX)));
        let health = Health::of(troubles);
        assert_eq!(health.troubles().len(), HEALTH_TROUBLES_MAX);
        assert_eq!(health.troubles()[0].severity, Severity::Error);
        assert_eq!(health.troubles()[0].remedy.len(), HEALTH_TEXT_BYTES_MAX);
        let bytes = health.to_bytes().expect("it was cut");
        assert_eq!(Health::from_bytes(&bytes).expect("ours"), health);
        assert!(Health::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn more_than_the_limits_is_neither_written_nor_read() {
        let many = Health(vec![trouble(Severity::Error, "e"); HEALTH_TROUBLES_MAX + 1]);
        assert!(many.to_bytes().is_err());
        let long = "x".repeat(HEALTH_CODE_BYTES_MAX + 1);
        assert!(Health(vec![trouble(Severity::Error, &long)]).to_bytes().is_err());
        let mut bytes = vec![u8::try_from(HEALTH_TROUBLES_MAX + 1).expect("few")];
        bytes.resize(2_000, 1);
        assert!(Health::from_bytes(&bytes).is_err());
        assert!(Health::from_bytes(&[1, 3, 0, 0, 0, 0]).is_err(), "an unknown severity");
    }
}
