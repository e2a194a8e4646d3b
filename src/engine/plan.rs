//! One step made ready: what its XML says, with names in its texts found once.

use super::{
    expand::{StepDefault, Template, VariableName},
    stored,
    test::{Clause, expression_clause},
};
use crate::{
    action,
    emit::{Shape, XmlVariable},
    lint::step_outputs,
    model::{Assigned, Rule, RuleTest, Step, Value},
    vocabulary::{ByEngine, Dialect, List, Overridable, Property, StepType, Type, engine_types},
};

/// The property of command lines.
const COMMAND_LINE: &str = "CommandLine";

/// A default that a step puts into the environment while it runs.
#[derive(Debug)]
pub(super) struct PropertyDefault {
    pub name: VariableName,
    pub property: String,
    pub value: Template,
    /// Whether it is a command line.
    pub is_command: bool,
    /// Whether a variable of the sequence wins over it.
    pub overridable: bool,
    /// Of a name with `_`: the name that wins over it where its value is `true`.
    pub twin: Option<VariableName>,
    /// The name of the secret that is its value.
    pub secret: Option<String>,
    pub masked: bool,
}

/// Where a value that the host gets comes from.
#[derive(Debug)]
pub(super) enum ValueSource {
    Default(usize),
    Fixed(String),
    Action,
}

/// A variable that a step sets.
#[derive(Debug)]
pub(super) struct Set {
    pub name: Template,
    pub value: SetValue,
    pub masked: bool,
}

#[derive(Debug)]
pub(super) enum SetValue {
    Text(Template),
    Secret(String),
}

/// What a rule of Set Dynamic Variables asks.
#[derive(Debug)]
pub(super) enum RuleQuestion {
    Nothing,
    Test(Clause),
    MakeModel {
        make: Template,
        model: Template,
    },
    Computer {
        asset_tag: Template,
        mac_address: Template,
        serial_number: Template,
        uuid: Template,
    },
    Gateway(Template),
}

#[derive(Debug)]
pub(super) struct RulePlan {
    pub asks: RuleQuestion,
    pub sets: Vec<Set>,
    /// Whether it sets a variable whose name cannot be read.
    pub open: bool,
}

/// What the engine itself does for a step, beside asking the host.
#[derive(Debug)]
pub(super) enum StepEffect {
    Host,
    Set(Vec<Set>),
    Rules(Vec<RulePlan>),
    Restart,
    /// A list of numbered variables, and the default that holds its base.
    List {
        base: usize,
        list: List,
    },
}

/// The XML's `runIn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunIn {
    Both,
    WinPe,
    FullOs,
}

/// A step's defaults, and what the host gets.
pub(super) type Settled = (Vec<StepDefault>, Vec<(String, String)>);

/// Variables that a step sets beside its effect.
#[derive(Debug)]
pub(super) struct PlannedOutputs {
    /// Those that its type is documented to set.
    pub documented: Vec<VariableName>,
    /// Patterns of more of them.
    pub patterns: Vec<&'static str>,
    /// Those that a script in the step sets.
    pub scripts: Vec<String>,
    /// Whether something of unknown content runs, which may set any other.
    pub anything: bool,
    /// Whether Tasq knows what such a step does.
    pub carried_out: bool,
}

impl PlannedOutputs {
    fn new(step: &Step, defaults: &[PropertyDefault], effect: &StepEffect) -> Self {
        let outputs = step_outputs(step);
        let (patterns, names): (Vec<&str>, Vec<&str>) = outputs
            .documented
            .iter()
            .partition(|name| name.contains(['#', '*']));
        // What stands in the step's XML is no result of it.
        let is_own = |key: &str| defaults.iter().any(|default| default.name.key == key);
        let names = names.into_iter().map(VariableName::new);
        PlannedOutputs {
            documented: names.filter(|name| !is_own(&name.key)).collect(),
            patterns,
            scripts: outputs.named,
            anything: outputs.anything.is_some()
                && matches!(effect, StepEffect::Host | StepEffect::List { .. }),
            carried_out: action::carries_out(step),
        }
    }
}

/// A step made ready.
#[derive(Debug)]
pub(super) struct StepPlan<'s> {
    pub step: &'s Step,
    pub action: Template,
    pub defaults: Vec<PropertyDefault>,
    pub values: Vec<(String, ValueSource)>,
    pub effect: StepEffect,
    pub success: Vec<u32>,
    /// Whether the author can change the success codes.
    pub own_codes: bool,
    pub retry_count: u32,
    pub time_out: Option<u64>,
    pub run_in: RunIn,
    pub run_in_text: String,
    /// The default that names the variable for the output.
    pub output: Option<usize>,
    /// What it sets beside its effect.
    pub outputs: PlannedOutputs,
    /// The defaults and values, where they are always the same unless a variable wins.
    pub plain: Option<Settled>,
    pub mdt: bool,
}

impl<'s> StepPlan<'s> {
    pub fn new(step: &'s Step, shape: &Shape<'_>, dialect: Dialect) -> Self {
        let attribute = |name: &str| {
            shape
                .attributes
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, text)| text.as_str())
        };
        let mut defaults: Vec<PropertyDefault> = shape
            .variables
            .iter()
            .flatten()
            .map(|variable| PropertyDefault::new(step, variable))
            .collect();
        super::inputs::add_absent(step, &mut defaults);
        let action = Template::new(shape.action.as_deref().unwrap_or(""));
        let run_in_text = attribute("runIn").unwrap_or("").to_owned();
        let effect = effect(step, shape, &defaults, &action, dialect);
        let mut plan = StepPlan {
            values: values(step, &defaults, shape),
            success: attribute("successCodeList")
                .map(codes)
                .filter(|codes| !codes.is_empty())
                .unwrap_or_else(|| vec![0]),
            own_codes: dialect == Dialect::Mdt
                || step.table().is_none_or(|table| {
                    let mut properties = table.property.iter();
                    properties.any(|property| property.kind == Type::SuccessCodes)
                }),
            retry_count: attribute("retryCount")
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(0),
            time_out: attribute("timeout")
                .and_then(|text| text.trim().parse().ok())
                .filter(|seconds| *seconds > 0),
            run_in: run_in(&run_in_text),
            run_in_text,
            output: output_default(step, &defaults),
            outputs: PlannedOutputs::new(step, &defaults, &effect),
            effect,
            plain: None,
            step,
            action,
            defaults,
            mdt: dialect == Dialect::Mdt,
        };
        plan.plain = plan.settle();
        plan
    }

    /// The defaults and values without a run, where nothing in them depends on one.
    fn settle(&self) -> Option<Settled> {
        let plain = self.action.is_plain()
            && self
                .defaults
                .iter()
                .all(|default| default.value.is_plain() && default.secret.is_none());
        plain.then(|| {
            let locals: Vec<StepDefault> = self
                .defaults
                .iter()
                .map(|default| StepDefault {
                    key: default.name.key.clone(),
                    value: default.value.source().to_owned(),
                    masked: default.masked,
                })
                .collect();
            let values = self.given(&locals, self.action.source());
            (locals, values)
        })
    }

    /// The defaults that a step ran with: those always the same, if it has none of its own.
    pub fn locals_or_plain<'l>(&'l self, locals: &'l [StepDefault]) -> &'l [StepDefault] {
        match &self.plain {
            Some((settled, _)) if locals.is_empty() => settled,
            _ => locals,
        }
    }

    /// The value of a property among these defaults.
    pub fn local<'l>(&self, property: &str, locals: &'l [StepDefault]) -> Option<&'l str> {
        let index = self
            .defaults
            .iter()
            .position(|default| default.property == property)?;
        locals.get(index).map(|local| local.value.as_str())
    }

    /// Calls with each name that the step itself gives a value: by assignments, rules, its output.
    pub fn assigned(&self, add: &mut dyn FnMut(&str)) {
        let mut sets = |sets: &[Set]| {
            let plain = sets.iter().filter(|set| set.name.is_plain());
            plain.for_each(|set| add(set.name.source()));
        };
        match &self.effect {
            StepEffect::Set(own) => sets(own),
            StepEffect::Rules(rules) => rules.iter().for_each(|rule| sets(&rule.sets)),
            StepEffect::Host | StepEffect::Restart | StepEffect::List { .. } => {}
        }
        let output = self.output.and_then(|index| self.defaults.get(index));
        let output = output.map(|default| &default.value);
        if let Some(name) = output.filter(|name| name.is_plain()) {
            add(name.source());
        }
    }

    /// Beginnings of numbered variables that the step fills.
    pub fn filled_bases(&self) -> impl Iterator<Item = String> {
        let table = self.step.table();
        let properties = table.map_or(&[][..], |table| &table.property);
        let bases = properties
            .iter()
            .filter(|property| property.base && property.sets_variable);
        let names = bases.filter_map(|property| {
            let variable = property.variable.as_deref()?;
            let mut defaults = self.defaults.iter();
            defaults.find(|default| &*default.name.spelled == variable)
        });
        names
            .filter(|default| default.value.is_plain())
            .map(|default| super::variables::key(default.value.source()))
            .filter(|key| !key.is_empty())
    }

    /// What the host gets.
    pub fn given(&self, locals: &[StepDefault], action: &str) -> Vec<(String, String)> {
        let text = |from: &ValueSource| match from {
            ValueSource::Default(index) => locals
                .get(*index)
                .map_or_else(String::new, |local| local.value.clone()),
            ValueSource::Fixed(text) => text.clone(),
            ValueSource::Action => action.to_owned(),
        };
        self.values
            .iter()
            .map(|(name, from)| (name.clone(), text(from)))
            .collect()
    }
}

impl PropertyDefault {
    fn new(step: &Step, variable: &XmlVariable<'_>) -> Self {
        let table = step.table();
        let property = table.and_then(|table| property_of(table, &variable.name));
        let overridable = match property.and_then(|property| property.overridable) {
            Some(Overridable::No) => false,
            Some(Overridable::Yes | Overridable::Implied) => !variable.name.starts_with('_'),
            None => !variable.hidden && !variable.name.starts_with('_'),
        };
        let setting = property.and_then(|property| step.setting(&property.name));
        let secret = match setting.map(|setting| &setting.value) {
            Some(Value::Secret(name)) => Some(name.clone()),
            _ => None,
        };
        // Names in rules are resolved rule by rule, and none are in a script.
        let rules = table
            .and_then(|table| table.rules.as_ref())
            .map(|stored| stored.property.as_str());
        let closed = rules == Some(&*variable.property)
            || property.is_some_and(|property| property.kind == Type::Script);
        PropertyDefault {
            name: VariableName::new(&variable.name),
            property: variable.property.clone().into_owned(),
            value: if closed {
                Template::plain(&variable.text)
            } else {
                Template::new(&variable.text)
            },
            is_command: variable.property == COMMAND_LINE,
            overridable,
            twin: variable.name.strip_prefix('_').map(VariableName::new),
            masked: secret.is_some()
                || property.is_some_and(|property| property.kind == Type::Secret),
            secret,
        }
    }
}

/// The default that names the variable for the output.
fn output_default(step: &Step, defaults: &[PropertyDefault]) -> Option<usize> {
    let property = step
        .table()?
        .property
        .iter()
        .find(|property| property.sets_variable && !property.base)?;
    defaults
        .iter()
        .position(|default| Some(&*default.name.spelled) == property.variable.as_deref())
}

fn property_of<'t>(table: &'t StepType, variable: &str) -> Option<&'t Property> {
    table.property.iter().find(|property| {
        property.variable.as_deref() == Some(variable)
            || property
                .field
                .iter()
                .any(|field| field.variable == variable)
    })
}

/// Values by the names of the source: properties of the table first, then every default that
/// belongs to none.
fn values(
    step: &Step,
    defaults: &[PropertyDefault],
    shape: &Shape<'_>,
) -> Vec<(String, ValueSource)> {
    let mut list = Vec::new();
    let mut used = vec![false; defaults.len()];
    let at = |name: &str| {
        defaults
            .iter()
            .position(|default| &*default.name.spelled == name)
    };
    for property in step.table().map_or(&[][..], |table| &table.property) {
        let attribute = property.attribute.as_deref();
        let joined = property
            .array
            .as_ref()
            .and_then(|array| array.joined.as_ref())
            .map(|joined| joined.variable.as_str());
        let field = property
            .field
            .iter()
            .find(|field| field.value == "{id}")
            .map(|field| field.variable.as_str());
        let name = property.variable.as_deref().or(joined).or(field);
        if let Some(Value::Script(text)) =
            step.setting(&property.name).map(|setting| &setting.value)
        {
            if let Some(index) = name.and_then(at) {
                used[index] = true;
            }
            list.push((property.name.clone(), ValueSource::Fixed(text.clone())));
        } else if let Some(index) = name.and_then(at) {
            used[index] = true;
            list.push((property.name.clone(), ValueSource::Default(index)));
        } else if attribute == Some("action") {
            list.push((property.name.clone(), ValueSource::Action));
        } else if let Some((_, text)) = shape
            .attributes
            .iter()
            .find(|(key, _)| Some(key.as_str()) == attribute)
        {
            list.push((property.name.clone(), ValueSource::Fixed(text.clone())));
        }
    }
    let rest = defaults
        .iter()
        .enumerate()
        .filter(|(index, _)| !used[*index]);
    list.extend(rest.map(|(index, default)| {
        (
            default.name.spelled.to_string(),
            ValueSource::Default(index),
        )
    }));
    list.push(("action".to_owned(), ValueSource::Action));
    list
}

fn effect(
    step: &Step,
    shape: &Shape<'_>,
    defaults: &[PropertyDefault],
    action: &Template,
    dialect: Dialect,
) -> StepEffect {
    let table = step.table();
    if table.is_some_and(|table| table.rules.is_some()) {
        return StepEffect::Rules(rules(step, shape, dialect));
    }
    if let Some(spec) = table.and_then(|table| table.assignment.as_ref()) {
        let text = |property: &str| {
            let found = shape
                .variables
                .iter()
                .flatten()
                .find(|variable| variable.property == property);
            found.map_or("", |variable| variable.text.as_ref())
        };
        let masked = spec
            .masked
            .as_ref()
            .is_some_and(|stored| text(&stored.property).eq_ignore_ascii_case("true"));
        let own = step.assignments.first();
        let masked = masked || own.is_some_and(|own| own.masked);
        let value = match (text(&spec.value.property), own) {
            // A masked value is not in the XML.
            ("", Some(own)) if masked => value(own),
            (text, _) => SetValue::Text(Template::new(text)),
        };
        return StepEffect::Set(vec![Set {
            name: Template::new(text(&spec.name.property)),
            value,
            masked,
        }]);
    }
    match by_engine(table, action.source()) {
        Some(ByEngine::SetsVariable) => {
            if let Some(set) = written_set(action.source()) {
                return StepEffect::Set(vec![set]);
            }
        }
        Some(ByEngine::Restarts) => return StepEffect::Restart,
        Some(ByEngine::RunsSequence) | None => {}
    }
    let list = table.and_then(|table| {
        let (property, list) = table.list()?;
        let base = defaults
            .iter()
            .position(|default| Some(&*default.name.spelled) == property.variable.as_deref())?;
        (!defaults[base].value.source().is_empty()).then_some(StepEffect::List { base, list })
    });
    list.unwrap_or(StepEffect::Host)
}

/// What the engine does for a step, as its own table says, or that of the type whose action has the
/// same program.
fn by_engine(table: Option<&StepType>, action: &str) -> Option<ByEngine> {
    let own = table.and_then(|table| table.by_engine);
    own.or_else(|| {
        let program = action.split_whitespace().next()?;
        engine_types()
            .iter()
            .find(|own| own.program().eq_ignore_ascii_case(program))
            .and_then(|own| own.by_engine)
    })
}

/// The variable that an action sets, `tsenv.exe "NAME=VALUE"`.
fn written_set(action: &str) -> Option<Set> {
    let start = action.find('"')? + 1;
    let end = action.rfind('"').filter(|end| *end >= start)?;
    let (name, value) = action[start..end].split_once('=')?;
    Some(Set {
        name: Template::new(name),
        value: SetValue::Text(Template::new(value)),
        masked: action.to_ascii_lowercase().contains("/hiddenflag:true"),
    })
}

fn value(assigned: &Assigned) -> SetValue {
    match &assigned.value {
        Value::Secret(name) => SetValue::Secret(name.clone()),
        other => SetValue::Text(Template::new(other.text().unwrap_or(""))),
    }
}

fn rules(step: &Step, shape: &Shape<'_>, dialect: Dialect) -> Vec<RulePlan> {
    let stored = step
        .table()
        .and_then(|table| table.rules.as_ref())
        .map(|stored| stored.property.as_str());
    let spelled = stored.filter(|stored| {
        let mut overrides = step.common.overrides.iter();
        overrides.any(|one| one.value.spells_variable(stored))
    });
    if let Some(stored) = spelled {
        let mut variables = shape.variables.iter().flatten();
        let own = variables.find(|variable| variable.property == stored);
        return stored::rules(own.map_or("", |variable| &variable.text));
    }
    let rules = step.rules.iter().map(|rule| rule_plan(rule, dialect));
    rules.collect()
}

fn rule_plan(rule: &Rule, dialect: Dialect) -> RulePlan {
    let sets = rule.variables.iter().map(|assigned| Set {
        name: Template::new(&assigned.name.value),
        value: value(assigned),
        masked: assigned.masked,
    });
    RulePlan {
        asks: rule_question(rule.test.as_ref(), dialect),
        sets: sets.collect(),
        open: false,
    }
}

fn rule_question(test: Option<&RuleTest>, dialect: Dialect) -> RuleQuestion {
    match test {
        None => RuleQuestion::Nothing,
        Some(RuleTest::Expression(expression)) => {
            RuleQuestion::Test(expression_clause(expression, dialect))
        }
        Some(RuleTest::MakeModel { make, model }) => RuleQuestion::MakeModel {
            make: Template::new(&make.value),
            model: Template::new(&model.value),
        },
        Some(RuleTest::Computer {
            asset_tag,
            mac_address,
            serial_number,
            uuid,
        }) => RuleQuestion::Computer {
            asset_tag: Template::new(asset_tag),
            mac_address: Template::new(mac_address),
            serial_number: Template::new(serial_number),
            uuid: Template::new(uuid),
        },
        Some(RuleTest::Gateway { gateway }) => RuleQuestion::Gateway(Template::new(&gateway.value)),
    }
}

/// Exit codes separated by blanks: decimal, with a sign or not, or hexadecimal.
fn codes(text: &str) -> Vec<u32> {
    text.split([' ', ',', ';', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
        .filter_map(code)
        .collect()
}

/// A code as 32 bits: `-2147023294`, `2147944002` and `0x80070642` are the same.
pub(super) fn code(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(digits, 16).ok();
    }
    let value: i64 = text.parse().ok()?;
    u32::try_from(value)
        .ok()
        .or_else(|| i32::try_from(value).ok().map(|value| value as u32))
}

fn run_in(text: &str) -> RunIn {
    if text.eq_ignore_ascii_case("WinPE") {
        RunIn::WinPe
    } else if text.eq_ignore_ascii_case("FullOS") {
        RunIn::FullOs
    } else {
        RunIn::Both
    }
}
