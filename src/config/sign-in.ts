import { z } from 'zod';
import { isClosed, scopes } from '../accounts/index.ts';

// Word for word as in the issuer's own document, a slash at its end included; in the clear only on this machine.
const issuer = z
  .url({ protocol: /^https?$/, error: 'an https address' })
  .refine((text) => /^https:|^http:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/.test(text), 'an https address');

export const signIn = z.strictObject({
  /** What the button says: "Sign in with …". */
  title: z.string().min(1).max(60).default('your company'),
  issuer,
  client_id: z.string().min(1).max(300),
  /** Name of an environment variable, or a file, that holds the client's secret; neither for a public client. */
  secret_env: z.string().min(1).optional(),
  secret_file: z.string().min(1).optional(),
});

const presets = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
} as const;

const writing = scopes.filter((scope) => scope !== 'act');

/** CI jobs that are let in by what their platform signs. */
export const oidc = z
  .strictObject({
    preset: z.enum(['github', 'gitlab']).optional(),
    issuer: issuer.optional(),
    /** By default the host name of public_url. */
    audience: z.string().min(1).max(300).optional(),
    /** By default our own. */
    organisation: z.string().min(1).max(100).optional(),
    /** By default every flake of the organisation. */
    flake: z.string().min(1).max(100).optional(),
    scopes: z.array(z.enum(writing)).min(1),
    claims: z.record(z.string(), z.string().min(1).max(300)).refine((claims) => Object.keys(claims).length > 0, {
      error: 'at least one claim',
    }),
  })
  .transform(({ preset, issuer: given, ...rule }, context) => {
    const from = given ?? (preset === undefined ? null : presets[preset]);
    if (from === null)
      context.addIssue({ code: 'custom', message: 'a preset ("github" or "gitlab") or an issuer', path: ['issuer'] });
    else if (!isClosed({ issuer: from, claims: rule.claims }))
      context.addIssue({
        code: 'custom',
        message: 'a claim that names your own house and does not begin with "*", such as repository = "acme/*"',
        path: ['claims'],
      });
    return { ...rule, issuer: from ?? '' };
  });
