//! By what name people know the way a request came in. The core says which way it is; nothing is decided here.

use std::net::IpAddr;

use stagedoor_core::guard::{ProxyFact, WayIn, way_in};
use stagedoor_core::request::Policy;

use crate::op::StaffOp;
use crate::state::Service;

/// The rule that lets a request in, with its range; or the proxy in front by its name, which has none.
pub(crate) fn let_in_by(
    service: &Service,
    policy: &Policy,
    (address, proxy): (Option<IpAddr>, ProxyFact),
) -> Option<(String, Option<String>)> {
    way_in(policy, address, proxy).map(|way| match way {
        WayIn::Rule(rule) => (rule.name.clone(), Some(rule.range.to_string())),
        WayIn::Proxy => (front(service), None),
    })
}

fn front(service: &Service) -> String {
    let proxy = service.settings().proxy.as_ref();
    proxy.map_or_else(|| "the proxy in front".to_owned(), |proxy| proxy.name.clone())
}

impl StaffOp {
    /// What would let this very request in under a policy.
    pub(crate) fn let_in_by(&self, policy: &Policy) -> Option<(String, Option<String>)> {
        let from = (self.visitor().address, self.visitor().assertion.fact());
        let_in_by(self.service(), policy, from)
    }
}
