//! The server's process: the program's own router over the prepared database, with somebody signed in.

use std::net::Ipv4Addr;

use axum::Router;
use axum::routing::get;
use stagedoor_server::edge::Edge;
use stagedoor_server::layer::limits::{Limits, Rate, Rates};
use stagedoor_server::{assets, router, run};

use crate::data;
use crate::options::Options;

/// Serves until it is killed. Says where, and with which cookie.
pub(crate) fn run(options: &Options) {
    let url = options.database.clone().unwrap();
    data::runtime().block_on(async {
        let service = data::open(&url).await;
        let cookie = data::sign_in(&service).await;
        let mut edge = Edge::new(service.clone(), assets::load().unwrap());
        // One person asks for more pages here than a thousand would.
        edge.limits = Limits::new(
            Rates {
                known: Rate::new(u32::MAX, u32::MAX),
                ..Rates::default()
            },
            service.clock(),
        );
        let floor = Router::new().fallback(get(|| async { "" }));
        let app = router::app(&edge, vec![(data::FLOOR.to_owned(), floor)]);
        let listener = run::listen((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        tokio::spawn(service.run_jobs());
        println!("ready {} {cookie}", listener.local_addr().unwrap().port());
        run::serve_until(listener, app, run::Limits::default(), std::future::pending())
            .await
            .unwrap();
    });
}
