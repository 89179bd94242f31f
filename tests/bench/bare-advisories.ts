import { DatabaseSync } from 'node:sqlite';

/** What knowing an advisory costs at least: the rows of its records, by statements that stay prepared, and their JSON. */
export function openBareAdvisories(file: string) {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec('pragma cache_size = -32000; pragma mmap_size = 268435456;');
  const records = db.prepare(
    `select record.source, record.record_id, record.state, body from advisory_member join feed_record record on record_key = id
    join feed_body on feed_body.record_id = id where advisory_id = ?`,
  );
  return {
    /** How many records it has. */
    read: (advisoryId: string): number =>
      records.all(advisoryId).filter(({ body }) => Array.isArray(JSON.parse(String(body)))).length,
    matchesOf: db.prepare('select body from matching_match where advisory_id = ?'),
    close: () => db.close(),
  };
}
