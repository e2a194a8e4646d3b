//! MDT's condition by architecture and version of the running system.

use std::cmp::Ordering;

use super::{Evaluation, FactsSeen};
use crate::{
    computer::FactQuestion,
    engine::{
        compare::fits,
        event::{Shown, Verdict},
        test::SystemVersion,
    },
    fact::{Fact, Known},
    machine::values::numbers,
    wql::{ClassFacts, PropertyValue},
};

impl Evaluation<'_> {
    pub(super) fn system(&self, wanted: &SystemVersion, seen: &mut FactsSeen) -> Verdict {
        let mut verdict = Verdict::True;
        if !wanted.architecture.is_empty() {
            verdict = match self.named(Fact::OsArchitecture, seen) {
                Some(own) => Verdict::of(own == wanted.architecture),
                None => Verdict::Undecided,
            };
        }
        let Some((operator, version)) = &wanted.bound else {
            return verdict;
        };
        let Some(own) = self.named(Fact::OsVersion, seen) else {
            return verdict.and(Verdict::Undecided);
        };
        verdict.and(match self.compared_version(&own, &numbers(version), seen) {
            Some(order) => Verdict::of(fits(order, *operator)),
            None => Verdict::Undecided,
        })
    }

    /// A fact that is known.
    fn named(&self, fact: Fact, seen: &mut FactsSeen) -> Option<String> {
        match self.scope.host.fact(fact) {
            Known::Yes(text) => {
                let place = self.place(&FactQuestion::Fact(fact), seen);
                seen.fact(fact.name(), Shown::Text(text.clone()), place);
                Some(text)
            }
            Known::No | Known::Unknown(_) => {
                seen.lacks(fact.name());
                None
            }
        }
    }

    /// How the system's version compares with another one, number by number; the fourth is the
    /// service pack.
    fn compared_version(
        &self,
        own: &str,
        wanted: &[u64],
        seen: &mut FactsSeen,
    ) -> Option<Ordering> {
        let mut own = numbers(own);
        if let Some(minor) = own.get_mut(1) {
            *minor = minor.saturating_mul(10);
        }
        for (index, wanted) in wanted.iter().enumerate() {
            let own = match (index, own.get(index)) {
                (0..3, Some(own)) => *own,
                (0..3, None) => {
                    seen.lacks("os.build");
                    return None;
                }
                _ => self.service_pack(seen)?,
            };
            let order = own.cmp(wanted);
            if order != Ordering::Equal {
                return Some(order);
            }
        }
        Some(Ordering::Equal)
    }

    fn service_pack(&self, seen: &mut FactsSeen) -> Option<u64> {
        let class = self
            .scope
            .host
            .class("root\\cimv2", "Win32_OperatingSystem");
        let row = match class {
            ClassFacts::Rows(rows) => rows.into_iter().next(),
            ClassFacts::Unknown => None,
        };
        let pack = row.map(|row| row.property("ServicePackMajorVersion"));
        if let Some(PropertyValue::Integer(pack)) = pack {
            seen.fact("os.service_pack", Shown::Text(pack.to_string()), None);
            return u64::try_from(pack).ok();
        }
        seen.lacks("os.service_pack");
        None
    }
}
