//! The codes of all findings. A code never changes its meaning and is never used again for another.
//!
//! The page of each, `docs/findings/CODE.md`, is compiled in; `tasq explain` prints it.

use super::Severity;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:ident $severity:ident $title:literal;)*) => {
        /// What kind of thing was found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as printed, such as `TQ0101`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => stringify!($id),)* }
            }

            /// What the code stands for, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// The severity a finding of this code has unless told otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// The page that explains it: Markdown, with an example and how to mend it.
            pub fn page(self) -> &'static str {
                match self {
                    $(Code::$name => include_str!(concat!("../../docs/findings/", stringify!($id), ".md")),)*
                }
            }
        }
    };
}

codes! {
    NotText = TQ0001 Error "bytes that are no text";
    Utf16Source = TQ0002 Warning "a source stored as UTF-16";
    SourceTooLarge = TQ0003 Error "a source that is too large";
    NestedTooDeep = TQ0004 Error "nesting that is too deep";
    CannotRead = TQ0005 Error "a file that cannot be read";
    PathOutside = TQ0006 Error "a path that leaves the project";
    ValuesTooLarge = TQ0007 Error "compile-time values that grow too large";

    Syntax = TQ0101 Error "text that does not fit the grammar";
    UnclosedString = TQ0102 Error "a string without its closing quote";
    UnclosedBlock = TQ0103 Error "a block without its closing quotes";
    UnclosedBracket = TQ0104 Error "a bracket that is never closed";
    StrayBracket = TQ0105 Error "a closing bracket without an opening one";
    TypographicCharacter = TQ0106 Error "a character that a word processor put in";
    ForeignComment = TQ0107 Error "a comment of another language";
    BackslashQuote = TQ0108 Error "a quote behind a backslash";
    KeywordCase = TQ0109 Error "a keyword in capitals";
    MissingSeparator = TQ0110 Error "two items without a comma or line end";
    BlockIndent = TQ0111 Error "a block's line that is indented less than its end";
    AssignForCompare = TQ0112 Error "a comparison operator of another language";
    MixedAndOr = TQ0113 Error "`and` mixed with `or`";
    BadInsertion = TQ0114 Error "a `${` that inserts nothing";
    NotYetSupported = TQ0115 Error "a construct that is not supported yet";
    MisplacedStatement = TQ0116 Error "a statement in the wrong place";
    UnseenCharacter = TQ0117 Warning "a character that nobody sees";

    UnknownStepType = TQ0201 Error "an unknown step type";
    UnknownProperty = TQ0202 Error "an unknown property";
    DuplicateItem = TQ0203 Error "a property given twice";
    MissingProperty = TQ0204 Error "a required property that is missing";
    ExclusiveProperties = TQ0205 Error "properties that exclude each other";
    RequiresProperty = TQ0206 Error "a property that needs another one";
    UnknownMember = TQ0207 Error "a value that is not one of the choices";
    NeedsNewerProduct = TQ0208 Error "a property that the product version does not have";
    UnexpectedValue = TQ0209 Error "a value without a property name";
    UnexpectedItem = TQ0210 Error "an item that has no meaning here";
    MissingAssignment = TQ0211 Error "a step that sets nothing, or too much";
    UnknownName = TQ0212 Error "an unknown compile-time name";
    DuplicateName = TQ0213 Error "a compile-time name defined twice";
    NameLikeMember = TQ0214 Warning "a compile-time name that looks like a choice";
    BadParameter = TQ0215 Error "a parameter without a fitting value";
    UnknownXmlName = TQ0216 Warning "a name of the XML that is most likely misspelt";
    BadXmlFact = TQ0217 Error "a fact of the XML that cannot be";

    WrongType = TQ0301 Error "a value of the wrong type";
    UnknownUnit = TQ0302 Error "a number with a wrong unit";
    InexactQuantity = TQ0303 Error "a quantity that the XML cannot hold exactly";
    OutOfRange = TQ0304 Error "a number out of range";
    OutsideConsoleRange = TQ0305 Warning "a number that the console does not offer";
    TooLong = TQ0306 Error "a text that is too long";
    LongForConsole = TQ0307 Warning "a text longer than the console allows";
    EmptyText = TQ0308 Error "a text that must not be empty";
    MalformedValue = TQ0309 Error "a value in the wrong form";
    BadPackageId = TQ0310 Error "a malformed package identifier";
    BadApplicationId = TQ0311 Error "a malformed application identifier";
    PasswordInText = TQ0312 Error "a password written in the source";
    UnwritableCharacter = TQ0313 Error "a character that XML cannot hold";
    BadProduct = TQ0314 Error "an unknown product version";
    BadScript = TQ0315 Error "a script that cannot be stored";
    EmptyList = TQ0316 Warning "a list without elements";
    PasswordInXml = TQ0317 Warning "a password that everybody can read in the XML";

    BareNameCompared = TQ0401 Error "a comparison with a bare name";
    OperatorDoesNotApply = TQ0402 Error "an operator that does not apply here";
    NotComparable = TQ0403 Warning "an order comparison of texts";
    BadRegistryKey = TQ0404 Error "a registry key without a known hive";
    UnknownPlatform = TQ0405 Error "an unknown operating system name";
    BadConditionValue = TQ0406 Error "a condition value in the wrong form";
    EmptyQuantifier = TQ0407 Warning "an If without conditions";
    RuleCondition = TQ0408 Error "a rule condition of the wrong kind";
    BadQuery = TQ0409 Warning "a WMI query that is not WQL";
    OddQuery = TQ0410 Warning "a WMI query that may ask something else";

    BadVariableName = TQ0501 Error "a bad variable name";
    ReadOnlyVariable = TQ0502 Error "an assignment to a read-only variable";
    VariableNeverSet = TQ0503 Warning "a variable that nothing sets";
    VariableCase = TQ0504 Warning "variable names that differ only in case";
    ValueTooLong = TQ0505 Error "a variable value that is too long";
    ValueIgnored = TQ0506 Warning "a value the step does not keep";
    OddRestartRequest = TQ0507 Warning "a restart request that the product does not know";
    NeverReached = TQ0508 Warning "members of a list that are never reached";
    ValueForShell = TQ0509 Warning "a value that a shell takes apart or obeys";

    SequenceTooLarge = TQ0601 Warning "a sequence too large to import";
    EmptySequence = TQ0602 Warning "a sequence without steps";
    NamesDifferInCase = TQ0603 Warning "names that differ only in case";
    ActionDiffers = TQ0604 Warning "an action that says something else than its step";

    NotWellFormed = TQ0701 Error "XML that is not well-formed";
    NotASequence = TQ0702 Error "a file without a task sequence";
    BadArchive = TQ0703 Error "an archive that is not read";
    NotRepresentable = TQ0704 Error "XML that a source cannot say";
    KeptAsXml = TQ0705 Note "an element kept in XML's own words";
    LiteralPassword = TQ0706 Warning "a password in an export";
    EnterAgain = TQ0707 Note "a value that must be entered again";
    NotCarriedOver = TQ0708 Warning "a property of the export that a header cannot say";

    MachineNotToml = TQ0801 Error "a machine file that is not TOML";
    UnknownMachineKey = TQ0802 Error "an unknown key in a machine file";
    BadMachineValue = TQ0803 Error "an impossible value in a machine file";
    MachineContradiction = TQ0804 Error "facts of a machine that contradict each other";
    MissingMachineKey = TQ0805 Error "a key that a machine file lacks";

    FormatNotProven = TQ0901 Error "a file that the formatter must not touch";
    UnknownTestStep = TQ0902 Error "a step that a test names and the sequence lacks";
    AmbiguousTestStep = TQ0903 Error "a name in a test that fits several steps";
    MockedTwice = TQ0904 Error "a step that a test mocks twice";
    BadOutcome = TQ0905 Error "an outcome that a test cannot have";
    BadTestMachine = TQ0906 Error "a machine that a test cannot use";
    EmptyTest = TQ0907 Warning "a test that expects nothing";
    DuplicateTest = TQ0908 Error "two tests of one name";
    ContradictingExpectations = TQ0909 Error "expectations that contradict each other";
    ExpectedVariable = TQ0910 Warning "an expectation of a variable that nothing sets";
    NoTestedSequence = TQ0911 Error "a test without a sequence";
    ExpectationNotMet = TQ0912 Error "an expectation that a run did not meet";

    SiteNotToml = TQ1001 Error "a site file that is not TOML";
    UnknownSiteKey = TQ1002 Error "an unknown key in a site file";
    BadSiteValue = TQ1003 Error "an impossible value in a site file";
    SiteContradiction = TQ1004 Error "entries of a site file that contradict each other";
    MissingSiteKey = TQ1005 Error "a key that a site file lacks";
    NotInSite = TQ1006 Error "a reference that the site file does not know";
    InsecureContent = TQ1007 Warning "content that anybody on the way can change";
}

impl Code {
    /// The code with this printed form; case does not count.
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.id().eq_ignore_ascii_case(text.trim()))
    }
}
