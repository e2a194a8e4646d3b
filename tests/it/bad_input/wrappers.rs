//! What stands around a sequence: objects of the console, packages, and levels of escaping.

use super::*;

#[test]
fn objects_of_the_console() {
    holds(vec![
        (
            "no property Sequence",
            b("<INSTANCE CLASSNAME=\"SMS_Package\"/>"),
            Refused("TQ0702", "1:2"),
        ),
        (
            "an empty Sequence",
            b(&instance("")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a blank Sequence",
            b(&instance(" \r\n ")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "an empty CDATA",
            b(&instance("<![CDATA[]]>")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a Sequence that is no XML",
            b(&instance("none")),
            Refused("TQ0701", "6:12"),
        ),
        (
            "a Sequence that ends early",
            b(&instance(&cdata(&SMALL[..40]))),
            Refused("TQ0701", "6:46"),
        ),
        (
            "a Sequence of another kind",
            b(&instance(&cdata("<html/>"))),
            Refused("TQ0701", "6:21"),
        ),
        (
            "an element in the place of CDATA",
            b(&instance(SMALL)),
            Refused("TQ0702", "1:2"),
        ),
        (
            "blanks around CDATA",
            b(&instance(&format!("\r\n {}\r\n", cdata(SMALL)))),
            Reads(ProofVerdict::Exact),
        ),
        (
            "a comment beside CDATA",
            b(&instance(&format!("<!-- a -->{}", cdata(SMALL)))),
            Reads(ProofVerdict::Exact),
        ),
    ]);
}

#[test]
fn escaped_texts() {
    holds(vec![
        (
            "twice escaped",
            b(&instance(&escaped(&escaped(SMALL)))),
            Refused("TQ0701", "6:12"),
        ),
        (
            "CDATA and escaped",
            b(&instance(&cdata(&escaped(SMALL)))),
            Refused("TQ0701", "6:21"),
        ),
        (
            "a fault in an escaped text",
            b(&instance(&escaped(&SMALL.replace("/>", ">")))),
            Refused("TQ0701", "6:80"),
        ),
        (
            "a file escaped as a whole, with a fault",
            b(&escaped("<sequence><group></sequence>")),
            Refused("TQ0701", "1:30"),
        ),
        (
            "a file escaped twice",
            b(&escaped(&escaped(SMALL))),
            NO_EXPORT,
        ),
    ]);
}

#[test]
fn packages_and_other_files() {
    holds(vec![
        (
            "a package without SequenceData",
            b("<SmsTaskSequencePackage><Name/></SmsTaskSequencePackage>"),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a package without a sequence",
            b(&package("")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a package with something else",
            b(&package("<html/>")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a source",
            b("step \"A\" run_command_line < \"cmd.exe\" >\n"),
            NO_EXPORT,
        ),
        ("a picture", b("\u{89}PNG\r\n\u{1A}\n"), NO_EXPORT),
    ]);
}

#[test]
fn wrappers() {
    let cases = wrapped(SMALL).into_iter().map(|(name, bytes)| {
        let verdict = if name == "MDT" {
            ProofVerdict::Normalised
        } else {
            ProofVerdict::Exact
        };
        (name, bytes, Reads(verdict))
    });
    holds(cases.collect());
}
