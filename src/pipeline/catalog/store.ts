import type { Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import { type Database, rowNumber } from '../../platform/database/index.ts';
import { actOnNotice, type NoticeAct, type NoticeOutcome, readNotices } from './coverage-notices.ts';
import { type CoveredChange, type CoveredReplacement, readCovered, replaceCovered } from './covered.ts';
import type { CoverageNotice, CoveredPackage, Evaluated, Evaluation, Instance } from './model.ts';
import { nameInputs } from './name-inputs.ts';
import { digestOf, distinct, type InstanceRows, instanceOfRow, rowsOf } from './rows.ts';
import type { CatalogTables } from './tables.ts';

/** A package of an evaluation, all its systems together. */
export interface PackageSummary {
  readonly attr: string;
  readonly pname: string;
  /** Of its first system in alphabetical order; `versions` has all that occur. */
  readonly version: string;
  readonly versions: readonly string[];
  readonly systems: readonly string[];
  readonly description: string;
}

export type Failure = Omit<Extract<Evaluated, { readonly kind: 'failed' }>, 'kind'>;

export interface CatalogStore {
  /** Stores an evaluation and announces it as `catalog.evaluated`. The newest one again changes nothing. */
  readonly recordEvaluation: (given: {
    readonly channel: string;
    readonly commitId: string;
    readonly at: EpochMs;
    readonly origin: Evaluation['origin'];
    readonly results: Iterable<Evaluated> | AsyncIterable<Evaluated>;
    readonly actor?: string;
  }) => Promise<Evaluation>;
  readonly latestEvaluation: (channel: string) => Promise<Evaluation | null>;
  /** The newest evaluation of that very commit. */
  readonly evaluationOf: (channel: string, commitId: string) => Promise<Evaluation | null>;
  readonly evaluationById: (id: string) => Promise<Evaluation | null>;
  /** By attribute and system. */
  readonly instancesOf: (evaluationId: string) => Promise<readonly Instance[]>;
  /** By attribute. */
  readonly packagesOf: (evaluationId: string) => Promise<readonly PackageSummary[]>;
  /** The instances of one attribute, by system; empty when the evaluation has none. */
  readonly packageByAttr: (evaluationId: string, attr: string) => Promise<readonly Instance[]>;
  /** All that is named as one of these attributes is, and they themselves: `openssl_1_1` beside `openssl`. */
  readonly namesakesOf: (evaluationId: string, attrs: readonly string[]) => Promise<readonly Instance[]>;
  /** What another evaluation builds otherwise than this one, or not at all; each derivation once. */
  readonly builtAnew: (given: {
    readonly before: string;
    readonly after: string;
  }) => Promise<readonly Pick<Instance, 'attr' | 'pname' | 'version' | 'drvPath'>[]>;
  /** Since when the channel has had each version of these packages, by attribute and version. */
  readonly carriedSince: (
    channel: string,
    attrs: readonly string[],
  ) => Promise<ReadonlyMap<string, ReadonlyMap<string, EpochMs>>>;
  readonly failuresOf: (evaluationId: string) => Promise<readonly Failure[]>;
  readonly covered: () => Promise<readonly CoveredPackage[]>;
  /** Makes the covered set exactly this; a difference is announced as `catalog.covered-changed`. */
  readonly replaceCovered: (given: CoveredReplacement) => Promise<CoveredChange>;
  /** The announced or proposed ends of coverage that run. */
  readonly coverageNotices: () => Promise<readonly CoverageNotice[]>;
  readonly actOnCoverage: (act: NoticeAct) => Promise<NoticeOutcome>;
}

type Tables = CatalogTables & JournalTables;

export function createCatalogStore(db: Database<Tables>): CatalogStore {
  const members = (evaluationId: string) =>
    db.read
      .selectFrom('catalog_member as member')
      .innerJoin('catalog_instance as instance', 'instance.id', 'member.instance_id')
      .innerJoin('catalog_derivation as derivation', 'derivation.id', 'member.derivation_id')
      .where('member.evaluation_id', '=', rowNumber(evaluationId))
      .select(['attr', 'system', 'pname', 'version', 'body', 'drv_path', 'outputs'])
      .orderBy('attr')
      .orderBy('system');
  const evaluations = () => db.read.selectFrom('catalog_evaluation').selectAll().orderBy('id', 'desc').limit(1);

  return {
    recordEvaluation: async ({ channel, commitId, at, origin, results, actor = 'robot' }) => {
      const all: Evaluated[] = [];
      for await (const result of results) all.push(result);
      const kept = nameInputs(distinct(all));
      const rows = kept.flatMap((result) => (result.kind === 'instance' ? [rowsOf(result.instance)] : []));
      const failures = kept.flatMap((result) => (result.kind === 'failed' ? [result] : []));
      const digest = digestOf([
        origin,
        rows.map(({ instance, derivation }) => [instance.digest, derivation.digest]),
        failures,
      ]);
      return db.write(async (trx) => {
        const before = await trx
          .selectFrom('catalog_evaluation')
          .selectAll()
          .where('channel', '=', channel)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (before?.commit_id === commitId && before.digest === digest) return evaluationOfRow(before);
        const row = await trx
          .insertInto('catalog_evaluation')
          .values({
            channel,
            commit_id: commitId,
            at,
            origin,
            instances: rows.length,
            failures: failures.length,
            digest,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const evaluation = evaluationOfRow(row);
        await insertMembers(trx, row.id, rows);
        for (const part of inParts(failures))
          await trx
            .insertInto('catalog_failure')
            .values(
              part.map(({ attr, system, how, message }) => ({ evaluation_id: row.id, attr, system, how, message })),
            )
            .execute();
        await appendEvent(trx, {
          at,
          kind: 'catalog.evaluated',
          subject: channel,
          actor,
          payload: {
            evaluationId: evaluation.id,
            channel,
            commitId,
            origin,
            instances: rows.length,
            failures: failures.length,
          },
        });
        return evaluation;
      });
    },
    latestEvaluation: async (channel) =>
      toEvaluation(await evaluations().where('channel', '=', channel).executeTakeFirst()),
    evaluationOf: async (channel, commitId) =>
      toEvaluation(
        await evaluations().where('channel', '=', channel).where('commit_id', '=', commitId).executeTakeFirst(),
      ),
    evaluationById: async (id) => toEvaluation(await evaluations().where('id', '=', rowNumber(id)).executeTakeFirst()),
    instancesOf: async (evaluationId) => (await members(evaluationId).execute()).map(instanceOfRow),
    packagesOf: async (evaluationId) => summariesOf((await members(evaluationId).execute()).map(instanceOfRow)),
    packageByAttr: async (evaluationId, attr) =>
      (await members(evaluationId).where('attr', '=', attr).execute()).map(instanceOfRow),
    namesakesOf: async (evaluationId, attrs) => {
      const pnames = new Set<string>();
      for (const part of inParts(attrs))
        for (const { pname } of await members(evaluationId).where('attr', 'in', part).execute()) pnames.add(pname);
      const found: Instance[] = [];
      for (const part of inParts([...pnames]))
        found.push(...(await members(evaluationId).where('pname', 'in', part).execute()).map(instanceOfRow));
      return found;
    },
    builtAnew: async ({ before, after }) => {
      const rows = await db.read
        .selectFrom('catalog_member as member')
        .innerJoin('catalog_instance as instance', 'instance.id', 'member.instance_id')
        .innerJoin('catalog_derivation as derivation', 'derivation.id', 'member.derivation_id')
        .select(['instance.attr', 'instance.pname', 'instance.version', 'derivation.drv_path'])
        .distinct()
        .where('member.evaluation_id', '=', rowNumber(after))
        .where('member.derivation_id', 'not in', (of) =>
          of.selectFrom('catalog_member').select('derivation_id').where('evaluation_id', '=', rowNumber(before)),
        )
        .execute();
      return rows.map(({ attr, pname, version, drv_path: drvPath }) => ({ attr, pname, version, drvPath }));
    },
    carriedSince: async (channel, attrs) => {
      const since = new Map<string, Map<string, EpochMs>>();
      for (const part of inParts(attrs)) {
        const rows = await db.read
          .selectFrom('catalog_instance as instance')
          .innerJoin('catalog_member as member', 'member.instance_id', 'instance.id')
          .innerJoin('catalog_evaluation as evaluation', 'evaluation.id', 'member.evaluation_id')
          .where('instance.attr', 'in', part)
          .where('evaluation.channel', '=', channel)
          .groupBy(['instance.attr', 'instance.version'])
          .select((row) => ['instance.attr', 'instance.version', row.fn.min('evaluation.at').as('first')])
          .execute();
        for (const { attr, version, first } of rows) {
          const versions = since.get(attr) ?? new Map<string, EpochMs>();
          since.set(attr, versions.set(version, Number(first)));
        }
      }
      return since;
    },
    failuresOf: async (evaluationId) => {
      const rows = await db.read
        .selectFrom('catalog_failure')
        .selectAll()
        .where('evaluation_id', '=', rowNumber(evaluationId))
        .orderBy('attr')
        .orderBy('system')
        .execute();
      return rows.map(({ attr, system, how, message }) => ({ attr, system, how: how as Failure['how'], message }));
    },
    covered: () => readCovered(db.read),
    replaceCovered: (given) => db.write((trx) => replaceCovered(trx, given)),
    coverageNotices: () => readNotices(db.read),
    actOnCoverage: (act) => db.write((trx) => actOnNotice(trx, act)),
  };
}

async function insertMembers(trx: Transaction<Tables>, evaluationId: number, all: readonly InstanceRows[]) {
  for (const part of inParts(all)) {
    const instances = distinctRows(part.map((rows) => rows.instance));
    const derivations = distinctRows(part.map((rows) => rows.derivation));
    await trx
      .insertInto('catalog_instance')
      .values(instances)
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
    await trx
      .insertInto('catalog_derivation')
      .values(derivations)
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
    const digests = <Row extends { readonly digest: string }>(rows: readonly Row[]) => rows.map((row) => row.digest);
    const instanceIds = idsOf(
      await trx
        .selectFrom('catalog_instance')
        .select(['id', 'digest'])
        .where('digest', 'in', digests(instances))
        .execute(),
    );
    const derivationIds = idsOf(
      await trx
        .selectFrom('catalog_derivation')
        .select(['id', 'digest'])
        .where('digest', 'in', digests(derivations))
        .execute(),
    );
    await trx
      .insertInto('catalog_member')
      .values(
        part.map(({ instance, derivation }) => ({
          evaluation_id: evaluationId,
          instance_id: instanceIds.get(instance.digest) ?? 0,
          derivation_id: derivationIds.get(derivation.digest) ?? 0,
        })),
      )
      .execute();
  }
}

function idsOf(rows: readonly { readonly id: number; readonly digest: string }[]): ReadonlyMap<string, number> {
  return new Map(rows.map((row) => [row.digest, row.id]));
}

function distinctRows<Row extends { readonly digest: string }>(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [row.digest, row])).values()];
}

function summariesOf(instances: readonly Instance[]): readonly PackageSummary[] {
  return [...Map.groupBy(instances, (instance) => instance.attr)].flatMap(([attr, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    return {
      attr,
      pname: first.pname,
      version: first.version,
      versions: [...new Set(own.map((instance) => instance.version))],
      systems: own.map((instance) => instance.system),
      description: first.description,
    };
  });
}

type EvaluationRow = Selectable<CatalogTables['catalog_evaluation']>;

function toEvaluation(row: EvaluationRow | undefined): Evaluation | null {
  return row === undefined ? null : evaluationOfRow(row);
}

function evaluationOfRow(row: EvaluationRow): Evaluation {
  return {
    id: String(row.id),
    channel: row.channel,
    commitId: row.commit_id,
    at: row.at,
    origin: row.origin === 'nix' ? 'nix' : 'inventory',
    instances: row.instances,
    failures: row.failures,
  };
}
