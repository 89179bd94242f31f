import type { EpochMs } from '../../../foundation/clock.ts';
import { someOf } from '../../../foundation/some-of.ts';

/** As the Cryptographic Module Validation Program lists modules; `in-process` ones have no certificate yet. */
export type ModuleStatus = 'active' | 'historical' | 'revoked' | 'in-process';

/** A package that was validated as a cryptographic module, in just the state that its certificate names (FIPS 140). */
export interface ValidatedModule {
  readonly attr: string;
  /** `OpenSSL FIPS Provider`, as it is listed. */
  readonly module: string;
  readonly certificate: string | null;
  readonly versions: readonly string[];
  /** Names of the patches that it was validated with, or that leave the module as it is. */
  readonly patches: readonly string[];
  readonly status: ModuleStatus;
  /** The first instant after its sunset date, when an active one becomes historical; null: none is set. */
  readonly activeUntil: EpochMs | null;
}

/** What a channel carries of a package on one system. */
export interface CarriedState {
  readonly version: string;
  readonly patches: readonly { readonly name: string }[];
}

/** A module, and whether the channel carries what was validated. */
export interface Validation {
  readonly module: Omit<ValidatedModule, 'activeUntil'>;
  /** Those of all systems. */
  readonly carried: readonly string[];
  /** Why what is carried is not what was validated, in words; empty where it is. A fix is patched, not validated. */
  readonly conflicts: readonly string[];
}

/** Holds a module against what the channel carries; `carried` is a state for each system. */
export function validationOf(
  { activeUntil, ...module }: ValidatedModule,
  carried: readonly CarriedState[],
  now: EpochMs,
): Validation {
  const isOver = module.status === 'active' && activeUntil !== null && now >= activeUntil;
  const versions = [...new Set(carried.map(({ version }) => version))];
  const others = versions.filter((version) => !module.versions.includes(version));
  const added = [...new Set(carried.flatMap(({ patches }) => patches.map(({ name }) => name)))].filter(
    (name) => !module.patches.includes(name),
  );
  return {
    module: isOver ? { ...module, status: 'historical' } : module,
    carried: versions,
    conflicts: [
      ...(versions.length === 0 ? ['the channel does not carry it'] : []),
      ...(others.length === 0 ? [] : [`${others.join(', ')} is carried, validated is ${module.versions.join(', ')}`]),
      ...(added.length === 0 ? [] : [`it is patched beyond what was validated: ${someOf(added, mostNamed)}`]),
    ],
  };
}

/** What a fix would do to a module, in words; null where the fixed version was validated too. */
export function leavingSays(
  { module: { module, certificate, versions } }: Pick<Validation, 'module'>,
  fixedVersion: string | null,
): string | null {
  if (fixedVersion !== null && versions.includes(fixedVersion)) return null;
  const fix = fixedVersion === null ? 'a patch' : `the fix in ${fixedVersion}`;
  const what =
    certificate === null ? `${module} is being validated as` : `certificate ${certificate} of ${module} names`;
  return `with ${fix} it is no longer what was validated: ${what} ${versions.join(', ')}`;
}

const mostNamed = 5;
