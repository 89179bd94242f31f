import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { boundHeap } from './bound-heap.ts';

// What it does to the memory of a full match, `npm run bench -- matching` shows.
test('V8 still knows the setting, and takes it while it runs', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
  expect(stdout).toContain('--heap-growing-percent ');
  const script = `import { boundHeap } from ${JSON.stringify(new URL('./bound-heap.ts', import.meta.url).href)}; boundHeap();`;
  const told = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(told).toEqual({ stdout: '', stderr: '' });
  expect(boundHeap).not.toThrow();
});
