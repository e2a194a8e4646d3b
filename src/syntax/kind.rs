//! Kinds of tree nodes: the grammar's rules, the tokens between them, and error nodes.

/// What a node of the tree is. Names are those of `grammar/tasq.pest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(
    missing_docs,
    reason = "each variant is the grammar rule of the same name"
)]
pub enum SyntaxKind {
    File,
    Body,
    Header,
    Import,
    Param,
    Binding,
    TypeName,
    Step,
    Group,
    GroupHead,
    RawXml,
    Fragment,
    FragmentHead,
    Parameter,
    Instance,
    Repeat,
    RepeatHead,
    Range,
    Branch,
    BranchHead,
    ElseHead,
    TestCase,
    TestHead,
    Mock,
    Expect,
    Outcome,
    StepPath,
    Index,
    Items,
    Property,
    Assignment,
    RuleItem,
    XmlNote,
    Variable,
    List,
    Call,
    Arguments,
    Argument,
    Insertion,
    Encoded,
    Literal,
    Number,
    String,
    Block,
    Name,
    When,
    Condition,
    Quantifier,
    Negation,
    Parentheses,
    Test,
    TestNote,
    Comparison,
    Operator,
    ExistsTest,
    FileTest,
    FolderTest,
    VersionPart,
    ModifiedPart,
    RegistryTest,
    WmiTest,
    SoftwareTest,
    OsTest,
    OsEntry,
    OsLanguageTest,
    MakeTest,
    ComputerTest,
    GatewayTest,
    /// A reserved word or a word by position.
    Word,
    /// Punctuation: brackets, commas, colons, operators.
    Punctuation,
    /// Blanks, tabs and line ends.
    WhiteSpace,
    /// `#` to the line's end.
    Comment,
    /// Text that fits no rule.
    Error,
}

impl SyntaxKind {
    /// White space or a comment.
    pub fn is_trivia(self) -> bool {
        matches!(self, SyntaxKind::WhiteSpace | SyntaxKind::Comment)
    }

    /// A value as it may stand after a colon or an equals sign.
    pub fn is_value(self) -> bool {
        use SyntaxKind::{Block, Call, Encoded, Insertion, List, Literal, Name, Number, String};
        matches!(
            self,
            Block | Encoded | String | Number | Literal | List | Call | Insertion | Name
        )
    }

    /// A condition's operand: what may stand in `all( … )`.
    pub fn is_unit(self) -> bool {
        use SyntaxKind::{Negation, Parentheses, Quantifier, Test};
        matches!(self, Quantifier | Negation | Parentheses | Test)
    }
}
