//! The files in `deploy` and `docs/deploy`.
