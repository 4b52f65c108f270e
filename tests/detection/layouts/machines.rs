//! What machines write: HL7 v2, FHIR, CDA, JSON, XML, addresses with a query,
//! logs, and the like.

use super::{Kind, Layout, cut, one, spaced, with};

const NHS_SYSTEM: &str = "https://fhir.nhs.uk/Id/nhs-number";

fn segments(number: &str, end: &str) -> String {
    [
        "MSH|^~\\&|PAS|RXX|LAB|RXX|20261122090000||ADT^A01|1|P|2.4",
        "EVN|A01|20261122090000",
        &format!("PID|1||{number}^^^NHS^NH~A123456^^^RXX^MR||TEST^ALEX^^^MR||19700201|M|||1 HIGH STREET^^LEEDS^^LS1 4AP||01132433144"),
        "PV1|1|I|W7B",
    ]
    .join(end)
}

pub(super) const HEALTH: &[Layout] = &[
    one("urn", |n| format!("urn:nhs:{n}")).own(),
    one("hl7-pid", |n| format!("PID|1||{n}^^^NHS^NH||TEST^A||19700201|F")).own().block(),
    one("hl7-pid-spaced", |n| {
        format!("PID|1||{}^^^NHS^NH||TEST^A||19700201|F", spaced(n))
    }).own().block(),
    one("hl7-pid-no-authority", |n| format!("PID|1|{n}|A123456||TEST^A||19700201|F")).block(),
    one("hl7-cr", |n| segments(n, "\r")).own().block(),
    one("hl7-lf", |n| segments(n, "\n")).own().block(),
    one("hl7-crlf", |n| segments(n, "\r\n")).own().block(),
    one("hl7-second", |n| {
        format!("PID|1||A123456^^^RXX^MR~{n}^^^NHS^NH||TEST^A||19700201|F")
    }).own().block(),
    one("hl7-chi", |n| format!("PID|1||{n}^^^CHI^CH||TEST^A||19700201|F")).of(Kind::Chi).own().block(),
    one("hl7-hsc", |n| format!("PID|1||{n}^^^HSC^NH||TEST^A||19700201|F")).of(Kind::Hc).own().block(),
    one("fhir-json", |n| {
        format!("{{\"identifier\":[{{\"system\":\"{NHS_SYSTEM}\",\"value\":\"{n}\"}}]}}")
    }).own().block(),
    one("fhir-json-pretty", |n| {
        format!("{{\r\n  \"resourceType\": \"Patient\",\r\n  \"identifier\": [\r\n    {{\r\n      \"system\": \"{NHS_SYSTEM}\",\r\n      \"value\": \"{n}\"\r\n    }}\r\n  ]\r\n}}")
    }).own().block(),
    one("fhir-json-turned", |n| {
        format!("{{\"identifier\":[{{\"value\":\"{n}\",\"system\":\"{NHS_SYSTEM}\"}}]}}")
    }).own().block(),
    one("fhir-json-extension", |n| {
        format!("{{\"system\":\"{NHS_SYSTEM}\",\"extension\":[{{\"url\":\"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus\",\"valueCodeableConcept\":{{\"coding\":[{{\"code\":\"01\"}}]}}}}],\"value\":\"{n}\"}}")
    }).own().block(),
    one("fhir-json-older", |n| {
        format!("{{\"system\":\"http://fhir.nhs.net/Id/nhs-number\",\"value\":\"{n}\"}}")
    }).own().block(),
    one("fhir-json-chi", |n| {
        format!("{{\"system\":\"urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53\",\"value\":\"{n}\"}}")
    }).of(Kind::Chi).own().block(),
    one("fhir-xml", |n| {
        format!("<identifier><system value=\"{NHS_SYSTEM}\"/><value value=\"{n}\"/></identifier>")
    }).own().block(),
    one("fhir-xml-single-quotes", |n| {
        format!("<identifier>\r\n  <system value='{NHS_SYSTEM}'/>\r\n  <value value='{n}'/>\r\n</identifier>")
    }).own().block(),
    one("fhir-token", |n| format!("Patient?identifier={NHS_SYSTEM}|{n}")).own(),
    one("fhir-token-url", |n| {
        format!("https://pds.example/FHIR/R4/Patient?identifier={NHS_SYSTEM}|{n}")
    }).own(),
    one("fhir-token-escaped", |n| {
        format!("https://pds.example/Patient?identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C{n}")
    }).own(),
    one("fhir-path", |n| {
        format!("https://api.service.nhs.uk/personal-demographics/FHIR/R4/Patient/{n}")
    }).own(),
    one("fhir-reference", |n| format!("\"subject\": {{ \"reference\": \"Patient/{n}\" }}")).own().block(),
    one("fhir-patient-id", |n| format!("{{\"resourceType\":\"Patient\",\"id\":\"{n}\"}}")).own().block(),
    one("cda-id", |n| {
        format!("<id root=\"2.16.840.1.113883.2.1.4.1\" extension=\"{n}\"/>")
    }).own().block(),
    one("cda-id-turned", |n| {
        format!("<id extension=\"{n}\" root=\"2.16.840.1.113883.2.1.4.1\"/>")
    }).own().block(),
];

pub(super) const GENERAL: &[Layout] = &[
    one("json-key", |n| format!("{{\"nhsNumber\":\"{n}\",\"ward\":\"7B\"}}")).own().block(),
    one("json-key-spaced", |n| format!("{{ \"nhs_number\": \"{}\" }}", spaced(n))).own().block(),
    one("json-number", |n| format!("{{\"nhsNumber\":{n},\"ward\":7}}")).own().block(),
    one("json-list", |n| format!("{{\"nhsNumbers\":[\"{n}\"]}}")).own().block(),
    one("json-bare", |n| format!("{{\"id\":\"{n}\"}}")).block(),
    one("json-escaped-space", |n| {
        format!("{{\"nhsNumber\":\"{}\"}}", with(n, "\\u00a0"))
    }).own().block(),
    one("xml-element", |n| {
        format!("<Patient><NHSNumber>{n}</NHSNumber><Ward>7B</Ward></Patient>")
    }).own().block(),
    one("xml-element-spaced", |n| {
        format!("<nhs-number>{}</nhs-number>", spaced(n))
    }).own().block(),
    one("xml-attribute", |n| format!("<patient nhsNumber=\"{n}\" ward=\"7B\"/>")).own().block(),
    one("xml-bare", |n| format!("<row><c>{n}</c></row>")).block(),
    one("yaml", |n| format!("patient:\r\n  nhs_number: \"{n}\"\r\n  ward: 7B")).own().block(),
    one("ini", |n| format!("[patient]\r\nNHSNumber={n}")).own().block(),
    one("sql-insert", |n| {
        format!("INSERT INTO patients (nhs_number, ward) VALUES ('{n}', '7B');")
    }).own().block(),
    one("sql-where", |n| format!("SELECT * FROM adt WHERE nhs_number = '{n}'")).own(),
    one("python-dict", |n| format!("{{'nhs_number': '{n}', 'ward': '7B'}}")).own().block(),
    one("log-line", |n| {
        format!("2026-11-22T09:00:00Z INFO adt: admitted nhsNumber={n} ward=7B")
    }).own(),
    one("log-line-bracket", |n| format!("[09:00:01] matched nhs_no [{n}] in 12 ms")).own(),
    one("url-query", |n| format!("https://portal.example/record?nhsNumber={n}&tab=2")).own(),
    one("url-query-plus", |n| {
        let (a, b, c) = cut(n);
        format!("https://portal.example/record?nhs_number={a}+{b}+{c}")
    }).own(),
    one("url-query-escaped", |n| {
        format!("https://portal.example/find?nhsno={}", with(n, "%20"))
    }).own(),
    one("form-post", |n| {
        format!("surname=TEST&nhsnumber={}&dob=1970-02-01", with(n, "+"))
    }).own(),
    one("vcard-note", |n| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Alex Test\r\nNOTE:NHS No {} since the clin\r\n ic began\r\nEND:VCARD", spaced(n))
    }).own().block(),
    one("ics-note", |n| {
        let (a, b, c) = cut(n);
        format!("BEGIN:VEVENT\r\nSUMMARY:Clinic\r\nDESCRIPTION:NHS No {a} {b}\r\n  {c}\\nBring notes\r\nEND:VEVENT")
    }).own().block(),
];
