//! Who may write to a file of Windows, read from its owner and rights as the system spells them
//! (the security descriptor definition language): `O:BAD:AI(A;;FA;;;SY)(A;ID;0x1200a9;;;BU)`.

/// The system, administrators of the computer and of its domain, the account that installs Windows,
/// and "the owner of what is made here".
const TRUSTED: &[&str] = &[
    "SY",
    "BA",
    "LA",
    "DA",
    "EA",
    "CO",
    "OW",
    "S-1-5-18",
    "S-1-5-32-544",
    "S-1-3-0",
    "S-1-3-4",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
];

/// Rights with which a file can be changed or replaced: to write, append, delete what is in a
/// folder, delete, change rights and owner; and the generic ones.
const WRITE: u32 = 0x2 | 0x4 | 0x40 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000;

/// The rights that have letters.
const LETTERS: &[(&str, u32)] = &[
    ("GA", 0x1000_0000),
    ("GW", 0x4000_0000),
    ("FA", 0x1F_01FF),
    ("FW", 0x12_0116),
    ("DC", 0x2),
    ("LC", 0x4),
    ("DT", 0x40),
    ("SD", 0x1_0000),
    ("WD", 0x4_0000),
    ("WO", 0x8_0000),
];

/// Why somebody beside this account and administrators could have written something.
pub(super) fn stranger(descriptor: &str, own: &str) -> Option<&'static str> {
    let trusted = |who: &str| who == own || TRUSTED.contains(&who);
    let (owner, rights) = descriptor.split_once("D:").unwrap_or((descriptor, ""));
    let owner = owner.strip_prefix("O:").unwrap_or("");
    let owner = owner.split_once("G:").map_or(owner, |(owner, _)| owner);
    if !trusted(owner) {
        return Some("belongs to another account");
    }
    // Without a list everybody may do everything.
    if !rights.contains('(') && !rights.starts_with(['P', 'A']) {
        return Some("can be written by other accounts");
    }
    let entries = rights.split('(').skip(1);
    let open = entries
        .filter_map(|entry| entry.split_once(')'))
        .any(|(entry, _)| {
            let fields: Vec<&str> = entry.split(';').collect();
            let field = |index: usize| fields.get(index).copied().unwrap_or("");
            let allows = matches!(field(0), "A" | "XA" | "OA");
            // What only holds for things that are made below it.
            let handed_down = pairs(field(1)).any(|flag| flag == "IO");
            allows && !handed_down && mask(field(2)) & WRITE != 0 && !trusted(field(5))
        });
    open.then_some("can be written by other accounts")
}

fn pairs(text: &str) -> impl Iterator<Item = &str> {
    (0..text.len())
        .step_by(2)
        .filter_map(|at| text.get(at..at + 2))
}

/// Rights as a number: one in hexadecimal, or pairs of letters.
fn mask(text: &str) -> u32 {
    if let Some(digits) = text.strip_prefix("0x") {
        // What cannot be read is taken for everything.
        return u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
    }
    let of = |pair: &str| LETTERS.iter().find(|(letters, _)| *letters == pair);
    pairs(text)
        .filter_map(of)
        .fold(0, |mask, (_, right)| mask | right)
}

#[cfg(test)]
mod tests {
    use super::stranger;

    const ME: &str = "S-1-5-21-1-2-3-1001";

    #[test]
    fn the_rights_of_a_file_tell_whose_it_is() {
        let belongs = Some("belongs to another account");
        let open = Some("can be written by other accounts");
        for (descriptor, wanted) in [
            ("O:BAD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)", None),
            (
                &*format!("O:{ME}G:DUD:AI(A;ID;FA;;;{ME})(A;ID;FR;;;WD)"),
                None,
            ),
            ("O:S-1-5-21-1-2-3-1002D:AI(A;ID;FA;;;BA)", belongs),
            ("O:BUD:(A;;FA;;;BA)", belongs),
            ("O:BAD:AI(A;ID;FA;;;BA)(A;ID;0x1301bf;;;AU)", open),
            ("O:BAD:AI(A;ID;CCDCLC;;;BU)", open),
            ("O:BAD:AI(A;ID;FW;;;WD)", open),
            ("O:BAD:AI(A;OICIIO;GA;;;BU)(A;;FA;;;CO)", None),
            ("O:BAD:AI(D;;FA;;;BU)", None),
            ("O:BAD:NO_ACCESS_CONTROL", open),
            ("O:BAD:PAI", None),
            ("", belongs),
        ] {
            assert_eq!(stranger(descriptor, ME), wanted, "{descriptor}");
        }
    }
}
