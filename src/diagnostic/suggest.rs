//! "Did you mean".

/// How alike two words must be (0 to 1, Jaro-Winkler) to be offered. Below this, offers for short
/// property names (`path`, `drive`) were more often wrong than right.
const LIKENESS: f64 = 0.82;

/// The candidate most like `word`, if any is alike enough. Case and `-` for `_` do not count.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let wanted = plain(word);
    if wanted.len() > 64 {
        return None;
    }
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let other = plain(candidate);
        let mut score = strsim::jaro_winkler(&wanted, &other);
        if wanted.replace('_', "") == other.replace('_', "") {
            score = 1.0;
        } else if wanted.len() > 3
            && wanted
                .split('_')
                .all(|word| other.split('_').any(|part| part == word))
        {
            // `codes` for `success_codes`, `run_time` for `maximum_run_time`.
            score = score.max(0.95);
        }
        if score >= LIKENESS && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
