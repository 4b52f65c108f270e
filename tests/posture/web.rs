//! A web server on loopback that has the policies of `tests/posture/policies`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{NameType, SslAcceptor, SslContext, SslMethod, SslStream};

use super::authority::{Authority, Issued, Until};

/// A running server; its thread ends with the test.
pub(crate) struct Web {
    pub(crate) port: u16,
}

/// The one whose certificate has expired.
const EXPIRED: &str = "mta-sts.expired.example";

impl Web {
    pub(crate) fn start(authority: &Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let hosts: Vec<String> = [
            "good", "testing", "mismatch", "gone", "moved", "nonsense", "strict",
        ]
        .iter()
        .map(|name| format!("mta-sts.{name}.example"))
        .collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let fresh = authority.issue(&hosts, Until::NextYear);
        let expired = authority.issue(&[EXPIRED], Until::Yesterday);
        let expired = acceptor(&expired, None).context().to_owned();
        let acceptor = Arc::new(acceptor(&fresh, Some(expired)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let acceptor = acceptor.clone();
                std::thread::spawn(move || serve(&acceptor, stream));
            }
        });
        Self { port }
    }
}

fn acceptor(issued: &Issued, expired: Option<SslContext>) -> SslAcceptor {
    let mut builder =
        SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).expect("an acceptor");
    builder.set_private_key(&issued.key).expect("a key");
    builder
        .set_certificate(&issued.certificate)
        .expect("a certificate");
    if let Some(expired) = expired {
        builder.set_servername_callback(move |ssl, _| {
            if ssl.servername(NameType::HOST_NAME) == Some(EXPIRED) {
                ssl.set_ssl_context(&expired).expect("the other one");
            }
            Ok(())
        });
    }
    builder.build()
}

fn serve(acceptor: &SslAcceptor, stream: TcpStream) {
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("a timeout");
    // A client that does not trust us hangs up.
    if let Ok(stream) = acceptor.accept(stream) {
        let _ = answer(stream);
    }
}

fn answer(mut stream: SslStream<TcpStream>) -> std::io::Result<()> {
    let (mut host, mut path) = (String::new(), String::new());
    {
        let mut lines = BufReader::new(Read::by_ref(&mut stream)).lines();
        if let Some(line) = lines.next() {
            let line = line?;
            let word = line.split(' ').nth(1);
            word.unwrap_or_default().clone_into(&mut path);
        }
        for line in lines {
            let line = line?;
            if line.is_empty() {
                break;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("host:") {
                value.trim().clone_into(&mut host);
            }
        }
    }
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/posture/policies");
    let body = fs::read(policies.join(format!("{host}.txt")));
    let good = path == "/.well-known/mta-sts.txt";
    let response = match body {
        _ if host == "mta-sts.moved.example" => {
            // RFC 8461 section 3.3: not to be followed.
            b"HTTP/1.1 302 Found\r\nLocation: https://mta-sts.good.example/.well-known/mta-sts.txt\r\nContent-Length: 0\r\n\r\n".to_vec()
        }
        Ok(body) if good => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            [head.into_bytes(), body].concat()
        }
        _ => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
    };
    stream.write_all(&response)?;
    stream.shutdown().ok();
    Ok(())
}
