import { idAt, type JsonObject, objectAt, textAt } from '../../../formats/json/shape.ts';
import type { FeedRecord, Statement } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';

/**
 * `{"id":"CVE-2013-1444","packages":{"txt2man":{"description":"…","releases":{"sid":{"status":"resolved","fixed_version":
 * "1.5.5-4.1","urgency":"low**"}}}}}`: what the tracker has of one id, over all source packages.
 */
export function normaliseDebian(value: unknown, { source }: NormaliseContext): FeedRecord {
  const document = objectAt(value, 'the record');
  const packages = Object.entries(objectAt(document.packages, 'packages')).map(
    ([name, entry]) => [name, objectAt(entry, name)] as const,
  );
  return {
    ...blankRecord(source, idAt(document.id, 'id', /^[\w.:+-]{3,200}$/)),
    details:
      packages.map(([name, entry]) => textAt(entry.description, `${name}.description`)).find((text) => text) ?? '',
    statements: packages.flatMap(([name, entry]) => statementsOf(name, entry)),
  };
}

function statementsOf(name: string, entry: JsonObject): readonly Statement[] {
  // An empty object comes as an empty list.
  const releases = Array.isArray(entry.releases) && entry.releases.length === 0 ? {} : entry.releases;
  return Object.entries(objectAt(releases, `${name}.releases`)).map(([suite, told]) => {
    const release = objectAt(told, `${name}.${suite}`);
    const version = textAt(release.fixed_version, `${name}.${suite}.fixed_version`);
    return {
      product: `${name}/${suite}`,
      status: statusOf(textAt(release.status, `${name}.${suite}.status`), version),
      version,
      justification: null,
      text: remark(release),
    };
  });
}

function statusOf(status: string | null, version: string | null): Statement['status'] {
  switch (status) {
    case 'resolved':
      // Fixed in version 0: the package never had it.
      return version === '0' ? 'not_affected' : 'fixed';
    case 'open':
      return 'affected';
    case 'undetermined':
      return 'under_investigation';
    default:
      return 'unknown';
  }
}

/** The urgency is how much Debian cares about its own package, not how bad the flaw is. `**` marks what nobody has reviewed. */
function remark({ urgency, nodsa }: JsonObject): string | null {
  const word = textAt(urgency, 'urgency')?.replace(/\*+$/, '') ?? '';
  const parts = [word === 'not yet assigned' ? '' : word, textAt(nodsa, 'nodsa') ?? ''].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join(': ');
}
