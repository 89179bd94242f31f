import { writeDuration } from './duration.ts';

export interface FeedHint {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  readonly defaultUrl: string;
  readonly intervalMs: number;
  readonly optIn: string | null;
  /** A folder or archive to read instead of the endpoint. */
  readonly path?: string;
}

export interface TemplateOptions {
  readonly organisation: string;
  readonly flake: string;
  readonly publicUrl: string;
  readonly systems: readonly string[];
  readonly channel: {
    readonly id: string;
    readonly upstream: string;
    readonly branch: string;
    readonly every: string;
    readonly partial: boolean;
    readonly inventories?: string;
  };
  readonly feeds: readonly FeedHint[];
}

/** The text of a new snowguard.toml. It is also the reference: every setting stands in it with what it does. */
export function configurationTemplate(options: TemplateOptions): string {
  const { channel } = options;
  return `# Snowguard's settings. Paths are relative to this file. Check after every edit: snowguard config check
# Secrets never stand here: name an environment variable or a file that holds them.

# The name under which the set is published: ${options.publicUrl}/f/${options.organisation}/${options.flake}/0
organisation = ${quoted(options.organisation)}
flake = ${quoted(options.flake)}

# The address that people and Nix use, without a trailing slash. Locks remember it: choose it before the first release.
public_url = ${quoted(options.publicUrl)}

# Folder of TOML files that say which packages are covered, by category.
covered = "covered"

# The promise: how fast what is answered and fixed.
policy = "policy.toml"

[listen]
host = "127.0.0.1"           # 0.0.0.0 to be reachable from other machines; put a TLS proxy in front
port = 8080
trust_forwarded = false      # believe X-Forwarded-Proto and -Host; only behind a proxy that sets them

[storage]
database = "sqlite:snowguard.db"   # or postgres://user@host/database
blobs = "files:blobs"              # where tarballs and archives lie; or s3://BUCKET/PREFIX

# [storage.s3]                     # of any store that speaks S3
# endpoint = "https://s3.example.org"   # leave out for Amazon's
# region = "us-east-1"
# access_key_env = "S3_ACCESS_KEY"  # environment variables; leave out for the machine's own credentials
# secret_key_env = "S3_SECRET_KEY"
# redirect = "10m"                 # clients fetch archives from the store by an address that holds so long; "0s": through us

[nix]
program = "auto"             # the first nix on the PATH; "none" to read inventories only; or a path
systems = [${options.systems.map(quoted).join(', ')}]

# A channel is a branch of ours over a branch of upstream, published as one flake. The first one is what /0 resolves to.
[[channel]]
id = ${quoted(channel.id)}
upstream = ${quoted(channel.upstream)}
branch = ${quoted(channel.branch)}
partial = ${channel.partial}               # leave file contents at the server until they are needed: Nixpkgs is over 4 GB
every = ${quoted(channel.every)}                # how often to look for new commits
# newer = ["staging-next", "master"]   # branches of the same upstream where fixes come earlier: proposals are backported from there
# line = "26.05"             # a stable line, released as 0.2605.N; with supported_from and end_of_support, days such as 2027-01-31
# over = "rolling"           # in place of an upstream: a variant of that channel, with patches of its own; cooldown = "7d": as it was so long ago
# [[channel.validated]]      # cryptographic modules that users of the channel count on: docs/operating/channels.md
${channel.inventories === undefined ? '# inventories = "inventories"' : `inventories = ${quoted(channel.inventories)}`}  # <commit id>.jsonl, evaluated elsewhere; read where no Nix is installed

[releases]
automatic = true             # publish every evaluated step; false: only by "snowguard release"

[review]
mode = "observe"             # "enforce": what changes a covered package waits for two people, and only approved trees are released
build = false                # true: what a proposal changes is built before it can be accepted, as this machine's Nix is configured
propose = false              # true: a fix is proposed for each new finding; false: only by "snowguard propose"
sources = false              # true: sources that change are fetched from two places and compared with the ones before and with their tag
outputs = false              # true: what a step changes is built before and after, and the outputs are compared
tests = false                # true: the tests of the packages that a proposal changes are built
# mirrors = ["https://tarballs.nixos.org"]       # servers that have sources by their digest, URL/sha256/HEX
# repositories = { xz = "https://github.com/tukaani-project/xz" }   # where a package's releases are tagged, if it does not say
# forge = { repository = "NixOS/nixpkgs", token_env = "FORGE_TOKEN" }   # who opened, approved and merged upstream's changes; kind = "forgejo" and url for others
# scorecard = {}             # OpenSSF Scorecard is asked how projects stand whose sources change; url and hosts for one of your own

# minimum_coverage = { x86_64-linux = 0.95 }   # how much of the covered packages must be in the cache before a release goes out

[cache]
visibility = "public"        # "private": the cache of the set is read with a token of the organisation only
priority = 30                # which cache Nix asks first: the lower number; cache.nixos.org has 40
keys = "keys/cache"          # folder of the secret keys, NAME.secret each; made at the first upload: snowguard cache key --help
# secret_env = "CACHE_KEYS"  # more secret keys from an environment variable, one a line
maximum_nar_mb = 8192        # the most that an archive may have, unpacked
keep_uploads = "30d"         # what was uploaded is kept so long even when no release needs it

[sla]
# rota = "rota.toml"         # who is called when a clock runs out; see docs/operating/sla.md
# holidays = "holidays"      # folder with holidays: of those people, and of a policy that counts business days
# fedramp_class = "C"        # A, B, C or D: shows the clocks of FedRAMP's Consolidated Rules

# Signing in at your own service, beside tokens. Register \${public_url}/sign-in/oidc/return there.
# [sign_in]
# title = "Example"                        # the button says "Sign in with Example"
# issuer = "https://id.example.org"        # word for word as the service calls itself
# client_id = "snowguard"
# secret_env = "SNOWGUARD_OIDC_SECRET"     # or secret_file; neither for a public client

# CI jobs that may upload without a stored token, by what their platform signs. The first rule that fits decides.
# [[oidc]]
# preset = "github"                        # or "gitlab", or issuer = "https://…"
# claims = { repository = "example/*", ref = "refs/heads/main" }   # * is anything but a slash, ** is anything
# flake = "secure"                         # by default every flake of the organisation
# scopes = ["publish"]                     # read, publish, cache-write, push
# audience = "secure.example.org"          # by default the host name of public_url

[network]
allow_hosts = []             # hosts with a private address that may be reached, such as "mirror.internal:8443"

[advisories]
prefix = "XSP"               # of the ids of what we publish about vulnerabilities: XSP-2027-00001. Ids that were given stay
licence = "CC-BY-4.0"        # of what is published, at /osv/ and elsewhere; or "CC0-1.0"

[identity]
# Both sharpen which CPE names a package; without a dictionary the records tell which vendors have a product. Files in the shapes of github.com/tiiuae/cpedict and github.com/scanoss/purl2cpe.
# cpe_dictionary = "identity/cpedict.csv"
# purl_to_cpe = "identity/purl2cpe.jsonl.gz"
read_fixes = false           # true asks GitHub, GitLab and other forges for the commits of fixes, to prove that a patch is the fix

# Who is told. A target is a place that messages go to; "snowguard alerts test NAME" shows whether they arrive. Passwords,
# tokens and addresses of chats are secrets: secret_env names an environment variable, secret_file a file. A target with a
# private address must stand in allow_hosts above.
# [[target]]
# name = "mail"
# channel = "email"
# host = "smtp.example.org"
# port = 587
# security = "starttls"      # or "tls" (465), or "none" for a relay on a trusted network
# user = "snowguard"         # its password is the secret
# from = "Snowguard <security@example.org>"
# secret_env = "SMTP_PASSWORD"
# [[target]]
# name = "ops-chat"
# channel = "slack"          # "discord" and "teams" alike: the secret is the address of the webhook
# secret_file = "keys/slack-webhook"
# [[target]]
# name = "room"
# channel = "matrix"         # the secret is the access token
# homeserver = "https://matrix.example.org"
# room = "!abc:example.org"
# secret_env = "MATRIX_TOKEN"
# [[target]]
# name = "hook"
# channel = "webhook"        # signed after Standard Webhooks; the secret is whsec_…, two of them while they are exchanged
# url = "https://example.org/hooks/snowguard"
# secret_env = "WEBHOOK_SECRET"
# [[target]]
# name = "releases"
# channel = "flakehub"       # each release as FlakeHub posts it; the secret, if there is one, signs it (X-FlakeHub-Signature-256)
# url = "https://example.org/hooks/releases"
# range = "0.1.*"            # only these; the subscription names the flakes, and kinds = ["release.published"]
# secret_env = "FLAKEHUB_HOOK_SECRET"
# [[target]]
# name = "pager"
# channel = "pagerduty"      # the secret is the routing key
# secret_env = "PAGERDUTY_KEY"

# Subscriptions stand here, or are made on the page /subscriptions or by "snowguard alerts subscribe". Lists left out take all.
# [[subscription]]
# subscriber = "platform-team"
# targets = ["ops-chat", "mail"]   # the next one when the first fails
# address = "platform@example.org" # for mail
# kinds = ["act-now", "finding.exploited"]
# packages = ["openssl"]           # also: advisories, channels, consumers, flakes (a private one is told only so)
# severity = "high"                # and worse
# digest = "day"                   # what is not urgent, together: "none", "day", "week"
# digest_at = "08:00"
# quiet_hours = { from = "22:00", to = "07:00" }
# zone = "Europe/Zurich"
# mute_urgent = false              # true: what is critical, exploited or due in 48 hours waits too

# The feeds. Each is read from its public endpoint unless "url" (a mirror) or "path" (a folder or archive) is set.
${options.feeds.map(feedText).join('\n')}`;
}

/** The endpoints that answer more often to those they know. */
const keyHints: Readonly<Record<string, string>> = {
  nvd: '"NVD_API_KEY"   # ten times the request limit',
  ghsa: '"GITHUB_TOKEN"   # without one the first load takes hours',
};

function feedText(feed: FeedHint): string {
  const keyHint = keyHints[feed.id];
  const notice = feed.optIn === null ? [] : feed.optIn.split('\n').map((line) => `# ${line}`);
  return [
    `# ${feed.title}. Licence: ${feed.licence}.`,
    ...notice,
    `[feeds.${feed.id}]`,
    `enabled = ${feed.optIn === null}`,
    feed.path === undefined ? `# url = ${quoted(feed.defaultUrl)}` : `path = ${quoted(feed.path)}`,
    `every = ${quoted(writeDuration(feed.intervalMs))}`,
    ...(keyHint === undefined ? [] : [`# secret_env = ${keyHint}`]),
    '',
  ].join('\n');
}

/** A TOML basic string. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`);
}
