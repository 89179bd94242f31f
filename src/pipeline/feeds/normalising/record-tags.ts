import type { RecordTag } from '../model.ts';

/** The tags of CVE records, which the NVD repeats; before there were any, disputes stood in the text. */
export function recordTagsOf(named: readonly string[], details: string): readonly RecordTag[] {
  const tags: RecordTag[] = [];
  if (named.includes('disputed') || details.includes('** DISPUTED **')) tags.push('disputed');
  if (named.includes('exclusively-hosted-service')) tags.push('hosted-only');
  if (named.includes('unsupported-when-assigned')) tags.push('unsupported-when-assigned');
  return tags;
}
