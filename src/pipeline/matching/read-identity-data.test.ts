import { expect, test } from 'vitest';
import { createIdentityData } from './identity-data.ts';
import { readDictionary, readPurlProducts } from './read-identity-data.ts';

// Lines of https://github.com/tiiuae/cpedict.
const dictionary = String.raw`"vendor","product"
"haxx","curl"
"curl","curl"
"erlang","erlang\/otp"
"notepad-plus-plus","notepad\+\+"
a line of another kind
"Rocket.Chat","Rocket.Chat"
`;

test.each([
  ['curl', ['haxx', 'curl']],
  ['erlang/otp', ['erlang']],
  ['notepad++', ['notepad_plus_plus']],
  ['rocket.chat', ['rocket.chat']],
  ['safe', []],
])('the vendors of %s stand under the name that records are read with', (product, vendors) => {
  expect(createIdentityData({ dictionary: readDictionary(dictionary) }).vendorsOf(product)).toEqual(vendors);
});

test('a line that is no product is left out, the others are read', () => {
  const lines = '{"vendor":"haxx","product":"curl","purls":["pkg:github/curl/curl"]}\n{"vendor":"haxx"}\n[';
  const data = createIdentityData({ purlProducts: readPurlProducts(lines) });
  expect(data.productsOfPurl('purl:github/curl/curl')).toEqual([{ vendor: 'haxx', product: 'curl' }]);
});
