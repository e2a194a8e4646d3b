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
