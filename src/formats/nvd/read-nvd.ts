import { type JsonObject, listAt, objectAt, textAt } from '../json/shape.ts';

/**
 * What a record of the NVD API 2.0 says of products:
 *
 *     "configurations": [{ "operator": "AND", "nodes": [
 *        { "operator": "OR", "negate": false, "cpeMatch": [{ "vulnerable": true,
 *          "criteria": "cpe:2.3:a:webmproject:libwebp:*:*:*:*:*:*:*:*", "versionEndExcluding": "1.3.2" }] }] }]
 *
 * https://nvd.nist.gov/developers/vulnerabilities
 */
export interface NvdConfiguration {
  readonly operator: 'AND' | 'OR';
  readonly negate: boolean;
  readonly nodes: readonly NvdNode[];
}

export interface NvdNode {
  readonly operator: 'AND' | 'OR';
  readonly negate: boolean;
  readonly matches: readonly NvdMatch[];
}

export interface NvdMatch {
  readonly vulnerable: boolean;
  readonly criteria: string;
  readonly startIncluding: string | null;
  readonly startExcluding: string | null;
  readonly endIncluding: string | null;
  readonly endExcluding: string | null;
}

export function configurationsAt(value: unknown): readonly NvdConfiguration[] {
  return listAt(value, 'configurations').map((item) => {
    const configuration = objectAt(item, 'configurations');
    return {
      operator: operatorOf(configuration),
      negate: configuration.negate === true,
      nodes: listAt(configuration.nodes, 'nodes').map(nodeAt),
    };
  });
}

function nodeAt(value: unknown): NvdNode {
  const node = objectAt(value, 'nodes');
  return {
    operator: operatorOf(node),
    negate: node.negate === true,
    matches: listAt(node.cpeMatch, 'cpeMatch').map((item) => {
      const match = objectAt(item, 'cpeMatch');
      return {
        vulnerable: match.vulnerable !== false,
        criteria: textAt(match.criteria, 'criteria') ?? '',
        startIncluding: textAt(match.versionStartIncluding, 'versionStartIncluding'),
        startExcluding: textAt(match.versionStartExcluding, 'versionStartExcluding'),
        endIncluding: textAt(match.versionEndIncluding, 'versionEndIncluding'),
        endExcluding: textAt(match.versionEndExcluding, 'versionEndExcluding'),
      };
    }),
  };
}

function operatorOf({ operator }: JsonObject): 'AND' | 'OR' {
  return typeof operator === 'string' && operator.toUpperCase() === 'AND' ? 'AND' : 'OR';
}
