import { Hono } from 'hono';
import { mayRead } from '../../accounts/index.ts';
import type { PublishedFile } from '../../pipeline/evidence/index.ts';
import { conditionalBytes, conditionalText } from '../conditional.ts';
import type { RegistryReads } from '../ports.ts';
import { principalOf } from '../principal.ts';
import { problems, problemText } from '../problem.ts';
import { pathSegments } from '../registry/segments.ts';

export interface EvidencePort {
  /** The signed provenance of a release as a DSSE envelope; null when there is none. */
  readonly attestation: (uuid: string) => Promise<string | null>;
  /** The public key that signs, PEM. */
  readonly publicKey: () => Promise<string>;
  /** What findings say, as an OpenVEX document; null when they say nothing. */
  readonly vex: (subject: VexSubject) => Promise<string | null>;
  /** A file of our advisories by its path, `osv/all.zip`; null where nothing is. */
  readonly published: (path: string) => Promise<PublishedFile | null>;
}

export interface VexSubject {
  readonly kind: 'channel' | 'package';
  readonly name: string;
}

const longestPath = 300;

/** What anyone needs to check a release without us. */
export function evidenceRoutes(given: {
  readonly evidence: EvidencePort;
  readonly registry: Pick<RegistryReads, 'current'>;
}): Hono {
  const { evidence, registry } = given;
  const app = new Hono();
  app.get('/releases/:uuid/attestation.json', async (c) => {
    const uuid = c.req.param('uuid').toLowerCase();
    const found = (await registry.current()).release(uuid);
    if (found === null || !mayRead(principalOf(c), found.flake)) return c.notFound();
    const text = await evidence.attestation(uuid);
    if (text === null) return c.notFound();
    const isPrivate = found.flake.visibility === 'private';
    return conditionalText(c, {
      text,
      contentType: 'application/vnd.dsse.envelope.v1+json',
      cacheControl: isPrivate ? 'private, no-cache' : 'public, no-cache',
    });
  });
  app.get('/vex/:rest{.+}', async (c) => {
    const subject = vexSubjectOf(pathSegments(c.req.url) ?? []);
    const text = subject === null ? null : await evidence.vex(subject);
    if (text === null)
      return problemText(
        c,
        problems.notFound('no such document, or nothing to state: /vex/channel/NAME.json, /vex/package/NAME.json'),
      );
    return conditionalText(c, {
      text,
      contentType: 'application/json; charset=utf-8',
      cacheControl: 'public, max-age=60',
    });
  });
  for (const folder of ['/osv/*', '/csaf/*', '/secdb/*', '/cyclonedx/*', '/.well-known/csaf/*'])
    app.get(folder, async (c) => {
      const path = (pathSegments(c.req.url) ?? []).join('/');
      const file = path.length > longestPath ? null : await evidence.published(path);
      if (file === null)
        return problemText(
          c,
          problems.notFound('no such file: start from /osv/all.zip or /.well-known/csaf/provider-metadata.json'),
        );
      return conditionalBytes(c, {
        bytes: await file.bytes(),
        contentType: file.contentType,
        cacheControl: 'public, max-age=60',
      });
    });
  app.get('/keys/releases.pem', async (c) =>
    conditionalText(c, {
      text: await evidence.publicKey(),
      contentType: 'application/x-pem-file',
      cacheControl: 'public, max-age=300',
    }),
  );
  return app;
}

/** `package/python3Packages.pillow` of `/vex/package/python3Packages.pillow.json`. */
function vexSubjectOf([, kind = '', file = '', ...more]: readonly string[]): VexSubject | null {
  const name = file.endsWith('.json') ? file.slice(0, -'.json'.length) : '';
  if (more.length > 0 || name === '' || name.length > 500) return null;
  return kind === 'channel' || kind === 'package' ? { kind, name } : null;
}
