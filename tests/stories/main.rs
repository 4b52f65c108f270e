//! Stories: what gatepost does between real servers, told one by one.

#[path = "../support/mod.rs"]
mod support;

#[path = "../posture/authority.rs"]
mod authority;

mod attachments;
mod audit;
mod consent;
mod delivery;
mod exports;
mod exports_loaded;
mod faults;
mod identifiers;
mod known_patients;
mod milter;
mod recipients;
mod reload;
mod scan;
mod sealing;
mod sendmail;
mod tls_policy;
mod tls_policy_protocol;
