//! The product version an export was made with, as far as the sets of variables show it.

use std::collections::HashSet;

use super::parts::Parts;
use crate::{
    emit::{self, WritingTarget},
    model::Step,
    vocabulary::ProductVersion,
};

/// Versions at which the tables change, the newest first, and one before them all.
pub(super) fn candidates() -> Vec<ProductVersion> {
    let mut versions: Vec<ProductVersion> = crate::vocabulary::core_step_types()
        .flat_map(|table| {
            let switches = table
                .property
                .iter()
                .filter_map(|property| property.switch.as_ref()?.since);
            let own = table.property.iter().filter_map(|property| property.since);
            let masked = table
                .assignment
                .iter()
                .filter_map(|assignment| assignment.masked.as_ref()?.since);
            own.chain(switches).chain(masked).collect::<Vec<_>>()
        })
        .collect();
    versions.extend([
        ProductVersion::NEWEST,
        ProductVersion::FIRST,
        ProductVersion::CLASSIC,
    ]);
    versions.sort();
    versions.dedup();
    versions.reverse();
    versions
}

/// Lists of up to this many names are searched one by one, which is faster than a set for what
/// steps have.
const FEW: usize = 64;

/// How many names of a list another one does not have.
fn lacking(names: &[&str], others: &[&str]) -> usize {
    if others.len() <= FEW {
        return names.iter().filter(|name| !others.contains(name)).count();
    }
    let others: HashSet<&str> = others.iter().copied().collect();
    names.iter().filter(|name| !others.contains(*name)).count()
}

/// How many facts of a step a version gets wrong.
pub(super) fn cost(step: &Step, parts: &Parts<'_>, target: WritingTarget) -> usize {
    let shape = emit::shape(step, target);
    let there: Vec<&str> = parts
        .variables
        .iter()
        .flatten()
        .map(|variable| variable.property.as_str())
        .collect();
    let own = shape.variables.unwrap_or_default();
    let own: Vec<&str> = own.iter().map(|own| own.property.as_ref()).collect();
    let attributes = shape
        .attributes
        .iter()
        .filter(|(name, _)| parts.attribute(name).is_none())
        .count();
    // A property that the version does not have may not be written at all.
    let refused = step.table().map_or(0, |table| {
        let newer = |index: usize| {
            table
                .property
                .get(index)
                .is_some_and(|property| !property.in_product(target.product))
        };
        step.settings
            .iter()
            .filter(|setting| newer(setting.property))
            .count()
    });
    lacking(&own, &there) + lacking(&there, &own) + attributes + refused * 100
}
