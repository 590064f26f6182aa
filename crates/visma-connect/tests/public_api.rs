//! The public API of this crate, as a listing for reviews: `public-api.txt`.
//!
//! The listing contains each item that `src/lib.rs` exports, with its public fields, variants and methods and the
//! traits that it implements. This test makes it from the sources, so it does not compile the crate for wasm32.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Attribute, Fields, File, ImplItem, Item, Type, UseTree, Visibility};

#[test]
fn public_api_txt_lists_the_public_items() {
    let listed = listing(&sources());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("public-api.txt");
    if std::env::var_os("WRITE").is_some() {
        std::fs::write(&path, &listed).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let difference = difference(&written, &listed);
    assert!(
        difference.is_empty(),
        "public-api.txt differs from the public items of the sources:\n{difference}\n\
         If the change is intended: `WRITE=1 cargo test -p visma-connect --test public_api`, and a line in \
         docs/CHANGELOG.md."
    );
}

#[test]
fn the_listing_has_what_is_public_and_nothing_else() {
    let of = |path: &str, text: &str| (path.to_owned(), syn::parse_file(text).unwrap());
    let sources = BTreeMap::from([
        of(
            "lib.rs",
            "pub mod a; mod c; #[cfg(target_arch = \"wasm32\")] pub use a::draw; pub use a::b::{Shown, Kind as Sort};
             pub use c::outer;",
        ),
        of("a/mod.rs", "pub mod b; /// Words.\n#[component] pub fn draw(#[prop(optional)] size: u8) -> u8 { size }"),
        of(
            "a/b.rs",
            "/// Words.\n#[derive(Clone)] pub struct Shown { pub open: u8, closed: u8 }
             impl Shown { /// Words.\npub const fn open(&self) -> u8 { self.open } fn closed(&self) {}
             pub(crate) fn c() {} }
             impl Default for Shown { fn default() -> Self { Shown { open: 1 } } }
             #[non_exhaustive] pub enum Kind { /// Words.\nOne(u8), Two } pub struct Other;
             impl Other { pub fn no(&self) {} }
             #[cfg(test)] mod tests { impl super::Shown { pub fn test() {} } }",
        ),
        of("c.rs", "mod inner; pub use inner::outer; pub fn hidden() {}"),
        of("c/inner.rs", "pub fn outer<T: Into<u8>>(value: T) -> u8 where T: Copy { 1 }"),
        of(
            "elsewhere.rs",
            "impl crate::a::b::Shown { pub fn far(&self) {} } struct Kind; impl Kind { pub fn \
            own(&self) {} }",
        ),
    ]);
    let expected = "\
pub mod a;

// Shown
#[derive(Clone)]
pub struct Shown {
    pub open: u8,
}
impl Default for Shown;
impl Shown {
    pub const fn open(&self) -> u8;
    pub fn far(&self);
}

// Sort, defined as Kind
#[non_exhaustive]
pub enum Kind {
    One(u8),
    Two,
}

// outer
pub fn outer<T: Into<u8>>(value: T) -> u8
where
    T: Copy;

// draw // on wasm32
#[component]
pub fn draw(#[prop(optional)] size: u8) -> u8;
";
    let listed = listing(&sources);
    assert_eq!(listed, expected, "{listed}");
    assert_eq!(difference("a\nb\n", "a\nc\n"), "- b\n+ c\n");
}

#[test]
fn public_signatures_name_only_exported_types() {
    let sources = sources();
    let listed = listing(&sources);
    assert_eq!(unexported(&sources, &listed), BTreeSet::new(), "export these types, or make the items private");
    let hidden = ["pub fn open(&self) -> &HttpRequest;", "    Loading(HttpRequest),"];
    for line in hidden {
        assert_eq!(unexported(&sources, line), BTreeSet::from(["HttpRequest".to_owned()]), "{line}");
    }
}

/// The types of this crate that the listing names, and that it does not define. A conversion from a type that is not
/// exported is not reported: no app can call it.
fn unexported(sources: &BTreeMap<String, File>, listed: &str) -> BTreeSet<String> {
    let is_type = |item: &Item| matches!(item, Item::Enum(_) | Item::Struct(_) | Item::Trait(_) | Item::Type(_));
    let items = sources.values().flat_map(|file| &file.items).filter(|item| is_type(item));
    let types: BTreeSet<String> = items.filter_map(name_of).collect();
    let lines = listed.lines().filter(|line| !line.starts_with("//") && !line.starts_with("impl From<"));
    // The first word of a line is a keyword or the name of a variant, of a field or of a parameter.
    let words = lines.flat_map(|line| {
        let line = line.trim_start().replace("std::error::Error", "");
        let words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').skip(1);
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    let exported = |name: &str| {
        listed.lines().any(|line| line.split(" //").next() == Some(&format!("// {name}")))
            || listed.contains(&format!("\n// {name} "))
    };
    words.filter(|word| types.contains(word) && !exported(word)).collect()
}

/// Each file of `src`, by its path relative to `src`.
fn sources() -> BTreeMap<String, File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap());
            sources.insert(name.clone(), file.unwrap_or_else(|cause| panic!("{name}: {cause}")));
        }
    }
    sources
}

/// A `pub use` of one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Export {
    /// The target or feature for which the item exists, as a comment. Empty if the item always exists.
    condition: String,
    name: String,
    path: Vec<String>,
}

fn listing(sources: &BTreeMap<String, File>) -> String {
    let mut text = String::new();
    let mut exports = Vec::new();
    for item in &sources["lib.rs"].items {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                text.push_str(&format!("pub mod {};{}\n", module.ident, condition(&module.attrs)));
            }
            Item::Use(item) if is_public(&item.vis) => {
                exports.extend(names_in(&item.tree, &[], &condition(&item.attrs)));
            }
            _ => {}
        }
    }
    exports.sort();
    for export in &exports {
        let (module, name) = defined(sources, &export.path);
        let renamed = if name == export.name { String::new() } else { format!(", defined as {name}") };
        text.push_str(&format!("\n// {}{renamed}{}\n", export.name, export.condition));
        text.push_str(&shown(sources, &module, &name));
    }
    text
}

fn names_in(tree: &UseTree, above: &[String], condition: &str) -> Vec<Export> {
    let below = |name: &str| [above, &[name.to_owned()]].concat();
    match tree {
        UseTree::Path(path) if path.ident == "self" || path.ident == "crate" => names_in(&path.tree, above, condition),
        UseTree::Path(path) => names_in(&path.tree, &below(&path.ident.to_string()), condition),
        UseTree::Group(group) => group.items.iter().flat_map(|tree| names_in(tree, above, condition)).collect(),
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            vec![Export { condition: condition.to_owned(), path: below(&name), name }]
        }
        UseTree::Rename(rename) => {
            vec![Export {
                condition: condition.to_owned(),
                path: below(&rename.ident.to_string()),
                name: rename.rename.to_string(),
            }]
        }
        _ => panic!("glob re-exports cannot be listed"),
    }
}

/// The file in which an item is defined, and its name there. A module may re-export an item of another module.
fn defined(sources: &BTreeMap<String, File>, path: &[String]) -> (String, String) {
    let (name, modules) = path.split_last().unwrap();
    let module = modules.join("/");
    let file = [format!("{module}.rs"), format!("{module}/mod.rs")].into_iter().find(|file| sources.contains_key(file));
    let file = file.unwrap_or_else(|| panic!("no file defines {path:?}"));
    if sources[&file].items.iter().any(|item| name_of(item).is_some_and(|other| other == *name)) {
        return (file, name.clone());
    }
    let uses =
        sources[&file].items.iter().filter_map(|item| if let Item::Use(item) = item { Some(item) } else { None });
    let mut again = uses.flat_map(|item| names_in(&item.tree, &[], "")).filter(|export| export.name == *name);
    let again = again.next().unwrap_or_else(|| panic!("{file} has no {name}"));
    let from_here = [modules, &again.path].concat();
    let is_below = [from_here[..from_here.len() - 1].join("/") + ".rs"].iter().any(|file| sources.contains_key(file));
    defined(sources, if is_below { &from_here } else { &again.path })
}

/// An item with its methods and traits, as code without bodies.
fn shown(sources: &BTreeMap<String, File>, module: &str, name: &str) -> String {
    let item = sources[module].items.iter().find(|item| name_of(item).is_some_and(|other| other == name)).unwrap();
    let mut items = vec![without_insides(item.clone())];
    let mut methods: Option<syn::ItemImpl> = None;
    let mut traits = Vec::new();
    for (file, source) in sources {
        // This file defines another type with the same name. Its methods belong to that type.
        if file != module && source.items.iter().any(|item| name_of(item).is_some_and(|other| other == name)) {
            continue;
        }
        for item in &source.items {
            let Item::Impl(block) = item else { continue };
            if !is_of(&block.self_ty, name) {
                continue;
            }
            let mut block = block.clone();
            block.attrs.clear();
            if block.trait_.is_some() {
                block.items.clear();
                traits.push(block);
                continue;
            }
            block.items.retain_mut(public_part);
            match &mut methods {
                Some(methods) => methods.items.append(&mut block.items),
                None => methods = Some(block),
            }
        }
    }
    items.extend(traits.into_iter().map(Item::Impl));
    items.extend(methods.filter(|block| !block.items.is_empty()).map(Item::Impl));
    let code = prettyplease::unparse(&File { shebang: None, frontmatter: None, attrs: Vec::new(), items });
    let code = code.replace("\n{}", ";").replace(" {}", ";").replace(",;", ";");
    code.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

fn public_part(item: &mut ImplItem) -> bool {
    match item {
        ImplItem::Fn(function) if is_public(&function.vis) => {
            keep_what_counts(&mut function.attrs);
            function.block.stmts.clear();
            true
        }
        ImplItem::Const(constant) if is_public(&constant.vis) => {
            keep_what_counts(&mut constant.attrs);
            true
        }
        _ => false,
    }
}

fn without_insides(mut item: Item) -> Item {
    match &mut item {
        Item::Fn(function) => {
            keep_what_counts(&mut function.attrs);
            function.block.stmts.clear();
            for input in &mut function.sig.inputs {
                if let syn::FnArg::Typed(input) = input {
                    keep_what_counts(&mut input.attrs);
                }
            }
        }
        Item::Struct(item) => {
            keep_what_counts(&mut item.attrs);
            public_fields(&mut item.fields);
        }
        Item::Enum(item) => {
            keep_what_counts(&mut item.attrs);
            for variant in &mut item.variants {
                keep_what_counts(&mut variant.attrs);
                for field in &mut variant.fields {
                    keep_what_counts(&mut field.attrs);
                }
            }
        }
        Item::Trait(item) => {
            keep_what_counts(&mut item.attrs);
            for item in &mut item.items {
                if let syn::TraitItem::Fn(function) = item {
                    keep_what_counts(&mut function.attrs);
                    function.default = None;
                }
            }
        }
        Item::Const(item) => keep_what_counts(&mut item.attrs),
        Item::Type(item) => keep_what_counts(&mut item.attrs),
        _ => {}
    }
    item
}

fn public_fields(fields: &mut Fields) {
    let keep = |field: &mut syn::Field| {
        keep_what_counts(&mut field.attrs);
        is_public(&field.vis)
    };
    match fields {
        Fields::Named(named) => {
            named.named =
                named.named.clone().into_iter().filter_map(|mut field| keep(&mut field).then_some(field)).collect()
        }
        Fields::Unnamed(unnamed) => {
            unnamed.unnamed =
                unnamed.unnamed.clone().into_iter().filter_map(|mut field| keep(&mut field).then_some(field)).collect()
        }
        Fields::Unit => {}
    }
}

/// Keeps the attributes that change how an item is used. Documentation is removed.
fn keep_what_counts(attributes: &mut Vec<Attribute>) {
    let counts = ["component", "default", "deprecated", "derive", "must_use", "non_exhaustive", "prop"];
    attributes.retain(|attribute| counts.iter().any(|name| attribute.path().is_ident(name)));
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The condition of a `cfg` attribute, as a comment.
fn condition(attributes: &[Attribute]) -> String {
    let Some(cfg) = attributes.iter().find(|attribute| attribute.path().is_ident("cfg")) else { return String::new() };
    let syn::Meta::List(list) = &cfg.meta else { return String::new() };
    match list.tokens.to_string() {
        text if text.contains("wasm32") => " // on wasm32".to_owned(),
        text => format!(" // with {text}"),
    }
}

fn is_of(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn difference(written: &str, listed: &str) -> String {
    let lines = |sign, of: &str, without: &str| -> String {
        let gone = of.lines().filter(|line| !without.lines().any(|other| other == *line));
        gone.map(|line| format!("{sign} {line}\n")).collect()
    };
    let changed = lines('-', written, listed) + &lines('+', listed, written);
    if changed.is_empty() && written != listed {
        "the order of the lines, or the number of times that a line occurs\n".to_owned()
    } else {
        changed
    }
}
