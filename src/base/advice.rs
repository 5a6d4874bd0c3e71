//! Commands that the program advises: a word that came from a sheet or a file is quoted, so that the advice runs when it
//! is pasted.

use std::borrow::Cow;

/// A word of a command line as it is typed: as it stands, or in double quotes where a shell would part it or read it in its
/// own way. `bash`, `cmd` and PowerShell take double quotes alike; what `bash` would still read inside (`"`, `$`, `` ` ``,
/// `\`) is escaped for it. No way of writing `%NAME%` or `!` suits all three: they are left as they are.
#[must_use]
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '-' | '_' | '=' | '.' | '/' | ':' | ',' | '+' | '@' | '%')
            || is_full_width(c)
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    let mut quoted = String::from("\"");
    for c in word.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    Cow::Owned(quoted)
}

/// Punctuation of Chinese text, which no shell reads in its own way; its space parts words for people only, but looks like
/// one, so it is quoted.
fn is_full_width(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{301f}' | '\u{ff01}'..='\u{ff5e}' | '·' | '“' | '”' | '—' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_it_otherwise() {
        for plain in ["观众人次（线下）=audience", "城关镇", "--reason", "2018-05", "a=b"] {
            assert_eq!(shell_word(plain), plain);
        }
        for (word, quoted) in [
            ("观众人次 线下=audience", "\"观众人次 线下=audience\""),
            ("", "\"\""),
            ("a;b", "\"a;b\""),
            ("say \"hi\" $HOME", "\"say \\\"hi\\\" \\$HOME\""),
            ("(x)", "\"(x)\""),
            ("全　角", "\"全　角\""),
        ] {
            assert_eq!(shell_word(word), quoted, "{word}");
        }
    }
}
