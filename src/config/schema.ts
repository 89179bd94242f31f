import { z } from 'zod';
import { subscription, target } from './alerts.ts';
import { parseDuration } from './duration.ts';
import { oidc, signIn } from './sign-in.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dots, dashes and underscores, at most 100')
  .refine((text) => text.toLowerCase() !== 'pinned', 'the word "pinned" is reserved');

const address = z.url({ protocol: /^https?$/, error: 'an http or https address' });
const httpUrl = address.transform((text) => text.replace(/\/+$/, ''));

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: 'a duration such as 30m, 6h or 2d' });
  return z.NEVER;
});

/** `2027-06-30`, as a date of TOML or as a text; the instant at which the day begins in UTC. */
const day = z.unknown().transform((given, context) => {
  const text = given instanceof Date ? given.toISOString() : given;
  const at = typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // A text may name the 31st of February.
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(`${text}T`)) return at;
  context.addIssue({ code: 'custom', message: 'a day such as 2027-06-30' });
  return z.NEVER;
});

const system = z.string().regex(/^[a-z0-9_]+-[a-z0-9]+$/, 'a system such as x86_64-linux');

const listen = z.strictObject({
  host: z.string().min(1).max(255).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080),
  /** Believe X-Forwarded-Proto and -Host; only behind a proxy that sets them. */
  trust_forwarded: z.boolean().default(false),
});

const s3 = z.strictObject({
  /** Of a store that is not Amazon's. */
  endpoint: httpUrl.optional(),
  region: z.string().min(1).default('us-east-1'),
  /** Names of environment variables; without them the machine's own credentials are used. */
  access_key_env: z.string().min(1).optional(),
  secret_key_env: z.string().min(1).optional(),
  /** Send clients to the store for the bytes, by an address that holds so long; 0s: they come through us. */
  redirect: duration.prefault('10m'),
});

const storage = z.strictObject({
  database: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'sqlite:FILE or postgres://…')
    .default('sqlite:snowguard.db'),
  blobs: z
    .string()
    .regex(
      /^(files:.+|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[a-z0-9._+/-]*)?)$/,
      'files:FOLDER or s3://BUCKET/PREFIX',
    )
    .default('files:blobs'),
  s3: s3.prefault({}),
});

const nix = z.strictObject({
  /** `auto`: the first nix on the PATH; `none`: inventories only; else the path of a program. */
  program: z.string().min(1).default('auto'),
  systems: z.array(system).min(1).max(20),
});

const validated = z.strictObject({
  attr: z.string().min(1).max(200),
  /** As the Cryptographic Module Validation Program lists it. */
  module: z.string().min(1).max(200),
  certificate: z
    .string()
    .regex(/^[A-Z]?\d{1,6}$/, 'a certificate number such as 4985')
    .optional(),
  versions: z.array(z.string().min(1).max(100)).min(1).max(20),
  /** Names of patches that it was validated with, or that leave the module as it is. */
  patches: z.array(z.string().min(1).max(200)).max(100).default([]),
  status: z.enum(['active', 'historical', 'revoked', 'in-process']),
  /** The last day on which an active certificate is active. */
  sunset: day.optional(),
});

const channel = z.strictObject({
  id: name,
  /** Published under this name; by default the flake's own. Two channels cannot share one. */
  flake: name.optional(),
  /** Without one the channel is fed by `snowguard scan --inventory` only. */
  upstream: z.string().min(1).optional(),
  branch: z.string().min(1).default('master'),
  /** Branches of the same upstream that get fixes earlier; proposals are looked for there. */
  newer: z
    .array(z.string().regex(/^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,199}$/, 'the name of a branch'))
    .max(10)
    .default([]),
  /** Leave file contents at the server until they are needed. */
  partial: z.boolean().default(true),
  every: duration.prefault('1h'),
  /** A folder of evaluated inventories, `<commit id>.jsonl`, read where no Nix is installed. */
  inventories: z.string().min(1).optional(),
  /** The stable line that it is: 26.05 is released as 0.2605.N. Without one it is rolling, released as 0.1.N. */
  line: z
    .string()
    .regex(/^[1-9]\d\.(0[1-9]|1[0-2])$/, 'a year and a month such as 26.05')
    .optional(),
  /** In place of an upstream: the channel that this one stands over, with patches of its own on top. */
  over: name.optional(),
  /** Of that channel, the newest revision that is at least so old. */
  cooldown: duration.optional(),
  supported_from: day.optional(),
  /** The last day of support. */
  end_of_support: day.optional(),
  /** Packages that were validated as cryptographic modules: what is carried is held against their certificates. */
  validated: z.array(validated).max(100).default([]),
});

const feed = z.strictObject({
  enabled: z.boolean().default(true),
  /** A slash at its end means a folder. */
  url: address.optional(),
  path: z.string().min(1).optional(),
  every: duration.optional(),
  /** Name of an environment variable, or a file, that holds the key for the endpoint. */
  secret_env: z.string().min(1).optional(),
  secret_file: z.string().min(1).optional(),
});

const network = z.strictObject({
  /** Hosts (`host` or `host:port`) that may have a private or loopback address. */
  allow_hosts: z.array(z.string().min(1)).max(100).default([]),
});

const releases = z.strictObject({
  /** Publish every evaluated step of a channel, or only by `snowguard release`. */
  automatic: z.boolean().default(true),
  /** By system: how much of the covered packages must be in the cache before a release goes out, from 0 to 1. */
  minimum_coverage: z.record(system, z.number().min(0).max(1)).default({}),
});

const forge = z.strictObject({
  kind: z.enum(['github', 'forgejo']).default('github'),
  /** Of its API. */
  url: httpUrl.default('https://api.github.com'),
  /** `owner/name` of the package set. */
  repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'owner/name'),
  token_env: z.string().min(1).optional(),
  token_file: z.string().min(1).optional(),
  /** Accounts that merge on the word of others, and what is written for them to do it. */
  robots: z.array(z.string().min(1).max(100)).max(20).default(['nixpkgs-merge-bot[bot]']),
  command: z.string().min(1).max(200).default('@NixOS/nixpkgs-merge-bot merge'),
});

const scorecard = z.strictObject({
  /** Of its API. */
  url: httpUrl.default('https://api.scorecard.dev'),
  /** Only repositories on these are named to it. */
  hosts: z.array(z.string().min(1).max(200)).min(1).max(20).default(['github.com', 'gitlab.com']),
});

const review = z.strictObject({
  /** `observe`: steps of upstream go in and are examined beside it; `enforce`: they wait for what the examination asks. */
  mode: z.enum(['observe', 'enforce']).default('observe'),
  /** Build the packages that a proposal changes, as Nix is configured, before anybody may accept it. */
  build: z.boolean().default(false),
  /** Make a proposal for each new finding without being asked. */
  propose: z.boolean().default(false),
  /** Fetch the sources that change, from two places, and compare them with the ones before and with their tag. */
  sources: z.boolean().default(false),
  /** Build what a step changes before and after, as Nix is configured, and compare the outputs. */
  outputs: z.boolean().default(false),
  /** Build the tests of the packages that a proposal changes. */
  tests: z.boolean().default(false),
  /** Servers that have sources by their digest, as `URL/sha256/HEX`. */
  mirrors: z.array(httpUrl).max(10).default([]),
  /** By attribute: the version-control repository of a package. */
  repositories: z.record(z.string().min(1).max(200), z.string().min(1).max(2000)).default({}),
  /** Where upstream is developed: who opened, approved and merged what it brings in. */
  forge: forge.optional(),
  /** Whether OpenSSF Scorecard is asked about the projects whose sources change. */
  scorecard: scorecard.optional(),
});

const cache = z.strictObject({
  /** Who may read the cache of the set: everybody, or whoever has a token of the organisation. */
  visibility: z.enum(['public', 'private']).default('public'),
  /** Which cache Nix asks first: the lower number; cache.nixos.org has 40. */
  priority: z.int().min(0).max(1000).default(30),
  /** Folder of the secret keys, NAME.secret each. */
  keys: z.string().min(1).default('keys/cache'),
  /** Name of an environment variable with more secret keys, one a line. */
  secret_env: z.string().min(1).optional(),
  /** The most that an archive may have, unpacked. */
  maximum_nar_mb: z.int().min(1).max(1_000_000).default(8_192),
  /** What was uploaded is kept so long even when no release needs it. */
  keep_uploads: duration.prefault('30d'),
});

const advisories = z.strictObject({
  /** Before the year and the number of the ids that our own advisories have. */
  prefix: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{1,9}$/, '2 to 10 capital letters and digits')
    .default('XSP'),
  /** Under which the world may use what we publish. */
  licence: z.enum(['CC-BY-4.0', 'CC0-1.0']).default('CC-BY-4.0'),
});

const identity = z.strictObject({
  /** Digest of the NVD CPE dictionary, lines `vendor,product`. */
  cpe_dictionary: z.string().min(1).optional(),
  /** Package URLs known for CPE products, JSON lines. */
  purl_to_cpe: z.string().min(1).optional(),
  /** Whether patches that claim a fix are held against the commit that is the fix, read from its forge. */
  read_fixes: z.boolean().default(false),
});

const sla = z.strictObject({
  /** Who is called when a clock runs out; without it nobody is named. */
  rota: z.string().min(1).optional(),
  /** Folder of `*.toml` files with holidays: of people, and of a policy that counts business days. */
  holidays: z.string().min(1).default('holidays'),
  /** The class of FedRAMP's Consolidated Rules that one is under. */
  fedramp_class: z.enum(['A', 'B', 'C', 'D']).optional(),
});

/** The whole of snowguard.toml. Unknown keys are errors. */
export const Configuration = z.strictObject({
  organisation: name,
  flake: name,
  public_url: httpUrl.default('http://127.0.0.1:8080'),
  listen: listen.prefault({}),
  storage: storage.prefault({}),
  nix,
  channel: z.array(channel).min(1).max(50),
  /** Folder of `*.toml` files with the covered packages. */
  covered: z.string().min(1).default('covered'),
  /** The SLA policy file. */
  policy: z.string().min(1).default('policy.toml'),
  feeds: z.record(z.string(), feed).default({}),
  advisories: advisories.prefault({}),
  identity: identity.prefault({}),
  network: network.prefault({}),
  releases: releases.prefault({}),
  cache: cache.prefault({}),
  review: review.prefault({}),
  sign_in: signIn.optional(),
  oidc: z.array(oidc).max(100).default([]),
  sla: sla.prefault({}),
  target: z.array(target).max(200).default([]),
  subscription: z.array(subscription).max(10_000).default([]),
});
export type Configuration = z.infer<typeof Configuration>;
