//! Scripts whose lines do not all end alike: somebody pasted a part. A source holds them with one
//! kind of line end and a note that names the others, because base64 could not be read.

/// A text with one kind of line end, and the numbers of the lines (from 1) that end in the other:
/// `3 7-9`. `None` where all end alike, or a carriage return stands alone.
pub fn split(text: &str) -> Option<(String, String)> {
    let pairs = text.matches("\r\n").count();
    let feeds = text.matches('\n').count() - pairs;
    if pairs == 0 || feeds == 0 || text.matches('\r').count() != pairs {
        return None;
    }
    let usual = if pairs >= feeds { "\r\n" } else { "\n" };
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop().unwrap_or("");
    let mut out = String::with_capacity(text.len());
    let mut odd: Vec<(usize, usize)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let own = line.strip_suffix('\r');
        out.push_str(own.unwrap_or(line));
        out.push_str(usual);
        if own.is_some() != (usual == "\r\n") {
            match odd.last_mut() {
                Some((_, end)) if *end == index => *end += 1,
                _ => odd.push((index + 1, index + 1)),
            }
        }
    }
    out.push_str(last);
    let numbers: Vec<String> = odd
        .iter()
        .map(|(start, end)| {
            if start == end {
                start.to_string()
            } else {
                format!("{start}-{end}")
            }
        })
        .collect();
    Some((out, numbers.join(" ")))
}

/// The text with the line ends of the named lines changed; what is no line's number changes
/// nothing.
pub fn apply(text: &str, numbers: &str) -> String {
    let ranges: Vec<(usize, usize)> = numbers
        .split(' ')
        .filter_map(|part| {
            let (start, end) = part.split_once('-').unwrap_or((part, part));
            Some((start.parse().ok()?, end.parse().ok()?))
        })
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop().unwrap_or("");
    for (index, line) in lines.iter().enumerate() {
        let odd = ranges
            .iter()
            .any(|(start, end)| (*start..=*end).contains(&(index + 1)));
        let own = line.strip_suffix('\r');
        out.push_str(own.unwrap_or(line));
        out.push_str(if own.is_some() == odd { "\n" } else { "\r\n" });
    }
    out.push_str(last);
    out
}
