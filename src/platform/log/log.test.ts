import { describe, expect, test } from 'vitest';
import { createLog } from './pino.ts';
import { plainLines } from './plain-text.ts';
import { createTerminalProgress, progressLine } from './progress.ts';

function sink() {
  const lines: string[] = [];
  return { lines, write: (text: string) => lines.push(text) };
}

async function logged(pretty: boolean, work: (log: ReturnType<typeof createLog>) => void): Promise<string> {
  const { Writable } = await import('node:stream');
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  work(createLog({ level: 'info', pretty, stream }));
  await new Promise((resolve) => stream.end(resolve));
  return text;
}

describe('createLog', () => {
  test('JSON lines with level, time and message', async () => {
    const text = await logged(false, (log) => log.warn('feed shrank', { feed: 'osv', token: 'hush' }));
    expect(JSON.parse(text)).toMatchObject({ level: 'warn', message: 'feed shrank', feed: 'osv', token: '[hidden]' });
  });

  test('readable lines, without escape sequences from outside', async () => {
    const text = await logged(true, (log) => log.error('bad\u001b[31m\nline', { feed: 'osv', why: 'two words' }));
    expect(text).toMatch(/^\d\d:\d\d:\d\d error: bad \[31m line feed=osv why="two words"\n$/);
  });

  test('levels below the chosen one are silent', async () => {
    expect(await logged(false, (log) => log.info('x'))).not.toBe('');
    const text = sink();
    createLog({ level: 'silent', pretty: false, stream: text as never }).error('x');
    expect(text.lines).toEqual([]);
  });
});

describe('createTerminalProgress', () => {
  test('draws one line over and over on a terminal', () => {
    const stream = { ...sink(), isTTY: true, columns: 60 };
    let now = 0;
    const progress = createTerminalProgress(stream, { now: () => now });
    progress.step('Evaluating');
    progress.advance(1, 4, 'packages');
    progress.advance(2, 4, 'packages');
    now = 1000;
    progress.advance(3, 4, 'packages');
    progress.advance(4, 4, 'packages');
    progress.step('Done');
    expect(stream.lines).toEqual([
      'Evaluating\n',
      '  25 % [=====               ] 1 of 4 packages',
      '\r\u001b[2K',
      '  75 % [===============     ] 3 of 4 packages',
      '\r\u001b[2K',
      'Done\n',
    ]);
  });

  test('writes whole lines elsewhere, seldom', () => {
    const stream = sink();
    let now = 0;
    const progress = createTerminalProgress(stream, { now: () => now });
    progress.step('Fetching');
    for (; now < 25_000; now += 500) progress.advance(now, 100_000, 'objects');
    expect(stream.lines).toHaveLength(3);
    expect(stream.lines.join('')).not.toContain('\r');
  });

  test('an unknown total counts only', () => {
    expect(progressLine(7, null, 'records', 80)).toBe('  7 records');
  });
});

test('lines from outside stay lines, and nothing else', () => {
  expect(plainLines('a\tb\nc\u001b[31m\r\u009bd\u202ee')).toBe('a\tb\nc [31m  d e');
});
