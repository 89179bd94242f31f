import { Client } from 'pg';
import { expect, test } from 'vitest';
import { openPostgres } from './postgres.ts';
import { databasesForTests } from './testing.ts';

const engine = (await databasesForTests()).find(({ name }) => name === 'postgres');

test('a server that is not there is said with what to do', async () => {
  await expect(openPostgres({ url: 'postgres://nobody@127.0.0.1:1/nothing' })).rejects.toMatchObject({
    code: 'database.unreachable',
    retryable: true,
    hint: expect.stringContaining('address'),
  });
});

test.skipIf(engine === undefined)('text is ordered by its bytes in a database of another locale too', async () => {
  const url = new URL((await engine?.place()) ?? '');
  const name = `${url.pathname.slice(1)}_german`;
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(
    `create database ${name} template template0 locale_provider icu icu_locale 'de-DE' locale 'C' encoding 'UTF8'`,
  );
  url.pathname = `/${name}`;
  const db = await openPostgres<{ readonly word: { readonly text: string } }>({ url: url.href });
  await db.write(async (trx) => {
    await trx.schema.createTable('word').addColumn('text', 'text').execute();
    await trx
      .insertInto('word')
      .values(['b', 'B', 'a', 'Z', 'ä'].map((text) => ({ text })))
      .execute();
  });
  const words = await db.read.selectFrom('word').select('text').orderBy('text').execute();
  expect(words.map(({ text }) => text)).toEqual(['B', 'Z', 'a', 'b', 'ä']);
  await db.close();
  await admin.query(`drop database ${name}`);
  await admin.end();
});
