import { behaviourDrift } from './behaviour-drift.ts';
import { buildRoot } from './build-root.ts';
import type { Detector } from './detector.ts';
import { execCodeAdded } from './exec-code-added.ts';
import { fixRemoved } from './fix-removed.ts';
import { guardRemoved } from './guard-removed.ts';
import { hardeningDown } from './hardening-down.ts';
import { mergeProvenance } from './merge-provenance.ts';
import { originChanged } from './origin-changed.ts';
import { prebuiltBlob } from './prebuilt-blob.ts';
import { refetchMismatch } from './refetch-mismatch.ts';
import { sandboxAttr } from './sandbox-attr.ts';
import { srcHashSwap } from './src-hash-swap.ts';
import { tarballVsTag } from './tarball-vs-tag.ts';
import { upstreamSignal } from './upstream-signal.ts';
import { versionSameHash } from './version-same-hash.ts';

/** Every detector, one line each, in the order of their numbers. */
export const detectors: readonly Detector[] = [
  srcHashSwap,
  versionSameHash,
  originChanged,
  refetchMismatch,
  tarballVsTag,
  buildRoot,
  sandboxAttr,
  prebuiltBlob,
  fixRemoved,
  guardRemoved,
  hardeningDown,
  mergeProvenance,
  execCodeAdded,
  upstreamSignal,
  behaviourDrift,
];
