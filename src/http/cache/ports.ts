import type { FlakePlace, Visibility } from '../../accounts/index.ts';
import type { NarInfo } from '../../formats/nix/narinfo.ts';
import type {
  CacheId,
  CacheSize,
  CacheStore,
  OfferOutcome,
  PublicKey,
  SideKind,
  StoredNar,
} from '../../pipeline/releases/index.ts';

/** The binary caches as http needs them. */
export interface CachePorts {
  readonly store: Pick<CacheStore, 'path' | 'nar' | 'pathsOfNar' | 'closure' | 'sideFile'>;
  /** Those that hold anything, with what they hold. */
  readonly sizes: () => Promise<readonly CacheSize[]>;
  readonly keys: () => Promise<readonly PublicKey[]>;
  /** The organisation to which the common cache belongs. */
  readonly organisation: string;
  readonly commonVisibility: Visibility;
  /** Of a flake; private for one that was never heard of. */
  readonly visibilityOf: (place: FlakePlace) => Promise<Visibility>;
  readonly priority: number;
  readonly receiveNar: (given: {
    readonly cache: CacheId;
    readonly file: string;
    readonly body: AsyncIterable<Uint8Array>;
  }) => Promise<StoredNar>;
  readonly acceptPath: (given: {
    readonly cache: CacheId;
    readonly narInfo: NarInfo;
    readonly actor: string;
  }) => Promise<OfferOutcome>;
  readonly receiveSideFile: (given: {
    readonly cache: CacheId;
    readonly kind: SideKind;
    readonly name: string;
    readonly content: Uint8Array;
  }) => Promise<void>;
}
