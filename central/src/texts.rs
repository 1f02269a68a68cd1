//! What central itself says to customers: the mail with which they choose a new password. All else
//! that they read comes from their branch's card.

/// One language's words; `{token}` is the gap.
struct Words {
    code: &'static str,
    subject: &'static str,
    text: &'static str,
}

/// The product's languages; the first one is for everybody else.
const WORDS: [Words; 4] = [
    Words {
        code: "en",
        subject: "A new password",
        text: "Your code for a new password is {token}. It is good for one hour, and once. \
               If you have not asked for it, nothing needs to be done.",
    },
    Words {
        code: "hu",
        subject: "Új jelszó",
        text: "Az új jelszóhoz szükséges kód: {token}. Egy óráig és egyszer használható. \
               Ha nem Ön kérte, nincs teendője.",
    },
    Words {
        code: "ru",
        subject: "Новый пароль",
        text: "Ваш код для нового пароля: {token}. Он действует один час и один раз. \
               Если вы его не запрашивали, ничего делать не нужно.",
    },
    Words {
        code: "ar",
        subject: "كلمة مرور جديدة",
        text: "رمزكم لكلمة المرور الجديدة هو {token}. وهو صالح لمدة ساعة ولمرة واحدة. \
               إذا لم تطلبوه فلا داعي لفعل أي شيء.",
    },
];

/// Subject and text of the mail with this token, in the language with this code if it is known.
pub(crate) fn reset(code: Option<&str>, token: &str) -> (String, String) {
    let primary = code.and_then(|code| code.split(['-', '_']).next()).unwrap_or_default();
    let words = WORDS.iter().find(|words| words.code.eq_ignore_ascii_case(primary));
    let words = words.unwrap_or(&WORDS[0]);
    (words.subject.to_owned(), words.text.replace("{token}", token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_in_a_language_that_is_near_and_has_its_token() {
        for (code, subject) in [
            (Some("hu"), "Új jelszó"),
            (Some("RU-ru"), "Новый пароль"),
            (Some("pt"), "A new password"),
            (None, "A new password"),
        ] {
            let (found, text) = reset(code, "0123abcd");
            assert_eq!(found, subject);
            assert!(text.contains("0123abcd") && !text.contains('{'), "{text}");
        }
    }
}
