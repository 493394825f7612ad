//! Every door, tried.
//!
//! [`table`] has one row for each door of the program: each route of either host, each page, each server function, the
//! files, health, and the demo's provider. A door without a row fails [`complete`], and so does a row without a door.
//! To add a door, add its row:
//!
//! - `Row::get(StaffRooms, "/users")`, the method and the path as the router (or `PAGES`, or the server function) has it;
//! - `.needs(Action::…)`, `.own_session()`, `.own_visit()`; without one of them the door is open to anybody;
//! - `.at("/users?tenant=<tenant>")`, an example call, and `.json("…")` or `.form("…")`, a body that is right; `<tenant>`,
//!   `<member>`, `<visit>` and the others of [`ground::Ids`] stand for ids that exist;
//! - `.gives(200)`, what a permitted caller gets; 200 unless said.
//!
//! Who is refused is not typed in again: it follows from the action's row in `core::action`. The other files try the rows:
//! [`nobody`] without, with a foreign and with a forged cookie; [`roles`] as each role; [`elsewhere`] from another site and
//! on another host; [`hidden`] with ids that are foreign, hidden or unknown; [`narrowed`] in a session that only reads; [`over`] with sessions and visits that are
//! over; [`offered`] by what the console's pages draw; [`methods`] with other methods. A refusal changes no table but the audit's.

mod complete;
mod elsewhere;
mod ground;
mod hidden;
mod methods;
mod narrowed;
mod nobody;
mod offered;
mod over;
mod roles;
mod row;
mod table;
