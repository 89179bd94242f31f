import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';

const program = path.join(import.meta.dirname, '..', 'main.ts');
const unanswered = ['list', '--server', 'http://127.0.0.1:1'];

test.each([
  ['stdout', ['--help'], 0, /^$/],
  ['stderr', unanswered, 0, /^$/],
  // It has nothing to say on stdout, so nothing is lost there.
  ['stdout', unanswered, 3, /could not answer/],
] as const)('nobody reads %s: %j ends with %i', async (gone, argv, ends, says) => {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  child[gone].destroy();
  let said = '';
  child[gone === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [status] = await once(child, 'close');
  expect([status, said]).toEqual([ends, expect.stringMatching(says)]);
});
