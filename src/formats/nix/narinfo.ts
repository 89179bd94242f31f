import { base32HashOf, parseNixHash } from './hash.ts';
import { parseSignature } from './signature.ts';
import { baseNameOf, parseBaseName, parseStorePath, type StorePath, storePathText } from './store-path.ts';

/**
 * What a binary cache says of one store path:
 *
 *     StorePath: /nix/store/1b9p07z77phvv2hf6gm9f28syp39f1ag-openssl-3.5.1
 *     URL: nar/0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1.nar.zst
 *     Compression: zstd
 *     FileHash: sha256:0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1
 *     FileSize: 1204512
 *     NarHash: sha256:1b8vmdzp0w4n33y1sa3hi0c2rsbm8jvsrcxzjr2i2ny0v9hj0xka
 *     NarSize: 5904216
 *     References: 1b9p07z77phvv2hf6gm9f28syp39f1ag-openssl-3.5.1 8wkk2qf0n6dnxlkkyhjz1pdpfd3vcw0g-glibc-2.40
 *     Sig: secure.example.org-1:0fsQKIDq8y5…
 *
 * https://nix.dev/manual/nix/latest/protocols/binary-cache (as Nix reads it: every line ends in a newline)
 */
export interface NarInfo {
  readonly storePath: StorePath;
  readonly url: string;
  readonly compression: string;
  /** `sha256:<52 digits>`; null when not said. */
  readonly fileHash: string | null;
  readonly fileSize: number | null;
  /** `sha256:<52 digits>`. */
  readonly narHash: string;
  readonly narSize: number;
  /** Sorted. */
  readonly references: readonly StorePath[];
  /** The derivation that built it. */
  readonly deriver: StorePath | null;
  /** `name:base64` each. */
  readonly signatures: readonly string[];
  /** How the path follows from its content, such as `fixed:r:sha256:…`. */
  readonly contentAddress: string | null;
  /** Lines that only others understand, such as `Provenance: {…}`, as they came. */
  readonly more: readonly string[];
}

export type NarInfoOutcome =
  | { readonly kind: 'narinfo'; readonly narInfo: NarInfo }
  | { readonly kind: 'invalid'; readonly reason: string };

const mostReferences = 20_000;
const mostSignatures = 50;
const mostMore = { lines: 50, characters: 200_000 } as const;
const known: ReadonlySet<string> = new Set([
  'StorePath',
  'URL',
  'Compression',
  'FileHash',
  'FileSize',
  'NarHash',
  'NarSize',
  'References',
  'Deriver',
  'CA',
]);

/** Reads a narinfo strictly: what Nix would refuse, or what would spoil it for a client, is invalid. */
export function parseNarInfo(text: string): NarInfoOutcome {
  if (!text.endsWith('\n')) return invalid('the last line has no newline');
  const fields = new Map<string, string>();
  const signatures = new Set<string>();
  const more: string[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    const [, key, value] = /^([A-Za-z][A-Za-z0-9_-]*): ?([^\p{Cc}\ufffd]*)$/u.exec(line) ?? [];
    if (key === undefined || value === undefined) return invalid(`not a line "Key: value": ${quoted(line)}`);
    if (key === 'Sig') signatures.add(value);
    else if (!known.has(key)) more.push(line);
    else if (fields.has(key)) return invalid(`${key} stands there twice`);
    else fields.set(key, value);
  }
  const storePath = parseStorePath(fields.get('StorePath') ?? '');
  if (storePath === null) return invalid('StorePath is no path in /nix/store');
  const url = fields.get('URL') ?? '';
  if (!/^[A-Za-z0-9][^\s\\]{0,500}$/.test(url) || url.split('/').includes('..'))
    return invalid('URL is missing or unsafe');
  const narHash = sha256(fields.get('NarHash'));
  if (narHash === null) return invalid('NarHash is no SHA-256');
  const narSize = size(fields.get('NarSize'));
  if (narSize === null || narSize === 0) return invalid('NarSize is no size');
  const fileHash = sha256(fields.get('FileHash'));
  if (fields.has('FileHash') && fileHash === null) return invalid('FileHash is no SHA-256');
  const fileSize = size(fields.get('FileSize'));
  if (fields.has('FileSize') && fileSize === null) return invalid('FileSize is no size');
  const references = pathsOf(fields.get('References') ?? '');
  if (references === null) return invalid('References are not base names of store paths');
  const derived = fields.get('Deriver') ?? '';
  const deriver = parseBaseName(derived);
  if (deriver === null && derived !== '' && derived !== 'unknown-deriver') return invalid('Deriver is no base name');
  if (more.length > mostMore.lines || more.join('').length > mostMore.characters)
    return invalid(`more than ${mostMore.lines} lines or ${mostMore.characters} characters that are not understood`);
  if (signatures.size > mostSignatures) return invalid(`more than ${mostSignatures} signatures`);
  const malformed = [...signatures].find((signature) => parseSignature(signature) === null);
  if (malformed !== undefined) return invalid(`not a signature: ${quoted(malformed)}`);
  return {
    kind: 'narinfo',
    narInfo: {
      storePath,
      url,
      compression: fields.get('Compression') || 'bzip2',
      fileHash,
      fileSize,
      narHash,
      narSize,
      references,
      deriver,
      signatures: [...signatures],
      contentAddress: fields.get('CA') || null,
      more,
    },
  };
}

/** The text that Nix reads; every line ends in a newline. */
export function formatNarInfo(info: NarInfo): string {
  const lines = [
    `StorePath: ${storePathText(info.storePath)}`,
    `URL: ${info.url}`,
    `Compression: ${info.compression}`,
    ...(info.fileHash === null ? [] : [`FileHash: ${info.fileHash}`]),
    ...(info.fileSize === null ? [] : [`FileSize: ${info.fileSize}`]),
    `NarHash: ${info.narHash}`,
    `NarSize: ${info.narSize}`,
    `References: ${info.references.map(baseNameOf).join(' ')}`,
    ...(info.deriver === null ? [] : [`Deriver: ${baseNameOf(info.deriver)}`]),
    ...info.signatures.map((signature) => `Sig: ${signature}`),
    ...(info.contentAddress === null ? [] : [`CA: ${info.contentAddress}`]),
    ...info.more,
  ];
  return `${lines.join('\n')}\n`;
}

/** What a signature is over: `1;{path};{NarHash};{NarSize};{references, full, with commas}`. */
export function fingerprintOf(info: Pick<NarInfo, 'storePath' | 'narHash' | 'narSize' | 'references'>): string {
  return [
    '1',
    storePathText(info.storePath),
    info.narHash,
    info.narSize,
    info.references.map(storePathText).join(','),
  ].join(';');
}

function pathsOf(text: string): readonly StorePath[] | null {
  const names = [...new Set(text.split(' ').filter((name) => name !== ''))].sort();
  if (names.length > mostReferences) return null;
  const paths = names.map(parseBaseName);
  return paths.every((path) => path !== null) ? paths : null;
}

function sha256(text: string | undefined): string | null {
  const hash = text === undefined ? null : parseNixHash(text);
  return hash?.algorithm === 'sha256' ? base32HashOf(hash) : null;
}

function size(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function invalid(reason: string): NarInfoOutcome {
  return { kind: 'invalid', reason };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
