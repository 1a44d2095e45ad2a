//! What runs in the browser? The islands: the only code that ships as WebAssembly. Each is a working form or list
//! before it wakes.

pub mod figures;
pub mod stages;
pub mod upload;
