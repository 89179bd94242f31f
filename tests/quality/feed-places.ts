/** Which public feed lies where in the folder of test data. */
export const feedPlaces: Readonly<Record<string, string>> = {
  'nvd-overrides': 'nvd/overrides.jsonl.gz',
  cve: 'cve/cve-v5-sample.jsonl.gz',
  openssl: 'openssl/secjson',
  curl: 'curl/vuln.json',
  nginx: 'nginx/security_advisories.xml',
  httpd: 'httpd/json',
  node: 'node/core/index.json',
  'osv-go': 'osv/Go/all.zip',
  'osv-pypi': 'osv/PyPI/all.zip',
  'osv-bitnami': 'osv/Bitnami/all.zip',
  'osv-hackage': 'osv/Hackage/all.zip',
};
