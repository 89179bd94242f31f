import { expect, test } from 'vitest';
import { testApp } from '../testing.ts';

test('a channel shows its validated modules, and what is not what was validated', async () => {
  const text = (await (await testApp().request('/channels')).text()).replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ');
  expect(text).toContain('openssl: OpenSSL FIPS Provider 3.1.2, certificate 4985 active');
  expect(text).toContain('Not what was validated: 3.5.4 is carried, validated is 3.1.2');
});

test('the API tells them of each channel', async () => {
  const { items } = (await (await testApp().request('/api/v1/channels')).json()) as {
    readonly items: readonly { readonly validated: unknown }[];
  };
  expect(items.map(({ validated }) => validated)).toEqual([
    [],
    [
      {
        attr: 'openssl',
        module: 'OpenSSL FIPS Provider',
        certificate: '4985',
        status: 'active',
        versions: ['3.1.2'],
        carried: ['3.5.4'],
        conflicts: ['3.5.4 is carried, validated is 3.1.2'],
      },
    ],
  ]);
});
