//! A DNS server on loopback: a signed root, zones below it, and a server that
//! never answers.

use std::collections::BTreeMap;
use std::fs;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::dnssec::NxProofKind;
use hickory_server::net::runtime::Time;
use hickory_server::proto::dnssec::crypto::EcdsaSigningKey;
use hickory_server::proto::dnssec::rdata::DNSKEY;
use hickory_server::proto::dnssec::{Algorithm, DnssecSigner, SigningKey};
use hickory_server::proto::op::ResponseCode;
use hickory_server::proto::rr::{Name, RecordType};
use hickory_server::proto::serialize::txt::Parser;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneType};
use tokio::runtime::Runtime;

/// A running server; it ends when this is dropped.
pub(crate) struct Names {
    pub(crate) address: SocketAddr,
    /// The root's key, as `--trust-anchor` wants it.
    pub(crate) anchor: PathBuf,
    _runtime: Runtime,
}

impl Names {
    /// Serves the zones in `tests/posture/zones`, with further lines for the
    /// root, and keeps the root's key in `folder`.
    pub(crate) fn start(folder: &Path, further: &str) -> Self {
        let zones = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/posture/zones");
        let root = fs::read_to_string(zones.join("root.zone")).expect("root.zone") + further;
        let (root, key) = signed(&root);
        let root: Arc<InMemoryZoneHandler> = Arc::new(root);
        let mut parents = Catalog::new();
        parents.upsert(Name::root().into(), vec![root.clone()]);
        let mut all = Catalog::new();
        all.upsert(Name::root().into(), vec![root]);
        for name in ["plain.example", "forged.example"] {
            let text = fs::read_to_string(zones.join(format!("{name}.zone"))).expect("a zone");
            let zone = zone(&text, name, None);
            let name = Name::from_ascii(format!("{name}.")).expect("a name");
            all.upsert(name.into(), vec![Arc::new(zone)]);
        }
        let anchor = folder.join("anchor.key");
        fs::write(&anchor, format!(". 300 IN DNSKEY {key}\n")).expect("the anchor");
        let (address, runtime) = serve(Delegating { parents, all });
        Self {
            address,
            anchor,
            _runtime: runtime,
        }
    }

    /// The same zones by a server that passes no signatures on, with the key of
    /// a root that is signed elsewhere.
    pub(crate) fn without_signatures(folder: &Path) -> Self {
        let signed = Self::start(folder, "");
        let zones = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/posture/zones");
        let root = fs::read_to_string(zones.join("root.zone")).expect("root.zone");
        let mut all = Catalog::new();
        let root = Arc::new(zone(&root, ".", None));
        all.upsert(Name::root().into(), vec![root]);
        let (address, runtime) = serve(all);
        Self {
            address,
            anchor: signed.anchor,
            _runtime: runtime,
        }
    }

    /// A server that answers everything with a code.
    pub(crate) fn failing(folder: &Path, code: ResponseCode) -> Self {
        let (address, runtime) = serve(Failing(code));
        let anchor = folder.join("anchor.key");
        fs::write(&anchor, "").expect("the anchor");
        Self {
            address,
            anchor,
            _runtime: runtime,
        }
    }
}

/// Sockets on which nobody ever answers.
pub(crate) struct Silence {
    pub(crate) address: SocketAddr,
    _udp: UdpSocket,
    _tcp: TcpListener,
}

impl Silence {
    pub(crate) fn start() -> Self {
        let (udp, tcp) = sockets();
        Self {
            address: udp.local_addr().expect("its address"),
            _udp: udp,
            _tcp: tcp,
        }
    }
}

/// Both sockets of one port.
fn sockets() -> (UdpSocket, TcpListener) {
    for _ in 0..100 {
        let udp = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().expect("its address")) {
            return (udp, tcp);
        }
    }
    panic!("no port is free for both UDP and TCP");
}

fn serve(handler: impl RequestHandler) -> (SocketAddr, Runtime) {
    let (udp, tcp) = sockets();
    let address = udp.local_addr().expect("its address");
    udp.set_nonblocking(true).expect("non-blocking");
    tcp.set_nonblocking(true).expect("non-blocking");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.spawn(async move {
        let mut server = Server::new(handler);
        server.register_socket(tokio::net::UdpSocket::from_std(udp).expect("a socket"));
        let tcp = tokio::net::TcpListener::from_std(tcp).expect("a listener");
        server.register_listener(tcp, Duration::from_secs(30), 128);
        server.block_until_done().await
    });
    (address, runtime)
}

fn zone(text: &str, origin: &str, proof: Option<NxProofKind>) -> InMemoryZoneHandler {
    let origin = Name::from_ascii(origin).expect("an origin");
    let parsed = Parser::new(text, None, Some(origin)).parse();
    let (origin, records) = parsed.expect("a zone");
    let records: BTreeMap<_, _> = records;
    InMemoryZoneHandler::new(origin, records, ZoneType::Primary, AxfrPolicy::Deny, proof)
        .expect("a zone")
}

/// The root, signed with a key of its own, and that key as a zone file has it.
fn signed(text: &str) -> (InMemoryZoneHandler, String) {
    let mut zone = zone(text, ".", Some(NxProofKind::Nsec));
    let algorithm = Algorithm::ECDSAP256SHA256;
    let packed = EcdsaSigningKey::generate_pkcs8(algorithm).expect("a key");
    let key = EcdsaSigningKey::from_pkcs8(&packed, algorithm).expect("the key");
    let public = DNSKEY::from_key(&key.to_public_key().expect("its public half"));
    let text = public.to_string();
    let day = Duration::from_hours(24);
    let signer = DnssecSigner::new(public, Box::new(key), Name::root(), day);
    zone.add_zone_signing_key_mut(signer)
        .expect("the key is taken");
    zone.secure_zone_mut().expect("the zone is signed");
    (zone, text)
}

/// Answers as a resolver of the world would: a delegation's keys stand in the
/// zone above it.
struct Delegating {
    parents: Catalog,
    all: Catalog,
}

#[async_trait::async_trait]
impl RequestHandler for Delegating {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        response_handle: R,
    ) -> ResponseInfo {
        let delegation = request
            .queries
            .queries()
            .iter()
            .any(|query| query.query_type() == RecordType::DS);
        let catalog = if delegation { &self.parents } else { &self.all };
        catalog
            .handle_request::<R, T>(request, response_handle)
            .await
    }
}

struct Failing(ResponseCode);

#[async_trait::async_trait]
impl RequestHandler for Failing {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut response_handle: R,
    ) -> ResponseInfo {
        let builder =
            hickory_server::zone_handler::MessageResponseBuilder::from_message_request(request);
        let response = builder.error_msg(&request.metadata, self.0);
        response_handle
            .send_response(response)
            .await
            .expect("the answer is sent")
    }
}

/// A record as a line of a zone file, its text in pieces of 255 bytes.
pub(crate) fn text_record(name: &str, text: &str) -> String {
    let pieces: Vec<String> = text
        .as_bytes()
        .chunks(255)
        .map(|piece| format!("\"{}\"", String::from_utf8_lossy(piece)))
        .collect();
    format!("{name} 300 IN TXT {}\n", pieces.join(" "))
}
