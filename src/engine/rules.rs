//! Set Dynamic Variables: facts about the computer become variables, then every rule that holds
//! sets its own, in order.

use std::slice;

use super::{
    compare::{address, like},
    condition::Evaluation,
    event::{
        Event, Explained, FactSeen, RuleOutcome, SharedText, Shown, UndecidedAnswer, Verdict,
        missing,
    },
    expand::{Findings, LookupScope, Template},
    plan::{RulePlan, RuleQuestion},
    program::Instruction,
    run::Engine,
    step::Notes,
    variables::VariableValue,
};
use crate::{
    computer::{FactQuestion, Host},
    fact::{Fact, Known},
    vocabulary::{BuiltIn, built_ins},
};

impl Engine<'_> {
    pub(super) fn rules(
        &mut self,
        instruction: &Instruction<'_>,
        rules: &[RulePlan],
        mut code: u32,
        notes: &mut Notes,
        host: &dyn Host,
    ) -> u32 {
        self.gather(notes, host);
        for (index, rule) in rules.iter().enumerate() {
            let test = self.rule_test(&rule.asks, host);
            let undecided = test.verdict == Verdict::Undecided;
            let applied = match test.verdict {
                Verdict::True => true,
                Verdict::False => false,
                Verdict::Undecided => {
                    let taken = self.options.undecided;
                    self.push(Event::Undecided {
                        at: instruction.at.clone(),
                        about: format!("rule {}", index + 1),
                        taken,
                        missing: test.missing.clone(),
                        explanation: None,
                        changed: Vec::new(),
                    });
                    notes.stop |= taken == UndecidedAnswer::Stop;
                    if taken == UndecidedAnswer::False {
                        self.doubt(&rule.sets, &test.missing.join(", "), host);
                    }
                    taken == UndecidedAnswer::True
                }
            };
            let asked = !matches!(rule.asks, RuleQuestion::Nothing);
            if asked {
                notes.rules.push(RuleOutcome {
                    number: index as u32 + 1,
                    test,
                    applied,
                });
            }
            if notes.stop {
                break;
            }
            if rule.open && (applied || undecided) {
                self.may_set_anything(&instruction.at.path, host);
            }
            if applied {
                code = self.sets(&instruction.at.path, &rule.sets, &[], code, notes, host);
                if notes.failure.is_some() {
                    break;
                }
            }
        }
        code
    }

    /// Fills the variables that the tables say are filled with facts of the computer.
    fn gather(&mut self, notes: &mut Notes, host: &dyn Host) {
        let filled = built_ins().iter().filter_map(|one| Some((one, one.fact?)));
        for (BuiltIn { name, .. }, fact) in filled {
            match host.fact(fact) {
                Known::Yes(text) => self.set(name, VariableValue::Text(text), false, notes),
                Known::No => self.state.variables.delete(name),
                Known::Unknown(what) => self.set(name, VariableValue::Unknown(what), false, notes),
            }
        }
    }

    fn rule_test(&self, asks: &RuleQuestion, host: &dyn Host) -> Explained {
        let scope = LookupScope {
            variables: &self.state.variables,
            locals: &[],
            host,
        };
        let mut ask = RuleFacts {
            scope,
            facts: Vec::new(),
            missing: Vec::new(),
        };
        let (written, verdict) = match asks {
            RuleQuestion::Nothing => (String::new(), Verdict::True),
            RuleQuestion::Test(clause) => {
                let own = Evaluation {
                    scope,
                    options: &self.options,
                };
                let mut test = own.explained(clause);
                // Of several tests in one, each says what it lacks.
                test.missing = missing(slice::from_ref(&test));
                return test;
            }
            RuleQuestion::MakeModel { make, model } => ask.make_and_model(make, model),
            RuleQuestion::Computer {
                asset_tag,
                mac_address,
                serial_number,
                uuid,
            } => ask.computer([
                (Fact::AssetTag, asset_tag),
                (Fact::MacAddresses, mac_address),
                (Fact::SerialNumber, serial_number),
                (Fact::Uuid, uuid),
            ]),
            RuleQuestion::Gateway(wanted) => ask.gateway(wanted),
        };
        ask.explained(written, verdict)
    }
}

/// Asks the host for facts and notes what it says.
struct RuleFacts<'a> {
    scope: LookupScope<'a>,
    facts: Vec<FactSeen>,
    missing: Vec<String>,
}

impl RuleFacts<'_> {
    /// The rule in words, and whether both fit; what is not filled in is not asked.
    fn make_and_model(&mut self, make: &Template, model: &Template) -> (String, Verdict) {
        let both = [(Fact::Make, make), (Fact::Model, model)];
        let words = both
            .iter()
            .filter(|(_, pattern)| !pattern.source().is_empty());
        let words: Vec<String> = words
            .map(|(fact, text)| format!("{} \"{}\"", fact.name(), text.source()))
            .collect();
        let verdicts = both.map(|(fact, pattern)| {
            if pattern.source().is_empty() {
                return Verdict::True;
            }
            self.fact(fact, pattern, |found, wanted| like(found, wanted, false))
        });
        let verdict = match verdicts {
            [Verdict::False, _] | [_, Verdict::False] => Verdict::False,
            [Verdict::True, Verdict::True] => Verdict::True,
            _ => Verdict::Undecided,
        };
        (words.join(" "), verdict)
    }

    /// The rule in words, and whether one of these fits; what is not filled in is not asked.
    fn computer(&mut self, facts: [(Fact, &Template); 4]) -> (String, Verdict) {
        let same = |found: &str, wanted: &str| found.trim().eq_ignore_ascii_case(wanted.trim());
        let one_of =
            |found: &str, wanted: &str| found.split(',').any(|one| address(one) == address(wanted));
        let mut verdict = Verdict::False;
        let mut written = Vec::new();
        for (fact, wanted) in facts {
            if wanted.source().is_empty() {
                continue;
            }
            let (word, one) = if fact == Fact::MacAddresses {
                ("mac_address", self.fact(fact, wanted, one_of))
            } else {
                (fact.name(), self.fact(fact, wanted, same))
            };
            written.push(format!("{word}: \"{}\"", wanted.source()));
            verdict = match (verdict, one) {
                (Verdict::True, _) | (_, Verdict::True) => Verdict::True,
                (Verdict::False, Verdict::False) => Verdict::False,
                _ => Verdict::Undecided,
            };
        }
        (format!("computer < {} >", written.join(", ")), verdict)
    }

    /// The rule in words, and whether the computer has this gateway.
    fn gateway(&mut self, wanted: &Template) -> (String, Verdict) {
        let verdict = self.fact(Fact::Gateways, wanted, |found, wanted| {
            found
                .split(',')
                .any(|one| one.trim().eq_ignore_ascii_case(wanted.trim()))
        });
        (format!("gateway \"{}\"", wanted.source()), verdict)
    }

    /// What was asked and found. What is missing counts only where nothing is decided.
    fn explained(self, written: String, verdict: Verdict) -> Explained {
        let missing = if verdict == Verdict::Undecided {
            self.missing
        } else {
            Vec::new()
        };
        Explained {
            written: written.into(),
            verdict,
            facts: self.facts,
            missing,
            remarks: Vec::new(),
            operands: Vec::new(),
        }
    }

    fn seen(&mut self, fact: Fact, value: Shown) {
        let place = self.scope.host.place(&FactQuestion::Fact(fact));
        self.facts.push(FactSeen {
            what: fact.name().into(),
            value,
            place: place.map(SharedText::from),
        });
    }

    fn fact(
        &mut self,
        fact: Fact,
        wanted: &Template,
        fits: impl Fn(&str, &str) -> bool,
    ) -> Verdict {
        let mut findings = Findings::default();
        let wanted = self.scope.expand(wanted, &mut findings);
        if !findings.missing.is_empty() {
            self.missing.append(&mut findings.missing);
            return Verdict::Undecided;
        }
        match self.scope.host.fact(fact) {
            Known::Yes(found) => {
                let verdict = Verdict::of(fits(&found, &wanted));
                let found = self.scope.variables.scrub(found);
                self.seen(fact, Shown::Text(found));
                verdict
            }
            Known::No => {
                self.seen(fact, Shown::Nothing);
                Verdict::False
            }
            Known::Unknown(what) => {
                self.missing.push(what);
                Verdict::Undecided
            }
        }
    }
}
