//! The only module that knows pest: runs one rule of `grammar/tasq.pest` and hands its events to
//! the tree builder.

use pest::{Parser as _, Token, error::ErrorVariant, error::InputLocation};

use super::{SyntaxKind, tree::TreeBuilder};

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/tasq.pest"]
struct Grammar;

/// White space as the grammar knows it; others (a no-break space) are errors.
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// What to parse: a statement or clause with nothing behind it, or a part wherever it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Goal {
    Header,
    Import,
    Param,
    Binding,
    Step,
    GroupHead,
    RawXml,
    FragmentHead,
    Instance,
    RepeatHead,
    BranchHead,
    ElseHead,
    TestHead,
    Mock,
    Expect,
    When,
    /// One item of `< >`, whatever follows.
    Item,
    /// A property with its colon, whatever follows.
    Property,
    /// A string, whatever follows.
    String,
    /// A name, whatever follows.
    Name,
}

impl Goal {
    fn rule(self) -> Rule {
        match self {
            Goal::Header => Rule::only_header,
            Goal::Import => Rule::only_import,
            Goal::Param => Rule::only_param,
            Goal::Binding => Rule::only_binding,
            Goal::Step => Rule::only_step,
            Goal::GroupHead => Rule::only_group_head,
            Goal::RawXml => Rule::only_raw_xml,
            Goal::FragmentHead => Rule::only_fragment_head,
            Goal::Instance => Rule::only_instance,
            Goal::RepeatHead => Rule::only_repeat_head,
            Goal::BranchHead => Rule::only_branch_head,
            Goal::ElseHead => Rule::only_else_head,
            Goal::TestHead => Rule::only_test_head,
            Goal::Mock => Rule::only_mock,
            Goal::Expect => Rule::only_expect,
            Goal::When => Rule::only_when,
            Goal::Item => Rule::item,
            Goal::Property => Rule::property,
            Goal::String => Rule::string,
            Goal::Name => Rule::name,
        }
    }
}

/// Why a rule did not match.
#[derive(Clone, Debug)]
pub(super) struct RuleFailure {
    /// The furthest place any alternative reached, in the whole source.
    pub offset: u32,
    /// What could have stood there, in words, each once.
    pub expected: Vec<&'static str>,
}

/// Matches `goal` at the start of `piece`, which begins at byte `base` of the source, and adds its
/// nodes to `builder`. Returns where the match ends (trivia behind it not included).
///
/// # Errors
/// [`RuleFailure`] when it does not match; `builder` is then as it was.
pub(super) fn parse(
    goal: Goal,
    piece: &str,
    base: u32,
    builder: &mut TreeBuilder,
) -> Result<u32, RuleFailure> {
    let pairs = Grammar::parse(goal.rule(), piece).map_err(|error| failure(&error, base))?;
    let mut fill = Fill {
        piece,
        base,
        cursor: 0,
        builder,
    };
    for token in pairs.tokens() {
        match token {
            Token::Start { rule, pos } => fill.start(kind(rule), pos.pos()),
            Token::End { rule, pos } => fill.end(kind(rule), pos.pos()),
        }
    }
    Ok(base + fill.cursor as u32)
}

/// Whether the whole text fits the grammar's `file` rule, and how many tokens that made: what pest
/// alone does.
#[cfg(feature = "internals")]
pub fn recognise(text: &str) -> Option<usize> {
    Grammar::parse(Rule::file, text)
        .ok()
        .map(|pairs| pairs.tokens().count())
}

fn failure(error: &pest::error::Error<Rule>, base: u32) -> RuleFailure {
    let offset = match error.location {
        InputLocation::Pos(start) | InputLocation::Span((start, _)) => start,
    };
    let mut expected = Vec::new();
    if let ErrorVariant::ParsingError { positives, .. } = &error.variant {
        for word in positives.iter().filter_map(|rule| describe(*rule)) {
            if !expected.contains(&word) {
                expected.push(word);
            }
        }
    }
    let kinds = [
        "a string", "a block", "a number", "a name", "`${…}`", "a value",
    ];
    if expected.iter().filter(|word| kinds.contains(word)).count() > 2 {
        // Any value would do: naming its six spellings helps nobody.
        expected.retain(|word| !kinds.contains(word) && *word != "`<`");
        expected.push("a value");
    }
    RuleFailure {
        offset: base + offset as u32,
        expected,
    }
}

/// Follows pest's events and puts the text between two of them into the tree as tokens and trivia.
struct Fill<'a> {
    piece: &'a str,
    base: u32,
    cursor: usize,
    builder: &'a mut TreeBuilder,
}

impl Fill<'_> {
    fn start(&mut self, kind: Option<SyntaxKind>, at: usize) {
        let Some(kind) = kind else { return };
        self.gap(at, true);
        if !is_leaf(kind) {
            self.builder.open(kind, self.base + at as u32);
        }
    }

    fn end(&mut self, kind: Option<SyntaxKind>, at: usize) {
        let Some(kind) = kind else { return };
        if is_leaf(kind) {
            self.builder
                .leaf(kind, self.base + self.cursor as u32, self.base + at as u32);
            self.cursor = at;
        } else {
            // pest counts the white space before an optional part that is not there to the node:
            // leave it outside.
            self.gap(at, false);
            self.builder.close(self.base + self.cursor as u32);
        }
    }

    fn gap(&mut self, to: usize, with_trailing_trivia: bool) {
        let mut pending: Option<(SyntaxKind, usize, usize)> = None;
        let mut at = self.cursor;
        let mut held = Vec::new();
        while at < to {
            let (kind, len) = gap_token(&self.piece[at..to]);
            if kind.is_trivia() && !with_trailing_trivia {
                held.push((kind, at, at + len));
            } else {
                for (kind, start, end) in pending.take().into_iter().chain(held.drain(..)) {
                    self.builder
                        .leaf(kind, self.base + start as u32, self.base + end as u32);
                }
                pending = Some((kind, at, at + len));
                self.cursor = at + len;
            }
            at += len;
        }
        if let Some((kind, start, end)) = pending {
            self.builder
                .leaf(kind, self.base + start as u32, self.base + end as u32);
        }
    }
}

/// The first token of text that no visible rule covers: trivia, punctuation, or a word.
pub(super) fn gap_token(text: &str) -> (SyntaxKind, usize) {
    let bytes = text.as_bytes();
    let run = |accept: fn(&u8) -> bool| bytes.iter().take_while(|byte| accept(byte)).count();
    match bytes.first() {
        Some(b' ' | b'\t' | b'\r' | b'\n') => (
            SyntaxKind::WhiteSpace,
            run(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
        ),
        Some(b'#') => (
            SyntaxKind::Comment,
            run(|byte| !matches!(byte, b'\r' | b'\n')),
        ),
        Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => (
            SyntaxKind::Word,
            run(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
        ),
        _ => {
            let two = bytes.get(..2).is_some_and(|pair| {
                matches!(pair, b"==" | b"!=" | b"<=" | b">=" | b"<>" | b".." | b"${")
            });
            (
                SyntaxKind::Punctuation,
                if two {
                    2
                } else {
                    text.chars().next().map_or(1, char::len_utf8)
                },
            )
        }
    }
}

fn is_leaf(kind: SyntaxKind) -> bool {
    use SyntaxKind::{Block, Literal, Name, Number, String, Word};
    matches!(kind, Block | Literal | Name | Number | String | Word)
}

/// The node kind of a rule; `None` for rules that make no node of their own.
fn kind(rule: Rule) -> Option<SyntaxKind> {
    if makes_no_node(rule) {
        return None;
    }
    let named = statement_kind(rule)
        .or_else(|| value_kind(rule))
        .or_else(|| condition_kind(rule));
    // The rest are words: kw_… and word_….
    Some(named.unwrap_or(SyntaxKind::Word))
}

fn statement_kind(rule: Rule) -> Option<SyntaxKind> {
    use SyntaxKind as K;
    Some(match rule {
        Rule::file => K::File,
        Rule::body => K::Body,
        Rule::header => K::Header,
        Rule::import => K::Import,
        Rule::param => K::Param,
        Rule::binding => K::Binding,
        Rule::step => K::Step,
        Rule::group => K::Group,
        Rule::group_head => K::GroupHead,
        Rule::raw_xml => K::RawXml,
        Rule::fragment => K::Fragment,
        Rule::fragment_head => K::FragmentHead,
        Rule::parameter => K::Parameter,
        Rule::instance => K::Instance,
        Rule::repeat => K::Repeat,
        Rule::repeat_head => K::RepeatHead,
        Rule::range => K::Range,
        Rule::branch => K::Branch,
        Rule::branch_head => K::BranchHead,
        Rule::else_head => K::ElseHead,
        Rule::test_case => K::TestCase,
        Rule::test_head => K::TestHead,
        Rule::mock => K::Mock,
        Rule::expect => K::Expect,
        Rule::outcome => K::Outcome,
        Rule::step_path => K::StepPath,
        Rule::index => K::Index,
        Rule::items => K::Items,
        Rule::property => K::Property,
        Rule::assignment => K::Assignment,
        Rule::rule_item => K::RuleItem,
        Rule::xml_note => K::XmlNote,
        _ => return None,
    })
}

fn value_kind(rule: Rule) -> Option<SyntaxKind> {
    use SyntaxKind as K;
    Some(match rule {
        Rule::type_name => K::TypeName,
        Rule::variable => K::Variable,
        Rule::list => K::List,
        Rule::call => K::Call,
        Rule::arguments => K::Arguments,
        Rule::argument => K::Argument,
        Rule::insertion => K::Insertion,
        Rule::encoded => K::Encoded,
        Rule::literal => K::Literal,
        Rule::number => K::Number,
        Rule::string => K::String,
        Rule::block => K::Block,
        Rule::name => K::Name,
        _ => return None,
    })
}

fn condition_kind(rule: Rule) -> Option<SyntaxKind> {
    use SyntaxKind as K;
    Some(match rule {
        Rule::when => K::When,
        Rule::condition => K::Condition,
        Rule::quantifier => K::Quantifier,
        Rule::negation => K::Negation,
        Rule::parentheses => K::Parentheses,
        Rule::test => K::Test,
        Rule::test_note => K::TestNote,
        Rule::comparison => K::Comparison,
        Rule::operator => K::Operator,
        Rule::exists_test => K::ExistsTest,
        Rule::file_test => K::FileTest,
        Rule::folder_test => K::FolderTest,
        Rule::version_part => K::VersionPart,
        Rule::modified_part => K::ModifiedPart,
        Rule::registry_test => K::RegistryTest,
        Rule::wmi_test => K::WmiTest,
        Rule::software_test => K::SoftwareTest,
        Rule::os_test => K::OsTest,
        Rule::os_entry => K::OsEntry,
        Rule::os_language_test => K::OsLanguageTest,
        Rule::make_test => K::MakeTest,
        Rule::computer_test => K::ComputerTest,
        Rule::gateway_test => K::GatewayTest,
        _ => return None,
    })
}

fn makes_no_node(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::EOI
            | Rule::only_header
            | Rule::only_import
            | Rule::only_param
            | Rule::only_binding
            | Rule::only_step
            | Rule::only_group_head
            | Rule::only_raw_xml
            | Rule::only_fragment_head
            | Rule::only_instance
            | Rule::only_repeat_head
            | Rule::only_branch_head
            | Rule::only_else_head
            | Rule::only_test_head
            | Rule::only_mock
            | Rule::only_expect
            | Rule::only_when
            | Rule::WHITESPACE
            | Rule::COMMENT
            | Rule::BLANK
            | Rule::NL
            | Rule::NAME_CHAR
            | Rule::statement
            | Rule::type_argument
            | Rule::item
            | Rule::string_or_block
            | Rule::bare_name
            | Rule::value
            | Rule::text
            | Rule::unit
            | Rule::rule_test
            | Rule::reserved
            | Rule::operand
    )
}

/// What a rule is called in "expected …"; `None` for rules that say nothing to a reader.
fn describe(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::string => "a string",
        Rule::text => "a string",
        Rule::block => "a block",
        Rule::number => "a number",
        Rule::name => "a name",
        Rule::variable => "a variable's name",
        Rule::type_name => "a type",
        Rule::items => "`<`",
        Rule::when | Rule::kw_when => "`when`",
        Rule::operator => "a comparison such as `==`",
        Rule::test
        | Rule::quantifier
        | Rule::negation
        | Rule::parentheses
        | Rule::comparison
        | Rule::exists_test
        | Rule::file_test
        | Rule::folder_test
        | Rule::registry_test
        | Rule::wmi_test
        | Rule::software_test
        | Rule::os_test
        | Rule::os_language_test
        | Rule::condition => "a condition",
        Rule::list | Rule::call | Rule::encoded | Rule::literal | Rule::value => "a value",
        Rule::insertion => "`${…}`",
        Rule::property | Rule::assignment => "an item",
        Rule::rule_item => "a rule",
        Rule::kw_xml | Rule::xml_note | Rule::test_note | Rule::raw_xml => return None,
        Rule::arguments => "`(`",
        Rule::argument => "an argument",
        Rule::kw_in => "`in`",
        Rule::kw_not => "`not`",
        Rule::kw_step => "`step`",
        Rule::word_exists => "`exists`",
        Rule::word_value => "`value`",
        Rule::word_as => "`as`",
        Rule::word_version => "`version`",
        Rule::word_modified => "`modified`",
        Rule::kw_and | Rule::kw_or => "`and` or `or`",
        Rule::outcome => "an outcome",
        Rule::os_entry => "an operating system's name",
        _ => return None,
    })
}
