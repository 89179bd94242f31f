import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { parseFlakeVersion } from '../../../../formats/nix/flake-version.ts';
import { parseRequirement, satisfies } from '../../../../formats/nix/requirement.ts';
import { toIso } from '../../../../foundation/clock.ts';
import type { ReleaseWebhook } from '../../../releases/index.ts';
import { outcomeOf } from '../answer.ts';
import { channelOf, type Envelope, type SendOutcome, type Wires } from '../channel.ts';

const settings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Only releases that satisfy it. */
  range: z
    .string()
    .refine((text) => parseRequirement(text).kind !== 'malformed', 'a version range such as 0.1.*')
    .optional(),
});

/**
 * Each release as a request of its own, for receivers that were written for the webhooks of FlakeHub:
 * https://docs.determinate.systems/flakehub/concepts/webhooks. Without a secret they are not signed.
 */
export const flakehub = channelOf({
  id: 'flakehub',
  title: 'Webhook as FlakeHub sends it',
  settings,
  needsAddress: false,
  tells: ['release.published'],
  together: 4,
  paceMs: 0,
  send: async ({ settings: { url, range }, secret, envelope, wires, signal }) => {
    let outcome: SendOutcome = { kind: 'sent', detail: 'no release in it that this target is told of' };
    // After a failure all of them are sent again: a receiver knows them by their UUID.
    for (const facts of await factsOf(envelope, wires, range)) {
      const body = JSON.stringify(facts);
      outcome = outcomeOf(
        await wires.poster.post({
          url,
          headers: { 'content-type': 'application/json', ...signatureHeader(body, secret) },
          body,
          signal,
        }),
      );
      if (outcome.kind === 'refused') break;
    }
    return outcome;
  },
});

/** `sha256=` and 64 hexadecimal digits, as GitHub signs its webhooks. */
function signatureHeader(body: string, secret: string | null): Readonly<Record<string, string>> {
  if (secret === null) return {};
  return { 'x-flakehub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

async function factsOf(
  { message, ...envelope }: Envelope,
  wires: Wires,
  range: string | undefined,
): Promise<readonly ReleaseWebhook[]> {
  if (message.kind === 'test') return [exampleOf(envelope)];
  const all = await Promise.all((message.releases ?? []).map(wires.releaseFacts));
  return all
    .filter((facts) => facts !== null)
    .filter(({ release }) => {
      // What was made private since is told to nobody who did not ask for it by name.
      return (release.visibility === 'public' || message.about.isHidden === true) && isInRange(release.version, range);
    });
}

function isInRange(text: string, range: string | undefined): boolean {
  if (range === undefined) return true;
  const [version, requirement] = [parseFlakeVersion(text), parseRequirement(range)];
  return version !== null && requirement.kind !== 'malformed' && satisfies(requirement, version);
}

/** A release that never was, so that a receiver can be tried before the first one comes. */
function exampleOf({ from, homeUrl, madeAt }: Omit<Envelope, 'message'>): ReleaseWebhook {
  const [owner = '', name = ''] = from.split('/');
  return {
    release: {
      owner,
      name,
      version: '0.0.0-test',
      revision: '0'.repeat(40),
      release_uuid: '00000000-0000-7000-8000-000000000000',
      visibility: 'unlisted',
      mirrored: false,
      description: 'A test: nothing was published.',
      published_at: toIso(madeAt),
      project_html_url: homeUrl,
      release_html_url: homeUrl,
      flake_nix_url: homeUrl,
    },
  };
}
