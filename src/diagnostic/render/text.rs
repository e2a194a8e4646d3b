//! For a terminal, through miette.
//!
//! miette counts columns in bytes, shows no caret for an empty label at the end of a file, and
//! cannot label a second file: the small source type here counts characters, empty labels are
//! widened, and labels of other files become reports of their own below the first.

use std::{error::Error, fmt, ops::Range};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use super::shown::{ShownFile, ShownSources};
use crate::{
    diagnostic::{Finding, Severity},
    paint::marked,
    source::{FileId, SourceFile, Span},
};

/// How much a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Use colours.
    pub color: bool,
    /// Draw with characters beyond ASCII.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Look {
    /// Neither colours nor a narrow terminal: what tests and files get.
    pub const PLAIN: Look = Look {
        color: false,
        unicode: true,
        width: 120,
    };
}

/// Most findings that are shown with their source lines. Nobody reads more in a terminal; other
/// formats have all.
pub const MAX_SHOWN: usize = 100;

/// Findings with their source lines, and how many more there are.
pub(super) fn text(findings: &[Finding], sources: &ShownSources<'_>, look: Look) -> String {
    let theme = match (look.unicode, look.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width.max(40))
        .with_context_lines(1);
    let mut out = String::new();
    for finding in shown(findings) {
        let report = TextReport::new(finding, sources);
        if handler.render_report(&mut out, &report).is_err() {
            // A span that fits no file is a fault of ours; the message must still reach the user.
            out.push_str(&super::short(std::slice::from_ref(finding), sources));
        }
        out.push('\n');
    }
    if let Some(more) = findings
        .len()
        .checked_sub(MAX_SHOWN)
        .filter(|more| *more > 0)
    {
        out.push_str(&format!(
            "and {more} more; `tasq check --output-format short` shows all\n\n"
        ));
    }
    // All that came from outside was written out before: what is left is the drawing's own.
    if look.color { marked(&out) } else { out }
}

/// The findings that are shown: the worst of them, in the order they come.
fn shown(findings: &[Finding]) -> Vec<&Finding> {
    let mut list: Vec<&Finding> = findings.iter().collect();
    if list.len() > MAX_SHOWN {
        let mut kept = 0;
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let mut left = MAX_SHOWN - kept;
            list.retain(|finding| {
                let fits = finding.severity != severity || left > 0;
                left -= usize::from(fits && finding.severity == severity);
                fits
            });
            kept = MAX_SHOWN - left;
        }
    }
    list
}

#[derive(Debug)]
struct TextReport<'a> {
    message: String,
    code: Option<&'static str>,
    severity: miette::Severity,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: Option<CharacterColumns<'a>>,
    related: Vec<TextReport<'a>>,
}

impl<'a> TextReport<'a> {
    fn new(finding: &Finding, sources: &'a ShownSources<'a>) -> Self {
        let main = finding.span().file;
        let mut report = TextReport {
            message: finding.message.clone(),
            code: Some(finding.code.id()),
            severity: match finding.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
                Severity::Note => miette::Severity::Advice,
            },
            help: finding.help.clone(),
            labels: Vec::new(),
            source: sources.get(main).map(CharacterColumns),
            related: Vec::new(),
        };
        // On an export's one line two places are too far apart to be shown in one picture.
        let long = sources
            .get(main)
            .is_some_and(|shown| long_line(shown.file, finding.span().start as usize).is_some());
        for (index, label) in finding.labels.iter().enumerate() {
            if label.span.file == main && (index == 0 || !long) {
                report
                    .labels
                    .push(labeled(label.span, &label.text, index == 0, sources));
            } else {
                report.related.push(TextReport::elsewhere(
                    label.span.file,
                    label.span,
                    &label.text,
                    sources,
                ));
            }
        }
        if let Some(fix) = finding.fixes.first()
            && report.help.is_none()
        {
            report.help = Some(fix.title.clone());
        }
        report
    }

    fn elsewhere(file: FileId, span: Span, text: &str, sources: &'a ShownSources<'a>) -> Self {
        TextReport {
            message: text.to_owned(),
            code: None,
            severity: miette::Severity::Advice,
            help: None,
            labels: vec![labeled(span, "", false, sources)],
            source: sources.get(file).map(CharacterColumns),
            related: Vec::new(),
        }
    }
}

fn labeled(span: Span, text: &str, primary: bool, sources: &ShownSources<'_>) -> LabeledSpan {
    let label = (!text.is_empty()).then(|| text.to_owned());
    let range = sources
        .get(span.file)
        .map_or(0..0, |shown| shown.range(underlined(span, shown.file)));
    let span = SourceSpan::from(range);
    if primary {
        LabeledSpan::new_primary_with_span(label, span)
    } else {
        LabeledSpan::new_with_span(label, span)
    }
}

/// What of a span is drawn under.
fn underlined(span: Span, file: &SourceFile) -> Span {
    let length = file.text.len();
    let mut start = (span.start as usize).min(length);
    let mut end = (span.end as usize).clamp(start, length);
    if start == end {
        // An empty label shows no caret at the end of a file, and a poor one elsewhere.
        match file.text[..start].chars().next_back() {
            Some(before) if end == length || file.text[start..].starts_with(['\n', '\r']) => {
                start -= before.len_utf8();
            }
            _ => end += file.text[start..].chars().next().map_or(0, char::len_utf8),
        }
    }
    if let Some((_, line_end)) = long_line(file, start) {
        end = boundary(&file.text, end.min(start + LABEL))
            .min(line_end)
            .max(start);
    }
    Span::new(span.file, start as u32, end as u32)
}

/// Lines of more bytes than this are shown in part: an export is one line of any length.
const LONG: usize = 400;
/// Most bytes of such a line that a label covers.
const LABEL: usize = 60;
/// Bytes shown before and behind the label.
const AROUND: usize = 60;

/// The line at a place, as bytes of the text, if it is too long to be shown whole.
fn long_line(file: &SourceFile, at: usize) -> Option<(usize, usize)> {
    let lines = file.lines();
    let line = lines.line_of(at.min(file.text.len()) as u32);
    let start = lines.start_of(line) as usize;
    let end = if line + 1 < lines.count() {
        lines.start_of(line + 1) as usize
    } else {
        file.text.len()
    };
    (end - start > LONG).then_some((start, end))
}

/// The next place at or before `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

impl fmt::Display for TextReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TextReport<'_> {}

impl Diagnostic for TextReport<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code
            .map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|file| file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        (!self.related.is_empty()).then(|| {
            Box::new(self.related.iter().map(|report| report as &dyn Diagnostic))
                as Box<dyn Iterator<Item = _>>
        })
    }
}

/// A source file whose columns are characters, as it is shown.
#[derive(Debug)]
struct CharacterColumns<'a>(&'a ShownFile<'a>);

impl CharacterColumns<'_> {
    /// A part of the file as it is shown, with the place that its header tells.
    fn part(
        &self,
        own: Range<usize>,
        (line, column): (usize, usize),
        lines: usize,
    ) -> MietteSpanContents<'_> {
        let shown = self.0;
        let range = shown.to_shown(own.start, false)..shown.to_shown(own.end, true);
        MietteSpanContents::new_named(
            shown.name.to_string(),
            shown.text.as_bytes().get(range.clone()).unwrap_or(&[]),
            SourceSpan::from(range),
            line,
            column,
            lines,
        )
    }
}

impl SourceCode for CharacterColumns<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let file = self.0.file;
        let (text, lines): (&str, _) = (&file.text, file.lines());
        if span.offset() > self.0.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let start = self.0.to_own(span.offset());
        let end = self.0.to_own(span.offset() + span.len());
        let end = end.clamp(start, text.len());
        let position = |at: usize| file.position(at as u32).column as usize - 1;
        let place = lines.line_of(start as u32);
        if let Some((line_start, line_end)) = long_line(file, start) {
            let line = &text[line_start..line_end];
            let line_end = line_start + line.trim_end_matches(['\r', '\n']).len();
            let from = boundary(text, start.saturating_sub(AROUND)).max(line_start);
            let to = boundary(text, end + AROUND).min(line_end.max(from));
            return Ok(Box::new(self.part(from..to, (place, position(start)), 1)));
        }
        let first = place.saturating_sub(before);
        let last = (lines.line_of(end.saturating_sub(usize::from(!span.is_empty())) as u32)
            + after)
            .min(lines.count() - 1);
        let from = lines.start_of(first) as usize;
        let to = if last + 1 < lines.count() {
            lines.start_of(last + 1) as usize
        } else {
            text.len()
        };
        // The column shown in the header is that of the span's start when no context line stands
        // before it.
        let column = if first < place { 0 } else { position(start) };
        let part = self.part(from..to, (first, column), last + 1 - first);
        Ok(Box::new(part))
    }
}
