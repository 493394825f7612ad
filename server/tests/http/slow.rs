//! Clients that are slow, stall or never go away, over real connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use futures_util::stream;
use http::StatusCode;
use stagedoor_server::layer::{context, patience};
use stagedoor_server::run::{Limits, listen, serve_until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::House;

/// No test waits for the real patience; what hangs ends here.
const HANG: Duration = Duration::from_secs(60);

const QUICK: Limits = Limits {
    connections: 1_000,
    head: Duration::from_millis(400),
    stall: Duration::from_millis(400),
    stop: Duration::from_millis(400),
};

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn start(app: Router, limits: Limits) -> Running {
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(async move {
        let stop = async {
            let _ = stopped.await;
        };
        serve_until(listener, app, limits, stop).await.unwrap();
    });
    Running { address, stop, ended }
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).await.unwrap()
}

/// Everything until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end as well.
    let _ = tokio::time::timeout(HANG, stream.read_to_end(&mut text))
        .await
        .unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

async fn ask(running: &Running) -> String {
    let mut stream = connect(running).await;
    let request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    rest(&mut stream).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_byte_by_byte_is_cut_off() {
    let running = start(hello(), QUICK).await;
    let stream = connect(&running).await;
    let (mut reader, mut writer) = stream.into_split();
    let dripping = tokio::spawn(async move {
        for byte in b"GET / HTTP/1.1\r\nhost: x\r\nx-"
            .iter()
            .chain(std::iter::repeat(&b'a'))
        {
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(HANG, reader.read_to_end(&mut answer))
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    tokio::time::timeout(HANG, dripping).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_ends() {
    let running = start(hello(), QUICK).await;
    let mut stream = connect(&running).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    assert!(
        rest(&mut stream).await.ends_with("hello"),
        "answered, then closed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_half_open_connections_stop_nobody() {
    let patient = Limits { head: HANG, ..QUICK };
    let running = start(hello(), patient).await;
    let mut half_open = Vec::new();
    for number in 0..200 {
        let mut stream = connect(&running).await;
        if number % 2 == 0 {
            stream.write_all(b"GET / HTTP/1.1\r\nhos").await.unwrap();
        }
        half_open.push(stream);
    }
    for _ in 0..20 {
        assert!(ask(&running).await.ends_with("hello"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_limit_one_waits_for_a_place_and_gets_it() {
    let few = Limits {
        connections: 3,
        ..QUICK
    };
    let running = start(hello(), few).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        idle.push(connect(&running).await);
    }
    assert!(
        ask(&running).await.ends_with("hello"),
        "once an idle one is cut off"
    );
}

/// Tells when a body is dropped.
struct Told(Arc<AtomicBool>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_is_cut_off_and_blocks_nobody() {
    let dropped = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&dropped);
    let endless = get(async move || {
        let told = Told(told);
        let chunks = stream::repeat_with(move || {
            let _ = &told;
            Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 65_536]))
        });
        Body::from_stream(chunks)
    });
    let running = start(hello().route("/endless", endless), QUICK).await;
    let mut deaf = connect(&running).await;
    deaf.write_all(b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let cut = async {
        while !dropped.load(Ordering::SeqCst) {
            assert!(ask(&running).await.ends_with("hello"));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(HANG, cut).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_a_request_but_not_for_ever() {
    let (entered, mut waiting) = tokio::sync::mpsc::channel(2);
    let release = Arc::new(tokio::sync::Notify::new());
    let released = Arc::clone(&release);
    let slow = get(async move || {
        entered.send(()).await.unwrap();
        released.notified().await;
        "done"
    });
    let hangs = get(async || std::future::pending::<&str>().await);
    let patient = Limits {
        stop: HANG,
        head: HANG,
        ..QUICK
    };
    let running = start(Router::new().route("/", slow), patient).await;
    let mut client = connect(&running).await;
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    waiting.recv().await.unwrap();
    running.stop.send(()).unwrap();
    release.notify_one();
    assert!(rest(&mut client).await.ends_with("done"));
    tokio::time::timeout(HANG, running.ended).await.unwrap().unwrap();
    assert!(
        TcpStream::connect(running.address).await.is_err(),
        "nobody listens"
    );

    let running = start(Router::new().route("/", hangs), QUICK).await;
    let mut client = connect(&running).await;
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    running.stop.send(()).unwrap();
    tokio::time::timeout(HANG, running.ended).await.unwrap().unwrap();
    assert_eq!(rest(&mut client).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_and_an_answer_that_is_not_made_are_ended() {
    let house = House::new().await;
    let edge = house.edge();
    let short = Duration::from_millis(100);
    let app = Router::new()
        .route("/body", post(async |body: Bytes| body.len().to_string()))
        .route("/never", get(async || std::future::pending::<&str>().await))
        .layer(from_fn_with_state(short, patience::body))
        .layer(from_fn_with_state(4 * short, patience::answer))
        .layer(from_fn_with_state(edge, context::layer));
    let running = start(app, Limits { head: HANG, ..QUICK }).await;
    for (head, body, status) in [
        (
            "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\nconnection: close\r\n\r\n",
            "hello",
            StatusCode::OK,
        ),
        (
            "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\nconnection: close\r\n\r\n",
            "hel",
            StatusCode::REQUEST_TIMEOUT,
        ),
        (
            "POST /body HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
            "z\r\n",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "GET /never HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
            "",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
    ] {
        let mut stream = connect(&running).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {}", status.as_u16())),
            "{head}{body}: {answer}"
        );
        let id = answer
            .lines()
            .find_map(|line| line.strip_prefix("x-request-id: "))
            .unwrap();
        assert!(
            status == StatusCode::OK || answer.matches(id).count() == 2,
            "{answer}"
        );
    }
}
