//! Direct calls to the page's DOM. `view!` costs more bytes for these pages; DESIGN.md has the numbers.

pub mod clipboard;
pub mod document;
pub mod element;
pub mod live;
pub mod page;
pub mod shell;
