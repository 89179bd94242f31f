import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { NixTool } from '../../../platform/nix-tool/index.ts';

const stated = z.object({
  inputs: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** The arguments that `outputs` names, and whether each has a default. */
  takes: z.record(z.string(), z.boolean()),
  others: z.record(z.string(), z.unknown()),
});

/** What real Nix reads in each of the texts of flakes. */
export async function statedByNix(nix: NixTool, texts: readonly string[]): Promise<readonly z.infer<typeof stated>[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-flake-edit-'));
  try {
    await Promise.all(texts.map((text, index) => writeFile(path.join(folder, `${index}.nix`), text)));
    const json = await nix.evaluate({
      expression: `builtins.genList (index: let flake = import (${folder} + "/\${toString index}.nix"); in {
        inputs = flake.inputs or { };
        takes = if flake ? outputs then builtins.functionArgs flake.outputs else { };
        others = builtins.removeAttrs flake [ "inputs" "outputs" ];
      }) ${texts.length}`,
      readable: [folder],
      timeoutMs: 30_000,
    });
    return z.array(stated).length(texts.length).parse(JSON.parse(json));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The situations of an edited flake.nix: what stands there before and, byte for byte, after. */
export interface EditCase {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly name?: string;
  readonly at?: 'top' | 'bottom';
}

export const newUrl = 'https://sets.example/f/acme/secure/0.2605';

export const addCases: readonly EditCase[] = [
  {
    title: 'a commented-out URL above the real one',
    before: `{
  inputs = {
    # a.url = "x";
    /* a.url = "y"; */
    a.url = "z"; # a.url = "w";
  };
  outputs = { a, ... }: { };
}
`,
    after: `{
  inputs = {
    # a.url = "x";
    /* a.url = "y"; */
    a.url = "${newUrl}"; # a.url = "w";
  };
  outputs = { a, ... }: { };
}
`,
  },
  {
    title: 'all three spellings: dotted',
    before:
      '{ inputs.a.url = "x"; inputs.b = { url = "y"; }; inputs = { c = { url = "z"; }; }; outputs = { self, ... }: { }; }',
    after: `{ inputs.a.url = "${newUrl}"; inputs.b = { url = "y"; }; inputs = { c = { url = "z"; }; }; outputs = { self, ... }: { }; }`,
  },
  {
    title: 'all three spellings: a set of its own',
    name: 'b',
    before:
      '{ inputs.a.url = "x"; inputs.b = { url = "y"; }; inputs = { c = { url = "z"; }; }; outputs = inputs: { }; }',
    after: `{ inputs.a.url = "x"; inputs.b = { url = "${newUrl}"; }; inputs = { c = { url = "z"; }; }; outputs = inputs: { }; }`,
  },
  {
    title: 'all three spellings: nested twice',
    name: 'c',
    before:
      '{ inputs.a.url = "x"; inputs.b = { url = "y"; }; inputs = { c = { url = "z"; }; }; outputs = inputs: { }; }',
    after: `{ inputs.a.url = "x"; inputs.b = { url = "y"; }; inputs = { c = { url = "${newUrl}"; }; }; outputs = inputs: { }; }`,
  },
  {
    title: 'a bare URI and an indented string become plain strings',
    before: `{
  inputs.a.url = github:x/y;
  inputs.b.url = ''github:x/z'';
  outputs = inputs: { };
}
`,
    after: `{
  inputs.a.url = "${newUrl}";
  inputs.b.url = ''github:x/z'';
  outputs = inputs: { };
}
`,
  },
  {
    title: 'an indented string',
    name: 'b',
    before: "{ inputs.b.url = ''github:x/z''; outputs = _: { }; }",
    after: `{ inputs.b.url = "${newUrl}"; outputs = _: { }; }`,
  },
  {
    title: 'no inputs: above outputs, with a blank line',
    before: `{
  description = "mine";
  outputs = _: { };
}
`,
    after: `{
  description = "mine";
  inputs.a.url = "${newUrl}";

  outputs = _: { };
}
`,
  },
  {
    title: 'no inputs, and a comment that speaks of outputs',
    before: `{
  # What this gives:
  outputs = { self }: { };
}
`,
    after: `{
  inputs.a.url = "${newUrl}";

  # What this gives:
  outputs = { self, a }: { };
}
`,
  },
  {
    title: 'a block: first in it, and an argument before the rest',
    before: `{
  inputs = {
    b.url = "y";
  };
  outputs = { self, ... }@all: { };
}
`,
    after: `{
  inputs = {
    a.url = "${newUrl}";
    b.url = "y";
  };
  outputs = { self, a, ... }@all: { };
}
`,
  },
  {
    title: 'an argument that is there is not added twice',
    before: '{\n  inputs.b.url = "y";\n  outputs = { self, a, b }: { };\n}\n',
    after: `{\n  inputs.a.url = "${newUrl}";\n  inputs.b.url = "y";\n  outputs = { self, a, b }: { };\n}\n`,
  },
  {
    title: 'two blocks, at the bottom: after the last of the second',
    at: 'bottom',
    before: `{
  inputs = {
    b.url = "y";
  };
  inputs = {
    c.url = "z";
    d = {
      url = "w";
    }; # the last
  };
  outputs = inputs: { };
}
`,
    after: `{
  inputs = {
    b.url = "y";
  };
  inputs = {
    c.url = "z";
    d = {
      url = "w";
    }; # the last
    a.url = "${newUrl}";
  };
  outputs = inputs: { };
}
`,
  },
  {
    title: 'a dotted input before a block, at the bottom: inside the block and without the prefix',
    at: 'bottom',
    before: '{\n  inputs.c.url = "z";\n  inputs = {\n    b.url = "y";\n  };\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs.c.url = "z";\n  inputs = {\n    b.url = "y";\n    a.url = "${newUrl}";\n  };\n  outputs = inputs: { };\n}\n`,
  },
  {
    title: 'a block before a dotted input, at the bottom',
    at: 'bottom',
    before: '{\n  inputs = {\n    b.url = "y";\n  };\n  inputs.c.url = "z";\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs = {\n    b.url = "y";\n  };\n  inputs.c.url = "z";\n  inputs.a.url = "${newUrl}";\n  outputs = inputs: { };\n}\n`,
  },
  {
    title: 'another input that follows the new one stays',
    before:
      '{\n  inputs.b.url = "y";\n  inputs.b.inputs.a.follows = "a";\n  inputs.a.url = "x";\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs.b.url = "y";\n  inputs.b.inputs.a.follows = "a";\n  inputs.a.url = "${newUrl}";\n  outputs = inputs: { };\n}\n`,
  },
  {
    title: 'an empty block',
    before: '{\n  inputs = { };\n  outputs = { self }: { };\n}\n',
    after: `{\n  inputs = { a.url = "${newUrl}"; };\n  outputs = { self, a }: { };\n}\n`,
  },
  {
    title: 'an empty block without a blank',
    before: '{inputs={};outputs={self}:{};}',
    after: `{inputs={ a.url = "${newUrl}"; };outputs={self, a}:{};}`,
  },
  {
    title: 'an empty block of several lines with a comment',
    before: '{\n\tinputs = {\n\t\t# none yet\n\t};\n\toutputs = { self }: { };\n}\n',
    after: `{\n\tinputs = {\n\t\t# none yet\n\t\ta.url = "${newUrl}";\n\t};\n\toutputs = { self, a }: { };\n}\n`,
  },
  {
    title: 'a block on one line',
    before: '{\n  inputs = { b.url = "y"; };\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs = { a.url = "${newUrl}"; b.url = "y"; };\n  outputs = inputs: { };\n}\n`,
  },
  {
    title: 'a block on one line, at the bottom',
    at: 'bottom',
    before: '{\n  inputs = { b.url = "y"; };\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs = { b.url = "y"; a.url = "${newUrl}"; };\n  outputs = inputs: { };\n}\n`,
  },
  ...[
    ['{self,b}:', '{self,b,a}:'],
    ['{ self, b}:', '{ self, b, a}:'],
    ['{ self, b, }:', '{ self, b, a, }:'],
    ['{...}@all:', '{a, ...}@all:'],
    ['all@{ ... }:', 'all@{ a, ... }:'],
    ['{ self, b ? null }:', '{ self, b ? null, a }:'],
    ['{ self, b ? { x, y }: { inherit x; }, ... }:', '{ self, b ? { x, y }: { inherit x; }, a, ... }:'],
    ['{ self, out }:', '{ self, out, a }:'],
    ['{ lib-b, b }:', '{ lib-b, b, a }:'],
    ['{ self # me\n  , b # you\n  }:', '{ self # me\n  , b, a # you\n  }:'],
    ['{\n    self,\n    b,\n    ...\n  }@inputs:', '{\n    self,\n    b,\n    a,\n    ...\n  }@inputs:'],
    ['{\n    self,\n    ...\n  }:', '{\n    self,\n    a,\n    ...\n  }:'],
    ['{ self\n  , b\n  }:', '{ self\n  , b\n  , a\n  }:'],
    ['_:', '_:'],
    ['inputs: with inputs; let x = 1; in', 'inputs: with inputs; let x = 1; in'],
  ].map(([before, after]) => ({
    title: `outputs = ${before}`,
    before: `{\n  inputs.b.url = "y";\n  outputs = ${before} { };\n}\n`,
    after: `{\n  inputs.a.url = "${newUrl}";\n  inputs.b.url = "y";\n  outputs = ${after} { };\n}\n`,
  })),
  {
    title: 'a comment above the first input stays with it',
    before: `{
  inputs = { # all of them

    # b is what we build with
    # and more
    b.url = "y";
  };
  outputs = inputs: { };
}
`,
    after: `{
  inputs = { # all of them

    a.url = "${newUrl}";
    # b is what we build with
    # and more
    b.url = "y";
  };
  outputs = inputs: { };
}
`,
  },
  {
    title: 'a comment of the block itself stays above',
    before: '{\n  inputs = {\n    # everything\n\n    b.url = "y";\n  };\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs = {\n    # everything\n\n    a.url = "${newUrl}";\n    b.url = "y";\n  };\n  outputs = inputs: { };\n}\n`,
  },
  {
    title: 'an empty URL',
    before: '{ inputs.a.url = ""; outputs = _: { }; }',
    after: `{ inputs.a.url = "${newUrl}"; outputs = _: { }; }`,
  },
  {
    title: 'inputs and outputs on one line',
    before: '{ inputs.b.url = "y"; inputs.c.url = "z"; outputs = { self, b, c }: { }; }',
    after: `{ inputs.a.url = "${newUrl}"; inputs.b.url = "y"; inputs.c.url = "z"; outputs = { self, b, c, a }: { }; }`,
  },
  {
    title: 'inputs and outputs on one line, at the bottom',
    at: 'bottom',
    before: '{ inputs.b.url = "y"; outputs = { self, b }: { }; }',
    after: `{ inputs.b.url = "y"; inputs.a.url = "${newUrl}"; outputs = { self, b, a }: { }; }`,
  },
  {
    title: 'no inputs and everything on one line',
    before: '{ outputs = _: { }; }',
    after: `{ inputs.a.url = "${newUrl}"; outputs = _: { }; }`,
  },
  {
    title: 'quoted names',
    name: 'a-b',
    before: '{ "inputs"."a-b"."url" = "x"; inputs."c.d".url = "y"; outputs = inputs: { }; }',
    after: `{ "inputs"."a-b"."url" = "${newUrl}"; inputs."c.d".url = "y"; outputs = inputs: { }; }`,
  },
  {
    title: 'CRLF, tabs, non-ASCII before the place, no final newline',
    before:
      '# naïve ❄ 雪\r\n{\r\n\tdescription = "żółw 🐢";\r\n\tinputs = {\r\n\t\tb.url = "y";\r\n\t};\r\n\toutputs = {\r\n\t\tself,\r\n\t\tb,\r\n\t}: { };\r\n}',
    after: `# naïve ❄ 雪\r\n{\r\n\tdescription = "żółw 🐢";\r\n\tinputs = {\r\n\t\ta.url = "${newUrl}";\r\n\t\tb.url = "y";\r\n\t};\r\n\toutputs = {\r\n\t\tself,\r\n\t\tb,\r\n\t\ta,\r\n\t}: { };\r\n}`,
  },
  {
    title: 'CRLF without inputs',
    before: '{\r\n\toutputs = _: { };\r\n}',
    after: `{\r\n\tinputs.a.url = "${newUrl}";\r\n\r\n\toutputs = _: { };\r\n}`,
  },
  {
    title: 'strings that look like code',
    before: `{
  description = "inputs.a.url = \\"no\\"; \${"}"} $\${ {";
  nixConfig.x = ''
    inputs.a.url = "no"; ''\${ ''' $\${ { '' + "}";
  outputs = { self }: { };
}
`,
    after: `{
  description = "inputs.a.url = \\"no\\"; \${"}"} $\${ {";
  nixConfig.x = ''
    inputs.a.url = "no"; ''\${ ''' $\${ { '' + "}";
  inputs.a.url = "${newUrl}";

  outputs = { self, a }: { };
}
`,
  },
  {
    title: 'an input that has only inputs of its own',
    before: '{\n  inputs.a.inputs.b.follows = "b";\n  inputs.b.url = "y";\n  outputs = inputs: { };\n}\n',
    after: `{\n  inputs.a.url = "${newUrl}";\n  inputs.a.inputs.b.follows = "b";\n  inputs.b.url = "y";\n  outputs = inputs: { };\n}\n`,
  },
  ...['', ' \n', '{ }', '{}\n', '{\n}\n'].map((before) => ({
    title: `a new flake from ${JSON.stringify(before)}`,
    before,
    after: `{
  description = "A flake";

  inputs.a.url = "${newUrl}";

  outputs = { a, ... } @ inputs: { };
}
`,
  })),
];
