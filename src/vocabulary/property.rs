//! Properties: what may stand before a colon, and where its value goes in the XML.

use serde::{Deserialize, Serialize};

use super::{ArrayPart, Holder, Overridable, Pattern, ProductVersion, Referenced, Unit};

/// The type of a property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A time with a unit; the XML's unit is the property's.
    Duration,
    /// An amount of storage with a unit.
    Size,
    /// A clock rate with a unit.
    Frequency,
    /// One of the property's members.
    Member,
    /// The name of a run-time variable.
    Variable,
    /// A user account.
    Account,
    /// A password: `secret("NAME")`, never in the XML.
    Secret,
    /// A script: a block, a string, `file("…")` or `base64 "…"`.
    Script,
    /// Exit codes separated by blanks, or a list of integers.
    SuccessCodes,
    /// A version of digits and dots.
    Version,
    /// A package.
    Package,
    /// An application.
    Application,
    /// Another task sequence.
    TaskSequence,
    /// A list of the property's `of`.
    List,
}

impl Type {
    /// What a value of this type is called in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Integer => "an integer",
            Type::Boolean => "`true` or `false`",
            Type::Duration => "a duration such as `15min`",
            Type::Size => "a size such as `4GB`",
            Type::Frequency => "a clock rate such as `1GHz`",
            Type::Member => "one of its choices",
            Type::Variable => "a variable's name",
            Type::Account => "an account",
            Type::Secret => "`secret(\"NAME\")`",
            Type::Script => "a script",
            Type::SuccessCodes => "exit codes such as `\"0 3010\"`",
            Type::Version => "a version such as `\"10.0.19045\"`",
            Type::Package => "a package such as `\"PS100123\"`",
            Type::Application => "an application",
            Type::TaskSequence => "a task sequence such as `\"PS100237\"`",
            Type::List => "a list",
        }
    }
}

/// When a property's variable is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// Always, with the default when nothing is said.
    #[default]
    Always,
    /// Only when the source says something.
    WhenSet,
}

/// A `<variable>` of the XML.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// Its `name`.
    pub variable: String,
    /// Its `property`.
    pub property: String,
    /// Whether it has `hidden="true"`.
    #[serde(default)]
    pub hidden: bool,
    /// The product version that brought it.
    #[serde(default)]
    pub since: Option<ProductVersion>,
}

/// A companion variable that says whether the property is used.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Its `name`.
    pub variable: String,
    /// Its `property`.
    pub property: String,
    /// Whether it has `hidden="true"`.
    #[serde(default)]
    pub hidden: bool,
    /// The cmdlet's parameter.
    #[serde(default)]
    pub cmdlet: Option<String>,
    /// The console's label.
    #[serde(default)]
    pub label: Option<String>,
    /// The product version that brought it.
    #[serde(default)]
    pub since: Option<ProductVersion>,
}

/// One variable made of a reference's parts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its `name`; in an array `#` stands for the index from 0.
    pub variable: String,
    /// Its `property`, likewise.
    pub property: String,
    /// Whether it has `hidden="true"`.
    #[serde(default)]
    pub hidden: bool,
    /// Its text: `{id}`, `{name}`, `{kind_code}`, `{size}` and constant text.
    pub value: String,
}

/// How a list is stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Array {
    /// The hidden count before the elements.
    #[serde(default)]
    pub count: Option<Stored>,
    /// The count.
    #[serde(default)]
    pub total: Option<Stored>,
    /// All identifiers in one text.
    #[serde(default)]
    pub joined: Option<Joined>,
    /// The variables of each element.
    #[serde(default)]
    pub field: Vec<Field>,
    /// What is written, empty, when there is no list.
    #[serde(default)]
    pub empty: Vec<ArrayPart>,
}

/// All identifiers of a list in one variable.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// Its `name`.
    pub variable: String,
    /// Its `property`.
    pub property: String,
    /// Whether it has `hidden="true"`.
    #[serde(default)]
    pub hidden: bool,
    /// What stands between two.
    pub separator: String,
}

/// A choice of a property of type [`Type::Member`].
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The word in the source.
    pub name: String,
    /// The text in the XML.
    pub xml: String,
    /// The cmdlet's word.
    #[serde(default)]
    pub cmdlet: Option<String>,
    /// The console's label.
    #[serde(default)]
    pub label: Option<String>,
    /// What it does.
    #[serde(default)]
    pub help: Option<String>,
    /// Properties that this choice needs.
    #[serde(default)]
    pub requires: Vec<String>,
}

/// A choice of another property.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyWith {
    /// The other property.
    pub property: String,
    /// Its choice.
    pub member: String,
}

/// The default that holds only beside another property.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultWith {
    /// The other property.
    pub property: String,
    /// The text written when that one is set and this one is not.
    pub text: String,
}

/// What is started with the value of a property.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    /// The value is a command line.
    Command,
    /// It names a script file.
    Script,
    /// It names something with a program in it.
    Program,
}

/// What a list of numbered variables names.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Members {
    /// Applications by their names.
    Applications,
    /// Programs as `PACKAGEID:Program`.
    Programs,
}

/// A list of numbered variables.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// How many digits a number has.
    pub digits: usize,
    /// What they name.
    pub of: Members,
}

/// One property of a step type, a group, or the header.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// The name in the source.
    pub name: String,
    /// The console's label.
    #[serde(default)]
    pub label: Option<String>,
    /// The cmdlet's parameter.
    #[serde(default)]
    pub cmdlet: Option<String>,
    /// The value's type.
    #[serde(rename = "type")]
    pub kind: Type,
    /// The type of a list's elements.
    #[serde(default)]
    pub of: Option<Type>,
    /// The XML's unit.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// Least number, in the XML's unit.
    #[serde(default)]
    pub min: Option<i64>,
    /// Greatest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// Least number that the console offers.
    #[serde(default)]
    pub warn_min: Option<i64>,
    /// Greatest number that the console offers.
    #[serde(default)]
    pub warn_max: Option<i64>,
    /// Fewest characters.
    #[serde(default)]
    pub min_length: Option<usize>,
    /// Most characters.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// Most characters that the console allows.
    #[serde(default)]
    pub warn_length: Option<usize>,
    /// The form a text must have.
    #[serde(default)]
    pub pattern: Option<Pattern>,
    /// The choices.
    #[serde(default)]
    pub member: Vec<Member>,
    /// Must be given.
    #[serde(default)]
    pub required: bool,
    /// Must be given unless one of these is.
    #[serde(default)]
    pub required_unless: Vec<String>,
    /// Must not stand beside one of these.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Needs each of these.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Stands only beside this choice of another property.
    #[serde(default)]
    pub only_with: Option<OnlyWith>,
    /// May be written first, without its name.
    #[serde(default)]
    pub principal: bool,
    /// When the variable is written.
    #[serde(default)]
    pub write: Write,
    /// The text when nothing is said.
    #[serde(default)]
    pub default: Option<String>,
    /// What the product does when nothing is said and nothing is written.
    #[serde(default)]
    pub implied_default: Option<String>,
    /// The text when nothing is said but another property is given.
    #[serde(default)]
    pub default_with: Option<DefaultWith>,
    /// The product version that brought it.
    #[serde(default)]
    pub since: Option<ProductVersion>,
    /// The XML variable's `name`.
    #[serde(default)]
    pub variable: Option<String>,
    /// The XML variable's `property`.
    #[serde(default)]
    pub property: Option<String>,
    /// Whether the XML variable has `hidden="true"`.
    #[serde(default)]
    pub hidden: bool,
    /// The XML attribute with the same value.
    #[serde(default)]
    pub attribute: Option<String>,
    /// Whether the step stores into the variable named.
    #[serde(default)]
    pub sets_variable: bool,
    /// Whether the variable named is the beginning of numbered ones (`App01`, `App001`).
    #[serde(default)]
    pub base: bool,
    /// The list that the numbered variables hold, where the engine reads it.
    #[serde(default, skip_serializing)]
    pub list: Option<List>,
    /// What is started with it.
    #[serde(default, skip_serializing)]
    pub runs: Option<Started>,
    /// Whether a run-time variable of the XML variable's name overrides it.
    #[serde(default, rename = "override")]
    pub overridable: Option<Overridable>,
    /// What it adds to the list of references.
    #[serde(default)]
    pub reference: Option<Referenced>,
    /// The kind of the packages that it names, by its name among the kinds; a plain package without
    /// it.
    #[serde(default, skip_serializing)]
    pub package_kind: Option<String>,
    /// The companion that says whether it is used.
    #[serde(default)]
    pub switch: Option<Switch>,
    /// The variables of a reference.
    #[serde(default)]
    pub field: Vec<Field>,
    /// How a list is stored.
    #[serde(default)]
    pub array: Option<Array>,
    /// Where a common property may stand.
    #[serde(default)]
    pub applies: Vec<Holder>,
    /// One sentence.
    pub help: String,
    /// Where the facts are from.
    #[serde(default)]
    pub source: Option<String>,
}

impl Property {
    /// The member with this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.member.iter().find(|member| member.name == name)
    }

    /// The word of the XML's unit, or nothing.
    pub fn unit_word(&self) -> &'static str {
        self.unit.map_or("", Unit::word)
    }

    /// Whether it may stand on a step or group; all but common properties may stand anywhere.
    pub fn applies_to(&self, holder: Holder) -> bool {
        self.applies.is_empty() || self.applies.contains(&holder)
    }

    /// Whether `product` has it.
    pub fn in_product(&self, product: ProductVersion) -> bool {
        self.since.is_none_or(|since| since <= product)
    }
}
