//! The arrows that a crate's source makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree};

/// A module at the top of a crate uses another one, or another crate.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    pub from: String,
    pub to: String,
    pub file: String,
}

/// A crate's modules at the top, and all that they use.
pub struct Crate {
    modules: BTreeSet<String>,
    /// Names that the root hands on, and the module that each is from.
    exports: BTreeMap<String, String>,
    uses: Vec<Use>,
}

impl Crate {
    /// Reads a crate's source folder.
    pub fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        collect(folder, folder, &mut files);
        let root = files.iter().position(|(name, _)| name == "lib.rs");
        let (_, root) = files.remove(root.expect("a crate has a lib.rs"));
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
        Self::from_files(&root, &files)
    }

    /// A crate of a root and of files that are named from the top.
    pub fn from_files(root: &str, files: &[(&str, &str)]) -> Self {
        let mut new = Self {
            modules: BTreeSet::new(),
            exports: BTreeMap::new(),
            uses: Vec::new(),
        };
        for item in parse(root, "lib.rs").items {
            match item {
                Item::Mod(item) if !is_for_tests(&item.attrs) => {
                    new.modules.insert(item.ident.to_string());
                }
                Item::Use(item) => leaves(&item.tree, &[], &mut |path, name| {
                    let path = path
                        .iter()
                        .filter(|part| !["crate", "self"].contains(&&***part));
                    if let Some(module) = path.into_iter().next() {
                        new.exports.insert(name.to_owned(), module.clone());
                    }
                }),
                _ => {}
            }
        }
        for (file, text) in files {
            let mut path: Vec<String> = file
                .trim_end_matches(".rs")
                .split('/')
                .map(str::to_owned)
                .collect();
            if path.last().is_some_and(|last| last == "mod") {
                path.pop();
            }
            let mut visitor = Visitor {
                path,
                found: Vec::new(),
            };
            visitor.visit_file(&parse(text, file));
            let from = visitor.path[0].clone();
            for (place, name) in visitor.found {
                let to = match place {
                    Place::Crate if new.modules.contains(&name) => name,
                    Place::Crate => new.exports.get(&name).cloned().unwrap_or(name),
                    // A module below this one may be called like one at the top.
                    Place::Elsewhere if new.modules.contains(&name) => continue,
                    Place::Elsewhere => name,
                };
                new.uses.push(Use {
                    from: from.clone(),
                    to,
                    file: (*file).to_owned(),
                });
            }
        }
        new
    }

    /// The modules at the top.
    pub fn modules(&self) -> BTreeSet<String> {
        self.modules.clone()
    }

    /// All uses, also those within a module.
    pub fn uses(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter()
    }
}

fn parse(text: &str, name: &str) -> syn::File {
    syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn collect(folder: &Path, top: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, top, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(top).expect("it is below the top");
            let name = name.to_string_lossy().replace('\\', "/");
            files.push((name, super::text_of(&path)));
        }
    }
}

/// Walks through a file and notes the first name behind `crate`, or behind as many `super`
/// as lead there, and the first name of every other path, which may be another crate.
struct Visitor {
    /// Where we are, from the top.
    path: Vec<String>,
    found: Vec<(Place, String)>,
}

/// Where a name is to be looked up.
enum Place {
    /// At the top of this crate.
    Crate,
    /// In this module, or among the other crates.
    Elsewhere,
}

impl Visitor {
    fn note(&mut self, names: &[String]) {
        let mut place = self.path.len();
        let mut rest = names;
        while let Some((first, more)) = rest.split_first() {
            match first.as_str() {
                "crate" => place = 0,
                "super" => place = place.saturating_sub(1),
                "self" => {}
                _ => break,
            }
            rest = more;
        }
        let Some(first) = rest.first() else { return };
        if rest.len() == names.len() {
            self.found.push((Place::Elsewhere, first.clone()));
        } else if place == 0 {
            self.found.push((Place::Crate, first.clone()));
        }
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item(&mut self, item: &'ast Item) {
        if let Item::Mod(module) = item {
            if is_for_tests(&module.attrs) {
                return;
            }
            self.path.push(module.ident.to_string());
            visit::visit_item(self, item);
            self.path.pop();
        } else {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        leaves(&item.tree, &[], &mut |path, _| self.note(path));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        // A name alone is local.
        if names.len() > 1 {
            self.note(&names);
        }
        visit::visit_path(self, path);
    }
}

/// Every path that a `use` names, and the name that it has here.
fn leaves(tree: &UseTree, before: &[String], take: &mut impl FnMut(&[String], &str)) {
    let with = |name: String| [before, &[name]].concat();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &with(path.ident.to_string()), take),
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            take(&with(name.clone()), &name);
        }
        UseTree::Rename(name) => take(&with(name.ident.to_string()), &name.rename.to_string()),
        UseTree::Glob(_) => take(&with("*".to_owned()), "*"),
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|tree| leaves(tree, before, take)),
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|name| name == "test")
    })
}
