import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindTarget, createAlerts } from '../../src/pipeline/alerts/index.ts';
import { receiver, subscriptionOf, wires } from '../../src/pipeline/alerts/testing.ts';
import { releaseWebhook } from '../../src/pipeline/releases/index.ts';
import { push, type RegistryWorld, registryWorld } from '../support/registry-world.ts';

const secret = 'a secret of both';
const signal = new AbortController().signal;

let world: RegistryWorld;
beforeAll(async () => {
  world = await registryWorld();
});
afterAll(() => world.close());

/** Everything that is posted to a receiver which refuses what is not signed. */
async function hooked(given: {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly subscription?: Parameters<typeof subscriptionOf>[0];
}) {
  const isSigned = (body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const server = await receiver(({ headers, body }) => ({
    status: headers['x-flakehub-signature-256'] === isSigned(body) ? 200 : 401,
  }));
  const target = bindTarget({
    name: 'hook',
    channel: 'flakehub',
    settings: { url: server.url, ...given.settings },
    secret: async () => secret,
  });
  const alerts = createAlerts({
    db: world.db,
    clock: { now: world.now },
    random: (size) => new Uint8Array(randomBytes(size)),
    targets: [target],
    publicUrl: world.origin,
    from: 'acme/secure',
    wires: {
      ...wires,
      releaseFacts: async (uuid) => {
        const found = (await world.current()).release(uuid);
        return found && releaseWebhook({ publicUrl: world.origin, ...found });
      },
    },
  });
  const subscription = subscriptionOf({ subscriber: server.url, kinds: ['release.published'], ...given.subscription });
  const { id } = await alerts.subscribe({ subscription, by: 'ada', at: world.now() });
  return {
    alerts,
    posted: async () => {
      await alerts.plan(async () => ({ now: world.now(), acts: [], exposed: [], notHeld: [], findings: new Map() }));
      await alerts.sendDue('hook', signal);
      const { items } = await alerts.deliveries({ state: null, target: 'hook', after: null, limit: 100 });
      expect(items.filter(({ state }) => state !== 'sent')).toEqual([]);
      await alerts.stop({ id, by: 'ada', at: world.now() });
      server.close();
      return server.received.map(({ body }) => (JSON.parse(body) as { readonly release: object }).release);
    },
  };
}

describe('a receiver that was written for FlakeHub', () => {
  test('gets each release signed, with addresses that lead to it', async () => {
    const { posted } = await hooked({});
    await push(world, { name: 'acme/posted', version: '2.0.0-rc.1' });
    const placed = (await world.current()).flake('acme', 'posted')?.releases[0];
    const [release, ...more] = await posted();
    expect(more).toEqual([]);
    expect(release).toEqual({
      owner: 'acme',
      name: 'posted',
      version: '2.0.0-rc.1',
      revision: 'a'.repeat(40),
      release_uuid: placed?.release.uuid,
      visibility: 'public',
      mirrored: false,
      description: 'A tool',
      published_at: '2026-05-20T00:00:00Z',
      project_html_url: `${world.origin}/flake/acme/posted`,
      release_html_url: `${world.origin}/flake/acme/posted/2.0.0-rc.1`,
      flake_nix_url: `${world.origin}/f/acme/posted/%3D2.0.0-rc.1.tar.gz`,
    });
    const page = await world.ask('/flake/acme/posted', { headers: { Accept: 'text/html' } });
    const source = await world.ask('/f/acme/posted/%3D2.0.0-rc.1.tar.gz');
    expect([page.status, source.status]).toEqual([200, 307]);
  });

  test('gets each of many at once', async () => {
    const { posted } = await hooked({ subscription: { flakes: ['Acme/Many'] } });
    for (let patch = 0; patch < 7; patch++) await push(world, { name: 'acme/many', version: `1.0.${patch}` });
    await push(world, { name: 'acme/few', version: '1.0.0' });
    expect((await posted()).map((release) => (release as { readonly version: string }).version).sort()).toEqual(
      Array.from({ length: 7 }, (_, patch) => `1.0.${patch}`),
    );
  });

  test('gets what is in its range', async () => {
    const { posted } = await hooked({ settings: { range: '2' } });
    await push(world, { name: 'acme/ranged', version: '1.9.0' });
    await push(world, { name: 'acme/ranged', version: '2.1.0' });
    expect(await posted()).toMatchObject([{ version: '2.1.0' }]);
  });

  test('hears of a private flake only when its subscription names it', async () => {
    const body = { visibility: 'private' };
    const all = await hooked({});
    await push(world, { name: 'acme/hidden', version: '1.0.0', body });
    expect(await all.posted()).toEqual([]);
    const named = await hooked({ subscription: { flakes: ['acme/hidden'] } });
    await push(world, { name: 'acme/hidden', version: '1.0.1', body });
    expect(await named.posted()).toMatchObject([{ name: 'hidden', version: '1.0.1', visibility: 'private' }]);
  });

  test('can be tried before there is a release, and cannot be told of anything else', async () => {
    const { alerts, posted } = await hooked({});
    const { outcome } = await alerts.test({ target: 'hook', by: 'ada', address: null, signal });
    expect(outcome.kind).toBe('sent');
    const subscription = subscriptionOf({ kinds: ['release.published', 'release.yanked'] });
    expect(() => alerts.subscribe({ subscription, by: 'ada', at: world.now() })).toThrow(/release\.published/);
    expect(await posted()).toMatchObject([{ owner: 'acme', version: '0.0.0-test' }]);
  });
});
