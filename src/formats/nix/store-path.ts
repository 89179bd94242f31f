/**
 * A path in the Nix store: `/nix/store/1b9p07z77phvv2hf6gm9f28syp39f1ag-openssl-3.5.1`.
 * https://nix.dev/manual/nix/latest/store/store-path
 */
export interface StorePath {
  /** 32 digits: what a cache looks the path up by. */
  readonly hash: string;
  /** `openssl-3.5.1`; a derivation's ends in `.drv`. */
  readonly name: string;
}

const storeFolder = '/nix/store/';

/** Null for anything but the path of a store object itself: no trailing slash, no path inside it. */
export function parseStorePath(text: string): StorePath | null {
  return text.startsWith(storeFolder) ? parseBaseName(text.slice(storeFolder.length)) : null;
}

/** The last part alone, as references are written: `1b9p07z77phvv2hf6gm9f28syp39f1ag-openssl-3.5.1`. */
export function parseBaseName(text: string): StorePath | null {
  const found = /^([0-9a-df-np-sv-z]{32})-([A-Za-z0-9+\-._?=]{1,211})$/.exec(text);
  const [, hash, name] = found ?? [];
  // Nix refuses names that a shell or a path could take for `.` or `..`.
  return hash === undefined || name === undefined || /^\.\.?(?:-|$)/.test(name) ? null : { hash, name };
}

export function baseNameOf({ hash, name }: StorePath): string {
  return `${hash}-${name}`;
}

export function storePathText(path: StorePath): string {
  return storeFolder + baseNameOf(path);
}
