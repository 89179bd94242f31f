import { createHash } from 'node:crypto';
import { purlOfAttribute } from '../../../formats/purl/purl-of-attribute.ts';
import { assertNever } from '../../../foundation/assert-never.ts';
import { toIso } from '../../../foundation/clock.ts';
import { type VerdictReason, verdictTypes } from '../../findings/index.ts';
import type { PublishedAdvisory, PublishedLine } from './model.ts';
import type { Publisher } from './publisher.ts';

/** What we say of a line, in the words of CycloneDX: the reference's mapping. */
interface Analysis {
  readonly state:
    | 'in_triage'
    | 'exploitable'
    | 'resolved'
    | 'resolved_with_pedigree'
    | 'not_affected'
    | 'false_positive';
  readonly justification?: string;
  readonly response?: readonly string[];
  readonly detail?: string;
}

interface Said {
  readonly advisory: PublishedAdvisory;
  readonly line: PublishedLine;
  readonly analysis: Analysis;
}

/** A CycloneDX 1.6 document of a channel with its vulnerabilities and what they mean there (https://cyclonedx.org/docs/1.6/json/). */
export function cycloneDxDocument(channel: string, advisories: readonly PublishedAdvisory[], publisher: Publisher) {
  const said = advisories.flatMap((advisory): readonly Said[] => {
    const line = advisory.withdrawn === null ? advisory.lines.find((one) => one.channel === channel) : undefined;
    const analysis = line === undefined ? null : analysisOf(line);
    return line === undefined || analysis === null ? [] : [{ advisory, line, analysis }];
  });
  const byRef = Map.groupBy(said, refOf);
  const body = {
    metadata: {
      timestamp: toIso(Math.max(0, ...said.map(({ advisory }) => advisory.modifiedAt))),
      component: { type: 'operating-system', 'bom-ref': channel, name: `${publisher.organisation} ${channel}` },
    },
    components: [...byRef].map(([ref, own]) => componentOf(ref, own)),
    vulnerabilities: said.map((one) => vulnerabilityOf(one, publisher)),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: uuidOf(JSON.stringify(body)),
    version: 1,
    ...body,
  };
}

/** The version that is carried where the line has a fix, else the affected one. */
function versionOf({ line, analysis }: Pick<Said, 'line' | 'analysis'>): string {
  const isResolved = analysis.state === 'resolved' || analysis.state === 'resolved_with_pedigree';
  return isResolved ? (line.fixedVersion ?? line.version) : line.version;
}

function refOf(said: Said): string {
  return purlOfAttribute({ attr: said.advisory.attr, version: versionOf(said), channel: said.line.channel });
}

/** Its patches, where they and not its version are the fix. */
function componentOf(ref: string, own: readonly Said[]) {
  const [first] = own;
  const patches = own
    .filter(({ analysis }) => analysis.state === 'resolved_with_pedigree')
    .map(({ advisory: { vulnerability }, line }) => ({
      type: line.fixKind === 'backport' ? 'backport' : 'unofficial',
      resolves: [{ type: 'security', id: vulnerability.id }],
    }));
  return {
    type: 'application',
    'bom-ref': ref,
    name: first?.advisory.attr ?? ref,
    ...(first === undefined ? {} : { version: versionOf(first) }),
    purl: ref,
    ...(patches.length === 0 ? {} : { pedigree: { patches } }),
  };
}

function vulnerabilityOf(said: Said, { publicUrl, organisation }: Publisher) {
  const { advisory, analysis } = said;
  const { vulnerability, id } = advisory;
  const source = { name: organisation, url: `${publicUrl}/cve/${encodeURIComponent(vulnerability.id)}` };
  return {
    'bom-ref': `${id}/${said.line.channel}`,
    id: vulnerability.id,
    source,
    references: [{ id, source }],
    ratings: vulnerability.ratings.flatMap(({ source: rater, kind, vector, score }) => {
      const method = methodOf(kind, vector);
      return [{ source: { name: rater }, score, method, vector }];
    }),
    description: vulnerability.title,
    detail: vulnerability.details,
    published: toIso(advisory.publishedAt),
    updated: toIso(advisory.modifiedAt),
    analysis,
    affects: [{ ref: refOf(said), versions: versionsOf(said) }],
  };
}

function versionsOf({ line, analysis }: Said) {
  const of = (version: string, status: string) => (version === '' ? [] : [{ version, status }]);
  switch (analysis.state) {
    case 'in_triage':
      return of(line.version, 'unknown');
    case 'exploitable':
      return of(line.version, 'affected');
    case 'resolved':
      return [
        ...(line.release === null ? [] : of(line.version, 'affected')),
        ...of(line.fixedVersion ?? line.version, 'unaffected'),
      ];
    default:
      // By its patches, or its making: the version alone does not say.
      return of(line.version, 'unaffected');
  }
}

function methodOf(kind: string, vector: string): string {
  if (kind === 'CVSS_V2') return 'CVSSv2';
  if (kind === 'CVSS_V4') return 'CVSSv4';
  return vector.startsWith('CVSS:3.1') ? 'CVSSv31' : 'CVSSv3';
}

/** Null: nothing is said of the line. */
function analysisOf({ says, version, fixedVersion }: PublishedLine): Analysis | null {
  switch (says.kind) {
    case 'under_investigation':
      return { state: 'in_triage' };
    case 'affected':
      return {
        state: 'exploitable',
        ...(says.remedy === 'not_planned' ? { response: ['will_not_fix'] } : {}),
        ...(says.remedy === 'released' ? { response: ['update'] } : {}),
        detail: says.action,
      };
    case 'fixed': {
      const isPatched = says.reason !== null || (fixedVersion ?? version) === version;
      return {
        state: isPatched ? 'resolved_with_pedigree' : 'resolved',
        response: ['update'],
        ...(says.statement === null ? {} : { detail: says.statement }),
      };
    }
    case 'not_affected':
      return {
        state: isOtherProduct(says.reason) ? 'false_positive' : 'not_affected',
        justification: verdictTypes[says.reason].cycloneDx,
        detail: says.statement,
      };
    case 'silent':
    case 'void':
      return null;
    default:
      return assertNever(says);
  }
}

function isOtherProduct(reason: VerdictReason): boolean {
  return verdictTypes[reason].justification === 'component_not_present';
}

/** The same content has the same number (a UUID of version 8, RFC 9562). */
function uuidOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
