//! The transactions of made-up data at any scale, and of the demo's history: all of them, and nothing else, pass by the
//! audit here.

use std::sync::Arc;

use stagedoor_core::audit::Entry;
use stagedoor_core::id::{AccountId, MemberId, TenantId};
use stagedoor_core::time::Timestamp;
use stagedoor_store::bulk::{self, indexes};
use stagedoor_store::membership::Membership;
use stagedoor_store::pending::NewTenantSession;
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::{Unaudited, WriteTx};

use crate::error::ServiceError;
use crate::state::Service;

/// What one transaction writes.
pub(in crate::seed) enum Rows {
    /// Made when.
    Tenant(Tenant, Timestamp),
    /// Who joined when.
    People(TenantId, Vec<(AccountId, Membership)>, Timestamp),
    Words(TenantId, Vec<(String, MemberId)>),
    Sessions(Vec<NewTenantSession>),
    Entries(Vec<(Timestamp, Entry)>),
    /// Takes away the indexes that are quicker made at the end.
    WithoutIndexes,
    /// Makes one of them again.
    Index(usize),
}

impl Rows {
    async fn insert(&self, tx: &mut WriteTx) -> Result<(), stagedoor_store::Error> {
        match self {
            Self::Tenant(tenant, made) => tenant::insert(tx, tenant, *made).await,
            Self::People(tenant, people, joined) => bulk::insert_people(tx, *tenant, people, *joined).await,
            Self::Words(tenant, words) => bulk::insert_tokens(tx, *tenant, words).await,
            Self::Sessions(sessions) => bulk::insert_sessions(tx, sessions).await,
            Self::Entries(entries) => bulk::insert_entries(tx, entries).await,
            Self::WithoutIndexes => indexes::drop_indexes(tx).await,
            Self::Index(which) => indexes::make_index(tx, *which).await,
        }
    }
}

pub(in crate::seed) async fn write(service: &Service, rows: Rows) -> Result<(), ServiceError> {
    let rows = Arc::new(rows);
    service
        .db()
        .write(move |mut tx| {
            let rows = Arc::clone(&rows);
            Box::pin(async move {
                rows.insert(&mut tx).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        })
        .await
}
