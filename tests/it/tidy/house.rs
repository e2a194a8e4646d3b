//! What there is of the code, read once: which paths a file names, what types it makes, and how
//! long and deep its functions are.

use std::sync::OnceLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// A path in the code, in full: `crate::source::Span`, `std::fs::read`.
#[derive(Clone, Debug)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// A function with a body.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
    pub depth: usize,
}

/// A file of the code.
#[derive(Clone, Debug)]
pub struct CodeFile {
    /// Such as `src/host/lookup.rs`.
    pub name: String,
    pub text: String,
    pub named: Vec<Named>,
    pub functions: Vec<Function>,
    /// Names of its structs, enums, traits and types.
    pub types: Vec<String>,
    /// Lines on which a literal stands.
    pub unbroken: Vec<usize>,
}

impl CodeFile {
    /// The room it is in: the top module, `main` or `lib`.
    pub fn room(&self) -> &str {
        room_of(&self.name)
    }

    /// The rooms whose parts it names, with a line each.
    pub fn rooms_used(&self) -> impl Iterator<Item = (&str, usize)> {
        let of_crate = self
            .named
            .iter()
            .filter(|named| named.path.first().is_some_and(|first| first == "crate"));
        of_crate.filter_map(|named| Some((named.path.get(1)?.as_str(), named.line)))
    }
}

fn room_of(name: &str) -> &str {
    let inner = name.split_once('/').map_or(name, |(_, inner)| inner);
    inner.split(['/', '.']).next().unwrap_or(inner)
}

/// All files of `src`.
pub fn source_files() -> &'static [CodeFile] {
    static FILES: OnceLock<Vec<CodeFile>> = OnceLock::new();
    FILES.get_or_init(|| read("src"))
}

/// All files of `tests`.
pub fn test_files() -> &'static [CodeFile] {
    static FILES: OnceLock<Vec<CodeFile>> = OnceLock::new();
    FILES.get_or_init(|| read("tests"))
}

/// The names of the rooms, in alphabetical order.
pub fn rooms() -> Vec<&'static str> {
    let mut rooms: Vec<&str> = source_files().iter().map(CodeFile::room).collect();
    rooms.dedup();
    rooms.retain(|room| *room != "lib");
    rooms.sort_unstable();
    rooms.dedup();
    rooms
}

fn read(folder: &str) -> Vec<CodeFile> {
    super::files(folder, &["rs"])
        .into_iter()
        .map(|(name, text)| {
            let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut reader = Reader::new(&name);
            reader.visit_file(&file);
            reader.unbroken.sort_unstable();
            CodeFile {
                named: reader.named,
                functions: reader.functions,
                types: reader.types,
                unbroken: reader.unbroken,
                name,
                text,
            }
        })
        .collect()
}

struct Reader {
    /// The module that is being read, from the crate's root.
    module: Vec<String>,
    named: Vec<Named>,
    functions: Vec<Function>,
    types: Vec<String>,
    unbroken: Vec<usize>,
}

impl Reader {
    fn new(name: &str) -> Self {
        let inner = name.split_once('/').map_or(name, |(_, inner)| inner);
        let path = inner.trim_end_matches(".rs").split('/').map(str::to_owned);
        let path = path.filter(|part| !matches!(part.as_str(), "lib" | "main"));
        Reader {
            module: path.collect(),
            named: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            unbroken: Vec::new(),
        }
    }

    /// Keeps a path as it reads from the crate's root.
    fn keep(&mut self, path: &[String], line: usize) {
        let Some(first) = path.first() else {
            return;
        };
        let ups = path.iter().take_while(|part| *part == "super").count();
        let whole: Vec<String> = match first.as_str() {
            "self" => self.below(0, &path[1..]),
            "super" => self.below(ups, &path[ups..]),
            "tasq" => self.below(self.module.len(), &path[1..]),
            _ => path.to_vec(),
        };
        self.named.push(Named { path: whole, line });
    }

    fn below(&self, ups: usize, rest: &[String]) -> Vec<String> {
        let kept = self.module.len().saturating_sub(ups);
        let own = self.module[..kept].iter().chain(rest).cloned();
        std::iter::once("crate".to_owned()).chain(own).collect()
    }

    fn tree(&mut self, lead: &mut Vec<String>, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                lead.push(path.ident.to_string());
                self.tree(lead, &path.tree);
                lead.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(lead, tree);
                }
            }
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                let mut path = lead.clone();
                if ident != "self" || path.is_empty() {
                    path.push(ident.to_string());
                }
                self.keep(&path, ident.span().start().line);
            }
            syn::UseTree::Glob(glob) => self.keep(lead, glob.span().start().line),
        }
    }

    /// Paths in the words of a macro, which nobody has parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut line = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path, line);
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.end(&mut path, line);
                    colons = 0;
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.end(&mut path, line);
                    self.literal(literal.span());
                }
                TokenTree::Punct(_) => {
                    self.end(&mut path, line);
                    colons = 0;
                }
            }
        }
        self.end(&mut path, line);
    }

    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        if path.len() > 1 {
            self.keep(path, line);
        }
        path.clear();
    }

    fn literal(&mut self, span: proc_macro2::Span) {
        self.unbroken.extend(span.start().line..=span.end().line);
    }

    fn function(&mut self, name: &syn::Ident, whole: proc_macro2::Span, block: &syn::Block) {
        let mut depth = Depth::default();
        depth.visit_block(block);
        let (first, last) = (name.span().start().line, whole.end().line);
        self.functions.push(Function {
            name: name.to_string(),
            line: first,
            lines: last + 1 - first,
            depth: depth.most,
        });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&mut Vec::new(), &item.tree);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if parts.len() > 1 {
            self.keep(&parts, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let name = item.path.segments.last();
        let name = name.map_or_else(String::new, |segment| segment.ident.to_string() + "!");
        self.keep(&[name], item.path.span().start().line);
        self.tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if !attribute.path().is_ident("doc") {
            self.literal(attribute.span());
        }
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        self.literal(literal.span());
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig.ident, item.block.span(), &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig.ident, item.block.span(), &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig.ident, block.span(), block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.types.push(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.types.push(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.types.push(item.ident.to_string());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.types.push(item.ident.to_string());
        visit::visit_item_type(self, item);
    }
}

/// How deep the statements of a function are nested: each `if`, `match`, loop, closure with a body
/// and inner block is a level; an `else if` is none.
#[derive(Default)]
struct Depth {
    now: usize,
    most: usize,
}

impl Depth {
    fn level(&mut self, inside: impl FnOnce(&mut Self)) {
        self.now += 1;
        self.most = self.most.max(self.now);
        inside(self);
        self.now -= 1;
    }

    fn branch(&mut self, item: &syn::ExprIf) {
        self.visit_expr(&item.cond);
        self.level(|depth| depth.visit_block(&item.then_branch));
        match item.else_branch.as_ref().map(|(_, branch)| branch.as_ref()) {
            Some(syn::Expr::If(next)) => self.branch(next),
            Some(syn::Expr::Block(block)) => self.level(|depth| depth.visit_block(&block.block)),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Depth {
    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_expr_if(&mut self, item: &'ast syn::ExprIf) {
        self.branch(item);
    }

    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        self.visit_expr(&item.expr);
        self.level(|depth| {
            for arm in &item.arms {
                depth.visit_arm(arm);
            }
        });
    }

    fn visit_expr_while(&mut self, item: &'ast syn::ExprWhile) {
        self.visit_expr(&item.cond);
        self.level(|depth| depth.visit_block(&item.body));
    }

    fn visit_expr_for_loop(&mut self, item: &'ast syn::ExprForLoop) {
        self.visit_expr(&item.expr);
        self.level(|depth| depth.visit_block(&item.body));
    }

    fn visit_expr_loop(&mut self, item: &'ast syn::ExprLoop) {
        self.level(|depth| depth.visit_block(&item.body));
    }

    fn visit_expr_closure(&mut self, item: &'ast syn::ExprClosure) {
        match item.body.as_ref() {
            syn::Expr::Block(block) => self.level(|depth| depth.visit_block(&block.block)),
            body => self.visit_expr(body),
        }
    }
}
