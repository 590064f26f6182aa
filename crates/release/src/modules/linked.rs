//! Reads the wasm of the linker with its relocations: the positions of functions, symbols and references.
//!
//! The sections `linking` and `reloc.*` are specified in the WebAssembly tool conventions, Linking.md.

use anyhow::{Context, Result, anyhow};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use wasmparser::{
    CustomSectionReader, DataKind, ExternalKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationType,
    SymbolInfo, TypeRef,
};

/// The parts of a linked wasm that the cut reads. All ranges are in bytes, from the start of the wasm.
#[derive(Default)]
pub(super) struct Linked {
    /// Every section, in order.
    pub(super) sections: Vec<Section>,
    /// The names of functions as in the source. The key is the index of the function.
    pub(super) names: HashMap<u32, String>,
    /// The names of the imported functions.
    pub(super) imports: HashSet<String>,
    /// The number of imported functions, which have the lowest indexes.
    pub(super) imported: u32,
    /// The bodies of all other functions, in the order of their indexes.
    pub(super) bodies: Vec<Range<usize>>,
    /// The names and indexes of the exported functions.
    pub(super) exports: Vec<(String, u32)>,
    /// For each symbol the index of its function, or `None` if the symbol is not a function.
    pub(super) symbols: Vec<Option<u32>>,
    /// The data segments: their addresses in memory, and their ranges.
    pub(super) data: Vec<(u32, Range<usize>)>,
    /// Every section with relocations.
    pub(super) relocations: Vec<Relocations>,
}

/// A section: the id of its kind, and its content.
pub(super) struct Section {
    pub(super) id: u8,
    pub(super) content: Range<usize>,
}

/// A section with relocations.
pub(super) struct Relocations {
    /// The index of this section.
    pub(super) section: usize,
    /// The index of the section that the relocations apply to.
    pub(super) target: usize,
    pub(super) name: String,
    pub(super) entries: Vec<Relocation>,
}

/// A reference to a symbol.
pub(super) struct Relocation {
    /// The position of the reference, relative to the content of the section that contains it.
    pub(super) offset: usize,
    /// The index of the symbol, if the reference is the call of a function.
    pub(super) called: Option<usize>,
    /// The range of this relocation in the wasm.
    pub(super) entry: Range<usize>,
}

/// The message for an error of wasmparser.
pub(super) const UNREADABLE: &str = "the linker's wasm cannot be read";

/// Converts a position of wasmparser, which has 64 bits.
pub(super) fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Converts a range of wasmparser.
fn place(range: &Range<u64>) -> Range<usize> {
    position(range.start)..position(range.end)
}

impl Linked {
    /// Reads a wasm.
    ///
    /// # Errors
    /// The bytes are not a valid wasm, or the address of a data segment is not a constant.
    pub(super) fn read(wasm: &[u8]) -> Result<Self> {
        let mut linked = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.context(UNREADABLE)?;
            let section = payload.as_section();
            linked.take(payload)?;
            if let Some((id, content)) = section {
                linked.sections.push(Section { id, content: place(&content) });
            }
        }
        Ok(linked)
    }

    /// The range of a section's content.
    pub(super) fn content(&self, section: usize) -> Range<usize> {
        self.sections.get(section).map_or(0..0, |section| section.content.clone())
    }

    /// The name of a function, or an empty text if it has no name.
    pub(super) fn name(&self, function: u32) -> &str {
        self.names.get(&function).map_or("", String::as_str)
    }

    /// The index of the function whose body contains this position.
    pub(super) fn function_at(&self, at: usize) -> Option<u32> {
        let index = self.bodies.partition_point(|body| body.end <= at);
        Some(self.imported + u32::try_from(index).ok()?)
    }

    fn take(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import.context(UNREADABLE)?;
                    if matches!(import.ty, TypeRef::Func(_)) {
                        self.imports.insert(import.name.to_owned());
                        self.imported += 1;
                    }
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    let export = export.context(UNREADABLE)?;
                    if export.kind == ExternalKind::Func {
                        self.exports.push((export.name.to_owned(), export.index));
                    }
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(place(&body.range())),
            Payload::DataSection(reader) => {
                for data in reader {
                    let data = data.context(UNREADABLE)?;
                    let end = place(&data.range).end;
                    if let Some(address) = address(&data.kind)? {
                        self.data.push((address, end - data.data.len()..end));
                    }
                }
            }
            Payload::CustomSection(reader) => self.take_custom(&reader)?,
            _ => {}
        }
        Ok(())
    }

    fn take_custom(&mut self, reader: &CustomSectionReader<'_>) -> Result<()> {
        match reader.as_known() {
            KnownCustom::Name(names) => {
                for name in names {
                    let Name::Function(functions) = name.context(UNREADABLE)? else { continue };
                    for function in functions {
                        let function = function.context(UNREADABLE)?;
                        self.names.insert(function.index, plain(function.name));
                    }
                }
            }
            KnownCustom::Linking(linking) => {
                for part in linking.subsections() {
                    let Linking::SymbolTable(symbols) = part.context(UNREADABLE)? else { continue };
                    for symbol in symbols {
                        self.symbols.push(match symbol.context(UNREADABLE)? {
                            SymbolInfo::Func { index, .. } => Some(index),
                            _ => None,
                        });
                    }
                }
            }
            KnownCustom::Reloc(relocations) => {
                let mut entries: Vec<Relocation> = Vec::new();
                for entry in relocations.entries().into_iter_with_offsets() {
                    let (start, entry) = entry.context(UNREADABLE)?;
                    let start = place(&(start..start)).start;
                    if let Some(before) = entries.last_mut() {
                        before.entry.end = start;
                    }
                    let is_call = entry.ty == RelocationType::FunctionIndexLeb;
                    entries.push(Relocation {
                        offset: entry.offset as usize,
                        called: is_call.then_some(entry.index as usize),
                        entry: start..place(&reader.range()).end,
                    });
                }
                self.relocations.push(Relocations {
                    section: self.sections.len(),
                    target: relocations.section_index() as usize,
                    name: reader.name().to_owned(),
                    entries,
                });
            }
            _ => {}
        }
        Ok(())
    }
}

/// The name of a function as in the source, without the hashes that distinguish crates.
pub(super) fn plain(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// The address of a data segment. `None` for a passive segment, which code copies to its address.
fn address(kind: &DataKind<'_>) -> Result<Option<u32>> {
    let DataKind::Active { offset_expr, .. } = kind else { return Ok(None) };
    match offset_expr.get_operators_reader().read().context(UNREADABLE)? {
        Operator::I32Const { value } => Ok(Some(value.cast_unsigned())),
        _ => Err(anyhow!("the linker's wasm has a data segment whose address is not a constant.")),
    }
}
