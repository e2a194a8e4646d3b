//! What an editor or a prompt asks of a source: plain data, without any protocol.
//!
//! Everything works on half-typed text. Places are spans of bytes; texts for people are Markdown.

mod actions;
mod analysis;
mod completion;
mod cursor;
mod definition;
mod describe;
mod fixes;
mod folding;
mod hints;
mod hover;
mod index;
mod lenses;
mod links;
mod node;
mod project;
mod rename;
mod selection;
mod semantic;
mod signature;
mod site;
mod symbols;

pub use actions::{CodeAction, actions_of};
pub use analysis::{Analysis, OpenSource};
pub use completion::{Completion, CompletionKind, Surroundings, complete, complete_with};
pub use cursor::{Cursor, CursorPlace, Inside, Owner};
pub use definition::{DefinitionTarget, definition, references};
pub use fixes::{Mended, mend_with};
pub use folding::{Fold, FoldKind, folding};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use index::{Index, Occurrence, Role, Symbol};
pub use lenses::{Lens, LensKind, lenses};
pub use links::{Link, links};
pub use project::{InFile, references_everywhere, rename_everywhere, tested_steps};
pub use rename::{RenameRefused, prepare_rename, rename};
pub use selection::selection;
pub use semantic::{HighlightKind, highlights};
pub use signature::signature;
pub use site::{
    SiteFile, SiteName, describe_site_name, site_definition, site_findings, site_hints, site_hover,
    site_name,
};
pub use symbols::{Outline, OutlineKind, outline};
