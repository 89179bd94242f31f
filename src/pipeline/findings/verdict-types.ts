/** A false-positive type: what it is called, what VEX says of it, and the evidence without which nobody may use it. */
export interface VerdictType {
  readonly label: string;
  /** OpenVEX. */
  readonly status: 'not_affected' | 'fixed';
  readonly justification: Justification | null;
  /** CycloneDX 1.5 and later; a state of its own where the analysis says more than "not affected". */
  readonly cycloneDx: string;
  readonly details: readonly { readonly name: string; readonly label: string }[];
}

type Justification =
  | 'component_not_present'
  | 'vulnerable_code_not_present'
  | 'vulnerable_code_not_in_execute_path'
  | 'vulnerable_code_cannot_be_controlled_by_adversary'
  | 'inline_mitigations_already_exist';

/** Sources: chainguard-dev/advisory-schema 2.0.2 (the first seven), the OpenVEX specification, CycloneDX; the last three are ours. */
export const verdictTypes = {
  'record-contested': {
    label: 'Upstream contests the record',
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    cycloneDx: 'code_not_present',
    details: [{ name: 'dispute', label: "Where upstream says so, in upstream's words" }],
  },
  'component-mismatch': {
    label: 'Another product of that name',
    status: 'not_affected',
    justification: 'component_not_present',
    cycloneDx: 'code_not_present',
    details: [
      { name: 'ours', label: 'What the package is' },
      { name: 'theirs', label: 'What the record speaks of' },
    ],
  },
  'version-not-used': {
    label: 'The flawed version is not used',
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    cycloneDx: 'code_not_present',
    details: [{ name: 'range', label: 'The true range, and our version against it' }],
  },
  'code-not-included': {
    label: 'The flawed code is not in the package',
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    cycloneDx: 'code_not_present',
    details: [{ name: 'files', label: 'Files or symbols of the output that show it' }],
  },
  'not-in-execution-path': {
    label: 'The flawed code is never run',
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    cycloneDx: 'code_not_reachable',
    details: [{ name: 'proof', label: 'The calls, or the test, that prove it' }],
  },
  'not-controllable': {
    label: 'No attacker can reach it',
    status: 'not_affected',
    justification: 'vulnerable_code_cannot_be_controlled_by_adversary',
    cycloneDx: 'requires_environment',
    details: [{ name: 'threat', label: 'Who would have to control what' }],
  },
  'inline-mitigation': {
    label: 'A mitigation is built in',
    status: 'not_affected',
    justification: 'inline_mitigations_already_exist',
    cycloneDx: 'protected_by_mitigating_control',
    details: [{ name: 'test', label: 'The test that shows the mitigation at work' }],
  },
  'patched-same-version': {
    label: 'Patched without a new version',
    status: 'fixed',
    justification: null,
    cycloneDx: 'resolved_with_pedigree',
    details: [
      { name: 'patch', label: "The patch's hash" },
      { name: 'applied', label: 'How the output shows that it was applied' },
    ],
  },
  'build-option-off': {
    label: 'Built without it',
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    cycloneDx: 'requires_configuration',
    details: [{ name: 'flags', label: "The derivation's configure flags" }],
  },
  'other-platform-only': {
    label: 'Only on other platforms',
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    cycloneDx: 'code_not_present',
    details: [{ name: 'systems', label: 'The systems with the flaw, and ours' }],
  },
} as const satisfies Readonly<Record<string, VerdictType>>;

export type VerdictReason = keyof typeof verdictTypes;
export const verdictReasons = Object.keys(verdictTypes) as [VerdictReason, ...VerdictReason[]];

/** Nothing of the record is in the package at all: the finding is dismissed, which one person may do where it is not severe. */
export function dismisses(reason: VerdictReason): boolean {
  return reason === 'component-mismatch';
}
