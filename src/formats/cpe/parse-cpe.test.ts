import { expect, test } from 'vitest';
import { parseCpe } from './parse-cpe.ts';

test.each([
  ['cpe:2.3:a:tukaani:xz:5.8.2:*:*:*:*:*:*:*', ['a', 'tukaani', 'xz', '5.8.2', '*', '*', '*']],
  ['cpe:2.3:o:linux:linux_kernel:7.0:-:*:*:*:*:*:*', ['o', 'linux', 'linux_kernel', '7.0', '-', '*', '*']],
  ['cpe:2.3:a:joomla:joomla\\!:*:*:*:*:*:*:*:*', ['a', 'joomla', 'joomla!', '*', '*', '*', '*']],
  ['cpe:2.3:a:x:a\\:b:1\\.0:*:*:*:Lts:WordPress:*:*', ['a', 'x', 'a:b', '1.0', '*', 'lts', 'wordpress']],
  ['cpe:/a:gnu:bash:5.3', ['a', 'gnu', 'bash', '5.3', '*', '*', '*']],
  ['cpe:/a:acme:tool:1:p2:~~lts~node.js~~', ['a', 'acme', 'tool', '1', 'p2', 'lts', 'node.js']],
])('%s', (text, expected) => {
  const cpe = parseCpe(text);
  expect([
    cpe?.part,
    cpe?.vendor,
    cpe?.product,
    cpe?.version,
    cpe?.update,
    cpe?.softwareEdition,
    cpe?.targetSoftware,
  ]).toEqual(expected);
});

test.each(['', 'xz', 'cpe:2.3:', 'cpe:2.3:q:a:b:*', 'cpe:/x', 'cpe:2.3:a::xz:1'])('refuses %j', (text) => {
  expect(parseCpe(text)).toBeNull();
});
