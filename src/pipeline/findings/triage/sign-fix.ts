import { type ActOn, note, type Performed } from './act-on.ts';
import { moveStage } from './move-stage.ts';

/** The author of a fix is the first to sign its tree. */
export async function proposeFix(on: ActOn, tree: string, link: string | null): Promise<Performed> {
  const { trx, row, by, at } = on;
  const moved = await moveStage(trx, row, {
    event: 'finding.fix-proposed',
    actor: by.name,
    at,
    payload: { tree, link },
    set: { fix_tree: tree },
  });
  if (moved === null) return 'wrong_stage';
  await sign(on, tree);
  return { awaits: tree };
}

/** Two people on the same tree: its author and a reviewer, or two reviewers. */
export async function approveFix(on: ActOn, tree: string): Promise<Performed> {
  const { trx, row, by, at } = on;
  if (row.stage !== 'in_review') return 'wrong_stage';
  if (row.fix_tree !== tree) return 'other_tree';
  const signed = await trx
    .selectFrom('finding_signature')
    .select('person')
    .where('finding_id', '=', row.id)
    .where('content', '=', tree)
    .execute();
  const people = new Set(signed.map(({ person }) => person));
  if (people.has(by.name)) return 'same_person';
  await sign(on, tree);
  const signers = [...people, by.name];
  if (signers.length < 2) {
    await note(on, 'finding.fix-signed', { tree });
    return { awaits: tree };
  }
  await moveStage(trx, row, { event: 'finding.fix-approved', actor: by.name, at, payload: { tree, signers } });
  return null;
}

/** Back to work: every approval is void. */
export async function sendBack(on: ActOn, event: string, reason: string): Promise<Performed> {
  const { trx, row, by, at } = on;
  const set = { fix_tree: null };
  const moved = await moveStage(trx, row, { event, actor: by.name, at, payload: { reason, tree: row.fix_tree }, set });
  if (moved === null) return 'wrong_stage';
  await trx.deleteFrom('finding_signature').where('finding_id', '=', row.id).execute();
  return null;
}

async function sign({ trx, row, by, at }: ActOn, tree: string): Promise<void> {
  await trx
    .insertInto('finding_signature')
    .values({ finding_id: row.id, content: tree, person: by.name, at })
    .onConflict((conflict) => conflict.columns(['finding_id', 'content', 'person']).doUpdateSet({ at }))
    .execute();
}
