import { expect, test } from 'vitest';
import { evidenceRoutes, type VexSubject } from './routes.ts';

const asked: VexSubject[] = [];
const app = evidenceRoutes({
  registry: { current: () => Promise.reject(new Error('not asked')) },
  evidence: {
    attestation: async () => null,
    publicKey: async () => '',
    published: async () => null,
    vex: async (subject) => {
      asked.push(subject);
      return subject.name === 'silent' ? null : JSON.stringify(subject);
    },
  },
});

test.each([
  ['/vex/channel/rolling.json', { kind: 'channel', name: 'rolling' }],
  ['/vex/channel/26.11.json', { kind: 'channel', name: '26.11' }],
  ['/vex/package/python3Packages.pillow.json', { kind: 'package', name: 'python3Packages.pillow' }],
  ['/vex/package/a%2Fb.json', { kind: 'package', name: 'a/b' }],
])('%s', async (address, subject) => {
  const answer = await app.request(address);
  expect([answer.status, await answer.json()]).toEqual([200, subject]);
  const etag = answer.headers.get('ETag') ?? '';
  expect((await app.request(address, { headers: { 'If-None-Match': etag } })).status).toBe(304);
});

test.each([
  '/vex/channel/silent.json',
  '/vex/channel/rolling',
  '/vex/channel/.json',
  '/vex/channel/a/b.json',
  '/vex/flake/x.json',
  '/vex/package/%00.json',
  '/vex/package/%zz.json',
  `/vex/package/${'x'.repeat(501)}.json`,
])('nothing at %s', async (address) => {
  asked.length = 0;
  const answer = await app.request(address);
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('/vex/channel/NAME.json')]);
  expect(asked.filter(({ name }) => name !== 'silent')).toEqual([]);
});
