//! What an XML file is, told from its beginning alone.

/// The name of the root element, which need not end in the text. `None` where no XML begins.
pub fn root_name(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let (open, end) = if rest.starts_with("<!--") {
            (4, "-->")
        } else if rest.starts_with("<?") {
            (2, "?>")
        } else {
            break;
        };
        let inner = rest.get(open..)?;
        rest = inner.get(inner.find(end)? + end.len()..)?;
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find([' ', '\t', '\r', '\n', '/', '>'])?;
    let name = &name[..end];
    let begins = |c: char| c.is_alphabetic() || c == '_';
    name.starts_with(begins).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::root_name;

    #[test]
    fn the_root_is_found_behind_whatever_stands_before_it() {
        let cases = [
            ("<sequence version=\"3.10\"><step", Some("sequence")),
            (
                "\u{feff}<?xml version=\"1.0\"?>\r\n<!-- <a> --><sequence/>",
                Some("sequence"),
            ),
            ("<sequences>", Some("sequences")),
            ("<sequence", None),
            ("<!DOCTYPE html><html>", None),
            ("step \"A\" run_command_line < \"x\" >", None),
            ("", None),
            ("<!-- open", None),
            ("<>", None),
        ];
        for (text, name) in cases {
            assert_eq!(root_name(text), name, "{text}");
        }
    }
}
