//! A Modbus RTU master that never takes a late answer for the next one.
//!
//! An answer to a read carries no address, so nothing in it says which question it belongs to.
//! [`master::Master`] therefore keeps a line that has once been late silent for as long as an
//! answer may take, and throws away what comes in that time.
//!
//! Source: "MODBUS over Serial Line Specification and Implementation Guide V1.02" and "MODBUS
//! Application Protocol Specification V1.1b3".

pub mod answer;
pub mod crc;
pub mod master;
pub mod request;
