import type { NarDigest } from '../../../formats/nix/nar-listing.ts';
import type { NarBounds } from './inspect-nar.ts';
import type { NarFacts } from './model.ts';

/** What is asked of the thread about one archive: all of `begin` and `write` are answered `taken`, `end` with facts. */
export type InspectionRequest =
  | { readonly kind: 'begin'; readonly id: number; readonly bounds: NarBounds; readonly digest: NarDigest | null }
  | { readonly kind: 'write'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'abandon'; readonly id: number };

export type InspectionReply =
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'facts'; readonly id: number; readonly facts: NarFacts }
  | {
      readonly kind: 'fault';
      readonly id: number;
      readonly code: string;
      readonly retryable: boolean;
      readonly message: string;
    };
