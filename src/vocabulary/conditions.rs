//! Condition types, their operators and the words of registry conditions.

use std::{fmt, sync::OnceLock};

use serde::{Deserialize, Serialize};

use super::embedded;

/// Makes the words of the condition types. Whoever makes something of a type names them all.
macro_rules! condition_keywords {
    ($($(#[$doc:meta])* $keyword:ident = $word:literal;)*) => {
        /// The word of a condition type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
        pub enum ConditionKeyword {
            $($(#[$doc])* #[serde(rename = $word)] $keyword,)*
        }

        impl ConditionKeyword {
            /// All of them.
            pub const ALL: &'static [ConditionKeyword] = &[$(ConditionKeyword::$keyword,)*];

            /// The word.
            pub fn word(self) -> &'static str {
                match self { $(ConditionKeyword::$keyword => $word,)* }
            }
        }
    };
}

condition_keywords! {
    /// A task sequence variable; it has no word in the source.
    Variable = "variable";
    /// A file.
    File = "file";
    /// A folder.
    Folder = "folder";
    /// A key or value of the registry.
    Registry = "registry";
    /// A query.
    Wmi = "wmi";
    /// A product of Windows Installer.
    Software = "software";
    /// One of several operating systems, an element of its own.
    Os = "os";
    /// The language of the operating system, stored as a query.
    OsLanguage = "os_language";
    /// Make and model, in rules.
    MakeModel = "make_model";
    /// A computer, in rules.
    Computer = "computer";
    /// The default gateway, in rules.
    Gateway = "gateway";
}

impl fmt::Display for ConditionKeyword {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// A comparison as written and as stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorEntry {
    /// In the source, such as `==`.
    pub written: String,
    /// In the XML, such as `equals`.
    pub xml: String,
    /// The cmdlet's word.
    #[serde(default)]
    pub cmdlet: Option<String>,
    /// The console's label.
    pub label: String,
    /// The conditions it may stand in, by keyword.
    pub applies: Vec<ConditionKeyword>,
    /// Whether a value follows.
    pub value: bool,
}

/// A variable of a condition's expression.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionVariable {
    /// Its `name` in the XML.
    pub name: String,
    /// Whether it must be there.
    #[serde(default)]
    pub required: bool,
    /// One sentence.
    pub help: String,
    /// The texts it may have.
    #[serde(default)]
    pub members: Vec<String>,
}

/// A part of a condition behind its first text, such as `version >= "1"`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionPart {
    /// Its word in the source.
    pub word: String,
    /// A few words.
    pub help: String,
    /// What an editor offers, with places to fill.
    pub snippet: String,
}

/// A condition type.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionType {
    /// The word in the source; `variable` has none.
    pub keyword: ConditionKeyword,
    /// The XML's `type`.
    pub class: String,
    /// The console's label.
    pub label: String,
    /// The cmdlet that makes one.
    #[serde(default)]
    pub cmdlet: Option<String>,
    /// One sentence.
    pub help: String,
    /// Only in rules of Set Dynamic Variables.
    #[serde(default)]
    pub rule_only: bool,
    /// An example.
    pub written: String,
    /// What an editor offers, with places to fill; it begins with the word in the source.
    #[serde(default, skip_serializing)]
    pub snippet: Option<String>,
    /// The words in the source that a text follows, the first of them at its beginning.
    #[serde(default, skip_serializing)]
    pub words: Vec<String>,
    /// What may follow the text.
    #[serde(default, skip_serializing)]
    pub part: Vec<ConditionPart>,
    /// Its variables, in the order they are written.
    #[serde(default)]
    pub variable: Vec<ConditionVariable>,
}

/// A type of registry value.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryType {
    /// In the source, such as `reg_sz`.
    pub name: String,
    /// In the XML, such as `REG_SZ`.
    pub xml: String,
    /// Whether the console offers it.
    #[serde(default)]
    pub offered: bool,
}

/// A root key of the registry.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hive {
    /// Such as `HKEY_LOCAL_MACHINE`.
    pub name: String,
    /// Such as `HKLM`.
    pub short: String,
    /// Whether the console offers it.
    #[serde(default)]
    pub offered: bool,
}

/// Everything about conditions.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Comparison operators.
    pub operator: Vec<OperatorEntry>,
    /// Condition types.
    pub condition: Vec<ConditionType>,
    /// Types of registry values.
    pub registry_type: Vec<RegistryType>,
    /// Root keys.
    pub hive: Vec<Hive>,
}

impl Conditions {
    /// The operator as written, if it may stand in a condition of this keyword.
    pub fn operator(&self, written: &str, keyword: ConditionKeyword) -> Option<&OperatorEntry> {
        self.operator
            .iter()
            .find(|operator| operator.written == written && operator.applies.contains(&keyword))
    }

    /// The condition type in which this word of the source stands before a text.
    pub fn before_text(&self, word: &str) -> Option<&ConditionType> {
        let has = |condition: &&ConditionType| condition.words.iter().any(|own| own == word);
        self.condition.iter().find(has)
    }

    /// The words with which a condition may begin that is no test of a variable.
    pub fn predicates(&self) -> impl Iterator<Item = &'static str> {
        let plain = |condition: &&ConditionType| {
            !condition.rule_only && condition.keyword != ConditionKeyword::Variable
        };
        let words = self.condition.iter().filter(plain);
        words
            .map(|condition| condition.keyword.word())
            .chain(["all", "any", "none"])
    }

    /// The XML `type` of a condition's expressions.
    pub fn class(&self, keyword: ConditionKeyword) -> &str {
        self.condition
            .iter()
            .find(|condition| condition.keyword == keyword)
            .map_or("", |condition| condition.class.as_str())
    }
}

/// The table of conditions.
pub fn conditions() -> &'static Conditions {
    static TABLE: OnceLock<Conditions> = OnceLock::new();
    TABLE.get_or_init(|| embedded("conditions", include_str!("../../grammar/conditions.toml")))
}
