//! The health service's own numbers that are no patient's, and patient labels
//! over what is no number.

use super::{Decoy, Place, any, decoy, with};
use crate::support::numbers::with_wrong_digit;

pub(super) const DECOYS: &[Decoy] = &[
    decoy("wrong-digit-label", |r| {
        let n = with_wrong_digit(&r.live());
        match r.below(3) {
            0 => format!("NHS No: {}", with(&n, " ")),
            1 => format!("NHS number {n}"),
            _ => format!("NHS Number: {}", with(&n, "-")),
        }
    }).on_the_ward(),
    decoy("wrong-digit-chi", |r| format!("CHI {}", with_wrong_digit(&r.chi()))).on_the_ward(),
    decoy("wrong-digit-fhir", |r| {
        format!("{{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"{}\"}}", with_wrong_digit(&r.live()))
    }).on_the_ward(),
    decoy("wrong-digit-hl7", |r| {
        format!("PID|1||{}^^^NHS^NH||TEST^A||19700201|F", with_wrong_digit(&r.live()))
    }).on_the_ward(),
    decoy("wrong-digit-column", |r| {
        let rows: Vec<String> = (0..12).map(|_| format!("Test,{}", with_wrong_digit(&r.live()))).collect();
        format!("name,nhs_number\r\n{}\r\n", rows.join("\r\n"))
    }).at(Place::File),
    decoy("placeholder-label", |r| {
        let digit = r.digits(1);
        match r.below(3) {
            0 => format!("NHS No: {}", digit.repeat(10)),
            1 => format!("NHS number {}", with(&digit.repeat(10), " ")),
            _ => String::from("NHS no 9876543210"),
        }
    }).on_the_ward(),
    decoy("mask-label", |_| String::from("NHS No: ### ### ####, or 123 456 7890 if you have none")).on_the_ward(),
    decoy("label-then-phone", |r| {
        format!("If you know your NHS number, please call us: tel. {}", with(&r.live(), " "))
    }),
    decoy("sds-user", |r| format!("SDS user ID {}", r.live())).on_the_ward(),
    decoy("sds-user-fhir", |r| {
        format!("{{\"resourceType\":\"Practitioner\",\"identifier\":[{{\"system\":\"https://fhir.nhs.uk/Id/sds-user-id\",\"value\":\"{}\"}}]}}", r.live())
    }).on_the_ward(),
    decoy("sds-user-fhir-xml", |r| {
        format!("<identifier><system value=\"https://fhir.nhs.uk/Id/sds-role-profile-id\"/><value value=\"{}\"/></identifier>", r.live())
    }).on_the_ward(),
    decoy("ods-fhir", |r| {
        format!("{{\"system\":\"https://fhir.nhs.uk/Id/ods-site-code\",\"value\":\"{}\"}}", r.live())
    }).on_the_ward(),
    decoy("smartcard", |r| format!("Smartcard UUID {}{}", r.live(), r.digits(2))).on_the_ward(),
    decoy("gmc-number", |r| format!("GMC {} / NMC 12A{}E", r.digits(7), r.digits(4))).on_the_ward(),
    decoy("staff-number", |r| format!("Staff number {}, ESR {}", r.live(), r.digits(8))).on_the_ward(),
    decoy("referral-number", |r| format!("UBRN {}{} for the booking", r.live(), r.digits(2))).on_the_ward(),
    decoy("snomed", |r| format!("SNOMED CT {}", r.live())).on_the_ward(),
    decoy("snomed-code", |r| format!("{}{} |Finding (finding)|", r.live(), r.digits(6))).on_the_ward(),
    decoy("snomed-fhir", |r| {
        format!("{{\"coding\":[{{\"system\":\"http://snomed.info/sct\",\"code\":\"{}\"}}]}}", r.live())
    }).on_the_ward(),
    decoy("hl7-phone", |r| {
        format!("PID|1||A123456^^^RXX^MR||TEST^A||19700201|F|||1 HIGH ST^^LEEDS||{}", r.live())
    }),
    decoy("hl7-control", |r| {
        format!("MSH|^~\\&|PAS|RXX|LAB|RXX|20261122090000||ADT^A01|{}|P|2.4\r\nEVN|A01|20261122090000", r.live())
    }),
    decoy("device", |r| format!("Ventilator serial no {}, asset {}", r.live(), any(r))).on_the_ward(),
    decoy("medicine-batch", |r| format!("Vaccine batch {} lot {}", r.live(), r.live())),
];
