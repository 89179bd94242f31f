import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { testApp } from '../testing.ts';

test('alive, and ready only when every check is', async () => {
  expect(await (await testApp().request('/healthz')).json()).toEqual({ status: 'alive', version: '0.1.0' });
  expect((await testApp().request('/readyz')).status).toBe(200);
  const starting = testApp({
    health: { version: '1', ready: async () => [{ name: 'migrations', ready: false, message: 'two to go' }] },
  });
  const response = await starting.request('/readyz');
  expect([response.status, JSON.parse(await response.text()).checks]).toEqual([
    503,
    [{ name: 'migrations', ready: false, message: 'two to go' }],
  ]);
  expect((await starting.request('/healthz')).status).toBe(200);
});

test('answers are counted by route pattern, never by address', async () => {
  const app = testApp({ metrics: new Registry() });
  for (const path of ['/packages/openssh', '/packages/nothing', '/f/acme/secure/0', '/some/made/up/path'])
    await app.request(path);
  await app.request('/packages', { method: 'BREW' });
  const text = await (await app.request('/metrics')).text();
  expect(text).toContain('snowguard_http_requests_total{method="GET",route="/packages/:attr",status="200"} 1');
  expect(text).toContain('snowguard_http_requests_total{method="GET",route="/packages/:attr",status="404"} 1');
  expect(text).toContain('route="/f/*",status="307"');
  expect(text).not.toMatch(/openssh|made|BREW/);
});
