//! Doors: every route with its method, so that all of them can be listed and tried.
//!
//! A router cannot say what it routes. [`Doors`] is built beside it and cannot differ from it: a route that is added
//! here is in both, and nothing else makes routes of a host.
//!
//! Every door has a row in the table of `server/tests/http/doors`, which says who may pass and tries all others.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use http::Method;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::OpenApiRouter;

use crate::edge::Edge;

/// One method of one route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door {
    /// The method's name.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
}

/// Routes, and the list of them.
pub struct Doors<S = Edge> {
    router: Router<S>,
    list: Vec<Door>,
}

impl<S: Clone + Send + Sync + 'static> Default for Doors<S> {
    fn default() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Doors<S> {
    /// A page, a file or a read.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let this = self.note(Method::GET, path);
        this.map(|router| router.route(path, get(handler)))
    }

    /// What changes something.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let this = self.note(Method::POST, path);
        this.map(|router| router.route(path, post(handler)))
    }

    /// The router, changed: layers and fallbacks, which are no doors.
    #[must_use]
    pub fn map(mut self, change: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        self.router = change(self.router);
        self
    }

    /// Both, together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.map(|router| router.merge(other.router))
    }

    /// The list.
    #[must_use]
    pub fn list(&self) -> &[Door] {
        &self.list
    }

    /// The routes.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    fn note(mut self, method: Method, path: &str) -> Self {
        self.list.push(Door {
            method: method.to_string(),
            path: path.to_owned(),
        });
        self
    }
}

impl Doors {
    /// The described operations of the JSON API.
    #[must_use]
    pub fn api(mut self, api: OpenApiRouter<Edge>) -> Self {
        let (routes, document) = api.split_for_parts();
        for (path, item) in document.paths.paths {
            let methods = methods(&item).map(|method| Door {
                method: method.to_string(),
                path: path.clone(),
            });
            self.list.extend(methods);
        }
        self.map(|router| router.merge(routes))
    }
}

fn methods(item: &PathItem) -> impl Iterator<Item = Method> {
    [
        (Method::GET, item.get.is_some()),
        (Method::POST, item.post.is_some()),
        (Method::PUT, item.put.is_some()),
        (Method::PATCH, item.patch.is_some()),
        (Method::DELETE, item.delete.is_some()),
    ]
    .into_iter()
    .filter_map(|(method, there)| there.then_some(method))
}
