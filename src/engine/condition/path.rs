//! Tests of files and folders.

use super::{Evaluation, FactsSeen};
use crate::{
    computer::FactQuestion,
    engine::{
        compare::{fits, versions},
        event::{SharedText, Shown, Verdict},
        expand::Template,
        test::Bound,
    },
    fact::{FileFacts, Known},
    wql::datetime::date_time,
};

impl Evaluation<'_> {
    pub(super) fn path(
        &self,
        folder: bool,
        path: &Template,
        version: &Option<Bound>,
        modified: &Option<Bound>,
        seen: &mut FactsSeen,
    ) -> Verdict {
        let Some(path) = self.text(path, seen) else {
            return Verdict::Undecided;
        };
        let word = if folder { "folder" } else { "file" };
        let host = self.scope.host;
        let ask = |path: &str| match folder {
            true => host.folder(path),
            false => host.file(path),
        };
        let small = host.small_path(&path);
        // Where both views are one place, nobody need know which is asked.
        let (known, is_small) = match &small {
            None => (ask(&path), false),
            Some(small) => self.in_view(&|| ask(&path), &|| ask(small)),
        };
        let viewed = small.as_ref().filter(|_| !self.asks_native());
        let viewed = viewed.unwrap_or(&path);
        let asked = match folder {
            true => FactQuestion::Folder(viewed),
            false => FactQuestion::File(viewed),
        };
        let place = self.place(&asked, seen);
        let path = small.filter(|_| is_small).unwrap_or(path);
        let what = format!("{word} {path}");
        let facts: FileFacts = match known {
            Known::Yes(facts) => facts,
            Known::No => {
                seen.fact(what, Shown::Nothing, place);
                return Verdict::False;
            }
            Known::Unknown(missing) => return seen.lacks(missing),
        };
        if version.is_none() && modified.is_none() {
            let there = Shown::Text("there".to_owned());
            seen.fact(what.clone(), there, place.clone());
        }
        let version = match version {
            Some(bound) => self.version(&what, facts.version, bound, place.clone(), seen),
            None => Verdict::True,
        };
        match modified {
            Some(bound) => version.and(self.modified(&what, facts.modified, bound, place, seen)),
            None => version,
        }
    }

    /// How the version of a file compares.
    fn version(
        &self,
        what: &str,
        found: Option<String>,
        (operator, wanted): &Bound,
        place: Option<SharedText>,
        seen: &mut FactsSeen,
    ) -> Verdict {
        let Some(wanted) = self.text(wanted, seen) else {
            return Verdict::Undecided;
        };
        let Some(found) = found else {
            return seen.lacks(format!("version of {what}"));
        };
        let own = Shown::Text(found.clone());
        seen.fact(format!("version of {what}"), own, place);
        match versions(&found, &wanted) {
            Some(order) => Verdict::of(fits(order, *operator)),
            None => seen.lacks(format!("how {found} compares with {wanted}")),
        }
    }

    /// How the time of a file or folder compares.
    fn modified(
        &self,
        what: &str,
        found: Option<String>,
        (operator, wanted): &Bound,
        place: Option<SharedText>,
        seen: &mut FactsSeen,
    ) -> Verdict {
        let Some(wanted) = self.text(wanted, seen) else {
            return Verdict::Undecided;
        };
        let Some(found) = found else {
            return seen.lacks(format!("time of {what}"));
        };
        seen.fact(format!("time of {what}"), Shown::Text(found.clone()), place);
        match (date_time(&found), date_time(&wanted)) {
            (Some(left), Some(right)) => Verdict::of(fits(left.cmp(&right), *operator)),
            _ => seen.lacks(format!("how {found} compares with {wanted}")),
        }
    }
}
