import { csafCategories, csafPathOf } from './csaf-document.ts';
import { csafFolder } from './csaf-provider.ts';
import type { PublishedAdvisory } from './model.ts';
import { osvIdOf } from './osv-document.ts';
import { channelsSpokenOf } from './secdb-document.ts';

/** A file that tells machines of an advisory. */
interface PublishedDocument {
  readonly format: 'osv' | 'csaf' | 'csaf-vex' | 'cyclonedx' | 'openvex';
  /** The channel or package that it is about as a whole; null: of this advisory alone. */
  readonly about: string | null;
  /** Where it is served, without a slash at the beginning. */
  readonly path: string;
}

/** Where an advisory is told to machines. */
export function documentsOf(advisory: PublishedAdvisory): readonly PublishedDocument[] {
  const { id, attr, lines } = advisory;
  const isStated = lines.some(({ says }) => says.kind !== 'silent' && says.kind !== 'void');
  return [
    { format: 'osv', about: null, path: `osv/${osvIdOf(id)}.json` },
    ...csafCategories.map((category) => ({
      format: category === 'csaf_vex' ? ('csaf-vex' as const) : ('csaf' as const),
      about: null,
      path: `${csafFolder}/${csafPathOf(advisory, category)}`,
    })),
    ...channelsSpokenOf([advisory]).map((channel) => ({
      format: 'cyclonedx' as const,
      about: channel,
      path: `cyclonedx/${encodeURIComponent(channel)}.json`,
    })),
    // Of a package that nothing is stated of there is no document: the format cannot say nothing.
    ...(isStated
      ? [{ format: 'openvex' as const, about: attr, path: `vex/package/${encodeURIComponent(attr)}.json` }]
      : []),
  ];
}
