//! Download Package Content.

use super::{
    Action, could_not, deed,
    process::{NOT_IN_WINPE, in_winpe, no_content},
    property::{is_true, named, references, value},
};
use crate::{
    computer::{Computer, ContentWork, Destination, Outcome, Wanted, Work},
    deed::Verb,
};

const LAST: &str = "_SMSTSLastContentDownloadLocation";

/// Download Package Content.
pub(super) struct DownloadPackageContent;

impl Action for DownloadPackageContent {
    fn keyword(&self) -> &'static str {
        "download_package_content"
    }

    fn repeats(&self) -> bool {
        true
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let location = value(work, "location").to_lowercase();
        let to_cache = matches!(location.as_str(), "ccmcache" | "client_cache");
        if to_cache && in_winpe(work) {
            let why = "the cache of the client is not there in Windows PE";
            on.log("ContentAccess", 3, why);
            outcome.exit_code = NOT_IN_WINPE;
            outcome
                .did
                .push(could_not(Verb::Download, "any package", why));
            return outcome;
        }
        let goes_on = is_true(work, "continue_download");
        // Some write the name between percent signs.
        let base = value(work, "destination_variable").trim_matches('%');
        for (index, package) in (1..).zip(references(work, "packages")) {
            let to = match location.as_str() {
                "custom" | "custom_path" => {
                    let folder = value(work, "path").trim_end_matches(['\\', '/']);
                    Destination::Below(folder.to_owned())
                }
                _ if to_cache => Destination::Cache(index),
                _ => Destination::Working,
            };
            let wanted = Wanted::Package(&package);
            let path = match on.content(work, wanted, &to, ContentWork::Bring) {
                Ok(path) => path.display().to_string(),
                Err(why) => {
                    no_content(on, &package, &why, &mut outcome);
                    if goes_on {
                        outcome.exit_code = 0;
                        continue;
                    }
                    break;
                }
            };
            let object = format!("package {} to {path}", named(&package));
            outcome.did.push(deed(on, Verb::Download, object, ""));
            outcome.variables.retain(|(name, _)| name != LAST);
            outcome.variables.push((LAST.to_owned(), path.clone()));
            if !base.is_empty() {
                outcome.variables.push((format!("{base}{index:02}"), path));
            }
        }
        outcome
    }
}
