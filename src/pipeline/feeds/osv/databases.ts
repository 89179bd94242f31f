import type { FeedSource } from '../model.ts';
import { createOsvSource } from './create-osv-source.ts';

const bucket = 'https://storage.googleapis.com/osv-vulnerabilities';

interface Ecosystem {
  readonly id: string;
  /** As OSV spells it: the folder of its bucket. */
  readonly ecosystem: string;
  readonly title: string;
  readonly licence: string;
  readonly attribution: string;
  /** Where it is not in the bucket. */
  readonly url?: string;
}

const ecosystems: readonly Ecosystem[] = [
  {
    id: 'osv-bitnami',
    ecosystem: 'Bitnami',
    title: 'Bitnami Vulnerability Database',
    licence: 'Apache-2.0',
    attribution: 'Bitnami Vulnerability Database.',
  },
  {
    id: 'osv-go',
    ecosystem: 'Go',
    title: 'Go Vulnerability Database',
    licence: 'CC-BY-4.0',
    attribution: 'The Go Vulnerability Database authors.',
  },
  {
    id: 'osv-pypi',
    ecosystem: 'PyPI',
    title: 'Python packages',
    licence: 'CC-BY-4.0',
    attribution: 'Python Packaging Advisory Database and GitHub Advisory Database.',
  },
  {
    id: 'osv-psf',
    ecosystem: 'PSF',
    title: 'Python Software Foundation',
    licence: 'CC-BY-4.0',
    attribution: 'Python Software Foundation Advisory Database.',
    // The bucket has its records only among those without an ecosystem.
    url: 'https://codeload.github.com/psf/advisory-database/zip/refs/heads/main',
  },
  {
    id: 'osv-crates-io',
    ecosystem: 'crates.io',
    title: 'RustSec and Rust advisories',
    licence: 'CC0-1.0; records imported from GitHub CC-BY-4.0',
    attribution: 'RustSec Advisory Database.',
  },
  {
    id: 'osv-hackage',
    ecosystem: 'Hackage',
    title: 'Haskell Security Advisories',
    licence: 'CC0-1.0',
    attribution: 'Haskell Security Advisory Database.',
  },
  {
    id: 'osv-oss-fuzz',
    ecosystem: 'OSS-Fuzz',
    title: 'OSS-Fuzz',
    licence: 'CC-BY-4.0',
    attribution: 'The OSS-Fuzz authors.',
  },
  {
    id: 'osv-npm',
    ecosystem: 'npm',
    title: 'npm packages',
    licence: 'CC-BY-4.0',
    attribution: 'GitHub Advisory Database.',
  },
  {
    id: 'osv-rubygems',
    ecosystem: 'RubyGems',
    title: 'RubyGems packages',
    licence: 'CC-BY-4.0',
    attribution: 'GitHub Advisory Database.',
  },
  {
    id: 'osv-packagist',
    ecosystem: 'Packagist',
    title: 'PHP packages',
    licence: 'CC-BY-4.0',
    attribution: 'GitHub Advisory Database.',
  },
];

/** The ecosystems of osv.dev that Nixpkgs packages come from. */
export const osvSources: readonly FeedSource[] = ecosystems.map(({ id, ecosystem, title, licence, attribution, url }) =>
  createOsvSource({
    id,
    title,
    licence,
    attribution,
    homepage: 'https://osv.dev',
    defaultUrl: url ?? `${bucket}/${encodeURIComponent(ecosystem)}/all.zip`,
  }),
);
