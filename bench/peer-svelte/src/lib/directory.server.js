// The same file, the same query, the same 50 rows as the Users page. No session is looked up and no entry is written here: what
// is compared is reading and drawing alone.
import Database from 'better-sqlite3';

let statements;

// At the first request: the build loads this module, too, and has no database.
function prepared() {
  if (!statements) {
    const db = new Database(process.env.BENCH_DATABASE, { readonly: true, fileMustExist: true });
    statements = {
      tenant: db.prepare('SELECT id, slug, name FROM tenant WHERE slug = ?'),
      page: db.prepare(
        'SELECT id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk ' +
          'FROM membership WHERE tenant_id = ? ORDER BY last_seen_at DESC, id DESC LIMIT 51',
      ),
      matching: db.prepare(
        'SELECT count(*) AS total FROM (SELECT 1 AS one FROM membership WHERE tenant_id = ? LIMIT 10001) AS matching',
      ),
    };
  }
  return statements;
}

export function people(slug) {
  const { tenant, page, matching } = prepared();
  const found = tenant.get(slug);
  if (!found) return undefined;
  const rows = page.all(found.id).slice(0, 50);
  const total = matching.get(found.id).total;
  return { tenant: found, rows, total: total > 10000 ? '10,000+' : String(total) };
}
