//! Patients who have agreed to ordinary mail: recorded, told, used and ended,
//! and nobody's address anywhere.

mod mail;
mod register;
mod site;
