import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type Context, Hono } from 'hono';
import { mayWrite } from '../../accounts/index.ts';
import { assertNever } from '../../foundation/assert-never.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import type { Announcement, Uploads } from '../../pipeline/releases/index.ts';
import { readBody } from '../middleware/limits.ts';
import { nameOf, principalOf } from '../principal.ts';
import { announcementJson } from './announcement-json.ts';
import { pathSegments } from './segments.ts';

const maxAnnouncementBytes = 8 * 1024 * 1024;

/**
 * What `flakehub-push` calls, one after the other: is my token good, may I send this, here it is, publish it. Its source
 * (github.com/DeterminateSystems/flakehub-push) reads the text of a refusal as a JSON string.
 */
export function publishRoutes({ uploads, publicUrl }: { readonly uploads: Uploads; readonly publicUrl: string }): Hono {
  const app = new Hono();

  app.get('/token/status', (c) => {
    const principal = principalOf(c);
    if (principal === null) return refused(c, 401, noToken);
    return c.json({ name: nameOf(principal), scopes: principal.scopes }, 200, { 'Cache-Control': 'no-store' });
  });

  app.post('/upload/*', async (c) => {
    // The hash is base64 as it is: its slashes are slashes of the address.
    const [, organisation = '', flake = '', version = '', size = '', ...hash] = pathSegments(c.req.url) ?? [];
    const principal = principalOf(c);
    if (principal === null) return refused(c, 401, noToken);
    if (!mayWrite(principal, 'publish', { organisation, flake }))
      return refused(
        c,
        401,
        `this token may not publish ${`${organisation}/${flake}`.slice(0, 120)}: it needs the scope "publish" for it`,
      );
    const said = await announcementIn(c.req.raw);
    if (said.kind !== 'fine') return refused(c, said.kind === 'too-large' ? 413 : 400, said.reason);
    const outcome = await uploads.begin(
      {
        ...said.announcement,
        organisation,
        flake,
        version: version.replace(/^v(?=\d)/, ''),
        ...measuresOf(size, hash),
      },
      nameOf(principal),
    );
    switch (outcome.kind) {
      case 'begun':
        return c.json(
          { s3_upload_url: `${publicUrl}/upload/${outcome.uuid}/${outcome.secret}`, uuid: outcome.uuid },
          200,
          {
            'Cache-Control': 'no-store',
          },
        );
      case 'existing':
        return refused(c, 409, `${organisation}/${flake} ${outcome.release.version} is published already`);
      case 'refused':
        return refused(c, 400, outcome.reason);
      default:
        return assertNever(outcome);
    }
  });

  app.put('/upload/:uuid/:secret', async (c) => {
    const { uuid, secret } = c.req.param();
    const body = c.req.raw.body;
    const content = body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);
    const outcome = await uploads.receive(uuid.toLowerCase(), secret, content);
    switch (outcome.kind) {
      case 'stored':
        return c.json({}, 200, { 'Cache-Control': 'no-store' });
      case 'refused':
        return refused(c, 400, `the tarball was not kept: ${outcome.reason}`);
      case 'unknown':
        return refused(c, 404, unknownUpload);
      default:
        return assertNever(outcome);
    }
  });

  app.post('/publish/:uuid', async (c) => {
    const uuid = c.req.param('uuid').toLowerCase();
    const principal = principalOf(c);
    if (principal === null) return refused(c, 401, noToken);
    const place = await uploads.placeOf(uuid);
    if (place === null || !mayWrite(principal, 'publish', place)) return refused(c, 404, unknownUpload);
    const outcome = await uploads.finish(uuid, nameOf(principal));
    switch (outcome.kind) {
      case 'published':
      case 'existing':
        return outcome.release.uuid === uuid
          ? c.json({ uuid, version: outcome.release.version }, 200, { 'Cache-Control': 'no-store' })
          : refused(c, 409, `${outcome.release.version} was published by another upload`);
      case 'refused':
        return refused(c, 400, outcome.reason);
      case 'unknown':
        return refused(c, 404, unknownUpload);
      default:
        return assertNever(outcome);
    }
  });

  return app;
}

/** Whether the publishing client asks, which reads every text as a JSON string. */
export function isPublishing(c: Context): boolean {
  return /^\/(?:upload|publish)\//.test(c.req.path);
}

/** A refusal in one line, as that client reads it. */
export function refused(c: Context, status: 400 | 401 | 404 | 409 | 413, reason: string): Response {
  return c.json(reason.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 400), status, { 'Cache-Control': 'no-store' });
}

const noToken =
  'send a token that may publish: Authorization: Bearer sg_…, or the OIDC token of a CI that is admitted here';
const unknownUpload =
  'there is no such upload: it is published, was given up, or took longer than an hour. Start again';

type Said =
  | {
      readonly kind: 'fine';
      readonly announcement: Omit<Announcement, 'organisation' | 'flake' | 'version' | 'sizeBytes' | 'sha256'>;
    }
  | { readonly kind: 'unreadable' | 'too-large'; readonly reason: string };

async function announcementIn(request: Request): Promise<Said> {
  const body = await readBody(request, maxAnnouncementBytes);
  if (body.kind === 'too-large')
    return { kind: 'too-large', reason: `the metadata has more than ${maxAnnouncementBytes} bytes` };
  const parsed = announcementJson.safeParse(body.kind === 'text' ? jsonOrNull(body.text) : undefined);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { kind: 'unreadable', reason: `the metadata cannot be read: ${issue?.path.join('.')}: ${issue?.message}` };
  }
  const { data } = parsed;
  return {
    kind: 'fine',
    announcement: {
      commitId: data.revision,
      commitCount: data.commit_count,
      description: data.description,
      labels: data.labels,
      visibility: data.visibility === 'hidden' ? 'unlisted' : data.visibility,
      readme: data.readme,
      outputs: data.outputs ?? {},
      repository: data.repo,
      subdirectory: data.source_subdirectory?.replace(/^\.?\/+|\/+$/g, '') || null,
      spdxIdentifier: data.spdx_identifier,
      mirrored: data.mirrored,
    },
  };
}

function measuresOf(size: string, hash: readonly string[]): Pick<Announcement, 'sizeBytes' | 'sha256'> {
  const base64 = hash.join('/');
  return {
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : 0,
    sha256: /^[A-Za-z0-9+/]{43}=$/.test(base64) ? Buffer.from(base64, 'base64').toString('hex') : '',
  };
}
