//! Which names are those of secrets, without reading a table.

include!(concat!(env!("OUT_DIR"), "/secrets.rs"));

/// The properties that hold secrets: the step type's keyword, and the name; in alphabetical order.
pub fn secret_properties() -> &'static [(&'static str, &'static str)] {
    SECRET
}

/// Whether a name is that of a property, and nowhere of one that could hold a secret.
pub fn is_plain_property(name: &str) -> bool {
    PLAIN.binary_search(&name).is_ok()
}

/// Whether a built-in variable holds a secret. Case does not count.
pub fn is_secret_variable(name: &str) -> bool {
    VARIABLES
        .binary_search(&name.to_lowercase().as_str())
        .is_ok()
}

/// Ends of names that hold a secret, with digits behind them or not.
const ENDS: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "passwd",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
];

/// Whether a name is that of a secret: what it ends in says so, and not only a word somewhere.
pub fn names_secret(name: &str) -> bool {
    let folded = folded(name);
    let whole = without_digits(&folded);
    let last = || words(name).last().unwrap_or_default();
    // `Pw` alone is a word; inside of one it is chance.
    ENDS.iter().any(|end| whole.ends_with(end))
        || whole.ends_with("pw") && without_digits(&last()) == "pw"
        || is_secret_variable(name)
}

/// Whether a text can be a password: it is no flag, and does not say where the password is.
pub fn may_be_literal(text: &str) -> bool {
    let text = text.trim();
    let word = text.to_ascii_lowercase();
    let flag = matches!(&*word, "true" | "false" | "yes" | "no" | "0" | "1");
    let variable = text
        .strip_prefix('%')
        .and_then(|rest| rest.strip_suffix('%'));
    !flag && !variable.is_some_and(|name| !name.is_empty() && !name.contains('%'))
}

/// A word without the number behind it, unless it is a number.
pub fn without_digits(word: &str) -> &str {
    match word.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "" => word,
        rest => rest,
    }
}

/// Letters and digits in small letters.
pub fn folded(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The words of a name, in small letters: `run_as_password`, `OSDJoinPassword`, `BitLockerPIN`.
pub fn words(name: &str) -> impl Iterator<Item = String> {
    let mut out = vec![String::new()];
    let mut before = '_';
    let mut letters = name.chars().peekable();
    while let Some(c) = letters.next() {
        let ends_capitals =
            before.is_uppercase() && letters.peek().is_some_and(|c| c.is_lowercase());
        let begins = c.is_uppercase() && (!before.is_uppercase() || ends_capitals);
        if begins || !c.is_alphanumeric() {
            out.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(last) = out.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        before = c;
    }
    out.into_iter()
}
