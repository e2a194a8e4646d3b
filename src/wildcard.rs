//! Patterns with wildcards. What a wildcard looks like, and how case is folded, is each language's
//! own: `*` and `?` of conditions, machine files and tests, `%` and `_` of WQL.

/// A part of a pattern.
pub(crate) trait Wildcard<C> {
    /// Whether it stands for any run, an empty one too.
    fn is_run(&self) -> bool;
    /// Whether it stands for this character; not asked of a run.
    fn fits(&self, c: &C) -> bool;
}

/// Whether a text fits a pattern as a whole. Only the last run is ever gone back to: an earlier
/// one can gain nothing that the last cannot.
pub(crate) fn matches<C, P: Wildcard<C>>(pattern: &[P], text: &[C]) -> bool {
    let (mut part, mut at) = (0, 0);
    // The last run, and where what it does not swallow begins.
    let mut back: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(part) {
            Some(run) if run.is_run() => {
                back = Some((part, at));
                part += 1;
            }
            Some(one) if one.fits(&text[at]) => {
                part += 1;
                at += 1;
            }
            _ => {
                let Some((run, from)) = back else {
                    return false;
                };
                back = Some((run, from + 1));
                part = run + 1;
                at = from + 1;
            }
        }
    }
    pattern[part..].iter().all(Wildcard::is_run)
}

/// `*` is any run, `?` one character.
impl Wildcard<char> for char {
    fn is_run(&self) -> bool {
        *self == '*'
    }

    fn fits(&self, c: &char) -> bool {
        *self == '?' || self == c
    }
}
