//! A row of the table: a door, who may pass, and how to knock.

use http::Method;
use stagedoor_core::action::Action;
use stagedoor_core::audit::Event;
use stagedoor_server::router::Behind;

/// What a caller needs to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing.
    Anybody,
    /// Any staff session; what is done concerns the caller alone.
    OwnSession,
    /// A visit that is the caller's own.
    OwnVisit,
    /// A permission of staff.
    Staff(Action),
    /// A permission inside a tenant.
    Inside(Action),
}

/// How refusals come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As a page.
    Page,
    /// As JSON.
    Api,
    /// A form's: by the way back, and in words there.
    Form,
}

/// What is sent along. `<name>` stands for an id.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    Nothing,
    Json(&'static str),
    Form(&'static str),
}

/// Whose the thing in the example is, where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Own,
    Anothers,
}

/// One door.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) behind: Behind,
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) needs: Needs,
    pub(super) at: &'static str,
    pub(super) body: Body,
    pub(super) gives: &'static [u16],
    pub(super) whose: Whose,
    /// Whether a permitted call ends the caller's own session or visit.
    pub(super) spends: bool,
    /// The event of a refusal, where it is not the action's own.
    pub(super) event: Option<Event>,
    /// Whether whoever may not do it is told that there is nothing.
    pub(super) hides: bool,
    /// Whether the example asks for what is not there, so that a permitted call leaves an entry of its failure.
    pub(super) lacks: bool,
    /// Whether it only asks, though its question is sent in a body.
    pub(super) asks: bool,
}

impl Row {
    const fn new(behind: Behind, method: Method, path: &'static str) -> Self {
        Self {
            behind,
            method,
            path,
            needs: Needs::Anybody,
            at: path,
            body: Body::Nothing,
            gives: &[200],
            whose: Whose::Anothers,
            spends: false,
            event: None,
            hides: false,
            lacks: false,
            asks: false,
        }
    }

    pub(super) const fn get(behind: Behind, path: &'static str) -> Self {
        Self::new(behind, Method::GET, path)
    }

    pub(super) const fn patch(behind: Behind, path: &'static str) -> Self {
        Self::new(behind, Method::PATCH, path)
    }

    pub(super) const fn delete(behind: Behind, path: &'static str) -> Self {
        Self::new(behind, Method::DELETE, path)
    }

    pub(super) const fn post(behind: Behind, path: &'static str) -> Self {
        Self::new(behind, Method::POST, path)
    }

    pub(super) const fn put(behind: Behind, path: &'static str) -> Self {
        Self::new(behind, Method::PUT, path)
    }

    /// Asks for a permission; whose follows from the action.
    pub(super) fn needs(self, action: Action) -> Self {
        use stagedoor_core::action::Audience;
        let needs = match action.declaration().audience {
            Audience::Staff => Needs::Staff(action),
            Audience::Tenant => Needs::Inside(action),
        };
        Self { needs, ..self }
    }

    pub(super) fn own_session(self) -> Self {
        Self {
            needs: Needs::OwnSession,
            ..self
        }
    }

    pub(super) fn own_visit(self) -> Self {
        Self {
            needs: Needs::OwnVisit,
            ..self
        }
    }

    pub(super) fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    pub(super) fn json(self, body: &'static str) -> Self {
        Self {
            body: Body::Json(body),
            ..self
        }
    }

    pub(super) fn form(self, body: &'static str) -> Self {
        Self {
            body: Body::Form(body),
            ..self
        }
    }

    pub(super) fn gives(self, gives: &'static [u16]) -> Self {
        Self { gives, ..self }
    }

    pub(super) fn own(self) -> Self {
        Self {
            whose: Whose::Own,
            ..self
        }
    }

    pub(super) fn spends(self) -> Self {
        Self { spends: true, ..self }
    }

    /// Says of a refusal more than that the action was tried.
    pub(super) fn told_as(self, event: Event) -> Self {
        Self {
            event: Some(event),
            ..self
        }
    }

    /// Whoever may not see the thing is told that there is none.
    pub(super) fn hides(self) -> Self {
        Self { hides: true, ..self }
    }

    /// The example asks for what is not there: whoever may ask is told so, and that they did is written down.
    pub(super) fn lacks(self) -> Self {
        Self { lacks: true, ..self }
    }

    /// It changes nothing: its question is only too large for an address.
    pub(super) fn asks(self) -> Self {
        Self { asks: true, ..self }
    }

    /// Whether it is sent from a page of ours, or not at all.
    pub(super) fn is_sent(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether it changes anything: our routes change by POST and its kin alone.
    pub(super) fn mutates(&self) -> bool {
        self.is_sent() && !self.asks
    }

    pub(super) fn kind(&self) -> Kind {
        match (self.path.starts_with("/api/fn/"), self.body) {
            (true, _) => Kind::Form,
            _ if self.path.starts_with("/api/") => Kind::Api,
            (_, Body::Json(_)) => Kind::Api,
            _ => Kind::Page,
        }
    }

    pub(super) fn accept(&self) -> &'static str {
        match self.kind() {
            Kind::Api => "application/json",
            Kind::Page | Kind::Form => "text/html",
        }
    }

    pub(super) fn on_staff_host(&self) -> bool {
        matches!(
            self.behind,
            Behind::StaffEntrance | Behind::StaffMachines | Behind::StaffRooms
        )
    }

    pub(super) fn on_tenant_host(&self) -> bool {
        matches!(self.behind, Behind::TenantEntrance | Behind::TenantRooms)
    }

    /// Whether the example names a thing.
    pub(super) fn names(&self, id: &str) -> bool {
        let body = match self.body {
            Body::Nothing => "",
            Body::Json(text) | Body::Form(text) => text,
        };
        self.at.contains(id) || body.contains(id)
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.behind)
    }
}
