//! Secrets taken out of texts, should one ever have come in.

/// What stands in a secret's place.
const MASK: &str = "[removed]";

/// Letters that an API key or a screen's token has at least behind its prefix.
const SECRET_CHARS_MIN: usize = 16;

/// The line without API keys, screens' tokens and signed tokens.
pub(super) fn redacted(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut word = String::new();
    for letter in line.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.') {
            word.push(letter);
        } else {
            clean.push_str(kept(&word));
            word.clear();
            clean.push(letter);
        }
    }
    clean.push_str(kept(&word));
    clean
}

fn kept(word: &str) -> &str {
    let behind = |prefix: &str| word.strip_prefix(prefix).map_or(0, str::len);
    let is_key = ["ak_", "screen-"].iter().any(|prefix| SECRET_CHARS_MIN <= behind(prefix));
    let is_signed = word.starts_with("eyJ") && word.matches('.').count() == 2;
    if is_key || is_signed { MASK } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_go_and_everything_else_stays() {
        let line = "sent ak_0123456789abcdef0123 and \"screen-0123456789abcdef01\", \
                    Bearer eyJhbGciOi.eyJzdWIi.c2ln; on screen-1 at 127.0.0.1:3000";
        assert_eq!(
            redacted(line),
            "sent [removed] and \"[removed]\", Bearer [removed]; on screen-1 at 127.0.0.1:3000"
        );
    }
}
