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

/// The candidate that a word is most likely a misspelling of: they differ in case alone, in one
/// letter, or from eight letters on in two. Words that differ in digits alone are different words.
pub fn misspelt<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let letters = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let wanted = plain(word);
    let length = wanted.chars().count();
    if length > 64 {
        return None;
    }
    let allowed = match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    let distance = |candidate: &str| {
        let other = plain(candidate);
        if other.chars().count().abs_diff(length) > allowed {
            return None;
        }
        let differs = strsim::osa_distance(&wanted, &other);
        let numbers = wanted != other && letters(&wanted) == letters(&other);
        (!numbers && differs <= allowed && candidate != word).then_some(differs)
    };
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(candidate)?, candidate)))
        .min_by_key(|(differs, _)| *differs)
        .map(|(_, candidate)| candidate)
}
