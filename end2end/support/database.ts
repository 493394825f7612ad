// What a test changes behind the program's back, because no page can: how long ago something was.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Program } from "./program";

const AGE = `
import sqlite3, sys
path, person, seconds = sys.argv[1:]
with sqlite3.connect(path, timeout=10) as db:
    changed = db.execute(
        "UPDATE staff_session SET factor_at = factor_at - ? WHERE ended_at IS NULL"
        " AND staff_id = (SELECT id FROM staff WHERE email LIKE ? || '@%')", (int(seconds) * 1000000, person))
    assert changed.rowcount > 0, "nobody is signed in"
`;

/** A person's sessions were proved this much earlier than they were. */
export function ageProof(program: Program, person: string, seconds: number): void {
  execFileSync("python3", ["-c", AGE, join(program.data, "stagedoor.db"), person, String(seconds)]);
}
