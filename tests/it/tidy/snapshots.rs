//! Every snapshot is made by a test. Which ones are made is read from the tests: a name that is
//! written in `assert_snapshot!`, the test's own name where there is none, and the families whose
//! test holds the files against its own names with `snapshots_are`.

use std::{cell::RefCell, collections::BTreeSet};

use proc_macro2::TokenTree;
use syn::visit::{self, Visit};

use super::{files, none};

/// What the tests say of snapshots.
#[derive(Default)]
struct Made {
    /// Names of files that a test makes.
    names: BTreeSet<String>,
    /// The folders and beginnings of families.
    families: BTreeSet<(String, String)>,
}

struct Reader<'a> {
    /// `it__lsp__quality`.
    module: String,
    /// The test that is being read.
    test: String,
    made: &'a RefCell<Made>,
}

/// The text of a string literal.
fn text_of(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => Some(literal.to_string())
            .filter(|text| text.starts_with('"'))
            .map(|text| text.trim_matches('"').to_owned()),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.test = item.sig.ident.to_string();
        visit::visit_item_fn(self, item);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let is_snapshot = item
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "assert_snapshot");
        if !is_snapshot {
            return;
        }
        let tokens: Vec<TokenTree> = item.tokens.clone().into_iter().collect();
        let is_comma =
            |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        let name = match tokens.first().and_then(text_of) {
            Some(name) => name,
            None if tokens.iter().any(is_comma) => return,
            None => self.test.clone(),
        };
        let file = format!("{}__{name}.snap", self.module);
        self.made.borrow_mut().names.insert(file);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let function = match call.func.as_ref() {
            syn::Expr::Path(path) => path.path.segments.last(),
            _ => None,
        };
        let literal = |index: usize| match call.args.get(index) {
            Some(syn::Expr::Lit(literal)) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        };
        if function.is_some_and(|segment| segment.ident == "snapshots_are")
            && let (Some(folder), Some(lead)) = (literal(0), literal(1))
        {
            self.made.borrow_mut().families.insert((folder, lead));
        }
        visit::visit_expr_call(self, call);
    }
}

fn made() -> Made {
    let made = RefCell::default();
    for (name, text) in files("tests/it", &["rs"]) {
        let module = name.trim_start_matches("tests/").trim_end_matches(".rs");
        let mut reader = Reader {
            module: module.replace('/', "__"),
            test: String::new(),
            made: &made,
        };
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        reader.visit_file(&file);
    }
    made.into_inner()
}

#[test]
fn every_snapshot_is_made_by_a_test() {
    let made = made();
    assert!(
        made.names.len() > 5 && made.families.len() > 4,
        "they are found"
    );
    let snapshots = files("tests/it", &["snap"]);
    assert!(snapshots.len() > 100, "{} snapshots", snapshots.len());
    let unknown: Vec<String> = snapshots
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let is_of = |(own, lead): &(String, String)| folder == own && name.starts_with(lead);
            !made.names.contains(name) && !made.families.iter().any(is_of)
        })
        .collect();
    none("snapshots that no test makes", &unknown);
}
