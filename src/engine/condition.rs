//! Conditions against what is known: three-valued, with the facts that decided each part.

mod path;
mod place;
mod system;

use super::{
    compare::{compare, is_wide},
    event::{Explained, Explanation, FactSeen, MASK, SharedText, Shown, Verdict},
    expand::{Findings, LookupScope, Template, VariableName},
    kept::keeps,
    options::{EmptyOperator, NotGiven, RunOptions, Undefined},
    test::{
        Clause, ClauseKind, ParsedQuery, PreparedCondition, PreparedTest, read_query, written_query,
    },
    variables::{VariableValue, is_read_only, key},
};
use crate::{
    computer::FactQuestion,
    fact::{InstalledProduct, Known},
    model::{Junction, Operator},
    vocabulary::{Access, BuiltIn, built_ins, output_of},
    wql::{self, Reason},
};
use std::{collections::HashMap, sync::OnceLock};

/// The variable that makes conditions ask for the 64-bit view.
const SWITCH: &str = "SMSTSDisableWow64Redirection";

/// Stands behind what another view does not have so.
const IN_SMALL_VIEW: &str = " in the 32-bit view";

/// How many values of an array are shown.
const MOST_VALUES: usize = 16;

impl Verdict {
    pub(super) fn of(holds: bool) -> Verdict {
        if holds { Verdict::True } else { Verdict::False }
    }

    fn not(self) -> Verdict {
        match self {
            Verdict::True => Verdict::False,
            Verdict::False => Verdict::True,
            Verdict::Undecided => Verdict::Undecided,
        }
    }

    pub(super) fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::False, _) | (_, Verdict::False) => Verdict::False,
            (Verdict::True, Verdict::True) => Verdict::True,
            _ => Verdict::Undecided,
        }
    }
}

/// A test as it is written, without what stands between its first quote and its last: what a
/// masked value is compared with tells of it.
fn without_texts(written: &str) -> String {
    match (written.find('"'), written.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}{MASK}{}", &written[..=first], &written[last..])
        }
        _ => written.to_owned(),
    }
}

/// A value of WMI as it may be shown.
fn of_fact(fact: &wql::PropertyValue) -> Shown {
    match fact {
        wql::PropertyValue::Text(text) => Shown::Text(text.clone()),
        wql::PropertyValue::Null => Shown::Nothing,
        wql::PropertyValue::Unknown => Shown::Unknown(String::new()),
        wql::PropertyValue::Array(values) => {
            let mut shown: Vec<String> = values.iter().take(MOST_VALUES).map(plain).collect();
            if values.len() > MOST_VALUES {
                shown.push(format!("… of {}", values.len()));
            }
            Shown::Text(format!("[{}]", shown.join(", ")))
        }
        other => Shown::Text(other.to_string()),
    }
}

/// A member of an array; a text without its quotes.
fn plain(value: &wql::PropertyValue) -> String {
    match value {
        wql::PropertyValue::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a test looked at and lacked.
#[derive(Default)]
struct FactsSeen {
    facts: Vec<FactSeen>,
    missing: Vec<String>,
    remarks: Vec<String>,
    /// What was asked, where it is not what stands in the sequence.
    asked: Option<String>,
    /// Whether only the answer is wanted.
    quiet: bool,
}

impl FactsSeen {
    /// Notes a fact and where it is from, once however often it was asked for.
    fn fact(&mut self, what: impl Into<SharedText>, value: Shown, place: Option<SharedText>) {
        let what = what.into();
        let fact = FactSeen { what, value, place };
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }

    fn installed(
        &mut self,
        code: String,
        product: InstalledProduct,
        place: Option<SharedText>,
    ) -> Verdict {
        let words = [product.name, product.version].into_iter().flatten();
        let mut text = words.collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            text.push_str("installed");
        }
        self.fact(code, Shown::Text(text), place);
        Verdict::True
    }

    fn not_installed(&mut self, code: String, place: Option<SharedText>) -> Verdict {
        self.fact(code, Shown::Nothing, place);
        Verdict::False
    }

    fn lacks(&mut self, what: impl Into<String>) -> Verdict {
        let what = what.into();
        if !self.missing.contains(&what) {
            self.missing.push(what);
        }
        Verdict::Undecided
    }
}

/// Evaluates conditions with the facts at hand.
pub(super) struct Evaluation<'a> {
    pub scope: LookupScope<'a>,
    pub options: &'a RunOptions,
}

impl Evaluation<'_> {
    /// A condition with its explanation: every operand is asked.
    pub fn explain(&self, ready: &PreparedCondition) -> Explanation {
        let operands: Vec<Explained> = ready
            .operands
            .iter()
            .map(|clause| self.explained(clause))
            .collect();
        let verdict = operands
            .iter()
            .fold(Verdict::True, |whole, one| whole.and(one.verdict));
        Explanation { verdict, operands }
    }

    /// A condition's answer alone: what follows a false operand is not asked.
    pub fn verdict(&self, ready: &PreparedCondition) -> Verdict {
        self.all(&ready.operands)
    }

    fn all(&self, clauses: &[Clause]) -> Verdict {
        let mut whole = Verdict::True;
        for clause in clauses {
            whole = whole.and(self.clause(clause));
            if whole == Verdict::False {
                break;
            }
        }
        whole
    }

    fn clause(&self, clause: &Clause) -> Verdict {
        match &clause.kind {
            ClauseKind::Operator(Junction::And, operands) => self.all(operands),
            ClauseKind::Operator(junction, operands) => {
                if let Some(verdict) = self.empty(*junction, operands.len()) {
                    return verdict;
                }
                let mut none = Verdict::True;
                for clause in operands {
                    none = none.and(self.clause(clause).not());
                    if none == Verdict::False {
                        break;
                    }
                }
                if *junction == Junction::Not {
                    none
                } else {
                    none.not()
                }
            }
            ClauseKind::Test(test) => self.test(
                test,
                &mut FactsSeen {
                    quiet: true,
                    ..FactsSeen::default()
                },
            ),
        }
    }

    fn empty(&self, junction: Junction, operands: usize) -> Option<Verdict> {
        let ignored = self.options.empty_operator == EmptyOperator::Ignored;
        (operands == 0).then(|| Verdict::of(ignored || junction != Junction::Or))
    }

    pub fn explained(&self, clause: &Clause) -> Explained {
        match &clause.kind {
            ClauseKind::Operator(junction, operands) => {
                let operands: Vec<Explained> = operands
                    .iter()
                    .map(|clause| self.explained(clause))
                    .collect();
                Explained {
                    written: clause.written.clone(),
                    verdict: self.joined(*junction, &operands),
                    facts: Vec::new(),
                    missing: Vec::new(),
                    remarks: Vec::new(),
                    operands,
                }
            }
            ClauseKind::Test(test) => {
                let mut seen = FactsSeen::default();
                let verdict = self.test(test, &mut seen);
                let asked = seen.asked.map(SharedText::from);
                let mut explained = Explained {
                    written: asked.unwrap_or_else(|| clause.written.clone()),
                    verdict,
                    facts: seen.facts,
                    missing: seen.missing,
                    remarks: seen.remarks,
                    operands: Vec::new(),
                };
                self.hide_secrets(&mut explained);
                explained
            }
        }
    }

    /// What an operator makes of its operands, which were all asked.
    fn joined(&self, junction: Junction, operands: &[Explained]) -> Verdict {
        if let Some(verdict) = self.empty(junction, operands.len()) {
            return verdict;
        }
        let verdicts = operands.iter().map(|one| one.verdict);
        if junction == Junction::And {
            return verdicts.fold(Verdict::True, Verdict::and);
        }
        let none = verdicts.map(Verdict::not);
        let none = none.fold(Verdict::True, Verdict::and);
        if junction == Junction::Or {
            none.not()
        } else {
            none
        }
    }

    /// Takes secret values out of what a test shows.
    fn hide_secrets(&self, explained: &mut Explained) {
        let variables = self.scope.variables;
        if !variables.has_secrets() {
            return;
        }
        let masked = |fact: &FactSeen| fact.value == Shown::Masked;
        explained.written = match explained.facts.iter().any(masked) {
            true => without_texts(&explained.written).into(),
            false => variables.scrub(explained.written.to_string()).into(),
        };
        for fact in &mut explained.facts {
            fact.what = variables.scrub(fact.what.to_string()).into();
            if let Shown::Text(text) | Shown::Unknown(text) = &mut fact.value {
                *text = variables.scrub(std::mem::take(text));
            }
        }
        for text in explained.missing.iter_mut().chain(&mut explained.remarks) {
            *text = variables.scrub(std::mem::take(text));
        }
    }

    /// A text with its names resolved; `None` if a value is not known.
    fn text(&self, template: &Template, seen: &mut FactsSeen) -> Option<String> {
        let mut findings = Findings::default();
        let text = self.scope.expand(template, &mut findings).into_owned();
        for resolved in &findings.resolved {
            if resolved.value == Shown::Nothing {
                seen.remarks
                    .push(format!("%{}% is defined by nobody", resolved.name));
            }
        }
        let known = findings.missing.is_empty();
        for missing in findings.missing {
            seen.lacks(missing);
        }
        known.then_some(text)
    }

    fn test(&self, test: &PreparedTest, seen: &mut FactsSeen) -> Verdict {
        match test {
            PreparedTest::Variable {
                name,
                operator,
                value,
            } => self.variable(name, *operator, value, seen),
            PreparedTest::Path {
                folder,
                path,
                version,
                modified,
            } => self.path(*folder, path, version, modified, seen),
            PreparedTest::Registry {
                key,
                value,
                kind,
                operator,
                data,
            } => self.registry(key, value.as_ref(), kind, *operator, data, seen),
            PreparedTest::Wmi { namespace, query } => match self.text(namespace, seen) {
                Some(namespace) => self.query(&namespace, query, seen),
                None => Verdict::Undecided,
            },
            PreparedTest::Software {
                any_version: true,
                upgrade,
                ..
            } => self.family(upgrade, seen),
            PreparedTest::Software {
                product, upgrade, ..
            } => self.product(product, upgrade, seen),
            PreparedTest::Os(systems) => self.systems(systems, seen),
            PreparedTest::System(wanted) => self.system(wanted, seen),
            PreparedTest::Opaque(why) => seen.lacks(why.clone()),
        }
    }

    fn variable(
        &self,
        name: &VariableName,
        operator: Operator,
        value: &Template,
        seen: &mut FactsSeen,
    ) -> Verdict {
        let held = self.scope.variables.by_key(&name.key);
        if self.options.explain {
            let place = self.place_of_variable(name, seen);
            seen.facts.push(FactSeen {
                what: name.spelled.clone(),
                value: self.scope.variables.show_named(&name.key, &name.spelled),
                place,
            });
        }
        let left = match held {
            Some(VariableValue::Unknown(what)) => return seen.lacks(what.clone()),
            Some(VariableValue::Text(text)) => Some(text.as_str()),
            None if self.is_not_given(name) => {
                return seen.lacks(format!("variable {}", name.spelled));
            }
            None => match self.scope.variables.setter(&name.key, &name.spelled) {
                Some(setter) => return seen.lacks(setter),
                None => None,
            },
        };
        match operator {
            Operator::Exists => return Verdict::of(left.is_some()),
            Operator::NotExists => return Verdict::of(left.is_none()),
            _ => {}
        }
        let right = if self.options.resolve_values && !value.is_plain() {
            match self.text(value, seen) {
                Some(text) => text.into(),
                None => return Verdict::Undecided,
            }
        } else {
            std::borrow::Cow::Borrowed(value.source())
        };
        if left.is_none() {
            match self.options.undefined {
                Undefined::Empty => {
                    if self.options.explain {
                        seen.remarks
                            .push(format!("{} is not there and counts as empty", name.spelled));
                    }
                }
                Undefined::False => return Verdict::False,
                Undefined::Undecided => return seen.lacks(format!("variable {}", name.spelled)),
            }
        }
        let left = left.unwrap_or("");
        let verdict = self.compared(left, operator, &right, seen);
        if operator.is_order() && (is_wide(left) || is_wide(&right)) {
            seen.remarks.push("a number beyond 32 bits".to_owned());
        }
        verdict
    }

    fn compared(
        &self,
        left: &str,
        operator: Operator,
        right: &str,
        seen: &mut FactsSeen,
    ) -> Verdict {
        let compared = compare(left, operator, right, self.options.case_sensitive);
        if compared.depends_on_case {
            seen.remarks.push("the answer depends on case".to_owned());
        }
        Verdict::of(compared.holds)
    }

    /// Whether a variable that is not there is one that the product would have set before.
    fn is_not_given(&self, name: &VariableName) -> bool {
        static TABLE: OnceLock<HashMap<String, &'static BuiltIn>> = OnceLock::new();
        if self.options.built_in == NotGiven::Unset
            || !is_read_only(&name.key)
            || self.scope.variables.is_given(&name.key)
        {
            return false;
        }
        let table = TABLE.get_or_init(|| {
            built_ins()
                .iter()
                .map(|built_in| (key(&built_in.name), built_in))
                .collect()
        });
        // What a step sets is not there before it; the engine itself keeps what is about actions.
        table.get(&name.key).is_some_and(|built_in| {
            built_in.access == Access::ReadOnly
                && built_in.own_value_of.is_none()
                && output_of(&built_in.name).is_none()
                && !keeps(&name.key)
        })
    }

    /// Whether conditions are known to ask for the 64-bit view.
    fn asks_native(&self) -> bool {
        let value = self.scope.variables.text(SWITCH);
        value.is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// A fact of the 64-bit view where `SMSTSDisableWow64Redirection` is true, else of the 32-bit
    /// view; where that is not known, of both if they agree. Whether it is one that only the
    /// 32-bit view has, if that is to be explained.
    fn in_view<T: PartialEq>(
        &self,
        native: &dyn Fn() -> Known<T>,
        small: &dyn Fn() -> Known<T>,
    ) -> (Known<T>, bool) {
        if self.asks_native() {
            return (native(), false);
        }
        let variables = self.scope.variables;
        let key = key(SWITCH);
        let unknown = match variables.by_key(&key) {
            Some(VariableValue::Text(_)) => None,
            Some(VariableValue::Unknown(what)) => Some(what.clone()),
            None => variables.setter(&key, SWITCH),
        };
        let found = small();
        let differs = (self.options.explain || unknown.is_some()) && native() != found;
        match unknown.filter(|_| differs) {
            Some(what) => (Known::Unknown(what), false),
            None => (found, differs),
        }
    }

    fn registry(
        &self,
        key: &Template,
        value: Option<&Template>,
        kind: &str,
        operator: Operator,
        data: &Template,
        seen: &mut FactsSeen,
    ) -> Verdict {
        let Some(key) = self.text(key, seen) else {
            return Verdict::Undecided;
        };
        let name = match value {
            Some(value) => self.text(value, seen),
            None => Some(String::new()),
        };
        let Some(name) = name else {
            return Verdict::Undecided;
        };
        let existence = matches!(operator, Operator::Exists | Operator::NotExists);
        // Without a name existence is about the key, and a comparison about its default value.
        if existence && name.is_empty() {
            return self.registry_key(key, operator, seen);
        }
        let what = format!(
            "{key} {}",
            if name.is_empty() { "(default)" } else { &name }
        );
        let host = self.scope.host;
        let native = || host.registry_value(&key, &name);
        let small = || host.small_registry_value(&key, &name);
        let (found, is_small) = self.in_view(&native, &small);
        let what = format!("{what}{}", if is_small { IN_SMALL_VIEW } else { "" });
        let asked = match self.asks_native() {
            true => FactQuestion::RegistryValue(&key, &name),
            false => FactQuestion::SmallRegistryValue(&key, &name),
        };
        let place = self.place(&asked, seen);
        let found = match found {
            Known::Yes(found) => found,
            Known::No => {
                seen.fact(what, Shown::Nothing, place);
                return Verdict::of(operator == Operator::NotExists);
            }
            Known::Unknown(missing) => return seen.lacks(missing),
        };
        let shown = Shown::Text(format!("{} {}", found.kind, found.data));
        seen.fact(what, shown, place);
        if existence {
            let fits = found.kind.eq_ignore_ascii_case(kind);
            return Verdict::of(fits == (operator == Operator::Exists));
        }
        match self.text(data, seen) {
            Some(data) => self.compared(&found.data, operator, &data, seen),
            None => Verdict::Undecided,
        }
    }

    fn registry_key(&self, key: String, operator: Operator, seen: &mut FactsSeen) -> Verdict {
        let host = self.scope.host;
        let native = || host.registry_key(&key);
        let small = || host.small_registry_key(&key);
        let (found, is_small) = self.in_view(&native, &small);
        let (there, shown) = match found {
            Known::Yes(()) => (true, Shown::Text("there".to_owned())),
            Known::No => (false, Shown::Nothing),
            Known::Unknown(missing) => return seen.lacks(missing),
        };
        let what = format!("{key}{}", if is_small { IN_SMALL_VIEW } else { "" });
        let asked = match self.asks_native() {
            true => FactQuestion::RegistryKey(&key),
            false => FactQuestion::SmallRegistryKey(&key),
        };
        let place = self.place(&asked, seen);
        seen.fact(what, shown, place);
        Verdict::of(there == (operator == Operator::Exists))
    }

    /// Whether any product of a family is installed.
    fn family(&self, upgrade: &Template, seen: &mut FactsSeen) -> Verdict {
        let Some(code) = self.text(upgrade, seen) else {
            return Verdict::Undecided;
        };
        if code.is_empty() {
            return seen.lacks("an upgrade code to look for");
        }
        let place = self.place(&FactQuestion::Family(&code), seen);
        match self.scope.host.products(&code) {
            Known::Yes(products) => match products.into_iter().next() {
                Some(product) => seen.installed(code, product, place),
                None => seen.not_installed(code, place),
            },
            Known::No => seen.not_installed(code, place),
            Known::Unknown(missing) => seen.lacks(missing),
        }
    }

    /// Whether this very product is installed: its product code, and its upgrade code where the
    /// test has one.
    fn product(&self, product: &Template, upgrade: &Template, seen: &mut FactsSeen) -> Verdict {
        let codes = (self.text(product, seen), self.text(upgrade, seen));
        let (Some(code), Some(upgrade)) = codes else {
            return Verdict::Undecided;
        };
        if code.is_empty() {
            return seen.lacks("a product code to look for");
        }
        let place = self.place(&FactQuestion::Product(&code), seen);
        match self.scope.host.product(&code) {
            Known::Yes(product) => {
                seen.installed(code.clone(), product, place.clone());
            }
            Known::No => return seen.not_installed(code, place),
            Known::Unknown(missing) => return seen.lacks(missing),
        }
        if upgrade.is_empty() {
            return Verdict::True;
        }
        match self.scope.host.has_upgrade_code(&code, &upgrade) {
            Known::Yes(()) => {
                seen.fact(upgrade, Shown::Text("its upgrade code".to_owned()), place);
                Verdict::True
            }
            Known::No => {
                seen.fact(
                    upgrade,
                    Shown::Text("not its upgrade code".to_owned()),
                    place,
                );
                Verdict::False
            }
            Known::Unknown(missing) => seen.lacks(missing),
        }
    }

    /// Any of some systems; of each, all queries must give a row.
    fn systems(&self, systems: &[(SharedText, Vec<ParsedQuery>)], seen: &mut FactsSeen) -> Verdict {
        let mut none = Verdict::True;
        let mut lacking = FactsSeen::default();
        for (name, queries) in systems {
            let mut own = FactsSeen::default();
            let one = queries.iter().fold(Verdict::True, |whole, query| {
                whole.and(self.query("root\\cimv2", query, &mut own))
            });
            seen.fact(name.clone(), Shown::Text(one.to_string()), None);
            if one == Verdict::Undecided {
                for missing in own.missing {
                    lacking.lacks(missing);
                }
            }
            none = none.and(one.not());
        }
        if none == Verdict::Undecided {
            seen.missing.extend(lacking.missing);
        }
        none.not()
    }

    fn query(&self, namespace: &str, asked: &ParsedQuery, seen: &mut FactsSeen) -> Verdict {
        let mut findings = Findings::default();
        let text = self.scope.expand_query(&asked.text, &mut findings);
        if !findings.missing.is_empty() {
            for missing in findings.missing {
                seen.lacks(missing);
            }
            return Verdict::Undecided;
        }
        let other;
        let query = match text {
            std::borrow::Cow::Borrowed(_) => &asked.read,
            std::borrow::Cow::Owned(text) => {
                other = read_query(&text);
                for resolved in &findings.resolved {
                    let name = &resolved.name;
                    let remark = format!("%{name}% in the query is the variable {name}");
                    seen.remarks.push(remark);
                }
                seen.asked = Some(written_query(namespace, &text));
                &other
            }
        };
        let query = match query {
            Ok(query) => query,
            Err(fault) => return seen.lacks(format!("what WMI makes of the query: {fault}")),
        };
        let outcome = wql::evaluate(query, namespace, self.scope.host);
        let class = query.class().unwrap_or_default();
        if !seen.quiet {
            let place = |property: Option<&str>, seen: &FactsSeen| {
                self.place(&FactQuestion::wmi(namespace, class, property), seen)
            };
            rows_seen(&outcome, seen, &place);
        }
        if outcome.verdict == wql::QueryVerdict::Fails && outcome.rows.is_empty() {
            let place = self.place(&FactQuestion::wmi(namespace, class, None), seen);
            seen.fact("rows", Shown::Nothing, place);
        }
        for missing in &outcome.missing {
            let property = missing.property.as_ref();
            let property = property.map_or_else(String::new, |property| format!(".{property}"));
            let (namespace, class) = (&missing.namespace, &missing.class);
            let behind = self.behind(class, missing.property.as_deref());
            seen.lacks(format!("WMI {namespace} {class}{property}{behind}"));
        }
        match outcome.verdict {
            wql::QueryVerdict::Holds => Verdict::True,
            wql::QueryVerdict::Fails => Verdict::False,
            wql::QueryVerdict::Undecided if seen.missing.is_empty() => {
                seen.lacks(lacking(outcome.reason, namespace))
            }
            wql::QueryVerdict::Undecided => Verdict::Undecided,
        }
    }
}

/// Where a property of the class that was asked is from; without one, its rows.
type PlaceOfProperty<'a> = dyn Fn(Option<&str>, &FactsSeen) -> Option<SharedText> + 'a;

/// What a query found in the rows that decided it.
fn rows_seen(outcome: &wql::QueryOutcome, seen: &mut FactsSeen, place: &PlaceOfProperty<'_>) {
    for row in &outcome.rows {
        for part in &row.parts {
            let what = if part.property.is_empty() {
                &*part.written
            } else {
                &part.property
            };
            // Of the only row its number says nothing.
            let alone = outcome.rows.len() == 1 && row.index == 0;
            let what = if alone {
                SharedText::from(what)
            } else {
                format!("row {}: {what}", row.index).into()
            };
            let place = place(Some(&part.property), seen);
            seen.fact(what, of_fact(&part.found), place);
        }
        if row.parts.is_empty() {
            let there = Shown::Text("there".to_owned());
            let place = place(None, seen);
            seen.fact(format!("row {}", row.index), there, place);
        }
    }
}

/// What an undecided query lacks, where it is no property of a row.
fn lacking(reason: Option<Reason>, namespace: &str) -> String {
    match reason {
        Some(Reason::Variable(name)) => format!("variable {name}"),
        Some(Reason::Association) => "what an association query gives".to_owned(),
        Some(Reason::Null) => "how WMI compares a value that is not there".to_owned(),
        Some(Reason::Comparison(why)) => format!("how WMI compares: {why}"),
        Some(Reason::Missing) | None => format!("rows of {namespace}"),
    }
}
