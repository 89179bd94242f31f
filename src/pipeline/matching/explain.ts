import type { Assessment } from './assess.ts';
import type { PatchEvidence } from './model.ts';
import type { Package } from './package-of.ts';
import { scopeFactor } from './scope-of.ts';

/** The reasons of an assessment as sentences, the deciding ones first. */
export function sentencesOf(assessment: Assessment): readonly string[] {
  const { identity, records, patch, factors, disagreement, denied, others, admitted } = assessment;
  return [
    ...(denied === null ? [] : [`${denied}.`]),
    ...identity.map(({ tier, because }) => `${tier}: ${because}.`),
    ...(identity.length === 0 ? others.map((other) => `Not this package: ${other}.`) : []),
    ...(admitted.length > 0 ? [`The package admits it on ${admitted.join(', ')}.`] : []),
    ...records.map(
      ({ source, recordId, evaluation }) => `${source} ${recordId}: ${evaluation.outcome}, ${evaluation.because}.`,
    ),
    ...(disagreement === null ? [] : [`To be decided by a person: ${disagreement}.`]),
    ...(patch.state === 'none' ? [] : [patchSentence(patch)]),
    ...factors.map(({ value, because }) => `× ${value}: ${because}.`),
  ];
}

function patchSentence({ state, patches, equals }: PatchEvidence): string {
  const because = equals === undefined ? '' : `, which changes in the code what commit ${equals.slice(0, 12)} changes`;
  return `Patch ${state}: ${patches.join(', ')}${because}.`;
}

/** What would give another answer. */
export function whatWouldChange(carried: Package, assessment: Assessment): readonly string[] {
  const { status, identity, records, disagreement, fixedIn, patch, identityScore, denied } = assessment;
  if (denied !== null && identity.length === 0) return [`A reviewed mapping that ${carried.pname} is that product.`];
  if (identity.length === 0) return ['A reviewed mapping that ties the package to the product of the record.'];
  switch (status) {
    case 'affected':
      return [
        fixedIn === null ? 'A version outside of the affected range.' : `Version ${fixedIn} or later.`,
        'A patch that names the vulnerability or its fix.',
      ];
    case 'fixed':
    case 'not_affected':
      return patch.state === 'claimed'
        ? [
            'A patch that names the commit of the fix, or changes just what it changes, would make it verified; without the patch the package is open again.',
          ]
        : ['A record whose range includes this version.'];
    case 'under_investigation':
      return [
        ...(disagreement === null ? [] : ["A person's decision, or the sources coming to agree."]),
        ...(identityScore < 0.9 ? ['A reviewed mapping, or a CPE or package URL declared by the package.'] : []),
        ...(records.some(({ evaluation }) => evaluation.precise) ? [] : ['A record with bounds that can be compared.']),
        ...(scopeFactor(carried.scope).length > 0
          ? [`Were it used where the packages run (now: ${carried.scope}), it would count in full.`]
          : []),
      ];
  }
}
